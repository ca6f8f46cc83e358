"""Tensors of ONNX files as arrays: whole numbers and conditions as they are, all others as float64."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.onnx.wire import Message
from gradlens.engine.values import size_of

Array = np.ndarray[Any, np.dtype[Any]]
BFLOAT16 = 16
# By TensorProto.DataType: how the bytes are laid out, and the field that holds them where they are not raw.
LAYOUTS: dict[int, tuple[str, str]] = {
    1: ("<f4", "float_data"),
    2: ("<u1", "int32_data"),
    3: ("<i1", "int32_data"),
    4: ("<u2", "int32_data"),
    5: ("<i2", "int32_data"),
    6: ("<i4", "int32_data"),
    7: ("<i8", "int64_data"),
    9: ("<u1", "int32_data"),
    10: ("<u2", "int32_data"),  # a half, by its bits
    11: ("<f8", "double_data"),
    12: ("<u4", "uint64_data"),
    13: ("<u8", "uint64_data"),
    BFLOAT16: ("<u2", "int32_data"),
}
BOOL, HALF = 9, 10
KINDS = {type: "float" if type in (1, HALF, 11, BFLOAT16) else "bool" if type == BOOL else "int" for type in LAYOUTS}
EXTERNAL = 1


def elements_of(tensor: Message) -> int:
    """How many numbers a tensor says that it has."""
    return size_of(tuple(abs(size) for size in tensor["dims"]))


def tensor_value(tensor: Message) -> Array:
    """Errors: onnx-external, onnx-type, onnx-tensor."""
    name, shape = shown(tensor["name"] or ""), tuple(tensor["dims"])
    if tensor["data_location"] == EXTERNAL or tensor["external_data"]:
        raise EngineError("onnx-external", name=name)
    data_type = tensor["data_type"] or 0
    if data_type not in LAYOUTS:
        raise EngineError("onnx-type", name=name, type=str(data_type))
    layout, field = LAYOUTS[data_type]
    size = elements_of(tensor)
    raw = tensor["raw_data"]
    count = len(tensor[field]) if raw is None else len(raw) / np.dtype(layout).itemsize
    if count != size or any(one < 0 for one in shape) or len(shape) > 32:
        raise EngineError("onnx-tensor", name=name, shape=str(shape)[:80])
    if raw is not None:
        found = np.frombuffer(raw, layout)
    else:
        wide = np.array(tensor[field], np.float64 if layout.startswith("<f") else np.int64)
        found = wide.astype(layout)
    if data_type == BFLOAT16:
        found = (found.astype(np.uint32) << 16).view(np.float32)
    elif data_type == HALF:
        found = found.view("<f2")
    kind = KINDS[data_type]
    dtype = np.float64 if kind == "float" else np.bool_ if kind == "bool" else np.int64
    return found.astype(dtype).reshape(shape)
