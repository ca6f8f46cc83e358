"""The types of numbers, by the numbers that each keeps as they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradlens.engine.values import Value

INT32 = "int32"
LARGEST = 2**31  # from here on it wraps around
NARROW = ("uint8", "int8", "int16")  # numbers above 1 soon wrap around when they are added
# The numbers that a type keeps as they are.
TYPES: dict[str, Callable[[Value], bool]] = {
    **dict.fromkeys(("float", "double", "float64", "float32", "float_", "float16", "half"), lambda value: True),
    **dict.fromkeys(
        ("int", "int64", "int32", "long", "int_"),
        lambda value: bool(np.all(value == np.trunc(value)) and np.all(np.abs(value) < LARGEST)),
    ),
    **dict.fromkeys((*NARROW, "bool", "bool_"), lambda value: bool(np.all((value == 0) | (value == 1)))),
}
REAL_TYPES = frozenset(name for name, keeps in TYPES.items() if keeps(np.array(0.5)))
TRUTH_TYPES = frozenset(("bool", "bool_"))
WHOLE_TYPES = frozenset(TYPES) - REAL_TYPES - TRUTH_TYPES
CUT_TYPES = WHOLE_TYPES.difference(NARROW)  # which cut a number off
# PyTorch's older names of types, which make tensors when they are called.
TENSOR_TYPES = {
    "FloatTensor": "float32",
    "DoubleTensor": "float64",
    "LongTensor": "int64",
    "IntTensor": "int32",
    "BoolTensor": "bool",
}
# NumPy's short names of types, where one is given as a text.
CODES = dict(
    [("f", "float32"), ("d", "float64"), ("e", "float16"), ("f2", "float16"), ("f4", "float32"), ("f8", "float64")]
    + [("i", "int32"), ("l", "int64"), ("q", "int64"), ("i1", "int8"), ("i2", "int16"), ("i4", "int32")]
    + [("i8", "int64"), ("u1", "uint8"), ("?", "bool")]
)
