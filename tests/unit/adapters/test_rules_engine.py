"""The rules engine: its linear models, emoji, and any text."""

import pytest
from creator_search.adapters.captions.linear_model import FOLDER, LinearModel
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.domain.posts import PostAnalysis, Sentiment

from tests.fakes import FakeClock


def one(caption: str) -> PostAnalysis:
    [found] = RulesEngine(FakeClock()).analyze_captions([caption])
    return found


@pytest.mark.parametrize(
    ("caption", "sentiment"),
    [
        *((emoji, Sentiment.POSITIVE) for emoji in ("🔥", "💪", "❤", "❤️", "👏🏽", "🙌", "🎉", "😍", "💯", "😂", "✨")),
        *((emoji, Sentiment.NEGATIVE) for emoji in ("💔", "😡", "👎", "👎🏿", "😭😭", "😞", "🤮")),
        *((emoji, Sentiment.NEUTRAL) for emoji in ("🎨", "➡️", "🔢", "🇩🇪")),
    ],
)
def test_captions_of_emoji_alone_have_the_sentiment_of_social_media(caption: str, sentiment: Sentiment) -> None:
    found = one(caption)
    assert found.sentiment is sentiment and found.raw["sentiment"]["rule"] == "emoji"


@pytest.mark.parametrize(("one_way", "other"), [("❤️", "❤"), ("Nice 👍🏿", "Nice 👍"), ("so good ❤️‍🔥", "so good ❤🔥")])
def test_variation_selectors_joiners_and_skin_tones_change_nothing(one_way: str, other: str) -> None:
    assert one(one_way).sentiment_score == one(other).sentiment_score


@pytest.mark.parametrize(
    "caption",
    [
        "NUL\x00 and \u202eturned",
        "ha\ud83dlf a pair",
        "\ud83d",
        "\x00",
        "\n\n",
        "a",
        "ß" * 60_000,
        "🔥" * 20_000,
        "<&#x0;>",
    ],
)
def test_any_text_gets_an_analysis(caption: str) -> None:
    found = one(caption)
    assert found.engine == "rules" and -1 <= (found.sentiment_score or 0) <= 1


def test_the_analysis_of_a_caption_does_not_depend_on_the_others() -> None:
    captions = ["What a wonderful day", "", "¡Qué desastre de partido!", "🔥", "yeh bahut accha hai yaar", "x" * 5_000]
    assert list(RulesEngine(FakeClock()).analyze_captions(captions)) == [one(caption) for caption in captions]


def test_the_sign_of_the_score_is_that_of_the_sentiment() -> None:
    captions = ["I love this so much", "I hate this awful mess", "Ich bin so traurig", "Che bello!", "je déteste ça"]
    found = [one(caption) for caption in captions]
    assert [str(f.sentiment) for f in found] == ["positive", "negative", "negative", "positive", "negative"]
    assert [(f.sentiment_score or 0) > 0 for f in found] == [True, False, False, True, False]


@pytest.mark.parametrize(
    "caption", ["yeh bahut accha hai yaar", "mujhe nahi pata kya ho raha hai", "kya baat hai bhai, bahut maza aaya"]
)
def test_romanised_hindi_is_hindi_and_read_by_the_linear_model(caption: str) -> None:
    found = one(caption)
    assert found.language_code == "hi"
    assert found.raw["language"]["tag"] == "hi-Latn" and found.raw["sentiment"]["rule"] == "linear"


@pytest.mark.parametrize(
    ("caption", "language"),
    [
        ("The main thing is to be kind to each other, always", "en"),
        ("Hoy es un gran día para salir con mis amigos", "es"),
        ("Bugün hava çok güzel, sahilde yürüdük", "tr"),
        *((short, "en") for short in ("Thank you", "Love this", "so happy")),
        ("Hari ini kami pergi ke pantai bersama keluarga", "id"),
    ],
)
def test_other_languages_in_latin_script_are_not_romanised_hindi(caption: str, language: str) -> None:
    assert one(caption).raw["language"]["tag"] == language


def test_a_sentiment_that_was_not_measured_has_no_confidence() -> None:
    japanese = one("今日は最高に楽しかった、ありがとう")
    assert japanese.sentiment is Sentiment.POSITIVE and japanese.sentiment_confidence is None
    assert japanese.raw["sentiment"]["rule"] == "lexicon"
    assert 0.3 < (one("Heute war ein wunderbarer Tag").sentiment_confidence or 0) < 1


def test_the_weights_are_at_most_a_megabyte_and_know_their_training_files() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 1_000_000
    model = LinearModel.load()
    assert {"ar", "de", "en", "es", "fr", "hi-Latn", "it", "pt"} <= model.languages
    assert all(len(digest) == 64 for digest in model.trained_on.values()) and model.trained_on
    assert "tweeteval-en.tsv" not in model.trained_on and "turkish-tr.tsv" not in model.trained_on
