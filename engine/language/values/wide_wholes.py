"""Whole numbers of arrays beyond what their type holds, or a float: they wrap around there, or lose digits here."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Node
from gradlens.engine.language.calls.number_types import INT32
from gradlens.engine.language.objects import Computed, Tensor
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import dependence, known_values, value_texts
from gradlens.engine.language.values.numbers import held_by
from gradlens.engine.language.values.whole_arrays import is_whole

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

BITS = 63  # of a number of the type int64, without its sign
NARROW_BITS = 31
EXACT = 53  # of a whole number that a float holds whatever its digits are
ASSUMED = 20  # of an input that may be another one for the same graph
# by kind: the bits of a result, of those of its operands and of how many numbers it sums up or multiplies
GROWTH = {
    **dict.fromkeys(("add", "sub", "diff", "spread"), lambda bits, count: max(bits) + 1),
    **dict.fromkeys(("mul", "outer", "kron"), lambda bits, count: sum(bits)),
    **dict.fromkeys(("sum", "cumsum", "trace", "sum_to"), lambda bits, count: max(bits) + math.log2(count)),
    **dict.fromkeys(("prod", "cumprod"), lambda bits, count: max(bits) * count),
    **dict.fromkeys(
        ("matmul", "dot", "inner", "vecdot", "tensordot", "einsum", "cross"),
        lambda bits, count: sum(bits) + math.log2(count) + 1,
    ),
    "square": lambda bits, count: 2 * max(bits),
    **dict.fromkeys(("pow", "matrix_power"), lambda bits, count: math.inf),
}
SUMMING = frozenset("add sum cumsum trace matmul dot inner vecdot tensordot einsum".split())
LOST = 10  # bits by which a sum is smaller than its parts
# which show a digit that was lost
TELLING = frozenset("sub mod floor_divide fmod diff spread eq ne".split())


def check_wide(m: Machine) -> None:
    """Errors: whole-wide, where a whole number of an array is beyond 64 bits; whole-digits, where digits are asked for
    that a float has lost.
    """
    nodes = m.graph.nodes
    if not m.libraries - {"math"}:
        return
    roots = [id for id, whole in m.wholes.items() if whole and id < len(nodes) and nodes[id].shape]
    if not roots:
        return
    most = NARROW_BITS if are_of_jax(m.syntax.text) else BITS
    bits: dict[int, float] = {}
    for node in nodes[min(roots) :]:
        if node.op is None:
            if node.shape and m.wholes.get(node.id):
                bits[node.id] = written_bits(m, node)
            continue
        if node.kind == "stack" and m.wholes.get(node.id):  # a list of computed numbers
            bits[node.id] = computed_bits(m, node, most)
            continue
        if bits.keys().isdisjoint(node.inputs) or not is_whole(m, node.id):
            if node.kind in TELLING and any(bits.get(id, 0) > EXACT for id in node.inputs):
                check_digits(m, node, bits)
            continue
        m.charge(1, node.place)
        given = [bits[id] if id in bits else written_bits(m, nodes[id]) for id in node.inputs]
        count = max(1, math.prod(nodes[node.inputs[0]].shape))
        grown = GROWTH[node.kind](given, count) if node.kind in GROWTH else max(given)
        if grown > min(most, EXACT):
            if node.kind in TELLING and max(given) > EXACT:
                check_digits(m, node, bits)
            grown = computed_bits(m, node, most)
            if max(given) > EXACT and node.kind in SUMMING and grown < max(given) - LOST:
                check_digits(m, node, bits)
        bits[node.id] = grown


def are_of_jax(text: str) -> bool:
    """Whether a program's whole numbers are JAX's alone, which are of 32 bits where it does not ask for 64."""
    return "jax" in text and not any(said in text for said in ("import numpy", "from numpy", "torch", "enable_x64"))


def written_bits(m: Machine, node: Node) -> float:
    """Of a leaf, or of a number beside an array."""
    value = m.values_given.get(node.name or "") if node.value is None else node.value
    if value is None or node.op is not None:
        return ASSUMED
    found = bits_of(value)
    if found > ASSUMED:
        dependence.look(m, Tensor(node.id))
    return max(found, ASSUMED) if node.kind == "input" else found


def computed_bits(m: Machine, node: Node, most: int) -> float:
    """Error: whole-wide."""
    try:
        value = known_values.computed_value(m, node.id, node.place)
    except Misplaced:
        return ASSUMED  # without a value yet
    dependence.look(m, Tensor(node.id))
    found = bits_of(value)
    if found >= most:
        largest = float(np.max(np.abs(value)))
        got = node.name or value_texts.text_of(node.place)
        raise EngineError("whole-wide", m.syntax.span(node.place), got=got, value=f"{largest:.4g}", bits=most + 1)
    return found


def check_digits(m: Machine, node: Node, bits: dict[int, float]) -> None:
    """Error: whole-digits, where a float has lost digits of an operand."""
    for id in node.inputs:
        if bits.get(id, 0) > EXACT:
            got = m.graph.nodes[id].name or value_texts.text_of(m.graph.nodes[id].place)
            raise EngineError("whole-digits", m.syntax.span(node.place), got=got)


def bits_of(value: Any) -> float:
    largest = float(np.max(np.abs(value), initial=1.0))
    return math.log2(largest) if math.isfinite(largest) else math.inf


# ------------------------------------------------------------------ numbers alone


def note_type(m: Machine, made: Any, name: str) -> None:
    """Remember that a number is of one of NumPy's types: np.int64(3)."""
    if type(made) is Computed:
        m.number_types[made] = NARROW_BITS if name == INT32 else BITS


def check_number(m: Machine, sign: type[ast.operator], found: Any, a: Any, b: Any, node: Any) -> None:
    """What becomes of a number of NumPy's types in Python's arithmetic: it stays one beside a whole number.

    Errors: whole-wide, beyond what that holds; whole-power, with a negative one.
    """
    parts = [part.id if type(part) is Tensor else part for part in (a, b) if type(part) in (Tensor, Computed)]
    types = [m.number_types[part] for part in parts if part in m.number_types]
    if not types or type(made := found.value) not in (int, float):
        return
    if type(made) is float:
        power = held_by(b)
        if sign is ast.Pow and type(power) is int and power < 0 and type(held_by(a)) is int:
            raise Misplaced("whole-power", node, got=value_texts.text_of(node))
        return
    m.number_types[found] = most = max(types)
    if not -(2**most) <= made < 2**most:
        got = value_texts.text_of(node)
        raise Misplaced("whole-wide", node, got=got, value=f"{float(made):.4g}", bits=most + 1)
