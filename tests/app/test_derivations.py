"""Derivations and paths through the API."""

from __future__ import annotations

import pytest

from gradlens.app.schemas.derivations import Derivation, Paths
from gradlens.engine.ops import OPS
from tests.app.serving import kind
from tests.each import each

NEURON = {"program": "u = w * x\ny = sigmoid(u)", "inputs": {"w": 0.5, "x": 0}}
TWO_WAYS = {"program": "t = x + y\nz = t ** 2 + t * x", "inputs": {"x": 2, "y": 3}}


@each("name", OPS, sample=3)
def test_every_op_has_a_page_of_its_own(client, name):
    answer = client.get(f"/api/derivations/{name}")
    assert answer.status_code == 200 and Derivation.model_validate_json(answer.content).op == name
    assert bool(answer.json()["derivations"]) is (answer.json()["note"] is None)


def test_a_derivation_that_was_seen_is_not_sent_again(client):
    etag = client.get("/api/derivations/sigmoid").headers["etag"]
    assert client.get("/api/derivations/sigmoid", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("name", ["sigmod", "%00", "..%2Fops", "시그모이드", "D", "x" * 500])
def test_an_op_that_is_not_there_is_not_found(client, name):
    response = client.get(f"/api/derivations/{name}")
    assert response.status_code == 404 and kind(response) == "not-found"


def test_the_readers_numbers_stand_in_each_line(client):
    answer = client.post("/api/derive", json=NEURON | {"node": "y"}).json()
    (only,) = answer["derivations"]
    assert (answer["op"], answer["node"], only["input"], only["edge"], only["kind"]) == ("sigmoid", 3, "x", 2, "local")
    assert [line["value"] for line in only["lines"]] == [pytest.approx(0.25, rel=1e-9)] * 8
    assert only["lines"][-2] == {
        "expression": "z * (1 - z)",
        "latex": r"y \cdot \left(1 - y\right)",
        "template": r"@{3} \cdot \left(1 - @{3}\right)",
        "reason": {
            "en": "Recognise the output y, which the forward pass has computed already.",
            "ko": "순전파에서 이미 계산한 출력(y)으로 바꾸어 씁니다.",
        },
        "exact": True,
        "value": 0.25,
    }


def test_answers_are_as_described(client):
    answer = client.post("/api/derive", json={"program": "y = softmax(x)", "inputs": {"x": [1, 2]}, "node": "y"})
    assert Derivation.model_validate_json(answer.content).model_dump(exclude_unset=True) == answer.json()
    answer = client.post("/api/paths", json=TWO_WAYS | {"from": "x", "to": "z"})
    assert Paths.model_validate_json(answer.content).model_dump() == answer.json()


def test_large_arrays_are_summed_up(client):
    request = {"program": "y = exp(x)", "inputs": {"x": [0] * 5000}, "node": "y"}
    last = client.post("/api/derive", json=request).json()["derivations"][0]["lines"][-1]
    assert last["value"] is None and last["summary"]["value"]["mean"] == 1
    full = client.post("/api/derive", json=request | {"values": "full"}).json()["derivations"][0]["lines"][-1]
    assert full["value"] == [1] * 5000 and "summary" not in full
    one = client.post("/api/derive", json=request | {"index": [4999]}).json()["derivations"][0]["lines"]
    assert [line["value"] for line in one] == [pytest.approx(1)] * len(one)


def test_what_has_no_number_has_a_name(client):
    lines = client.post("/api/derive", json={"program": "y = log(x)", "inputs": {"x": 0}, "node": "y"}).json()[
        "derivations"
    ][0]["lines"]
    assert lines[-1]["value"] == "Infinity" and all(isinstance(line["value"], str) for line in lines)


def test_two_to_the_hundred_paths_are_told_exactly_beside_two_hundred_edges(client):
    answer = client.post(
        "/api/paths", json={"program": "for i in range(100):\n    x = x + x", "inputs": {"x": 1}, "from": 0}
    ).json()
    assert answer["count"] == "1267650600228229401496703205376" and answer["edges"] == 200 and answer["paths"] is None


def test_few_paths_are_listed_and_add_up_to_the_gradient(client):
    answer = client.post("/api/paths", json=TWO_WAYS | {"from": "x"}).json()
    assert (
        sorted(path["product"] for path in answer["paths"]) == [2, 5, 10]
        and answer["total"] == answer["gradient"] == 17
    )
    stated = client.post("/api/expression", json=TWO_WAYS).json()
    assert stated["gradients"]["x"] == answer["gradient"]


@each(
    "path, fields, found",
    [
        ("derive", {}, "what-to-derive"),
        ("derive", {"node": "y", "edge": 0}, "what-to-derive"),
        ("derive", {"node": "Y"}, "unknown-node"),
        ("derive", {"node": 99}, "node-number"),
        ("derive", {"node": -1}, "node-number"),
        ("derive", {"node": 10**30}, "wrong-field"),
        ("derive", {"node": 2**63}, "node-number"),
        ("derive", {"node": 1.5}, "wrong-field"),
        ("derive", {"node": [3]}, "wrong-field"),
        ("derive", {"node": True}, "wrong-field"),
        ("derive", {"edge": 99}, "edge-number"),
        ("derive", {"group": 0}, "group-number"),
        ("derive", {"group": "0"}, "wrong-field"),
        ("derive", {"edge": "0"}, "wrong-field"),
        ("derive", {"node": "x"}, "leaf-derivation"),
        ("derive", {"node": "y", "index": [0]}, "derivation-index"),
        ("derive", {"node": "y", "index": [-1]}, "wrong-field"),
        ("derive", {"node": "y", "index": 0}, "wrong-field"),
        ("derive", {"node": "y", "index": [2**63]}, "derivation-index"),
        ("derive", {"node": "y", "index": [0] * 33}, "wrong-field"),
        ("derive", {"nodes": "y"}, "misspelt-field"),
        ("derive", {"node": "y", "program": "y = sigmod(x)"}, "unknown-function"),
        ("derive", {"node": "y", "inputs": {}}, "unknown-name"),
        ("derive", {"node": "y", "seed": [1, 2]}, "seed-shape"),
        ("paths", {}, "missing-field"),
        ("paths", {"from": "q"}, "unknown-node"),
        ("paths", {"from": "x", "to": "q"}, "unknown-node"),
        ("paths", {"from": 99}, "node-number"),
        ("paths", {"from": None}, "wrong-field"),
        ("paths", {"from": {"x": 1}}, "wrong-field"),
        ("paths", {"from": "x", "to": 1.5}, "wrong-field"),
        ("paths", {"from": "x", "via": "u"}, "unknown-field"),
        ("paths", {"from": "x", "program": "y = ("}, "unclosed-bracket"),
        ("paths", {"from": "x", "inputs": {}}, "unknown-name"),
    ],
)
def test_what_is_wrong_is_a_problem(client, path, fields, found):
    response = client.post(f"/api/{path}", json=NEURON | fields)
    assert response.status_code == 422 and kind(response) == found


@each("path", ["derive", "paths"])
@each("body", [b"", b"[]", b"null", b"{", b'{"program": 3}'])
def test_a_body_of_another_shape_is_a_problem(client, path, body):
    response = client.post(f"/api/{path}", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422 and kind(response) in (
        "malformed-json",
        "not-an-object",
        "wrong-field",
        "missing-field",
    )


def test_the_work_of_a_derivation_is_bounded(client):
    request = {"program": "y = softmax(x)", "inputs": {"x": [0.5] * 20_000}, "node": "y"}
    answer = client.post("/api/derive", json=request)
    assert answer.status_code == 200
    assert [line["value"] is None and "summary" not in line for line in answer.json()["derivations"][0]["lines"]] == [
        True,
        True,
        True,
        False,
        False,
        True,
        False,
    ]
