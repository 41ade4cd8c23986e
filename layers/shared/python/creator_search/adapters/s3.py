"""Stored images, in S3."""

import hashlib
from typing import TYPE_CHECKING

from creator_search.adapters.aws import failing_as
from creator_search.domain.answers import StoredImage
from creator_search.domain.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# A year: an address carries the version of its content, so what it shows never changes.
_CACHE_CONTROL = "public, max-age=31536000, immutable"


class S3ImageStore:
    def __init__(self, client: "S3Client", *, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, jpeg: bytes) -> StoredImage:
        with failing_as(StorageUnavailable):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=jpeg, ContentType="image/jpeg", CacheControl=_CACHE_CONTROL
            )
        return StoredImage(version=hashlib.sha256(jpeg).hexdigest()[:12], size=len(jpeg))

    def delete_prefix(self, prefix: str) -> int:
        return delete_prefix(self._client, self._bucket, prefix)


def delete_prefix(client: "S3Client", bucket: str, prefix: str) -> int:
    """How many objects there were. Raises StorageUnavailable; what was deleted before stays deleted."""
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
