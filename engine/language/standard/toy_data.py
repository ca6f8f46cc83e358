"""sklearn.datasets: the sets of points that are drawn, with the numbers that scikit-learn gives after a seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.dialects.random.streams import OldNumPy
from gradlens.engine.language.objects import Builtin, Fresh
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, rooms, value_texts

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

Points = Any  # of shape (n, 2)


def moons(outer: int, inner: int, factor: float) -> Points:
    """Two half circles, one above the other and turned."""
    above, below = np.linspace(0, np.pi, outer), np.linspace(0, np.pi, inner)
    x = np.append(np.cos(above), 1 - np.cos(below))
    return np.stack([x, np.append(np.sin(above), 1 - np.sin(below) - 0.5)], axis=1)


def circles(outer: int, inner: int, factor: float) -> Points:
    """A circle in a circle."""
    turns, within = (np.linspace(0, 2 * np.pi, n, endpoint=False) for n in (outer, inner))
    x = np.append(np.cos(turns), np.cos(within) * factor)
    return np.stack([x, np.append(np.sin(turns), np.sin(within) * factor)], axis=1)


def points(make: Callable[[int, int, float], Points]) -> Callable[[Machine, Call], tuple[Fresh, Fresh]]:
    def run(m: Machine, call: Call) -> tuple[Fresh, Fresh]:
        defaults: dict[str, Any] = {"n_samples": 100, "shuffle": True, "noise": None, "random_state": None}
        if make is circles:
            defaults["factor"] = 0.8
        text = f"{call.name}({', '.join(f'{name}={value}' for name, value in defaults.items())})"
        given = by_name(call.name, text, list(defaults), [], call.args, call.keywords, call.node)
        options = {name: known_values.plain(m, given.get(name, value), call.node) for name, value in defaults.items()}
        count, seed, noise = options["n_samples"], options["random_state"], options["noise"]
        fits = {
            "n_samples": type(count) is int and count > 0,
            "random_state": seed is None or (type(seed) is int and 0 <= seed < 2**32),
            "noise": noise is None or (isinstance(noise, (int, float)) and noise >= 0),
            "factor": isinstance(options.get("factor", 0), (int, float)),
        }
        for name, is_right in fits.items():
            if not is_right:
                got = value_texts.shown(given[name])
                raise Misplaced("argument-unsupported", call.node, function=call.name, argument=name, got=got)
        rooms.check_room(m, (count, 2))
        source = (m.stream("numpy") if seed is None else OldNumPy(seed)).source
        outer = count // 2
        found = make(outer, count - outer, options.get("factor", 0.0))
        labels = np.repeat([0.0, 1.0], [outer, count - outer])
        if options["shuffle"]:
            order = np.arange(count)
            source.shuffle(order)
            found, labels = found[order], labels[order]
        if noise is not None:
            found = found + source.normal(scale=noise, size=found.shape)
        drawn = call.name if options["shuffle"] or noise is not None else ""
        return (
            Fresh(found, call.node, drawn=drawn, library="numpy", fractions=True),
            Fresh(labels, call.node, whole=True, library="numpy"),
        )

    return run


TOY_DATA: dict[str, Any] = {
    "make_moons": Builtin("make_moons", points(moons)),
    "make_circles": Builtin("make_circles", points(circles)),
}
