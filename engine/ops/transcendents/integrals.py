"""Exponential integrals, and the zeta function."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import math

import numpy as np

from gradlens.engine.ops.activations import on_number
from gradlens.engine.ops.op import Cost, Op, Option, Tests, Words
from gradlens.engine.ops.special import BERNOULLI, costing, quietly
from gradlens.engine.ops.transcendents.bessel import EULER
from gradlens.engine.values import Array

MOST_TERMS = 400
LARGEST_DERIVATIVE = 20  # of zeta by its exponent
LOWEST = 300.0  # of zeta's second argument
SHIFTED = 12.0  # from here on the sum of zeta is Euler's and Maclaurin's


def integral_fraction(x: Array, n: int) -> Array:
    """exp(x) E_n(x) for x from 1 on: the continued fraction of NIST's Digital Library 8.19.17, by Lentz's method."""
    b = x + n
    c, d = np.full(x.shape, 1e300), 1 / b
    h = d
    for k in range(1, MOST_TERMS):
        a = -k * (n - 1 + k)
        b = b + 2
        d = 1 / (a * d + b)
        c = b + a / c
        change = c * d
        h = h * change
        if not np.any(np.abs(change - 1) > 2e-16):
            break
    return h


def integral_series(x: Array, n: int) -> Array:
    """E_n(x) for x up to 1 and n from 1 on: NIST 8.19.8."""
    total = np.full(x.shape, 1 / (n - 1)) if n > 1 else -np.log(x) - EULER
    factor = np.ones(x.shape)
    harmonic = 0.0
    for k in range(1, 40 + n if n < 60 else 40):
        factor = factor * -x / k
        harmonic += 1 / k
        total = total + (factor * (harmonic - EULER - np.log(x)) if k == n - 1 else -factor / (k - n + 1))
    return total


@quietly
def expn_array(x: Array, n: int) -> Array:
    if n == 0:
        value = np.exp(-x) / x
    else:
        small = np.where((x > 0) & (x <= 1), x, 0.5)
        large = np.where((x > 1) & (x < np.inf), x, 2.0)
        value = np.where(x <= 1, integral_series(small, n), integral_fraction(large, n) * np.exp(-large))
    value = np.where(x == np.inf, 0.0, np.where(x == 0, 1 / (n - 1) if n > 1 else np.inf, value))
    return np.where(x >= 0, value, np.nan)


@quietly
def exp1_array(x: Array) -> Array:
    return expn_array(x, n=1)


@quietly
def expi_array(x: Array) -> Array:
    """Ei: NIST 6.6.2 up to 40, 6.12.2 beyond; below 0 it is -E_1(-x)."""
    near = np.where((x > 0) & (x < 40), x, 1.0)
    term, total = np.ones(x.shape), np.log(near) + EULER
    for k in range(1, 200):
        term = term * near / k
        total = total + term / k
        if not np.any(term > total * 1e-17):
            break
    far = np.where((x >= 40) & (x < np.inf), x, 40.0)
    part, series = np.ones(x.shape), np.ones(x.shape)
    for k in range(1, 41):
        part = part * np.where(k <= far, k / far, 0.0)
        series = series + part
    half = np.exp(far / 2)  # twice: the whole may be beyond the largest float where the quotient is not
    value = np.where(x < 40, total, half / far * series * half)
    value = np.where(x == np.inf, np.inf, np.where(x == 0, -np.inf, value))
    return np.where(x < 0, -exp1_array(-x), np.where(np.isnan(x), np.nan, value))


def times_linear(series: list[Array], value: Array | float) -> list[Array]:
    """A power series in e times (value + e)."""
    return [series[i] * value + (series[i - 1] if i else 0.0) for i in range(len(series))]


def zeta_array(x: Array, q: Array, n: int = 0) -> Array:
    with np.errstate(all="ignore"):
        first, second = np.broadcast_arrays(x, q)
        return zeta_derivative(first, second, n)


def zeta_derivative(x: Array, q: Array, n: int) -> Array:
    """The n-th derivative by x of the sum of (q + k)^-x, k from 0 on: the first terms, then Euler's and Maclaurin's
    formula (NIST 25.11.5), as a power series in what is added to x.
    """
    if n > LARGEST_DERIVATIVE:
        return np.full(x.shape, np.nan)
    # Below 0 the first terms are powers of negative numbers, which only whole exponents have.
    inside = (x > -1) & ((q > 0) | (q > -LOWEST) & (q != np.floor(q)) & (x == np.floor(x)))
    s, a = np.where(inside & (x < 1e4), x, 2.0), np.where(inside, q, 1.0)
    total = np.zeros(x.shape)
    enough = SHIFTED + s  # where the formula's terms shrink; what is summed on the way often dies out before
    for k in range(MOST_TERMS):
        term = np.where(a < enough, a**-s * (-np.log(a)) ** n, 0.0)
        if k > 3 and not np.any(np.abs(term) > 1e-18 * np.abs(total)):  # the first may be 0, of derivatives
            break
        total = total + term
        a = a + (a < enough)
    log = -np.log(a)
    powers = [a**-s * log**i / math.factorial(i) for i in range(n + 1)]  # of a^-(x + e)
    tail = [a / (s - 1) * (-1 / (s - 1)) ** i for i in range(n + 1)]  # a / (x - 1 + e)
    tail[0] = tail[0] + 0.5
    rising = times_linear([np.ones(x.shape), *[np.zeros(x.shape)] * n], s)
    scale = 1 / a
    for j in range(1, len(BERNOULLI) + 1):
        tail = [t + BERNOULLI[j - 1] / math.factorial(2 * j) * r * scale for t, r in zip(tail, rising)]
        rising = times_linear(times_linear(rising, s + 2 * j - 1), s + 2 * j)
        scale = scale / (a * a)
    total = total + math.factorial(n) * sum((powers[i] * tail[n - i] for i in range(n + 1)), start=np.zeros(x.shape))
    far = np.where(q > 1, 0.0, np.where(q == 1, float(n == 0), np.inf))  # x beyond all floats of the sum
    total = np.where(x >= 1e4, np.where(q == 1, far, np.exp(-x * np.log(q)) * (-np.log(q)) ** n), total)
    pole = np.where(x == 1, np.inf * (-1) ** n, total)
    return np.where(inside, pole, np.where((q <= 0) & (q == np.floor(q)) & (x > 1), np.inf, np.nan))


OPS = [
    Op(
        "exp1(x)",
        local={"x": "-exp(-x) / x"},
        words=Words(
            "E_1({x})",
            en="Exponential integral: the integral of exp(−t) / t from x on.",
            ko="지수 적분. exp(−t) / t를 x부터 무한대까지 적분한 값입니다.",
        ),
        array=exp1_array,
        scalar=on_number(exp1_array),
        defined="x > 0",
        spellings=("scipy.special.exp1",),
        cost=Cost(flops=costing(2_000)),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "expi(x)",
        local={"x": "exp(x) / x"},
        words=Words(
            r"\operatorname{Ei}({x})",
            en="Exponential integral: the principal value of the integral of exp(t) / t up to x.",
            ko="지수 적분. exp(t) / t를 음의 무한대부터 x까지 적분한 코시 주요값입니다.",
        ),
        array=expi_array,
        scalar=on_number(expi_array),
        defined="x != 0",
        spellings=("scipy.special.expi",),
        cost=Cost(flops=costing(2_000)),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "expn(x)",
        local={"x": lambda use: "-expn(x, n=before)" if use.options["n"] else "-z * (1 + 1 / x)"},
        words=Words(
            "E_{n}({x})",
            en="Exponential integral of order n: the integral of exp(−x t) / tⁿ from 1 on.",
            ko="n차 지수 적분. exp(−x t) / tⁿ을 t = 1부터 무한대까지 적분한 값입니다.",
        ),
        options=(Option("n", "integer", 1, least=0),),
        statics=lambda use: {"before": use.options["n"] - 1},
        array=expn_array,
        scalar=on_number(expn_array),
        defined="x > 0",
        cost=Cost(flops=costing(2_000)),
        tests=Tests(domain={"x": (0.3, 3.0)}),
    ),
    Op(
        "zeta(x, q=1)",
        local={
            "x": "zeta(x, q, n=after)",
            "q": lambda use: (
                "-x * zeta(x + 1, q, n=n) - n * zeta(x + 1, q, n=before)" if use.options["n"] else "-x * zeta(x + 1, q)"
            ),
        },
        words=Words(
            r"\zeta({x}, {q})",
            en="Hurwitz's zeta function, the sum of 1 / (q + k)ˣ for k = 0, 1, …; n is how often it is derived by x.",
            ko="후르비츠 제타 함수. k = 0, 1, …에 대한 1 / (q + k)ˣ의 합이고, n은 x로 미분한 횟수입니다.",
        ),
        options=(Option("n", "integer", 0, least=0),),
        statics=lambda use: {"before": use.options["n"] - 1, "after": use.options["n"] + 1},
        array=zeta_array,
        scalar=lambda x, q, n=0: float(zeta_array(np.asarray(x), np.asarray(q), n)),
        defined="(x > -1) * (x != 1) * (q > 0)",
        cost=Cost(flops=costing(2_000)),
        tests=Tests(domain={"x": (1.3, 4.0), "q": (0.3, 3.0)}),
    ),
]
