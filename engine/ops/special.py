"""Functions of a calculus or statistics text beyond the elementary ones, each element by itself."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from gradlens.engine.ops.activations import on_number
from gradlens.engine.ops.elementwise import erf_array, erfc_array
from gradlens.engine.ops.op import Cost, Op, Option, Tests, Words
from gradlens.engine.ops.scalars import ieee
from gradlens.engine.values import Array, size_of


def each(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of one float on arrays: NumPy has none, and a page is small."""

    def array(x: Array, **options: Any) -> Array:
        # Of a 0-d array frompyfunc gives a Python float, not an array.
        return np.asarray(np.frompyfunc(lambda value: function(float(value), **options), 1, 1)(x), dtype=np.float64)

    return array


# Bernoulli's numbers B2, B4, …, of the asymptotic series below.
BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330]
LARGEST_ORDER = 140  # of polygamma: the factorials of its series are beyond the largest float soon after
SHIFTED = 16.0  # from here on the asymptotic series is exact to the last bits


def lgamma_scalar(x: float) -> float:
    if math.isinf(x):
        return math.inf
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):  # a pole, or beyond the largest float
        return math.inf


def tgamma_scalar(x: float) -> float:
    try:
        return math.gamma(x)
    except OverflowError:
        return math.inf
    except ValueError:  # a pole: ∞ at 0 with its sign, NaN at the negative whole numbers and at -∞
        return math.copysign(math.inf, x) if x == 0 else math.nan


def from_pole(x: Array) -> Array:
    """How far x is from the nearest whole number, exact; 0 at one."""
    return x - np.rint(x)


def quietly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Without NumPy's warnings: at poles the infinities and NaN are what is meant."""

    def array(x: Array, **options: Any) -> Array:
        with np.errstate(all="ignore"):
            return function(np.asarray(x, dtype=np.float64), **options)

    return array


def raised(x: Array, bound: float, term: Callable[[Array], Array]) -> tuple[Array, Array]:
    """x counted up until it is at least `bound`, and the sum of the terms on the way.  x: from 0 on."""
    below = np.zeros(x.shape)
    for _ in range(math.ceil(bound)):
        small = x < bound
        if not small.any():
            break
        below += np.where(small, term(x), 0.0)
        x = x + small
    return x, below


@quietly
def digamma_array(x: Array) -> Array:
    """The derivative of log Γ: recurrence up to SHIFTED, then Abramowitz and Stegun 6.3.18; below 0 by reflection,
    6.3.7.
    """
    up, below = raised(np.where(x < 0, 1 - x, x), SHIFTED, np.reciprocal)
    square, tail = 1 / (up * up), 0.0
    for k in range(len(BERNOULLI), 0, -1):
        tail = (tail + BERNOULLI[k - 1] / (2 * k)) * square
    value = np.log(up) - 1 / (2 * up) - tail - below
    offset = from_pole(x)
    return np.where(x < 0, np.where(offset == 0, np.nan, value - np.pi / np.tan(np.pi * offset)), value)


@quietly
def polygamma_array(x: Array, n: int) -> Array:
    """The derivative of digamma of order n: recurrence up to SHIFTED, then Abramowitz and Stegun 6.4.11; below 0 by
    reflection, 6.4.7.
    """
    if n == 0:
        return digamma_array(x)
    if n > LARGEST_ORDER:
        return np.where(x == np.inf, 0.0, np.nan)
    sign, factorial = 1.0 if n % 2 else -1.0, float(math.factorial(n))
    up, below = raised(np.where(x < 0, 1 - x, x), SHIFTED + n, lambda x: x ** -(n + 1.0))
    square, series = 1 / (up * up), 0.0
    for k in range(len(BERNOULLI), 0, -1):
        series = (series + BERNOULLI[k - 1] * math.factorial(2 * k + n - 1) / math.factorial(2 * k)) * square
    value = sign * (factorial * below + up ** -float(n) * (factorial / n + factorial / 2 / up + series))
    pole = (x <= 0) & (from_pole(x) == 0)
    return (
        np.where(pole, np.inf if n % 2 else np.nan, np.where(x < 0, -sign * value - cotangent_derivative(x, n), value))
        + 0.0
    )


@lru_cache(maxsize=LARGEST_ORDER)
def cotangent_polynomial(n: int) -> tuple[float, ...]:
    """The n-th derivative of the cotangent as a polynomial in it, from the highest power down, by (cot u)' = -(1 + cot²
    u).
    """
    polynomial = np.polynomial.Polynomial([0, 1])
    for _ in range(n):
        polynomial = -polynomial.deriv() * np.polynomial.Polynomial([1, 0, 1])
    return tuple(reversed(polynomial.coef.tolist()))


def cotangent_derivative(x: Array, n: int) -> Array:
    """The n-th derivative of π cot(πx)."""
    cotangent = 1 / np.tan(np.pi * from_pole(x))
    highest, *lower = cotangent_polynomial(n)
    value = np.full(x.shape, highest)
    for coefficient in lower:  # Horner's scheme
        value = value * cotangent + coefficient
    return math.pi ** (n + 1) * value


@quietly
def erfinv_array(y: Array) -> Array:
    """The x with erf(x) = y: Winitzki's approximation, then Halley's method until it stands."""
    size = np.abs(y)
    rest = 1 - size  # exact from 1/2 on, where erf itself has no digits left to tell values apart
    log = np.log1p(-size * size)
    half = 2 / (math.pi * 0.147) + log / 2
    x = np.where(size > 1e-8, np.sqrt(np.sqrt(half * half - log / 0.147) - half), size * (math.sqrt(math.pi) / 2))
    x = np.where(size < 1, x, 0.0)
    for _ in range(4):
        error = np.where(size > 0.5, rest - erfc_array(x), erf_array(x) - size)
        step = error / (2 / math.sqrt(math.pi) * np.exp(-x * x))
        x = x - step / (1 + x * step)
    return np.copysign(np.where(size < 1, x, np.where(size == 1, np.inf, np.nan)), y)


ANGLES = np.cos((np.arange(128) + 0.5) * (math.pi / 128))


@quietly
def i1_array(x: Array) -> Array:
    """By the mean of exp(x cos θ) cos θ over a circle, which even steps give to the last bits up to the overflow."""
    near = np.asarray(x, dtype=np.float64)
    total = np.zeros(near.shape)
    for cosine in ANGLES[:64]:
        total += cosine * np.sinh(near * cosine)
    return total / 64


def costing(count: int) -> Callable[..., Any]:
    """So many operations an element."""
    return lambda shapes, out: count * size_of(out)


def polygamma_work(n: int) -> int:
    """Of one element: a power a step of the recurrence, and the series."""
    return 100 * (int(SHIFTED) + n) + 100


DIGAMMA_WORK = 200


def logit_array(x: Array) -> Array:
    # Near 1/2 both logarithms are large beside their difference: log1p of a small number keeps its digits.
    x = np.asarray(x, dtype=np.float64)
    small = np.log1p((2 * x - 1) / (1 - x))
    return np.where(np.abs(x - 0.5) < 0.25, small, np.log(x) - np.log1p(-x))


def log_cosh_array(x: Array) -> Array:
    size = np.abs(x)
    # Small: by 2 sinh²(x/2) = cosh(x) - 1; else |x| - log 2 + log(1 + exp(-2|x|)), which cannot overflow.
    return np.where(
        size < 1,
        np.log1p(2 * np.square(np.sinh(np.minimum(size, 1.0) / 2))),
        size - math.log(2) + np.log1p(np.exp(-2 * size)),
    )


def reciprocal_of(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: np.true_divide(1.0, function(x))


def sech_array(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    return 2 * e / (1 + e * e)


def csch_array(x: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.true_divide(1.0, np.sinh(x))


# Near 0 the difference cancels: there the series -π²x/3 + π⁴x³/30 - π⁶x⁵/840 + π⁸x⁷/45360.
SINC_RULE = (
    "where(abs(x) < 0.01, x * (-pi ** 2 / 3 + x ** 2 * (pi ** 4 / 30 - x ** 2 * (pi ** 6 / 840 - x ** 2 * (pi ** 8 /"
    " 45360)))), (cos(pi * x) - z) / where(x == 0, 1, x))"
)

FLAT = {
    "en": "Flat between its steps: the gradient is 0 everywhere, at the steps too, as in PyTorch and JAX.",
    "ko": "계단 사이에서 평평하므로 기울기는 0이고, 뛰는 곳에서도 0으로 둡니다(PyTorch, JAX와 같음).",
}
POLES = {
    "en": "At its poles the value and the derivative are infinite or NaN, as IEEE arithmetic has them.",
    "ko": "극에서 값과 도함수는 IEEE 연산에 따라 무한대나 NaN입니다.",
}

OPS = [
    Op(
        "sec(x)",
        local={"x": "z * tan(x)"},
        definition="1 / cos(x)",
        words=Words(r"\sec({x})", en="Secant, 1 / cos x.", ko="시컨트, 1 / cos x."),
        array=reciprocal_of(np.cos),
        scalar=on_number(reciprocal_of(np.cos)),
        repeats="wave",
        tests=Tests(domain={"x": (-1.2, 1.2)}),
    ),
    Op(
        "csc(x)",
        local={"x": "-z * cot(x)"},
        definition="1 / sin(x)",
        words=Words(r"\csc({x})", en="Cosecant, 1 / sin x.", ko="코시컨트, 1 / sin x.", convention=POLES),
        array=reciprocal_of(np.sin),
        scalar=on_number(reciprocal_of(np.sin)),
        kink="x == 0",
        defined="sin(x) != 0",
        repeats="wave",
        tests=Tests(domain={"x": (0.3, 2.8)}),
    ),
    Op(
        "cot(x)",
        local={"x": "-(1 + z ** 2)"},
        definition="1 / tan(x)",
        words=Words(r"\cot({x})", en="Cotangent, 1 / tan x.", ko="코탄젠트, 1 / tan x.", convention=POLES),
        array=reciprocal_of(np.tan),
        scalar=on_number(reciprocal_of(np.tan)),
        kink="x == 0",
        defined="sin(x) != 0",
        repeats="wave",
        tests=Tests(domain={"x": (0.3, 1.4)}),
    ),
    Op(
        "sech(x)",
        local={"x": "-z * tanh(x)"},
        definition="1 / cosh(x)",
        words=Words(r"\operatorname{sech}({x})", en="Hyperbolic secant, 1 / cosh x.", ko="쌍곡시컨트, 1 / cosh x."),
        array=sech_array,
        scalar=on_number(sech_array),
    ),
    Op(
        "csch(x)",
        local={"x": "-z * coth(x)"},
        definition="1 / sinh(x)",
        words=Words(
            r"\operatorname{csch}({x})",
            en="Hyperbolic cosecant, 1 / sinh x.",
            ko="쌍곡코시컨트, 1 / sinh x.",
            convention=POLES,
        ),
        array=csch_array,
        scalar=on_number(csch_array),
        kink="x == 0",
        defined="x != 0",
        tests=Tests(domain={"x": (0.3, 2.0)}),
    ),
    Op(
        "coth(x)",
        local={"x": "-csch(x) ** 2"},
        definition="1 / tanh(x)",
        words=Words(
            r"\coth({x})", en="Hyperbolic cotangent, 1 / tanh x.", ko="쌍곡코탄젠트, 1 / tanh x.", convention=POLES
        ),
        array=reciprocal_of(np.tanh),
        scalar=on_number(reciprocal_of(np.tanh)),
        kink="x == 0",
        # Not 1 - z**2: far out it would lose all digits.
        defined="x != 0",
        tests=Tests(domain={"x": (0.3, 2.0)}),
    ),
    Op(
        "sinc(x)",
        local={"x": SINC_RULE},
        words=Words(
            r"\operatorname{sinc}({x})",
            en="sin(πx) / (πx), and 1 at 0: the normalised sinc, as NumPy's.",
            ko="sin(πx) / (πx), 0에서는 1. NumPy와 같은 정규화된 sinc입니다.",
        ),
        array=np.sinc,
        scalar=on_number(np.sinc),
        repeats="wave",
        spellings=("np.sinc",),
    ),
    Op(
        "rsqrt(x)",
        local={"x": "-z * z * z / 2"},
        definition="1 / sqrt(x)",
        words=Words(r"\frac{1}{\sqrt{{x}}}", en="One over the square root.", ko="제곱근의 역수."),
        array=lambda x: 1 / np.sqrt(x),
        scalar=on_number(lambda x: np.true_divide(1.0, np.sqrt(x))),
        defined="x > 0",
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "logit(x)",
        local={"x": "1 / (x * (1 - x))"},
        definition="log(x / (1 - x))",
        words=Words(
            r"\operatorname{logit}({x})",
            en="log(x / (1 − x)), the inverse of the sigmoid.",
            ko="log(x / (1 − x)). 시그모이드의 역함수입니다.",
        ),
        array=logit_array,
        scalar=on_number(logit_array),
        defined="(x > 0) * (x < 1)",
        tests=Tests(domain={"x": (0.1, 0.9)}),
    ),
    Op(
        "log_cosh(x)",
        local={"x": "tanh(x)"},
        definition="log(cosh(x))",
        words=Words(
            r"\log\cosh({x})",
            en="log(cosh(x)), without overflow: like x²/2 near 0 and |x| far out.",
            ko="log(cosh(x))를 넘침 없이 계산합니다. 0 근처에서는 x²/2, 멀리서는 |x|와 비슷합니다.",
        ),
        array=log_cosh_array,
        scalar=on_number(log_cosh_array),
    ),
    Op(
        "deg2rad(x)",
        local={"x": "pi / 180"},
        words=Words(r"\frac{\pi}{180} {x}", en="Degrees as radians.", ko="도를 라디안으로 바꿉니다.", precedence=2),
        array=np.deg2rad,
        scalar=math.radians,
        spellings=("np.deg2rad", "np.radians", "math.radians"),
    ),
    Op(
        "rad2deg(x)",
        local={"x": "180 / pi"},
        words=Words(r"\frac{180}{\pi} {x}", en="Radians as degrees.", ko="라디안을 도로 바꿉니다.", precedence=2),
        array=np.rad2deg,
        scalar=math.degrees,
        spellings=("np.rad2deg", "np.degrees", "math.degrees"),
    ),
    Op(
        "lgamma(x)",
        local={"x": "digamma(x)"},
        words=Words(
            r"\log\Gamma({x})",
            en="Logarithm of the absolute gamma function; log (n − 1)! at whole numbers.",
            ko="감마 함수의 절댓값의 로그. 정수 n에서는 log (n − 1)!입니다.",
        ),
        array=each(lgamma_scalar),
        scalar=lgamma_scalar,
        defined="(x > 0) + (x != floor(x))",
        spellings=("math.lgamma",),
        cost=Cost(flops=costing(DIGAMMA_WORK)),
        tests=Tests(domain={"x": (0.3, 4.0)}),
    ),
    Op(
        "tgamma(x)",
        local={"x": "z * digamma(x)"},
        words=Words(
            r"\Gamma({x})",
            en="Gamma function; (n − 1)! at whole numbers.",
            ko="감마 함수. 정수 n에서는 (n − 1)!입니다.",
        ),
        array=each(tgamma_scalar),
        scalar=tgamma_scalar,
        defined="(x > 0) + (x != floor(x))",
        spellings=("math.gamma",),
        cost=Cost(flops=costing(DIGAMMA_WORK)),
        tests=Tests(domain={"x": (0.3, 4.0)}),
    ),
    Op(
        "digamma(x)",
        local={"x": "polygamma(x, n=1)"},
        words=Words(
            r"\psi({x})", en="Derivative of the logarithm of the gamma function.", ko="감마 함수의 로그의 도함수."
        ),
        array=digamma_array,
        scalar=on_number(digamma_array),
        defined="(x > 0) + (x != floor(x))",
        cost=Cost(
            flops=costing(DIGAMMA_WORK), back=lambda shapes, options, argnum: polygamma_work(1) * size_of(shapes[0])
        ),
        tests=Tests(domain={"x": (0.3, 4.0)}),
    ),
    Op(
        "polygamma(x)",
        local={"x": "polygamma(x, n=after)"},
        words=Words(
            r"\psi^{({n})}({x})",
            en="Derivative of order n of the digamma function; NaN above 140.",
            ko="디감마 함수의 n계 도함수. n이 140보다 크면 NaN입니다.",
        ),
        options=(Option("n", "integer", 1, least=0),),
        statics=lambda use: {"after": use.options["n"] + 1},
        array=polygamma_array,
        scalar=on_number(polygamma_array),
        defined="(x > 0) + (x != floor(x))",
        cost=Cost(work=lambda shapes, options: polygamma_work(min(options["n"], LARGEST_ORDER)) * size_of(shapes[0])),
        tests=Tests(domain={"x": (0.5, 4.0)}),
    ),
    Op(
        "erfinv(x)",
        local={"x": "sqrt(pi) / 2 * exp(z ** 2)"},
        words=Words(r"\operatorname{erf}^{-1}({x})", en="Inverse of the error function.", ko="오차 함수의 역함수."),
        array=erfinv_array,
        scalar=on_number(erfinv_array),
        defined="abs(x) < 1",
        cost=Cost(flops=costing(500)),
        tests=Tests(domain={"x": (-0.9, 0.9)}),
    ),
    Op(
        "i0(x)",
        local={"x": "i1(x)"},
        words=Words(
            r"I_0({x})",
            en="Modified Bessel function of order 0.",
            ko="0차 변형 베셀 함수.",
        ),
        array=np.i0,
        scalar=on_number(np.i0),
        spellings=("np.i0", "scipy.special.i0"),
        cost=Cost(flops=costing(100)),
    ),
    Op(
        "i1(x)",
        local={"x": "where(abs(x) < 1e-4, 0.5 + 3 / 16 * x ** 2, i0(x) - z / where(x == 0, 1, x))"},
        words=Words(
            r"I_1({x})",
            en="Modified Bessel function of order 1, the derivative of that of order 0.",
            ko="1차 변형 베셀 함수. 0차 변형 베셀 함수의 도함수입니다.",
        ),
        array=i1_array,
        scalar=on_number(i1_array),
        spellings=("scipy.special.i1",),
        cost=Cost(flops=costing(500)),
    ),
    Op(
        "ndtr(x)",
        local={"x": "exp(-x ** 2 / 2) / sqrt(2 * pi)"},
        definition="(1 + erf(x / sqrt(2))) / 2",
        words=Words(
            r"\Phi({x})",
            en="Distribution function of the standard normal distribution.",
            ko="표준정규분포의 누적분포함수.",
        ),
        array=lambda x: erfc_array(np.multiply(x, -0.7071067811865476)) / 2,
        scalar=lambda x: math.erfc(x * -0.7071067811865476) / 2,
    ),
    Op(
        "mod(x, y)",
        local={"x": "1", "y": "-floor_divide(x, y)"},
        words=Words(
            r"{x} \bmod {y}",
            en="Remainder x % y, with the sign of y, as in Python.",
            ko="나머지 x % y. 부호는 Python처럼 y를 따릅니다.",
            precedence=2,
            convention={
                "en": (
                    "At a jump the slopes are those to its right: 1 for the dividend, minus the rounded-down"
                    " quotient for the divisor, as in PyTorch."
                ),
                "ko": (
                    "값이 뛰는 곳에서는 오른쪽 기울기를 씁니다. 나뉘는 수에는 1, 나누는 수에는 몫을 내림한 수의"
                    " −1배입니다(PyTorch와 같음)."
                ),
            },
        ),
        family="arithmetic",
        array=np.mod,
        scalar=ieee(lambda x, y: x % y, np.mod),
        kink="z == 0",
        defined="y != 0",
        repeats="steps",
        spellings=("np.mod", "np.remainder"),
        tests=Tests(domain={"y": (5.0, 6.0)}),
    ),
    Op(
        "floor_divide(x, y)",
        local={"x": "0", "y": "0"},
        words=Words(
            r"\left\lfloor\frac{{x}}{{y}}\right\rfloor",
            en="Whole part of the quotient, x // y, rounded down. Its gradient is 0.",
            ko="몫의 정수 부분 x // y. 아래로 내립니다. 기울기는 0입니다.",
            convention=FLAT,
        ),
        family="arithmetic",
        array=np.floor_divide,
        scalar=ieee(lambda x, y: x // y, np.floor_divide),
        kink="x == z * y",
        defined="y != 0",
        repeats="steps",
        spellings=("np.floor_divide",),
        tests=Tests(domain={"y": (5.0, 6.0)}),
    ),
    Op(
        "fmod(x, y)",
        local={"x": "1", "y": "-trunc(x / y)"},
        words=Words(
            r"\operatorname{fmod}({x}, {y})",
            en="Remainder with the sign of x, as C has it.",
            ko="나머지. 부호는 C처럼 x를 따릅니다.",
            convention={
                "en": (
                    "At a jump the slopes are 1 for the dividend and minus the truncated quotient for the divisor,"
                    " as in PyTorch."
                ),
                "ko": (
                    "값이 뛰는 곳에서 기울기는 나뉘는 수에 1, 나누는 수에 소수점 아래를 버린 몫의"
                    " −1배입니다(PyTorch와 같음)."
                ),
            },
        ),
        family="arithmetic",
        array=np.fmod,
        scalar=ieee(math.fmod, np.fmod),
        kink="(z == 0) * (x != 0)",
        defined="y != 0",
        repeats="steps",
        spellings=("np.fmod", "math.fmod"),
        tests=Tests(domain={"y": (5.0, 6.0)}),
    ),
    Op(
        "copysign(x, y)",
        local={"x": "copysign(1, x) * copysign(1, y) * (x != 0)", "y": "0"},
        words=Words(
            r"\operatorname{copysign}({x}, {y})",
            en="The size of x with the sign of y.",
            ko="x의 크기에 y의 부호를 붙입니다.",
            convention={
                "en": (
                    "Where the size is 0 the gradient is 0, and where the sign changes so is that of the sign, as in"
                    " PyTorch."
                ),
                "ko": "크기가 0이면 기울기는 0이고, 부호가 바뀌는 곳에서 부호의 기울기도 0입니다(PyTorch와 같음).",
            },
        ),
        array=np.copysign,
        scalar=math.copysign,
        kink="(x == 0) + (y == 0)",
        spellings=("np.copysign", "math.copysign"),
    ),
    Op(
        "heaviside(x, y)",
        local={"x": "0", "y": "x == 0"},
        words=Words(
            r"H({x})",
            en="0 below 0, 1 above, and y at 0: a step.",
            ko="0보다 작으면 0, 크면 1, 0이면 y인 계단 함수.",
            convention=FLAT,
        ),
        array=np.heaviside,
        scalar=lambda x, y: float(np.heaviside(x, y)),
        kink="x == 0",
        spellings=("np.heaviside",),
    ),
    Op(
        "lerp(x, y, weight)",
        definition="x + weight * (y - x)",
        words=Words(
            r"{x} + {weight} ({y} - {x})",
            en="The point between x and y that lies so far on the way, x + weight (y − x).",
            ko="x에서 y까지 weight만큼 간 점, x + weight (y − x).",
            precedence=1,
        ),
    ),
    Op(
        "addcmul(x, y, v)",
        definition="x + value * y * v",
        words=Words(
            r"{x} + {value} {y} {v}",
            en="x + value · y · v, element by element.",
            ko="원소마다 x + value · y · v.",
            precedence=1,
        ),
        options=(Option("value", "number", 1.0),),
    ),
]
