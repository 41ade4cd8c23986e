"""Stored documents: in DynamoDB, or in S3 if one is too large for an item."""

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as, is_conditional_failure
from creator_search.adapters.aws.s3 import delete_prefix
from creator_search.adapters.dynamodb.items import batch_write, epoch, format_time, from_wire, get, is_expired, to_wire
from creator_search.adapters.dynamodb.schema.profiles import document_item
from creator_search.domain.clock import Clock
from creator_search.domain.documents import (
    BUILD_ABANDONED_AFTER,
    DOCUMENT_LIFETIME,
    Document,
    DocumentName,
    PageMeta,
    etag_of,
)
from creator_search.domain.errors import StorageUnavailable, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

MAX_INLINE_BYTES = 380_000
"""The limit of an item is 400 KB, including its other attributes."""


class DynamoDBDocumentStore:
    """Implements DocumentStore. Calls S3 only for documents that are stored there."""

    def __init__(
        self, client: "DynamoDBClient", s3: "Callable[[], S3Client]", *, profiles: str, bucket: "Callable[[], str]",
        clock: Clock,
    ) -> None:  # fmt: skip
        self._client = client
        self._s3 = s3
        self._table = profiles
        self._bucket = bucket
        self._clock = clock

    def load_document(self, username: str, name: DocumentName) -> Document | None:
        item = get(self._client, self._table, _key(username, name))
        if item is None or is_expired(item, self._clock()):
            return None
        body = item["body"] if "body" in item else self._object(item["object_key"])
        if body is None or ("body" not in item and etag_of(body) != item["etag"]):
            return None  # replaced between the two reads: the caller renders it again
        return Document(
            body=body,
            etag=item["etag"],
            updated_at=datetime.fromisoformat(item["updated_at"]),
            made_at=datetime.fromisoformat(item.get("made_at", item["updated_at"])),
            fresh_until=datetime.fromisoformat(item["fresh_until"]),
            ai_coverage=item.get("ai_coverage", "0%"),
            source=item.get("source"),
            page=_decode_page(json.loads(item["page"])) if "page" in item else None,
        )

    def save_document(self, username: str, name: DocumentName, document: Document) -> bool:
        item: dict[str, Any] = {
            **_key(username, name),
            "etag": document.etag,
            "updated_at": format_time(document.updated_at),
            "fresh_until": format_time(document.fresh_until),
            "ai_coverage": document.ai_coverage,
            "source": document.source,
            "made_at": format_time(document.made_at),
            "version": int(document.made_at.timestamp() * 1_000_000),
            "expires_at": epoch(self._clock() + DOCUMENT_LIFETIME),
        }
        if document.page is not None:
            # As text: numbers of an item are not those that were stored, 1.0 becomes 1.
            item["page"] = json.dumps(asdict(document.page))
        if len(document.body.encode()) <= MAX_INLINE_BYTES:
            item["body"] = document.body
        else:
            # A key per version: a reader that holds the old item still finds the old object.
            item["object_key"] = f"documents/{username}/{name}/{document.etag.strip(chr(34))}.json"
            with failing_as(StorageUnavailable):
                self._s3().put_object(
                    Bucket=self._bucket(),
                    Key=item["object_key"],
                    Body=document.body.encode(),
                    ContentType="application/json",
                )
        return self._replace(item)

    def delete_documents(self, username: str) -> None:
        keys = [to_wire(_key(username, name)) for name in DocumentName]
        batch_write(self._client, self._table, [{"DeleteRequest": {"Key": key}} for key in keys])
        delete_prefix(self._s3(), self._bucket(), f"documents/{username}/")

    def _replace(self, item: dict[str, Any]) -> bool:
        from botocore.exceptions import ClientError

        try:
            with failing_as(StoreUnavailable):
                answer = self._client.put_item(
                    TableName=self._table,
                    Item=to_wire(item),
                    ConditionExpression="attribute_not_exists(version) OR updated_at < :updated_at"
                    " OR (updated_at = :updated_at AND version <= :version) OR version <= :abandoned",
                    ExpressionAttributeValues=to_wire(
                        {
                            ":updated_at": item["updated_at"],
                            ":version": item["version"],
                            ":abandoned": item["version"] - int(BUILD_ABANDONED_AFTER.total_seconds() * 1_000_000),
                        }
                    ),
                    ReturnValues="ALL_OLD",
                )
        except ClientError as error:
            if not is_conditional_failure(error):
                raise
            return False
        replaced = from_wire(answer.get("Attributes", {})).get("object_key")
        if replaced and replaced != item.get("object_key"):
            # If this fails, the lifecycle rule of the bucket deletes the object.
            with suppress(StorageUnavailable), failing_as(StorageUnavailable):
                self._s3().delete_object(Bucket=self._bucket(), Key=replaced)
        return True

    def _object(self, key: str) -> str | None:
        from botocore.exceptions import ClientError

        try:
            answer = self._s3().get_object(Bucket=self._bucket(), Key=key)
            with failing_as(StorageUnavailable):
                return answer["Body"].read().decode()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchKey":
                return None
            raise StorageUnavailable() from error


def _decode_page(stored: dict[str, Any]) -> PageMeta:
    return PageMeta(position=stored["position"], total=stored["total"], notes=tuple(stored["notes"]))


def _key(username: str, name: DocumentName) -> dict[str, str]:
    return {"username": username, "item": document_item(name)}
