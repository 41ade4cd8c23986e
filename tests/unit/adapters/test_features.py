"""Hashed features of captions."""

import numpy as np
import pytest
from creator_search.adapters.captions.features import SLOTS, extract, normalise


def slots(text: str) -> set[int]:
    return set(extract([normalise(text)]).slots.tolist())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Love ❤️", "love ❤"),
        ("👍🏽 yes", "👍 yes"),
        ("soooooo good", "soo good"),
        ("@ada.l look", "@user look"),
        ("see https://example.com/x?y=1", "see http"),
        ("at 10:30", "at 22:45"),
        ("rock &amp; roll", "rock & roll"),
    ],
)
def test_what_changes_nothing_about_the_meaning_changes_no_feature(one: str, other: str) -> None:
    assert slots(one) == slots(other)


def test_the_features_of_a_text_do_not_depend_on_the_batch() -> None:
    texts = ["good day", "", "a", "très bon jour 🔥", "好き"]
    together = extract(texts)
    for n, text in enumerate(texts):
        assert np.array_equal(together.slots[together.starts[n] : together.starts[n + 1]], extract([text]).slots)
    assert together.starts[2] == together.starts[1]  # the empty text has none
    assert len(extract([]).slots) == 0


def test_the_slots_are_the_same_in_every_process_and_release() -> None:
    # The committed weights belong to these slots.
    found = extract(["ab c"]).slots
    assert (found >= 0).all() and (found < SLOTS).all() and len(set(found.tolist())) == len(found)
    assert found.tolist() == [
        43901,
        46863,
        59121,
        61241,
        81699,
        190322,
        221088,
        258396,
        301501,
        370695,
        379644,
        384282,
        393267,
    ]


def test_words_that_share_no_n_gram_share_no_feature() -> None:
    assert not slots("abc") & slots("xyz")
    assert slots("abc") & slots("abd")
