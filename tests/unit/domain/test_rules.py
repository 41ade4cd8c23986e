"""The rules' accuracy on labelled captions: those used to choose the words, and others."""

from pathlib import Path

import pytest
from creator_search.adapters.captions.rules_engine import RulesEngine
from creator_search.domain.captions.rules import MAX_CAPTION_LENGTH, valence
from creator_search.domain.captions.terms import Terms
from creator_search.domain.captions.words import words
from creator_search.domain.posts import PostAnalysis, Sentiment

from tests.fakes import FakeClock

DATA = Path(__file__).parents[2] / "data"
LANGUAGES = {"en", "es", "pt", "fr", "de", "it", "tr", "ar", "hi", "ja"}
Row = tuple[str, str, str | None, PostAnalysis]


def measured(name: str) -> list[Row]:
    lines = [line.split("\t") for line in (DATA / name).read_text().splitlines()]
    readings = RulesEngine(FakeClock()).analyze_captions([line[3] for line in lines])
    return [
        (language, sentiment, None if category == "none" else category, reading)
        for (language, sentiment, category, _), reading in zip(lines, readings, strict=True)
    ]


def right(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


def one(caption: str) -> PostAnalysis:
    [found] = RulesEngine(FakeClock()).analyze_captions([caption])
    return found


@pytest.mark.parametrize(("name", "least"), [("captions.tsv", 0.98), ("captions_held_out.tsv", 0.95)])
def test_languages_of_short_captions_are_recognised(name: str, least: float) -> None:
    rows = measured(name)
    assert {row[0] for row in rows} == LANGUAGES
    assert right([reading.language_code == language for language, _, _, reading in rows]) >= least


@pytest.mark.parametrize(("name", "least"), [("captions.tsv", 0.95), ("captions_held_out.tsv", 0.9)])
def test_most_categories_are_correct(name: str, least: float) -> None:
    named = [(category, reading) for _, _, category, reading in measured(name) if reading.content_category]
    assert right([reading.content_category == category for category, reading in named]) >= least


@pytest.mark.parametrize(("name", "least"), [("captions.tsv", 0.85), ("captions_held_out.tsv", 0.7)])
def test_most_sentiments_are_correct(name: str, least: float) -> None:
    # Neutral ones included: without them, a rule that calls everything doubtful neutral would appear better.
    assert right([reading.sentiment == feeling for _, feeling, _, reading in measured(name)]) >= least


@pytest.mark.parametrize(
    ("caption", "language", "sentiment", "category"),
    [
        ("", None, None, None),
        ("   \n", None, None, None),
        ("😍😍", None, Sentiment.POSITIVE, None),
        ("💔😭", None, Sentiment.NEGATIVE, None),
        ("🎨", None, Sentiment.NEUTRAL, "art"),
        ("#travel #beach #vacation", None, Sentiment.NEUTRAL, "travel"),
        ("@ben.smith https://example.com/x", None, Sentiment.NEUTRAL, None),
        ("12345 !!!", None, Sentiment.NEUTRAL, None),
    ],
)
def test_captions_without_prose_have_defined_answers(
    caption: str, language: str | None, sentiment: Sentiment | None, category: str | None
) -> None:
    found = one(caption)
    assert (found.language_code, found.sentiment, found.content_category) == (language, sentiment, category)
    assert (found.engine, found.version) == ("rules", "rules-2")


def test_only_the_beginning_of_a_caption_of_60_kb_is_analyzed() -> None:
    assert one("What a wonderful journey! " + "word " * 12_000).sentiment is Sentiment.POSITIVE
    assert one("x" * MAX_CAPTION_LENGTH + " terrible " * 100).sentiment is Sentiment.NEUTRAL


@pytest.mark.parametrize("separator", ["", " "])
def test_only_the_first_hundreds_of_thousands_of_emoji_are_analyzed(separator: str) -> None:
    # If the whole text were read, the later emoji would decide.
    assert one(separator.join("😍" * 300 + "💔" * 2_000)).sentiment is Sentiment.POSITIVE
    assert one("¡Qué día! " + separator.join("😍" * 300 + "💔" * 2_000)).sentiment is Sentiment.POSITIVE


def test_the_language_of_a_mixed_caption_is_that_of_most_of_its_text() -> None:
    mixed = "Qué día tan maravilloso con toda mi familia en la playa, gracias a todos. So happy!"
    assert one(mixed).language_code == "es"


@pytest.mark.parametrize(
    "caption",
    ["NUL\x00 and \u202eturned", "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "a" * 3],
)
def test_any_text_gets_an_analysis(caption: str) -> None:
    assert one(caption).engine == "rules"


def test_words_match_as_a_whole_and_stems_as_prefixes() -> None:
    terms = Terms.of({"pets": ("cat dog* 犬", ""), "food": ("cook*", "")})

    def found(text: str) -> list[str]:
        return [category for _, meanings in terms.found(text) for category, _ in meanings]

    assert found("cat, dogs and cooking") == ["pets", "pets", "food"]
    assert found("concatenate category") == []
    assert found("うちの犬") == ["pets"]
    assert words("हिन्दी और İstanbul") == ["हिन्दी", "और", "istanbul"]


def test_a_negation_inverts_the_words_that_it_negates() -> None:
    assert valence("güzel") > 0 > valence("değil güzel")
    assert valence("pas beau") < 0 < valence("beau")
