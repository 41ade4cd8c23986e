"""The CDN in front of the stored images."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from creator_search.adapters.aws.client import failing_as
from creator_search.domain.errors import CdnBusy, CdnUnavailable
from creator_search.domain.images import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cloudfront import CloudFrontClient


_PATHS_AT_ONCE = 500
"""CloudFront removes up to 3,000 paths of a distribution at a time, and 15 with a wildcard."""
_BUSY = "TooManyInvalidationsInProgress"


class CloudFrontCdn:
    """Implements Cdn. URLs contain the version of the content, so a refreshed image is never served stale."""

    def __init__(
        self, client: "Callable[[], CloudFrontClient]", *, base_url: str, distribution_id: "Callable[[], str]"
    ) -> None:
        self._client = client
        self._base_url = base_url
        self._distribution_id = distribution_id

    def image_url(self, image: Image) -> str:
        return f"{self._base_url}{_path(image)}"

    def invalidate(self, images: Sequence[Image]) -> None:
        from botocore.exceptions import ClientError

        paths = list(dict.fromkeys(map(_path, images)))
        for start in range(0, len(paths), _PATHS_AT_ONCE):
            try:
                self._create_invalidation(paths[start : start + _PATHS_AT_ONCE])
            except CdnUnavailable as error:
                cause = error.__cause__
                if isinstance(cause, ClientError) and cause.response.get("Error", {}).get("Code") == _BUSY:
                    raise CdnBusy() from error
                raise

    def _create_invalidation(self, paths: list[str]) -> None:
        with failing_as(CdnUnavailable):
            self._client().create_invalidation(
                DistributionId=self._distribution_id(),
                InvalidationBatch={
                    "Paths": {"Quantity": len(paths), "Items": paths},
                    "CallerReference": uuid.uuid4().hex,
                },
            )


def _path(image: Image) -> str:
    """The path and query of an image, with which the CDN stores its copy."""
    return f"/{quote(image.key)}?v={image.version}"
