"""A name that is bound again: which of its numbers is the input, and which are constants.

CPython runs each program with the input's number moved: that is its gradient, and what `inputs` does.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from gradlens import engine
from tests.engine.fuzz.tables import between_blank_lines
from tests.engine.numerics import close

# Between < and > stands the number that is the input of its name.
BOUND_AGAIN = """
x = <2>
x = x * 3
z = x * x

x = <2>
y = x ** 2
x = 5
z = y * x

x = 2.0
x = <5.0>
z = x ** 2

x = 2.0
x = 5.0
x = <7.0>
x = x * 1.5
z = x ** 2

x = 2.0
unused = x * 3
x = <5.0>
z = x ** 2

w = <1.0>
w = w - 0.1 * 2 * w
w = w - 0.1 * 2 * w
z = w ** 2

x = <[1.0, 2.0]>
y = sum(x)
x = [3.0, 4.0]
z = y * x[0]

x = np.array(<[1.0, 2.0]>)
y = np.sum(x)
x = np.array([3.0, 4.0, 5.0])
z = y * np.sum(x)

x = np.array([1.0, 2.0])
x = np.array(<[3.0, 4.0, 5.0]>)
z = np.sum(x ** 2)

x = <3.0>
k = 5.0
y = x * k
k = 7.0
z = y * k

x = 3.0
k = <5.0>
y = x * k
k = 7.0
z = y * k

x = <3.0>
s = 0
s += x ** 2
s = 0.5
z = x * s

s = 0
s += 3.0
s = <0.5>
z = 3.0 * s

total = 0.0
x = <1.5>
for turn in range(3):
    total = 0.0
    for i in range(2):
        total += x * i * turn
z = total

x = 3.0
for i in range(3):
    x = <2.0>
    z = x ** 2

x = <1.0>
y = x
x = 2.0
z = y * x

x = <1.0>
y = x * 2
x = y
x = 3.0
z = y * x

a = b = <2.0>
a = 3.0
z = a * b

a, b = <1.0>, 2.0
a, b = b, a + b
a, b = b, a + b
z = a * b

a, b = 1.0, <2.0>
a, b = b, a + b
a, b = 5.0, b
z = a * b

x = <1.0>
x += 1
x *= x
z = x ** 2

x = <0.0>
z = x ** 2 + 3 * x

x = <0.0>
x = x + 1
z = x ** 2

b = np.zeros(2)
x = np.array(<[1.0, 2.0]>)
b[0] = x[1] ** 2
b = b + 3.0 * x
z = np.sum(b ** 2)

x = <2.0>
n = 3
y = x ** n
n = 4
z = y * n

n = 3
x = <2.0>
for i in range(n):
    x = x * 2
n = 4.0
z = x * n

x = <2.0>
i = 0
while i < 2:
    x = x * x
    i += 1
i = 0
while i < 3:
    x = x + 1
    i += 1
z = x ** 2

points = [(<1.0>, 2.0), (3.0, 4.0)]
s = sum(a * b for a, b in points)
points = [(5.0, 6.0)]
z = s * points[0][1]

x = <2.0>
def f():
    x = 5.0
    return x * 3
z = f() * x ** 2

x = 0.5
p = x > 0
x = <4.0>
z = x ** 2
"""

ONE_OF_THE_LIST = "points"  # of which one number is moved; `inputs` takes all


def test_the_first_number_that_the_output_depends_on_is_the_input_and_later_ones_are_constants():
    for marked in between_blank_lines(BOUND_AGAIN):
        text = re.sub("<([^>=\n]+)>", r"\1", marked)
        (match,) = re.finditer("<([^>=\n]+)>", marked)
        before = marked[: match.start()].rpartition("\n")[2]
        names = [name.strip() for name in before.partition("=")[0].split(",")]
        name = names[before.rpartition("=")[2].count(",")]
        value = np.array(eval(match[1]), dtype=float)

        def z_with(number: Any, marked: str = marked, match: re.Match[str] = match) -> float:
            written = repr(number.tolist())
            names: dict[str, Any] = {"np": np}
            exec(marked[: match.start()] + written + marked[match.end() :], names)
            return float(names["z"])

        found = engine.trace(text)
        assert close(found.nodes[found.output].value, z_with(value)), text
        slopes = np.zeros(value.shape)
        for at in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[at] = 1e-5
            slopes[at] = (z_with(value + step) - z_with(value - step)) / 2e-5
        gradient = found.gradients[name]
        if name == ONE_OF_THE_LIST:
            gradient = np.asarray(gradient)[0, 0]
        assert np.allclose(gradient, slopes, rtol=1e-6, atol=1e-6), (text, found.gradients, slopes)
        if name != ONE_OF_THE_LIST:
            moved = value + 0.25
            given = engine.trace(text, {name: moved})
            assert close(given.nodes[given.output].value, z_with(moved)), text


def test_a_number_that_decided_the_way_is_the_one_of_its_name():
    found = engine.trace("x = 5.0\nif x > 3:\n    x = 1.5\nz = x ** 2")
    assert found.nodes[found.output].value == 2.25
    assert not found.gradients and list(found.graph.known) == ["x"]
    given = engine.trace("x = 5.0\nif x > 3:\n    x = 1.5\nz = x ** 2", {"x": 4.0})
    assert given.nodes[given.output].value == 2.25
    other = engine.trace("x = 5.0\nif x > 3:\n    x = 1.5\nz = x ** 2", {"x": 2.0})
    assert other.nodes[other.output].value == 4.0 and other.gradients == {"x": 4.0}


def test_a_value_that_is_read_before_the_name_is_bound_is_the_input():
    found = engine.trace("a = x * 2\nx = 5.0\nz = x * a", {"x": 3.0})
    assert found.nodes[found.output].value == 30.0 and found.gradients == {"x": 10.0}


# What holds an array under a name of its own, which the program gives another number later: the result, and its inputs.
OBJECT = "class N:\n    def __init__(self):\n        self.W = np.ones(2)\nn = N()\nn.W[0] = 3\n"
HELD = [
    ("g = {'W': np.zeros(2)}\ng['W'][...] = 1\nW = 1.88\nz = g['W'].sum() * W", {"W", "W_2"}),
    (f"{OBJECT}W = 5.0\nz = (n.W ** 2).sum() * W", {"W", "W_2"}),
    (f"{OBJECT}def f():\n    return np.ones(3)\nW = f()\nz = (n.W ** 2).sum() * W.sum()", {"W"}),
    ("def f():\n    W = np.random.rand(2) * 0 + 1\n    return W\na = f()\nW = 2.0\nz = a.sum() * W", {"W", "W_2"}),
    ("p = {}\np['W'] = np.array([1.0, 2.0])\nW = p['W']\nz = (W ** 2).sum()", {"W"}),
]


def test_an_array_that_is_held_under_a_name_is_not_the_number_that_the_program_gives_that_name():
    for text, inputs in HELD:
        names: dict[str, Any] = {"np": np}
        exec(text, names)
        found = engine.trace(text)
        assert close(found.nodes[found.output].value, names["z"]), text
        assert set(found.graph.inputs) == inputs
        again = engine.trace(text, {name: found.nodes[id].value for name, id in found.graph.inputs.items()})
        assert close(again.nodes[again.output].value, names["z"]), text
