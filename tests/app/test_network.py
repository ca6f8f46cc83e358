"""Networks and data sets, through the API."""

from __future__ import annotations

import json
import random

import pytest

from gradlens.app.jobs import make_jobs
from gradlens.app.pool.worker import answer
from gradlens.app.settings import Settings
from tests.app.serving import kind
from tests.each import each

XOR = {
    "layers": [{"type": "affine", "units": 3, "name": "hidden"}, "relu", {"type": "affine", "units": 2}],
    "loss": "softmax_cross_entropy",
    "x": [[0, 0], [0, 1], [1, 0], [1, 1]],
    "t": [0, 1, 1, 0],
}


@pytest.fixture
def network(client):
    """Post a network request; keyword arguments are its fields."""
    return lambda **fields: client.post("/api/network", json=fields)


def test_a_network_is_a_trace_and_its_layers(network):
    trace = network(**XOR).json()
    assert [
        (layer["name"], layer["type"], layer["place"], layer["output_shape"], layer["parameters"])
        for layer in trace["layers"]
    ] == [
        ("hidden", "affine", "layers[0]", [4, 3], 9),
        ("relu1", "relu", "layers[1]", [4, 3], 0),
        ("affine1", "affine", "layers[2]", [4, 2], 8),
    ]
    # A product and a sum for each weight, and a sum for each bias: 4 samples.
    assert [layer["flops"] for layer in trace["layers"]] == [4 * (2 * 6 + 3), 12, 4 * (2 * 6 + 2)]
    assert [trace["groups"][layer["group"]]["name"] for layer in trace["layers"]] == ["hidden", "relu1", "affine1"]
    assert trace["gradients"].keys() == {"x", "W1", "b1", "W2", "b2", "t"}


def test_its_program_posted_with_its_inputs_gives_the_same_trace(network, post):
    trace = network(**XOR, l2=0.1).json()
    inputs = {node["name"]: node["value"] for node in trace["nodes"] if node["op"] == "input"}
    layers = trace.pop("layers")
    assert layers and post(trace["program"], inputs=inputs).json() == trace


def test_a_block_tells_its_parts(network):
    (block,) = network(layers=[{"type": "transformer_block", "heads": 2}], x=[[[0.1, 0.2, 0.3, 0.4]] * 3]).json()[
        "layers"
    ]
    assert block["parameters"] == 12 * 16 + 13 * 4 and [part["type"] for part in block["layers"]] == [
        "residual",
        "residual",
    ]
    assert [part["type"] for part in block["layers"][1]["layers"]] == ["layer_norm", "affine", "gelu", "affine"]
    assert block["layers"][1]["layers"][1]["place"] == "layers[0][1].layers[1]"


def test_a_data_set_runs_through_with_its_first_training_samples(network):
    trace = network(
        layers=[{"type": "affine", "units": 3}],
        loss="softmax_cross_entropy",
        dataset={"name": "iris", "train": 100},
        batch_size=7,
    ).json()
    assert next(node for node in trace["nodes"] if node["name"] == "x")["shape"] == [7, 4]
    own = network(
        layers=[{"type": "affine", "units": 2}],
        loss="softmax_cross_entropy",
        dataset={"csv": "a,b,kind\n1,2,yes\n3,4,no\n5,6,yes\n", "test": 0},
    ).json()
    assert next(node for node in own["nodes"] if node["name"] == "t")["shape"] == [3, 2]


@pytest.mark.parametrize(
    "fields",
    [
        {
            "layers": [{"type": "affine", "units": 100}, "relu", {"type": "affine", "units": 10}],
            "x": [[0.1] * 784] * 100,
            "t": [3] * 100,
        },
        {
            "layers": [
                {"type": "embedding", "vocabulary": 50, "units": 128},
                {"type": "transformer_block", "heads": 4},
                {"type": "affine", "units": 50},
            ],
            "x": [list(range(50)) + [7] * 14] * 8,
            "t": [[1] * 64] * 8,
        },
    ],
    ids=["784-100-10, 100 images", "a transformer block, d = 128, 4 heads, 64 tokens, 8 sequences"],
)
def test_networks_of_a_textbooks_size_are_within_the_limits(network, fields):
    response = network(**fields, loss="softmax_cross_entropy")
    assert response.status_code == 200
    # What is added to every key is forgotten by softmax, so this gradient is 0 but for rounding; there is nothing else
    # to remark.
    assert {warning["params"]["node"] for warning in response.json()["warnings"]} <= {"bk1"}


def test_the_catalogue_tells_figures_source_and_licence(client):
    response = client.get("/api/datasets")
    sets = {row["name"]: row for row in response.json()["datasets"]}
    assert (
        sets["digits"]["samples"] == 1797
        and sets["iris"]["licence"] == "CC BY 4.0"
        and sets["spiral"]["drawn"]
        and sets["diabetes"]["task"] == "regression"
    )
    assert client.get("/api/datasets", headers={"If-None-Match": response.headers["etag"]}).status_code == 304


def test_a_data_sets_samples_can_be_had(client):
    iris = client.get("/api/datasets/iris").json()
    assert iris["x"][0] == [5.1, 3.5, 1.4, 0.2] and iris["classes"][0] == "setosa" and len(iris["t"]) == 150
    spiral = client.get("/api/datasets/spiral", params={"samples": 20, "noise": 0.1, "seed": 3}).json()
    assert (
        len(spiral["x"]) == 20
        and spiral == client.get("/api/datasets/spiral", params={"samples": 20, "noise": 0.1, "seed": 3}).json()
    )
    for path, found in (
        ("/api/datasets/spirl", "spec-choice"),
        ("/api/datasets/spiral?noise=loud", "wrong-field"),
        ("/api/datasets/spiral?samples=1e9", "wrong-field"),
        ("/api/datasets/spiral?sample=9", "misspelt-field"),
    ):
        response = client.get(path)
        assert response.status_code == 422 and kind(response) == found


@each(
    "fields, found, part",
    [
        ({"layers": [{"type": "affine"}]}, "spec-missing", "layers[0]"),
        ({"layers": ["rellu"]}, "layer-type", 'Did you mean "relu"?'),
        ({"x": None}, "data-missing", "dataset"),
        ({"t": [0, 1, 1, 2]}, "labels-range", "t[3] is 2"),
        ({"t": None}, "targets-missing", "t"),
        ({"x": []}, "data-empty", "no data"),
        ({"x": {}}, "data-empty", "no data"),
        ({"x": [[1, 2], [3]]}, "input-ragged", "x"),
        ({"x": [["a"]]}, "input-number", "a"),
        ({"dataset": "irris", "x": None, "t": None}, "spec-choice", 'Did you mean "iris"?'),
        ({"dataset": {"csv": "1,?\n3,\n"}, "x": None, "t": None}, "csv-hole", "Line 1, column 2"),
        ({"dataset": {"file": "é"}, "x": None, "t": None}, "file-base64", "base64"),
        ({"dataset": {"csv": "1,2\n", "lable": 0}}, "wrong-field", "dataset.lable"),
        ({"dataset": {}, "x": None, "t": None}, "spec-choice", "dataset.name"),
        ({"layers": [{"type": "affine", "units": 10**8}] * 3}, "too-many-elements", "4000000"),
        ({"layers": [{"type": "affine", "units": 1e200}] * 3}, "too-many-elements", "4000000"),
        ({"seed": [1, 2]}, "seed-shape", "(2,)"),
        ({"lyers": 1}, "misspelt-field", "layers"),
        ({"init_seed": -1}, "wrong-field", "init_seed"),
        ({"l1": "NaN"}, "spec-number", "l1"),
        (
            {"layers": [{"type": "embedding", "vocabulary": 2, "units": 2}], "x": [[0, 5]], "t": [[0, 0]]},
            "index-value",
            "5",
        ),
    ],
)
def test_what_is_wrong_is_a_problem_with_its_place(network, fields, found, part):
    response = network(**XOR | fields)
    assert response.status_code == 422 and kind(response) == found and part in response.json()["detail"]


def test_nonsense_of_any_kind_is_a_problem_and_never_an_internal_error():
    """Values of a specification replaced by others, at random places, two at a time; in this process, as a worker."""
    job = make_jobs(Settings())["network"]
    rng = random.Random(0)
    whole = json.dumps(
        {
            "layers": [
                {"type": "conv2d", "filters": 2, "size": [2, 2], "padding": 1},
                {"type": "residual", "layers": ["relu", {"type": "batch_norm", "eps": 0.1}]},
                "flatten",
                {"type": "affine", "units": 2, "W": None, "init": "he", "name": "last", "input": ["flatten1"]},
            ],
            "loss": {"type": "huber", "delta": 0.5, "reduction": "sum"},
            "x": [[[[1, 2], [3, 4]]]],
            "t": [[1, 0]],
            "parameters": {"b1": [1, 2]},
            "init_seed": 3,
            "l2": 0.1,
            "seed": 1,
            "expand": ["huber"],
        }
    )
    strange = [
        None,
        True,
        -1,
        0,
        2,
        1.5,
        1e308,
        10**30,
        "",
        "x",
        "relu",
        "NaN",
        "nn.Sequential(nn.ReLU())",
        "\ud800",
        "__class__",
        [],
        [[]],
        [1],
        [None],
        {},
        {"type": "relu"},
        {"type": []},
        [["relu"]],
    ]

    def places(value: object) -> list:
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
        return [spot for key, inner in items for spot in [(value, key), *places(inner)]]

    seen = set()
    for _ in range(300):
        request = json.loads(whole)
        for _ in range(rng.choice([1, 2])):
            holder, key = rng.choice(places(request))
            holder[key] = rng.choice(strange)
        status, content = answer(job, json.dumps(request).encode(), Settings().memory_mb)
        assert status in (200, 422), (content, request)
        seen.add(status)
    assert seen == {200, 422}


def test_what_a_network_can_be_made_of_is_told_with_its_fields(client):
    pieces = client.get("/api/layers").json()
    layers = {layer["type"]: layer for layer in pieces["layers"]}
    affine = {field["name"]: field for field in layers["affine"]["fields"]}
    assert affine["units"] == {"name": "units", "required": False, "default": None, "kind": "whole", "least": 1}
    assert affine["init"]["choices"] == pieces["inits"]
    assert "W" not in affine  # an array is not written in a line
    assert layers["relu"]["activation"] and not layers["affine"]["activation"]
    assert {
        field["name"]: field["default"]
        for field in next(one for one in pieces["optimizers"] if one["type"] == "adam")["fields"]
    }["lr"] == 0.001
    assert [one["type"] for one in pieces["losses"]][:2] == ["softmax_cross_entropy", "cross_entropy"]


def test_every_layer_without_required_fields_can_be_made_from_its_type_alone(client, network):
    """But for those that say a size themselves, or take several inputs."""
    for layer in client.get("/api/layers").json()["layers"]:
        if (
            layer["inputs"] != 1
            or layer["type"] in ("residual", "time_distributed")
            or any(field["required"] or field["name"] in ("units", "filters") for field in layer["fields"])
        ):
            continue
        response = network(layers=[{"type": layer["type"]}], x=[[[0.1, 0.2], [0.3, 0.4]]])
        assert response.status_code == 200, (layer["type"], response.json())
