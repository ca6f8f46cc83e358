"""Requests to every endpoint, with the status that each is answered with: what the description and a generated client
are held to.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from gradlens.app.endpoints import ENDPOINTS
from gradlens.app.examples import EXAMPLES
from gradlens.app.schemas.model_files import SMALL_FILE
from gradlens.app.schemas.networks import XOR
from gradlens.app.schemas.weights import SMALL_WEIGHTS

TRAINED = {**XOR, "optimizer": {"type": "sgd", "lr": 0.1}, "steps": 3}
MATRICES = {"x": [[1.0, -2.0], [0.0, 3.0]], "w": [[0.5, 1.0], [1.5, -1.0]]}
CELL = "def cell(x, w):\n    return softmax(tanh(x @ w))\n\nh = cell(x, w)\ny = sum(where(h > 0.5, h, -h)[:, 0])"
POLES = "y = log(x) + sqrt(x) + 1 / x + abs(x)"


class Case(NamedTuple):
    """One request: its operation, its body or its parameters, and the status of its answer."""

    operation: str
    body: dict[str, Any] | None = None
    parameters: Mapping[str, Any] = MappingProxyType({})
    status: int = 200


def programs() -> list[dict[str, Any]]:
    """Requests with programs of every kind: the examples, one in Korean, arrays in full and as summaries, calls, poles,
    both modes.
    """
    found = [
        {"program": example["program"][language], "inputs": example["inputs"]}
        for example, language in [*((example, "en") for example in EXAMPLES), (EXAMPLES[0], "ko")]
    ]
    opened = {"program": CELL, "inputs": MATRICES, "detail": "expanded", "direction": {"x": [[1, 0], [0, 0]]}}
    found += [{**opened, "values": values} for values in ("auto", "full", "summary")]
    found.append({"program": POLES, "inputs": {"x": 0}})
    found.append({"program": "y = x * 2", "inputs": {"x": ["NaN", "Infinity", 1e300]}, "seed": [1, 0, 2]})
    found.append({"program": "y = softmax(x) * x[1]", "inputs": {"x": [1, 2]}, "expand": ["softmax"], "output": "y"})
    found.append({"program": "y = sum(x)", "inputs": {"x": list(range(5_000))}})
    return found


def cases() -> list[Case]:
    """Every request of the table."""
    return [*graph_cases(), *proof_cases(), *network_cases(), *reference_cases(), *refused_cases()]


def graph_cases() -> list[Case]:
    bodies = programs()
    found = [Case("post_expression", body) for body in bodies]
    found += [
        Case("post_gradient_program", {"program": body["program"], "inputs": body["inputs"]})
        for body in bodies
        if "direction" not in body
    ]
    found += [Case("post_numbers", {**body, "have": ["0"]}) for body in bodies[::5]]
    for kind in ("jacobian", "hessian", "jvp", "hvp"):
        for program, inputs in (("y = x * x * w", {"x": 2, "w": 3}), ("y = sum(x @ w)", MATRICES)):
            along = {"direction": {"x": inputs["x"]}} if kind in ("jvp", "hvp") else {}
            found.append(Case("post_derivatives", {"program": program, "inputs": inputs, "kind": kind, **along}))
    return found


def proof_cases() -> list[Case]:
    examples = [{"program": example["program"]["en"], "inputs": example["inputs"]} for example in EXAMPLES[::3]]
    examples += [
        {"program": CELL, "inputs": MATRICES},
        {"program": POLES, "inputs": {"x": 0}},
        {"program": "y = abs(x)", "inputs": {"x": [0, 1]}},
    ]
    found = [Case(operation, body) for operation in ("post_check", "post_sweep") for body in examples]
    found.append(Case("post_check", {"program": "y = exp(x)", "inputs": {"x": 1}, "method": "complex"}))
    found.append(Case("post_check", {"program": CELL, "inputs": MATRICES, "max_elements": 2, "wrt": ["x"]}))
    claimed = (
        {"gradients": {"x": 4}},
        {"gradients": {"x": "6.000"}},
        {"gradients": {"x": 3}, "values": {"y": 9}},
        {"values": {"y": "NaN"}},
        {"gradients": {"x": 123}},
    )
    square = {"program": "y = x * x", "inputs": {"x": 3}}
    found += [Case("post_diagnose", {**square, "claims": claims}) for claims in claimed]
    found.append(
        Case(
            "post_diagnose",
            {
                "program": "h = x @ w\ny = sum(h)",
                "inputs": MATRICES,
                "claims": {"gradients": {"x": [[1.5, 1.5], [0.5, 0.5]], "w": [[1, 1], [1, 1]]}},
            },
        )
    )
    layer = {"program": "h = x @ w\ny = sum(tanh(h))", "inputs": MATRICES}
    found += [Case("post_derive", {**layer, "node": node}) for node in ("h", 3, "y")]
    found.append(Case("post_derive", {**layer, "edge": 0, "index": [0, 1], "values": "summary"}))
    found.append(Case("post_derive", {"program": CELL, "inputs": MATRICES, "detail": "expanded", "group": 1}))
    ways = (
        ("t = x + y\nz = t ** 2 + t * x", {"x": 2, "y": 3}),
        (CELL, MATRICES),
        ("y = x\n" + "y = y + y\n" * 20, {"x": 1}),
        ("y = x\n" + "y = y + y\n" * 5_000, {"x": 1}),
    )
    found += [Case("post_paths", {"program": program, "inputs": inputs, "from": "x"}) for program, inputs in ways]
    return found


def network_cases() -> list[Case]:
    found = [
        Case("post_network", XOR),
        Case("post_network", {**XOR, "values": "summary", "detail": "expanded", "l2": 0.1}),
        Case(
            "post_network",
            {
                "layers": XOR["layers"],
                "loss": "mse",
                "dataset": {"name": "spiral", "samples": 40, "noise": 0.1},
                "batch_size": 3,
            },
        ),
        Case("post_network", {"layers": XOR["layers"], "loss": XOR["loss"], "dataset": "xor"}),
        Case("post_network", {"layers": "nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))", "x": XOR["x"]}),
        Case("post_train", {**TRAINED, "predict": [[0.5, 0.5]], "trace_at": [2], "train": 3}),
        Case("post_train", {**TRAINED, "optimizer": {"type": "adam"}, "batch_size": 2, "epochs": 2, "steps": None}),
        Case("post_train", {**TRAINED, "optimizer": {"type": "sgd", "lr": 1e300}, "steps": 9}),
        Case(
            "post_train",
            {
                "layers": [{"type": "affine", "units": 3}],
                "loss": XOR["loss"],
                "dataset": {"name": "iris", "train": 20},
                "steps": 2,
            },
        ),
        Case(
            "post_train",
            {
                "layers": [{"type": "affine", "units": 1}],
                "loss": "mse",
                "dataset": {"csv": "a,b\n1,2.5\n2,3.5\n4,4.25\n", "task": "regression", "test": 1},
                "steps": 2,
            },
        ),
        Case("post_table", {"dataset": {"csv": "no,a,b,kind\n1,2,?,x\n2,3,1e,y\n3,1,4,x\n"}}),
        Case("post_table", {"dataset": {"file": "YTtiCjE7eAoyO3kK", "label": "b"}, "loss": XOR["loss"]}),
        Case("post_table", {"dataset": {"csv": "a\n1\n"}}, status=422),
        Case("post_onnx", {"file": SMALL_FILE, "shapes": {"x": [3, 2]}}),
        Case("post_onnx", {"file": SMALL_FILE, "shapes": {"x": [3, 4]}}, status=422),
        Case(
            "post_weights",
            {"layers": [{"type": "affine", "units": 3}], "x": [[0, 1]], "weights": SMALL_WEIGHTS},
            status=422,
        ),
        Case("post_weights_file", {"parameters": {"a": 1}, "format": "safetensors", "file_name": "a/b"}),
        Case("get_datasets"),
        Case("get_layers"),
        Case("get_dataset", parameters={"name": "iris"}),
        Case("get_dataset", parameters={"name": "spiral", "samples": 10, "noise": 0.25, "seed": 7}),
        Case("get_dataset", parameters={"name": "spiral", "samples": 1}, status=422),
        Case("get_dataset", parameters={"name": "spiral", "noise": 0.75}, status=422),
        Case("get_dataset", parameters={"name": "no/such"}, status=404),
        Case("get_dataset", parameters={"name": "none"}, status=422),
    ]
    return found


def reference_cases() -> list[Case]:
    return [
        Case("get_ops"), Case("get_formats"), Case("get_examples"), Case("get_health"),
        Case("get_problem", parameters={"kind": "body-too-large"}),
        Case("get_problem", parameters={"kind": "unknown-name"}),
        Case("get_problem", parameters={"kind": "%"}, status=404),
        *(Case("get_derivation", parameters={"op": op}) for op in ("add", "tanh", "matmul", "relu", "softmax", "where",
            "conv2d")),
        Case("get_derivation", parameters={"op": "none"}, status=404),
        *(Case(name, parameters={"language": language}, status=status) for name in ("get_language", "get_functions")
            for language, status in (("ko", 200), ("fr", 422))),
        Case("get_chapters"),
        Case("get_chapter", parameters={"language": "ko", "chapter": "graphs"}),
        Case("get_chapter", parameters={"language": "en", "chapter": "none"}, status=404),
        Case("get_chapter", parameters={"language": "fr", "chapter": "graphs"}, status=422),
        Case("get_plot", parameters={"chapter": "numerical", "plot": "steps", "language": "ko"}),
        Case("get_plot", parameters={"chapter": "numerical", "plot": "none"}, status=404),
        *(Case("get_exercise", parameters={"chapter": "chain-rule", "exercise": one, "language": "ko", "seed": 7})
            for one in ("square", "lines", "lost", "closing-sign")),
        Case("get_exercise", parameters={"chapter": "graphs", "exercise": "none"}, status=404),
        Case("get_exercise", parameters={"chapter": "graphs", "exercise": "orange", "seed": 0}, status=422),
    ]  # fmt: skip


def refused_cases() -> list[Case]:
    """Of every operation with a body: its documented examples, a body of the wrong shape, and a program that cannot be
    read.
    """
    found = []
    for row in ENDPOINTS:
        if row.request and row.method == "POST":
            told: Any = row.request.model_config.get("json_schema_extra")
            wrong = {
                "layers": [{"type": "afine"}],
                "program": "z = (x + 1",
                "seed": 0,
                "parameters": {"W": [[1], [1, 2]]},
                "format": "none",
                "dataset": {"csv": "a\n1\n"},
                "file": "UEsDBA==",
            }
            for example in told["examples"]:
                broken = dict([next((field, value) for field, value in wrong.items() if field in example)])
                found += [Case(row.name, example), Case(row.name, {**example, **broken}, status=422)]
    return found
