"""Campaigns: what a caller wants to achieve with which creators, when, and for how much."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from creator_search.domain.analytics.content import hashtags
from creator_search.domain.currencies import CURRENCIES
from creator_search.domain.errors import CreatorSearchError, InvalidParameter
from creator_search.domain.owned import clean_text
from creator_search.domain.usernames import parse_username

MAX_CAMPAIGNS = 1000
"""The most campaigns of one caller."""
MAX_CAMPAIGN_CREATORS = 200
MAX_CAMPAIGN_POSTS = 500
"""The most posts that are added to a campaign by hand."""
MAX_TERMS = 30
"""The most hashtags, and the most mentions."""
MAX_BUDGET = Decimal(1_000_000_000_000)
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFields:
    """What a caller states about a campaign. `hashtags` have no # and are in lower case, `mentions` are usernames;
    `starts_on` and `ends_on` are days in UTC, both included; `currency` is an ISO 4217 code, kept as given."""

    name: str
    brand: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    budget: Decimal | None = None
    currency: str | None = None
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """`version` counts the changes of the fields. Adding and removing creators and posts does not change it."""

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    fields: CampaignFields

    def changed(self, given: Mapping[str, Any], now: datetime) -> "Campaign":
        """Return the next version, with the given fields. Raises InvalidParameter."""
        merged = checked_fields({**as_mapping(self.fields), **given})
        return replace(self, version=self.version + 1, updated_at=now, fields=merged)


@dataclass(frozen=True, slots=True)
class CampaignCreator:
    username: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class CampaignPost:
    """A post that was added by hand."""

    shortcode: str
    username: str
    added_at: datetime


def as_mapping(given: CampaignFields) -> dict[str, Any]:
    return {field.name: getattr(given, field.name) for field in fields(given)}


def checked_fields(given: Mapping[str, Any]) -> CampaignFields:
    """Return the fields in their normal form; None for an optional field removes it. Raises InvalidParameter."""
    starts_on, ends_on, brand = given.get("starts_on"), given.get("ends_on"), given.get("brand")
    if given.get("name") is None:
        raise InvalidParameter("name: must be text")
    if starts_on and ends_on and starts_on > ends_on:
        raise InvalidParameter("ends_on: must not be earlier than starts_on")
    return CampaignFields(
        name=clean_text("name", given["name"], NAME_LENGTH),
        brand=clean_text("brand", brand, NAME_LENGTH) if brand is not None else None,
        starts_on=starts_on,
        ends_on=ends_on,
        budget=_budget(given.get("budget")),
        currency=_currency(given.get("currency")),
        hashtags=_distinct("hashtags", given.get("hashtags") or (), _hashtag),
        mentions=_distinct("mentions", given.get("mentions") or (), _mention),
    )


def _budget(given: Decimal | None) -> Decimal | None:
    if given is None:
        return None
    if not given.is_finite() or not 0 <= given <= MAX_BUDGET or given != given.quantize(Decimal("0.01")):
        raise InvalidParameter(f"budget: must be a number from 0 to {MAX_BUDGET} with at most 2 decimals")
    return abs(given.quantize(Decimal("0.01")))  # of -0, too


def _currency(given: str | None) -> str | None:
    if given is None:
        return None
    code = given.strip()
    if code.upper() not in CURRENCIES:
        raise InvalidParameter("currency: must be an ISO 4217 code of three letters, as EUR")
    return code


def _distinct(name: str, given: Sequence[str], normal: Any) -> tuple[str, ...]:
    if len(given) > MAX_TERMS:
        raise InvalidParameter(f"{name}: must have at most {MAX_TERMS} entries")
    return tuple(dict.fromkeys(normal(text) for text in given))


def _hashtag(given: str) -> str:
    text = unicodedata.normalize("NFC", given.strip()).lstrip("#＃")
    if hashtags(f"#{text}") != (text.casefold(),):
        raise InvalidParameter("hashtags: must be letters, digits and _, with or without the leading #")
    return text.casefold()


def _mention(given: str) -> str:
    try:
        return parse_username(given)
    except CreatorSearchError as error:
        raise InvalidParameter(f"mentions: {error.message}") from error
