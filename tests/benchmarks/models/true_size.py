"""Originals of true size with random weights, which are valid only for measuring speed and memory."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    BartConfig,
    BartForSequenceClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

from model_export.specs import ModelSpec
from tests.model_export.tiny import SPECIAL, pretrained

VOCABULARY = 3000
"""Vocabulary size of a tokenizer trained on the captions available here: 1.5 tokens per word, with hashtags and
emoji.
"""
_ROBERTA_BASE = {"max_position_embeddings": 514, "type_vocab_size": 1}


def _xlm_roberta_base(labels: dict[str, Any]) -> Any:
    return XLMRobertaForSequenceClassification(XLMRobertaConfig(vocab_size=250_002, **_ROBERTA_BASE, **labels))


_SHAPES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "sentiment": lambda labels: RobertaForSequenceClassification(
        RobertaConfig(vocab_size=50_265, **_ROBERTA_BASE, **labels)
    ),
    "sentiment_multilingual": _xlm_roberta_base,
    "language": _xlm_roberta_base,
    # BartConfig's defaults are bart-large.
    "category": lambda labels: BartForSequenceClassification(
        BartConfig(vocab_size=50_265, forced_eos_token_id=2, **labels)
    ),
}


def make(spec: ModelSpec, folder: Path, captions: Sequence[str]) -> int:
    """Create the original; return the number of its parameters."""
    torch.manual_seed(0)
    tokenizer = tokenizer_of(captions)
    named = dict(enumerate(spec.labels))
    model = _SHAPES[spec.name]({"id2label": named, "label2id": {label: n for n, label in named.items()}}).eval()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return sum(parameter.numel() for parameter in model.parameters())


def tokenizer_of(captions: Sequence[str]) -> PreTrainedTokenizerFast:
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=list(SPECIAL), initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator(captions, trainer)
    return pretrained(made, max_length=512)
