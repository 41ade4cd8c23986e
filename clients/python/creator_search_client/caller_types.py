"""Results about the caller and what belongs to the caller. An answer may have fields beyond these."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NotRequired, TypedDict


class Me(TypedDict):
    """`kind` is user, api_key or local. `limits` is empty for a caller without limits."""

    subject: str
    kind: str
    scopes: list[str]
    limits: dict[str, Any]


class LocalToken(TypedDict):
    token: str
    expires_at: int | str


class ApiKey(TypedDict):
    id: str
    name: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None


class NewApiKey(ApiKey):
    """`key` is shown this once."""

    key: str


class Favorite(TypedDict):
    username: str
    added_at: NotRequired[str]


class SearchRecord(TypedDict):
    """`query` is the query string of the search."""

    query: str
    at: str
    results: int


class OpenedProfile(TypedDict):
    username: str
    first_opened_at: str
    last_opened_at: str
    times: int
    expires_at: str


class Webhook(TypedDict):
    id: str
    url: str
    events: list[str]
    created_at: NotRequired[str]
    enabled: NotRequired[bool]
    disabled_reason: NotRequired[str | None]


class NewWebhook(Webhook):
    """`secret` is shown this once."""

    secret: str


class Delivery(TypedDict):
    """`status` is pending, delivered or failed."""

    id: str
    status: str
    type: NotRequired[str]
    created_at: NotRequired[str]
    attempts: NotRequired[int]


class Campaign(TypedDict):
    """What depends on the answer: a list of campaigns has no `profiles` and `posts`."""

    id: str
    name: str
    brand: str | None
    starts_on: str | None
    ends_on: str | None
    budget: float | None
    currency: str | None
    hashtags: list[str]
    mentions: list[str]
    created_at: NotRequired[str]
    updated_at: NotRequired[str]
    profiles: NotRequired[list[Any]]
    posts: NotRequired[list[Any]]


class CampaignFields(TypedDict, total=False):
    """The fields of a campaign beside its name. None clears one."""

    brand: str | None
    starts_on: date | str | None
    ends_on: date | str | None
    budget: float | None
    currency: str | None
    hashtags: Sequence[str]
    mentions: Sequence[str]


class CampaignChanges(CampaignFields, total=False):
    name: str


class CreatorList(TypedDict):
    id: str
    name: str
    created_at: NotRequired[str]
    updated_at: NotRequired[str]


class CreatorListChanges(TypedDict, total=False):
    name: str


class CreatorListEntry(TypedDict):
    username: str
    tags: list[str]
    note: str | None
    added_at: NotRequired[str]


class AuditEntry(TypedDict):
    """`target` is the SHA-256 hash of what the action was applied to."""

    action: str
    at: str
    subject: str
    request_id: str
    target: str | None
