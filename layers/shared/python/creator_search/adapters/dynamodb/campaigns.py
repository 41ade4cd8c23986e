"""Campaigns in DynamoDB, in the partition of their caller."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import Item, format_time
from creator_search.adapters.dynamodb.schema.accounts import (
    CAMPAIGN_CREATOR_PREFIX,
    CAMPAIGN_POST_PREFIX,
    CAMPAIGN_PREFIX,
)
from creator_search.adapters.dynamodb.wholes import OwnedWholes
from creator_search.domain.campaigns import Campaign, CampaignCreator, CampaignFields, CampaignPost
from creator_search.domain.clock import Clock
from creator_search.domain.listing import Listed
from creator_search.domain.owned import Placed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBCampaignStore:
    """Implements CampaignStore."""

    def __init__(self, client: "DynamoDBClient", *, accounts: str, clock: Clock, new_id: "Callable[[], str]") -> None:
        prefixes = (CAMPAIGN_CREATOR_PREFIX, CAMPAIGN_POST_PREFIX)
        self._wholes = OwnedWholes(
            client, accounts=accounts, clock=clock, prefix=CAMPAIGN_PREFIX, part_prefixes=prefixes
        )
        self._new_id = new_id

    def count_campaigns(self, subject: str) -> int:
        return self._wholes.count(subject)

    def create_campaign(self, subject: str, campaign: Campaign) -> None:
        self._wholes.create(subject, campaign.id, self._encode(campaign))

    def list_campaigns(self, subject: str, limit: int, after: str | None) -> Listed[Campaign]:
        found = self._wholes.page(subject, limit, after)
        return Listed([_decode(item) for item in found.rows], found.after)

    def load_campaign(self, subject: str, campaign_id: str) -> Campaign | None:
        item = self._wholes.load(subject, campaign_id)
        return _decode(item) if item else None

    def replace_campaign(self, subject: str, campaign: Campaign) -> bool:
        return self._wholes.replace(subject, campaign.id, self._encode(campaign))

    def delete_campaign(self, subject: str, campaign_id: str, version: int | None) -> bool:
        return self._wholes.delete(subject, campaign_id, version)

    def list_creators(self, subject: str, campaign_id: str) -> Sequence[CampaignCreator]:
        items = self._wholes.parts(subject, CAMPAIGN_CREATOR_PREFIX, campaign_id)
        return [CampaignCreator(item["username"], datetime.fromisoformat(item["added_at"])) for item in items]

    def list_posts(self, subject: str, campaign_id: str) -> Sequence[CampaignPost]:
        items = self._wholes.parts(subject, CAMPAIGN_POST_PREFIX, campaign_id)
        return [
            CampaignPost(item["shortcode"], item["username"], datetime.fromisoformat(item["added_at"]))
            for item in items
        ]

    def add_creators(self, subject: str, campaign_id: str, creators: Sequence[CampaignCreator]) -> Mapping[str, Placed]:
        parts = {c.username: {"username": c.username, "added_at": format_time(c.added_at)} for c in creators}
        return self._wholes.add_parts(subject, CAMPAIGN_CREATOR_PREFIX, campaign_id, parts)

    def remove_creators(self, subject: str, campaign_id: str, usernames: Sequence[str]) -> None:
        self._wholes.remove_parts(subject, CAMPAIGN_CREATOR_PREFIX, campaign_id, usernames)

    def put_post(self, subject: str, campaign_id: str, post: CampaignPost) -> Placed:
        values = {"username": post.username, "shortcode": post.shortcode, "added_at": format_time(post.added_at)}
        return self._wholes.put_part(subject, CAMPAIGN_POST_PREFIX, campaign_id, post.shortcode, values)

    def remove_posts(self, subject: str, campaign_id: str, shortcodes: Sequence[str]) -> None:
        self._wholes.remove_parts(subject, CAMPAIGN_POST_PREFIX, campaign_id, shortcodes)

    def _encode(self, campaign: Campaign) -> dict[str, Any]:
        fields = campaign.fields
        return {
            "id": campaign.id,
            "version": campaign.version,
            "write_id": self._new_id(),
            "created_at": format_time(campaign.created_at),
            "updated_at": format_time(campaign.updated_at),
            "name": fields.name,
            "brand": fields.brand,
            "starts_on": fields.starts_on.isoformat() if fields.starts_on else None,
            "ends_on": fields.ends_on.isoformat() if fields.ends_on else None,
            "budget": fields.budget,
            "currency": fields.currency,
            "hashtags": list(fields.hashtags),
            "mentions": list(fields.mentions),
        }


def _decode(item: Item) -> Campaign:
    return Campaign(
        id=item["id"],
        version=item["version"],
        created_at=datetime.fromisoformat(item["created_at"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        fields=CampaignFields(
            name=item["name"],
            brand=item.get("brand"),
            starts_on=_day(item.get("starts_on")),
            ends_on=_day(item.get("ends_on")),
            # The amount has at most 15 digits, which a float keeps.
            budget=Decimal(str(item["budget"])).quantize(Decimal("0.01")) if "budget" in item else None,
            currency=item.get("currency"),
            hashtags=tuple(item.get("hashtags", ())),
            mentions=tuple(item.get("mentions", ())),
        ),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
