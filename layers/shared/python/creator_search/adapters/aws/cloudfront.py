"""The CDN in front of the stored images."""

import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote

from creator_search.adapters.aws.client import failing_as
from creator_search.domain.errors import CdnUnavailable
from creator_search.domain.images import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cloudfront import CloudFrontClient


class CloudFrontCdn:
    """Implements Cdn. URLs contain the version of the content, so a refreshed image is never served stale."""

    def __init__(self, client: "Callable[[], CloudFrontClient]", *, base_url: str, distribution_id: str) -> None:
        self._client = client
        self._base_url = base_url
        self._distribution_id = distribution_id

    def image_url(self, image: Image) -> str:
        return f"{self._base_url}/{quote(image.key)}?v={image.version}"

    def invalidate(self, prefix: str) -> None:
        with failing_as(CdnUnavailable):
            self._client().create_invalidation(
                DistributionId=self._distribution_id,
                InvalidationBatch={
                    "Paths": {"Quantity": 1, "Items": [f"/{quote(prefix)}*"]},
                    "CallerReference": uuid.uuid4().hex,
                },
            )
