"""Of two values that both can be computed, the graph holds both where the choice depends on an input."""

from __future__ import annotations

import pytest

from gradlens import engine
from tests.each import each
from tests.engine.numerics import close

# text, value, gradients: as CPython computes the value, and its derivative on the branch that it takes
CHOICES = [
    ("x = 2.0\nz = 3 * (x if x > 0 else 0.1 * x)", 6.0, {"x": 3.0}),
    ("x = -2.0\nz = 3 * (x if x > 0 else 0.1 * x)", -0.6, {"x": 0.3}),
    ("x = -2.5\nw = 0.5\ny = 0 if x < 0 else x\nz = y * w", 0.0, {"x": 0.0, "w": 0.0}),
    ("x = -2.0\ny = x if x > 0 else -x if x > -1 else x ** 2\nz = y * 3", 12.0, {"x": -12.0}),
    ("x = 2.0\nz = (x if x > 1 else 2 * x) * (x if x < 1 else 3 * x)", 12.0, {"x": 12.0}),
    ("xs = [1.5, -2.0]\nz = sum([v if v > 0 else 0.1 * v for v in xs])", 1.3, {"xs": [1.0, 0.1]}),
    ("n = 3\nx = 2.0\nz = x * n if n > 2 else x", 6.0, {"n": 2.0, "x": 3.0}),
    ("t = 1.0\np = 0.5\nz = -math.log(p) if t == 1 else -math.log(1 - p)", 0.6931471805599453, {"p": -2.0}),
    (
        "def ramp(x):\n    if x > 0:\n        return x\n    else:\n        return 0\nx = 2.0\nz = ramp(x) ** 2",
        4.0,
        {"x": 4.0},
    ),
    (
        "def huber(r, d=1.0):\n    if abs(r) <= d:\n        return 0.5 * r ** 2\n    return d * (abs(r) - 0.5 * d)\n"
        "x = 3.0\ny = 1.0\nz = huber(x - y)",
        1.5,
        {"x": 1.0, "y": -1.0},
    ),
    (
        "x = 0.5\nif x > 1:\n    y = math.log(x)\nelif x > 0:\n    y = x ** 2\nelse:\n    y = 0.0\nz = y * 3",
        0.75,
        {"x": 3.0},
    ),
    (
        "class Number:\n    def __init__(self, data):\n        self.data = data\n"
        "    def __add__(self, other):\n        return Number(self.data + other.data)\n"
        "    def __mul__(self, other):\n        return Number(self.data * other.data)\n"
        "    def ramp(self):\n        return Number(0 if self.data < 0 else self.data)\n"
        "a = Number(-1.5)\nb = Number(2.5)\nc = (a * b).ramp() + (a + b).ramp() * b",
        2.5,
        {"a": 2.5, "b": 3.5},
    ),
]


@each("text, value, gradients", CHOICES)
def test_a_choice_has_the_value_and_the_gradient_of_what_it_takes(text, value, gradients):
    trace = engine.trace("import math\n" + text)
    assert close(trace.nodes[trace.output].value, value)
    assert trace.gradients.keys() == gradients.keys()
    assert all(close(trace.gradients[name], gradient) for name, gradient in gradients.items())


@pytest.mark.parametrize("x", [-3.0, 0.25, 2.0])
def test_a_choice_follows_an_input_without_a_value_in_the_text(x):
    program = engine.compile("y = x ** 2 if x > 1 else -x", {"x": ()})
    trace = program.run({"x": x})
    assert close(trace.nodes[trace.output].value, x**2 if x > 1 else -x)
    assert close(trace.gradients["x"], 2 * x if x > 1 else -1.0)


def test_what_a_known_value_chooses_is_chosen_beforehand():
    trace = engine.trace("x = 2.0\ntrain = True\ny = x * 2 if train else x\nz = y if len([1]) > 0 else x")
    assert [node.op.name for node in trace.graph.nodes if node.op is not None] == ["mul", "identity"]
    trace = engine.trace(
        "X = np.array([1.5, 2.0])\nk = 2 if X.mean() > 0 else 3\nx = 2.0\nfor i in range(k):\n    x = x * 2\nz = x"
    )
    assert close(trace.gradients["x"], 4.0)


@pytest.mark.parametrize(
    "text",
    [
        "x = 2.0\nxs = []\nz = xs.append(x) if x > 1 else x",
        "x = 2.0\nif x > 1:\n    y = x\n    w = 3\nelse:\n    y = 0\nz = y * 2",
        "x = np.array([1.0, 2.0])\nz = x if x.sum() > 0 else 0.0",
        "x = 2.0\nz = 'a' if x > 1 else x",
        "x = np.array([-1.0, 2.0])\nz = 0.0\nfor i in range(2):\n    if x[i] > 0:\n        z += np.log(x[i])",
        "x = -2.0\nz = (x**0.5 if x > 0 else x) * 2",
    ],
)
def test_what_writes_or_is_of_two_kinds_is_not_chosen_between(text):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(text)
    assert caught.value.kind == "branch"


# text, value, gradient of x: what stands under a condition only computes
BLOCKS = [
    (
        "x = np.array([1.0, -2.0, 3.0])\nloss = 0.0\nfor i in range(3):\n    if x[i] > 0:\n        loss += x[i] ** 2\n"
        "print(loss)",
        10.0,
        [2.0, 0.0, 6.0],
    ),
    (
        "x = np.array([1.0, -2.0, 3.0])\nbest = float('inf')\nfor i in range(3):\n    one = (x[i] - 1.75) ** 2\n"
        "    if one < best:\n        best = one\nz = best * 2",
        1.125,
        [-3.0, 0.0, 0.0],
    ),
    (
        "x = np.array([1.0, -2.0, 3.0])\nout = np.zeros(3)\nfor i in range(3):\n    if x[i] > 0:\n"
        "        out[i] = x[i]\n    else:\n        out[i] = 0.1 * x[i]\nz = np.sum(out ** 2)",
        10.04,
        [2.0, -0.04, 6.0],
    ),
    (
        "def hinge(x, y):\n    loss = 0.0\n    slope = np.zeros(x.shape)\n    for j in range(x.shape[0]):\n"
        "        if j == y:\n            continue\n        margin = x[j] - x[y] + 1\n        if margin > 0:\n"
        "            loss += margin\n            slope[j] = slope[j] + 1\n            slope[y] -= 1\n"
        "    return loss, slope\nx = np.array([1.0, 1.5, -3.0])\nloss, slope = hinge(x, 0)",
        1.5,
        [-1.0, 1.0, 0.0],
    ),
    ("x = 2.0\nif x > 1:\n    x = x * 3\nz = x ** 2", 36.0, 36.0),
    ("x = 2.0\nn = 0\nfor i in range(4):\n    if i % 2 == 0:\n        n += 1\n        x = x * 2\nz = x * n", 16.0, 8.0),
]


@pytest.mark.parametrize(("text", "value", "gradient"), BLOCKS)
def test_a_block_that_only_computes_is_done_under_its_condition(text, value, gradient):
    trace = engine.trace("import numpy as np\n" + text)
    assert close(trace.nodes[trace.output].value, value)
    assert close(trace.gradients["x"], gradient)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x = 2.0\nif x > 1:\n    x = x * 3\n    y = x\nz = x ** 2", "branch"),
        ("x = 2.0\nxs = []\nif x > 1:\n    xs.append(x)\nz = x ** 2 + sum(xs)", "branch"),
        ("x = 2.0\nfor i in range(3):\n    if x > 1:\n        break\n    x = x * 2\nz = x", "break-on-value"),
    ],
)
def test_a_block_that_does_more_or_changes_what_its_condition_reads_is_refused(text, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(text)
    assert caught.value.kind == kind
