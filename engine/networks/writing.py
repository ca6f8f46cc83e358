"""Layers written as text of the language: each one a function, so that its nodes are a group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import is_name, normal_name
from gradlens.engine.networks.fields import Field, shown
from gradlens.engine.networks.initial import SCALED, Parameter, filling
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape, as_value, shape_of, size_of

RESERVED = ("t", "y", "loss", "data_loss", "penalty")  # names of a network's own values
# What counts a parameter: W and b of one layer share their number, and so do the scale and shift of one normalisation.
FAMILIES = {
    **{f"{symbol}{way}": f"W{way}" for symbol in "WUb" for way in ("", "r")},  # U: of a state; r: of the way back
    "gamma": "gamma",
    "beta": "gamma",
    "a": "a",
    "m": "gamma",
    "v": "gamma",
} | {f"{kind}{part}": "attention" for kind in "Wb" for part in "qkvo"}
BUILTINS = re.compile(r"(?<![\w.])(sum|max|min|abs|round|pow)\(")


def with_own_functions(text: str) -> str:
    """A program in which `sum` and the like are the language's: where PyTorch is called they are not.

    text: of the engine's own writing.
    """
    return BUILTINS.sub(r"__\1__(", text) if "F." in text else text


@dataclass(frozen=True, slots=True)
class LayerType:
    """What a layer may be told, and how it is written.

    write: fills a draft and returns the output's shape.  fields: its own, beside type, name and input.
    inputs: how many it takes; None: two or more.  more: how many it may be given beyond that.
    """

    write: Callable[[Draft], Shape]
    fields: dict[str, Field] = field(default_factory=dict[str, Field])
    inputs: int | None = 1
    more: int = 0


@dataclass(slots=True)
class Layer:
    """A layer as it was written.

    name: of its function and its group.  place: in the specification.  parameters: their names, those of its parts
      included.
    axis: the one that an activation works along, from 0; None where there is none.
    """

    name: str
    type: str
    place: str
    output_shape: Shape
    parameters: tuple[str, ...]
    layers: list[Layer]
    axis: int | None = None


@dataclass(slots=True)
class Statistic:
    """A mean or a variance that normalisation takes over the batch, and in evaluation from outside.

    name: of the input in evaluation.  layer: its function; empty, where the whole program's
    names are meant.  local: the node's name inside it.
    """

    name: str
    layer: str
    local: str
    shape: Shape


def usable(name: str) -> bool:
    """Whether a function of a program may have a name."""
    return is_name(name) and not iskeyword(name) and not name.startswith("__")


class Draft:
    """A layer's function while it is written."""

    def __init__(self, writer: Writer, name: str, type: str, place: str, fields: dict[str, Any], shapes: list[Shape]):
        self.writer = writer
        self.name = name
        self.type = type
        self.place = place
        self.fields = fields
        self.shapes = shapes
        self.numbers: dict[str, int] = {}  # of its parameters, by family
        self.arguments: dict[str, str] = {}  # inside the function -> outside
        self.parameters: list[str] = []
        self.layers: list[Layer] = []
        self.lines: list[str] = []
        self.result = "x"
        self.axis: int | None = None
        self.frozen = False
        self.shared: Draft | None = None
        self.inside: list[Draft] = []

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    @property
    def shape(self) -> Shape:
        """Of the one input."""
        return self.shapes[0]

    def needs(self, fits: bool, wanted: str) -> None:
        """Error: layer-input-shape, unless the input fits.  wanted: its shape, as the error names it."""
        if not fits:
            raise EngineError(
                "layer-input-shape", place=self.place, layer=self.type, got=str(self.shape), wanted=wanted
            )

    def given_shape(self, symbol: str) -> Shape | None:
        """The shape of a parameter's value; None where the specification holds none."""
        given = self.fields.get(symbol)
        return None if given is None else shape_of(as_value(given, f"{self.place}.{symbol}"))

    def parameter(self, symbol: str, shape: Shape, fan_in: int = 1, fan_out: int = 1, init: str | None = None) -> str:
        """A parameter, by its name inside the function.  init: None for the specification's."""
        writer = self.writer
        if self.shared is not None:
            return self.shared_parameter(self.shared, symbol, shape)
        name = writer.parameter_name(symbol, self)
        given = self.fields.get(symbol)
        value = None if given is None else filling(given, f"{self.place}.{symbol}", shape)
        weight = symbol.startswith("W")  # biases and scales are not penalised, as in the textbooks
        init = init or str(self.fields.get("init") or writer.init)
        std = self.fields.get("std") if weight else None
        gain = self.fields.get("gain") if weight else None
        if symbol.startswith("b") and self.fields.get("bias_init"):
            init, std, gain = self.fields["bias_init"], self.fields["bias_std"], self.fields["bias_gain"]
            fan_in = fan_out = size_of(shape)
        if std is not None and init not in SCALED:
            raise EngineError("spec-unsupported", place=self.place, option="std", got=std)
        writer.parameters.append(
            Parameter(
                name,
                shape,
                init,
                fan_in,
                fan_out,
                std,
                value,
                self.penalty("l1") if weight else 0.0,
                self.penalty("l2") if weight else 0.0,
                1.0 if gain is None else gain,
                self.frozen,
            )
        )
        self.arguments[symbol] = name
        self.parameters.append(name)
        return symbol

    def shared_parameter(self, shared: Draft, symbol: str, shape: Shape) -> str:
        """The parameter of the layer that this one is once more.  Error: layer-weights, for another size."""
        name = shared.arguments.get(symbol)
        found = next((p.shape for p in self.writer.parameters if p.name == name), None)
        if name is None or found != shape:
            raise EngineError("layer-weights", place=self.place, got=str(found), wanted=str(shape))
        self.arguments[symbol] = name
        self.parameters.append(name)
        return symbol

    def penalty(self, name: str) -> float:
        own = self.fields.get(name)
        return getattr(self.writer, name) if own is None else own

    def statistic(self, local: str, outside: str, shape: Shape) -> None:
        """What normalisation reads from the batch, or in evaluation is given."""
        self.writer.statistics.append(Statistic(outside, self.name, local, shape))
        if not self.writer.own_statistics:
            self.arguments[local] = outside

    def inner(self, specs: Iterable[object], place: str, shape: Shape, value: str = "x") -> tuple[str, Shape]:
        """Layers inside this one, from the value named `value`.  Returns the name and shape of their result."""
        for index, spec in enumerate(specs):
            name = f"h{len(self.layers) + 1}"
            layer, call = self.writer.layer(spec, f"{place}[{index}]", [shape], [value], self)
            self.lines.append(f"{name} = {call}")
            self.layers.append(layer)
            self.parameters += layer.parameters
            value, shape = name, layer.output_shape
        return value, shape

    def function(self, inputs: list[str]) -> str:
        """The whole definition."""
        head = f"def {self.name}({', '.join([*inputs, *self.arguments])}):"
        return "\n".join([head, *(f"    {line}" for line in self.lines), f"    return {self.result}"])


class Writer:
    """What all layers of a network share: names, parameters, and the definitions so far."""

    def __init__(
        self,
        types: Mapping[str, LayerType],
        read: Callable[[object, str, int], tuple[str, dict[str, Any]]],
        taken: set[str],
        *,
        init: str,
        l1: float,
        l2: float,
        dropout_seed: int,
        mode: str,
    ):
        self.types = types
        self.read = read
        self.init, self.l1, self.l2 = init, l1, l2
        self.dropout_seed = dropout_seed
        self.dropouts = 0
        self.drops = mode == "train"
        self.own_statistics = mode != "evaluate"
        self.taken = set(taken)
        self.counts: dict[str, int] = {}
        self.families: dict[str, int] = {}
        self.parameters: list[Parameter] = []
        self.statistics: list[Statistic] = []
        self.definitions: list[str] = []
        self.drafts: dict[str, Draft] = {}

    def layer(
        self, spec: object, place: str, shapes: list[Shape], values: list[str], parent: Draft | None = None
    ) -> tuple[Layer, str]:
        """Write one layer. Returns it, and its call."""
        kind, fields = self.read(spec, place, len(shapes))
        layer_type = self.types[kind]
        draft = Draft(self, self.layer_name(kind, fields.pop("name", None), place), kind, place, fields, shapes)
        draft.frozen = fields.pop("frozen", False) or (parent is not None and parent.frozen)
        draft.shared = self.first(fields.pop("shares", None), kind, place, parent)
        self.drafts[draft.name] = draft
        shape = layer_type.write(draft)
        for symbol in sorted(FAMILIES.keys() - draft.arguments.keys()):
            if fields.get(symbol) is not None:
                raise EngineError(
                    "spec-unsupported", place=place, option=symbol, got=shown(fields[symbol])
                )  # a bias where there is none
        inputs = ["x"] if len(shapes) == 1 else [f"x{i}" for i in range(1, len(shapes) + 1)]
        arguments = [*values, *draft.arguments.values()]
        self.definitions.append(draft.function(inputs))
        if parent is not None:
            parent.arguments |= {name: name for name in draft.arguments.values()}
            parent.inside.append(draft)
        layer = Layer(draft.name, kind, place, shape, tuple(draft.parameters), draft.layers, draft.axis)
        return layer, f"{draft.name}({', '.join(arguments)})"

    def first(self, name: str | None, kind: str, place: str, parent: Draft | None) -> Draft | None:
        """The layer whose parameters another has, too: by its name, or inside of a layer that is such a one.

        Error: layer-source.
        """
        if name is None:
            shared = None if parent is None else parent.shared
            return None if parent is None or shared is None else shared.inside[len(parent.inside)]
        found = self.drafts.get(name)
        if found is None or found.type != kind:
            raise EngineError("layer-source", place=f"{place}.shares", name=shown(name))
        return found

    def layer_name(self, kind: str, wanted: str | None, place: str) -> str:
        """A function's name: the one that was asked for, or its type with a number.  Error: network-name."""
        if wanted is not None:
            name = normal_name(wanted)
            if name in OPS:
                name += "_layer"  # a function of this name would call itself
            if not usable(name) or name in self.taken:
                raise EngineError("network-name", place=f"{place}.name", name=shown(wanted))
        else:
            while True:
                self.counts[kind] = self.counts.get(kind, 0) + 1
                name = f"{kind}{'_' if kind[-1].isdigit() else ''}{self.counts[kind]}"
                if name not in OPS and name not in self.taken:  # the sixth relu is not relu6, which is a function
                    break
        self.taken.add(name)
        return name

    def parameter_name(self, symbol: str, draft: Draft) -> str:
        """W1, b1, W2, …: numbered by family.  Error: network-name where an input has the name."""
        family = FAMILIES[symbol]
        if family not in draft.numbers:
            self.families[family] = draft.numbers[family] = self.families.get(family, 0) + 1
        name = f"{symbol}{draft.numbers[family]}"
        if name in self.taken:
            raise EngineError("network-name", place=draft.place, name=name)
        self.taken.add(name)
        return name
