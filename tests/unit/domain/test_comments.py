"""The form in which comments are stored: shortened, without names."""

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.comments import Comment, FetchedComment, PostComments, hash_commenter, without_names

from tests.fakes import START

ADA = HistoryKey("ada")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("@ben.k look, @_Cleo_!", "@user look, @user!"),
        ("(@ben) @ben.", "(@user) @user."),
        ("これ@ben見て", "これ@user見て"),
        ("@benさん", "@userさん"),
        ("mail ben@example.org", "mail ben@example.org"),
        ("@ alone, @.", "@ alone, @."),
        ("@@ben", "@@user"),
        ("so cute.@ben", "so cute.@user"),
        ("@ben@cleo.k@dana!", "@user @user @user!"),
        ("hi@ben, hi@cleo.", "hi@user, hi@user."),
        ("hi@benさん", "hi@userさん"),
        ("", ""),
    ],
)
def test_mentioned_accounts_are_replaced(text: str, stored: str) -> None:
    assert without_names(text) == stored
    assert without_names(stored) == stored


@pytest.mark.parametrize(
    ("text", "expected"), [("@user", True), (" @user @user\n", True), ("@user 👏", False), ("", False), ("a", False)]
)
def test_a_comment_of_nothing_but_mentions_is_recognised(text: str, expected: bool) -> None:
    assert Comment(text=text).is_only_mentions is expected


def test_an_account_has_one_hash_under_the_posts_of_one_creator() -> None:
    by_id = FetchedComment(text="a", account_id="12", username="ben")
    renamed = FetchedComment(text="b", account_id="12", username="benjamin")
    assert hash_commenter(by_id, ADA, "key") == hash_commenter(renamed, ADA, "key")
    upper, lower = (FetchedComment(text="", username=name) for name in ("Ben", "ben"))
    assert hash_commenter(upper, ADA, "key") == hash_commenter(lower, ADA, "key")


def test_different_accounts_creators_and_keys_give_different_hashes() -> None:
    ben, name_12 = (FetchedComment(text="a", username=name) for name in ("ben", "12"))
    id_12 = FetchedComment(text="a", account_id="12")
    made = {
        *(hash_commenter(comment, ADA, "key") for comment in (ben, id_12, name_12)),
        hash_commenter(ben, HistoryKey("dana"), "key"),
        hash_commenter(ben, ADA, "another key"),
    }
    assert len(made) == 5
    assert None not in made
    assert hash_commenter(FetchedComment(text="nobody named"), ADA, "key") is None


def test_nothing_stored_contains_the_name_or_the_id_of_a_commenter() -> None:
    fetched = [FetchedComment(text="thanks @cleo", written_at=START, account_id="991", username="ben")]
    made = PostComments.of(fetched, shortcode="p", taken_at=START, read_at=START, history=ADA, secret="key")
    assert made.comments == (
        Comment(text="thanks @user", written_at=START, commenter=hash_commenter(fetched[0], ADA, "key")),
    )
    assert not any(name in repr(made) for name in ("cleo", "ben", "991"))
