"""Captions of any content over moto: as CSV, as JSON, in pages and in streams."""

import csv
import io
import json

import pytest
from creator_search.domain.analytics.engagement import TypicalViews
from creator_search.domain.analytics.post_growth import measure_growth
from creator_search.domain.images import Image
from creator_search.schemas.export import ExportedPost, csv_parts
from creator_search.schemas.post import PostBody, PostMeasures
from creator_search.schemas.post_history import PostGrowthBody
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seeds import numbered_post, store_creator

WILD = "emoji 👩‍👩‍👧‍👦 עברית مرحبا\u202e NUL\x00 \r\n\t\"quoted\", 'single' " + "long " * 12_000
"""More than 60 KB."""


@pytest.mark.parametrize("format_", ["json", "csv", "posts", "stream"])
def test_any_caption_is_returned_as_it_was_stored(api: TestClient, format_: str) -> None:
    store_creator(numbered_post(1, caption=WILD), numbered_post(2, caption="=1+1"))
    if format_ == "csv":
        rows = list(csv.DictReader(io.StringIO(api.get("/api/profile/ada/export").text, newline="")))
        assert [row["caption"] for row in rows] == [WILD, "'=1+1"]
    elif format_ == "json":
        exported = api.get("/api/profile/ada/export?format=json").json()
        assert [p["caption"] for p in exported["posts"]] == [WILD, "=1+1"]
    elif format_ == "posts":
        assert api.get("/api/profile/ada/posts").json()["posts"][0]["caption"] == WILD
    else:
        text = api.get("/api/profile/ada/posts?stream=true").text
        data = [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]
        assert data[0]["posts"][0]["caption"] == WILD and data[-1]["stream_completed"] is True


def test_an_export_has_the_posts_and_all_figures(api: TestClient) -> None:
    store_creator(*(numbered_post(n) for n in range(30)))
    answer = api.get("/api/profile/ada/export?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="ada-posts.csv"'
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert [row["shortcode"] for row in rows] == [f"p{n:05d}" for n in range(30)]
    assert (rows[3]["username"], rows[3]["likes"], rows[3]["hashtags"]) == ("ada", "111", "tag")
    exported = api.get("/api/profile/ada/export?format=json").json()
    assert exported["profile"]["username"] == "ada" and exported["analytics"]["growth"]["followers"] == 1000
    assert len(exported["posts"]) == 30
    assert api.get("/api/profile/ada/export?format=xls").json()["error"] == "format: must be csv or json"


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from(list("=+-@\t\r\n |\x00a1'＝＠")), max_size=5))
def test_no_cell_of_the_csv_begins_as_a_formula(text: str) -> None:
    post = numbered_post(1, caption=text)
    body = PostBody.of(post, PostMeasures(followers=1, typical_views=TypicalViews()), _no_url)
    exported = ExportedPost(body=body, points=(), growth=PostGrowthBody.of(measure_growth(post, ())))
    [row] = csv.DictReader(io.StringIO("".join(csv_parts("ada", [exported])).removeprefix("\ufeff"), newline=""))
    cell = row["caption"]
    assert not cell.startswith(("\t", "\r", "\n"))
    assert not cell.lstrip(" \x00\t\r\n").startswith(("=", "+", "-", "@", "＝", "＠"))
    assert cell in (text, f"'{text}")


def _no_url(image: Image) -> str:
    return image.key
