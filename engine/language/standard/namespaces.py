"""types.SimpleNamespace and argparse.Namespace: objects that hold what they are given by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

TEXT = """
class SimpleNamespace:
    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)
    def __eq__(self, other):
        return isinstance(other, SimpleNamespace) and vars(self) == vars(other)
    def __repr__(self):
        return "namespace(" + ", ".join([f"{name}={value!r}" for name, value in vars(self).items()]) + ")"

class Namespace:
    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)
    def __eq__(self, other):
        return isinstance(other, Namespace) and vars(self) == vars(other)
    def __contains__(self, key):
        return hasattr(self, key)
    def __repr__(self):
        return "Namespace(" + ", ".join([f"{name}={value!r}" for name, value in vars(self).items()]) + ")"
"""
PATHS = ("types.SimpleNamespace", "argparse.Namespace")


def namespace_named(m: Machine, path: str) -> Any:
    """A class of the text above, made where the first is asked for."""
    if m.namespaces is None:
        m.namespaces = nodes.defined(m, TEXT, {}, ours=True)
    return m.namespaces.names[path.rpartition(".")[2]]
