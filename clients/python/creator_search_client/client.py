"""The client of the API."""

import ssl
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import httpx

from creator_search_client.campaigns import Campaigns
from creator_search_client.connection import Connection
from creator_search_client.errors import InvalidArgument
from creator_search_client.lists import CreatorLists
from creator_search_client.me import OwnData
from creator_search_client.operating import Operating
from creator_search_client.reading import Reading
from creator_search_client.requests import Requests
from creator_search_client.retries import Clock, Retries, SystemClock
from creator_search_client.webhooks import Webhooks

LOCAL_API = "http://127.0.0.1:8000"
VERSION = "0.1.0"
Token = str | Callable[[], str]


class Client(Requests, Reading, OwnData, Webhooks, Campaigns, CreatorLists, Operating):
    """A client of the Creator Search API, for one thread or several. Raises ClientError.

    `token` is a JWT, or a function that returns one and is called before every attempt; `api_key` is given instead of
    it. The local system needs neither. `timeout` is in seconds, for connecting and for each pause while an answer is
    read. See Retries for `retries`; `transport` and `clock` are for tests.
    """

    def __init__(
        self,
        base_url: str = LOCAL_API,
        *,
        token: Token | None = None,
        api_key: str | None = None,
        timeout: float = 40,
        retries: Retries | None = None,
        verify: ssl.SSLContext | bool = True,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        if token is not None and api_key is not None:
            raise InvalidArgument("Give a token or an API key, not both")
        self._token = _sendable(token, "token") if isinstance(token, str) else token
        self._api_key = None if api_key is None else _sendable(api_key, "API key")
        try:
            self._http = httpx.Client(
                base_url=base_url,
                headers={"User-Agent": f"creator-search-client/{VERSION}"},
                timeout=timeout,
                verify=verify,
                transport=transport,
            )
        except httpx.InvalidURL as error:
            raise InvalidArgument(f"{base_url} is not an address: {error}") from error
        if self._http.base_url.scheme not in ("http", "https") or not self._http.base_url.host:
            raise InvalidArgument(f"{base_url} is not an http or https address")
        self._connection = Connection(self._http, self._credentials, retries or Retries(), clock or SystemClock())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def _credentials(self) -> Mapping[str, str]:
        if self._api_key is not None:
            return {"X-Api-Key": self._api_key}
        token = self._token() if callable(self._token) else self._token
        return {} if token is None else {"Authorization": f"Bearer {_sendable(token, 'token')}"}


def _sendable(credential: str, what: str) -> str:
    """Return the credential. Raises InvalidArgument, without its text, if no header can have it."""
    if not credential or not all("!" <= character <= "~" for character in credential):
        raise InvalidArgument(f"The {what} is empty or has characters that a header cannot have")
    return credential
