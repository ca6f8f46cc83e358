"""The messages of an ONNX file that are read here (onnx.proto), and a model's graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.file_kinds import unreadable
from gradlens.engine.networks.onnx.tensors import KINDS, Array, elements_of, tensor_value
from gradlens.engine.networks.onnx.wire import (
    MOST_FIELDS,
    BrokenMessage,
    Counter,
    Field,
    Message,
    Schema,
    TooManyFields,
    read_message,
)

MOST_OPERATORS = 5_000  # of a graph
OLDEST = 7  # opset: in those before, arrays are not broadcast as NumPy does it
DOMAINS = ("", "ai.onnx")  # of the standard's own operators

STRINGS = Schema({1: Field("key", "text"), 2: Field("value", "text")})
TENSOR = Schema(
    {
        1: Field("dims", "int", many=True),
        2: Field("data_type", "int"),
        4: Field("float_data", "float", many=True),
        5: Field("int32_data", "int", many=True),
        7: Field("int64_data", "int", many=True),
        8: Field("name", "text"),
        9: Field("raw_data", "bytes"),
        10: Field("double_data", "double", many=True),
        11: Field("uint64_data", "int", many=True),
        13: Field("external_data", STRINGS, many=True),
        14: Field("data_location", "int"),
    }
)
ATTRIBUTE = Schema(
    {
        1: Field("name", "text"),
        2: Field("f", "float"),
        3: Field("i", "int"),
        4: Field("s", "text"),
        5: Field("t", TENSOR),
        6: Field("g", "bytes"),
        7: Field("floats", "float", many=True),
        8: Field("ints", "int", many=True),
        9: Field("strings", "text", many=True),
        20: Field("type", "int"),
    }
)
NODE = Schema(
    {
        1: Field("inputs", "text", many=True),
        2: Field("outputs", "text", many=True),
        3: Field("name", "text"),
        4: Field("operator", "text"),
        5: Field("attributes", ATTRIBUTE, many=True),
        7: Field("domain", "text"),
    }
)
DIMENSION = Schema({1: Field("size", "int"), 2: Field("symbol", "text")})
SHAPE = Schema({1: Field("dimensions", DIMENSION, many=True)})
TENSOR_TYPE = Schema({1: Field("element", "int"), 2: Field("shape", SHAPE)})
TYPE = Schema({1: Field("tensor", TENSOR_TYPE)})
VALUE = Schema({1: Field("name", "text"), 2: Field("type", TYPE)})
GRAPH = Schema(
    {
        1: Field("nodes", NODE, many=True),
        5: Field("initializers", TENSOR, many=True),
        11: Field("inputs", VALUE, many=True),
        12: Field("outputs", VALUE, many=True),
        15: Field("sparse", "bytes", many=True),
    }
)
OPSET = Schema({1: Field("domain", "text"), 2: Field("version", "int")})
MODEL = Schema(
    {
        1: Field("ir_version", "int"),
        2: Field("producer", "text"),
        3: Field("producer_version", "text"),
        7: Field("graph", GRAPH),
        8: Field("opsets", OPSET, many=True),
    }
)
# An attribute's field by its type, as AttributeProto numbers them; graphs, sparse tensors and types have none here.
ATTRIBUTE_FIELDS = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings"}


@dataclass(frozen=True, slots=True)
class Operator:
    """A node of the graph.  place: as errors name it.  attributes: numbers, texts, lists and arrays by name; a graph or
    another thing that is not read is None.
    """

    type: str
    place: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GraphInput:
    """shape: of each axis its size, or the name of one that is free.  kind: "float", "int" or "bool"."""

    name: str
    shape: tuple[int | str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Model:
    """opset: the version of the standard's operators.  weights: by name, in the order of the file."""

    producer: str
    opset: int
    inputs: list[GraphInput]
    outputs: list[str]
    operators: list[Operator]
    weights: dict[str, Array]


def read_model(data: bytes, most_elements: float) -> Model:
    """Errors: onnx-file, file-empty, file-other, onnx-size, onnx-opset, onnx-operator, and those of tensors."""
    try:
        model = read_message(memoryview(data), MODEL, Counter())
    except BrokenMessage:
        raise unreadable(data, "onnx-file", ".onnx") from None
    except TooManyFields:
        raise EngineError("onnx-parts", limit=MOST_FIELDS) from None
    graph: Message | None = model["graph"]
    opset = next((one["version"] for one in model["opsets"] if (one["domain"] or "") in DOMAINS), None)
    if graph is None or opset is None or not graph["nodes"] or not graph["outputs"]:
        raise unreadable(data, "onnx-file", ".onnx")
    if opset < OLDEST:
        raise EngineError("onnx-opset", got=opset, oldest=OLDEST)
    if len(graph["nodes"]) > MOST_OPERATORS:
        raise EngineError("onnx-operators", count=len(graph["nodes"]), limit=MOST_OPERATORS)
    if (count := sum(map(elements_of, graph["initializers"]))) > most_elements:
        raise EngineError("onnx-weights", count=count, limit=most_elements)
    if graph["sparse"]:
        raise EngineError("onnx-type", name="sparse_initializer", type="sparse")
    weights = {one["name"] or "": tensor_value(one) for one in graph["initializers"]}
    return Model(
        " ".join(one for one in (model["producer"], model["producer_version"]) if one),
        opset,
        [graph_input(one) for one in graph["inputs"] if one["name"] not in weights],
        [one["name"] or "" for one in graph["outputs"]],
        [operator(one, index) for index, one in enumerate(graph["nodes"])],
        weights,
    )


def graph_input(value: Message) -> GraphInput:
    """Error: onnx-type, for what is no tensor of numbers."""
    name = value["name"] or ""
    tensor: Message | None = value["type"] and value["type"]["tensor"]
    kind = KINDS.get(tensor["element"] or 0) if tensor else None
    if kind is None:
        raise EngineError("onnx-type", name=shown(name), type="sequence" if not tensor else str(tensor["element"]))
    assert tensor is not None
    dimensions: list[Message] = tensor["shape"]["dimensions"] if tensor["shape"] else []
    shape: tuple[int | str, ...] = tuple(
        one["size"] if (one["size"] or 0) > 0 else one["symbol"] or f"n{i + 1}" for i, one in enumerate(dimensions)
    )
    return GraphInput(name, shape, kind)


def operator(node: Message, index: int) -> Operator:
    """Errors: onnx-operator, and those of tensors."""
    kind = shown(node["operator"] or "")
    place = f"{kind} {shown(node['name'])}" if node["name"] else f"{kind} ({index + 1})"
    if (node["domain"] or "") not in DOMAINS:
        raise EngineError("onnx-operator", place=shown(f"{node['domain']}.{place}"))
    attributes = {one["name"] or "": attribute(one) for one in node["attributes"]}
    return Operator(kind, place, node["inputs"], node["outputs"], attributes)


def attribute(message: Message) -> Any:
    name = ATTRIBUTE_FIELDS.get(message["type"] or 0)
    if name is None:
        return None
    value = message[name]
    if name == "t":
        return None if value is None else tensor_value(value)
    if value is None:  # a zero is not written
        return {"f": 0.0, "i": 0, "s": ""}[name]
    return value
