"""Synthetic creators: any username has one, which is always the same except for newer posts and the growth of counts.
Usernames that start with `missing` do not exist."""

import hashlib
import math
import random
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

FIRST = [
    "ada",
    "ben",
    "cleo",
    "dana",
    "emre",
    "fadi",
    "gita",
    "hugo",
    "ines",
    "juan",
    "kofi",
    "lena",
    "mika",
    "noor",
    "omar",
    "pia",
    "quin",
    "rosa",
    "sven",
    "tala",
]
LAST = [
    "alvarez",
    "bauer",
    "costa",
    "diaz",
    "evans",
    "ferrari",
    "garcia",
    "hansen",
    "ivanov",
    "jones",
    "kaya",
    "lopez",
    "mori",
    "novak",
    "okafor",
    "patel",
]
TOPICS = ["travel", "food", "fitness", "fashion", "beauty", "music", "gaming", "art", "nature", "tech"]
PROFILE_CATEGORIES = {topic: f"{topic.capitalize()} creator" for topic in TOPICS}
PLACES = ("Lisbon, Portugal", "Kyoto, Japan", "Oaxaca, Mexico", "Lagos, Nigeria", "Hamburg, Germany")
BRANDS = ("north.shoes", "daily.tea", "trail_gear")
PACE_SECONDS = 2 * 86_400
"""Every creator posts every two days: new posts appear over time, and of existing ones only the counts change."""
GROWTH_HOURS = (12, 72)
"""The counts of a post are final × (1 − e^(−age ÷ T)), with its own T in this range."""

SHORTCODE_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ID_EPOCH_MILLISECONDS = 1_314_220_021_721

SANDBOX_CAPTIONS = {
    "en": (
        "Golden hour never gets old ✨",
        "New {topic} video is up, tell me what you think!",
        "So disappointed today 😞",
    ),
    "es": ("¡Qué día tan bonito! ☀️", "Nuevo video de {topic}, espero que les guste", "Hoy no fue mi mejor día"),
    "pt": ("Que lugar incrível 😍", "Novo vídeo sobre {topic}, corre lá!", "Muito cansado hoje"),
    "fr": ("Quelle belle journée !", "Nouvelle vidéo {topic} en ligne ❤️", "Je suis un peu déçu aujourd'hui"),
    "de": ("Was für ein schöner Tag", "Neues Video über {topic} ist da 🎬", "Heute lief gar nichts"),
    "it": ("Che giornata stupenda 🌅", "Nuovo video di {topic}, ditemi la vostra", "Oggi niente va bene"),
    "tr": ("Harika bir gün 💙", "Yeni {topic} videosu yayında", "Bugün çok yoruldum"),
    "ar": ("يوم جميل جدا 🌸", "فيديو جديد عن {topic}", "أنا متعب اليوم"),
    "hi": ("आज का दिन बहुत अच्छा है", "{topic} पर नया वीडियो देखें 🎥", "आज मन उदास है"),
    "ja": ("今日は最高の一日でした🌸", "{topic}の新しい動画を公開しました", "今日はとても疲れた"),
}


@dataclass(frozen=True, slots=True)
class SyntheticPost:
    number: int
    shortcode: str
    taken_at: int
    kind: str
    """GraphImage, GraphVideo or GraphSidecar."""
    is_reel: bool
    caption: str
    likes: int
    """-1 marks a hidden count."""
    comments: int
    views: int | None
    pinned: bool
    seconds: float | None
    place: str | None
    tagged: tuple[str, ...]
    co_author: str | None
    is_of_co_author: bool
    """Whether the co-author is the owner, and the creator a co-author."""
    sponsor: str | None
    song: tuple[str, str] | None
    """Title and artist."""
    shares: int | None

    @property
    def plays(self) -> int | None:
        """2.5 times the views: recorded posts have 1.7 to 4.4 times as many."""
        return None if self.views is None else self.views * 5 // 2


@dataclass(frozen=True, slots=True)
class SyntheticCreator:
    """One account. `account` is the name under which it was first known; all but the username is derived from it."""

    username: str
    account: str
    pk: int
    full_name: str
    topic: str
    language: str
    followers: int
    following: int
    posts_count: int
    is_private: bool
    is_verified: bool
    is_business: bool
    new_shape: bool
    """Which of the two payload shapes the upstream uses for this one."""
    undated_reels: bool
    """Whether the reels endpoint leaves out the time and the caption, as in recorded answers of 2026."""


def exists(username: str) -> bool:
    return not username.startswith("missing")


def seeded(*parts: object) -> random.Random:
    """Return a generator that is the same for the same parts."""
    seed = hashlib.sha256("#".join(map(str, parts)).encode()).digest()
    return random.Random(int.from_bytes(seed[:8], "big"))


@lru_cache(maxsize=10_000)
def creator(username: str) -> SyntheticCreator:
    rng = seeded("creator", username)
    followers = int(10 ** rng.uniform(2.5, 7))
    words = username.replace(".", " ").replace("_", " ").split() or [username]
    return SyntheticCreator(
        username=username,
        account=username,
        pk=rng.randrange(10**9, 10**10),
        full_name=" ".join(w.capitalize() for w in words),
        topic=rng.choice(TOPICS),
        language=rng.choice(list(SANDBOX_CAPTIONS)),
        followers=followers,
        following=rng.randrange(10, 2000),
        posts_count=rng.randrange(14, 400),
        is_private=username.startswith("private"),
        is_verified=followers > 1_000_000 or rng.random() < 0.05,
        is_business=rng.random() < 0.4,
        new_shape=rng.random() < 0.5,
        undated_reels=username.startswith("undated") or seeded("undated", username).random() < 0.3,
    )


def clock() -> int:
    return int(time.time())


def post(owner: SyntheticCreator, number: int) -> SyntheticPost:
    """Return the post at this position, 0 being the newest."""
    now = clock()
    serial = now // PACE_SECONDS - number
    rng = seeded("post", owner.account, serial)
    is_reel = rng.random() < 0.6
    kind = "GraphVideo" if is_reel else rng.choice(("GraphImage", "GraphSidecar", "GraphVideo"))
    reach = owner.followers * rng.uniform(0.02, 0.4)
    likes = int(reach * rng.uniform(0.03, 0.15))
    language = owner.language if rng.random() < 0.8 else "en"
    text = rng.choice(SANDBOX_CAPTIONS[language]).format(topic=owner.topic)
    tags = f" #{owner.topic} #{rng.choice(('love', 'daily', 'instagood', 'reels'))}" if rng.random() < 0.7 else ""
    taken_at = serial * PACE_SECONDS - rng.randrange(43_200)
    grown = _grown(now - taken_at, seeded("growth", owner.account, serial))
    return SyntheticPost(
        number=number,
        shortcode=_shortcode(taken_at, seeded("shortcode", owner.account, serial)),
        taken_at=taken_at,
        kind=kind,
        is_reel=is_reel,
        caption="" if rng.random() < 0.05 else text + tags,
        likes=-1 if rng.random() < 0.05 else int(likes * grown),
        comments=int(grown * (likes * rng.uniform(0.01, 0.08) if likes > 0 else rng.randrange(20))),
        views=int(reach * grown) if kind == "GraphVideo" else None,
        pinned=number == 3 and owner.pk % 4 == 0,
        is_of_co_author=seeded("authors", owner.account, serial).random() < 0.4,
        **_details(kind, is_reel, likes * grown, seeded("details", owner.account, serial)),
    )


def _grown(age_seconds: int, rng: random.Random) -> float:
    """The share of its final counts that a post of this age has."""
    return 1 - math.exp(-age_seconds / (3600 * rng.uniform(*GROWTH_HOURS)))


def _details(kind: str, is_reel: bool, likes: float, rng: random.Random) -> dict[str, Any]:
    friends = [f"{rng.choice(FIRST)}.{rng.choice(LAST)}" for _ in range(3)]
    return {
        "seconds": round(rng.uniform(5, 90), 3) if kind == "GraphVideo" else None,
        "place": rng.choice(PLACES) if rng.random() < 0.3 else None,
        "tagged": tuple(dict.fromkeys(friends[: rng.randrange(4)])),
        "co_author": friends[0] if rng.random() < 0.1 else None,
        "sponsor": rng.choice(BRANDS) if rng.random() < 0.1 else None,
        "song": (f"Song {rng.randrange(1, 30)}", f"Band {rng.randrange(1, 10)}") if is_reel else None,
        "shares": int(likes * rng.uniform(0.01, 0.2)) if is_reel else None,
    }


def _shortcode(taken_at: int, rng: random.Random) -> str:
    """Of an id that holds the time, as Instagram's do."""
    number = (taken_at * 1000 - ID_EPOCH_MILLISECONDS) << 23 | rng.randrange(1 << 23)
    digits = ""
    while number:
        number, digit = divmod(number, 64)
        digits = SHORTCODE_DIGITS[digit] + digits
    return digits


def related(owner: SyntheticCreator) -> list[SyntheticCreator]:
    """Return 30 to 90 other creators, most similar first."""
    rng = seeded("related", owner.account)
    names = dict.fromkeys(
        f"{rng.choice(FIRST)}{rng.choice('._')}{rng.choice(LAST)}{rng.randrange(1, 100)}"
        for _ in range(rng.randrange(30, 91))
    )
    return [creator(name) for name in names if name not in (owner.account, owner.username)]
