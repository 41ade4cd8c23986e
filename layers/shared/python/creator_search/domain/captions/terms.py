"""Finding listed words, pairs of words, stems and, in scripts without spaces, substrings in a text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from creator_search.domain.captions.words import plain

STRONG, WEAK = 2, 1
"""A strong word decides alone; weak words decide when two of them agree."""
Meanings = tuple[tuple[str, int], ...]
"""Categories with the weight of the word for each."""
Found = tuple[str, Meanings]
_KANJI = "\u3005\u3400-\u9fff"
_KATAKANA = "\u30a1-\u30fa\u30fc"
_UNSPACED = re.compile(rf"[\u3041-\u3096{_KATAKANA}{_KANJI}]")
_WORD = re.compile(rf"(?:[^\W\u3041-\u3096{_KATAKANA}{_KANJI}]|[\u0300-\u036f\u0900-\u0dff])+")
_RUN = re.compile(rf"[\u3041-\u3096{_KATAKANA}{_KANJI}]+")
_IS_KANJI, _IS_KATAKANA = re.compile(f"[{_KANJI}]"), re.compile(f"[{_KATAKANA}]")
_SHORTEST_STEM = 3
_ARABIC_PREFIXES = ("ال", "وال", "بال", "لل", "و", "ب", "ل")


@dataclass(frozen=True, slots=True)
class Terms:
    """`exact` contains words, and pairs of words joined by "_"; `pieces` the substrings by their first character, the
    longest first.
    """

    exact: dict[str, Meanings] = field(default_factory=dict)
    stems: dict[str, Meanings] = field(default_factory=dict)
    pieces: dict[str, list[Found]] = field(default_factory=dict)

    @classmethod
    def of(cls, *languages: Mapping[str, tuple[str, str]]) -> "Terms":
        """Build from space-separated strong and weak words per category.

        A word ending in * is a stem. A word listed for two categories counts for both.
        """
        meanings: dict[str, dict[str, int]] = {}
        for category, levels in ((c, levels) for listed in languages for c, levels in listed.items()):
            for weight, level in zip((STRONG, WEAK), levels, strict=True):
                for term in plain(level).split():
                    meanings.setdefault(term, {}).setdefault(category, weight)
        made = cls()
        for term, weights in meanings.items():
            value = tuple(weights.items())
            if _UNSPACED.match(term):
                made.pieces.setdefault(term[0], []).append((term, value))
            elif term.endswith("*"):
                made.stems[term[:-1]] = value
            else:
                made.exact[term] = value
        for pieces in made.pieces.values():
            pieces.sort(key=lambda piece: -len(piece[0]))
        return made

    def found(self, text: str) -> Iterator[Found]:
        """Return each term in a text made `plain`, with its meanings, in the order of the text per kind of script."""
        yield from self._in_words(_WORD.findall(text))
        if self.pieces:
            for run in _RUN.findall(text):
                yield from self._in_run(run)

    def _in_words(self, words: list[str]) -> Iterator[Found]:
        position = 0
        while position < len(words):
            word = words[position]
            position += 1
            if position < len(words) and (meanings := self.exact.get(pair := f"{word}_{words[position]}")):
                position += 1
                yield pair, meanings
            elif meanings := self.meanings(word):
                yield word, meanings

    def _in_run(self, run: str) -> Iterator[Found]:
        position = 0
        while position < len(run):
            for piece, meanings in self.pieces.get(run[position], ()):
                if run.startswith(piece, position) and _is_whole(run, position, position + len(piece)):
                    yield piece, meanings
                    position += len(piece)
                    break
            else:
                position += 1

    def meanings(self, word: str) -> Meanings:
        forms = [word]
        if word.startswith(_ARABIC_PREFIXES):
            forms += (word.removeprefix(prefix) for prefix in _ARABIC_PREFIXES)
        for form in forms:
            if found := self.exact.get(form):
                return found
            for end in range(len(form), _SHORTEST_STEM - 1, -1):
                if found := self.stems.get(form[:end]):
                    return found
        return ()


def _is_whole(run: str, start: int, end: int) -> bool:
    """Whether the piece is not a part of a longer word: Katakana does not begin within Katakana, and one Kanji has no
    Kanji beside it.
    """
    before, after = run[start - 1 : start] if start else "", run[end : end + 1]
    if _IS_KATAKANA.match(run, start):
        return not _IS_KATAKANA.match(before) and (end - start > 2 or not _IS_KATAKANA.match(after))
    return end - start > 1 or not (_IS_KANJI.match(before) or _IS_KANJI.match(after))
