"""Export of an original to fp32 ONNX."""

import warnings
from pathlib import Path
from typing import Any

from model_export.folders import whole_or_nothing
from model_export.manifest import MODEL, TOKENIZER, Manifest, hashes
from model_export.specs import ExportError, ModelSpec

FP32 = "fp32"
MAX_LENGTH = 512


class Original:
    """The model and its tokenizer in transformers, from the hub or from a folder."""

    def __init__(self, spec: ModelSpec, source: str | None = None) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self.spec = spec
        self.source = source or spec.repository
        pinned: dict[str, Any] = {} if Path(self.source).is_dir() else {"revision": spec.revision}
        self.tokenizer = AutoTokenizer.from_pretrained(self.source, **pinned)
        # Eager attention consists of plain matrix operations, which the exporter and the quantiser support.
        self.model = AutoModelForSequenceClassification.from_pretrained(
            self.source, attn_implementation="eager", **pinned
        ).eval()
        self.model.config.use_cache = False
        self.revision = str(getattr(self.model.config, "_commit_hash", None) or spec.revision)
        self.labels = tuple(self.model.config.id2label[n].lower() for n in range(self.model.config.num_labels))
        if set(self.labels) != set(spec.labels):
            raise ExportError(f"{spec.name}: the model's labels are {self.labels}, but {spec.labels} in models.toml")

    def encode(self, texts: list[str], pairs: list[str] | None = None) -> dict[str, Any]:
        found = self.tokenizer(
            texts, pairs, padding=True, truncation=True, max_length=self.max_length, return_tensors="pt"
        )
        return {name: found[name] for name in ("input_ids", "attention_mask")}

    @property
    def max_length(self) -> int:
        return min(MAX_LENGTH, int(self.tokenizer.model_max_length))

    def logits(self, texts: list[str], pairs: list[str] | None = None) -> Any:
        import torch

        with torch.inference_mode():
            return self.model(**self.encode(texts, pairs)).logits.numpy()


def export(original: Original, folder: Path) -> Manifest:
    """Write model.onnx in fp32 with dynamic batch size and length, tokenizer.json, and the manifest."""
    import onnx
    import torch

    class Logits(torch.nn.Module):
        """Wraps the model: two input tensors, one output tensor."""

        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    spec = original.spec
    example = original.encode(["a first caption", "and a second, longer one"], ["a pair", "a pair"])
    axes = {0: "batch", 1: "sequence"}
    with whole_or_nothing(folder) as made:
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")  # the tracer warns about every shape that it treats as a constant
            torch.onnx.export(
                Logits(original.model).eval(),  # the exporter restores the training mode of every module
                (example["input_ids"], example["attention_mask"]),
                str(made / MODEL),
                input_names=["input_ids", "attention_mask"],
                output_names=["logits"],
                dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
                opset_version=spec.opset,
                dynamo=False,
            )
        onnx.checker.check_model(str(made / MODEL))
        original.tokenizer.backend_tokenizer.save(str(made / TOKENIZER))
        manifest = Manifest(
            name=spec.name,
            task=spec.task.value,
            source=spec.repository,
            revision=original.revision,
            labels=original.labels,
            opset=spec.opset,
            hypothesis=spec.hypothesis,
            precision=FP32,
            max_length=original.max_length,
            pad_token_id=int(original.tokenizer.pad_token_id),
            sha256=hashes(made),
        )
        manifest.write(made)
    return manifest
