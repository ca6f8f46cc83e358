"""Arrays that a call makes from nothing: NumPy's and PyTorch's, of the sizes and types that they take, or refused."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from tests.each import each
from tests.engine.numerics import close

X = np.arange(1.0, 7).reshape(2, 3)
torch = SimpleNamespace(
    zeros=lambda *n, **_: np.zeros(n[0] if isinstance(n[0], tuple) else n),
    ones=lambda *n, **_: np.ones(n[0] if isinstance(n[0], tuple) else n),
    eye=np.eye,
    arange=np.arange,
    full=np.full,
    full_like=np.full_like,
    linspace=lambda a, b, steps: np.linspace(a, b, steps),
    tensor=lambda v, **_: np.array(v),
    FloatTensor=np.array,
    double=float,
    float64=float,
)


MANY = engine.Limits(elements=1e6)


def outcome(program: str, limits: engine.Limits = MANY):
    """The value of a program, or the kind of its error."""
    try:
        trace = engine.trace(program, {"x": X, "s": 0.5}, limits=limits)
    except engine.EngineError as error:
        return error.kind
    return trace.nodes[trace.output].value


@each(
    "call",
    [
        "np.zeros(2, dtype=int)",
        "np.zeros(2, dtype=bool)",
        "torch.zeros(2, 3, 1)",
        "torch.ones((2, 3))",
        "torch.zeros(2, 3, 4)",
        "torch.zeros((2, 3), dtype=torch.float64, requires_grad=True)",
        "np.zeros(())",
        "np.zeros(0)",
        "np.zeros((0, 2))",
        "np.full((), 2)",
        "np.full(2, -np.inf)",
        "np.full((2, 2), fill_value=3)",
        "np.full(shape=2, fill_value=3.5)",
        "np.full(2, 1.5, dtype=float)",
        "np.full(2, 1.5, dtype=None)",
        "np.full(2, np.pi)",
        "np.full(2, -0.5)",
        "np.eye(2, M=3)",
        "np.eye(N=2)",
        "np.eye(3, 2)",
        "np.eye(0)",
        "np.identity(3)",
        "np.identity(0)",
        "torch.eye(3)",
        "math.factorial(0)",
        "math.factorial(5)",
        "math.factorial(20)",
        "math.factorial(169)",
        "math.factorial(170)",
        "np.arange(5)",
        "np.arange(1, 5)",
        "np.arange(start=1, stop=5, step=2)",
        "np.arange(5, step=2)",
        "np.arange(0, 1, 0.3)",
        "np.arange(0, 1, 0.1)",
        "np.arange(1, 0)",
        "np.arange(5, 0, -2)",
        "np.arange(2.5)",
        "np.arange(-2)",
        "np.arange(0)",
        "np.arange(-3, 4, 3)",
        "np.arange(3, dtype=float)",
        "np.arange(3, dtype='float32')",
        "np.arange(3, dtype=int)",
        "np.linspace(0, 1)",
        "np.linspace(0, 1, 0)",
        "np.linspace(0, 1, 1)",
        "np.linspace(0, 1, num=3)",
        "np.linspace(start=1, stop=2, num=2)",
        "torch.linspace(0, 1, steps=3)",
        "np.linspace(2, -2, 5)",
        "np.zeros_like(x)",
        "np.ones_like(x)",
        "np.ones_like(s)",
        "np.full_like(x, np.pi)",
        "torch.full_like(x, fill_value=2)",
        "np.full_like(s, 3)",
        "np.zeros_like(x, dtype=float)",
        "np.full_like(x, 2, dtype=int)",
        "np.zeros(shape=(2,))",
        "np.zeros(x.shape)",
        "np.ones(x.shape[1])",
        "np.ones(len(x) + 1)",
        "np.zeros([2, 2])",
        "np.array([1, 0], dtype=bool)",
        "np.array([1.0, 2.0], dtype=np.int64)",
        "np.array([1], copy=None)",
        "np.array([True, False])",
        "np.array((1, 2))",
        "np.array(((1, 2), (3, 4)))",
        "np.array([(1, 2), (3, 4)])",
        "np.array([[1, -2], [+3, np.pi]])",
        "np.array(2.5)",
        "np.array([])",
        "np.array(())",
        "np.array((s, 2 * s))",
        "np.array(x, dtype=float)",
        "np.array([s, 1], dtype=float)",
        "torch.tensor([1.0], requires_grad=True, dtype=torch.double)",
        "torch.FloatTensor([1, 2])",
        "np.asarray([1.5, -np.inf])",
        "np.array([1], order='C')",
        "np.zeros_like(2)",
        "np.ones_like(x * 2)",
        "np.full(2, s)",
        "np.full(2, [1, 2])",
        "np.full((2, 2, 3), x)",
        "np.full((2, 3), x[0] * s)",
        "np.full_like(x, s)",
        "np.full_like(s, s * 2)",
        "np.linspace(0, s, 3)",
        "np.linspace(-s, 2 * s, 4)",
        "np.linspace(s, 1, 0)",
        "np.arange(0, 2, s)",
        "np.arange(s, 3)",
        "np.arange(2 * s, 3, len(x))",
    ],
)
def test_what_is_made_from_nothing_is_what_the_library_makes(call):
    with np.errstate(all="ignore"):
        expected = np.asarray(
            eval(call, {"np": np, "math": math, "torch": torch, "x": X, "s": 0.5}), dtype=float
        )  # the test's own text
    for program in (
        call,
        f"y = {call}",
        f"y = {call} * 1" if "bool" not in call else call,
        f"def f(t):\n    return {call}\nf(2)",
    ):
        assert close(outcome(program), expected), program


@each(
    "call, kind",
    [
        ("torch.zeros(2, requires_grad=s)", "unknown-keyword"),
        ("np.full(2, s, dtype=int)", "argument-unsupported"),
        ("np.full(2, x)", "broadcast-to"),
        ("np.full(2, None)", "creation-number"),
        ("np.full(2, 'a')", "creation-number"),
        ("np.full(2, 1.5, dtype=int)", "argument-unsupported"),
        ("np.full(2, 2, dtype=bool)", "argument-unsupported"),
        ("np.eye(2, 3, 1, 0)", "too-many-arguments"),
        ("np.eye(2, k=0.5)", "option-integer"),
        ("eye(-1)", "creation-shape"),
        ("eye(2, -1)", "creation-shape"),
        ("eye(2.0)", "creation-shape"),
        ("eye(True)", "creation-shape"),
        ("np.identity(-1)", "creation-shape"),
        ("np.identity(2, 3)", "too-many-arguments"),
        ("np.arange(0, inf)", "creation-number"),
        ("np.arange(-inf, 0)", "creation-number"),
        ("np.arange(inf)", "creation-number"),
        ("np.arange(0, 1, nan)", "creation-number"),
        ("np.arange(0, 1, inf)", "creation-number"),
        ("np.arange(nan, 1)", "creation-number"),
        ("np.arange(0, 5, 0)", "creation-number"),
        ("np.arange(0, 10**400)", "creation-number"),
        ("np.arange(0, 1, 1e-320)", "too-many-elements"),
        ("np.arange(1e15)", "too-many-elements"),
        ("np.linspace(-1e308, 1e308, 3)", "creation-number"),
        ("np.linspace(0, inf, 3)", "creation-number"),
        ("np.linspace(0, 1, 2.5)", "creation-shape"),
        ("np.linspace(0, 1, -1)", "creation-shape"),
        ("np.linspace(0, x, 3)", "creation-number"),
        ("np.linspace(x, 1, 3)", "creation-number"),
        ("np.arange(0, 2, x)", "creation-number"),
        ("full_like(x)", "missing-argument"),
        ("np.full_like(x, 0.5, dtype=int)", "argument-unsupported"),
        ("np.zeros_like(q)", "unknown-name"),
        ("np.zeros_like('a')", "string"),
        ("zeros_like(x, 3)", "too-many-arguments"),
        ("np.zeros((2, -1))", "creation-shape"),
        ("np.zeros((2, True))", "creation-shape"),
        ("np.zeros((2, 1.0))", "creation-shape"),
        ("np.zeros(None)", "creation-shape"),
        ("torch.zeros(2, -1)", "creation-shape"),
        ("torch.zeros(2, s)", "creation-shape"),
        ("np.zeros(1, 2)", "too-many-arguments"),
        ("numpy.ones(1, 2)", "too-many-arguments"),
        ("jnp.zeros(1, 2)", "too-many-arguments"),
        ("jax.numpy.zeros(1, 2)", "too-many-arguments"),
        ("F.zeros(2)", "prefix-function"),
        ("scipy.linalg.eye(2)", "prefix-function"),
        ("np.full(3)", "missing-argument"),
        ("np.linspace(1)", "missing-argument"),
        ("np.arange()", "missing-argument"),
        ("np.zeros()", "missing-argument"),
        ("np.zeros(1, shape=2)", "repeated-argument"),
        ("np.zeros(*x)", "too-many-arguments"),
        ("np.arange(1, 2, 3, 4)", "too-many-arguments"),
        ("np.zeros(2, dtype=complex)", "argument-unsupported"),
        ("np.zeros(2, dtype=5)", "argument-unsupported"),
        ("np.array([1, 2], dtype=bool)", "argument-unsupported"),
        ("np.array([-1], dtype=bool)", "argument-unsupported"),
        ("np.array([1, 2.5], dtype='int')", "argument-unsupported"),
        ("np.array(2.5, dtype=int)", "argument-unsupported"),
        ("np.array([[1, 2], [3]])", "ragged-list"),
        ("np.array((1, (2, 3)))", "list-item"),
        ("np.array()", "creation-array"),
        ("torch.tensor()", "creation-array"),
        ("np.array(1, 2)", "creation-array"),
        ("factorial(-1)", "option-least"),
        ("factorial(2.5)", "option-integer"),
        ("factorial(s)", "option-integer"),
        ("np.zeros((1000, 1001))", "too-many-elements"),
        ("np.identity(1001)", "too-many-elements"),
        ("np.eye(1000, 1001)", "too-many-elements"),
        ("np.eye(100000000)", "too-many-elements"),
        ("np.linspace(0, 1, 1000001)", "too-many-elements"),
        ("np.arange(1000001)", "too-many-elements"),
        ("np.full((10**6, 2), 1)", "too-many-elements"),
        ("torch.ones(10**3, 10**3, 10)", "too-many-elements"),
        ("np.zeros((1,) * 40)", "too-many-axes"),
        (f"np.zeros(({'1, ' * 40}))", "too-many-axes"),
    ],
)
def test_what_no_library_makes_or_is_not_known_is_refused_by_name(call, kind):
    assert outcome(f"y = {call}") == kind and outcome(f"y = s * {call}") == kind


@pytest.mark.parametrize(
    ("call", "gradient"),
    [
        ("np.full((2, 3), s)", 6),
        ("np.full_like(x, s * s)", 6),  # of each element, 2 s
        ("np.linspace(0, s, 3)", 1.5),  # 0, 1/2 and 1
        ("np.linspace(s, 1, 5)", 2.5),  # 1, 3/4, 1/2, 1/4 and 0
        ("np.arange(0, 2, s)", 6),  # 0, 1, 2 and 3, of as many elements as s is known to make
        ("np.arange(s, 3)", 3),
    ],
)
def test_what_is_filled_with_a_value_has_a_gradient_for_it(call, gradient):
    trace = engine.trace(call, {"x": X, "s": 0.5})
    found = next(node.gradient for node in trace.nodes if node.name == "s")
    assert close(found, gradient)


@each(
    "call",
    [
        "zeros(999990)",
        "zeros((1000, 999))",
        "eye(999)",
        "eye(1000, 999)",
        "linspace(0, 1, 999990)",
        "arange(999990)",
        "full(999990, 2)",
    ],
)
def test_as_many_elements_as_are_allowed_are_made(call):
    assert not isinstance(outcome(call), str)


def test_a_factorial_beyond_the_largest_float_is_infinite():
    assert outcome("factorial(171)") == math.inf and outcome("factorial(10**9)") == math.inf


@each(
    "name", ["zeros", "ones", "full", "eye", "arange", "linspace", "factorial", "zeros_like", "ones_like", "full_like"]
)
def test_a_function_of_the_programs_own_goes_before_one_that_makes_an_array(name):
    assert close(outcome(f"def {name}(a, b=2, c=1):\n    return a * 10\n{name}(s)"), 5)


def test_identity_is_numpys_matrix_only_where_numpy_is_named():
    assert (
        close(outcome("identity(3) * 2"), 6)
        and close(outcome("np.identity(3) * 2"), 2 * np.eye(3))
        and outcome("torch.identity(3)") == "prefix-needless"
    )


MASKS = """
    m = np.zeros(3, dtype=bool);m[1] = True|m = np.zeros(3, dtype=bool)|m = np.ones(3, bool);m[1] = False
    m = np.zeros_like(x, dtype=bool);m[2] = True|m = np.zeros(3).astype(bool);m[2] = True|m = x > 1;m[1] = False
    m = np.empty(3, dtype=bool);m[:] = False;m[1] = True|m = np.zeros(3, bool);m[x > 2.5] = True
    m = np.zeros((3,), dtype=np.bool_);m[0] = x[1] > x[0]|m = np.ones(3, dtype=bool);m = ~m|m = np.eye(3, dtype=bool)[1]
    m = np.zeros(4, dtype=bool);v = m[1:];v[1] = True;m = m[1:]|m = np.zeros(3, dtype=bool);m[[0, 2]] = True
    m = np.zeros(3, dtype=bool);m[x > 2] = True;m = ~m|m = [False] * 3;m[1] = True|m = np.zeros(3, dtype=int);m[1] = 1
"""


@each("made", re.split(r"[|\n]\s*", MASKS.strip()))
def test_an_array_of_truths_chooses_by_them_however_it_was_made(made):
    program = (
        "import numpy as np\nx = np.array([1.0, 2.0, 4.0])\n" + made.replace(";", "\n") + "\nz = np.sum(x[m] ** 2)"
    )
    names: dict[str, Any] = {}
    exec(program, names)
    assert engine.trace(program).values[-1] == names["z"]


# after an import of NumPy and PyTorch and x = 2.0: what makes items that are read unwritten; None where none are
UNWRITTEN = {
    "a = np.empty(3)\na[0] = x\ny = a.sum()": "np.empty",
    "a = np.empty((2, 2))\na[0] = x\ny = a.T[1, 1] * x": "np.empty",
    "y = (np.empty_like(np.array([1.0])) + x).sum()": "np.empty_like",
    "y = (torch.empty(3) * x).sum()": "torch.empty",
    "y = (torch.Tensor(3) + x).sum()": "torch.Tensor",
    "w = torch.nn.Parameter(torch.empty(2))\ny = (w * x).sum()": "torch.empty",
    "a = np.empty(3)\nfor i in range(3):\n    a[i] = x * i\ny = a.sum()": None,
    "a = np.empty((2, 2))\na[0] = x\na[1] = a[0] * x\ny = (a.T @ a).sum()": None,
    "a = np.empty((2, 2))\na[0] = x\ny = a.T[:, 0].sum() + a.reshape(-1)[1]": None,
    "a = np.empty(2)\na.fill(3.0)\ny = (a * x).sum()": None,
    "a = np.empty(2)\nm = np.array([True, False])\na[m] = x\na[~m] = 1.0\ny = a.sum()": None,
    "a = np.empty((0, 2))\ny = a.sum() + x": None,
    "w = torch.empty(2).uniform_(0, 1)\ny = (w * x).sum()": None,
    "w = torch.nn.Parameter(torch.empty(2, 2))\ntorch.nn.init.normal_(w)\ny = (w * x).sum()": None,
    "a = np.empty(2)\ny = a.shape[0] * x": None,
}


def test_items_that_are_read_before_they_are_written_are_told():
    for text, function in UNWRITTEN.items():
        found = engine.trace(f"import numpy as np\nimport torch\nx = 2.0\n{text}")
        told = [w.params["function"] for w in found.warnings if w.kind == "unwritten"]
        assert told == ([] if function is None else [function]), text
    given = engine.trace("import numpy as np\nx = 2.0\na = np.empty(2)\ny = (a * x).sum()", {"a": [1.0, 2.0]})
    assert "unwritten" not in [w.kind for w in given.warnings]
    jax = engine.trace("import jax.numpy as jnp\nx = 2.0\ny = (jnp.empty(2) + x).sum()")  # JAX's are zeros
    assert "unwritten" not in [w.kind for w in jax.warnings]
