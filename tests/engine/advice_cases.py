"""What is advised in an error: for each kind a program that is refused, and the program that its advice makes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

VALUES = {
    "s": 0.7,
    "a": 1.3,
    "b": 0.4,
    "x": [0.55, 1.6, 2.2],
    "v": [1.5, -0.5, 0.25],
    "m": [[1.0, 0.5, 2.0], [0.3, 1.2, 0.8]],
    "A": [[2.0, 0.5], [0.5, 3.0]],
}


@dataclass(frozen=True, slots=True)
class Case:
    """kind: of the refusal.  code: what the sentence advises, as it stands there.

    replaces: what of the program it takes the place of; the place that the error names, where it is not given.
    names: what the advice's general names are in the program.
    meaning: what the program was meant to compute, for NumPy; the program itself, where that runs it.
    """

    kind: str
    program: str
    code: str
    replaces: str | None = None
    meaning: str | None = None
    names: tuple[tuple[str, str], ...] = ()

    def written(self) -> str:
        text = self.code
        for general, own in self.names:
            text = re.sub(rf"(?<!\w){re.escape(general)}(?!\w)", lambda _, own=own: own, text)
        return text


TORCH = "import torch\n"
JAX = "import jax\nimport jax.numpy as jnp\n"
FOLLOWED = [
    # the text
    Case("missing-operator", "z = 2_x", "2 * x", "2_x", "z = 2 * x"),
    Case("typed-remedy", "z = 2x a", "2 * x * a", meaning="z = 2 * x * a"),
    Case("typed-unclear", "z = a / 2b", "/ 2 * b", meaning="z = a / 2 * b"),
    Case("typed-unclear", "z = a / 2b", "/ (2 * b)", meaning="z = a / (2 * b)"),
    Case("superscript", "z = x ²", "** 2", meaning="z = x ** 2"),
    Case("caret", "import numpy as np\nz = x ^ 2", "x ** 2", "x ^ 2", "z = x ** 2"),
    Case(
        "none-as-number",
        "def f(t):\n    t * 2\nz = f(x)",
        "return",
        "    t",
        "z = x * 2",
        (("return", "    return t"),),
    ),
    Case("comma-number", "z = 1,500 * s", "1500", meaning="z = 1500 * s"),
    Case("comma-number", "z = np.maximum(s, 1,000)", "1000", meaning="z = np.maximum(s, 1000)"),
    Case("comma-number", "q = 1,500\nz = q[1] * s", "(1, 500)", "1,500"),
    Case("character-meant", "z = 1 + √ s", "sqrt(x)", "√ s", "z = 1 + np.sqrt(s)", (("x", "s"),)),
    # containers and loops
    Case("unknown-key", "d = {'rate': s, 'size': 2}\nz = d['rates']", "rate", "rates", "z = s"),
    Case(
        "list-write",
        "q = [[1, 2, 3], [4, 5, 6]]\nq[0, 1] = 2 * s\nz = m * q",
        "np.array([…], dtype=float)",
        "[[1, 2, 3], [4, 5, 6]]",
        "z = m * np.array([[1, 2 * s, 3], [4, 5, 6]])",
        (("[…]", "[[1, 2, 3], [4, 5, 6]]"),),
    ),
    Case(
        "not-reversed",
        "z = 0\nfor q in reversed(enumerate([s, 2])):\n    z = q[1] * 2 + z * 3",
        "reversed(list(enumerate([s, 2])))",
        "reversed(enumerate([s, 2]))",
        "z = s * 2 + 12",
    ),
    Case("changed-in-loop", "d = {1: s}\nfor k in d:\n    d[2] = s * k\nz = d[2]", "list(d)", meaning="z = s * 1"),
    Case(
        "several-values",
        "q = (2, s)\nz = q",
        "a, b = q",
        "z = q",
        "z = s",
        (("b", "z"),),
    ),
    Case("value-in-tuple", "z = (x,)", "a, = (x,)", "z = (x,)", "z = x", (("a", "z"),)),
    Case("not-iterable", "z = 0\nfor i in 3:\n    z = z + i * s", "range(3)", meaning="z = 3 * s"),
    Case(
        "list-repeat",
        "import numpy as np\nz = np.sum(np.array([s] * np.sum(m > 0.9)))",
        "int(np.sum(m > 0.9))",
        "np.sum(m > 0.9)",
        "z = 3 * s",
    ),
    Case(
        "list-repeat",
        "z = [1, 2, 3] * np.sum(x)",
        "np.array([…]) * (np.sum(x))",
        "[1, 2, 3] * np.sum(x)",
        "z = np.array([1, 2, 3]) * np.sum(x)",
        (("…", "1, 2, 3"),),
    ),
    Case(
        "sum-start",
        "import numpy as np\nz = sum(m, 1)",
        "np.sum(x, axis=…)",
        "sum(m, 1)",
        "z = np.sum(m, axis=1)",
        (("x", "m"), ("…", "1")),
    ),
    Case(
        "while-loop",
        "z = s\nwhile z < 5:\n    z = z * 2",
        "for i in range(3)",
        "while z < 5",
        "z = s * 8",
    ),
    Case("python-2", "print s\nz = s * 2", "print(…)", "print s", "z = s * 2", (("…", "s"),)),
    Case(
        "branch",
        "if s > 0.5:\n    q = [m.sum() * s, 1]\nelse:\n    q = [s]\nz = q[0]",
        "where(condition, a, b)",
        "if s > 0.5:\n    q = [m.sum() * s, 1]\nelse:\n    q = [s]\nz = q[0]",
        "z = np.sum(m) * s",
        (("where", "z = where"), ("condition", "s > 0.5"), ("a", "m.sum() * s"), ("b", "s")),
    ),
    Case("assignment-target", "x + 1 = z", "y = x + 1", "x + 1 = z", "z = x + 1", (("y", "z"),)),
    # functions, classes, names
    Case("module-called", "z = np(x)", "np.exp(x)", meaning="z = np.exp(x)"),
    Case("function-as-value", "z = np.exp", "np.exp(x)", meaning="z = np.exp(x)"),
    Case("function-as-value", "def f(t):\n    return t * 2\nz = f * s", "f(t)", "f * s", "z = s * 2", (("t", "s"),)),
    Case("not-a-function", "z = s(2 + 1)", "write *", "s(", "z = s * 3", (("write", "s"), ("*", "* ("))),
    Case("matmul-scalar", "z = s @ x", "write *", "@", "z = s * x", (("write ", ""),)),
    Case("prefix-needless", "z = np.softmax(x)", "softmax", "np.softmax", "z = np.exp(x) / np.sum(np.exp(x))"),
    Case("prefix-function", "z = np.cosd(x)", "cos", "cosd", "z = np.cos(x)"),
    Case("prefix-function", "z = np.identiy(2) * s", "identity", "identiy", "z = np.eye(2) * s"),
    Case("unknown-function", "z = sigmod(x)", "sigmoid", "sigmod", "z = 1 / (1 + np.exp(-x))"),
    Case("unknown-name", "rate = s * 2\nz = rat * x", "rate", "rat *", "z = s * 2 * x", (("rate", "rate *"),)),
    Case("unknown-name", "z = q * x", "q = 1", "z", "z = x", (("1", "1\nz"),)),
    Case("unknown-keyword", "z = np.sum(m, axs=0)", "axis", "axs", "z = np.sum(m, axis=0)"),
    Case("attribute", "z = x.summ()", "sum", "summ", "z = np.sum(x)"),
    Case(
        "no-attribute",
        "class P:\n    def __init__(self):\n        self.rate = s\nz = P().rat * x",
        "rate",
        "rat *",
        "z = s * x",
        (("rate", "rate *"),),
    ),
    Case(
        "only-functions",
        "def f(q):\n    return q * 2",
        "f(q)",
        "q * 2",
        "z = s * 2",
        (("f(q)", "q * 2\nz = f(s)"),),
    ),
    Case(
        "only-classes",
        "class P:\n    def __init__(self, q):\n        self.q = q\n    def forward(self):\n        return self.q * 2",
        "model = P(…)",
        "self.q * 2",
        "z = s * 2",
        (("model = P(…)", "self.q * 2\nmodel = P(s)\nz = model.forward()"),),
    ),
    Case(
        "only-objects",
        TORCH + "p = torch.nn.Softplus()",
        "p(…)",
        "p = torch.nn.Softplus()",
        "z = np.log(1 + np.exp(x))",
        (("p(…)", "p = torch.nn.Softplus()\nz = p(x)"),),
    ),
    Case(
        "values-alone", "z = -np.linalg.slogdet(A)", "[0]", "(A)", "z = -np.linalg.slogdet(A)[0]", (("[0]", "(A)[0]"),)
    ),
    Case("values-alone", TORCH + "z = -torch.max(m, 1)", "[0]", ", 1)", "z = -np.max(m, 1)", (("[0]", ", 1)[0]"),)),
    Case(
        "method-ambiguous",
        TORCH + "import numpy as np\nq = np.exp(s) + torch.exp(s)\nz = x.std()",
        "np.std(x)",
        "x.std()",
        "z = np.std(x)",
    ),
    Case("transpose-nothing", "z = m.transpose(0, 1)", "x.T", meaning="z = m.T", names=(("x", "m"),)),
    Case(
        "eigenvalues-complex",
        "z = np.linalg.eig(A)[0]",
        "np.linalg.eigh(A)",
        "np.linalg.eig(A)",
        "z = np.linalg.eigh(A)[0]",
    ),
    Case(
        "svd-full",
        "z = np.linalg.svd(m)[2][:2]",
        "np.linalg.svd(A, full_matrices=False)",
        "np.linalg.svd(m)",
        "z = np.linalg.svd(m, full_matrices=False)[2]",
        (("A", "m"),),
    ),
    Case(
        "ragged-ranks",
        "import numpy as np\nz = np.r_[m, x]",
        "x[:, None]",
        "np.r_[m, x]",
        "z = np.concatenate([m.T, x[:, None]], axis=1)",
        (("x[:, None]", "np.c_[m.T, x[:, None]]"),),
    ),
    Case(
        "limits-type",
        TORCH + "z = log(s + torch.finfo(s.dtype).eps)",
        "torch.finfo(torch.float32)",
        "torch.finfo(s.dtype)",
        "z = np.log(s + 2.0**-23)",
    ),
    Case(
        "not-read-here",
        "z = np.piecewise(x, [x > 1], [lambda t: t * 2, lambda t: t])",
        "np.select(condlist, choicelist)",
        "np.piecewise(x, [x > 1], [lambda t: t * 2, lambda t: t])",
        "z = np.where(x > 1, x * 2, x)",
        (("condlist", "[x > 1, x <= 1]"), ("choicelist", "[x * 2, x]")),
    ),
    Case(
        "not-read-here",
        "z = np.partition(v, 1)[1]",
        "np.sort(a)",
        "np.partition(v, 1)",
        "z = np.sort(v)[1]",
        (("a", "v"),),
    ),
    Case(
        "not-read-here",
        "z = v[np.argpartition(v, 1)[1]]",
        "np.argsort(a)",
        "np.argpartition(v, 1)",
        "z = np.sort(v)[1]",
        (("a", "v"),),
    ),
    Case(
        "not-read-here",
        "z = np.poly1d([1, 2, 3])(x)",
        "np.polyval(c, x)",
        "np.poly1d([1, 2, 3])(x)",
        "z = x ** 2 + 2 * x + 3",
        (("c", "[1, 2, 3]"),),
    ),
    # what Python has and the language does not
    Case(
        "decimal-number",
        'import fractions\nfrom decimal import Decimal\nz = s * float(Decimal("0.1"))',
        'fractions.Fraction("0.1")',
        'Decimal("0.1")',
        "z = s * 0.1",
    ),
    Case(
        "text-pattern",
        'import re\nz = s * len(re.sub("a", "b", "bab"))',
        'text.replace("a", "b")',
        're.sub("a", "b", "bab")',
        "z = s * 3",
        (("text", '"bab"'),),
    ),
    Case("names-by-text", 'z = globals()["s"] * 3', "dict(x=x)", "globals()", "z = s * 3", (("x", "s"),)),
    # arrays that are written to
    Case(
        "in-place-shape",
        "import numpy as np\nq = x * 1\nq += m\nz = q",
        "x = x + y",
        "q += m",
        "z = x + m",
        (("y", "m"), ("x", "q")),
    ),
    Case(
        "read-only",
        "import numpy as np\nq = np.broadcast_to(x, (2, 3))\nq[0] = 2\nz = q * m",
        "x.copy()",
        "np.broadcast_to(x, (2, 3))",
        "z = np.array([np.array([2, 2, 2]), x]) * m",
        (("x.copy()", "np.broadcast_to(x, (2, 3)).copy()"),),
    ),
    Case(
        "shared-memory",
        "import numpy as np\nq = np.einsum('ij->ji', m)\nq[0] = 3.0\nz = np.sum(q)",
        "y = x.reshape(3, 2).copy()",
        "np.einsum('ij->ji', m)",
        "z = np.sum(m.T[1:]) + 6",
        (("y = x.reshape(3, 2).copy()", "np.einsum('ij->ji', m).copy()"),),
    ),
    Case(
        "detached-write",
        TORCH + "y = torch.tensor([1.0, 2.0])\nx = y * s\nq = x.detach()\nq[0] = 3\nz = x.sum() + q.sum()",
        "x.detach().clone()",
        "x.detach()",
        "z = s * 3 + 3 + 2 * 0.7",
    ),
    Case(
        "parameter-replaced",
        TORCH + "import torch.nn as nn\nm = nn.Linear(1, 1)\nm.weight = torch.tensor([[2.0]])\nz = m.weight.sum() * s",
        "nn.Parameter(…)",
        "torch.tensor([[2.0]])",
        "z = 2 * s",
        (("nn.Parameter(…)", "nn.Parameter(torch.tensor([[2.0]]))"),),
    ),
    Case(
        "index-fractions",
        "import numpy as np\nb = np.array([0.0, 2.0])\nz = np.sum(x[b]) * s",
        "x.astype(int)",
        "x[b]",
        "z = (x[0] + x[2]) * s",
        (("x.astype(int)", "x[b.astype(int)]"),),
    ),
    Case(
        "truth-cut",
        "import numpy as np\nc = np.zeros(3, dtype=bool)\nc[1] = 5\nz = np.sum(c * x) * s",
        "dtype=float",
        "dtype=bool",
        "z = 5 * x[1] * s",
    ),
    Case(
        "array-text",
        "import numpy as np\nw = np.array([1.5, 0.25])\nz = s * len(str(w))",
        "x.tolist()",
        "w)",
        "z = s * 11",
        (("x.tolist()", "w.tolist())"),),
    ),
    Case(
        "whole-wide",
        "import numpy as np\nq = np.arange(1, 26)\nz = np.prod(q) * s",
        ".astype(float)",
        "np.prod(q)",
        "z = 15511210043330985984000000 * s",
        ((".astype(float)", "np.prod(q.astype(float))"),),
    ),
    Case(
        "whole-overflow",
        "import numpy as np\nq = np.array([50000, 2], dtype=np.int32)\nz = np.sum(q * q) * s",
        "int64",
        "np.int32",
        "z = 2500000004 * s",
        (("int64", "np.int64"),),
    ),
    Case(
        "type-narrow",
        "import numpy as np\nq = np.array([200, 100], dtype=np.uint8)\nz = np.sum(q) * s",
        "int64",
        "np.uint8",
        "z = 300 * s",
        (("int64", "np.int64"),),
    ),
    Case(
        "type-narrow",
        "import numpy as np\nz = np.int8(100) * s",
        "int64",
        "np.int8",
        "z = 100 * s",
        (("int64", "np.int64"),),
    ),
    Case(
        "element-type",
        "import numpy as np\nq = np.array([4.0], dtype=np.float32)\nz = q[0] * (s if q.dtype == np.float32 else 0)",
        "True or False",
        "q.dtype == np.float32",
        "z = 4 * s",
        (("True or False", "True"),),
    ),
    Case(
        "whole-division",
        "import numpy as np\nn = np.array([0, 2])\nz = np.sum(np.array([7, 7]) // n) * s",
        "np.where(n == 0, 1, n)",
        "// n",
        "z = 10 * s",
        (("np.where(n == 0, 1, n)", "// np.where(n == 0, 1, n)"),),
    ),
    Case(
        "whole-power",
        "import numpy as np\nq = np.array([2, 4]) ** -1\nz = np.sum(q) * s",
        "np.array([1, 2], dtype=float)",
        "np.array([2, 4])",
        "z = 0.75 * s",
        (("np.array([1, 2], dtype=float)", "np.array([2, 4], dtype=float)"),),
    ),
    Case(
        "whole-tensor",
        TORCH + "z = torch.tensor([3, 1]).mean() * s",
        "x.float()",
        "torch.tensor([3, 1])",
        "z = 2 * s",
        (("x.float()", "torch.tensor([3, 1]).float()"),),
    ),
    Case(
        "fraction-cut",
        "import numpy as np\nq = np.array([3, 1])\nq[0] = s * 2\nz = np.sum(q * q)",
        "np.array([1, 2], dtype=float)",
        "np.array([3, 1])",
        "z = (s * 2) ** 2 + 1",
        (("[1, 2]", "[3, 1]"),),
    ),
    Case(
        "array-fixed",
        JAX + "y = jnp.zeros(3)\ny[0] = s\nz = y * x",
        "y = y.at[0].set(…)",
        "y[0] = s",
        "z = np.array([s, 0, 0]) * x",
        (("…", "s"),),
    ),
    Case(
        "array-fixed",
        JAX + "y = jnp.exp(x)\ny[0] -= s\nz = y * x",
        "y = y.at[0].subtract(…)",
        "y[0] -= s",
        "z = np.array([np.exp(x[0]) - s, np.exp(x[1]), np.exp(x[2])]) * x",
        (("…", "s"),),
    ),
    Case(
        "array-fixed",
        JAX + "y = jnp.exp(x)\ny[0] %= s\nz = y * 1",
        "y = y.at[0].set(y[0] % (…))",
        "y[0] %= s",
        "z = np.array([np.mod(np.exp(x[0]), s), np.exp(x[1]), np.exp(x[2])])",
        (("…", "s"),),
    ),
    Case("index-mask", "z = x[True, False, True]", "x[[0, 2]]", "x[True, False, True]", "z = x[np.array([0, 2])]"),
    Case("index-type", "z = x[0.0]", "x[0]", "x[0.0]", "z = x[0]"),
    Case("creation-array", "z = np.array(1, 2) * s", "np.array([1, 2])", "np.array(1, 2)", "z = np.array([1, 2]) * s"),
    Case(
        "bits",
        "z = np.sum(x * (x > 1 & x > 0.7))",
        "(x > 0) & (y > 0)",
        "(x > 1 & x > 0.7)",
        "z = np.sum(x * (x > 1) * (x > 0.7))",
        (("(x > 0) & (y > 0)", "((x > 1) & (x > 0.7))"),),
    ),
    Case("shift", "z = s << 2", "x * 2**n", meaning="z = s * 4", names=(("x", "s"), ("n", "2"))),
    Case("shift", "z = s >> 2", "x // 2**n", meaning="z = np.floor(s / 4)", names=(("x", "s"), ("n", "2"))),
    # gradients
    Case(
        "backward-weights",
        TORCH + "z = x * 2\nz.backward(torch.tensor(3.0))",
        "(y * weights).sum().backward()",
        "z.backward(torch.tensor(3.0))",
        "z = np.sum(x * 2 * 3)",
        (("(y * weights).sum()", "z = (z * torch.tensor(3.0)).sum()\nz"),),
    ),
    Case(
        "gradient-arguments",
        "from autograd import grad\nf = lambda t: t**2\nz = grad(f, 'a')(s)",
        "grad(f, 0)(x)",
        "grad(f, 'a')(s)",
        "z = 2 * s",
        (("x", "s"),),
    ),
    Case(
        "gradient-no-path",
        TORCH + "y = (x * 2).sum()\nz = torch.autograd.grad(y, [x, s])[0]",
        "allow_unused=True",
        "[x, s])",
        "z = 2 + 0 * x",
        (("allow_unused=True", "[x, s], allow_unused=True)"),),
    ),
    Case(
        "gradient-function",
        JAX + "f = lambda t: t**2\nz = jax.linearize(f, s)[1] * 1.0",
        "grad(f)(x)",
        "jax.linearize(f, s)[1]",
        "z = 2 * s",
        (("grad(f)(x)", "jax.grad(f)(s)"),),
    ),
    Case(
        "optimizer-empty",
        TORCH
        + "w = torch.tensor([2.0, 1.0], requires_grad=True)\no = torch.optim.SGD([], lr=0.1)\ny = (w**2).sum()\n"
        + "y.backward()\no.step()\nz = (w * x[:2]).sum()",
        "torch.optim.SGD([w], lr=0.1)",
        "torch.optim.SGD([], lr=0.1)",
        "z = np.sum(np.array([1.6, 0.8]) * x[:2])",
    ),
    Case(
        "dropout-random",
        TORCH + "import torch.nn as nn\nmodel = nn.Sequential(nn.Dropout(0.5))\nz = model(x)",
        "model.eval()",
        "z =",
        "z = x",
        (("model.eval()", "model.eval()\nz ="),),
    ),
]
VALUES["f"] = [0.55, -1.6, 2.2, 0.25]

# Errors whose code shows a form and is nothing to be put in place of what is refused.
PROSE = {
    "caret-power": "never said: the text is read again",
    "claim-elided": "how to print all of an array elsewhere",
    "claims-unread": "how a claim may look",
    "creation-number": "a signature",
    "creation-shape": "a signature",
    "empty-program": "what a program may look like",
    "foreign-character": "the operators there are",
    "len-argument": "what len is for",
    "list-item": "what a list may look like",
    "list-needed": "a signature",
    "matrix-norm-order": "another function, named as another",
    "missing-argument": "a signature",
    "whole-digits": "the bound of a float",
    "out-of-reach": "a value that the reader alone knows",
    "range-bounds": "what range is for",
    "repeated-argument": "a signature",
    "size-as-value": "how sizes are written",
    "onnx-external": "how a file is saved elsewhere",
    "spec-json": "a method of Keras",
    "spec-pair": "a form of JSON",
    "spec-sizes": "a form of JSON",
    "spec-sides": "a form of JSON",
    "spec-text": "what a description of a network may look like",
    "super-outside": "the name of what is refused",
    "too-many-arguments": "a signature",
    "changed-in-sort": "a form to fill in",
    "zip-lengths": "the name of what is refused",
}
# Names that are near, of what is no program: columns, fields, layers, nodes; and a claim's number.
ELSEWHERE = {
    "claim-comma",
    "claims-unknown-name",
    "csv-column",
    "layer-source",
    "layer-type",
    "loss-type",
    "spec-choice",
    "spec-field",
    "unknown-node",
    "unknown-output",
    "unknown-parameter",
    "unknown-format",
}
