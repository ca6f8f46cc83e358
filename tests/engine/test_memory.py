"""Views and copies by how arrays lie in memory: what a change shows in, as in NumPy; torch's by its documentation."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from tests.each import each
from tests.engine.fuzz.compare import judge
from tests.engine.fuzz.execution import Unfit
from tests.engine.fuzz.tables import between_blank_lines

PROGRAMS = """
m = np.arange(6.0).reshape(2, 3) + 1
a = m[:, 1]
b = a.reshape(2, 1)
b[0] = 9.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
b = m[:, :2].reshape(2, 2, 1)
b[0, 0] = 9.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
b = m.T.reshape(3, 2, 1)
b[0, 0] = 9.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
b = m[:, :2].reshape(1, 2, 2)
b[0, 0] = 9.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
b = np.squeeze(m[None, :, 0:1])
b[1] = 9.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
parts = np.split(m, 2)
parts[0] += 3
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
d = np.array(m, copy=False)
d[0] = 7.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
d = np.array(m)
d[0] = 7.0
z = np.sum(m ** 2) + np.sum(d)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
d = np.asanyarray(m)
d[0] = 7.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
d = np.ascontiguousarray(m)
d[0] = 7.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
d = np.ascontiguousarray(m.T)
d[0] = 7.0
z = np.sum(m ** 2) + np.sum(d)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
d = np.rot90(m)
d[0, 0] = 7.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
d = np.rollaxis(m, 1)
d[0, 1] = 7.0
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
d = np.atleast_2d(m)
d[0, 1] = 7.0
z = np.sum(m ** 2)

m = np.array([1.0, 2.0, 4.0, 5.0])
d = np.atleast_2d(m)
d[0, 1] = 7.0
z = np.sum(m ** 2)

m = np.array([1.0, 2.0, 4.0, 5.0])
d = np.transpose(m.reshape(2, 2))
d[0, 1] = 7.0
z = np.sum(m ** 2)

m = np.array([1.0, 2.0])
s = m[0]
s += 5
z = np.sum(m ** 2) + s

m = np.array([1.0, 2.0])
s = m[0, ...]
s += 5
z = np.sum(m ** 2) + s

m = np.array([1.0, 2.0])
s = m[0:1].reshape(())
s += 5
z = np.sum(m ** 2) + s

m = np.array([[1.0, 2.0], [4.0, 5.0]])
m.T[0] += 1
m.ravel()[0] = 3
m.flat[3] = 8
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
v = m.view()
v[0] = 3
z = np.sum(m ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = m.T.ravel(order='F')
a[1] = 30.0
z = np.sum(m ** 2) + a[1]

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = m.T.reshape(4, order='F')
a[1] = 30.0
z = np.sum(m ** 2) + a[1]

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = m.T.copy(order='K')
b = a.reshape(4)
b[1] = 30.0
z = np.sum(a ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = m.T * 2
b = a.reshape(4)
b[1] = 30.0
z = np.sum(a ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = np.exp(m.T)
b = a.ravel()
b[1] = 30.0
z = np.sum(a ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = m.T + m
b = a.ravel()
b[1] = 30.0
z = np.sum(a ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = np.zeros_like(m.T)
b = a.ravel()
b[1] = 30.0
z = np.sum(a ** 2) + np.sum(m)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = m.T.astype(float)
b = a.ravel()
b[1] = 30.0
z = np.sum(a ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = np.where(m.T > 2, m.T, 0)
b = a.ravel()
b[1] = 30.0
z = np.sum(a ** 2)

m = np.array([[1.0, 2.0], [4.0, 5.0]])
a = np.maximum(m.T, 2)
b = a.ravel()
b[1] = 30.0
z = np.sum(a ** 2)

m = np.array([1.0, 2.0, 4.0, 5.0])
m[1:] = m[:-1]
z = np.sum(m ** 2)

x = np.array([[1.0, 2.0], [3.0, 4.0]], order='F')
a = x.reshape(4)
a[0] = 10
z = np.sum(x) + np.sum(a)

a = np.array([1.0, 2.0, 3.0, 4.0])
b = a.reshape((2, 2), order='F')
b[0] = 7.0
z = np.sum(a * np.arange(4.0))

a = np.array(2.0)
b = a
b *= 3
b[()] = 5.0
z = a * b

a = np.array([1.0, 2.0])
n = a[0]
n += 5
z = np.sum(a ** 2) + n

a = np.array([[1.0, 2.0]])
b = np.array(a[:, ::-1])
c = b.reshape(2)
c[0] = 8.0
z = np.sum(a) + np.sum(b ** 2)

y = np.array([1.0, 2.0])
x = np.array(y, ndmin=2)
z = np.sum(x.T @ x)

a = np.array(3.0)
def f(v):
    v += 1
    return v * 2
z = f(a) * a

m = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).T
b = m.reshape(6)
b[0] = 9.0
z = np.sum(m ** 2)

m = np.arange(6.0).reshape(2, 3).T
b = m.reshape(6)
b[0] = 9.0
z = np.sum(m ** 2)

m = np.ones((2, 3)).T * 1.0
b = m.ravel()
b[0] = 9.0
z = np.sum(m ** 2)

a = np.array([1.0, 2.0, 3.0, 4.0])
b = a[0]
c = b.ravel()
c[...] = 4.25
z = np.sum(a ** 2) + b * 2.0 + np.sum(c ** 2) * 3.0

a = np.array([1.0, 2.0, 3.0, 4.0])
b = a[::-1]
c = b.ravel()
d = b.reshape(4)
c[0] = 7.0
d[1] = 5.0
z = np.sum(a ** 2 * np.arange(4.0)) + np.sum(c)

m = np.arange(6.0).reshape(3, 2)
b = m[[0, 2, 0, 1]]
c = b.ravel()
c[0] = 7.0
z = np.sum(b ** 2)

m = np.arange(6.0).reshape(3, 2)
b = m[np.array([2, 0])][:1] * 2.0
c = b.reshape(2)
c[0] = 7.0
z = np.sum(b ** 2)

m = np.arange(4.0).reshape(2, 2)
b = np.dot(m[:, [1, 0]], m.T)
c = b.reshape(4)
c[0] = 7.0
z = np.sum(b ** 2)

m = np.arange(4.0).reshape(2, 2)
b = m[:, [1, 0]].T @ m[:, [0, 0]]
c = b.ravel()
c[1] = 7.0
z = np.sum(b ** 2)
"""

TORCH = {  # program after the import: its value
    "y = x * 1\nv = y.view(2, 2)\nv[0] = 5.\nz = y.sum()": 17.0,
    "y = m.t().reshape(4)\ny[0] = 9.\nz = m.sum() + y.sum()": 28.0,
    "s = x[0]\ns += 5\nz = x.sum()": 15.0,
    "s = x.sum()\nt = s\nt += 5\nz = s * 1": 15.0,
    "s = x.sum().item()\nt = s\nt += 5\nz = s * 1.0": 10.0,
    "c = x.clone()\nc[0] = 7.\nz = x.sum() + c.sum()": 26.0,
    "e = x.expand(2, 4)\nx[0] = 7.\nz = e.sum()": 32.0,
    "a, b = torch.chunk(m, 2)\na[0, 0] = 7.\nz = m.sum()": 16.0,
    "f = torch.flip(m, [0])\nf[0, 0] = 7.\nz = m.sum()": 10.0,
    "f = m.flatten()\nf[0] = 7.\nz = m.sum()": 16.0,
    "f = m.permute(1, 0)\nf[0, 1] = 7.\nz = m.sum()": 14.0,
    "d = torch.diag(m)\nd[0] = 7.\nz = m.sum()": 10.0,
    "m.diagonal().fill_(0)\nz = m.sum()": 5.0,
    "torch.diagonal(m, 1)[:] = 7.\nz = m.sum()": 15.0,
    "d = torch.linalg.diagonal(m)\nm[0, 0] = 9.\nz = d.sum()": 13.0,
    "c = torch.arange(8.).view(2, 2, 2)\nc.diagonal(0, 0, 2).add_(10)\nz = c[0, 1, 0] + 2 * c[1, 1, 1]": 46.0,
    "w = x.unfold(0, 2, 1)\nx[1] = 9.\nz = w.sum()": 29.0,
    "w = x.unfold(0, 2, 2)\nw.mul_(2)\nz = x.sum()": 20.0,
    "w = x.unfold(0, 2, 2)\nx.data[0] = 5.\nz = w.sum()": 14.0,
    "v = x.unfold(0, 2, 1).reshape(6)\nv[0] = 9.\nz = x.sum()": 10.0,
    "u = torch.nn.functional.unfold(m.view(1, 1, 2, 2), 2)\nm[0, 0] = 9.\nz = u.sum()": 10.0,
    "e = torch.einsum('ii->i', m)\nm[0, 0] = 9.\nz = e.sum()": 13.0,
    "s = x[1]\ns.data.mul_(3)\nz = x.sum()": 14.0,
    "c = m.t().contiguous()\nc[0, 0] = 9.\nz = m.sum()": 10.0,
    "c = x.contiguous()\nc[0] = 9.\nz = x.sum()": 18.0,
    "v = x.view(2, 2)\nx.data = x.data * 2\nz = v.sum()": 10.0,
    "v = x.view(2, 2)\nv.data = v.data * 2\nz = x.sum() + 100 * v.sum()": 2010.0,
    "w = torch.ones(4)\nx.data = w\nw[0] = 7.\nz = x.sum()": 10.0,
    "w = torch.ones(4)\nx.data = w\nx[0] = 7.\nz = w.sum()": 10.0,
    "w = torch.ones(4)\nx.data = w.clone()\nx[0] = 7.\nz = w.sum()": 4.0,
}

REFUSED = {
    "a = m[:, [0, 1]]\nb = a.ravel()\nb[1] = 30.0\nz = np.sum(a)": "shared-memory",
    "a = np.concatenate([m.T, m.T])\nb = a.ravel()\na[1] = 30.0\nz = np.sum(b)": "shared-memory",
    "e = np.einsum('ij->ji', m)\ne[0] = 3.0\nz = np.sum(m)": "shared-memory",
    "d = np.diagonal(m, 1)\nm[0] = 7.0\nz = np.sum(d)": "shared-memory",
    "w = np.lib.stride_tricks.sliding_window_view(m, 2, 1)\nm[0] = 7.0\nz = np.sum(w)": "shared-memory",
    "from numpy.lib.stride_tricks import sliding_window_view as f\nw = f(m, 2, 1)\nm[0] = 7\nsum(w)": "shared-memory",
    "d = m.diagonal()\nd[0] = 7.0\nz = np.sum(m)": "read-only",
    "w = np.broadcast_to(m, (2, 2, 2))\nw += 1\nz = np.sum(m)": "read-only",
    "w = np.broadcast_to(2.0, (4,))\nw[0] = 1\nz = np.sum(w)": "read-only",
    "w = np.broadcast_arrays(m, np.ones((2, 2, 2)))[0]\nw[0] = 1\nz = np.sum(w)": "shared-memory",
    "w = np.meshgrid(m, m, copy=False)[0]\nw[0] = 1\nz = np.sum(w)": "shared-memory",
}
REFUSED_IN_TORCH = [  # as PyTorch has no single answer where a place is written twice
    "w = x.unfold(0, 2, 1)\nw += 1\nz = x.sum()",
    "v = x.data\nx.data = torch.ones(4)\nv[0] = 7.\nz = x.sum()",
]
REMEDIES = {"m[:, [0, 1]]": "m[:, [0, 1]].copy()", "m.T])": "m.T]).copy()", "m)\ne": "m).copy()\ne"}

# An array that a list, a dictionary or a tuple holds, what is written to it, and what is read of it before or after.
HELD = ["g = [np.zeros((2, 2))]", "g = {0: np.ones((2, 2))}", "g = (np.arange(4.0).reshape(2, 2),)", "g = [np.eye(2)]"]
WRITTEN = [
    "g[0][0] = 5.0", "g[0][0, 1] = 5.0", "g[0][...] = 5.0", "g[0][:, 1] += 3", "h = g[0]\nh[0] = 7.0",
    "g[0].fill(3.0)",
]  # fmt: skip
READ = """
    np.array(g[0])|np.asarray(g[0])|g[0].copy()|g[0].T|g[0].reshape(4)|g[0].ravel()|np.copy(g[0])|g[0].astype(float)
    np.array(g[0].tolist())|np.array([g[0][0], g[0][1]])|np.float64(g[0][0, 0])|np.ones(int(g[0][0, 1]) + 1)
    np.zeros_like(g[0]) + g[0]|np.ascontiguousarray(g[0])|np.array(list(g[0]))|g[0].sum() if g[0][0, 1] > 2 else 0.5
    np.array(g[0], copy=True)|g[0].view()|np.transpose(g[0])|np.reshape(g[0], 4)|np.ravel(g[0])|np.squeeze(g[0][None])
    np.array(tuple(g[0].tolist()[0]))
"""
CHANGED_AFTER = ["", "v += 1\n", "g[0][1] = 9.0\n"]
ORDERS = ["{held}\n{written}\nv = {read}\n{after}", "{held}\nv = {read}\n{written}\n{after}"]
OF_HELD = [
    order.format(held=held, written=written, read=read.strip(), after=after) + "z = np.sum(v * 0.75) + 2 * np.sum(g[0])"
    for read in re.split(r"[|\n]", READ.strip())
    for held, written, after, order in itertools.product(HELD, WRITTEN, CHANGED_AFTER, ORDERS)
]


@each("program", OF_HELD[::17])
def test_what_is_read_of_a_held_array_is_what_was_written_to_it(program):
    names: dict[str, Any] = {"np": np}
    exec(program, names)
    try:
        found = engine.trace(program)
    except engine.EngineError as error:
        assert error.kind in ("read-only", "shared-memory", "item-target"), error
        return
    assert np.allclose(found.nodes[found.output].value, names["z"])


def test_a_change_shows_in_what_shares_the_memory_in_numpy():
    for program in between_blank_lines(PROGRAMS):
        try:
            judged = judge(program, "array")
            assert judged.how == "agree", (program, judged)
        except Unfit:
            names: dict[str, Any] = {"np": np}
            exec(program, names)
            found = engine.trace(program)
            assert np.allclose(found.nodes[found.output].value, names["z"]), program


def test_a_change_shows_in_what_shares_the_memory_in_torch():
    given = "import torch\nx = torch.tensor([1., 2., 3., 4.])\nm = torch.tensor([[1., 2.], [3., 4.]])\n"
    for program, value in TORCH.items():
        found = engine.trace(given + program)
        assert found.nodes[found.output].value == value, program
    for program in REFUSED_IN_TORCH:
        with pytest.raises(engine.EngineError, match="memory"):
            engine.trace(given + program)


def test_what_is_not_known_to_share_its_memory_is_refused_where_it_matters_and_a_copy_is_not():
    given = "m = np.array([[1.0, 2.0], [3.0, 4.0]])\n"
    for program, kind in REFUSED.items():
        with pytest.raises(engine.EngineError) as error:
            engine.trace(given + program)
        assert error.value.kind == kind, program
        mended = program
        for written, remedy in REMEDIES.items():
            mended = mended.replace(written, remedy)
        if mended != program:
            names: dict[str, Any] = {"np": np}
            exec(given + mended, names)
            found = engine.trace(given + mended)
            assert np.allclose(found.nodes[found.output].value, names["z"]), mended
