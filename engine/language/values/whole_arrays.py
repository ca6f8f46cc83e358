"""Which arrays and numbers are of a type of whole numbers, so that NumPy and PyTorch cut what is written to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.objects import Fresh, Tensor
from gradlens.engine.language.standard.exceptions import raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.masks import is_mask, judged

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

# which show, move or join what they are given: of whole numbers alone they make such
PASSING = frozenset(
    "identity stack concat reshape ravel transpose swapaxes moveaxis expand_dims squeeze flip broadcast_to diag tril"
    " triu pad tile repeat split roll sort unfold fold".split()
)
JOINING = ("stack", "concat", "where")
# of whose first operand alone the type is that of the result
OF_FIRST = frozenset("index take take_along_axis put stop_gradient".split())
# whose results are fractions
DIVIDING = frozenset(
    "div mean std var exp log sqrt sin cos tan tanh sigmoid softmax log_softmax median norm linalg_norm reciprocal"
    " square_root root_mean_square solve inv".split()
)
ROUNDED = ("floor", "ceil", "trunc", "round")
# which compute with whole numbers in whole numbers, where True and False count as such beside one
COMPUTING = frozenset(
    "add sub mul neg pow mod floor_divide fmod square abs sign maximum minimum max min spread clip diff trace"
    " matmul dot outer inner vecdot tensordot kron cross matrix_power einsum floor ceil trunc round sum_to".split()
)
# the same, also of truths alone
COUNTING = frozenset("sum prod cumsum cumprod".split())
PLACES = frozenset("argmax argmin argsort searchsorted".split())
# whose results are whole numbers by their values, whatever they are made of
ROUNDING = frozenset("floor ceil round trunc sign heaviside one_hot floor_divide".split()) | PLACES
# of which numbers that are whole by their values make such
KEEPING = PASSING | OF_FIRST | {"add", "sub", "mul", "neg", "abs", "maximum", "minimum", "sum", "max", "min", "prod"}


def parts_of(m: Machine, id: int) -> tuple[int, ...]:
    """The operands on which the type of a result depends."""
    node = m.graph.nodes[id]
    if node.kind in OF_FIRST:
        return node.inputs[:1]
    if node.kind == "clip":
        return tuple([i for i in node.inputs if not is_infinite(m, i)])
    if node.kind in PASSING or node.kind in COMPUTING or node.kind in COUNTING:
        return node.inputs
    return node.inputs[1:] if node.kind == "where" else ()


def is_whole(m: Machine, id: int) -> bool:
    """Whether a value is of a type of whole numbers for certain: as the call that made it says, or its operands."""

    def is_one(id: int) -> bool:
        node = m.graph.nodes[id]
        kind, made_of = node.kind, parts_of(m, id)
        if not made_of:
            return kind in PLACES or m.bits.get(id, 0) > 0
        if kind in COMPUTING or kind in COUNTING:
            wholes = [m.wholes[i] for i in made_of]
            if not all(whole or is_mask(m, i) for whole, i in zip(wholes, made_of, strict=True)):
                return False
            return (any(wholes) or kind in COUNTING) and not (kind == "pow" and is_negative(m, made_of[1]))
        wholes = [m.wholes[i] for i in made_of]
        return all(wholes) or (
            kind in JOINING
            and any(wholes)
            and all(whole or is_mask(m, i) for whole, i in zip(wholes, made_of, strict=True))
        )

    return judged(m.wholes, id, lambda id: parts_of(m, id), is_one)


def is_of_fractions(m: Machine, id: int) -> bool:
    """Whether a value is of a type of fractions for certain."""

    def parts(id: int) -> tuple[int, ...]:
        node = m.graph.nodes[id]
        counts = node.shape == () and node.kind in ROUNDED  # which Python's int and round make whole numbers
        return () if counts or is_whole(m, id) else parts_of(m, id)

    def is_one(id: int) -> bool:
        return m.graph.nodes[id].kind in DIVIDING or any(m.fractions[i] for i in parts(id))

    return judged(m.fractions, id, parts, is_one)


def becomes_fractions(m: Machine, id: int) -> None:
    """Note that a value is one of fractions, though it is made of whole numbers or of truths."""
    m.masks[id], m.wholes[id], m.counts[id], m.narrow[id], m.fractions[id] = False, False, False, False, True


def is_infinite(m: Machine, id: int) -> bool:
    """Whether a number of the text is no bound."""
    value = m.graph.nodes[id].value
    return value is not None and (math.isinf(value) if type(value) is float else bool(np.all(np.isinf(value))))


def is_negative(m: Machine, id: int) -> bool:
    """Whether a number of the text is negative."""
    value = m.graph.nodes[id].value
    return value is not None and bool(np.any(np.asarray(value) < 0))


def are_whole(m: Machine, id: int) -> bool:
    """Whether a value has whole numbers alone, whatever its inputs are."""
    nodes = m.graph.nodes
    seen: dict[int, bool] = {}

    def parts(id: int) -> tuple[int, ...]:
        if nodes[id].kind == "put":  # whose type is that of the array, whatever is written to it
            return nodes[id].inputs[is_whole(m, nodes[id].inputs[0]) :]
        if is_whole(m, id):
            return ()
        return parts_of(m, id) if nodes[id].kind in KEEPING or nodes[id].kind == "where" else ()

    def is_one(id: int) -> bool:
        node = nodes[id]
        if made_of := parts(id):
            return all(seen[i] for i in made_of)
        if is_whole(m, id) or node.kind in ROUNDING:
            return True
        if node.op is not None:
            return node.op.family == "comparison"
        return node.kind == "constant" and bool(np.all(node.value == np.trunc(node.value)))

    return judged(seen, id, parts, is_one)


def look_at_numbers(m: Machine, id: int) -> None:
    """Note the numbers by which a value is one of whole numbers: with others the program is another one."""
    nodes = m.graph.nodes
    pending = [id]
    while pending:
        one = pending.pop()
        if one in m.typed:
            continue
        m.typed[one] = True
        node = nodes[one]
        if node.kind == "input" and one in m.bits and node.name is not None:
            m.looked_names.add(node.name)
        m.charge(len(node.inputs) // 4, m.place)
        pending += node.inputs


def check_kept(m: Machine, id: int, got: str, place: Any) -> None:
    """Error: fraction-cut, where a fraction would be written to what is of whole numbers."""
    if is_whole(m, id):
        raise Misplaced("fraction-cut", place, got=got)


def check_fractions(m: Machine, held: Any, got: str, place: Any) -> None:
    """Error: whole-tensor, where PyTorch needs fractions: for a gradient, a mean."""
    if getattr(held, "library", "") != "torch":
        return
    op = m.graph.nodes[held.id].op if type(held) is Tensor else None
    if held.whole if type(held) is Fresh else is_whole(m, held.id) or (op is not None and op.family == "comparison"):
        said = f"{got} of a tensor that is of no floating point dtype"
        raise Misplaced("whole-tensor", place, got=got).as_in_python(raising("RuntimeError", said))
