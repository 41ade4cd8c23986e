"""Matching words and stems in any script."""

import re
import unicodedata
from dataclasses import dataclass, field

_SPACED = re.compile(r"[\w\u0300-\u036f\u0900-\u0dff]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\U0001f000-\U0001faff\u2600-\u27bf]")
ARABIC_PREFIXES = ("ال", "وال", "بال", "لل", "و", "ب", "ل")
_SHORTEST_STEM = 3


def plain(text: str) -> str:
    """Normalise text for comparison: Unicode composed, case-folded, without Arabic vowel signs and emoji variation
    selectors.
    """
    folded = unicodedata.normalize("NFC", text).casefold().replace("i̇", "i")
    return re.sub(r"[\u064b-\u0652\ufe0f]", "", folded)


def words(text: str) -> list[str]:
    return _SPACED.findall(plain(text))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Maps words, stems and, for scripts without spaces, substrings to their meanings."""

    exact: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, terms: dict[str, str]) -> "Vocabulary":
        """Build a vocabulary from a mapping of meanings to space-separated words. A word listed twice has the first
        meaning.
        """
        made = cls()
        for meaning, listed in terms.items():
            for term in map(plain, listed.split()):
                if _UNSPACED.search(term):
                    made.pieces.setdefault(term, meaning)
                elif term.endswith("*"):
                    made.stems.setdefault(term[:-1], meaning)
                else:
                    made.exact.setdefault(term, meaning)
        return made

    def hits(self, text: str) -> list[str]:
        """Return the meaning of every word found, in text order, followed by those of substrings."""
        found = [meaning for word in words(text) if (meaning := self.meaning(word))]
        bare = plain(text)
        return found + [meaning for piece, meaning in self.pieces.items() if piece in bare]

    def meaning(self, word: str) -> str | None:
        for form in (word, *(word.removeprefix(p) for p in ARABIC_PREFIXES if word.startswith(p))):
            if form in self.exact:
                return self.exact[form]
            for end in range(len(form), _SHORTEST_STEM - 1, -1):
                if form[:end] in self.stems:
                    return self.stems[form[:end]]
        return None
