"""What is differentiated of a program with a hand-written backward half: its loss, and of a loop its last step."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.language.outputs.backward_half import may_hold, told_lines
from gradlens.engine.language.outputs.gradient_names import said_in, said_in_comments
from tests.each import each
from tests.engine.backward_passes import PASSES

NET = "x = np.array([[0.5, -1.0]])\nw = np.array([[2.0], [0.5]])\ny = x @ w\nL = np.sum(y**2)\n"
TRAINING = """X = np.array([[0.5, -1.0], [2.0, 1.5], [0.3, 0.1]])
t = np.array([[1.0], [0.0], [2.0]])
W = np.array([[0.1], [0.2]])
lr = 0.1
for epoch in range(3):
    y = X @ W
    loss = np.mean((y - t)**2)
    dy = 2 * (y - t) / len(t)
    dW = X.T @ dy
    W -= lr * dW
"""
STEPS = {
    "no_grad": "    with torch.no_grad():\n        w -= 0.01 * w.grad\n    w.grad.zero_()\n",
    "data": "    w.data -= 0.01 * w.grad\n    w.grad = None\n",
}


def test_the_loss_is_differentiated_and_the_backward_half_is_not_drawn():
    losses = {name: engine.trace(one.text) for name, one in PASSES.items()}
    wrong = [
        n for n, t in losses.items() if t.nodes[t.output].name not in ("loss", "cost", "L", "J") or not t.graph.half
    ]
    assert wrong == []
    for trace in losses.values():
        assert all(node.id <= trace.output or node.op == "input" for node in trace.nodes)
        assert [w.kind for w in trace.warnings].count("backward-half") == 1


def test_its_lines_are_told_and_a_name_of_it_can_still_be_asked_for():
    trace = engine.trace(NET + "dy = 2 * y\ndw = x.T @ dy\ndx = dy @ w.T\n")
    assert trace.graph.half == (5, 6, 7) and sorted(trace.graph.names) == ["L", "w", "x", "y"]
    told = next(w for w in trace.warnings if w.kind == "backward-half")
    assert told.params == {"node": "L", "lines": "5–7", "count": 3}
    asked = engine.trace(NET + "dy = 2 * y\ndw = x.T @ dy\n", output="dw")
    assert asked.nodes[asked.output].name == "dw" and not asked.graph.half
    assert told_lines((1, 2, 3, 7, 20, 21, 30, 40, 50)) == "1–3, 7, 20–21, 30, …"


@pytest.mark.parametrize(
    "program",
    [
        "x = 1.0\ny = 2.0\nu = x * y\ndx = 0.1\ndy = 0.2\ndz = (x + dx) * (y + dy) - u",  # small steps
        "w = 2.0\nloss1 = (w - 1)**2\ndw = 0.001\nloss2 = (w + dw - 1)**2\ngrad_w = (loss2 - loss1) / dw",
        "v = 2.0 * x\ndv = 0.1 * v\ny = v + dv",
        "x = np.linspace(0, 1, 5)\ndx = x[1] - x[0]\nenergy = np.sum(x**2) * dx",
        "a = torch.tensor(2.0, requires_grad=True)\nc = a * a\nga, = torch.autograd.grad(c, (a,))\nd = ga * 10",
        "h = np.array([0.8])\ndef back(dout):\n    dout[0] = 0\nout = h * 2\nback(h)\nj = 0\nj += 1\nz = np.sum(h)",
    ],
)
def test_other_names_of_this_form_are_no_backward_half(program):
    trace = engine.trace(program, {"x": 1.0} if "x = " not in program and "x" in program else {})
    assert not trace.graph.half and trace.output == len(trace.nodes) - 1


def test_of_a_loop_of_training_the_gradient_is_that_of_the_last_step():
    trace = engine.trace(TRAINING)
    X, t = np.array(trace["X"].value), np.array(trace["t"].value)
    W = np.array([[0.1], [0.2]])
    for _ in range(2):
        W = W - 0.1 * X.T @ (2 * (X @ W - t) / 3)
    np.testing.assert_allclose(trace.gradients["W"], X.T @ (2 * (X @ W - t) / 3), rtol=1e-12)
    assert [w.kind for w in trace.warnings] == ["backward-half", "stepped"]
    assert {result.verdict for result in engine.check(TRAINING).results} == {"agree"}


@pytest.mark.parametrize("update", STEPS.values(), ids=STEPS)
def test_an_update_is_cut_and_the_gradient_is_that_of_the_last_step(update):
    text = (
        "import torch\nw = torch.tensor(2.0, requires_grad=True)\nfor i in range(3):\n    loss = (w * 3 - 1) ** 2\n"
        "    loss.backward()\n" + update
    )
    w = 2.0
    for _ in range(2):
        w -= 0.01 * 2 * (3 * w - 1) * 3
    trace = engine.trace(text)
    assert trace.gradients["w"] == pytest.approx(2 * (3 * w - 1) * 3, rel=1e-12)
    assert trace.nodes[trace.stepped["w"]].value == pytest.approx(w, rel=1e-12)
    assert [(one.kind, one.params["names"]) for one in trace.warnings] == [("stepped", "w")]


RENAMED = {  # under which names a loop of training updates a weight
    "another name": ("w = torch.tensor(2.0, requires_grad=True)\nv = w\n", "v -= 0.01 * v.grad", "w"),
    "a list": ("w = torch.tensor(2.0, requires_grad=True)\nall = [w]\n", "all[0] -= 0.01 * all[0].grad", "w"),
    "a layer's": (
        "net = torch.nn.Linear(1, 1, bias=False)\n",
        "[v] = net.parameters()\n        v -= 0.01 * v.grad",
        "weight",
    ),
}


@each("begin, update, name", RENAMED.values())
def test_an_update_under_another_name_is_one_of_the_input(begin, update, name):
    weight = "net.weight[0, 0]" if name == "weight" else "w"
    zero = "net.zero_grad()" if name == "weight" else "w.grad = None"
    text = (
        f"import torch\n{begin}for i in range(3):\n    loss = ({weight} * 3 - 1) ** 2\n    loss.backward()\n"
        f"    with torch.no_grad():\n        {update}\n    {zero}\nprint(loss)"
    )
    trace = engine.trace(text, {name: [[2.0]] if name == "weight" else 2.0})
    w = 2.0
    for _ in range(2):
        w -= 0.01 * 2 * (3 * w - 1) * 3
    assert np.sum(trace.gradients[name]) == pytest.approx(2 * (3 * w - 1) * 3, rel=1e-12)
    assert set(trace.stepped) == {name}


def test_comments_say_whose_gradient_a_line_gives():
    for comment, name in [
        (" ∂L/∂W2", "W2"),
        (" dL/dz = dL/da * da/dz", "z"),
        (" ∂loss/∂params['W1']", "W1"),
        (" ∂a/∂z", None),
        (" gradient of the loss with respect to W1", "W1"),
        (" W1의 기울기", "W1"),
        (" the gradient is large", None),
    ]:
        assert said_in(comment) == name, comment
    assert said_in_comments("# ∂L/∂y\ng = 1\nh = 2  # ∂L/∂x\n# other\nk = 3") == {2: "y", 3: "x"}
    assert may_hold("g = 1  # ∂L/∂x") and may_hold("x = 1\ndx = 2") and not may_hold("data = 1\nz = data")
