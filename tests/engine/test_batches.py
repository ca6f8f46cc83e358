"""torch.utils.data: data sets, and the batches that a loader gives."""

import numpy as np
import pytest

from gradlens import engine

BEGIN = """
import torch
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset, TensorDataset, random_split
X = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
Y = torch.tensor([1, 0, 2])
w = torch.tensor([0.5, -0.5], requires_grad=True)
class Rows(Dataset):
    def __init__(self, X, Y):
        super().__init__()
        self.X, self.Y = X, Y
    def __len__(self):
        return len(self.X)
    def __getitem__(self, i):
        return {"x": self.X[i], "y": self.Y[i]}
L = 0
"""
# Programs, and what the batches by themselves give.
FIRST, LAST = "((X[:2] @ w - Y[:2]) ** 2).mean()", "((X[2:] @ w - Y[2:]) ** 2).mean()"
PROGRAMS = {
    "for x, y in DataLoader(TensorDataset(X, Y), batch_size=2):\n    L += ((x @ w - y) ** 2).mean()": (
        f"{FIRST} + {LAST}"
    ),
    "for x, y in DataLoader(TensorDataset(X, Y), 2, drop_last=True):\n    L += ((x @ w - y) ** 2).mean()": FIRST,
    "for b in DataLoader(Rows(X, Y), batch_size=2, num_workers=2):\n    L += ((b['x'] @ w - b['y']) ** 2).mean()": (
        f"{FIRST} + {LAST}"
    ),
    "x, y = next(iter(DataLoader(TensorDataset(X, Y), 2)))\nL = ((x @ w - y) ** 2).mean()": FIRST,
    "import torch.utils.data as Data\nloader = Data.DataLoader(dataset=Data.TensorDataset(X, Y), batch_size=2)\n"
    "for i, (x, y) in enumerate(loader):\n    L = ((x @ w - y) ** 2).mean() * len(loader)": f"{LAST} * 2",
    "for x, y in DataLoader(TensorDataset(X, Y), batch_size=2, shuffle=True):\n    L += ((x @ w - y) ** 2).sum()": (
        "((X @ w - Y) ** 2).sum()"
    ),
    "for part in random_split(TensorDataset(X, Y), [2, 1]):\n    for x, y in part:\n        L += (x @ w - y) ** 2": (
        "((X @ w - Y) ** 2).sum()"
    ),
    "for x, y in DataLoader(Subset(TensorDataset(X, Y), [2, 0]) + TensorDataset(X[1:2], Y[1:2]), batch_size=3):\n"
    "    L += (x @ w * torch.tensor([1.0, 2.0, 3.0])).sum()": "(X @ w * torch.tensor([2.0, 3.0, 1.0])).sum()",
    "for x, y in torch.utils.data.DataLoader([(1.0, 2), (3.0, 4)], batch_size=2):\n    L += (x * w - y).sum()": (
        "(torch.tensor([1.0, 3.0]) * w - torch.tensor([2, 4])).sum()"
    ),
    "for x in DataLoader(X, batch_size=2, collate_fn=lambda rows: sum(rows)):\n    L += (x @ w) ** 2": (
        "((X[0] + X[1]) @ w) ** 2 + (X[2] @ w) ** 2"
    ),
}


def test_a_loader_gives_the_batches_of_its_data_set():
    for program, plain in PROGRAMS.items():
        found, wanted = engine.trace(BEGIN + program), engine.trace(f"{BEGIN}L = {plain}")
        assert found.nodes[found.output].name == "L"
        assert np.allclose(found.nodes[found.output].value, wanted.nodes[wanted.output].value, rtol=1e-12), program
        assert np.allclose(found.gradients["w"], wanted.gradients["w"], rtol=1e-12), program
        assert np.allclose(found.gradients["X"], wanted.gradients["X"], rtol=1e-12), program


def test_what_a_loader_does_not_know_is_refused_by_its_name():
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(BEGIN + "for x, y in DataLoader(TensorDataset(X, Y), sampler=[1]):\n    L += (x @ w).sum()")
    assert caught.value.kind == "unknown-keyword" and "sampler" in caught.value.detail
