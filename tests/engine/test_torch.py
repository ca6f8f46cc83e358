"""Values and gradients of PyTorch, on a machine that has it, at ordinary and at extreme points.

Where the two differ on purpose, EXCEPT says at which points and why; shared conventions decide the rest.
"""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from tests.engine.numerics import close

torch = pytest.importorskip("torch")
F = torch.nn.functional
INF, NAN = np.inf, np.nan
SMALLEST = 5e-324

UNARY = {
    "neg": torch.neg,
    "reciprocal": torch.reciprocal,
    "square": torch.square,
    "sqrt": torch.sqrt,
    "exp": torch.exp,
    "exp2": torch.exp2,
    "expm1": torch.expm1,
    "log": torch.log,
    "log2": torch.log2,
    "log10": torch.log10,
    "log1p": torch.log1p,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "asin": torch.asin,
    "acos": torch.acos,
    "atan": torch.atan,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tanh": torch.tanh,
    "asinh": torch.asinh,
    "acosh": torch.acosh,
    "atanh": torch.atanh,
    "abs": torch.abs,
    "sign": torch.sign,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "round": torch.round,
    "trunc": torch.trunc,
    "erf": torch.erf,
    "erfc": torch.erfc,
    "sigmoid": torch.sigmoid,
    "log_sigmoid": F.logsigmoid,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": lambda x: torch.logaddexp(x, x * 0),
    "softsign": F.softsign,
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "mish": F.mish,
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
    "relu6": F.relu6,
    "hardtanh": F.hardtanh,
}
BINARY = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "pow": torch.pow,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "atan2": torch.atan2,
    "hypot": torch.hypot,
    "logaddexp": torch.logaddexp,
    "xlogy": torch.xlogy,
}
# op: points where we follow the true derivative, the table of conventions or NumPy instead of PyTorch
EXCEPT = {
    "expm1": lambda x: x < -10,  # PyTorch's z + 1 cancels
    "sigmoid": lambda x: x > 15,  # PyTorch's y (1 - y) cancels
    "acosh": lambda x: x <= -1,  # outside the domain: NaN, as for sqrt; PyTorch's slope of the mirror image is a number
    "hardsigmoid": lambda x: abs(x) < 3,  # PyTorch's 1/6 is rounded to 8 digits
    "softsign": lambda x: abs(x) == INF,  # PyTorch's slope is NaN, not 0
    "gelu": lambda x: x < -5,  # PyTorch's 1 + erf cancels
    "gelu_tanh": lambda x: x < -3 or abs(x) > 1e100,  # PyTorch's 1 + tanh cancels, and x**3 overflows there
    "softplus": lambda x: abs(x) == INF,  # as logaddexp, PyTorch's x * 0 is NaN
    "xlogy": lambda x, y: x == 0 and y <= 0,  # dx is log(y); PyTorch gives 0
    "hypot": lambda x, y: x == y == 0 or INF in (abs(x), abs(y)),  # 0 by the table
    "atan2": (
        lambda y, x: max(abs(x), abs(y)) > 1e150 or 0 < max(abs(x), abs(y)) < 1e-150 or INF in (abs(x), abs(y))
    ),  # PyTorch's x² + y² leaves the range
}
POINTS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    0.3,
    -2.5,
    3.0,
    -3.0,
    1.5,
    6.0,
    20.0,
    -20.0,
    1e4,
    -1e4,
    1e-10,
    -1e-10,
    1e-300,
    1e300,
    -1e300,
    SMALLEST,
    INF,
    -INF,
]
PAIRS = [0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 1e4, -1e4, 1e-300, 1e300, INF, -INF]


def agree(call, function, point, seed=None, rtol=1e-9, atol=1e-300):
    """Compare value and gradients at one point, a dictionary of arrays."""
    ours = engine.trace(f"z = {call}", point, seed=seed)
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in point.items()}
    value = function(*tensors.values())
    weights = torch.ones_like(value) if seed is None else torch.tensor(seed, dtype=torch.float64)
    theirs = torch.autograd.grad(value, list(tensors.values()), weights, allow_unused=True)
    assert close(ours["z"].value, value.detach().numpy(), rtol, atol), (point, ours["z"].value, value)
    for name, gradient in zip(tensors, theirs, strict=True):
        expected = np.zeros(np.shape(point[name])) if gradient is None else gradient.numpy()
        assert close(ours.gradients[name], expected, rtol, atol), (point, name, ours.gradients[name], expected)


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("shape", [(), (1,)])
def test_a_function_of_one_number(name, shape):
    for x in [*POINTS, *np.random.default_rng(1).normal(size=20)]:
        if not EXCEPT.get(name, lambda x: False)(x):
            agree(f"{name}(x)", UNARY[name], {"x": np.full(shape, float(x))})


@pytest.mark.parametrize("name", [name for name in UNARY if name != "sign"])  # of which PyTorch makes 0, and NumPy NaN
def test_a_nan_stays_one(name):
    assert np.isnan(UNARY[name](torch.tensor(NAN)).item()) and np.isnan(
        engine.trace(f"z = {name}(x)", {"x": NAN})["z"].value
    )


@pytest.mark.parametrize("name", BINARY)
def test_a_function_of_two_numbers(name):
    random = np.random.default_rng(2).normal(size=4)
    for x in [*PAIRS, *random]:
        for y in [*PAIRS, *random]:
            if not EXCEPT.get(name, lambda x, y: False)(x, y):
                agree(f"{name}(x, y)", BINARY[name], {"x": float(x), "y": float(y)})


ROWS = {
    "random": [[0.3, -1.2, 2.0], [1.1, 0.4, -0.7]],
    "ties": [[1.0, 1.0, 0.0], [2.0, 2.0, 2.0]],
    "zeros": [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
    "extreme": [[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]],
    "one": [[3.0], [-2.0]],
    "minus infinity": [[-INF, 1.0, 2.0], [0.0, -INF, 0.0]],
}
REDUCTIONS = {
    "sum(x)": torch.sum,
    "sum(x, axis=0)": lambda x: x.sum(0),
    "mean(x, axis=1, keepdims=True)": lambda x: x.mean(1, keepdim=True),
    "prod(x)": torch.prod,
    "prod(x, axis=1)": lambda x: x.prod(1),
    "max(x)": torch.amax,
    "max(x, axis=1)": lambda x: x.amax(1),
    "min(x, axis=0)": lambda x: x.amin(0),
    "var(x)": lambda x: x.var(correction=0),
    "var(x, axis=1, ddof=1)": lambda x: x.var(1, correction=1),
    "std(x)": lambda x: x.std(correction=0),
    "std(x, axis=0, ddof=1)": lambda x: x.std(0, correction=1),
    "norm(x)": torch.linalg.vector_norm,
    "norm(x, axis=1)": lambda x: torch.linalg.vector_norm(x, dim=1),
    "norm(x, ord=1)": lambda x: torch.linalg.vector_norm(x, 1),
    "norm(x, ord=inf, axis=1)": lambda x: torch.linalg.vector_norm(x, INF, 1),
    "norm(x, ord=-inf, axis=1)": lambda x: torch.linalg.vector_norm(x, -INF, 1),
    "norm(x, ord=3)": lambda x: torch.linalg.vector_norm(x, 3),
    "norm(x, ord=0)": lambda x: torch.linalg.vector_norm(x, 0),
    "logsumexp(x, axis=1)": lambda x: x.logsumexp(1),
    "cumsum(x, axis=1)": lambda x: x.cumsum(1),
    "softmax(x)": lambda x: x.softmax(-1),
    "softmax(x, axis=0)": lambda x: x.softmax(0),
    "log_softmax(x)": lambda x: x.log_softmax(-1),
    "layer_norm(x)": lambda x: F.layer_norm(x, x.shape[-1:]),
    "rms_norm(x)": lambda x: F.rms_norm(x, x.shape[-1:], eps=1e-5),
}
# Where a whole column or row has nothing finite, PyTorch's NaNs are in other places of an answer that is lost anyway.
LOST = ("prod", "var", "std", "norm", "softmax(x, axis=0)", "layer_norm", "rms_norm", "cumsum")


@pytest.mark.parametrize("call", REDUCTIONS)
@pytest.mark.parametrize("rows", ROWS)
def test_a_function_of_a_matrix(call, rows):
    if rows == "minus infinity" and call.startswith(LOST):
        pytest.skip("minus infinity has no place in it")
    if rows == "one" and "axis=1, ddof=1" in call:
        pytest.skip("PyTorch warns of a row without degrees of freedom")
    x = np.array(ROWS[rows])
    shape = np.shape(engine.trace(f"z = {call}", {"x": x})["z"].value)
    agree(call, REDUCTIONS[call], {"x": x}, np.random.default_rng(3).normal(size=shape), atol=1e-12)


TARGETS = {"one-hot": [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], "soft": [[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]}
LOSSES = {
    "softmax_cross_entropy(x, t)": F.cross_entropy,
    "sigmoid_cross_entropy(x, t)": F.binary_cross_entropy_with_logits,
    "mse(x, t)": F.mse_loss,
    "mae(x, t)": F.l1_loss,
    "huber(x, t)": F.huber_loss,
    "huber(x, t, delta=0.5)": lambda x, t: F.huber_loss(x, t, delta=0.5),
    "kl_div(t, softmax(x))": lambda x, t: F.kl_div(x.log_softmax(-1), t, reduction="sum"),
}


@pytest.mark.parametrize("call", LOSSES)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("rows", ["random", "ties", "zeros", "extreme"])
def test_a_loss_and_the_gradient_of_its_prediction(call, target, rows):
    if call.startswith("kl_div") and rows == "extreme":
        pytest.skip(
            "softmax underflows before its logarithm is taken, where PyTorch takes the logarithm of softmax at once"
        )
    x, t = np.array(ROWS[rows]), np.array(TARGETS[target])
    ours = engine.trace(f"z = {call}", {"x": x, "t": t})
    tensor = torch.tensor(x, requires_grad=True)
    loss = LOSSES[call](tensor, torch.tensor(t))
    loss.backward()
    assert close(ours["z"].value, loss.item(), atol=1e-12) and close(
        ours.gradients["x"], tensor.grad.numpy(), atol=1e-12
    )


def test_batch_norm_and_attention_and_products():
    rng = np.random.default_rng(4)

    def batch_norm(x, gamma, beta):
        return F.batch_norm(x, None, None, gamma, beta, training=True)

    agree(
        "batch_norm(x, gamma, beta)",
        batch_norm,
        {"x": rng.normal(size=(5, 3)), "gamma": rng.normal(size=3), "beta": rng.normal(size=3)},
        rng.normal(size=(5, 3)),
        atol=1e-12,
    )
    agree(
        "attention(q, k, v)",
        F.scaled_dot_product_attention,
        {"q": rng.normal(size=(2, 4, 3)), "k": rng.normal(size=(2, 5, 3)), "v": rng.normal(size=(2, 5, 6))},
        rng.normal(size=(2, 4, 6)),
        atol=1e-12,
    )
    agree(
        "x @ y",
        torch.matmul,
        {"x": rng.normal(size=(2, 1, 3, 4)), "y": rng.normal(size=(5, 4, 2))},
        rng.normal(size=(2, 5, 3, 2)),
        atol=1e-12,
    )
    agree(
        "x @ y",
        torch.matmul,
        {"x": rng.normal(size=4), "y": rng.normal(size=(3, 4, 2))},
        rng.normal(size=(3, 2)),
        atol=1e-12,
    )
    agree(
        "conv2d(x, W, stride=2, padding=1)",
        lambda x, w: F.conv2d(x, w, stride=2, padding=1),
        {"x": rng.normal(size=(2, 3, 5, 6)), "W": rng.normal(size=(4, 3, 3, 2))},
        rng.normal(size=(2, 4, 3, 4)),
        atol=1e-12,
    )
    agree(
        "max_pool2d(x, 2)",
        lambda x: F.max_pool2d(x, 2),
        {"x": rng.integers(0, 3, size=(2, 3, 4, 4)).astype(float)},
        rng.normal(size=(2, 3, 2, 2)),
    )
    agree(
        "avg_pool2d(x, 3, stride=1)",
        lambda x: F.avg_pool2d(x, 3, 1),
        {"x": rng.normal(size=(2, 3, 4, 5))},
        rng.normal(size=(2, 3, 2, 3)),
        atol=1e-12,
    )
    agree("det(x)", torch.linalg.det, {"x": rng.normal(size=(4, 4))}, atol=1e-12)
    agree("inv(x)", torch.linalg.inv, {"x": rng.normal(size=(4, 4))}, rng.normal(size=(4, 4)), atol=1e-11)
    agree(
        "solve(x, y)",
        torch.linalg.solve,
        {"x": rng.normal(size=(4, 4)), "y": rng.normal(size=(4, 2))},
        rng.normal(size=(4, 2)),
        atol=1e-11,
    )
