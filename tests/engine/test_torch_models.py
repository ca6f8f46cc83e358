"""Models of PyTorch scripts: their numbers, gradients and three steps of training against PyTorch itself."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.network import NetworkSpec, build_network, trace_network
from gradlens.engine.networks.training import Training, TrainingPlan, samples_of
from tests.each import each
from tests.engine.numerics import close

FIGURES = json.loads((Path(__file__).parent / "data" / "torch_models.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in FIGURES["cases"]}


def wave(shape: Sequence[int], shift: float) -> np.ndarray:
    """What the figures were computed with."""
    return 0.4 * np.sin(1.7 * np.arange(math.prod(shape)) + shift).reshape(shape)


@each("name", CASES)
def test_a_model_gives_the_numbers_gradients_and_steps_of_pytorch(name):
    case = CASES[name]
    words = case["kind"] == "words"
    x = (np.arange(8) % 6).reshape(case["shape"]) if words else 2 * wave(case["shape"], 0.3)
    t = wave(case["output"], 0.7)
    found = {p.name: p.shape for p in build_network(NetworkSpec(case["text"]), {"x": x.shape}).parameters}
    told = [name for name, _ in case["gradients"]]
    names = told if set(told) == set(found) else list(found)  # of nn.Sequential the names are numbers there
    assert len(names) == len(told)
    values = {n: wave(found[n], i + 1) + (len(found[n]) == 1) for i, n in enumerate(names)}
    spec = NetworkSpec(case["text"], "mse", parameters=values)
    trace, _ = trace_network(spec, x, t)
    assert close(trace["y"].value, np.reshape(case["y"], case["output"]), rtol=1e-9, atol=1e-10)
    for name, (_, told_sum) in zip(names, case["gradients"], strict=True):
        gradient = np.asarray(trace.gradients[name], dtype=np.float64).ravel()
        assert close(gradient @ np.cos(np.arange(gradient.size)), told_sum, rtol=1e-9, atol=1e-10), name
    training = Training(spec, samples_of({"x": x}, t), TrainingPlan({"type": "sgd", "lr": 0.1}, 3, shuffle=False))
    losses = [event["loss"] for event in training.events(lambda: False) if event["event"] in ("step", "end")]
    assert close(losses, case["losses"], rtol=1e-9)


def trained(text: str, parameters: dict) -> list:
    x, t = 2 * wave((8, 4), 0.3), wave((8, 2), 0.7)
    plan = TrainingPlan({"type": "sgd", "lr": 0.1}, 3, batch_size=4, shuffle=False, predict={"x": x[:3]})
    return list(
        Training(NetworkSpec(text, "mse", parameters=parameters), samples_of({"x": x}, t, 6), plan).events(bool)
    )


def test_dropout_and_normalisation_are_in_training_and_in_evaluation_what_they_are_in_a_list_of_layers():
    layers = "nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 2)"
    listed = {"W1": wave((3, 4), 1).T, "b1": 0, "W2": wave((2, 3), 2).T, "b2": 0}
    values = {"weight": listed["W1"].T, "bias": 0, "weight_3": listed["W2"].T, "bias_3": 0}
    one = trained(f"nn.Sequential({layers})", listed)
    calls = "class N(nn.Module):\n def __init__(s):\n  super().__init__()\n  s.a, s.n, s.b = nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 2)\n"  # fmt: skip # noqa: E501
    named = dict(zip(("a_weight", "a_bias", "b_weight", "b_bias"), values.values(), strict=True))
    for text, given in (
        (f"nn.Sequential(*[{layers}])", values),
        (calls + " def forward(s, x):\n  return s.b(F.dropout(s.n(s.a(x)), 0.5, s.training))", named),
    ):
        other = trained(text, given)
        for a, b in zip(one[1:], other[1:], strict=True):
            assert close(a["loss"], b["loss"], rtol=1e-12) and close(a["predictions"], b["predictions"], rtol=1e-12)
            assert close(
                [a[part]["loss"] for part in ("train", "test")], [b[part]["loss"] for part in ("train", "test")]
            )
        other = trained(text.replace("0.5", "0.4"), given)
        assert not close(other[1]["loss"], one[1]["loss"])


def test_a_penalty_is_that_on_weights_alone_and_copies_of_layers_go_their_own_way():
    text = (
        "class N(nn.Module):\n def __init__(s):\n  super().__init__()\n  s.a = nn.Linear(2, 3)\n"
        " def forward(s, x):\n  return s.a(x)"
    )
    spec = NetworkSpec(text, "mse", l1=0.5, l2=3.0, parameters={"a_weight": [[1, -2], [0, 1], [2, 0]], "a_bias": 7})
    trace, _ = trace_network(spec, [[0, 0]], [[7, 7, 7]])
    assert trace["loss"].value == 0.5 * 6 + 1.5 * 10
    copied = "import copy\na = nn.Linear(2, 2)\nmodel = nn.Sequential(a, copy.deepcopy(a))"
    assert len(build_network(NetworkSpec(copied), {"x": (1, 2)}).parameters) == 4


@each(
    "text, kind, part",
    [
        ("Net(\n  (fc1): Linear(in_features=4, out_features=8, bias=True)\n)", "spec-printed", "Net"),
        ("G = nn.Sequential(nn.Linear(4, 2))\nD = nn.Sequential(nn.Linear(2, 1))", "spec-models", "G, D"),
        (
            "class Net(nn.Module):\n  def __init__(self, n, m=2):\n    super().__init__()\n  def forward(self, x):\n"
            "    return x",
            "spec-arguments",
            "Net needs values for n.",
        ),
        ("import os\nprint(3)", "spec-text", "no model"),
        ("model = nn.Sequential(*[nn.Linear(4, 3), nn.Linear(5, 2)])", "linear-shapes", "(2, 5)"),
        ("model = nn.Sequential(*[nn.Linear(4, 3), nn.Made(5)])", "prefix-function", "Made"),
        ("model = nn.Sequential(nn.MaxPool3d(2, return_indices=True))", "argument-unsupported", "nn.MaxPool3d"),
        ("model = nn.Sequential(nn.AvgPool3d(2, divisor_override=3))", "argument-unsupported", "nn.AvgPool3d"),
        ("loss = 3\nmodel = nn.Sequential(*[nn.Linear(4, loss)])", "network-name", "loss"),
    ],
)
def test_what_is_no_model_is_told_with_what_it_lacks(text, kind, part):
    with pytest.raises(engine.EngineError) as error:
        build_network(NetworkSpec(text), {"x": (2, 4)})
    assert error.value.kind == kind and part in error.value.detail


def test_an_error_has_its_place_in_the_readers_own_text():
    text = "model = nn.Sequential(OrderedDict([\n  ('a', nn.Linear(4, 3)),\n  ('b', nn.Linear(5, 2))]))"
    with pytest.raises(engine.EngineError) as error:
        build_network(NetworkSpec(text), {"x": (2, 4)})
    assert error.value.span is None  # the call, which is not in it
    with pytest.raises(engine.EngineError) as error:
        build_network(NetworkSpec(text.replace("5, 2", "5, 2, dias=3")), {"x": (2, 4)})
    assert error.value.span is not None and error.value.span.start_line == 3


NET = "class N(nn.Module):\n def __init__(s):\n  super().__init__()\n  s.a, s.b = nn.Linear(4, 3), nn.Linear(3, 2)\n"


def test_only_what_layers_hold_is_learnt_and_what_is_frozen_is_not():
    """A number of the script is none of the model's parameters, nor is one that only has the name of a value inside."""
    text = (
        "scale = 0.5\nx = torch.rand(3, 4)\nlr = 0.1\n"
        + NET
        + " def forward(s, x):\n  lr = s.b(torch.relu(s.a(x)))\n  return lr * scale\n"
        "net = N()\nfor p in net.a.parameters():\n  p.requires_grad = False\n"
        "net.b.weight.data = torch.ones(2, 3)\nnet.b.bias.data.fill_(2)\n"
    )
    x, t = wave((3, 4), 1), wave((3, 2), 2)
    trace, network = trace_network(NetworkSpec(text, "mse"), x, t)
    names = [p.name for p in network.parameters]
    w = {name: np.asarray(trace[name].value) for name in names}
    assert set(names) == {"a_weight", "a_bias", "b_weight", "b_bias"}
    assert close(w["b_weight"], np.ones((2, 3))) and close(w["b_bias"], [2, 2])
    hidden = np.maximum(x @ w["a_weight"].T + w["a_bias"], 0)
    assert close(trace["y"].value, (hidden.sum(axis=1, keepdims=True) + 2) / 2 * np.ones(2))
    *_, end = Training(NetworkSpec(text, "mse"), samples_of({"x": x}, t), TrainingPlan("sgd", 1)).events(bool)
    assert {n for n in names if not close(end["parameters"][n], w[n])} == {"b_weight", "b_bias"}


def test_of_a_model_that_gives_several_arrays_the_first_is_compared_with_targets():
    for given in ("y, x", "(y, (x, x))", "((y, x), x)"):
        text = NET + f" def forward(s, x):\n  x = s.a(x)\n  y = s.b(x)\n  return {given}\n"
        trace, network = trace_network(NetworkSpec(text, "mse"), wave((3, 4), 1), wave((3, 2), 2))
        assert network.output_shape == (3, 2) and [w.kind for w in trace.warnings] == ["several-outputs"]


def test_layers_may_be_kept_where_pytorch_keeps_them():
    text = (
        "class S(nn.Module):\n def __init__(s, *args):\n  super().__init__()\n  s.first = nn.Linear(4, 3)\n"
        "  for i, one in enumerate(args):\n   s._modules[str(i)] = one\n"
        " def forward(s, x):\n  for one in s._modules.values():\n   x = one(x)\n  return x\n"
        "net = S(nn.Tanh(), nn.Linear(3, 2))\n"
    )
    trace, network = trace_network(NetworkSpec(text), wave((3, 4), 1))
    assert sorted(p.shape for p in network.parameters) == [(2,), (2, 3), (3,), (3, 4)]
    assert trace["y"].shape == (3, 2)


def test_a_parameter_that_is_made_of_numbers_with_a_name_is_learnt():
    for line in ("w = torch.ones(4, 2)", "w = 1 + torch.zeros(4, 2)"):
        text = (
            f"class N(nn.Module):\n def __init__(s):\n  super().__init__()\n  {line}\n  s.w = nn.Parameter(w)\n"
            " def forward(s, x):\n  return x @ s.w\n"
        )
        trace, network = trace_network(NetworkSpec(text, "mse"), wave((3, 4), 1), wave((3, 2), 2))
        assert [p.name for p in network.parameters] == ["w"] and close(trace["w"].value, np.ones((4, 2)))
        assert np.asarray(trace.gradients["w"]).any()


def test_numbers_that_a_model_draws_are_no_weights_and_are_said_to_stay():
    text = NET + " def forward(s, x):\n  h = s.a(x)\n  return s.b(h + torch.randn_like(h))\n"
    trace, network = trace_network(NetworkSpec(text, "mse"), wave((3, 4), 1), wave((3, 2), 2))
    assert len(network.parameters) == 4 and [w.kind for w in trace.warnings] == ["same-noise"]
    assert trace_network(NetworkSpec(text), wave((3, 4), 1))[0].warnings == []


COMMAND_LINE = """
p = argparse.ArgumentParser()
p.add_argument('-n', '--n-units', type=int, default=3, metavar='N')
p.add_argument('--width', dest='m',
  default=2)
p.add_argument('--cuda', action='store_true')
args = p.parse_args()
"""


def test_a_model_that_is_made_within_a_function_or_a_branch_is_made_with_its_arguments():
    owner = "class N(nn.Module):\n def __init__(s, n, m=2):\n  super().__init__()\n  s.a = nn.Linear(4, n * m)\n"
    owner += " def forward(s, x):\n  return s.a(x)\n"
    for text, width in (
        ("k = 3\n" + owner + "def main():\n  net = N(k, m=1).to(device)\n", 3),
        (owner + "if __name__ == '__main__':\n  net = N(2)\n  print(net(torch.rand(2, 4)))\n", 4),
        (owner.replace("n, m=2", "n=5, m=1") + "def main(args):\n  net = N(args.n)\n", 5),
        (owner + "if __name__ == '__main__':\n  n = 3\n  x = torch.rand(2, 4)\n  net = N(n)\n", 6),
        (owner + "def main(n=3):\n  k = n + 1\n  k += 1\n  net = N(k, m=1)\n", 5),
        (owner + "def small():\n  return N(2)\ndef large():\n  return N(200)\n", 4),
        (owner + "def small():\n  return N(2)\ndef large():\n  return N(3)\ndef test():\n  net = large()\n", 6),
        (owner + COMMAND_LINE + "net = N(args.n_units, args.m)\n", 6),
        (owner + "def main():\n" + COMMAND_LINE.replace("\n", "\n  ") + "net = N(args.n_units, args.m)\n", 6),
    ):
        assert build_network(NetworkSpec(text), {"x": (3, 4)}).output_shape == (3, width)
    with pytest.raises(engine.EngineError) as error:
        build_network(NetworkSpec(owner + "def main(args):\n  net = N(args.n)\n"), {"x": (3, 4)})
    assert error.value.kind == "spec-arguments"
