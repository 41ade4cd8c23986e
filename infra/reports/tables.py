"""The tables of the reports, with the attributes of exported items from which their columns are computed.

A test compares the attributes with rows that the adapters encode.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from creator_search.adapters.dynamodb.schema.profiles import DAY_PREFIX, POST_PREFIX, PROFILE_ITEM
from creator_search.domain.analytics.benchmark import TIERS
from creator_search.domain.analytics.content import SPONSORED_TAGS

EXPORT_ID = "export_id"
"""The partition of every table. Ids of exports begin with the milliseconds of their time, so the newest sorts last."""
EXPORTED = "exported"
"""The alias of the table of exported items in every expression."""


class Type(StrEnum):
    """Types of columns by their names in Glue."""

    TEXT = "string"
    WHOLE = "bigint"
    REAL = "double"
    FLAG = "boolean"
    DAY = "date"
    TIME = "timestamp"


class Wire(StrEnum):
    """Kinds of values in DynamoDB's typed format."""

    TEXT = "S"
    NUMBER = "N"
    FLAG = "BOOL"
    TEXTS = "L"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an item; with a dot in `path`, one of a map."""

    path: str
    wire: Wire

    @property
    def sql(self) -> str:
        return f"{EXPORTED}.item.{self.path.replace('.', '.m.')}.{self.wire.lower()}"


@dataclass(frozen=True, slots=True)
class Column:
    """`sql` computes it from `{0}`, the first attribute, and so on."""

    name: str
    type: Type
    attributes: tuple[Attribute, ...]
    sql: str = "{0}"


@dataclass(frozen=True, slots=True)
class ReportTable:
    """`condition` selects the exported items that are rows."""

    name: str
    condition: str
    columns: tuple[Column, ...]


def _text(name: str, path: str = "") -> Column:
    return Column(name, Type.TEXT, (Attribute(path or name, Wire.TEXT),))


def _whole(name: str) -> Column:
    return Column(name, Type.WHOLE, (Attribute(name, Wire.NUMBER),))


def _real(name: str, path: str = "") -> Column:
    return Column(name, Type.REAL, (Attribute(path or name, Wire.NUMBER),))


def _first_text(name: str, *paths: str) -> Column:
    return Column(name, Type.TEXT, tuple(Attribute(path, Wire.TEXT) for path in paths), _coalesced(paths))


def _time(name: str, *paths: str) -> Column:
    """Times of items are ISO 8601 in UTC; the fraction of the second is left out."""
    attributes = tuple(Attribute(path, Wire.TEXT) for path in (paths or (name,)))
    return Column(name, Type.TIME, attributes, f"replace(substr({_coalesced(attributes)}, 1, 19), 'T', ' ')")


def _coalesced(given: Sequence[object]) -> str:
    places = [f"{{{number}}}" for number in range(len(given))]
    return places[0] if len(places) == 1 else f"coalesce({', '.join(places)})"


def _tier() -> Column:
    cases = " ".join(f"WHEN CAST({{0}} AS bigint) >= {tier.floor} THEN '{tier.name}'" for tier in reversed(TIERS))
    return Column("tier", Type.TEXT, (Attribute("followers", Wire.NUMBER),), f"CASE {cases} END")


def _is_sponsored() -> Column:
    """As `domain.analytics.content.is_sponsored`."""
    tags = "|".join(sorted(SPONSORED_TAGS))
    tag = rf"(^|[^\p{{L}}\p{{N}}_#&])[#＃]({tags})($|[^\p{{L}}\p{{M}}\p{{N}}_])"
    escaped = tag.replace("{", "{{").replace("}", "}}")
    attributes = (
        Attribute("is_paid_partnership", Wire.FLAG),
        Attribute("sponsors", Wire.TEXTS),
        Attribute("caption", Wire.TEXT),
    )
    sql = (
        "coalesce({0}, false) OR coalesce(cardinality({1}), 0) > 0 "
        f"OR coalesce(regexp_like(lower({{2}}), '{escaped}'), false)"
    )
    return Column("is_sponsored", Type.FLAG, attributes, sql)


_HISTORY = _text("history_key", "username")
"""Posts and snapshots are in the partition of the history key of their account."""
_ITEM = f"{EXPORTED}.item.item.s"

PROFILES = ReportTable(
    "profiles",
    f"{_ITEM} = '{PROFILE_ITEM}'",
    (
        _first_text("username", "last_username", "username"),
        # Rows of version 0.1.0 have neither a history key nor an account.
        _first_text("history_key", "history_key", "username"),
        _text("account_id"),
        _time("first_seen_at", "first_seen_at", "created_at"),
        _whole("followers"),
        _tier(),
        _whole("following"),
        _whole("posts_count"),
        _real("engagement_rate", "engagement.engagement_rate"),
        _real("engagement_rate_by_views", "engagement.engagement_rate_by_views"),
        _real("median_views", "engagement.median_views"),
        _text("category"),
        _text("language"),
        Column("is_verified", Type.FLAG, (Attribute("is_verified", Wire.FLAG),)),
        Column("is_listed", Type.FLAG, (Attribute("listed", Wire.TEXT),), "{0} IS NOT NULL"),
        _text("profile_type"),
        _time("updated_at"),
    ),
)
DAYS = ReportTable(
    "days",
    f"{_ITEM} LIKE '{DAY_PREFIX}%'",
    (
        _HISTORY,
        Column("day", Type.DAY, (Attribute("item", Wire.TEXT),), f"substr({{0}}, {len(DAY_PREFIX) + 1})"),
        _whole("followers"),
        _whole("following"),
        _whole("posts_count"),
    ),
)
POSTS = ReportTable(
    "posts",
    f"{_ITEM} LIKE '{POST_PREFIX}%'",
    (
        _HISTORY,
        _text("shortcode"),
        Column(
            "taken_at",
            Type.TIME,
            (Attribute("taken_at", Wire.NUMBER),),
            "TIMESTAMP '1970-01-01 00:00:00' + CAST({0} AS bigint) * INTERVAL '1' SECOND",
        ),
        _text("media_type"),
        _whole("likes"),
        _whole("comments"),
        _whole("views"),
        _text("views_kind"),
        _is_sponsored(),
        _text("ai_engine"),
        _text("ai_version"),
        _time("ai_analyzed_at"),
        _text("ai_content_category"),
        _real("ai_category_confidence"),
        _text("ai_sentiment"),
        _real("ai_sentiment_score"),
        _real("ai_sentiment_confidence"),
        _text("ai_language_code"),
        _real("ai_language_confidence"),
    ),
)
REPORT_TABLES = (PROFILES, DAYS, POSTS)

Tree = Mapping[str, "Wire | Tree"]


def attributes() -> Iterator[Attribute]:
    """Yield the attributes that the statements read, with repetitions."""
    yield Attribute("item", Wire.TEXT)
    for table in REPORT_TABLES:
        for column in table.columns:
            yield from column.attributes


def item_tree() -> Tree:
    """Return the part of an item that the statements read; maps are trees."""
    tree: dict[str, Wire | Tree] = {}
    for attribute in attributes():
        *outer, name = attribute.path.split(".")
        level = tree
        for map_name in outer:
            level = level.setdefault(map_name, {})  # type: ignore[assignment]
        level[name] = attribute.wire
    return dict(sorted(tree.items()))
