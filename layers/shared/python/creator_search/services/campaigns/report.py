"""The report of a campaign, from what is stored of its creators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from creator_search.domain.campaign_report import (
    CampaignReport,
    CreatorState,
    PostMatcher,
    PostSource,
    ReportedPost,
    make_report,
)
from creator_search.domain.clock import Clock
from creator_search.domain.profiles import Profile
from creator_search.services.campaigns.campaigns import CampaignParts, Campaigns
from creator_search.services.campaigns.unknown import UnknownCreators
from creator_search.services.context_pool import ContextPool
from creator_search.services.ports import PostStore, ProfileStore

MAX_POSTS_READ = 1000
"""The most posts of one creator that are examined, newest first."""
_PARALLEL = 8


@dataclass(slots=True)
class _CreatorPosts:
    """`is_read` is False if the deadline passed before; `is_cut` is True if there are older posts that were not
    examined."""

    posts: list[ReportedPost] = field(default_factory=list)
    is_read: bool = True
    is_cut: bool = False


class CampaignReporter:
    def __init__(
        self,
        *,
        campaigns: Campaigns,
        profiles: ProfileStore,
        posts: PostStore,
        unknown: UnknownCreators,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._profiles = profiles
        self._posts = posts
        self._unknown = unknown
        self._clock = clock

    def report(self, subject: str, campaign_id: str, deadline: datetime) -> tuple[CampaignParts, CampaignReport]:
        """Return the campaign and its report. Creators that are not stored are requested; what could not be read before
        the deadline is stated in the notes. Raises NotFound, StoreUnavailable."""
        parts = self._campaigns.read_parts(subject, campaign_id)
        by_hand: dict[str, set[str]] = {creator.username: set() for creator in parts.creators}
        for post in parts.posts:
            by_hand.setdefault(post.username, set()).add(post.shortcode)
        members = frozenset(creator.username for creator in parts.creators)
        profiles = self._profiles.load_profiles(sorted(by_hand))
        shown = {name: profile for name, profile in profiles.items() if profile.public.shows_posts}
        found = self._read_all(shown, by_hand, members, PostMatcher.of(parts.campaign.fields), deadline)
        states = self._unknown.request_all(subject, (name for name in by_hand if name not in profiles), deadline)
        creators: list[tuple[str, CreatorState, int | None]] = []
        for name in sorted(by_hand):
            profile = profiles.get(name)
            if profile is None:
                creators.append((name, states[name], None))
            elif name not in found:
                creators.append((name, CreatorState.PRIVATE, profile.public.followers))
            else:
                state = CreatorState.STORED if found[name].is_read else CreatorState.NOT_READ
                creators.append((name, state, profile.public.followers))
        reported = [post for read in found.values() for post in read.posts]
        notes = _notes(found, by_hand, reported, [state for _, state, _ in creators])
        return parts, make_report(parts.campaign.fields, reported, creators, notes)

    def _read_all(
        self,
        shown: Mapping[str, Profile],
        by_hand: Mapping[str, set[str]],
        members: frozenset[str],
        matcher: PostMatcher,
        deadline: datetime,
    ) -> dict[str, _CreatorPosts]:
        def read(name: str) -> _CreatorPosts:
            # A post that was added by hand does not make its creator one of the campaign.
            return self._read(shown[name], by_hand[name], matcher if name in members else None, deadline)

        with ContextPool(_PARALLEL) as pool:
            return dict(zip(shown, pool.map(read, shown), strict=True))

    def _read(
        self, profile: Profile, by_hand: set[str], matcher: PostMatcher | None, deadline: datetime
    ) -> _CreatorPosts:
        """Read the posts of a creator, newest first, while older ones may belong to the campaign."""
        read, left = _CreatorPosts(), set(by_hand)
        searched = matcher if matcher and matcher.has_terms else None
        if not left and searched is None:
            return read
        if self._clock() >= deadline:
            return _CreatorPosts(is_read=False)
        for number, post in enumerate(self._posts.newest_posts(profile.history_key)):
            if not left and (searched is None or searched.is_before(post.taken_at)):
                break
            if number >= MAX_POSTS_READ or self._clock() >= deadline:
                read.is_cut = True
                break
            is_by_hand = post.shortcode in left
            if is_by_hand or (searched and searched.matches(post)):
                source = PostSource.MANUAL if is_by_hand else PostSource.MATCHED
                read.posts.append(ReportedPost(profile.username, post, source, profile.public.followers))
                left.discard(post.shortcode)
        return read


def _notes(
    found: Mapping[str, _CreatorPosts],
    by_hand: Mapping[str, set[str]],
    reported: Sequence[ReportedPost],
    states: Sequence[CreatorState],
) -> list[str]:
    notes = []
    codes = {r.post.shortcode for r in reported}
    if missing := sum(len(wanted - codes) for wanted in by_hand.values()):
        notes.append(f"posts: {missing} added by hand left out: not stored, or may not be shown")
    if cut := sum(read.is_cut for read in found.values()):
        notes.append(f"posts: only the newest ones were examined, creators with more: {cut}")
    texts = {
        CreatorState.NOT_READ: "there was no time to read; ask again",
        CreatorState.REQUESTED: "not stored yet; requested now",
        CreatorState.NOT_REQUESTED: "not stored, and could not be requested now",
        CreatorState.NOT_FOUND: "no such profile",
        CreatorState.ERASED: "the data was erased",
        CreatorState.PRIVATE: "private",
    }
    return notes + [
        f"creators: {count} left out: {text}" for state, text in texts.items() if (count := states.count(state))
    ]
