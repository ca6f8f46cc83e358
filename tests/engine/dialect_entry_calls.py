"""One-line calls of every entry of the dialect tables of NumPy, SciPy and Python, and what these libraries answer.

data/dialect_calls/*.txt holds them, a name a line; its first lines say how it is written.
"""

from __future__ import annotations

import math
import re
import statistics
import warnings
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import scipy.linalg
import scipy.special
import scipy.stats

from tests.engine.references import anp, autograd, special, stats

FOLDER = Path(__file__).parent / "data" / "dialect_calls"
# Asymmetric shapes, no ties and nothing at a kink but in t; h misses some of its numbers.
VALUES = {
    "s": 0.7,
    "v": [0.55, -1.6, 2.2, 0.25],
    "w": [1.0, 2.2, -0.5, 3.0],
    "m": [[0.45, -1.2, 2.1], [1.6, 0.3, -0.7]],
    "n": [[1.0, 2.1, 0.4], [-0.5, 0.8, 1.1]],
    "q": [[2.0, 0.3, -0.4], [0.3, 1.5, 0.2], [-0.4, 0.2, 1.1]],
    "r": [[0.2, 1.0, 0.5], [1.3, -0.6, 0.1], [0.7, 0.4, 2.0]],
    "g": [[1.0, 0.3], [0.2, -1.1], [0.7, 2.0], [-0.4, 0.6]],
    "c": [
        [[0.1, -0.9, 1.3, 0.4], [2.0, 0.7, -0.3, 0.6], [1.2, -1.1, 0.2, 0.9]],
        [[1.1, 0.25, -1.4, 0.8], [-0.5, 0.95, 1.7, -0.1], [0.35, -0.6, 1.45, 2.2]],
    ],
    "u": [[0.2, 0.5, 0.32], [0.6, 0.13, 0.35]],
    "p": [[0.4, 1.3, 2.2], [0.8, 3.1, 0.6]],
    "t": [[1.0, 3.0, 3.0], [3.0, 1.0, 2.0]],
    "h": [[0.5, math.nan, 2.0], [1.5, 0.3, math.nan], [-0.4, 1.2, 0.9]],
    "j": [[2, 0, 1], [1, 1, 0]],
}
WHOLE = ("j",)
PRELUDE = "import math, statistics\nimport numpy as np\nimport scipy.special, scipy.stats, scipy.linalg\n"
LIBRARIES = {"np": np, "math": math, "statistics": statistics, "scipy": scipy}
HIPS = {
    "np": anp,
    "scipy": SimpleNamespace(special=special, stats=stats, linalg=scipy.linalg),
}


@dataclass(frozen=True)
class Call:
    """A call of an entry.  kind: "" where value and gradient are the library's, "=" the value, "!" refused."""

    entry: str
    kind: str
    text: str

    @property
    def mentioned(self) -> dict[str, Any]:
        words = {*re.findall(r"(?<![.\w])[a-z]\b(?!\s*=[^=])", self.text)}
        return {name: value if name == "s" else np.array(value) for name, value in VALUES.items() if name in words}


@cache
def entries() -> dict[str, list[Call]]:
    """The calls of every entry of the files."""
    found: dict[str, list[Call]] = {}
    for file in sorted(FOLDER.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, *texts = line.split(" | ")
                found.setdefault(name, []).extend(call(name, text) for text in texts)
    return found


def call(name: str, text: str) -> Call:
    kind = text[:1] if text[:1] in "=!" else ""
    text = text.removeprefix(kind)
    if "@@" in text:
        text = text.replace("@@", name.rpartition(".")[0])
    elif "@" in text and name.startswith("."):
        held, _, rest = text.removeprefix("@(").rpartition(")")  # @(v > 0)[0]
        text = f"({held}){name}(){rest}"
    elif "@" in text:
        text = re.sub(r"(?<![\w\)])@|@(?=\()", name, text)
    elif name.startswith("."):
        held, *rest = split_arguments(text)
        text = f"({held}){name}({', '.join(rest)})"
    else:
        text = f"{name}({text})"
    return Call(name, kind, text)


def split_arguments(text: str) -> Iterator[str]:
    depth, begin = 0, 0
    for i, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            yield text[begin:i].strip()
            begin = i + 1
    yield text[begin:].strip()


def run(text: str, given: dict[str, Any], libraries: Mapping[str, object] = LIBRARIES) -> np.ndarray:
    """What a library answers to a call of the files."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return eval(text, {**libraries, **{name: copy(value) for name, value in given.items()}})


def weights(shape: tuple[int, ...]) -> np.ndarray:
    """What the parts of a result are multiplied by, so that its gradient tells them apart."""
    return 1 + np.arange(math.prod(shape), dtype=float).reshape(shape) * 0.37 % 2


def directions(call: Call) -> dict[str, np.ndarray]:
    """One way in which all inputs of a call move at once, another in each of their elements."""
    rng = np.random.default_rng(7)
    return {name: rng.uniform(0.5, 1.5, np.shape(value)) for name, value in call.mentioned.items() if name not in WHOLE}


def change(call: Call, shape: tuple[int, ...], step: float = 1e-5) -> float:
    """How fast the weighted sum of a call's result changes along these directions, by central differences."""
    given, along, k = call.mentioned, directions(call), weights(shape)
    ends = [
        np.sum(np.asarray(run(call.text, given | moved(given, along, sign * step)), dtype=float) * k)
        for sign in (1, -1)
    ]
    return (float(ends[0]) - float(ends[1])) / (2 * step)


def moved(given: dict[str, Any], along: dict[str, np.ndarray], step: float) -> dict[str, object]:
    found = {name: given[name] + step * direction for name, direction in along.items()}
    return {name: value if np.shape(value) else float(value) for name, value in found.items()}


def by_hips(call: Call, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """The gradient of the weighted sum by HIPS autograd: also where elements tie."""
    given, k = call.mentioned, weights(shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a result that does not depend on an input
        return {
            name: autograd.grad(lambda x, name=name: anp.sum(run(call.text, given | {name: x}, HIPS) * k))(given[name])
            for name in given
            if name not in WHOLE
        }
