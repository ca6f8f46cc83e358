"""Bessel functions of a whole order, and their modified twins."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gradlens.engine.ops.activations import on_number
from gradlens.engine.ops.op import Cost, Op, Option, Tests, Text, Use, Words
from gradlens.engine.ops.special import costing, quietly
from gradlens.engine.values import Array

FAR = 25.0  # from here on the asymptotic series of the orders 0 and 1 is exact to the last bits
LARGEST_ORDER = 100
EULER = 0.5772156649015329
HALVES = (np.arange(64) + 0.5) * (math.pi / 64)  # of a half turn: what is even is integrated to the last bits
TINY = 1e-280


def hankel_terms(x: Array, n: int, sign: float) -> list[Array]:
    """The terms (±1)^k a_k(n) / x^k of Hankel's expansions (NIST's Digital Library 10.17.1), while they shrink."""
    term = np.ones(x.shape)
    terms = [term]
    for k in range(1, 50):
        factor = (4 * n * n - (2 * k - 1) ** 2) / (8 * k) / x
        term = np.where(np.abs(factor) < 1, term * factor * sign, 0.0)
        terms.append(term)
        if not np.any(np.abs(term) > 1e-18):
            break
    return terms


def waves(x: Array, n: int) -> tuple[Array, Array]:
    """J and Y of order 0 or 1 for x from FAR on, by NIST 10.17.3 and 10.17.4."""
    terms = hankel_terms(x, n, 1.0)
    p = sum(((-1) ** (k // 2) * terms[k] for k in range(0, len(terms), 2)), start=np.zeros(x.shape))
    q = sum(((-1) ** (k // 2) * terms[k] for k in range(1, len(terms), 2)), start=np.zeros(x.shape))
    # Sine and cosine of x - π/4 - nπ/2 from those of x, which are exact however large x is.
    sine, cosine = np.sin(x), np.cos(x)
    c, s = ((cosine + sine), (sine - cosine)) if n == 0 else ((sine - cosine), -(cosine + sine))
    size = 1 / np.sqrt(math.pi * x)
    return size * (p * c - q * s), size * (p * s + q * c)


def first_kind(x: Array, n: int) -> Array:
    """J of order 0 or 1 for x from 0 on: Bessel's integral (NIST 10.9.1) near 0, Hankel's expansion far out."""
    near = np.minimum(x, FAR)
    total = np.zeros(x.shape)
    for angle in HALVES[:32]:
        along = near * math.sin(angle)
        total += np.sin(along) * math.sin(angle) if n else np.cos(along)
    return np.where(x < FAR, total / 32, waves(np.maximum(x, FAR), n)[0])


def falling(x: Array, start: int, modified: bool, *weights: Callable[[int], float]) -> list[Array]:
    """Weighted sums of all orders of J or I, of the latter scaled: Miller's backward recurrence from order `start` down
    (NIST 3.6(iii)), whose scale is the sum that is 1 (10.12.4, 10.35.5).  x: above 0.
    """
    after, here = np.zeros(x.shape), np.full(x.shape, TINY)
    sums = [weight(start) * here for weight in (scale_of(modified), *weights)]
    for k in range(start, 0, -1):
        after, here = here, 2 * k / x * here + (after if modified else -after)
        sums = [total + weight(k - 1) * here for total, weight in zip(sums, (scale_of(modified), *weights))]
        large = np.abs(here) > 1e200
        if np.any(large):
            shrink = np.where(large, 1e-250, 1.0)
            after, here, sums = after * shrink, here * shrink, [total * shrink for total in sums]
    return [total / sums[0] for total in sums[1:]]


def scale_of(modified: bool) -> Callable[[int], float]:
    return lambda k: 1.0 if k == 0 else 2.0 if modified or k % 2 == 0 else 0.0


def only(n: int) -> Callable[[int], float]:
    return lambda k: float(k == n)


def power_series(x: Array, n: int, sign: float) -> Array:
    """J_n or I_n for x from 0 to 1, whose terms have this sign (NIST 10.2.2, 10.25.2)."""
    near = np.where(x <= 1, x, 1.0)
    term = np.exp(n * np.log(near / 2) - math.lgamma(n + 1))
    total = term
    for k in range(1, 15):
        term = term * (sign * near * near / 4 / (k * (k + n)))
        total = total + term
    return total


@quietly
def bessel_j_array(x: Array, n: int) -> Array:
    """J_n: forward recurrence up to the order x, which is stable there, and Miller's above."""
    if n > LARGEST_ORDER:
        return np.full(x.shape, np.nan)
    size = np.abs(x)
    if n < 2:
        value = first_kind(size, n)
    else:
        below, here = first_kind(size, 0), first_kind(size, 1)
        for k in range(1, n):
            below, here = here, 2 * k / size * here - below
        small = np.where((size < n) & (size > 1), size, 1.0)
        found = falling(small, 2 * ((n + 60) // 2), False, only(n))[0]
        value = np.where(size < n, np.where(size > 1, found, power_series(size, n, -1.0)), here)
    value = np.where(size == np.inf, 0.0, np.where(size == 0, float(n == 0), value))
    return np.where(x < 0, (-1) ** n * value, value)


def even_share(k: int) -> float:
    return 0.0 if k % 2 or not k else 4 / k * (-1) ** (k // 2)


def odd_share(k: int) -> float:
    i = k // 2
    return 0.0 if k % 2 == 0 or k == 1 else (-1) ** i * k / (i * (i + 1))


def second_kind(x: Array) -> tuple[Array, Array]:
    """Y of the orders 0 and 1 for x above 0: Neumann's series (NIST 10.8.3, Abramowitz and Stegun 9.1.88) near 0."""
    near = np.where((x < FAR) & (x > 0), x, 1.0)
    j0, j1 = first_kind(near, 0), first_kind(near, 1)
    log = np.log(near / 2)
    y0, y1 = (log + EULER) * j0, (log + EULER - 1) * j1 - j0 / near
    even, odd = falling(np.maximum(near, 1e-2), 80, False, even_share, odd_share)
    y0, y1 = np.where(near > 1e-2, y0 - even, y0), np.where(near > 1e-2, y1 - odd, y1)
    square = near * near / 4  # the series of J_2, J_4 and J_3 where these are small
    y0 = np.where(near > 1e-2, y0, y0 + square - square * square * 3 / 8)
    y1 = np.where(near > 1e-2, y1, y1 + near * square / 8)
    far = waves(np.maximum(x, FAR), 0)[1], waves(np.maximum(x, FAR), 1)[1]
    return np.where(x < FAR, 2 / math.pi * y0, far[0]), np.where(x < FAR, 2 / math.pi * y1, far[1])


def at_ends(x: Array, value: Array, pole: float) -> Array:
    """Of the second kinds: infinite at 0, 0 at infinity, NaN below 0."""
    value = np.where(x == np.inf, 0.0, np.where(x == 0, pole, value))
    return np.where((x >= 0), value, np.nan)


def rising(x: Array, n: int, first: Array, second: Array, modified: bool) -> Array:
    """Forward recurrence, stable for the second kinds."""
    for k in range(1, n):
        first, second = second, 2 * k / x * second + (first if modified else -first)
    return second if n else first


@quietly
def bessel_y_array(x: Array, n: int) -> Array:
    if n > LARGEST_ORDER:
        return np.full(x.shape, np.nan)
    inside = np.where(x > 0, x, 1.0)
    value = rising(inside, n, *second_kind(inside), False)
    return at_ends(x, np.where(np.isnan(value), -np.inf, value), -np.inf)


def scaled_k(x: Array, n: int) -> Array:
    """exp(x) K of order 0 or 1: the integral of exp(-x cosh t) cosh(nt) (NIST 10.32.9), the series near 0 (10.31.2,
    10.25.2), Hankel's far out (10.40.2).
    """
    middle = np.clip(x, 1.0, FAR)
    total = np.full(middle.shape, 0.5)
    for t in np.arange(0.1, 5.0, 0.1):
        total += np.exp(-middle * (math.cosh(t) - 1)) * (math.cosh(t) if n else 1.0)
    square = np.minimum(x, 1.0) ** 2 / 4
    log = np.log(np.minimum(x, 1.0) / 2)
    term, harmonic, near = np.ones(x.shape), 0.0, np.zeros(x.shape)
    for k in range(20):
        if n:
            near = near + term * (log + EULER - harmonic - 1 / (2 * (k + 1)))
        else:
            near = near - term * (log + EULER - harmonic)
        harmonic += 1 / (k + 1)
        term = term * square / ((k + 1) * (k + 1 + n))
    if n:
        near = 1 / np.minimum(x, 1.0) + np.minimum(x, 1.0) / 2 * near
    far = np.maximum(x, FAR)
    beyond = np.sqrt(math.pi / 2 / far) * sum(hankel_terms(far, n, 1.0), np.zeros(x.shape))
    return np.where(x < 1, np.exp(np.minimum(x, 1.0)) * near, np.where(x < FAR, 0.1 * total, beyond))


@quietly
def scaled_bessel_k_array(x: Array, n: int) -> Array:
    if n > LARGEST_ORDER:
        return np.full(x.shape, np.nan)
    inside = np.where(x > 0, x, 1.0)
    return at_ends(x, rising(inside, n, scaled_k(inside, 0), scaled_k(inside, 1), True), np.inf)


@quietly
def bessel_k_array(x: Array, n: int) -> Array:
    return np.where(x == np.inf, 0.0, scaled_bessel_k_array(x, n=n) * np.exp(-x))


@quietly
def scaled_bessel_i_array(x: Array, n: int) -> Array:
    """exp(-|x|) I_n: Miller's recurrence, whose orders add up to exp(x) (NIST 10.35.5), Hankel's far out (10.40.1)."""
    if n > LARGEST_ORDER:
        return np.full(x.shape, np.nan)
    size = np.abs(x)
    edge = max(40.0, 4.0 * n * n)
    near = np.where((size > 1) & (size < edge), size, 1.0)
    found = falling(near, n + 40 + int(math.sqrt(80 * float(np.max(near, initial=1.0)))), True, only(n))[0]
    far = np.maximum(size, edge)
    beyond = sum(hankel_terms(far, n, -1.0), np.zeros(x.shape)) / np.sqrt(2 * math.pi * far)
    first = np.where(size == 0, float(n == 0), power_series(size, n, 1.0) * np.exp(-size))
    value = np.where(size > 1, np.where(size < edge, found, beyond), first)
    value = np.where(np.isnan(size), np.nan, value)
    return np.where(x < 0, (-1) ** n * value, value)


@quietly
def bessel_i_array(x: Array, n: int) -> Array:
    half = np.exp(np.abs(x) / 2)  # twice: the whole may be beyond the largest float where the product is not
    return np.where(
        np.isinf(x), np.inf * np.where(x < 0, (-1.0) ** n, 1.0), scaled_bessel_i_array(x, n=n) * half * half
    )


def neighbours(name: str, first: str, both: str) -> Callable[[Use], str]:
    """The rule from the orders below and above; order 0 has none below.

    Far out the scaled functions of neighbouring orders are equal to the last digit: there the rule is that of the first
    two terms of Hankel's series.
    """

    def rule(use: Use) -> str:
        n = use.options["n"]
        orders = {"below": f"{name}(x, n=before)", "above": f"{name}(x, n=after)"}
        return (both if n else first).format(**orders, far=1e6 * (1 + n * n), second=n * n - 0.25)

    return rule


FOLDED = {
    "en": "At 0 the one of order 0 has slopes 1 and −1; the gradient is 0, as in PyTorch and JAX.",
    "ko": "0차 함수는 0에서 양쪽 기울기가 1과 −1이고, 기울기는 0으로 둡니다(PyTorch, JAX와 같음).",
}


def order_words(symbol: str, en: str, ko: str, convention: Text | None = None) -> Words:
    return Words(
        rf"{symbol}_{{n}}({{x}})",
        en=f"{en}, of the whole order n; NaN above order 100.",
        ko=f"{ko}. n은 0 이상의 정수이고, 100보다 크면 NaN입니다.",
        convention=convention,
    )


def of_order(
    name: str,
    words: Words,
    array: Callable[..., Array],
    rules: tuple[str, str],
    defined: str = "",
    repeats: str = "",
    kink: Callable[[Use], str] | None = None,
) -> Op:
    """One kind.  rules: the derivative of order 0, and of others."""
    return Op(
        f"{name}(x)",
        local={"x": neighbours(name, *rules)},
        words=words,
        options=(Option("n", "integer", 0, least=0),),
        statics=lambda use: {"before": use.options["n"] - 1, "after": use.options["n"] + 1},
        array=array,
        scalar=on_number(array),
        kink=kink,
        defined=defined,
        repeats="wave" if repeats else "",
        cost=Cost(flops=costing(2_000)),
        tests=Tests(domain={"x": (0.3, 4.0)} if defined else {}),
    )


OPS = [
    of_order(
        "bessel_j",
        order_words("J", "Bessel function of the first kind", "제1종 베셀 함수"),
        bessel_j_array,
        ("-{above}", "({below} - {above}) / 2"),
        repeats="wave",
    ),
    of_order(
        "bessel_y",
        order_words("Y", "Bessel function of the second kind", "제2종 베셀 함수"),
        bessel_y_array,
        ("-{above}", "({below} - {above}) / 2"),
        "x > 0",
        "wave",
    ),
    of_order(
        "bessel_i",
        order_words("I", "Modified Bessel function of the first kind", "제1종 변형 베셀 함수"),
        bessel_i_array,
        ("{above}", "({below} + {above}) / 2"),
    ),
    of_order(
        "bessel_k",
        order_words("K", "Modified Bessel function of the second kind", "제2종 변형 베셀 함수"),
        bessel_k_array,
        ("-{above}", "-({below} + {above}) / 2"),
        "x > 0",
    ),
    of_order(
        "scaled_bessel_i",
        order_words(
            r"e^{{-\left|{x}\right|}} I",
            "exp(−|x|) times the modified Bessel function of the first kind",
            "제1종 변형 베셀 함수에 exp(−|x|)를 곱한 값",
            FOLDED,
        ),
        scaled_bessel_i_array,
        (
            "where(abs(x) > {far}, z * ({second} / abs(x) - 1) / (2 * x), {above} - sign(x) * z)",
            "where(abs(x) > {far}, z * ({second} / abs(x) - 1) / (2 * x), ({below} + {above}) / 2 - sign(x) * z)",
        ),
        kink=lambda use: "x != x" if use.options["n"] else "x == 0",
    ),
    of_order(
        "scaled_bessel_k",
        order_words(
            "e^{{{x}}} K",
            "exp(x) times the modified Bessel function of the second kind",
            "제2종 변형 베셀 함수에 exp(x)를 곱한 값",
        ),
        scaled_bessel_k_array,
        (
            "where(x > {far}, -z * (1 + {second} / x) / (2 * x), z - {above})",
            "where(x > {far}, -z * (1 + {second} / x) / (2 * x), z - ({below} + {above}) / 2)",
        ),
        "x > 0",
    ),
]
