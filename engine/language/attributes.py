"""What follows a dot: of lists, dictionaries, sets and text as Python has it, of arrays, modules and objects."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import calling, memory, nodes
from gradlens.engine.language.arithmetic import equal
from gradlens.engine.language.calling import Asked, Call
from gradlens.engine.language.creation import TYPES, seeding
from gradlens.engine.language.dialects.frozen_laws import law_attribute
from gradlens.engine.language.dialects.jax.updates import UPDATES
from gradlens.engine.language.dialects.libraries import METHOD_TABLES, changing, methods
from gradlens.engine.language.dialects.numpy_functions import ufunc_method
from gradlens.engine.language.dialects.suggestions import function_suggestion
from gradlens.engine.language.nodes import extend_empty, list_changed, opened_list, shown, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    At,
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
    Generator,
    Instance,
    Law,
    ListCell,
    Module,
    Property,
    SetCell,
    Several,
    Super,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import as_python, raising
from gradlens.engine.language.standard.exceptions import no_attribute as no_attribute_in_python
from gradlens.engine.language.standard.unwinding import close, send, throw
from gradlens.engine.language.syntax import Misplaced, source, suggestion
from gradlens.engine.ops import METHODS, OPS
from gradlens.engine.values import Shape, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.dialects.signatures import Signature
    from gradlens.engine.language.machine import Frame, Machine

SHAPED = ("T", "mT", "H", "shape", "ndim", "size")  # what a list has where it is an array
TELLING_SIZES = ("shape", "size", "ndim", "dim", "numel")
# What tells the framework something that holds here anyway, or nothing.
SILENT = ("train", "eval", "backward_hook", "cuda", "to", "cpu")


def get_attribute(m: Machine, frame: Frame, held: Any, name: str, node: ast.Attribute, called: Any = None) -> None:
    """held.name on the frame's stack."""
    found = attribute(m, frame, held, name, node, called)
    if type(found) is Asked:
        calling.call(m, frame, found.function, found.args, {}, node)
        return
    frame.stack.append(found)


def attribute_of(m: Machine, frame: Frame, held: Any, name: str, node: Any) -> Any:
    """What an attribute is, or the call that computes it."""
    return attribute(m, frame, held, name, node, None)


def attribute(m: Machine, frame: Frame, held: Any, name: str, node: Any, called: Any) -> Any:
    kind = kind_of(held)
    if kind is Module:
        return m.module_attribute(held, name, node, called is not None)
    if kind is Instance:
        return instance_attribute(m, frame, held, name, node)
    if kind is Tensor:
        return tensor_attribute(m, held, name, node, called)
    if kind is ListCell and name in LIST:
        return Bound(LIST[name], held)
    if kind in (DictCell, DequeCell) and (found := m.collection_attribute(held, name)) is not MISSING:
        return found
    if kind is DictCell and name in DICT:
        return Bound(DICT[name], held)
    if kind is slice and name == "indices":
        return Bound(slice_indices(), held)
    if kind is slice and name in ("start", "stop", "step"):
        return {"start": held.start, "stop": held.stop, "step": held.step}[name]
    if kind is SetCell and name in SET:
        return Bound(SET[name], held)
    if kind in (tuple, range) and name in ("count", "index"):
        return Bound(LIST[name], ListCell(list(held)))
    if kind is str and name in TEXT:
        return Bound(TEXT[name], held)
    if kind is Fresh and held.tensor is None:
        if name == "T":
            return Fresh(np.transpose(held.value), held.place, held.drawn, whole=held.whole, library=held.library)
        if called and name in FRESH:
            return Bound(FRESH[name], held)
    if kind is Fresh:
        return tensor_attribute(m, tensor_of(m, held, node.value), name, node, called)
    if kind is ListCell or (kind in (int, float, bool, Computed) and name not in ("real", "imag")):
        if name == "is_integer" and kind in (float, Computed, int):
            return Bound(IS_INTEGER, held)
        is_array = kind is not Computed and (name in SHAPED or (kind is ListCell and name == "at"))
        if is_array or name in ("data", "grad", "label", "requires_grad") or known_method(m, name) or name in TENSOR:
            return tensor_attribute(m, tensor_of(m, held, node.value), name, node, called)
        raise no_attribute(m, name, node).as_in_python(no_attribute_in_python(held, name), guessed=True)
    if kind is At and held.key is not MISSING and name in UPDATES:
        return Bound(UPDATES[name], held)
    if kind is Several:
        if name in held.parts:
            return held.get(name)
        raise Misplaced("values-alone", node, name=held.function, parts=", ".join(held.parts))
    if kind is ClassObject:
        found = held.find(name)
        if found is not MISSING:
            if type(found) is Property:
                return Bound(found.function, held) if found.kind == "classmethod" else found.function
            return found
        if name == "__name__":
            return held.name
        refused = Misplaced("no-attribute", node, name=name, got=held.name, **suggestion(name, held.names))
        text = f"type object '{held.name}' has no attribute '{name}'"
        raise refused.as_in_python(raising("AttributeError", text), guessed=not is_own(held))
    if kind is Super:
        found = calling.super_attribute(held, name)
        if type(found) is Property:
            if found.kind == "property":
                return Asked(found.function, [held.self])
            return Bound(found.function, held.of) if found.kind == "classmethod" else found.function
        if found is not MISSING:
            return found
        if name == "__init__":
            return Builtin("__init__", lambda m, call: None)
        if name == "__setattr__":
            return Bound(object_set(), held.self)
        if name == "__new__":
            return Builtin("__new__", lambda m, call: Instance(call.args[0]))
        if name == "__init_subclass__":
            return Builtin("__init_subclass__", lambda m, call: None)
        raise Misplaced("no-attribute", node, name=name, got="super()")
    if kind is Unreachable:
        return held
    if kind is Generator and name in GENERATOR:
        return Bound(GENERATOR[name], held)
    if kind is Generator or hasattr(held, "__next__"):
        refused = Misplaced("no-attribute", node, name=name, got="generator")
        raise refused.as_in_python(no_attribute_in_python(held, name))
    if kind is Property and held.kind == "property" and name in ("setter", "getter", "deleter"):
        return property_part(held, name)
    if kind is Function and name == "__name__":
        return held.name
    if kind is Law:
        return law_attribute(m, held, name, node)
    if kind is Foreign and (found := ufunc_method(m, held, name)) is not None:
        return found
    if kind is Type:
        return Bound(seeding("torch"), held) if name in ("manual_seed", "seed") else held
    if kind is Builtin:
        from gradlens.engine.language.builtins import OF_TYPES

        if (held.name, name) in OF_TYPES:
            return OF_TYPES[held.name, name]
        if held.name == "chain" and name == "from_iterable":
            return m.chain_from_iterable()
        if name == "__name__":
            return held.name
        if held.name == "str" and name in TEXT:
            return TEXT[name]
    if held is None:
        refused = Misplaced("none-attribute", node, name=name, got=source(node.value))
        raise refused.as_in_python(no_attribute_in_python(None, name))
    refused = Misplaced("no-attribute", node, name=name, got=shown(held))
    raise refused.as_in_python(no_attribute_in_python(held, name), guessed=kind is not DictCell and kind is not SetCell)


def is_own(held: ClassObject) -> bool:
    """Whether the program, or Python's exceptions, say all that a class has."""
    return not any(one.ours and one.native not in ("exception", "tuple", "enum") for one in held.lineage())


def instance_attribute(m: Machine, frame: Frame, held: Instance, name: str, node: Any) -> Any:
    found = held.names.get(name, MISSING)
    if found is not MISSING:
        return found
    found = calling.class_attribute(m, frame, held, held.of, name, node)
    if found is not MISSING:
        return found
    if (asked := held.of.find("__getattr__")) is not MISSING and not name.startswith("__"):
        return Asked(asked, [held, name])
    if name == "__class__":
        return held.of
    if name == "__dict__":
        return DictCell(held.names)
    names = {*held.names, *[n for one in held.of.lineage() for n in one.names]}
    refused = Misplaced("no-attribute", node, name=name, got=held.of.name, **suggestion(name, names))
    raise refused.as_in_python(no_attribute_in_python(held, name), guessed=not is_own(held.of))


def known_method(m: Machine, name: str) -> bool:
    return bool(methods(name, m.libraries, False))


def tensor_attribute(m: Machine, held: Tensor, name: str, node: Any, called: Any) -> Any:
    """What follows the dot of an array: its sizes, its transposes, or a method of its library."""
    own = "numpy" if held.library == "jax" else held.library
    libraries = frozenset((own,)) if own else m.libraries
    shape = m.graph.nodes[nodes.id_of(m, held, node)].shape
    if name == "shape":
        return shape
    if name == "at" and not called and "torch" not in libraries:
        return At(held)
    if name == "ndim":
        return len(shape)
    if name == "size" and not called:
        if "torch" in libraries and "numpy" not in libraries:
            raise Misplaced("size-as-value", node, name=name)
        return size_of(shape)
    if called and name in ("size", "dim", "numel", "nelement"):
        return Bound(TENSOR[name], held)
    if name in ("T", "H"):
        return memory.result_of(m, OPS["transpose"], (held.id,), {"axes": None}, node, [held])
    if name == "flat" and "torch" not in libraries:
        flat = memory.result_of(m, OPS["ravel"], (held.id,), nodes.NO_OPTIONS, node, [held])
        if flat.view is not None:
            flat.view.known = True  # whose items are those of the array, however it lies
        return flat
    if name == "mT":
        return memory.result_of(m, OPS["swapaxes"], (held.id,), {"axis1": -1, "axis2": -2}, node, [held])
    if name == "data":
        if held in m.gradients.values:
            return held
        return memory.shown_part(m, held, OPS["stop_gradient"], nodes.NO_OPTIONS, node)
    if name == "grad":
        return m.gradients.of(m, held, node)
    if name in ("requires_grad", "is_leaf"):
        return True
    if name in ("label", "name"):
        return m.graph.nodes[held.id].name or ""
    if name in ("device", "dtype"):
        return Type("float64" if name == "dtype" else "cpu")
    if name == "real":
        return held
    if name in TENSOR and (called or name == "backward"):
        return Bound(TENSOR[name], held)
    readings = methods(name, libraries, torch_keyword(called))
    if held.library != "jax" and (called or not readings) and (writes := changing(name, libraries)):
        return Bound(Builtin(name, partial(in_place_method, writes, readings)), held)
    if not readings:
        raise no_attribute(m, name, node)
    if not called and name not in METHODS and name in TELLING_SIZES:
        raise Misplaced("size-as-value", node, name=name)
    first, *others = readings.values()
    library = next(iter(readings)) if len(readings) == 1 else ""
    return Bound(Foreign(name, first, *others, library=held.library if held.library == "jax" else library), held)


def torch_keyword(call: ast.Call | None) -> bool:
    """Whether a call has a keyword that PyTorch alone knows."""
    return call is not None and any(k.arg in ("dim", "keepdim", "unbiased") for k in call.keywords)


def no_attribute(m: Machine, name: str, node: Any) -> Misplaced:
    """Errors: size-as-value, attribute, with a suggestion that a program of these libraries can call."""
    if name in TELLING_SIZES:
        return Misplaced("size-as-value", node, name=name)
    known = [word for word in {*METHODS, *METHOD_TABLES["numpy"], *METHOD_TABLES["torch"]} if known_method(m, word)]
    if name.endswith("_") and name.strip("_") not in METHOD_TABLES["torch"]:
        known = []  # PyTorch's, of a name that means something else
    return Misplaced("attribute", node, name=name, **function_suggestion(name, ["T", *known]))


def set_attribute(m: Machine, frame: Frame, held: Any, name: str, value: Any, node: ast.Attribute) -> None:
    kind = kind_of(held)
    if kind is ClassObject and not held.ours:
        held.names[name] = m.kept(value, name, node)
        m.writes += 1
        return
    if name.startswith("__"):
        raise Misplaced("reserved-name", node, name=name)
    if kind is Instance:
        own = held.of.find("__setattr__")
        if own is not MISSING and own is not object_set():
            set_by_method(m, frame, Bound(own, held), name, value, node)
            return
        found = held.of.find(name)
        if type(found) is Property:
            if found.setter is not None:
                set_by_method(m, frame, Bound(found.setter, held), None, value, node)
                return
            if found.kind == "property":
                said = f"property '{name}' of '{held.of.name}' object has no setter"
                raise Misplaced("not-written", node, got=source(node)).as_in_python(raising("AttributeError", said))
        elif type(found) is Instance and (setter := found.of.find("__set__")) is not MISSING:
            set_by_method(m, frame, Bound(setter, found), held, value, node)
            return
        held.names[name] = m.kept(value, name, node)
        m.writes += 1
        return
    if kind in (Tensor, Computed) and name in ("label", "name", "requires_grad", "grad", "_backward", "_prev", "_op"):
        if name == "grad":
            set_gradient(m, held, value, node)
        elif name == "requires_grad" and value is True:
            m.graph.nodes[nodes.id_of(m, held, node)].differentiable = True
        return
    if kind in (Tensor, Fresh) and name == "data":
        memory.renew(m, tensor_of(m, held, node), value, node)
        return
    if kind is Unreachable or kind is Module:
        return
    raise Misplaced("not-written", node, got=source(node))


def property_part(held: Property, name: str) -> Builtin:
    """@x.setter: the property with a function that writes it."""

    def run(m: Machine, call: Call) -> Property:
        (function,) = call.args
        if name == "setter":
            return Property("property", held.function, function)
        return held if name == "deleter" else Property("property", function, held.setter)

    return Builtin(name, run)


def slice_indices() -> Builtin:
    from gradlens.engine.language.builtins import SLICE

    return SLICE


def object_set() -> Builtin:
    from gradlens.engine.language.builtins import OBJECT_SET

    return OBJECT_SET


def set_by_method(m: Machine, frame: Frame, method: Bound, first: Any, value: Any, node: Any) -> None:
    """What a class does itself where an attribute is written.  first: what comes before the value, None for nothing."""
    args = [method.self, value] if first is None else [method.self, first, value]
    if type(method.function) is Function:
        calling.call_function(m, frame, method.function, args, {}, node, True, dropped=True)
    else:
        method.function.run(m, Call(args, {}, node, frame, "__setattr__"))


def set_gradient(m: Machine, held: Any, value: Any, node: ast.Attribute) -> None:
    """x.grad = None, = 0, or = an array of its shape.  Error: gradient-set, for others."""
    tensor = tensor_of(m, held, node)
    if value is None:
        m.gradients.set(tensor, None)
        return
    found = tensor_of(m, value, node)
    if shape_of_tensor(m, found) != shape_of_tensor(m, tensor):
        raise Misplaced("gradient-set", node, shape=str(shape_of_tensor(m, tensor)), got=str(shape_of_tensor(m, found)))
    m.gradients.set(tensor, found)


# ------------------------------------------------------------------ arrays


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
    at = nodes.plain(m, places[0], call.node)
    if type(at) is not int or not -len(shape) <= at < len(shape):
        raise Misplaced("size-as-value", call.node, name="size")
    return shape[at]


def dim_method(m: Machine, call: Call) -> int:
    if len(call.args) > 1:
        raise Misplaced("size-as-value", call.node, name=call.name)
    shape = shape_of_tensor(m, call.args[0])
    return len(shape) if call.name == "dim" else size_of(shape)


def backward_method(m: Machine, call: Call) -> None:
    """y.backward() differentiates y, every part of it with weight 1.  Error: backward-weights, for others."""
    held, *weights = call.args
    if not weights and "gradient" in call.keywords:
        weights = [call.keywords["gradient"]]
    if weights and weights[0] is not None and not np.all(np.equal(nodes.known_array(m, weights[0], call.node), 1)):
        raise Misplaced("backward-weights", call.node)
    m.gradients.run(m, tensor_of(m, held, call.node), call.keywords.get("create_graph") is True, call.node)
    m.chosen = held


def requires_gradient(m: Machine, call: Call) -> Any:
    """x.requires_grad_() of what was made without gradients: a leaf from here on."""
    held = call.args[0]
    m.graph.nodes[nodes.id_of(m, held, call.node)].differentiable = True
    return held


def retain_gradient(m: Machine, call: Call) -> None:
    m.gradients.retained.add(call.args[0])


def clear_gradient(m: Machine, call: Call) -> None:
    m.gradients.set(call.args[0], None)


def silent_method(m: Machine, call: Call) -> Any:
    return call.args[0]


def to_list(m: Machine, call: Call) -> Any:
    held = call.args[0]
    return ListCell(m.listed(held, call.node)) if shape_of_tensor(m, held) else held


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
        found = nodes.computed_value(m, nodes.id_of(m, made, call.node), call.node)
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
    """x.astype(float) of numbers of the text."""
    held = call.args[0]
    wanted = call.args[1] if len(call.args) > 1 else call.keywords.get("dtype")
    keeps = TYPES.get(m.type_name(wanted) or "")
    if keeps is None or not keeps(held.value):
        return m.method_of(tensor_of(m, held, call.node), call)
    return held


FRESH: dict[str, Builtin] = {
    **{name: Builtin(name, reshaped) for name in ("reshape", "view", "ravel", "flatten", "transpose", "unsqueeze")},
    **{name: Builtin(name, same) for name in ("double", "float", "clone", "copy", "contiguous")},
    "requires_grad_": Builtin("requires_grad_", silent_method),
    "astype": Builtin("astype", retyped),
}

TENSOR: dict[str, Builtin] = {
    "size": Builtin("size", size_method),
    "dim": Builtin("dim", dim_method),
    "numel": Builtin("numel", dim_method),
    "nelement": Builtin("nelement", dim_method),
    "backward": Builtin("backward", backward_method, "y.backward()"),
    "requires_grad_": Builtin("requires_grad_", requires_gradient),
    "retain_grad": Builtin("retain_grad", retain_gradient),
    **{name: Builtin(name, clear_gradient) for name in ("zero_grad", "cleargrad")},
    "tolist": Builtin("tolist", to_list),
    **{name: Builtin(name, silent_method) for name in SILENT},
}


# ------------------------------------------------------------------ lists


def changed(run: Callable[[Machine, ListCell, list[Any], Call], Any]) -> Callable[[Machine, Call], Any]:
    def method(m: Machine, call: Call) -> Any:
        cell = call.args[0]
        extend_empty(m, cell)
        items = opened_list(m, cell)
        call.args = [tensor_of(m, a, call.node) if type(a) is Fresh else a for a in call.args]
        found = run(m, cell, items, call)
        list_changed(m, cell)
        return found

    return method


def arguments(call: Call, least: int, most: int) -> list[Any]:
    given = call.args[1:]
    if call.keywords or not least <= len(given) <= most:
        raise Misplaced("method-arguments", call.node, name=call.name, least=least, most=most, count=len(given))
    return given


def list_append(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    items.append(arguments(call, 1, 1)[0])


def list_extend(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    items += m.listed(arguments(call, 1, 1)[0], call.node)


def list_insert(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    at, value = arguments(call, 2, 2)
    items.insert(nodes.whole(m, at, call.text(1), "index-type"), value)


def list_pop(m: Machine, cell: ListCell, items: list[Any], call: Call) -> Any:
    given = arguments(call, 0, 1)
    at = nodes.whole(m, given[0], call.text(1), "index-type") if given else -1
    if not -len(items) <= at < len(items):
        refused = Misplaced("index-range", call.node, index=at, axis=0, size=len(items))
        raise refused.as_in_python(as_python(lambda: [0][: len(items)].pop(at)))
    return items.pop(at)


def list_remove(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    value = arguments(call, 1, 1)[0]
    for i, item in enumerate(items):
        if equal(m, item, value, call.node):
            del items[i]
            return
    raise Misplaced("not-in-list", call.node, got=shown(value)).as_in_python(as_python(lambda: list[Any]().remove(0)))


def list_clear(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    items.clear()


def list_reverse(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    m.charge(len(items) // 64, call.node)
    items.reverse()


def list_sort(m: Machine, call: Call) -> Any:
    from gradlens.engine.language.builtins import sorted_items

    cell = call.args[0]
    found = yield from sorted_items(m, opened_list(m, cell), call)
    cell.items = found
    list_changed(m, cell)
    return None


def list_index(m: Machine, call: Call) -> int:
    items = opened_list(m, call.args[0])
    value = arguments(call, 1, 1)[0]
    for i, item in enumerate(items):
        if equal(m, item, value, call.node):
            return i
    refused = Misplaced("not-in-list", call.node, got=shown(value))
    raise refused.as_in_python(raising("ValueError", f"{m.represented(value, call.node)} is not in list"))


def list_count(m: Machine, call: Call) -> int:
    value = arguments(call, 1, 1)[0]
    return sum(equal(m, item, value, call.node) for item in opened_list(m, call.args[0]))


def list_copy(m: Machine, call: Call) -> ListCell:
    return ListCell(list(opened_list(m, call.args[0])))


LIST: dict[str, Builtin] = {
    name: Builtin(name, run)
    for name, run in {
        "append": changed(list_append),
        "extend": changed(list_extend),
        "insert": changed(list_insert),
        "pop": changed(list_pop),
        "remove": changed(list_remove),
        "clear": changed(list_clear),
        "reverse": changed(list_reverse),
        "sort": list_sort,
        "index": list_index,
        "count": list_count,
        "copy": list_copy,
    }.items()
}


# ------------------------------------------------------------------ dictionaries, sets


def dict_get(m: Machine, call: Call) -> Any:
    key, *default = arguments(call, 1, 2)
    return call.args[0].items.get(m.key(key, call.node), default[0] if default else None)


def dict_pop(m: Machine, call: Call) -> Any:
    key, *default = arguments(call, 1, 2)
    held, key = call.args[0].items, m.key(key, call.node)
    m.writes += 1
    if key not in held and not default:
        raise m.no_key(key, [k for k in held if isinstance(k, str)], call.node)
    return held.pop(key, *default)


def dict_setdefault(m: Machine, call: Call) -> Any:
    key, *default = arguments(call, 1, 2)
    held, key = call.args[0].items, m.key(key, call.node)
    if key not in held:
        m.insert(call.frame, held, key, default[0] if default else None, call.node)
        m.writes += 1
    return held[key]


def dict_update(m: Machine, call: Call) -> None:
    held, *others = call.args
    m.writes += 1
    for other in others:
        if type(other) is DictCell:
            m.charge(len(other.items) // 8, call.node)
            held.items |= other.items
        else:
            for pair in m.listed(other, call.node):
                key, value = m.unpacked(pair, 2, call.node)
                m.insert(call.frame, held.items, key, value, call.node)
    for key, value in call.keywords.items():
        m.insert(call.frame, held.items, key, value, call.node)


def dict_clear(m: Machine, call: Call) -> None:
    m.writes += 1
    call.args[0].items.clear()


def dict_parts(m: Machine, call: Call) -> DictView:
    arguments(call, 0, 0)
    return DictView(call.args[0], call.name)


def dict_popitem(m: Machine, call: Call) -> Any:
    held = call.args[0].items
    m.writes += 1
    if not held:
        raise Misplaced("empty-sequence", call.node, name="popitem").as_in_python(as_python({}.popitem))
    return held.popitem()


def dict_copy(m: Machine, call: Call) -> DictCell:
    m.charge(len(call.args[0].items) // 8, call.node)
    return DictCell(dict(call.args[0].items), call.args[0].kind, call.args[0].factory)


DICT: dict[str, Builtin] = {
    name: Builtin(name, run)
    for name, run in {
        "get": dict_get,
        "pop": dict_pop,
        "setdefault": dict_setdefault,
        "update": dict_update,
        "clear": dict_clear,
        "popitem": dict_popitem,
        "keys": dict_parts,
        "values": dict_parts,
        "items": dict_parts,
        "copy": dict_copy,
    }.items()
}


def set_change(m: Machine, call: Call) -> None:
    held = call.args[0].items
    m.writes += 1
    if call.name == "clear":
        held.clear()
        return
    (value,) = arguments(call, 1, 1)
    if call.name == "update":
        held |= {m.key(item, call.node) for item in m.listed(value, call.node)}
    elif call.name == "add":
        held.add(m.key(value, call.node))
    else:
        key = m.key(value, call.node)
        if call.name == "remove" and key not in held:
            raise Misplaced("not-in-list", call.node, got=shown(value)).as_in_python(raising("KeyError", value))
        held.discard(key)


def set_of(m: Machine, call: Call) -> Any:
    held, *others = call.args
    least, most = SETS.get(call.name, (1, 1))
    arguments(call, least, most)
    m.charge(len(held.items) // 8, call.node)
    sets = [{m.key(item, call.node) for item in m.listed(other, call.node)} for other in others]
    if call.name == "issubset":
        return held.items <= sets[0]
    if call.name == "issuperset":
        return held.items >= sets[0]
    if call.name == "isdisjoint":
        return held.items.isdisjoint(sets[0])
    return SetCell(getattr(set[Any], call.name)(held.items, *sets))


SETS = {"union": (0, 99), "intersection": (0, 99), "difference": (0, 99), "copy": (0, 0)}  # how many others they take
SET: dict[str, Builtin] = {
    name: Builtin(name, set_change) for name in ("add", "remove", "discard", "clear", "update")
} | {
    name: Builtin(name, set_of)
    for name in (
        "union",
        "intersection",
        "difference",
        "symmetric_difference",
        "issubset",
        "issuperset",
        "isdisjoint",
        "copy",
    )
}


# ------------------------------------------------------------------ text

TEXT_METHODS: dict[str, Callable[..., Any]] = {
    name: getattr(str, name)
    for name in (
        "upper lower strip lstrip rstrip title capitalize startswith endswith split rsplit splitlines replace find"
        " rfind index count isdigit isalpha isalnum isspace isupper islower isnumeric isidentifier swapcase casefold"
        " partition removeprefix removesuffix"
    ).split()
}
WIDENING = ("zfill", "ljust", "rjust", "center")


def text_method(m: Machine, call: Call) -> Any:
    given = [nodes.plain(m, value, call.node) for value in call.args]
    keywords = {name: nodes.plain(m, value, call.node) for name, value in call.keywords.items()}
    if any(type(value) not in (str, int, tuple) and value is not None for value in [*given, *keywords.values()]):
        raise Misplaced("text-method", call.node, name=call.name)
    text = given[0]
    m.charge(len(text) // 8, call.node)
    if call.name in WIDENING and (len(given) < 2 or type(given[1]) is not int or given[1] > 10_000):
        raise Misplaced("text-method", call.node, name=call.name)
    if call.name == "replace" and len(given) > 2 and type(given[2]) is str:
        m.charge(len(text) * len(given[2]) // 8, call.node)
    run = TEXT_METHODS[call.name] if call.name in TEXT_METHODS else getattr(str, call.name)
    try:
        found = run(*given, **keywords)
    except (TypeError, ValueError, OverflowError) as error:
        refused = Misplaced("text-method", call.node, name=call.name)
        raise refused.as_in_python(raising(type(error).__name__, *error.args)) from None
    return ListCell(found) if kind_of(found) is list else found


def text_join(m: Machine, call: Call) -> str:
    (items,) = arguments(call, 1, 1)
    parts = m.listed(items, call.node)
    if not all(isinstance(part, str) for part in parts):
        raise Misplaced("text-method", call.node, name=call.name)
    m.charge(sum(len(part) + len(call.args[0]) for part in parts) // 8, call.node)
    return call.args[0].join(parts)


def text_format(m: Machine, call: Call) -> str:
    text, *given = call.args
    values = [calling.python_value(m, value, call.node) for value in given]
    keywords = {name: calling.python_value(m, value, call.node) for name, value in call.keywords.items()}
    # No attribute and no item of a value is reached through a text, and no width that fills the memory.
    if any(c in text for c in ".[") and any(
        ("." in part.partition(":")[0]) or "[" in part for part in text.replace("{{", "").split("{")[1:]
    ):
        raise Misplaced("text-format", call.node)
    calling.charge_format(m, text, "{", [*values, *keywords.values()], call.node)
    try:
        return text.format(*values, **keywords)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise Misplaced("text-format", call.node) from None


TEXT: dict[str, Builtin] = {name: Builtin(name, text_method) for name in (*TEXT_METHODS, *WIDENING)} | {
    "join": Builtin("join", text_join),
    "format": Builtin("format", text_format),
}


GENERATOR = {
    name: Builtin(name, run, takes_generators=True)
    for name, run in (("send", send), ("throw", throw), ("close", close))
}


def is_integer(m: Machine, call: Call) -> bool:
    return float(nodes.known_number(m, call.args[0], call.node)).is_integer()


IS_INTEGER = Builtin("is_integer", is_integer)
