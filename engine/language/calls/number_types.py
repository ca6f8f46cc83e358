"""The types of numbers, by the numbers that each keeps as they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradlens.engine.values import Value

# The numbers that a type keeps as they are.
TYPES: dict[str, Callable[[Value], bool]] = {
    **dict.fromkeys(("float", "double", "float64", "float32", "float_", "float16", "half"), lambda value: True),
    **dict.fromkeys(
        ("int", "int64", "int32", "long", "int_", "uint8", "int8", "int16"),
        lambda value: bool(np.all(value == np.trunc(value))),
    ),
    **dict.fromkeys(("bool", "bool_"), lambda value: bool(np.all((value == 0) | (value == 1)))),
}
REAL_TYPES = frozenset(name for name, keeps in TYPES.items() if keeps(np.array(0.5)))
WHOLE_TYPES = frozenset(name for name, keeps in TYPES.items() if keeps(np.array(2.0)) and name not in REAL_TYPES)
TRUTH_TYPES = frozenset(TYPES) - REAL_TYPES - WHOLE_TYPES
SIGNED_TYPES = WHOLE_TYPES - {"uint8"}  # which cut a number off; others wrap negative ones
# PyTorch's older names of types, which make tensors when they are called.
TENSOR_TYPES = {
    "FloatTensor": "float32",
    "DoubleTensor": "float64",
    "LongTensor": "int64",
    "IntTensor": "int32",
    "ShortTensor": "int16",
    "BoolTensor": "bool",
}
# NumPy's short names of types, where one is given as a text.
CODES = dict(
    [("f", "float32"), ("d", "float64"), ("e", "float16"), ("f2", "float16"), ("f4", "float32"), ("f8", "float64")]
    + [("i", "int32"), ("l", "int64"), ("q", "int64"), ("i1", "int8"), ("i2", "int16"), ("i4", "int32")]
    + [("i8", "int64"), ("u1", "uint8"), ("?", "bool")]
)
