"""Comments of posts."""

from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.posts import Sentiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as stored. `commenter` is a keyed hash of the account that wrote it, equal for all comments of one
    account; None if the upstream did not name one. The sentiment score is −1…1, the language an ISO 639-1 code.
    """

    text: str
    written_at: datetime | None = None
    commenter: str | None = None
    sentiment: Sentiment | None = None
    sentiment_score: float | None = None
    language_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostComments:
    """Comments of one post, newest first, as read at `read_at`. They need not be all comments of the post."""

    shortcode: str
    read_at: datetime
    comments: tuple[Comment, ...]
