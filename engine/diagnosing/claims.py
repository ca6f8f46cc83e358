"""What a reader claims, with the digits in which it was written: numbers, nested lists, or text as NumPy and PyTorch
print it.

Text is read by a small grammar of its own and never evaluated.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.diagnosing.noise import Noise
from gradlens.engine.diagnosing.printed_forms import comma_in_number, plain_value
from gradlens.engine.errors import EngineError, quote
from gradlens.engine.graph import Graph
from gradlens.engine.language.outputs.gradient_names import meanings, plain_name
from gradlens.engine.language.syntax import normal_name, suggestion
from gradlens.engine.values import MAX_AXES, TAGS, Array, Shape, is_json_list, is_number
from gradlens.engine.values import number as as_float

RELATIVE_NOISE = 2e-6  # of the element itself: what float32 and a numeric derivative leave
SINGLE, DOUBLE = 2.0**-24, 2.0**-53  # the rounding of one operation
SIGNIFICANT = 2  # digits from which on an array may be written to so many of them
WHOLE = 3  # digits that a whole number has at least: 2 is 2.00, as %.3g prints it
SINGLE_DIGITS = range(7, 10)  # as float32 is printed in full
TELLING_DIGITS = 3  # of a difference, all elements together
HALF = 0.5  # how far a whole number may be off to tell that much

# Numbers as pages and books print them: what has one meaning is read, 1.5×10⁻³ as 1.5e-3.
PRINTED = str.maketrans(
    dict.fromkeys("−–‐‑‒－", "-") | dict(zip("＋．，［］（）ｅＥ", "+.,[]()eE", strict=True)) | {"∞": "inf", "≈": ""}
)
POWER = re.compile(
    r"(?<=[\d.]) ?(?:[×·⋅*xX]|\\times|\\cdot) ?10(?:(?:\^|\*\*)(?:\{([+-]?\d+)\}|([+-]?\d+))|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
)
THIN = re.compile(r"(?<=\d)[\u2006-\u200a\u202f](?=\d)")  # thousands, or two numbers

ABOUT = re.compile(r"^(?:[≈~≃∼=]|약(?=[\s\d])|about |approx\.? |[₩$€£¥])\s*")
UNIT = re.compile(r"(?<=[\d.])\s*(?:원|엔|달러|개|배|점|명|won|yen|dollars?|[₩$€£¥円])$")

CUT = re.compile(r"\.\.\.|…")
AROUND = 20  # characters beside a cut that are shown

MAX_DIGITS = 100  # characters of one number; a float64 needs no more than 25

WRAPPER = re.compile(
    r"(?:Parameter containing:\s*)?(?:(?:np|numpy|jnp|torch|tf|cp|cupy)\.)?"
    r"(?:array|Array|[tT]ensor|matrix|[vV]ariable|float64|float32)\s*\("
)
KEYWORD = (
    r"dtype=(?:(?:np|numpy|jnp|torch)\.)?\w+|shape=\([\d, ]{0,40}\)|device='[\w:]+'|grad_fn=<\w+(?: at"
    r" \w+)?>|requires_grad=(?:True|False)|weak_type=(?:True|False)"
)
# Linear both, where nothing fits too: between two runs of the same characters stands one that is in neither.
CLOSING = re.compile(rf"\s*(?:,\s*(?:(?:{KEYWORD})\s*,\s*)*(?:(?:{KEYWORD})\s*)?)?\)")
TOKEN = re.compile(
    r"\s*(?:([\[\],])|([+-]?(?!0\d)(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf|Infinity|NaN))(?![\w.])|\"(NaN|-?Infinity)\")"
)


Formula = Callable[[str, str], tuple[Array, float] | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """A reader's gradient or value of one node.

    value: of the node's shape where `fits`, else of the shape that was claimed.
    slack: how far each element may be off for being written in so many digits; places: after the point, None where all
    are whole numbers or have exponents.  unit: the rounding of the floating point that it was printed from.
    """

    name: str
    node: int
    kind: str
    value: Array
    slack: Array
    places: int | None
    unit: float
    fits: bool

    def matches(self, truth: object, noise: Noise | None = None, blur: float = 0.0) -> bool:
        """Whether every element of the claim is the truth's within its digits and the noise of floating point.

        noise: what rounding does to each element.  blur: how exactly the numbers are known that `truth` was computed
          from, relative.
        """
        return not self.off(truth, self.slack, noise, blur).any()

    def equals(self, truth: object, noise: Noise | None = None) -> bool:
        """Whether it is `truth` within the noise of floating point alone."""
        return not self.off(truth, np.zeros(()), noise).any()

    @property
    def telling(self) -> bool:
        """Whether the claim is more than one short number, which a constant to be chosen can always be made to give."""
        exact = (self.slack > 0) & (self.slack <= 1e-4 * np.abs(self.value))
        return bool(np.count_nonzero(self.value) > 1 or exact.any())

    def apart(self, other: Array) -> bool:
        """Whether it differs from `other` in more digits than the two of a constant that is chosen to explain them."""
        with np.errstate(all="ignore"):
            known = np.maximum(RELATIVE_NOISE * np.abs(other), np.where(self.slack > 0, self.slack, HALF))
            digits = np.log10(np.abs(self.value - other) / known)
        return float(np.sum(digits, where=np.isfinite(digits) & (digits > 0))) >= TELLING_DIGITS

    def off(self, truth: object, slack: Array, noise: Noise | None = None, blur: float = 0.0) -> NDArray[np.bool_]:
        """Where the claim is not the truth: each element by its own size and digits.

        Everywhere, where the shapes differ.
        """
        truth = np.asarray(truth, dtype=np.float64)
        if truth.shape != self.value.shape:
            return np.ones((), dtype=bool)
        if noise is not None and noise.moved.shape != truth.shape:
            noise = None  # of the node, and this is a mistake of another shape
        moved = np.abs(truth) if noise is None else np.maximum(noise.moved, np.abs(truth))
        far = np.abs(self.value - truth) > np.maximum(RELATIVE_NOISE * np.abs(truth), slack * (1 + 1e-9) + blur * moved)
        if noise is not None:
            far &= ~noise.excuses(self.value, truth, self.unit)
        return np.where(
            np.isfinite(truth) & np.isfinite(self.value),
            far,
            (self.value != truth) & ~(np.isnan(self.value) & np.isnan(truth)),
        )


def read_claims(graph: Graph, kind: str, given: Mapping[str, object], formula: Formula | None = None) -> list[Claim]:
    """The claims of one kind.

    formula: what reads a text that is no number: (text, name) -> value and slack, or None where it is none either.
    Errors: unknown-node, claim-repeated, claim-*, input-*, too-many-axes.
    """
    claims: dict[int, Claim] = {}
    for name, written in given.items():
        normal = name_in(graph, kind, normal_name(name))
        if normal not in graph.names:
            raise EngineError("unknown-node", name=name, **suggestion(normal, graph.names))
        node = graph.nodes[graph.names[normal]]
        if node.id in claims:
            raise EngineError("claim-repeated", name=normal)
        claims[node.id] = fitted(Claim(normal, node.id, kind, *read(written, normal, formula), False), node.shape)
    return list(claims.values())


def name_in(graph: Graph, kind: str, name: str) -> str:
    """The name that a program has for what is claimed under another one: fc1.weight, W1.grad, dW1."""
    bases = [plain_name(name), *(base for base, _ in meanings(name) if kind == "gradient")]
    return next((one for one in (name, *map(normal_name, bases)) if one in graph.names), name)


def fitted(claim: Claim, shape: Shape) -> Claim:
    """The claim in the node's shape, where it differs from it by axes of size 1 alone."""
    squeezed = tuple(n for n in claim.value.shape if n != 1)
    if squeezed != tuple(n for n in shape if n != 1):
        return claim
    return Claim(
        claim.name,
        claim.node,
        claim.kind,
        claim.value.reshape(shape),
        claim.slack.reshape(shape),
        claim.places,
        claim.unit,
        True,
    )


def read(written: object, name: str, formula: Formula | None = None) -> tuple[Array, Array, int | None, float]:
    """Numbers, their slack, their places after the point, and the rounding of their floating point.

    Errors: claim-text, claim-elided, claim-comma, claim-number, claim-formula, input-ragged, too-many-axes.
    """
    if isinstance(written, str) and written not in TAGS:
        if (number_written := comma_in_number(written)) is not None:
            raise EngineError("claim-comma", name=name, got=number_written, number=number_written.replace(",", ""))
        try:
            shape, numerals = read_text(written, name)
        except EngineError as error:
            other = plain_value(written) if error.kind == "claim-text" else None
            if other is not None:
                return read(other, name, formula)
            text = plain(bare(written)).replace("\n", " ")
            is_array = error.kind != "claim-text" or WRAPPER.match(text)
            found = None if formula is None or is_array else formula(text, name)
            if found is None:
                raise
            value, slack = found
            return value, np.full(value.shape, slack), None, DOUBLE
    else:
        shape, numerals = read_nested(written, name)
    value = np.array([number(n, name) for n in numerals], dtype=np.float64)
    places = max((len(text.partition(".")[2]) for text in numerals), default=0)
    return (
        value.reshape(shape),
        slack_of(numerals, value).reshape(shape),
        None if any(map(is_scientific, numerals)) else places or None,
        unit_of(numerals, value),
    )


def read_nested(written: object, name: str) -> tuple[Shape, list[str]]:
    """Numbers of JSON as they would be written: in the fewest digits that are them."""
    shape: list[int] = []
    level: list[Any] = [written]
    while level and is_json_list(level[0]):
        if len(shape) == MAX_AXES:
            raise EngineError("too-many-axes", limit=MAX_AXES)
        if any(not is_json_list(row) or len(row) != len(level[0]) for row in level):
            raise EngineError("input-ragged", name=name)
        shape.append(len(level[0]))
        level = [item for row in level for item in row]
    if any(isinstance(item, list) for item in level):
        raise EngineError("input-ragged", name=name)
    return tuple(shape), [numeral(item, name) for item in level]


def numeral(item: object, name: str) -> str:
    if isinstance(item, str) and item in TAGS:
        return item
    if not is_number(item):
        raise EngineError("claim-number", name=name, got=quote(item))
    return repr(as_float(item)).removesuffix(".0")  # a float has .0 by itself; nobody wrote it


def read_text(text: str, name: str) -> tuple[Shape, list[str]]:
    """Printed numbers: brackets, commas or spaces between, the name of an array type around them."""
    text = plain(bare(text))
    if cut := CUT.search(text):
        raise EngineError(
            "claim-elided", name=name, got=" ".join(text[max(cut.start() - AROUND, 0) : cut.end() + AROUND].split())
        )
    if thin := THIN.search(text):
        raise EngineError("claim-text", name=name, got=text[thin.start() :])
    position, end = 0, len(text)
    wrapper = WRAPPER.match(text)
    if wrapper:
        position = wrapper.end()
    numerals: list[str] = []
    open_lists: list[int] = []
    sizes: dict[int, int] = {}
    done = comma = False
    item = True  # whether an item may come: at the start, after a separator, after an opening bracket
    while not done:
        token = TOKEN.match(text, position)
        if token is None:
            raise EngineError("claim-text", name=name, got=text[position:].strip() or text)
        bracket, digits, tag = token.groups()
        if bracket == ",":
            if not open_lists or comma or open_lists[-1] == 0:
                raise EngineError("claim-text", name=name, got=text[position:])
            comma = item = True
        elif bracket == "[":
            if len(open_lists) == MAX_AXES:
                raise EngineError("too-many-axes", limit=MAX_AXES)
            if not item and token.start(1) == position and text[position - 1] != "]":
                raise EngineError("claim-text", name=name, got=text[position:])
            if open_lists:
                open_lists[-1] += 1
            open_lists.append(0)
            comma, item = False, True
        elif bracket == "]":
            if not open_lists:
                raise EngineError("claim-text", name=name, got=text[position:])
            size = open_lists.pop()
            if sizes.setdefault(len(open_lists), size) != size:
                raise EngineError("input-ragged", name=name)
            comma, item = False, False
        else:
            start = token.start(2) if digits else token.start(3)
            if not item and start == position:
                raise EngineError("claim-text", name=name, got=text[position:])
            if len(open_lists) in sizes:  # a number where lists of that depth stood before
                raise EngineError("input-ragged", name=name)
            sizes.setdefault(-1, len(open_lists))
            if sizes[-1] != len(open_lists):
                raise EngineError("input-ragged", name=name)
            numerals.append(digits or tag)
            if open_lists:
                open_lists[-1] += 1
            comma, item = False, False
        position = token.end()
        done = not open_lists
    if wrapper:
        closing = CLOSING.match(text, position)
        if closing is None:
            raise EngineError("claim-text", name=name, got=text[position:] or text)
        position = closing.end()
    if position != end:
        raise EngineError("claim-text", name=name, got=text[position:])
    depth = sizes.pop(-1, None)
    shape = tuple(sizes[k] for k in range(len(sizes)))
    if depth is not None and depth != len(shape):
        raise EngineError("input-ragged", name=name)
    return shape, numerals


def bare(text: str) -> str:
    """A number without what is written around it: 약 2.2원, ~2.2."""
    return UNIT.sub("", ABOUT.sub("", text.strip())).strip()


def plain(text: str) -> str:
    """Printed numbers as Python writes them."""
    text = text.translate(PRINTED)
    text = POWER.sub(
        lambda power: f"e{unicodedata.normalize('NFKC', next(filter(None, power.groups()))).replace('−', '-')}", text
    )
    return text if text.isascii() else "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def number(text: str, name: str) -> float:
    if len(text) > MAX_DIGITS:
        raise EngineError("claim-number", name=name, got=text)
    try:
        return float(text)
    except ValueError:
        raise EngineError("claim-number", name=name, got=text) from None


def unit_of(numerals: list[str], value: Array) -> float:
    """The rounding of float32 where all numbers are its own, in its fewest digits or in nine, else that of float64."""
    if max((significant for _, _, significant in map(split, numerals)), default=0) not in SINGLE_DIGITS:
        return DOUBLE
    with np.errstate(over="ignore"):
        single = value.astype(np.float32)
    forms = (single.astype(str).astype(np.float64), np.array([float(f"{x:.8e}") for x in single]))
    return SINGLE if all(np.any([form == value for form in forms], axis=0) | ~np.isfinite(value)) else DOUBLE


def slack_of(numerals: list[str], values: Array) -> Array:
    """How far each number may be off: half a unit of the last digit to which it was rounded, however halves are
    rounded.

    That digit is the last one written.  An array is rounded to one precision, so many places or so many significant
    digits, of
    which trailing zeros are left out: the number that shows the most of them shows it for all.  Where all numbers are
      whole, that
    is WHOLE digits at least, and the zeros behind them are open.  A 0 with an exponent means itself: its digits tell no
    size.
    """
    parts = [split(text) for text in numerals]
    scientific = [is_scientific(text) for text in numerals]
    if all(p in (None, 0) and exponent == 0 for p, exponent, _ in parts):
        digits = max(WHOLE, *map(shown, numerals), 0)
        return np.array([unit_at(value, digits) / 2 for value in values.tolist()])
    if not all(has_exponent for has_exponent, (p, _, _) in zip(scientific, parts, strict=True) if p is not None):
        parts = [
            (p if p is None else max(p - exponent, 0), 0, significant) for p, exponent, significant in parts
        ]  # in its fewest digits each
    places = max(p for p, _, _ in parts if p is not None)
    precision = max(shown(text) for text in numerals if "." in text or is_scientific(text))
    slack: list[float] = []
    for text, has_exponent, (p, exponent, significant), value in zip(
        numerals, scientific, parts, values.tolist(), strict=True
    ):
        exact = p is None or (any(scientific) and significant == 0)
        unit = 10.0 ** max(min(exponent - places, 300), -320)
        if not exact and precision >= SIGNIFICANT:
            whole = "." not in text and not has_exponent
            unit = max(unit, unit_at(value, max(precision, shown(text)) if whole else precision))
        slack.append(0.0 if exact else unit / 2)
    return np.array(slack)


def unit_at(value: float, digits: int) -> float:
    """The unit of the last of so many significant digits; 0 of what has none."""
    return 10.0 ** max(math.floor(math.log10(abs(value))) + 1 - digits, -320) if value and math.isfinite(value) else 0.0


def shown(text: str) -> int:
    """Significant digits, without the zeros at the end of a whole number and the .0 that a float has by itself."""
    whole = text.removesuffix(".0")
    return split(whole.rstrip("0") or "0")[2] if "." not in whole and not is_scientific(whole) else split(text)[2]


def is_scientific(text: str) -> bool:
    return "e" in text.lower()


def split(text: str) -> tuple[int | None, int, int]:
    """Digits after the point (None of what is not finite), exponent, and significant digits."""
    mantissa, _, exponent = text.lower().partition("e")
    if mantissa[-1:] not in "0123456789.":
        return None, 0, 0
    whole, _, fraction = mantissa.partition(".")
    return len(fraction), max(-1000, min(1000, int(exponent or 0))), len((whole + fraction).lstrip("+-0"))
