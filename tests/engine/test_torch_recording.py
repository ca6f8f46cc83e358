"""gradlens.torch.record: PyTorch's own graph, step by step, where a machine has PyTorch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import gradlens
from tests.engine.numerics import close


def test_the_recorder_is_found_without_pytorch_and_loads_nothing():
    code = (
        "import sys, gradlens.torch\nassert gradlens.torch.record\n"
        "assert 'torch' not in sys.modules\nfrom gradlens import torch\nassert torch is gradlens.torch"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_models_values_and_gradients_are_recorded_edge_by_edge_and_agree_with_ours(tmp_path):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    x, t = torch.randn(5, 3), torch.tensor([0, 1, 0, 1, 1])
    before = net[0].weight.grad = torch.ones_like(net[0].weight)
    recorded = gradlens.torch.record(net, x, loss=lambda y: torch.nn.functional.cross_entropy(y, t))
    assert net[0].weight.grad is before and gradlens.verify(recorded).ok
    values = {name.replace(".", "_"): one.detach().double().numpy() for name, one in net.named_parameters()}
    weights = {f"{name[2:3].upper()}{int(name[0]) // 2 + 1}": one for name, one in values.items()}
    ours = gradlens.trace(
        "h = tanh(x @ W1.T + B1)\nL = softmax_cross_entropy(h @ W2.T + B2, t)",
        {**weights, "x": x.double().numpy(), "t": t.numpy()},
    )
    found = gradlens.compare(ours, recorded.save(tmp_path / "a.json"))
    assert found.agree and found.compared["contribution"] >= 2, repr(found)
    assert close(recorded.gradients["0.weight"], ours.gradients["W1"], rtol=1e-4)


def test_what_turns_nan_in_pytorch_is_found():
    torch = pytest.importorskip("torch")
    recorded = gradlens.torch.record(
        lambda x: torch.where(x > 0, torch.log(x), torch.zeros_like(x)), torch.tensor([0.0, 1.0])
    )
    found = gradlens.compare(
        gradlens.trace("sum(where(x > 0, log(where(x > 0, x, 1)), 0))", {"x": [0.0, 1.0]}), recorded
    )
    assert found.first is not None and "sends back to x[0] turns NaN in theirs" in found.first.sentence
    assert np.isnan(recorded["x"].gradient).tolist() == [True, False]


def test_what_has_no_gradient_is_told():
    torch = pytest.importorskip("torch")
    for model, loss in ((torch.detach, None), (lambda x: None, None), (lambda x: x, lambda y: 3.0)):
        with pytest.raises(ValueError, match=f"the {'loss' if loss else 'model'} gives nothing that has a gradient"):
            gradlens.torch.record(lambda x, model=model: model(x), torch.ones(2), loss=loss)
