"""Profiles and daily snapshots in DynamoDB."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws import failing_as
from creator_search.adapters.dynamodb import (
    Item,
    batch_get,
    batch_write,
    collect,
    from_wire,
    get,
    iso,
    pages,
    put_if,
    set_where_exists,
    to_wire,
)
from creator_search.adapters.dynamodb_search import NAME_ITEM, index_keys, name_item
from creator_search.domain.analytics.engagement import Engagement
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.errors import LeaseLost, StoreUnavailable
from creator_search.domain.jobs import ProfileType
from creator_search.domain.profiles import UpstreamProfile
from creator_search.domain.stored import StoredProfile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROFILE_ITEM = "profile"
_READS_AT_ONCE = 100
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

    def profile(self, username: str) -> StoredProfile | None:
        item = get(self._client, self._table, {"username": username, "item": PROFILE_ITEM}, consistent=True)
        return stored_profile(item) if item else None

    def save_profile(self, profile: StoredProfile, fence: int) -> None:
        condition = "(attribute_not_exists(fence) OR fence <= :fence)"
        values: dict[str, Any] = {":fence": fence}
        if profile.profile_type is ProfileType.SECONDARY:
            condition += " AND (attribute_not_exists(profile_type) OR profile_type = :secondary)"
            values[":secondary"] = ProfileType.SECONDARY.value
        item = {**_profile_item(profile), "fence": fence}
        if put_if(self._client, self._table, item, condition, None, values) is not None:
            raise LeaseLost()
        self._save_name(profile)

    def add_profile(self, profile: StoredProfile) -> None:
        condition = "attribute_not_exists(username)"
        if put_if(self._client, self._table, _profile_item(profile), condition, None, {}) is not None:
            raise LeaseLost()
        self._save_name(profile)

    def _save_name(self, profile: StoredProfile) -> None:
        """What stands in the way is newer."""
        condition = "attribute_not_exists(updated_at) OR updated_at <= :mine"
        values = {":mine": iso(profile.updated_at)}
        put_if(self._client, self._table, name_item(profile), condition, None, values)

    def set_reading(self, username: str, language: str | None, due_at: datetime) -> None:
        name, profile = ({"username": username, "item": item} for item in (NAME_ITEM, PROFILE_ITEM))
        set_where_exists(self._client, self._table, name, {"language": language})
        values = {"language": language, "analysis_due_at": iso(due_at)}
        set_where_exists(self._client, self._table, profile, values)

    def postpone_analysis(self, username: str, due_at: datetime) -> None:
        where = {"username": username, "item": PROFILE_ITEM}
        set_where_exists(self._client, self._table, where, {"analysis_due_at": iso(due_at)})

    def analyses_due(self, now: datetime, limit: int) -> Sequence[str]:
        if limit < 1:
            return []
        request = {
            "TableName": self._table,
            "IndexName": "primaries_by_analysis",
            "KeyConditionExpression": "refreshed = :primary AND analysis_due_at <= :now",
            "ExpressionAttributeValues": to_wire({":primary": ProfileType.PRIMARY.value, ":now": iso(now)}),
        }
        found, _ = collect(self._client, request, limit, None)
        return [item["username"] for item in found]

    def set_profile_image(self, username: str, key: str, version: str) -> None:
        for item in (PROFILE_ITEM, NAME_ITEM):
            where = {"username": username, "item": item}
            set_where_exists(self._client, self._table, where, {"image_key": key, "image_version": version})

    def profiles(self, usernames: Sequence[str]) -> Mapping[str, StoredProfile]:
        keys: list[Any] = [to_wire({"username": name, "item": PROFILE_ITEM}) for name in dict.fromkeys(usernames)]
        found: dict[str, StoredProfile] = {}
        for start in range(0, len(keys), _READS_AT_ONCE):
            answer = batch_get(self._client, {self._table: {"Keys": keys[start : start + _READS_AT_ONCE]}})
            stored = [stored_profile(item) for item in answer.get(self._table, [])]
            found |= {profile.upstream.username: profile for profile in stored}
        return found

    def erase(self, username: str) -> int:
        erased = 0
        for page in pages(
            self._client.query,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="username = :username",
            ProjectionExpression="username, #item",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_wire({":username": username}),
        ):
            batch_write(self._client, self._table, [{"DeleteRequest": {"Key": key}} for key in page["Items"]])
            erased += len(page["Items"])
        return erased

    def primaries_updated(self, since: datetime, until: datetime, limit: int) -> Sequence[str]:
        if limit < 1:
            return []
        request = {
            "TableName": self._table,
            "IndexName": "primaries_by_age",
            "KeyConditionExpression": "refreshed = :primary AND updated_at BETWEEN :since AND :until",
            "ExpressionAttributeValues": to_wire(
                {":primary": ProfileType.PRIMARY.value, ":since": iso(since), ":until": iso(until)}
            ),
        }
        found, _ = collect(self._client, request, limit, None)
        return [item["username"] for item in found]

    def save_snapshot(self, username: str, snapshot: Snapshot) -> None:
        counts = {name: value for name, value in asdict(snapshot).items() if name != "day"}
        item = {"username": username, "item": f"day#{snapshot.day.isoformat()}", **counts}
        with failing_as(StoreUnavailable):
            self._client.put_item(TableName=self._table, Item=to_wire(item))

    def snapshots(self, username: str, since: date) -> Sequence[Snapshot]:
        found: list[Snapshot] = []
        for page in pages(
            self._client.query,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="username = :username AND #item BETWEEN :since AND :end",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_wire(
                {":username": username, ":since": f"day#{since.isoformat()}", ":end": "day#~"}
            ),
        ):
            for wire in page["Items"]:
                item = from_wire(wire)
                counts = {name: item.get(name) for name in ("following", "posts_count")}
                day = date.fromisoformat(item["item"].removeprefix("day#"))
                found.append(Snapshot(day=day, followers=item["followers"], **counts))
        return found


def _profile_item(profile: StoredProfile) -> dict[str, Any]:
    upstream = {name: getattr(profile.upstream, name) for name in _PROFILE_FIELDS}
    return {
        "username": profile.upstream.username,
        "item": "profile",
        **upstream,
        **index_keys(profile),
        "profile_type": profile.profile_type.value,
        "refreshed": ProfileType.PRIMARY.value if profile.profile_type is ProfileType.PRIMARY else None,
        "created_at": iso(profile.created_at),
        "updated_at": iso(profile.updated_at),
        "posts_stored": profile.posts_stored,
        "similar_found": profile.similar_found,
        "image_key": profile.image_key,
        "image_version": profile.image_version,
        "language": profile.language,
        "engagement": asdict(profile.engagement),
        "notes": profile.notes,
        "analysis_due_at": iso(profile.analysis_due_at) if profile.analysis_due_at else None,
    }


def stored_profile(item: Item) -> StoredProfile:
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
        language=item.get("language"),
        engagement=_engagement(item.get("engagement", {})),
        notes=tuple(item.get("notes", ())),
        analysis_due_at=datetime.fromisoformat(item["analysis_due_at"]) if "analysis_due_at" in item else None,
    )


def _engagement(fields: Item) -> Engagement:
    return Engagement(**{**fields, "notes": tuple(fields.get("notes", ()))})
