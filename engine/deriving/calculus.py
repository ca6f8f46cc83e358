"""Derivations of arithmetic and of the functions of a calculus text."""

from __future__ import annotations

from gradlens.engine.deriving.step import (
    CHAIN,
    FLAT,
    INVERSE,
    KNOWN,
    LIMIT,
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
    Line,
    Steps,
    Text,
    say,
    steps,
)
from gradlens.engine.ops import Use

CANCEL = say("{h} cancels in numerator and denominator.", "분자와 분모의 {h}가 약분됩니다.")
GOES = say("As {h} goes to 0.", "{h}가 0으로 갈 때의 값입니다.")
COMMON = say("Bring both fractions to a common denominator; {h} cancels.", "두 분수를 통분하면 {h}가 약분됩니다.")
ADDITION = say("Addition theorem.", "덧셈정리를 씁니다.")
CIRCLE = say(
    "sin {h} / {h} goes to 1 and (cos {h} − 1) / {h} to 0.", "sin {h} / {h}는 1로, (cos {h} − 1) / {h}는 0으로 갑니다."
)
AS_POWER = say(
    "Write the power with base e: {x}^{y} = exp({y} log {x}).", "밑을 e로 바꿉니다: {x}^{y} = exp({y} log {x})."
)
AS_EXP = say("Write it with the exponential function.", "지수함수로 나타냅니다.")
AS_LOG = say("Write it with the natural logarithm.", "자연로그로 나타냅니다.")
AS_QUOTIENT = say("Write it as a quotient.", "몫으로 나타냅니다.")
PYTHAGORAS = say("sin² + cos² = 1.", "sin² + cos² = 1을 씁니다.")
HYPERBOLA = say("cosh² − sinh² = 1.", "cosh² − sinh² = 1을 씁니다.")
BACK = say("The function of the output is the input.", "출력에 원래 함수를 적용하면 입력이 됩니다.")
STEP_HELD = say(
    "The whole number of times that {y} is taken away does not change between the jumps.",
    "값이 뛰는 곳 사이에서는 {y} 값을 빼는 횟수(정수)가 변하지 않습니다.",
)
LEFT_OVER = say(
    "A remainder is what is left when {y} is taken away a whole number of times.",
    "나머지는 {y} 값을 정수 번 빼고 남은 값입니다.",
)
PYTHAGOREAN = say("Pythagoras' theorem.", "피타고라스 정리입니다.")
ANGLE = say(
    "The angle is atan({y} / {x}) up to a constant, which has no slope.",
    "각은 atan({y} / {x})와 상수만큼만 다르고, 상수의 도함수는 0입니다.",
)
TURN = say("A whole turn is 360 degrees and 2π radians.", "한 바퀴는 360도이고 2π 라디안입니다.")
NOT_ZERO = say("Away from {x} = 0 it is {x} times log {y}.", "{x} = 0이 아닌 곳에서는 {x} log {y}입니다.")


def constant_power(use: Use) -> bool:
    return use.constants[1] is not None and float(use.constants[1]).is_integer()


def only(condition: bool, text: str) -> str | None:
    return text if condition else None


def step_function(*inputs: str) -> dict[str, Steps]:
    return {name: steps((RULE, FLAT)) for name in inputs}


def inverse(function: str, *pairs: tuple[Line, Text]) -> dict[str, Steps]:
    return {"x": steps((f"1 / D({function}, z)", INVERSE), *pairs)}


def tie(sign: str) -> dict[str, Steps]:
    """Of maximum and minimum."""
    return {
        "x": steps((f"where(x {sign} y, D(x, x), D(y, x))", PIECES), (f"where(x {sign} y, 1, 0)", KNOWN), (RULE, SEAM)),
        "y": steps((f"where(x {sign} y, D(x, y), D(y, y))", PIECES), (f"where(x {sign} y, 0, 1)", KNOWN), (RULE, SEAM)),
    }


def remainder(whole: str) -> dict[str, Steps]:
    return {
        "x": steps((f"D(x - y * {whole}(x / y), x)", LEFT_OVER), (RULE, STEP_HELD)),
        "y": steps((f"D(x - y * {whole}(x / y), y)", LEFT_OVER), (RULE, STEP_HELD)),
    }


def reciprocal_of(function: str, slope: str, *pairs: tuple[Line, Text]) -> dict[str, Steps]:
    """Of 1 / f: -f′ / f²."""
    return {
        "x": steps(
            (f"-D({function}(x), x) / {function}(x) ** 2", QUOTIENT),
            (f"-({slope}) / {function}(x) ** 2", KNOWN),
            *pairs,
        )
    }


ARITHMETIC: Derivations = {
    "identity": {"x": steps(("lim((x + h - x) / h)", LIMIT), ("lim(h / h)", SIMPLIFY), (RULE, CANCEL))},
    "add": {
        "x": steps(("lim((x + h + y - (x + y)) / h)", LIMIT), ("lim(h / h)", SIMPLIFY), (RULE, CANCEL)),
        "y": steps(("lim((x + (y + h) - (x + y)) / h)", LIMIT), ("lim(h / h)", SIMPLIFY), (RULE, CANCEL)),
    },
    "sub": {
        "x": steps(("lim((x + h - y - (x - y)) / h)", LIMIT), ("lim(h / h)", SIMPLIFY), (RULE, CANCEL)),
        "y": steps(("lim((x - (y + h) - (x - y)) / h)", LIMIT), ("lim(-h / h)", SIMPLIFY), (RULE, CANCEL)),
    },
    "neg": {"x": steps(("lim((-(x + h) - -x) / h)", LIMIT), ("lim(-h / h)", SIMPLIFY), (RULE, CANCEL))},
    "mul": {
        "x": steps(("lim(((x + h) * y - x * y) / h)", LIMIT), ("lim(h * y / h)", SIMPLIFY), (RULE, CANCEL)),
        "y": steps(("lim((x * (y + h) - x * y) / h)", LIMIT), ("lim(x * h / h)", SIMPLIFY), (RULE, CANCEL)),
    },
    "div": {
        "x": steps(("lim(((x + h) / y - x / y) / h)", LIMIT), ("lim(h / y / h)", SIMPLIFY), (RULE, CANCEL)),
        "y": steps(
            ("lim((x / (y + h) - x / y) / h)", LIMIT),
            ("lim(-x / (y * (y + h)))", COMMON),
            ("-x / y ** 2", GOES),
            (RULE, OUTPUT),
        ),
    },
    "pow": {
        "x": steps(
            (lambda use: only(constant_power(use), "lim(((x + h) ** y - x ** y) / h)"), LIMIT),
            (lambda use: only(not constant_power(use), "D(exp(y * log(x)), x)"), AS_POWER),
            (lambda use: only(not constant_power(use), "exp(y * log(x)) * (y / x)"), CHAIN),
            (lambda use: only(not constant_power(use), "y * x ** (y - 1)"), SIMPLIFY),
            (
                lambda use: only(constant_power(use), "y * x ** (y - 1)"),
                say(
                    "The power rule: by the binomial theorem ({x} + {h})^{y} = {x}^{y} + {y} · {x}^({y} − 1) · {h} +"
                    " terms with {h}² for an exponent 1, 2, 3, …, and the same form holds for every exponent.",
                    "거듭제곱의 미분법: 지수가 자연수이면 이항정리로 ({x} + {h})^{y} = {x}^{y} + {y} · {x}^({y} − 1) ·"
                    " {h} + ({h}² 이상의 항)이고, 모든 지수에서 같은 꼴이 성립합니다.",
                ),
            ),
            (
                RULE,
                say(
                    "Simplify; a power with exponent 0 is constant, so its derivative is 0.",
                    "식을 정리합니다. 지수가 0인 거듭제곱은 상수이므로 도함수는 0입니다.",
                ),
            ),
        ),
        "y": steps(
            ("D(exp(y * log(x)), y)", AS_POWER),
            ("exp(y * log(x)) * log(x)", CHAIN),
            ("z * log(x)", OUTPUT),
            (RULE, SEAM),
        ),
    },
    "mod": remainder("floor"),
    "fmod": remainder("trunc"),
    "floor_divide": step_function("x", "y"),
    "maximum": tie(">"),
    "minimum": tie("<"),
    "where": {
        "x": steps(("where(condition != 0, D(x, x), D(y, x))", PIECES), (RULE, KNOWN)),
        "y": steps(("where(condition != 0, D(x, y), D(y, y))", PIECES), (RULE, KNOWN)),
    },
}

ELEMENTARY: Derivations = {
    "exp": {
        "x": steps(
            ("lim((exp(x + h) - exp(x)) / h)", LIMIT),
            (
                "lim(exp(x) * (exp(h) - 1) / h)",
                say("exp({x} + {h}) = exp({x}) exp({h}).", "exp({x} + {h}) = exp({x}) exp({h})를 씁니다."),
            ),
            (
                "exp(x)",
                say(
                    "(exp({h}) − 1) / {h} goes to 1: that is what makes e the natural base.",
                    "(exp({h}) − 1) / {h}는 1로 갑니다. e는 그렇게 정한 밑입니다.",
                ),
            ),
            (RULE, OUTPUT),
        )
    },
    "log": {
        "x": steps(
            ("lim((log(x + h) - log(x)) / h)", LIMIT),
            (
                "lim(log(1 + h / x) / h)",
                say("The difference of logarithms is the logarithm of the quotient.", "로그의 차는 몫의 로그입니다."),
            ),
            (
                RULE,
                say(
                    "log(1 + {h} / {x}) over {h} / {x} goes to 1, and {h} / {x} over {h} is 1 / {x}.",
                    "log(1 + {h} / {x})를 {h} / {x} 값으로 나눈 것은 1로 가고, {h} / {x}를 {h}로 나누면 1 / {x}입니다.",
                ),
            ),
        )
    },
    "sqrt": {
        "x": steps(
            ("lim((sqrt(x + h) - sqrt(x)) / h)", LIMIT),
            (
                "lim(1 / (sqrt(x + h) + sqrt(x)))",
                say(
                    "Multiply both by the sum of the roots; {h} cancels.",
                    "분자와 분모에 두 제곱근의 합을 곱하면 {h}가 약분됩니다.",
                ),
            ),
            ("1 / (2 * sqrt(x))", GOES),
            (RULE, OUTPUT),
        )
    },
    "square": {"x": steps(("1 * x + x * 1", PRODUCT), (RULE, SIMPLIFY))},
    "reciprocal": {
        "x": steps(
            ("lim((1 / (x + h) - 1 / x) / h)", LIMIT),
            ("lim(-1 / (x * (x + h)))", COMMON),
            ("-1 / x ** 2", GOES),
            (RULE, OUTPUT),
        )
    },
    "cbrt": inverse("z ** 3", (RULE, KNOWN)),
    "rsqrt": reciprocal_of("sqrt", "1 / (2 * sqrt(x))", ("-1 / (2 * sqrt(x) ** 3)", SIMPLIFY), (RULE, OUTPUT)),
    "exp2": {"x": steps(("D(exp(x * log(2)), x)", AS_EXP), ("exp(x * log(2)) * log(2)", CHAIN), (RULE, OUTPUT))},
    "expm1": {
        "x": steps(
            ("D(exp(x) - 1, x)", say("Put the definition in: exp({x}) − 1.", "정의 exp({x}) − 1을 대입합니다.")),
            (RULE, LINEAR),
        )
    },
    "log2": {"x": steps(("D(log(x) / log(2), x)", AS_LOG), ("1 / x / log(2)", LINEAR), (RULE, SIMPLIFY))},
    "log10": {"x": steps(("D(log(x) / log(10), x)", AS_LOG), (RULE, LINEAR))},
    "log1p": {"x": steps((RULE, CHAIN))},
    "sin": {
        "x": steps(
            ("lim((sin(x + h) - sin(x)) / h)", LIMIT),
            ("lim(sin(x) * (cos(h) - 1) / h + cos(x) * sin(h) / h)", ADDITION),
            (RULE, CIRCLE),
        )
    },
    "cos": {
        "x": steps(
            ("lim((cos(x + h) - cos(x)) / h)", LIMIT),
            ("lim(cos(x) * (cos(h) - 1) / h - sin(x) * sin(h) / h)", ADDITION),
            (RULE, CIRCLE),
        )
    },
    "tan": {
        "x": steps(
            ("D(sin(x) / cos(x), x)", AS_QUOTIENT),
            ("(cos(x) * cos(x) + sin(x) * sin(x)) / cos(x) ** 2", QUOTIENT),
            ("1 + (sin(x) / cos(x)) ** 2", SIMPLIFY),
            (RULE, OUTPUT),
        )
    },
    "asin": inverse("sin(z)", ("1 / cos(z)", KNOWN), ("1 / sqrt(1 - sin(z) ** 2)", PYTHAGORAS), (RULE, BACK)),
    "acos": inverse("cos(z)", ("-1 / sin(z)", KNOWN), ("-1 / sqrt(1 - cos(z) ** 2)", PYTHAGORAS), (RULE, BACK)),
    "atan": inverse("tan(z)", ("1 / (1 + tan(z) ** 2)", KNOWN), (RULE, BACK)),
    "sinh": {"x": steps(("D((exp(x) - exp(-x)) / 2, x)", AS_EXP), ("(exp(x) + exp(-x)) / 2", CHAIN), (RULE, SIMPLIFY))},
    "cosh": {"x": steps(("D((exp(x) + exp(-x)) / 2, x)", AS_EXP), ("(exp(x) - exp(-x)) / 2", CHAIN), (RULE, SIMPLIFY))},
    "tanh": {
        "x": steps(
            ("D(sinh(x) / cosh(x), x)", AS_QUOTIENT),
            ("(cosh(x) * cosh(x) - sinh(x) * sinh(x)) / cosh(x) ** 2", QUOTIENT),
            ("1 - (sinh(x) / cosh(x)) ** 2", SIMPLIFY),
            (RULE, OUTPUT),
        )
    },
    "asinh": inverse(
        "sinh(z)",
        ("1 / cosh(z)", KNOWN),
        ("1 / sqrt(1 + sinh(z) ** 2)", HYPERBOLA),
        ("1 / sqrt(1 + x ** 2)", BACK),
        (RULE, STABLE),
    ),
    "acosh": inverse(
        "cosh(z)",
        ("1 / sinh(z)", KNOWN),
        ("1 / sqrt(cosh(z) ** 2 - 1)", HYPERBOLA),
        ("1 / sqrt(x ** 2 - 1)", BACK),
        (RULE, STABLE),
    ),
    "atanh": inverse("tanh(z)", ("1 / (1 - tanh(z) ** 2)", KNOWN), (RULE, BACK)),
    "sec": reciprocal_of("cos", "-sin(x)", ("1 / cos(x) * (sin(x) / cos(x))", SIMPLIFY), (RULE, OUTPUT)),
    "csc": reciprocal_of("sin", "cos(x)", ("-(1 / sin(x)) * (cos(x) / sin(x))", SIMPLIFY), (RULE, OUTPUT)),
    "cot": reciprocal_of("tan", "1 + tan(x) ** 2", ("-(1 + 1 / tan(x) ** 2)", SIMPLIFY), (RULE, OUTPUT)),
    "sech": reciprocal_of("cosh", "sinh(x)", ("-(1 / cosh(x)) * (sinh(x) / cosh(x))", SIMPLIFY), (RULE, OUTPUT)),
    "csch": reciprocal_of("sinh", "cosh(x)", ("-(1 / sinh(x)) * (cosh(x) / sinh(x))", SIMPLIFY), (RULE, OUTPUT)),
    "coth": reciprocal_of("tanh", "1 - tanh(x) ** 2", ("-1 / sinh(x) ** 2", HYPERBOLA), (RULE, STABLE)),
    "sinc": {
        "x": steps(
            ("D(sin(pi * x) / (pi * x), x)", AS_QUOTIENT),
            ("(cos(pi * x) * pi * (pi * x) - sin(pi * x) * pi) / (pi * x) ** 2", QUOTIENT),
            ("(cos(pi * x) - sin(pi * x) / (pi * x)) / x", SIMPLIFY),
            (
                RULE,
                say(
                    "Recognise the output {z}; next to 0, where the difference cancels, by the power series.",
                    "출력({z})으로 바꾸어 씁니다. 뺄셈으로 자릿수를 잃는 0 근처에서는 거듭제곱 급수로 계산합니다.",
                ),
            ),
        )
    },
    "deg2rad": {"x": steps(("D(pi / 180 * x, x)", TURN), (RULE, LINEAR))},
    "rad2deg": {"x": steps(("D(180 / pi * x, x)", TURN), (RULE, LINEAR))},
    "hypot": {
        "x": steps(
            ("D(sqrt(x ** 2 + y ** 2), x)", PYTHAGOREAN),
            ("1 / (2 * sqrt(x ** 2 + y ** 2)) * (2 * x)", CHAIN),
            ("x / sqrt(x ** 2 + y ** 2)", SIMPLIFY),
            (RULE, OUTPUT),
        ),
        "y": steps(
            ("D(sqrt(x ** 2 + y ** 2), y)", PYTHAGOREAN),
            ("1 / (2 * sqrt(x ** 2 + y ** 2)) * (2 * y)", CHAIN),
            ("y / sqrt(x ** 2 + y ** 2)", SIMPLIFY),
            (RULE, OUTPUT),
        ),
    },
    "atan2": {
        "y": steps(
            ("D(atan(y / x), y)", ANGLE),
            ("1 / (1 + (y / x) ** 2) * (1 / x)", CHAIN),
            ("x / (x ** 2 + y ** 2)", SIMPLIFY),
            (RULE, SEAM),
        ),
        "x": steps(
            ("D(atan(y / x), x)", ANGLE),
            ("1 / (1 + (y / x) ** 2) * (-y / x ** 2)", CHAIN),
            ("-y / (x ** 2 + y ** 2)", SIMPLIFY),
            (RULE, SEAM),
        ),
    },
    "logaddexp": {
        "x": steps(
            ("exp(x) / (exp(x) + exp(y))", CHAIN),
            ("1 / (1 + exp(y - x))", say("Divide both by exp({x}).", "분자와 분모를 exp({x})로 나눕니다.")),
            (RULE, STABLE),
        ),
        "y": steps(
            ("exp(y) / (exp(x) + exp(y))", CHAIN),
            ("1 / (1 + exp(x - y))", say("Divide both by exp({y}).", "분자와 분모를 exp({y})로 나눕니다.")),
            (RULE, STABLE),
        ),
    },
    "xlogy": {
        "x": steps(("D(x * log(y), x)", NOT_ZERO), (RULE, LINEAR)),
        "y": steps(("D(x * log(y), y)", NOT_ZERO), ("x * (1 / y)", LINEAR), (RULE, SEAM)),
    },
    "logit": {
        "x": steps(
            ("(1 - x) / x * D(x / (1 - x), x)", CHAIN), ("(1 - x) / x * (1 / (1 - x) ** 2)", QUOTIENT), (RULE, SIMPLIFY)
        )
    },
    "log_cosh": {"x": steps(("1 / cosh(x) * sinh(x)", CHAIN), (RULE, SIMPLIFY))},
    "lerp": {
        "x": steps(("1 + weight * -1", LINEAR), ("1 - weight", SIMPLIFY)),
        "y": steps(("weight", LINEAR)),
        "weight": steps(("y - x", LINEAR)),
    },
    "addcmul": {"x": steps(("1", LINEAR)), "y": steps(("value * v", LINEAR)), "v": steps(("value * y", LINEAR))},
}

SPECIAL: Derivations = {
    "abs": {"x": steps(("where(x > 0, D(x, x), D(-x, x))", PIECES), ("where(x > 0, 1, -1)", KNOWN), (RULE, SEAM))},
    **{name: step_function("x") for name in ("sign", "floor", "ceil", "trunc", "round")},
    "heaviside": {
        "x": steps((RULE, FLAT)),
        "y": steps(
            (RULE, say("Only where {x} is 0 is the output {y}.", "{x} = 0인 곳에서만 출력이 {y} 값과 같습니다."))
        ),
    },
    "copysign": {
        "x": steps(
            (
                "D(abs(x) * copysign(1, y), x)",
                say("The size of {x} times the sign of {y}.", "{x}의 크기에 {y}의 부호를 곱한 값입니다."),
            ),
            ("sign(x) * copysign(1, y)", LINEAR),
            (RULE, SEAM),
        ),
        "y": steps((RULE, FLAT)),
    },
    "clip": {
        "x": steps(
            ("where(x < low, D(low, x), where(x > high, D(high, x), D(x, x)))", PIECES),
            ("where(x < low, 0, where(x > high, 0, 1))", KNOWN),
            (RULE, SEAM),
        ),
        "low": steps(
            (
                (
                    "where(x < low, where(low > high, D(high, low), D(low, low)), where(x > high, D(high, low), D(x,"
                    " low)))"
                ),
                PIECES,
            ),
            ("where(x < low, where(low > high, 0, 1), 0)", KNOWN),
            (RULE, SEAM),
        ),
        "high": steps(
            ("where(maximum(x, low) > high, D(high, high), D(maximum(x, low), high))", PIECES),
            ("where(maximum(x, low) > high, 1, 0)", KNOWN),
            (RULE, SEAM),
        ),
    },
    "erf": {
        "x": steps(
            ("lim((erf(x + h) - erf(x)) / h)", LIMIT),
            (
                RULE,
                say(
                    "Erf is the integral of this function from 0 to {x}: the fundamental theorem of calculus gives the"
                    " integrand back.",
                    "erf는 이 함수를 0부터 {x}까지 적분한 것입니다. 미적분의 기본정리에 따라 피적분함수가 나옵니다.",
                ),
            ),
        )
    },
    "erfc": {
        "x": steps(("D(1 - erf(x), x)", say("Erf and erfc add up to 1.", "erf와 erfc의 합은 1입니다.")), (RULE, KNOWN))
    },
    "erfinv": inverse("erf(z)", ("1 / (2 / sqrt(pi) * exp(-z ** 2))", KNOWN), (RULE, SIMPLIFY)),
    "ndtr": {
        "x": steps(
            ("D(erf(x / sqrt(2)), x) / 2", LINEAR),
            ("2 / sqrt(pi) * exp(-(x / sqrt(2)) ** 2) / sqrt(2) / 2", CHAIN),
            (RULE, SIMPLIFY),
        )
    },
    "lgamma": {
        "x": steps(
            (RULE, say("Digamma is defined as the derivative of log Γ.", "디감마 함수의 정의가 log Γ의 도함수입니다."))
        )
    },
    "tgamma": {
        "x": steps(
            ("D(exp(lgamma(x)), x)", say("Γ is exp(log Γ), for positive {x}.", "{x} > 0이면 Γ는 exp(log Γ)입니다.")),
            ("exp(lgamma(x)) * D(lgamma(x), x)", CHAIN),
            ("exp(lgamma(x)) * digamma(x)", KNOWN),
            (RULE, OUTPUT),
        )
    },
    "digamma": {
        "x": steps(
            (
                RULE,
                say(
                    "Polygamma of order 1 is defined as the derivative of digamma.",
                    "1계 폴리감마 함수의 정의가 디감마 함수의 도함수입니다.",
                ),
            )
        )
    },
    "polygamma": {
        "x": steps(
            (
                RULE,
                say(
                    "The order of polygamma tells how often digamma is differentiated: one more derivative, one"
                    " order up.",
                    "폴리감마 함수의 차수는 디감마 함수를 미분한 횟수이므로, 한 번 더 미분하면 차수가 하나 올라갑니다.",
                ),
            )
        )
    },
}
