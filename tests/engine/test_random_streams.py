"""Random numbers of a program against those that NumPy and Python draw after the same seed."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from gradlens import engine

DRAWS = """
np.random.seed(3)
a = np.random.randn(2, 3)
b = np.random.rand(2)
c = np.random.normal(1.0, 2.0, 3)
d = np.random.uniform(-1, 1, (2, 2))
e = np.random.randint(0, 10, 4)
f = np.random.randint(7)
count = 5
g = np.random.permutation(count)
h = np.random.choice(count, 3, replace=False)
i = np.random.choice([3.5, 2.5, 1.0])
j = np.random.random((2,))
k = [1, 2, 3, 4, 5]
np.random.shuffle(k)
l = np.random.permutation([[1, 2], [3, 4], [5, 6]])
m = np.random.binomial(1, 0.4, (2, 3))
rng = np.random.default_rng(5)
n = rng.standard_normal((2, 3))
o = rng.integers(0, 10, 3)
p = rng.uniform(-2, 2, 3)
q = rng.permutation(6)
r = [1, 2, 3, 4, 5]
rng.shuffle(r)
s = rng.permutation([[1, 2], [3, 4], [5, 6]])
t = rng.choice(count, 2)
old = np.random.RandomState(7)
u = old.randn(3)
random.seed(42)
v = [random.random(), random.uniform(-1, 1), random.gauss(0, 1), random.randint(1, 6), random.choice([1.5, 2.5, 3.5])]
w = [1, 2, 3, 4, 5, 6]
random.shuffle(w)
y = np.random.randn()
"""


def test_after_a_seed_numbers_are_those_of_numpy_and_python():
    drawn: dict[str, Any] = {"np": np, "random": random}
    exec(DRAWS, drawn)
    for name in "abcdefghijklmnopqrstuvwy":
        text = f"import numpy as np\nimport random\n{DRAWS}z = np.array({name}) * 1.0"
        trace = engine.trace(text)
        assert np.array_equal(trace.nodes[trace.output].value, np.asarray(drawn[name], float)), name


def test_seeds_of_one_library_leave_the_others_as_they_are():
    both = [
        engine.trace(
            f"import numpy as np\nimport random\n{seeds}x = np.random.randn(2)\nz = np.sum(x) + random.random()"
        )
        for seeds in ("np.random.seed(1)\nrandom.seed(2)\n", "random.seed(2)\nnp.random.seed(1)\n")
    ]
    expected = np.random.RandomState(1).randn(2).sum() + random.Random(2).random()
    assert [trace.nodes[trace.output].value for trace in both] == [expected, expected]


def test_labels_of_pytorch_are_drawn_below_a_bound():
    trace = engine.trace("import torch\ny = torch.randint(3, (50,))\nx = torch.ones(50)\nz = (x * y).sum()")
    assert set(trace["y"].value) == {0.0, 1.0, 2.0}
