"""Walks through an array element by element, against NumPy's own."""

from __future__ import annotations

import numpy as np

from gradlens import engine
from tests.engine.numerics import close

X = "import numpy as np\nx = np.array([[1.0, -2.0], [3.0, 0.5]])\n"
WALKS = """
it = np.nditer(x, flags=['multi_index'], op_flags=['readwrite'])
total = 0
while not it.finished:
    i, j = it.multi_index
    total += x[it.multi_index] ** 2 * (i + 2 * j + 1)
    it.iternext()

total = 0
for v in np.nditer(x):
    total += v ** 3

total = 0
for p, v in np.ndenumerate(x):
    total += v ** 2 * (p[0] + 1)

total = 0
for p in np.ndindex(*x.shape):
    total += x[p] ** 2 * (p[1] + 1)

total = 0
for p in np.ndindex((2, 2)):
    total += x[p] * (p[1] + 3)
"""


def test_a_walk_meets_every_element_in_numpys_order():
    for walk in WALKS.strip().split("\n\n"):
        numpys: dict[str, object] = {}
        exec(X + walk, numpys)
        trace = engine.trace(f"{X}{walk}\nz = total * 1.0")
        assert close(trace.nodes[trace.output].value, numpys["total"]), walk


def test_differences_of_ones_own_are_taken_at_every_element():
    text = """
def differences(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    it = np.nditer(x, flags=['multi_index'], op_flags=['readwrite'])
    while not it.finished:
        at = it.multi_index
        kept = x[at]
        x[at] = kept + h
        above = f(x)
        x[at] = kept - h
        below = f(x)
        slopes[at] = (above - below) / (2 * h)
        x[at] = kept
        it.iternext()
    return slopes
slopes = differences(lambda w: np.sum(w ** 2), x)
print(slopes)
"""
    trace = engine.trace(X + text)
    x = np.array([[1.0, -2.0], [3.0, 0.5]])
    assert close(trace["slopes"].value, 2 * x, rtol=1e-8)
    assert close(trace.gradients["x"], np.full((2, 2), 2.0), rtol=1e-6)
