"""The exported models that analyze captions, by the names of their folders (see model_export/models.toml)."""

SENTIMENT = "sentiment"
"""The sentiment of English captions."""
MULTILINGUAL_SENTIMENT = "sentiment_multilingual"
"""The sentiment of captions in other languages."""
LANGUAGE = "language"
CATEGORY = "category"
CAPTION_MODELS = (SENTIMENT, MULTILINGUAL_SENTIMENT, LANGUAGE, CATEGORY)


def caption_models(*, english_only: bool) -> tuple[str, ...]:
    """Return the models in use: with `english_only` (SENTIMENT_ENGLISH_ONLY), all but the multilingual one."""
    return tuple(name for name in CAPTION_MODELS if not (english_only and name == MULTILINGUAL_SENTIMENT))
