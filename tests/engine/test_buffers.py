"""What model.parameters() gives: weights, and not what a layer holds besides."""

import numpy as np
import pytest

from gradlens import engine

MODEL = """
import torch
from torch import nn
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.tensor([1.0, 2.0]))
        {line}
z = torch.tensor(2.0)
L = sum(p.sum() for p in Model().parameters()) * z
"""
LINES = {  # of a class, and the sum of its parameters in PyTorch 2.14
    "pass": 3.0,
    "self.register_buffer('m', torch.tensor([3.0, 4.0]))": 3.0,
    "self.held = [nn.Parameter(torch.tensor([3.0, 4.0]))]": 3.0,
    "self.held = nn.ModuleList([nn.BatchNorm1d(2)])": 5.0,
    "self.held = nn.Sequential(nn.BatchNorm1d(2), nn.BatchNorm1d(3))": 8.0,
    "self.t = torch.tensor([3.0, 4.0])": 3.0,
    "self.t = torch.tensor([3.0, 4.0], requires_grad=True)": 3.0,
    "self.same = self.w": 3.0,
    "self.copied = self.w * 2": 3.0,
    "self.own = nn.Parameter(self.w * 2)": 9.0,
    "self.p = nn.Parameter(torch.tensor(5.0))": 8.0,
    "self.ps = nn.ParameterList([nn.Parameter(torch.ones(2)), torch.ones(3)])": 8.0,
    "self.ps = nn.ParameterDict({'a': torch.ones(2)})": 5.0,
    "self.ls = nn.ModuleDict({'a': nn.BatchNorm1d(2)})": 5.0,
    "self.register_parameter('v', nn.Parameter(torch.ones(2)))": 5.0,
}


def test_the_parameters_of_a_layer_are_its_weights_without_its_buffers():
    for line, wanted in LINES.items():
        found = engine.trace(MODEL.format(line=line))
        assert np.isclose(found.nodes[found.output].value, 2 * wanted), line


HELD = """
import copy
import torch
from torch import nn
class Inner(nn.Module):
    def __init__(self, k):
        super().__init__()
        self.k = nn.Parameter(torch.tensor([k]))
class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Inner(1.0)
        self.top = nn.Parameter(torch.tensor([10.0]))
        self.second = Inner(2.0)
        self.register_buffer("mask", torch.tensor([7.0]))
m = Outer()
{lines}
L = torch.tensor(1.0) * ({result})
"""
RESULTS = {  # of lines and an expression after them, and what it is in PyTorch 2.14
    ("", "sum((i + 1) * p for i, p in enumerate(m.parameters())).sum()"): 18.0,  # its own before those inside
    ("p = m.parameters()\na = sum(x.sum() for x in p)", "a + sum(x.sum() for x in p)"): 13.0,
    ("", "len([n for n, p in m.named_parameters() if n.startswith('second.')])"): 1.0,
    ("", "len(list(m.children())) + 10 * len(list(m.modules())) + 100 * len(dict(m.named_children()))"): 232.0,
    ("", "len(list(m.parameters(recurse=False)))"): 1.0,
    ("", "sum(v.sum() for v in m.state_dict().values())"): 20.0,
    ("", "next(m.buffers()).sum()"): 7.0,
    ("m.load_state_dict({**m.state_dict(), 'top': torch.tensor([4.0])})", "m.top.sum()"): 4.0,
    ("", "sum(isinstance(p, nn.Parameter) for p in m.parameters())"): 3.0,
    ("kept = m.state_dict()\nm.top.data.fill_(3.0)", "kept['top'].sum()"): 3.0,
    ("m.top = nn.Parameter(torch.tensor([4.0, 5.0]))", "sum(p.sum() for p in m.parameters())"): 12.0,
    (
        "for p in m.first.parameters():\n    p.requires_grad = False",
        "sum(p.requires_grad for p in m.parameters())",
    ): 2.0,
    ("m.requires_grad_(False)", "sum(p.requires_grad for p in m.parameters())"): 0.0,
}
STEPS = {  # lines before a step of SGD by the gradients of first.k * top + 3 * second.k, and the parameters' sum after
    "": 10.0 - 1.1 + 3.0 - 0.3,
    "m.first.k.requires_grad = False": 10.0 - 0.1 + 3.0 - 0.3,
    "m.requires_grad_(False)\nm.top.requires_grad_()": 10.0 - 0.1 + 3.0,
    "other = copy.deepcopy(m)\nfor p in other.parameters():\n    p.data.fill_(0.0)": 10.0 - 1.1 + 3.0 - 0.3,
}


def test_a_layer_tells_its_parts_by_name_and_in_order_as_pytorch_does():
    for (lines, result), wanted in RESULTS.items():
        found = engine.trace(HELD.format(lines=lines, result=result))
        assert np.isclose(found.nodes[found.output].value, wanted), (lines, result)


def test_a_step_leaves_frozen_parameters_and_copies_alone():
    for lines, wanted in STEPS.items():
        steps = "opt = torch.optim.SGD(m.parameters(), lr=0.1)\n(m.first.k * m.top + 3 * m.second.k).sum().backward()"
        text = HELD.format(lines=f"{lines}\n{steps}\nopt.step()", result="m.first.k + m.top + m.second.k")
        (last,) = [node for node in engine.trace(text).nodes if node.name == "L"]
        assert np.isclose(last.value, wanted), lines


def test_a_parameter_of_what_was_computed_is_an_input_of_its_own():
    head = "import torch\nfrom torch import nn\na = torch.tensor([1.0, 2.0], requires_grad=True)\n"
    found = engine.trace(f"{head}w = nn.Parameter(a * 2)\nL = (w ** 2).sum() + a.sum()")
    assert found.gradients["a"].tolist() == [1.0, 1.0]


def test_an_array_does_not_take_the_place_of_a_parameter():
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(HELD.format(lines="m.top = m.top - 0.1", result="m.top"))
    assert caught.value.kind == "parameter-replaced"
    caught_here = "try:\n    m.top = m.top - 0.1\nexcept TypeError:\n    m.top.data -= 0.5"
    found = engine.trace(HELD.format(lines=caught_here, result="m.top.sum()"))
    assert np.isclose(found.nodes[found.output].value, 9.5)
