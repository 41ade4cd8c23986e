"""Runs one operation in a web server, for the Lambda Web Adapter: `python -m creator_search.http.serve`, in the folder
of its handler.

A stream reaches the client part by part; Mangum would buffer the whole answer.
"""

import importlib
import os

import uvicorn
from starlette.middleware.gzip import GZipMiddleware

from creator_search.http.app import process_app


def main() -> None:
    app = process_app([importlib.import_module("handler").router])
    # The gateway does not compress streamed responses.
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["AWS_LWA_PORT"]), log_level="warning")


if __name__ == "__main__":
    main()
