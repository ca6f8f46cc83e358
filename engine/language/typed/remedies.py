"""What people type of mathematics that is not read, because it has several meanings or none here: what to write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from gradlens.engine.language.typed import mathematics

Remedy: TypeAlias = "str | tuple[str, str]"  # what to write, or either of two
How: TypeAlias = "Callable[[re.Match[str]], Remedy | None]"  # None where it is another thing
LETTER = r"[^\W\d⁰¹²³⁴-⁹₀-₉]"
ATOM = rf"(?:\d+(?:\.\d+)?|{LETTER}\w*)"
CALLED = "|".join(sorted(mathematics.FUNCTIONS, key=len, reverse=True))
INVERSES = {"sin": "arcsin", "cos": "arccos", "tan": "arctan", "sinh": "arcsinh", "cosh": "arccosh", "tanh": "arctanh"}
RAISED_LETTERS = "ʰ-ʸˡ-ˤᴬ-ᵡᶛ-ᶿⁱⁿ"
BOUNDS = r"\s*(?:_\{([^{}]*)\}|_(\w)(?!\w))?(?:\s*\^\s*(?:\{[^{}]*\}|\w))?"  # below and above a sum
TERM = r"\([^()]*\)(?!\s*(?:\*\*|[\^²³/]))|(?:\([^()]*\)|[^-+=,()\n∑∏ΣΠ])+"  # what a sum goes over: up to the next sign
END = r"(?![^\W⁰¹²³⁴-⁹])"  # of a name, which may be raised
MONEY = "$₩￦€£¥"
LATEX = {
    "frac": "a / b",
    "sqrt": "sqrt(x)",
    "cdot": "*",
    "times": "*",
    "div": "/",
    "pm": "+",
    "le": "<=",
    "leq": "<=",
    "ge": ">=",
    "geq": ">=",
    "infty": "inf",
    "sum": "sum(x)",
    "prod": "prod(x)",
    "left": "(",
    "right": ")",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a line that is not read.  remedy: what to write instead."""

    start: int
    end: int
    remedy: Remedy


def latex(match: re.Match[str]) -> Remedy:
    """What a command of LaTeX is in the language, with its arguments where they are simple."""
    name, arguments = match[1], re.findall(r"\{([^{}]*)\}", match[2])
    if name == "frac" and len(arguments) == 2:
        return f"(({arguments[0]}) / ({arguments[1]}))"
    return LATEX.get(name, f"{name}(x)" if name in mathematics.FUNCTIONS else name)


def inverse(match: re.Match[str]) -> Remedy:
    name, operand = match[1], match[2].strip("() ") or "x"
    first = f"{INVERSES[name]}({operand})" if name in INVERSES else f"1 / {name}({operand})"
    return (first, f"1 / {name}({operand})") if name in INVERSES else first


def raised(match: re.Match[str]) -> Remedy:
    """sin x², sin x^2."""
    power = mathematics.plain_power(match[3])
    return f"{match[1]}({match[2]} ** {power})", f"{match[1]}({match[2]}) ** {power}"


def mixed(match: re.Match[str]) -> Remedy:
    part = mathematics.plain_fraction(match[2])
    return f"({match[1]} + {part})", f"{match[1]} * ({part})"


def called(match: re.Match[str]) -> Remedy | None:
    """SIN x, 시그모이드 x."""
    function = mathematics.function_meant(match[1])
    return f"{function}({match[2]})" if function is not None else None


def plain(number: str) -> str:
    return unicodedata.normalize("NFKC", number)


def of_all(sign: str, term: str, index: str | None = None) -> str:
    """The sum or the product of all numbers of a term, whose index is not written."""
    letter = re.match(r"\w", index.strip("{} ")) if index else None
    if letter is not None:
        term = re.sub(rf"_{letter[0]}(?!\w)", "", term)
    term = term.strip()
    whole = re.fullmatch(r"\(([^()]*)\)", term)
    factors = re.split(r"(?<=\w)\s+(?=[^\W\d_])", term if whole is None else whole[1])
    return f"{'sum' if sign in '∑Σ' else 'prod'}({' * '.join(factors)})"


def derivative(y: str, x: str) -> str:
    return f"torch.autograd.grad({y}, {x}, create_graph=True)[0]"


def integral(term: str, x: str, start: str | None = None, end: str | None = None) -> str:
    """By the trapezoidal rule: over the numbers of x, or over a thousand steps between two bounds."""
    summed = f"np.trapezoid({term}, {x})"
    return summed if start is None else f"(lambda {x}: {summed})(np.linspace({start}, {end}, 1001))"


# In this order: the first that stands in the line is told.
TABLE: tuple[tuple[str, How], ...] = (
    (
        rf"^\s*({LETTER}\w*)\(({LETTER}[\w, ]*)\)\s*=(?!=)\s*(.*\S)",
        lambda m: f"def {m[1]}({m[2]}): return {m[3]}",
    ),
    (rf"\$([^$]*{LETTER}[^$]*)\$", lambda m: m[1]),
    (rf"\\({CALLED})\b\s*(?:\{{([^{{}}]*)\}}|\(([^()]*)\)|(\w+))", lambda m: f"{m[1]}({m[2] or m[3] or m[4]})"),
    (r"\\([A-Za-z]+)((?:\s*\{[^{}]*\})*)", latex),
    (rf"([⁺⁻]?)([{RAISED_LETTERS}]+)", lambda m: mathematics.raised_letters(m[1], m[2])),
    (rf"\b({CALLED})(?:⁻¹|\s*\^\s*-\s*1)\s*(\(\s*\w+\s*\)|\w*)", inverse),
    (r"\b([A-Z])⁻¹(?!\w)", lambda m: (f"inv({m[1]})", f"1 / {m[1]}")),
    (rf"(\d+)([{mathematics.FRACTIONS}])", mixed),
    (rf"({ATOM})([{mathematics.FRACTIONS}])", lambda m: f"{m[1]} * ({mathematics.plain_fraction(m[2])})"),
    (
        rf"(?<![\w)\]])(?<![\w)\]] )[{re.escape(MONEY)}]\s*(\d[\d,.]*)|(\d[\d,.]*)\s*[{re.escape(MONEY)}]",
        lambda m: number(m[1] or m[2]),
    ),
    (r"\b(\d{1,3})((?: \d{3})+)\b", lambda m: m[0].replace(" ", "")),
    (r"(\d+(?:\.\d+)?)\s*[%％](?!\s*[\w(.√])", lambda m: f"({plain(m[1])} / 100)"),
    (r"(\d+(?:\.\d+)?)\s*°", lambda m: f"deg2rad({m[1]})"),
    (rf"({ATOM})\s*°", lambda m: f"deg2rad({m[1]})"),
    (rf"({ATOM})!(?!=)", lambda m: f"tgamma({m[1]} + 1)"),
    (r"⌊([^⌊⌋]*)⌋", lambda m: f"floor({m[1]})"),
    (r"⌈([^⌈⌉]*)⌉", lambda m: f"ceil({m[1]})"),
    (r"[‖∥]([^‖∥]*)[‖∥]", lambda m: f"norm({m[1]})"),
    (r"∛\s*(?:\(([^()]*)\)|(\w+))", lambda m: f"cbrt({m[1] or m[2]})"),
    (rf"([∑∏]|(?<!\w)[ΣΠ](?![^\W_])){BOUNDS}\s*({TERM})", lambda m: of_all(m[1], m[4], m[2] or m[3])),
    (rf"(?<!\w)[ΣΠ]_\w+\s+({TERM})", lambda m: of_all(m[0][0], m[1], m[0].split()[0][2:])),
    (rf"∂\s*({LETTER}\w*)\s*/\s*∂\s*({LETTER}\w*)", lambda m: derivative(m[1], m[2])),
    (rf"∂\s*/\s*∂\s*({LETTER}\w*)\s*\(([^()]*)\)", lambda m: derivative(m[2], m[1])),
    (
        rf"∫\s*_?\{{?({ATOM})\}}?\s*\^\s*\{{?({ATOM})\}}?\s*(\S[^=\n]*?)\s*\bd({LETTER}\w*)\b",
        lambda m: integral(m[3], m[4], m[1], m[2]),
    ),
    (rf"∫\s*(\S[^=\n]*?)\s*\bd({LETTER}\w*)\b", lambda m: integral(m[1], m[2])),
    (rf"∫\s*({ATOM})", lambda m: f"np.trapezoid({m[1]})"),
    (r"√\s*(\d+)(\w+)", lambda m: (f"sqrt({m[1]}) * {m[2]}", f"sqrt({m[1]} * {m[2]})")),
    (r"√\s*(\w+)\s+(\w+)", lambda m: (f"sqrt({m[1]}) * {m[2]}", f"sqrt({m[1]} * {m[2]})")),
    (r"√\s*\|([^|]*)\|", lambda m: f"sqrt(abs({m[1]}))"),
    (rf"\b({CALLED})\s+({ATOM})\s*(?:\^\s*|)([⁰¹²³⁴-⁹]+|(?<=\^)\d+|(?<=\^ )\d+)", raised),
    (
        rf"\b({CALLED})\s+(\d+(?:\.\d+)?)({LETTER}\w*)",
        lambda m: (f"{m[1]}({m[2]} * {m[3]})", f"{m[1]}({m[2]}) * {m[3]}"),
    ),
    (rf"\b({CALLED})\s+(?!(?:{CALLED})\b)({ATOM})\s+(?={LETTER})", lambda m: f"{m[1]}({m[2]}) *"),
    (rf"\b({CALLED})\s*\|([^|]*)\|", lambda m: f"{m[1]}(abs({m[2]}))"),
    (r"(\d+(?:\.\d+)?)\s*\|([^|]+)\|", lambda m: f"{m[1]} * abs({m[2]})"),
    (rf"({ATOM})\s*\|([^|]+)\|", lambda m: (f"{m[1]} * abs({m[2]})", f"{m[1]}(abs({m[2]}))")),
    (r"\|([^|]+)\|\s*\|([^|]+)\|", lambda m: f"abs({m[1]}) * abs({m[2]})"),
    (rf"/\s*(\d+(?:\.\d+)?)\s*({LETTER}\w*)", lambda m: (f"/ {m[1]} * {m[2]}", f"/ ({m[1]} * {m[2]})")),
    (
        rf"(?:\*\*|\^)\s*(\d+(?:\.\d+)?)({LETTER}\w*)",
        lambda m: (f"** {m[1]} * {m[2]}", f"** ({m[1]} * {m[2]})"),
    ),
    (rf"\b({CALLED})\s*([({{\[])?(?=-)", lambda m: f"{m[1]}(…)"),
    (r"(\w+)의 제곱근", lambda m: f"sqrt({m[1]})"),
    (r"(\w+)의 제곱", lambda m: f"{m[1]} ** 2"),
    (rf"({ATOM})\s*\bmod\b\s*({ATOM})", lambda m: f"{m[1]} % {m[2]}"),
    (r"\b(max|min)\{([^{}]*)\}", lambda m: f"{m[1]}({m[2]})"),
    (r"(\d+(?:\.\d+)?)\s*\{([^{}]*)\}", lambda m: f"{m[1]} * ({m[2]})"),
    (rf"({ATOM})\s+({CALLED})\s+({ATOM})", lambda m: f"{m[1]} * {m[2]}({m[3]})"),
    (rf"\)\s+(?=(?:{CALLED})\b)", lambda m: ") *"),
    (rf"({LETTER}\w*)\s+({ATOM})", called),
    (rf"\b(\d+)({LETTER})\s+({LETTER}){END}", lambda m: f"{m[1]} * {m[2]} * {m[3]}"),
    (rf"\b({LETTER}|\d+(?:\.\d+)?)\s+({LETTER}|\d+(?:\.\d+)?){END}", lambda m: f"{m[1]} * {m[2]}"),
)

# Letters that are raised are letters to Python: xᵀ is its name xT, and eˣ its name ex.
RAISED = re.compile(f"[{RAISED_LETTERS}]+")
WORD = re.compile(r"(?<!\w)\w+")
ASSIGNED = re.compile(r"(?<!\w)(\w+)\s*=(?!=)")
PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)% +([-+]) +(\w+)")


@cache  # when a line is first met that Python cannot read
def patterns() -> tuple[tuple[re.Pattern[str], How], ...]:
    return tuple([(re.compile(pattern), remedy) for pattern, remedy in TABLE])


def number(text: str) -> str:
    return text.rstrip(".,").replace(",", "")


def masked(text: str) -> str:
    """A text without what stands in quotes and comments, in which every character keeps its place."""
    return "".join(
        re.sub(r"[^\n]", " ", token.text) if token.kind in ("string", "comment") else token.text
        for token in mathematics.tokens_of(text)
    )


def found(line: str) -> Found | None:
    """The first piece of a line, which Python cannot read, that is to be written in another way."""
    if len(line) > 1_000:  # of patterns that look ahead, a longer line would be gone through again and again
        return None
    text = masked(line)
    for pattern, remedy in patterns():
        match = pattern.search(text)
        if match is not None and (instead := remedy(match)) is not None:
            return Found(match.start(), match.end(), instead)
    return None


def misread(text: str) -> Found | None:
    """What Python reads and means something else by: raised letters, and a percentage before a sign."""
    if (text.isascii() or not RAISED.search(text)) and ("%" not in text or not PERCENT.search(text)):
        return None
    text = masked(text)
    names = {*ASSIGNED.findall(text)}  # of the program, in which a raised letter is one as any other
    for word in WORD.finditer(text):
        for match in RAISED.finditer(text, word.start(), word.end()):
            if text[word.start() : match.end()] not in names:
                return Found(match.start(), match.end(), mathematics.raised_letters("", match[0]))
    if (match := PERCENT.search(text)) is not None:
        first, sign, second = match.groups()
        return Found(match.start(), match.end(), (f"({first} / 100) {sign} {second}", f"{first} % ({sign}{second})"))
    return None
