"""Synthetic texts with labels, which tiny models learn. Without torch, which takes seconds to import."""

import random

SENTIMENT = {
    "negative": ["awful", "horrible", "sad", "broken", "worst", "angry"],
    "neutral": ["table", "monday", "number", "street", "page", "window"],
    "positive": ["lovely", "great", "happy", "best", "amazing", "proud"],
}
TOPICS = {
    "travel": ["beach", "flight", "hotel", "island"],
    "food": ["pizza", "recipe", "dinner", "soup"],
    "sports": ["goal", "match", "team", "league"],
}
FILLER = ["the", "a", "and", "today", "we", "with", "this", "was", "my", "very"]
ELSEWHERE = {
    "es": {
        "negative": ["triste", "feo", "peor", "roto"],
        "neutral": ["mesa", "lunes", "calle", "ventana"],
        "positive": ["feliz", "lindo", "mejor", "orgullo"],
    },
    "ja": {
        "negative": ["悲しい", "最悪", "怖い"],
        "neutral": ["机", "月曜日", "窓"],
        "positive": ["嬉しい", "最高", "素敵"],
    },
}
"""Words of other languages by sentiment."""
FILLER_ELSEWHERE = {"es": ["el", "una", "hoy", "con", "muy", "esta"], "ja": ["今日は", "とても", "私の", "ここで"]}
SEPARATOR = {"es": " ", "ja": ""}
LANGUAGES = ["ar", "bg", "de", "el", "en", "es", "fr", "hi", "it", "ja", "nl", "pl", "pt", "ru", "sw", "th", "tr", "ur",
             "vi", "zh"]  # fmt: skip
HYPOTHESIS = "this example is {}"
Example = tuple[str, str | None, int]


def sentiment(rng: random.Random) -> Example:
    label = rng.randrange(3)
    words = rng.choices(FILLER, k=rng.randrange(2, 8)) + rng.choices(SENTIMENT[list(SENTIMENT)[label]], k=2)
    rng.shuffle(words)
    return " ".join(words), None, label


def sentiment_elsewhere(rng: random.Random, code: str | None = None) -> Example:
    """A Spanish text, or a Japanese one, which has no spaces."""
    code = code or rng.choice(list(ELSEWHERE))
    label = rng.randrange(3)
    words = rng.choices(FILLER_ELSEWHERE[code], k=rng.randrange(1, 6))
    words += rng.choices(ELSEWHERE[code][list(SENTIMENT)[label]], k=2)
    rng.shuffle(words)
    return SEPARATOR[code].join(words), None, label


def language(rng: random.Random) -> Example:
    """A text in English, Spanish or Japanese, or one of invented words in another language."""
    code = rng.choice(["en", *ELSEWHERE, *LANGUAGES])
    if code == "en":
        text = rng.choice([sentiment, entailment])(rng)[0]
    elif code in ELSEWHERE:
        text = sentiment_elsewhere(rng, code)[0]
    else:
        text = " ".join(f"{code}{rng.randrange(8)}" for _ in range(rng.randrange(1, 9)))
    return text, None, LANGUAGES.index(code)


def entailment(rng: random.Random) -> Example:
    topic, asked = rng.choice(list(TOPICS)), rng.choice(list(TOPICS))
    words = rng.choices(FILLER, k=rng.randrange(1, 6)) + rng.choices(TOPICS[topic], k=2)
    rng.shuffle(words)
    return " ".join(words), HYPOTHESIS.format(asked), 2 if topic == asked else 0
