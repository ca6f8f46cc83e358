"""Python's own functions: as Python has them of what is known, as ops of what flows into the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call, wrong_number
from gradlens.engine.language.functions.attributes_by_name import (
    callable_of,
    getattr_of,
    hasattr_of,
    hash_of,
    id_of_object,
    setattr_of,
    super_of,
    vars_of,
    wrapped,
)
from gradlens.engine.language.functions.conversions import (
    chr_of,
    dict_of,
    list_of,
    ord_of,
    repr_of,
    set_of,
    str_of,
    tuple_of,
)
from gradlens.engine.language.functions.counting import (
    enumerate_of,
    iter_of,
    len_of,
    next_of,
    range_of,
    reversed_of,
    slice_of,
    zip_of,
)
from gradlens.engine.language.functions.instances import isinstance_of, issubclass_of, type_of
from gradlens.engine.language.functions.mapping import all_of, any_of, filter_of, map_of
from gradlens.engine.language.functions.number_methods import NUMBER_TEXTS
from gradlens.engine.language.functions.numbers import (
    abs_of,
    bool_of,
    divmod_of,
    float_of,
    int_of,
    pow_of,
    round_of,
)
from gradlens.engine.language.functions.ordering import extreme_of, sorted_of
from gradlens.engine.language.functions.summing import sum_of
from gradlens.engine.language.objects import (
    Builtin,
    Fresh,
    ListCell,
)
from gradlens.engine.language.values import written_lists
from gradlens.engine.values import number

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


# ------------------------------------------------------------------ counting


# ------------------------------------------------------------------ numbers


# ------------------------------------------------------------------ types


# ------------------------------------------------------------------ functions of functions


def print_of(m: Machine, call: Call) -> None:
    m.printed_values = call.args


def leaf_value(m: Machine, call: Call) -> Any:
    """micrograd's Value(2.0, label="a") and DeZero's Variable(np.array(2.0)): a number that is an input."""
    if not call.args:
        raise wrong_number(call, 1, 1, 0)
    value = call.args[0]
    if type(value) is ListCell and value.items is None:
        return Fresh(written_lists.literal_array(value, value.place), call.node, whole=False)
    if isinstance(value, (int, float)):
        return Fresh(number(value), call.node)
    return value


BUILTINS: dict[str, Builtin] = {
    name: Builtin(name, run, signature)
    for name, run, signature in (
        ("range", range_of, "range(start=0, stop, step=1)"),
        ("slice", slice_of, "slice(start, stop, step)"),
        ("enumerate", enumerate_of, "enumerate(items, start=0)"),
        ("zip", zip_of, "zip(items, …)"),
        ("reversed", reversed_of, "reversed(items)"),
        ("len", len_of, "len(items)"),
        ("iter", iter_of, "iter(items)"),
        ("next", next_of, "next(iterator)"),
        ("sum", sum_of, "sum(x, axis=None, keepdims=False)"),
        ("max", extreme_of, "max(x, axis=None, keepdims=False)"),
        ("min", extreme_of, "min(x, axis=None, keepdims=False)"),
        ("sorted", sorted_of, "sorted(items)"),
        ("abs", abs_of, "abs(x)"),
        ("round", round_of, "round(x)"),
        ("pow", pow_of, "pow(x, y)"),
        ("divmod", divmod_of, "divmod(x, y)"),
        ("int", int_of, "int(x)"),
        ("float", float_of, "float(x)"),
        ("bool", bool_of, "bool(x)"),
        ("str", str_of, "str(x)"),
        ("repr", repr_of, "repr(x)"),
        ("list", list_of, "list(items)"),
        ("tuple", tuple_of, "tuple(items)"),
        ("set", set_of, "set(items)"),
        ("frozenset", set_of, "frozenset(items)"),
        ("dict", dict_of, "dict(…)"),
        ("isinstance", isinstance_of, "isinstance(x, class)"),
        ("type", type_of, "type(x)"),
        ("map", map_of, "map(function, items)"),
        ("filter", filter_of, "filter(function, items)"),
        ("any", any_of, "any(items)"),
        ("all", all_of, "all(items)"),
        ("ord", ord_of, "ord(text)"),
        ("hash", hash_of, "hash(x)"),
        ("chr", chr_of, "chr(number)"),
        ("issubclass", issubclass_of, "issubclass(class, class)"),
        ("print", print_of, "print(…)"),
        ("display", print_of, "display(…)"),
        ("super", super_of, "super()"),
        ("property", wrapped, "@property"),
        ("staticmethod", wrapped, "@staticmethod"),
        ("classmethod", wrapped, "@classmethod"),
        ("hasattr", hasattr_of, "hasattr(x, name)"),
        ("getattr", getattr_of, "getattr(x, name)"),
        ("setattr", setattr_of, "setattr(x, name, value)"),
        ("callable", callable_of, "callable(x)"),
        ("vars", vars_of, "vars(x)"),
        ("id", id_of_object, "id(x)"),
    )
}
BUILTINS |= NUMBER_TEXTS
LEAVES = {name: Builtin(name, leaf_value, f"{name}(number)") for name in ("Value", "Variable", "Parameter")}
