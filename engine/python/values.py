"""What a function refers to: which of it are numbers, arrays and members of libraries, and how those are imported."""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Iterator
from typing import Any, cast

import numpy as np

CONSTANTS = frozenset(("pi", "e", "tau", "inf", "nan"))  # of libraries, under these names
PACKAGES = frozenset(("numpy", "torch", "jax", "jaxlib", "scipy", "tensorflow", "keras"))
# Where the functions of libraries are looked for by which a program calls them.
PLACES = (
    "math numpy numpy.linalg numpy.random torch torch.nn torch.nn.functional torch.linalg torch.special jax jax.numpy"
    " jax.nn jax.lax jax.random jax.scipy.special scipy.special scipy.stats scipy.linalg statistics random functools"
    " itertools operator collections dataclasses copy contextlib heapq bisect enum abc"
).split()


def owner_of(function: types.FunctionType) -> type | None:
    """The class in which a function was written; None of one that stands by itself."""
    name = function.__qualname__.rpartition(".")[0]
    owner = vars(sys.modules.get(function.__module__, builtins)).get(name)
    return owner if isinstance(owner, type) and function.__name__ in vars(owner) else None


def numbered(name: str, place: int) -> str:
    return f"{name}_{place + 1}"


def is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def is_array(value: object) -> bool:
    """Whether a value is an array or a tensor."""
    return hasattr(value, "__array__") and not isinstance(value, (np.generic, type))


def is_listed(value: object) -> bool:
    """Whether a value is nested lists of numbers, which stand for an array among arguments."""
    return isinstance(value, list) and all(is_number(one) or is_listed(one) for one in cast("list[object]", value))


def array_of(value: Any) -> object:
    """A value that the engine takes: of a tensor its numbers, wherever it lies and whether or not it has a gradient."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    return np.asarray(value) if hasattr(value, "__array__") else value


def module_of(value: object) -> str:
    """The package that something comes from."""
    return str(getattr(value, "__module__", None) or "").partition(".")[0]


def import_of(module: types.ModuleType, name: str) -> str:
    full = "torch.nn.functional" if module.__name__ == "torch.nn.functional" else module.__name__
    return f"import {full}" if full == name else f"import {full} as {name}"


def import_of_member(value: object, name: str) -> str | None:
    """How a library's own function, class or constant is imported under a name; None of one that is found nowhere."""
    if not callable(value) and name not in CONSTANTS:
        return None
    for place in PLACES:
        module = sys.modules.get(place)
        for known in (getattr(value, "__name__", name), name):
            if module is not None and getattr(module, known, None) is value:
                return f"from {place} import {known}" + ("" if known == name else f" as {name}")
    return None


def attributes_of(value: object) -> Iterator[tuple[str, object]]:
    """The attributes of an object, those in slots included."""
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    yield from ((name, getattr(value, name)) for name in slots if not name.startswith("__") and hasattr(value, name))
    yield from getattr(value, "__dict__", {}).items()
