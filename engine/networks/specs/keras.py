"""A Keras model's configuration (model.get_config(), model.to_json()) as layers: read, never executed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.layers import ACTIVATIONS
from gradlens.engine.networks.specs.foreign import Spec
from gradlens.engine.networks.specs.keras_layers import read_layer
from gradlens.engine.values import Shape, is_json_list, is_mapping

MODELS = ("Sequential", "Functional", "Model")
DEPTH = 8  # of models within models
NAMING = {"batch_norm", "concat"}  # they name the axis that they work along
KEEPING = (
    NAMING
    | {"dropout", "rescale", "add", "multiply", "subtract", "average", "maximum", "minimum"}
    | {op.name for op in ACTIVATIONS if op.shape is None}
)  # axes may stand in any order


def from_keras(config: object, shapes: Mapping[str, Shape] | None = None) -> list[Spec]:
    """The layers.

    shapes: of the network's inputs, compared with those that the configuration tells.
    Errors: spec-json, spec-repeated, spec-object, layer-type, spec-unsupported, spec-missing, spec-version,
      layer-source, declared-shape.
    """
    if isinstance(config, str):
        try:
            config = json.loads(config.removeprefix("\ufeff"), object_pairs_hook=once)
        except EngineError:
            raise
        except (ValueError, RecursionError):
            raise EngineError("spec-json") from None
    config, version = unwrapped(config)
    inner = config.get("config", config)
    kind = config.get("class_name", "Sequential")
    items = inner.get("layers") if is_mapping(inner) else inner  # Keras before 2.2.3 writes a list
    if kind not in MODELS or not is_json_list(items) or not items:
        raise EngineError("spec-json")
    if is_mapping(inner) and inner.get("trainable") is False:
        raise EngineError("spec-unsupported", place="config", option="trainable", got="false")
    for index, item in enumerate(items):
        layer_config(item, f"layers[{index}]")
    version = version or written_by(items)
    built = inner.get("build_input_shape") if kind == "Sequential" and is_mapping(inner) else None
    if is_json_list(built) and len(built) > 1:
        fits(built[1:], "x", shapes or {}, "build_input_shape")
    graph = Layers()
    return graph.ending_with(add_model(graph, kind, inner, "", "", None, version, shapes or {}))


def add_model(
    graph: Layers,
    kind: str,
    inner: Any,
    at: str,
    prefix: str,
    given_inputs: list[str] | None,
    version: int | None,
    shapes: Mapping[str, Shape],
) -> str:
    """The layers of a model, or of one that is a layer of another.  Returns our name of its output.

    at: its place, with a point behind.  prefix: of the names of its layers.  given_inputs: what leads into it, by our
    names; None for the model itself.
    """
    items = inner["layers"] if is_mapping(inner) else inner
    sequential = kind == "Sequential"
    configs = [layer_config(item, f"{at}layers[{index}]") for index, item in enumerate(items)]
    several = sum(layer_class == "InputLayer" for layer_class, _ in configs) > 1
    waiting = list(given_inputs or ())
    outputs: dict[str, str] = {}  # their name of a layer -> ours of what it became
    previous = ""
    for index, (item, (layer_class, given)) in enumerate(zip(items, configs, strict=True)):
        place = f"{at}layers[{index}]"
        name = str(item.get("name") or given.get("name") or f"layer_{index}")
        sources = inbound(item, place) if not sequential else [previous] if previous else []
        if not sequential and not sources and layer_class != "InputLayer":
            raise EngineError("spec-missing", place=place, field="inbound_nodes")
        for source in sources:
            if source not in outputs:
                raise EngineError("layer-source", place=place, name=shown(source))
        told = declared(layer_class, given)
        if sources:
            inputs = [outputs[source] for source in sources]
        elif given_inputs is None:
            inputs = [plain_name(name) if several else "x"]
            if told is not None:
                fits(told, inputs[0], shapes, place)
        elif waiting:
            inputs = list(waiting) if sequential else waiting[:1]
            del waiting[0]
        else:
            raise EngineError("spec-unsupported", place=place, option="inbound_nodes", got="[]")
        outputs[name] = inputs[0]
        ours = prefix + plain_name(name)
        if layer_class in MODELS:
            if place.count(".") >= DEPTH or not is_json_list(given.get("layers")) or not given["layers"]:
                raise EngineError("spec-json")
            if given.get("trainable") is False:
                raise EngineError("spec-unsupported", place=place, option="trainable", got="false")
            outputs[name] = add_model(graph, layer_class, given, f"{place}.", f"{ours}_", inputs, version, shapes)
            previous = name
            continue
        for part, spec in enumerate(read_layer(layer_class, given, place, version)):
            inputs = [graph.add(spec, ours + (f"_{part + 1}" if part else ""), inputs)]
            outputs[name] = inputs[0]
        previous = name
    return outputs[previous] if sequential else output_of(inner.get("output_layers"), outputs, previous)


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON.  Error: spec-repeated, where a key stands twice."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise EngineError("spec-repeated", key=key)
        found[key] = value
    return found


@dataclass(slots=True)
class Layers:
    """Layers in order, with the axes turned where it is needed.

    Keras holds images as (N, H, W, C) by default, and here convolutions take (N, C, H, W).
    turned: our names of values whose channels come first as they do not there -> the order of axes that leads back.
    """

    specs: list[Spec] = field(default_factory=list[Spec])
    turned: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    # Transposes, by source and order.
    known: dict[tuple[str, tuple[int, ...]], str] = field(default_factory=dict[tuple[str, tuple[int, ...]], str])

    def add(self, spec: Spec, name: str, inputs: list[str]) -> str:
        """A layer, told in Keras's layout.  Returns its name."""
        spec = dict(spec)
        order = spec.pop("channels_first_order", None)
        reduces = spec.pop("reduces", False)
        if "inner" in spec:
            spec["layers"] = chain_of(spec.pop("inner"))
        ways = [self.turned.get(source) for source in inputs]
        way = None
        if order is not None:
            way = tuple(sorted(range(len(order)), key=order.__getitem__))
            inputs = [
                source if found == way else self.transposed(self.own(source), order)
                for source, found in zip(inputs, ways, strict=True)
            ]
        elif spec["type"] in KEEPING and len(set(ways)) == 1:
            way = ways[0]
        else:
            inputs = [self.own(source) for source in inputs]
        if way and spec["type"] in NAMING and isinstance(axis := spec["axis"], int) and -len(way) <= axis < len(way):
            spec["axis"] = way[axis]
        self.specs.append(spec | {"name": name, "input": inputs})
        if way and not reduces:
            self.turned[name] = way
        return name

    def own(self, source: str) -> str:
        """A value in Keras's own layout."""
        way = self.turned.get(source)
        return source if way is None else self.transposed(source, way)

    def transposed(self, source: str, order: tuple[int, ...]) -> str:
        name = self.known.get((source, order))
        if name is None:
            name = self.known[source, order] = f"{source}_{'back' if source in self.turned else 'turned'}"
            self.specs.append({"type": "transpose", "axes": list(order), "name": name, "input": [source]})
        return name

    def ending_with(self, output: str) -> list[Spec]:
        """All of them, with the output in Keras's own layout as the last."""
        output = self.own(output)
        if not self.specs or self.specs[-1]["name"] != output:
            self.specs.append({"type": "identity", "input": [output]})
        return self.specs


def chain_of(specs: list[Spec]) -> list[Spec]:
    """Layers inside another, one after the other, with the axes turned where it is needed."""
    graph = Layers()
    name = "x"
    for number, spec in enumerate(specs, 1):
        name = graph.add(spec, f"inner_{number}", [name])
    found = graph.ending_with(name)
    return [{key: value for key, value in spec.items() if key not in ("name", "input")} for spec in found]


def unwrapped(config: object) -> tuple[Mapping[str, Any], int | None]:
    """The model's configuration out of what a file wraps around it (TensorFlow.js, HDF5), and the version that is told.

    Error: spec-json.
    """
    version = None
    while is_mapping(config):
        told = config.get("keras_version")
        if isinstance(told, str) and (found := re.match(r"tfjs|\d", told)):
            version = 2 if found[0] == "tfjs" else max(int(found[0]), 2)  # 1 is as 2 in all that is read here
        wrapped = next((config[key] for key in ("modelTopology", "model_config") if is_mapping(config.get(key))), None)
        if wrapped is None:
            return config, version
        config = wrapped
    raise EngineError("spec-json")


def written_by(items: list[Any]) -> int | None:
    """The version of Keras that writes layers so; None where both would."""
    found: set[int] = set()
    for item in items:
        given = item["config"]
        policy = given.get("dtype")
        nodes = item.get("inbound_nodes") or [None]
        if (
            "batch_input_shape" in given
            or ("alpha" in given and item["class_name"] == "LeakyReLU")
            or (is_json_list(nodes) and is_json_list(nodes[0]))
        ):
            found.add(2)
        if (
            "batch_shape" in given
            or ("negative_slope" in given and item["class_name"] == "LeakyReLU")
            or (is_json_list(nodes) and is_mapping(nodes[0]))
            or (is_mapping(policy) and policy.get("class_name") == "DTypePolicy")
        ):
            found.add(3)
    return found.pop() if len(found) == 1 else None


def layer_config(item: object, place: str) -> tuple[str, Spec]:
    """A layer's class and options.

    Errors: spec-object; layer-type for a class of the reader's own, or an operation, that only has a layer's name.
    """
    if not is_mapping(item) or not isinstance(item.get("class_name"), str) or not is_mapping(item.get("config")):
        raise EngineError("spec-object", place=place, got=shown(item))
    module, registered = item.get("module"), item.get("registered_name")
    foreign = isinstance(module, str) and (not re.match(r"(tf_)?keras|tensorflow", module) or ".ops" in module)
    if foreign or (isinstance(registered, str) and ">" in registered):
        raise EngineError(
            "layer-type",
            place=place,
            type=registered if isinstance(registered, str) and ">" in registered else f"{module}.{item['class_name']}",
        )
    return item["class_name"], dict(item["config"])


def declared(layer_class: str, given: Spec) -> list[Any] | None:
    """The shape of a sample that a first layer tells, taken out of its options; None where it tells none."""
    batch = [given.pop(name, None) for name in ("batch_shape", "batch_input_shape")]
    found = next((shape[1:] for shape in batch if is_json_list(shape)), None)
    sample = given.pop("input_shape", None)
    width = None if layer_class == "Embedding" else given.pop("input_dim", None)
    return found or (sample if is_json_list(sample) else None) or (None if width is None else [width])


def fits(told: list[Any], name: str, shapes: Mapping[str, Shape], place: str) -> None:
    """Error: declared-shape, where an input is not of the shape that is told; a single sample needs no batch axis."""
    shape = shapes.get(name)
    if shape is None:
        return
    sample = shape if len(shape) == len(told) else shape[1:]
    if len(sample) != len(told) or any(isinstance(n, int) and n != m for n, m in zip(told, sample, strict=True)):
        wanted = ", ".join("…" if n is None else shown(n) for n in told)
        raise EngineError("declared-shape", place=place, name=name, got=str(shape), wanted=f"(N, {wanted})")


def plain_name(name: str) -> str:
    return re.sub(r"\W|^(?=\d)", "_", name)


def inbound(item: Mapping[str, Any], place: str) -> list[str]:
    """The names of the layers that lead into one: lists in Keras 2, tensors with a history in Keras 3.

    Error: spec-unsupported, for a layer that is called twice, or with more than what leads into it.
    """
    nodes: Any = item.get("inbound_nodes") or []
    if not is_json_list(nodes) or len(nodes) > 1:
        raise EngineError("spec-unsupported", place=place, option="inbound_nodes", got=shown(nodes))
    found: list[str] = []
    pending: list[object] = list(nodes)
    while pending:
        part = pending.pop(0)
        history: Any = None
        more: Any = ()
        if is_mapping(part) and part.get("class_name") == "__keras_tensor__":
            config = part.get("config")
            history = config.get("keras_history") if is_mapping(config) else ()
        elif is_mapping(part) and "args" in part:
            pending, more = [part["args"], *pending], part.get("kwargs")
        elif is_json_list(part) and len(part) >= 3 and isinstance(part[0], str):
            history, more = part[:3], part[3] if len(part) > 3 else ()
        elif is_json_list(part):
            pending = [*part, *pending]
        elif part is not None:
            more = {"inbound_nodes": part}
        options = more.items() if is_mapping(more) else ()
        for option, value in options:
            if value is not None and (option, value) not in (("training", False), ("mask", None)):
                raise EngineError("spec-unsupported", place=place, option=str(option), got=shown(value))
        if history is not None:
            if (
                not is_json_list(history)
                or len(history) != 3
                or not isinstance(history[0], str)
                or history[1:] != [0, 0]
            ):
                raise EngineError("spec-unsupported", place=place, option="inbound_nodes", got=shown(history))
            found.append(history[0])
    return found


def output_of(output_layers: object, outputs: Mapping[str, str], last: str) -> str:
    """Our name of the model's output; the last layer's where none is told.

    Error: spec-unsupported, for several outputs.
    """
    told = output_layers
    while is_json_list(told) and len(told) == 1:
        told = told[0]
    name = told[0] if is_json_list(told) and len(told) == 3 and told[1:] == [0, 0] else None
    if told is None or told == []:
        name = last
    if not isinstance(name, str) or name not in outputs:
        raise EngineError("spec-unsupported", place="layers", option="output_layers", got=shown(output_layers))
    return outputs[name]
