"""Reads the comments of a creator's newest posts, after the creator's job is complete."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.clock import Clock
from creator_search.domain.comments import MAX_COMMENTS, FetchedComment, FetchedComments, PostComments
from creator_search.domain.errors import GaveUp
from creator_search.domain.messages import AnalysisMessage, CommentsMessage
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile
from creator_search.domain.upstream_errors import UpstreamDeferred, UpstreamError, UpstreamNotConfigured
from creator_search.services.ports import CommentSource, CommentStore, FailureLog, PostStore, ProfileStore, TaskQueue

READ_EVERY = timedelta(days=1)
"""Comments read more recently than this are not read again."""
POST_BUDGET = timedelta(seconds=20)
"""Time limit for the comments of one post, with all attempts."""
MAX_RETRIES = 3
PUT_OFF_SECONDS = 900
"""Delay after the upstream refused a call because of a limit; the longest that a queue allows."""
PUT_OFF_FOR = timedelta(days=1)
"""How long after the request that is repeated. The next refresh of the creator requests the comments again."""


@dataclass(frozen=True, slots=True)
class CommentsOutcome:
    posts_read: int
    is_finished: bool = True


@dataclass(slots=True)
class _Progress:
    read: int = 0
    failures: list[UpstreamError] = field(default_factory=list)
    refusal: UpstreamError | None = None
    """The reason why the remaining posts are deferred."""
    is_out_of_time: bool = False


class CommentReader:
    """Reads and stores comments post by post; the failure of a post does not affect the others.

    A message may be delivered twice: comments that are stored and less than a day old are not read again. Failures are
    retried with a delayed message, three times. A call that a limit of the rate or a spent quota refuses is no failure:
    the rest is put off.
    """

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        posts: PostStore,
        comments: CommentStore,
        source: CommentSource,
        tasks: TaskQueue,
        clock: Clock,
        commenter_key: Callable[[], str],
        posts_per_creator: int,
        failures: FailureLog,
    ) -> None:
        self._profiles = profiles
        self._posts = posts
        self._comments = comments
        self._source = source
        self._tasks = tasks
        self._clock = clock
        self._commenter_key = commenter_key
        self._posts_per_creator = posts_per_creator
        self._failures = failures

    def read(self, message: CommentsMessage, deadline: datetime) -> CommentsOutcome:
        """Read the comments that are due, and request their analysis. Reads none of a creator that is not stored or
        whose posts may not be shown.

        Raises GaveUp after the last attempt; StoreUnavailable, QueueUnavailable, SecretUnavailable.
        """
        profile = self._load_shown(message.username)
        if profile is None:
            return CommentsOutcome(0)
        stored = {found.shortcode: found for found in self._comments.load_comments(profile.history_key)}
        newest = islice(self._posts.newest_posts(profile.history_key), self._posts_per_creator)
        due = [post for post in newest if post.comments != 0 and not self._is_current(stored.get(post.shortcode))]
        done = self._read_posts(profile, due, stored, deadline)
        # The message was delivered again if nothing is due: the request for the analysis may not have been sent.
        is_unsent = not due and any(not found.is_analyzed for found in stored.values())
        if done.read or is_unsent:
            self._tasks.send_task(AnalysisMessage(username=message.username))
        return CommentsOutcome(done.read, is_finished=not self._send_rest(message, len(due), done))

    def _load_shown(self, username: str) -> Profile | None:
        """Return the profile; None if it is not stored or its posts may not be shown."""
        profile = self._profiles.load_profile(username)
        return profile if profile and profile.public.shows_posts else None

    def _is_current(self, stored: PostComments | None) -> bool:
        return stored is not None and self._clock() - stored.read_at < READ_EVERY

    def _read_posts(
        self, profile: Profile, due: Sequence[Post], stored: dict[str, PostComments], deadline: datetime
    ) -> _Progress:
        done = _Progress()
        for post in due:
            until = self._clock() + POST_BUDGET
            if until > deadline:
                done.is_out_of_time = True
                break
            try:
                fetched = self._source.fetch_comments(post.shortcode, MAX_COMMENTS, until)
            except UpstreamNotConfigured:
                break
            except UpstreamDeferred as error:
                done.refusal = error
                break
            except UpstreamError as error:
                self._failures.log_failure("comments not read", error, shortcode=post.shortcode)
                done.failures.append(error)
                if error.can_pass:
                    continue
                break  # the provider refuses every post
            now_stored = self._load_shown(profile.username)
            if now_stored is None or now_stored.history_key != profile.history_key:
                break  # erased, private, or without the username since the call
            read = self._as_stored(profile, post, fetched)
            self._comments.save_comments(profile.history_key, read.with_analyses_of(stored.get(post.shortcode)))
            done.read += 1
        return done

    def _as_stored(self, profile: Profile, post: Post, fetched: FetchedComments) -> PostComments:
        """Without the creator's own comments."""
        history: HistoryKey = profile.history_key
        of_others = [comment for comment in fetched.comments if not _is_of(profile, comment)]
        return PostComments.of(
            of_others,
            shortcode=post.shortcode,
            taken_at=post.taken_at,
            read_at=self._clock(),
            history=history,
            secret=self._commenter_key(),
            missing=fetched.missing,
        )

    def _send_rest(self, message: CommentsMessage, due: int, done: _Progress) -> bool:
        """Send a message for the posts that were not read; return whether there are any. Raises GaveUp."""
        now = self._clock()
        requested_at = message.requested_at or now
        rest = message.model_copy(update={"requested_at": requested_at})
        if done.failures:
            again = message.attempt + 1
            if again > MAX_RETRIES:
                reason = done.failures[0].message
                raise GaveUp(f"the comments of {due - done.read} of {due} posts were not read: {reason}")
            self._tasks.send_task(rest.model_copy(update={"attempt": again}), delay_seconds=60 << again)
            return True
        if done.refusal:
            if now - requested_at >= PUT_OFF_FOR:
                raise GaveUp(f"the comments of {due - done.read} of {due} posts were not read: {done.refusal.message}")
            self._tasks.send_task(rest, delay_seconds=PUT_OFF_SECONDS)
            return True
        if done.is_out_of_time:
            self._tasks.send_task(rest)
        return done.is_out_of_time


def _is_of(profile: Profile, comment: FetchedComment) -> bool:
    """Whether the creator wrote the comment. If both ids are known, they alone decide, as for posts."""
    if profile.account and comment.account_id:
        return comment.account_id == profile.account.id
    return comment.username is not None and comment.username.lower() == profile.username
