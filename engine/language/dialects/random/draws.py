"""What is drawn: np.random.randn(2, 3), rng.normal(size=3), rng.choice(items), from a stream of random numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.creation import fresh, is_count, meaningful, tagged
from gradlens.engine.language.dialects.random.streams import NewNumPy
from gradlens.engine.language.objects import Builtin, Fresh, ListCell
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.language.values.rooms import check_draws
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape, is_wholes, number, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

# of each function: how it is called, and whether its sizes stand one by one
DRAWS: dict[str, tuple[list[str], bool]] = {
    "randn": ([], True),
    "rand": ([], True),
    "random": (["size"], False),
    "random_sample": (["size"], False),
    "standard_normal": (["size"], False),
    "normal": (["loc", "scale", "size"], False),
    "uniform": (["low", "high", "size"], False),
    "randint": (["low", "high", "size"], False),
    "integers": (["low", "high", "size", "endpoint"], False),
    "permutation": (["x"], False),
    "randperm": (["x"], False),
    "choice": (["a", "size", "replace", "p"], False),
    "randn_like": (["x"], False),
    "rand_like": (["x"], False),
    "gauss": (["loc", "scale"], False),
}
# the arguments without which they draw nothing
REQUIRED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("permutation", "randperm", "randn_like", "rand_like"), ("x",)),
    **dict.fromkeys(("randint", "integers"), ("low",)),
    "choice": ("a",),
}
# The laws that NumPy draws from by numbers that are known: their parameters, with what these are by themselves.
LAWS: dict[str, dict[str, float | None]] = {
    "normal": {"loc": 0.0, "scale": 1.0},
    "uniform": {"low": 0.0, "high": 1.0},
    "binomial": {"n": None, "p": None},
    "exponential": {"scale": 1.0},
    "standard_exponential": {},
    "poisson": {"lam": 1.0},
    "beta": {"a": None, "b": None},
    "gamma": {"shape": None, "scale": 1.0},
    "standard_gamma": {"shape": None},
    "laplace": {"loc": 0.0, "scale": 1.0},
    "lognormal": {"mean": 0.0, "sigma": 1.0},
    "logistic": {"loc": 0.0, "scale": 1.0},
    "gumbel": {"loc": 0.0, "scale": 1.0},
    "standard_cauchy": {},
    "standard_t": {"df": None},
    "chisquare": {"df": None},
    "f": {"dfnum": None, "dfden": None},
    "wald": {"mean": None, "scale": None},
    "triangular": {"left": None, "mode": None, "right": None},
    "geometric": {"p": None},
    "weibull": {"a": None},
    "rayleigh": {"scale": 1.0},
    "pareto": {"a": None},
    "power": {"a": None},
    "negative_binomial": {"n": None, "p": None},
    "dirichlet": {"alpha": None},
    "multinomial": {"n": None, "pvals": None},
    "multivariate_normal": {"mean": None, "cov": None},
}
NARROW_DRAWS = ("random", "standard_normal")
FULL = frozenset(("float", "float64", "double"))
MOST_MEAN = 1e15  # of whole numbers that are drawn


def drawing(name: str, library: str, stream: NewNumPy | None) -> Builtin:
    tag = "torch" if library == "torch" else "numpy" if library == "numpy" else ""

    def run(m: Machine, call: Call) -> Any:
        source = stream or m.stream(library)
        if library == "numpy" and name in LAWS and (name not in DRAWS or has_arrays(m, call)):
            return tagged(by_law(m, call, name, source), tag)
        return tagged(drawn(m, call, name, library, source), tag)

    return Builtin(name, run, f"{name}(…)")


def is_drawn(name: str, library: str) -> bool:
    """Whether a library draws by a name."""
    return name in DRAWS or (name in LAWS and library == "numpy.random")


def has_arrays(m: Machine, call: Call) -> bool:
    """Whether a law's parameters are several: normal(means, 0.5)."""
    given = [
        *call.args[:2],
        *(value for name, value in call.keywords.items() if name in ("loc", "scale", "low", "high")),
    ]
    return any(not m.is_number(value) and not m.is_scalar(value) for value in given)


def by_law(m: Machine, call: Call, name: str, stream: NewNumPy) -> Fresh:
    """Numbers of a law whose parameters are known.  Errors: draw-bounds, creation-shape, creation-number."""
    parameters = LAWS[name]
    names, required = [*parameters, "size"], [key for key, value in parameters.items() if value is None]
    signature = f"{name}({', '.join(names)})"
    given = by_name(name, signature, names, required, call.args, meaningful(call), call.node)
    check_dtype(m, call, name)
    shape = None if given.get("size") is None else shape_given(m, given["size"], call)
    values = [np.asarray(known_values.known_array(m, given.get(key, parameters[key]), call.node)) for key in parameters]
    if not all(np.isfinite(value).all() and np.max(np.abs(value), initial=0.0) < MOST_MEAN for value in values):
        raise Misplaced("creation-number", call.node, function=name, signature=signature)
    at_least = size_of(np.broadcast_shapes(*[value.shape[:1] for value in values])) if name not in LISTS else 1
    check_draws(m, (*(shape or ()), *(values[-1].shape[-1:] if name in LISTS else ()), at_least))
    counts = name in ("binomial", "negative_binomial", "multinomial")
    arguments: list[Any] = [value.astype(np.int64) if counts and not k else value for k, value in enumerate(values)]
    try:
        found = stream.law(name, [one if one.shape else one.item() for one in arguments], shape)
    except (ValueError, OverflowError, TypeError):
        raise Misplaced("draw-bounds", call.node, name=name) from None
    is_whole = name in WHOLE
    if is_whole:
        return Fresh(np.asarray(found, dtype=np.float64), call.node, whole=True)
    return fresh(found, call, name)


WHOLE = frozenset(("binomial", "negative_binomial", "poisson", "geometric", "multinomial"))
LISTS = frozenset(("dirichlet", "multinomial", "multivariate_normal"))


def check_dtype(m: Machine, call: Call, name: str, kept: Iterable[str] = FULL) -> str | None:
    """The type that is asked for.  Error: argument-unsupported, where its numbers are others."""
    wanted = call.keywords.get("dtype")
    found = None if wanted is None else m.type_name(wanted)
    if found in kept or wanted is None:
        return found
    got = value_texts.text_of(call.text("dtype"))
    raise Misplaced("argument-unsupported", call.text("dtype"), function=name, argument="dtype", got=got)


def drawn(m: Machine, call: Call, name: str, library: str, stream: NewNumPy) -> Any:
    names, loose = DRAWS[name]
    args, keywords = list(call.args), meaningful(call)
    if library == "torch" and name in ("randn", "rand"):
        loose = True
    if library == "torch" and name == "normal":
        names = ["loc", "scale", "size"]
        keywords = {{"mean": "loc", "std": "scale"}.get(k, k): v for k, v in keywords.items()}
    if library == "random" and name == "random":
        names = []
    if library == "torch" and name == "randint" and len(args) == 2 and type(args[1]) in (tuple, ListCell):
        names = ["low", "size"]  # torch.randint(5, (3,)) begins at 0
    if loose:
        if "size" in keywords:
            args = [keywords["size"]]
        if len(args) == 1 and type(args[0]) in (tuple, ListCell):
            args = list(m.listed(args[0], call.node))
        shape = tuple([size(m, a, call) for a in args])
        check_draws(m, shape)
        found = stream.normal(shape) if name == "randn" else stream.uniform(shape)
        return fresh(found, call, name)
    given = by_name(name, f"{name}({', '.join(names)})", names, [*REQUIRED.get(name, ())], args, keywords, call.node)
    shape = shape_given(m, given.get("size"), call)
    check_draws(m, shape)
    if name in ("randn_like", "rand_like"):
        shape = m.graph.nodes[nodes.id_of(m, given["x"], call.node)].shape
        found = stream.normal(shape) if name == "randn_like" else stream.uniform(shape)
        return fresh(found, call, name.removesuffix("_like"))
    is_new = name in NARROW_DRAWS and library == "numpy" and type(stream) is NewNumPy
    if is_new and check_dtype(m, call, name, (*FULL, "float32")) == "float32":
        return fresh(np.asarray(stream.narrow(name, shape), dtype=np.float64), call, name)
    if name in ("random", "random_sample"):
        return fresh(stream.uniform(shape), call, name)
    if name == "standard_normal":
        return fresh(stream.normal(shape), call, name)
    if name in ("normal", "gauss"):
        loc, scale = real(m, given.get("loc", 0.0), call), real(m, given.get("scale", 1.0), call)
        if scale < 0 and library == "numpy":
            raise Misplaced("draw-bounds", call.node, name=name)
        return fresh(loc + abs(scale) * stream.normal(shape), call, "normal")
    if name == "uniform":
        low, high = real(m, given.get("low", 0.0), call), real(m, given.get("high", 1.0), call)
        return fresh(low + (high - low) * stream.uniform(shape), call, name)
    if name in ("randint", "integers"):
        return whole_numbers(m, call, given, library, stream)
    if name in ("permutation", "randperm"):
        value = given["x"]
        if is_count(m, value):
            count = size(m, value, call)
            check_draws(m, (count,))
            return Fresh(stream.permutation(count, False).astype(np.float64), call.node, whole=True)
        items = m.listed(value, call.node)
        order = stream.permutation(len(items), any(not m.is_number(item) for item in items))
        return rows_of(m, value, items, order, call)
    return chosen(m, call, given, shape, stream, library)


def whole_numbers(m: Machine, call: Call, given: dict[str, Any], library: str, stream: NewNumPy) -> Any:
    """integers(low, high), or below one number.  Errors: draw-bounds, argument-unsupported."""
    low, high = whole(m, given.get("low"), call), given.get("high")
    low, high = (0, low) if high is None else (low, whole(m, high, call))
    if library == "random" or m.truth(given.get("endpoint", False), call.node):
        high += 1
    dtype = None
    if library == "numpy":
        dtype = check_dtype(m, call, call.name, WHOLE_TYPES)
        dtype = dtype if dtype in OTHER_TYPES else None
    bounds = np.iinfo(dtype or "int64") if dtype != "bool" else None
    least, most = (0, 1) if bounds is None else (bounds.min, bounds.max)
    if low >= high or low < least or high > int(most) + 1:
        raise Misplaced("draw-bounds", call.node, name=call.name)
    shape = shape_given(m, given.get("size"), call)
    if shape == ():
        return int(stream.whole(low, high, (), dtype))
    return Fresh(np.asarray(stream.whole(low, high, shape, dtype), dtype=np.float64), call.node, whole=True)


WHOLE_TYPES = ("int", "int64", "int_", "long", "int32", "int16", "int8", "uint8", "bool")
OTHER_TYPES = ("int32", "int16", "int8", "uint8", "bool")  # whose streams are others


def rows_of(m: Machine, value: Any, items: list[Any], order: Any, call: Call) -> Any:
    """Rows of an array, or items of a list, in an order: an array."""
    places = tuple([int(place) for place in np.ravel(order)])
    if all(type(item) in (int, float) for item in items):
        found = np.array([items[i] for i in places], dtype=np.float64).reshape(np.shape(order))
        return Fresh(found, call.node, whole=all(type(item) is int for item in items))
    tensor = nodes.tensor_of(m, value, call.node)
    made = nodes.apply(m, OPS["index"], (tensor.id,), {"key": (places,)}, call.node)
    if np.ndim(order) != 1:
        shape = (*np.shape(order), *m.graph.nodes[tensor.id].shape[1:])
        made = nodes.apply(m, OPS["reshape"], (made.id,), {"shape": shape}, call.node)
    return made


def chosen(m: Machine, call: Call, given: dict[str, Any], shape: Shape, stream: NewNumPy, library: str) -> Any:
    value = given["a"]
    chances = given.get("p")
    if is_count(m, value):
        items: Any = range(size(m, value, call))
        check_draws(m, (len(items),))
    else:
        items = m.listed(value, call.node)
    if not items:
        raise Misplaced("empty-sequence", call.node, name="choice")
    weights = None
    if chances is not None:
        weights = np.asarray(known_values.known_array(m, chances, call.node))
        if weights.shape != (len(items),) or not np.all(weights >= 0) or not np.isclose(weights.sum(), 1):
            raise Misplaced("draw-bounds", call.node, name="choice")
        weights = weights / weights.sum()
    replace = m.truth(given.get("replace", True), call.node)
    if not replace and size_of(shape) > len(items):
        raise Misplaced("draw-bounds", call.node, name="choice")
    found = stream.choice(len(items), shape, replace, weights)
    if shape == ():
        return items[int(found)]
    if isinstance(items, range):
        return Fresh(found.astype(np.float64), call.node, whole=True)
    if any(type(item) is str for item in items):
        return ListCell([items[i] for i in np.ravel(found).tolist()])
    return rows_of(m, value, items, found, call)


def size(m: Machine, value: Any, call: Call) -> int:
    found = known_values.plain(m, value, call.node)
    if type(found) is not int or not 0 <= found < 2**62:
        raise Misplaced("creation-shape", call.node, function=call.name, signature=f"{call.name}(…)")
    return found


def whole(m: Machine, value: Any, call: Call) -> int:
    found = known_values.plain(m, value, call.node)
    if type(found) is not int or abs(found) > 2**62:
        raise Misplaced("creation-number", call.node, function=call.name, signature=f"{call.name}(low, high)")
    return found


def real(m: Machine, value: Any, call: Call) -> float:
    found = known_values.plain(m, value, call.node)
    if not isinstance(found, (int, float)) or not math.isfinite(number(found)):
        raise Misplaced("creation-number", call.node, function=call.name, signature=f"{call.name}(…)")
    return number(found)


def shape_given(m: Machine, value: Any, call: Call) -> Shape:
    if value is None:
        return ()
    found = known_values.plain(m, value, call.node)
    found = (found,) if type(found) is int else found
    if not is_wholes(found) or any(n < 0 for n in found):
        raise Misplaced("creation-shape", call.node, function=call.name, signature=f"{call.name}(size=…)")
    return found
