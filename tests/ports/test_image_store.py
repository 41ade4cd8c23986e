"""ImageStore."""

import pytest
from creator_search.catalogue import Bucket
from creator_search.config import resource_name
from creator_search.domain.images import Image
from creator_search.services.ports import ImageStore

from tests.ports.conftest import Ports


@pytest.fixture
def images(ports: Ports) -> ImageStore:
    return ports.container.image_store


def stored(ports: Ports) -> dict[str, bytes]:
    """Return the stored images by key."""
    if ports.world:
        return dict(ports.world.images.stored)
    bucket, s3 = resource_name(Bucket.IMAGES), ports.container.s3
    keys = [
        found["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for found in page.get("Contents", [])
    ]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def test_an_image_is_stored_under_its_key(ports: Ports, images: ImageStore) -> None:
    image = images.store_image("profiles/ada/profile.jpg", b"one")
    assert image == Image("profiles/ada/profile.jpg", image.version)
    assert stored(ports) == {"profiles/ada/profile.jpg": b"one"}


def test_the_version_changes_with_the_content_and_with_nothing_else(ports: Ports, images: ImageStore) -> None:
    versions = [images.store_image("a.jpg", jpeg).version for jpeg in (b"one", b"two", b"one")]
    assert versions[0] == versions[2] != versions[1]
    assert images.store_image("b.jpg", b"one").version == versions[0]
    assert all(versions)
    assert stored(ports) == {"a.jpg": b"one", "b.jpg": b"one"}


def test_the_images_under_a_prefix_are_deleted(ports: Ports, images: ImageStore) -> None:
    for key in ("posts/ada/1.jpg", "posts/ada/2.jpg", "posts/ada2/1.jpg", "profiles/ada/profile.jpg"):
        images.store_image(key, b"x")
    assert images.delete_images("posts/ada/") == 2
    assert set(stored(ports)) == {"posts/ada2/1.jpg", "profiles/ada/profile.jpg"}
    assert images.delete_images("posts/ada/") == 0
    assert images.delete_images("profiles/ada/profile.jpg") == 1


def test_more_images_are_deleted_than_one_call_lists(ports: Ports, images: ImageStore) -> None:
    for number in range(1003):
        images.store_image(f"posts/ada/{number}.jpg", b"x")
    assert images.delete_images("posts/ada/") == 1003
    assert stored(ports) == {}


def test_images_are_listed_by_prefix_and_deleted_by_key(ports: Ports, images: ImageStore) -> None:
    for key in ("similar/ada/ben_profile.jpg", "similar/ada/cleo_profile.jpg", "similar/ada2/ben_profile.jpg"):
        images.store_image(key, b"x")
    assert images.list_keys("similar/ada/") == ["similar/ada/ben_profile.jpg", "similar/ada/cleo_profile.jpg"]
    assert images.list_keys("nothing/") == []
    images.delete_keys(["similar/ada/ben_profile.jpg", "similar/nobody/ben_profile.jpg"])
    assert set(stored(ports)) == {"similar/ada/cleo_profile.jpg", "similar/ada2/ben_profile.jpg"}
    images.delete_keys([])


def test_more_images_are_listed_and_deleted_by_key_than_one_call_takes(ports: Ports, images: ImageStore) -> None:
    for number in range(1003):
        images.store_image(f"posts/ada/{number:04d}.jpg", b"x")
    keys = images.list_keys("posts/ada/")
    assert len(keys) == 1003
    images.delete_keys(keys)
    assert stored(ports) == {}


def test_browsers_and_the_cdn_keep_a_copy_for_a_day(ports: Ports, images: ImageStore) -> None:
    if ports.world:
        pytest.skip("the fake has no headers")
    images.store_image("a.jpg", b"x")
    found = ports.container.s3.get_object(Bucket=resource_name(Bucket.IMAGES), Key="a.jpg")
    assert found["CacheControl"] == "public, max-age=86400, immutable"
