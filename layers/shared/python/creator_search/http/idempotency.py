"""Idempotency-Key: a repeated request with the same key gets the first answer again."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from fastapi import Request, Response

from creator_search.catalogue import Operation
from creator_search.domain.callers import Caller
from creator_search.domain.errors import IdempotencyConflict, IdempotencyKeyUsed, InvalidParameter, StoreUnavailable
from creator_search.domain.idempotency import RepeatedRequest
from creator_search.http.context import Context, context_of
from creator_search.http.errors import given_username

LIFETIME = timedelta(hours=24)
IN_PROGRESS_SECONDS = 60
"""Longer than any request takes. After this time, the key of a request that never ended is released."""
MAX_KEY_LENGTH = 255


async def answer_once(
    row: Operation, key: str, request: Request, handle: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Handle the request, or return the stored answer of an earlier one.

    If the store is unavailable, the request is handled again: every operation may run twice with the same result.
    Raises IdempotencyKeyUsed if the key was used for a different request, IdempotencyConflict while the first one runs.
    """
    if not 1 <= len(key) <= MAX_KEY_LENGTH:
        raise InvalidParameter(f"Idempotency-Key must have 1 to {MAX_KEY_LENGTH} characters")
    context = context_of(request.scope)
    store = context.idempotency_store
    caller: Caller = request.state.caller
    repeated = RepeatedRequest(
        subject=caller.subject, key=f"{row.name}#{_digest(key)}", username=given_username(request)
    )
    fingerprint = _digest(f"{request.url.path}?{request.url.query}\n".encode() + await request.body())
    try:
        earlier = store.begin(repeated, fingerprint, IN_PROGRESS_SECONDS)
    except StoreUnavailable:
        return await handle(request)
    if earlier is not None:
        return _replayed(earlier, fingerprint)
    try:
        response = await handle(request)
    except BaseException:
        _attempt(context, store.abandon, repeated)
        raise
    body = "" if row.answers_secret else bytes(response.body).decode()
    kept = {
        "status": response.status_code,
        "body": body,
        "etag": response.headers.get("etag"),
        "withheld": row.answers_secret,
    }
    _attempt(context, store.finish, repeated, fingerprint, kept, LIFETIME)
    return response


def _replayed(earlier: dict[str, Any], fingerprint: str) -> Response:
    if earlier["fingerprint"] != fingerprint:
        raise IdempotencyKeyUsed("Idempotency-Key was used for another request within 24 hours")
    if "answer" not in earlier:
        raise IdempotencyConflict()
    kept = earlier["answer"]
    if kept.get("withheld"):
        raise IdempotencyKeyUsed("The first answer contained a secret, which is shown once")
    headers = {"Idempotent-Replayed": "true", **({"ETag": kept["etag"]} if kept.get("etag") else {})}
    return Response(kept["body"], kept["status"], headers, media_type="application/json")


def _digest(value: str | bytes) -> str:
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()


def _attempt(context: Context, call: Callable[..., None], *arguments: Any) -> None:
    """Log errors of the store instead of raising them, because the request has already been handled."""
    try:
        call(*arguments)
    except StoreUnavailable as error:
        context.logger("api").warning("the answer could not be stored", exc_info=error)
