"""GET /api/profile/{username}/export."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from creator_search import providers
from creator_search.config import config
from creator_search.documents.analytics import AnalyticsDocument
from creator_search.documents.post import PostBody, PostMeasures
from creator_search.documents.profile import ProfileDocument
from creator_search.domain.documents import DocumentName
from creator_search.domain.stored import StoredProfile
from creator_search.http import Username, download, endpoint, lambda_handler, provided
from creator_search.services.ports import Cdn, PostStore
from creator_search.services.read_creator import ReadCreator
from fastapi import Query, Response

router, route = endpoint("export_profile")

COLUMNS = ("username", *PostBody.model_fields)
# What spreadsheets take for the beginning of a formula, whatever white space stands before it (OWASP, "CSV injection").
_FORMULA = re.compile(r"[\s\x00-\x20]*[=+\-@＝＋－＠]|[\t\r\n]")


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


class Export(ProfileDocument):
    """`analytics` is the whole report here, in place of the summary."""

    analytics: AnalyticsDocument  # type: ignore[assignment]
    posts: list[PostBody]


@route(
    response_model=None,
    example={"success": True, "profile": {"username": "natgeo"}, "ai_insights": {}, "analytics": {}, "posts": []},
)
def export_profile(
    username: Username,
    read: Annotated[ReadCreator, provided(providers.read_creator)],
    posts: Annotated[PostStore, provided(providers.post_store)],
    cdn: Annotated[Cdn, provided(providers.cdn)],
    format_: Annotated[
        ExportFormat, Query(alias="format", description="must be csv or json", examples=["csv"])
    ] = ExportFormat.CSV,
) -> Response:
    """All stored posts with their figures: as CSV, one row a post, or as JSON with the profile and its analytics. Text
    cells that a spreadsheet would run as a formula begin with an apostrophe."""
    deadline = providers.now() + timedelta(seconds=config().read_budget_seconds)
    stored, _ = read.profile(username, deadline)
    bodies = _bodies(stored, posts, cdn)
    if format_ is ExportFormat.CSV:
        return download(_csv(username, bodies), media_type="text/csv", filename=f"{username}-posts.csv")
    profile = json.loads(read.document(username, DocumentName.PROFILE, deadline).document.body)
    analytics = json.loads(read.document(username, DocumentName.ANALYTICS, deadline).document.body)
    head = {**profile, "analytics": {name: value for name, value in analytics.items() if name != "success"}}
    return download(_json(head, bodies), media_type="application/json", filename=f"{username}.json")


def _bodies(stored: StoredProfile, posts: PostStore, cdn: Cdn) -> Iterator[PostBody]:
    """Read as they are sent: never more than a page of them in memory."""
    if stored.upstream.is_private:
        return
    measures = PostMeasures(followers=stored.upstream.followers, median_views=stored.engagement.median_views)
    for post in posts.newest(stored.upstream.username):
        yield PostBody.of(post, measures, cdn.url)


def _csv(username: str, bodies: Iterator[PostBody]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out)
    # The mark by which spreadsheets know UTF-8.
    out.write("\ufeff")
    writer.writerow(COLUMNS)
    for body in bodies:
        writer.writerow([username, *(_cell(value) for value in body.model_dump(mode="json").values())])
        if out.tell() > _CHUNK:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


_CHUNK = 64 * 1024


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _json(head: dict[str, Any], bodies: Iterator[PostBody]) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "posts": ['
    for number, body in enumerate(bodies):
        yield (",\n" if number else "\n") + body.model_dump_json()
    yield "\n]}\n"


handler = lambda_handler(router)
