"""Of which type a value is: isinstance, issubclass, type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.layers.parameters import is_parameter
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Fresh,
    Function,
    Generator,
    Instance,
    ListCell,
    SetCell,
    Tensor,
    Type,
    kind_of,
)
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.number_types import is_truth, is_whole
from gradlens.engine.language.values.numbers import is_number, value_of
from gradlens.engine.language.values.value_texts import shown

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def isinstance_of(m: Machine, call: Call) -> bool:
    value, wanted = expect(call, 2, 2)
    if kind_of(wanted) is not tuple:
        return is_a(m, value, wanted)
    return any(is_a(m, value, one) for one in wanted)


def is_a(m: Machine, value: Any, wanted: Any) -> bool:
    if type(wanted) is ClassObject:
        return type(value) is Instance and wanted in value.of.lineage()
    name = wanted.name if isinstance(wanted, (Builtin, Type)) else ""
    number = value_of(m, value) if is_number(value) else value
    if name == "int":
        return type(number) in (int, bool) or is_whole_node(m, value)
    if name == "float" and type(number) is float:
        return True
    kinds: dict[str, Any] = {
        "float": type(number) is float or is_float_node(m, value),
        "bool": type(number) is bool or is_python_truth(m, value),
        "str": type(value) is str,
        "list": type(value) is ListCell,
        "tuple": kind_of(value) is tuple or (kind_of(value) is Instance and value.of.native == "tuple"),
        **dict.fromkeys(CONTAINERS, type(value) in (DictCell, DequeCell) and m.container_kind(value) == name),
        **(abstract_kinds(m, value) if name in ABSTRACT else {}),
        "dict": type(value) is DictCell,
        "set": type(value) is SetCell,
        "ndarray": type(value) in (Tensor, Fresh) and (value.library in ("numpy", "jax") or not m.is_scalar(value)),
        "Tensor": type(value) in (Tensor, Fresh),
        "Parameter": is_parameter(m, value),
        "array": type(value) in (Tensor, Fresh),
        "Value": type(value) in (Tensor, Computed),
        "Variable": type(value) in (Tensor, Computed),
        "Number": is_number(value) or m.is_scalar(value),
        "object": True,
    }
    return bool(kinds.get(name, False))


def is_float_node(m: Machine, value: Any) -> bool:
    """Whether a number of the graph is a float, or one of NumPy's, which are floats too."""
    if type(value) is not Tensor or value.known is not None or not m.is_scalar(value):
        return False
    return value.library not in ("torch", "jax") and not is_whole(m, value.id) and not is_truth(m, value)


def is_whole_node(m: Machine, value: Any) -> bool:
    """Whether a number of the graph is one of Python's whole numbers."""
    return type(value) is Tensor and value.library in ("", "math") and m.is_scalar(value) and is_whole(m, value.id)


def is_python_truth(m: Machine, value: Any) -> bool:
    return is_truth(m, value) and value.library in ("", "math") and m.is_scalar(value)


CONTAINERS = ("defaultdict", "Counter", "OrderedDict", "deque")
ABSTRACT = (
    "Iterable Iterator Sequence MutableSequence Mapping MutableMapping Callable Hashable Sized List Dict Tuple Set"
    " Integral Real"
).split()


def abstract_kinds(m: Machine, value: Any) -> dict[str, bool]:
    """What a value is by the names of typing, collections.abc and numbers."""
    kind = kind_of(value)
    number = value_of(m, value) if is_number(value) else value
    sequence = kind in (ListCell, tuple, str, range, DequeCell)
    own: Callable[[str], Any] = value.of.find if kind is Instance else dict[str, Any]().get
    whole = type(number) in (int, bool)
    iterator = kind is Generator or hasattr(value, "__next__") or own("__next__") not in (None, MISSING)
    held = sequence or kind in (DictCell, SetCell, DictView)
    return {
        "Iterable": held
        or iterator
        or own("__iter__") not in (None, MISSING)
        or (kind is Tensor and not m.is_scalar(value)),
        "Iterator": iterator,
        "Sized": held or own("__len__") not in (None, MISSING),
        "Sequence": sequence,
        "MutableSequence": kind in (ListCell, DequeCell),
        "Mapping": kind is DictCell,
        "MutableMapping": kind is DictCell,
        "Callable": kind in (Function, Builtin, Bound, ClassObject) or own("__call__") not in (None, MISSING),
        "Hashable": kind not in (ListCell, DictCell, SetCell, DequeCell),
        "List": kind is ListCell,
        "Dict": kind is DictCell,
        "Tuple": kind is tuple,
        "Set": kind is SetCell,
        "Integral": whole,
        "Real": whole or type(number) is float or (kind is Tensor and m.is_scalar(value)),
    }


def type_of(m: Machine, call: Call) -> Any:
    (value,) = expect(call, 1, 1)
    if type(value) is Instance:
        return value.of
    if type(value) in (DictCell, DequeCell) and (name := m.container_kind(value)) != "dict":
        return m.container_type(name)
    for name in ("bool", "int", "float", "str", "list", "tuple", "dict", "set"):
        if is_a(m, value, m.builtin(name)):
            return m.builtin(name)
    return Type("ndarray")


def issubclass_of(m: Machine, call: Call) -> bool:
    one, wanted = expect(call, 2, 2)
    if type(one) is not ClassObject:
        raise Misplaced("not-called", call.node, name=shown(one))
    return any(base in one.lineage() for base in (wanted if kind_of(wanted) is tuple else (wanted,)))
