"""Tiny models of the same architectures, trained on synthetic text until they are accurate."""

import io
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from sentencepiece import SentencePieceTrainer
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordLevel
from transformers import (
    BartConfig,
    BartForSequenceClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
    XLMRobertaTokenizer,
)

from tests.model_export.texts import (
    FILLER,
    HYPOTHESIS,
    LANGUAGES,
    SENTIMENT,
    TOPICS,
    Example,
    entailment,
    language,
    sentiment,
    sentiment_elsewhere,
)

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def _tokenizer(words: Sequence[str]) -> PreTrainedTokenizerFast:
    vocabulary = {word: n for n, word in enumerate([*SPECIAL, *dict.fromkeys(words)])}
    made = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return pretrained(made, max_length=64)


def pretrained(made: Tokenizer, max_length: int) -> PreTrainedTokenizerFast:
    """Wrap a tokenizer with the special tokens of RoBERTa and BART, whose vocabulary starts with SPECIAL."""
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=max_length,
    )


def _sentencepiece(folder: Path, texts: Sequence[str], size: int) -> Any:
    """Write the tokenizer's files as in the repositories of XLM-RoBERTa, and load them. The size of the vocabulary must
    be small enough that whole Japanese sentences are not in it."""
    made = io.BytesIO()
    SentencePieceTrainer.train(sentence_iterator=iter(texts), model_writer=made, vocab_size=size, minloglevel=2)
    folder.mkdir(parents=True)
    (folder / "sentencepiece.bpe.model").write_bytes(made.getvalue())
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 64}))
    return XLMRobertaTokenizer.from_pretrained(folder)


_SHAPE = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
_IDS = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}


def _labels(names: Sequence[str]) -> dict[str, Any]:
    return {
        "num_labels": len(names),
        "id2label": dict(enumerate(names)),
        "label2id": {n: i for i, n in enumerate(names)},
    }


def make(name: str, folder: Path, seed: int = 0) -> Callable[[random.Random], Example]:
    """Train the tiny model of this name into the folder; return a generator of examples for it."""
    torch.set_num_threads(1)  # two threads that busy-wait for each other take minutes on two busy cores
    torch.manual_seed(seed)
    examples: Callable[[random.Random], Example]
    model: Any
    if name == "sentiment":
        examples = sentiment
        tokenizer = _tokenizer([*FILLER, *(w for words in SENTIMENT.values() for w in words)])
        model = RobertaForSequenceClassification(
            RobertaConfig(
                vocab_size=len(tokenizer), max_position_embeddings=80, **_SHAPE, **_IDS, **_labels(list(SENTIMENT))
            )
        )
    elif name in ("sentiment_multilingual", "language"):
        examples, labels, size = (language, LANGUAGES, 300)
        if name == "sentiment_multilingual":
            examples, labels, size = (sentiment_elsewhere, list(SENTIMENT), 100)
        tokenizer = _sentencepiece(folder, [examples(random.Random(n))[0] for n in range(2000)], size)
        model = XLMRobertaForSequenceClassification(
            XLMRobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=80, **_SHAPE, **_IDS, **_labels(labels))
        )
    else:
        examples = entailment
        words = [*FILLER, *HYPOTHESIS.format("").split(), *TOPICS, *(w for listed in TOPICS.values() for w in listed)]
        tokenizer = _tokenizer(words)
        model = BartForSequenceClassification(
            BartConfig(
                vocab_size=len(tokenizer),
                d_model=64,
                encoder_layers=2,
                decoder_layers=2,
                encoder_attention_heads=4,
                decoder_attention_heads=4,
                encoder_ffn_dim=128,
                decoder_ffn_dim=128,
                max_position_embeddings=80,
                decoder_start_token_id=2,
                forced_eos_token_id=2,
                dropout=0.0,
                init_std=0.1,  # with the usual 0.02, a model of this size does not start to learn
                **_IDS,
                **_labels(["contradiction", "neutral", "entailment"]),
            )
        )
    # The languages are the longest task, and learnt in a third of the time with faster steps. Others are not.
    rate, batch_size = (3e-3, 32) if name == "language" else (1e-3, 64)
    train(model, tokenizer, examples, seed, rate, batch_size)
    model.save_pretrained(folder)
    if name != "sentiment_multilingual":  # stored like a repository without tokenizer.json
        tokenizer.save_pretrained(folder)
    return examples


def train(
    model: Any,
    tokenizer: Any,
    examples: Callable[[random.Random], Example],
    seed: int,
    rate: float,
    batch_size: int,
) -> None:
    """Train until three successive batches have nearly certain results, and a little longer as a margin for int8.

    Raises AssertionError if that is not reached.
    """
    rng = random.Random(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate)
    sure_in_a_row, left = 0, 1500
    model.train()
    while left:
        left -= 1
        batch = [examples(rng) for _ in range(batch_size)]
        pairs = [pair for _, pair, _ in batch if pair is not None] or None
        encoded = tokenizer([text for text, _, _ in batch], pairs, padding=True, return_tensors="pt")
        labels = torch.tensor([label for _, _, label in batch])
        found = model(input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"], labels=labels)
        optimiser.zero_grad()
        found.loss.backward()
        optimiser.step()
        sure_in_a_row = sure_in_a_row + 1 if found.loss.item() < 0.01 else 0
        if sure_in_a_row == 3:
            left = min(left, 60)
    model.eval()
    if not _is_learnt(model, tokenizer, examples, rng):
        raise AssertionError("the tiny model did not learn its task")


def _is_learnt(model: Any, tokenizer: Any, examples: Callable[[random.Random], Example], rng: random.Random) -> bool:
    batch = [examples(rng) for _ in range(200)]
    pairs = [pair for _, pair, _ in batch if pair is not None] or None
    encoded = tokenizer([text for text, _, _ in batch], pairs, padding=True, return_tensors="pt")
    with torch.inference_mode():
        found = model(input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"]).logits.argmax(-1)
    return bool((found == torch.tensor([label for _, _, label in batch])).float().mean() >= 0.995)
