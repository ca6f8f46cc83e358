"""Values of an ONNX graph while it is written as a program, and the call of an operator on them."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import is_name, normal_name
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.onnx.model_file import Operator
from gradlens.engine.networks.onnx.tensors import Array
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape

# What a program calls without importing it: neither a weight nor a result has such a name.
USED = {
    "F",
    "range",
    "zeros",
    "ones",
    "full",
    "arange",
    "where",
    "float",
    "int",
    "str",
    "list",
    "input",
    "print",
    "len",
}
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Value:
    """What a name of the graph stands for.

    text: the name in the program, or an expression that can stand anywhere; "" where there is none yet.
    kind: "float", "int" or "bool".  known: the array, where it does not depend on the inputs.
    weight: the name in the file, of an array that the program has as an input.
    """

    text: str
    shape: Shape
    kind: str = "float"
    known: Array | None = None
    weight: str | None = None

    @property
    def is_folded(self) -> bool:
        """Whether it is computed while the file is read."""
        return self.known is not None and self.weight is None


def known_value(array: Any) -> Value:
    array = np.asarray(array)
    kind = "bool" if array.dtype == np.bool_ else "int" if array.dtype.kind in "iu" else "float"
    return Value("", array.shape, kind, array)


@dataclass
class Names:
    """The names that a program has so far."""

    taken: set[str] = field(default_factory=set[str])
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def fresh(self, wanted: str) -> str:
        """A name of the language that is like the wanted one and stands for nothing yet."""
        name = re.sub(r"\W+", "_", normal_name(wanted)).strip("_")[:LONGEST_NAME].rstrip("_") or "value"
        if name[0].isdigit():
            name = f"w{name}"
        if (
            not is_name(name)
            or keyword.iskeyword(name)
            or keyword.issoftkeyword(name)
            or name in OPS
            or name in USED
            or name.startswith("__")
        ):
            name = f"{name}_" if is_name(f"{name}_") and not name.startswith("__") else "value"
        found, count = name, 1
        while found in self.taken:
            count += 1
            found = f"{name}_{count}"
        self.taken.add(found)
        return found

    def numbered(self, kind: str) -> str:
        """conv1, conv2, …"""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.fresh(f"{kind}{self.counts[kind]}")


@dataclass
class Written:
    """The program so far.

    lines: of its body.  definitions: the names of its functions, by their text with the name in braces.
    weights: by their names in the program, the name in the file and the array.  own_names: of weights by their names in
    the file, of other arrays by their identity.  folded: elements that were computed beforehand.
    """

    names: Names
    lines: list[str] = field(default_factory=list[str])
    definitions: dict[str, str] = field(default_factory=dict[str, str])
    weights: dict[str, tuple[str, Array]] = field(default_factory=dict[str, tuple[str, Array]])
    own_names: dict[str | int, str] = field(default_factory=dict[str | int, str])
    folded: int = 0


@dataclass
class Call:
    """One operator on its inputs.

    inputs: None where an optional one is left out.  outputs: how many are wanted, up to the last of them.
    """

    operator: Operator
    opset: int
    inputs: list[Value | None]
    written: Written
    outputs: int
    attributes: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.attributes = dict(self.operator.attributes)

    # -------------------------------------------------------------- attributes

    def take(self, name: str, default: Any) -> Any:
        """An attribute, of the kind of its default.  Error: onnx-attribute."""
        value = self.attributes.pop(name, default)
        fits = type(value) is type(default) or default is None
        if isinstance(default, list) and fits:
            items: list[Any] = value
            kinds: set[type[Any]] = {type(one) for one in items}
            fits = kinds <= {int} or (kinds <= {float, str} and len(kinds) == 1)
        if not fits or (value is None and default is not None):
            raise self.unsupported(name, value)
        return float(np.format_float_positional(np.float32(value))) if type(value) is float else value

    def ints(self, name: str) -> list[int] | None:
        """An attribute that is a list of whole numbers; None where it is left out."""
        return self.take(name, list[int]()) if name in self.attributes else None

    def only(self, name: str, default: Any, *accepted: Any) -> None:
        """An attribute that has one meaning here.  Error: onnx-attribute."""
        value = self.take(name, default)
        if value != default and value not in accepted:
            raise self.unsupported(name, value)

    def unsupported(self, name: str, value: object) -> EngineError:
        return EngineError("onnx-attribute", place=self.operator.place, name=shown(name), got=shown(value))

    def done(self) -> None:
        """Error: onnx-attribute, for the first one that nobody took."""
        for name, value in self.attributes.items():
            raise self.unsupported(name, value)

    # ------------------------------------------------------------------ inputs

    def has(self, index: int) -> bool:
        return index < len(self.inputs) and self.inputs[index] is not None

    def value(self, index: int) -> Value:
        """Error: onnx-inputs."""
        found = self.inputs[index] if index < len(self.inputs) else None
        if found is None:
            raise self.unfit()
        return found

    def shape(self, index: int) -> Shape:
        return self.value(index).shape

    def channels(self, least: int = 2) -> int:
        """The size of the second axis of what has so many at least.  Error: onnx-inputs."""
        found = self.shape(0)
        if len(found) < least:
            raise self.unfit()
        return found[1]

    def axes(self, index: int = 0) -> int:
        return len(self.value(index).shape)

    def axis(self, value: int, axes: int | None = None) -> int:
        """An axis from 0.  Error: onnx-inputs."""
        axes = self.axes() if axes is None else axes
        if not -axes <= value < axes:
            raise self.unfit()
        return value % axes

    def unfit(self) -> EngineError:
        shapes = ", ".join("–" if one is None else str(one.shape) for one in self.inputs)
        return EngineError("onnx-inputs", place=self.operator.place, shapes=shapes[:200])

    def needs(self, fits: bool) -> None:
        """Error: onnx-inputs, unless they fit."""
        if not fits:
            raise self.unfit()

    def known(self, index: int) -> Array:
        """An input that has to be known beforehand.  Error: onnx-dynamic."""
        found = self.value(index).known
        if found is None:
            raise EngineError("onnx-dynamic", place=self.operator.place, argument=index + 1)
        return found

    def known_ints(self, index: int) -> list[int]:
        found = self.known(index)
        self.needs(found.size <= 10_000 and bool((np.floor(found) == found).all()))
        return [int(one) for one in np.ravel(found).tolist()]

    def known_number(self, index: int) -> float:
        found = self.known(index)
        self.needs(found.size == 1)
        return found.item()

    def text(self, index: int) -> str:
        """An input as it stands in an expression: a name, or a number."""
        return text_of(self.value(index), self.written)

    def line(self, text: str, wanted: str = "part") -> str:
        """A name for an expression that is used more than once."""
        if re.fullmatch(r"\w+", text):
            return text
        name = self.written.names.fresh(wanted)
        self.written.lines.append(f"{name} = {text}")
        return name

    def define(self, name: str, text: str) -> str:
        """The name of a function of the program's own, whose definition has its name in braces."""
        if text not in self.written.definitions:
            self.written.definitions[text] = self.written.names.fresh(name)
        return self.written.definitions[text]


def text_of(value: Value, written: Written) -> str:
    """A name or a number; a large constant becomes an input first."""
    if value.text:
        return value.text
    array = value.known
    assert array is not None
    if value.weight is None:
        if array.ndim == 0:
            return number_text(array.item())
        if array.size and (array == array.flat[0]).all():
            return filled_text(array.flat[0].item(), array.shape)
    key = id(array) if value.weight is None else value.weight  # which `weights` keeps alive
    if key not in written.own_names:
        own = written.own_names[key] = written.names.fresh(value.weight or "constant")
        written.weights[own] = value.weight or own, array
    return written.own_names[key]


def filled_text(number: float, shape: Shape) -> str:
    if number in (0, 1):
        return f"{'ones' if number else 'zeros'}({tuple_text(shape)})"
    return f"full({tuple_text(shape)}, {number_text(number)})"


def number_text(number: float) -> str:
    """A number that can stand anywhere in an expression; of single precision as short as that is."""
    if isinstance(number, bool):
        return str(int(number))
    if isinstance(number, int):
        return f"({number})" if number < 0 else str(number)
    if not math.isfinite(number):
        return f'float("{number}")'
    short = float(np.format_float_positional(np.float32(number))) if abs(number) < 1e38 else number
    text = repr(short if np.float32(number) == number else number).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


def tuple_text(numbers: Sequence[int]) -> str:
    return f"({', '.join(map(str, numbers))}{',' if len(numbers) == 1 else ''})"


def size_text(numbers: Sequence[int]) -> str:
    """A number for all axes, or one for each."""
    return str(numbers[0]) if len(set(numbers)) == 1 else tuple_text(numbers)


Result = Value | tuple[str, Shape] | tuple[str, Shape, str]
Write = Callable[[Call], "Result | list[Result]"]
