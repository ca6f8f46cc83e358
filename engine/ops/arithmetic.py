"""Operators, comparisons and choices, element by element."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from gradlens.engine.ops import complex_forms
from gradlens.engine.ops.op import Cells, Cost, Op, Tests, Use, Words
from gradlens.engine.ops.scalars import ieee, larger, smaller

POWERS: dict[float | None, Callable[..., Any]] = {
    2: lambda x, y: x * x,
    3: lambda x, y: x * x * x,
    4: lambda x, y: (x * x) * (x * x),
}


def as_mask(compare: Callable[..., Any]) -> Callable[..., Any]:
    """A comparison as the number 0 or 1."""
    return lambda x, y: 1.0 if compare(x, y) else 0.0


def small_power(use: Use) -> Callable[..., Any] | None:
    # On arrays the general power costs as much as 300 products.
    return POWERS.get(use.constants[1])


def pow_statics(use: Use) -> dict[str, Any]:
    n = use.constants[1]
    return {} if n is None else {"n": n, "m": n - 1}


def pow_base_rule(use: Use) -> str:
    match use.constants[1]:
        case None:
            return "where(y == 0, 0, y * x ** (y - 1))"
        case 0:
            return "0"
        case 1:
            return "1"
        case 2:
            return "n * x"
        case _:
            return "n * x ** m"


def chosen(mask: Any, value: Any) -> Any:
    """value where the mask holds, else 0: bit for bit what `where` gives, an infinity and the sign of a 0 included."""
    if not (isinstance(mask, np.ndarray) and mask.dtype == np.bool_):
        return np.where(mask, value, 0.0)
    if not (isinstance(value, np.ndarray) and value.dtype == np.float64):
        return np.where(mask, value, 0.0)
    return np.bitwise_and(value.view(np.int64), np.negative(mask.view(np.int8))).view(np.float64)  # all bits or none


def where(condition: Any, x: Any, y: Any) -> Any:
    """np.where, in half the time where y is 0."""
    if type(y) is float and y == 0 and math.copysign(1, y) > 0 and isinstance(condition, np.ndarray):
        return chosen(condition != 0, x)
    return np.where(condition, x, y)


OPERATORS = [
    Op(
        "identity(x)",
        local={"x": "1"},
        words=Words("{x}", en="The value itself, under a name of its own.", ko="값을 그대로 내보냅니다."),
        array=lambda x: x,
        scalar=lambda x: x,
        complex="analytic",
        cells=Cells("reshaped"),
        cost=Cost(flops=lambda shapes, out: 0),
    ),
    Op(
        "add(x, y)",
        local={"x": "1", "y": "1"},
        words=Words(
            "{x} + {y}",
            en="Sum. The gradient passes unchanged to both.",
            ko="덧셈. 기울기를 두 입력에 그대로 흘려보냅니다.",
            precedence=1,
        ),
        family="arithmetic",
        array=np.add,
        scalar=operator.add,
        complex="analytic",
        spellings=("np.add",),
        cells=Cells("weighted", shares=(1, 1)),
    ),
    Op(
        "sub(x, y)",
        local={"x": "1", "y": "-1"},
        words=Words("{x} - {y}", en="Difference.", ko="뺄셈.", precedence=1),
        family="arithmetic",
        array=np.subtract,
        scalar=operator.sub,
        complex="analytic",
        spellings=("np.subtract",),
        cells=Cells("weighted", shares=(1, -1)),
    ),
    Op(
        "mul(x, y)",
        local={"x": "y", "y": "x"},
        words=Words(
            r"{x} \times {y}",
            en="Product. Each input's gradient is the upstream times the other input.",
            ko="곱셈. 상류에서 온 기울기에 순전파 때의 입력을 서로 바꿔 곱해 보냅니다.",
            precedence=2,
        ),
        family="arithmetic",
        array=np.multiply,
        scalar=operator.mul,
        complex="analytic",
        spellings=("np.multiply",),
        cells=Cells("multiplied"),
    ),
    Op(
        "div(x, y)",
        # -z / y, not -x / y**2: the square would overflow first.
        local={"x": "1 / y", "y": "-z / y"},
        words=Words(
            r"\frac{{x}}{{y}}",
            en="Quotient.",
            ko="나눗셈.",
            precedence=2,
            convention={
                "en": (
                    "Where the divisor is 0 the IEEE results hold: 1/0 is an infinity, 0/0 is NaN, as in PyTorch"
                    " and JAX."
                ),
                "ko": "나누는 수가 0이면 IEEE 규칙을 따릅니다. 1/0은 무한대, 0/0은 NaN입니다(PyTorch, JAX와 같음).",
            },
        ),
        family="arithmetic",
        array=np.true_divide,
        scalar=ieee(operator.truediv, np.true_divide),  # pyright: ignore[reportUnknownMemberType]
        complex="analytic",
        kink="y == 0",
        defined="y != 0",
        spellings=("np.divide", "np.true_divide"),
        tests=Tests(domain={"y": (0.5, 2.0)}),
    ),
    Op(
        "neg(x)",
        local={"x": "-1"},
        words=Words("-{x}", en="The opposite number.", ko="부호를 바꿉니다.", precedence=3),
        family="arithmetic",
        array=np.negative,
        scalar=operator.neg,
        complex="analytic",
        spellings=("np.negative",),
        cells=Cells("weighted", shares=(-1,)),
    ),
    Op(
        "pow(x, y)",
        local={"x": pow_base_rule, "y": "where((x == 0) * (y >= 0), 0, z * log(x))"},
        words=Words(
            "{x}^{{y}}",
            en="x to the power y.",
            ko="x의 y제곱.",
            precedence=4,
            convention={
                "en": (
                    "At base 0: by the base the derivative is 0 for the exponent 0, and by an exponent of at least"
                    " 0 it is 0, as in PyTorch."
                ),
                "ko": (
                    "밑이 0일 때 지수가 0이면 밑에 대한 도함수는 0이고, 지수가 0 이상이면 지수에 대한 도함수도 0으로"
                    " 둡니다(PyTorch와 같음)."
                ),
            },
        ),
        family="arithmetic",
        statics=pow_statics,
        numbers=("y",),
        array=np.power,
        scalar=ieee(math.pow, np.power),
        specialize=small_power,
        complex="analytic",
        kink="(x == 0) * (y < 1)",
        defined="(x > 0) + (x == 0) * (y >= 0) + (x != 0) * (y == floor(y))",
        spellings=("np.power", "math.pow"),
        tests=Tests(domain={"x": (0.3, 2.0)}),
    ),
    Op(
        "maximum(x, y)",
        local={"x": "(x > y) + (x == y) / 2", "y": "(y > x) + (x == y) / 2"},
        words=Words(
            r"\max({x}, {y})",
            en="The larger of two, element by element.",
            ko="원소마다 둘 중 큰 값.",
            convention={
                "en": (
                    "At a tie each input gets half, as in PyTorch and JAX. So maximum with 0 has slope 1/2 at 0"
                    " where relu has 0."
                ),
                "ko": (
                    "두 값이 같으면 절반씩 나눕니다(PyTorch, JAX와 같음). 그래서 0에서 0과의 maximum의 기울기는"
                    " 1/2, relu의 기울기는 0입니다."
                ),
            },
        ),
        array=np.maximum,
        scalar=larger,
        complex=complex_forms.maximum,
        kink="x == y",
        gates=True,
        spellings=("np.maximum",),
    ),
    Op(
        "minimum(x, y)",
        local={"x": "(x < y) + (x == y) / 2", "y": "(y < x) + (x == y) / 2"},
        words=Words(
            r"\min({x}, {y})",
            en="The smaller of two, element by element.",
            ko="원소마다 둘 중 작은 값.",
            convention={
                "en": "At a tie each input gets half, as in PyTorch and JAX.",
                "ko": "두 값이 같으면 절반씩 나눕니다(PyTorch, JAX와 같음).",
            },
        ),
        array=np.minimum,
        scalar=smaller,
        complex=complex_forms.minimum,
        kink="x == y",
        gates=True,
        spellings=("np.minimum",),
    ),
    Op(
        "where(condition, x, y)",
        local={"x": "condition != 0", "y": "condition == 0"},
        words=Words(
            r"\begin{cases}{x}&{condition}\\{y}&\text{else}\end{cases}",
            en="x where the condition is not 0, else y.",
            ko="조건이 0이 아니면 x, 0이면 y.",
        ),
        array=where,
        scalar=lambda condition, x, y: x if condition else y,
        complex=complex_forms.where,
        gates=True,
        spellings=("np.where",),
    ),
]

COMPARISONS = [
    ("gt", ">", ">", np.greater, operator.gt),
    ("ge", ">=", r"\ge", np.greater_equal, operator.ge),
    ("lt", "<", "<", np.less, operator.lt),
    ("le", "<=", r"\le", np.less_equal, operator.le),
    ("eq", "==", "=", np.equal, operator.eq),
    ("ne", "!=", r"\ne", np.not_equal, operator.ne),
]


def array_mask(ufunc: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, y: ufunc(x, y).astype(np.float64)


OPS = [
    *OPERATORS,
    *[
        Op(
            f"{name}(x, y)",
            words=Words(
                f"[{{x}} {latex} {{y}}]",
                en=f"1 where x {symbol} y, else 0. It passes no gradient on.",
                ko=f"x {symbol} y이면 1, 아니면 0. 기울기를 보내지 않습니다.",
            ),
            family="comparison",
            array=array_mask(ufunc),
            scalar=as_mask(compare),
            complex="flat",
            spellings=(f"np.{ufunc.__name__}",),
        )
        for name, symbol, latex, ufunc, compare in COMPARISONS
    ],
    Op(
        "logical_and(x, y)",
        words=Words(
            r"{x} \land {y}",
            en="1 where neither is 0, else 0: x & y. It passes no gradient on.",
            ko="둘 다 0이 아니면 1, 아니면 0. x & y와 같습니다. 기울기를 보내지 않습니다.",
            precedence=1,
        ),
        family="comparison",
        array=array_mask(np.logical_and),
        scalar=as_mask(lambda x, y: x != 0 and y != 0),
        spellings=("np.logical_and",),
    ),
    Op(
        "logical_or(x, y)",
        words=Words(
            r"{x} \lor {y}",
            en="0 where both are 0, else 1: x | y. It passes no gradient on.",
            ko="둘 다 0이면 0, 아니면 1. x | y와 같습니다. 기울기를 보내지 않습니다.",
            precedence=1,
        ),
        family="comparison",
        array=array_mask(np.logical_or),
        scalar=as_mask(lambda x, y: x != 0 or y != 0),
        spellings=("np.logical_or",),
    ),
    Op(
        "logical_not(x)",
        words=Words(
            r"\lnot {x}",
            en="1 where x is 0, else 0: ~x. It passes no gradient on.",
            ko="x가 0이면 1, 아니면 0. ~x와 같습니다. 기울기를 보내지 않습니다.",
            precedence=2,
        ),
        family="comparison",
        array=lambda x: np.logical_not(x).astype(np.float64),
        scalar=lambda x: float(x == 0),
        spellings=("np.logical_not",),
    ),
]
