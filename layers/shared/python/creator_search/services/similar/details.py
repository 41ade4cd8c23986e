"""Similar creators with their stored data; if the upstream lists none, lookalikes among the stored creators."""

from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.images import Image
from creator_search.domain.profiles import PublicProfile
from creator_search.domain.search import CreatorQuery
from creator_search.domain.similar import SimilarProfile
from creator_search.domain.similarity import Similarity, similarity
from creator_search.domain.upstream_errors import UpstreamError
from creator_search.services.ports import CreatorIndex, ProfileStore
from creator_search.services.similar.profiles import SimilarProfiles
from creator_search.services.similar.stored import SimilarResult

LOOKALIKE_RATIO = 3
"""A lookalike has the same category, and between a third and three times as many followers."""
_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class SimilarCreator:
    """`stored` is None for an account that is not stored; `followers` and `is_verified` are then those that the
    upstream lists, if any.
    """

    username: str
    name: str
    rank: int
    image: Image | None
    followers: int | None
    is_verified: bool | None
    stored: PublicProfile | None
    similarity: Similarity


@dataclass(frozen=True, slots=True)
class SimilarList:
    """`upstream` is the upstream's list, or None if lookalikes are returned instead."""

    creators: tuple[SimilarCreator, ...]
    upstream: SimilarResult | None


class SimilarDetails:
    """Describes similar creators. A cached list takes two calls: the set, and the profiles in it."""

    def __init__(self, *, similar: SimilarProfiles, profiles: ProfileStore, index: CreatorIndex) -> None:
        self._similar = similar
        self._profiles = profiles
        self._index = index

    def describe(self, username: str, limit: int, deadline: datetime) -> SimilarList:
        """Return similar creators. Raises ProfileNotFound, Unavailable."""
        failure: UpstreamError | ProfileNotFound | None = None
        answer: SimilarResult | None = None
        try:
            answer = self._similar.find(username, limit=limit, force_refresh=False, deadline=deadline)
        except (UpstreamError, ProfileNotFound) as error:
            failure = error
        if answer and answer.profiles:
            return SimilarList(self._detailed(username, answer), answer)
        lookalikes = self._lookalikes(username, limit)
        if failure and not lookalikes:
            raise failure
        return SimilarList(lookalikes, None)

    def _detailed(self, username: str, answer: SimilarResult) -> tuple[SimilarCreator, ...]:
        stored = self._profiles.load_profiles([username, *(p.username for p in answer.profiles)])
        public = {name: profile.public for name, profile in stored.items()}
        listed = {name: profile for name, profile in public.items() if profile.is_listed}
        mine = public.get(username)

        def detailed(entry: SimilarProfile) -> SimilarCreator:
            theirs = public.get(entry.username)
            how = similarity(entry.rank, mine, listed.get(entry.username), listed_followers=entry.followers)
            return SimilarCreator(
                username=entry.username,
                name=entry.name,
                rank=entry.rank,
                image=entry.image,
                followers=theirs.followers if theirs else entry.followers,
                is_verified=theirs.is_verified if theirs else entry.is_verified,
                stored=theirs,
                similarity=how,
            )

        return tuple(detailed(entry) for entry in answer.profiles)

    def _lookalikes(self, username: str, limit: int) -> tuple[SimilarCreator, ...]:
        """Return creators of the same category with a similar number of followers, most similar first."""
        profile = self._profiles.load_profile(username)
        mine = profile.public if profile else None
        if mine is None or not mine.category:
            return ()
        query = CreatorQuery(
            category=mine.category,
            min_followers=mine.followers // LOOKALIKE_RATIO,
            max_followers=mine.followers * LOOKALIKE_RATIO,
        )
        names = [c.username for c in self._index.search(query, _CANDIDATES, None).creators if c.username != username]
        others = [other.public for other in self._profiles.load_profiles(names).values()]
        found = [(similarity(None, mine, other), other) for other in others if other.is_listed]
        found.sort(key=lambda pair: (-(pair[0].similarity or 0), pair[1].username))
        return tuple(
            SimilarCreator(
                username=other.username,
                name=other.full_name or other.username,
                rank=rank,
                image=other.image,
                followers=other.followers,
                is_verified=other.is_verified,
                stored=other,
                similarity=how,
            )
            for rank, (how, other) in enumerate(found[:limit], 1)
        )
