"""How the weights of a Keras layer begin, and what penalties they have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.specs.foreign import Arguments, Spec
from gradlens.engine.values import is_mapping

INITIALIZERS = {
    "GlorotUniform": "xavier_uniform",
    "GlorotNormal": "xavier",
    "HeUniform": "he_uniform",
    "HeNormal": "he",
    "LecunUniform": "lecun_uniform",
    "LecunNormal": "lecun",
    "Orthogonal": "orthogonal",
    "OrthogonalInitializer": "orthogonal",
}
# By the mode of VarianceScaling: the one of scale 1.
SCALINGS = {"fan_in": "lecun", "fan_avg": "xavier", "fan_out": "fan_out"}


def weighted(a: Arguments, kernel: str = "kernel") -> Spec:
    """Bias, first values and penalties of a layer with weights."""
    spec = first_weights(a, f"{kernel}_initializer") | penalties(a, f"{kernel}_regularizer")
    if kernel != "embeddings":
        spec["bias"] = a.flag("use_bias", True)
        drawn = first_weights(a, "bias_initializer")
        if spec["bias"] is not False:
            names = {"W": "b", "init": "bias_init", "std": "bias_std", "gain": "bias_gain"}
            spec |= {names[name]: value for name, value in drawn.items() if (name, value) != ("init", "zeros")}
    return spec


def first_weights(a: Arguments, option: str) -> Spec:
    """How weights are drawn.  Error: spec-unsupported."""
    given = a.take(option)
    if given is None:
        return {}
    name, options = class_and_config(given)
    number = constant(name, options)
    if number is not None:
        return {"init": "zeros"} if number == 0 else {"W": number}
    if name in ("RandomNormal", "TruncatedNormal", "Normal") and options.get("mean", 0) == 0:
        return {"init": "normal", "std": options.get("stddev", 0.05)}
    bounds = options.get("minval", -0.05), options.get("maxval", 0.05)
    if (
        name in ("RandomUniform", "Uniform")
        and all(isinstance(bound, (int, float)) for bound in bounds)
        and 0 < bounds[1] == -bounds[0]
    ):
        return {"init": "uniform", "std": bounds[1] / math.sqrt(3)}
    init = INITIALIZERS.get(name) if isinstance(name, str) else None
    if name == "VarianceScaling":
        drawn = {"uniform": "_uniform", "truncated_normal": "", "untruncated_normal": "", "normal": ""}.get(
            str(options.get("distribution", "truncated_normal"))
        )
        mode, scale = SCALINGS.get(str(options.get("mode", "fan_in"))), options.get("scale", 1.0)
        if mode is not None and drawn is not None and isinstance(scale, (int, float)) and 0 < scale < 1e30:
            if (mode, scale) == ("lecun", 2):
                return {"init": "he" + drawn}
            return {"init": mode + drawn} | ({} if scale == 1 else {"gain": math.sqrt(scale)})
    if name in ("Orthogonal", "OrthogonalInitializer") and options.get("gain", 1.0) != 1:
        return {"init": "orthogonal", "gain": options["gain"]}
    if init is None:
        raise EngineError(
            "spec-unsupported", place=a.place, option=option, got=shown(given) if not isinstance(name, str) else name
        )
    return {"init": init}


def first_number(a: Arguments, option: str, usual: float) -> float:
    """The number that every element begins with.  Error: spec-unsupported, for numbers that are drawn."""
    given = a.take(option)
    if given is None:
        return usual
    name, options = class_and_config(given)
    number = constant(name, options)
    if number is None:
        raise EngineError(
            "spec-unsupported", place=a.place, option=option, got=shown(given) if not isinstance(name, str) else name
        )
    return number


def constant(name: object, options: Mapping[str, Any]) -> float | None:
    number: object = (
        {"Zeros": 0.0, "Ones": 1.0, "Constant": options.get("value", 0.0)}.get(name) if isinstance(name, str) else None
    )
    return (
        float(number)
        if isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) <= 1e300
        else None
    )


def penalties(a: Arguments, option: str) -> Spec:
    """Error: spec-unsupported."""
    given = a.take(option)
    if given is None:
        return {}
    name, config = class_and_config(given)
    factors = {key: config[key] for key in ("l1", "l2") if config.get(key) is not None}
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in factors.values())
    if name not in ("L1", "L2", "L1L2") or not factors or config.keys() - {"l1", "l2"} or not numbers:
        raise EngineError(
            "spec-unsupported", place=a.place, option=option, got=shown(given) if not isinstance(name, str) else name
        )
    # l2 Σ W² there, l2/2 Σ W² here.
    return {key: value * {"l1": 1, "l2": 2}[key] for key, value in factors.items()}


def class_and_config(given: object) -> tuple[object, Mapping[str, Any]]:
    """An object's class and options; a word such as "he_normal" is a class without options."""
    if isinstance(given, str):
        return "".join(word.title() for word in given.split("_")) if given.islower() else given, {}
    if not is_mapping(given):
        return None, {}
    config = given.get("config")
    return given.get("class_name"), config if is_mapping(config) else {}
