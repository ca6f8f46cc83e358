"""How NumPy walks through an array element by element: np.nditer, np.ndindex and np.ndenumerate, in the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

NAMES = ("nditer", "ndindex", "ndenumerate")
TEXT = """
def places(shape):
    found = [()]
    for n in shape:
        found = [p + (i,) for p in found for i in range(n)]
    return found
def ndindex(*shape):
    return places(shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape)
def ndenumerate(x):
    return [(p, x[p]) for p in places(x.shape)]
class nditer:
    def __init__(self, x, flags=(), op_flags=(), order='K'):
        self.x = x
        self.places = places(x.shape)
        self.index = 0
    @property
    def multi_index(self):
        return self.places[self.index]
    @property
    def finished(self):
        return self.index >= len(self.places)
    def iternext(self):
        self.index = self.index + 1
        return self.index < len(self.places)
    def __iter__(self):
        return iter([self.x[p + (...,)] for p in self.places])
"""


def walk(m: Machine, name: str) -> Any:
    """The function or class of this name."""
    return nodes.defined(m, TEXT, {}).names[name]
