"""Programs mean what Python with NumPy means by them: each is run by both.

What is refused says where and of what kind it is.
"""

from __future__ import annotations

import ast

import numpy as np
import pytest

from gradlens import engine
from tests.each import each
from tests.engine.numerics import close

X, V = np.arange(1.0, 7).reshape(2, 3), np.array([1.0, 2.0, 4.0, 8.0])
INPUTS = {"x": X, "v": V, "s": 0.5}


def built(program: str):
    trace = engine.trace(program, INPUTS, limits=engine.Limits(nodes=2000))
    return trace.nodes[trace.output].value


def in_python(text: str):
    """The value of the last line, by Python with NumPy."""
    *body, last = ast.parse(text).body
    names = {
        "np": np,
        "x": X.copy(),
        "v": V.copy(),
        "s": np.float64(0.5),
        "exp": np.exp,
        "sum": np.sum,
        "ones": np.ones,
        "zeros": np.zeros,
        "stack": np.stack,
    }
    exec(compile(ast.Module(body, []), "text", "exec"), names)  # the test's own text
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), "text", "eval"), names)


PROGRAMS = [
    # lists of different lengths are joined, also where one has a name; in a program with classes all are
    "hidden = [4, 4, 1]\nsizes = [3] + hidden\ns * (len(sizes) + 10 * sizes[0] + 100 * sizes[1])",
    "class Net:\n    def __init__(self, n, hidden):\n        self.sizes = [n] + hidden\n"
    "hidden = [7]\nnet = Net(3, hidden)\n"
    "s * (len(net.sizes) + 10 * net.sizes[0])",
    # a chain of comparisons ends with the first that does not hold, and what comes after is not evaluated
    "g = []\ndef f(t):\n    g.append(t)\n    return t\nn = 0\na = 0 < n < f(1)\nb = 0 <= n < f(2) < f(1) < f(5)\n"
    "s * (len(g) + 10 * a + 100 * b + 1)",
    "g, i = [1, 2], 5\ns * (2 if 0 <= i < len(g) > g[i] else 3)",
    "n = 0\ns * (2 if 0 < n < 1 / n else 3)",
    "class A:\n    def __init__(self, v):\n        self.v = v\n    def __lt__(self, o):\n"
    "        return self if self.v < o.v else o\n    def __bool__(self):\n        return self.v > 1\n"
    "n = []\ndef f(t):\n    n.append(t)\n    return t\na, b, c = A(1), A(2), A(3)\n"
    "s * ((b < f(c) < f(a)).v + 10 * (a < f(c) < f(a)).v + 100 * len(n))",
    "a, b = 1, 2\na * 10 + b",
    "a, b = x\na * 10 + b",
    "(a, b, c), d = x\na + b * c + d",
    "[a, b] = 1, 2\na * 10 + b",
    "a, b = s, s * 2\nb, a = a, b\na * 10 + b",
    "a, b = x.shape[0], 3\na * 10 + b",
    "a, b = [s, 2]\na * 10 + b",
    "a, b = zeros(2), ones(2)\na * 10 + b",
    "a, = v[:1]\na * 3",
    "a = b = c = 3\na + b * 2 + c * 5",
    "a = b, c = v[:2]\na[1] * 10 + b * 100 + c",
    "a = (b, c) = d = x[:, :2]\na + b * 10 + c * 100 + d",
    "a = s\na = a * 2\na += 1\na -= 3\na *= 5\na /= 2\na **= 2\na * 1",
    "a = x[:, :2]\na @= x[:, 1:]\na * 1",
    "a = 7 * s\na //= 2\na %= 3\na * 1",
    "a: float = 2\nb: float = a * s\nb + a",
    "a = b = s * 2\na + b",
    "a = s\nb = a\na = a * 3\na * 10 + b",
    "a = b = x.shape\na[0] * 10 + b[1]",
    "def f(t):\n    return t, t * 2\na, b = f(s)\na + b * 10",
    "def f(t):\n    return (t, t * 2, 3)\n(a, b, c) = f(s)\na + b * 10 + c * 100",
    "def f(t):\n    return t,\na, = f(s)\na * 2",
    "def f(t):\n    a, b = t\n    a = b = a * b\n    return a + b\nf(x)",
    "def f(t, n=2):\n    return t * n\nf(s) + f(s, 4) * 10 + f(n=5, t=s) * 100",
    "def f(t, /, n=2):\n    return t * n\nf(s) + f(s, n=5)",
    "def f(t, n=s):\n    return t * n\ns = 3\nf(2)",
    "def f(t, n=s):\n    return t * n\nf(2, v[1] * 3) + f(s, 4) * 10 + f(1) * 100",
    "def f():\n    'doc'\n    return 2\nf() * s",
    "def f(t):\n    def g(u):\n        return u * t\n    return g(t) + g(2)\nf(s)",
    "def h(t):\n    return t * 3\ndef f(g, t):\n    return g(t)\nf(h, s)",
    "f = lambda t, n=2: t * n\nf(s) + f(s, 5)",
    "f = lambda: 3\nf() * s",
    "a = 2\ndef f(t):\n    return t * a\na = 5\nf(s)",
    "def f(t):\n    for i in range(3):\n        t = t * 2 + i\n    return t\nf(s) * f(2)",
    "def f(t):\n    t += 1\n    return t\ny = f(s)\ny * 10 + s",
    "def f(n):\n    return sum(ones(n))\nf(3) + f(len(v))",
    "def f(t):\n    n = len(t)\n    return t[n - 1] * n\nf(v) + f(x[0])",
    "def f(t, k):\n    return t[k:] * 2\nf(v, 2)",
    "def f(t, k):\n    return sum(t, axis=k)\nf(x, 0)",
    "def f(t):\n    u = t\n    return u\na = f(s)\nb = f(a)\na + b * 10",
    "y = 0\nfor a, b in [(1, 2), (3, 4)]:\n    y = y * 5 + s * a + b\ny * 1",
    "for a, (b, c) in [(1, (2, 3))]:\n    y = s * a + b * 10 + c * 100\ny * 1",
    "y = 0\nfor a, b, c in x:\n    y = y * 3 + a * 10 + b * c\ny * 1",
    "y = 0\nfor a, b in [[s, 2], [3, 4]]:\n    y = y * 7 + a * 10 + b\ny * 1",
    "y = 0\nfor a in [s, 2, v[1]]:\n    y = y * 7 + a\ny * 1",
    "y = 0\nfor a in (s, 2):\n    y = y * 7 + a\ny * 1",
    "y = 0\nfor a in x:\n    y = y * 7 + a\ny * 1",
    "y = 0\nfor i, a in enumerate(v):\n    y = y * 7 + a * i\ny * 1",
    "y = 0\nfor i, a in enumerate(v, 2):\n    y = y * 7 + a * i\ny * 1",
    "y = 0\nfor i, a in enumerate(v, start=len(x)):\n    y = y * 7 + a * i\ny * 1",
    "y = 0\nfor i, (a, b) in enumerate(zip(v, [s, 2, 3, 4])):\n    y = y * 7 + a * i + b\ny * 1",
    "y = 0\nfor a, b, c in zip(v, x, range(9)):\n    y = y + a * b + c\ny * 1",
    "y = 0\nfor i in reversed(range(1, 6, 2)):\n    y = y * 7 + i\ny * s",
    "y = 0\nfor a in reversed([s, 2, 3]):\n    y = y * 7 + a\ny * 1",
    "y = 0\nfor a in reversed(v):\n    y = y * 7 + a\ny * 1",
    "y = 0\nfor i, a in enumerate(reversed(v)):\n    y = y * 7 + a * i\ny * 1",
    "y = 0\nfor i in range(3, 0, -1):\n    y = y * 7 + i\ny * s",
    "y = 0\nfor i in range(len(v)):\n    y = y * 7 + v[i] * i\ny * 1",
    "y = 0\nfor i in range(2):\n    for j in range(i, 3):\n        y = y * 2 + x[i, j]\ny * 1",
    "for i in range(3):\n    y = s * i\ny * 10 + i",
    "for k in range(3):\n    k = k * s\nk * 2",
    "y = s\nfor i in range(0):\n    y = 7\ny * 1",
    "y = 0\nfor k in [0.5, -2, 3]:\n    y = y * 2 + k\ny * s",
    "k = 7\ny = np.array([k * j for j in range(3)])\ny * k",
    "k = 7\ny = [k * s for k in range(3)]\nk * 1",
    "j = s\ny = [j * k for k in range(3)]\nz = [j * j for j in range(2)]\nnp.array(y) * j",
    "for k in range(3):\n    y = sum([k * 10 for k in range(2)]) + k * s\ny * 1",
    "def f(k):\n    y = [k * s for k in range(3)]\n    return sum(y) * k\nf(5)",
    "np.array([a * b for a, b in zip(v, [1, 2, 3, 4])])",
    "np.array([[i * 10 + j for j in range(3)] for i in range(2)]) * s",
    "np.array([x[i] @ x[j] for i, j in [(0, 1), (1, 1)]])",
    "def f(t):\n    y = [t * a for a in v]\n    a = 3\n    return sum(y) * a\nf(s)",
    "a = 1\ny = [a for a, b in [(s, 2), (3, 4)]]\nnp.array(y) * a",
    "x[0][1] * s",
    "x[0, :][::-1][0]",
    "x.T[1]",
    "-x[1] ** 2",
    "+x",
    "(x > 2) * x",
    "((x > 1) & (x < 5) | (x == 6)) * x",
    "(~(x > 2)) * x",
    "(1 < x) * 1",
    "1 - (x != 2)",
    "x // 2 + x % 2 * 10",
    "2 ** s ** 2",
    "-s ** 2",
    "x @ x.T - 1",
    "x - -x",
    "s; x; v",
    "stack([s, 2, v[0]])",
    "np.array([[s, 1], [2, 3]]) @ np.array([1, s])",
    "np.array([x[0], v[:3]])",
    "y = 0\nfor a in [(1, 2), (3, 4)]:\n    y = y * 7 + a[0] * 2 + a[1]\ny * s",
    "y = 0\nfor a, b in zip(v, [1, 2, 3, 4], strict=True):\n    y = y * 7 + a * b\ny * 1",
    "y = 0\nfor i in range(True):\n    y = y + s\ny * 1",
    "y = 1\nfor i in v:\n    y = y + i\nelse:\n    y = y * 2\ny * 1",
    "y = 1\nfor k, i in enumerate(v):\n    y = y + i\n    if k > 1:\n        break\nelse:\n    y = y * 2\ny * 1",
    "y = 0\nfor i in reversed(list(enumerate(v))):\n    y = y * 7 + i[0] * i[1]\ny * 1",
    "y = zip(v, v[::-1])\na, b, *c = y\na[0] + b[1] * 10 + c[1][0] * 100",
    "a = [1, 2]\nfor a[0] in v:\n    y = a[0] + a[1]\ny * 1",
    "a = [1, 2, 3]\na[0], b = 4 * s, 2 * s\na[1] += b\na[0] + a[1] * 10 + a[2] * b",
    "a = b = [1, 2]\na[0] += s\nb[0] * 10 + b[1]",
    "y = range(3)\nsum(y) * s",
    "y = (s, 2, x.shape)\ny[0] * 10 + y[1] + y[2][1]",
    "def f(t):\n    return t * s\n    t = 2\nf(3)",
    "def f(t):\n    return t * s\n    return 2\nf(3)",
    "def f(t):\n    if t > 2:\n        return t * s\n    return s\nf(3) * 10 + f(2)",
    "f = exp\nf(s)",
    "y = print(s)\ns * 2",
    "def print(t):\n    return t * 3\ny = print(s)\ny * 1",
    "def f(a, **k):\n    return a * k['b'] + k['c']\nf(2, **{'b': s, 'c': 3})",
    "def f(a, b):\n    return a * 10 + b\nf(*x)",
    "def f(*a, b=2):\n    return a[0] * 10 + a[-1] * b\nf(s, 4, 5) + f(s, b=s)",
    "import numpy\nnumpy.sum(x) * s",
    "a = [[1, s], [2, 3]]\nb = np.array(a)\na[0][0] = 5\nnp.array(a) + b * 10",
    "r = [1, 2]\na = [r, r]\nb = np.array(a)\nr[0] = 5\nnp.array(a) + b * 10",
    "a = [[1, 2], [3, 4]]\nb = np.array(a)\nfor r in a:\n    r[0] = s\nnp.array(a) + b * 10",
    "r = np.array([1., 2])\na = [r, [3, 4]]\nb = np.array(a)\nr[0] = 5\nnp.array(a) + b * 10",
    "r = np.array([1., 2, 3, 4])\na = [r[:2], r[2:]]\nb = np.array(a)\nr[0] = 5\nnp.array(a) + b * 10",
    "r = np.array([1., 2])\na = [[r, r], [r, r]]\nb = np.array(a)\nr *= 5\nnp.array(a) + b * 10",
    "a = [[[1.0, 2.0], [3.0, 4.0]]]\nb = a[0]\nc = np.array(b)\nb[1][0] = s\nnp.array(a) + c * 10",
    "a = [(1.0, 2.0), (3.0, s)]\nb = np.array(a)\nnp.array(a) + b",
    "a = [(1, 2), (2, 3)]\na.append((3, s))\nnp.array(a) + len(a)",
    "a = [(1, 2), (2, 3)]\na[0] = (5, s)\nnp.array(a) * 1",
    "a = [(1, 2), (2, 3)]\nnp.array(a)[:, 0] * s + max(a)[1] + sorted(a)[0][0] + a[-1:][0][0]",
    "a = [(1, 2), (2, 3)]\nb = {a[0]: s}\nb[(1, 2)] * len(b)",
    "y = v * 1\ny[[1, 1]] = np.array([s, 3])\ny * 2",
    "y = v * 1\ny[[1, 1]] += np.array([s, 3])\ny * 2",
    "dict(zip('ab', v))['b'] * dict(['ck'])['c'].count('k')",
    "y = 0\na = [(1, 2), (2, 3)]\nfor i, j in a:\n    y = y * 3 + v[i] * v[j]\ny * 1",
]


@each("text", PROGRAMS)
def test_a_program_means_what_python_means_by_it(text):
    assert close(built(text), np.asarray(in_python(text), dtype=float))


@each(
    "text", [p for p in PROGRAMS if "=" not in p.replace("==", "").replace("!=", "") and "\n" not in p and ";" not in p]
)
def test_an_expression_means_the_same_inside_a_function_and_a_loop(text):
    expected = np.asarray(in_python(text), dtype=float)
    assert close(built(f"def f(t):\n    y = {text}\n    return y\nf(1)"), expected)
    assert close(built(f"for i in range(2):\n    y = {text}\ny"), expected)


REFUSED = [  # text, kind, place
    ("a, b = 1, 2, 3", "unpack-count", (1, 0), {"count": 2, "got": 3}),
    ("a, b, c = 1, 2", "unpack-count", (1, 0), {"count": 3, "got": 2}),
    ("a, b = v", "unpack-count", (1, 0), {"count": 2, "got": 4}),
    ("a, b = s", "unpack-count", (1, 0), {"count": 2, "got": 1}),
    ("(a, b), c = x", "unpack-count", (1, 0), {"count": 2, "got": 3}),
    ("a, b = x.shape[:1]", "unpack-count", (1, 0), {"count": 2, "got": 1}),
    ("a, b = len(x)", "unpack-count", (1, 0), {"count": 2, "got": 1}),
    ("def f(t):\n    return t, t * 2\na, b, c = f(s)", "unpack-count", (3, 0), {"count": 3, "got": 2}),
    ("def f(t):\n    return t, 2\na = f(s)", "several-values", (3, 4), {"count": 2, "got": "f(s)"}),
    ("def f(t):\n    return (t,)\na = f(s)", "value-in-tuple", (3, 4), {"count": 1}),
    ("def f(t):\n    return ()\na = f(s)", "no-value", (3, 4), {"count": 0}),
    ("for a, b in [(1, 2, 3)]:\n    y = a", "unpack-count", (1, 4), {"count": 2, "got": 3}),
    ("for a, b in zip(v):\n    y = a", "unpack-count", (1, 4), {"count": 2, "got": 1}),
    ("for a, b in range(3):\n    y = a", "unpack-count", (1, 4), {"count": 2, "got": 1}),
    ("for a, b in [s]:\n    y = a", "unpack-count", (1, 4), {"count": 2, "got": 1}),
    ("for a, b in [[1, 2, 3]]:\n    y = a", "unpack-count", (1, 4), {"count": 2, "got": 3}),
    ("for a, b in x:\n    y = a", "unpack-count", (1, 4), {"count": 2, "got": 3}),
    ("for a, b in [1.5]:\n    y = a", "unpack-count", (1, 4), {"count": 2, "got": 1}),
    ("for x.a in v:\n    y = 1", "not-written", (1, 4), {"got": "x.a"}),
    ("for a[0] in v:\n    y = 1", "unknown-name", (1, 4), {"name": "a"}),
    ("a[0], b = 1, 2 * s", "unknown-name", (1, 0), {"name": "a"}),
    ("a.b = x.shape", "unknown-name", (1, 0), {"name": "a"}),
    ("a, b[0] = x.shape", "unknown-name", (1, 3), {"name": "b"}),
    ("a = b[0] = s", "unknown-name", (1, 4), {"name": "b"}),
    ("a[0] += 1", "unknown-name", (1, 0), {"name": "a"}),
    ("f(s) = 1", "typed-remedy", (1, 0), {}),
    ("f(s) += 1", "assignment-target", (1, 0), {}),
    ("for i, a in enumerate(v, start=s):\n    y = 1", "index-type", (1, 31), {}),
    ("for i in enumerate(v, 1, 2):\n    y = 1", "too-many-arguments", (1, 9), {"limit": 2, "count": 3}),
    ("for i in enumerate(v, begin=1):\n    y = 1", "unknown-keyword", (1, 22), {"keyword": "begin"}),
    ("for i in zip(v, x, strict=True):\n    y = 1", "zip-lengths", (1, 9), {}),
    ("for i in zip(v, strictly=True):\n    y = 1", "unknown-keyword", (1, 16), {"suggestion": "strict"}),
    ("for i in reversed(enumerate(v)):\n    y = 1", "not-reversed", (1, 18), {"got": "enumerate(v)"}),
    ("for i in reversed(v, x):\n    y = 1", "argument-count", (1, 9), {"least": 1, "count": 2}),
    ("y = range(3)", "not-a-number", (1, 4), {"got": "range(0, 3)"}),
    ("y = zip(v, v)", "not-a-number", (1, 4), {}),
    ("def f(x)\n    return x", "missing-colon", (1, 7), {}),
    ("for i in range(3):\ny = i", "missing-block", (2, 0), {}),
    ("y = x if 3", "misplaced", (1, 4), {}),
    ("for i in range():\n    y = 1", "range-bounds", (1, 9), {}),
    ("for i in range(1, 2, 3, 4):\n    y = 1", "range-bounds", (1, 9), {}),
    ("for i in range(stop=3):\n    y = 1", "range-bounds", (1, 9), {}),
    ("for i in range(3, step=2):\n    y = 1", "range-bounds", (1, 9), {}),
    ("for i in range(1, s):\n    y = 1", "range-bounds", (1, 18), {}),
    ("for i in range(3, 1, 0):\n    y = 1", "slice-step", (1, 21), {}),
    ("for i in s * 2:\n    y = 1", "not-iterable", (1, 9), {"got": "s * 2"}),
    ("def f():\n    'doc'\nf()", "none-as-number", (3, 0), {"got": "f()"}),
    ("def f():\n    return\nf()", "none-as-number", (3, 0), {"got": "f()"}),
    ("def f():\n    'a'\n    b = 1\nf()", "none-as-number", (4, 0), {"got": "f()"}),
    ("def f(t):\n    t = 2\ny = f(1) * 3", "none-as-number", (3, 4), {"got": "f(1)"}),
    ("y = s.sum()\ny.backward(2)", "backward-weights", (2, 0), {"shape": "()"}),
    ("y = s * 2\ny.backward", "function-as-value", (2, 0), {"signature": "y.backward()"}),
    ("f = exp", "function-as-value", (1, 4), {"signature": "exp(x)"}),
    ("s * 2\nexp", "function-as-value", (2, 0), {"signature": "exp(x)"}),
    ("y = s.foo", "attribute", (1, 4), {"name": "foo"}),
    ("y = s.sum", "function-as-value", (1, 4), {"signature": "s.sum()"}),
    ("y = x.summ()", "attribute", (1, 4), {"suggestion": "sum"}),
    ("y = x(2)", "not-a-function", (1, 4), {"name": "x"}),
    ("y = (x)(2)", "not-a-function", (1, 4), {}),
    ("y = x[0](2)", "not-a-function", (1, 4), {}),
    ("exp = 2\ny = exp(s)", "function-hidden", (2, 4), {"name": "exp"}),
    ("y = print(s)", "none-as-number", (1, 4), {"got": "print(s)"}),
    ("def print(t):\n    return t\ny = print(s, 2)", "too-many-arguments", (3, 4), {"limit": 1, "count": 2}),
    ("y = np.random.foo(3)", "random-numbers", (1, 4), {"name": "foo"}),
    ("y = np.foo(x)", "prefix-function", (1, 4), {"prefix": "np", "name": "foo"}),
    ("y = torch.foo.bar(x)", "prefix-function", (1, 4), {"prefix": "torch", "name": "foo"}),
    ("y = foo.bar(x)", "unknown-name", (1, 4), {"name": "foo"}),
    ("y = randn(3)", "unknown-function", (1, 4), {"name": "randn"}),
    ("def f(t, u):\n    return t\nf(1, t=2)", "repeated-argument", (3, 5), {"argument": "t"}),
    ("def f(t):\n    return t\nf(1, **x)", "not-a-dict", (3, 5), {}),
    ("def f(t):\n    return t\nf(*x)", "too-many-arguments", (3, 0), {"limit": 1, "count": 2}),
    ("def f(dim):\n    return dim\nf(axis=1)", "unknown-keyword", (3, 2), {"keyword": "axis"}),
    ("exp(input=s) + exp(a=s) + exp(y=s)", "unknown-keyword", (1, 30), {"keyword": "y"}),
    ("concat(1, [2])", "list-needed", (1, 7), {"function": "concat"}),
    ("x.transpose(0, 1)", "transpose-nothing", (1, 0), {}),
    ("y = dict('t')", "unpack-count", (1, 4), {"count": 2, "got": 1}),
    ("y = x[s > 1, 0]", "index-mask", (1, 6), {}),
    ("y = np.random.rand(2) + v", "broadcast", (1, 4), {}),
    ("min(torch.max(x, 1), key=1)", "not-a-function", (1, 4), {}),
    ("__a = 1", "reserved-name", (1, 0), {"name": "__a"}),
    ("f = lambda __a: 1", "reserved-name", (1, 4), {"name": "__a"}),
    ("y = (1, s)", "several-values", (1, 4), {"got": "(1, s)"}),
    ("y = 'abc'", "string", (1, 4), {}),
    ("y = [1, 'abc']", "string", (1, 8), {}),
    ("y = {'a': s}", "not-a-number", (1, 4), {}),
    ("for __a in v:\n    y = 1", "reserved-name", (1, 4), {"name": "__a"}),
]


@each("text, kind, place, named", REFUSED)
def test_what_python_or_the_language_refuses_is_named_with_its_place(text, kind, place, named):
    with pytest.raises(engine.EngineError) as caught:
        built(text)
    assert caught.value.kind == kind
    assert (caught.value.span.start_line, caught.value.span.start_column) == place
    assert named.items() <= caught.value.params.items()


@pytest.mark.parametrize(
    ("text", "shape"),
    [("y = np.random.randn(3)", (3,)), ("y = torch.randn(3)", (3,)), ("y = torch.rand_like(x)", (2, 3))],
)
def test_what_is_drawn_is_an_input_that_says_so_and_the_same_each_time(text, shape):
    first, second = engine.trace(text, INPUTS), engine.trace(text, INPUTS)
    assert first["y"].op == "input" and first["y"].value.shape == shape and first.graph.drawn == ["y"]
    assert np.array_equal(first["y"].value, second["y"].value)


def test_backward_chooses_what_is_differentiated_wherever_it_stands():
    for text, output in [
        ("y = s.sum()\nz = y * 2\ny.backward(torch.tensor(1.0))", "y"),
        ("def f(t):\n    t.backward()\n    return t * 2\nf(s)", "s"),
        ("y = v * 2\ny.backward(torch.ones_like(y))\nz = 5", "y"),
        ("y = v * 2\ny.backward(gradient=None, retain_graph=True)\nz = 5", "y"),
    ]:
        trace = engine.trace(text, INPUTS)
        assert trace.nodes[trace.output].name == output


# ------------------------------------------------------------------ what the graph looks like


def nodes_of(text: str, **inputs):
    return [(node.op, node.name) for node in engine.trace(text, inputs).nodes]


def test_a_value_has_the_name_that_it_was_given_first_and_another_name_is_a_node_of_its_own():
    assert nodes_of("a = s * 2\nb = a", s=1.0) == [("input", "s"), ("constant", None), ("mul", "a"), ("identity", "b")]
    assert nodes_of("a = s", s=1.0) == [("input", "s"), ("identity", "a")]
    assert nodes_of("a = b = s * 2", s=1.0) == [("input", "s"), ("constant", None), ("mul", "a"), ("identity", "b")]
    assert nodes_of("a, b = s * 2, s", s=1.0) == [("input", "s"), ("constant", None), ("mul", "a"), ("identity", "b")]
    assert nodes_of("a, b = v", v=[1.0, 2.0]) == [("input", "v"), ("index", "a"), ("index", "b")]
    assert nodes_of("def f(t):\n    u = t * t\n    return u\na = f(s)", s=1.0) == [("input", "s"), ("mul", "a")]
    assert nodes_of("def f(t):\n    return t\na = f(s)", s=1.0) == [("input", "s"), ("identity", "a")]
    assert nodes_of("n = len(v)", v=[1.0, 2.0]) == [("input", "v"), ("constant", "n")]
    assert nodes_of("a, b = 1, 2\na * b") == [("input", "a"), ("input", "b"), ("mul", None)]


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("a = s * 2\nb = a + 1", "a"),
        ("a = s * 2\nb = a + 1", "b"),
        ("a = s\na = a * 3\nb = a", "a"),
        ("a, b = s, s * 2", "a"),
    ],
)
def test_any_name_may_be_differentiated(text, output):
    trace = engine.trace(text, {"s": 2.0}, output=output)
    names = {"s": 2.0}
    exec(text, names)  # the test's own text
    assert trace.nodes[trace.output].name == output and trace.nodes[trace.output].value == names[output]


def test_an_output_that_no_line_names_is_told_with_the_nearest():
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("loss = s * 2", {"s": 1.0}, output="lose")
    assert caught.value.kind == "unknown-output" and caught.value.params["suggestion"] == "loss"


def test_the_place_of_a_node_is_that_of_its_expression():
    text = "y = exp(s) + 2\nfor i in range(2):\n    y = y * s\na, b = y, -y"
    lines = text.split("\n")
    for node in engine.trace(text, {"s": 1.0}).nodes:
        if node.span is not None:
            written = lines[node.span.start_line - 1][node.span.start_column : node.span.end_column]
            assert written in (
                "exp(s)",
                "exp(s) + 2",
                "y = exp(s) + 2",
                "2",
                "y * s",
                "y = y * s",
                "a, b = y, -y",
                "-y",
                "s",
            ), written


@pytest.mark.parametrize("count", [3, 4])
def test_labels_are_made_one_hot_only_where_they_are_of_the_rows_shape(count):
    kinds = {
        node.op
        for node in engine.trace("softmax_cross_entropy(x, t)", {"x": np.ones((3, count)), "t": [0, 1, 2]}).nodes
    }
    assert "one_hot" in kinds
    assert "one_hot" not in {
        node.op for node in engine.trace("softmax_cross_entropy(x, t)", {"x": np.ones(3), "t": [0.0, 1.0, 0.0]}).nodes
    }


def test_the_names_of_the_inputs_are_checked_as_the_parser_reads_them():
    for inputs, kind in [
        ({"a b": 1}, "input-name"),
        ({"__a": 1}, "reserved-name"),
        ({"ﬁ": 1, "fi": 2}, "input-repeated"),
        ({"x\u200f": 1}, "input-name"),
        ({1: 2}, "input-name"),
    ]:
        with pytest.raises(engine.EngineError) as caught:
            engine.trace("y = 1", inputs)
        assert caught.value.kind == kind
    trace = engine.trace("y = fi * 2", {"ﬁ": 3.0})
    assert trace.gradients == {"fi": 2.0}


@each(
    "argument, shown",
    [
        ("3", "3"),
        ("-2", "-2"),
        ("0.5", "0.5"),
        ("1e20", "1e+20"),
        ("True", "True"),
        ("(1, 2)", "(1, 2)"),
        ("(1, 2, 3, 4)", "(1, 2, 3, 4)"),
        ("(1, 2, 3, 4, 5)", "(1, 2, 3, 4, …)"),
        ("((1, 2), 3)", "(…, 3)"),
        ("[1, 2]", "[1, 2]"),
        ("[1, [2], 3, 4, 5]", "[1, …, 3, 4, …]"),
        ("()", "()"),
        ("x.shape", "(2, 3)"),
        ("len(x)", "2"),
        ("g", "g"),
    ],
)
def test_a_call_shows_what_was_known_beforehand_in_short(argument, shown):
    trace = engine.trace(f"def g(t):\n    return t\ndef f(a):\n    return s * 2\nf({argument})", INPUTS)
    assert trace.groups[0].call == (shown,)


@each("text", PROGRAMS)
def test_every_node_is_shown_at_text_of_the_program(text):
    lines = text.split("\n")
    trace = engine.trace(text, INPUTS)
    for node in trace.nodes:
        assert node.span is not None or (node.op == "input" and f"{node.name}" in INPUTS), node
        if node.span is not None:
            first, last = lines[node.span.start_line - 1], lines[node.span.end_line - 1]
            assert (
                0 <= node.span.start_column < len(first)
                and node.span.end_column <= len(last)
                and first[node.span.start_column :].strip()
            )


def test_what_the_text_writes_as_numbers_is_one_leaf():
    for written in (
        "[1, -2, pi]",
        "[[1, -np.inf], [+2, 3]]",
        "-(-2)",
        "np.array([1, -2])",
        "[(1, 2), (3, -4)]",
        "np.zeros(3)",
        "[True, False]",
    ):
        assert nodes_of(f"a = {written}") == [("input", "a")]
        assert [op for op, _ in nodes_of(f"y = s * {written}", s=1.0)] == ["input", "constant", "mul"]
    assert nodes_of("a = [s, -2]", s=1.0) == [("input", "s"), ("constant", None), ("stack", "a")]
    flowing_nowhere = nodes_of("a = [s, -2]\na[0] * s", s=1.0)  # so the list is no array
    assert flowing_nowhere == [("input", "s"), ("mul", None)]
    assert nodes_of("a = []") == [("constant", "a")]  # it has no numbers, and may be there to be appended to


@each(
    "nothing",
    [
        "() = ()",
        "() = g()",
        "[] = g()",
        "() = empty",
        "[] = []",
        "() = x.shape[:0]",
        "for k in []:\n    s",
        "for () in [(), ()]:\n    () = ()",
        "def h(t):\n    return t",
        "h = lambda t: t",
        "n = x.shape",
    ],
)
def test_what_binds_no_value_leaves_the_output_as_it_is(nothing):
    trace = engine.trace(
        f"def g():\n    return ()\ny = s * 2\nz = s * 3\n{nothing}", INPUTS | {"empty": np.zeros((0, 2))}
    )
    assert trace.nodes[trace.output].name == "z"


@pytest.mark.parametrize(
    ("call", "shapes", "kind"),
    [
        ("tensordot(a, b, 0)", [(1,) * 16, (1,) * 17], "too-many-axes"),
        ("inner(a, b)", [(1,) * 20, (1,) * 20], "too-many-axes"),
        ("tensordot(a, b, 0)", [(1,) * 16, (1,) * 16], None),
        ("kron(a, b)", [(1000,), (1001,)], "too-many-elements"),
        ("linear(a, b)", [(1000, 1), (1001, 1)], "too-many-elements"),
        ("lerp(a, b, 0.5)", [(1000, 1), (1001,)], "too-many-elements"),
    ],
)
def test_a_function_that_is_opened_is_refused_by_what_arrays_can_be(call, shapes, kind):
    try:
        engine.compile(f"y = {call}", dict(zip("ab", shapes)), limits=engine.Limits(elements=1e6))
    except engine.EngineError as error:
        assert error.kind == kind and error.span.start_column >= 4
    else:
        assert kind is None


@pytest.mark.parametrize(
    ("name", "blamed"),
    [("softmax", "softmax: max"), ("log_softmax", "log_softmax: softmax: max"), ("softmin", "softmin: softmax: max")],
)
def test_an_error_of_an_opened_function_names_it_and_what_it_is_made_of(name, blamed):
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(f"y = 2 * {name}(x)", {"x": (0,)}, detail="expanded")
    assert (
        caught.value.kind == "empty-reduction"
        and caught.value.params["function"] == blamed
        and caught.value.span.start_column == 8
    )


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_program_may_take_as_many_steps_as_are_allowed_and_no_more(count):
    text = "\n".join(f"y{k} = {k}" for k in range(count))
    steps = 3 * count + 1  # a number, that it is a leaf, and its name; and the end
    engine.compile(text, limits=engine.Limits(steps=steps))
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(text, limits=engine.Limits(steps=steps - 1))
    assert caught.value.kind == "too-many-steps" and caught.value.span.start_line == count
