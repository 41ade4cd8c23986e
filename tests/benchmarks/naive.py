"""The read path without documents, for comparison: six round trips, with models rebuilt and figures computed for every
request.

The answer has the same fields as the real one.
"""

import argparse
from datetime import UTC, datetime
from typing import Any

import uvicorn
from creator_search.adapters.dynamodb.items import from_wire
from creator_search.adapters.dynamodb.post_rows import decode_post
from creator_search.adapters.dynamodb.profile_rows import decode_profile
from creator_search.bootstrap.process import process_container
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.analytics.report import Evidence, analyze
from creator_search.schemas.insights import AiSection
from creator_search.schemas.profile import AnalyticsSection, ProfileSection
from fastapi import FastAPI

from functions.api.get_profile.operation import ProfileAnswer

app = FastAPI()


@app.get("/api/profile/{username}")
def get_profile(username: str) -> ProfileAnswer:
    dynamodb, cdn, user = process_container().dynamodb, process_container().cdn, {"S": username}
    profile = dynamodb.get_item(TableName="profiles", Key={"username": user, "item": {"S": "profile"}})
    dynamodb.get_item(TableName="jobs", Key={"username": user})
    dynamodb.get_item(TableName="similar", Key={"username": user})
    dynamodb.get_item(TableName="control", Key={"id": {"S": "queue#HIGH"}})
    posts, days = (
        dynamodb.query(
            TableName="profiles",
            KeyConditionExpression="username = :u AND begins_with(#item, :kind)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={":u": user, ":kind": {"S": kind}},
        )["Items"]
        for kind in ("post#", "day#")
    )
    stored = decode_profile(from_wire(profile["Item"])).public
    snapshots = [from_wire(day) for day in days]
    now = datetime.now(UTC)
    evidence = Evidence(
        profile=stored,
        posts=[decode_post(from_wire(post)) for post in posts],
        snapshots=[
            Snapshot(day=datetime.fromisoformat(s["item"][4:]).date(), followers=s["followers"]) for s in snapshots
        ],
        days=90,
        now=now,
    )
    image = cdn.image_url(stored.image) if stored.image else None
    meta: Any = {
        "cache_hit": True,
        "response_time_ms": 0,
        "ai_analysis_coverage": "0%",
        "last_updated": stored.updated_at.isoformat(),
        "stale": False,
        "source": "store",
        "age_seconds": int((now - stored.updated_at).total_seconds()),
    }
    return ProfileAnswer(
        profile=ProfileSection.of(stored, image),
        ai_insights=AiSection.of(evidence.insights),
        analytics=AnalyticsSection.of(analyze(evidence)),
        meta=meta,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="warning")
