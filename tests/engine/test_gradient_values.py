"""Gradients as values of the program: .grad, grad(f), jacobian, hessian, and the steps of optimizers."""

import contextlib
import io

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine import EngineError
from tests.each import each
from tests.engine.gradient_values import PROGRAMS

IN_AUTOGRAD = [
    """
import autograd.numpy as np
from autograd import elementwise_grad, grad
def tanh(x):
    y = np.exp(-2.0 * x)
    return (1.0 - y) / (1.0 + y)
first = grad(tanh)(1.0)
second = grad(grad(tanh))(1.0)
each = elementwise_grad(tanh)(np.array([0.1, 0.5, 1.0]))
""",
    """
import autograd.numpy as np
from autograd import grad, hessian, jacobian, value_and_grad
def f(w):
    return np.sum(w**3)
w = np.array([1.0, 2.0])
for i in range(3):
    w = w - 0.01 * grad(f)(w)
H = hessian(f)(w)
J = jacobian(lambda v: v * v[0])(w)
v, g = value_and_grad(f)(w)
""",
    """
import autograd.numpy as np
from autograd import grad
inputs = np.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
targets = np.array([True, True, False, True])
def predictions(weights):
    return 0.5 * (np.tanh(inputs @ weights / 2.0) + 1)
def loss(weights):
    p = predictions(weights)
    return -np.sum(np.log(p * targets + (1 - p) * (1 - targets)))
gradient = grad(loss)
weights = np.array([0.0, 0.0, 0.0])
for i in range(10):
    weights -= gradient(weights) * 0.01
last = loss(weights)
""",
]


def same(got: object, expected: object) -> bool:
    a, b = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-9, atol=1e-12))


@each("text, values", PROGRAMS)
def test_gradients_are_values_as_in_the_library_that_the_program_calls(text: str, values: dict[str, object]):
    trace = engine.trace(text)
    for name, expected in values.items():
        assert same(trace[name].value, expected), (name, trace[name].value, expected)


@pytest.mark.parametrize("text", IN_AUTOGRAD)
def test_functions_that_differentiate_give_what_autograd_gives(text: str):
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(text, names)
    trace = engine.trace(text)
    compared = [name for name in trace.graph.names if isinstance(names.get(name), float | np.ndarray)]
    assert compared
    for name in compared:
        assert same(trace[name].value, names[name]), name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import jax\nx = 2.0\njax.grad(lambda v: v**3)(x)", (12.0, 12.0)),
        ("import jax\nx = 2.0\njax.grad(jax.grad(lambda v: v**4))(x)", (48.0, 48.0)),
        ("import torch\nx = torch.tensor(2.0, requires_grad=True)\n(x**3).backward()\nx.grad", (8.0, 12.0)),
        (
            "import torch\nx = torch.tensor(2.0, requires_grad=True)\ny = x**3\n"
            "g, = torch.autograd.grad(y, x, create_graph=True)\np = (g - 1)**2\np.backward()",
            (121.0, 2 * 11 * 12.0),
        ),
        ("import jax\nx = 2.0\ng = jax.grad(lambda v: v * x)(x)\ny = g * 3", (6.0, 3.0)),
    ],
)
def test_a_gradient_is_differentiated_again(text: str, expected: tuple[float, float]):
    """The value of the output, and its derivative by x, by hand; a gradient of backward() stays beside its output."""
    trace = engine.trace(text)
    assert (trace.nodes[trace.output].value, trace["x"].gradient) == pytest.approx(expected)


def test_a_gradient_that_nothing_reached_is_none():
    text = "import torch\nx = torch.tensor(2.0)\nw = torch.tensor(3.0)\ny = x * 2\ny.backward()\n"
    assert engine.trace(f"{text}z = 1.0 if w.grad is None else 2.0\nz").graph.names
    with pytest.raises(EngineError) as caught:
        engine.trace(f"{text}z = w.grad * 2")
    assert caught.value.kind == "none-as-number"


@each(
    "line, kind",
    [
        ("jax.grad(lambda v: v * x)(x)", "gradient-not-scalar"),
        ("jax.grad(jnp.sum, 3)(x)", "gradient-arguments"),
        ("jax.grad()(x)", "gradient-arguments"),
        ("jax.grad(jnp.sum, argnums='x')(x)", "gradient-arguments"),
        ("jax.linearize(jnp.sum, x)[0] + 1", "gradient-function"),
        ("jax.vjp(jnp.sum)[0] + 1", "gradient-arguments"),
        ("jax.vjp(jnp.sum, x)[1](x)", "gradient-arguments"),
        ("torch.autograd.grad(x * 2, x)[0] + 1", "gradient-not-scalar"),
        ("torch.autograd.grad(x.sum(), w)[0] + 1", "gradient-no-path"),
        ("torch.autograd.grad(x.sum())[0] + 1", "gradient-arguments"),
        ("torch.autograd.grad(x, x, grad_outputs=w)[0] + 1", "gradient-arguments"),
        ("torch.optim.SGD([], lr=0.1)", "optimizer-empty"),
    ],
)
def test_what_cannot_be_differentiated_is_said_at_its_place(line: str, kind: str):
    program = f"import jax, torch\nimport jax.numpy as jnp\nw = 1.0\nx = jnp.array([1.0, 2.0])\n{line}"
    with pytest.raises(EngineError) as caught:
        engine.trace(program)
    assert caught.value.kind == kind
    assert caught.value.span is not None
    assert caught.value.span.start_line == 5


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(EngineError) as caught:
        engine.trace("import torch\nx = torch.tensor([1.0, 2.0])\nx.grad = torch.tensor([1.0])\ny = x.sum()")
    assert caught.value.kind == "gradient-set"


def test_printing_gradients_leaves_no_nodes():
    text = "import torch\nx = torch.tensor(3.0, requires_grad=True)\ny = torch.sin(x)\ny.backward()\n"
    plain, printed = engine.trace(text), engine.trace(f"{text}print(x.grad, f'{{x.grad:.3f}}')\n")
    assert len(printed.graph.nodes) == len(plain.graph.nodes)


def test_towers_of_gradients_end_with_a_figure():
    """Each grad of a grad is some times as large; a limit ends it."""
    with pytest.raises(EngineError) as caught:
        engine.trace("import jax\nimport jax.numpy as jnp\nf = jnp.tanh\n" + "f = jax.grad(f)\n" * 30 + "y = f(0.5)")
    assert caught.value.kind.startswith("too-")


@pytest.mark.parametrize(
    "update", ["w.data += -0.1 * w.grad", "w.data -= 0.1 * w.grad", "w.data = w.data - 0.1 * w.grad"]
)
def test_a_loop_that_forgets_gradients_and_adds_to_data_has_those_of_every_turn(update):
    text = (
        "import torch\nw = torch.tensor([1.0, -2.0], requires_grad=True)\nfor i in range(3):\n"
        f"    loss = (w ** 2).sum()\n    w.grad = None\n    loss.backward()\n    {update}\nprint(loss.item())"
    )
    trace = engine.trace(text)
    assert np.isclose(trace.nodes[trace.output].value, 5.0 * 0.8**4)


@pytest.mark.parametrize("made", ["torch.tensor([y], requires_grad=True)", "torch.tensor(y, requires_grad=True)"])
def test_a_tensor_made_of_computed_numbers_is_a_leaf_of_its_own(made):
    program = f"import torch\ny = torch.ones(1) * s\nx = {made}\n((x - 4) ** 2).sum().backward()\nz = x.grad * 1"
    trace = engine.trace(program, {"s": 0.5}, output="z")
    assert trace["z"].value.tolist() == [-7.0]
