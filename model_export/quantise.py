"""Conversion of an fp32 export to int8 weights in an optimised graph."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from model_export.folders import whole_or_nothing
from model_export.manifest import MODEL, TOKENIZER, Manifest, hashes

INT8 = "int8"
SLOWER_FUSIONS = ["SkipLayerNormFusion"]
"""Disabled: its node takes nine times as long as the two nodes that it replaces (onnxruntime 1.31, x86_64)."""


def quantise(source: Path, folder: Path) -> Manifest:
    """Quantise matrices with one scale per channel and embeddings with one scale per row; activations are quantised
    dynamically.

    Weights are signed: unsigned ones ran no faster than fp32.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    manifest = Manifest.read(source)
    with whole_or_nothing(folder) as made:
        step = made / "step.onnx"
        quant_pre_process(str(source / MODEL), str(step), skip_symbolic_shape=True)
        quantize_dynamic(
            str(step), str(step), per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"]
        )
        model = onnx.load(str(step))
        _quantise_embeddings(model.graph)
        onnx.checker.check_model(model)
        onnx.save(model, str(step))
        _optimise(step, made / MODEL)
        step.unlink()
        shutil.copyfile(source / TOKENIZER, made / TOKENIZER)
        manifest = replace(manifest, precision=INT8, sha256=hashes(made), measured={})
        manifest.write(made)
    return manifest


def _quantise_embeddings(graph: Any) -> None:
    """Quantise lookup tables (embeddings).

    Onnxruntime's quantiser uses one scale for a whole table, and leaves the vocabulary of a multilingual model, most of
    its file, in fp32.
    """
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    tables = {
        table.name: table
        for table in graph.initializer
        if table.data_type == TensorProto.FLOAT and len(table.dims) == 2 and table.dims[0] > 1
    }
    nodes = list(graph.node)
    lookups = [n for n in nodes if n.op_type == "Gather" and n.input[0] in tables and _axis(n) == 0]
    read_otherwise = {name for n in nodes if n not in lookups for name in n.input}
    lookups = [n for n in lookups if n.input[0] not in read_otherwise]
    for name in {n.input[0] for n in lookups}:
        rows = numpy_helper.to_array(tables[name])
        scales = np.abs(rows).max(axis=1, keepdims=True) / 127
        scales[scales == 0] = 1  # the padding row is all zeros
        graph.initializer.append(numpy_helper.from_array(np.rint(rows / scales).astype(np.int8), f"{name}_int8"))
        graph.initializer.append(numpy_helper.from_array(scales.astype(np.float32), f"{name}_scale"))
        graph.initializer.remove(tables[name])
    made: list[Any] = []
    for node in nodes:
        if node not in lookups:
            made.append(node)
            continue
        table, index, out = node.input[0], node.input[1], node.output[0]
        made += [
            helper.make_node("Gather", [f"{table}_int8", index], [f"{out}_int8"], f"{out}_rows", axis=0),
            helper.make_node("Gather", [f"{table}_scale", index], [f"{out}_scale"], f"{out}_scales", axis=0),
            helper.make_node("Cast", [f"{out}_int8"], [f"{out}_float"], f"{out}_cast", to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{out}_float", f"{out}_scale"], [out], f"{out}_scaled"),
        ]
    del graph.node[:]
    graph.node.extend(made)


def _axis(gather: Any) -> int:
    return next((a.i for a in gather.attribute if a.name == "axis"), 0)


def _optimise(source: Path, target: Path) -> None:
    """Apply onnxruntime's fusions once, instead of at every cold start.

    The last level is excluded, because its fusions are specific to the processor.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    onnxruntime.InferenceSession(
        str(source), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER_FUSIONS
    )
