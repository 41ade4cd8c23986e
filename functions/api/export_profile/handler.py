"""GET /api/profile/{username}/export."""

from enum import StrEnum
from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.domain.analytics.post_growth import measure_growth
from creator_search.domain.documents import DocumentName
from creator_search.domain.posts import Post
from creator_search.http import ReadTimer, Username, download, endpoint, lambda_handler, provided
from creator_search.schemas.export import ExportedPost, csv_parts, json_parts
from creator_search.schemas.post import PostBody, PostMeasures
from creator_search.schemas.post_history import PointBody, PostGrowthBody
from creator_search.services.ports import Cdn
from creator_search.services.reading.creators import CreatorReader
from creator_search.services.reading.post_history import PostHistoryReader
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
    histories: Annotated[PostHistoryReader, provided(Container.post_histories)],
    cdn: Annotated[Cdn, provided(Container.cdn)],
    format_: Annotated[
        ExportFormat, Query(alias="format", description="must be csv or json", examples=["csv"])
    ] = ExportFormat.CSV,
) -> Response:
    """All stored posts with their figures and history: as CSV with one row per post and its growth, or as JSON with the
    profile, its analytics, and the growth and all points of each post. CSV text that a spreadsheet would run as a
    formula is prefixed with an apostrophe."""
    profile, posts = creators.read_all_posts(username, timer.deadline)
    measures = PostMeasures(followers=profile.followers, typical_views=profile.engagement.typical_views)
    all_points = histories.read_all_points(username)

    def exported(post: Post) -> ExportedPost:
        points = all_points.get(post.shortcode, ())
        return ExportedPost(
            body=PostBody.of(post, measures, cdn.image_url),
            points=[PointBody.of(point) for point in points],
            growth=PostGrowthBody.of(measure_growth(post, points)),
        )

    rows = map(exported, posts)
    if format_ is ExportFormat.CSV:
        return download(csv_parts(username, rows), media_type="text/csv", filename=f"{username}-posts.csv")
    profile_body, analytics_body = (
        creators.read_document(username, name, timer.deadline).document.body
        for name in (DocumentName.PROFILE, DocumentName.ANALYTICS)
    )
    parts = json_parts(profile_body, analytics_body, rows)
    return download(parts, media_type="application/json", filename=f"{username}.json")


handler = lambda_handler(router)
