"""A network whose forward is a program: the model of a PyTorch script, run on inputs of certain shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph, Limits, Node
from gradlens.engine.language.layers.behaviour import Behaviour, Mode
from gradlens.engine.language.layers.classes import CLASSES
from gradlens.engine.networks.initial import Parameter
from gradlens.engine.networks.losses import Loss
from gradlens.engine.networks.specs.scripts import Script
from gradlens.engine.networks.writing import Layer, Statistic
from gradlens.engine.ops import OPS
from gradlens.engine.program import Program, compile
from gradlens.engine.values import Shape, size_of

MOVING = ("reshape", "transpose", "squeeze", "expand_dims", "swapaxes", "moveaxis")


def program_text(script: Script, inputs: list[str], mode: Mode, part: str, loss: list[str]) -> str:
    """The lines of a model, and those that call it.  part: of what it gives."""
    calls = [] if mode == "train" else [f"{script.model}.eval()"]
    return "\n".join([*script.lines, "", *calls, f"y = {script.model}({', '.join(inputs)}){part}", *loss]) + "\n"


PARTS = ("", "[0]", "[0][0]", "[-1]")  # of what a model gives: an array, a tuple, a tuple in one


def first_output(
    script: Script, inputs: dict[str, Shape], behaviour: Behaviour, limits: Limits | None
) -> tuple[str, Program]:
    """The model as a program of its first output, and which part of what it gives that is.

    Errors: those of programs; unknown-output, where it gives no array.
    """
    refusal: EngineError | None = None
    for part in PARTS:
        text = program_text(script, list(inputs), behaviour.mode, part, [])
        try:
            return part, traced(text, inputs, behaviour, "y", script.added, limits=limits)
        except EngineError as error:
            if refusal is None and error.kind != "unknown-output":
                raise
            refusal = refusal or error
    assert refusal is not None
    raise refusal


def loss_lines(loss: Loss, model: str, l1: float, l2: float) -> list[str]:
    """The loss, and the penalties on weights as part of it, in the language's own functions."""
    own = re.sub(r"\b([a-z]\w*)\(", lambda found: f"__{found[1]}__(" if found[1] in OPS else found[0], loss.text)
    weights = f"for p in {model}.parameters() if p.dim() > 1"
    terms = [
        text
        for factor, text in (
            (l1, f"{l1!r} * sum(p.abs().sum() {weights})"),
            (l2, f"{l2!r} / 2 * sum((p ** 2).sum() {weights})"),
        )
        if factor
    ]
    if not terms:
        return [f"loss = {own}"]
    if loss.reduction == "none":
        raise EngineError("penalty-reduction")
    return [f"data_loss = {own}", f"penalty = {' + '.join(terms)}", "loss = data_loss + penalty"]


def traced(
    text: str, shapes: Mapping[str, Shape], behaviour: Behaviour, output: str, added: int, **options: Any
) -> Program:
    """The program, with a name of its own for every group of a layer.

    added: lines before those of the reader, in whose text an error has its place.
    """
    try:
        program = compile(text, shapes, output=output, behaviour=behaviour, **options)
    except EngineError as error:
        if error.span is not None and error.span.start_line > text.rstrip().count("\n") - output.count("loss"):
            error.span = None  # of the call, which the reader did not write
        if error.span is not None:
            moved = {end: max(getattr(error.span, end) - added, 1) for end in ("start_line", "end_line")}
            error.span = replace(error.span, **moved)
        raise
    name_layers(program.graph)
    return program


def parameter_ids(graph: Graph, behaviour: Behaviour) -> dict[int, str]:
    """The inputs that layers have: what is learnt."""
    ids = {node.id for node in behaviour.parameters}
    return {id: name for name, id in graph.inputs.items() if id in ids}


def parameters_of(graph: Graph, behaviour: Behaviour, init: str) -> list[Parameter]:
    """init: how weights are drawn; "he" leaves the model's own values.

    Error: weights-in-use, where the text writes other numbers into one, with which training would not go on.
    """
    found: list[Parameter] = []
    ids = parameter_ids(graph, behaviour)
    for id in graph.renewed.values():
        if id in ids:
            raise EngineError("weights-in-use", name=ids[id])
    still = {node.id for node in behaviour.frozen}
    for id, name in sorted(ids.items()):
        node = graph.nodes[id]
        shape = node.shape
        is_weight = len(shape) > 1
        fan = size_of(shape[2:]) if is_weight else 1
        inputs, outputs = (shape[1] * fan, shape[0] * fan) if is_weight else (1, 1)
        own = init == "he" or not is_weight
        found.append(
            Parameter(
                name,
                shape,
                "zeros" if own else init,
                inputs,
                outputs,
                value=node.value if own else None,
                frozen=id in still,
            )
        )
    return found


def statistics_of(behaviour: Behaviour) -> list[Statistic]:
    return [Statistic(name, "", name, shape) for name, shape in behaviour.statistics.items()]


# ---------------------------------------------------------------------- layers


def is_layer(name: str) -> bool:
    return name in CLASSES or (name[:1].isupper() and name.isidentifier())


def name_layers(graph: Graph) -> None:
    """Name the groups of layers by their class and a number, so that each name is one layer's."""
    counts: dict[str, int] = {}
    for group in graph.groups:
        if is_layer(group.name) and group.op is None and not group.loop:
            counts[group.name] = counts.get(group.name, 0) + 1
            group.name = f"{group.name}_{counts[group.name]}"


def layers_of(graph: Graph, parameters: Mapping[int, str]) -> list[Layer]:
    """The layers that a program calls, those inside the model first of all."""
    inside: dict[int | None, list[int]] = {}
    for node in graph.nodes:
        at = node.group
        while at is not None:
            inside.setdefault(at, []).append(node.id)
            at = graph.groups[at].parent
    last_use = {source: node.id for node in graph.nodes for source in node.inputs}
    children: dict[int | None, list[Layer]] = {}
    for group in reversed(graph.groups):
        made = inside.get(group.id, [])
        if not made or not (is_layer(group.name) and group.op is None and not group.loop):
            children.setdefault(group.parent, [])[:0] = children.pop(group.id, [])
            continue
        results = [id for id in made if last_use.get(id, graph.output) not in set(made) or id == graph.output]
        used = {parameters[s]: None for id in made for s in graph.nodes[id].inputs if s in parameters}
        shape = graph.nodes[(results or made)[-1]].shape
        kind = group.name.rpartition("_")[0]
        layer = Layer(group.name, kind, f"layers ({group.name})", shape, tuple(used), children.pop(group.id, []))
        children.setdefault(group.parent, []).insert(0, layer)
    found = children.get(None, [])
    return found[-1].layers if found and found[-1].layers else found


def ending(graph: Graph, output: int) -> list[Layer]:
    """The ops that lead to the output one by one, the last first, as far as its loss asks for them."""
    found: list[Layer] = []
    node: Node = graph.nodes[output]
    while node.op is not None and len(found) < 20:
        axis = node.options.get("axis") if node.kind in ("softmax", "log_softmax") else None
        kind = "reshape" if node.kind in MOVING else node.kind
        found.append(Layer(node.kind, kind, "", node.shape, (), [], axis if isinstance(axis, int) else None))
        if kind != "reshape":
            break
        node = graph.nodes[node.inputs[0]]
    return found
