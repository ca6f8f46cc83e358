"""The methods of arrays that the evaluator computes itself, and of arrays that are no nodes yet."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.calls.number_types import INT32, REAL_TYPES, TRUTH_TYPES, TYPES, WHOLE_TYPES
from gradlens.engine.language.nodes import tensor_of
from gradlens.engine.language.objects import Builtin, Foreign, Fresh, ListCell, Tensor, Type
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, masks, overflow, value_texts, whole_arrays
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape, shape_of, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.dialects.signatures import Signature
    from gradlens.engine.language.machine import Machine

WHOLE_METHODS = {"long": Type("int64"), "int": Type("int32"), "short": Type("int16")}
# What tells the framework something that holds here anyway, or nothing.
SILENT = ("train", "eval", "backward_hook", "cuda", "cpu")


def in_place_method(
    writes: dict[str, tuple[Signature, ...]], readings: dict[str, tuple[Signature, ...]], m: Machine, call: Call
) -> Any:
    """x.add_(y), x.fill(2): what the array becomes, written into it.

    writes: what does so, by library.  readings: what only gives a value, by library: x.sort() is one or the other.
    """
    held, *args = call.args
    name = call.name
    if readings:
        if m.libraries >= {"numpy", "torch"} and not held.library:
            raise Misplaced("method-ambiguous", call.node, name=name)
        if not held.library and not m.libraries & {"numpy", "torch"} and not m.is_dropped(call.frame):
            first, *others = readings.values()
            function = Foreign(name, first, others[0] if others else ())
            return m.foreign(function, [held], args, call.keywords, call.node)
    (signatures,) = writes.values()
    given = m.foreign(Foreign(name, signatures), [held], args, call.keywords, call.node)
    id = nodes.id_of(m, held, call.node)
    shape = m.graph.nodes[id].shape
    value = nodes.id_of(m, given, call.node)
    got = m.graph.nodes[value].shape
    if got != shape:
        raise Misplaced("in-place-shape", call.node, shape=str(shape), got=str(got))
    if call.frame.cuts:
        memory.renew(m, held, Tensor(value), call.node)
    else:
        memory.write(m, held, value, call.node)
    if isinstance(call.node, ast.Call) and isinstance(call.node.func, ast.Attribute):
        m.name_written(held, call.node.func.value, call.node)
    return held if "torch" in writes else None


def shape_of_tensor(m: Machine, tensor: Tensor) -> Shape:
    return m.graph.nodes[tensor.id].shape


def size_method(m: Machine, call: Call) -> Any:
    """PyTorch's x.size() and x.size(0)."""
    held, *places = call.args
    shape = shape_of_tensor(m, held)
    if len(places) > 1:
        raise Misplaced("size-as-value", call.node, name="size")
    if not places:
        return shape
    at = known_values.plain(m, places[0], call.node)
    if type(at) is not int or not -len(shape) <= at < len(shape):
        raise Misplaced("size-as-value", call.node, name="size")
    return shape[at]


def dim_method(m: Machine, call: Call) -> int:
    if len(call.args) > 1:
        raise Misplaced("size-as-value", call.node, name=call.name)
    shape = shape_of_tensor(m, call.args[0])
    return len(shape) if call.name in ("dim", "ndimension") else size_of(shape)


def backward_method(m: Machine, call: Call) -> None:
    """y.backward() differentiates y, every part of it with weight 1; y.backward(v) differentiates (y * v).sum().

    Error: backward-weights, for weights of another shape.
    """
    held, *weights = call.args
    if not weights and "gradient" in call.keywords:
        weights = [call.keywords["gradient"]]
    output = tensor_of(m, held, call.node)
    if weights and weights[0] is not None:
        output = weighted(m, output, weights[0], call.node)
    m.gradients.run(m, output, call.keywords.get("create_graph") is True, call.node)
    m.chosen = output if weights else held


def weighted(m: Machine, output: Tensor, weights: Any, place: Any) -> Tensor:
    """The sum of an array's elements, each with its weight; the array itself, where all of them are 1."""
    if type(weights) in (Tensor, Fresh):
        id = nodes.id_of(m, weights, place)
        shape = shape_of_tensor(m, output)
        if m.graph.nodes[id].shape == shape:
            if m.graph.nodes[id].op is None and np.all(np.equal(known_values.known_array(m, weights, place), 1)):
                return output
            held = nodes.apply(m, OPS["stop_gradient"], (id,), nodes.NO_OPTIONS, place).id
            found = nodes.apply(m, OPS["mul"], (output.id, held), nodes.NO_OPTIONS, place)
            if shape:
                found = nodes.apply(m, OPS["sum"], (found.id,), {"axis": None, "keepdims": False}, place)
            found.library = output.library
            return found
    elif np.all(np.equal(known_values.known_array(m, weights, place), 1)):
        return output
    raise Misplaced("backward-weights", place, shape=str(shape_of_tensor(m, output)))


def requires_gradient(m: Machine, call: Call) -> Any:
    """x.requires_grad_() of what was made without gradients: a leaf from here on."""
    held, *wanted = call.args
    wanted += [value for name, value in call.keywords.items() if name == "requires_grad"]
    requires = not wanted or known_values.plain(m, wanted[0], call.node) is not False
    set_requires_gradient(m, held, requires, call.node)
    return held


def set_requires_gradient(m: Machine, held: Tensor, requires: bool, place: Any) -> None:
    """x.requires_grad = requires"""
    if requires:
        whole_arrays.check_fractions(m, held, "requires_grad=True", place)
        m.graph.nodes[nodes.id_of(m, held, place)].differentiable = True
    m.gradients.require(m, held, requires, place)


def retain_gradient(m: Machine, call: Call) -> None:
    m.gradients.retained.add(memory.named_array(call.args[0]))


def clear_gradient(m: Machine, call: Call) -> None:
    m.gradients.set(call.args[0], None)


def silent_method(m: Machine, call: Call) -> Any:
    return call.args[0]


def to_type(m: Machine, call: Call) -> Any:
    """x.to(device, dtype): the numbers as those of a type; where it stands does not matter."""
    held, *given = call.args
    given += [value for name, value in call.keywords.items() if name in ("dtype", "other")]
    for other in given[:1]:
        id = nodes.id_of(m, other, call.node) if type(other) in (Tensor, Fresh) else None
        if type(other) in (int, bool) or (id is not None and masks.is_mask(m, id)):
            shown = value_texts.shown(other)
            raise Misplaced("argument-unsupported", call.node, function="to", argument="device", got=shown)
        if id is not None and whole_arrays.is_whole(m, id):
            return of_type(m, held, WHOLE_METHODS["long"], call)  # as another tensor: its type is taken
    wanted = next((one for one in given if m.type_name(one) in TYPES), None)
    return held if wanted is None else of_type(m, held, wanted, call)


def of_type(m: Machine, held: Tensor, wanted: Any, call: Call) -> Tensor:
    """x.type(wanted); x itself where it is of that type already."""
    name = m.type_name(wanted)
    if name in REAL_TYPES and not whole_arrays.is_whole(m, held.id) and not masks.is_mask(m, held.id):
        return held
    narrow = overflow.is_narrow(m, held.id)
    if name in WHOLE_TYPES and whole_arrays.is_whole(m, held.id) and narrow == (name == INT32):
        return held
    made = m.method_of(held, replace(call, name="type", args=[held, wanted], keywords={}))
    if name in WHOLE_TYPES:
        m.wholes[made.id], m.narrow[made.id] = True, name == INT32
    return made


def whole_method(m: Machine, call: Call) -> Tensor:
    """x.long()"""
    return of_type(m, call.args[0], WHOLE_METHODS[call.name], call)


def to_list(m: Machine, call: Call) -> Any:
    """x.tolist(): lists of numbers, as deep as the array, which show nothing of it."""
    held = call.args[0]
    id = nodes.id_of(m, held, call.node)
    return lists_of(m, id, call.node) if m.graph.nodes[id].shape else Tensor(id, held.known)


def lists_of(m: Machine, id: int, place: Any) -> ListCell:
    items: list[Any] = []
    for i in range(m.graph.nodes[id].shape[0]):
        part = nodes.apply(m, OPS["index"], (id,), {"key": (i,)}, place)
        items.append(lists_of(m, part.id, place) if m.graph.nodes[part.id].shape else part)
    return ListCell(items)


def reshaped(m: Machine, call: Call) -> Any:
    """Numbers of the text in another shape are numbers of the text: what is made of them is taken as written."""
    held, *given = call.args
    state = m.graph.mark()
    m.tried = []
    try:
        tensor = Tensor(m.constant(held.value, held.place), library=held.library)
        made = m.method_of(tensor, replace(call, args=[tensor, *given]))
        if type(made) is not Tensor:
            return made
        found = known_values.computed_value(m, nodes.id_of(m, made, call.node), call.node)
    finally:
        m.take_back(state)
    return Fresh(found, held.place, held.drawn, whole=held.whole, library=held.library, mask=held.mask)


def same(m: Machine, call: Call) -> Any:
    """x.copy() of numbers of the text."""
    held = call.args[0]
    if len(call.args) > 1 or call.keywords:
        return m.method_of(tensor_of(m, held, call.node), call)
    return held


def retyped(m: Machine, call: Call) -> Any:
    """x.astype(float), x.long() of numbers of the text."""
    held = call.args[0]
    wanted = WHOLE_METHODS.get(call.name) or (call.args[1] if len(call.args) > 1 else call.keywords.get("dtype"))
    name = m.type_name(wanted) or ""
    keeps = TYPES.get(name)
    if keeps is None or not keeps(held.value):
        tensor = tensor_of(m, held, call.node)
        return of_type(m, tensor, wanted, call) if call.name in WHOLE_METHODS else m.method_of(tensor, call)
    if not shape_of(held.value):
        return held
    whole, mask = name in WHOLE_TYPES, name in TRUTH_TYPES
    return replace(held, mask=mask, whole=whole, fractions=not whole and not mask, narrow=name == INT32)


def of_fractions(m: Machine, call: Call) -> Any:
    """x.float() of numbers of the text."""
    held = same(m, call)
    return (
        replace(held, whole=False, mask=False, fractions=True, narrow=False)
        if type(held) is Fresh and shape_of(held.value)
        else held
    )


def of_text_requires_gradient(m: Machine, call: Call) -> Any:
    """x.requires_grad_() of numbers of the text, which have a gradient anyway."""
    held, *wanted = call.args
    if wanted or call.keywords:
        return requires_gradient(m, replace(call, args=[tensor_of(m, held, call.node), *wanted]))
    whole_arrays.check_fractions(m, held, "requires_grad=True", call.node)
    return held


FRESH: dict[str, Builtin] = {
    **{name: Builtin(name, reshaped) for name in ("reshape", "view", "ravel", "flatten", "transpose", "unsqueeze")},
    **{name: Builtin(name, same) for name in ("clone", "copy", "contiguous")},
    **{name: Builtin(name, of_fractions) for name in ("double", "float")},
    "requires_grad_": Builtin("requires_grad_", of_text_requires_gradient),
    **{name: Builtin(name, retyped) for name in ("astype", *WHOLE_METHODS)},
}
TENSOR: dict[str, Builtin] = {
    "size": Builtin("size", size_method),
    **{name: Builtin(name, dim_method) for name in ("dim", "ndimension")},
    "numel": Builtin("numel", dim_method),
    "nelement": Builtin("nelement", dim_method),
    "backward": Builtin("backward", backward_method, "y.backward()"),
    "requires_grad_": Builtin("requires_grad_", requires_gradient),
    "retain_grad": Builtin("retain_grad", retain_gradient),
    **{name: Builtin(name, clear_gradient) for name in ("zero_grad", "cleargrad")},
    "tolist": Builtin("tolist", to_list),
    **{name: Builtin(name, to_type) for name in ("to", "type_as")},
    **{name: Builtin(name, whole_method) for name in WHOLE_METHODS},
    **{name: Builtin(name, silent_method) for name in SILENT},
}
