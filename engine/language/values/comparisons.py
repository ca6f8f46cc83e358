"""Comparisons, equality, order, membership and truth."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language import calling, nodes
from gradlens.engine.language.calls import iteration, operators
from gradlens.engine.language.calls.operators import COMPARED
from gradlens.engine.language.locations import in_place_of
from gradlens.engine.language.nodes import id_of, opened_list, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    Builtin,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Fresh,
    Generator,
    Instance,
    ListCell,
    SetCell,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.array_errors import failed, of_array
from gradlens.engine.language.standard.exceptions import by_types, raising
from gradlens.engine.language.syntax import COMPARE, Misplaced, levels
from gradlens.engine.language.values import dependence, known_values, masks, written_lists
from gradlens.engine.language.values.element_types import is_type_of_array, same_type
from gradlens.engine.language.values.numbers import held_by, is_long, is_number, value_of
from gradlens.engine.language.values.operands import is_array, joint_library, operands_library, outside, set_of_view
from gradlens.engine.language.values.value_texts import check_text, shown
from gradlens.engine.ops import OPS, Op

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

SMALL = 10**9  # whole numbers below it are compared as they are
COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
COMPARE_OP: dict[type[ast.cmpop], Op] = {sign: OPS[name] for sign, name in COMPARE.items()}


def compare(m: Machine, frame: Frame, signs: tuple[type[ast.cmpop], ...], values: list[Any], node: ast.Compare) -> None:
    if len(signs) == 1:
        a, b = values
        if (type(a) is Instance or type(b) is Instance) and signs[0] in COMPARED:
            m.push_steps(frame, operators.compare_steps(m, signs[0], a, b, node))
            return
        frame.stack.append(compared(m, signs[0], a, b, node))
        return
    if any(type(value) is Instance for value in values):
        m.push_steps(frame, compared_in_turn(m, signs, values, node))
        return
    parts: list[Any] = []
    texts = [node.left, *node.comparators]
    for i, sign in enumerate(signs):
        written = in_place_of(node, ast.Compare(texts[i], [sign()], [texts[i + 1]]))
        part = compared(m, sign, values[i], values[i + 1], written)
        parts.append(part)
        if type(part) in (bool, Computed) and not value_of(m, part):
            break
    if all(type(part) in (bool, Computed) for part in parts):
        found = all(value_of(m, part) for part in parts)
        frame.stack.append(Computed(found, None, tuple(parts), node))
        return
    # a < b < c is (a < b) & (b < c), as in Python.
    made = parts[0]
    for part in parts[1:]:
        made = nodes.apply(m, OPS["logical_and"], (id_of(m, made, node), id_of(m, part, node)), nodes.NO_OPTIONS, node)
    frame.stack.append(made)


def compared_in_turn(
    m: Machine, signs: tuple[type[ast.cmpop], ...], values: list[Any], node: ast.Compare
) -> Steps[Any, Any, Any]:
    """a < b < c of objects: each in turn, until one does not hold."""
    answer: Any = True
    for sign, a, b in zip(signs, values, values[1:]):
        if (type(a) is Instance or type(b) is Instance) and sign in COMPARED:
            answer = yield from operators.compare_steps(m, sign, a, b, node)
        else:
            answer = compared(m, sign, a, b, node)
        if not truth(m, answer, node):
            return answer
    return answer


def compared(m: Machine, sign: type[ast.cmpop], a: Any, b: Any, node: ast.Compare) -> Any:
    python = COMPARISON.get(sign)
    if python is not None and kind_of(b) is int and -SMALL < b < SMALL:
        x = a.value if type(a) is Computed and not a.varies else a
        if type(x) is int and -SMALL < x < SMALL:
            return Computed(python(x, b), COMPARE_OP[sign], (a, b), node)
    if python is not None and is_number(a) and is_number(b):
        if is_long(held_by(a)) or is_long(held_by(b)):  # whose last digits a float does not keep
            dependence.assume(m, a)
            dependence.assume(m, b)
            return Computed(python(held_by(a), held_by(b)), None, (a, b), node)
        return Computed(python(value_of(m, a), value_of(m, b)), COMPARE_OP[sign], (a, b), node)
    if sign in (ast.Is, ast.IsNot):
        a, b = (
            truth(m, one, node) if type(other) is bool and is_truth(m, one) else one for one, other in ((a, b), (b, a))
        )
        if type(a) is Type and type(b) is Type and "torch" in (a.array, b.array):
            return same_type(m, a, b, node) == (sign is ast.Is)
        same = a is b or (is_plain(a) and is_plain(b) and type(a) is type(b) and a == b)
        return same == (sign is ast.Is)
    if sign in (ast.In, ast.NotIn):
        return contains(m, b, a, node) == (sign is ast.In)
    if type(a) is Unreachable or type(b) is Unreachable:
        return outside(m, [a, b])
    if is_flowing(m, a, b) or is_flowing(m, b, a):
        left, right = nodes.operand_places(node, 2)
        first = id_of(m, a, left)
        try:
            found = nodes.apply(m, COMPARE_OP[sign], (first, id_of(m, b, right)), nodes.NO_OPTIONS, node)
        except EngineError as error:
            failed(error, library=operands_library(a, b))
            raise
        found.library = joint_library(a, b)
        return found
    if sign in (ast.Eq, ast.NotEq):
        return equal(m, a, b, node) == (sign is ast.Eq)
    try:
        return COMPARISON[sign](sortable(m, a, node), sortable(m, b, node))
    except TypeError as error:
        refused = Misplaced("not-compared", node, left=shown(a), right=shown(b))
        said = raising("TypeError", *error.args) if error.args else by_types(COMPARISON[sign], a, b)
        raise refused.as_in_python(said) from None


def is_flowing(m: Machine, a: Any, b: Any) -> bool:
    """Whether a comparison with a value is one of the graph: of an array, or of a list that is an array."""
    kind = kind_of(a)
    if kind is Tensor or kind is Fresh:
        return b is not None and type(b) not in (str, DictCell, SetCell)
    return kind is ListCell and is_array(m, a) and (is_number(b) or type(b) is ListCell)


def is_truth(m: Machine, value: Any) -> bool:
    """Whether a number of the program is what a comparison gives, which is True or False itself in Python."""
    if type(value) is Computed:
        return type(value.value) is bool
    return type(value) is Tensor and (type(value.known) is bool or (m.is_scalar(value) and masks.is_mask(m, value.id)))


def is_plain(value: Any) -> bool:
    return value is None or value is ... or type(value) in (bool, int, str)


def equal(m: Machine, a: Any, b: Any, node: Any) -> bool:
    """Whether two known values are equal, as in Python."""
    pending = [(a, b)]
    seen: set[tuple[int, int]] = set()
    while pending:
        x, y = pending.pop()
        m.charge(1, node)
        if x is y:
            continue
        if kind_of(x) is ListCell and kind_of(y) is ListCell:
            m.charge(2, node)
            if (pair := (id(x), id(y))) in seen and holds_itself(m, x, node):
                said = raising("RecursionError", "maximum recursion depth exceeded in comparison")
                raise Misplaced("too-deep", node, limit=levels(m.limits.nesting)).as_in_python(said)
            seen.add(pair)
        if type(x) is Instance or type(y) is Instance:
            if not are_equal_objects(m, x, y, node):
                return False
            continue
        if (is_number(x) or kind_of(x) is Tensor) and (is_number(y) or kind_of(y) is Tensor):
            if known_values.known_number(m, x, node) != known_values.known_number(m, y, node):
                return False
            continue
        if (type(x) in (Type, Builtin) and type(y) in (Type, Builtin)) or is_type_of_array(x, y):
            if not same_type(m, x, y, node):
                return False
            continue
        if kind_of(x) is DictView or kind_of(y) is DictView:
            x, y = (set_of_view(m, part, node) if kind_of(part) is DictView else part for part in (x, y))
        kind = kind_of(x)
        if kind is not kind_of(y):
            return False
        if kind is ListCell:
            left, right = opened_list(m, x), opened_list(m, y)
            if len(left) != len(right):
                return False
            pending += zip(left, right)
        elif kind is tuple:
            if len(x) != len(y):
                return False
            pending += zip(x, y)
        elif kind is DictCell:
            if x.items.keys() != y.items.keys():
                return False
            if x.kind == y.kind == "OrderedDict" and list(x.items) != list(y.items):
                return False
            pending += [(value, y.items[key]) for key, value in x.items.items()]
        elif kind is DequeCell:
            if len(x.items) != len(y.items):
                return False
            pending += zip(x.items, y.items)
        elif kind is SetCell:
            m.charge(len(x.items) // 8, node)
            if x.items != y.items:
                return False
        else:
            for part in (x, y):
                check_text(m, part, node)
            if x != y:
                return False
    return True


def holds_itself(m: Machine, cell: ListCell, node: Any) -> bool:
    """Whether a list is among its own items, however deep."""
    pending: list[Any] = list(opened_list(m, cell))
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        m.charge(1, node)
        if one is cell:
            return True
        if kind_of(one) in (ListCell, tuple) and id(one) not in seen:
            seen.add(id(one))
            pending += opened_list(m, one) if kind_of(one) is ListCell else one
    return False


def are_equal_objects(m: Machine, a: Any, b: Any, node: Any) -> bool:
    """By their own ==, where their class has one."""
    for held, other in ((a, b), (b, a)):
        if type(held) is Instance and (found := held.of.find("__eq__")) is not MISSING:
            equals = m.done(calling.asking(calling.Asked(Bound(found, held), [other])), node)
            if equals is not NotImplemented:
                return truth(m, equals, node)
    return a is b


def sortable(m: Machine, value: Any, node: Any) -> Any:
    """A known value as Python orders it.  Error: not-compared."""
    if is_number(value) or type(value) is Tensor:
        found = known_values.known_number(m, value, node)
        if type(found) is Tensor:
            raise TypeError
        return found
    if type(value) is ListCell:
        items = opened_list(m, value)
        m.charge(len(items), node)
        return [sortable(m, item, node) for item in items]
    if kind_of(value) is tuple:
        m.charge(2 * len(value), node)
        return tuple([sortable(m, item, node) for item in value])
    if type(value) is str:
        m.charge(len(value) // 8, node)
        check_text(m, value, node)
        return value
    if type(value) is SetCell:
        m.charge(len(value.items) // 8, node)
        return value.items
    raise TypeError


def contains(m: Machine, held: Any, value: Any, node: Any) -> bool:
    kind = kind_of(held)
    if kind is str:
        if type(value) is not str:
            refused = Misplaced("not-compared", node, left=shown(value), right=shown(held))
            raise refused.as_in_python(by_types(operator.contains, held, value))
        m.charge((len(value) + len(held)) // 8, node)
        check_text(m, held, node)
        return value in held
    if kind is DictCell or kind is SetCell:
        return m.key(value, node) in held.items
    if kind is DictView and held.kind == "keys":
        return m.key(value, node) in held.held.items
    if kind is range:
        found = known_values.known_number(m, value, node)
        if type(found) is float:  # among which Python looks at each in turn
            return found.is_integer() and int(found) in held
        return type(found) in (int, bool) and found in held
    if kind is Unreachable:
        raise Misplaced(held.kind, node, what=held.what)
    if kind is Instance:
        for name, args in (("__contains__", [value]), ("__iter__", [])):
            if (found := held.of.find(name)) is not MISSING:
                given = m.done(calling.asking(calling.Asked(Bound(found, held), args)), node)
                return contains(m, given, value, node) if name == "__iter__" else truth(m, given, node)
    if kind is not Generator and hasattr(held, "__next__"):
        for item in held:
            m.charge(1, node)
            if equal(m, value, item, node):
                return True
        return False
    if kind is Generator:
        while (item := m.done(iteration.next_item(held), node)) is not MISSING:
            if equal(m, value, item, node):
                return True
        return False
    place = node.comparators[-1] if isinstance(node, ast.Compare) else node
    return any(equal(m, value, item, node) for item in m.listed(held, place))


def truth(m: Machine, value: Any, node: Any) -> bool:
    """Whether a condition holds.  Errors: branch, value-needed, out-of-reach."""
    kind = kind_of(value)
    if kind is bool or value is None or kind is int or kind is str or kind is float:
        return bool(value)
    if kind is Computed:
        if value.flows:
            m.conditions.append((value, node))
        if value.varies:
            dependence.assume(m, value)
        return bool(value.value)
    if kind is Tensor:
        if value.known is not None:
            m.conditions.append((value, node))
            dependence.assume(m, value)
            return bool(value.known)
        id = id_of(m, value, node)
        if m.graph.nodes[id].shape:
            if m.graph.nodes[id].shape == (1,):
                return bool(decided(m, id, node))
            raise of_array(Misplaced("branch", node), value)
        return bool(decided(m, id, node))
    if kind is DictCell or kind is SetCell or kind is DequeCell:
        return bool(value.items)
    if kind is DictView:
        return bool(value.held.items)
    if kind is ListCell or kind is tuple or kind is range:
        return written_lists.length(value) > 0
    if kind is Unreachable:
        raise Misplaced(value.kind, node, what=value.what)
    if kind is Fresh:
        return truth(m, tensor_of(m, value, node), node)
    for name in ("__bool__", "__len__") if isinstance(value, Instance) else ():
        if (found := value.of.find(name)) is not MISSING:
            return truth(m, m.done(calling.asking(calling.Asked(Bound(found, value), [])), node), node)
    return True


def decided(m: Machine, id: int, node: Any) -> Any:
    """The number that a condition of the graph is, where its inputs have values; whether they may decide is judged when
    the output is known.
    """
    try:
        found = known_values.computed_value(m, id, node)
    except Misplaced as error:
        if error.kind == "value-needed":
            raise Misplaced("branch", node) from None
        raise
    m.conditions.append((Tensor(id), node))
    dependence.assume(m, Tensor(id))
    return found if isinstance(found, float) else float(np.reshape(found, ()))
