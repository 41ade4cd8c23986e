"""Client of the Creator Search API.

from creator_search_client import Client

with Client(token="…") as client:
    client.request("natgeo")
    client.wait("natgeo")
    print(client.profile("natgeo").data["profile"]["followers"])
"""

from creator_search_client.answers import Answer
from creator_search_client.client import LOCAL_API, Client
from creator_search_client.errors import (
    ApiError,
    BadRequest,
    ClientError,
    Conflict,
    ConnectionFailed,
    Forbidden,
    InvalidArgument,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    PreconditionRequired,
    RateLimited,
    ServerError,
    StreamFailed,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)
from creator_search_client.retries import NO_RETRIES, Clock, Retries

__all__ = [
    "LOCAL_API",
    "NO_RETRIES",
    "Answer",
    "ApiError",
    "BadRequest",
    "Client",
    "ClientError",
    "Clock",
    "Conflict",
    "ConnectionFailed",
    "Forbidden",
    "InvalidArgument",
    "NotFound",
    "PayloadTooLarge",
    "PreconditionFailed",
    "PreconditionRequired",
    "RateLimited",
    "Retries",
    "ServerError",
    "StreamFailed",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
]
