"""The text of nn.Sequential: its numbers and counts against PyTorch itself, and options that have no counterpart."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.network import NetworkSpec, trace_network
from gradlens.engine.networks.specs.pytorch import MODULES
from tests.each import each
from tests.engine.numerics import close

CASES = {
    case["text"]: case
    for case in json.loads((Path(__file__).parent / "data" / "pytorch.json").read_text(encoding="utf-8"))["cases"]
}
ROWS, SIGNALS, IMAGES = np.ones((2, 4)), np.ones((2, 3, 4)), np.ones((2, 2, 4, 5))


@each("text", CASES)
def test_a_sequence_gives_the_numbers_and_counts_of_pytorch(text):
    case = CASES[text]
    trace, network = trace_network(NetworkSpec(text, parameters=case["parameters"]), case["x"])
    assert close(trace["y"].value, case["y"], rtol=1e-8, atol=1e-9)  # Softplus is x itself from 20 on there
    assert sum(int(np.prod(p.shape)) for p in network.parameters) == case["count"]


def test_every_module_is_compared_with_pytorch():
    assert MODULES.keys() - {"Dropout"} <= set(re.findall(r"nn\.(\w+)\(", " ".join(CASES)))


@each(
    "module, x, option",
    [
        ("nn.Conv2d(2, 2, 3, padding='full')", IMAGES, "padding"),
        ("nn.Conv2d(2, 2, 3, made_up=1)", IMAGES, "made_up"),
        ("nn.MaxPool2d(2, dilation=2)", IMAGES, "dilation"),
        ("nn.MaxPool2d(2, return_indices=True)", IMAGES, ""),
        ("nn.BatchNorm1d(99)", ROWS, "99"),
        ("nn.LayerNorm(3)", ROWS, "3"),
        ("nn.GELU(approximate='erf')", ROWS, "approximate"),
        ("nn.Embedding(3, 2, max_norm=1.0)", ROWS, "max_norm"),
        ("nn.Dropout(p=1)", ROWS, "rate"),
        ("nn.RReLU()", ROWS, ""),
        ("nn.AlphaDropout()", ROWS, ""),
        *((f"nn.{name}(2)", ROWS, name) for name in ("Conv3d", "EmbeddingBag", "MaxUnpool2d", "SyncBatchNorm")),
    ],
)
def test_what_would_change_numbers_and_has_no_counterpart_is_refused_by_name(module, x, option):
    with pytest.raises(engine.EngineError) as error:
        trace_network(NetworkSpec(f"nn.Sequential({module})"), x)
    assert option in error.value.detail
    assert "suggestion" not in error.value.params  # another module is no other spelling


NAMED = {  # what a network's constructor makes, and the names of its weights in the order of their use
    "self.parts = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])": "parts_0_weight parts_1_weight",
    "self.parts = nn.ModuleList()\n        self.parts.append(nn.Linear(2, 2))": "parts_0_weight",
    "self.parts = nn.ModuleDict({'a': nn.Linear(2, 2)}).values()": "a_weight",
    "self.parts = [nn.Sequential(nn.ReLU(), nn.Linear(2, 2))]": "weight",
    "self.seq = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2)))\n        self.parts = [self.seq]": (
        "seq_0_weight seq_1_0_weight"
    ),
    "self.fc = nn.Linear(2, 2)\n        self.parts = [self.fc]": "fc_weight",
}


def test_a_weight_is_named_by_the_attributes_and_places_that_lead_to_it_as_in_pytorch():
    for made, names in NAMED.items():
        trace = engine.trace(
            "import torch\nimport torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n"
            f"        super().__init__()\n        {made}\n    def forward(self, x):\n"
            "        for part in self.parts:\n            x = part(x)\n        return x\n"
            "y = Net()(torch.ones(1, 2)).sum()"
        )
        assert [name for name in trace.gradients if name.endswith("weight")] == names.split(), made
