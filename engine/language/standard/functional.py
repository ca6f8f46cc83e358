"""The modules functools and operator."""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Generator as Steps
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import attributes
from gradlens.engine.language.arithmetic import result, unary_result
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.calls.operators import NAMES, compare_steps, operator_steps
from gradlens.engine.language.functions.mapping import REDUCE
from gradlens.engine.language.indexing import item
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Bound,
    Builtin,
    ClassObject,
    Function,
    Instance,
    Property,
    kind_of,
)
from gradlens.engine.language.standard.records import named_tuple
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.language.values.comparisons import compared, contains

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

# ------------------------------------------------------------------ functools


def partial_of(m: Machine, call: Call) -> Builtin:
    if not call.args:
        raise Misplaced("method-arguments", call.node, name=call.name, least=1, most="…", count=0)
    function, *first = call.args

    def run(m: Machine, inner: Call) -> Steps[Any, Any, Any]:
        return (yield Asked(function, [*first, *inner.args], {**call.keywords, **inner.keywords}))

    return Builtin("partial", run, takes_generators=True)


def wraps(m: Machine, call: Call) -> Builtin:
    """@wraps(f): the function below goes by the name of f."""
    wrapped = call.args[0]

    def run(m: Machine, inner: Call) -> Any:
        (function,) = inner.args
        if type(function) is Function and type(wrapped) is Function:
            return replace(function, called=wrapped.name)
        return function

    return Builtin("wraps", run)


MOST_KEPT = 128  # by lru_cache where it is not told


def cache(m: Machine, call: Call) -> Any:
    return remembering(call.args[0], None)


def lru_cache(m: Machine, call: Call) -> Any:
    first = call.args[0] if call.args else call.keywords.get("maxsize", MOST_KEPT)
    if type(first) in (Function, Builtin, Bound):
        return remembering(first, MOST_KEPT)
    most = None if first is None else known_values.whole(m, first, call.node, "index-type")
    return Builtin("lru_cache", lambda m, inner: remembering(inner.args[0], most))


def remembering(function: Any, most: int | None) -> Instance:
    """A function that keeps what it has given for arguments that are known."""
    names: dict[str, Any] = {
        "__wrapped__": function,
        "__name__": getattr(function, "name", ""),
        "kept": {},
        "hits": 0,
        "misses": 0,
    }
    return Instance(REMEMBERING, {**names, "most": most})


def remembered(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    held, *args = call.args
    names = held.names
    asked = Asked(names["__wrapped__"], args, call.keywords)
    if any(m.is_input(value) for value in [*args, *call.keywords.values()]):
        return (yield asked)  # a number of the graph: what is given belongs to this call alone
    key = (
        tuple([m.key(value, call.node) for value in args]),
        tuple([(name, m.key(value, call.node)) for name, value in call.keywords.items()]),
    )
    kept = names["kept"]
    if key in kept:
        names["hits"] += 1
        kept[key] = found = kept.pop(key)
        return found
    names["misses"] += 1
    found = yield asked
    if names["most"] != 0:
        kept[key] = found
    if names["most"] is not None and len(kept) > names["most"]:
        del kept[next(iter(kept))]
    return found


def cache_info(m: Machine, call: Call) -> Any:
    names = call.args[0].names
    values = [names["hits"], names["misses"], names["most"], len(names["kept"])]
    return Instance(CACHE_INFO, dict(zip(("hits", "misses", "maxsize", "currsize"), values, strict=True)))


def cache_clear(m: Machine, call: Call) -> None:
    names = call.args[0].names
    names["kept"].clear()
    names["hits"] = names["misses"] = 0


CACHE_INFO = named_tuple("CacheInfo", ("hits", "misses", "maxsize", "currsize"), {})
REMEMBERING = ClassObject(
    "_lru_cache_wrapper",
    (),
    {
        "__call__": Builtin("__call__", remembered),
        "cache_info": Builtin("cache_info", cache_info),
        "cache_clear": Builtin("cache_clear", cache_clear),
    },
    ours=True,
    native="function",
)


def cached_property(m: Machine, call: Call) -> Property:
    """A property that is computed once an object."""
    (function,) = call.args

    def run(m: Machine, inner: Call) -> Steps[Any, Any, Any]:
        held = inner.args[0]
        found = yield Asked(function, [held])
        held.names[function.name] = found
        return found

    return Property("property", Builtin(function.name, run))


# Of each comparison that a class has: how the others come of it.  (whether it is turned round, whether == is asked too)
ORDERINGS: dict[str, dict[str, tuple[bool, bool | None]]] = {
    "__lt__": {"__gt__": (True, False), "__le__": (False, True), "__ge__": (True, None)},
    "__le__": {"__ge__": (True, True), "__lt__": (False, False), "__gt__": (True, None)},
    "__gt__": {"__lt__": (True, False), "__ge__": (False, True), "__le__": (True, None)},
    "__ge__": {"__le__": (True, True), "__gt__": (False, False), "__lt__": (True, None)},
}


def total_ordering(m: Machine, call: Call) -> ClassObject:
    (owner,) = call.args
    known = [name for name in ORDERINGS if owner.find(name) is not MISSING]
    if known:
        root = max(known)  # __lt__ first, as in Python
        for name, (negated, equality) in ORDERINGS[root].items():
            if owner.find(name) is MISSING:
                owner.names[name] = Builtin(name, ordering(root, negated, equality))
    return owner


def ordering(root: str, negated: bool, equality: bool | None) -> Callable[[Machine, Call], Steps[Any, Any, Any]]:
    """equality: True for "or equal", False for "and not equal", None where == is not asked."""

    def run(m: Machine, call: Call) -> Steps[Any, Any, Any]:
        held, other = call.args
        answer = yield Asked(Bound(held.of.find(root), held), [other])
        if answer is NotImplemented:
            return answer
        truth = m.truth(answer, call.node) != negated
        if equality is None or truth == bool(equality and not negated):
            return truth
        same = m.truth((yield from compare_steps(m, ast.Eq, held, other, call.node)), call.node)
        return (truth or same) if equality and not negated else (truth or same) if equality else truth and not same

    return run


def key_of_comparison(m: Machine, call: Call) -> Builtin:
    """cmp_to_key(f): what is before another where f gives less than 0."""
    (function,) = call.args
    return Builtin("key", lambda m, inner: Instance(COMPARED_BY, {"function": function, "value": inner.args[0]}))


def comes_before(m: Machine, call: Call) -> Steps[Any, Any, bool]:
    a, b = call.args
    found = yield Asked(a.names["function"], [a.names["value"], b.names["value"]])
    return m.truth(compared(m, ast.Lt, found, 0, call.node), call.node)


COMPARED_BY = ClassObject("K", (), {"__lt__": Builtin("__lt__", comes_before)}, ours=True)
FUNCTOOLS: dict[str, Any] = {
    "cmp_to_key": Builtin("cmp_to_key", key_of_comparison),
    "reduce": REDUCE,
    "partial": Builtin("partial", partial_of, "partial(function, …)"),
    "wraps": Builtin("wraps", wraps),
    "cache": Builtin("cache", cache),
    "lru_cache": Builtin("lru_cache", lru_cache),
    "cached_property": Builtin("cached_property", cached_property),
    "total_ordering": Builtin("total_ordering", total_ordering),
}

# ------------------------------------------------------------------ operator


def joined_by(sign: type[ast.operator]) -> Callable[[Machine, Call], Any]:
    def run(m: Machine, call: Call) -> Steps[Any, Any, Any]:
        a, b = call.args
        if Instance in (kind_of(a), kind_of(b)) and sign in NAMES:
            return (yield from operator_steps(m, NAMES[sign], a, b, call.node))
        return result(m, sign, a, b, call.node)

    return run


def compared_by(sign: type[ast.cmpop]) -> Callable[[Machine, Call], Any]:
    def run(m: Machine, call: Call) -> Steps[Any, Any, Any]:
        a, b = call.args
        if Instance in (kind_of(a), kind_of(b)):
            return (yield from compare_steps(m, sign, a, b, call.node))
        return compared(m, sign, a, b, call.node)

    return run


def signed_by(sign: type[ast.unaryop], name: str) -> Callable[[Machine, Call], Any]:
    def run(m: Machine, call: Call) -> Steps[Any, Any, Any]:
        (value,) = call.args
        if type(value) is Instance:
            return (yield Asked(Bound(value.of.find(name), value), []))
        return unary_result(m, sign, value, call.node)

    return run


def item_steps(m: Machine, held: Any, key: Any, node: Any) -> Steps[Any, Any, Any]:
    if type(held) is Instance and (found := held.of.find("__getitem__")) is not MISSING:
        return (yield Asked(Bound(found, held), [key]))
    return item(m, held, key, node)


def item_getter(m: Machine, call: Call) -> Builtin:
    keys = call.args

    def run(m: Machine, inner: Call) -> Steps[Any, Any, Any]:
        found: list[Any] = []
        for key in keys:
            value = yield from item_steps(m, inner.args[0], key, inner.node)
            found.append(value)
        return found[0] if len(keys) == 1 else tuple(found)

    return Builtin("itemgetter", run)


def attribute_getter(m: Machine, call: Call) -> Builtin:
    paths = call.args
    if not all(type(path) is str for path in paths):
        raise Misplaced("attribute-by-text", call.node, name="attrgetter")

    def run(m: Machine, inner: Call) -> Steps[Any, Any, Any]:
        found: list[Any] = []
        for path in paths:
            value = inner.args[0]
            for name in path.split("."):
                value = yield from attribute_steps(m, inner, value, name)
            found.append(value)
        return found[0] if len(paths) == 1 else tuple(found)

    return Builtin("attrgetter", run)


def attribute_steps(m: Machine, call: Call, held: Any, name: str) -> Steps[Any, Any, Any]:
    if name.startswith("__"):
        raise Misplaced("reserved-name", call.node, name=name)
    if type(held) is not Instance:
        raise Misplaced("attribute-by-text", call.node, name=call.name)
    found = attributes.attribute(m, call.frame, held, name, call.node, None)
    return (yield found) if type(found) is Asked else found


def method_caller(m: Machine, call: Call) -> Builtin:
    name, *args = call.args
    if type(name) is not str or name.startswith("__"):
        raise Misplaced("attribute-by-text", call.node, name="methodcaller")

    def run(m: Machine, inner: Call) -> Steps[Any, Any, Any]:
        found = attributes.attribute(m, inner.frame, inner.args[0], name, inner.node, None)
        function = (yield found) if type(found) is Asked else found
        return (yield Asked(function, list(args), dict(call.keywords)))

    return Builtin("methodcaller", run)


OPERATORS: dict[str, Callable[[Machine, Call], Any]] = {
    **{
        name: joined_by(sign)
        for name, sign in {
            "add": ast.Add,
            "concat": ast.Add,
            "sub": ast.Sub,
            "mul": ast.Mult,
            "truediv": ast.Div,
            "floordiv": ast.FloorDiv,
            "mod": ast.Mod,
            "pow": ast.Pow,
            "matmul": ast.MatMult,
            "and_": ast.BitAnd,
            "or_": ast.BitOr,
            "xor": ast.BitXor,
        }.items()
    },
    **{
        name: compared_by(sign)
        for name, sign in {
            "eq": ast.Eq,
            "ne": ast.NotEq,
            "lt": ast.Lt,
            "le": ast.LtE,
            "gt": ast.Gt,
            "ge": ast.GtE,
        }.items()
    },
    "neg": signed_by(ast.USub, "__neg__"),
    "pos": signed_by(ast.UAdd, "__pos__"),
    "invert": signed_by(ast.Invert, "__invert__"),
    "not_": lambda m, call: not m.truth(call.args[0], call.node),
    "truth": lambda m, call: m.truth(call.args[0], call.node),
    "is_": lambda m, call: compared(m, ast.Is, call.args[0], call.args[1], call.node),
    "is_not": lambda m, call: compared(m, ast.IsNot, call.args[0], call.args[1], call.node),
    "getitem": lambda m, call: item_steps(m, call.args[0], call.args[1], call.node),
    "contains": lambda m, call: contains(m, call.args[0], call.args[1], call.node),
    "itemgetter": item_getter,
    "attrgetter": attribute_getter,
    "methodcaller": method_caller,
}
OPERATOR: dict[str, Builtin] = {name: Builtin(name, run) for name, run in OPERATORS.items()}
