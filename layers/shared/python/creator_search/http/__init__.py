"""Binds handlers to their rows in the catalogue, and failures to their statuses.

`endpoint` for a handler, `lambda_handler` for AWS, `build_app` for everybody who composes several.
"""

from creator_search.http.app import build_app, lambda_handler
from creator_search.http.cursors import seal, unseal
from creator_search.http.endpoint import Blank, Cursor, Envelope, Language, Username, endpoint, provided
from creator_search.http.errors import ErrorResponse, timestamp
from creator_search.http.openapi import openapi_document
from creator_search.http.streaming import COMPLETED_ID, Event, download, event_stream, wants_events

__all__ = [
    "COMPLETED_ID",
    "Blank",
    "Cursor",
    "Envelope",
    "ErrorResponse",
    "Event",
    "Language",
    "Username",
    "build_app",
    "download",
    "endpoint",
    "event_stream",
    "lambda_handler",
    "openapi_document",
    "provided",
    "seal",
    "timestamp",
    "unseal",
    "wants_events",
]
