"""ONNX files (https://github.com/onnx/onnx/blob/main/docs/IR.md) as programs of the language."""
