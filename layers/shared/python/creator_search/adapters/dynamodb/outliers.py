"""Outliers in the partition of their account, and two indexes of them by the day of their post."""

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

from creator_search.adapters.dynamodb.items import (
    Item,
    batch_write,
    epoch,
    from_wire,
    is_expired,
    member,
    pages,
    to_wire,
)
from creator_search.adapters.dynamodb.profile_rows import decode_image, image_attributes
from creator_search.adapters.dynamodb.schema import TTL_ATTRIBUTE
from creator_search.adapters.dynamodb.schema.profiles import (
    OUTLIER_PREFIX,
    OUTLIERS_BY_SCORE,
    OUTLIERS_BY_TIME,
    outlier_day,
    outlier_item,
)
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.analytics.growth_curves import GrowthPoint, UsualPoint
from creator_search.domain.analytics.outliers import OutlierScore
from creator_search.domain.clock import Clock
from creator_search.domain.outliers import (
    MAX_AGE,
    Baseline,
    Outlier,
    OutlierPage,
    OutlierPosition,
    OutlierQuery,
    OutlierSort,
)
from creator_search.domain.posts import MediaType, ViewsKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_EXAMINED = 1000
"""Outliers that one call of list_outliers reads past its position."""
_MAX_SCORE = 10**15
_EXPIRE_AFTER = MAX_AGE + timedelta(days=1)
_Order = tuple[float, str]


class DynamoDBOutlierStore:
    """Implements OutlierStore.

    A listing merges the days of its query. By time, a day is read when the later ones are exhausted; by score, the
    first page of each day is.
    """

    def __init__(self, client: "DynamoDBClient", *, profiles: str, clock: Clock) -> None:
        self._client = client
        self._table = profiles
        self._clock = clock

    def load_outliers(self, key: HistoryKey) -> Sequence[Outlier]:
        found: list[Outlier] = []
        for page in pages(
            self._client.query,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="username = :key AND begins_with(#item, :prefix)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_wire({":key": key, ":prefix": OUTLIER_PREFIX}),
        ):
            found += self._decoded(map(from_wire, page["Items"]))
        return found

    def change_outliers(self, save: Sequence[Outlier], delete: Sequence[Outlier]) -> None:
        writes: list[Any] = [{"PutRequest": {"Item": to_wire(_encode(outlier))}} for outlier in save]
        writes += [{"DeleteRequest": {"Key": to_wire(_key(outlier))}} for outlier in delete]
        batch_write(self._client, self._table, writes)

    def list_outliers(self, query: OutlierQuery, limit: int, after: OutlierPosition | None) -> OutlierPage:
        by_score = query.sort is OutlierSort.SCORE
        order = _order_by("score" if by_score else "taken_at")
        start = (-after.value, after.key) if after else None
        newest = query.until if by_score or after is None else datetime.fromtimestamp(after.value, UTC)
        days = [self._day(query, day, limit, after, order) for day in _days(query.since, newest)]
        merged = heapq.merge(*days, key=order) if by_score else chain.from_iterable(days)
        found: list[Outlier] = []
        last: _Order | None = None
        examined = 0
        for item in merged:
            position = order(item)
            if start is not None and position <= start:
                continue
            if last and (len(found) == limit or examined == MAX_EXAMINED):
                return OutlierPage(tuple(found), OutlierPosition(-last[0], last[1]))
            last, examined = position, examined + 1
            found += filter(query.passes, self._decoded([item]))
        return OutlierPage(tuple(found), None)

    def _day(
        self,
        query: OutlierQuery,
        day: date,
        limit: int,
        after: OutlierPosition | None,
        order: Callable[[Item], _Order],
    ) -> Iterator[Item]:
        """Yield the outliers of a day in this order, from those with the value of the position on."""
        by_score = query.sort is OutlierSort.SCORE
        index = OUTLIERS_BY_SCORE if by_score else OUTLIERS_BY_TIME
        low: float = query.min_score if by_score else epoch(query.since)
        high: float = after.value if after else _MAX_SCORE if by_score else epoch(query.until)
        if high < low:
            return
        read = (
            from_wire(item)
            for page in pages(
                self._client.query,
                TableName=self._table,
                IndexName=index.name,
                KeyConditionExpression=f"{index.partition} = :day AND {index.sort} BETWEEN :low AND :high",
                ExpressionAttributeValues=to_wire(
                    {":day": outlier_day(query.baseline, day), ":low": low, ":high": high}
                ),
                ScanIndexForward=False,
                Limit=limit + 1,
            )
            for item in page["Items"]
        )
        # The index has no order of equal values.
        for _, equal in groupby(read, key=lambda item: order(item)[0]):
            yield from sorted(equal, key=order)

    def _decoded(self, items: "Iterator[dict[str, Any]] | Sequence[Item]") -> Iterator[Outlier]:
        """Yield outliers that have not expired and that this version can read."""
        now = self._clock()
        for item in items:
            found = None if is_expired(item, now) else _decode(item)
            if found:
                yield found


def _days(since: datetime, until: datetime) -> Iterator[date]:
    """The newest first."""
    day, first = until.astimezone(UTC).date(), since.astimezone(UTC).date()
    while day >= first:
        yield day
        day -= timedelta(days=1)


def _order_by(attribute: str) -> Callable[[Item], _Order]:
    return lambda item: (-item[attribute], f"{item['username']}#{item['item']}")


def _key(outlier: Outlier) -> dict[str, str]:
    return {"username": outlier.key, "item": outlier_item(*outlier.item)}


def _encode(outlier: Outlier) -> dict[str, Any]:
    score = outlier.score
    return {
        **_key(outlier),
        "outlier_day": outlier_day(outlier.baseline, outlier.taken_at.astimezone(UTC).date()),
        "creator": outlier.username,
        "baseline": outlier.baseline.value,
        "shortcode": score.shortcode,
        "taken_at": epoch(outlier.taken_at),
        "seen_at": epoch(score.seen_at),
        "media_type": score.media_type.value,
        "views_kind": score.views_kind.value,
        "views": score.views,
        "age_hours": score.age_hours,
        "score": score.score,
        "usual_views": score.usual_views,
        "sample_size": score.sample_size,
        "usual_curve": json.dumps([[p.age_hours, p.views, p.sample_size] for p in score.usual_curve]),
        "own_curve": json.dumps([[p.age_hours, p.views] for p in score.own_curve]),
        "category": outlier.category,
        "language": outlier.language,
        "niche": outlier.niche,
        **image_attributes(outlier.image),
        TTL_ATTRIBUTE: epoch(outlier.taken_at + _EXPIRE_AFTER),
    }


def _decode(item: Item) -> Outlier | None:
    """None for an outlier whose baseline, type or kind of views this version does not know."""
    baseline, media_type = member(Baseline, item.get("baseline")), member(MediaType, item.get("media_type"))
    views_kind = member(ViewsKind, item.get("views_kind"))
    if baseline is None or media_type is None or views_kind is None:
        return None
    usual, own = json.loads(item.get("usual_curve", "[]")), json.loads(item.get("own_curve", "[]"))
    return Outlier(
        key=HistoryKey(item["username"]),
        username=item["creator"],
        baseline=baseline,
        taken_at=datetime.fromtimestamp(item["taken_at"], UTC),
        score=OutlierScore(
            shortcode=item["shortcode"],
            media_type=media_type,
            views_kind=views_kind,
            seen_at=datetime.fromtimestamp(item["seen_at"], UTC),
            age_hours=item["age_hours"],
            views=item["views"],
            score=item["score"],
            usual_views=item["usual_views"],
            sample_size=item["sample_size"],
            usual_curve=tuple(UsualPoint(age_hours=p[0], views=p[1], sample_size=p[2]) for p in usual),
            own_curve=tuple(GrowthPoint(age_hours=p[0], views=p[1]) for p in own),
        ),
        category=item.get("category"),
        language=item.get("language"),
        niche=item.get("niche"),
        image=decode_image(item),
    )
