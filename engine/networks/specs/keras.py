"""A Keras model's configuration (model.get_config(), model.to_json()) as layers: read, never executed."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.specs.foreign import Spec
from gradlens.engine.networks.specs.keras_calls import Reference, calls_of, references
from gradlens.engine.networks.specs.keras_graph import Layers, plain_name
from gradlens.engine.networks.specs.keras_layers import read_layer
from gradlens.engine.networks.specs.keras_operations import HIDING, as_layer, is_number
from gradlens.engine.values import Shape, is_json_list, is_mapping

MODELS = ("Sequential", "Functional", "Model")
WRAPPED = ("modelTopology", "model_topology", "model_config")
DEPTH = 8  # of models within models
HIDDEN = "hidden where "  # begins what stands for a mask, which is no value


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
    items = listed(inner)
    if kind not in MODELS or not items:
        raise EngineError("spec-json")
    for index, item in enumerate(items):
        layer_config(item, f"layers[{index}]")
    version = version or written_by(items)
    built = inner.get("build_input_shape") if kind == "Sequential" and is_mapping(inner) else None
    if is_json_list(built) and len(built) > 1:
        fits(built[1:], "x", shapes or {}, "build_input_shape")
    graph = Layers(set(shapes or ()))
    outputs = Model(graph, kind, inner, "", "", False, version, shapes or {}).add(None)
    return graph.ending_with(outputs)


def listed(inner: object) -> Any:
    """The layers of a model: Keras before 2.2.3 writes a list, later ones an object that holds one."""
    items: Any = inner.get("layers") if is_mapping(inner) else inner
    return [as_layer(item) for item in items] if is_json_list(items) else None


@dataclass(slots=True)
class Model:
    """A model, or one that is a layer of another.

    at: its place, with a point behind.  prefix: of the names of its layers.  frozen: whether it is not trained.
    """

    graph: Layers
    kind: str
    inner: Any
    at: str
    prefix: str
    frozen: bool
    version: int | None
    shapes: Mapping[str, Shape]

    def add(self, given: list[str] | None) -> list[str]:
        """Its layers.  given: what leads into it, by our names; None for the model itself.  Returns its outputs."""
        self.frozen |= is_mapping(self.inner) and self.inner.get("trainable") is False
        items = listed(self.inner)
        configs = [layer_config(item, f"{self.at}layers[{index}]") for index, item in enumerate(items)]
        if self.kind == "Sequential":
            return self.one_after_another(items, configs, given)
        return self.as_called(items, configs, given)

    def one_after_another(
        self, items: list[Any], configs: list[tuple[str, Spec]], given: list[str] | None
    ) -> list[str]:
        values = given or ["x"]
        for index, (item, config) in enumerate(zip(items, configs, strict=True)):
            if index == 0 and given is None:
                self.check_declared(config, "x", index)
            values = self.layer(item, config, index, values, [])
        return values

    def as_called(self, items: list[Any], configs: list[tuple[str, Spec]], given: list[str] | None) -> list[str]:
        names = [
            str(item.get("name") or config[1].get("name") or f"layer_{index}")
            for index, (item, config) in enumerate(zip(items, configs, strict=True))
        ]
        made: dict[tuple[str, int], list[str]] = self.inputs_of(names, configs, given)
        counts = dict.fromkeys(names, 1)
        pending: deque[tuple[int, int, list[Reference]]] = deque()
        for index, (item, name) in enumerate(zip(items, names, strict=True)):
            if (name, 0) in made:
                continue
            place = f"{self.at}layers[{index}]"
            calls = calls_of(item, place)
            if not calls:
                raise EngineError("spec-missing", place=place, field="inbound_nodes")
            counts[name] = len(calls)
            pending += [(index, number, sources) for number, sources in enumerate(calls)]
        waiting: dict[tuple[str, int], list[tuple[int, int, list[Reference]]]] = {}
        while pending:
            index, number, sources = pending.popleft()
            keys = [(one.layer, one.call if counts.get(one.layer, 0) > 1 else 0) for one in sources]
            missing = next((key for key in keys if key not in made), None)
            if missing is not None:
                waiting.setdefault(missing, []).append((index, number, sources))
                continue
            values = [self.output(made[key], one, index) for key, one in zip(keys, sources, strict=True)]
            roles = [one.role for one in sources]
            if "mask" in roles:  # the last of them
                self.check_mask(values.pop(), values, sources[roles.index("mask")], index)
                roles.remove("mask")
            key = names[index], number
            if configs[index][0] in HIDING:
                made[key] = [self.hidden_steps(configs[index], index, values)]
            else:
                made[key] = self.layer(items[index], configs[index], index, values, roles)
            pending.extendleft(reversed(waiting.pop(key, [])))
        for (name, _), lost in waiting.items():
            raise EngineError("layer-source", place=f"{self.at}layers[{lost[0][0]}]", name=shown(name))
        return self.outputs(made, counts, names[-1])

    def inputs_of(
        self, names: list[str], configs: list[tuple[str, Spec]], given: list[str] | None
    ) -> dict[tuple[str, int], list[str]]:
        """What the inputs of a model are, by our names.  Error: spec-unsupported, where it is called with fewer."""
        places = [index for index, (layer_class, _) in enumerate(configs) if layer_class == "InputLayer"]
        told = [one.layer for one in references(self.inner.get("input_layers"), f"{self.at}layers")]
        order = {name: number for number, name in enumerate(told)}
        places.sort(key=lambda index: order.get(names[index], index))
        found: dict[tuple[str, int], list[str]] = {}
        for number, index in enumerate(places):
            if given is not None and number >= len(given):
                place = f"{self.at}layers[{index}]"
                raise EngineError("spec-unsupported", place=place, option="inbound_nodes", got="[]")
            ours = (plain_name(names[index]) if len(places) > 1 else "x") if given is None else given[number]
            found[names[index], 0] = [ours]
            if given is None:
                self.check_declared(configs[index], ours, index)
        return found

    def check_declared(self, config: tuple[str, Spec], name: str, index: int) -> None:
        told = declared(config[0], dict(config[1]))
        if told is not None:
            fits(told, name, self.shapes, f"{self.at}layers[{index}]")

    def hidden_steps(self, config: tuple[str, Spec], index: int, values: list[str]) -> str:
        """What stands for a mask that is made by operations.  Error: layer-type, where it is none."""
        value = config[1].get("value")
        if len(values) == 1 and values[0].startswith(HIDDEN) == (value is None):
            return hidden(value, values[0]) if value is not None else values[0]
        raise EngineError("layer-type", place=f"{self.at}layers[{index}]", type=config[0])

    def check_mask(self, told: str, values: list[str], one: Reference, index: int) -> None:
        """Error: spec-unsupported, where the steps that a layer is told to leave out are not those of its sequence."""
        masks = [spec for spec in self.graph.specs if spec["type"] == "mask" and is_number(spec["value"])]
        ours = [spec["name"] for spec in masks if told in [hidden(float(spec["value"]), one) for one in spec["input"]]]
        if not values or not ours or self.graph.masks.get(values[0]) != ours[0]:
            place = f"{self.at}layers[{index}]"
            raise EngineError("spec-unsupported", place=place, option="mask", got=shown(one.written))

    def output(self, values: list[str], one: Reference, index: int) -> str:
        if one.part >= len(values):
            place = f"{self.at}layers[{index}]"
            raise EngineError("spec-unsupported", place=place, option="inbound_nodes", got=shown(one.written))
        return values[one.part]

    def layer(
        self, item: Mapping[str, Any], config: tuple[str, Spec], index: int, values: list[str], roles: list[str]
    ) -> list[str]:
        """A layer, or a model.  Returns our names of what it gives."""
        layer_class, given = config[0], dict(config[1])
        place = f"{self.at}layers[{index}]"
        if any(value.startswith(HIDDEN) for value in values):
            raise EngineError("spec-unsupported", place=place, option="inbound_nodes", got=shown(HIDING))
        name = str(item.get("name") or given.get("name") or f"layer_{index}")
        declared(layer_class, given)
        ours = self.prefix + plain_name(name)
        if layer_class in MODELS:
            if place.count(".") >= DEPTH or not listed(given):
                raise EngineError("spec-json")
            inner = Model(
                self.graph, layer_class, given, f"{place}.", f"{ours}_", self.frozen, self.version, self.shapes
            )
            return inner.add(values)
        specs = read_layer(layer_class, given, place, self.version, roles)
        begun = values[1:] if specs and specs[-1].get("initial") else []  # the state that the first step has
        for part, spec in enumerate(specs):
            spec = spec | {"frozen": True} if self.frozen else dict(spec)
            parts = spec.pop("parts", [])
            wanted = f"{ours}_{spec['type']}" if part else ours
            sources = values[:1] + (begun if spec.get("initial") else []) if begun else values
            values = [self.graph.add(spec, wanted, sources, (place, part))]
            for number, one in enumerate(parts):
                values.append(self.graph.add(one, f"{ours}_{number}", values[:1], (f"{place} {number}", part)))
            values = values[len(parts) > 0 :]
        return values

    def outputs(self, made: Mapping[tuple[str, int], list[str]], counts: Mapping[str, int], last: str) -> list[str]:
        """Our names of the model's outputs; the last layer's where none is told.  Error: spec-unsupported."""
        written = self.inner.get("output_layers") if is_mapping(self.inner) else None
        told = references(written, f"{self.at}layers")
        if not told:
            return made[last, counts[last] - 1]
        found: list[str] = []
        for one in told:
            key = one.layer, one.call if counts.get(one.layer, 0) > 1 else 0
            if key not in made or one.part >= len(made[key]) or made[key][one.part].startswith(HIDDEN):
                place = f"{self.at}layers" if self.at else "layers"
                raise EngineError("spec-unsupported", place=place, option="output_layers", got=shown(written))
            found.append(made[key][one.part])
        return found


def hidden(value: float, sequence: str) -> str:
    """What stands for the steps that are left out: those of a sequence that are a value."""
    return f"{HIDDEN}{value} of {sequence}"


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON.  Error: spec-repeated, where a key stands twice."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise EngineError("spec-repeated", key=key)
        found[key] = value
    return found


def unwrapped(config: object) -> tuple[Mapping[str, Any], int | None]:
    """The model's configuration out of what a file wraps around it (TensorFlow.js, HDF5), and the version that is told.

    Error: spec-json.
    """
    version = None
    while is_mapping(config):
        told = config.get("keras_version")
        if isinstance(told, str) and (found := re.match(r"tfjs|\d", told)):
            version = 2 if found[0] == "tfjs" else max(int(found[0]), 2)  # 1 is as 2 in all that is read here
        wrapped = next((config[key] for key in WRAPPED if is_mapping(config.get(key))), None)
        if wrapped is None:
            return config, version
        config = wrapped
    raise EngineError("spec-json")


def written_by(items: list[Any]) -> int | None:
    """The version of Keras that writes layers so; None where both would."""
    found: set[int] = set()
    for item in items:
        given = item["config"]
        if is_json_list(given):
            found.add(2)
            continue
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
    if not is_mapping(item) or not isinstance(item.get("class_name"), str):
        raise EngineError("spec-object", place=place, got=shown(item))
    given = item.get("config")
    if is_json_list(given) and item["class_name"] in MODELS:
        given = {"layers": given}
    if not is_mapping(given):
        raise EngineError("spec-object", place=place, got=shown(item))
    module, registered = item.get("module"), item.get("registered_name")
    foreign = isinstance(module, str) and (not re.match(r"(tf_)?keras|tensorflow", module) or ".ops" in module)
    if foreign or (isinstance(registered, str) and ">" in registered):
        raise EngineError(
            "layer-type",
            place=place,
            type=registered if isinstance(registered, str) and ">" in registered else f"{module}.{item['class_name']}",
        )
    return item["class_name"], dict(given)


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
