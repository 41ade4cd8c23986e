"""Which words decide the category of a caption, in which language."""

import pytest
from creator_search.domain.captions.taxonomy import CATEGORIES
from creator_search.domain.captions.terms import Terms
from creator_search.domain.captions.topics import topic_of
from creator_search.domain.captions.vocabulary import LANGUAGES, NEWS

TEN = {"en", "es", "pt", "fr", "de", "it", "tr", "ar", "hi", "ja"}


def name(caption: str, language: str | None) -> str | None:
    return topic_of(caption, language).name


def test_every_category_has_words_in_ten_languages() -> None:
    assert set(LANGUAGES) == TEN and len(CATEGORIES) > 20
    for listed in LANGUAGES.values():
        assert set(listed) == {*CATEGORIES, NEWS}
        assert all(strong.split() for strong, _ in listed.values())


@pytest.mark.parametrize(
    ("caption", "language", "category"),
    [
        ("But we were late, but we made it", "en", None),
        ("Un but et encore un but pour notre équipe", "fr", "sports"),
        ("Esto es para ti, para siempre", "es", None),
        ("Los días son largos hasta el verano", "es", None),
        ("Our son and our daughter", "en", "family"),
        ("O time joga bem, que jogador", "pt", "sports"),
        ("It is about time, this time", "en", None),
        ("J'ai le temps", "fr", None),
    ],
)
def test_a_word_counts_only_in_captions_of_its_language(caption: str, language: str, category: str | None) -> None:
    assert name(caption, language) == category


@pytest.mark.parametrize(
    "caption", ["A category of its own", "Catch the early one", "The concatenation", "Carpet of stars"]
)
def test_words_that_only_begin_like_a_listed_word_do_not_count(caption: str) -> None:
    assert topic_of(caption, "en").scores == {}


@pytest.mark.parametrize(
    ("caption", "category"),
    [
        ("山本さんと森田さんに会った", None),
        ("この本を読んだ", "books"),
        ("日本の人", None),
        ("ストライブ", None),
        ("ライブ最高", "music"),
        ("スタートした", None),
        ("犬と犬と猫", "pets"),
    ],
)
def test_japanese_characters_within_a_longer_word_or_a_name_do_not_count(caption: str, category: str | None) -> None:
    assert name(caption, "ja") == category


@pytest.mark.parametrize(
    ("caption", "language"),
    [
        ("I can't believe it is Monday again lol", "en"),
        ("Good morning everyone, have a nice one", "en"),
        ("She said yes and then she said no", "en"),
        ("No puedo más con este día", "es"),
        ("今日は眠い", "ja"),
    ],
)
def test_chatter_has_no_category(caption: str, language: str) -> None:
    assert name(caption, language) is None


def test_news_and_politics_have_no_category() -> None:
    assert name("The senate and the president on hospital funding before the election", "en") is None
    assert name("The hospital where the president was", "en") is None


def test_one_weak_word_does_not_decide_and_two_do() -> None:
    assert name("What a game", "en") is None
    assert name("What a game, what a team", "en") == "sports"
    assert name("What a game, what a game", "en") is None
    assert name("What a football", "en") == "sports"


def test_two_words_that_belong_together_count_as_one() -> None:
    assert topic_of("New video game", "en").scores == {"gaming": 2}


def test_of_equal_scores_the_category_found_first_wins_with_less_confidence() -> None:
    both = topic_of("A pizza after the football", "en")
    alone = topic_of("A pizza after all", "en")
    assert both.name == alone.name == "food" and both.confidence and alone.confidence
    assert both.confidence < alone.confidence


@pytest.mark.parametrize("language", ["es", "tr", "nl", None])
def test_hashtags_are_english_in_any_language(language: str | None) -> None:
    assert name("#travel #beach", language) == "travel"
    assert name("#foodporn #instafood", language) == "food"
    assert name("travel beach", language) is None


def test_hashtags_in_the_language_of_the_caption_count() -> None:
    assert name("Por fin #viajes", "es") == "travel"


@pytest.mark.parametrize(
    ("caption", "category"), [("🎨", "art"), ("✈️", "travel"), ("📸", None), ("📸📸", None), ("😂", None)]
)
def test_emoji_count_in_any_language_and_once(caption: str, category: str | None) -> None:
    assert name(caption, None) == category


@pytest.mark.parametrize(
    ("caption", "category"), [("أنا في مطعم جديد", "food"), ("क्रिकेट मैच", "sports"), ("試合に出た選手", "sports")]
)
def test_words_in_a_script_of_their_own_count_without_a_known_language(caption: str, category: str) -> None:
    assert name(caption, None) == category


def test_latin_words_of_a_japanese_caption_are_japanese() -> None:
    assert name("fgoの話", "ja") == "gaming"
    assert name("fgo", None) is None and name("J'ai un ai", "fr") is None


def test_mentions_and_addresses_do_not_count() -> None:
    assert topic_of("@football.pizza https://travel.test/hotel www.food.test", "en").scores == {}


@pytest.mark.parametrize(("caption", "language"), [("Un viaggio", "it"), ("My puppy", "en"), ("🎨", None), ("", "en")])
def test_no_confidence_is_claimed_where_none_was_measured(caption: str, language: str | None) -> None:
    assert topic_of(caption, language).confidence is None


def test_more_evidence_has_more_confidence() -> None:
    more = topic_of("Football, baseball and tennis", "en").confidence
    less = topic_of("Football", "en").confidence
    assert more and less and more > less


def test_terms_are_words_pairs_stems_and_substrings() -> None:
    terms = Terms.of({"pets": ("cat dog* 犬", "fur"), "food": ("hot_dog", "dog fur")})
    assert list(terms.found("cat hot dog dogs")) == [
        ("cat", (("pets", 2),)),
        ("hot_dog", (("food", 2),)),
        ("dogs", (("pets", 2),)),
    ]
    assert list(terms.found("fur うちの犬")) == [("fur", (("pets", 1), ("food", 1))), ("犬", (("pets", 2),))]
    assert list(terms.found("犬山")) == []
