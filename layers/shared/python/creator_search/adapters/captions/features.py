"""Features of captions for linear models: hashed n-grams of characters and words, for a batch of texts at once."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SLOTS = 400_000
"""Two classes' weights of a byte for each slot are 0.8 MB."""
_SLOT_BITS = 20
CHARACTERS = range(1, 6)
"""Lengths of the n-grams of characters. They lie within a word, its surrounding spaces included."""
_SPACE, _END = 32, 10
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # of the finaliser of splitmix64
_WORD, _PAIR = 0xD6E8FEB86659FD93, 0xA0761D6478BD642F  # tell words and pairs of words from n-grams of characters

_UNSEEN = re.compile("[\ufe00-\ufe0f\u200b-\u200d\u2060\u20e3\u064b-\u0652\U0001f3fb-\U0001f3ff\ud800-\udfff\x00]")
_ADDRESS = re.compile(r"https?\S*|www\.\S+")
_MENTION = re.compile(r"@\w[\w.]*")
_DIGIT = re.compile(r"\d")
_REPEATED = re.compile(r"(.)\1{2,}")
_SYMBOL = re.compile(r"([^\w\s'’\u0900-\u0dff\u0e00-\u0e7f])")


@dataclass(frozen=True, slots=True)
class Features:
    """The distinct slots of texts: those of text n are `slots[starts[n]:starts[n + 1]]`, ascending."""

    slots: NDArray[Any]
    starts: NDArray[Any]

    @property
    def rows(self) -> NDArray[Any]:
        """The number of the text of each slot."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @property
    def norms(self) -> NDArray[Any]:
        """The value of every feature of each text: 1 ÷ √(number of its features)."""
        return 1 / np.sqrt(np.maximum(np.diff(self.starts), 1))


def normalise(text: str) -> str:
    """Return the text in lower case, without variation selectors, skin tones and joiners; mentions become @, addresses
    http, digits 0; a character repeated more than twice is cut to two; punctuation and emoji are separate words."""
    plain = _UNSEEN.sub("", html.unescape(text).casefold())
    plain = _DIGIT.sub("0", _MENTION.sub("@", _ADDRESS.sub("http", plain)))
    return " ".join(_SYMBOL.sub(r" \1 ", _REPEATED.sub(r"\1\1", plain)).split())


def extract(texts: Sequence[str]) -> Features:
    """Extract the features of normalised texts."""
    if not texts:
        return Features(np.zeros(0, np.int64), np.zeros(1, np.int64))
    joined = "".join(f" {text} \n" for text in texts)
    characters = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    owner = np.cumsum(characters == _END) - (characters == _END)
    # The text from i to j has the hash (sums[j] - sums[i]) * base**-i, modulo 2**64.
    powers = np.cumprod(np.full(len(characters), _BASE, np.uint64)) * np.uint64(_INVERSE)
    inverses = np.cumprod(np.full(len(characters), _INVERSE, np.uint64)) * np.uint64(_BASE)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(characters * powers)])

    is_space = (characters == _SPACE) | (characters == _END)
    hashes, owners = [], []
    spaces = np.concatenate([np.zeros(1, np.int64), np.cumsum(is_space)])
    for length in CHARACTERS:
        first = np.arange(len(characters) - length + 1)
        last = first + length - 1
        inner = spaces[np.maximum(last, first + 1)] - spaces[first + 1]  # of the characters between first and last
        outer = is_space[first] & is_space[last]
        ended = (characters[first] == _END) | (characters[last] == _END)
        first = first[(inner == 0) & ~outer & ~ended]
        hashes.append((sums[first + length] - sums[first]) * inverses[first] + np.uint64(length))
        owners.append(owner[first])

    begins = np.flatnonzero(~is_space[1:] & is_space[:-1]) + 1
    ends = np.flatnonzero(is_space[1:] & ~is_space[:-1]) + 1
    whole = (sums[ends] - sums[begins]) * inverses[begins] * np.uint64(_WORD)
    hashes.append(whole)
    owners.append(owner[begins])
    same = owner[begins[1:]] == owner[begins[:-1]]
    hashes.append((whole[:-1] * np.uint64(_PAIR) + whole[1:])[same])
    owners.append(owner[begins[1:]][same])

    rows = np.concatenate(owners).astype(np.uint64)
    keys = np.sort((rows << np.uint64(_SLOT_BITS)) | _slots(np.concatenate(hashes)))
    is_new = np.ones(len(keys), bool)
    is_new[1:] = keys[1:] != keys[:-1]
    keys = keys[is_new]
    slots = (keys & np.uint64((1 << _SLOT_BITS) - 1)).astype(np.int64)
    found = (keys >> np.uint64(_SLOT_BITS)).astype(np.int64)
    return Features(slots, np.searchsorted(found, np.arange(len(texts) + 1)))


def _slots(hashes: NDArray[Any]) -> NDArray[Any]:
    mixed = hashes
    for shift, factor in zip((30, 27), _MIX, strict=True):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(32)) * np.uint64(SLOTS) >> np.uint64(32))
