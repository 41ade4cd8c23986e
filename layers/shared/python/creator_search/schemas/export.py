"""A creator's posts as text for download, generated in parts, so that only one page of posts is in memory at a time."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from creator_search.schemas.post import PostBody

COLUMNS = ("username", *PostBody.model_fields)
_BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets recognise UTF-8 by it."""
_PART_LENGTH = 64 * 1024
# Text that spreadsheets interpret as a formula, with any leading white space (OWASP, "CSV injection").
_FORMULA = re.compile(r"[\s\x00-\x20]*[=+\-@＝＋－＠]|[\t\r\n]")


def csv_parts(username: str, bodies: Iterable[PostBody]) -> Iterator[str]:
    """Yield one row per post. Text that a spreadsheet would run as a formula is prefixed with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write(_BYTE_ORDER_MARK)
    writer.writerow(COLUMNS)
    for body in bodies:
        writer.writerow([username, *(_cell(value) for value in body.model_dump(mode="json").values())])
        if out.tell() > _PART_LENGTH:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def json_parts(profile: str, analytics: str, bodies: Iterable[PostBody]) -> Iterator[str]:
    """Yield the stored profile document, with the analytics document in place of its summary, and the posts."""
    report = {name: value for name, value in json.loads(analytics).items() if name != "success"}
    head: Mapping[str, Any] = {**json.loads(profile), "analytics": report}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "posts": ['
    for number, body in enumerate(bodies):
        yield (",\n" if number else "\n") + body.model_dump_json()
    yield "\n]}\n"


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
