"""What the types of numbers can hold: np.finfo(float).eps, torch.finfo(torch.float32).min, np.iinfo(np.int64).max."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.calls.number_types import REAL_TYPES, WHOLE_TYPES
from gradlens.engine.language.objects import Builtin, Several
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import value_texts

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

ALIASES = {"float": "float64", "double": "float64", "float_": "float64", "half": "float16"}
ALIASES |= {"int": "int64", "int_": "int64", "long": "int64"}
REAL_LIMITS = ("eps", "epsneg", "tiny", "smallest_normal", "max", "min", "resolution")
# An argument, and a call that is right.
FORMS = {
    ("numpy", "finfo"): ("dtype", "np.finfo(float)"),
    ("numpy", "iinfo"): ("type", "np.iinfo(np.int64)"),
    ("jax.numpy", "finfo"): ("dtype", "jnp.finfo(jnp.float32)"),
    ("jax.numpy", "iinfo"): ("int_type", "jnp.iinfo(jnp.int32)"),
    ("torch", "finfo"): ("type", "torch.finfo(torch.float32)"),
    ("torch", "iinfo"): ("type", "torch.iinfo(torch.int64)"),
}


def limits(library: str, name: str) -> Builtin:
    """finfo or iinfo of a library."""
    argument, signature = FORMS[library, name]
    spelled = signature.partition("(")[0]

    def run(m: Machine, call: Call) -> Several:
        given = by_name(spelled, signature, [argument], [argument], call.args, call.keywords, call.node)[argument]
        place = call.text(argument if call.keywords else 0)
        of = m.type_name(given)
        # PyTorch's and JAX's floats are float32 where nothing is said, which are float64 here: only a type that is
        # written says whose limits are meant.
        meant = library == "numpy" or "float" in value_texts.text_of(place)
        if of not in (WHOLE_TYPES if name == "iinfo" else REAL_TYPES if meant else ()):
            got = value_texts.text_of(place)
            raise Misplaced("limits-type", place, function=spelled, got=got, signature=signature)
        return Several(spelled, {limit: constant(number) for limit, number in numbers(ALIASES.get(of, of)).items()})

    return Builtin(name, run, signature)


def numbers(of: str) -> dict[str, Any]:
    """The limits of a type by their names."""
    if of in REAL_TYPES:
        real = np.finfo(of)
        return {"bits": real.bits, **{name: float(getattr(real, name)) for name in REAL_LIMITS}}
    whole = np.iinfo(of)
    return {"bits": whole.bits, "max": whole.max, "min": whole.min}


def constant(value: Any) -> Callable[[], Any]:
    return lambda: value
