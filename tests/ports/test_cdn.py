"""Cdn."""

from typing import Any
from urllib.parse import quote

import pytest
from creator_search.domain.errors import CdnBusy, CdnUnavailable
from creator_search.domain.images import Image
from creator_search.services.ports import Cdn

from tests.ports.conftest import Ports


@pytest.fixture
def cdn(ports: Ports) -> Cdn:
    return ports.container.cdn


def batches(ports: Ports) -> list[list[str]]:
    """Return the invalidated paths of each call of CloudFront, or those of the fake in one batch."""
    if ports.world:
        found = [f"/{quote(image.key)}?v={image.version}" for image in ports.world.cdn.invalidated]
        return [found] if found else []
    cloudfront, distribution = ports.container.cloudfront, ports.container.config.cdn_distribution_id
    made = [
        cloudfront.get_invalidation(DistributionId=distribution, Id=found["Id"])["Invalidation"]
        for found in cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", [])
    ]
    return [each["InvalidationBatch"]["Paths"]["Items"] for each in made]


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("profiles/ada/profile.jpg", "profiles/ada/profile.jpg"),
        ("similar/ada_1.b/ben_profile.jpg", "similar/ada_1.b/ben_profile.jpg"),
        ("posts/ada/a b?c#d.jpg", "posts/ada/a%20b%3Fc%23d.jpg"),
    ],
)
def test_an_image_has_one_url_for_each_version_and_its_copy_is_removed_by_that(
    ports: Ports, cdn: Cdn, key: str, path: str
) -> None:
    image = Image(key, "0f3a9c1d2b4e")
    assert cdn.image_url(image) == f"https://cdn.test/{path}?v=0f3a9c1d2b4e"
    cdn.invalidate([image])
    assert batches(ports) == [[f"/{path}?v=0f3a9c1d2b4e"]]


def test_no_path_has_a_wildcard_of_which_only_fifteen_may_be_in_progress(ports: Ports, cdn: Cdn) -> None:
    cdn.invalidate([Image("posts/ada/*.jpg", "1")])
    assert "*" not in str(batches(ports))


def test_without_images_the_cdn_is_not_called(ports: Ports, cdn: Cdn) -> None:
    cdn.invalidate([])
    assert batches(ports) == []


def test_many_copies_are_removed_in_batches_far_smaller_than_what_may_be_in_progress(ports: Ports, cdn: Cdn) -> None:
    images = [Image(f"posts/ada/{number}.jpg", "1") for number in range(1201)]
    cdn.invalidate(images)
    assert sorted(path for batch in batches(ports) for path in batch) == sorted(f"/{i.key}?v=1" for i in images)
    if not ports.world:
        assert sorted(map(len, batches(ports))) == [201, 500, 500]


@pytest.mark.parametrize(
    ("code", "error"),
    [("TooManyInvalidationsInProgress", CdnBusy), ("AccessDenied", CdnUnavailable)],
)
def test_a_cdn_that_is_busy_says_so(ports: Ports, cdn: Cdn, code: str, error: type[CdnUnavailable]) -> None:
    if ports.world:
        ports.world.cdn.busy, ports.world.cdn.down = error is CdnBusy, error is not CdnBusy
    else:
        _refuse(ports, code)
    with pytest.raises(CdnUnavailable) as raised:
        cdn.invalidate([Image("posts/ada/1.jpg", "1")])
    assert type(raised.value) is error


def _refuse(ports: Ports, code: str) -> None:
    """Answer each invalidation with this error, before the request is sent."""
    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders

    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>".encode()

    class Raw:
        def stream(self, **_: object) -> list[bytes]:
            return [body]

    def answer(**_: object) -> Any:
        return AWSResponse("https://cloudfront.test", 400, HTTPHeaders(), Raw())

    ports.container.cloudfront.meta.events.register_first("before-send.cloudfront.CreateInvalidation", answer)
