"""Comments of posts, as stored: without the names of the accounts that wrote them or are mentioned in them."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.posts import PostAnalysis, Sentiment

MAX_COMMENTED_POSTS = 12
"""Posts of one creator whose comments are used: the newest that have some. The limit of COMMENTED_POSTS."""
MAX_COMMENTS = 100
"""Comments stored for one post."""
MAX_COMMENT_LENGTH = 500
"""Characters stored of one comment. With MAX_COMMENTS, all comments of a post are less than 220 KB in UTF-8."""
KEPT_FOR = timedelta(days=90)
"""How long comments are stored after they were read."""
MENTION = "@user"
"""Stands in a stored text for each account that is mentioned. The models of sentiment were trained with this word."""

_MENTIONED = re.compile(
    r"(?<![A-Za-z0-9_])(?:@[A-Za-z0-9._]*[A-Za-z0-9_])+"
    # Behind a word without a space; with a dot in it, it is the domain of an e-mail address.
    r"|(?<=[A-Za-z0-9_])@[A-Za-z0-9_]+(?![A-Za-z0-9_]|\.[A-Za-z0-9_])"
)
_HASH_LENGTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedComment:
    """A comment as an upstream gives it; None is what it did not give. `account_id` is the platform's id."""

    text: str
    written_at: datetime | None = None
    account_id: str | None = None
    username: str | None = None


@dataclass(frozen=True, slots=True)
class FetchedComments:
    """Comments of a post in the upstream's order, and the fields that it gave with none of them."""

    comments: tuple[FetchedComment, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as stored. `commenter` is a keyed hash of the account that wrote it, equal for all comments of one
    account under the posts of one creator; None if the upstream did not name one. `text` has MENTION in place of names.
    The sentiment score is −1…1, the language an ISO 639-1 code; all are None until the comment is analyzed, and where
    they could not be determined.
    """

    text: str
    written_at: datetime | None = None
    commenter: str | None = None
    sentiment: Sentiment | None = None
    sentiment_score: float | None = None
    language_code: str | None = None

    @property
    def is_only_mentions(self) -> bool:
        return MENTION in self.text and not self.text.replace(MENTION, "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostComments:
    """Comments of one post taken at `taken_at`, in the order of the upstream (the newest first), as read at `read_at`.
    They need not be all comments of the post.

    `missing` has the names of the fields that the upstream did not give with any of them. `analysis_version` is the
    version of the analyzer that determined the sentiment and language of those that have them; None before that.
    """

    shortcode: str
    taken_at: datetime
    read_at: datetime
    comments: tuple[Comment, ...]
    missing: tuple[str, ...] = ()
    analysis_version: str | None = None

    @classmethod
    def of(
        cls,
        fetched: Sequence[FetchedComment],
        *,
        shortcode: str,
        taken_at: datetime,
        read_at: datetime,
        history: HistoryKey,
        secret: str,
        missing: tuple[str, ...] = (),
    ) -> Self:
        """The comments in the form in which they are stored: at most MAX_COMMENTS, shortened, without names."""
        comments = tuple(
            Comment(
                text=without_names(comment.text)[:MAX_COMMENT_LENGTH],
                written_at=comment.written_at,
                commenter=hash_commenter(comment, history, secret),
            )
            for comment in fetched[:MAX_COMMENTS]
        )
        return cls(shortcode=shortcode, taken_at=taken_at, read_at=read_at, comments=comments, missing=missing)

    @property
    def is_analyzed(self) -> bool:
        """Whether every comment was analyzed; a comment has a text, and so a sentiment."""
        return all(comment.sentiment for comment in self.comments)

    def due_texts(self, version: str) -> list[str]:
        """The texts that this version of the analyzer has not analyzed, each once."""
        is_other = self.analysis_version != version
        return list(dict.fromkeys(c.text for c in self.comments if is_other or c.sentiment is None))

    def with_analyses(self, analyses: Mapping[str, PostAnalysis], version: str) -> Self:
        """With these analyses of texts by this version; those of another version are removed."""
        keeps = self.analysis_version == version

        def analyzed(comment: Comment) -> Comment:
            found = analyses.get(comment.text)
            if found is None and keeps:
                return comment
            return replace(
                comment,
                sentiment=found.sentiment if found else None,
                sentiment_score=found.sentiment_score if found else None,
                language_code=found.language_code if found else None,
            )

        return replace(self, comments=tuple(map(analyzed, self.comments)), analysis_version=version)

    def with_analyses_of(self, earlier: "PostComments | None") -> Self:
        """With the analyses of the same texts from an earlier reading."""
        if earlier is None or earlier.analysis_version is None:
            return self
        known = {comment.text: comment for comment in earlier.comments}

        def analyzed(comment: Comment) -> Comment:
            same = known.get(comment.text)
            if same is None:
                return comment
            return replace(same, written_at=comment.written_at, commenter=comment.commenter)

        return replace(self, comments=tuple(map(analyzed, self.comments)), analysis_version=earlier.analysis_version)


def without_names(text: str) -> str:
    """Replace each mention of an account by MENTION; put a space between mentions that have none."""
    return _MENTIONED.sub(lambda found: " ".join([MENTION] * found[0].count("@")), text)


def hash_commenter(comment: FetchedComment, history: HistoryKey, secret: str) -> str | None:
    """The first 96 bits of HMAC-SHA256 over the creator and the commenter's id, or username without an id. The creator
    is part of it, so that nobody's comments can be followed from one creator to another. None without either.
    """
    if comment.account_id:
        account = f"id {comment.account_id}"
    elif comment.username:
        account = f"name {comment.username.lower()}"
    else:
        return None
    digest = hmac.new(secret.encode(), f"{history} {account}".encode(), hashlib.sha256)
    return digest.hexdigest()[:_HASH_LENGTH]
