"""Functions of calculus that act on each element by itself."""

from __future__ import annotations

import math

import numpy as np

from engine.ops.op import Op
from engine.ops.scalars import ieee, sign_scalar

OPS = [
    Op(
        "exp", "elementwise", ("x",), r"\exp({x})", np.exp,
        {"en": "e to the power x; its own derivative.", "ko": "지수함수. 도함수가 자기 자신입니다."},
        scalar=ieee(math.exp, np.exp), local={"x": "z"}, spellings=("np.exp", "math.exp"),
    ),
    Op(
        "log", "elementwise", ("x",), r"\log({x})", np.log,
        {"en": "Natural logarithm.", "ko": "자연로그."},
        scalar=ieee(math.log, np.log), local={"x": "1 / x"}, spellings=("np.log", "math.log"),
        kink="x <= 0",
        convention={"en": "log 0 is −∞ with derivative ∞; below 0 the value is NaN, the derivative 1/x, as in PyTorch and JAX.",
                    "ko": "log 0은 −∞이고 도함수는 ∞입니다. 음수에서 값은 NaN, 도함수는 1/x입니다(PyTorch, JAX와 같음)."},
        domain={"x": (0.3, 3.0)},
    ),
    Op(
        "sqrt", "elementwise", ("x",), r"\sqrt{{x}}", np.sqrt,
        {"en": "Square root.", "ko": "제곱근."},
        scalar=ieee(math.sqrt, np.sqrt), local={"x": "1 / (2 * z)"}, spellings=("np.sqrt", "math.sqrt"),
        kink="x <= 0",
        convention={"en": "At 0 the derivative is ∞; below 0 value and derivative are NaN, as in PyTorch and JAX.",
                    "ko": "0에서 도함수는 ∞이고, 음수에서는 값과 도함수가 모두 NaN입니다(PyTorch, JAX와 같음)."},
        domain={"x": (0.3, 3.0)},
    ),
    Op(
        "square", "elementwise", ("x",), "{x}^2", np.square,
        {"en": "x times x.", "ko": "제곱."},
        scalar=lambda x: x * x, local={"x": "2 * x"}, precedence=4, definition="x * x", spellings=("np.square",),
    ),
    Op(
        "sin", "elementwise", ("x",), r"\sin({x})", np.sin,
        {"en": "Sine, in radians.", "ko": "사인(라디안)."},
        scalar=ieee(math.sin, np.sin), local={"x": "cos(x)"}, spellings=("np.sin", "math.sin"),
    ),
    Op(
        "cos", "elementwise", ("x",), r"\cos({x})", np.cos,
        {"en": "Cosine, in radians.", "ko": "코사인(라디안)."},
        scalar=ieee(math.cos, np.cos), local={"x": "-sin(x)"}, spellings=("np.cos", "math.cos"),
    ),
    Op(
        "tan", "elementwise", ("x",), r"\tan({x})", np.tan,
        {"en": "Tangent, in radians.", "ko": "탄젠트(라디안)."},
        scalar=ieee(math.tan, np.tan), local={"x": "1 + z ** 2"}, domain={"x": (-1.2, 1.2)},
        spellings=("np.tan", "math.tan"),
    ),
    Op(
        "tanh", "elementwise", ("x",), r"\tanh({x})", np.tanh,
        {"en": "Hyperbolic tangent: squashes to (−1, 1).", "ko": "쌍곡탄젠트. 값을 (−1, 1)로 눌러 담습니다."},
        scalar=math.tanh, local={"x": "1 - z ** 2"}, spellings=("np.tanh", "math.tanh"),
    ),
    Op(
        "abs", "elementwise", ("x",), r"\left|{x}\right|", np.abs,
        {"en": "Distance from 0.", "ko": "절댓값."},
        scalar=abs, local={"x": "sign(x)"}, spellings=("np.abs", "np.absolute", "np.fabs", "math.fabs"),
        kink="x == 0",
        convention={"en": "At 0 the gradient is 0, as in PyTorch; JAX takes 1.",
                    "ko": "0에서 기울기는 0으로 둡니다(PyTorch와 같음, JAX는 1)."},
    ),
    Op(
        "sign", "elementwise", ("x",), r"\operatorname{sign}({x})", np.sign,
        {"en": "−1, 0 or 1. Its gradient is 0.", "ko": "부호(−1, 0, 1). 기울기는 0입니다."},
        scalar=sign_scalar, local={"x": "0"}, spellings=("np.sign",),
        kink="x == 0",
        convention={"en": "At 0 the value is 0 and the gradient 0, as in PyTorch and JAX.",
                    "ko": "0에서 값과 기울기는 모두 0입니다(PyTorch, JAX와 같음)."},
    ),
]
