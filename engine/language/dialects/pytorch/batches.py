"""torch.utils.data as classes in the language: data sets, and loaders that give their batches.

What order a loader shuffles into is drawn as other random numbers are, and is not PyTorch's.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.objects import Module

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

TEXT = """
class Dataset:
    def __add__(self, other):
        return ConcatDataset([self, other])
    def __iter__(self):
        for i in range(len(self)):
            yield self[i]

class TensorDataset(Dataset):
    def __init__(self, *tensors):
        assert all([t.shape[0] == tensors[0].shape[0] for t in tensors]), "Size mismatch between tensors"
        self.tensors = tensors
    def __getitem__(self, index):
        return tuple([t[index] for t in self.tensors])
    def __len__(self):
        return self.tensors[0].shape[0]

class Subset(Dataset):
    def __init__(self, dataset, indices):
        self.dataset, self.indices = dataset, indices
    def __getitem__(self, index):
        return self.dataset[self.indices[index]]
    def __len__(self):
        return len(self.indices)

class ConcatDataset(Dataset):
    def __init__(self, datasets):
        self.datasets = list(datasets)
    def __getitem__(self, index):
        for one in self.datasets:
            if index < len(one):
                return one[index]
            index = index - len(one)
    def __len__(self):
        return sum([len(one) for one in self.datasets])

def random_split(dataset, lengths, generator=None):
    n = len(dataset)
    if sum(lengths) <= 1 < n:
        lengths = [int(n * part) for part in lengths]
        for i in range(n - sum(lengths)):
            lengths[i % len(lengths)] += 1
    order, parts, at = torch.randperm(n).tolist(), [], 0
    for length in lengths:
        parts.append(Subset(dataset, order[at:at + length]))
        at = at + length
    return parts

def default_collate(batch):
    first = batch[0]
    if isinstance(first, str):
        return batch
    if isinstance(first, dict):
        return {key: default_collate([one[key] for one in batch]) for key in first}
    if isinstance(first, (tuple, list)):
        return [default_collate(list(part)) for part in zip(*batch)]
    if isinstance(first, (int, float)):
        return torch.tensor(batch)
    return torch.stack([torch.as_tensor(one) for one in batch])

class DataLoader:
    def __init__(self, dataset, batch_size=1, shuffle=False, num_workers=0, collate_fn=None, pin_memory=False,
                 drop_last=False, generator=None, persistent_workers=False):
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle
        self.collate_fn, self.drop_last = collate_fn, drop_last
    def __len__(self):
        n = len(self.dataset)
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)
    def __iter__(self):
        order = torch.randperm(len(self.dataset)).tolist() if self.shuffle else list(range(len(self.dataset)))
        for at in range(len(self)):
            places = order[at * self.batch_size:(at + 1) * self.batch_size]
            if self.collate_fn is None and type(self.dataset) is TensorDataset:
                yield [t[places] for t in self.dataset.tensors]
            else:
                batch = [self.dataset[i] for i in places]
                yield default_collate(batch) if self.collate_fn is None else self.collate_fn(batch)
"""
NAMES = frozenset(s.name for s in ast.parse(TEXT).body if isinstance(s, (ast.ClassDef, ast.FunctionDef)))


def batching_named(m: Machine, name: str) -> Any:
    """A class or function of the text above, made with all others where the first is asked for."""
    if m.batching is None:
        m.batching = nodes.defined(m, TEXT, {"torch": Module("torch", "torch")}, ours=True)
    return m.batching.names[name]
