"""The operators of ONNX (https://onnx.ai/onnx/operators) as expressions of the language."""
