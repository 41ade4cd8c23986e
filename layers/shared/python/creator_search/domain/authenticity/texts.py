"""Texts of comments in a form for comparison."""

import re
import unicodedata

from creator_search.domain.captions.emoji import strip_emoji, without_modifiers
from creator_search.domain.captions.words import plain

_ACCOUNT = re.compile(r"(?<!\w)@[\w.]+")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
LONG_ENOUGH = 12
"""Columns of letters and digits; characters of East Asian scripts take two."""


def names_accounts(text: str) -> bool:
    return bool(_ACCOUNT.search(text))


def has_words(text: str) -> bool:
    """Whether a letter or digit is left without mentions of accounts and emoji."""
    rest = _ACCOUNT.sub(" ", _KEYCAP.sub(" ", text))
    return any(unicodedata.category(character)[0] in "LN" for character in without_modifiers(rest))


def normal_text(text: str) -> str:
    """The words of a text without mentions, emoji and punctuation, for comparison; without letter case."""
    rest = strip_emoji(_ACCOUNT.sub(" ", _KEYCAP.sub(" ", plain(text))))
    kept = (c if unicodedata.category(c)[0] in "LNM" else " " for c in rest)
    return " ".join("".join(kept).split())


def is_long(normal: str) -> bool:
    """Whether a normal text is long enough that equal ones of two people are unlikely: 12 columns."""
    letters = (c for c in normal if unicodedata.category(c)[0] in "LN")
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in letters) >= LONG_ENOUGH
