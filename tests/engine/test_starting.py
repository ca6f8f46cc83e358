"""A program that is only a function is told with the lines that call it; those lines run as they stand."""

import pytest

from gradlens import engine

LAYER = "import numpy as np\ndef layer(x, W, b):\n    return np.tanh(x @ W + b)"


@pytest.mark.parametrize(
    ("program", "lines"),
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
