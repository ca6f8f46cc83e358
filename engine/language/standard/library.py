"""The standard library: of each module, what its names mean here."""

from __future__ import annotations

import string
import sys
from typing import Any

from gradlens.engine.language.functions.whole_numbers import MATH
from gradlens.engine.language.standard.array_errors import AXIS_ERROR, JAX_ERRORS, LINALG_ERROR
from gradlens.engine.language.standard.containers import COLLECTIONS
from gradlens.engine.language.standard.contexts import CONTEXTLIB
from gradlens.engine.language.standard.copying import COPY
from gradlens.engine.language.standard.enumerations import ENUM
from gradlens.engine.language.standard.functional import FUNCTOOLS, OPERATOR
from gradlens.engine.language.standard.iterating import ITERTOOLS
from gradlens.engine.language.standard.randomness import RANDOM
from gradlens.engine.language.standard.records import DATACLASSES
from gradlens.engine.language.standard.sequences import BISECT, HEAPQ
from gradlens.engine.language.standard.toy_data import TOY_DATA
from gradlens.engine.language.standard.typing_names import ABC, TYPING

LETTERS = """
    ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits printable punctuation whitespace
""".split()
STANDARD: dict[str, dict[str, Any]] = {
    "abc": ABC,
    "bisect": BISECT,
    "collections": COLLECTIONS,
    "contextlib": CONTEXTLIB,
    "copy": COPY,
    "dataclasses": DATACLASSES,
    "enum": ENUM,
    "functools": FUNCTOOLS,
    "heapq": HEAPQ,
    "jax.errors": JAX_ERRORS,
    "itertools": ITERTOOLS,
    "math": MATH,
    "numpy.exceptions": {"AxisError": AXIS_ERROR},
    "numpy.linalg": {"LinAlgError": LINALG_ERROR},
    "operator": OPERATOR,
    "random": RANDOM,
    "sklearn.datasets": TOY_DATA,
    "string": {name: vars(string)[name] for name in LETTERS},
    "sys": {"maxsize": sys.maxsize},
    "typing": TYPING,
}
