"""Functions of calculus that act on each element by itself."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import math

import numpy as np

from gradlens.engine.ops import complex_forms
from gradlens.engine.ops.op import Cost, Op, Tests, Words
from gradlens.engine.ops.scalars import ieee, larger, quiet, sign_scalar, smaller
from gradlens.engine.values import Array


def erf_array(x: Array) -> Array:
    # NumPy has no erf; math's is exact to the last bits, and fast enough for a page.
    return np.asarray(np.frompyfunc(math.erf, 1, 1)(x), dtype=np.float64)


def erfc_array(x: Array) -> Array:
    return np.asarray(np.frompyfunc(math.erfc, 1, 1)(x), dtype=np.float64)


def xlogy_array(x: Array, y: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.where(np.equal(x, 0) & ~np.isnan(y), 0.0, np.multiply(x, np.log(y)))


OPS = [
    Op(
        "exp(x)",
        local={"x": "z"},
        words=Words(r"\exp({x})", en="e to the power x; its own derivative.", ko="지수함수. 도함수가 자기 자신입니다."),
        array=np.exp,
        scalar=ieee(math.exp, np.exp),
        complex="analytic",
        spellings=("np.exp", "math.exp"),
    ),
    Op(
        "log(x)",
        local={"x": "1 / x"},
        words=Words(
            r"\log({x})",
            en="Natural logarithm.",
            ko="자연로그.",
            convention={
                "en": (
                    "log 0 is −∞ with derivative ∞; below 0 the value is NaN, the derivative that of the same"
                    " formula, 1 over the input, as in PyTorch and JAX."
                ),
                "ko": (
                    "log 0은 −∞이고 도함수는 ∞입니다. 음수에서 값은 NaN, 도함수는 같은 식대로 입력의"
                    " 역수입니다(PyTorch, JAX와 같음)."
                ),
            },
        ),
        array=np.log,
        scalar=ieee(math.log, np.log),
        complex="analytic",
        kink="x <= 0",
        defined="x > 0",
        spellings=("np.log", "math.log", "ln"),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "sqrt(x)",
        local={"x": "1 / (2 * z)"},
        words=Words(
            r"\sqrt{{x}}",
            en="Square root.",
            ko="제곱근.",
            convention={
                "en": "At 0 the derivative is ∞; below 0 value and derivative are NaN, as in PyTorch and JAX.",
                "ko": "0에서 도함수는 ∞이고, 음수에서는 값과 도함수가 모두 NaN입니다(PyTorch, JAX와 같음).",
            },
        ),
        array=np.sqrt,
        scalar=ieee(math.sqrt, np.sqrt),
        complex="analytic",
        kink="x <= 0",
        defined="x >= 0",
        spellings=("np.sqrt", "math.sqrt"),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "square(x)",
        local={"x": "2 * x"},
        definition="x * x",
        words=Words("{x}^2", en="x times x.", ko="제곱.", precedence=4),
        array=np.square,
        scalar=lambda x: x * x,
        complex="analytic",
        spellings=("np.square",),
    ),
    Op(
        "sin(x)",
        local={"x": "cos(x)"},
        words=Words(r"\sin({x})", en="Sine, in radians.", ko="사인(라디안).", values="[-1, 1]"),
        array=np.sin,
        scalar=ieee(math.sin, np.sin),
        complex="analytic",
        repeats="wave",
        activation=True,
        spellings=("np.sin", "math.sin"),
    ),
    Op(
        "cos(x)",
        local={"x": "-sin(x)"},
        words=Words(r"\cos({x})", en="Cosine, in radians.", ko="코사인(라디안)."),
        array=np.cos,
        scalar=ieee(math.cos, np.cos),
        complex="analytic",
        repeats="wave",
        spellings=("np.cos", "math.cos"),
    ),
    Op(
        "tan(x)",
        local={"x": "1 + z ** 2"},
        words=Words(r"\tan({x})", en="Tangent, in radians.", ko="탄젠트(라디안)."),
        array=np.tan,
        scalar=ieee(math.tan, np.tan),
        complex="analytic",
        repeats="wave",
        spellings=("np.tan", "math.tan"),
        tests=Tests(domain={"x": (-1.2, 1.2)}),
    ),
    Op(
        "tanh(x)",
        local={"x": "1 - z ** 2"},
        words=Words(
            r"\tanh({x})",
            en="Hyperbolic tangent: squashes to (−1, 1).",
            ko="쌍곡탄젠트. 값을 −1과 1 사이로 옮깁니다.",
            values="(-1, 1)",
        ),
        array=np.tanh,
        scalar=math.tanh,
        complex="analytic",
        activation=True,
        spellings=("np.tanh", "math.tanh"),
    ),
    Op(
        "abs(x)",
        local={"x": "sign(x)"},
        words=Words(
            r"\left|{x}\right|",
            en="Distance from 0.",
            ko="절댓값.",
            convention={
                "en": "At 0 the gradient is 0, as in PyTorch; JAX takes 1.",
                "ko": "0에서 기울기는 0으로 둡니다(PyTorch와 같음, JAX는 1).",
            },
        ),
        array=np.abs,
        scalar=abs,
        complex=complex_forms.modulus,
        kink="x == 0",
        spellings=("np.abs", "np.absolute", "np.fabs", "math.fabs"),
    ),
    Op(
        "sign(x)",
        local={"x": "0"},
        words=Words(
            r"\operatorname{sign}({x})",
            en="−1, 0 or 1. Its gradient is 0.",
            ko="부호(−1, 0, 1). 기울기는 0입니다.",
            convention={
                "en": "At 0 the value is 0 and the gradient 0, as in PyTorch and JAX.",
                "ko": "0에서 값과 기울기는 모두 0입니다(PyTorch, JAX와 같음).",
            },
        ),
        array=np.sign,
        scalar=sign_scalar,
        complex="flat",
        kink="x == 0",
        gates=True,
        spellings=("np.sign",),
    ),
    Op(
        "reciprocal(x)",
        local={"x": "-z * z"},
        words=Words(r"\frac{1}{{x}}", en="One over x.", ko="역수."),
        array=np.reciprocal,
        scalar=ieee(lambda x: 1 / x, np.reciprocal),
        complex="analytic",
        defined="x != 0",
        spellings=("np.reciprocal",),
        tests=Tests(domain={"x": (0.5, 2.0)}),
    ),
    Op(
        "cbrt(x)",
        local={"x": "1 / (3 * z ** 2)"},
        words=Words(
            r"\sqrt[3]{{x}}",
            en="Cube root; of a negative number it is negative.",
            ko="세제곱근. 음수의 세제곱근은 음수입니다.",
            convention={
                "en": "At 0 the derivative is ∞, as in JAX; PyTorch has no cbrt and NaN by its power.",
                "ko": "0에서 도함수는 ∞입니다(JAX와 같음).",
            },
        ),
        array=np.cbrt,
        scalar=lambda x: float(np.cbrt(x)),
        kink="x == 0",
        spellings=("np.cbrt", "math.cbrt"),
        tests=Tests(domain={"x": (0.3, 2.0)}),
    ),
    Op(
        "exp2(x)",
        local={"x": "z * log(2)"},
        words=Words(r"2^{{x}}", en="2 to the power x.", ko="2의 x제곱."),
        array=np.exp2,
        scalar=ieee(lambda x: math.pow(2.0, x), np.exp2),
        complex="analytic",
        spellings=("np.exp2", "math.exp2"),
    ),
    Op(
        "expm1(x)",
        local={"x": "exp(x)"},
        words=Words(
            r"\operatorname{expm1}({x})", en="exp(x) − 1, exact also near 0.", ko="exp(x) − 1. 0 근처에서도 정확합니다."
        ),
        array=np.expm1,
        scalar=ieee(math.expm1, np.expm1),
        complex="analytic",
        spellings=("np.expm1", "math.expm1"),
    ),
    Op(
        "log2(x)",
        local={"x": "1 / (x * log(2))"},
        words=Words(r"\log_2({x})", en="Logarithm to base 2.", ko="밑이 2인 로그."),
        array=np.log2,
        scalar=ieee(math.log2, np.log2),
        complex="analytic",
        defined="x > 0",
        spellings=("np.log2", "math.log2"),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "log10(x)",
        local={"x": "1 / x / log(10)"},
        words=Words(r"\log_{10}({x})", en="Logarithm to base 10.", ko="상용로그."),
        array=np.log10,
        scalar=ieee(math.log10, np.log10),
        complex="analytic",
        defined="x > 0",
        spellings=("np.log10", "math.log10"),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "log1p(x)",
        local={"x": "1 / (1 + x)"},
        words=Words(r"\log(1 + {x})", en="log(1 + x), exact also near 0.", ko="log(1 + x). 0 근처에서도 정확합니다."),
        array=np.log1p,
        scalar=ieee(math.log1p, np.log1p),
        complex=complex_forms.log1p,
        defined="x > -1",
        spellings=("np.log1p", "math.log1p"),
        tests=Tests(domain={"x": (-0.6, 2.0)}),
    ),
    Op(
        "asin(x)",
        local={"x": "1 / sqrt(1 - x ** 2)"},
        words=Words(r"\arcsin({x})", en="Inverse sine.", ko="아크사인."),
        array=np.arcsin,
        scalar=ieee(math.asin, np.arcsin),
        complex="analytic",
        defined="abs(x) <= 1",
        spellings=("np.arcsin", "np.asin", "math.asin"),
        tests=Tests(domain={"x": (-0.8, 0.8)}),
    ),
    Op(
        "acos(x)",
        local={"x": "-1 / sqrt(1 - x ** 2)"},
        words=Words(r"\arccos({x})", en="Inverse cosine.", ko="아크코사인."),
        array=np.arccos,
        scalar=ieee(math.acos, np.arccos),
        complex="analytic",
        defined="abs(x) <= 1",
        spellings=("np.arccos", "np.acos", "math.acos"),
        tests=Tests(domain={"x": (-0.8, 0.8)}),
    ),
    Op(
        "atan(x)",
        local={"x": "1 / (1 + x ** 2)"},
        words=Words(r"\arctan({x})", en="Inverse tangent.", ko="아크탄젠트."),
        array=np.arctan,
        scalar=ieee(math.atan, np.arctan),
        complex="analytic",
        spellings=("np.arctan", "np.atan", "math.atan"),
    ),
    Op(
        "sinh(x)",
        local={"x": "cosh(x)"},
        words=Words(r"\sinh({x})", en="Hyperbolic sine.", ko="쌍곡사인."),
        array=np.sinh,
        scalar=ieee(math.sinh, np.sinh),
        complex="analytic",
        spellings=("np.sinh", "math.sinh"),
    ),
    Op(
        "cosh(x)",
        local={"x": "sinh(x)"},
        words=Words(r"\cosh({x})", en="Hyperbolic cosine.", ko="쌍곡코사인."),
        array=np.cosh,
        scalar=ieee(math.cosh, np.cosh),
        complex="analytic",
        spellings=("np.cosh", "math.cosh"),
    ),
    Op(
        "asinh(x)",
        local={"x": "1 / hypot(x, 1)"},
        words=Words(r"\operatorname{arsinh}({x})", en="Inverse hyperbolic sine.", ko="역쌍곡사인."),
        array=np.arcsinh,
        scalar=ieee(math.asinh, np.arcsinh),
        complex="analytic",
        spellings=("np.arcsinh", "np.asinh", "math.asinh"),
    ),
    Op(
        "acosh(x)",
        local={"x": "1 / (sqrt(x - 1) * sqrt(x + 1))"},
        words=Words(r"\operatorname{arcosh}({x})", en="Inverse hyperbolic cosine.", ko="역쌍곡코사인."),
        array=np.arccosh,
        scalar=ieee(math.acosh, np.arccosh),
        complex="analytic",
        defined="x >= 1",
        spellings=("np.arccosh", "np.acosh", "math.acosh"),
        tests=Tests(domain={"x": (1.3, 3.0)}),
    ),
    Op(
        "atanh(x)",
        local={"x": "1 / (1 - x ** 2)"},
        words=Words(r"\operatorname{artanh}({x})", en="Inverse hyperbolic tangent.", ko="역쌍곡탄젠트."),
        array=np.arctanh,
        scalar=ieee(math.atanh, np.arctanh),
        complex="analytic",
        defined="abs(x) < 1",
        spellings=("np.arctanh", "np.atanh", "math.atanh"),
        tests=Tests(domain={"x": (-0.8, 0.8)}),
    ),
    Op(
        "floor(x)",
        local={"x": "0"},
        words=Words(
            r"\lfloor {x} \rfloor",
            en="The largest whole number that is not above x.",
            ko="내림. x보다 크지 않은 가장 큰 정수입니다.",
            convention={
                "en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
                "ko": "계단 사이에서 평평하므로 기울기는 0이고, 뛰는 곳에서도 0으로 둡니다(PyTorch, JAX와 같음).",
            },
        ),
        array=np.floor,
        scalar=lambda x: float(np.floor(x)),
        complex="flat",
        kink="x == floor(x)",
        gates=True,
        repeats="steps",
        spellings=("np.floor", "math.floor"),
    ),
    Op(
        "ceil(x)",
        local={"x": "0"},
        words=Words(
            r"\lceil {x} \rceil",
            en="The smallest whole number that is not below x.",
            ko="올림. x보다 작지 않은 가장 작은 정수입니다.",
            convention={
                "en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
                "ko": "계단 사이에서 평평하므로 기울기는 0이고, 뛰는 곳에서도 0으로 둡니다(PyTorch, JAX와 같음).",
            },
        ),
        array=np.ceil,
        scalar=lambda x: float(np.ceil(x)),
        complex="flat",
        kink="x == floor(x)",
        gates=True,
        repeats="steps",
        spellings=("np.ceil", "math.ceil"),
    ),
    Op(
        "trunc(x)",
        local={"x": "0"},
        words=Words(
            r"\operatorname{trunc}({x})",
            en="The whole part, towards 0.",
            ko="소수점 아래를 버립니다.",
            convention={
                "en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
                "ko": "계단 사이에서 평평하므로 기울기는 0이고, 뛰는 곳에서도 0으로 둡니다(PyTorch, JAX와 같음).",
            },
        ),
        array=np.trunc,
        scalar=lambda x: float(np.trunc(x)),
        complex="flat",
        kink="(x == floor(x)) * (x != 0)",
        gates=True,
        repeats="steps",
        spellings=("np.trunc", "math.trunc"),
    ),
    Op(
        "round(x)",
        local={"x": "0"},
        words=Words(
            r"\operatorname{round}({x})",
            en="The nearest whole number; a half goes to the even one.",
            ko="가장 가까운 정수. 두 정수의 한가운데이면 짝수를 고릅니다.",
            convention={
                "en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
                "ko": "계단 사이에서 평평하므로 기울기는 0이고, 뛰는 곳에서도 0으로 둡니다(PyTorch, JAX와 같음).",
            },
        ),
        array=np.round,
        scalar=lambda x: float(np.round(x)),
        complex="flat",
        kink="x == floor(x) + 0.5",
        gates=True,
        repeats="steps",
        spellings=("np.round",),
    ),
    Op(
        "erf(x)",
        local={"x": "2 / sqrt(pi) * exp(-x ** 2)"},
        words=Words(
            r"\operatorname{erf}({x})",
            en="Error function: the area under the bell curve.",
            ko="오차 함수. 종 모양 곡선 아래의 넓이입니다.",
        ),
        array=erf_array,
        scalar=math.erf,
        spellings=("math.erf",),
    ),
    Op(
        "erfc(x)",
        local={"x": "-2 / sqrt(pi) * exp(-x ** 2)"},
        words=Words(
            r"\operatorname{erfc}({x})", en="1 − erf(x), exact also far out.", ko="1 − erf(x). 먼 곳에서도 정확합니다."
        ),
        array=erfc_array,
        scalar=math.erfc,
        spellings=("math.erfc",),
    ),
    Op(
        "stop_gradient(x)",
        words=Words(
            r"\operatorname{stop}({x})",
            en="The value itself, but no gradient passes.",
            ko="값은 그대로 내보내되 기울기는 막습니다.",
        ),
        array=lambda x: x,
        scalar=lambda x: x,
        complex="analytic",
        cost=Cost(flops=lambda shapes, out: 0),
    ),
    Op(
        "atan2(y, x)",
        local={
            "y": "where((x == 0) * (y == 0), 0, x / hypot(x, y) / hypot(x, y))",
            "x": "where((x == 0) * (y == 0), 0, -y / hypot(x, y) / hypot(x, y))",
        },
        words=Words(
            r"\operatorname{atan2}({y}, {x})",
            en="The angle of the point (x, y).",
            ko="점 (x, y)의 각.",
            convention={
                "en": (
                    "At (0, 0) the gradients are 0, and where the angle jumps by 2π they are those of the angle on"
                    " its own side, as in PyTorch."
                ),
                "ko": (
                    "(0, 0)에서 기울기는 0이고, 각이 2π만큼 뛰는 곳에서는 그 값이 속한 쪽의 기울기입니다(PyTorch와"
                    " 같음)."
                ),
            },
        ),
        array=np.arctan2,
        scalar=math.atan2,
        kink="(y == 0) * (x <= 0)",
        spellings=("np.arctan2", "np.atan2", "math.atan2"),
    ),
    Op(
        "hypot(x, y)",
        local={"x": "where(z == 0, 0, x / z)", "y": "where(z == 0, 0, y / z)"},
        words=Words(
            r"\sqrt{{x}^2 + {y}^2}",
            en="The length of the vector (x, y).",
            ko="벡터 (x, y)의 길이.",
            convention={
                "en": "At (0, 0) the gradients are 0, a subgradient.",
                "ko": "(0, 0)에서는 미분할 수 없으므로 기울기를 0으로 둡니다.",
            },
        ),
        array=np.hypot,
        scalar=math.hypot,
        kink="z == 0",
        spellings=("np.hypot", "math.hypot"),
    ),
    Op(
        "logaddexp(x, y)",
        local={"x": "sigmoid(x - y)", "y": "sigmoid(y - x)"},
        definition="log(exp(x) + exp(y))",
        words=Words(
            r"\log(e^{{x}} + e^{{y}})",
            en="log(exp(x) + exp(y)), without overflow.",
            ko="log(exp(x) + exp(y))를 넘침 없이 계산합니다.",
        ),
        array=np.logaddexp,
        scalar=quiet(np.logaddexp),
        spellings=("np.logaddexp",),
    ),
    Op(
        "logaddexp2(x, y)",
        local={"x": "1 / (1 + exp2(y - x))", "y": "1 / (1 + exp2(x - y))"},
        definition="log2(exp2(x) + exp2(y))",
        words=Words(
            r"\log_2(2^{{x}} + 2^{{y}})",
            en="log2(2 ** x + 2 ** y), without overflow.",
            ko="log2(2 ** x + 2 ** y)를 넘침 없이 계산합니다.",
        ),
        array=np.logaddexp2,
        scalar=quiet(np.logaddexp2),
        spellings=("np.logaddexp2", "torch.logaddexp2"),
    ),
    Op(
        "xlogy(x, y)",
        local={"x": "log(y)", "y": "where(x == 0, 0, x / y)"},
        words=Words(
            r"{x} \log({y})",
            en="x log(y), and 0 where x is 0.",
            ko="x log(y). x가 0이면 0입니다.",
            precedence=2,
            convention={
                "en": "0 log 0 is 0, its limit. There the gradient of the second input is 0; PyTorch gives NaN.",
                "ko": "0 log 0은 극한값 0으로 둡니다. 그곳에서 둘째 입력의 기울기는 0입니다(PyTorch는 NaN).",
            },
        ),
        array=xlogy_array,
        scalar=lambda x, y: float(xlogy_array(x, y)),
        complex="analytic",
        kink="(x == 0) * (y == 0)",
        defined="(y > 0) + (x == 0)",
        tests=Tests(domain={"y": (0.3, 3.0)}),
    ),
    Op(
        "clip(x, low=-inf, high=inf)",
        local={"x": "(x >= low) * (x <= high)", "low": "(x < low) * (low <= high)", "high": "maximum(x, low) > high"},
        words=Words(
            r"\operatorname{clip}({x}, {low}, {high})",
            en="x, but not below low and not above high.",
            ko="x를 low와 high 사이로 자릅니다.",
            convention={
                "en": (
                    "At a bound the gradient of the first input is 1, as in PyTorch 2.13; PyTorch 2.14 takes 0, JAX"
                    " 1/2; what lies below two bounds that are equal moves with the lower one."
                ),
                "ko": (
                    "경계에서 첫째 입력의 기울기는 1로 둡니다(PyTorch 2.13과 같음. 2.14는 0, JAX는 1/2)."
                    " 두 경계가 같으면 그 아래의 값은 아래쪽 경계를 따라 움직입니다."
                ),
            },
        ),
        array=np.clip,
        scalar=lambda x, low, high: x if x != x else smaller(larger(x, low), high),
        complex=complex_forms.clip,
        kink="((x == low) + (x == high)) * (low <= high) + (x <= low) * (low == high)",
        gates=True,
        spellings=("np.clip",),
        method=True,
        tests=Tests(domain={"low": (-1.2, -0.8), "high": (0.8, 1.2)}),
    ),
]
