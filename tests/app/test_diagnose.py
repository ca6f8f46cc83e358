"""Diagnosing a reader's gradients through the API."""

from __future__ import annotations

import json
import re
from pathlib import Path

from gradlens.app.schemas.checks import Diagnosed
from tests.app.serving import kind
from tests.each import each

CONTRACT = {"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}
KOREAN = json.loads((Path(__file__).parents[2] / "static" / "i18n" / "problems.ko.json").read_text(encoding="utf-8"))


def diagnosed(client, gradients: dict | None = None, values: dict | None = None, **fields) -> dict:
    claims = {"gradients": gradients or {}, "values": values or {}}
    response = client.post("/api/diagnose", json=CONTRACT | fields | {"claims": claims})
    assert response.status_code == 200, response.text
    return response.json()


def test_right_gradients_are_ok_and_nothing_is_diagnosed(client):
    found = diagnosed(client, {"x": 10, "y": "10.0", "t": 10.0})
    assert found["ok"] and found["diagnosis"] is None and found["first_wrong"] is None and found["edge"] is None
    assert [(c["name"], c["kind"], c["verdict"], c["relative_error"]) for c in found["checked"]] == [
        (n, "gradient", "right", 0) for n in ("t", "y", "x")
    ]


def test_answers_are_as_described(client):
    for gradients in ({"x": 10}, {"x": -10}, {"x": [1, 2]}, {"t": 5, "x": "NaN"}):
        found = diagnosed(client, gradients)
        assert Diagnosed.model_validate_json(json.dumps(found)).model_dump() == found


def test_the_first_wrong_node_the_mistake_and_the_edge_are_told(client):
    found = diagnosed(client, {"t": 10, "x": -10, "y": 10})
    assert (
        found["first_wrong"] == {"node": 0, "name": "x", "kind": "gradient"}
        and found["diagnosis"] == "sign"
        and found["edge"] == 0
    )
    assert found["explanation"] == "Between x and t the sign is turned round: ∂z/∂x is 10, not -10."
    assert {c["name"]: c["verdict"] for c in found["checked"]} == {"t": "right", "x": "wrong", "y": "right"}


def test_the_korean_sentence_can_be_filled_from_what_is_sent(client):
    found = diagnosed(client, {"x": -10})
    sentence = KOREAN[f"diagnosis.{found['diagnosis']}"]
    assert (
        "{node}" in sentence
        and set(re.findall(r"\{(\w+)", sentence)) <= set(found["params"])
        and "∂z/∂x" in found["params"]["node"]
    )


def test_pasted_text_is_read_and_its_digits_respected(client):
    program = {"program": "L = sum(sigmoid(x @ W))", "inputs": {"x": [[1, 2]], "W": [[0.1, 0.2], [0.3, 0.4]]}}
    right = client.post("/api/expression", json=program).json()["gradients"]["W"]
    for text in (
        f"tensor({[[round(v, 4) for v in row] for row in right]}, grad_fn=<MmBackward0>)",
        " ".join(str([[round(v, 3) for v in row] for row in right]).split(",")),
    ):
        assert diagnosed(client, {"W": text}, **program)["ok"]
    assert [c["verdict"] for c in diagnosed(client, {"W": right}, **program)["checked"]] == ["right"]


def test_gradients_are_read_from_one_text(client):
    request = CONTRACT | {"claims": {"text": "t.grad: tensor(10.)\ndx = 2 * t"}}
    assert client.post("/api/diagnose", json=request).json()["ok"]
    request["claims"]["text"] = "t.grad: tensor(10.)\ndx = -10"
    found = client.post("/api/diagnose", json=request).json()
    assert (found["first_wrong"]["name"], found["diagnosis"]) == ("x", "sign")


BACKWARD = "h = tanh(x * w)\nL = (h - 1)**2"


def test_the_first_wrong_line_of_a_backward_half_is_told_with_the_right_one(client):
    inputs = {"x": [0.5, -0.2], "w": [1.5, 0.7]}
    program = {"program": BACKWARD.replace("(h - 1)**2", "sum((h - 1)**2)"), "inputs": inputs}
    code = "dh = 2 * (h - 1)\ndu = dh * (1 - h**2)\ndx = du * x\ndw = du * x"
    for request in (program | {"code": code}, program | {"claims": {"text": code}}):
        found = client.post("/api/diagnose", json=request).json()
        assert (found["ok"], found["diagnosis"], found["code"]["wrong"]["line"]) == (False, "wrong-array", 3), found
        assert found["code"]["right_text"] == "dx = du * w" and "`dx = du * w`" in found["explanation"]
        assert found["code"]["wrong"]["span"]["start"] == {"line": 3, "column": 0}
        assert Diagnosed.model_validate_json(json.dumps(found)).model_dump() == found
    whole = {"program": f"{program['program']}\n{code}", "inputs": inputs}
    assert client.post("/api/diagnose", json=whole).json()["code"]["wrong"]["line"] == 5
    right = program | {"code": code.replace("dx = du * x", "dx = du * w")}
    found = client.post("/api/diagnose", json=right).json()
    assert (
        found["ok"]
        and found["sentence"] == "lines-right"
        and {x["verdict"] for x in found["code"]["lines"]} == {"right"}
    )
    problem = client.post("/api/diagnose", json=program | {"code": "q = 3"})
    assert problem.status_code == 422 and kind(problem) == "no-backward-half"


def test_claims_of_values_come_first(client):
    found = diagnosed(client, {"x": 12}, {"t": 6})
    assert found["first_wrong"] == {"node": 2, "name": "t", "kind": "value"}
    assert [(c["kind"], c["verdict"]) for c in found["checked"]] == [("value", "wrong"), ("gradient", "follows")]


@each(
    "claims, found",
    [
        (None, "no-claims"),
        ({}, "no-claims"),
        ({"gradients": {}}, "no-claims"),
        ({"gradients": [1]}, "wrong-field"),
        ({"gradient": {"x": 1}}, "wrong-field"),
        ({"gradients": {"q": 1}}, "unknown-node"),
        ({"text": 1}, "wrong-field"),
        ({"text": "q = 1"}, "claims-unknown-name"),
        ({"text": "x = 1", "gradients": {"x": 1}}, "claim-repeated"),
        ({"gradients": {"x": "1; 2"}}, "claim-text"),
        ({"gradients": {"x": "[1 ... 2]"}}, "claim-elided"),
        ({"gradients": {"x": None}}, "claim-number"),
        ({"values": {"x": [[1], [2, 3]]}}, "input-ragged"),
        ({"gradients": {"x": "[" * 5000}}, "too-many-axes"),
        ({"gradients": {"x": "1" * 5000}}, "claim-number"),
        ({"gradients": {"\ud800": 1}}, "malformed-json"),
        ({"gradients": {"": 1}}, "unknown-node"),
    ],
)
def test_what_is_wrong_is_a_problem(client, claims, found):
    request = CONTRACT if claims is None else CONTRACT | {"claims": claims}
    response = client.post("/api/diagnose", content=json.dumps(request), headers={"Content-Type": "application/json"})
    assert response.status_code == 422 and kind(response) == found


def test_any_shape_and_any_number_is_answered(client):
    for claim in ([], [[]], [[[10]]], [1, 2], "NaN", "Infinity", "1e999", 1e308, -0.0, "nan", [[[[[[1]]]]]]):
        found = diagnosed(client, {"x": claim, "t": claim})
        assert found["ok"] == (claim == [[[10]]])


def test_a_long_chain_is_answered_in_time(client):
    program = "t = x\n" + "t = sin(t) + t\n" * 300
    found = diagnosed(client, {"x": "0.1234567"}, program=program, inputs={"x": 0.1})
    assert found["diagnosis"] == "unknown" and not found["complete"]
