"""Text in a form for comparison, and its words, in any script."""

import re
import unicodedata

_SPACED = re.compile(r"[\w\u0300-\u036f\u0900-\u0dff]+")


def plain(text: str) -> str:
    """Normalise text for comparison: Unicode composed, case-folded, without Arabic vowel signs and emoji variation
    selectors.
    """
    folded = unicodedata.normalize("NFC", text).casefold().replace("i̇", "i")
    return re.sub(r"[\u064b-\u0652\ufe0f]", "", folded)


def words(text: str) -> list[str]:
    return _SPACED.findall(plain(text))
