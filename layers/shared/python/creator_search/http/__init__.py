"""HTTP layer: connects handlers with their catalogue rows, provides the parts that they need, and converts errors.

Handlers use `endpoint`; `lambda_handler` wraps one for AWS, `build_app` makes an app of several operations.
"""

from creator_search.http.app import build_app, lambda_handler
from creator_search.http.callers import CurrentCaller
from creator_search.http.dependencies import Cursors, Now, ReadTimer, SimilarDeadline, StreamSeconds, provided
from creator_search.http.endpoint import endpoint, endpoints
from creator_search.http.negotiation import prefers
from creator_search.http.openapi import openapi_document
from creator_search.http.owned import IfMatch, OwnedId
from creator_search.http.parameters import (
    AccountId,
    Blank,
    Cursor,
    Language,
    PageLimit,
    Shortcode,
    Since,
    Until,
    Username,
)
from creator_search.http.responses import document_response, ready_response, versioned_response
from creator_search.http.streaming import COMPLETED_ID, Event, download, event_stream, wants_events

__all__ = [
    "COMPLETED_ID",
    "AccountId",
    "Blank",
    "CurrentCaller",
    "Cursor",
    "Cursors",
    "Event",
    "IfMatch",
    "Language",
    "Now",
    "OwnedId",
    "PageLimit",
    "ReadTimer",
    "Shortcode",
    "SimilarDeadline",
    "Since",
    "StreamSeconds",
    "Until",
    "Username",
    "build_app",
    "document_response",
    "download",
    "endpoint",
    "endpoints",
    "event_stream",
    "lambda_handler",
    "openapi_document",
    "prefers",
    "provided",
    "ready_response",
    "versioned_response",
    "wants_events",
]
