"""What model.parameters() gives: weights, and not what a layer holds besides."""

import numpy as np

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
}


def test_the_parameters_of_a_layer_are_its_weights_without_its_buffers():
    for line, wanted in LINES.items():
        found = engine.trace(MODEL.format(line=line))
        assert np.isclose(found.nodes[found.output].value, 2 * wanted), line
