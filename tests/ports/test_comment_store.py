"""CommentStore: the comments of the newest posts, one entry per post."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.comments import (
    KEPT_FOR,
    MAX_COMMENT_LENGTH,
    MAX_COMMENTED_POSTS,
    MAX_COMMENTS,
    Comment,
    FetchedComment,
    PostComments,
)
from creator_search.domain.posts import Sentiment
from creator_search.services.ports import CommentStore

from tests.fakes import START, post, stored_profile
from tests.fakes.values import erased
from tests.ports.conftest import Ports

ADA = HistoryKey("ada")
FULL = Comment(
    text="Çok güzel 👏 @user\n…",
    written_at=START - timedelta(hours=3),
    commenter="0123456789abcdef01234567",
    sentiment=Sentiment.POSITIVE,
    sentiment_score=0.8125,
    language_code="tr",
)


@pytest.fixture
def comments(ports: Ports) -> CommentStore:
    return ports.container.comment_store


def of_post(number: int = 0, *texts: Comment | str, **changes: object) -> PostComments:
    """Comments of a post taken `number` days before START, read at START."""
    made = PostComments(
        shortcode=f"p{number}",
        taken_at=START - timedelta(days=number),
        read_at=START,
        comments=tuple(Comment(text=text) if isinstance(text, str) else text for text in texts),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "stored",
    [
        of_post(0, FULL, FULL, "no more than a text", analysis_version="rules-2", missing=("created_at", "user")),
        of_post(0, Comment(text="", sentiment_score=0.0, sentiment=Sentiment.NEUTRAL)),
        of_post(0),
        of_post(0, "early", taken_at=datetime.fromtimestamp(0, UTC)),
        of_post(0, "with #", shortcode="C_-#x", read_at=START + timedelta(microseconds=250)),
    ],
)
def test_comments_are_read_as_they_were_saved(comments: CommentStore, stored: PostComments) -> None:
    comments.save_comments(ADA, stored)
    assert comments.load_comments(ADA) == [stored]


def test_the_comments_of_the_newest_posts_are_returned_newest_first(comments: CommentStore) -> None:
    made = [of_post(number, f"text {number}") for number in range(MAX_COMMENTED_POSTS + 5)]
    for row in reversed(made):
        comments.save_comments(ADA, row)
    comments.save_comments(HistoryKey("ada2"), of_post(0, "of another creator"))
    assert comments.load_comments(ADA) == made[:MAX_COMMENTED_POSTS]
    assert comments.load_comments(HistoryKey("nobody")) == []


def test_comments_read_later_replace_earlier_ones_in_whatever_order_they_arrive(comments: CommentStore) -> None:
    early, late = of_post(0, FULL, "a"), of_post(0, "b", read_at=START + timedelta(seconds=1))
    for first, second in ((early, late), (late, early)):
        comments.save_comments(ADA, first)
        comments.save_comments(ADA, second)
        assert comments.load_comments(ADA) == [late]


def test_comments_expire_and_those_of_older_posts_take_their_place(ports: Ports, comments: CommentStore) -> None:
    for number in range(MAX_COMMENTED_POSTS):
        comments.save_comments(ADA, of_post(number, "first"))
    later = of_post(MAX_COMMENTED_POSTS, "later", read_at=START + timedelta(seconds=1))
    comments.save_comments(ADA, later)
    ports.clock.advance(seconds=KEPT_FOR.total_seconds() - 1)
    assert len(comments.load_comments(ADA)) == MAX_COMMENTED_POSTS
    ports.clock.advance(seconds=1)
    assert comments.load_comments(ADA) == [later]
    ports.clock.advance(seconds=1)
    assert comments.load_comments(ADA) == []


def test_analyses_are_stored_with_the_comments_they_are_of(comments: CommentStore) -> None:
    plain = replace(FULL, sentiment=None, sentiment_score=None, language_code=None)
    read, analyzed = of_post(0, plain, missing=("pk",)), of_post(0, FULL, analysis_version="v")
    comments.save_comments(ADA, read)
    comments.set_comment_analyses(ADA, analyzed)
    assert comments.load_comments(ADA) == [replace(analyzed, missing=("pk",))]


@pytest.mark.parametrize("change", [{"read_at": START - timedelta(seconds=1)}, {"shortcode": "other"}])
def test_no_analysis_is_stored_where_other_comments_or_none_are(
    comments: CommentStore, change: dict[str, object]
) -> None:
    read = of_post(0, "text")
    comments.save_comments(ADA, read)
    comments.set_comment_analyses(ADA, of_post(0, FULL, analysis_version="v", **change))
    comments.set_comment_analyses(HistoryKey("nobody"), of_post(0, FULL, analysis_version="v"))
    assert comments.load_comments(ADA) == [read]
    assert comments.load_comments(HistoryKey("nobody")) == []


def test_the_largest_comments_fit_in_an_item(comments: CommentStore) -> None:
    """Texts of 4 bytes a character, in an order that does not compress."""
    chance = random.Random(1)

    def text() -> str:
        return "".join(chr(chance.randint(0x10000, 0x1F9FF)) for _ in range(3 * MAX_COMMENT_LENGTH))

    fetched = [FetchedComment(text=text(), account_id=str(n), written_at=START) for n in range(3 * MAX_COMMENTS)]
    largest = PostComments.of(fetched, shortcode="p", taken_at=START, read_at=START, history=ADA, secret="key")
    assert [len(comment.text) for comment in largest.comments] == [MAX_COMMENT_LENGTH] * MAX_COMMENTS
    comments.save_comments(ADA, largest)
    assert comments.load_comments(ADA) == [largest]


def test_a_creator_is_deleted_with_the_comments_and_keeps_none_of_the_posts(ports: Ports) -> None:
    container = ports.container
    container.profile_store.save_profile(stored_profile(), fence=1, over=None)
    container.post_store.save_posts(HistoryKey("ada"), [post("Cx1")])
    container.comment_store.save_comments(ADA, of_post(0, FULL))
    container.comment_store.save_comments(ADA, of_post(1, FULL))
    assert list(container.post_store.newest_posts(HistoryKey("ada"))) == [post("Cx1")]
    assert erased(container.profile_store, "ada") == 5
    assert container.comment_store.load_comments(ADA) == []
