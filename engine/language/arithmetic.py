"""Operators, comparisons and truth: of known values as Python has them, of all else as nodes."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language import calling, memory, nodes
from gradlens.engine.language.calls import written_values
from gradlens.engine.language.calls.operators import IN_PLACE_NAMES
from gradlens.engine.language.nodes import NUMBERS, extend_empty, id_of, list_changed, opened_list, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    Computed,
    DictCell,
    DictView,
    Fresh,
    Instance,
    ListCell,
    SetCell,
    Tensor,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.array_errors import failed
from gradlens.engine.language.standard.exceptions import Raised, by_types, made, raising
from gradlens.engine.language.standard.number_errors import check_operator
from gradlens.engine.language.syntax import BINARY, LOGIC, Misplaced
from gradlens.engine.language.values import dependence, known_values, rooms, value_texts, whole_arrays, written_lists
from gradlens.engine.language.values.comparisons import truth
from gradlens.engine.language.values.numbers import held_by, is_long, is_number, value_of
from gradlens.engine.language.values.operands import is_array, joint_library, operands_library, outside, set_of_view
from gradlens.engine.language.values.wide_wholes import check_number
from gradlens.engine.ops import OPS, Op
from gradlens.engine.values import number, shape_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

HUGE = 2**1_023  # of which a float is infinite, nearly
CANCELLED = 1_024  # times smaller than its operands: a sum that has lost as much of what a float holds of them
MOST_BITS = 1_000  # of a whole number that goes for a float without error, whatever the inputs are
DIGITS = 4_300  # of a known whole number: Python's own bound on writing one out
BITS = int((DIGITS - 1) * math.log2(10))
SMALL = 10**9  # whole numbers below it have few digits, and so has what these operators make of them
QUICK = frozenset((ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod))
JOINING = frozenset((ast.BitAnd, ast.BitOr, ast.BitXor))
SHIFTING = frozenset((ast.LShift, ast.RShift))
GROWING = frozenset((ast.Pow, ast.Mult, ast.LShift))
PYTHON: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda x, y: x + y,
    ast.Sub: lambda x, y: x - y,
    ast.Mult: lambda x, y: x * y,
    ast.Div: lambda x, y: x / y,
    ast.FloorDiv: lambda x, y: x // y,
    ast.Mod: lambda x, y: x % y,
    ast.Pow: lambda x, y: x**y,
    ast.BitAnd: lambda x, y: x & y,
    ast.BitOr: lambda x, y: x | y,
    ast.BitXor: lambda x, y: x ^ y,
    ast.LShift: lambda x, y: x << y,
    ast.RShift: lambda x, y: x >> y,
}


def product(x: Any, y: Any) -> Any:
    return x @ y


def python(sign: type[ast.operator]) -> Callable[[Any, Any], Any]:
    """What Python does for an operator."""
    return PYTHON.get(sign, product)


SIGN_NAMES: dict[type[ast.unaryop], str] = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}
SIGN_OPS: dict[type[ast.unaryop], Op | None] = {
    ast.USub: OPS["neg"],
    ast.UAdd: None,
    ast.Invert: OPS["logical_not"],
}
CAREFUL = frozenset((ast.Pow, *LOGIC))  # operators that ask more of their operands
OP_OF: dict[type[ast.operator], Op] = {sign: OPS[name] for sign, name in (BINARY | LOGIC).items()}
PLAIN: dict[type[ast.operator], Op] = {  # that ask no more of their operands than that they are numbers
    sign: op for sign, op in OP_OF.items() if sign not in CAREFUL and op.definition is None and op.labels is None
}


def binary(m: Machine, frame: Frame, sign: type[ast.operator], a: Any, b: Any, node: Any) -> None:
    """a + b on the frame's stack, or a call of the program's that will leave it there."""
    ta, tb = kind_of(a), kind_of(b)
    if ta is Tensor:
        if (a.known is None and (tb is Tensor or tb in NUMBERS)) or (tb is Tensor and b.known is None):
            frame.stack.append(node_of_binary(m, sign, a, b, node))
            return
    elif tb is Tensor and ta in NUMBERS and b.known is None:
        frame.stack.append(node_of_binary(m, sign, a, b, node))
        return
    elif ta is int and tb is int:
        frame.stack.append(computed(m, sign, a, b, node))
        return
    if ta is Instance or tb is Instance:
        calling.operator_call(m, frame, sign, a, b, node)
        return
    frame.stack.append(result(m, sign, a, b, node))


def is_whole(value: Any) -> bool:
    """Whether a number is a whole one that is known, which ^ combines by bits and * takes as a count of repeats."""
    known = value.value if type(value) is Computed else value.known if type(value) is Tensor else value
    return type(known) in (int, bool)


def node_of_binary(m: Machine, sign: type[ast.operator], a: Any, b: Any, node: Any) -> Tensor:
    op = PLAIN.get(sign)
    if op is None or m.tries:
        return node_of_careful(m, sign, a, b, node)
    ta, tb = kind_of(a), kind_of(b)
    if ta is Tensor and a.view is None:
        first = a.id
    elif type(node) is ast.BinOp:
        first = id_of(m, a, node.left)
    else:
        first = id_of(m, a, nodes.operand_places(node, 2)[0])
    if tb is Tensor and b.view is None:
        second = b.id
    elif type(node) is ast.BinOp:
        second = id_of(m, b, node.right)
    else:
        second = id_of(m, b, nodes.operand_places(node, 2)[1])
    try:
        return nodes.of_two(m, op, first, second, joint_library(a, b), node)
    except EngineError as error:
        failed(error, library=operands_library(a, b))
        raise


def node_of_careful(m: Machine, sign: type[ast.operator], a: Any, b: Any, node: Any) -> Tensor:
    op = OP_OF.get(sign)
    if op is None:
        if sign is not ast.BitXor:
            raise no_bits(sign, node)
        read_again = not m.libraries and not m.syntax.readings and not all(map(is_whole, (a, b)))
        raise Misplaced("caret-power" if read_again else "caret", node)
    if m.tries:
        check_operator(m, sign, a, b, node)
    first = a.id if type(a) is Tensor and a.view is None else id_of(m, a, nodes.operand_places(node, 2)[0])
    careful = sign in CAREFUL
    if careful and sign is ast.Pow and m.libraries and is_negative_whole(b):
        check_power(m, first, node)
    second = b.id if type(b) is Tensor and b.view is None else id_of(m, b, nodes.operand_places(node, 2)[1])
    if careful and sign in LOGIC and not m.frame.code.ours:
        known_values.check_conditions(m, (first, second), node)
    try:
        found = nodes.apply(m, op, (first, second), nodes.NO_OPTIONS, node)
    except EngineError as error:
        failed(error, library=operands_library(a, b))
        raise
    found.library = joint_library(a, b)
    return found


def is_negative_whole(value: Any) -> bool:
    return is_number(value) and type(held := held_by(value)) is int and held < 0


def check_power(m: Machine, id: int, node: Any) -> None:
    """Error: whole-power, of an array of whole numbers with a negative one."""
    if m.graph.nodes[id].shape and whole_arrays.is_whole(m, id):
        said = raising("ValueError", "Integers to negative integer powers are not allowed.")
        raise Misplaced("whole-power", node, got=value_texts.text_of(node)).as_in_python(said)


def result(m: Machine, sign: type[ast.operator], a: Any, b: Any, node: Any) -> Any:
    """a + b of what are no objects of the program's classes."""
    ta, tb = kind_of(a), kind_of(b)
    if is_number(a) and is_number(b):
        return computed(m, sign, a, b, node)
    if ta is Unreachable or tb is Unreachable:
        return outside(m, [a, b])
    if (drawn := drawn_result(m, sign, a, b, node)) is not None:
        return drawn
    if ta is str or tb is str:
        return text_result(m, sign, a, b, node)
    if ta is DictCell and tb is DictCell:
        if a.kind == b.kind == "Counter" and (joined := m.counters_joined(sign.__name__, a, b, node)) is not None:
            return joined
        if sign is ast.BitOr:
            m.charge((len(a.items) + len(b.items)) // 8, node)
            return DictCell(a.items | b.items, a.kind, a.factory)
    if DictView in (ta, tb) and sign in (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub):
        a, b = (set_of_view(m, part, node) if type(part) is DictView else part for part in (a, b))
        ta, tb = kind_of(a), kind_of(b)
    if ta is SetCell and tb is SetCell and sign in (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub):
        m.charge((len(a.items) + len(b.items)) // 8, node)
        return SetCell(PYTHON[sign](a.items, b.items))
    if (joined := list_result(m, sign, a, b, node)) is not None:
        return joined
    try:
        return node_of_binary(m, sign, a, b, node)
    except Misplaced as error:
        if error.python is None and not any(type(part) in (Tensor, Fresh) for part in (a, b)):
            error.as_in_python(by_types(PYTHON[sign], a, b) if sign in PYTHON else None)
        raise


def drawn_result(m: Machine, sign: type[ast.operator], a: Any, b: Any, node: Any) -> Fresh | None:
    """0.01 * np.random.randn(2, 3): random numbers with a known factor are random numbers; None for all else."""
    if not ((type(a) is Fresh and a.drawn) or (type(b) is Fresh and b.drawn)):
        return None
    if sign not in (ast.Add, ast.Sub, ast.Mult, ast.Div):
        return None
    values: list[Any] = []
    for part in (a, b):
        if type(part) is Fresh and part.tensor is None:
            values.append(part.value)
        elif is_number(part):
            dependence.assume(m, part)
            values.append(number(held_by(part)))
        elif type(part) is Tensor and not m.is_free(part):
            values.append(known_values.known_array(m, part, node))
        else:
            return None
    try:
        rooms.check_room(m, np.broadcast_shapes(*map(shape_of, values)))
        with np.errstate(all="ignore"):
            found = PYTHON[sign](np.asarray(values[0], dtype=np.float64), np.asarray(values[1], dtype=np.float64))
    except ValueError:
        return None  # shapes that the op will name
    first = a if type(a) is Fresh else b
    return Fresh(found if found.shape else float(found), node, first.drawn, library=first.library)


def computed(m: Machine, sign: type[ast.operator], a: Any, b: Any, node: Any) -> Any:
    """A number of two known ones; a node where Python has none for it, or one of too many digits."""
    x, y = held_by(a), held_by(b)
    if m.frame.code.ours and not (type(x) is int and type(y) is int):
        return node_of_binary(m, sign, a, b, node)  # rules and definitions are of the graph alone
    if m.tries:  # where an exception of Python's is part of what the program does
        dependence.look(m, a)
        dependence.look(m, b)
    if type(x) is int and type(y) is int and sign in QUICK and 0 < y < SMALL and -SMALL < x < SMALL:
        found = PYTHON[sign](x, y)
    else:
        found = python_number(m, sign, x, y, node)
    if found is MISSING:
        dependence.look(m, a)
        dependence.look(m, b)
        return node_of_binary(m, sign, a, b, node)
    op = OP_OF.get(sign) if sign not in JOINING or type(found) is bool else None
    if is_long(x) or is_long(y):
        op = known_digits(m, sign, found, a, b, op)
    made = Computed(found, op, (a, b), node)
    if m.number_types:
        check_number(m, sign, made, a, b, node)
    if made.varies:
        made.bits = bits_of_result(m, sign, a, b)
        if made.bits is None or made.bits > MOST_BITS:
            made.bits = None
            dependence.look(m, a)
            dependence.look(m, b)
    return made


def known_digits(m: Machine, sign: type[ast.operator], found: Any, a: Any, b: Any, op: Op | None) -> Op | None:
    """The op of a result of long whole numbers; none where their last digits decide it, which a float does not keep:
    it is a constant then, and what it was made of is assumed.
    """
    largest = max(abs(held_by(a)), abs(held_by(b)))
    if sign in (ast.Mod, ast.FloorDiv):
        decided = True
    elif sign in (ast.Add, ast.Sub):
        decided = abs(found) < largest / CANCELLED if largest < HUGE else True
    else:
        decided = largest >= HUGE
    if decided:
        dependence.assume(m, a)
        dependence.assume(m, b)
    return None if decided else op


def bits_of_result(m: Machine, sign: type[ast.operator], a: Any, b: Any) -> int | None:
    """The most bits that the result of two numbers can have, whatever the inputs are that they were made of.

    None where it need not be a number of one type whatever they are; 0 where it is a float.
    """
    left, right = dependence.most_bits(m, a), dependence.most_bits(m, b)
    if left is None or right is None:
        return None
    fixed = not dependence.varies(b)
    if sign is ast.Div:
        return 0 if fixed else None  # by zero there is no number
    if type(held_by(a)) is float or type(held_by(b)) is float:
        return 0 if sign in (ast.Add, ast.Sub, ast.Mult) else None
    if sign is ast.Add or sign is ast.Sub:
        return max(left, right) + 1
    if sign is ast.Mult:
        return left + right
    if sign is ast.Pow and fixed and 0 <= (power := held_by(b)) <= MOST_BITS:
        return left * power
    return max(left, right) + 1 if sign in (ast.FloorDiv, ast.Mod) and fixed else None


def no_bits(sign: type[ast.operator], node: Any) -> Misplaced:
    kind = "shift" if sign in (ast.LShift, ast.RShift) else "bits"
    return Misplaced(kind, node, got=value_texts.text_of(node))


def python_number(m: Machine, sign: type[ast.operator], x: Any, y: Any, node: Any) -> Any:
    whole = kind_of(x) is not float and kind_of(y) is not float
    try:
        if whole:
            bits = x.bit_length()
            if bits > BITS or (sign in GROWING and is_too_long(sign, bits, y)):
                return MISSING
            if sign is ast.BitXor and not (type(x) is bool and type(y) is bool) and not m.libraries:
                raise Misplaced("caret", node)
        elif sign in JOINING or sign in SHIFTING:
            raise no_bits(sign, node)
        found = PYTHON[sign](x, y)
    except (ZeroDivisionError, OverflowError, ValueError) as error:
        divided = whole and sign in (ast.FloorDiv, ast.Mod) and not m.chosen_between and not m.frame.code.ours
        if m.expected(type(error).__name__) or divided:
            raise number_error(node, type(error).__name__, *error.args) from None
        return MISSING
    except KeyError:
        raise Misplaced("matmul-scalar", node, function="matmul", left="()", right="()") from None
    return MISSING if isinstance(found, complex) else found


def is_too_long(sign: type[ast.operator], bits: int, y: int) -> bool:
    """Whether a whole number of so many bits has too many digits after a power, a product or a shift."""
    if sign is ast.Mult:
        return bits + y.bit_length() > BITS
    return y > BITS or (y > 0 and (bits * y if sign is ast.Pow else bits + y) > BITS)


def number_error(node: Any, name: str, *args: Any) -> Misplaced:
    """What Python raises where the graph has inf or NaN."""
    return Raised(made(name, *args), node)


def text_result(m: Machine, sign: type[ast.operator], a: Any, b: Any, node: Any) -> Any:
    """Text joined, repeated or filled in."""
    left, right = nodes.operand_places(node, 2)
    if type(a) is str and type(b) is str and sign is ast.Add:
        m.charge((len(a) + len(b)) // 8, node)
        return a + b
    if sign is ast.Mult:
        text, times, place = (a, b, right) if type(a) is str else (b, a, left)
        if type(text) is str and is_number(times):
            count = known_values.whole(m, times, place, "list-repeat", count=value_texts.text_of(place))
            m.charge(len(text) * max(count, 0) // 8, node)
            return text * count
    if type(a) is str and sign is ast.Mod:
        return written_values.percent(m, a, b, node)
    raise Misplaced("string", left if type(a) is str else right).as_in_python(by_types(python(sign), a, b))


def list_result(m: Machine, sign: type[ast.operator], a: Any, b: Any, node: Any) -> Any:
    """Lists and tuples joined and repeated, where they are no arrays; None for all else.

    In a program without a library, a list of numbers under a name is an array, as on the page.
    """
    ta, tb = kind_of(a), kind_of(b)
    left, right = nodes.operand_places(node, 2)
    if sign is ast.Add:
        if ta is tuple and tb is tuple:
            m.charge(len(a) + len(b), node)
            return a + b
        if ta is ListCell and tb is ListCell and are_joined(m, a, b):
            items = [*opened_list(m, a), *opened_list(m, b)]
            m.charge(len(items), node)
            return ListCell(items, place=node)
        if {ta, tb} == {tuple, ListCell} and m.expected("TypeError"):
            raise Misplaced("not-a-number", node, got=value_texts.text_of(node)).as_in_python(
                by_types(python(sign), a, b)
            )
        if ta is ListCell and tb is ListCell:
            note_array_reading(m, "np.add", left, right, node)
        return None
    if sign is not ast.Mult:
        return None
    for items, times, place in ((a, b, right), (b, a, left)):
        if is_array(m, items) and is_whole(times):
            note_array_reading(m, "np.multiply", left, right, node)
        if type(items) in (tuple, ListCell) and (is_number(times) or type(times) is Tensor) and not is_array(m, items):
            count = repeats(m, items, times, place, node)
            if count is None:
                return None
            found = opened_list(m, items) if type(items) is ListCell else items
            m.charge(len(found) * max(count, 0), node)
            count = max(count, 0) if found else 0
            return ListCell(found * count, place=node) if type(items) is ListCell else found * count
    return None


def note_array_reading(m: Machine, function: str, left: Any, right: Any, node: Any) -> None:
    """Say that lists were added or multiplied as arrays: Python joins and repeats them."""
    if id(node) not in m.graph.read_as:
        m.graph.read_as[id(node)] = (node, f"{function}({value_texts.text_of(left)}, {value_texts.text_of(right)})")


def are_joined(m: Machine, a: ListCell, b: ListCell) -> bool:
    """Whether + joins two lists: [inputs] + hidden is longer than either, also where hidden is a list under a name.

    As arrays they are added where that is possible without stretching one, in a program without classes.
    """
    if not (is_array(m, a) or is_array(m, b)) or m.has_classes:
        return True
    named = a.leaf and b.leaf and a.name is not None and b.name is not None
    return not named and written_lists.length(a) != written_lists.length(b)


def repeats(m: Machine, items: Any, times: Any, place: Any, node: Any) -> int | None:
    """How often a list or tuple times a number repeats it; None where it is multiplied like an array.

    Python repeats by whole numbers. Any other number is an error there, but NumPy multiplies by an array of one
    number, and where no library is spoken a list of numbers is an array.  Error: list-repeat.
    """
    known = held_by(times)
    array = type(items) is ListCell and nodes.is_numeric(m, items) and not m.libraries - {"math"}
    if type(times) is Tensor:
        made = m.graph.nodes[nodes.id_of(m, times, place)]
        if made.shape or (made.op is None and times.library):
            return None
        if known is None and array and made.id not in m.assumed:
            m.scaled.append((made.id, place))  # it is no count, unless it is needed as one later
            return None
        if known is None and (made.id in m.assumed or made.name in m.read_inputs):  # of no type in the text
            known = known_values.known_number(m, times, place)
    if isinstance(known, int):
        dependence.assume(m, times)
        return int(known)
    if array:
        return None
    raise Misplaced("list-repeat", node, count=value_texts.text_of(place))


def unary(m: Machine, frame: Frame, sign: type[ast.unaryop], a: Any, node: ast.UnaryOp) -> None:
    if sign is ast.Not:
        frame.stack.append(not_of(m, a, node))
        return
    if type(a) is Instance:
        name = SIGN_NAMES[sign]
        calling.call_method(m, frame, a, name, [], node)
        return
    frame.stack.append(unary_result(m, sign, a, node))


def unary_result(m: Machine, sign: type[ast.unaryop], a: Any, node: Any) -> Any:
    if type(a) is Unreachable:
        return a
    place = nodes.operand_places(node, 1)[0]
    if is_number(a):
        value = held_by(a)
        if sign is ast.UAdd:
            return a if type(value) is not bool else Computed(int(value), OPS["identity"], (a,), node)
        if sign is ast.USub:
            if type(a) is float or (type(a) is int and isinstance(place, ast.UnaryOp)):
                return -a  # -inf and -(-2) are numbers as one writes them
            if m.frame.code.ours and type(value) is not int:
                return nodes.apply(m, OPS["neg"], (id_of(m, a, place),), nodes.NO_OPTIONS, node)
            made = Computed(-value, OPS["neg"], (a,), node)
            if made.varies:
                made.bits = dependence.most_bits(m, a)
                if made.bits is None:
                    dependence.look(m, a)
            return made
        dependence.look(m, a)
        if type(value) is bool and m.libraries - {"math"}:  # as NumPy's truths; Python's own are whole numbers
            return Computed(not value, OPS["logical_not"], (a,), node)
        if type(value) in (int, bool):
            return Computed(~value, None, (a,), node)
    op = SIGN_OPS[sign]
    tensor = tensor_of(m, a, place)
    if op is None and m.graph.nodes[tensor.id].shape:
        op = OPS["identity"]  # +x of an array is another array
    if op is None:
        return tensor
    if sign is ast.Invert and not m.frame.code.ours:
        known_values.check_conditions(m, (tensor.id,), node)
    found = nodes.apply(m, op, (tensor.id,), nodes.NO_OPTIONS, node)
    found.library = tensor.library
    return found


def not_of(m: Machine, a: Any, node: ast.UnaryOp) -> Any:
    if is_number(a) and type(a) is not bool:
        value = value_of(m, a)
        return Computed(not value, OPS["logical_not"] if type(value) is bool else None, (a,), node)
    return not truth(m, a, node.operand)


# ------------------------------------------------------------------ changes in place


def change(m: Machine, frame: Frame, sign: type[ast.operator], a: Any, b: Any, node: ast.AugAssign) -> None:
    if kind_of(a) is Fresh:
        a = tensor_of(m, a, node)
    kind = kind_of(a)
    if kind is Instance and (a.of.find(IN_PLACE_NAMES[sign]) is not MISSING):
        calling.call_method(m, frame, a, IN_PLACE_NAMES[sign], [b], node)
        return
    if kind is Tensor and a.library == "jax":  # which does not change: the name is bound to another
        frame.stack.append(node_of_binary(m, sign, a, b, node))
        return
    if kind is Tensor:
        m.graph.begin_sum(a.id)
        if (m.graph.nodes[id_of(m, a, node)].shape or a.library == "torch" or a.is_array) and type(b) is not Instance:
            found = node_of_binary(m, sign, a, b, node)
            id: int = a.id
            if is_number(b) and type(held_by(b)) is float and m.libraries and whole_arrays.is_whole(m, id):
                raise Misplaced("fraction-cut", node, got=value_texts.text_of(node.target))
            shape, wanted = m.graph.nodes[found.id].shape, m.graph.nodes[id].shape
            if shape != wanted:
                if m.libraries - {"math"}:
                    refused = Misplaced("in-place-shape", node, shape=str(wanted), got=str(shape))
                    sources = m.graph.nodes[found.id]
                    failed(refused, op=sources.op, shapes=(wanted, shape), options=nodes.NO_OPTIONS, library=a.library)
                    raise refused
                frame.stack.append(found)
                return
            if frame.cuts:
                memory.renew(m, a, found, node)
            else:
                memory.write(m, a, found.id, node)
            frame.stack.append(a)
            return
        binary(m, frame, sign, a, b, node)
        return
    if kind is ListCell and not is_array(m, a):
        if sign is ast.Add and not is_scalar(m, b):
            items = m.listed(b, node.value)
            if a.leaf:
                extend_empty(m, a)
            written = opened_list(m, a)
            m.charge(len(items), node)
            written += items
            list_changed(m, a)
            frame.stack.append(a)
            return
        if sign is ast.Mult and (found := list_result(m, sign, a, b, node)) is not None:
            a.items = found.items
            list_changed(m, a)
            frame.stack.append(a)
            return
    if kind is ListCell and is_array(m, a) and type(b) is ListCell and not b.leaf and sign is ast.Add:
        # What += joins to a list is a list, wherever the program stands.
        written = opened_list(m, a)
        written += opened_list(m, b)
        list_changed(m, a)
        frame.stack.append(a)
        return
    if kind is SetCell and type(b) is SetCell and sign in (ast.BitAnd, ast.BitOr, ast.Sub):
        m.charge((len(a.items) + len(b.items)) // 8, node)
        a.items = PYTHON[sign](a.items, b.items)
        m.writes += 1
        frame.stack.append(a)
        return
    if kind is DictCell and type(b) is DictCell and sign is ast.BitOr:
        m.charge(len(b.items) // 8, node)
        a.items |= b.items
        m.writes += 1
        frame.stack.append(a)
        return
    binary(m, frame, sign, a, b, node)


def is_scalar(m: Machine, value: Any) -> bool:
    return type(value) in NUMBERS or m.is_scalar(value)


# ------------------------------------------------------------------ comparisons and truth
