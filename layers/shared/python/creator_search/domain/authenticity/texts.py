"""Texts of comments in a form for comparison."""

import re
import unicodedata
from functools import lru_cache

from creator_search.domain.captions.emoji import without_modifiers
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
    return any(map(_columns, without_modifiers(rest)))


def normal_text(text: str) -> str:
    """The words of a text without mentions, emoji and punctuation, for comparison; without letter case."""
    rest = without_modifiers(_ACCOUNT.sub(" ", _KEYCAP.sub(" ", plain(text))))
    return " ".join("".join(map(_kept, rest)).split())


def is_long(normal: str) -> bool:
    """Whether a normal text is long enough that equal ones of two people are unlikely: 12 columns."""
    return sum(map(_columns, normal)) >= LONG_ENOUGH


@lru_cache(4096)
def _kept(character: str) -> str:
    """Letters, digits and their marks; a space for any other character."""
    return character if unicodedata.category(character)[0] in "LNM" else " "


@lru_cache(4096)
def _columns(character: str) -> int:
    """The columns of a letter or digit, 0 of any other character."""
    if unicodedata.category(character)[0] not in "LN":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
