"""What operators ask of their operands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import Computed, DictView, Fresh, ListCell, SetCell, Tensor, Unreachable

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

TIMES = ("time", "timeit", "datetime")


def joint_library(a: Any, b: Any) -> str:
    """Whose array an operator makes: JAX's, where one of both is."""
    ta, tb = type(a), type(b)
    first = a.library if ta is Tensor or ta is Fresh else ""
    second = b.library if tb is Tensor or tb is Fresh else ""
    if first == second or not second:
        return first
    if second == "jax" or first in ("", "math"):
        return second or first
    return first


def operands_library(a: Any, b: Any) -> str:
    """Whose operator fails where it does: PyTorch's takes tensors and numbers alone."""
    library = joint_library(a, b)
    if library == "torch" and any(type(part) is not Tensor and type(part) is not Fresh for part in (a, b)):
        return "torch and others"
    return library


def library_of(value: Any) -> str:
    """Whose array a value is."""
    return value.library if type(value) is Tensor or type(value) is Fresh else ""


def set_of_view(m: Machine, view: DictView, node: Any) -> Any:
    """The keys or items of a dictionary as a set; values are none."""
    if view.kind == "values":
        return view
    return SetCell({m.key(item, node) for item in m.listed(view, node)})


def outside(m: Machine, values: list[Any]) -> Unreachable:
    """What is computed of values of which one lies outside: it does, too.

    With a value of the graph, it is what the program computes: somebody waits for it, unless it is a time by a count.
    """
    found = next(value for value in values if isinstance(value, Unreachable))
    if not m.is_input(tuple(values)):
        return found
    timed = found.what.partition(".")[0] in TIMES
    waited = any(
        (type(value) is Tensor and value.known is None) or (type(value) is Computed and value.flows and not timed)
        for value in values
    )
    return replace(found, depends=True, silent=found.silent and not waited)


def is_array(m: Machine, cell: Any) -> bool:
    """Whether a list is an array to operators: an input of a program that uses no library."""
    return type(cell) is ListCell and cell.leaf and not m.libraries
