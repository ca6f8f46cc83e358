"""Known values to nodes, and back: what flows into the graph, and what must be known before it is built."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gradlens.engine.errors import BUDGETS, EngineError, quote
from gradlens.engine.graph import Group
from gradlens.engine.language.code import Code, compiled
from gradlens.engine.language.objects import (
    NO_OPTIONS,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Foreign,
    Fresh,
    Function,
    Instance,
    ListCell,
    Meant,
    Module,
    Scope,
    SetCell,
    Several,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.running.groups import LazyGroup
from gradlens.engine.language.syntax import Misplaced, registry_body, source
from gradlens.engine.ops import OPS, Op, Options, Use
from gradlens.engine.shapes import broadcast
from gradlens.engine.strides import Layout
from gradlens.engine.values import MAX_AXES, Shape, Value, check_shape, number, shape_of, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

NUMBERS = (int, float, bool, Computed)
PASSING = (
    "identity",
    "index",
    "reshape",
    "ravel",
    "transpose",
    "swapaxes",
    "expand_dims",
    "squeeze",
)  # of which an array of True and False makes one
ADD = OPS["add"]
MATH = frozenset({"math"})
NUMBERS_A_STEP = 512  # of an array that NumPy makes or copies in the time of a step
KNOWN_SHOWN = 4  # items of a tuple that a call shows


# ------------------------------------------------------------------ into the graph


def id_of(m: Machine, value: Any, place: Any) -> int:
    """The node that a value is, made where it is none yet.  Errors: those of values that are no numbers."""
    if type(value) is Tensor:
        return value.id if value.view is None else m.current(value)
    return tensor_of(m, value, place).id


def tensor_of(m: Machine, value: Any, place: Any) -> Tensor:
    kind = kind_of(value)
    if kind is Tensor:
        if value.view is not None:
            m.current(value)
        return value
    if kind is int or kind is float or kind is bool:
        return Tensor(m.constant(number(value), place), value if kind is not float else None)
    if kind is Computed:
        return computed_node(m, value)
    if kind is Fresh:
        if value.tensor is None:
            value.tensor = (
                drawn_leaf(m, value, value.name or None)
                if value.drawn or value.name
                else Tensor(m.constant(value.value, value.place or place))
            )
            value.tensor.library = value.library
            remember_array(m, value, value.tensor)
            if value.mask:
                m.masks[value.tensor.id] = True
            if m.tried is not None:
                m.tried.append(value)
        return value.tensor
    if kind is ListCell:
        return list_node(m, value, place)
    if kind is DequeCell or (kind is Instance and value.of.native == "tuple"):
        return list_node(m, ListCell(m.listed(value, place), place=place), place)
    if kind is Instance and (member := m.plain_member(value)) is not value:
        return tensor_of(m, member, place)
    if kind is tuple or kind is range:
        m.charge(length(value), place)
        return list_node(m, ListCell(list(value), place=place), place)
    raise no_number(m, value, place)


def remember_array(m: Machine, fresh: Fresh, tensor: Tensor) -> None:
    """How an array of the text lies in memory, and that one of shape () is no number."""
    tensor.is_array = bool(fresh.library) and not fresh.drawn and shape_of(fresh.value) == ()
    value: Value = fresh.value
    if fresh.layout is not None:
        m.laid[tensor.id] = fresh.layout
    elif isinstance(value, np.ndarray) and value.ndim > 1 and not value.flags.c_contiguous:  # NumPy's own, as of x.T
        m.laid[tensor.id] = Layout(value.shape, tuple([step // value.itemsize for step in value.strides]))


def computed_node(m: Machine, value: Computed) -> Tensor:
    """A number that was computed beforehand as the nodes that compute it, however many."""
    pending = [value]
    while pending:
        one = pending[-1]
        if one.tensor is not None:
            pending.pop()
            continue
        waiting = [part for part in one.parts if type(part) is Computed and part.tensor is None]
        if waiting and one.op is not None:
            pending += reversed(waiting)
            continue
        pending.pop()
        if one.op is None:
            id = m.constant(number(one.value), one.place)
            if one.name is not None:
                m.graph.nodes[id].name = one.name
        else:
            places = operand_places(one.place, len(one.parts))
            ids = tuple([id_of(m, part, place) for part, place in zip(one.parts, places)])
            id = apply(m, one.op, ids, one.options, one.place).id
        one.tensor = Tensor(id, None if isinstance(one.value, float) else one.value)
        if one.flows:
            if one.bits is not None:
                m.bits[id] = one.bits
            if one.op is None:
                look(m, one)  # a constant of the graph, though it was computed from an input
        if m.tried is not None:
            m.tried.append(one)
    assert value.tensor is not None
    return value.tensor


def operand_places(place: Any, count: int) -> list[Any]:
    """The reader's text of each operand, where the syntax tells it."""
    if type(place) is ast.BinOp:
        return [place.left, place.right]
    match place:
        case ast.AugAssign(target, _, value):
            return [target, value]
        case ast.UnaryOp(_, operand):
            return [operand]
        case ast.Compare(left, _, rights) if len(rights) == 1:
            return [left, rights[0]]
        case ast.Call(_, arguments) if len(arguments) == count:
            return list(arguments)
        case ast.Subscript(value):
            return [value] * count
        case _:
            return [place] * count


def list_node(m: Machine, cell: ListCell, place: Any) -> Tensor:
    """A list as an array: of its numbers where they stand in the text, else a stack of its items."""
    if cell.tensor is not None and is_current(m, cell):
        return tensor_of(m, cell.tensor, place)
    place = cell.place or place
    if cell.items is None:
        tensor = Tensor(m.constant(literal_array(cell, place), place))
    else:
        items = cell.items
        numbers = None if m.frame.code.ours else written_numbers(m, items, place)
        if numbers:
            tensor = Tensor(m.constant(literal_array(ListCell(None, place=place, literal=numbers), place), place))
        else:
            texts = place.elts if isinstance(place, (ast.List, ast.Tuple)) and len(place.elts) == len(items) else None
            ids = tuple([id_of(m, item, texts[i] if texts is not None else place) for i, item in enumerate(items)])
            made = apply(m, OPS["stack"], ids, {"axis": 0}, place) if ids else None
            tensor = made or Tensor(m.constant(np.zeros(0), place))
    if cell.name is not None and not m.frame.code.ours:
        node = m.graph.nodes[tensor.id]
        if node.name is None:
            node.name = cell.name
            if m.root.names.get(cell.name) is cell:
                m.graph.name(tensor.id, cell.name)
    cell.tensor = tensor
    if m.tried is not None:
        m.tried.append(cell)
    remember_items(m, cell)
    return tensor


def remember_items(m: Machine, cell: ListCell) -> None:
    """What a list's array was made of: its items may be lists and arrays that are written to later."""
    cell.made_of = tuple([item_made(m, item) for item in cell.items or ()])
    cell.seen = m.writes


def is_current(m: Machine, cell: ListCell) -> bool:
    """Whether the array of a list still is what its items are; where it is not, the list has none."""
    if cell.items is None or cell.seen == m.writes:
        return True
    m.charge(len(cell.items) // 8, cell.place)
    cell.seen = m.writes
    if cell.made_of == tuple([item_made(m, item) for item in cell.items]):
        return True
    cell.tensor, cell.literal, cell.leaf = None, None, False
    return False


def list_changed(m: Machine, cell: ListCell) -> None:
    """A list is no longer the array that it was."""
    cell.tensor = None
    cell.literal = None
    cell.place = None
    cell.leaf = False
    m.writes += 1


def extend_empty(m: Machine, cell: ListCell) -> None:
    if cell.tensor is not None:
        m.graph.begin_sum(cell.tensor.id)


def item_made(m: Machine, item: Any) -> Any:
    """The node of an item that can be written to, or of such ones in it; None of others."""
    kind = kind_of(item)
    if kind is ListCell:
        return item.tensor.id if item.tensor is not None and is_current(m, item) else None
    if kind is Tensor:
        return id_of(m, item, m.place)
    if kind is Fresh:
        return None if item.tensor is None else id_of(m, item.tensor, m.place)
    if kind is not tuple:
        return None
    m.charge(len(item), m.place)
    return tuple([item_made(m, part) for part in item])


def written_numbers(m: Machine, items: Sequence[Any], place: Any) -> list[Any] | None:
    """Plain numbers, and tuples of such, as nested lists; None where anything else is among them."""
    m.charge(len(items) // 8 + 1, place)
    found: list[Any] = []
    for item in items:
        if kind_of(item) is tuple:
            item = written_numbers(m, item, place)
            if item is None:
                return None
        elif type(item) not in (int, float, bool):
            return None
        found.append(item)
    return found


def literal_array(cell: ListCell, place: Any) -> Value:
    """Errors: ragged-list, list-item, too-many-axes."""
    assert cell.literal is not None
    shape: list[int] = []
    level: list[Any] = [cell.literal]
    nodes: list[Any] = [place]
    while level and kind_of(level[0]) is list:
        if len(shape) == MAX_AXES:
            raise Misplaced("too-many-axes", nodes[0], limit=MAX_AXES)
        first = level[0]
        items: list[Any] = []
        inner: list[Any] = []
        for row, node in zip(level, nodes):
            if kind_of(row) is not list:
                raise Misplaced("list-item", node)
            if len(row) != len(first):
                raise Misplaced("ragged-list", node, left=len(first), right=len(row))
            items += row
            inner += node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node] * len(row)
        shape.append(len(first))
        level, nodes = items, inner
    for item, node in zip(level, nodes):
        if isinstance(item, list):
            raise Misplaced("list-item", node)
    return np.array([number(item) for item in level], dtype=np.float64).reshape(shape)


def is_even(literal: list[Any]) -> bool:
    """Whether nested lists of numbers make an array."""
    level: list[Any] = [literal]
    depth = 0
    while level and kind_of(level[0]) is list:
        if depth == MAX_AXES or any(kind_of(row) is not list or len(row) != len(level[0]) for row in level):
            return False
        level, depth = [item for row in level for item in row], depth + 1
    return not any(isinstance(item, list) for item in level)


def opened_list(m: Machine, cell: ListCell) -> list[Any]:
    """The items of a list, taken apart where it is still as the text has it."""
    if cell.items is None:
        literal, tensor = cell.literal, cell.tensor
        assert literal is not None
        if tensor is not None:
            taken_apart(m, tensor)
        m.charge(len(literal), cell.place)
        nodes = cell.place.elts if isinstance(cell.place, ast.List) else [cell.place] * len(literal)
        if tensor is not None and len(nodes) != len(literal):
            nodes = [cell.place] * len(literal)
        items: list[Any] = []
        given = m.graph.nodes[tensor.id].value if tensor is not None else None
        for i, (item, node) in enumerate(zip(literal, nodes)):
            if kind_of(item) is list:
                inner = ListCell(None, place=node, literal=item)
                if tensor is not None:
                    inner.tensor = Tensor(apply(m, OPS["index"], (tensor.id,), {"key": (i,)}, cell.place).id)
                items.append(inner)
            elif tensor is not None:
                if given is None:  # another value was given from outside
                    found = m.values_given.get(m.graph.nodes[tensor.id].name or "")
                    item = None if found is None else float(cast(Any, found)[i])
                    item = int(item) if item is not None and float(item).is_integer() else item
                if item is None:
                    items.append(Tensor(apply(m, OPS["index"], (tensor.id,), {"key": (i,)}, cell.place).id))
                else:
                    items.append(Computed(item, OPS["index"], (tensor,), cell.place, {"key": (i,)}))
            else:
                items.append(item)
        cell.items = items
        remember_items(m, cell)
    return cell.items


def taken_apart(m: Machine, tensor: Tensor) -> None:
    """Note that the items of a list of the text are numbers as they are written there."""
    m.graph.split.add(m.graph.nodes[tensor.id].name or "")


def no_number(m: Machine, value: Any, place: Any) -> Misplaced:
    """Why a value cannot flow into the graph."""
    if isinstance(value, str):
        return Misplaced("string", place)
    if isinstance(value, Unreachable):
        return Misplaced(value.kind, place, what=value.what)
    if isinstance(value, Function) and value.name == "lambda":
        call = f"({text_of(place)}){value.code.signature.removeprefix('lambda')}"
        return Misplaced("function-as-value", place, name="lambda", signature=call)
    if isinstance(value, Function):
        return Misplaced("function-as-value", place, name=value.name, signature=value.code.signature)
    if isinstance(value, Foreign):
        signature = value.signatures[0].text if value.signatures else "x"
        prefix = value.name.rpartition(".")[0]
        return Misplaced(
            "function-as-value", place, name=value.name, signature=f"{prefix}{'.' if prefix else ''}{signature}"
        )
    if isinstance(value, Op):
        return Misplaced("function-as-value", place, name=value.name, signature=value.signature)
    if isinstance(value, Builtin):
        return Misplaced("function-as-value", place, name=value.name, signature=value.signature or f"{value.name}(…)")
    if isinstance(value, Bound):
        found = text_of(place) if isinstance(place, ast.Attribute) else shown(value)
        return Misplaced("function-as-value", place, name=found, signature=f"{found}()")
    if isinstance(value, Several):
        return Misplaced("values-alone", place, name=value.function, parts=", ".join(value.parts))
    if value is None and not isinstance(place, ast.Constant):
        return Misplaced("none-as-number", place, got=text_of(place))
    return Misplaced("not-a-number", place, got=shown(value))


def text_of(place: Any) -> str:
    if kind_of(place) is Meant:
        place = place.call
    return source(place) if isinstance(place, ast.expr) else "…"


def shown(value: Any) -> str:
    """A value as an error or a call shows it."""
    kind = kind_of(value)
    if kind is Instance:
        return f"{value.of.name}(…)"
    if kind is int or kind is str or kind is bool or value is None:
        return quote(repr(value))
    match value:
        case Computed():
            return shown(value.value)
        case float():
            return f"{value:g}"
        case tuple():
            items = cast(tuple[Any, ...], value)
            return f"({items_shown(items)}{',' if len(items) == 1 else ''})"
        case Function():
            return value.name
        case ClassObject():
            return value.name
        case Bound():
            return f"{shown(value.self)}.{shown(value.function)}"
        case Builtin() | Op() | Foreign():
            return value.name
        case Module():
            return value.text
        case ListCell():
            return f"[{items_shown(value.items if value.items is not None else value.literal or ())}]"
        case DictCell() | DictView():
            return "{…}"
        case DequeCell():
            return "deque([…])"
        case SetCell():
            return "{…}"
        case Unreachable():
            return value.what
        case slice():
            return ":"
        case range():
            return repr(value)
        case Type():
            return value.name
        case Fresh():
            return shown(value.value) if isinstance(value.value, float) else "an array"
        case Tensor():
            return "an array"
        case _ if value is ...:
            return "..."
        case _ if hasattr(value, "__next__"):
            return "an iterator"
        case _:
            return type(value).__name__


def items_shown(items: Sequence[Any]) -> str:
    """The first items of a tuple or a list."""
    parts = ["…" if isinstance(part, (tuple, list, ListCell)) else shown(part) for part in items[:KNOWN_SHOWN]]
    return ", ".join([*parts, "…"] if len(items) > KNOWN_SHOWN else parts)


# ------------------------------------------------------------------ ops


def apply(m: Machine, op: Op, ids: tuple[int, ...], options: Options, place: Any) -> Tensor:
    """The result of an op on nodes: one node, or its definition where that is opened."""
    graph, frame = m.graph, m.frame
    place = frame.place or place
    m.place = place
    if op.labels is not None:
        ids = one_hot(m, op, ids, place)
    if op is ADD and m.libraries and not frame.code.ours and m.libraries != MATH and are_masks(m, ids):
        op = OPS["logical_or"]
    if op.name in m.opened:
        return opened(m, op, ids, options, place)
    return Tensor(graph.add_op(op, ids, options, m.group_id(frame.group), place))


def one_hot(m: Machine, op: Op, ids: tuple[int, ...], place: Any) -> tuple[int, ...]:
    """Class indices made one-hot; labels of the first input's shape stay as they are."""
    graph = m.graph
    assert op.labels is not None
    at = op.inputs.index(op.labels)
    shape = graph.nodes[ids[0]].shape
    if not shape or graph.nodes[ids[at]].shape != shape[:-1] or shape[-1] == 0:
        return ids
    labels = graph.add_op(OPS["one_hot"], (ids[at],), {"classes": shape[-1]}, m.group_id(m.frame.group), place)
    graph.made_for[labels] = op.name
    return (*ids[:at], labels, *ids[at + 1 :])


def opened(m: Machine, op: Op, ids: tuple[int, ...], options: Options, place: Any) -> Tensor:
    """A library function as its definition: a group of simpler nodes."""
    graph, outer = m.graph, m.frame
    shapes = tuple([graph.nodes[i].shape for i in ids])
    shape, options = (broadcast(op.name, shapes), options) if op.shape is None else op.shape(op.name, shapes, options)
    check_shape(shape, m.limits.elements)
    parent = m.group_id(outer.group)
    group = Group(len(graph.groups), op.name, op.name, parent, op=op, operands=ids, options=options)
    graph.groups.append(group)
    names: dict[str, Any] = {name: Tensor(id) for name, id in zip(op.inputs, ids)}
    code = registry_code(op.opened(Use(op, shapes, options)))
    try:
        found = m.execute(code, Scope(names | options), LazyGroup(outer.group, op.name, group.id), place)
        group.output = id_of(m, found, place)
        return Tensor(group.output)
    except Misplaced as error:
        raise refused(op, shapes, EngineError(error.kind, **error.params)).at(m.syntax.span(place)) from None
    except EngineError as error:
        raise refused(op, shapes, error).at(m.syntax.span(place)) from None
    finally:
        m.frame = outer


REGISTRY: dict[str, Code] = {}  # by text; as many as the registry has


def registry_code(text: str) -> Code:
    code = REGISTRY.get(text)
    if code is None:
        code = compiled(registry_body(text), "definition", "program", float("inf"), ours=True)
        if len(REGISTRY) < 4096:  # rules of a list or of einsum have one a use
            REGISTRY[text] = code
    return code


def refused(op: Op, shapes: tuple[Shape, ...], error: EngineError) -> EngineError:
    """An error in an op's definition as one of its call: the reader wrote no more than that."""
    if "function" in error.params:
        return error.within(op.name)
    if error.kind in BUDGETS:
        return error
    return EngineError("opened-shapes", function=op.name, shapes=", ".join(map(str, shapes)))


def are_masks(m: Machine, ids: Iterable[int]) -> bool:
    """Whether values are arrays of True and False, where + means "or"."""
    ids = tuple(ids)
    nodes = m.graph.nodes
    return any(nodes[id].shape for id in ids) and all(is_mask(m, id) for id in ids)


def is_mask(m: Machine, id: int) -> bool:
    """Whether a value is made of comparisons alone."""
    nodes = m.graph.nodes

    def parts(id: int) -> tuple[int, ...]:
        return nodes[id].inputs if nodes[id].kind in PASSING or nodes[id].kind == "mul" else ()

    def is_one(id: int) -> bool:
        op, made_of = nodes[id].op, parts(id)
        return all(m.masks[i] for i in made_of) if made_of else op is not None and op.family == "comparison"

    return judged(m.masks, id, parts, is_one)


def judged(
    known: dict[int, bool], id: int, parts: Callable[[int], tuple[int, ...]], verdict: Callable[[int], bool]
) -> bool:
    """What holds for a node by what holds for its parts. Each node is judged once, however many ways lead to it."""
    pending = [id] if id not in known else []
    while pending:
        if waiting := [i for i in parts(pending[-1]) if i not in known]:
            pending += waiting
            continue
        one = pending.pop()
        known[one] = verdict(one)
    return known[id]


def is_truth(m: Machine, value: Any) -> bool:
    """Whether a value is True or False, known or of the graph, and no array of such."""
    if type(value) is Tensor:
        id = id_of(m, value, m.place)
        return type(value.known) is bool or (not m.graph.nodes[id].shape and is_mask(m, id))
    return type(value.value if type(value) is Computed else value) is bool


def check_conditions(m: Machine, ids: tuple[int, ...], place: Any) -> None:
    """Error: bits, for whole numbers joined by & | ~, which in Python are those of their binary digits."""
    for id in ids:
        node = m.graph.nodes[id]
        written = node.value
        if written is None and node.op is None and node.name is not None and node.name in m.values_given:
            written = m.values_given[node.name]
            m.looked_names.add(node.name)
        if written is not None and not np.all(np.isin(written, (0.0, 1.0))):
            raise Misplaced("bits", place, got=text_of(place))


def check_room(m: Machine, shape: Shape) -> None:
    """Count an array before it is made.  Errors: too-many-axes, too-many-elements, empty-too-large, too-many-steps."""
    check_shape(shape, m.limits.elements)
    if size_of(shape) > m.limits.elements:
        raise EngineError("too-many-elements", count=size_of(shape), limit=int(m.limits.elements))
    m.charge(size_of(shape) // NUMBERS_A_STEP, m.place)


# ------------------------------------------------------------------ what must be known


def whole(m: Machine, value: Any, place: Any, kind: str, **params: object) -> int:
    """A whole number that must be known.  Error: of `kind`."""
    found = known_number(m, value, place)
    if type(found) is bool:
        return int(found)
    if type(found) is not int:
        raise Misplaced(kind, place, **params)
    return found


def known_number(m: Machine, value: Any, place: Any) -> Any:
    """The number that a value is known to be; the value itself where it is no number.

    A number of the graph is computed from what is given, and its inputs are assumed to stay as they are.
    Error: value-needed.
    """
    kind = kind_of(value)
    if kind is Computed:
        assume(m, value)
        return value.value
    if kind is Tensor:
        if value.known is not None:
            assume(m, value)
            return value.known
        id = id_of(m, value, place)
        if m.graph.nodes[id].shape != ():
            return value
        found = computed_value(m, id, place)
        assume(m, value)
        return int(found) if isinstance(found, float) and found.is_integer() else found
    return m.plain_member(value) if kind is Instance else value


def known_array(m: Machine, value: Any, place: Any) -> Value:
    """The numbers that a value is known to be.  Error: value-needed."""
    tensor = tensor_of(m, value, place)
    found = computed_value(m, tensor.id, place)
    assume(m, tensor)
    return found


def assume(m: Machine, value: Any) -> None:
    """The inputs that a known value was made from are assumed to stay as they are."""
    ids: list[int] = []
    pending: list[Any] = [value]
    while pending:
        one = pending.pop()
        if type(one) is Tensor:
            ids.append(one.id)
        elif type(one) is Computed:
            if one.tensor is not None:
                ids.append(one.tensor.id)
            if one.flows and one not in m.assumed_numbers:  # each once, however many ways lead to it
                m.assumed_numbers[one] = None
                pending += one.parts
    nodes, seen = m.graph.nodes, m.assumed
    while ids:
        id = ids.pop()
        if id not in seen:
            seen[id] = None
            ids += nodes[id].inputs


def look(m: Machine, value: Any) -> None:
    """Note the inputs by whose numbers the graph is as it is, beyond what is assumed: in a label, or in what is no
    number for others.
    """
    kind = kind_of(value)
    if kind is Tensor or kind is Computed:
        pending: list[Any] = [value]
    elif kind is tuple or (kind is ListCell and value.items is not None):
        pending = list(value if kind is tuple else value.items)[:KNOWN_SHOWN]
    else:
        return
    ids: list[int] = []
    while pending:
        one = pending.pop()
        if type(one) is Tensor:
            ids.append(one.id)
        elif type(one) is Computed and one.flows and one not in m.looked_numbers:
            m.looked_numbers.add(one)
            pending += one.parts
    nodes = m.graph.nodes
    while ids:
        id = ids.pop()
        if id not in m.looked:
            m.looked[id] = True
            node = nodes[id]
            ids += node.inputs
            if node.kind == "input" and node.name is not None:
                m.looked_names.add(node.name)


def most_bits(m: Machine, value: Any) -> int | None:
    """The most bits that a known number can have whatever the inputs are: 0 of a float, None where that is unknown."""
    kind = kind_of(value)
    if kind is Tensor:
        return m.bits.get(value.id)
    if kind is Computed:
        if value.flows:
            return value.bits
        value = value.value
    return 0 if type(value) is float else value.bit_length()


def flows(value: Any) -> bool:
    """Whether a number is of the graph, or was computed from one that is."""
    return type(value) is Tensor or (type(value) is Computed and value.flows)


def computed_value(m: Machine, id: int, place: Any) -> Value:
    """The value of a node, from what the text and the caller give.  Error: value-needed."""
    nodes, values = m.graph.nodes, m.values
    pending = [id]
    with np.errstate(all="ignore"):
        while pending:
            one = pending[-1]
            if one in values:
                pending.pop()
                continue
            node = nodes[one]
            if node.op is None:
                found = node.value if node.value is not None else m.values_given.get(node.name or "")
                if found is None:
                    raise Misplaced("value-needed", place, name=node.name)
                values[one] = found
                continue
            waiting = [i for i in node.inputs if i not in values]
            if waiting:
                pending += waiting
                continue
            operands = [values[i] for i in node.inputs]
            m.charge(1, place)
            run = (
                node.op.scalar
                if node.op.scalar is not None and all(type(v) is float for v in operands) and not node.shape
                else node.op.array
            )
            assert run is not None, node.op.name
            made = run(*operands, **node.options)
            values[one] = float(made) if shape_of(made) == () else made
    return values[id]


def plain(m: Machine, value: Any, place: Any) -> Any:
    """A value as an option holds it: whole numbers, True, None, text, and tuples of them; NotImplemented for all else.

    Tuples and lists are tuples.
    """
    kind = kind_of(value)
    if kind is int or kind is float or kind is bool or kind is str or value is None:
        return value
    if kind is Computed or kind is Tensor:
        if isinstance(value, Tensor) and m.graph.nodes[value.id].shape:
            return NotImplemented
        return known_number(m, value, place)
    if kind is Fresh:
        return value.value if kind_of(value.value) is float else nested(value.value)
    if kind is ListCell:
        if value.items is None and not value.leaf:
            return tupled(value.literal)
        value = tuple(opened_list(m, value))
    if kind is range:
        m.charge(length(value), place)
        return tuple(value)
    if kind_of(value) is tuple:
        m.charge(len(value), place)  # of what holds the same tuple twice, each is read
        parts = tuple([plain(m, part, place) for part in value])
        return NotImplemented if any(part is NotImplemented for part in parts) else parts
    return NotImplemented


def length(value: Any) -> int:
    """How many items a value holds; Python's len() counts none beyond 2**63 of a range."""
    if type(value) is range:
        return max(0, -((value.start - value.stop) // value.step))
    return len(value)


def tupled(items: Any) -> Any:
    return tuple([tupled(item) for item in items]) if kind_of(items) is list else items


def nested(array: Any) -> Any:
    """An array of whole numbers as nested tuples; NotImplemented for others."""
    if np.any(array != np.trunc(array)) or not np.all(np.abs(array) < 2.0**63):
        return NotImplemented
    return tupled(array.astype(np.int64).tolist())


# ------------------------------------------------------------------ leaves


def drawn_leaf(m: Machine, fresh: Fresh, name: str | None) -> Tensor:
    """A random array as an input that the page shows, under the name that it is bound to or its function's."""
    wanted = name or fresh.drawn or "x"
    count = m.draw_names.get(wanted, 1)
    while (free := wanted if count == 1 else f"{wanted}_{count}") in m.graph.names or (
        name is None and free in m.own_names
    ):
        count += 1
    m.draw_names[wanted] = count
    given = m.given.get(free)
    id = m.graph.add_input(
        free, shape_of(fresh.value) if given is None else given, fresh.value if given is None else None, fresh.place
    )
    if fresh.drawn and given is None:
        m.graph.drawn.append(free)
    return Tensor(id, library=fresh.library)


def is_numeric(m: Machine, cell: ListCell, rows: bool = True) -> bool:
    """Whether a list is meant as an array: it holds numbers, arrays, or such lists and tuples.

    rows: only where it has some, and those that the text has are of one length.
    """
    pending: list[Any] = [cell]
    seen: set[int] = set()  # a list may hold itself, or another one many times
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        items: Any = one
        if isinstance(one, ListCell):
            if one.tensor is not None:
                continue
            items = one.items
            if items is None:
                if rows and not (one.literal and is_even(one.literal)):
                    return False
                continue
        m.charge(len(items) // 8, cell.place)
        if rows and not items:
            return False
        for item in items:
            if type(item) is ListCell or kind_of(item) is tuple:
                pending.append(item)
            elif type(item) not in (int, float, bool, Computed, Tensor, Fresh):
                return False
    return True


def cut(m: Machine, value: Any) -> Any:
    """A value that no gradient passes through."""
    kind = kind_of(value)
    if kind is Tensor:
        id = id_of(m, value, m.place)
        node = m.graph.nodes[id]
        if node.op is not None and node.kind != "stop_gradient":
            return apply(m, OPS["stop_gradient"], (id,), NO_OPTIONS, m.place)
    if kind is tuple:
        m.charge(len(value), m.place)
        return tuple([m.cut(part) for part in value])
    return value


def values_missing(m: Machine, value: Tensor) -> bool:
    """Whether the number of a node depends on an input that has no value yet."""
    try:
        computed_value(m, value.id, m.place)
    except Misplaced:
        return True
    return False


def is_free(m: Machine, tensor: Tensor) -> bool:
    """Whether a value depends on an input that no draw and no size decides."""
    nodes = m.graph.nodes

    def moves(id: int) -> bool:
        return nodes[id].kind == "input" or any(m.moving[i] for i in nodes[id].inputs)

    return tensor.known is None and judged(m.moving, id_of(m, tensor, m.place), lambda id: nodes[id].inputs, moves)
