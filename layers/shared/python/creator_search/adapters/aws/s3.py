"""Stored images, in S3."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from creator_search.adapters.aws.client import failing_as
from creator_search.catalogue import IMAGE_COPY_SECONDS
from creator_search.domain.errors import StorageUnavailable
from creator_search.domain.images import Image

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# A URL contains the version of its content, so the content of a URL never changes.
_CACHE_CONTROL = f"public, max-age={IMAGE_COPY_SECONDS}, immutable"
_DELETED_AT_ONCE = 1000


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

    def list_keys(self, prefix: str) -> Sequence[str]:
        found: list[str] = []
        start: dict[str, str] = {}
        while True:
            with failing_as(StorageUnavailable):
                page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **start)  # type: ignore[arg-type]
            found += [each["Key"] for each in page.get("Contents", [])]
            if not page.get("NextContinuationToken"):
                return found
            start = {"ContinuationToken": page["NextContinuationToken"]}

    def delete_keys(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _DELETED_AT_ONCE):
            _delete(self._client, self._bucket, [{"Key": key} for key in keys[start : start + _DELETED_AT_ONCE]])

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
        _delete(client, bucket, keys)
        deleted += len(keys)


def _delete(client: "S3Client", bucket: str, keys: "list[ObjectIdentifierTypeDef]") -> None:
    with failing_as(StorageUnavailable):
        answer = client.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    if answer.get("Errors"):
        raise StorageUnavailable()
