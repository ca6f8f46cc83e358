"""Parameters and their first values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.values import Shape, Value, as_value, shape_of

DEFAULT_STD = 0.01  # of "normal", as the textbooks' first networks draw


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a network learns.

    fan_in, fan_out: how many values one output sums, and how many outputs one value enters.
    init: a row of DRAWS.  std: of one of SCALED; None for its own.  value: where it is given, of the shape or one
      number for all.  l1, l2: its penalties.  gain: what drawn numbers are multiplied by.  frozen: whether training
      leaves it as it is.
    """

    name: str
    shape: Shape
    init: str
    fan_in: int
    fan_out: int
    std: float | None = None
    value: Value | None = None
    l1: float = 0.0
    l2: float = 0.0
    gain: float = 1.0
    frozen: bool = False


def _normal(std: Callable[[Parameter], float]) -> Callable[[np.random.Generator, Parameter], Value]:
    return lambda rng, p: rng.normal(0.0, std(p), p.shape)


def _uniform(bound: Callable[[Parameter], float]) -> Callable[[np.random.Generator, Parameter], Value]:
    return lambda rng, p: rng.uniform(-bound(p), bound(p), p.shape)


def orthogonal(rng: np.random.Generator, shape: Shape) -> Value:
    """Saxe et al. 2014: rows, or columns where there are more of them, of length 1 at right angles."""
    rows, columns = math.prod(shape[:-1]), shape[-1] if shape else 1
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diagonal(r))
    return np.reshape(q if rows >= columns else q.T, shape)


DRAWS: Mapping[str, Callable[[np.random.Generator, Parameter], Value]] = {
    # He et al. 2015, Delving Deep into Rectifiers, equation 10.
    "he": _normal(lambda p: math.sqrt(2 / p.fan_in)),
    "he_uniform": _uniform(lambda p: math.sqrt(6 / p.fan_in)),
    # Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, equations 12
    # and 16.
    "xavier": _normal(lambda p: math.sqrt(2 / (p.fan_in + p.fan_out))),
    "xavier_uniform": _uniform(lambda p: math.sqrt(6 / (p.fan_in + p.fan_out))),
    # LeCun et al. 1998, Efficient BackProp, section 4.6.
    "lecun": _normal(lambda p: math.sqrt(1 / p.fan_in)),
    "lecun_uniform": _uniform(lambda p: math.sqrt(3 / p.fan_in)),
    "fan_out": _normal(lambda p: math.sqrt(1 / p.fan_out)),
    "fan_out_uniform": _uniform(lambda p: math.sqrt(3 / p.fan_out)),
    "orthogonal": lambda rng, p: orthogonal(rng, p.shape),
    "normal": _normal(lambda p: DEFAULT_STD if p.std is None else p.std),
    # PyTorch's default for the weights of Linear and Conv.
    "uniform": _uniform(lambda p: 1 / math.sqrt(p.fan_in) if p.std is None else math.sqrt(3) * p.std),
    "zeros": lambda rng, p: np.zeros(p.shape),
    "ones": lambda rng, p: np.ones(p.shape),
}
SCALED = ("normal", "uniform")  # their deviation may be chosen
INITS = tuple(name for name in DRAWS if name != "ones")  # ones are for scales


def initial_values(parameters: Iterable[Parameter], init_seed: int, given: Mapping[str, object]) -> dict[str, Value]:
    """The parameters' first values by name, drawn in their order by NumPy's default generator.

    given: values that win over the specification's.  Errors: unknown-parameter, layer-weights.
    """
    parameters = list(parameters)
    by_name = {p.name: p for p in parameters}
    for name in given:
        if name not in by_name:
            raise EngineError("unknown-parameter", name=name, **suggestion(name, by_name))
    rng = np.random.default_rng(init_seed)
    values: dict[str, Value] = {}
    for p in parameters:
        # Drawn also where a value is given, so that the others do not depend on that.
        drawn = DRAWS[p.init](rng, p) * p.gain
        own = drawn if p.value is None else p.value
        value = filling(given[p.name], p.name, p.shape) if p.name in given else own
        values[p.name] = np.full(p.shape, value) if shape_of(value) != p.shape else value
    return values


def filling(value: object, place: str, shape: Shape) -> Value:
    """A parameter's value that was given; one number stands for that in every element.

    Errors: layer-weights, and those of values.
    """
    found = as_value(value, place)
    return found if shape_of(found) == () else checked(found, place, shape)


def checked(value: object, place: str, shape: Shape) -> Value:
    """A parameter's value that was given.  Errors: layer-weights, and those of values."""
    found = as_value(value, place)
    if shape_of(found) != shape:
        raise EngineError("layer-weights", place=place, got=str(shape_of(found)), wanted=str(shape))
    return found
