"""An ONNX file as a program of the language: each operator a line, each weight an input."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Limits
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.onnx.model_file import GraphInput, Model, Operator, read_model
from gradlens.engine.networks.onnx.operators.elementwise import ELEMENTWISE
from gradlens.engine.networks.onnx.operators.folding import FOLDED, folded
from gradlens.engine.networks.onnx.operators.normalising import NORMALISING
from gradlens.engine.networks.onnx.operators.rearranging import REARRANGING
from gradlens.engine.networks.onnx.operators.recurrence import RECURRENT
from gradlens.engine.networks.onnx.operators.reducing import REDUCING
from gradlens.engine.networks.onnx.operators.windows import WINDOWS
from gradlens.engine.networks.onnx.tensors import Array
from gradlens.engine.networks.onnx.values import Call, Names, Result, Value, Write, Written, known_value, text_of
from gradlens.engine.networks.writing import with_own_functions
from gradlens.engine.values import Shape, size_of

OPERATORS: dict[str, Write] = {
    **ELEMENTWISE,
    **NORMALISING,
    **REARRANGING,
    **RECURRENT,
    **REDUCING,
    **WINDOWS,
}
FREE_SIZE = 1  # of an axis whose size the file leaves open


@dataclass(frozen=True, slots=True)
class OnnxInput:
    """What the model is given.  source: its name in the file.  kind: "float", "int" or "bool"."""

    source: str
    shape: Shape
    kind: str


@dataclass(frozen=True, slots=True)
class OnnxProgram:
    """A model as a program.

    text: ends in what is differentiated.  inputs: of the model, by name.  weights: the arrays of the file, by the
      names that they have in the program, whose inputs they are too.
    sources: the names of weights in the file.  outputs: names.  operators: how many the program has of each.

    """

    text: str
    inputs: dict[str, OnnxInput]
    weights: dict[str, Array]
    sources: dict[str, str]
    outputs: list[str]
    opset: int
    producer: str
    operators: dict[str, int]

    def example_inputs(self) -> dict[str, Array]:
        """Something to start with: numbers drawn from the normal distribution, and the whole number 0."""
        rng = np.random.default_rng(0)
        return {
            name: np.round(rng.standard_normal(one.shape), 2)
            if one.kind == "float"
            else np.full(one.shape, one.kind == "bool", np.float64)
            for name, one in self.inputs.items()
        }


def read_onnx(data: bytes, shapes: Mapping[str, Shape] | None = None, *, limits: Limits | None = None) -> OnnxProgram:
    """Read a model from the bytes of a file.

    shapes: of inputs by their names in the file, where that leaves a size open, which is 1 otherwise.

    >>> from base64 import b64decode  # here of a file of 59 bytes; usually of open("model.onnx", "rb").read()
    >>> data = "CAg6MwoMCgF4EgF5IgRSZWx1EgFnWg8KAXgSCgoICAESBAoCCAJiDwoBeRIKCggIARIECgIIAkICEA0="
    >>> model = gradlens.read_onnx(b64decode(data))
    >>> model.text
    'y = relu(x)\\n'
    >>> gradlens.trace(model.text, model.weights | {"x": [1.0, -1.0]}).gradients["x"]
    array([1., 0.])

    Errors: onnx-*.
    """
    limits = limits or Limits()
    model = read_model(data, limits.elements)
    written = Written(Names())
    values = weight_values(model)
    inputs: dict[str, OnnxInput] = {}
    sizes = given_sizes(model, shapes or {})
    for one in model.inputs:
        name = written.names.fresh(one.name)
        inputs[name] = OnnxInput(
            one.name, tuple(sizes.get(n, FREE_SIZE) if isinstance(n, str) else n for n in one.shape), one.kind
        )
        values[one.name] = Value(name, inputs[name].shape, one.kind)
    count = sum(size_of(one.shape) for one in (*inputs.values(), *model.weights.values()))
    if count > limits.elements:
        raise EngineError("onnx-weights", count=count, limit=limits.elements)
    operators = needed(model)
    used = set(model.outputs).union(*[operator.inputs for operator in operators])
    for operator in operators:
        write(operator, model, values, written, used)
    results = result_names(model, values, written)
    if (score := score_of(model, results[0], values)) is not None:
        written.lines.append(f"{written.names.fresh('score')} = {score}")
    elif len(results) > 1:
        written.lines.append(f"({', '.join(results)})")
    elif not written.lines or not written.lines[-1].startswith(f"{results[0]} = "):
        written.lines.append(results[0])
    definitions = [definition.format(name) for definition, name in written.definitions.items()]
    text = "\n\n".join([*definitions, "\n".join(written.lines)])
    return OnnxProgram(
        with_own_functions(text) + "\n",
        inputs,
        {name: array.astype(np.float64) for name, (_, array) in written.weights.items()},
        {name: source for name, (source, _) in written.weights.items()},
        results,
        model.opset,
        model.producer,
        dict(Counter(one.type for one in operators).most_common()),
    )


def weight_values(model: Model) -> dict[str, Value]:
    """Arrays of numbers with a fraction are weights; a single number and whole numbers are what they are."""
    return {
        name: Value("", array.shape, "float", array, name)
        if array.dtype.kind == "f" and array.shape
        else known_value(array)
        for name, array in model.weights.items()
    }


def given_sizes(model: Model, shapes: Mapping[str, Shape]) -> dict[str, int]:
    """The sizes of the axes that are left open, by their names.  Errors: onnx-input, onnx-input-shape."""
    inputs = {one.name: one for one in model.inputs}
    found: dict[str, int] = {}
    for name, shape in shapes.items():
        if name not in inputs:
            raise EngineError("onnx-input", name=shown(name), names=", ".join(map(shown, inputs)))
        wanted = inputs[name].shape
        fits = len(shape) == len(wanted) and all(
            n == (found.setdefault(w, n) if isinstance(w, str) else w) for w, n in zip(wanted, shape, strict=True)
        )
        if not fits:
            raise EngineError(
                "onnx-input-shape", name=shown(name), got=str(tuple(shape)), wanted=shape_text(inputs[name])
            )
    return found


def shape_text(one: GraphInput) -> str:
    return f"({', '.join(map(str, one.shape))}{',' if len(one.shape) == 1 else ''})"[:80]


def needed(model: Model) -> list[Operator]:
    """The operators that an output depends on, in their order."""
    wanted = set(model.outputs)
    found: list[Operator] = []
    for operator in reversed(model.operators):
        if not wanted.isdisjoint(one for one in operator.outputs if one):
            wanted.update(operator.inputs)
            found.append(operator)
    return found[::-1]


def write(operator: Operator, model: Model, values: dict[str, Value], written: Written, used: Collection[str]) -> None:
    """One operator as a line, or what it gives where that is known beforehand."""
    given: list[Value | None] = []
    for name in operator.inputs:
        if name and name not in values:
            raise EngineError("onnx-missing", place=operator.place, name=shown(name))
        given.append(values[name] if name else None)
    wanted = [name if name in used else "" for name in operator.outputs]
    while wanted and not wanted[-1]:
        wanted.pop()
    call = Call(operator, model.opset, given, written, len(wanted))
    known = [one for one in given if one is not None]
    if operator.type in FOLDED and known and all(one.is_folded for one in known):
        found: list[Result] = [known_value(folded(call, [one.known for one in known if one.known is not None]))]
    elif operator.type in OPERATORS:
        result = OPERATORS[operator.type](call)
        found = result if isinstance(result, list) else [result]
    else:
        kind = "onnx-dynamic" if operator.type in FOLDED else "onnx-operator"
        raise EngineError(kind, place=operator.place, **({"argument": 1} if kind == "onnx-dynamic" else {}))
    call.done()
    for name, one in zip(wanted, found, strict=False):
        if name:
            values[name] = one if isinstance(one, Value) else line(one, name, operator, written, model.outputs)
    if len(wanted) > len(found):
        raise EngineError("onnx-output", place=operator.place, name=shown(wanted[-1]))


def line(
    result: tuple[str, Shape] | tuple[str, Shape, str],
    name: str,
    operator: Operator,
    written: Written,
    outputs: Collection[str],
) -> Value:
    """A result under a name: its own, where it is one of the model's."""
    text, shape = result[:2]
    if name in outputs:
        own = written.names.fresh(name)
    else:
        own = written.names.numbered(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operator.type).lower())
    written.lines.append(f"{own} = {text}")
    return Value(own, shape, result[2] if len(result) == 3 else "float")


def result_names(model: Model, values: dict[str, Value], written: Written) -> list[str]:
    """The names of the model's outputs, those with a gradient first.  Error: onnx-missing."""
    found: list[tuple[bool, str]] = []
    for name in model.outputs:
        if name not in values:
            raise EngineError("onnx-missing", place="outputs", name=shown(name))
        value = values[name]
        text = text_of(value, written)
        if not re.fullmatch(r"[^\W\d]\w*", text):
            text = written.names.fresh(name)
            written.lines.append(f"{text} = {text_of(value, written)}")
        found.append((value.kind != "float", text))
    return [text for _, text in sorted(found, key=lambda one: one[0])]


def score_of(model: Model, result: str, values: Mapping[str, Value]) -> str | None:
    """What is differentiated of a model that ends in a softmax, whose results always sum to 1: the largest of them.

    None for another one.
    """
    for operator in model.operators:
        value = values.get(operator.outputs[0]) if operator.outputs else None
        if operator.type != "Softmax" or value is None or value.text != result:
            continue
        count = len(value.shape)
        axis = operator.attributes.get("axis", 1 if model.opset < 13 else -1) % max(count, 1)
        axes = tuple(range(axis, count)) if model.opset < 13 else (axis,)
        highest = f"max({result}, axis={axes[0] if len(axes) == 1 else axes})"
        return f"sum({highest})"
    return None
