"""A world for similar profiles."""

from collections.abc import Sequence
from datetime import timedelta

from creator_search.services.similar.cache import ClearOutcome
from creator_search.services.similar.stored import SimilarResult

from tests.fakes import World


class SimilarWorld(World):
    """A world whose upstream lists three similar accounts for every name: ben, cleo and dana."""

    def find(self, username: str = "ada", limit: int = 20, *, force_refresh: bool = False) -> SimilarResult:
        deadline = self.clock() + timedelta(seconds=22)
        return self.container.similar.find(username, limit=limit, force_refresh=force_refresh, deadline=deadline)

    def clear(self, username: str = "ada") -> ClearOutcome:
        return self.container.similar_cache_cleaner.clear(username)


def names(result: SimilarResult) -> Sequence[str]:
    return [p.username for p in result.profiles]
