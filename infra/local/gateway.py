"""The API on one machine: every handler of the catalogue under one uvicorn."""

import argparse
import importlib
import socket

import uvicorn
from creator_search.catalogue import OPERATIONS
from creator_search.http import build_app
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware


def compose() -> FastAPI:
    """The handlers of all operations in one app: what the gateway serves, and what OpenAPI is generated from."""
    return build_app(importlib.import_module(f"functions.api.{o.name}.handler").router for o in OPERATIONS)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    app = compose()
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    # A long backlog: a thousand clients may arrive in the same instant.
    configuration = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", backlog=4096)
    # The protocol is named because asyncio turns Nagle's delay off only where it is.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    uvicorn.Server(configuration).run(sockets=[listener])


if __name__ == "__main__":
    main()
