"""Distribution functions that have no elementary formula: of the normal, gamma and beta laws, and their inverses."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gradlens.engine.ops.activations import on_number
from gradlens.engine.ops.op import Cost, Op, Option, Tests, Words
from gradlens.engine.ops.special import costing, erfc_array, lgamma_scalar, quietly
from gradlens.engine.values import Array

MOST_TERMS = 2_000  # of a series or a continued fraction: enough for parameters up to some ten thousands; else NaN
TINY = 1e-300
SETTLED = 2e-15  # a factor so near to 1 changes no more than rounding does


@quietly
def erfcx_array(x: Array) -> Array:
    """exp(x²) erfc(x), by the asymptotic series where erfc is near the smallest float."""
    far = x > 10
    w = 1 / (2 * np.where(far, x, 10.0) ** 2)
    term = np.ones(x.shape)
    total = np.ones(x.shape)
    for k in range(1, 12):
        term = -term * (2 * k - 1) * w
        total = total + term
    near = np.where(far, 0.0, x)
    return np.where(far, total / (np.where(far, x, 10.0) * math.sqrt(math.pi)), np.exp(near * near) * erfc_array(near))


@quietly
def log_ndtr_array(x: Array) -> Array:
    low = x < -1
    deep = np.where(low, x, -1.0)
    middle = np.where(low, 0.0, x)
    upper = np.where(
        middle > 1,
        np.log1p(-erfc_array(np.maximum(middle, 1.0) / math.sqrt(2)) / 2),
        np.log(erfc_array(-middle / math.sqrt(2)) / 2),
    )
    return np.where(low, -deep * deep / 2 + np.log(erfcx_array(-deep / math.sqrt(2)) / 2), upper)


@quietly
def ndtri_array(y: Array) -> Array:
    """The x with Φ(x) = y: Newton's method on log Φ, which is concave, from the left of the root."""
    half = np.minimum(y, 1 - y)
    goal = np.log(np.where((half > 0) & (half <= 0.5), half, 0.5))
    x = -np.sqrt(-2 * goal)
    for _ in range(60):
        log = log_ndtr_array(x)
        slope = np.exp(-x * x / 2 - log) / math.sqrt(2 * math.pi)
        step = (log - goal) / slope
        x = x - step
        if not np.any(np.abs(step) > 1e-15 * np.maximum(np.abs(x), 1)):
            break
    found = np.where(y > 0.5, -x, x)
    found = np.where(half == 0.5, 0.0, found)
    return np.where((y > 0) & (y < 1), found, np.where(y == 0, -np.inf, np.where(y == 1, np.inf, np.nan)))


def gamma_series(a: float, x: Array) -> Array:
    """x^a exp(-x) / Γ(a + 1) (1 + x / (a + 1) + x² / (a + 1)(a + 2) + …), for x below a + 1."""
    term = np.ones(x.shape)
    total = np.ones(x.shape)
    for k in range(1, MOST_TERMS):
        term = term * x / (a + k)
        total = total + term
        if not np.any(term > total * 1e-17):
            break
    total = np.where(term > total * 1e-12, np.nan, total)
    return total * np.exp(a * np.log(x) - x - lgamma_scalar(a + 1))


def gamma_fraction(a: float, x: Array) -> Array:
    """Γ(a, x) / Γ(a) by Lentz's method, for x from a + 1 on (Numerical Recipes 6.2)."""
    b = x + 1 - a
    c = np.full(x.shape, 1 / TINY)
    d = 1 / b
    h = change = d
    for k in range(1, MOST_TERMS):
        n = -k * (k - a)
        b = b + 2
        d = n * d + b
        c = b + n / c
        d = 1 / np.where(np.abs(d) < TINY, TINY, d)
        c = np.where(np.abs(c) < TINY, TINY, c)
        change = c * d
        h = h * change
        if not np.any(np.abs(change - 1) > SETTLED):
            break
    h = np.where(np.abs(change - 1) > 1e-12, np.nan, h)
    return h * np.exp(a * np.log(x) - x - lgamma_scalar(a))


def gamma_part(x: Array, a: float, upper: bool) -> Array:
    if not a > 0 or not math.isfinite(a):
        return np.full(x.shape, np.nan)
    below = x < a + 1
    inside = (x > 0) & np.isfinite(x)
    small = gamma_series(a, np.where(inside & below, x, a / 2))
    large = gamma_fraction(a, np.where(inside & ~below, x, a + 2))
    found = np.where(below, 1 - small, large) if upper else np.where(below, small, 1 - large)
    ends = np.where(x == 0, float(upper), np.where(x == np.inf, float(not upper), np.nan))
    return np.where(inside, found, ends)


@quietly
def gammainc_array(x: Array, a: float) -> Array:
    return gamma_part(x, a, False)


@quietly
def gammaincc_array(x: Array, a: float) -> Array:
    return gamma_part(x, a, True)


def beta_fraction(a: float, b: float, x: Array) -> Array:
    """The continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes 6.4)."""
    c = np.ones(x.shape)
    d = 1 - (a + b) * x / (a + 1)
    d = 1 / np.where(np.abs(d) < TINY, TINY, d)
    h = d
    for k in range(1, MOST_TERMS):
        for n in (
            k * (b - k) * x / ((a - 1 + 2 * k) * (a + 2 * k)),
            -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 1 + 2 * k)),
        ):
            d = 1 + n * d
            c = 1 + n / c
            d = 1 / np.where(np.abs(d) < TINY, TINY, d)
            c = np.where(np.abs(c) < TINY, TINY, c)
            h = h * (c * d)
        if not np.any(np.abs(c * d - 1) > SETTLED):
            break
    return np.where(np.abs(c * d - 1) > 1e-12, np.nan, h)


@quietly
def betainc_array(x: Array, a: float, b: float) -> Array:
    if not (a > 0 and b > 0 and math.isfinite(a) and math.isfinite(b)):
        return np.full(x.shape, np.nan)
    inside = (x > 0) & (x < 1)
    y = np.where(inside, x, 0.5)
    log = lgamma_scalar(a + b) - lgamma_scalar(a) - lgamma_scalar(b)
    front = np.exp(log + a * np.log(y) + b * np.log1p(-y))
    low = y < (a + 1) / (a + b + 2)
    left = front * beta_fraction(a, b, np.where(low, y, 0.5 * (a + 1) / (a + b + 2))) / a
    right = 1 - front * beta_fraction(b, a, np.where(low, 0.5 * (b + 1) / (a + b + 2), 1 - y)) / b
    ends = np.where(x == 0, 0.0, np.where(x == 1, 1.0, np.nan))
    return np.where(inside, np.where(low, left, right), ends)


LEAST = -700.0  # the logarithm of the smallest quantile that is searched
NEAR_ZERO = -40.0  # the logarithm of what is so small that the first term of the series is all


def inverse(
    y: Array, low: Array, high: Array, function: Callable[[Array], Array], slope: Callable[[Array], Array]
) -> Array:
    """The x between low and high with function(x) = y: Newton's steps, halves where these leave what is left.

    Newton's method is that of log(function(x)) = log(y) where y is small: there the logarithm is nearly straight.
    """
    x = (low + high) / 2
    settled = np.zeros(y.shape, dtype=bool)
    for _ in range(100):
        value = function(x)
        error = value - y
        low, high = np.where(error < 0, x, low), np.where(error < 0, high, x)
        moved = x - np.where(y < 0.5, value * np.log(value / y), error) / slope(x)
        moved = np.where((moved > low) & (moved < high), moved, (low + high) / 2)
        moved = np.where(np.isnan(error), np.nan, moved)  # of a sum that does not settle: no number is the quantile
        settled = ~(np.abs(moved - x) > 4e-15 * np.maximum(np.abs(x), 1e-3))
        x = moved
        if np.all(settled):
            break
    return np.where(settled, x, np.nan)


@quietly
def gammaincinv_array(y: Array, a: float) -> Array:
    if not a > 0 or not math.isfinite(a):
        return np.full(y.shape, np.nan)
    inside = (y > 0) & (y < 1)
    goal = np.where(inside, y, 0.5)
    high = np.full(y.shape, a + 1.0)
    while np.any(short := gamma_part(high, a, False) < goal):
        high = np.where(short, 2 * high, high)
    scale = lgamma_scalar(a)
    found = inverse(  # for log x, since of a small a most of the law lies near 0
        goal,
        np.full(y.shape, LEAST),
        np.log(high),
        lambda t: gamma_part(np.exp(t), a, False),
        lambda t: np.exp(a * t - np.exp(t) - scale),
    )
    tiny = (np.log(goal) + lgamma_scalar(a + 1)) / a
    found = np.exp(np.where(tiny < NEAR_ZERO, tiny, found))
    return np.where(inside, found, np.where(y == 0, 0.0, np.where(y == 1, np.inf, np.nan)))


@quietly
def betaincinv_array(y: Array, a: float, b: float) -> Array:
    if not (a > 0 and b > 0 and math.isfinite(a) and math.isfinite(b)):
        return np.full(y.shape, np.nan)
    inside = (y > 0) & (y < 1)
    goal = np.where(inside, y, 0.5)
    middle = float(betainc_array(np.array(0.5), a=a, b=b))
    direct = (goal <= middle) | (goal < 0.1)  # else of 1 - x, whose share 1 - goal is known as well there
    low = small_quantile(np.where(direct, goal, middle / 2), a, b)
    high = 1 - small_quantile(np.where(direct, (1 - middle) / 2, 1 - goal), b, a)
    found = np.where(direct, low, high)
    return np.where(inside, found, np.where((y == 0) | (y == 1), y, np.nan))


def small_quantile(goal: Array, a: float, b: float) -> Array:
    """The x up to which the beta law has `goal`, below 1/2 or of a small share."""
    log = lgamma_scalar(a + b) - lgamma_scalar(a) - lgamma_scalar(b)
    found = inverse(
        goal,
        np.full(goal.shape, LEAST),
        np.zeros(goal.shape),
        lambda t: betainc_array(np.exp(t), a=a, b=b),
        lambda t: np.exp(log + a * t + (b - 1) * np.log1p(-np.exp(t))),
    )
    tiny = (np.log(goal) + math.log(a) - log) / a
    return np.exp(np.where(tiny + math.log(max(b, 1.0)) < NEAR_ZERO, tiny, found))


@quietly
def stdtr_array(x: Array, df: float) -> Array:
    square = x * x
    near = square < df
    # Of each side the argument that is far from 1, where the function is steep.
    middle = betainc_array(np.where(near, square / (df + square), 0.0), a=0.5, b=df / 2) / 2
    tail = betainc_array(np.where(near, 0.5, df / (df + square)), a=df / 2, b=0.5) / 2
    found = np.where(near, 0.5 + np.sign(x) * middle, np.where(x > 0, 1 - tail, tail))
    return np.where(np.isinf(x), np.where(x > 0, 1.0, 0.0), np.where(np.isnan(x) | (not df > 0), np.nan, found))


@quietly
def stdtrit_array(y: Array, df: float) -> Array:
    tail = 2 * np.minimum(y, 1 - y)
    far = tail < 0.5
    w = betaincinv_array(np.where(far, tail, 0.25), a=df / 2, b=0.5)
    v = betaincinv_array(np.where(far, 0.25, 1 - tail), a=0.5, b=df / 2)
    size = np.sqrt(df * np.where(far, (1 - w) / w, v / (1 - v)))
    return np.where((y >= 0) & (y <= 1), np.where(y < 0.5, -size, size), np.nan)


A = Option("a", "number", 1.0)
B = Option("b", "number", 1.0)
GAMMA_DENSITY = "exp(xlogy(a - 1, {x}) - {x} - lgamma(a))"
BETA_DENSITY = "exp(xlogy(a - 1, {x}) + xlogy(b - 1, 1 - {x}) + lgamma(a + b) - lgamma(a) - lgamma(b))"
FAR = "maximum(x, 100) ** -2"

STUDENT_DENSITY = "exp(lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * pi) / 2 - (df + 1) / 2 * log1p({x} ** 2 / df))"

OPS = [
    Op(
        "ndtri(x)",
        local={"x": "sqrt(2 * pi) * exp(z ** 2 / 2)"},
        words=Words(
            r"\Phi^{{-1}}({x})",
            en="Quantile of the standard normal distribution: the inverse of Φ.",
            ko="표준정규분포의 분위수. Φ의 역함수입니다.",
        ),
        array=ndtri_array,
        scalar=on_number(ndtri_array),
        defined="(x > 0) * (x < 1)",
        cost=Cost(flops=costing(2000)),
        tests=Tests(domain={"x": (0.05, 0.95)}),
    ),
    Op(
        "log_ndtr(x)",
        local={"x": "sqrt(2 / pi) / erfcx(-x / sqrt(2))"},
        definition="log(ndtr(x))",
        words=Words(
            r"\log\Phi({x})",
            en="Logarithm of the standard normal distribution function, without underflow.",
            ko="표준정규분포의 누적분포함수의 로그를 언더플로 없이 계산합니다.",
        ),
        array=log_ndtr_array,
        scalar=on_number(log_ndtr_array),
        cost=Cost(flops=costing(200)),
    ),
    Op(
        "erfcx(x)",
        # Of a large x the two terms cancel; then the derivative of the asymptotic series, in 1 / x².
        local={
            "x": (
                "where(x < 100, 2 * x * z - 2 / sqrt(pi), "
                f"-{FAR} * (1 - {FAR} * (3 / 2 - {FAR} * (15 / 4 - 105 / 8 * {FAR}))) / sqrt(pi))"
            )
        },
        definition="exp(x ** 2) * erfc(x)",
        words=Words(
            r"\operatorname{{erfcx}}({x})",
            en="exp(x²) erfc(x), without underflow.",
            ko="exp(x²) erfc(x)를 언더플로 없이 계산합니다.",
        ),
        array=erfcx_array,
        scalar=on_number(erfcx_array),
        cost=Cost(flops=costing(150)),
    ),
    Op(
        "gammainc(x)",
        local={"x": GAMMA_DENSITY.format(x="x")},
        words=Words(
            r"P({a}, {x})",
            en="Regularised lower incomplete gamma function: the gamma distribution of shape a up to x.",
            ko="정칙 하부 불완전 감마 함수. 형상 모수 a인 감마분포에서 x까지의 확률입니다.",
        ),
        options=(A,),
        array=gammainc_array,
        scalar=on_number(gammainc_array),
        defined="x >= 0",
        cost=Cost(flops=costing(5000)),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "gammaincc(x)",
        local={"x": "-" + GAMMA_DENSITY.format(x="x")},
        words=Words(
            r"Q({a}, {x})",
            en="Regularised upper incomplete gamma function: what the gamma distribution of shape a has beyond x.",
            ko="정칙 상부 불완전 감마 함수. 형상 모수 a인 감마분포에서 x를 넘을 확률입니다.",
        ),
        options=(A,),
        array=gammaincc_array,
        scalar=on_number(gammaincc_array),
        defined="x >= 0",
        cost=Cost(flops=costing(5000)),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "gammaincinv(x)",
        local={"x": "1 / " + GAMMA_DENSITY.format(x="z")},
        words=Words(
            r"P^{{-1}}({a}, {x})",
            en="Quantile of the gamma distribution of shape a: the inverse of gammainc.",
            ko="형상 모수 a인 감마분포의 분위수. gammainc의 역함수입니다.",
        ),
        options=(A,),
        array=gammaincinv_array,
        scalar=on_number(gammaincinv_array),
        defined="(x >= 0) * (x < 1)",
        cost=Cost(flops=costing(200_000)),
        tests=Tests(domain={"x": (0.1, 0.9)}),
    ),
    Op(
        "betainc(x)",
        local={"x": BETA_DENSITY.format(x="x")},
        words=Words(
            r"I_{{x}}({a}, {b})",
            en="Regularised incomplete beta function: the beta distribution of shapes a and b up to x.",
            ko="정칙 불완전 베타 함수. 형상 모수 a, b인 베타분포에서 x까지의 확률입니다.",
        ),
        options=(A, B),
        array=betainc_array,
        scalar=on_number(betainc_array),
        defined="(x >= 0) * (x <= 1)",
        cost=Cost(flops=costing(5000)),
        tests=Tests(domain={"x": (0.1, 0.9)}),
    ),
    Op(
        "betaincinv(x)",
        local={"x": "1 / " + BETA_DENSITY.format(x="z")},
        words=Words(
            r"I^{{-1}}_{{x}}({a}, {b})",
            en="Quantile of the beta distribution of shapes a and b: the inverse of betainc.",
            ko="형상 모수 a, b인 베타분포의 분위수. betainc의 역함수입니다.",
        ),
        options=(A, B),
        array=betaincinv_array,
        scalar=on_number(betaincinv_array),
        defined="(x > 0) * (x < 1)",
        cost=Cost(flops=costing(200_000)),
        tests=Tests(domain={"x": (0.1, 0.9)}),
    ),
    Op(
        "stdtr(x)",
        local={"x": STUDENT_DENSITY.format(x="x")},
        words=Words(
            r"T_{{df}}({x})",
            en="Distribution function of Student's t with df degrees of freedom.",
            ko="자유도 df인 스튜던트 t분포의 누적분포함수.",
        ),
        options=(Option("df", "number", 1.0),),
        array=stdtr_array,
        scalar=on_number(stdtr_array),
        cost=Cost(flops=costing(10_000)),
    ),
    Op(
        "stdtrit(x)",
        local={"x": "1 / " + STUDENT_DENSITY.format(x="z")},
        words=Words(
            r"T^{{-1}}_{{df}}({x})",
            en="Quantile of Student's t with df degrees of freedom: the inverse of stdtr.",
            ko="자유도 df인 스튜던트 t분포의 분위수. stdtr의 역함수입니다.",
        ),
        options=(Option("df", "number", 1.0),),
        array=stdtrit_array,
        scalar=on_number(stdtrit_array),
        defined="(x > 0) * (x < 1)",
        cost=Cost(flops=costing(400_000)),
        tests=Tests(domain={"x": (0.1, 0.9)}),
    ),
]
