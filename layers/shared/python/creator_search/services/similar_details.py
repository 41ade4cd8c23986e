"""Similar creators with what is stored on them; where the upstream names none, lookalikes from the store."""

from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.errors import ProfileNotFound, UpstreamError
from creator_search.domain.search import CreatorQuery
from creator_search.domain.similarity import Similarity, similarity
from creator_search.domain.stored import StoredProfile
from creator_search.services.ports import CreatorIndex, ProfileStore
from creator_search.services.similar_profiles import SimilarAnswer, SimilarProfiles

LOOKALIKE_RATIO = 3
"""A lookalike has a third of the followers to three times as many, and the same category."""
_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class SimilarCreator:
    """`image` is key and version; `stored` is None for somebody of whom only the name is known."""

    username: str
    name: str
    rank: int
    image: tuple[str, str] | None
    stored: StoredProfile | None
    similarity: Similarity


@dataclass(frozen=True, slots=True)
class SimilarList:
    """`answer` is the upstream's list; None where lookalikes from the store stand in for it."""

    creators: tuple[SimilarCreator, ...]
    answer: SimilarAnswer | None


class SimilarDetails:
    """Two calls for a cached list: the set, and the profiles in it."""

    def __init__(self, *, similar: SimilarProfiles, profiles: ProfileStore, index: CreatorIndex) -> None:
        self._similar = similar
        self._profiles = profiles
        self._index = index

    def __call__(self, username: str, limit: int, deadline: datetime) -> SimilarList:
        """Raises ProfileNotFound, Unavailable."""
        failure: UpstreamError | ProfileNotFound | None = None
        answer: SimilarAnswer | None = None
        try:
            answer = self._similar(username, limit=limit, force_refresh=False, deadline=deadline)
        except (UpstreamError, ProfileNotFound) as error:
            failure = error
        if answer and answer.profiles:
            return SimilarList(self._detailed(username, answer), answer)
        lookalikes = self._lookalikes(username, limit)
        if failure and not lookalikes:
            raise failure
        return SimilarList(lookalikes, None)

    def _detailed(self, username: str, answer: SimilarAnswer) -> tuple[SimilarCreator, ...]:
        stored = self._profiles.profiles([username, *(p.username for p in answer.profiles)])
        mine = stored.get(username)
        return tuple(
            SimilarCreator(
                username=p.username,
                name=p.name,
                rank=p.rank,
                image=(p.image_key, p.image_version or "") if p.image_key else None,
                stored=stored.get(p.username),
                similarity=_between(mine, stored.get(p.username), p.rank),
            )
            for p in answer.profiles
        )

    def _lookalikes(self, username: str, limit: int) -> tuple[SimilarCreator, ...]:
        """The same category, an audience of like size; most similar first."""
        mine = self._profiles.profile(username)
        if mine is None or mine.upstream.is_private or not mine.upstream.category:
            return ()
        followers = mine.upstream.followers
        query = CreatorQuery(
            category=mine.upstream.category,
            min_followers=followers // LOOKALIKE_RATIO,
            max_followers=followers * LOOKALIKE_RATIO,
        )
        names = [c.username for c in self._index.search(query, _CANDIDATES, None).creators if c.username != username]
        found = [(_between(mine, other), other) for other in self._profiles.profiles(names).values()]
        found.sort(key=lambda pair: (-(pair[0].similarity or 0), pair[1].upstream.username))
        return tuple(
            SimilarCreator(
                username=other.upstream.username,
                name=other.upstream.full_name,
                rank=rank,
                image=(other.image_key, other.image_version or "") if other.image_key else None,
                stored=other,
                similarity=how,
            )
            for rank, (how, other) in enumerate(found[:limit], 1)
        )


def _between(mine: StoredProfile | None, theirs: StoredProfile | None, rank: int | None = None) -> Similarity:
    public = theirs if theirs and not theirs.upstream.is_private else None
    languages = (mine.language if mine else None, public.language if public else None)
    return similarity(rank, mine.upstream if mine else None, public.upstream if public else None, languages)
