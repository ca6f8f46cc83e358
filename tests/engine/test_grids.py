"""Grids of zeros that are filled, places one after another, and masks that are one truth: as CPython and NumPy have it.

What is filled is a constant: the inputs are the numbers that the program begins with.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlens import engine
from tests.engine.fuzz.compare import judge
from tests.engine.fuzz.execution import Unfit
from tests.engine.fuzz.tables import between_blank_lines

PROGRAMS = """
x = 1.5
g = [[0] * 3 for _ in range(3)]
for i in range(3):
    for j in range(3):
        g[i][j] = i * x + j
z = sum(g[i][i] ** 2 for i in range(3))

x = 1.5
n = 2
g = [[0.0] * n for _ in range(n)]
g[0][1] = x
z = np.sum(np.array(g) * 2)

x = 1.5
g = [[0, 0], [0, 0]]
g[0][0] = x
g[1][1] = x ** 2
z = g[0][0] * g[1][1] + g[0][1]

x = 1.5
g = [[], []]
g[0].append(x)
g[1].append(x * 2)
g[1].append(3)
z = sum(g[0]) * sum(g[1])

x = 1.5
dp = {}
dp[0] = x
dp[1] = x * x
for i in range(2, 5):
    dp[i] = dp[i - 1] + dp[i - 2]
z = dp[4]

x = 1.5
dp = {}
for i in range(2):
    for j in range(2):
        dp[i, j] = x * i + j + dp.get((i - 1, j), 0)
z = dp[1, 1]

x = 1.5
dp = [0] * 5
dp[0] = 1
for i in range(1, 5):
    dp[i] = dp[i - 1] * x
z = dp[-1]

x = np.array([1.0, 2.0, 3.0])
out = np.zeros_like(x)
for i in range(len(x)):
    out[i] = x[i] ** 2
z = out.sum()

x = np.array([1.0, 2.0, 3.0])
out = np.empty(3)
for i in range(3):
    out[i] = x[i] ** 2
z = out.sum()

x = np.array([1.0, 2.0, 3.0])
out = np.empty_like(x)
out[:] = x * 2
z = out.sum()

x = np.array([1.0, 2.0, 3.0])
out = np.zeros((3, 3))
for i in range(3):
    for j in range(3):
        out[i][j] = x[i] * x[j]
z = out.sum()

x = np.array([1.0, 2.0, 3.0])
flag = True
x[flag] = 0
z = x.sum()

x = np.array([1.0, 2.0, 3.0])
x[x[0] > 0] = 0.5
z = np.sum(x ** 2)

x = np.array([1.0, 2.0, 3.0])
z = x.item(1) * x.item(0)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
z = x.item(1) * x.item(1, 0) * x.item((1, 1))

x = np.array([2.0])
z = x.item() ** 2

x = np.array([1.0, 2.0, 3.0])
s = slice(1, None)
z = np.sum(x[s] ** 2)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
s = (slice(None), 0)
x[s] = 9.0
z = np.sum(x ** 2)

x = np.array([1.0, 2.0, 3.0, 4.0])
a = x.reshape((2, 2), order='F')
z = np.sum(a[0] ** 2)

y = np.array([1.0, 2.0])
x = np.array(y, ndmin=2)
z = np.sum(x.T @ x)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
total = 0
for i, j in np.ndindex(2, 2):
    total += x[i, j] * (i + j)
z = total

x = np.array([[1.0, 2.0], [3.0, 4.0]])
out = np.zeros_like(x)
for idx in np.ndindex(x.shape):
    out[idx] = x[idx] ** 2
z = np.sum(out)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
total = 0
for (i, j), v in np.ndenumerate(x):
    total += v * i + v ** 2 * j
z = total

x = np.array([[1.0, 2.0], [3.0, 4.0]])
total = 0
for v in np.nditer(x):
    total += v ** 2
z = total

x = np.array([[1.0, 2.0], [3.0, 4.0]])
g = np.zeros_like(x)
it = np.nditer(x, flags=['multi_index'], op_flags=['readwrite'])
while not it.finished:
    idx = it.multi_index
    g[idx] = x[idx] ** 2
    it.iternext()
z = np.sum(g)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
g = 0
for v in x.flat:
    g += v ** 2
z = g

x = np.array([[1.0, 2.0], [3.0, 4.0]])
assert x.shape == (2, 2)
assert x.shape[0] == 2, 'rows'
assert x.ndim == 2 and len(x) == 2
z = np.sum(x)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
assert (x.shape == (2, 2)), "bad"
assert isinstance(x, np.ndarray)
z = np.sum(x)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
assert x.shape in [(2, 2), (3, 3)]
assert None is None
z = np.sum(x)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
assert np.allclose(x, x)
assert np.all(x > 0)
assert (x > 0).all()
z = np.sum(x)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
if x.shape == (3, 2):
    z = np.sum(x)
elif x.ndim == 2:
    z = np.sum(x ** 2)
else:
    z = np.sum(x ** 3)

x = np.array([[1.0, 2.0], [3.0, 4.0]])
if x.ndim == 1:
    z = np.sum(x)
elif x.shape[0] > x.shape[1]:
    z = np.sum(x ** 2)
elif x.shape[0] == x.shape[1]:
    z = np.trace(x)

x = np.array([1.0, 2.0, 3.0])
c = [0, 0, 0]
for i in range(3):
    c[i] += x[i]
z = c[0] * c[1] * c[2]

x = 2.0
table = [[1] * 3] + [[0] * 3 for _ in range(2)]
for i in range(1, 3):
    for j in range(1, 3):
        table[i][j] = table[i - 1][j] + x * table[i][j - 1]
z = table[2][2] + table[1][1]

x = 2.0
state = {'h': 0, 'c': 0}
for t in range(3):
    state['h'] = state['h'] * 0.5 + x
    state['c'] += state['h']
z = state['c']

x = 2.0
m = [[None] * 2 for _ in range(2)]
m[0][0] = x
m[1][1] = x * 3
z = m[0][0] * m[1][1]

x = 2.0
acc = [[0, 0]] * 2
acc[0][0] += x
z = acc[1][0] * 3
"""


def test_grids_that_are_filled_have_the_gradients_of_what_fills_them():
    for program in between_blank_lines(PROGRAMS):
        try:
            judged = judge(program, "array")
            assert judged.how == "agree", (program, judged)
        except Unfit:
            names: dict[str, Any] = {"np": np}
            exec(program, names)
            found = engine.trace(program)
            assert np.allclose(found.nodes[found.output].value, names["z"]), program
        assert engine.trace(program).gradients.keys() <= {"x", "y"}, program


def test_an_assertion_about_a_shape_fails_as_in_python():
    given = "x = np.array([[1.0, 2.0], [3.0, 4.0]])\n"
    for condition in ("x.shape == (2, 3)", "len(x) == 3 and x.ndim == 2", "[]", "x.shape[0] in (1, 3)"):
        with pytest.raises(engine.EngineError) as error:
            engine.trace(f"{given}assert {condition}, 'shape'\nz = np.sum(x)")
        assert error.value.kind == "assertion", condition


def test_what_a_value_of_the_graph_is_written_into_outside_is_missed_where_it_is_used():
    with pytest.raises(engine.EngineError) as error:
        engine.trace("import pandas as pd\nx = 2.0\nd = pd.Series()\nd['a'] = x\nz = d['a'] * 3")
    assert error.value.kind == "out-of-reach"
