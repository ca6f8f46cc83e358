"""Derivations of activation functions."""

from __future__ import annotations

from gradlens.engine.deriving.step import (
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
    Steps,
    Text,
    say,
    steps,
)

SIGMOID = say("exp({x}) / (1 + exp({x})) is the sigmoid.", "exp({x}) / (1 + exp({x}))는 시그모이드입니다.")
MIRROR = say(
    "1 − σ({x}) is σ(−{x}), which loses no digits where σ({x}) is next to 1.",
    "1 − σ({x})는 σ(−{x})와 같고, σ({x})가 1에 가까워도 자릿수를 잃지 않습니다.",
)
BOUNDED = say(
    "The same: in the branch that is taken the minimum is {x}. It keeps the other branch from overflowing.",
    "고른 쪽에서 최솟값은 {x} 그대로이므로 값이 같습니다. 고르지 않은 쪽이 넘치지 않게 합니다.",
)
MASK = say("The mask does not depend on {x}: it is a constant factor.", "마스크는 {x} 값과 무관하므로 상수배입니다.")


def pieces(text: str, known: str, last: Text = SEAM) -> dict[str, Steps]:
    return {"x": steps((text, PIECES), (known, KNOWN), (RULE, last))}


ACTIVATIONS: Derivations = {
    "sigmoid": {
        "x": steps(
            ("-D(1 + exp(-x), x) / (1 + exp(-x)) ** 2", QUOTIENT),
            ("exp(-x) / (1 + exp(-x)) ** 2", CHAIN),
            (
                "1 / (1 + exp(-x)) * (exp(-x) / (1 + exp(-x)))",
                say("Split the fraction in two.", "분수를 두 분수의 곱으로 나눕니다."),
            ),
            (
                "1 / (1 + exp(-x)) * (1 - 1 / (1 + exp(-x)))",
                say("exp(−{x}) is (1 + exp(−{x})) − 1.", "exp(−{x}) = (1 + exp(−{x})) − 1입니다."),
            ),
            ("z * (1 - z)", OUTPUT),
            (RULE, MIRROR),
        )
    },
    "relu": pieces("where(x > 0, D(x, x), 0)", "where(x > 0, 1, 0)"),
    "log_sigmoid": {
        "x": steps(
            ("1 / sigmoid(x) * D(sigmoid(x), x)", CHAIN),
            ("1 / sigmoid(x) * (sigmoid(x) * sigmoid(-x))", KNOWN),
            (RULE, SIMPLIFY),
        )
    },
    "leaky_relu": {"x": steps(("where(x > 0, D(x, x), D(slope * x, x))", PIECES), (RULE, KNOWN))},
    "prelu": {
        "x": steps(("where(x > 0, D(x, x), D(a * x, x))", PIECES), (RULE, KNOWN)),
        "a": steps(("where(x > 0, D(x, a), D(a * x, a))", PIECES), (RULE, KNOWN)),
    },
    "elu": pieces("where(x > 0, D(x, x), D(alpha * (exp(x) - 1), x))", "where(x > 0, 1, alpha * exp(x))", BOUNDED),
    "celu": pieces(
        "where(x > 0, D(x, x), D(alpha * (exp(x / alpha) - 1), x))",
        "where(x > 0, 1, alpha * exp(x / alpha) / alpha)",
        BOUNDED,
    ),
    "selu": {
        "x": steps(
            ("1.0507009873554805 * D(elu(x, 1.6732632423543772), x)", LINEAR),
            ("1.0507009873554805 * where(x > 0, 1, 1.6732632423543772 * exp(minimum(x, 0)))", KNOWN),
            (RULE, SIMPLIFY),
        )
    },
    "softplus": {"x": steps(("1 / (1 + exp(x)) * exp(x)", CHAIN), (RULE, SIGMOID))},
    "softsign": {
        "x": steps(
            ("(1 * (1 + abs(x)) - x * D(abs(x), x)) / (1 + abs(x)) ** 2", QUOTIENT),
            ("(1 + abs(x) - x * sign(x)) / (1 + abs(x)) ** 2", KNOWN),
            (RULE, say("{x} times its sign is |{x}|.", "{x} 값에 그 부호를 곱하면 |{x}|입니다.")),
        )
    },
    "silu": {
        "x": steps(
            ("1 * sigmoid(x) + x * D(sigmoid(x), x)", PRODUCT),
            ("sigmoid(x) + x * (sigmoid(x) * sigmoid(-x))", KNOWN),
            (RULE, SIMPLIFY),
        )
    },
    "gelu": {
        "x": steps(
            ("(1 + erf(x / sqrt(2))) / 2 + x * D(erf(x / sqrt(2)), x) / 2", PRODUCT),
            ("(1 + erf(x / sqrt(2))) / 2 + x * (2 / sqrt(pi) * exp(-(x / sqrt(2)) ** 2) / sqrt(2)) / 2", CHAIN),
            ("(1 + erf(x / sqrt(2))) / 2 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)", SIMPLIFY),
            (RULE, STABLE),
        )
    },
    "gelu_tanh": {
        "x": steps(
            (
                (
                    "u = sqrt(2 / pi) * (x + 0.044715 * x ** 3)\n(1 + tanh(u)) / 2 + x * D(tanh(sqrt(2 / pi) * (x +"
                    " 0.044715 * x ** 3)), x) / 2"
                ),
                PRODUCT,
            ),
            (
                (
                    "u = sqrt(2 / pi) * (x + 0.044715 * x ** 3)\n(1 + tanh(u)) / 2 + x * (1 - tanh(u) ** 2) * sqrt(2 /"
                    " pi) * (1 + 3 * 0.044715 * x ** 2) / 2"
                ),
                CHAIN,
            ),
            (
                (
                    "s = sigmoid(sqrt(8 / pi) * (x + 0.044715 * x ** 3))\ns + x * s * (1 - s) * sqrt(8 / pi) * (1 +"
                    " 0.134145 * x ** 2)"
                ),
                say(
                    "(1 + tanh {u}) / 2 is σ(2{u}), and (1 − tanh² {u}) / 2 is 2 σ(2{u}) (1 − σ(2{u})).",
                    "(1 + tanh {u}) / 2 = σ(2{u})이고 (1 − tanh² {u}) / 2 = 2 σ(2{u}) (1 − σ(2{u}))입니다.",
                ),
            ),
            (RULE, STABLE),
        )
    },
    "mish": {
        "x": steps(
            ("tanh(softplus(x)) + x * D(tanh(softplus(x)), x)", PRODUCT),
            ("tanh(softplus(x)) + x * (1 - tanh(softplus(x)) ** 2) * D(softplus(x), x)", CHAIN),
            (RULE, KNOWN),
        )
    },
    "hardsigmoid": {
        "x": steps(("D(clip(x + 3, 0, 6), x) / 6", LINEAR), ("(x + 3 >= 0) * (x + 3 <= 6) / 6", KNOWN), (RULE, SEAM))
    },
    "hardswish": {
        "x": steps(
            ("(clip(x + 3, 0, 6) + x * D(clip(x + 3, 0, 6), x)) / 6", PRODUCT),
            ("(clip(x + 3, 0, 6) + x * ((x + 3 >= 0) * (x + 3 <= 6))) / 6", KNOWN),
            ("where(x <= -3, 0, where(x >= 3, 6, x + 3 + x)) / 6", PIECES),
            (RULE, SIMPLIFY),
        )
    },
    "relu6": {"x": steps(("(x >= 0) * (x <= 6)", KNOWN), (RULE, SEAM))},
    "hardtanh": {"x": steps(("(x >= -1) * (x <= 1)", KNOWN), (RULE, SEAM))},
    "hardshrink": pieces("where(abs(x) > bound, D(x, x), 0)", "where(abs(x) > bound, 1, 0)"),
    "softshrink": pieces(
        "where(x > bound, D(x - bound, x), where(x < -bound, D(x + bound, x), 0))",
        "where(x > bound, 1, where(x < -bound, 1, 0))",
    ),
    "tanhshrink": {"x": steps(("1 - D(tanh(x), x)", LINEAR), ("1 - (1 - tanh(x) ** 2)", KNOWN), (RULE, SIMPLIFY))},
    "threshold": pieces("where(x > threshold, D(x, x), 0)", "where(x > threshold, 1, 0)"),
    "dropout": {"x": steps((RULE, MASK))},
}
