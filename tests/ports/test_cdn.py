"""Cdn."""

import pytest
from creator_search.domain.images import Image
from creator_search.services.ports import Cdn

from tests.ports.conftest import Ports


@pytest.fixture
def cdn(ports: Ports) -> Cdn:
    return ports.container.cdn


def invalidated(ports: Ports) -> list[str]:
    """Return the invalidated prefixes."""
    if ports.world:
        return ports.world.cdn.invalidated
    cloudfront, distribution = ports.container.cloudfront, ports.container.config.cdn_distribution_id
    paths: list[str] = []
    for found in cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", []):
        made = cloudfront.get_invalidation(DistributionId=distribution, Id=found["Id"])["Invalidation"]
        paths += made["InvalidationBatch"]["Paths"]["Items"]
    return [path.removeprefix("/").removesuffix("*") for path in paths]


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("profiles/ada/profile.jpg", "profiles/ada/profile.jpg"),
        ("similar/ada_1.b/ben_profile.jpg", "similar/ada_1.b/ben_profile.jpg"),
        ("posts/ada/a b?c#d.jpg", "posts/ada/a%20b%3Fc%23d.jpg"),
    ],
)
def test_an_image_has_one_url_for_each_version(cdn: Cdn, key: str, path: str) -> None:
    assert cdn.image_url(Image(key, "0f3a9c1d2b4e")) == f"https://cdn.test/{path}?v=0f3a9c1d2b4e"


def test_copies_are_removed_by_prefix(ports: Ports, cdn: Cdn) -> None:
    cdn.invalidate("posts/ada/")
    cdn.invalidate("similar/ben/ada_profile.jpg")
    cdn.invalidate("posts/ada/")
    assert sorted(invalidated(ports)) == ["posts/ada/", "posts/ada/", "similar/ben/ada_profile.jpg"]
