"""Gradients of people's own code held against the right ones, for their tests: the diagnosis is the error's message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from gradlens.engine.diagnosing.answers import Diagnosed
from gradlens.engine.diagnosing.diagnosis import diagnose
from gradlens.engine.diagnosing.wording import KINDS
from gradlens.engine.errors import EngineError, filled
from gradlens.engine.program import Program, trace
from gradlens.engine.python.explaining import explain
from gradlens.engine.python.programs import program_of
from gradlens.engine.python.values import array_of
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array

TOLERANCE = 2e-6  # of each element: what a numeric derivative leaves, and somewhat more than float32 does
SINGLE_TOLERANCE = 1e-4  # where the numbers given are float32 or shorter: several roundings
VALUE_TOLERANCE = 1e-4  # of what a function gives when it is called, which may be float32

MOST_SHOWN = 4  # elements in a sentence
Arguments = tuple[object, ...]
Given = Mapping[str, object]


def check_grad(
    f: Callable[..., Any] | Program | str,
    x: object,
    grad: object,
    *,
    rtol: float | None = None,
    atol: float = 0.0,
    seed: object = None,
) -> None:
    """Raise AssertionError where a gradient is wrong, with the first wrong entry and the mistake by its name.

    f: a function of Python, whose source is read and which is called once, to see that it gives what is read; or a
      program, or its text.  Of a result that is no number the sum is differentiated, or what `seed` weighs.
    x: the argument; a tuple for several, a dict for keywords.  For a program its inputs by name, or its only one.
    grad: what is to be right: an array for the first argument, a tuple by the arguments' order (None where nothing is
      said), or a dict by their names; or your own function, which is called with the arguments and returns one of
      these.  Its first wrong line is told where it can be found.
    rtol, atol: an element is right within atol + rtol × its size.  By default rtol is 2e-6, or 1e-4 for numbers in
      float32; what the rounding of floats explains is right as well.

    >>> from gradlens import check_grad
    >>> check_grad(lambda w: (w**2).sum(), [1.0, 2.0], [2.0, 4.0])
    >>> check_grad("L = w * x", {"w": 3.0, "x": 2.0}, {"w": 2.0, "x": -3.0})
    Traceback (most recent call last):
        ...
    AssertionError: The gradient by x is wrong: -3 where 3 is right, off by 6 (tolerance 6e-06).
    sign: Between x and L the sign is turned round: ∂L/∂x is 3, not -3.

    Errors: those of `explain` and `trace`, function-value.  Raises TypeError for what does not fit these.
    """
    arguments, keywords = arguments_of(x)
    backward = cast("Callable[..., Any]", grad) if callable(grad) and not hasattr(grad, "__array__") else None
    if isinstance(f, (str, Program)):
        found, names = trace_of_program(f, x, seed)
        given = claims_of(call(backward, arguments, keywords) if backward else grad, names)
    else:
        found = explain(f, *arguments, **keywords)
        check_value(f, arguments, keywords, found)
        names = list(program_of(f, arguments, keywords).arguments.items())
        if seed is not None:
            found = trace(found.program, inputs_of(found), seed=seed)
        given = claims_of(call(backward, arguments, keywords) if backward else grad, names)
    wrong = first_wrong(found, given, rtol, atol)
    if wrong is None:
        return
    told = diagnosed(found, given, seed)
    is_excused = told is not None and told.ok and all(one.verdict == "right" for one in told.checked)
    if is_excused and rtol is None and not atol:
        return  # by what the rounding of floats explains
    lines = [wrong]
    if backward is not None and not isinstance(f, (str, Program)):
        lines += wrong_line(f, backward, arguments, keywords, names)
    if told is not None and not told.ok and (told.diagnosis != "unknown" or len(lines) == 1):
        lines.insert(1, f"{told.diagnosis}: {told.explanation}")
    raise AssertionError("\n".join(lines))


def arguments_of(x: object) -> tuple[Arguments, dict[str, object]]:
    """Positional and named arguments."""
    if isinstance(x, Mapping):
        return (), dict(cast("Given", x))
    return (cast("tuple[object, ...]", x) if isinstance(x, tuple) else (x,)), {}


def trace_of_program(f: str | Program, x: object, seed: object) -> tuple[Trace, list[tuple[str, str]]]:
    """The trace of a program, and its inputs as arguments.  Raises TypeError where they are not told apart."""
    if isinstance(x, Mapping):
        inputs = {name: array_of(one) for name, one in cast("Given", x).items()}
        return trace(f, inputs, seed=seed), [(name, name) for name in inputs]
    program = f if isinstance(f, Program) else None
    name = next(iter(program.graph.inputs)) if program and len(program.graph.inputs) == 1 else "x"
    if isinstance(x, tuple) or (program and len(program.graph.inputs) != 1):
        raise TypeError("a program's inputs are given by their names: x={…}")
    return trace(f, {name: array_of(x)}, seed=seed), [(name, name)]


def inputs_of(found: Trace) -> dict[str, object]:
    """The values of a trace's inputs."""
    given: dict[str, object] = {name: found.values[id] for name, id in found.graph.inputs.items()}
    return given | {one.name: one.value for one in found.known}


def claims_of(grad: object, names: list[tuple[str, str]]) -> dict[str, object]:
    """The gradients that are given, by the names of inputs.

    names: each argument's name and that of its input.  Raises TypeError.
    """
    if isinstance(grad, Mapping):
        by_name, given = dict(names), cast("Given", grad)
        unknown = [name for name in given if name not in by_name]
        if unknown:
            raise TypeError(f'there is no argument "{unknown[0]}": gradients are by {", ".join(by_name)}')
        found = {by_name[name]: one for name, one in given.items()}
    else:
        several = isinstance(grad, tuple)
        listed = cast("tuple[object, ...]", grad) if several else (grad,)
        if len(listed) > len(names) or (several and len(listed) < len(names)):
            raise TypeError(
                f"{len(listed)} gradients are given for {len(names)} arguments that have one; None stands where nothing"
                " is said"
            )
        found = {name: one for (_, name), one in zip(names, listed) if one is not None}
    if not found:
        raise TypeError("no gradient is given")
    return found


def check_value(f: Callable[..., Any], arguments: Arguments, keywords: dict[str, object], found: Trace) -> None:
    """See that a function gives what is read of it.  Error: function-value."""
    called = call(f, arguments, keywords)
    if isinstance(called, (tuple, list, dict)) or called is None:
        return  # which of several is differentiated is told by the trace
    value, read = np.asarray(array_of(called)), np.asarray(found.values[found.output])
    if value.dtype.kind not in "fiub":
        return
    near = VALUE_TOLERANCE * scale(read)
    if value.shape == read.shape and np.allclose(value, read, rtol=VALUE_TOLERANCE, atol=near, equal_nan=True):
        return
    name = getattr(f, "__name__", type(f).__name__)
    raise EngineError("function-value", name=name, called=shortly(value), read=shortly(read))


def call(function: Callable[..., Any], arguments: Arguments, keywords: dict[str, object]) -> object:
    """What a function gives; what it writes to its arguments is lost."""
    return function(*map(copied, arguments), **{name: copied(one) for name, one in keywords.items()})


def copied(value: object) -> object:
    return np.array(value) if isinstance(value, (list, np.ndarray)) else value


def scale(array: Array) -> float:
    """The largest finite size in an array."""
    sizes = np.abs(array[np.isfinite(array)])
    return float(sizes.max()) if sizes.size else 0.0


def shortly(array: Array) -> str:
    """A value in a sentence."""
    if array.ndim == 0:
        return f"{float(array):.6g}"
    return str(array) if array.size <= MOST_SHOWN else f"an array of shape {array.shape}"


def first_wrong(found: Trace, given: Given, rtol: float | None, atol: float) -> str | None:
    """The first input whose gradient is off, in a sentence about the element that is furthest off."""
    for name, claimed in given.items():
        array = np.asarray(array_of(claimed))
        if array.dtype.kind not in "fiu":
            raise TypeError(f"the gradient by {name} is no array of real numbers, but of {array.dtype}")
        if name not in found.gradients:
            raise TypeError(f"{name} has no gradient: it only decides how the graph is built")
        right = np.asarray(found.gradients[name])
        if array.shape != right.shape and not (array.size == right.size == 1):
            return f"The gradient by {name} has shape {array.shape}, but {right.shape} is right."
        array = array.astype(np.float64).reshape(right.shape)
        relative = rtol if rtol is not None else SINGLE_TOLERANCE if is_short(claimed) else TOLERANCE
        with np.errstate(all="ignore"):
            allowed = atol + relative * np.abs(right)
            off = np.abs(array - right)
            is_right = (off <= allowed) | (array == right) | (np.isnan(array) & np.isnan(right))
        if is_right.all():
            continue
        measure = np.where(is_right, -1.0, np.where(np.isfinite(off), off, np.inf))
        index = tuple(int(i) for i in np.unravel_index(int(np.argmax(measure)), right.shape))
        at = f"[{', '.join(map(str, index))}]" if index else ""
        return (
            f"The gradient by {name}{at} is wrong: {array[index]:.6g} where {right[index]:.6g} is right,"
            f" off by {off[index]:.3g} (tolerance {allowed[index]:.3g})."
        )
    return None


def is_short(claimed: object) -> bool:
    dtype = str(getattr(claimed, "dtype", ""))
    return dtype.rpartition(".")[2] in ("float32", "float16", "bfloat16")


def diagnosed(found: Trace, given: Given, seed: object) -> Diagnosed | None:
    """What is found of the numbers; None where they cannot be diagnosed."""
    claims = {name: np.asarray(array_of(one), dtype=np.float64).tolist() for name, one in given.items()}
    try:
        return diagnose(found.program, inputs_of(found), gradients=claims, seed=seed)
    except EngineError:
        return None


def wrong_line(
    f: Callable[..., Any],
    backward: Callable[..., Any],
    arguments: Arguments,
    keywords: dict[str, object],
    names: list[tuple[str, str]],
) -> list[str]:
    """The first wrong line of a backward function, with its file; nothing where it is not found."""
    try:
        program = program_of(f, arguments, keywords, backward=backward, targets=[f"d{name}" for name, _ in names])
        told = diagnose(program.text, program.inputs, code="")
    except (EngineError, TypeError):
        return []
    if told.ok or told.code is None or told.code.wrong is None or told.sentence is None:
        return []
    line = told.code.wrong.line
    place = program.place(line)
    if place is None:
        return []
    return [filled(KINDS[told.sentence], told.params | {"line": place[1]}), f'File "{place[0]}", line {place[1]}']
