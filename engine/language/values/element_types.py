"""Of which type the elements of an array are in its library: what dtype tells, and what it is equal to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.number_types import INT32, REAL_TYPES
from gradlens.engine.language.nodes import id_of
from gradlens.engine.language.objects import Tensor, Type
from gradlens.engine.language.standard.exceptions import raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import masks, value_texts, whole_arrays
from gradlens.engine.language.values.overflow import is_narrow

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

# One name of each type that has several.
NAMES = {"int": "int64", "int_": "int64", "long": "int64", "bool_": "bool", "float": "float64", "double": "float64"}
NAMES |= {"float_": "float64", "half": "float16"}
# The type of fractions that a library makes by itself, and what in a text makes it another.
USUAL = {
    "numpy": ("float64", re.compile(r"float32|float16|half|single|FloatTensor|torch|[\"'][<>=]?[fe][24]?[\"']")),
    "torch": ("float32", re.compile(r"double|float64|float16|half|numpy|np\.|set_default|DoubleTensor")),
    "jax": ("float32", re.compile(r"x64|float64|float16|half|numpy as np|np\.float")),
}
KINDS = {"bool": "b", "int64": "i", "int32": "i"}


def type_of_elements(m: Machine, array: Tensor) -> Type:
    """What array.dtype is."""
    id = id_of(m, array, m.place)
    library = array.library or next(iter(m.libraries - {"math"}), "numpy")
    if masks.is_mask(m, id):
        return Type("bool", library)
    if whole_arrays.is_whole(m, id):
        return Type(INT32 if library == "jax" or is_narrow(m, id) else "int64", library)
    return Type("float64" if has_others(m, library) else USUAL.get(library, USUAL["numpy"])[0], library)


def has_others(m: Machine, library: str) -> bool:
    """Whether a text makes fractions of another type than the library does by itself."""
    if library not in m.other_types:
        m.other_types[library] = bool(USUAL.get(library, USUAL["numpy"])[1].search(m.syntax.text))
    return m.other_types[library]


def is_type_of_array(a: Any, b: Any) -> bool:
    """Whether two values are the type of an array of NumPy's and a text, which may name it."""
    return any(type(x) is Type and x.array == "numpy" and type(y) is str for x, y in ((a, b), (b, a)))


def same_type(m: Machine, a: Any, b: Any, place: Any) -> bool:
    """Whether two types are one.  Error: element-type, of fractions whose type is not known here: all are float64."""
    names = [m.type_name(one) or one.name for one in (a, b)]
    of_array = [one for one in (a, b) if type(one) is Type and one.array]
    if not of_array:
        return names[0] == names[1] or all(name in REAL_TYPES for name in names)
    library = of_array[0].array
    torch_float = library == "torch" and "float" in names
    names = ["float32" if torch_float and name == "float" else NAMES.get(name, name) for name in names]
    if all(name in REAL_TYPES for name in names) and has_others(m, library):
        usual = USUAL.get(library, USUAL["numpy"])[0]
        if len(of_array) == 2 or names != [usual, usual]:
            raise Misplaced("element-type", place, got=value_texts.text_of(place))
    return names[0] == names[1]


def type_attribute(m: Machine, held: Type, name: str, node: Any) -> Any:
    """array.dtype.kind and the like, and device.type.  Error: no-attribute."""
    real = held.name in REAL_TYPES
    known: dict[str, Any] = (
        {"type": "cpu", "index": None}
        if held.name == "cpu"
        else {"name": held.name, "kind": "f" if real else KINDS.get(held.name, ""), "type": Type(held.name)}
        if held.array == "numpy"
        else {"is_floating_point": real}
    )
    if name not in known:
        refused = Misplaced("no-attribute", node, name=name, got=held.name)
        raise refused.as_in_python(raising("AttributeError", f"no attribute {name!r}"))
    return known[name]


__all__ = ["is_type_of_array", "same_type", "type_attribute", "type_of_elements"]
