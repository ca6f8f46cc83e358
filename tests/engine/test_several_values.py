"""A program that ends with several values: the first with a gradient is differentiated, and the others are named."""

from __future__ import annotations

import numpy as np

from gradlens import engine

X = "x = 2.0\nloss = x ** 2\n"
F = "def f(x):\n    loss = x ** 2\n    return loss, {'x': 2 * x}\nx = 3.0\n"
NP = "import numpy as np\nx = np.array([1.0, 2.0])\ny = x ** 2\n"

# program: the name or None, the gradient by x, the others in words
ENDS = {
    f"{X}acc = 5\nloss, acc": ("loss", 4.0, "acc"),
    f"{X}acc = x > 1\nacc, loss": ("loss", 4.0, "acc"),
    f"{X}y = x * 3\n[loss, 'a', y]": ("loss", 4.0, "'a', y"),
    f"{X}y = x * 3\n(loss,)": ("loss", 4.0, None),
    f"{X}y = x * 3\n{{'a': loss, 'b': y}}": ("loss", 4.0, "b"),
    f"{X}y = x * 3\n((loss, 1), 2)": ("loss", 4.0, "2"),
    f"{X}x, loss": ("loss", 4.0, "x"),
    f"{X}y = x * 3\n'done', None": ("y", 3.0, None),
    f"{X}y = x * 3\nloss": ("loss", 4.0, None),
    f"{X}y = x * 3\nf'loss {{loss}}'": ("y", 3.0, None),
    f"{X}y = x * 3\nprint(loss)": ("y", 3.0, None),
    f"{X}cache = (1, x * 3)": ("loss", 4.0, None),
    f"{X}1, x": ("x", 1.0, "1"),
    f"{X}(x, loss)\nz = 3 * x": ("z", 3.0, None),
    f"{X}cache = (x,)\nz = 3 * x": ("z", 3.0, None),
    f"{F}f(x)": ("loss", 6.0, "{…}"),
    f"{F}loss, grads = f(x)": ("loss", 6.0, None),
    f"{F}result = f(x)": ("loss", 6.0, "{…}"),
    "x = 2.0\nresult = {'a': x * 3, 'b': x}": (None, 3.0, "b"),
    "import torch\nx = torch.tensor([2.0, 1.0])\nresult = x.sort()": (None, [1.0, 1.0], "indices"),
    "import jax.numpy as jnp\nx = jnp.array([2.0, 1.0])\nresult = x.sort()": ("result", [1.0, 1.0], None),
    "import jax.numpy as jnp\nx = jnp.array([2.0, 1.0])\nx.sort()": (None, [1.0, 1.0], None),
    f"{NP}y, y.shape": ("y", [2.0, 4.0], "y.shape"),
    f"{NP}y.shape, y.sum(), 1, 2, 3": (None, [2.0, 4.0], "y.shape, 1, 2, …"),
    f"{NP}[y[0], y[1]]": (None, [2.0, 4.0], None),  # a list of numbers is an array
}


def test_the_first_value_with_a_gradient_is_differentiated_and_the_others_are_named():
    for text, (name, gradient, others) in ENDS.items():
        found = engine.trace(text)
        assert found.nodes[found.output].name == name, text
        assert np.array_equal(found.gradients["x"], gradient), text
        told = [w.params["others"] for w in found.warnings if w.kind == "one-of-several"]
        assert told == ([] if others is None else [others]), text


def test_a_function_alone_that_returns_several_values_is_differentiated_by_the_first():
    found = engine.trace("def f(x):\n    loss = x ** 2\n    return loss, 2 * x", {"x": 3.0})
    assert found.gradients == {"x": 6.0} and found.warnings[0].params["others"]
    named = engine.trace("def f(x):\n    return x, x ** 2\nx = 3.0\na, b = f(x)", output="a")
    assert named.gradients == {"x": 1.0}


T = "import torch\nW = torch.tensor([1.0, 2.0], requires_grad=True)\n"
# program: the last line that is not what is differentiated, or nothing
LAST = {
    f"{X}(1, 2)": "(1, 2)",
    f"{NP}y.shape": "y.shape",
    f"{X}grads = {{}}\ngrads['x'] = 2 * x\ngrads['x']": "grads['x']",
    "import torch\nW = torch.tensor([1.0, 2.0], requires_grad=True)\nloss = (W ** 2).sum()\nloss.backward()\nW.grad": (
        "W.grad"
    ),
    "import torch\nW = torch.tensor([1.0, 2.0], requires_grad=True)\nL = (W ** 2).sum()\nL.backward()\nL.item()": "",
    f"{T}L = (W ** 2).sum()\nL.backward()\nz = (W ** 3).sum()": "(W ** 3).sum()",
    f"{T}L = (W ** 2).sum()\nL.backward()\nn = W.grad.norm()": "W.grad.norm()",
    f"{T}L = (W ** 2).sum()\nL.backward()\nW = W - 0.1 * W.grad": "",
    f"{T}L = (W ** 2).sum()\nL.backward()\nv = L.item()": "",
    f"{X}loss": "",
    f"{X}x, loss": "",
    f"{X}float(loss)": "",
    f"{X}print(loss)": "",
    f"{X}[loss]": "",
    f"{X}None": "",
}


def test_a_last_line_whose_value_is_not_shown_is_told():
    for text, line in LAST.items():
        found = engine.trace(text)
        told = [w.params["line"] for w in found.warnings if w.kind == "last-line"]
        assert told == ([line] if line else []), text
