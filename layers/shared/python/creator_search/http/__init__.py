"""Binds handlers to their rows in the catalogue, and failures to their statuses.

`endpoint` for a handler, `lambda_handler` for AWS, `build_app` for everybody who composes several.
"""

from creator_search.http.app import build_app, lambda_handler
from creator_search.http.endpoint import Envelope, Username, endpoint, provided
from creator_search.http.errors import ErrorResponse, timestamp
from creator_search.http.openapi import openapi_document

__all__ = [
    "Envelope",
    "ErrorResponse",
    "Username",
    "build_app",
    "endpoint",
    "lambda_handler",
    "openapi_document",
    "provided",
    "timestamp",
]
