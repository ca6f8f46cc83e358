"""What a name means: what the program has given it, and only where that is nothing, what the language does.

Between double underscores a name is the language's whatever the program calls its own: `__pi__`, `__exp__(x)`.
Rules that are written into a program are spelled so where the program has taken their names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container

import numpy as np

PREFIXES = {"np": "np", "numpy": "np", "jnp": "np", "math": "math", "torch": "torch", "F": "torch"}
NUMPY = ("np", "numpy", "jnp")
NUMBERS = {"pi": np.pi, "inf": np.inf, "nan": np.nan}  # numbers wherever one may be written, in a list too
PREFIXED_NUMBERS = NUMBERS | {"e": np.e, "tau": 2 * np.pi}
CONSTANTS = PREFIXED_NUMBERS | {"π": np.pi}
OWN = re.compile(r"__(\w*[^\W_])__")


def own(name: str, taken: Container[str]) -> ast.Name:
    """A name of the language's as a program must write it that has taken some for itself."""
    return ast.Name(f"__{name}__" if name in taken else name)
