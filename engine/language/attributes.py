"""What follows a dot: of lists, dictionaries, sets and text as Python has it, of arrays, modules and objects."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import calling, memory, nodes
from gradlens.engine.language.calling import Asked
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.dialects.frozen_laws import law_attribute
from gradlens.engine.language.dialects.jax.updates import UPDATES
from gradlens.engine.language.dialects.libraries import JAX_METHODS, METHOD_TABLES, changing, methods
from gradlens.engine.language.dialects.numpy_functions import ufunc_method
from gradlens.engine.language.dialects.random.seeds import seeding
from gradlens.engine.language.dialects.suggestions import function_suggestion
from gradlens.engine.language.functions.attributes_by_name import OBJECT_SET
from gradlens.engine.language.functions.conversions import OF_TYPES
from gradlens.engine.language.functions.number_methods import NUMBER_METHODS
from gradlens.engine.language.layers.beginnings import REFILLING, refilling
from gradlens.engine.language.layers.holding import is_layer, layers_by_name, part_named, parts_by_name
from gradlens.engine.language.layers.naming import CONTAINERS
from gradlens.engine.language.layers.parameters import is_parameter
from gradlens.engine.language.methods.arrays import (
    FRESH,
    TENSOR,
    in_place_method,
    set_requires_gradient,
    shape_of_tensor,
)
from gradlens.engine.language.methods.dictionaries import DICT, SET
from gradlens.engine.language.methods.lists import LIST
from gradlens.engine.language.methods.slices import SLICE
from gradlens.engine.language.methods.texts import TEXT
from gradlens.engine.language.nodes import tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    At,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
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
from gradlens.engine.language.standard.exceptions import no_attribute as no_attribute_in_python
from gradlens.engine.language.standard.exceptions import raising
from gradlens.engine.language.standard.namespaces import PATHS as NAMESPACES
from gradlens.engine.language.standard.namespaces import namespace_named
from gradlens.engine.language.standard.unwinding import close, send, throw
from gradlens.engine.language.syntax import Misplaced, source, suggestion
from gradlens.engine.language.values import known_values, whole_arrays
from gradlens.engine.language.values.element_types import type_attribute, type_of_elements
from gradlens.engine.language.values.value_texts import class_name, shown
from gradlens.engine.ops import METHODS, OPS
from gradlens.engine.values import size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

SHAPED = ("T", "mT", "H", "shape", "ndim", "size")  # what a list has where it is an array
HOLDING = (ast.Name, ast.Attribute, ast.Subscript, ast.NamedExpr)  # expressions of an array that stands elsewhere too
TELLING_SIZES = ("shape", "size", "ndim", "dim", "numel")


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
        return Bound(SLICE, held)
    if kind is slice and name in ("start", "stop", "step"):
        return {"start": held.start, "stop": held.stop, "step": held.step}[name]
    if kind is SetCell and name in SET:
        return Bound(SET[name], held)
    if kind in (tuple, range) and name in ("count", "index"):
        return Bound(LIST[name], ListCell(list(held)))
    if kind is str and name in TEXT:
        return Bound(TEXT[name], held)
    # What stands in a list, a dictionary or an object is not the array of this expression alone.
    if kind is Fresh and held.tensor is None and not isinstance(node.value, HOLDING):
        if name == "T":
            return Fresh(np.transpose(held.value), held.place, held.drawn, whole=held.whole, library=held.library)
        if called and name in FRESH:
            return Bound(FRESH[name], held)
    if kind is Fresh and held.tensor is None and held.library == "torch" and name in REFILLING and called:
        return Bound(refilling(name), held)
    if kind is Fresh:
        return tensor_attribute(m, tensor_of(m, held, node.value), name, node, called)
    if kind is ListCell or (kind in (int, float, bool, Computed) and name not in ("real", "imag")):
        if name in NUMBER_METHODS and kind is not ListCell:
            return Bound(NUMBER_METHODS[name], held)
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
            return Bound(OBJECT_SET, held.self)
        if name == "__new__":
            return Builtin("__new__", lambda m, call: Instance(call.args[0]))
        if name == "__init_subclass__":
            return Builtin("__init_subclass__", lambda m, call: None)
        raise Misplaced("no-attribute", node, name=name, got="super()")
    if kind is Unreachable and f"{held.what}.{name}" in NAMESPACES:
        return namespace_named(m, f"{held.what}.{name}")
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
    if kind is Type and (held.array or held.name == "cpu"):
        return type_attribute(m, held, name, node)
    if kind is Type:
        return Bound(seeding("torch"), held) if name in ("manual_seed", "seed") else held
    if kind is Builtin:
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
    if m.layers is not None and (part := part_named(held, name)) is not MISSING:
        return part
    if name == CONTAINERS[0] and is_layer(m, held):
        return layers_by_name(m, held)
    if name == "__class__":
        return held.of
    if name == "__dict__":
        return DictCell(held.names)
    names = {*held.names, *[n for one in held.of.lineage() for n in one.names if not (one.ours and n[0] == "_")]}
    got = class_name(held.of)
    refused = Misplaced("no-attribute", node, name=name, got=got, **suggestion(name, names))
    raise refused.as_in_python(no_attribute_in_python(held, name), guessed=not is_own(held.of))


def known_method(m: Machine, name: str) -> bool:
    return bool(methods(name, m.libraries, False))


def tensor_attribute(m: Machine, held: Tensor, name: str, node: Any, called: ast.Call | None) -> Any:
    """What follows the dot of an array: its sizes, its transposes, or a method of its library."""
    key = (name, held.library, called is not None, torch_keyword(called))
    if (known := m.methods.get(key)) is not None:
        if held.view is not None:
            m.current(held)
        return Bound(known, held)
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
    if name == "requires_grad":
        return not whole_arrays.is_whole(m, held.id) and not m.gradients.is_frozen(held)
    if name == "is_leaf":
        return True
    if name in ("label", "name"):
        return m.graph.nodes[held.id].name or ""
    if name == "device":
        return Type("cpu")
    if name == "dtype":
        return type_of_elements(m, held)
    if name == "real":
        return held
    if name in TENSOR and (called or name == "backward"):
        return Bound(TENSOR[name], held)
    if name in REFILLING and called and "torch" in libraries:
        return Bound(refilling(name), held)
    if m.attributes and name in (own := m.attributes.get(memory.named_array(held), {})):
        return own[name]
    readings = methods(name, libraries, torch_keyword(called))
    if held.library == "jax" and name in JAX_METHODS:
        readings = {"numpy": JAX_METHODS[name]}
    if held.library != "jax" and (called or not readings) and (writes := changing(name, libraries)):
        m.methods[key] = writing = Builtin(name, partial(in_place_method, writes, readings))
        return Bound(writing, held)
    if not readings and name in NUMBER_METHODS and not shape and not held.library and not held.is_array:
        return Bound(NUMBER_METHODS[name], held)
    if not readings:
        raise no_attribute(m, name, node)
    if not called and name not in METHODS and name in TELLING_SIZES:
        raise Misplaced("size-as-value", node, name=name)
    first, *others = readings.values()
    library = next(iter(readings)) if len(readings) == 1 else ""
    function = Foreign(name, first, *others, library=held.library if held.library == "jax" else library)
    m.methods[key] = function
    return Bound(function, held)


def torch_keyword(call: ast.Call | None) -> bool:
    """Whether a call has a keyword that PyTorch alone knows."""
    if call is None or not call.keywords:
        return False
    return any(k.arg in ("dim", "keepdim", "unbiased") for k in call.keywords)


def no_attribute(m: Machine, name: str, node: Any) -> Misplaced:
    """Errors: size-as-value, attribute, with a suggestion that a program of these libraries can call."""
    if name in TELLING_SIZES:
        return Misplaced("size-as-value", node, name=name)
    known = [word for word in {*METHODS, *METHOD_TABLES["numpy"], *METHOD_TABLES["torch"]} if known_method(m, word)]
    if name.endswith("_") and name.strip("_") not in METHOD_TABLES["torch"]:
        known = []  # PyTorch's, of a name that means something else
    return Misplaced("attribute", node, name=name, **function_suggestion(name, ["T", *known]))


OF_PYTHON = ("__bases__", "__class__", "__dict__", "__mro__")  # by which it finds what a class has
KEPT_OTHERWISE = (Fresh, Instance)  # types of values that become inputs by the name of the attribute


def set_attribute(m: Machine, frame: Frame, held: Any, name: str, value: Any, node: ast.Attribute) -> None:
    kind = kind_of(held)
    if kind is Instance and name[:2] != "__":
        of = held.of
        if of.plainly if of.judged == ClassObject.writes else of.writes_plainly:
            if m.layers is not None:
                check_assigned(m, held, name, value, node)
                if (parts := parts_by_name(m, held, value)) is not None:
                    parts[name] = m.kept(value, name, node)
                    m.writes += 1
                    return
            held.names[name] = m.kept(value, name, node) if frame.cuts or type(value) in KEPT_OTHERWISE else value
            m.writes += 1
            return
    if kind is ClassObject and not held.ours and name not in OF_PYTHON:
        kept = m.kept(value, name, node)
        if name == "__setattr__" or not {type(kept), type(held.names.get(name))}.isdisjoint((Property, Instance)):
            held.written()
        held.names[name] = kept
        m.writes += 1
        return
    if name.startswith("__"):
        raise Misplaced("reserved-name", node, name=name)
    if kind is Instance:
        own = held.of.find("__setattr__")
        if own is not MISSING and own is not OBJECT_SET:
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
    if kind in (Tensor, Computed, Fresh) and name in (
        "label",
        "name",
        "requires_grad",
        "grad",
        "_backward",
        "_prev",
        "_op",
    ):
        if name == "grad":
            set_gradient(m, held, float(value) if type(value) is int else value, node)
        elif name == "requires_grad":
            requires = known_values.plain(m, value, node) is not False
            set_requires_gradient(m, tensor_of(m, held, node), requires, node)
        return
    if kind in (Tensor, Fresh) and name == "data":
        memory.replace(m, tensor_of(m, held, node), value, node)
        return
    if kind is Unreachable or kind is Module:
        return
    if kind in (Tensor, Fresh) and takes_attribute(m, held, name):
        array = memory.named_array(tensor_of(m, held, node))
        m.attributes.setdefault(array, {})[name] = m.kept(value, name, node)
        m.writes += 1
        return
    raise Misplaced("not-written", node, got=source(node))


def takes_attribute(m: Machine, held: Tensor | Fresh, name: str) -> bool:
    """Whether an array can hold anything under a name, as tensors can: w.g = 1; what it has already stays."""
    own = held.library or ("torch" if m.libraries == {"torch"} else "")
    return own == "torch" and name not in (*SHAPED, *TELLING_SIZES, *TENSOR, *REFILLING) and not known_method(m, name)


def check_assigned(m: Machine, held: Instance, name: str, value: Any, node: ast.Attribute) -> None:
    """Error: parameter-replaced, where a layer's parameter would become an array that is none."""
    new = value is None or is_parameter(m, value)
    if not new and is_parameter(m, held.names.get(name)) and is_layer(m, held):
        said = f"cannot assign 'torch.FloatTensor' as parameter '{name}' (torch.nn.Parameter or None expected)"
        raise Misplaced("parameter-replaced", node, name=name).as_in_python(raising("TypeError", said))


def property_part(held: Property, name: str) -> Builtin:
    """@x.setter: the property with a function that writes it."""

    def run(m: Machine, call: Call) -> Property:
        (function,) = call.args
        if name == "setter":
            return Property("property", held.function, function)
        return held if name == "deleter" else Property("property", function, held.setter)

    return Builtin(name, run)


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


# ------------------------------------------------------------------ lists


# ------------------------------------------------------------------ dictionaries, sets


# ------------------------------------------------------------------ text


GENERATOR = {
    name: Builtin(name, run, takes_generators=True)
    for name, run in (("send", send), ("throw", throw), ("close", close))
}
