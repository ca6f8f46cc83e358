"""What is written in a node's box and on an edge, as static/js/lib/format.js and graph/labels.js write it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np

from gradlens.engine.traces import Trace, TraceEdge, TraceNode
from gradlens.engine.values import Shape, Value, size_of

DIGITS = 4
# Whole numbers below this are written out: they are exact, and shorter than their power of ten.
WRITTEN_OUT = 1e6
SMALLEST_PLAIN = 1e-4
NOISE = 8 * 2.0**-52  # a few units in the last place are the arithmetic's own
LARGEST_WRITTEN = (3, 4)  # rows and columns of an array whose numbers are written
ARRAY_DIGITS = 3  # of the largest element; the others have as many decimals
MOST_IN_LINE = 4  # elements
LONGEST_NAME = 22
LONGEST_PART = 14  # in ∂total/∂apple each of the two
LONGEST_FACTOR = 6
HEAT_ROWS, HEAT_COLUMNS = 4, 10  # the largest array that is pictured
ROUNDING = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# Ops that have a sign of their own on paper; all others go by name.
SIGNS = {
    "add": "+", "sub": "−", "mul": "×", "div": "÷", "neg": "−", "pow": "**", "matmul": "@", "identity": "=",
    "index": "[ ]", "getitem": "[ ]", "transpose": "ᵀ", "abs": "|·|", "sqrt": "√",
}  # fmt: skip
PRODUCTS = ("matmul", "affine", "linear", "dot")


def plain(value: float) -> str:
    """The shortest decimal of a number that is written without a power of ten."""
    return repr(value).removesuffix(".0")


def parts(value: float) -> tuple[str, int]:
    """Digits and power of ten of a finite number's size, rounded to four digits."""
    size = abs(value)
    if size == 0:
        return "0", 0
    rounded = ROUNDING.create_decimal_from_float(size)
    if 10 ** (DIGITS - 1) <= size < WRITTEN_OUT - 0.5:
        return plain(float(math.floor(size + 0.5) if size >= 10**DIGITS else rounded)), 0
    if SMALLEST_PLAIN <= float(rounded) < WRITTEN_OUT:
        return plain(float(rounded)), 0
    return plain(float(rounded.scaleb(-rounded.adjusted()))), rounded.adjusted()


def is_rounded(value: float) -> bool:
    """Whether four digits say less than the number."""
    if not math.isfinite(value):
        return False
    digits, exponent = parts(value)
    return abs(float(f"{digits}e{exponent}") - abs(value)) > NOISE * abs(value)


def number(value: float) -> str:
    """≈0.7311, −1.2×10⁻⁵, ∞, NaN."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    digits, exponent = parts(value)
    about = "≈" if is_rounded(value) else ""
    power = f"×10{str(exponent).translate(SUPERSCRIPTS)}" if exponent else ""
    return f"{about}{'−' if value < 0 else ''}{digits}{power}"


def is_written(shape: Shape) -> bool:
    """Whether an array is so small that its numbers are written."""
    rows, columns = LARGEST_WRITTEN
    return 0 < len(shape) <= 2 and 0 < shape[-1] <= columns and 0 < (shape[0] if len(shape) == 2 else 1) <= rows


def written_rows(value: Value, shape: Shape) -> list[str] | None:
    """A small array, row by row: 0.018 0.245 −0.263; None where it is too large to be written out."""
    if not is_written(shape):
        return None
    table = np.asarray(value, dtype=float).reshape(-1, shape[-1]).tolist()
    rounded = _rounding(table)
    return [" ".join(number(rounded(one)).replace("≈", "") for one in row) for row in table]


def _rounding(table: list[list[float]]) -> Callable[[float], float]:
    """What an element of an array is written as."""
    largest = max([abs(one) for row in table for one in row if math.isfinite(one)], default=0.0)
    decimals = max(ARRAY_DIGITS - 1 - math.floor(math.log10(largest or 1)), 0)

    def rounded(one: float) -> float:
        if not (math.isfinite(one) and SMALLEST_PLAIN <= largest < WRITTEN_OUT):
            return one
        # What is not zero never becomes it.
        return float(Decimal(one).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)) or one

    return rounded


def label(value: Value | None, shape: Shape) -> str:
    """A number, or an array's shape: 2×3; a vector keeps NumPy's comma, so that it is not taken for a number."""
    if shape:
        return f"({shape[0]},)" if len(shape) == 1 else "×".join(map(str, shape))
    return "…" if value is None else number(float(value))


def value_text(value: Value | None, shape: Shape) -> str:
    """A value in a line: a number, a small array's numbers, or a larger one's shape."""
    rows = None if value is None else written_rows(value, shape)
    if rows is None:
        return label(value, shape)
    lines = [f"[{row}]" for row in rows]
    return lines[0] if len(shape) == 1 else f"[{' '.join(lines)}]"


def value_lines(value: Value | None, shape: Shape) -> list[str]:
    """A value as it stands in a box: a small array row by row."""
    rows = None if value is None else written_rows(value, shape)
    return [label(value, shape)] if rows is None else [f"[{row}]" for row in rows]


def brief_text(value: Value | None, shape: Shape) -> str:
    """A value in one short line: a number, a few elements, or a shape."""
    return value_text(value, shape) if size_of(shape) <= MOST_IN_LINE else label(value, shape)


def sign_of(op: str) -> str:
    """×, exp."""
    return SIGNS.get(op, op)


def is_leaf(node: TraceNode) -> bool:
    return node.op in ("input", "constant")


def name_of(node: TraceNode) -> str:
    """A node in running text: its name, a constant's number, or v with its id."""
    if node.name:
        return node.name
    return brief_text(node.value, node.shape) if node.op == "constant" else f"v{str(node.id).translate(SUBSCRIPTS)}"


def box_label(node: TraceNode) -> tuple[str, str]:
    """The sign and the name in a node's box. A constant is its number alone."""
    if node.op == "constant":
        return "", ""
    return "" if is_leaf(node) else sign_of(node.op), shortened(name_of(node))


def partial(trace: Trace, node: TraceNode) -> str:
    """A node's gradient in the one notation, with the program's own names: ∂total/∂apple."""
    whole, part = (shortened(name_of(one), LONGEST_PART) for one in (trace.nodes[trace.output], node))
    return f"∂{whole}/∂{part}"


def edge_label(trace: Trace, edge: TraceEdge) -> str:
    """What is written on an edge that has carried its contribution back: its numbers, or how they come about."""
    source = trace.nodes[edge.source]
    if edge.contribution is None and not source.shape:
        return "…"
    written = brief_text(edge.contribution, source.shape)
    return written if written.startswith("[") else f"{_transposed(trace, edge)}  {written}".strip()


def _transposed(trace: Trace, edge: TraceEdge) -> str:
    """What an edge of a matrix product brings back, ∂L/∂Y Wᵀ; nothing where no two matrices meet."""
    source, target = trace.nodes[edge.source], trace.nodes[edge.target]
    if target.op not in PRODUCTS or edge.argnum > 1 or edge.contribution is None:
        return ""
    other = trace.nodes[target.inputs[1 - edge.argnum]]
    meet = all(len(node.shape) == 2 and node.op != "constant" for node in (source, target, other))
    name = name_of(other)
    if not meet or other.id == source.id or utf16_length(name) > LONGEST_FACTOR:
        return ""
    upstream = partial(trace, target)
    if target.op == "linear":  # its weights are transposed already
        return f"({upstream})ᵀ {name}" if edge.argnum else f"{upstream} {name}"
    return f"{name}ᵀ {upstream}" if edge.argnum else f"{upstream} {name}ᵀ"


def utf16_length(text: str) -> int:
    """A text's length as JavaScript counts it."""
    return len(text.encode("utf-16-le")) // 2


def shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """A longer name is cut in the middle: names that differ often do so at their ends."""
    kept = (longest - 1) / 2
    if len(name) <= longest:
        return name
    return f"{name[: math.ceil(kept)]}…{name[len(name) - math.floor(kept) :]}"


def is_word(sign: str) -> bool:
    """Whether an op goes by name. Signs are set larger."""
    return re.match(r"[^\W\d_]{2}", sign) is not None


def heat_room(shape: Shape) -> tuple[int, int] | None:
    """Rows and columns of the picture of an array that is not written out; None where it would be too large."""
    if not 0 < len(shape) <= 2 or is_written(shape):
        return None
    rows, columns = (1, *shape)[-2:]
    return (rows, columns) if 0 < rows <= HEAT_ROWS and 0 < columns <= HEAT_COLUMNS else None


def sign_word(value: Value | None) -> str:
    """positive, negative or neither, of a number."""
    size = value if isinstance(value, float) else 0.0
    return "positive" if size > 0 else "negative" if size < 0 else ""
