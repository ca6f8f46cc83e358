"""Functions of neural networks that act on whole arrays."""

from __future__ import annotations

import numpy as np

from engine.ops.op import Op, Option
from engine.shapes import normal_axes
from engine.values import Shape, size_of


def softmax_array(x: np.ndarray, axis: tuple[int, ...]) -> np.ndarray:
    # Shifted by the maximum: the largest exponential is exp(0).
    e = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    return e / np.sum(e, axis=axis, keepdims=True)


def softmax_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    return shapes[0], {"axis": normal_axes(name, options["axis"], shapes[0]) if shapes[0] else ()}


OPS = [
    Op(
        "softmax", "neural", ("x",), r"\operatorname{softmax}({x})", softmax_array,
        {"en": "Positive numbers that sum to 1 along the axis, by default the last.", "ko": "축(기본값은 마지막 축)을 따라 합이 1인 양수로 바꿉니다."},
        options=(Option("axis", "axis", -1),), shape=softmax_shape, flops=lambda shapes, out: 5 * size_of(out),
        vjp={"x": "z * (g - sum(g * z, axis=axis, keepdims=True))"},
        definition="e = exp(x - max(x, axis=axis, keepdims=True))\ne / sum(e, axis=axis, keepdims=True)",
        examples=(("softmax(x)", {"x": (4,)}), ("softmax(x)", {"x": (2, 3)}), ("softmax(x, axis=0)", {"x": (2, 3)}), ("softmax(x)", {"x": ()})),
        spellings=(), method=True,
    ),
]
