"""GET /api/profile/{username}/export."""

from enum import StrEnum
from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.documents import DocumentName
from creator_search.http import ReadTimer, Username, download, endpoint, lambda_handler, provided
from creator_search.schemas.export import csv_parts, json_parts
from creator_search.schemas.post import PostBody, PostMeasures
from creator_search.services.ports import Cdn
from creator_search.services.reading.creators import CreatorReader
from fastapi import Query, Response

router, route = endpoint("export_profile")


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


@route(response_model=None)
def export_profile(
    username: Username,
    timer: ReadTimer,
    creators: Annotated[CreatorReader, provided(Container.creators)],
    cdn: Annotated[Cdn, provided(Container.cdn)],
    format_: Annotated[
        ExportFormat, Query(alias="format", description="must be csv or json", examples=["csv"])
    ] = ExportFormat.CSV,
) -> Response:
    """All stored posts with their figures: as CSV with one row per post, or as JSON with the profile and its analytics.
    CSV text that a spreadsheet would run as a formula is prefixed with an apostrophe."""
    profile, posts = creators.read_all_posts(username, timer.deadline)
    measures = PostMeasures(followers=profile.followers, typical_views=profile.engagement.typical_views)
    bodies = (PostBody.of(post, measures, cdn.image_url) for post in posts)
    if format_ is ExportFormat.CSV:
        return download(csv_parts(username, bodies), media_type="text/csv", filename=f"{username}-posts.csv")
    profile_body, analytics_body = (
        creators.read_document(username, name, timer.deadline).document.body
        for name in (DocumentName.PROFILE, DocumentName.ANALYTICS)
    )
    parts = json_parts(profile_body, analytics_body, bodies)
    return download(parts, media_type="application/json", filename=f"{username}.json")


handler = lambda_handler(router)
