"""An upstream with answers set by a test."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from creator_search.domain.comments import FetchedComments
from creator_search.domain.fetched_posts import FetchedPosts, Owner
from creator_search.domain.profiles import FetchedProfile, RelatedAccount
from creator_search.domain.upstream_errors import UpstreamNotConfigured


@dataclass
class FakeCommentSource:
    """Returns the answers by shortcode, or the one named "" for all others; exceptions are raised."""

    answers: dict[str, FetchedComments | Exception] = field(default_factory=lambda: {"": FetchedComments(())})
    calls: list[str] = field(default_factory=list)
    on_call: Callable[[], None] = lambda: None
    """Called during each call: simulates its duration."""

    def fetch_comments(self, shortcode: str, limit: int, deadline: datetime) -> FetchedComments:
        self.calls.append(shortcode)
        self.on_call()
        answer = self.answers[shortcode] if shortcode in self.answers else self.answers[""]
        if isinstance(answer, Exception):
            raise answer
        return replace(answer, comments=answer.comments[:limit])


@dataclass
class FakeUpstream:
    """Returns the answers in order and repeats the last one; exceptions are raised. `not_configured` is the error of a
    provider without a key."""

    answers: list[object]
    calls: list[str] = field(default_factory=list)
    not_configured: UpstreamNotConfigured | None = None
    on_call: Callable[[], None] | None = None
    """Called once, during the next call: simulates another process, or the duration of the call."""

    def _next(self, username: str) -> object:
        self.require_key()
        self.calls.append(username)
        if self.on_call:
            meanwhile, self.on_call = self.on_call, None
            meanwhile()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def require_key(self) -> None:
        if self.not_configured:
            raise self.not_configured

    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        found = self._next(username)
        assert isinstance(found, FetchedProfile)
        return found

    def fetch_similar(self, username: str, deadline: datetime) -> tuple[RelatedAccount, ...]:
        found = self._next(username)
        assert isinstance(found, tuple)
        return found

    def fetch_posts(self, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        """An answer is FetchedPosts, or only the posts."""
        return self._posts(owner)

    def fetch_reels(self, owner: Owner, limit: int, deadline: datetime) -> FetchedPosts:
        return self._posts(owner)

    def _posts(self, owner: Owner) -> FetchedPosts:
        found = self._next(owner.username)
        if isinstance(found, tuple):
            return FetchedPosts(found)
        assert isinstance(found, FetchedPosts)
        return found
