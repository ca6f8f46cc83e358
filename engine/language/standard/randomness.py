"""What the module random draws of items; its numbers are drawn as those of NumPy (creation.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.dialects.random_streams import Python
from gradlens.engine.language.objects import Builtin, ListCell
from gradlens.engine.language.standard.exceptions import Raised, made
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values

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


RANDOM = {"sample": Builtin("sample", sample), "choices": Builtin("choices", choices)}
