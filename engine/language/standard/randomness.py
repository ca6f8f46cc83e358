"""What the module random draws of items; its numbers are drawn as those of NumPy (creation.py)."""

from __future__ import annotations

from operator import methodcaller
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.creation import fresh
from gradlens.engine.language.dialects.random.streams import Python
from gradlens.engine.language.objects import Builtin, Fresh, ListCell
from gradlens.engine.language.standard.exceptions import Raised, made
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.values import number

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def stream_of(m: Machine) -> Python:
    stream = m.stream("random")
    assert isinstance(stream, Python)
    return stream


def sample(m: Machine, call: Call) -> ListCell:
    """Different places of a population."""
    names = ["population", "k"]
    given = by_name(call.name, "sample(population, k)", names, names, call.args, call.keywords, call.node)
    items = m.listed(given["population"], call.node)
    count = known_values.whole(m, given["k"], call.node, "index-type")
    if not 0 <= count <= len(items):
        raise Raised(made("ValueError", "Sample larger than population or is negative"), call.node)
    return ListCell([items[at] for at in stream_of(m).source.sample(range(len(items)), count)])


def choices(m: Machine, call: Call) -> ListCell:
    """Places of a population, each drawn anew."""
    names = ["population", "weights", "cum_weights", "k"]
    text = "choices(population, weights=None, k=1)"
    given = by_name(call.name, text, names, names[:1], call.args, call.keywords, call.node)
    items = m.listed(given["population"], call.node)
    count = known_values.whole(m, given.get("k", 1), call.node, "index-type")
    m.charge(max(count, 0), call.node)
    if not items:
        raise Misplaced("empty-sequence", call.node, name="choices")
    weights: dict[str, list[float]] = {}
    for name in ("weights", "cum_weights"):
        if given.get(name) is not None:
            chances: Any = np.asarray(known_values.known_array(m, given[name], call.node))
            weights[name] = chances.tolist() if chances.ndim == 1 else []
    if weights and (len(weights) > 1 or len(next(iter(weights.values()))) != len(items)):
        raise Misplaced("draw-bounds", call.node, name="choices")
    try:
        return ListCell([items[at] for at in stream_of(m).source.choices(range(len(items)), k=count, **weights)])
    except ValueError as error:
        raise Raised(made("ValueError", *error.args), call.node) from None


# The laws of the module random: their parameters, with what these are by themselves.
LAWS: dict[str, dict[str, float | None]] = {
    "normalvariate": {"mu": 0.0, "sigma": 1.0},
    "lognormvariate": {"mu": None, "sigma": None},
    "expovariate": {"lambd": None},
    "betavariate": {"alpha": None, "beta": None},
    "gammavariate": {"alpha": None, "beta": None},
    "weibullvariate": {"alpha": None, "beta": None},
    "paretovariate": {"alpha": None},
    "vonmisesvariate": {"mu": None, "kappa": None},
}


def by_law(m: Machine, call: Call) -> Fresh:
    """One number of a law whose parameters are known.  Error: draw-bounds."""
    parameters = LAWS[call.name]
    required = [name for name, value in parameters.items() if value is None]
    text = f"{call.name}({', '.join(parameters)})"
    given = by_name(call.name, text, [*parameters], required, call.args, call.keywords, call.node)
    values = [number(known_values.plain(m, given.get(name, value), call.node)) for name, value in parameters.items()]
    try:
        return fresh(methodcaller(call.name, *values)(stream_of(m).source), call, call.name)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise Misplaced("draw-bounds", call.node, name=call.name) from None


def randrange(m: Machine, call: Call) -> int:
    """One of range(start, stop, step)."""
    names = ["start", "stop", "step"]
    given = by_name(call.name, "randrange(start, stop, step)", names, names[:1], call.args, call.keywords, call.node)
    bounds = [known_values.whole(m, given[name], call.node, "index-type") for name in names if name in given]
    try:
        return stream_of(m).source.randrange(*bounds)
    except ValueError:
        raise Misplaced("draw-bounds", call.node, name=call.name) from None


RANDOM = {
    "sample": Builtin("sample", sample),
    "choices": Builtin("choices", choices),
    "randrange": Builtin("randrange", randrange),
    **{name: Builtin(name, by_law) for name in LAWS},
}
