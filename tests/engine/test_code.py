"""A trace as code: the scripts are run, and each compares its gradients with those of the trace itself."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.app.examples import EXAMPLES
from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.code.notebooks import notebook
from gradlens.engine.exporting.code.program import MOST_NODES, MOST_NUMBERS
from gradlens.engine.exporting.code.scripts import jax_sections, numpy_sections, pytorch_sections, script
from gradlens.engine.exporting.code.trainings import numpy_training, pytorch_training
from gradlens.engine.networks.optimizers import OPTIMIZERS
from gradlens.engine.ops import OPS
from tests.each import each
from tests.engine.test_gradient_program import PROGRAMS
from tests.engine.test_ops import calls, smooth_point

NET = {"x": [[1.0, 2.0]], "W": [[0.5, -1.0], [1.5, 2.0]], "t": [[0.0, 1.0]]}
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "values that are not finite": ("y = log(x) + [1, 2, 3]", {"x": [0.0, -1.0, np.inf]}),
    "NaN of the text": ("y = x * nan + inf", {"x": 2.0}),
    "numbers alone": ("y = x * (1 / 0) + 2 ** -1 + (3 > 2) + x * (0.0 ** 0)", {"x": 2.0}),
    "a root of a negative number": ("y = x * (-8) ** (1 / 3)", {"x": 2.0}),
    "conditions that are added": ("y = sum((x > 0) + (x > 1) * 2 - (x > 2)) * x[0]", {"x": [0.5, 1.5, 2.5]}),
    "names that Python has": ("sum = x * 2\nprint = sum + x\nabs = print * sum\nz = abs * abs", {"x": 3.0}),
    "names that the script has": ("np = x * 2\nwrong = np + 1\nCOMPARED = np * wrong\nname = COMPARED", {"x": 3.0}),
    "names that helpers have": ("softmax = softmax(x)\ne = softmax * 2\nz = sum(e * x)", {"x": [1.0, 2.0]}),
    "an output without a name": ("x * y + 1", {"x": 2.0, "y": 3.0}),
    "numbers drawn at random": ("np.random.seed(0)\nw = np.random.randn(3)\nz = np.sum(w * x)", {"x": 2.0}),
    "dropout": ("z = sum(dropout(x, 0.5, seed=3) * x)", {"x": [1.0, 2.0, 3.0, 4.0]}),
    "a loop that updates": (
        "w = np.array([1.0, 2.0])\nfor i in range(3):\n    loss = np.sum((w * x - 1) ** 2)\n    loss.backward()\n"
        "    w = w - 0.1 * 2 * x * (w * x - 1)\nz = loss",
        {"x": [0.5, 1.5]},
    ),
    "an optimizer's steps": (
        "w = torch.tensor(1.0)\nopt = torch.optim.SGD([w], lr=0.1)\nfor _ in range(2):\n    loss = (w * x) ** 2\n"
        "    opt.zero_grad()\n    loss.backward()\n    opt.step()",
        {"x": 2.0},
    ),
    "a value of many uses": ("y = x\n" + "y = tanh(y * x + 1)\n" * 490, {"x": 0.5}),
    "a layer": ("def layer(x, W):\n    return tanh(x @ W)\np = softmax(layer(x, W))\nL = cross_entropy(p, t)", NET),
}  # fmt: skip

KINKS: list[tuple[str, dict[str, Any]]] = [
    *((f"y = {call}", {"x": value}) for value in (0.0, -0.0) for call in (
        "relu(x)", "abs(x)", "sqrt(x)", "sign(x)", "cbrt(x)", "leaky_relu(x)", "elu(x, 0.5)", "maximum(x, 0)",
        "x ** x", "x ** 0", "x ** 0.5", "log(x)", "1 / x", "hypot(x, x)", "atan2(x, x)", "clip(x, 0, 1)", "x * log(x)",
        "norm([x, x])", "where(x > 0, log(x), 0)", "std([x, x])", "hardshrink(x, 0)", "xlogy(x, x)", "prod([x, 2, 3])",
        "minimum(x, -x)")),
    ("y = max(x)", {"x": [1.0, 3.0, 3.0]}), ("y = sum(max_pool2d(x, 2))", {"x": np.ones((1, 1, 2, 2))}),
    ("y = median(x) + x[0]", {"x": [2.0, 1.0, 2.0, 2.0]}), ("y = sigmoid(x) - log(sigmoid(-1000 * x))", {"x": 40.0}),
    ("y = logsumexp(x)", {"x": [1000.0, 1000.0]}), ("y = softmax(x)[0]", {"x": [-np.inf, -np.inf]}),
]  # fmt: skip


def run(text: str) -> dict[str, Any]:
    """A script, in a namespace of its own.  Raises AssertionError where a gradient is not the one shown."""
    space: dict[str, Any] = {"print": lambda *_: None}
    exec(compile(text, "<script>", "exec"), space)
    return space


def numpy_script(program: str, inputs: dict[str, Any], **how: Any) -> str:
    return script(numpy_sections(engine.trace(program, inputs, **how), "en"))


def holds(program: str, inputs: dict[str, Any], **how: Any) -> str:
    """The script of a program, whose gradients were compared."""
    text = numpy_script(program, inputs, **how)
    assert "gradlens" not in text
    run(text)
    return text


@each("name", OPS, parts=4)
def test_the_numpy_script_of_every_op_gives_its_gradients(name):
    op = OPS[name]
    for call, shapes in calls(op)[: 1 if op.elementwise else None]:
        holds(call, smooth_point(op, shapes, 3))


def test_the_numpy_script_of_every_example_gives_its_gradients():
    for example in EXAMPLES:
        for program in example["program"].values():
            holds(program, example["inputs"])


@each("name", PROGRAMS | OTHERS)
def test_the_numpy_script_of_a_program_gives_its_gradients(name):
    program, inputs = (PROGRAMS | OTHERS)[name]
    holds(program, inputs)


def test_a_seed_and_opened_functions_are_in_the_script():
    holds("y = softmax(x)", {"x": [1.0, 2.0]}, seed=[1.0, -2.0])
    assert "np.exp" in holds("y = softmax(x)[0]", {"x": [1.0, 2.0]}, detail="expanded")


def test_a_script_reads_as_one_would_write_it():
    lines = numpy_script("t = x + y\nz = t ** 2", {"x": 2.0, "y": 3.0}).splitlines()
    assert [line for line in lines if re.match("d?[xyzt] = ", line)] == [
        "x = np.float64(2.0)",
        "y = np.float64(3.0)",
        "t = x + y",
        "z = t ** 2",
        "dz = np.float64(1.0)",
        "dt = dz * (2 * t)",
        "dy = dt",
        "dx = dt",
    ]


def test_groups_and_conventions_are_comments():
    text = holds("def layer(x):\n    return relu(x)\ny = layer(x) * 2", {"x": 0.0})
    assert "# layer" in text and "# At 0 the gradient is 0, as in PyTorch and JAX." in text
    korean = script(numpy_sections(engine.trace("y = relu(x)", {"x": 0.0}), "ko"))
    assert "# 0에서 기울기는 0으로 둡니다" in korean and "# 역전파" in korean


@each("program, inputs", KINKS)
def test_at_a_kink_the_script_follows_the_same_convention(program, inputs):
    holds(program, inputs)


def test_a_script_with_a_wrong_gradient_ends_with_an_error():
    text = numpy_script("z = x ** 2", {"x": 3.0})
    for wrong in (
        text.replace("dz * (2 * x)", "dz * (2.000001 * x)"),
        text.replace("('d/dx', dx, 6.0)", "('d/dx', dx, np.nan)"),
    ):
        assert wrong != text
        with pytest.raises(AssertionError, match="differs: d/dx"):
            run(wrong)


def test_what_a_reader_writes_stays_text():
    """Whatever stands in comments and strings of a program is not run by its script."""
    hostile = "# '''QQQ\\\nx = 2 # \\\nQQQimport os\nos.abort()QQQ\ny = x * 3 # raise SystemExit\\".replace("Q", '"')
    text = numpy_script(hostile, {})
    run(text)
    tree = ast.parse(text)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import) and node.names[0].name == "os"]


FRAMEWORKS = {"torch": pytorch_sections, "jax": jax_sections}
# What a framework has no differentiable function for, or one whose result is another but for a sign.
REFUSED = {
    "torch": {
        "stdtr", "stdtrit", "gammaincinv", "betainc", "betaincinv", "bessel_j", "bessel_y", "bessel_k",
        "scaled_bessel_k", "exp1", "expi", "expn", "zeta", "cofactors", "prod_of_others", "index_add", "scatter_add",
        "eigenvectors", "left_vectors", "right_vectors",
    },
    "jax": {
        "stdtr", "stdtrit", "gammaincinv", "betaincinv", "bessel_j", "bessel_y", "bessel_k", "scaled_bessel_k", "expn",
        "zeta", "cofactors", "prod_of_others", "index_add", "scatter_add", "eigenvectors", "left_vectors",
        "right_vectors", "fold",
    },
}  # fmt: skip


@each("framework, name", [(framework, name) for framework in FRAMEWORKS for name in OPS], sample=5)
def test_an_op_is_written_for_a_framework_or_refused_by_name(framework, name):
    op = OPS[name]
    call, shapes = calls(op)[0]
    trace = engine.trace(call, smooth_point(op, shapes, 3))
    if name not in REFUSED[framework]:
        tree = ast.parse(script(FRAMEWORKS[framework](trace, "en")))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "gradlens"]
        return
    with pytest.raises(EngineError, match=name) as caught:
        FRAMEWORKS[framework](trace, "en")
    assert caught.value.kind in ("code-unspelled", "code-sign")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_where_a_framework_is_installed_its_own_gradients_are_those_of_the_script(framework):
    pytest.importorskip(framework)
    for program, inputs in [*(PROGRAMS | OTHERS).values(), *KINKS]:
        if "xlogy" not in program and not (inputs.get("x") == 0 and "** 0.5" in program):  # -0 has two roots
            run(script(FRAMEWORKS[framework](engine.trace(program, inputs), "en")))


def test_where_a_framework_has_another_derivative_it_is_written_so_or_refused():
    kink = engine.trace("y = abs(x)", {"x": 0.0})
    assert "y = jnp.where(x == 0, 0 * x, jnp.abs(x))" in script(jax_sections(kink, "en"))
    assert "y = jnp.abs(x)" in script(jax_sections(engine.trace("y = abs(x)", {"x": 2.0}), "en"))
    with pytest.raises(EngineError, match="xlogy has no derivative") as caught:
        pytorch_sections(engine.trace("y = xlogy(x, x)", {"x": 0.0}), "en")
    assert caught.value.kind == "code-kink"


def test_a_framework_s_script_has_its_backward_pass_and_the_one_by_hand():
    trace = engine.trace("def layer(x, W):\n    return relu(x @ W)\nL = sum(layer(x, W))", {"x": [[1.0]], "W": [[2.0]]})
    pytorch = script(pytorch_sections(trace, "en"))
    assert "x = torch.tensor([[1.0]], requires_grad=True)" in pytorch and "L.backward(dL)" in pytorch
    assert "with torch.no_grad():\n    dL = torch.tensor(1.0)" in pytorch and "    dW = x.T @ dv2" in pytorch
    updated = engine.trace(
        "w = torch.tensor(1.0)\nopt = torch.optim.SGD([w], lr=0.1)\nfor _ in range(2):\n    loss = (w * x) ** 2\n"
        "    opt.zero_grad()\n    loss.backward()\n    opt.step()",
        {"x": 2.0},
    )
    assert "w_2 = v13.detach()\nkeep_gradient(w_2)" in script(pytorch_sections(updated, "en"))
    jax = script(jax_sections(trace, "en"))
    assert "jax.vjp(forward, x, W, has_aux=True)" in jax and "dW = x.T @ dv2" in jax


def test_what_is_too_large_is_refused_by_name():
    with pytest.raises(EngineError, match=f"has {MOST_NODES + 4} nodes") as caught:
        numpy_script("y = x\n" + "y = y * x\n" * (MOST_NODES + 2), {"x": 1.0})
    assert caught.value.kind == "code-too-long"
    with pytest.raises(EngineError, match='"w" holds') as caught:
        numpy_script("y = sum(x * w)", {"x": 1.0, "w": np.ones(MOST_NUMBERS + 1)})
    assert caught.value.kind == "value-too-large"


def test_a_notebook_is_the_script_in_cells():
    """As nbformat 4.5 has it: https://nbformat.readthedocs.io/en/latest/format_description.html"""
    made = json.loads(notebook(numpy_sections(engine.trace("y = softmax(x)[0]", {"x": [1.0, 2.0]}), "ko")))
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in made["cells"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch("[a-zA-Z0-9-_]{1,64}", id) for id in ids)
    for cell in made["cells"]:
        keys = {"cell_type", "id", "metadata", "source"}
        assert set(cell) == (keys if cell["cell_type"] == "markdown" else keys | {"execution_count", "outputs"})
    space: dict[str, Any] = {"print": lambda *_: None}
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    assert "COMPARED" in space


def training(optimizer: Any, **more: Any) -> engine.Training:
    layers = [{"type": "affine", "units": 3}, {"type": "batch_norm"}, {"type": "relu"}, {"type": "affine", "units": 2}]
    spec = engine.NetworkSpec(more.pop("layers", layers), "softmax_cross_entropy", l2=0.01)
    x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [2.0, 1.0]]
    samples = engine.samples_of({"x": np.array(x)}, np.array([0.0, 1.0, 1.0, 0.0, 1.0]))
    return engine.Training(spec, samples, engine.TrainingPlan(optimizer, steps=5, batch_size=3, **more))


TRAININGS = {"numpy": numpy_training, "torch": pytorch_training}


@each("kind", OPTIMIZERS)
def test_a_training_s_script_has_the_losses_of_the_training(kind):
    optimizer = {"type": kind, "lr": 0.05, "weight_decay": 0.02}
    text = script(numpy_training(training(optimizer, freeze=("b1",)), "ko"))
    assert "gradlens" not in text
    run(text)
    with pytest.raises(AssertionError, match="손실이 다른 단계"):
        run(text.replace("WEIGHT_DECAY = 0.02", "WEIGHT_DECAY = 0.03"))
    ast.parse(script(pytorch_training(training(optimizer), "en")))


def test_where_pytorch_is_installed_its_training_has_the_same_losses():
    pytest.importorskip("torch")
    for kind in OPTIMIZERS:
        run(script(pytorch_training(training({"type": kind, "lr": 0.05, "weight_decay": 0.02}), "en")))


def test_a_training_that_code_cannot_repeat_is_refused_by_name():
    dropping = [{"type": "affine", "units": 3}, {"type": "dropout"}, {"type": "affine", "units": 2}]
    ended = list(training("sgd").events())[-1]
    going_on = training("sgd")
    going_on.first = 1 + ended["step"]
    for what, found in ((training("sgd", layers=dropping), "code-dropout"), (going_on, "code-resumed")):
        for write in TRAININGS.values():
            with pytest.raises(EngineError) as caught:
                write(what, "en")
            assert caught.value.kind == found
