"""Activation functions: what a neuron does with its sum."""

from __future__ import annotations

import math

import numpy as np

from engine.ops.op import Op


def sigmoid_scalar(x: float) -> float:
    # The exponential of a negative number cannot overflow.
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    e = math.exp(x)
    return e / (1 + e)


def sigmoid_array(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1 + e)


OPS = [
    Op(
        "sigmoid", "elementwise", ("x",), r"\sigma({x})", sigmoid_array,
        {"en": "Logistic function: squashes to (0, 1).", "ko": "시그모이드. 값을 (0, 1)로 눌러 담습니다."},
        scalar=sigmoid_scalar,
        # sigmoid(-x) is 1 - z without its cancellation: at 40, 1 - z is 0.
        local={"x": "z * sigmoid(-x)"}, definition="1 / (1 + exp(-x))",
    ),
    Op(
        "relu", "elementwise", ("x",), r"\operatorname{ReLU}({x})", lambda x: np.maximum(x, 0.0),
        {"en": "x where positive, else 0: lets the gradient through or stops it.",
         "ko": "양수는 그대로, 나머지는 0. 기울기를 통과시키거나 막습니다."},
        scalar=lambda x: 0.0 if x < 0 else x, local={"x": "x > 0"},
        kink="x == 0",
        convention={"en": "At 0 the gradient is 0, as in PyTorch and JAX.",
                    "ko": "0에서 기울기는 0으로 둡니다(PyTorch, JAX와 같음)."},
    ),
]
