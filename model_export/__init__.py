"""Hugging Face models as optimised, quantised ONNX, verified against the originals.

Torch and transformers are imported here only: what runs in Lambda needs neither.
"""
