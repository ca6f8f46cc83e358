"""A program that is only a function is told with the lines that call it; those lines run as they stand."""

import pytest

from gradlens import engine
from tests.each import each

LAYER = "import numpy as np\ndef layer(x, W, b):\n    return np.tanh(x @ W + b)"


@each(
    "program, lines",
    [
        ("def f(x, w):\n    return x * w", ["x = 1", "w = 2", "f(x, w)"]),
        ("f = lambda x: x ** 2", ["x = 1", "f(x)"]),
        ("def f(x, *, k, b=2):\n    return x * k + b", ["x = 1", "k = 2", "f(x, k=k)"]),
        (LAYER, ["x = np.array([1, 2])", "W = np.array([[1, 2], [3, 4]])", "b = 3", "layer(x, W, b)"]),
        ("def f(x):\n    n, d = x.shape\n    return x.sum() / n", ["x = [[1, 2], [3, 4]]", "f(x)"]),
        ("import torch\ndef f(x):\n    return x.sum(dim=1)", ["x = torch.tensor([[1, 2], [3, 4]])", "f(x)"]),
        ("def f(xs):\n    return sum(xs) / len(xs)", ["xs = [1, 2]", "f(xs)"]),
    ],
)
def test_the_lines_that_call_a_function_alone_run(program, lines):
    with pytest.raises(engine.EngineError) as found:
        engine.trace(program, {})
    assert found.value.kind == "only-functions"
    assert found.value.params["lines"] == "\n".join(lines)
    assert engine.trace(f"{program}\n{found.value.params['lines']}", {}).gradients


def test_values_that_are_given_call_the_function_and_only_those_that_are_not_are_asked_for():
    program = "def f(x, *, k):\n    return x * k\nclass Other:\n    pass"
    assert engine.trace(program, {"x": 2, "k": 3}).gradients == {"x": 3.0, "k": 2.0}
    with pytest.raises(engine.EngineError) as found:
        engine.trace(program, {"x": 2})
    assert found.value.params["lines"] == "k = 1\nf(x, k=k)"
    assert (found.value.span.start_line, found.value.span.end_line) == (1, 2)


CLASSES = {  # the program: its last lines
    "class Affine:\n    def __init__(self, W, b):\n        self.W = W\n        self.b = b\n"
    "    def forward(self, x):\n        return x @ self.W + self.b": ["layer = Affine(W, b)", "layer.forward(x)"],
    "import numpy as np\nclass Relu:\n    def __init__(self):\n        self.mask = None\n    def forward(self, x):\n"
    "        self.mask = x <= 0\n        out = x.copy()\n        out[self.mask] = 0\n        return out\n"
    "    def backward(self, dout):\n        return dout": [
        "x = np.array([1, 2])",
        "layer = Relu()",
        "layer.forward(x)",
    ],
    "import torch\nimport torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.fc = nn.Linear(4, 3)\n    def forward(self, x):\n        return torch.relu(self.fc(x))": [
        "x = torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]])",
        "model = Net()",
        "model(x)",
    ],
    "import numpy as np\nclass Net:\n    def __init__(self, inner, outer):\n"
    "        self.W = np.random.randn(inner, outer)\n    def predict(self, x):\n        return x @ self.W\n"
    "    def loss(self, x, t):\n        return np.mean((self.predict(x) - t) ** 2)": [
        "model = Net(inner, outer)",
        "model.loss(x, t)",
    ],
    "class Value:\n    def __init__(self, data):\n        self.data = data\n    def __add__(self, other):\n"
    "        return Value(self.data + other.data)\n    def __mul__(self, other):\n"
    "        return Value(self.data * other.data)": ["a = Value(2.0)", "b = Value(3.0)", "a * b"],
    "class Scale:\n    def __init__(self, k=2.0):\n        self.k = k\n    def __call__(self, x):\n"
    "        return self.k * x": ["x = 1", "layer = Scale()", "layer(x)"],
}


def test_a_class_alone_is_told_with_lines_that_make_and_use_an_object():
    for program, lines in CLASSES.items():
        with pytest.raises(engine.EngineError) as found:
            engine.trace(program, {})
        assert found.value.kind == "only-classes"
        offered = str(found.value.params["lines"])
        assert offered.split("\n")[-len(lines) :] == lines
        assert engine.trace(f"{program}\n{offered}", {}).gradients, program


def test_lines_that_do_not_fit_are_not_offered():
    program = (
        "import numpy as np\ndef loss(x, y):\n    n = x.shape[0]\n    p = np.exp(x) / np.sum(np.exp(x), axis=1,"
        " keepdims=True)\n    return -np.sum(np.log(p[np.arange(n), y])) / n"
    )
    with pytest.raises(engine.EngineError) as found:
        engine.trace(program, {})
    assert engine.trace(f"{program}\n{found.value.params['lines']}", {}).gradients["x"] is not None
    with pytest.raises(engine.EngineError) as found:
        engine.trace("class Empty:\n    pass", {})
    assert (found.value.kind, found.value.params["lines"]) == ("only-classes", "")
