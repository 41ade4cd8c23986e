"""Synthetic comments of a post, in two of the provider's shapes."""

import random
from typing import Any

from infra.local.sandbox.creators import FIRST, ID_EPOCH_MILLISECONDS, LAST, SHORTCODE_DIGITS, seeded

PAGE = 60
TEXTS = {
    "en": ("This is beautiful, thank you!", "I love this so much", "Where did you get that?", "So boring, unfollowing"),
    "es": ("¡Me encanta, qué bonito!", "Gracias por compartir", "¿Dónde es esto?", "Qué aburrido"),
    "pt": ("Que coisa mais linda!", "Adorei esse vídeo", "Qual é o preço?", "Achei muito ruim"),
    "de": ("Das ist wunderschön!", "Danke für den Tipp", "Wie lange hat das gedauert?", "Leider sehr schlecht"),
}
EMOJI = ("🔥🔥🔥", "❤️", "😍😍", "👏👏👏", "😂")


def page(shortcode: str) -> dict[str, Any]:
    """Return the newest comments of the post: texts, emoji, comments that only mention accounts. The same post always
    has the same ones."""
    rng = seeded("comments", shortcode)
    taken_at, is_old = _taken_at(shortcode), rng.random() < 0.5
    found = [_comment(rng, taken_at, is_old=is_old) for _ in range(rng.randrange(20, PAGE + 1))]
    found.sort(key=lambda comment: -comment["created_at"])
    if is_old:
        return {"comments": found, "pagination_token": None}
    return {"data": {"comments": found, "comment_count": len(found)}}


def _comment(rng: random.Random, taken_at: int, *, is_old: bool) -> dict[str, Any]:
    name = f"{rng.choice(FIRST)}.{rng.choice(LAST)}"
    number = seeded("account", name).randrange(10**9, 10**10)
    friend = f"@{rng.choice(FIRST)}_{rng.choice(LAST)}"
    kind = rng.random()
    if kind < 0.1:
        text = friend
    elif kind < 0.3:
        text = rng.choice(EMOJI)
    else:
        text = rng.choice(TEXTS[rng.choice(list(TEXTS))]) + (f" {friend}" if kind > 0.9 else "")
    account = {"username": name, "id": str(number)} if is_old else {"username": name, "pk": number}
    written_at = taken_at + rng.randrange(60, 2 * 86_400)
    return {"text": text, "created_at": written_at, "owner" if is_old else "user": account}


def _taken_at(shortcode: str) -> int:
    """The time in the id of a synthetic shortcode; characters of others count as zero."""
    number = 0
    for character in shortcode:
        number = number * 64 + max(0, SHORTCODE_DIGITS.find(character))
    return ((number >> 23) + ID_EPOCH_MILLISECONDS) // 1000
