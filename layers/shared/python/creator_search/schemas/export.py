"""A creator's posts as text for download, generated in parts, so that only one page of posts is in memory at a time."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from creator_search.domain.analytics.post_growth import GROWTH_HOURS
from creator_search.schemas.post import PostBody
from creator_search.schemas.post_history import PointBody, PostGrowthBody

GROWTH_COLUMNS = (
    *(f"{count}_at_{hours}h" for hours in GROWTH_HOURS for count in ("likes", "views")),
    *("likes_per_day", "comments_per_day", "views_per_day"),
)
COLUMNS = ("username", *PostBody.model_fields, *GROWTH_COLUMNS)
BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets recognise UTF-8 by it."""
_PART_LENGTH = 64 * 1024
# Text that spreadsheets interpret as a formula, with any leading white space (OWASP, "CSV injection").
_FORMULA = re.compile(r"[\s\x00-\x20]*[=+\-@＝＋－＠]|[\t\r\n]")


@dataclass(frozen=True, slots=True)
class ExportedPost:
    body: PostBody
    points: Sequence[PointBody]
    growth: PostGrowthBody


def csv_parts(username: str, posts: Iterable[ExportedPost]) -> Iterator[str]:
    """Yield one row per post, with its growth in place of its points; the views of the growth are of the row's kind.
    Text that a spreadsheet would run as a formula is prefixed with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write(BYTE_ORDER_MARK)
    writer.writerow(COLUMNS)
    for post in posts:
        cells = (csv_cell(value) for value in post.body.model_dump(mode="json").values())
        writer.writerow([username, *cells, *_growth_cells(post.growth)])
        if out.tell() > _PART_LENGTH:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def json_parts(profile: str, analytics: str, posts: Iterable[ExportedPost]) -> Iterator[str]:
    """Yield the stored profile document, with the analytics document in place of its summary, and the posts with their
    `points` and `growth`."""
    report = {name: value for name, value in json.loads(analytics).items() if name != "success"}
    head: Mapping[str, Any] = {**json.loads(profile), "analytics": report}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "posts": ['
    for number, post in enumerate(posts):
        points = [point.model_dump(mode="json") for point in post.points]
        history = {"points": points, "growth": post.growth.model_dump(mode="json")}
        yield (",\n" if number else "\n") + f"{post.body.model_dump_json()[:-1]},{json.dumps(history)[1:]}"
    yield "\n]}\n"


def _growth_cells(growth: PostGrowthBody) -> Iterator[float | None]:
    for found in growth.ages:
        yield from (found.likes, found.views)
    per_day = growth.per_day
    yield from (per_day.likes, per_day.comments, per_day.views) if per_day else (None, None, None)


def csv_cell(value: Any) -> Any:
    """Return the value of a cell: lists joined by spaces, and text that would be run as a formula neutralised."""
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
