"""Derivations of reductions, and of ops that move, choose and repeat elements."""

from __future__ import annotations

from gradlens.engine.deriving.step import (
    CHAIN,
    COPIED,
    LINEAR,
    MOVED,
    RULE,
    SEAM,
    SIMPLIFY,
    STABLE,
    WEIGHTED,
    Derivations,
    Line,
    Steps,
    Text,
    say,
    steps,
)
from gradlens.engine.ops import OPS

ONLY_LARGEST = say(
    "Only the largest element moves the output; the others do not count.",
    "가장 큰 원소만 출력을 바꾸고, 나머지는 영향을 주지 않습니다.",
)
ONLY_SMALLEST = say(
    "Only the smallest element moves the output; the others do not count.",
    "가장 작은 원소만 출력을 바꾸고, 나머지는 영향을 주지 않습니다.",
)
SHARED = say(
    "The same; elements that tie share the gradient equally.",
    "값은 같고, 같은 원소가 여럿이면 기울기를 똑같이 나눕니다.",
)
AS_SUM = say(
    "Put the definition in: the sum over the number of elements.", "정의를 대입합니다: 합을 원소의 수로 나눈 것입니다."
)
OTHERS = say(
    "In the product it stands beside all the others: they are its constant factor.",
    "곱에서 이 원소를 뺀 나머지 모두가 상수배로 곱해집니다.",
)
BOTH_WAYS = say(
    "An element counts by itself, and through the mean that is subtracted everywhere.",
    "원소는 그 자체로, 그리고 모든 편차에서 빼는 평균을 거쳐 영향을 줍니다.",
)
BALANCED = say(
    "Deviations from the mean add up to 0, so the second way adds nothing.",
    "편차의 합은 0이므로 둘째 경로의 기울기는 0입니다.",
)


def order(*orders: float, text: str) -> Line:
    """A line for some orders of a norm; with none, for all others."""
    special = (0, 1, 2, float("inf"), float("-inf"))
    return lambda use: (
        text if (use.options["ord"] in orders or (not orders and use.options["ord"] not in special)) else None
    )


def one(reason: Text, *inputs: str) -> dict[str, Steps]:
    return {name: steps((RULE, reason)) for name in inputs}


def extreme(reason: Text) -> dict[str, Steps]:
    return {"x": steps(("where(x == spread(z, x.shape, axis), spread(g, x.shape, axis), 0)", reason), (RULE, SHARED))}


REDUCTIONS: Derivations = {
    "sum": one(WEIGHTED, "x"),
    "mean": {
        "x": steps(
            ("D(sum(g * (sum(x, axis=axis, keepdims=keepdims) / n)), x)", AS_SUM),
            ("spread(g, x.shape, axis) / n", LINEAR),
            (RULE, SIMPLIFY),
        )
    },
    "max": extreme(ONLY_LARGEST),
    "min": extreme(ONLY_SMALLEST),
    "spread": one(COPIED, "x"),
    "sum_to": one(WEIGHTED, "x"),
    "prod": one(OTHERS, "x"),
    "prod_of_others": one(
        say(
            "Each of these products loses one more factor: the product of all but both, summed over the places.",
            "이 곱마다 인수가 하나 더 빠집니다. 두 원소를 뺀 나머지 원소의 곱을 모든 자리에 대해 더합니다.",
        ),
        "x",
    ),
    "var": {
        "x": steps(
            (
                "D(sum(g * (sum((x - mean(x, axis=axis, keepdims=True)) ** 2, axis=axis, keepdims=keepdims) / n)), x)",
                say(
                    "Put the definition in: the mean squared deviation.", "정의를 대입합니다: 편차의 제곱의 평균입니다."
                ),
            ),
            (
                (
                    "d = spread(g, x.shape, axis) * 2 * (x - mean(x, axis=axis, keepdims=True)) / n\nd - mean(d,"
                    " axis=axis, keepdims=True)"
                ),
                BOTH_WAYS,
            ),
            (RULE, BALANCED),
        )
    },
    "std": {
        "x": steps(
            (
                "D(sum(g * sqrt(var(x, axis=axis, keepdims=keepdims, ddof=ddof))), x)",
                say("Put the definition in: the root of the variance.", "정의를 대입합니다: 분산의 제곱근입니다."),
            ),
            (
                (
                    "s = spread(z, x.shape, axis)\nspread(g, x.shape, axis) / (2 * s) * (2 * (x - mean(x, axis=axis,"
                    " keepdims=True)) / n)"
                ),
                CHAIN,
            ),
            (RULE, SIMPLIFY),
        )
    },
    "root_mean_square": {
        "x": steps(
            (
                "D(sum(g * sqrt(mean(x ** 2, axis=axis, keepdims=keepdims) + eps)), x)",
                say(
                    "Put the definition in: the root of the mean square.", "정의를 대입합니다: 제곱평균의 제곱근입니다."
                ),
            ),
            ("s = spread(z, x.shape, axis)\nspread(g, x.shape, axis) / (2 * s) * (2 * x / n)", CHAIN),
            (RULE, SIMPLIFY),
        )
    },
    "norm": {
        "x": steps(
            (
                order(2, text="D(sum(g * sqrt(sum(x ** 2, axis=axis, keepdims=keepdims))), x)"),
                say(
                    "Put the definition in: the root of the sum of squares.",
                    "정의를 대입합니다: 제곱합의 제곱근입니다.",
                ),
            ),
            (order(2, text="spread(g, x.shape, axis) / (2 * spread(z, x.shape, axis)) * (2 * x)"), CHAIN),
            (
                order(1, text="D(sum(g * sum(abs(x), axis=axis, keepdims=keepdims)), x)"),
                say("Put the definition in: the sum of absolute values.", "정의를 대입합니다: 절댓값의 합입니다."),
            ),
            (
                order(
                    float("inf"),
                    float("-inf"),
                    text="where(abs(x) == spread(z, x.shape, axis), spread(g, x.shape, axis) * sign(x), 0)",
                ),
                say(
                    "Only the element that is the largest (or smallest) in size moves the output.",
                    "크기가 가장 큰(또는 가장 작은) 원소만 출력을 바꿉니다.",
                ),
            ),
            (
                order(text="D(sum(g * sum(abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1 / ord)), x)"),
                say(
                    "Put the definition in: the root of the sum of powers.",
                    "정의를 대입합니다: 거듭제곱의 합의 거듭제곱근입니다.",
                ),
            ),
            (
                order(
                    text=(
                        "spread(g, x.shape, axis) * (1 / ord) * (spread(z, x.shape, axis) ** ord) ** (1 / ord - 1) *"
                        " ord * abs(x) ** (ord - 1) * sign(x)"
                    )
                ),
                CHAIN,
            ),
            (RULE, SEAM),
        )
    },
    "linalg_norm": one(
        say(
            "Without an ord, and of vectors, this is norm. Of a matrix only the rows or columns whose sum of absolute"
            " values wins move the output, each element by its sign.",
            "ord가 없거나 벡터이면 norm과 같습니다. 행렬이면 절댓값의 합이 뽑힌 행이나 열만 출력을 바꾸고, 원소마다"
            " 부호만큼 영향을 줍니다.",
        ),
        "x",
    ),
    "logsumexp": {
        "x": steps(
            ("spread(g, x.shape, axis) * exp(x) / sum(exp(x), axis=axis, keepdims=True)", CHAIN),
            (
                "spread(g, x.shape, axis) * softmax(x, axis=axis)",
                say("The exponentials over their sum are the softmax.", "지수를 그 합으로 나눈 것이 소프트맥스입니다."),
            ),
            (RULE, STABLE),
        )
    },
    "cumsum": one(
        say(
            "An element is in every running sum from its place on, so it receives the sum of their gradients.",
            "원소는 자기 자리부터 뒤의 모든 누적합에 들어가므로, 그 기울기들의 합을 받습니다.",
        ),
        "x",
    ),
    "cumprod": one(
        say(
            "An element is a factor of every running product from its place on; the others are its constant factor"
            " there.",
            "원소는 자기 자리부터 뒤의 모든 누적곱에 들어가고, 그곳의 나머지 인수가 상수배로 곱해집니다.",
        ),
        "x",
    ),
}

REPEATING = ("broadcast_to", "tile", "repeat", "unfold", "take", "take_along_axis", "embedding")
ADDING = ("fold", "index_add", "scatter_add")

MOVING: Derivations = {
    **{
        op.name: one(MOVED, *(op.vjp or op.local))
        for op in OPS.values()
        if op.family in ("shape", "selection") and (op.vjp or op.local)
    },
    **{name: one(COPIED, *OPS[name].vjp) for name in REPEATING},
    **{
        name: one(
            say(
                "Each element was added at one place, and takes the gradient from there.",
                "원소마다 한 자리에 더해졌으므로, 그 자리의 기울기를 가져옵니다.",
            ),
            "x",
        )
        for name in ADDING
    },
    "diff": one(
        say(
            "An element is in two neighbouring differences, once with + and once with −.",
            "원소는 이웃한 두 차에 한 번은 +로, 한 번은 −로 들어갑니다.",
        ),
        "x",
    ),
    "sort": one(
        say(
            "As long as the order stays, sorting only moves the elements: each gradient goes back to where its element"
            " came from.",
            "순서가 바뀌지 않는 한 정렬은 자리만 옮기므로, 기울기는 원소가 온 자리로 되돌아갑니다.",
        ),
        "x",
    ),
    "median": one(
        say(
            "Only the one or two elements in the middle of the order move the output.",
            "순서에서 한가운데 있는 한두 원소만 출력을 바꿉니다.",
        ),
        "x",
    ),
}
