import pytest
from creator_search.adapters.onnx_engine import as_tweet


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("thanks @ada.lopez_1, see https://a.test/x?y=1 now", "thanks @user, see http now"),
        ("(@ben) @", "(@user) @"),
        ("mail a@b.test", "mail a@b.test"),
        ("no one", "no one"),
    ],
)
def test_names_and_addresses_are_what_the_model_was_trained_with(caption: str, expected: str) -> None:
    assert as_tweet(caption) == expected
