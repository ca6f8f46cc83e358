"""What a chapter's figure computes: its trace, the numbers that its prose tells, and the steps that it is shown at."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np
import orjson

from gradlens import engine
from gradlens.app.jobs.encoding import encode_trace
from gradlens.app.jobs.running import limits_of
from gradlens.app.settings import Settings
from gradlens.engine.exporting.geometries import geometry

SIGNIFICANT = 4  # digits of a number in a sentence
WHOLE = 1e7  # below it a whole number has all its digits
EDGE = " > "


class Computed:
    """A figure's run: its nodes and edges by the names that they have in English, whatever the language."""

    def __init__(self, program: str, english: str, expand: list[str], settings: Settings):
        self.program, self.expand, self.settings = program, expand, settings
        self.trace = self.run({})
        self.english = (
            self.trace if program == english else engine.trace(english, {}, expand=expand, limits=limits_of(settings))
        )
        self.ids: dict[str, int] = {node.name: node.id for node in self.english.nodes if node.name}

    def run(self, inputs: dict[str, Any]) -> engine.Trace:
        """Its program's run, with other inputs by their names in its language."""
        return engine.trace(self.program, inputs, expand=self.expand, limits=limits_of(self.settings))

    def moved(self, inputs: dict[str, Any]) -> Computed:
        """The same figure with other inputs, by their names in English."""
        other = copy(self)
        other.__dict__.pop("geometry", None)
        other.trace = self.run({self.name(name): value for name, value in inputs.items()})
        return other

    def descended(self, names: list[str], rate: float) -> Computed:
        """The same figure after one step of gradient descent of some of its inputs."""
        return self.moved({name: self.value(name) - rate * self.gradient(name) for name in names})

    def checked(self, names: list[str]) -> dict[str, float]:
        """What a check of inputs by central differences finds: of how many numbers, and the largest relative error."""
        found = engine.check(self.program, wrt=[self.name(name) for name in names], limits=limits_of(self.settings))
        return {
            "elements": sum(result.elements for result in found.results),
            "error": max(result.relative_error for result in found.results),
        }

    @cached_property
    def geometry(self) -> dict[str, Any]:
        """Where everything stands: for its still, and for the figure that takes the still's place."""
        return geometry(self.trace)

    def node(self, name: str) -> int:
        """A node's number.  Raises KeyError."""
        return self.ids[name]

    def edge(self, names: str) -> int:
        """The number of the edge between two nodes, "a > b".  Raises KeyError."""
        source, target = (self.node(name) for name in names.split(EDGE))
        found = [edge.id for edge in self.trace.edges if (edge.source, edge.target) == (source, target)]
        if not found:
            raise KeyError(names)
        return found[0]

    def place(self, names: str) -> dict[str, Any]:
        """A node or an edge as the page selects it."""
        if EDGE in names:
            return {"kind": "edge", "id": self.edge(names)}
        return {"kind": "node", "id": self.node(names)}

    def name(self, name: str) -> str:
        """What a node is called in the figure's language."""
        return self.trace.nodes[self.node(name)].name or name

    def symbol(self, names: str) -> str:
        """A gradient in the one notation, ∂total/∂apple; an edge as its two names."""
        if EDGE in names:
            return " → ".join(self.name(name) for name in names.split(EDGE))
        output = self.trace.nodes[self.trace.output].name or "L"
        return f"∂{output}/∂{self.name(names)}"

    def value(self, name: str) -> Any:
        return self.trace.nodes[self.node(name)].value

    def gradient(self, name: str) -> Any:
        return self.trace.nodes[self.node(name)].gradient

    def contribution(self, names: str) -> Any:
        return self.trace.edges[self.edge(names)].contribution

    def local(self, names: str) -> Any:
        return self.trace.edges[self.edge(names)].local

    def shown(self) -> dict[str, Any]:
        """What the page draws it from."""
        settings = self.settings
        encoded = encode_trace(self.trace, "full", settings.values_auto_elements, settings.response_elements)
        return {"trace": orjson.Fragment(encoded), "expand": self.expand}


def told(value: Any) -> str:
    """A number or a small array in a sentence: four digits, a real minus sign."""
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 0:
        return _number(float(array))
    if array.ndim == 1:
        return f"[{' '.join(_number(float(one)) for one in array)}]"
    return f"[{' '.join(told(row) for row in array)}]"


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "∞" if value > 0 else "−∞"
    whole = value.is_integer() and abs(value) < WHOLE
    text = f"{value + 0.0:.0f}" if whole else f"{value + 0.0:.{SIGNIFICANT}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        power = f"10{str(int(exponent)).translate(SUPERSCRIPT)}"
        text = power if mantissa == "1" else f"{mantissa} × {power}"
    return text.replace("-", "−")


SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
TOLD: dict[str, Callable[[Computed, str], Any]] = {
    "value": Computed.value,
    "gradient": Computed.gradient,
    "contribution": Computed.contribution,
    "local": Computed.local,
}
