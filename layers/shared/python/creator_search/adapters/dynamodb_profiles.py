"""Profiles, posts and daily snapshots in DynamoDB."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws import failing_as, is_conditional_failure
from creator_search.adapters.dynamodb import Item, from_wire, get, iso, pages, put_if, to_wire
from creator_search.domain.engagement import Engagement
from creator_search.domain.errors import LeaseLost, StoreUnavailable
from creator_search.domain.jobs import ProfileType
from creator_search.domain.profiles import MediaType, Post, UpstreamProfile
from creator_search.domain.stored import StoredProfile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_BATCH = 25
_BATCH_ATTEMPTS = 6
_PROFILE_FIELDS = [
    "full_name",
    "biography",
    "followers",
    "following",
    "posts_count",
    "is_verified",
    "is_private",
    "is_business",
    "category",
    "external_url",
    "bio_links",
    "source_image_url",
    "has_more_posts",
]


class DynamoDBProfileStore:
    def __init__(self, client: "DynamoDBClient", *, profiles: str) -> None:
        self._client = client
        self._table = profiles

    def save_posts(self, username: str, posts: Sequence[Post]) -> None:
        writes: list[Any] = [{"PutRequest": {"Item": to_wire(_post_item(username, p))}} for p in posts]
        for start in range(0, len(writes), _BATCH):
            self._write_all(writes[start : start + _BATCH])

    def _write_all(self, writes: list[Any]) -> None:
        for attempt in range(_BATCH_ATTEMPTS):
            with failing_as(StoreUnavailable):
                answer = self._client.batch_write_item(RequestItems={self._table: writes})
            writes = list(answer.get("UnprocessedItems", {}).get(self._table, []))
            if not writes:
                return
            time.sleep(0.05 * 2**attempt)
        raise StoreUnavailable()

    def posts_without_image(self, username: str, limit: int) -> Sequence[Post]:
        found: list[Post] = []
        for page in pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="username = :username AND begins_with(#item, :post)",
            FilterExpression="attribute_not_exists(image_key) AND attribute_exists(source_image_url)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_wire({":username": username, ":post": "post#"}),
            ScanIndexForward=False,
        ):
            found += [_post(from_wire(i)) for i in page["Items"]]
            if len(found) >= limit:
                break
        return found[:limit]

    def set_post_image(self, username: str, post: Post) -> None:
        self._set_image(username, _post_key(post), post.image_key, post.image_version)

    def set_profile_image(self, username: str, key: str, version: str) -> None:
        self._set_image(username, "profile", key, version)

    def _set_image(self, username: str, item: str, key: str | None, version: str | None) -> None:
        from botocore.exceptions import ClientError

        try:
            with failing_as(StoreUnavailable):
                self._client.update_item(
                    TableName=self._table,
                    Key=to_wire({"username": username, "item": item}),
                    UpdateExpression="SET image_key = :key, image_version = :version",
                    ConditionExpression="attribute_exists(username)",
                    ExpressionAttributeValues=to_wire({":key": key, ":version": version}),
                )
        except ClientError as error:
            if not is_conditional_failure(error):
                raise  # else the item was deleted meanwhile: nothing to say where its image is

    def save_snapshot(self, username: str, day: str, profile: UpstreamProfile) -> None:
        with failing_as(StoreUnavailable):
            self._client.put_item(
                TableName=self._table,
                Item=to_wire(
                    {
                        "username": username,
                        "item": f"day#{day}",
                        "followers": profile.followers,
                        "following": profile.following,
                        "posts_count": profile.posts_count,
                    }
                ),
            )

    def save_profile(self, profile: StoredProfile, fence: int) -> None:
        condition = "(attribute_not_exists(fence) OR fence <= :fence)"
        values: dict[str, Any] = {":fence": fence}
        if profile.profile_type is ProfileType.SECONDARY:
            condition += " AND (attribute_not_exists(profile_type) OR profile_type = :secondary)"
            values[":secondary"] = ProfileType.SECONDARY.value
        item = {**_profile_item(profile), "fence": fence}
        if put_if(self._client, self._table, item, condition, None, values) is not None:
            raise LeaseLost()

    def refresh_profile(self, profile: StoredProfile, over: StoredProfile | None) -> None:
        # A reader holds no lease: the fence stays as the last worker left it, whose write would change updated_at.
        item = {**_profile_item(profile), "fence": self._fence(profile.upstream.username)}
        condition, values = "attribute_not_exists(username)", {}
        if over:
            condition, values = "updated_at = :seen", {":seen": iso(over.updated_at)}
        if put_if(self._client, self._table, item, condition, None, values) is not None:
            raise LeaseLost()

    def _fence(self, username: str) -> int | None:
        item = get(self._client, self._table, {"username": username, "item": "profile"})
        return item.get("fence") if item else None

    def profile(self, username: str) -> StoredProfile | None:
        item = get(self._client, self._table, {"username": username, "item": "profile"})
        return _stored_profile(item) if item else None


def _post_key(post: Post) -> str:
    return f"post#{int(post.taken_at.timestamp()):012d}#{post.shortcode}"


def _post_item(username: str, post: Post) -> dict[str, Any]:
    fields = asdict(post)
    fields["media_type"] = post.media_type.value
    fields["taken_at"] = int(post.taken_at.timestamp())
    return {"username": username, "item": _post_key(post), **fields}


def _post(item: Item) -> Post:
    fields = {k: v for k, v in item.items() if k in Post.__dataclass_fields__}
    fields["media_type"] = MediaType(item["media_type"])
    fields["taken_at"] = datetime.fromtimestamp(item["taken_at"], tz=UTC)
    return Post(**fields)


def _profile_item(profile: StoredProfile) -> dict[str, Any]:
    upstream = {name: getattr(profile.upstream, name) for name in _PROFILE_FIELDS}
    return {
        "username": profile.upstream.username,
        "item": "profile",
        **upstream,
        "profile_type": profile.profile_type.value,
        "created_at": iso(profile.created_at),
        "updated_at": iso(profile.updated_at),
        "posts_stored": profile.posts_stored,
        "similar_found": profile.similar_found,
        "image_key": profile.image_key,
        "image_version": profile.image_version,
        "engagement": asdict(profile.engagement),
        "notes": profile.notes,
    }


def _stored_profile(item: Item) -> StoredProfile:
    upstream = {name: item[name] for name in _PROFILE_FIELDS if name in item}
    upstream["bio_links"] = tuple(item.get("bio_links", ()))
    return StoredProfile(
        upstream=UpstreamProfile(username=item["username"], **upstream),
        profile_type=ProfileType(item["profile_type"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        posts_stored=item["posts_stored"],
        similar_found=item.get("similar_found"),
        image_key=item.get("image_key"),
        image_version=item.get("image_version"),
        engagement=_engagement(item.get("engagement", {})),
        notes=tuple(item.get("notes", ())),
    )


def _engagement(fields: Item) -> Engagement:
    return Engagement(**{**fields, "notes": tuple(fields.get("notes", ()))})
