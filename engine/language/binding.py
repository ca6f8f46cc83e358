"""Names for values, and what of them becomes an input of the program."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.layers.naming import name_parts, name_within, rename
from gradlens.engine.language.names import CONSTANTS, OWN
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DictCell,
    Foreign,
    Fresh,
    Function,
    Instance,
    ListCell,
    Meant,
    Module,
    Scope,
    Several,
    Tensor,
    Unreachable,
    View,
    kind_of,
)
from gradlens.engine.language.outputs.gradient_names import HELD
from gradlens.engine.language.running import storing
from gradlens.engine.language.running.groups import LazyGroup, body_of
from gradlens.engine.language.values import dependence, numbers, written_lists
from gradlens.engine.ops import OPS, Op
from gradlens.engine.values import Value, number, shape_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

SEEN = (Tensor, Fresh, Computed, int, float)  # what is differentiated where it is the last
WHOLE_BITS = 54  # of a whole number that is an input: one that a float holds
SEVERAL = (tuple, ListCell, DictCell)  # of which one is differentiated where they are the last
PASSED = (tuple, DictCell, Several)  # the same, with a name, where nothing was computed before them
UNFINISHED = (Function, Op, Foreign, Builtin, Bound, Several)  # what is meant to be called or taken apart first


def bind(m: Machine, frame: Frame, scope: Scope, name: str, value: Any, node: Any) -> None:
    """A name for a value.  What flows into the graph shows the name."""
    kind = kind_of(value)
    if (
        kind is Tensor
        and type(node) is ast.Assign
        and scope is m.root
        and frame.code.kind == "program"
        and not frame.cuts
        and name[:2] != "__"
        and type(node.targets[0]) is not ast.Tuple
    ):  # as most lines do
        scope.names[name] = value = m.named(name, value, node, scope, True)
        m.last, m.last_place, m.last_of_object, m.several = value, node, False, None
        return
    if name[:2] == "__" and frame.code.kind != "class":
        storing.check_name(name, node)
        if name in storing.OF_THE_FILE:
            scope.names[name] = value
            return
    in_program = scope is m.root and frame.code.kind in ("program", "comprehension")
    if kind is Tensor:
        value = m.named(name, m.cut(value) if frame.cuts else value, node, scope, in_program)
    elif kind is Instance:
        inside = flowing_inside(m, value) if in_program else None
        if inside is not None:
            made = m.graph.nodes[nodes.id_of(m, inside, node)]
            if made.name is None or (made.op is not None and m.may_rename(made.id, frame.group)):
                m.named(name, inside, node, scope, in_program)
    elif kind is Fresh:
        value = m.bind_fresh(scope, name, value, node, in_program)
    elif kind is int or kind is float or value is m.varying:
        if in_program:
            value = m.named(name, nodes.tensor_of(m, value, node), node, scope, in_program, constant=True)
        elif not frame.code.ours:
            parts = (value,) if kind is Computed else ()
            value = Computed(numbers.held_by(value), None, parts, m.frame.place or node)
            value.name = name
    elif kind is Computed:
        if in_program:
            if type(value.value) is bool and not dependence.flows(value):
                value = value.value
            else:
                new = value.op is None and value.tensor is None
                value = m.named(name, nodes.computed_node(m, value), node, scope, in_program, constant=new)
        elif value.flows and not frame.code.ours:
            value = m.named(name, nodes.computed_node(m, value), node, scope, in_program)
        elif value.name is None and value.tensor is None:
            value.name = name
    elif kind is ListCell and value.name is None:
        value.name = name
        if in_program:
            m.rows_leaf(name, value, node)
    elif kind is Function and value.code.name == "lambda":
        value.code.name = name
    elif kind is tuple and in_program:
        value = m.tuple_leaf(name, value, node)
    scope.names[name] = value
    if scope is m.root and frame.code.kind == "function" and is_first_result(m, value):
        m.see(value, node, assigned=True)
    if in_program and frame.code.kind == "program":
        several = type(node) is ast.Assign and type(node.targets[0]) is ast.Tuple
        if not several or not is_beside_a_number(m, name, node):
            m.see(value, node, assigned=True)


def is_first_result(m: Machine, value: Any) -> bool:
    """Whether what a function gives a name of the program is computed, where nothing else is yet: global loss."""
    if type(value) is not Tensor or m.graph.nodes[value.id].op is None:
        return False
    return m.last is MISSING or m.graph.nodes[nodes.id_of(m, m.last, m.last_place)].op is None


def bind_fresh(m: Machine, scope: Scope, name: str, value: Fresh, node: Any, in_program: bool) -> Any:
    if value.cell is not None:
        cell = value.cell
        if in_program and value.tensor is None:
            value.tensor = cell.tensor = m.leaf(name, value, node)
            cell.leaf = True
            cell.name = name
            shape = m.graph.nodes[value.tensor.id].shape
            if not shape:
                return value.tensor
            if shape != shape_of(value.value):
                # Another array was given from outside: the list is as long as that.
                cell.literal = np.broadcast_to(m.values_given.get(name, 0.0), shape).tolist()
        return cell
    if value.tensor is not None:
        return m.named(name, value.tensor, node, scope, in_program)
    if in_program:
        value.tensor = m.leaf(name, value, node)
    else:
        if value.drawn or value.parameter:
            value.tensor = nodes.drawn_leaf(m, value, name)
        else:
            value.tensor = Tensor(m.constant(value.value, node), library=value.library)
            if holds_gradient(m, value):
                value.tensor = with_gradient(m, value.tensor, node)
            m.graph.nodes[value.tensor.id].name = name
        nodes.remember_array(m, value, value.tensor)
    return value.tensor


def tuple_leaf(m: Machine, name: str, value: tuple[Any, ...], node: Any) -> tuple[Any, ...]:
    """start = (0.5, 2.0): a point is an input, as a list of numbers is; whole numbers alone are sizes."""
    written = node.value if isinstance(node, ast.Assign) else None
    if not isinstance(written, ast.Tuple) or len(written.elts) != len(value) or float not in map(type, value):
        return value
    if not all(type(part) in (int, float) for part in value) or not all(map(m.is_written, written.elts)):
        return value
    array = np.array([number(part) for part in value])
    leaf = m.leaf(name, Fresh(array, written), node)
    numbers: list[Any] = list(value)
    if name in m.given:
        found = m.values_given.get(name)
        if found is None or shape_of(found) != array.shape:
            return value
        numbers = [as_written(part, given) for part, given in zip(value, np.asarray(found).tolist())]
    return tuple([Computed(part, OPS["index"], (leaf,), written, {"key": (i,)}) for i, part in enumerate(numbers)])


def rows_leaf(m: Machine, name: str, cell: ListCell, node: Any) -> None:
    """data = [(1.0, 2.0), (2.0, 3.9)]: numbers in rows are an input, and the rows stay tuples."""
    rows, written = cell.items, node.value if isinstance(node, ast.Assign) else None
    if not rows or cell.place is not written or not isinstance(written, ast.List):
        return
    texts = [row.elts for row in written.elts if isinstance(row, ast.Tuple)]
    numbers = written_lists.written_numbers(m, rows, written)
    if numbers is None or len(texts) != len(rows) or not all(map(m.is_written, chain(*texts))):
        return
    if len({len(row) for row in numbers if kind_of(row) is list}) != 1 or not numbers[0]:
        return
    array = written_lists.literal_array(ListCell(None, place=written, literal=numbers), written)
    if name in m.given:
        found = m.values_given.get(name)
        if found is None or shape_of(found) != shape_of(array):
            return
        numbers = np.asarray(found).tolist()
    leaf = m.leaf(name, Fresh(array, written), node)
    for i, (row, given) in enumerate(zip(rows, numbers)):
        kept = [as_written(old, n) for old, n in zip(row, given)]
        rows[i] = tuple(
            [Computed(n, OPS["index"], (leaf,), written.elts[i], {"key": (i, j)}) for j, n in enumerate(kept)]
        )
    cell.tensor = leaf
    nodes.remember_items(m, cell)


def as_written(old: Any, given: float) -> Any:
    """A number that is given in place of one of the text, of its type."""
    return int(given) if type(old) is int and float(given).is_integer() else given


def leaf(m: Machine, name: str, value: Fresh, node: Any) -> Tensor:
    """An input whose value stands in the text, where none is given.

    A constant, where another number of that name is the input: one before it, one that was given and used before, or
    one that an object or a dictionary holds under that name.
    """
    given = m.given.get(name)
    array = value.value
    numbers = m.numbers.setdefault(name, [])
    is_held = name in m.graph.inputs and m.graph.inputs[name] not in numbers
    if name in m.read_inputs or len(numbers) != m.input_numbers.get(name, 0) or is_held:
        constant = Tensor(m.constant(array, node), int(array) if value.whole and shape_of(array) == () else None)
        if constant.known is not None:
            m.wholes[constant.id] = True
        constant.library = value.library
        numbers.append(constant.id)
        if value.varies:
            m.varied_leaf(constant.id, value.place_varied)
        m.graph.rebound.add(constant.id)
        if not np.any(array):
            m.graph.zeros.add(constant.id)
        nodes.remember_array(m, value, constant)
        if value.mask:
            m.masks[constant.id] = True
        if holds_gradient(m, value):
            constant = with_gradient(m, constant, node)
            m.graph.rebound.add(constant.id)
        return m.named(name, constant, node, m.root, True, constant=True)
    id = m.graph.add_input(
        name,
        shape_of(array) if given is None else given,
        array if given is None else None,
        m.frame.place or node,
    )
    numbers.append(id)
    if value.varies:
        m.varied_leaf(id, value.place_varied)
    known: Any = None
    if value.whole and shape_of(array) == ():
        found = array if given is None else m.values_given.get(name)
        known = int(found) if isinstance(found, float) and found.is_integer() else None
        if known is not None and known.bit_length() >= WHOLE_BITS:
            m.looked_names.add(name)
    if known is not None:
        m.bits[id] = WHOLE_BITS
    if value.written and given is not None:
        note_written(m, name, array, node)
    if value.drawn:
        if given is None:
            m.graph.drawn.append(name)
    elif given is None and not np.any(array):
        m.graph.zeros.add(id)
    if value.mask:
        m.masks[id] = True
    if value.cell is not None and written_lists.types_in(value.cell.literal or []) == {int, float}:
        m.item_types[id] = written_lists.are_whole(value.cell.literal or [])
    tensor = Tensor(id, known, library=value.library)
    nodes.remember_array(m, value, tensor)
    return tensor


def holds_gradient(m: Machine, value: Fresh) -> bool:
    """Whether .grad of an array may be asked for, though it is no input of the program."""
    text = m.syntax.text
    return (
        value.library == "torch"
        and not value.whole
        and not value.mask
        and "backward" in text
        and "requires_grad" in text
    )


def with_gradient(m: Machine, constant: Tensor, node: Any) -> Tensor:
    """A constant with which a backward pass leaves a gradient."""
    found = nodes.apply(m, OPS["stop_gradient"], (constant.id,), nodes.NO_OPTIONS, node)
    found.library = constant.library
    m.graph.nodes[found.id].differentiable = True
    return found


def note_written(m: Machine, name: str, array: Value, node: Any) -> None:
    """Note that the value that is given for an input is the one that the text has there."""
    given = m.values_given.get(name)
    if given is None or m.frame.place is not None or shape_of(given) != shape_of(array):
        return
    if np.array_equal(given, array, equal_nan=True):
        m.graph.written[name] = node.lineno


def named(
    m: Machine, name: str, tensor: Tensor, node: Any, scope: Scope, in_program: bool, constant: bool = False
) -> Tensor:
    """A tensor under a name; a node of its own where the value has a name already."""
    graph = m.graph
    id = tensor.id if tensor.view is None else m.current(tensor)
    made = graph.nodes[id]
    group = m.frame.group
    if not constant and (made.op is None or (made.name is not None and not m.may_rename(id, group))):
        if made.name == name and scope.names.get(name) is tensor:
            return tensor  # x = x, and what was changed in place
        alias = nodes.apply(m, OPS["identity"], (id,), nodes.NO_OPTIONS, node)
        alias.known = tensor.known
        if id in m.bits:
            m.bits[alias.id] = m.bits[id]
        alias.library = tensor.library
        if made.shape or tensor.is_array or tensor.library == "torch":
            alias.is_array = tensor.is_array
            alias.view = View(tensor, OPS["identity"], nodes.NO_OPTIONS, tensor.written, tensor.id)
            m.laid[alias.id] = tensor.id
            if tensor in m.parameters:
                m.parameters.add(alias)
        id, tensor = alias.id, alias
        made = graph.nodes[id]
    if in_program:
        if made.differentiable:
            made.name = name
            graph.names[name] = id
        else:
            graph.name(id, name)
        place = m.frame.place or node
        made.place = made.place.within(place) if type(made.place) is Meant else place
    else:
        made.name = name
    m.claimed[id] = group if group is None or not group.is_loop else body_of(group)
    return tensor


def turned(m: Machine, scope: Scope, name: str, value: Any) -> None:
    """A loop's name has the value of a turn: a machine with a journal notes it."""


def name_of_turn(m: Machine, name: str, value: Any) -> None:
    """A name that had a value and is a loop's: the program's value of that name is the turn's."""
    if type(value) is Tensor:
        m.graph.names[name] = value.id
    elif kind_of(value) is Computed and value.tensor is not None:
        m.graph.names[name] = value.tensor.id
    else:
        del m.graph.names[name]


def may_rename(m: Machine, id: int, group: LazyGroup | None) -> bool:
    """Whether a node comes from a function that was called here: its caller's name is the better one."""
    body = body_of(group)
    if id in m.claimed and m.claimed[id] is body:
        return False
    graph = m.graph
    inner, outer = graph.body(graph.nodes[id].group), None if body is None else body.id
    if inner == outer or inner is None:
        return False
    while inner is not None and inner != outer:
        inner = graph.body(graph.groups[inner].parent)
    return inner == outer


def name_written(m: Machine, tensor: Tensor, target: ast.expr, node: ast.expr) -> None:
    """An array that was written to keeps its name."""
    while isinstance(target, ast.Subscript):
        target = target.value
    if isinstance(target, ast.Name):
        holder = m.frame.scope.holder(target.id)
        held = holder.names.get(target.id) if holder is not None else None
        if type(held) is Tensor and m.graph.nodes[held.id].name is None:
            if holder is m.root:
                m.graph.name(held.id, target.id)
                m.see(held, node, assigned=True)
            else:
                m.graph.nodes[held.id].name = target.id


def leafy(m: Machine, value: Any, written: ast.expr, several: bool) -> Any:
    """A value of the text as a leaf-to-be, where it is written as a number or a list of numbers."""
    if kind_of(value) is tuple and several and isinstance(written, ast.Tuple) and len(written.elts) == len(value):
        return tuple([m.leafy(part, text, False) for part, text in zip(value, written.elts)])
    kind = kind_of(value)
    if kind is int and numbers.loses_digits(value):
        return value  # an input would not be this number
    if (kind is int or kind is float) and m.is_written(written):
        return Fresh(number(value), written, whole=kind is int, written=True, fractions=kind is float)
    if value is m.varying and m.is_written(written):
        return Fresh(number(value.value), written, whole=type(value.value) is int, written=True, varies=True)
    if kind is not ListCell or not isinstance(written, ast.List):
        return value
    if value.items is None and value.tensor is None and value.literal and written_lists.is_even(value.literal):
        whole = written_lists.all_whole(value.literal)
        return Fresh(written_lists.literal_array(value, written), written, cell=value, whole=whole, written=True)
    return value


def is_written(m: Machine, written: ast.expr) -> bool:
    """Whether an expression is a number as one writes it: with a sign, or pi, inf, np.e, float("inf")."""
    while isinstance(written, ast.UnaryOp) and isinstance(written.op, (ast.USub, ast.UAdd)):
        written = written.operand
    match written:
        case ast.Constant():
            return True
        case ast.Name(name):
            own = OWN.fullmatch(name)
            return own[1] in CONSTANTS if own else name in CONSTANTS and name not in m.root
        case ast.Attribute(ast.Name(name), constant):
            return constant in CONSTANTS and type(m.found(m.frame, name)) in (Module, type(None))
        case ast.Call(ast.Name("float"), [ast.Constant(str())]) | ast.Call(ast.Name("Value")):
            return True
        case _:
            return False


def is_beside_a_number(m: Machine, name: str, node: Any) -> bool:
    """Whether a name is bound after a number of the same call: in loss, gradient = f(x) the loss is the result."""
    match node:
        case ast.Assign([ast.Tuple([ast.Name(first), *_])], ast.Call()) if first != name:
            return m.last_place is node and (m.is_scalar(m.last) or m.is_number(m.last))
        case _:
            return False


def see(m: Machine, value: Any, node: Any, assigned: bool = False) -> None:
    """The value of a statement: the last number or array is what is differentiated.

    What is no number is passed over, unless it stands there alone as if it were one: a function, a file's contents.
    """
    kind = kind_of(value)
    if kind is Tensor and type(node) is not ast.AugAssign:
        m.last, m.last_place, m.last_of_object, m.several = value, node, False, None
        return
    of_object = False
    if kind is Instance:
        inside = m.number_inside(value)
        if inside is None and (m.last is MISSING or m.last_of_object or "grad" in value.names):
            inside = m.node_inside(value)
            of_object = inside is not None
        if inside is not None:
            value, kind = inside, kind_of(inside)
    if assigned and isinstance(node, ast.AugAssign) and m.last is not MISSING and numbers.is_number(value):
        return  # k += 1 counts, and is not what is asked
    shown = kind in SEEN or (kind is ListCell and nodes.is_numeric(m, value, rows=assigned))
    if kind is Unreachable:
        shown = not value.silent and (value.depends or not assigned or type(m.last) is Unreachable)
    written = getattr(node, "value", node) if assigned else node
    if not shown and (kind in SEVERAL if not assigned else kind in PASSED and is_leaf(m, m.last)):
        m.several = value, written, assigned
    elif shown or not assigned:
        m.several = None
    if shown or (not assigned and kind in UNFINISHED):
        m.last, m.last_place, m.last_of_object = value, node, of_object
    else:
        m.unseen = value, written


def is_leaf(m: Machine, value: Any) -> bool:
    """Whether what would be differentiated is an input itself, or nothing: a result that is given a name is meant."""
    return value is MISSING or (type(value) is Tensor and m.graph.nodes[value.id].op is None)


def number_inside(m: Machine, held: Instance) -> Any:
    """The number of an object of a class of numbers, such as micrograd's Value; None of other objects."""
    found = next((held.names[name] for name in HELD if name in held.names), None)
    if held.of.native or type(found) not in (Tensor, Computed, int, float):
        return None
    return None if held.of.find("__add__") is MISSING or held.of.find("__mul__") is MISSING else found


def node_inside(m: Machine, held: Instance) -> Tensor | None:
    """The data of an object, where it was computed: of DeZero's Variable that a function gives."""
    found = held.names.get("data")
    return found if type(found) is Tensor and m.graph.nodes[found.id].op is not None else None


def flowing_inside(m: Machine, held: Instance) -> Tensor | None:
    """The number of an object, where inputs flow into it: a name of the object is its name, too."""
    inside = m.number_inside(held) or m.node_inside(held)
    if type(inside) is Computed and inside.flows:
        return nodes.computed_node(m, inside)
    return inside if type(inside) is Tensor else None


def numbers_as_leaves(m: Machine, owner: ClassObject, values: list[Any], name: str, node: ast.Call) -> None:
    """a = Value(2.0) of a class of numbers, such as micrograd's: its number is an input by that name."""
    if not values or not node.args or owner.native == "tuple":
        return
    value: Any = values[0]
    counts = owner.find("__add__") is not MISSING and owner.find("__mul__") is not MISSING
    if not counts and (len(values) != 1 or type(value) is not Fresh):
        return
    written = node.args[0]
    varies = value is m.varying
    held: Any = value.value if varies else value
    if isinstance(held, (int, float)) and not isinstance(held, bool) and m.is_written(written):
        value = Fresh(number(held), node, whole=isinstance(held, int), varies=varies)
    if type(value) is Fresh and value.tensor is None:
        value.place = node
        value.tensor = values[0] = m.leaf(name, value, node)


def kept(m: Machine, value: Any, name: str, node: Any) -> Any:
    """A value that an object or a dictionary keeps: an array of the text is an input there too."""
    if m.frame.cuts:
        value = m.cut(value)
    if (
        type(value) is Fresh
        and value.tensor is None
        and (shape_of(value.value) != () or value.drawn or value.parameter)
    ):
        if name.isidentifier():
            value.drawn = value.drawn and name
            value.name = name
    elif type(value) is Instance and name.isidentifier():
        name_parts(m, value, name, node)
    elif type(value) is Tensor and value.id in m.named_loosely and name.isidentifier():
        rename(m, value.id, name)
    return value


def insert(m: Machine, frame: Frame, held: dict[Any, Any], key: Any, value: Any, node: Any) -> None:
    key = m.key(key, node)
    held[key] = m.kept(value, name_within(m, held, key) if isinstance(key, str) else "", node)
