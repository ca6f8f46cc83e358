"""Statements beyond the plain assignment: they mean what Python means by them, and no more."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from tests.each import each

MICROGRAD = """
a = -4.0
b = 2.0
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
"""


def failing(program: str, **inputs: object) -> engine.EngineError:
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program, inputs, limits=engine.Limits(nodes=1000))
    return caught.value


def test_the_example_of_micrograds_readme_gives_its_published_numbers() -> None:
    # github.com/karpathy/micrograd, README: g = 24.7041, dg/da = 138.8338, dg/db = 645.5773
    trace = engine.trace(MICROGRAD)
    assert trace["g"].value == pytest.approx(24.7041, abs=5e-5)
    assert trace.gradients["a"] == pytest.approx(138.8338, abs=5e-5)
    assert trace.gradients["b"] == pytest.approx(645.5773, abs=5e-5)


def test_the_example_of_pytorchs_autograd_tutorial_runs_as_it_is_printed() -> None:
    # "A Gentle Introduction to torch.autograd": Q = 3a³ − b², dQ/da = 9a², dQ/db = −2b
    trace = engine.trace(
        "a = torch.tensor([2., 3.], requires_grad=True)\nb = torch.tensor([6., 4.], requires_grad=True)\nQ = 3*a**3 -"
        " b**2\nQ.sum().backward()"
    )
    assert trace.gradients["a"].tolist() == [36.0, 81.0]
    assert trace.gradients["b"].tolist() == [-12.0, -8.0]


def test_values_on_the_right_are_taken_before_a_name_is_bound() -> None:
    trace = engine.trace("a, b = 1.0, 1.0\nfor i in range(5):\n    a, b = b, a + b\nb * a")  # 3a + 5b, 5a + 8b
    assert trace.nodes[trace.output].value == 8 * 13
    assert trace.gradients == {"a": 3 * 13 + 8 * 5, "b": 5 * 13 + 8 * 8}


def test_an_array_unpacks_along_its_first_axis_also_into_nested_names() -> None:
    trace = engine.trace("(a, b), c = x\na * b + 0 * c[0]", {"x": [[2, 3], [4, 5]]})
    assert trace.gradients["x"].tolist() == [[3, 2], [0, 0]]


def test_one_value_for_two_names_is_one_leaf() -> None:
    assert engine.trace("a = b = [1.0, 2.0]\nsum(a * b)").gradients["a"].tolist() == [2, 4]


def test_a_function_may_return_several_values_and_a_lambda_is_a_function() -> None:
    program = (
        "def polar(x, y):\n    return sqrt(x**2 + y**2), atan2(y, x)\nf = lambda r, t=2: r * t\nr, t = polar(x,"
        " y)\nf(r)"
    )
    trace = engine.trace(program, {"x": 3, "y": 4})
    assert trace.nodes[trace.output].value == 10.0
    assert trace.gradients == pytest.approx({"x": 1.2, "y": 1.6})
    assert [group.name for group in trace.groups] == ["polar", "f"]


@each(
    "loop, expected",
    [
        ("for v in x:\n    s += v**2", [2, 4, 6]),
        ("for i, v in enumerate(x):\n    s += i * v", [0, 1, 2]),
        ("for i, v in enumerate(x, start=1):\n    s += i * v", [1, 2, 3]),
        ("for v, w in zip(x, [10, 20, 30]):\n    s += v * w", [10, 20, 30]),
        ("for i in reversed(range(1, 3)):\n    s = s * x[0] + i", [2, 0, 0]),
        ("for v in reversed(x):\n    s = v", [1, 0, 0]),
        ("for k in [0.5, 2]:\n    s += k * x[1]", [0, 2.5, 0]),
        ("s = sum(v * i for i, v in enumerate(x))", [0, 1, 2]),
        ("s = sum([v**2 for v in x])", [2, 4, 6]),
    ],
)
def test_a_loop_goes_through_what_python_goes_through(loop: str, expected: list[float]) -> None:
    trace = engine.trace(f"s = 0 * x[0]\n{loop}\ns + 0", {"x": [1, 2, 3]})
    assert trace.gradients["x"].tolist() == expected


def test_the_name_of_a_comprehension_ends_with_it() -> None:
    trace = engine.trace("i = 4.0\ny = [k * x for k in range(3)]\nz = [i * x for i in range(2)]\nsum(y) * i", {"x": 2})
    assert trace.gradients == {"i": 6.0, "x": 12.0}


def test_a_body_that_makes_no_node_cannot_loop_for_ever() -> None:
    assert failing("for i in range(1000000000000):\n    x", x=1).kind == "too-many-steps"


def test_operators_as_books_print_them_mean_the_same() -> None:
    trace = engine.trace("3 × x − 6 ÷ y · x", {"x": 2, "y": 3})
    assert trace.nodes[trace.output].value == 2.0
    assert trace.program == "3 × x − 6 ÷ y · x"


def test_eulers_number_and_pi_are_known_where_nothing_else_has_the_name() -> None:
    assert engine.trace("e**x + π*x", {"x": 0}).gradients["x"] == 1 + np.pi
    assert engine.trace("e * x", {"x": 1, "e": 5}).gradients == {"x": 5, "e": 1}
    assert engine.trace("e = 3.0\ne * x", {"x": 1}).gradients == {"x": 3, "e": 1}


@each(
    "program, kind, column",
    [
        ("a, b = x", "unpack-count", 0),
        ("a, b = 1, 2, 3", "unpack-count", 0),
        ("x[0] += 1", "index-count", 0),
        ("x.y = 1", "not-written", 0),
        ("f(x) = 1", "typed-remedy", 0),
        ("for v in 5:\n    v", "not-iterable", 9),
        ("f = lambda a: (a, a)\ny = f(x)", "several-values", 4),
        ("f = lambda *a: a\ny = f(x)", "value-in-tuple", 4),
        ("f = lambda *a: ()\ny = f(x)", "no-value", 4),
        ("for a, b in [1, 2]:\n    a", "unpack-count", 4),
        ("[a for a in range(3) if a > x]\nx * 2", "branch", 24),
    ],
)
def test_what_cannot_be_unpacked_or_gone_through_is_named_with_its_place(program: str, kind: str, column: int) -> None:
    error = failing(program, x=1)
    assert error.kind == kind
    assert error.span.start_column == column


@each(
    "call",
    [
        "np.zeros(3)",
        "np.zeros((2, 3))",
        "torch.zeros(2, 3)",
        "ones(2)",
        "np.full((2, 2), 0.5)",
        "np.eye(3)",
        "np.eye(2, 3)",
        "np.arange(4)",
        "np.arange(1, 2, 0.25)",
        "np.arange(3, 0, -1)",
        "np.linspace(0, 1, 5)",
        "np.arange(0)",
    ],
)
def test_an_array_made_from_nothing_is_numpys(call: str) -> None:
    trace = engine.trace(f"x * {call}", {"x": 2})
    expected = eval(
        call.replace("torch.zeros(2, 3)", "np.zeros((2, 3))").replace("ones(2)", "np.ones(2)"), {"np": np}
    )  # the test's own text
    np.testing.assert_array_equal(trace.nodes[trace.output].value, 2 * expected)


def test_an_array_like_another_has_its_shape() -> None:
    trace = engine.trace(
        "y = x + 2 * ones_like(x) + np.zeros_like(x) + np.full_like(x, 3)\nn = zeros(len(x))\ny + n", {"x": [1, 2]}
    )
    assert trace.nodes[trace.output].value.tolist() == [6, 7]


def test_an_array_made_on_a_line_of_its_own_is_a_leaf_as_a_list_of_numbers_is() -> None:
    assert engine.trace("h = np.zeros(2)\nsum(exp(h) * x)", {"x": [3, 4]}).gradients["h"].tolist() == [3, 4]


@each(
    "program, kind",
    [
        ("x * np.zeros(1000000000000)", "too-many-elements"),
        ("x * np.arange(1e300)", "too-many-elements"),
        ("x * np.linspace(0, 1, 10000000)", "too-many-elements"),
        ("x * np.zeros(x / 2)", "creation-shape"),
        ("x * np.zeros(2.0)", "creation-shape"),
        ("x * np.zeros(-1)", "creation-shape"),
        ("x * np.arange(x * inf)", "creation-number"),
        ("x * np.arange(0, 1, 0)", "creation-number"),
        ("x * np.arange(inf)", "creation-number"),
        ("x * np.full(3)", "missing-argument"),
        ("[x] if x > 0 else [-x]", "branch"),
        ("if x > 0:\n    y = x * 2", "branch"),
        ("while x > 0:\n    x = x - 1", "while-loop"),
        ("while x > 0 or x < -2:\n    x = x - 1", "while-loop"),
        ("(x > 0) and x", "branch"),
        ("x or 2", "branch"),
        ("not x", "not-a-number"),
    ],
)
def test_what_is_not_known_beforehand_is_refused_before_anything_is_made(program: str, kind: str) -> None:
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program, {"x": 1}, limits=engine.Limits(elements=1e6))
    assert caught.value.kind == kind


@each(
    "program, value, gradient",
    [
        ("x * np.zeros(x)", [0], 0),
        ("x * np.arange(x + 2)", [0, 1, 2], 3),
        ("x * ones_like(x + 1)", 1, 1),
        ("if n > 0:\n    y = 2 * x\nelse:\n    y = 3 * x", 2, 2),
        ("while n < 40:\n    n = n * 2\nx * 5", 5, 5),
        ("while n < 40:\n    n = n * 2\n    if n == 6: continue\n    x = x * 2\n    if n > 20: break\nx * 1", 4, 4),
        ("x * ((n > 0) and (n < 1)) + x * (not n)", 0, 0),
        ("(x > 0) and (x < 3)", 1, 0),
        ("x * sum([a for a in range(5) if a < n])", 3, 3),
        ("x * 2 if n > 2 else x / 0", 2, 2),
    ],
)
def test_what_is_known_decides_how_the_graph_is_built(program: str, value: object, gradient: float) -> None:
    trace = engine.trace(program, {"x": 1, "n": 3} if "n" in program.replace("np", "") else {"x": 1})
    assert np.asarray(trace.nodes[trace.output].value).tolist() == value
    assert trace.gradients["x"] == gradient


def test_masks_combine_and_comparisons_chain_as_in_numpy_and_python() -> None:
    x = [-1, 0, 1, 2, 3]
    trace = engine.trace("where((0 < x <= 2) | (x == -1) & ~(x == 0), x, 0 * x)", {"x": x})
    assert trace.gradients["x"].tolist() == [1, 0, 1, 1, 0]


def test_a_list_of_values_is_their_stack_however_it_is_spelt() -> None:
    for spelling in ("[x, y]", "np.array([x, y])", "torch.tensor([x, y])"):
        assert engine.trace(f"{spelling} @ np.array([2, 3])", {"x": 1, "y": 1}).gradients == {"x": 2, "y": 3}


def test_max_takes_any_number_of_values_as_pythons_does() -> None:
    assert engine.trace("max(a, b, c)", {"a": 1, "b": 3, "c": 2}).gradients == {"a": 0, "b": 1, "c": 0}


@pytest.mark.parametrize("rows", ["range(2)", "np.arange(2)", "np.arange(0, 2)"])
@pytest.mark.parametrize("labels", ["t", "[0, 2]"])
def test_one_place_of_each_row_is_chosen_as_numpy_chooses_it(rows: str, labels: str) -> None:
    # The loss of CS231n's softmax classifier: −mean(log p[range(N), y]), its gradient (p − onehot(y)) / N.
    x = np.array([[1.0, 2.0, 3.0], [0.5, 0.0, -1.0]])
    inputs = {"x": x} | ({"t": [0, 2]} if labels == "t" else {})
    trace = engine.trace(f"p = softmax(x)\n-mean(log(p[{rows}, {labels}]))", inputs)
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(trace.gradients["x"], (p - np.eye(3)[[0, 2]]) / 2, rtol=1e-12)


def test_what_pytorch_writes_after_a_value_means_the_same_here() -> None:
    trace = engine.trace(
        "y = x.mT @ x\n(y.detach() * y).sum().item() + factorial(3) * x.relu().mean()", {"x": [[1, 2]]}
    )
    assert trace.gradients["x"].tolist() == [[3.0, 3.0]]  # 6 / 2: no gradient passes through item()
    held = engine.trace("y = x.mT @ x\n(y.detach() * y).sum()", {"x": [[1, 2]]})
    assert held.gradients["x"].tolist() == [[10.0, 20.0]]  # 2 x y with y held


def test_parts_of_an_array_are_unpacked_as_numpys_split_gives_them() -> None:
    assert engine.trace("a, b = np.split(x, 2)\nsum(a * b)", {"x": [1, 2, 3, 4]}).gradients["x"].tolist() == [
        3,
        4,
        1,
        2,
    ]
    assert failing("a, b = split(x, 2)", x=[1, 2, 3]).kind == "split-sections"


def test_a_matrix_has_the_norm_that_numpy_gives_it() -> None:
    matrix = np.array([[1.0, -2.0], [3.0, 4.0]])
    for call in (
        "np.linalg.norm(M)",
        "np.linalg.norm(M, 1)",
        "np.linalg.norm(M, np.inf)",
        "np.linalg.norm(M, -1)",
        "np.linalg.norm(M, 2)",
        "np.linalg.norm(M, 'nuc')",
        "np.linalg.norm(M, 1, axis=1)",
    ):
        trace = engine.trace(call, {"M": matrix})
        np.testing.assert_allclose(
            trace.nodes[trace.output].value, eval(call, {"np": np, "M": matrix})
        )  # the test's own text
    assert failing("np.linalg.norm(M, 3)", M=matrix).kind == "matrix-norm-order"


def test_the_example_of_jaxs_autodiff_cookbook_runs_as_it_is_printed() -> None:
    # "The Autodiff Cookbook": with W and b given here, the gradient is inputsᵀ (sigmoid − target).
    program = """
def sigmoid(x):
    return 0.5 * (jnp.tanh(x / 2) + 1)

def predict(W, b, inputs):
    return sigmoid(jnp.dot(inputs, W) + b)

inputs = jnp.array([[0.52, 1.12, 0.77],
                    [0.88, -1.08, 0.15],
                    [0.52, 0.06, -1.30],
                    [0.74, -2.49, 1.39]])
targets = jnp.array([True, True, False, True])

def loss(W, b):
    preds = predict(W, b, inputs)
    label_probs = preds * targets + (1 - preds) * (1 - targets)
    return -jnp.sum(jnp.log(label_probs))

loss(W, b)
"""
    W, b = np.array([0.1, -0.2, 0.3]), 0.5
    trace = engine.trace(program, {"W": W, "b": b})
    inputs, targets = trace["inputs"].value, np.array([1.0, 1.0, 0.0, 1.0])
    error = 1 / (1 + np.exp(-(inputs @ W + b))) - targets
    np.testing.assert_allclose(trace.gradients["W"], inputs.T @ error, rtol=1e-12)
    assert trace.gradients["b"] == pytest.approx(error.sum(), rel=1e-12)


def test_attention_is_read_as_pytorch_writes_it() -> None:
    program = (
        "scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))\nscores = scores.masked_fill(mask == 0,"
        " -1e9)\nF.softmax(scores, dim=-1) @ v"
    )
    rng = np.random.default_rng(0)
    inputs = {name: rng.normal(size=(2, 3)) for name in "qkv"}
    trace = engine.trace(program, inputs | {"mask": np.array([[1, 0], [1, 1]])})
    scores = inputs["q"] @ inputs["k"].T / np.sqrt(3)
    weights = np.exp(scores) * [[1, 0], [1, 1]]
    np.testing.assert_allclose(
        trace.nodes[trace.output].value, weights / weights.sum(axis=1, keepdims=True) @ inputs["v"], rtol=1e-12
    )


@each(
    "program, value",
    [
        ("m, i = x.max(dim=1)\nm", [2, 4]),
        ("m, i = x.max(dim=1)\ni * 1", [1, 1]),
        ("torch.max(x, 1)[0]", [2, 4]),
        ("print(x)\nsum(x)", 10),
        ("import numpy as np\nprint('shape', x.shape, f'{x.sum():.2f}')\nnp.sum(x)", 10),
        ("w = torch.randn(5, 3, requires_grad=True)\n(w * 0).sum() + 1", 1),
        ("np.random.seed(0)\n0 * np.random.rand(3)", [0, 0, 0]),
    ],
)
def test_what_a_notebook_does_beside_computing_is_read(program: str, value: object) -> None:
    trace = engine.trace(program, {"x": [[1, 2], [3, 4]]})
    assert np.asarray(trace.nodes[trace.output].value).tolist() == value


@each(
    "program, ops, groups",
    [
        ("print(x.sum(), f'{x.sum():.2f}')\nx.sum()", ["input", "sum"], []),
        ("a = [x, 2 * x]\nprint(np.sum(a))\nnp.array(a) * x", ["input", "constant", "mul", "stack", "mul"], []),
        ("print(np.random.rand(3))\nx.sum()", ["input", "sum"], []),
        ("def f(t):\n    return t * 2\nprint(f(x))\ny = f(x)", ["input", "constant", "mul"], [[1, 2]]),
        ("def f(t):\n    return -t\nprint(y := f(x))\ny * x", ["input", "neg", "mul"], [[1]]),
        ("xs = [x, -x]\nprint(xs.pop(), len(xs))\nxs[-1] * xs[0]", ["input", "neg", "mul"], []),
        ("for i in range(2):\n    x = -x\n    print(f'{i}: {x.mean():.2f}')", ["input", "neg", "neg"], [[], [1], [2]]),
        ("print(1 / 0, undefined())\n-x", ["input", "neg"], []),
    ],
)
def test_what_is_printed_leaves_no_nodes_that_nothing_else_uses(program, ops, groups) -> None:
    trace = engine.trace(program, {"x": [[1, 2], [3, 4]]})
    assert [node.op for node in trace.nodes] == ops
    assert [group.nodes for group in trace.groups] == groups
    assert not trace.graph.drawn and not trace.graph.unused
    assert all(edge.source < edge.target < len(ops) for edge in trace.graph.edges)


def test_an_input_that_is_only_printed_is_unused() -> None:
    trace = engine.trace("print(x.sum())\n-y", {"x": [1, 2], "y": 3})
    assert trace.graph.unused == ["x"] and trace.gradients["x"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("m = x.max(dim=1)\nm * 2", "values-alone"),
        ("x.max(dim=1)", "values-alone"),
        ("max(np.array(x))", "max-of-rows"),
        ("x.transpose(0, 1)", "transpose-nothing"),
        ("y = x * 2\ny.backward(x[0])", "backward-weights"),
    ],
)
def test_what_would_mean_something_else_here_is_refused(program: str, kind: str) -> None:
    assert failing(program, x=[[1, 2], [3, 4]]).kind == kind


EMPTY = [
    "() = ()",
    "[] = []",
    "() = x.shape[:0]",
    "[] = x.shape",
    "() = x",
    "() = f()",
    "[] = g()",
    "y = x; () = ()",
    "() = y = x",
    "y = () = x",
    "a, () = x, ()",
    "for () in [()]:\n    x",
    "for () in x:\n    x",
    "for t in ():\n    x",
    "[1 for () in [(), ()]]",
    "y = ()",
    "y = g()",
    "x + g()",
    "y = h()",
    "y = k()",
    "() = k()",
    "f(())",
    "f([])",
    "y = f(*())",
    "()",
    "() == ()",
    "x[()]",
    "x[[]]",
    "x[(),]",
    "sum(x, axis=())",
    "zeros(())",
    "x.reshape(())",
    "stack([])",
    "np.array(())",
    "tile(x, ())",
    "for i in range():\n    i",
    "for i in zip():\n    i",
    "for i in enumerate():\n    i",
    "for i in reversed():\n    i",
    "einsum()",
    "einsum('')",
    "max()",
    "[]()",
    "()()",
    "*() = x",
    "[*()] = x",
    "() = (), ()",
    "def m(t=()):\n    return t\nm()",
    "s = x.shape",
]


@each("text", EMPTY)
@each("x", [3.0, [2.0], [], [[]]])
def test_what_holds_nothing_is_read_or_refused_by_name(text, x) -> None:
    functions = (
        "def f(a=1):\n    return a\ndef g():\n    return ()\nh = lambda: ()\ndef k():\n    return []\nz = x * 2\n"
    )
    try:
        trace = engine.trace(functions + text, {"x": x})
    except engine.EngineError as error:
        assert error.kind == "empty-program" or error.span.start_line > 8
    else:
        assert trace.gradients["x"] is not None


@each(
    "text, value",
    [
        ("() = ()", 6),
        ("s = x.shape", 6),
        ("[] = x.shape", 6),
        ("for i in []:\n    x", 6),
        ("def f():\n    return 1", 6),
        ("for i in range(2):\n    () = ()", 6),
        ("x\n() = ()", 3),
    ],
)
def test_a_statement_without_a_value_leaves_the_output_to_the_one_before(text, value) -> None:
    program = engine.compile("w = x * 5\nz = x * 2\n" + text, {"x": ()})
    assert program.forward({"x": 3})[program.graph.output] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = b = x.shape\nsum(ones(b)) * sum(ones(a))", 36),
        ("n = m = len(x)\nsum(zeros(m) + n)", 4),
        ("a = (b, c) = d = x\nsum(d * b)", 24),
        ("a = b = 2\na * b", 4),
        ("n, = x.shape[:1]\nn * 1", 2),
    ],
)
def test_several_targets_take_the_same_value(text, value) -> None:
    program = engine.compile(text, {"x": (2, 3)})
    assert program.forward({"x": np.full((2, 3), 2.0)})[program.graph.output] == value


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("c = x * 2\nfor c in [x * 3, x * 5]:\n    y = c * 1", 2.5),
        ("c = np.array([1.0, 2.0]) * x\nfor c in [c[0], c[1]]:\n    pass", 1.0),
    ],
)
def test_a_name_that_a_loop_takes_over_is_the_last_turns(program, value):
    assert engine.trace(program, {"x": 0.5}, output="c")["c"].value == value


def test_a_machine_without_graphics_cards_is_one_that_programs_can_ask():
    text = 'import torch as t\ndevice = "cuda" if t.cuda.is_available() else "cpu"\nz = t.ones(2).to(device).sum() * x'
    assert engine.trace(text, {"x": 0.5})["z"].value == 1.0


def test_a_call_that_makes_no_nodes_is_no_group_and_a_list_is_shown_as_it_was_when_it_was_called():
    graph = engine.compile(
        """def first(items):
    items.append(9.0)
    return items[0] * x
def known(n):
    return n + 1
y = 0.0
for i in range(3):
    if known(i) == 2:
        y = first([6.0, 2.0]) * 3
y""",
        {"x": ()},
    ).graph
    assert [(group.label, group.call) for group in graph.groups] == [
        ("for × 1", None),
        ("i = 1", None),
        ("first", ("[6, 2]",)),
    ]
    assert [group.parent for group in graph.groups] == [None, 0, 1]


COUNTED = {  # programs that end with a sum or a product by turns, and what they come to
    "total = 0\nfor i in range(10):\n    if i % 2 == 0:\n        total += i\nprint(total)": 20,
    "total = 0\nfor i in range(4):\n    total += i": 6,
    "t = 1\nfor i in range(4):\n    t *= 2\nprint(t)": 16,
    "t = 5\nt -= 3": 2,
    "x = 2.0\ny = x * 3\nn = 0\nn = y + n\nk = 1\nfor i in range(3):\n    k += 1": 4,
    "x = 2.0\nn = 0\ny = x * 3\nn += 1": 6,
}


def test_a_number_that_turns_change_is_shown_as_what_it_comes_to():
    for program, expected in COUNTED.items():
        found = engine.trace(program)
        assert found.nodes[found.output].value == expected, program
