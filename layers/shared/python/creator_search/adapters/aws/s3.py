"""Stored images, in S3."""

import hashlib
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as
from creator_search.domain.errors import StorageUnavailable
from creator_search.domain.images import Image

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# One year: a URL contains the version of its content, so the content of a URL never changes.
_CACHE_CONTROL = "public, max-age=31536000, immutable"


class S3ImageStore:
    """Implements ImageStore."""

    def __init__(self, client: "S3Client", *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def store_image(self, key: str, jpeg: bytes) -> Image:
        with failing_as(StorageUnavailable):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=jpeg, ContentType="image/jpeg", CacheControl=_CACHE_CONTROL
            )
        return Image(key, hashlib.sha256(jpeg).hexdigest()[:12])

    def delete_images(self, prefix: str) -> int:
        return delete_prefix(self._client, self._bucket, prefix)


def delete_prefix(client: "S3Client", bucket: str, prefix: str) -> int:
    """Delete every object under the prefix; return their number.

    Raises StorageUnavailable; objects deleted before the failure stay deleted.
    """
    deleted = 0
    while True:
        with failing_as(StorageUnavailable):
            page = client.list_objects_v2(Bucket=bucket, Prefix=prefix)
            keys: list[ObjectIdentifierTypeDef] = [{"Key": o["Key"]} for o in page.get("Contents", [])]
            if not keys:
                return deleted
            answer = client.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
        if answer.get("Errors"):
            raise StorageUnavailable()
        deleted += len(keys)
