"""An erasure over moto whose process dies before or after any of its calls of AWS, and what an erasure calls."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from creator_search.bootstrap.process import process_container
from creator_search.domain.images import Image, similar_image_key
from creator_search.domain.messages import ErasureMessage, parse_message

from tests.fakes import NEVER, Died
from tests.seeds import NOW, another_process, numbered_post, similar_set, store_creator

TABLES = ("profiles", "jobs", "similar", "memberships", "accounts", "control")
SETS = ("ben", "carl", "dora")
"""Those of others that list the creator."""


@contextmanager
def calls(most: int | None = None) -> Iterator[list[str]]:
    """Yield the calls of AWS within the block. The one after `most` is not made: the process dies."""
    container, made = process_container(), list[str]()
    clients = (container.dynamodb, container.s3, container.sqs, container.cloudfront)

    def call(model: Any, **_: Any) -> None:
        if most is not None and len(made) >= most:
            raise Died
        made.append(model.name)

    for client in clients:
        client.meta.events.register("before-call", call, unique_id="calls")
    try:
        yield made
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", call, unique_id="calls")


def store_everything_of(name: str) -> set[str]:
    """Store a creator in each table and bucket; return the paths at which the CDN may have copies."""
    container = process_container()
    container.account_registry.assign(name, account_of(name), NOW)
    covers = [Image(f"posts/{name}/p{number:05d}.jpg", "v1") for number in range(3)]
    posts = [numbered_post(number, image=cover) for number, cover in enumerate(covers)]
    store_creator(*posts, username=name, biography='"' * 250_000)
    container.requests.submit(name, "frontend", refresh=True)
    container.favorites.add("alice", name)
    list_in(name, "cleo")
    for primary in SETS:
        list_in(primary, name)
    similar = [Image(similar_image_key(*pair), "v1") for pair in ((name, "cleo"), *((each, name) for each in SETS))]
    images = [Image(f"profiles/{name}/profile.jpg", "v1"), *covers, *similar]
    for image in images:
        container.image_store.store_image(image.key, b"x")
    return {f"/{image.key}?v=v1" for image in images}


def account_of(name: str) -> str:
    return "4711000" + name.removeprefix("gone.")


def list_in(primary: str, name: str) -> None:
    """Add a creator to the similar set of another one."""
    store = process_container().similar_store
    row = store.load_similar(primary)
    names = [*(profile.username for profile in (row.cached.profiles if row.cached else ())), name]
    assert store.replace_set(similar_set(names, username=primary), row.generation)


def request_erasure(name: str) -> ErasureMessage:
    container = process_container()
    container.erasure_requests.request_erasure(name)
    [sent] = container.sqs.receive_message(QueueUrl=os.environ["QUEUE_ERASURE"])["Messages"]
    container.sqs.delete_message(QueueUrl=os.environ["QUEUE_ERASURE"], ReceiptHandle=sent["ReceiptHandle"])
    return parse_message(ErasureMessage, sent["Body"])


def erase(message: ErasureMessage) -> None:
    """Handle the message in a process of its own."""
    assert not another_process().profile_eraser.erase(message, NEVER).is_continued


def left_of(name: str) -> list[str]:
    """Return the rows and the objects that name the creator. A tombstone has a hash of the name."""
    container = process_container()
    rows = [str(item) for table in TABLES for item in container.dynamodb.scan(TableName=table)["Items"]]
    keys = [
        found["Key"]
        for bucket in ("BUCKET_IMAGES", "BUCKET_DOCUMENTS")
        for found in container.s3.list_objects_v2(Bucket=os.environ[bucket]).get("Contents", ())
    ]
    return [found for found in (*rows, *keys) if name in found or account_of(name) in found]


def invalidated() -> set[str]:
    """Return the paths of all invalidations."""
    cloudfront, distribution = process_container().cloudfront, os.environ["CDN_DISTRIBUTION_ID"]
    pages = cloudfront.get_paginator("list_invalidations").paginate(DistributionId=distribution)
    ids = [each["Id"] for page in pages for each in page["InvalidationList"].get("Items", ())]
    found = [cloudfront.get_invalidation(DistributionId=distribution, Id=each)["Invalidation"] for each in ids]
    return {path for each in found for path in each["InvalidationBatch"]["Paths"]["Items"]}


@pytest.mark.parametrize("is_last", [False, True])
def test_an_erasure_that_dies_after_any_call_ends_with_nothing_left(aws: dict[str, str], is_last: bool) -> None:
    most, has_died, paths = 0, True, set[str]()
    while has_died:
        name = f"gone.{most:03d}"
        paths |= store_everything_of(name)
        message = request_erasure(name)
        last = message.model_copy(update={"is_last": True})
        if is_last:
            erase(message)
            list_in("dora", name)  # by a fetch that was in progress
            process_container().image_store.store_image(similar_image_key("dora", name), b"x")
        has_died = False
        try:
            with calls(most):
                erase(last if is_last else message)
        except Died:
            has_died = True
            erase(last if is_last else message)
        if not is_last:
            erase(last)
        assert left_of(name) == [], f"after {most} calls"
        most += 1
    assert paths <= invalidated()
    assert most > 25


def test_the_calls_of_an_erasure_do_not_depend_on_other_creators(aws: dict[str, str]) -> None:
    made = []
    for others in (0, 200):
        for number in range(others):
            list_in(f"other{number}", "cleo")
        name = f"gone.{others:03d}"
        store_everything_of(name)
        message = request_erasure(name)
        with calls() as of_this:
            erase(message)
            erase(message.model_copy(update={"is_last": True}))
        made.append(Counter(of_this))
    assert made[0] == made[1]


def test_an_erasure_calls_once_for_each_set_of_others_that_lists_the_creator(aws: dict[str, str]) -> None:
    made = []
    for listed in (100, 200):
        name = f"gone.{listed:03d}"
        store_everything_of(name)
        for number in range(listed):
            list_in(f"other{listed}{number}", name)
        message = request_erasure(name)
        with calls() as of_this:
            erase(message)
        made.append(Counter(of_this))
    more = made[1] - made[0]
    assert more["UpdateItem"] == 100
    assert more.total() <= 105  # one read for 100 sets, one deletion of 1,000 images, one page of 1 MB of memberships
