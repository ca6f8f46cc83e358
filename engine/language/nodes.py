"""Known values to nodes, and back: what flows into the graph, and what must be known before it is built."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gradlens.engine.errors import BUDGETS, EngineError
from gradlens.engine.graph import Group
from gradlens.engine.language.code import Code
from gradlens.engine.language.compiling.compiler import compiled
from gradlens.engine.language.objects import (
    NO_OPTIONS,
    ClassObject,
    Computed,
    DequeCell,
    Fresh,
    Instance,
    ListCell,
    Scope,
    Tensor,
    kind_of,
)
from gradlens.engine.language.running.groups import LazyGroup, Opened
from gradlens.engine.language.standard.array_errors import failed
from gradlens.engine.language.syntax import Misplaced, registry_body
from gradlens.engine.language.values.dependence import look
from gradlens.engine.language.values.masks import are_masks
from gradlens.engine.language.values.value_texts import no_number
from gradlens.engine.language.values.varying import literal_around
from gradlens.engine.language.values.written_lists import all_whole, is_even, length, literal_array, written_numbers
from gradlens.engine.ops import OPS, Op, Options, Use
from gradlens.engine.ops.op import Shapes, options_key
from gradlens.engine.shapes import broadcast
from gradlens.engine.strides import Layout
from gradlens.engine.values import Shape, Value, check_shape, number, shape_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

NUMBERS = (int, float, bool, Computed)
ADD = OPS["add"]
MATH = frozenset({"math"})


# ------------------------------------------------------------------ into the graph


def id_of(m: Machine, value: Any, place: Any) -> int:
    """The node that a value is, made where it is none yet.  Errors: those of values that are no numbers."""
    kind = kind_of(value)
    if kind is Tensor:
        return value.id if value.view is None else m.current(value)
    if kind is float or kind is int:
        return number_node(m, value, place)
    return tensor_of(m, value, place).id


def tensor_of(m: Machine, value: Any, place: Any) -> Tensor:
    kind = kind_of(value)
    if kind is Tensor:
        if value.view is not None:
            m.current(value)
        return value
    if kind is int or kind is float:
        return Tensor(number_node(m, value, place), value if kind is int else None)
    if kind is bool:
        id = m.constant(number(value), place)
        m.masks[id] = True
        return Tensor(id, value)
    if kind is Computed:
        return m.varied(value, place) if value is m.varying else computed_node(m, value)
    if kind is Fresh:
        if value.tensor is None:
            value.tensor = (
                drawn_leaf(m, value, value.name or None)
                if value.drawn or value.name or value.parameter
                else Tensor(m.constant(value.value, value.place or place))
            )
            value.tensor.library = value.library
            if value.varies:
                m.varied_leaf(value.tensor.id, value.place_varied)
            if value.parameter:
                m.named_loosely.add(value.tensor.id)
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


def number_node(m: Machine, value: int | float, place: Any) -> int:
    """The node of a number of the text."""
    frame = m.frame
    m.place = place = frame.place or place
    group = frame.group
    inside = None if group is None else group.id if group.id >= 0 else m.group_id(group)
    if type(value) is float:
        id = m.graph.add_number(value, inside, place)
        m.fractions[id] = True
    else:
        id = m.graph.add_number(number(value), inside, place)
        m.wholes[id] = True
    return id


def add_parameter(m: Machine, tensor: Tensor) -> None:
    m.parameters.add(tensor)
    if m.behaviour is not None:
        m.behaviour.learns(m.graph.nodes[tensor.id])


def remember_array(m: Machine, fresh: Fresh, tensor: Tensor) -> None:
    """How an array of the text lies in memory, and that one of shape () is no number."""
    tensor.is_array = bool(fresh.library) and not fresh.drawn and shape_of(fresh.value) == ()
    value: Value = fresh.value
    if fresh.unwritten and m.graph.nodes[tensor.id].value is not None:
        m.graph.unwritten[tensor.id] = fresh.unwritten
    if fresh.whole and shape_of(value):
        m.wholes[tensor.id] = True
    if fresh.narrow:
        m.narrow[tensor.id] = True
    if fresh.fractions:
        m.fractions[tensor.id] = True
    if fresh.parameter:
        add_parameter(m, tensor)
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
        waiting = [p for p in one.parts if type(p) is Computed and p.tensor is None and p is not m.varying]
        if waiting and one.op is not None:
            pending += reversed(waiting)
            continue
        pending.pop()
        if one.op is None:
            renamed = one.varies and one.parts == (m.varying,)
            id = m.varied(m.varying, one.place).id if renamed else m.constant(number(one.value), one.place)
            if type(one.value) is int and not renamed:
                m.wholes[id] = True
            if one.name is not None:
                m.graph.nodes[id].name = one.name
        else:
            places = operand_places(one.place, len(one.parts))
            ids = tuple([id_of(m, part, place) for part, place in zip(one.parts, places)])
            id = apply(m, one.op, ids, one.options, one.place).id
        one.tensor = Tensor(id, None if isinstance(one.value, float) else one.value)
        if one in m.number_types:
            m.number_types[id] = m.number_types[one]
        if type(one.value) is float:
            m.wholes[id], m.counts[id], m.fractions[id] = False, False, True
        if one.flows and one.bits is not None:
            m.bits[id] = one.bits
        if one.varies and one.op is None and one.parts != (m.varying,):
            look(m, one)  # a constant of the graph, though it was computed from a number that varies
        if m.tried is not None:
            m.tried.append(one)
    assert value.tensor is not None
    return value.tensor


def operand_places(place: Any, count: int) -> list[Any]:
    """The reader's text of each operand, where the syntax tells it."""
    kind = kind_of(place)
    if kind is ast.BinOp:
        return [place.left, place.right]
    if kind is ast.AugAssign:
        return [place.target, place.value]
    if kind is ast.UnaryOp:
        return [place.operand]
    if kind is ast.Compare and len(place.comparators) == 1:
        return [place.left, place.comparators[0]]
    if kind is ast.Call and len(place.args) == count:
        return list(place.args)
    return [place.value if kind is ast.Subscript else place] * count


def list_node(m: Machine, cell: ListCell, place: Any) -> Tensor:
    """A list as an array: of its numbers where they stand in the text, else a stack of its items."""
    if cell.tensor is not None and is_current(m, cell):
        return tensor_of(m, cell.tensor, place)
    place = cell.place or place
    if cell.items is None:
        tensor = Tensor(m.constant(literal_array(cell, place), place))
        if all_whole(cell.literal or []):
            m.wholes[tensor.id] = True
    else:
        items = cell.items
        numbers = None if m.frame.code.ours else written_numbers(m, items, place)
        around = literal_around(m, cell) if m.variation is not None and not numbers else None
        if around is not None and is_even(around[0]):
            tensor = Tensor(m.constant(literal_array(ListCell(None, place=place, literal=around[0]), place), place))
            m.varied_leaf(tensor.id, around[1])
            if all_whole(around[0]):
                m.wholes[tensor.id] = True
        elif numbers:
            tensor = Tensor(m.constant(literal_array(ListCell(None, place=place, literal=numbers), place), place))
            if all_whole(numbers):
                m.wholes[tensor.id] = True
        else:
            texts = place.elts if isinstance(place, (ast.List, ast.Tuple)) and len(place.elts) == len(items) else None
            ids = tuple([id_of(m, item, texts[i] if texts is not None else place) for i, item in enumerate(items)])
            made = apply(m, OPS["stack"], ids, {"axis": 0}, place) if ids else None
            tensor = made or Tensor(m.constant(np.zeros(0), place))
            if made is not None and any(type(one) is Computed and is_wide(one.value) for one in items):
                m.wholes[made.id] = all(type(one.value if type(one) is Computed else one) is int for one in items)
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


def is_wide(value: Any) -> bool:
    """Whether a whole number has more digits than a float holds."""
    return type(value) is int and abs(value) > 2**53


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
                    whole = kind_of(item) is not float
                    item = None if found is None else float(cast(Any, found)[i])
                    item = int(item) if item is not None and whole and item.is_integer() else item
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


# ------------------------------------------------------------------ ops


def apply(m: Machine, op: Op, ids: tuple[int, ...], options: Options, place: Any) -> Tensor:
    """The result of an op on nodes: one node, or its definition where that is opened."""
    graph, frame = m.graph, m.frame
    m.place = place = frame.place or place
    if op.labels is not None:
        ids = one_hot(m, op, ids, place)
    if op is ADD and m.libraries and not frame.code.ours and m.libraries != MATH and are_masks(m, ids):
        op = OPS["logical_or"]
    try:
        if op.name in m.opened:
            return opened(m, op, ids, options, place)
        group = frame.group
        inside = None if group is None else group.id if group.id >= 0 else m.group_id(group)
        return Tensor(graph.add_op(op, ids, options, inside, place))
    except EngineError as error:
        failed(error, op=op, shapes=tuple([graph.nodes[i].shape for i in ids]), options=options)
        raise


def of_two(m: Machine, op: Op, first: int, second: int, library: str, place: Any) -> Tensor:
    """The result of a plain operator: of an op without labels, a definition and options."""
    graph, frame = m.graph, m.frame
    m.place = place = frame.place or place
    ids = first, second
    if op is ADD and m.libraries and not frame.code.ours and m.libraries != MATH and are_masks(m, ids):
        op = OPS["logical_or"]
    group = frame.group
    inside = None if group is None else group.id if group.id >= 0 else m.group_id(group)
    try:
        return Tensor(graph.add_op(op, ids, NO_OPTIONS, inside, place), None, None, library)
    except EngineError as error:
        failed(error, op=op, shapes=tuple([graph.nodes[i].shape for i in ids]), options=NO_OPTIONS)
        raise


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
    given = None if m.tries else options_key(options, len(ids))
    known = None if given is None else m.definitions.get((op.name, shapes, given))
    options = options_of(m, op, shapes, options) if known is None else known.options
    parent = m.group_id(outer.group)
    group = Group(len(graph.groups), op.name, op.name, parent, op=op, operands=ids, options=options)
    graph.groups.append(group)
    inside = LazyGroup(outer.group, op.name, group.id)
    try:
        if known is None:
            code = registry_code(op.opened(Use(op, shapes, options)))
            start, steps = len(graph.nodes), m.steps
            names: dict[str, Any] = {name: Tensor(id) for name, id in zip(op.inputs, ids)}
            found = m.execute(code, Scope(names | options), inside, place)
            group.output = id_of(m, found, place)
            if given is not None:
                remember_definition(m, (op.name, shapes, given), group, inside, start, m.steps - steps)
        else:
            m.charge(known.steps, place)
            group.output = made_again(m, known, group, inside, place)
        return Tensor(group.output)
    except Misplaced as error:
        raise refused(op, shapes, EngineError(error.kind, **error.params)).at(m.syntax.span(place)) from None
    except EngineError as error:
        raise refused(op, shapes, error).at(m.syntax.span(place)) from None
    finally:
        m.frame = outer


def options_of(m: Machine, op: Op, shapes: Shapes, options: Options) -> Options:
    """The options of an op in normal form.  Errors: those of the shape rule."""
    shape, options = (broadcast(op.name, shapes), options) if op.shape is None else op.shape(op.name, shapes, options)
    check_shape(shape, m.limits.elements)
    return options


def remember_definition(m: Machine, key: Any, group: Group, inside: LazyGroup, start: int, steps: int) -> None:
    """Keep what a definition has made where it was nothing but ops on its operands and on numbers."""
    graph, operands = m.graph, group.operands
    made = graph.nodes[start:]
    places = {id: place for place, id in enumerate((*operands, *range(start, len(graph.nodes))))}
    kept = (m.wholes, m.fractions, m.claimed)
    noted = [known for known in facts(m) if not any(known is one for one in kept)]
    plain = (
        len(places) == len(operands) + len(made)
        and group is graph.groups[-1]
        and group.output in places
        and not any(node.id in known for node in made for known in (*noted, graph.made_for))
        and all(m.claimed.get(node.id, inside) is inside for node in made)
        and all(node.kind != "input" and places.keys() >= {*node.inputs} for node in made)
    )
    if plain:
        parts = [
            (
                node.op,
                tuple([places[id] for id in node.inputs]),
                node.value if node.op is None else node.options,
                node.name,
            )
            for node in made
        ]
        fractions = {places[id]: id in m.fractions for id in places if id in m.fractions or id in m.wholes}
        m.definitions[key] = Opened(group.options, steps, tuple(parts), fractions, places[group.output])


def facts(m: Machine) -> tuple[dict[int, Any], ...]:
    """All that is known of nodes beside the graph, each by their ids."""
    types = (m.masks, m.wholes, m.narrow, m.fractions, m.rounded, m.averages, m.counts, m.extremes, m.typed)
    return m.claimed, m.values, *types, m.moving, m.looked, m.bits, m.laid, m.layouts


def made_again(m: Machine, known: Opened, group: Group, inside: LazyGroup, place: Any) -> int:
    """The nodes of a definition, made of other operands.  Returns the id of the one that it gives."""
    graph, ids = m.graph, [*group.operands]
    for op, inputs, given, name in known.made:
        if op is not None:
            id = graph.add_op(op, tuple([ids[i] for i in inputs]), given, group.id, place)
        else:
            id = graph.add_constant(given, group.id, place)
            if len(ids) in known.fractions:
                (m.fractions if known.fractions[len(ids)] else m.wholes)[id] = True
        if name is not None:
            graph.nodes[id].name = name
            m.claimed[id] = inside
        ids.append(id)
    return ids[known.output]


REGISTRY: dict[str, Code] = {}  # by text; as many as the registry has


def registry_code(text: str) -> Code:
    code = REGISTRY.get(text)
    if code is None:
        code = compiled(registry_body(text), "definition", "program", float("inf"), ours=True)
        if len(REGISTRY) < 4096:  # rules of a list or of einsum have one a use
            REGISTRY[text] = code
    return code


def defined(m: Machine, text: str, names: dict[str, Any], ours: bool = False) -> Scope:
    """What a text of ours defines, beside the names that it is given.  ours: its classes are, too."""
    scope, outer = Scope(names), m.frame
    m.execute(registry_code(text), scope, None, m.place)
    m.frame = outer
    for made in scope.names.values() if ours else ():
        if type(made) is ClassObject:
            made.ours = True
    return scope


def refused(op: Op, shapes: tuple[Shape, ...], error: EngineError) -> EngineError:
    """An error in an op's definition as one of its call: the reader wrote no more than that."""
    if "function" in error.params:
        return error.within(op.name)
    if error.kind in BUDGETS:
        return error
    return EngineError("opened-shapes", function=op.name, shapes=", ".join(map(str, shapes)))


# ------------------------------------------------------------------ what must be known


# ------------------------------------------------------------------ leaves


def drawn_leaf(m: Machine, fresh: Fresh, name: str | None) -> Tensor:
    """A random array as an input that the page shows, under the name that it is bound to or its function's."""
    wanted = name or fresh.drawn or ("parameter" if fresh.parameter else "x")
    count = m.draw_names.get(wanted, 1)
    while (free := wanted if count == 1 else f"{wanted}_{count}") in m.graph.names or free in (
        m.own_names if name is None else m.number_names
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
        m.charge(len(items) // 8 + 1, cell.place)
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
