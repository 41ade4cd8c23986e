"""The reads without documents, for comparison: calls of boto3 one after another, models rebuilt and figures made for
every request.

The answers have the same fields as the real ones.
"""

import argparse
import functools
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import boto3
import uvicorn
from boto3.dynamodb.types import TypeDeserializer
from creator_search.adapters.dynamodb.post_rows import decode_post
from creator_search.adapters.dynamodb.profile_rows import decode_profile
from creator_search.bootstrap.process import process_container
from creator_search.domain.analytics.engagement import typical_views
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.analytics.report import Evidence, analyze
from creator_search.domain.profiles import PublicProfile
from creator_search.schemas.envelope import ReadMeta
from creator_search.schemas.insights import AiSection
from creator_search.schemas.post import PostBody, PostMeasures
from creator_search.schemas.profile import AnalyticsSection, ProfileSection
from fastapi import FastAPI

from functions.api.get_posts.operation import PostsAnswer, PostsMeta
from functions.api.get_profile.operation import ProfileAnswer

app = FastAPI()


@functools.cache
def store() -> Any:
    return boto3.client("dynamodb")


def values(item: Any) -> dict[str, Any]:
    """Convert an item as boto3 does; whole numbers are int."""
    deserializer = TypeDeserializer()
    return {name: _plain(deserializer.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list():
            return [_plain(part) for part in value]
    return value


def query_all(username: str, kind: str) -> list[dict[str, Any]]:
    found = store().query(
        TableName="profiles",
        KeyConditionExpression="username = :u AND begins_with(#item, :kind)",
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues={":u": {"S": username}, ":kind": {"S": kind}},
    )
    return [values(item) for item in found["Items"]]


def load_profile(username: str) -> PublicProfile:
    key = {"username": {"S": username}, "item": {"S": "profile"}}
    return decode_profile(values(store().get_item(TableName="profiles", Key=key)["Item"])).public


@app.get("/api/profile/{username}/posts")
def get_posts(username: str, limit: int = 20) -> PostsAnswer:
    profile = load_profile(username)
    posts = sorted(map(decode_post, query_all(username, "post#")), key=lambda post: post.taken_at, reverse=True)
    measures = PostMeasures(followers=profile.followers, typical_views=typical_views(posts))
    bodies = [PostBody.of(post, measures, process_container().cdn.image_url) for post in posts]
    meta = {**meta_of(profile), "next_cursor": None, "has_more": len(posts) > limit, "total": len(posts), "notes": []}
    return PostsAnswer(posts=bodies[:limit], meta=PostsMeta(**meta))


@app.get("/api/profile/{username}")
def get_profile(username: str) -> ProfileAnswer:
    cdn, user = process_container().cdn, {"S": username}
    stored = load_profile(username)
    store().get_item(TableName="jobs", Key={"username": user})
    store().get_item(TableName="similar", Key={"username": user})
    store().get_item(TableName="control", Key={"id": {"S": "queue#HIGH"}})
    posts, snapshots = query_all(username, "post#"), query_all(username, "day#")
    evidence = Evidence(
        profile=stored,
        posts=[decode_post(post) for post in posts],
        snapshots=[
            Snapshot(day=datetime.fromisoformat(s["item"][4:]).date(), followers=s["followers"]) for s in snapshots
        ],
        days=90,
        now=datetime.now(UTC),
    )
    image = cdn.image_url(stored.image) if stored.image else None
    return ProfileAnswer(
        profile=ProfileSection.of(stored, image),
        ai_insights=AiSection.of(evidence.insights),
        analytics=AnalyticsSection.of(analyze(evidence)),
        meta=ReadMeta(**meta_of(stored), ai_analysis_coverage="0%"),
    )


def meta_of(stored: PublicProfile) -> dict[str, Any]:
    return {
        "cache_hit": True,
        "response_time_ms": 0,
        "last_updated": stored.updated_at.isoformat(),
        "stale": False,
        "source": "store",
        "age_seconds": int((datetime.now(UTC) - stored.updated_at).total_seconds()),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="warning")
