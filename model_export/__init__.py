"""Export of Hugging Face models to optimised, quantised ONNX, verified against the originals.

Torch and transformers are imported only here; the Lambda functions need neither.
"""
