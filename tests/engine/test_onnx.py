"""ONNX files as programs: every operator against onnxruntime, exported models and their gradients against PyTorch."""

from __future__ import annotations

import json
import random
import re
import struct
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.errors import EngineError
from gradlens.engine.networks.onnx import model_file, wire
from gradlens.engine.networks.onnx.operators.folding import FOLDED
from gradlens.engine.networks.onnx.reading import OPERATORS, OnnxProgram, read_onnx
from gradlens.engine.networks.onnx.tracing import trace_onnx
from tests.each import each
from tests.engine.numerics import close

FIGURES = json.loads((Path(__file__).parent / "data" / "onnx.json").read_text(encoding="utf-8"))
MODELS = {case["name"]: case for case in FIGURES["models"]}


def given(program: OnnxProgram, arrays: Mapping[str, tuple[list[int], list[float]]]) -> dict[str, np.ndarray]:
    """All inputs of the program, those of the model by their names in the file."""
    own = {one.source: name for name, one in program.inputs.items()}
    shaped = {name: np.array(values, float).reshape(shape) for name, (shape, values) in arrays.items() if name in own}
    return {own[name]: value for name, value in shaped.items()} | program.weights


@each("case", FIGURES["operators"], parts=2)
def test_an_operator_gives_the_numbers_of_onnxruntime(case):
    program = read_onnx(b64decode(case["file"]))
    values = given(program, case["inputs"])
    built = engine.compile(program.text, {name: np.shape(value) for name, value in values.items()})
    found = built.forward(values)
    ids = {node.name: node.id for node in built.graph.nodes}
    names = {name: name for name in program.outputs} if len(program.outputs) > 1 else {"o0": program.outputs[0]}
    for name, shape, numbers in case["outputs"]:
        assert close(found[ids[names[name]]], np.reshape(numbers, shape), rtol=1e-5, atol=1e-5), name


def test_every_operator_that_is_read_has_a_case():
    tried = {case["name"].partition(":")[0] for case in FIGURES["operators"]}
    assert (OPERATORS.keys() | FOLDED.keys()) - tried == {"Constant", "Shape", "Size"}  # which are held below


def exported(name: str, batch: int = 0) -> OnnxProgram:
    case = MODELS[name]
    data = b64decode(case["file"])
    (one,) = model_file.read_model(data, 1e6).inputs
    shape = tuple(case["input"][0])
    return read_onnx(data, {one.name: (batch, *shape[1:]) if batch else shape})


@each("name", MODELS)
def test_an_exported_model_gives_the_numbers_and_gradients_of_pytorch(name):
    """Exporters write some numbers of a float64 model, such as the root in gelu, in single precision."""
    case = MODELS[name]
    program = exported(name)
    shape, numbers = case["input"]
    values = {next(iter(program.inputs)): np.reshape(numbers, shape)} | program.weights
    shape, numbers = case["output"]
    trace = engine.trace(program.text, values, output=program.outputs[0], seed=np.reshape(case["seed"], shape))
    assert close(trace[program.outputs[0]].value, np.reshape(numbers, shape), rtol=1e-7, atol=1e-7)
    told = {own: source for own, source in program.sources.items() if source in case["gradients"]}
    assert len(told) >= 2
    for own, source in told.items():
        gradient = np.ravel(trace.gradients[own])
        assert close(gradient @ np.cos(np.arange(gradient.size)), case["gradients"][source], rtol=1e-6, atol=1e-6), own


def test_a_model_reads_as_a_program_that_a_person_would_write():
    program = exported("mlp script 17")
    assert program.text.splitlines() == [
        "gemm1 = x @ w0_weight.T + w0_bias",
        "tanh1 = tanh(gemm1)",
        "y = tanh1 @ w2_weight.T + w2_bias",
    ]
    assert program.sources["w0_weight"] == "0.weight" and program.weights["w0_weight"].shape == (5, 3)
    assert program.inputs["x"].shape == (2, 3) and program.operators == {"Gemm": 2, "Tanh": 1}
    assert exported("mlp script 17", batch=7).inputs["x"].shape == (7, 3)


def test_inputs_to_begin_with_have_the_shapes_and_kinds_of_the_model():
    assert exported("mlp script 17").example_inputs()["x"].shape == (2, 3)
    assert (exported("lstm script 17").example_inputs()["x"] == 0).all()  # words are whole numbers


# ------------------------------------------------------------ files made here


def field(number: int, value: int | float | bytes | str | list) -> bytes:
    """A field of a message."""
    if isinstance(value, list):
        return b"".join(field(number, one) for one in value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value & (1 << 64) - 1)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    found = b""
    while value > 127:
        found, value = found + bytes([value & 127 | 128]), value >> 7
    return found + bytes([value])


def message(fields: Mapping[int, int | float | bytes | str | list]) -> bytes:
    return b"".join(field(number, value) for number, value in fields.items())


def tensor(name: str, dims: list[int], data_type: int = 1, **more: object) -> bytes:
    numbers = {"raw": 9, "ints": 7, "external": 13}
    return message({1: dims, 2: data_type, 8: name, **{numbers[key]: value for key, value in more.items()}})  # type: ignore[dict-item]


def node(
    operator: str, inputs: list[str], outputs: list[str], attributes: list[bytes] | None = None, domain: str = ""
) -> bytes:
    return message({1: inputs, 2: outputs, 4: operator, 5: attributes or [], 7: domain})


def attribute(name: str, value: int | float | str | list[int]) -> bytes:
    kinds = {float: (2, 1), int: (3, 2), str: (4, 3), list: (8, 7)}
    number, kind = kinds[type(value)]
    return message({1: name, number: value, 20: kind})


def shaped(name: str, *sizes: int | str, element: int = 1) -> bytes:
    axes = [message({1 if isinstance(size, int) else 2: size}) for size in sizes]
    return message({1: name, 2: message({1: message({1: element, 2: message({1: axes})})})})


def graph_file(
    nodes: list[bytes],
    weights: list[bytes] | None = None,
    inputs: list[bytes] | None = None,
    opset: int = 17,
    output: str = "y",
) -> bytes:
    inputs = [shaped("x", "batch", 3)] if inputs is None else inputs
    graph = message({1: nodes, 5: weights or [], 11: inputs, 12: [message({1: output})]})
    return message({1: 8, 7: graph, 8: [message({2: opset})]})


RELU = node("Relu", ["x"], ["y"])
FOUR = struct.pack("<4f", 1, 2, 3, 4)
REFUSED = [
    (b"", "file-empty"),
    (b"PK\x03\x04 no model", "file-other"),
    (b"\x89PNG\r\n\x1a\n", "file-other"),
    (b"\n<!DOCTYPE html><title>Sign in</title>", "file-other"),
    (b"version https://git-lfs.github.com/spec/v1\n", "file-other"),
    (b"W1: [[1, 2]]\n", "file-other"),
    (b"\xff" * 40, "onnx-file"),
    (graph_file([RELU])[:-5], "onnx-file"),
    (graph_file([]), "onnx-file"),
    (message({1: 8, 7: message({1: [RELU], 11: [shaped("x", 3)]}), 8: [message({2: 17})]}), "onnx-file"),
    (graph_file([RELU], opset=6), "onnx-opset"),
    (graph_file([node("FusedMatMul", ["x", "x"], ["y"], domain="com.microsoft")]), "onnx-operator"),
    (graph_file([node("TopK", ["x", "x"], ["y"])]), "onnx-operator"),
    (graph_file([node("Softmax", ["x"], ["y"], [attribute("axis", "last")])]), "onnx-attribute"),
    (graph_file([node("Relu", ["x"], ["y"], [attribute("slope", 0.5)])]), "onnx-attribute"),
    (graph_file([node("MaxPool", ["x"], ["y"], [attribute("kernel_shape", [2, 2])])]), "onnx-inputs"),
    (graph_file([node("MatMul", ["x", "w"], ["y"])], [tensor("w", [2, 2], raw=FOUR)]), "onnx-inputs"),
    (graph_file([node("Add", ["x"], ["y"])]), "onnx-inputs"),
    (graph_file([node("Reshape", ["x", "x"], ["y"])]), "onnx-dynamic"),
    (graph_file([node("NonZero", ["x"], ["y"])]), "onnx-dynamic"),
    (graph_file([node("Relu", ["z"], ["y"])]), "onnx-missing"),
    (graph_file([RELU], output="q"), "onnx-missing"),
    (graph_file([node("Dropout", ["x"], ["z", "y"])]), "onnx-output"),
    (graph_file([RELU], inputs=[message({1: "x"})]), "onnx-type"),
    (graph_file([RELU], [tensor("w", [1], 8)]), "onnx-type"),
    (graph_file([RELU], [tensor("w", [2, 2], raw=FOUR[:-1])]), "onnx-tensor"),
    (graph_file([RELU], [tensor("w", [2**40, 2**40], raw=FOUR)]), "onnx-weights"),
    (graph_file([RELU], inputs=[shaped("x", 2**40)]), "onnx-weights"),
    (graph_file([node("Split", ["x"], ["y"], [attribute("num_outputs", 0)])], opset=18), "onnx-attribute"),
    (graph_file([RELU], [tensor("w", [4], external=message({1: "location", 2: "/etc/passwd"}))]), "onnx-external"),
    (graph_file([RELU] * 13), "onnx-operators"),
    (graph_file([RELU], [tensor("w", [400], 7, ints=b"\1" * 400)]), "onnx-parts"),
    (
        graph_file(
            [node("ConstantOfShape", ["s"], [f"c{i}"]) for i in range(5)]
            + [node("Sum", [f"c{i}" for i in range(5)], ["c"]), node("Add", ["c", "x"], ["y"])],
            [tensor("s", [2], 7, ints=[1_000_000, 1])],
        ),
        "onnx-weights",
    ),
]


@each("data, kind", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_by_the_name_of_what_it_needs(data, kind, monkeypatch):
    monkeypatch.setattr(wire, "MOST_FIELDS", 400)
    monkeypatch.setattr(model_file, "MOST_OPERATORS", 12)
    with pytest.raises(EngineError) as error:
        read_onnx(data, limits=engine.Limits(elements=4_000_000))
    assert error.value.kind == kind


def test_shapes_are_of_inputs_that_there_are_and_fit_what_the_file_says():
    data = graph_file([RELU])
    assert read_onnx(data).inputs["x"].shape == (1, 3)
    assert read_onnx(data, {"x": (5, 3)}).inputs["x"].shape == (5, 3)
    for shapes, kind in (
        ({"z": (1, 3)}, "onnx-input"),
        ({"x": (5, 4)}, "onnx-input-shape"),
        ({"x": (3,)}, "onnx-input-shape"),
    ):
        with pytest.raises(EngineError) as error:
            read_onnx(data, shapes)
        assert error.value.kind == kind


def test_shapes_are_computed_while_the_file_is_read():
    """As exporters write `x.view(x.size(0), -1)`: of Shape, Gather, Unsqueeze and Concat; and what no output needs is
    left out, also where it could not be read.
    """
    data = graph_file(
        [
            node("Shape", ["x"], ["s"]),
            node("Gather", ["s", "zero"], ["n"]),
            node("Unsqueeze", ["n", "first"], ["n1"]),
            node("Constant", [], ["rest"], [attribute("value_ints", [-1])]),
            node("Concat", ["n1", "rest"], ["shape"], [attribute("axis", 0)]),
            node("Size", ["x"], ["count"]),
            node("NonZero", ["x"], ["unused"]),
            node("Reshape", ["x", "shape"], ["r"]),
            node("Cast", ["count"], ["c"], [attribute("to", 1)]),
            node("Div", ["r", "c"], ["y"]),
        ],
        [tensor("zero", [], 7, ints=[0]), tensor("first", [1], 7, ints=[0])],
        [shaped("x", "batch", 3, 2)],
    )
    assert read_onnx(data, {"x": (4, 3, 2)}).text.splitlines() == ["reshape1 = reshape(x, (4, 6))", "y = reshape1 / 24"]


def test_names_of_a_file_become_names_of_the_language():
    for name in ("relu", "input", "lambda", "F", "1/w", "__class__", "가중치", "a b", "", "x" * 200, "x\u202e"):
        data = graph_file([node("Add", ["x", name], ["sum"])], [tensor(name, [1], raw=FOUR[:4])], output="sum")
        if not name:
            continue
        program = read_onnx(data)
        own = next(iter(program.weights))
        assert own.isidentifier() and own not in engine.OPS and re.fullmatch(r"\w{1,45}", own)
        values = {"x": np.ones((1, 3))} | program.weights
        assert close(engine.trace(program.text, values)[program.outputs[0]].value, [[2, 2, 2]])


def test_of_several_outputs_the_first_with_a_gradient_is_differentiated():
    both = message(
        {
            1: [node("ArgMax", ["x"], ["label"], [attribute("axis", 1)]), node("Exp", ["x"], ["scores"])],
            11: [shaped("x", "batch", 3)],
            12: [message({1: "label"}), message({1: "scores"})],
        }
    )
    program = read_onnx(message({1: 8, 7: both, 8: [message({2: 17})]}))
    trace = engine.trace(program.text, {"x": np.zeros((1, 3))})
    assert program.outputs == ["scores", "label"] and close(trace.gradients["x"], [[1, 1, 1]])


def test_of_a_model_that_ends_in_a_softmax_the_largest_results_are_differentiated():
    """Their sum is 1 whatever the model is given."""
    for opset, axes, line in (
        (12, [1, 2], "score = sum(max(y, axis=(1, 2)))"),
        (13, [2], "score = sum(max(y, axis=2))"),
    ):
        attributes = [attribute("axis", 1)] if opset == 12 else None
        data = graph_file([node("Softmax", ["x"], ["y"], attributes)], inputs=[shaped("x", 2, 3, 2)], opset=opset)
        program = read_onnx(data)
        assert program.text.splitlines()[-1] == line and program.outputs == ["y"]
        trace = engine.trace(program.text, program.example_inputs())
        assert close(trace["score"].value, np.sum(np.max(trace["y"].value, axis=tuple(axes))))
        assert np.abs(trace.gradients["x"]).max() > 0.01


def test_a_file_is_run_on_inputs_by_their_names_in_the_file_and_on_drawn_ones():
    data = graph_file(
        [node("Mul", ["my x", "w"], ["y"])], [tensor("w", [1], raw=FOUR[4:8])], [shaped("my x", "batch", 3)]
    )
    trace, model = trace_onnx(data, {"my x": [[1, 2, 3], [4, 5, 6]]})
    assert close(trace.gradients["w"], [21]) and model.inputs["my_x"].shape == (2, 3)
    gradient = trace_onnx(data, shapes={"my x": (4, 3)})[0].gradients["my_x"]
    assert gradient is not None and np.shape(gradient) == (4, 3)


def test_a_damaged_file_is_refused_and_breaks_nothing():
    """Each byte that is changed makes a model, or a refusal of its own kind."""
    rng = random.Random(0)
    files = [b64decode(case["file"]) for case in FIGURES["operators"][::9]] + [
        b64decode(MODELS["gru script 12"]["file"])
    ]
    for data in files:
        for _ in range(12):
            changed = bytearray(data)
            for _ in range(rng.randint(1, 3)):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
            try:
                read_onnx(bytes(changed), limits=engine.Limits(elements=1e6))
            except EngineError as error:
                assert error.kind.startswith("onnx-")
