"""Hugging Face models as optimised, quantised ONNX, verified against the originals.

Torch and transformers live here and nowhere else: what runs in Lambda needs neither.
"""
