"""Names, items and attributes refer to cells: every alias sees a change, with its gradient.

NumPy and CPython run each program too; gradients are those of HIPS autograd, dual numbers or differences.
"""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from tests.each import each
from tests.engine.fuzz.compare import judge
from tests.engine.fuzz.tables import between_blank_lines
from tests.engine.numerics import close

A = "a = np.array([1.0, -2.0, 3.0])\n"
M = "m = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.5]])\n"

ALIASES = f"""
{A}b = a
b += 1
z = np.sum(a ** 2)

{A}b = a
b = b + 1
z = np.sum(a ** 2) * np.sum(b)

{A}b = a.copy()
b *= 2
z = np.sum(a ** 2) + np.sum(b)

{A}b = a
a = a * 2
b[0] = 7.0
z = np.sum(a ** 2) + np.sum(b ** 3)

{A}def double(v):
    v *= 2
double(a)
z = np.sum(a ** 2)

{A}def double(v):
    v = v * 2
    return v
c = double(a)
z = np.sum(a ** 2) + np.sum(c)

{A}box = [a, a]
box[0] += 1
z = np.sum(box[1] ** 2)

x = 1.5
e = [4, 7]
inf = [1]
box = [[e], inf]
box[0][0].append(1)
box[1].append(2)
z = x * len(e) + x ** 2 * len(inf)

{A}box = {{'w': a}}
box['w'] -= 0.5 * a
z = np.sum(a ** 2)

{A}class Holder:
    def __init__(self, w):
        self.w = w
h = Holder(a)
g = h
g.w += 2
g.w[1] = 0.5
z = np.sum(a ** 3) + h.w[1]

{A}class Layer:
    def __init__(self, w):
        self.grads = {{'w': np.zeros_like(w)}}
layer = Layer(a)
both = [layer.grads['w'], layer.grads['w']]
both[0] += a * 2
layer.grads['w'] *= 3
z = np.sum(both[1] * a)

{A}for row in [a, a]:
    row += 1
z = np.sum(a ** 2)

{A}x, y = a, a
x[0], y[1] = y[2], x[0]
z = np.sum(a ** 2)

{A}a[0], a[1] = a[1], a[0]
z = a[0] * 3 + a[1] ** 2

{A}a[[0, 1]] = a[[1, 0]]
z = a[0] * 3 + a[1] ** 2 + a[2]

{A}a[[1, 1]] = a[[0, 2]] ** 2
z = np.sum(a * np.array([1.0, 10.0, 100.0]))

{A}a += a
a += a
z = np.sum(a ** 2)

{A}b = a[::-1]
a[:2] += b[:2] * 1.0
z = np.sum(a ** 2)
"""

VIEWS = f"""
{M}row = m[0]
row[1] = 5.0
z = np.sum(m ** 2)

{M}row = m[0]
m[0] = m[1]
z = np.sum(row ** 2)

{M}column = m[:, 1]
column *= 3
z = np.sum(m ** 2)

{M}part = m[:, 1:][1]
part[0] = m[0, 0] ** 2
z = np.sum(m ** 2)

{M}t = m.T
t[2, 0] = 7.0
t[0] += t[1]
z = np.sum(m ** 2)

{M}flat = m.reshape(6)
flat[4] = flat[0] * 10
z = np.sum(m ** 2)

{M}flat = m.ravel()
flat[::2] = 0.5
z = np.sum(m ** 2)

{M}flat = m.flatten()
flat[4] = 10.0
z = np.sum(m ** 2) + flat[4] * flat[0]

{M}flat = m.T.ravel()
flat[4] = 10.0
z = np.sum(m ** 2) + np.sum(flat ** 2)

{M}flat = m.T.reshape(-1)
flat[0] = 10.0
z = np.sum(m ** 2) + np.sum(flat)

{M}chosen = m[[0, 1], [1, 2]]
chosen[0] = 9.0
z = np.sum(m ** 2) + np.sum(chosen)

{M}positive = m[m > 0]
positive *= 2
z = np.sum(m ** 2) + np.sum(positive ** 2)

{M}for row in m:
    row -= row[0] * 2
z = np.sum(m ** 2)

{M}back = m[::-1]
back[0] = back[1] * 2
z = np.sum(m ** 3)

{M}one = m[0:1, :]
wide = one[0]
wide[2] = wide[0] * wide[1]
z = np.sum(m ** 2)

{M}first, second = m
first += second
z = np.sum(m ** 2)

{M}deep = m.reshape(3, 2).T[0]
deep += 1
z = np.sum(m ** 2)

{M}e = m[:, None, :]
e[0, 0, 1] = 4.0
z = np.sum(m ** 2)

{M}s = m.swapaxes(0, 1)
s[1] = s[0] * s[2]
z = np.sum(m ** 2)

{M}deep = np.expand_dims(m.T, 0)
deep[0, 0, 1] = 9.0
flat = deep.reshape(6)
flat[0] = 5.0
z = np.sum(m ** 2) + flat[0]

{M}back = np.flip(m, 1)
back[0] = back[1] * 2
m[1] = 0.5
z = np.sum(back ** 2 * m)

{M}d = np.diag(m)
m *= 2
z = np.sum(d ** 2)

{M}wide = np.broadcast_to(m[0], (2, 3))
m[0] = m[1] * 2
z = np.sum(wide ** 2)

{M}t = np.moveaxis(m, 0, 1)
t[0] = 7.0
z = np.sum(m ** 2)

{M}flat = np.flip(m, 1).reshape(6)
flat[0] = 7.0
z = np.sum(m ** 2) + flat[0] * flat[1]

{M}v = m[0]
w = v[1:]
m *= 2
z = np.sum(w ** 2) + np.sum(v)
"""

WRITTEN = f"""
{A}a[a < 0] = 0
z = np.sum(a ** 2)

{A}mask = a < 0
a[mask] *= 0.1
z = np.sum(a ** 2)

{A}out = np.zeros(3)
for i in range(3):
    out[i] = a[i] * (i + 1)
z = np.sum(out ** 2)

{A}out = np.zeros_like(a)
out[1:] = a[:-1] * a[1:]
out[0] = a[0]
z = np.sum(out * a)

{M}padded = np.zeros((4, 5))
padded[1:-1, 1:-1] = m
k = np.array([[1.0, 2.0], [-0.5, 0.25]])
out = np.zeros((3, 4))
for i in range(3):
    for j in range(4):
        out[i, j] = np.sum(padded[i:i + 2, j:j + 2] * k)
z = np.sum(out ** 2)

W = np.array([[0.5, -0.25], [0.125, 0.75]])
U = np.array([[1.0], [-0.5]])
xs = np.array([[0.3], [-0.7], [0.9]])
h = np.zeros((4, 2))
for t in range(3):
    h[t + 1] = np.tanh(W @ h[t] + U @ xs[t])
z = np.sum(h[3] * np.array([2.0, -1.0]))

{A}total = 0.0
grid = np.zeros((3, 3))
for i in range(3):
    for j in range(i + 1):
        grid[i][j] += a[i] * a[j]
z = np.sum(grid)

{A}a[1] = a[0] * a[2]
a[2] = a[1] * a[1]
z = a[2] + a[0]

{A}a[-1] **= 2
a[0] /= 4
z = np.sum(a * a)

{M}m[:, 1] = m[:, 0] * 2
m[1, ...] = 0.25
z = np.sum(m ** 2)

{M}m[np.arange(2), [2, 0]] -= 1
z = np.sum(m ** 2)

{M}m[m > 2] = m[m > 2] ** 2
z = np.sum(m)

{M}m -= m.mean(axis=1, keepdims=True)
m /= m.std()
z = np.sum(m ** 3)

{A}w = np.array([0.2, 0.4, -0.3])
v = np.zeros(3)
for step in range(4):
    g = 2 * (w * a - 1) * a
    v = 0.9 * v - 0.05 * g
    w += v
z = np.sum((w * a - 1) ** 2)

{A}a.fill(2.0)
z = np.sum(a ** 2)

{A}a.sort()
z = np.sum(a * np.array([1.0, 10.0, 100.0]))

{M}m[:] = m[::-1] * 1.0
z = np.sum(m * np.array([1.0, 2.0, 3.0]))

{M}out = np.empty((2, 2))
out[:, 0] = m.sum(axis=1)
out[:, 1] = m.max(axis=1)
z = np.sum(out[0] * out[1])
"""

LISTS = """
x = 1.5
grid = [[0] * 2] * 2
grid[0][1] = x
z = sum(sum(row) for row in grid) * x

x = 1.5
grid = [[0] * 2 for _ in range(2)]
grid[0][1] = x
z = sum(sum(row) for row in grid) * x

x = 1.5
p = [x]
q = p
q += [2 * x]
p = p + [3 * x]
z = len(q) * sum(p) + sum(q)

x = 1.5
def push(v, seen=[]):
    seen.append(v)
    return len(seen)
z = x * push(1) + x * push(2) + x * push(3, [])

x = 1.5
calls = [lambda: i * x for i in range(3)]
z = sum(f() for f in calls)

x = 1.5
calls = [lambda i=i: i * x for i in range(3)]
z = sum(f() for f in calls)

x = 1.5
def counter():
    n = 0
    def step(by=1):
        nonlocal n
        n += by
        return n * x
    return step
one, two = counter(), counter()
z = one() + one(5) + two()

x = 1.5
scale = 2
def f():
    return x * scale
scale = 7
z = f()

x = 1.5
def f(d):
    for v in reversed(d):
        d[:0] = [v]
    return sum(d)
z = x * f(list((3, 1)))

x = 1.5
a, *b, c = [x, 2 * x, 3 * x, 4 * x]
b[0], b[1] = b[1], b[0]
z = a + 2 * b[0] + 3 * b[1] + 4 * c

x = 1.5
m = [[x, 2], [3, 4 * x]]
t = [list(r) for r in zip(*m)]
t[0][1] += 10
z = m[0][0] * t[0][1] + t[1][1]

x = 1.5
d = {}
for k, v in [('a', 1), ('b', 2), ('a', 3)]:
    d.setdefault(k, []).append(v * x)
z = sum(len(v) * sum(v) for v in d.values())

x = 1.5
d = dict(zip('abc', range(3)))
d.update(b=5, e=x)
del d['a']
e = {**d, 'c': 4}
z = e.pop('e') * sum(e.values()) + d.get('zz', 2) + ('e' in e)

x = 1.5
s = list((3, 1, 2))
s.sort(reverse=True)
s.insert(1, 9)
t = tuple(s[::2])
s[1:3] = [3 + 4]
s.remove(1)
z = x * (10 * s.index(7) + len(s)) + t[1]

x = 1.5
q = list(range(1, 4))
total = 0
while q:
    v = q.pop(0)
    total += v * x
    if v == 1:
        q.append(4)
z = total

x = 1.5
def primes(n):
    k = 2
    while n:
        if all(k % d for d in range(2, k)):
            yield k
            n -= 1
        k += 1
z = sum(p * x ** i for i, p in enumerate(primes(4)))

x = 1.5
def walk(t):
    for part in t:
        if isinstance(part, list):
            yield from walk(part)
        else:
            yield part
z = sum(walk([x, [2 * x, [x * x]], 1]))

x = 1.5
words = 'the cat the dog'.split()
count = {w: words.count(w) for w in set(words)}
z = x * count['the'] + len(f"{count['cat']:03d}-{x:.1f}")

x = 1.5
z = 0
for n in range(2, 8):
    for d in range(2, n):
        if n % d == 0:
            break
    else:
        z += n * x

x = 1.5
def collatz(n, most):
    steps = 0
    while n != 1:
        if n > most:
            break
        n = 3 * n + 1 if n % 2 else n // 2
        steps += 1
    else:
        return -steps
    return steps
z = x * collatz(27, 100) + collatz(6, 100)

x = 1.5
v = [1.5, 2.5, 3.5]
w = v[:]
w[1] = 8.0
z = x * (sum(w) * v[1] + v[2])

x = 1.5
v = [1.5, 2.5, 3.5]
w = v[1:]
w.append(v[0])
w[0] *= 3
z = x * (sum(w) * 10 + sum(v) * len(v))

x = 1.5
v = [[1.5, 2.5], [3.5, 4.5]]
rows = v[:]
rows[0][0] = 9.0
rows[1] = [1.0, 1.0]
z = x * (v[0][0] * v[1][1] + sum(rows[1]))

x = 1.5
v = [1.5, 2.5, 3.5, 4.5]
v[1:3] = [10.0]
del v[0]
z = x * (sum(v) + len(v))

x = 1.5
v = [1.5, 2.5, 3.5]
def doubled(items):
    items[:] = [2 * item for item in items]
    return items[::-1]
z = x * (doubled(v)[0] * v[0] + v[-1])
"""


@each("program", between_blank_lines(ALIASES + "\n" + VIEWS.lstrip() + "\n" + WRITTEN.lstrip()))
def test_a_change_in_place_is_numpys_and_has_its_gradient(program):
    outcome = judge(program, "array")
    assert outcome.how == "agree", outcome.message


@each("program", between_blank_lines(LISTS))
def test_lists_dictionaries_functions_and_loops_are_pythons(program):
    outcome = judge(program, "known")
    assert outcome.how == "agree", outcome.message


def test_a_slice_of_a_torch_tensor_is_a_view_too():
    trace = engine.trace(
        "x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)\n"
        "y = x * 1\nrow = y[0]\nrow.mul_(3)\ny.view(-1)[3] = 0.5\nz = (y ** 2).sum()"
    )
    assert trace["z"].value == 9 + 36 + 9 + 0.25
    assert close(trace.gradients["x"], [[18, 36], [6, 0]])


def test_what_no_gradient_passes_through_changes_the_value_alone():
    trace = engine.trace(
        "w = torch.tensor([1., 2.], requires_grad=True)\nwith torch.no_grad():\n    s = w * 3\nz = (w * s).sum()"
    )
    assert trace["z"].value == 15
    assert close(trace.gradients["w"], [3, 6])


def test_an_index_that_is_written_keeps_the_first_value_as_the_input():
    trace = engine.trace("x = 2\nx = x * 3\ny = x * x\ny")
    assert trace["y"].value == 36
    assert trace.gradients == {"x": 36}


@each(
    "program, kind",
    [
        ("m = np.ones((2, 2))\nnp.diag(m)[0] = 3.\nz = m.sum()", "read-only"),
        ("m = np.ones(2)\nv = np.broadcast_to(m, (2, 2))\nv += 1\nz = m.sum()", "read-only"),
        ("a = np.array([1., 2.])\na[2] = 3.\nz = a.sum()", "index-range"),
        ("a = np.array([1., 2.])\na[:] = np.ones(3)\nz = a.sum()", ""),
        ("a = np.array([1., 2.])\na += np.ones((2, 2))\nz = a.sum()", "in-place-shape"),
        ("t = (1.5, 2)\nt[0] = 3\nz = t[0]", "not-written"),
        ("t = 'ab'\nt[0] = 'c'\nz = 1.5", "not-written"),
        ("x = 2.5\nx[0] = 1\nz = x", ""),
        ("d = {}\nz = d['w'] * 2.5", "unknown-key"),
        ("d = {[1]: 2}\nz = 2.5", "not-a-key"),
    ],
)
def test_what_cannot_be_written_or_read_is_refused_at_its_line(program, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program)
    assert caught.value.span is not None
    assert not kind or caught.value.kind == kind, caught.value.detail


def test_values_and_gradients_of_a_list_that_grows_are_those_of_its_items():
    trace = engine.trace("q = 1.5\nout = []\nfor k in range(1, 4):\n    out += [q * k]\nz = sum(out)")
    assert trace["z"].value == 9 and trace.gradients["q"] == 6
    assert "out" not in trace.gradients
    assert np.ndim(trace["z"].value) == 0
