"""Stores creators, similar sets and messages as the functions do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from creator_search.bootstrap import Container
from creator_search.bootstrap.process import process_container
from creator_search.catalogue import Queue
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.engagement import summarize
from creator_search.domain.images import Image, similar_image_key
from creator_search.domain.posts import MediaType, Post, ViewsKind
from creator_search.domain.profiles import Profile
from creator_search.domain.similar import SimilarProfile, SimilarSet

from tests.fakes import stored_profile

NOW = datetime.now(UTC).replace(microsecond=0)
IMAGE_BYTES = 10
"""The size of each image of a similar set."""


def another_process(**parts: object) -> Container:
    """Return a container with the AWS clients of this process, which take time to create, and nothing else of it."""
    clients = process_container()
    names = ("config", "dynamodb", "cache_dynamodb", "breaker_dynamodb", "s3", "sqs")
    return Container.for_tests(**{**{name: getattr(clients, name) for name in names}, **parts})


def numbered_post(number: int, **changes: object) -> Post:
    """Return a post taken `number` hours ago, with figures derived from the number."""
    made = Post(
        shortcode=f"p{number:05d}",
        media_type=list(MediaType)[number % 4],
        taken_at=NOW - timedelta(hours=number),
        caption=f"caption {number} #tag",
        likes=(number * 37) % 1000,
        comments=number % 7,
        views=1000 + number,
        views_kind=ViewsKind.PLAYS,
        image=Image(f"posts/ada/p{number:05d}.jpg", "v1"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def store_creator(
    *posts: Post, username: str = "ada", age: timedelta = timedelta(0), documents: bool = True, **changes: Any
) -> Profile:
    """Store a primary profile built `age` ago, its posts, its snapshot and, with `documents`, its documents."""
    container, at = process_container(), NOW - age
    made = stored_profile(
        username,
        **{
            "created_at": at,
            "updated_at": at,
            "complete_until": at,
            "posts_stored": len(posts),
            "image": Image(f"profiles/{username}/profile.jpg", "v1"),
            **changes,
        },
    )
    profile = replace(made, engagement=summarize(posts, made.followers, made.complete_since))
    container.post_store.save_posts(HistoryKey(username), posts)
    container.profile_store.save_snapshot(HistoryKey(username), profile.snapshot, fence=1)
    container.profile_store.save_profile(profile, fence=1, over=None)
    if documents:
        container.document_writer.write(username)
    return profile


def similar_set(names: Sequence[str], *, username: str = "ada", fetched_at: datetime = NOW) -> SimilarSet:
    profiles = tuple(
        SimilarProfile(
            username=name,
            name=name.title(),
            rank=rank,
            image=Image(similar_image_key(username, name), "v1"),
            image_bytes=IMAGE_BYTES,
        )
        for rank, name in enumerate(names, 1)
    )
    return SimilarSet(
        username=username, batch_id="b", fetched_at=fetched_at, limit=20, is_complete=True, profiles=profiles
    )


def store_similar(*names: str, username: str = "ada") -> None:
    assert process_container().similar_store.replace_set(similar_set(names, username=username), None)


def sqs_event(queue: Queue, *bodies: str) -> dict[str, Any]:
    """Return the Lambda event for a batch of messages."""
    return {
        "Records": [
            {
                "messageId": f"m{n}",
                "receiptHandle": "r",
                "body": body,
                "attributes": {"SentTimestamp": "1767225600000", "ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue.value}",
                "awsRegion": "us-east-1",
            }
            for n, body in enumerate(bodies)
        ]
    }
