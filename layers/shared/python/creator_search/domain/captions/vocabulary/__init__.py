"""The words of the categories, per language. A word belongs to its language: "but" is a goal in French only."""

from collections.abc import Mapping

from creator_search.domain.captions.vocabulary import ar, de, en, es, fr, hi, it, ja, pt, symbols, tr

Listed = Mapping[str, tuple[str, str]]
"""Strong and weak words per category, space-separated; "a_b" is two words, "a*" a stem."""

NEWS = "news"
"""News and politics: their words compete with those of the categories, and are none of them."""
LANGUAGES: Mapping[str, Listed] = {
    language.__name__.rpartition(".")[2]: language.TERMS for language in (ar, de, en, es, fr, hi, it, ja, pt, tr)
}
SYMBOLS: Listed = symbols.TERMS
_LAST_LATIN = "\u024f"


def listed(language: str | None) -> list[Listed]:
    """Return the words that count in a caption of the language: its own, and those in other scripts than Latin, which
    belong to one language each.
    """
    own = [LANGUAGES[language]] if language and language in LANGUAGES else []
    return own + [_beyond_latin(LANGUAGES[code]) for code in ("ar", "hi", "ja") if code != language]


def _beyond_latin(words: Listed) -> Listed:
    return {category: (_without_latin(strong), _without_latin(weak)) for category, (strong, weak) in words.items()}


def _without_latin(words: str) -> str:
    return " ".join(word for word in words.split() if word[0] > _LAST_LATIN)
