"""Searches creators with the search engine: any combination of criteria in one call."""

from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as
from creator_search.adapters.opensearch.documents import decode_creator
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.search import CreatorPage, CreatorPosition, CreatorQuery, CreatorSort, folded

if TYPE_CHECKING:
    from creator_search.adapters.opensearch.engine import SearchEngine

_ORDER: dict[CreatorSort, list[dict[str, str]]] = {
    CreatorSort.FOLLOWERS: [{"followers": "desc"}, {"username": "asc"}],
    CreatorSort.ENGAGEMENT: [{"engagement_order": "desc"}, {"username": "asc"}],
    CreatorSort.NAME: [{"username": "asc"}],
}


class OpenSearchCreatorIndex:
    """Implements CreatorIndex. Names are sorted by username, also those that were found by the full name. A page is
    short only at the end."""

    positions = "sort values"

    def __init__(self, engine: "SearchEngine") -> None:
        self._engine = engine

    def search(self, query: CreatorQuery, limit: int, after: CreatorPosition | None) -> CreatorPage:
        body: dict[str, Any] = {
            "size": limit + 1,  # one more shows whether there is a next page
            "query": {"bool": {"filter": _filters(query)}},
            "sort": _ORDER[query.sort],
            "track_total_hits": False,
        }
        if after:
            body["search_after"] = after
        with failing_as(StoreUnavailable):
            answer = self._engine.search(body=body)
        if answer.get("timed_out") is not False or answer.get("_shards", {}).get("failed") != 0:
            raise StoreUnavailable()  # creators are missing in such an answer, or it is no answer to a search
        hits = answer["hits"]["hits"]
        found = tuple(decode_creator(hit["_source"]) for hit in hits[:limit])
        return CreatorPage(found, hits[limit - 1]["sort"] if len(hits) > limit else None)


def _filters(query: CreatorQuery) -> list[dict[str, Any]]:
    filters: list[dict[str, Any]] = []
    terms = {
        "category_key": folded(query.category) if query.category else None,
        "language": query.language,
        "is_verified": query.verified,
    }
    filters += [{"term": {name: wanted}} for name, wanted in terms.items() if wanted is not None]
    ranges: dict[str, dict[str, float | None]] = {
        "followers": {"gte": query.min_followers, "lte": query.max_followers},
        "engagement_order": {"gte": query.min_engagement},
    }
    for name, bounds in ranges.items():
        given = {bound: value for bound, value in bounds.items() if value is not None}
        filters += [{"range": {name: given}}] if given else []
    if query.prefix:
        filters.append({"prefix": {"names": folded(query.prefix)}})
    return filters
