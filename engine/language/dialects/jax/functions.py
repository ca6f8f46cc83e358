"""JAX's functions that take functions: vmap, and loops of lax, run turn by turn; and its random numbers by keys."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calling import Asked
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.indexing import tensor_item
from gradlens.engine.language.objects import (
    MISSING,
    Builtin,
    DictCell,
    Fresh,
    RandomKey,
    kind_of,
)
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.language.values.rooms import check_draws
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

Result = Steps[Any, Any, Any]
FULL = slice(None)


def bound(call: Call, function: str, names: str, **defaults: Any) -> dict[str, Any]:
    """A call's arguments by name.  names: those without a default first."""
    every = [*names.split(), *defaults]
    signature = ", ".join([*names.split(), *[f"{name}={value_texts.shown(value)}" for name, value in defaults.items()]])
    found = by_name(
        function, f"{function}({signature})", every, names.split(), call.args, dict(call.keywords), call.node
    )
    return {**defaults, **found}


def unsupported(call: Call, function: str, name: str, value: Any) -> Misplaced:
    return Misplaced("argument-unsupported", call.node, function=function, argument=name, got=value_texts.shown(value))


# ------------------------------------------------------------------ trees: tuples and dictionaries of arrays


def leaves(m: Machine, value: Any, node: Any) -> list[Any]:
    kind = kind_of(value)
    if kind is tuple:
        m.charge(len(value), node)
        return [leaf for part in value for leaf in leaves(m, part, node)]
    if kind is DictCell:
        return leaves(m, tuple(value.items.values()), node)
    return [] if value is None else [nodes.tensor_of(m, value, node)]


def rebuilt(value: Any, parts: list[Any]) -> Any:
    """A tree of the same form, of other leaves, which are taken out of the list."""
    kind = kind_of(value)
    if kind is tuple:
        return tuple([rebuilt(part, parts) for part in value])
    if kind is DictCell:
        return DictCell({key: rebuilt(part, parts) for key, part in value.items.items()})
    return None if value is None else parts.pop(0)


def taken(m: Machine, value: Any, axis: int, place: int, node: Any) -> Any:
    """One place along an axis of each array of a tree."""
    found: list[Any] = []
    for leaf in leaves(m, value, node):
        rank = len(m.graph.nodes[nodes.id_of(m, leaf, node)].shape)
        found.append(tensor_item(m, leaf, (*[FULL] * (axis % rank), place), node))
    return rebuilt(value, found)


def length(m: Machine, call: Call, function: str, name: str, value: Any, axis: int) -> list[int]:
    """How many places an axis has in each array of a tree."""
    found: list[int] = []
    for leaf in leaves(m, value, call.node):
        shape = m.graph.nodes[nodes.id_of(m, leaf, call.node)].shape
        if not -len(shape) <= axis < len(shape):
            raise Misplaced("argument-shape", call.node, function=function, argument=name, shape=str(shape))
        found.append(shape[axis])
    return found


def stacked(m: Machine, results: list[Any], axis: int, node: Any) -> Any:
    """Trees of one form as one, of stacked arrays."""
    rows = [leaves(m, result, node) for result in results]
    made: list[Any] = []
    for parts in zip(*rows):
        ids = tuple([nodes.id_of(m, part, node) for part in parts])
        found = nodes.apply(m, OPS["stack"], ids, {"axis": axis}, node)
        found.library = "jax"
        made.append(found)
    return rebuilt(results[0], made)


# ------------------------------------------------------------------ vmap


def vmap(m: Machine, call: Call) -> Builtin:
    """jax.vmap(f): f of each place of an axis, one after another."""
    given = bound(call, "jax.vmap", "fun", in_axes=0, out_axes=0)
    axes, out = known_values.plain(m, given["in_axes"], call.node), known_values.plain(m, given["out_axes"], call.node)
    if type(out) is not int:
        raise unsupported(call, "jax.vmap", "out_axes", given["out_axes"])

    def run(m: Machine, inner: Call) -> Result:
        along = (axes,) * len(inner.args) if kind_of(axes) is int else axes
        if kind_of(along) is not tuple or len(along) != len(inner.args):
            raise unsupported(call, "jax.vmap", "in_axes", given["in_axes"])
        if not all(axis is None or type(axis) is int for axis in along):
            raise unsupported(call, "jax.vmap", "in_axes", given["in_axes"])
        named = dict(inner.keywords)
        sizes = {
            size
            for value, axis in [*zip(inner.args, along), *[(value, 0) for value in named.values()]]
            if axis is not None
            for size in length(m, inner, "jax.vmap", "fun", value, axis)
        }
        if len(sizes) != 1 or sizes == {0}:
            raise Misplaced("mapped-sizes", inner.node, sizes=", ".join(map(str, sorted(sizes))) or "none")
        found: list[Any] = []
        for i in range(sizes.pop()):
            args = [v if a is None else taken(m, v, a, i, inner.node) for v, a in zip(inner.args, along)]
            keywords = {name: taken(m, v, 0, i, inner.node) for name, v in named.items()}
            found.append((yield Asked(given["fun"], args, keywords)))
        return stacked(m, found, out, inner.node)

    return Builtin("vmap", run)


# ------------------------------------------------------------------ loops of lax


def fori_loop(m: Machine, call: Call) -> Result:
    given = bound(call, "lax.fori_loop", "lower upper body_fun init_val", unroll=None)
    lower = known_values.whole(m, given["lower"], call.node, "range-bounds")
    upper = known_values.whole(m, given["upper"], call.node, "range-bounds")
    value = given["init_val"]
    for i in range(lower, upper):
        m.charge(1, call.node)
        value = yield Asked(given["body_fun"], [i, value])
    return value


def while_loop(m: Machine, call: Call) -> Result:
    given = bound(call, "lax.while_loop", "cond_fun body_fun init_val")
    value = given["init_val"]
    while m.truth((yield Asked(given["cond_fun"], [value])), call.node):
        m.charge(1, call.node)
        value = yield Asked(given["body_fun"], [value])
    return value


def scan(m: Machine, call: Call) -> Result:
    """lax.scan(f, carry, xs): f gives the next carry and a result, once for each x."""
    given = bound(call, "lax.scan", "f init", xs=None, length=None, reverse=False, unroll=1)
    sizes = set(length(m, call, "lax.scan", "xs", given["xs"], 0))
    if given["length"] is not None:
        sizes.add(known_values.whole(m, given["length"], call.node, "range-bounds"))
    if len(sizes) != 1 or sizes == {0}:
        raise Misplaced("mapped-sizes", call.node, sizes=", ".join(map(str, sorted(sizes))) or "none")
    places = list(range(sizes.pop()))
    if m.truth(given["reverse"], call.node):
        places.reverse()
    carry = given["init"]
    found: dict[int, Any] = {}
    for i in places:
        m.charge(1, call.node)
        x = None if given["xs"] is None else taken(m, given["xs"], 0, i, call.node)
        pair = yield Asked(given["f"], [carry, x])
        if kind_of(pair) is not tuple or len(pair) != 2:
            raise Misplaced("unpack-count", call.node, count=2, got=len(pair) if kind_of(pair) is tuple else 1)
        carry, found[i] = pair
    results = [found[i] for i in range(len(found))]
    return carry, None if results[0] is None else stacked(m, results, 0, call.node)


def mapped(m: Machine, call: Call) -> Result:
    given = bound(call, "lax.map", "f xs", batch_size=None)
    sizes = set(length(m, call, "lax.map", "xs", given["xs"], 0))
    if len(sizes) != 1 or sizes == {0}:
        raise Misplaced("mapped-sizes", call.node, sizes=", ".join(map(str, sorted(sizes))) or "none")
    found: list[Any] = []
    for i in range(sizes.pop()):
        result = yield Asked(given["f"], [taken(m, given["xs"], 0, i, call.node)])
        found.append(result)
    return stacked(m, found, 0, call.node)


def cond(m: Machine, call: Call) -> Result:
    """lax.cond(pred, f, g, *operands), of a truth that is known."""
    if len(call.args) < 3 or call.keywords:
        bound(call, "lax.cond", "pred true_fun false_fun operands")
    pred, yes, no, *operands = call.args
    found = yield Asked(yes if m.truth(pred, call.node) else no, operands)
    return found


TAKING: dict[tuple[str, str], Builtin] = {
    ("jax", "vmap"): Builtin("vmap", vmap, "vmap(fun, in_axes=0, out_axes=0)"),
    ("jax.lax", "fori_loop"): Builtin("fori_loop", fori_loop, "fori_loop(lower, upper, body_fun, init_val)"),
    ("jax.lax", "while_loop"): Builtin("while_loop", while_loop, "while_loop(cond_fun, body_fun, init_val)"),
    ("jax.lax", "scan"): Builtin("scan", scan, "scan(f, init, xs)"),
    ("jax.lax", "map"): Builtin("map", mapped, "map(f, xs)"),
    ("jax.lax", "cond"): Builtin("cond", cond, "cond(pred, true_fun, false_fun, *operands)"),
}


# ------------------------------------------------------------------ random numbers: the same of the same key


def new_key(m: Machine, call: Call) -> RandomKey:
    given = bound(call, f"jax.random.{call.name}", "seed")
    return RandomKey((known_values.whole(m, given["seed"], call.node, "creation-number") & (2**64 - 1),))


def key_of(m: Machine, value: Any, call: Call) -> RandomKey:
    if type(value) is not RandomKey:
        raise unsupported(call, f"jax.random.{call.name}", "key", value)
    return value


def split(m: Machine, call: Call) -> tuple[RandomKey, ...]:
    given = bound(call, "jax.random.split", "key", num=2)
    key, count = key_of(m, given["key"], call), known_values.whole(m, given["num"], call.node, "creation-number")
    m.charge(max(count, 0), call.node)
    return tuple([RandomKey((*key.path[-8:], len(key.path), count, i)) for i in range(count)])


def fold_in(m: Machine, call: Call) -> RandomKey:
    given = bound(call, "jax.random.fold_in", "key data")
    data = known_values.whole(m, given["data"], call.node, "creation-number")
    return RandomKey((*key_of(m, given["key"], call).path[-8:], data & (2**32 - 1)))


Draw = Callable[[Any, Any, dict[str, Any]], Any]  # generator, shape, the others
DRAWS: dict[str, tuple[str, dict[str, Any], Draw]] = {  # required arguments, others, and the numbers
    "normal": ("key", {"shape": (), "dtype": None}, lambda g, s, o: g.standard_normal(s)),
    "uniform": (
        "key",
        {"shape": (), "dtype": None, "minval": 0.0, "maxval": 1.0},
        lambda g, s, o: o["minval"] + (o["maxval"] - o["minval"]) * g.random(s),
    ),
    "randint": (
        "key shape minval maxval",
        {"dtype": None},
        lambda g, s, o: g.integers(o["minval"], o["maxval"], s),
    ),
    "bernoulli": ("key", {"p": 0.5, "shape": ()}, lambda g, s, o: g.random(s) < o["p"]),
    "exponential": ("key", {"shape": (), "dtype": None}, lambda g, s, o: g.standard_exponential(s)),
}
WHOLE = ("randint", "bernoulli")


def draw(m: Machine, call: Call) -> Fresh:
    """Numbers of a key. They are not those that JAX draws, but as there, the same key gives the same ones."""
    function = f"jax.random.{call.name}"
    names, defaults, make = DRAWS[call.name]
    given = bound(call, function, names, **defaults)
    given.pop("dtype", None)
    key, sizes = key_of(m, given.pop("key"), call), known_values.plain(m, given.pop("shape"), call.node)
    shape: Shape = (sizes,) if type(sizes) is int else sizes
    if kind_of(shape) is not tuple or not all(type(n) is int and n >= 0 for n in shape):
        raise Misplaced("creation-shape", call.node, function=function, signature=f"{function}({names}, …)")
    check_draws(m, shape)
    options = {name: known_values.plain(m, value, call.node) for name, value in given.items()}
    if any(not isinstance(value, (int, float)) for value in options.values()):
        raise Misplaced("creation-number", call.node, function=function, signature=f"{function}({names}, …)")
    try:
        found = np.asarray(make(np.random.default_rng([*key.path]), shape, options), dtype=float)
    except ValueError:
        raise Misplaced("draw-bounds", call.node, name=function) from None
    whole = call.name in WHOLE
    value = found if shape else float(found)
    return Fresh(value, call.node, drawn="" if whole else call.name, whole=whole, library="jax")


def random_function(name: str) -> Any:
    """What jax.random.name means; MISSING for what is not modelled."""
    if name in ("PRNGKey", "key"):
        return Builtin(name, new_key, f"{name}(seed)")
    if name in ("split", "fold_in"):
        return Builtin(name, split if name == "split" else fold_in)
    return Builtin(name, draw, f"{name}(key, …)") if name in DRAWS else MISSING
