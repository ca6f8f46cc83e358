"""Functions of calculus that act on each element by itself."""

from __future__ import annotations

import math

import numpy as np

from gradlens.engine.ops.op import Op
from gradlens.engine.ops.scalars import ieee, larger, sign_scalar, smaller


def erf_array(x: np.ndarray) -> np.ndarray:
    # NumPy has no erf; math's is exact to the last bits, and fast enough for a page.
    return np.asarray(np.frompyfunc(math.erf, 1, 1)(x), dtype=np.float64)


def erfc_array(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(math.erfc, 1, 1)(x), dtype=np.float64)


def xlogy_array(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.where(np.equal(x, 0) & ~np.isnan(y), 0.0, np.multiply(x, np.log(y)))


OPS = [
    Op(
        "exp", "elementwise", ("x",), r"\exp({x})", np.exp,
        {"en": "e to the power x; its own derivative.", "ko": "지수함수. 도함수가 자기 자신입니다."},
        scalar=ieee(math.exp, np.exp), local={"x": "z"}, spellings=("np.exp", "math.exp"),
    ),
    Op(
        "log", "elementwise", ("x",), r"\log({x})", np.log,
        {"en": "Natural logarithm.", "ko": "자연로그."},
        defined="x > 0", scalar=ieee(math.log, np.log), local={"x": "1 / x"}, spellings=("np.log", "math.log", "ln"),
        kink="x <= 0",
        convention={"en": "log 0 is −∞ with derivative ∞; below 0 the value is NaN, the derivative that of the same formula, 1 over the input, as in PyTorch and JAX.",
                    "ko": "log 0은 −∞이고 도함수는 ∞입니다. 음수에서 값은 NaN, 도함수는 같은 식대로 입력의 역수입니다(PyTorch, JAX와 같음)."},
        domain={"x": (0.3, 3.0)},
    ),
    Op(
        "sqrt", "elementwise", ("x",), r"\sqrt{{x}}", np.sqrt,
        {"en": "Square root.", "ko": "제곱근."},
        defined="x >= 0", scalar=ieee(math.sqrt, np.sqrt), local={"x": "1 / (2 * z)"}, spellings=("np.sqrt", "math.sqrt"),
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
        scalar=sign_scalar, gates=True, local={"x": "0"}, spellings=("np.sign",),
        kink="x == 0",
        convention={"en": "At 0 the value is 0 and the gradient 0, as in PyTorch and JAX.",
                    "ko": "0에서 값과 기울기는 모두 0입니다(PyTorch, JAX와 같음)."},
    ),
    Op(
        "reciprocal", "elementwise", ("x",), r"\frac{1}{{x}}", np.reciprocal,
        {"en": "One over x.", "ko": "역수."},
        defined="x != 0", scalar=ieee(lambda x: 1 / x, np.reciprocal), local={"x": "-z * z"}, spellings=("np.reciprocal",), domain={"x": (0.5, 2.0)},
    ),
    Op(
        "cbrt", "elementwise", ("x",), r"\sqrt[3]{{x}}", np.cbrt,
        {"en": "Cube root; of a negative number it is negative.", "ko": "세제곱근. 음수의 세제곱근은 음수입니다."},
        scalar=lambda x: float(np.cbrt(x)), local={"x": "1 / (3 * z ** 2)"}, spellings=("np.cbrt", "math.cbrt"), domain={"x": (0.3, 2.0)},
        kink="x == 0",
        convention={"en": "At 0 the derivative is ∞, as in JAX; PyTorch has no cbrt and NaN by its power.",
                    "ko": "0에서 도함수는 ∞입니다(JAX와 같음)."},
    ),
    Op(
        "exp2", "elementwise", ("x",), r"2^{{x}}", np.exp2,
        {"en": "2 to the power x.", "ko": "2의 x제곱."},
        scalar=ieee(lambda x: math.pow(2.0, x), np.exp2), local={"x": "z * log(2)"}, spellings=("np.exp2", "math.exp2"),
    ),
    Op(
        "expm1", "elementwise", ("x",), r"\operatorname{expm1}({x})", np.expm1,
        {"en": "exp(x) − 1, exact also near 0.", "ko": "exp(x) − 1. 0 근처에서도 정확합니다."},
        scalar=ieee(math.expm1, np.expm1), local={"x": "exp(x)"}, spellings=("np.expm1", "math.expm1"),
    ),
    Op(
        "log2", "elementwise", ("x",), r"\log_2({x})", np.log2,
        {"en": "Logarithm to base 2.", "ko": "밑이 2인 로그."},
        defined="x > 0", scalar=ieee(math.log2, np.log2), local={"x": "1 / (x * log(2))"}, spellings=("np.log2", "math.log2"), domain={"x": (0.3, 3.0)},
    ),
    Op(
        "log10", "elementwise", ("x",), r"\log_{10}({x})", np.log10,
        {"en": "Logarithm to base 10.", "ko": "상용로그."},
        defined="x > 0", scalar=ieee(math.log10, np.log10), local={"x": "1 / x / log(10)"}, spellings=("np.log10", "math.log10"), domain={"x": (0.3, 3.0)},
    ),
    Op(
        "log1p", "elementwise", ("x",), r"\log(1 + {x})", np.log1p,
        {"en": "log(1 + x), exact also near 0.", "ko": "log(1 + x). 0 근처에서도 정확합니다."},
        defined="x > -1", scalar=ieee(math.log1p, np.log1p), local={"x": "1 / (1 + x)"}, spellings=("np.log1p", "math.log1p"), domain={"x": (-0.6, 2.0)},
    ),
    Op(
        "asin", "elementwise", ("x",), r"\arcsin({x})", np.arcsin,
        {"en": "Inverse sine.", "ko": "아크사인."},
        defined="abs(x) <= 1", scalar=ieee(math.asin, np.arcsin), local={"x": "1 / sqrt(1 - x ** 2)"}, spellings=("np.arcsin", "np.asin", "math.asin"), domain={"x": (-0.8, 0.8)},
    ),
    Op(
        "acos", "elementwise", ("x",), r"\arccos({x})", np.arccos,
        {"en": "Inverse cosine.", "ko": "아크코사인."},
        defined="abs(x) <= 1", scalar=ieee(math.acos, np.arccos), local={"x": "-1 / sqrt(1 - x ** 2)"}, spellings=("np.arccos", "np.acos", "math.acos"), domain={"x": (-0.8, 0.8)},
    ),
    Op(
        "atan", "elementwise", ("x",), r"\arctan({x})", np.arctan,
        {"en": "Inverse tangent.", "ko": "아크탄젠트."},
        scalar=ieee(math.atan, np.arctan), local={"x": "1 / (1 + x ** 2)"}, spellings=("np.arctan", "np.atan", "math.atan"),
    ),
    Op(
        "sinh", "elementwise", ("x",), r"\sinh({x})", np.sinh,
        {"en": "Hyperbolic sine.", "ko": "쌍곡사인."},
        scalar=ieee(math.sinh, np.sinh), local={"x": "cosh(x)"}, spellings=("np.sinh", "math.sinh"),
    ),
    Op(
        "cosh", "elementwise", ("x",), r"\cosh({x})", np.cosh,
        {"en": "Hyperbolic cosine.", "ko": "쌍곡코사인."},
        scalar=ieee(math.cosh, np.cosh), local={"x": "sinh(x)"}, spellings=("np.cosh", "math.cosh"),
    ),
    Op(
        "asinh", "elementwise", ("x",), r"\operatorname{arsinh}({x})", np.arcsinh,
        {"en": "Inverse hyperbolic sine.", "ko": "역쌍곡사인."},
        scalar=ieee(math.asinh, np.arcsinh), local={"x": "1 / hypot(x, 1)"}, spellings=("np.arcsinh", "np.asinh", "math.asinh"),
    ),
    Op(
        "acosh", "elementwise", ("x",), r"\operatorname{arcosh}({x})", np.arccosh,
        {"en": "Inverse hyperbolic cosine.", "ko": "역쌍곡코사인."},
        defined="x >= 1", scalar=ieee(math.acosh, np.arccosh), local={"x": "1 / (sqrt(x - 1) * sqrt(x + 1))"}, spellings=("np.arccosh", "np.acosh", "math.acosh"), domain={"x": (1.3, 3.0)},
    ),
    Op(
        "atanh", "elementwise", ("x",), r"\operatorname{artanh}({x})", np.arctanh,
        {"en": "Inverse hyperbolic tangent.", "ko": "역쌍곡탄젠트."},
        defined="abs(x) < 1", scalar=ieee(math.atanh, np.arctanh), local={"x": "1 / (1 - x ** 2)"}, spellings=("np.arctanh", "np.atanh", "math.atanh"), domain={"x": (-0.8, 0.8)},
    ),
    Op(
        "floor", "elementwise", ("x",), r"\lfloor {x} \rfloor", np.floor,
        {"en": "The next whole number below.", "ko": "내림."},
        scalar=lambda x: float(np.floor(x)), gates=True, local={"x": "0"}, spellings=("np.floor", "math.floor"),
        kink="x == floor(x)",
        convention={"en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
                    "ko": "계단 사이에서 평평하므로 기울기는 어디서나, 계단에서도 0입니다(PyTorch, JAX와 같음)."},
    ),
    Op(
        "ceil", "elementwise", ("x",), r"\lceil {x} \rceil", np.ceil,
        {"en": "The next whole number above.", "ko": "올림."},
        scalar=lambda x: float(np.ceil(x)), gates=True, local={"x": "0"}, spellings=("np.ceil", "math.ceil"),
        kink="x == floor(x)",
        convention={"en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
                    "ko": "계단 사이에서 평평하므로 기울기는 어디서나, 계단에서도 0입니다(PyTorch, JAX와 같음)."},
    ),
    Op(
        "trunc", "elementwise", ("x",), r"\operatorname{trunc}({x})", np.trunc,
        {"en": "The whole part, towards 0.", "ko": "소수점 아래를 버립니다."},
        scalar=lambda x: float(np.trunc(x)), gates=True, local={"x": "0"}, spellings=("np.trunc", "math.trunc"),
        kink="(x == floor(x)) * (x != 0)",
        convention={"en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
                    "ko": "계단 사이에서 평평하므로 기울기는 어디서나, 계단에서도 0입니다(PyTorch, JAX와 같음)."},
    ),
    Op(
        "round", "elementwise", ("x",), r"\operatorname{round}({x})", np.round,
        {"en": "The nearest whole number; a half goes to the even one.", "ko": "가장 가까운 정수. 반은 짝수 쪽으로 갑니다."},
        scalar=lambda x: float(np.round(x)), gates=True, local={"x": "0"}, spellings=("np.round",),
        kink="x == floor(x) + 0.5",
        convention={"en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
                    "ko": "계단 사이에서 평평하므로 기울기는 어디서나, 계단에서도 0입니다(PyTorch, JAX와 같음)."},
    ),
    Op(
        "erf", "elementwise", ("x",), r"\operatorname{erf}({x})", erf_array,
        {"en": "Error function: the area under the bell curve.", "ko": "오차 함수. 종 모양 곡선 아래의 넓이입니다."},
        scalar=math.erf, local={"x": "2 / sqrt(pi) * exp(-x ** 2)"}, spellings=("math.erf",),
    ),
    Op(
        "erfc", "elementwise", ("x",), r"\operatorname{erfc}({x})", erfc_array,
        {"en": "1 − erf(x), exact also far out.", "ko": "1 − erf(x). 먼 곳에서도 정확합니다."},
        scalar=math.erfc, local={"x": "-2 / sqrt(pi) * exp(-x ** 2)"}, spellings=("math.erfc",),
    ),
    Op(
        "stop_gradient", "elementwise", ("x",), r"\operatorname{stop}({x})", lambda x: x,
        {"en": "The value itself, but no gradient passes.", "ko": "값은 그대로 내보내되 기울기는 막습니다."},
        scalar=lambda x: x, flops=lambda shapes, out: 0,
    ),
    Op(
        "atan2", "elementwise", ("y", "x"), r"\operatorname{atan2}({y}, {x})", np.arctan2,
        {"en": "The angle of the point (x, y).", "ko": "점 (x, y)의 각."},
        scalar=math.atan2, spellings=("np.arctan2", "np.atan2", "math.atan2"),
        local={"y": "where((x == 0) * (y == 0), 0, x / hypot(x, y) / hypot(x, y))", "x": "where((x == 0) * (y == 0), 0, -y / hypot(x, y) / hypot(x, y))"},
        kink="(y == 0) * (x <= 0)",
        convention={"en": "At (0, 0) the gradients are 0, and where the angle jumps by 2π they are those of the angle on its own side, as in PyTorch.", "ko": "(0, 0)에서 기울기는 0이고, 각이 2π만큼 뛰는 곳에서는 그 값이 속한 쪽의 기울기입니다(PyTorch와 같음)."},
    ),
    Op(
        "hypot", "elementwise", ("x", "y"), r"\sqrt{{x}^2 + {y}^2}", np.hypot,
        {"en": "The length of the vector (x, y).", "ko": "벡터 (x, y)의 길이."},
        scalar=math.hypot, local={"x": "where(z == 0, 0, x / z)", "y": "where(z == 0, 0, y / z)"}, spellings=("np.hypot", "math.hypot"),
        kink="z == 0",
        convention={"en": "At (0, 0) the gradients are 0, a subgradient.", "ko": "(0, 0)에서 기울기는 열미분 가운데 0으로 둡니다."},
    ),
    Op(
        "logaddexp", "elementwise", ("x", "y"), r"\log(e^{{x}} + e^{{y}})", np.logaddexp,
        {"en": "log(exp(x) + exp(y)), without overflow.", "ko": "log(exp(x) + exp(y))를 넘침 없이 계산합니다."},
        scalar=lambda x, y: float(np.logaddexp(x, y)), local={"x": "sigmoid(x - y)", "y": "sigmoid(y - x)"},
        definition="log(exp(x) + exp(y))", spellings=("np.logaddexp",),
    ),
    Op(
        "xlogy", "elementwise", ("x", "y"), r"{x} \log({y})", xlogy_array,
        {"en": "x log(y), and 0 where x is 0.", "ko": "x log(y). x가 0이면 0입니다."},
        defined="(y > 0) + (x == 0)", scalar=lambda x, y: float(xlogy_array(x, y)), local={"x": "log(y)", "y": "where(x == 0, 0, x / y)"},
        precedence=2, domain={"y": (0.3, 3.0)},
        kink="(x == 0) * (y == 0)",
        convention={"en": "0 log 0 is 0, its limit. There the gradient of the second input is 0; PyTorch gives NaN.", "ko": "0 log 0은 극한값 0으로 둡니다. 그곳에서 둘째 입력의 기울기는 0입니다(PyTorch는 NaN)."},
    ),
    Op(
        "clip", "elementwise", ("x", "low", "high"), r"\operatorname{clip}({x}, {low}, {high})", np.clip,
        {"en": "x, but not below low and not above high.", "ko": "x를 low와 high 사이로 자릅니다."},
        scalar=lambda x, low, high: x if x != x else smaller(larger(x, low), high),
        gates=True, local={"x": "(x >= low) * (x <= high)", "low": "(x < low) * (low <= high)", "high": "maximum(x, low) > high"}, spellings=("np.clip",), method=True,
        domain={"low": (-1.2, -0.8), "high": (0.8, 1.2)},
        kink="((x == low) + (x == high)) * (low <= high) + (x <= low) * (low == high)",
        convention={"en": "At a bound the gradient of the first input is 1, as in PyTorch, where JAX takes 1/2; what lies below two bounds that are equal moves with the lower one.", "ko": "경계에서 첫째 입력의 기울기는 1로 둡니다(PyTorch와 같음, JAX는 1/2). 두 경계가 같으면 그 아래의 값은 아래쪽 경계를 따라 움직입니다."},
        defaults={"low": -np.inf, "high": np.inf},
    ),
]
