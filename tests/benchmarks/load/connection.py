"""A kept HTTP/1.1 connection that costs little CPU, so that a client beside the server can ask it often."""

import asyncio
import time
from typing import Self
from urllib.parse import urlsplit


class Connection:
    """One connection for one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: str) -> None:
        self._reader = reader
        self._writer = writer
        self._headers = headers

    @classmethod
    async def open(cls, url: str, authorization: str = "") -> Self:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        extra = f"Authorization: {authorization}\r\n" if authorization else ""
        return cls(reader, writer, f"Host: {parts.netloc}\r\n{extra}\r\n")

    async def get(self, path: str) -> tuple[int, float]:
        """Return the status and the seconds until the whole answer was read.

        Raises OSError or EOFError if the connection ends.
        """
        start = time.perf_counter()
        status, headers = await self._ask(path)
        if "chunked" in headers.get("transfer-encoding", ""):
            while await self._read_chunk():
                pass
        else:
            await self._reader.readexactly(int(headers.get("content-length", "0")))
        return status, time.perf_counter() - start

    async def first_chunk(self, path: str) -> tuple[int, float]:
        """Return the status and the seconds until the first chunk of a streamed answer; the connection is then closed.

        Raises OSError or EOFError if the connection ends, ValueError if the answer is not streamed.
        """
        start = time.perf_counter()
        try:
            status, headers = await self._ask(path)
            if "chunked" not in headers.get("transfer-encoding", ""):
                raise ValueError(f"{path} was answered with {status} and without chunks")
            await self._read_chunk()
            return status, time.perf_counter() - start
        finally:
            self.close()

    def close(self) -> None:
        self._writer.close()

    async def _ask(self, path: str) -> tuple[int, dict[str, str]]:
        self._writer.write(f"GET {path} HTTP/1.1\r\n{self._headers}".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in head[1:] if line)
        return int(head[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs}

    async def _read_chunk(self) -> bytes:
        """Return the content of the next chunk, empty for the last."""
        size = int((await self._reader.readline()).split(b";")[0], 16)
        return (await self._reader.readexactly(size + 2))[:-2]
