"""A program that is only a function is told with the lines that call it; those lines run as they stand."""

from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from tests.each import each
from tests.engine.fuzz.tables import between_blank_lines

LAYER = "import numpy as np\ndef layer(x, W, b):\n    return np.tanh(x @ W + b)"


@each(
    "program, lines",
    [
        ("def f(x, w):\n    return x * w", ["x = 1", "w = 2", "f(x, w)"]),
        ("f = lambda x: x ** 2", ["x = 1", "f(x)"]),
        ("def f(x, *, k, b=2):\n    return x * k + b", ["x = 1", "k = 2", "f(x, k=k)"]),
        (LAYER, ["x = np.array([1.0, 2.0])", "W = np.array([[1.0, 2.0], [3.0, 4.0]])", "b = 3", "layer(x, W, b)"]),
        ("def f(x):\n    n, d = x.shape\n    return x.sum() / n", ["x = [[1, 2], [3, 4]]", "f(x)"]),
        ("import torch\ndef f(x):\n    return x.sum(dim=1)", ["x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])", "f(x)"]),
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
        "x = np.array([1.0, 2.0])",
        "layer = Relu()",
        "layer.forward(x)",
    ],
    "import torch\nimport torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.fc = nn.Linear(4, 3)\n    def forward(self, x):\n        return torch.relu(self.fc(x))": [
        "x = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])",
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


def test_a_function_at_the_end_is_called_with_the_numbers_before_it_or_asks_for_what_is_missing():
    program = "import numpy as np\nx = np.array([1.0, 2.0])\ndef loss(x, t):\n    return np.sum((x - t) ** 2)"
    with pytest.raises(engine.EngineError) as found:
        engine.trace(program)
    assert (found.value.kind, found.value.params["names"]) == ("only-functions", "t")
    for trace in (engine.trace(program, {"t": 0.5}), engine.trace(program.replace("\ndef", "\nt = 0.5\ndef"))):
        assert trace.nodes[trace.output].value == 2.5
        assert np.array_equal(trace.gradients["x"], [1.0, 3.0])
    for silent in ("def show():\n    print(x)", "def show(x):\n    print(x)"):
        trace = engine.trace(f"x = 2.0\n{silent}")
        assert trace.nodes[trace.output].name == "x"


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


def test_what_a_body_shows_of_its_parameters_is_offered_and_gives_a_result():
    """alone.txt: functions and classes, each with lines that are offered among others."""
    for block in between_blank_lines((Path(__file__).parent / "data" / "alone.txt").read_text()):
        text, _, lines = block.rpartition("\n#")
        is_torch = any(name in text for name in ("nn.", "torch.", "F."))
        heads = "torch", "torch.nn as nn", "torch.nn.functional as F"
        program = "".join(f"import {head}\n" for head in (heads if is_torch else ("numpy as np",))) + text
        with pytest.raises(engine.EngineError) as found:
            engine.trace(program, {})
        offered = str(found.value.params["lines"])
        assert {line.strip() for line in lines.split("|") if line.strip()} <= set(offered.split("\n")), (text, offered)
        trace = engine.trace(f"{program}\n{offered}", {})
        assert trace.gradients and np.all(np.isfinite(trace.nodes[trace.output].value)), text
