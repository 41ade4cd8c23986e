"""The comments of the newest posts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.comments import KEPT_FOR, MAX_COMMENTED_POSTS, PostComments

from tests.fakes.process import FakeClock, whole_seconds
from tests.fakes.profiles import FakeProfileStore


@dataclass
class FakeCommentStore:
    clock: FakeClock
    profiles: FakeProfileStore = field(default_factory=FakeProfileStore)
    rows: dict[HistoryKey, dict[tuple[int, str], PostComments]] = field(default_factory=dict)
    """Comments by the time in seconds and the shortcode of their post; includes expired ones."""

    def __post_init__(self) -> None:
        self.profiles.beside.append(lambda username: len(self.rows.pop(HistoryKey(username), {})))

    def save_comments(self, key: HistoryKey, comments: PostComments) -> None:
        stored = self.rows.get(key, {}).get(_position(comments))
        if stored is None or stored.read_at < comments.read_at:
            self.rows.setdefault(key, {})[_position(comments)] = _stored(comments)

    def set_comment_analyses(self, key: HistoryKey, comments: PostComments) -> None:
        stored = self.rows.get(key, {}).get(_position(comments))
        if stored and stored.read_at == comments.read_at:
            made = _stored(comments)
            changed = replace(stored, comments=made.comments, analysis_version=made.analysis_version)
            self.rows[key][_position(comments)] = changed

    def load_comments(self, key: HistoryKey) -> Sequence[PostComments]:
        newest = [row for _, row in sorted(self.rows.get(key, {}).items(), reverse=True)]
        current = [row for row in newest if whole_seconds(row.read_at + KEPT_FOR) > self.clock()]
        return current[:MAX_COMMENTED_POSTS]


def _position(comments: PostComments) -> tuple[int, str]:
    return int(comments.taken_at.timestamp()), comments.shortcode


def _stored(comments: PostComments) -> PostComments:
    """The times of posts and comments have whole seconds."""
    texts = tuple(replace(c, written_at=whole_seconds(c.written_at)) if c.written_at else c for c in comments.comments)
    return replace(comments, taken_at=whole_seconds(comments.taken_at), comments=texts)
