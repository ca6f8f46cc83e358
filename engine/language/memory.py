"""Which arrays share their memory: what of an array another one shows, and what a change in one of them changes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine import strides
from gradlens.engine.language import nodes
from gradlens.engine.language.nodes import apply, id_of
from gradlens.engine.language.objects import CopyOf, Fresh, Mark, Tensor, View, become
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, masks, value_texts, whole_arrays
from gradlens.engine.ops import OPS, Op, Options
from gradlens.engine.strides import Layout
from gradlens.engine.values import Key

if TYPE_CHECKING:
    from gradlens.engine.language.layers.behaviour import Behaviour
    from gradlens.engine.language.machine import Machine

# What shows a part of its operand, by library; of a reshape it depends on how the elements lie.
IN_NUMPY = ("flip", "diag", "einsum")  # diag of a matrix, einsum, in PyTorch too, of one operand that sums nothing
SHOWING = frozenset(
    (
        *("index", "reshape", "ravel", "squeeze", "expand_dims", "split"),
        *("transpose", "swapaxes", "moveaxis", "broadcast_to"),
        *IN_NUMPY,
    )
)
RESHAPING = ("reshape", "ravel")
READ_ONLY = ("broadcast_to", "diag")
PRODUCTS = ("matmul", "dot", "outer", "inner")


def current(m: Machine, tensor: Tensor) -> int:
    """The node of a view as its base is now.  Error: shared-memory."""
    chain: list[tuple[Tensor, View]] = []
    one = tensor
    while one.view is not None and one.view.checked != m.writes:
        chain.append((one, one.view))
        one = one.view.base
    for part, view in reversed(chain):
        view.checked = m.writes
        if view.seen != view.base.written:
            if was_replaced(view, m.place):
                continue
            if is_copy(m, part, view, m.place):
                part.view = None
                continue
            if part.replaced:
                part.id = renewed(m, part.id, view.base.id, m.place)
            else:
                part.id = apply(m, view.op, (view.base.id,), view.options, m.place).id
            part.known = None
            part.written += 1
            view.seen = view.base.written
    return tensor.id


def write(m: Machine, tensor: Tensor, id: int, place: Any) -> None:
    """Change a value in place: everything that shows it sees the new node.

    Errors: read-only, shared-memory, detached-write, fraction-cut, where it is not known or not allowed.
    """
    part: Tensor = tensor
    while True:
        view = part.view
        if view is not None and is_copy(m, part, view, place):
            part.view = view = None
        if view is not None and was_replaced(view, place):
            raise Misplaced("shared-memory", place, got=written_text(place))
        m.laid[id] = part.id
        if part.id >= 0 and masks.is_mask(m, part.id):
            if m.libraries and not keeps_truths(m, id):
                raise Misplaced("truth-cut", place, got=written_text(place))
            m.masks[id] = True
        if m.libraries and part.id >= 0 and whole_arrays.is_whole(m, part.id):
            if not whole_arrays.are_whole(m, id):
                raise Misplaced("fraction-cut", place, got=written_text(place))
            whole_arrays.look_at_numbers(m, id)
            m.wholes[id] = True
        part.id = id
        part.known = None
        part.written += 1
        m.writes += 1
        if view is None:
            return
        if view.detached:
            raise Misplaced("detached-write", place, got=written_text(place))
        id = written_back(m, view, id, place)
        view.seen = view.base.written + 1
        part = view.base


def keeps_truths(m: Machine, id: int) -> bool:
    """Whether an array of True and False still is one after a write: of such, or of the numbers 1 and 0."""
    graph = m.graph
    node = graph.nodes[id]
    while node.kind in ("stop_gradient", "reshape", "identity"):
        node = graph.nodes[node.inputs[0]]
    if masks.is_mask(m, node.id):
        return True
    if node.kind not in ("put", "where"):
        return False
    given = graph.nodes[node.inputs[1]]
    while given.kind in ("reshape", "broadcast_to", "index"):
        given = graph.nodes[given.inputs[0]]
    if given.value is not None and given.kind == "constant":
        return bool(np.all(np.isin(given.value, (0.0, 1.0))))
    return masks.is_mask(m, given.id)


def renew(m: Machine, tensor: Tensor, value: Any, place: Any) -> None:
    """Give an array new values that no gradient passes into. It stays what gradients are shown of, and its name."""
    array = id_of(m, named_array(tensor), place)
    found = renewed(m, id_of(m, tensor, place), id_of(m, value, place), place)
    if found != array:
        m.graph.renewed[found] = array
    write(m, tensor, found, place)


def replace(m: Machine, tensor: Tensor, value: Any, place: Any) -> None:
    """x.data = value: an array gets the memory of another, and what showed the one that it had shows that still."""
    array, owner = named_array(tensor), value
    while type(owner) is Tensor and owner.view is not None and owner.view.op.name in ("stop_gradient", "identity"):
        owner = owner.view.base
    array.view = None
    renew(m, tensor, value, place)
    array.replaced = array.written
    if type(owner) is Tensor and owner is not array and m.graph.nodes[owner.id].name is not None:
        array.view = View(owner, OPS["stop_gradient"], nodes.NO_OPTIONS, owner.written, owner.id)


def was_replaced(view: View, place: Any) -> bool:
    """Whether the base has other memory than what is shown of it.  Error: shared-memory, where that was written to."""
    if view.seen >= view.base.replaced or view.op.name == "identity":
        return False
    if view.seen + 1 < view.base.replaced:
        raise Misplaced("shared-memory", place, got=written_text(place))
    return True


def stays_leaf(m: Machine, tensor: Tensor, place: Any) -> bool:
    """Whether items that are written where gradients are cut leave a tensor what gradients are shown of."""
    if not m.frame.cuts or tensor.library != "torch":
        return False
    node = m.graph.nodes[id_of(m, tensor, place)]
    is_leaf = node.op is None or node.kind == "stop_gradient"
    return is_leaf and node.differentiable and node.id not in m.graph.zeros


def renewed(m: Machine, before: int, id: int, place: Any) -> int:
    """The node of new values of an array that was another node before."""
    node = m.graph.nodes[before]
    if m.behaviour is not None and begins_anew(m, m.behaviour, before, id, place):
        return before
    found = apply(m, OPS["stop_gradient"], (id,), nodes.NO_OPTIONS, place).id
    m.graph.nodes[found].differentiable = node.differentiable
    m.graph.renewed[found] = before
    if node.name is not None and m.graph.nodes[found].name is None:
        if m.graph.names.get(node.name) == node.id:
            m.graph.name(found, node.name)
        else:
            m.graph.nodes[found].name = node.name
    return found


def begins_anew(m: Machine, behaviour: Behaviour, before: int, id: int, place: Any) -> bool:
    """Whether a parameter that nothing is computed with is given its first numbers: layer.weight.data = …"""
    node, new = m.graph.nodes[before], m.graph.nodes[id]
    if node.op is not None or node.shape != new.shape or not any(one is node for one in behaviour.parameters):
        return False
    m.charge(len(m.graph.nodes) // 64, place)
    if any(one.kind != "stop_gradient" for one in m.graph.nodes[before + 1 :] if before in one.inputs):
        return False
    if new.op is None and new.value is not None:
        node.value = new.value
    elif new.op is not None and not m.is_free(Tensor(id)):
        node.value = known_values.known_array(m, Tensor(id), place)
    else:
        return False
    return True


def named_array(tensor: Tensor) -> Tensor:
    """The array of which a value is another name."""
    while tensor.view is not None and tensor.view.op.name == "identity":
        tensor = tensor.view.base
    return tensor


def written_back(m: Machine, view: View, id: int, place: Any) -> int:
    """What the base of a view becomes, where the view becomes a node."""
    base, options = view.base, view.options
    match view.op.name:
        case "identity":
            return id
        case "stop_gradient":  # w.data, through which w is given new values
            return renewed(m, base.id, id, place)
        case "index":
            if shows_twice(options["key"], m.graph.nodes[base.id].shape):
                raise Misplaced("shared-memory", place, got=written_text(place))
            found = apply(m, OPS["put"], (base.id, id), {"key": options["key"]}, place).id
            return renewed(m, base.id, found, place) if stays_leaf(m, base, place) else found
        case "reshape" | "ravel" | "squeeze" | "expand_dims":
            return apply(m, OPS["reshape"], (id,), {"shape": m.graph.nodes[base.id].shape}, place).id
        case "flip" | "swapaxes":
            return apply(m, view.op, (id,), dict(options), place).id
        case "moveaxis":
            ends = {"source": options["destination"], "destination": options["source"]}
            return apply(m, OPS["moveaxis"], (id,), ends, place).id
        case "transpose":
            axes = options.get("axes")
            inverse = None if axes is None else tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))
            return apply(m, OPS["transpose"], (id,), {"axes": inverse}, place).id
        case "split":
            axis = options["axis"]
            joined = apply(m, OPS["moveaxis"], (id,), {"source": 0, "destination": axis}, place).id
            return apply(m, OPS["reshape"], (joined,), {"shape": m.graph.nodes[base.id].shape}, place).id
        case name:
            kind = "read-only" if name in READ_ONLY else "shared-memory"
            raise Misplaced(kind, place, got=written_text(place))


def check_written(tensor: Tensor, place: Any) -> None:
    """Error: read-only, which comes before all that may be wrong with what is written."""
    if tensor.view is not None and tensor.view.op.name in READ_ONLY and not tensor.view.opaque:
        raise Misplaced("read-only", place, got=written_text(place))


def is_copy(m: Machine, part: Tensor, view: View, place: Any) -> bool:
    """Whether another shape of an array was a copy of it.  Error: shared-memory, where that is not known."""
    if view.opaque and part.library == "torch":
        look_at_places(m, part, view, place)
    if (view.op.name not in RESHAPING and not view.opaque) or view.known:
        return False
    layout = layout_of(m, view.source)
    if layout is None or view.opaque:
        raise Misplaced("shared-memory", place, got=written_text(place))
    view.known = shaped(view.op, layout, m.graph.nodes[part.id].shape) is not None
    return not view.known


def places_shown(m: Machine, part: Tensor, view: View, place: Any) -> NDArray[Any] | None:
    """Which elements of the base, counted in order, a view that is made of several ops shows."""
    shape = m.graph.nodes[view.source].shape
    numbers = np.arange(float(np.prod(shape))).reshape(shape)
    places = known_values.value_from(m, part.id, view.source, numbers, place)
    return None if places is None else places.astype(int)


def look_at_places(m: Machine, part: Tensor, view: View, place: Any) -> None:
    """Make a view that is made of several ops one index, of the places that it shows."""
    if (places := places_shown(m, part, view, place)) is not None:
        key = np.unravel_index(places, m.graph.nodes[view.source].shape)
        view.op, view.options, view.opaque = OPS["index"], {"key": tuple(map(known_values.nested, key))}, False


def lay_places(m: Machine, part: Tensor, view: View, place: Any) -> None:
    """Note how such a view lies in memory."""
    places, base = places_shown(m, part, view, place), layout_of(m, view.source)
    if places is not None and base is not None:
        key = np.unravel_index(places, base.shape)
        along = sum(part * stride for part, stride in zip(key, base.strides))
        m.laid[part.id] = strides.by_places(along)


def shows_twice(key: Key, shape: tuple[int, ...]) -> bool:
    """Whether a view by places shows one of them twice."""
    if not all(isinstance(part, tuple) for part in key) or len(key) < len(shape):
        return False
    places: Any = np.ravel_multi_index([np.array(part) for part in key], shape)
    return len(np.unique(places)) < places.size


def shaped(op: Op, x: Layout, shape: tuple[int, ...]) -> Layout | None:
    """The same memory in another shape; None where NumPy copies, as ravel does of all that does not lie in order."""
    return None if op.name == "ravel" and not x.is_contiguous else strides.reshaped(x, shape)


def written_text(place: Any) -> str:
    """What is written to, as the text has it."""
    return value_texts.text_of(place.target if isinstance(place, ast.AugAssign) else place)


# ------------------------------------------------------------------ what is a view


def shown_part(m: Machine, base: Tensor, op: Op, options: Options, place: Any) -> Tensor:
    """A part of an array that shows it: writing to it writes there."""
    found = apply(m, op, (id_of(m, base, place),), options, place)
    found.library = base.library
    node = m.graph.nodes[found.id]
    found.is_array = op.name == "index" and not node.shape and (base.library == "torch" or ... in options["key"])
    if node.shape or found.is_array or base.library == "torch":
        found.view = View(base, op, node.options if node.op is op else options, base.written, base.id)
    return found


def result_of(m: Machine, op: Op, ids: tuple[int, ...], options: Options, place: Any, operands: Any) -> Tensor:
    """The result of a call of an op: a view of its operand, where NumPy and PyTorch give one."""
    found = apply(m, op, ids, options, place)
    for value in operands:
        if (type(value) is Tensor or type(value) is Fresh) and value.library:
            found.library = value.library
            break
    if op.name in SHOWING:
        first = become(operands[0])
        if op.name == "broadcast_to" and type(first) is not Tensor:
            first = Tensor(ids[0])  # a number: what shows it many times is read-only, too
        if not m.frame.code.ours and type(first) is Tensor and is_view(m, op, ids, options, first):
            node = m.graph.nodes[found.id]
            found.is_array = not node.shape
            found.view = View(first, op, node.options, first.written, ids[0])
    return found


def is_view(m: Machine, op: Op, ids: tuple[int, ...], options: Options, first: Tensor) -> bool:
    if not m.graph.nodes[ids[0]].shape and not first.is_array and first.library != "torch":
        return op.name == "broadcast_to"  # of a number
    if op.name not in IN_NUMPY:
        return True
    if "torch" in m.libraries and first.library != "numpy" and op.name != "einsum":
        return False
    if op.name == "diag":
        return len(m.graph.nodes[ids[0]].shape) == 2
    return op.name != "einsum" or (len(ids) == 1 and sums_nothing(options["subscripts"]))


def sums_nothing(subscripts: str) -> bool:
    """Whether an einsum of one operand leaves out no letter: then it gives a view."""
    given, arrow, wanted = subscripts.replace(" ", "").partition("->")
    return set(given) == set(wanted) if arrow else len(set(given)) == len(given)


# ------------------------------------------------------------------ how arrays lie


def layout_of(m: Machine, id: int) -> Layout | None:
    """How the array of a node lies in memory in NumPy; None where that is not modelled."""
    layouts = m.layouts
    pending = [id]
    while pending:
        one = pending[-1]
        if one in layouts:
            pending.pop()
            continue
        mark = m.laid.get(one)
        sources = (
            m.graph.nodes[one].inputs
            if mark is None
            else (mark,)
            if isinstance(mark, int)
            else (mark.id,)
            if isinstance(mark, CopyOf)
            else ()
        )
        if waiting := [i for i in sources if i not in layouts]:
            pending += waiting
            continue
        pending.pop()
        m.charge(1, m.place)
        layouts[one] = laid_out(m, one, mark, [layouts[i] for i in sources])
    return layouts[id]


def laid_out(m: Machine, id: int, mark: Mark | None, sources: list[Layout | None]) -> Layout | None:
    """The layout of a node by those of what it is made from."""
    if isinstance(mark, Layout):
        return mark
    if isinstance(mark, CopyOf):
        return None if sources[0] is None else strides.copied(sources[0])
    if mark is not None:
        return sources[0]
    node = m.graph.nodes[id]
    shape, op = node.shape, node.op
    if op is None or not sources:
        return strides.own(shape)
    first = sources[0]
    shown = op.name in SHOWING or op.name in ("put", "stop_gradient")
    if shown and first is not None and (found := of_view(op, node.options, first, shape)) is not None:
        return found
    if sum(n != 1 for n in shape) <= 1 or op.name in RESHAPING or (op.name in PRODUCTS and len(shape) <= 2):
        return strides.own(shape)
    known = [source for source in sources if source is not None]
    if len(known) < len(sources):
        return None
    if op.name == "identity":
        return strides.copied(known[0])
    if all(source.is_contiguous for source in known) and (
        op.name not in ("index", "take", "einsum") or (op.name == "index" and chooses_rows(node.options["key"]))
    ):
        return strides.own(shape)
    if op.shape is None and "torch" not in m.libraries:
        return strides.result(known, shape)
    return None


def chooses_rows(key: Key) -> bool:
    """Whether an index copies whole rows of an array, in an order of its own: the copy lies in order, too."""
    return len(key) == 1 and isinstance(key[0], tuple)


def of_view(op: Op, options: Options, x: Layout, shape: tuple[int, ...]) -> Layout | None:
    """The layout of what shows another array; None where it is no view."""
    count = len(x.shape)
    match op.name:
        case "put" | "stop_gradient":
            return x
        case "index":
            key = options["key"]
            return None if any(isinstance(part, tuple) for part in key) else strides.indexed(x, key)
        case "transpose":
            return strides.transposed(x, options.get("axes"))
        case "swapaxes":
            order = list(range(count))
            a, b = options["axis1"], options["axis2"]
            order[a], order[b] = order[b], order[a]
            return strides.transposed(x, order)
        case "moveaxis":
            source, destination = (
                [axis % count for axis in ((end,) if isinstance(end, int) else end)]
                for end in (options["source"], options["destination"])
            )
            order = [axis for axis in range(count) if axis not in source]
            for to, axis in sorted(zip(destination, source)):
                order.insert(to, axis)
            return strides.transposed(x, order)
        case "flip":
            axes: Any = options.get("axis")
            return strides.flipped(x, range(count) if axes is None else (axes,) if isinstance(axes, int) else axes)
        case "broadcast_to":
            return strides.stretched(x, shape)
        case "diag" if count == 2:
            return strides.diagonal(x)
        case "reshape" | "ravel" | "squeeze" | "expand_dims":
            return shaped(op, x, shape)
        case "split":
            axis: int = options["axis"]
            parts = strides.reshaped(x, (*x.shape[:axis], shape[0], shape[axis + 1], *x.shape[axis + 1 :]))
            order = [axis, *(i for i in range(count + 1) if i != axis)]
            return None if parts is None else strides.transposed(parts, order)
        case _:
            return None
