"""Pages of posts: their `meta`, their cursors, and the answer from the stored first page."""

from collections.abc import Mapping
from typing import Any

from creator_search.answers.cursors import CursorSigner
from creator_search.answers.documents import ReadyAnswer, Timer, with_meta
from creator_search.domain.documents import PageMeta, etag_of
from creator_search.domain.post_queries import PostQuery
from creator_search.services.reading.stored import DocumentResult


def first_page_answer(result: DocumentResult, timer: Timer, cursors: CursorSigner, username: str) -> ReadyAnswer:
    """Return the stored first page of all posts with `meta`."""
    found, page = result.document, result.document.page
    assert page is not None
    cursor = next_cursor(cursors, username, PostQuery(), page)
    about = timer.meta_of(result)
    return page_answer(found.body, found.etag, page, cursor, about, is_stale=result.is_stale)


def page_answer(
    body: str, etag: str, page: PageMeta, cursor: str | None, about: Mapping[str, Any], *, is_stale: bool
) -> ReadyAnswer:
    """Return the answer with the posts in `body`, whose ETag is `etag`. `cursor` is that of the next page, and decides
    with the posts whether a client's copy is current; `about` are the fields of `meta` that all answers have."""
    fields = {"next_cursor": cursor, "has_more": cursor is not None, "total": page.total}
    meta = {**fields, **about, "notes": page.notes}
    return ReadyAnswer(etag_of(f"{etag}{cursor or ''}"), lambda: with_meta(body, meta), is_stale)


def next_cursor(cursors: CursorSigner, username: str, query: PostQuery, page: PageMeta) -> str | None:
    """Return the cursor of the page after this one, if there is one."""
    return cursors.sign(cursor_scope(username, query), page.position) if page.position else None


def cursor_scope(username: str, query: PostQuery) -> str:
    """Return what must be equal on all pages: the creator and the query."""
    return f"get_posts#{username}#{query!r}"
