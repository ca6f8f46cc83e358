"""A network's specification as a program of the language: a network is never a second kind of thing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradlens.engine.advising.advice import Remark
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Limits
from gradlens.engine.language.layers.behaviour import Behaviour, Mode
from gradlens.engine.language.syntax import is_name, normal_name, suggestion
from gradlens.engine.networks.blocks import layers as layer_list
from gradlens.engine.networks.fields import choice, number, shown, whole
from gradlens.engine.networks.heads import fitted, masked_loss, same_noise, several_outputs
from gradlens.engine.networks.initial import INITS, Parameter, initial_values
from gradlens.engine.networks.layers import LAYERS, read_layer
from gradlens.engine.networks.losses import Loss, read_loss, right, targets
from gradlens.engine.networks.script_network import (
    ending,
    first_output,
    layers_of,
    parameter_ids,
    parameters_of,
    program_text,
    statistics_of,
    traced,
)
from gradlens.engine.networks.script_network import loss_lines as penalised
from gradlens.engine.networks.specs.keras import from_keras
from gradlens.engine.networks.specs.pytorch import from_pytorch
from gradlens.engine.networks.specs.scripts import Script
from gradlens.engine.networks.writing import RESERVED, Layer, Statistic, Writer, with_own_functions
from gradlens.engine.ops import OPS
from gradlens.engine.program import Program, compile
from gradlens.engine.traces import Trace
from gradlens.engine.values import Shape, Value, as_value, is_list, is_mapping, shape_of, size_of


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """What a network is made of.

    layers: a list of objects with a "type", a Keras configuration, or the text of a PyTorch nn.Sequential.
    loss: an object with a "type", a name, or None.  l1, l2: the factors of the penalties l1 Σ|W| and l2/2 Σ W².
    parameters: values by name that win over drawn ones.

    >>> gradlens.NetworkSpec([{"type": "affine", "units": 3}, "relu"], loss="mse").loss
    'mse'
    """

    layers: object
    loss: object = None
    init: str = "he"
    init_seed: int = 0
    l1: float = 0.0
    l2: float = 0.0
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Network:
    """A network as a program, for inputs of certain shapes.

    parameters: in the order in which they are drawn.  output_shape: of y.  shapes: of every input of the program.
    loss: the one that is computed.  remarks: on what the network ends in.
    built, behaviour: of the model of a script, which was run to know its parameters.

    >>> network = gradlens.build_network(gradlens.NetworkSpec([{"type": "affine", "units": 3}]), {"x": (2, 4)})
    >>> network.output_shape, [parameter.name for parameter in network.parameters]
    ((2, 3), ['W1', 'b1'])
    """

    text: str
    layers: list[Layer]
    parameters: list[Parameter]
    statistics: list[Statistic]
    output_shape: Shape
    shapes: dict[str, Shape]
    loss: Loss | None
    dropouts: int
    remarks: list[Remark]
    built: Program | None = None
    behaviour: Behaviour | None = None

    def compile(self, *, detail: str = "fused", expand: Collection[str] = (), limits: Limits | None = None) -> Program:
        """The program, built; budgets are checked before a parameter is drawn.  Errors: those of budgets."""
        if self.built is not None and self.behaviour is not None:
            if detail == "fused" and not expand:
                return self.built
            output = self.built.graph.nodes[self.built.graph.output].name or "y"
            return traced(
                self.text, self.shapes, self.behaviour, output, 0, detail=detail, expand=expand, limits=limits
            )
        try:
            return compile(self.text, self.shapes, detail=detail, expand=expand, limits=limits)
        except EngineError as error:
            error.span = None  # a place in a text that the reader never wrote
            raise


def build_network(
    spec: NetworkSpec,
    shapes: Mapping[str, Shape],
    *,
    mode: Mode = "train",
    step: int = 0,
    limits: Limits | None = None,
) -> Network:
    """Write the program.

    shapes: of the network's inputs.  mode: "train"; "measure", without dropout; or "evaluate", where also the means and
    variances of normalisation come from outside.
    step: of training; each has its own dropout.  limits: of the model of a script, which is run here.
    Errors: those of specifications.

    >>> gradlens.build_network(gradlens.NetworkSpec(["relu"]), {"x": (2, 4)}).text.splitlines()[-1]
    'y = relu1(x)'
    """
    loss = None if spec.loss is None else read_loss(spec.loss)
    init, l1, l2 = choice(*INITS)(spec.init, "init"), number(0)(spec.l1, "l1"), number(0)(spec.l2, "l2")
    init_seed = whole(0)(spec.init_seed, "init_seed")
    values = checked_inputs(shapes)
    taken = {*RESERVED, *values}
    read = layer_specs(spec.layers, shapes)
    if isinstance(read, Script):
        for name in sorted(read.names & taken):
            raise EngineError("network-name", place="layers", name=name)
        behaviour = Behaviour(mode, init_seed, init_seed + step * 1_000_000)
        return traced_network(read, spec, loss, {name: shape for name, (_, shape) in values.items()}, behaviour, limits)
    # A step's seeds are a million apart: no network has so many layers.
    writer = Writer(
        LAYERS, read_layer, taken, init=init, l1=l1, l2=l2, dropout_seed=init_seed + step * 1_000_000, mode=mode
    )
    read, results, masked = results_of(read)
    layers, lines, chain = write_layers(writer, read, values, results)
    writer.drafts.clear()  # which refer to the writer: it and its arrays would wait for the collector
    output = chain[0].output_shape
    program_shapes = {name: shape for name, (_, shape) in values.items()} | {p.name: p.shape for p in writer.parameters}
    if mode == "evaluate":
        program_shapes |= {statistic.name: statistic.shape for statistic in writer.statistics}
    remarks: list[Remark] = []
    if loss is not None:
        loss, remarks = fitted(loss, chain, output)
        remarks += [several_outputs(results.values())] if len(results) > 1 else []
        remarks += [masked_loss()] if masked else []
        program_shapes["t"] = output
        lines += loss_lines(loss, writer.parameters)
    text = with_own_functions("\n\n".join([*writer.definitions, "\n".join(lines)])) + "\n"
    return Network(
        text, layers, writer.parameters, writer.statistics, output, program_shapes, loss, writer.dropouts, remarks
    )


def traced_network(
    script: Script,
    spec: NetworkSpec,
    loss: Loss | None,
    inputs: dict[str, Shape],
    behaviour: Behaviour,
    limits: Limits | None,
) -> Network:
    """The model of a script as a network.  Errors: those of programs, with their place in the script."""
    part, model = first_output(script, inputs, behaviour, limits)
    remarks: list[Remark] = []
    graph = model.graph
    output, shapes = graph.nodes[graph.output].shape, dict(inputs)
    text = model.text
    if loss is not None:
        loss, remarks = fitted(loss, ending(graph, graph.output), output)
        remarks += [several_outputs()] if part else []
        shapes["t"] = output
        lines = penalised(loss, script.model, spec.l1, spec.l2)
        text = program_text(script, list(inputs), behaviour.mode, part, lines)
        model = traced(text, shapes, behaviour, "loss", script.added, limits=limits)
        graph = model.graph
    parameters = parameters_of(graph, behaviour, spec.init)
    drawn = [name for name in graph.drawn if graph.inputs[name] not in parameter_ids(graph, behaviour)]
    remarks += [same_noise(drawn)] if drawn and loss is not None else []
    return Network(
        text,
        layers_of(graph, parameter_ids(graph, behaviour)),
        parameters,
        statistics_of(behaviour),
        output,
        shapes | {p.name: p.shape for p in parameters} | behaviour.statistics,
        loss,
        behaviour.dropouts,
        remarks,
        model,
        behaviour,
    )


def layer_specs(layers: object, shapes: Mapping[str, Shape]) -> list[Any] | Script:
    """The layers as this package writes them, from any of the three forms, or a model that is to be run.

    shapes: of the network's inputs.
    """
    if is_mapping(layers) or (isinstance(layers, str) and layers.lstrip("\ufeff \t\r\n").startswith("{")):
        return from_keras(layers, shapes)
    if isinstance(layers, str):
        return from_pytorch(layers)
    return layer_list(layers, "layers")


def checked_inputs(shapes: Mapping[str, Shape]) -> dict[str, tuple[str, Shape]]:
    """The inputs by name: the name in the program, and the shape.  Error: network-name."""
    values: dict[str, tuple[str, Shape]] = {}
    for given, shape in shapes.items():
        name = normal_name(given)
        if not is_name(name) or name.startswith("__") or name in RESERVED or name in OPS:  # layers are written in ops
            raise EngineError("network-name", place="x", name=shown(given))
        values[name] = (name, tuple(shape))
    return values


def results_of(specs: list[Any]) -> tuple[list[Any], dict[str, str], bool]:
    """The layers without a last entry that tells several outputs, and the names of those by the names of their layers.

    The first is y, the others are y2, y3, …  The last tells whether some steps of the first are left out elsewhere.
    """
    if not (is_mapping(specs[-1]) and specs[-1].get("type") == "outputs"):
        return specs, {}, False
    names = dict.fromkeys(specs[-1]["input"])
    numbered = {name: f"y{number}" if number > 1 else "y" for number, name in enumerate(names, 1)}
    return specs[:-1], numbered, specs[-1]["masked"]


def write_layers(
    writer: Writer, specs: list[Any], values: dict[str, tuple[str, Shape]], results: Mapping[str, str]
) -> tuple[list[Layer], list[str], list[Layer]]:
    """Every layer in order. Returns the layers, the program's lines, and those that lead to the output, the last first.

    results: names of values by those of their layers; where there are none, the last layer's is y.
    Errors: those of layers.
    """
    values = dict(values)
    chains: dict[str, list[Layer]] = {name: [] for name in values}
    previous = next(iter(values))
    layers: list[Layer] = []
    lines: list[str] = []
    hidden = 0
    for index, spec in enumerate(specs):
        place = f"layers[{index}]"
        wanted = spec.get("input") if is_mapping(spec) else None
        sources = [wanted] if isinstance(wanted, str) else wanted if is_list(wanted) else [previous]
        for name in sources:
            if not isinstance(name, str) or name not in values:
                near = suggestion(name[:80], values) if isinstance(name, str) else {}
                raise EngineError("layer-source", place=place, name=shown(name), **near)
        layer, call = writer.layer(
            spec, place, [values[name][1] for name in sources], [values[name][0] for name in sources]
        )
        previous = spec["name"] if is_mapping(spec) and spec.get("name") else layer.name
        result = results.get(previous, "") if results or index < len(specs) - 1 else "y"
        if not result:
            hidden += 1
            while (result := f"h{hidden}") in writer.taken:
                hidden += 1
        lines.append(f"{result} = {call}")
        values[previous] = (result, layer.output_shape)
        chains[previous] = [layer, *(chains[sources[0]] if len(sources) == 1 else [])]
        layers.append(layer)
    return layers, lines, chains[next(iter(results), previous)]


def loss_lines(loss: Loss, parameters: list[Parameter]) -> list[str]:
    """The loss, and the penalties as part of it.  Error: penalty-reduction."""
    terms: list[str] = []
    for p in parameters:
        if p.l1:
            terms.append(f"{p.l1!r} * sum(abs({p.name}))")
        if p.l2:
            terms.append(f"{p.l2!r} / 2 * sum({p.name} ** 2)")
    if not terms:
        return [f"loss = {loss.text}"]
    if loss.reduction == "none":
        raise EngineError("penalty-reduction")
    return [f"data_loss = {loss.text}", f"penalty = {' + '.join(terms)}", "loss = data_loss + penalty"]


def network_inputs(x: object) -> dict[str, Value]:
    """The inputs' values by name; one without a name is x.  Errors: those of values, network-empty-input."""
    given = x if is_mapping(x) else {"x": x}
    values = {name: as_value(value, name) for name, value in given.items()}
    if not values or any(size_of(shape_of(value)) == 0 for value in values.values()):
        raise EngineError("data-empty")
    return values


def trace_network(
    spec: NetworkSpec,
    x: object,
    t: object = None,
    *,
    classes: Sequence[str] | None = None,
    seed: object = None,
    detail: str = "fused",
    expand: Collection[str] = (),
    limits: Limits | None = None,
) -> tuple[Trace, Network]:
    """A network run both ways on inputs and targets.  Errors: those of specifications, values and programs.

    >>> trace, network = gradlens.trace_network(gradlens.NetworkSpec(["tanh"], loss="mse"), [[0.0]], [[1.0]])
    >>> trace.gradients["x"]
    array([[-2.]])
    """
    values = network_inputs(x)
    network = build_network(spec, {name: shape_of(value) for name, value in values.items()}, limits=limits)
    program = network.compile(detail=detail, expand=expand, limits=limits)
    if network.loss is not None:
        if t is None:
            raise EngineError("targets-missing")
        values["t"] = targets(as_value(t, "t"), network.output_shape, network.loss, classes)
    trace = program.run(values | initial_values(network.parameters, spec.init_seed, spec.parameters), seed=seed)
    trace.warnings += network.remarks
    return trace, network


__all__ = ["Network", "NetworkSpec", "build_network", "network_inputs", "right", "targets", "trace_network"]
