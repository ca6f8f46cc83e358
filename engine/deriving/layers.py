"""Derivations of softmax, normalisations, attention, losses, convolution and pooling."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gradlens.engine.deriving.step import (
    BATCH,
    CHAIN,
    KNOWN,
    LINEAR,
    OUTPUT,
    PIECES,
    PRODUCT,
    QUOTIENT,
    RULE,
    SEAM,
    SIMPLIFY,
    STABLE,
    Derivations,
    say,
    steps,
)
from gradlens.engine.ops import Use
from gradlens.engine.shapes import broadcast

SHIFT = say(
    "The exponential of the maximum that is subtracted is a factor above and below, and cancels.",
    "빼 준 최댓값의 지수는 분자와 분모에 똑같이 곱해져 있으므로 약분됩니다.",
)
JACOBIAN = say(
    "The Jacobian: ∂{z}ᵢ/∂{x}ⱼ is {z}ᵢ(1 − {z}ᵢ) where i = j, and −{z}ᵢ {z}ⱼ elsewhere.",
    "야코비 행렬: ∂{z}ᵢ/∂{x}ⱼ는 i = j이면 {z}ᵢ(1 − {z}ᵢ), 아니면 −{z}ᵢ {z}ⱼ입니다.",
)
THREE_WAYS = say(
    "Three ways lead from an element to the output: directly, through the mean, and through the variance.",
    "원소는 세 경로로 출력에 영향을 줍니다. 직접 가는 경로, 평균을 거치는 경로, 분산을 거치는 경로입니다.",
)
TWO_WAYS = say(
    "Two ways lead from an element to the output: directly, and through the mean square.",
    "원소는 두 경로로 출력에 영향을 줍니다. 직접 가는 경로와 제곱평균을 거치는 경로입니다.",
)
IN_OUTPUT = say(
    "Deviation over standard deviation is the normalised value.", "편차를 표준편차로 나눈 것이 정규화된 값입니다."
)
LINEAR_IN_TARGET = say("The loss is linear in the target.", "손실은 정답에 대해 선형입니다.")
LENGTH = say(
    "Quotient rule; the length changes by the direction of {input}. Where it is below {eps}, the divisor is constant.",
    "몫의 미분법입니다. 길이는 {input}의 방향으로 변하고, 길이가 {eps} 값보다 짧으면 나누는 수는 상수입니다.",
)

SOFTMAX_PLAIN = "D(sum(g * (exp(x) / sum(exp(x), axis=axis, keepdims=True))), x)"


def rank_one(text: str) -> Callable[[Use], str | None]:
    """A line that speaks of vectors alone."""
    return lambda use: text if len(use.shapes[0]) == 1 else None


def cut(text: str) -> Callable[[Use], str]:
    """A line about the two halves of x along the axis."""

    def line(use: Use) -> str:
        axis: int = use.options["axis"] % len(use.shapes[0])
        before, half = ":, " * axis, use.shapes[0][axis] // 2
        return f"a = x[{before}:{half}]\nb = x[{before}{half}:]\n{text}"

    return line


SOFTMAXES: Derivations = {
    "softmax": {
        "x": steps(
            (SOFTMAX_PLAIN, SHIFT),
            (
                (
                    "e = exp(x)\ns = sum(e, axis=axis, keepdims=True)\ng * e / s - e * sum(g * e, axis=axis,"
                    " keepdims=True) / s ** 2"
                ),
                QUOTIENT,
            ),
            ("g * z - z * sum(g * z, axis=axis, keepdims=True)", OUTPUT),
            (rank_one('einsum("i,ij->j", g, diag(z) - outer(z, z))'), JACOBIAN),
            (RULE, say("Take the common factor {z} out.", "공통인수({z})로 묶어 냅니다.")),
        )
    },
    "log_softmax": {
        "x": steps(
            (
                "D(sum(g * (x - logsumexp(x, axis=axis, keepdims=True))), x)",
                say(
                    "The logarithm of the quotient is {x} minus the logarithm of the sum.",
                    "몫의 로그는 {x}에서 합의 로그를 뺀 것입니다.",
                ),
            ),
            (RULE, say("The derivative of logsumexp is the softmax.", "logsumexp의 도함수는 소프트맥스입니다.")),
        )
    },
    "softmin": {
        "x": steps(
            (
                "-(z * (g - sum(g * z, axis=axis, keepdims=True)))",
                say(
                    "Chain rule: the rule of the softmax at −{x}, times −1.",
                    "연쇄 법칙: −{x}에서 소프트맥스의 규칙을 쓰고 −1을 곱합니다.",
                ),
            ),
            ("z * (sum(g * z, axis=axis, keepdims=True) - g)", SIMPLIFY),
        )
    },
    "attention": {
        "v": steps(
            (
                "a = softmax(q @ swapaxes(k, -1, -2) / sqrt(k.shape[-1]))\nswapaxes(a, -1, -2) @ g",
                say(
                    "The output is {a} {v}: the rule of the matrix product.",
                    "출력은 {a} {v}입니다. 행렬 곱의 규칙을 씁니다.",
                ),
            )
        ),
        "q": steps(
            (
                (
                    "a = softmax(q @ swapaxes(k, -1, -2) / sqrt(k.shape[-1]))\nb = g @ swapaxes(v, -1, -2)\ns = a * (b"
                    " - sum(b * a, axis=-1, keepdims=True))\ns @ k / sqrt(k.shape[-1])"
                ),
                say(
                    "Back through {a} {v}, the softmax, and the scaled {q} {k}ᵀ.",
                    "{a} {v}, 소프트맥스, 배율을 곱한 {q} {k}ᵀ의 차례로 거슬러 갑니다.",
                ),
            ),
        ),
        "k": steps(
            (
                (
                    "a = softmax(q @ swapaxes(k, -1, -2) / sqrt(k.shape[-1]))\nb = g @ swapaxes(v, -1, -2)\ns = a * (b"
                    " - sum(b * a, axis=-1, keepdims=True))\nswapaxes(s, -1, -2) @ q / sqrt(k.shape[-1])"
                ),
                say(
                    "Back through {a} {v}, the softmax, and the scaled {q} {k}ᵀ.",
                    "{a} {v}, 소프트맥스, 배율을 곱한 {q} {k}ᵀ의 차례로 거슬러 갑니다.",
                ),
            ),
        ),
    },
}


def cosine_slope(name: str, other: str, use: Use) -> str:
    """The gradient of the cosine by one of its vectors, summed where that was stretched."""
    shape = broadcast("cosine_similarity", use.shapes)
    own, beside = (f"broadcast_to({v}, {shape})" if use.shapes["xy".index(v)] != shape else v for v in (name, other))
    slope = (
        f"expand_dims(g, axis) * ({other} / (n * m) - (n > eps) * sum(x * y, axis=axis, keepdims=True) * {name} / (n **"
        " 3 * m))"
    )
    lengths = (
        f"n = maximum(norm({own}, axis=axis, keepdims=True), eps)\nm = maximum(norm({beside}, axis=axis,"
        " keepdims=True), eps)\n"
    )
    return lengths + (slope if own == name else f"sum_to({slope}, {name}.shape)")


NORMALISATIONS: Derivations = {
    "layer_norm": {
        "x": steps(
            (
                (
                    "c = x - mean(x, axis=-1, keepdims=True)\ns = sqrt(var(x, axis=-1, keepdims=True) + eps)\ng / s -"
                    " mean(g / s, axis=-1, keepdims=True) - c * mean(g * c, axis=-1, keepdims=True) / s ** 3"
                ),
                THREE_WAYS,
            ),
            (RULE, IN_OUTPUT),
        )
    },
    "rms_norm": {
        "x": steps(
            (
                (
                    "r = sqrt(mean(x ** 2, axis=-1, keepdims=True) + eps)\ng / r - x * mean(g * x, axis=-1,"
                    " keepdims=True) / r ** 3"
                ),
                TWO_WAYS,
            ),
            (RULE, OUTPUT),
        )
    },
    "batch_norm": {
        "x": steps(
            (
                (
                    "c = x - mean(x, axis=0)\ns = sqrt(var(x, axis=0) + eps)\nd = g * gamma\nd / s - mean(d / s,"
                    " axis=0) - c * mean(d * c, axis=0) / s ** 3"
                ),
                THREE_WAYS,
            ),
            (RULE, IN_OUTPUT),
        ),
        "gamma": steps(
            (
                "sum_to(g * ((x - mean(x, axis=0)) / sqrt(var(x, axis=0) + eps)), gamma.shape)",
                say(
                    "It multiplies the normalised value in every row, so the contributions of all rows are summed.",
                    "모든 행에서 정규화된 값에 곱해지므로 모든 행에서 온 기울기를 더합니다.",
                ),
            ),
            (RULE, SIMPLIFY),
        ),
        "beta": steps(("sum_to(g, beta.shape)", BATCH), (RULE, SIMPLIFY)),
    },
    "normalize": {
        "x": steps(
            (
                (
                    "n = norm(x, ord=ord, axis=axis, keepdims=True)\nm = maximum(n, eps)\ng / m - (n > eps) * sum(g"
                    " * x, axis=axis, keepdims=True) / m ** 2 * sign(x) * (abs(x) / m) ** (ord - 1)"
                ),
                LENGTH,
            )
        )
    },
    "cosine_similarity": {
        name: steps((partial(cosine_slope, name, other), LENGTH)) for name, other in (("x", "y"), ("y", "x"))
    },
    "glu": {
        "x": steps(
            (
                cut("concat([g * sigmoid(b), g * a * sigmoid(b) * sigmoid(-b)], axis=axis)"),
                say(
                    "Product rule, for the half that is passed and for the half that is the gate.",
                    "곱의 미분법을 통과하는 절반과 게이트인 절반에 각각 씁니다.",
                ),
            )
        )
    },
}

LOSSES: Derivations = {
    "softmax_cross_entropy": {
        "x": steps(
            (
                "D(-g / n * sum(t * log_softmax(x)), x)",
                say("The logarithm of the softmax is log_softmax.", "소프트맥스의 로그는 log_softmax입니다."),
            ),
            ("-g / n * (t - softmax(x) * sum(t, axis=-1, keepdims=True))", KNOWN),
            (
                RULE,
                say(
                    "Turn the sign round. For targets that add up to 1 this is (softmax({x}) − {t}) / {n} times the"
                    " upstream gradient.",
                    "부호를 정리합니다. 정답의 합이 1이면 (softmax({x}) − {t}) / {n}에 상류에서 온 기울기를 곱한"
                    " 것입니다.",
                ),
            ),
        ),
        "t": steps(("-g / n * log(softmax(x))", LINEAR_IN_TARGET), (RULE, STABLE)),
    },
    "cross_entropy": {
        "y": steps(("-g / n * (t * (1 / y))", CHAIN), (RULE, SEAM)),
        "t": steps((RULE, LINEAR_IN_TARGET)),
    },
    "binary_cross_entropy": {
        "y": steps(
            ("-g / n * (t * (1 / y) + (1 - t) * (-1 / (1 - y)))", CHAIN),
            ("g / n * ((1 - t) / (1 - y) - t / y)", SIMPLIFY),
            (RULE, SEAM),
        ),
        "t": steps(("-g / n * (log(y) - log(1 - y))", LINEAR_IN_TARGET), (RULE, SIMPLIFY)),
    },
    "sigmoid_cross_entropy": {
        "x": steps(
            ("y = sigmoid(x)\ng / n * ((1 - t) / (1 - y) - t / y) * D(sigmoid(x), x)", CHAIN),
            ("y = sigmoid(x)\ng / n * ((1 - t) / (1 - y) - t / y) * (y * (1 - y))", KNOWN),
            ("y = sigmoid(x)\ng / n * ((1 - t) * y - t * (1 - y))", SIMPLIFY),
            (
                RULE,
                say(
                    "The products of {t} and {y} cancel: what is left is ({y} − {t}) / {n} times the upstream"
                    " gradient.",
                    "{t}·{y} 항이 서로 지워지고, ({y} − {t}) / {n}에 상류에서 온 기울기를 곱한 것만 남습니다.",
                ),
            ),
        ),
        "t": steps(
            ("y = sigmoid(x)\n-g / n * (log(y) - log(1 - y))", LINEAR_IN_TARGET),
            (
                RULE,
                say(
                    "log({y} / (1 − {y})) is {x}, for {y} = σ({x}).",
                    "{y} = σ({x})이면 log({y} / (1 − {y})) = {x}입니다.",
                ),
            ),
        ),
    },
    "mse": {
        "y": steps(("g / n * (2 * (y - t) * 1)", CHAIN), (RULE, SIMPLIFY)),
        "t": steps(("g / n * (2 * (y - t) * -1)", CHAIN), (RULE, SIMPLIFY)),
    },
    "mae": {
        "y": steps(("g / n * (sign(y - t) * 1)", CHAIN), (RULE, SIMPLIFY)),
        "t": steps(("g / n * (sign(y - t) * -1)", CHAIN), (RULE, SIMPLIFY)),
    },
    "huber": {
        "y": steps(
            ("d = y - t\ng / n * where(abs(d) <= delta, d, delta * sign(d))", PIECES),
            (RULE, say("That is the error, cut off at {delta}.", "오차를 {delta}에서 자른 것입니다.")),
        ),
        "t": steps(
            ("d = y - t\n-g / n * where(abs(d) <= delta, d, delta * sign(d))", PIECES),
            (RULE, say("That is the error, cut off at {delta}.", "오차를 {delta}에서 자른 것입니다.")),
        ),
    },
    "smooth_l1": {
        "y": steps(("d = y - t\ng / n * where(abs(d) < beta, 2 * d / (2 * beta), sign(d))", PIECES), (RULE, SIMPLIFY)),
        "t": steps(("d = y - t\n-g / n * where(abs(d) < beta, 2 * d / (2 * beta), sign(d))", PIECES), (RULE, SIMPLIFY)),
    },
    "hinge": {
        "y": steps(("g / n * ((1 - t * y > 0) * -t)", CHAIN), (RULE, SIMPLIFY)),
        "t": steps(("g / n * ((1 - t * y > 0) * -y)", CHAIN), (RULE, SIMPLIFY)),
    },
    "kl_div": {
        "p": steps(("g * (log(p / q) + p * (1 / p))", PRODUCT), (RULE, SIMPLIFY)),
        "q": steps(("g * (p * (-1 / q))", CHAIN), (RULE, SEAM)),
    },
    "entropy": {"p": steps(("-g * (log(p) + p * (1 / p))", PRODUCT), (RULE, SIMPLIFY))},
    "nll_loss": {"x": steps((RULE, LINEAR)), "t": steps((RULE, LINEAR_IN_TARGET))},
}

AS_MATRICES = "W.shape[0], W.shape[1] * W.shape[2] * W.shape[3]"
UPSTREAM = "u = reshape(g, (g.shape[0], g.shape[1], g.shape[2] * g.shape[3]))\n"
PLANES = "reshape(x, (x.shape[0] * x.shape[1], 1, x.shape[2], x.shape[3]))"
WINDOWS = "reshape(g, (g.shape[0] * g.shape[1], 1, g.shape[2] * g.shape[3]))"
BACK_INTO_IMAGE = say(
    "Back through the matrix product with the windows; then every window's share is added at its place in the image.",
    "창을 열로 놓은 행렬 곱을 거슬러 간 뒤, 창마다 받은 기울기를 이미지의 제자리에 더합니다.",
)
WINDOW_PRODUCT = say(
    "The filter multiplies the windows: upstream times windows transposed, summed over the batch.",
    "필터는 창에 곱해지므로, 상류에서 온 기울기에 창의 전치를 곱하여 배치에 대해 더합니다.",
)


def plain(text: str) -> Callable[[Use], str | None]:
    """A line for stride 1."""
    return lambda use: text if use.options["stride"] in (1, (1, 1)) else None


IMAGES: Derivations = {
    "conv2d": {
        "x": steps(
            (
                (
                    f"w = reshape(W, ({AS_MATRICES}))\n{UPSTREAM}fold(w.T @ u, x.shape, (W.shape[2], W.shape[3]),"
                    " stride, padding)"
                ),
                BACK_INTO_IMAGE,
            ),
            (
                lambda use: (
                    "conv2d(g, flip(swapaxes(W, 0, 1), (2, 3)), 1, (W.shape[2] - 1, W.shape[3] - 1))"
                    if use.options == {"stride": (1, 1), "padding": (0, 0)}
                    else None
                ),
                say(
                    "For stride 1 it is a correlation again: of the upstream with the filter turned by 180°.",
                    "스트라이드가 1이면 다시 상호상관입니다: 상류에서 온 기울기와 180° 돌린 필터의 상호상관입니다.",
                ),
            ),
        ),
        "W": steps(
            (
                (
                    f"{UPSTREAM}reshape(sum(u @ swapaxes(unfold(x, (W.shape[2], W.shape[3]), stride, padding), -1, -2),"
                    " axis=0), W.shape)"
                ),
                WINDOW_PRODUCT,
            ),
            (
                plain("swapaxes(conv2d(swapaxes(x, 0, 1), swapaxes(g, 0, 1), 1, padding), 0, 1)"),
                say(
                    "For stride 1 it is a correlation again: of the image with the upstream.",
                    "스트라이드가 1이면 다시 상호상관입니다: 이미지와 상류에서 온 기울기의 상호상관입니다.",
                ),
            ),
        ),
    },
    "conv1d": {
        "x": steps(
            (
                (
                    "w = reshape(W, (W.shape[0], W.shape[1] * W.shape[2]))\nreshape(fold(w.T @ g, (x.shape[0],"
                    " x.shape[1], 1, x.shape[2]), (1, W.shape[2]), (1, stride), (0, padding)), x.shape)"
                ),
                BACK_INTO_IMAGE,
            )
        ),
        "W": steps(
            (
                (
                    "i = reshape(x, (x.shape[0], x.shape[1], 1, x.shape[2]))\nreshape(sum(g @ swapaxes(unfold(i, (1,"
                    " W.shape[2]), (1, stride), (0, padding)), -1, -2), axis=0), W.shape)"
                ),
                WINDOW_PRODUCT,
            ),
            (
                plain("swapaxes(conv1d(swapaxes(x, 0, 1), swapaxes(g, 0, 1), 1, padding), 0, 1)"),
                say(
                    "For stride 1 it is a correlation again: of the signal with the upstream.",
                    "스트라이드가 1이면 다시 상호상관입니다: 신호와 상류에서 온 기울기의 상호상관입니다.",
                ),
            ),
        ),
    },
    "max_pool2d": {
        "x": steps(
            (
                (
                    f"u = unfold({PLANES}, size, stride, padding)\nreshape(fold(first_winner(u, axis=1) * {WINDOWS},"
                    " (x.shape[0] * x.shape[1], 1, x.shape[2], x.shape[3]), size, stride, padding), x.shape)"
                ),
                say(
                    "Only the winner of a window moves its maximum, the first one at a tie; an element that wins"
                    " several windows receives the sum.",
                    "창에서 가장 큰 원소(같으면 첫째)만 최댓값을 바꿉니다. 여러 창에서 가장 큰 원소는 그 합을"
                    " 받습니다.",
                ),
            )
        )
    },
    "avg_pool2d": {
        "x": steps(
            (
                (
                    f"u = unfold({PLANES}, size, stride, padding)\nreshape(fold((0 * u + 1 / u.shape[1]) * {WINDOWS},"
                    " (x.shape[0] * x.shape[1], 1, x.shape[2], x.shape[3]), size, stride, padding), x.shape)"
                ),
                say(
                    "Every element of a window has an equal share of its mean; an element of several windows"
                    " receives the sum.",
                    "창의 원소는 모두 같은 몫으로 평균에 들어갑니다. 여러 창에 든 원소는 그 기울기를 모두 더합니다.",
                ),
            )
        )
    },
}
