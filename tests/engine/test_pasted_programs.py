"""Programs of the kinds that students paste give what CPython and NumPy give for them.

Each program of the table computes y; where it begins with a number x, its gradient is compared with a difference
quotient, where that has one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from gradlens import engine

PROGRAMS = (Path(__file__).parent / "data" / "pasted_programs.txt").read_text().strip().split("\n%%\n")
NUMBER = re.compile(r"^x = (-?[\d.]+)$", re.MULTILINE)
STEP = 1e-6


def run(text: str) -> Any:
    names: dict[str, Any] = {"__name__": "__main__", "print": lambda *_, **__: None}
    with np.errstate(all="ignore"):
        exec(text, names)
    return np.asarray(names["y"], dtype=float)


def quotient(text: str, x: float) -> float:
    """The slope of the sum of y; NaN where the slopes on both sides differ."""
    sums = [float(run(NUMBER.sub(f"x = {at!r}", text, count=1)).sum()) for at in (x - STEP, x, x + STEP)]
    left, right = (sums[1] - sums[0]) / STEP, (sums[2] - sums[1]) / STEP
    return (left + right) / 2 if np.isclose(left, right, rtol=1e-3, atol=1e-3) else np.nan


def test_programs_give_what_python_gives():
    for text in PROGRAMS:
        found, expected = engine.trace(text), run(text)
        value = np.asarray(found.nodes[found.output].value)
        assert value.shape == expected.shape, text
        assert np.allclose(value, expected, rtol=1e-9, atol=1e-11, equal_nan=True), text
        if (written := NUMBER.search(text)) and "x" in found.gradients:
            slope = quotient(text, float(written[1]))
            assert np.isnan(slope) or np.isclose(float(found.gradients["x"]), slope, rtol=1e-3, atol=1e-3), text
