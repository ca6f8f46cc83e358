"""Checking gradients through the API."""

from __future__ import annotations

from gradlens.app.schemas.checks import Check, Sweep
from tests.app.serving import kind
from tests.each import each

CONTRACT = {"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}


def test_the_contracts_example(client):
    found = client.post("/api/check", json=CONTRACT).json()
    assert [(r["name"], r["analytic"], r["verdict"], r["worst_index"], r["sampled"]) for r in found["results"]] == [
        ("x", 10, "agree", [], False),
        ("y", 10, "agree", [], False),
    ]
    assert all(abs(r["numeric"] - 10) == r["absolute_error"] < 1e-8 for r in found["results"])
    assert found["evaluations"] == {"numeric": 4, "backprop": 2, "refining": 0}
    assert found["seconds"].keys() == {"numeric", "backprop"} and found["h"] == 1e-5 and found["method"] == "central"


def test_answers_are_as_described(client):
    request = {
        "program": "y = sum(sqrt(x)) + sum(relu(z))",
        "inputs": {"x": [0, 1], "z": [[0, 1, 2]]},
        "max_elements": 2,
    }
    for path, model in (("check", Check), ("check/sweep", Sweep)):
        answer = client.post(f"/api/{path}", json=request)
        assert model.model_validate_json(answer.content).model_dump(exclude_unset=True) == answer.json()


def test_arrays_samples_and_kinks_are_told(client):
    request = {"program": "sum(relu(x))", "inputs": {"x": [[1, 0], [-1, 2]]}}
    found = client.post("/api/check", json=request).json()["results"][0]
    assert (
        found["analytic"] == [[1, 0], [0, 1]]
        and found["verdict"] == "kink"
        and found["worst_index"] == [0, 1]
        and found["indices"] is None
    )
    sampled = client.post("/api/check", json=request | {"max_elements": 2, "sample_seed": 3}).json()["results"][0]
    assert sampled["sampled"] and len(sampled["indices"]) == len(sampled["numeric"]) == 2 and sampled["elements"] == 4


def test_what_has_no_number_has_a_name(client):
    found = client.post("/api/check", json={"program": "y = sqrt(x)", "inputs": {"x": 0}}).json()["results"][0]
    assert (found["analytic"], found["numeric"], found["absolute_error"], found["verdict"]) == (
        "Infinity",
        "NaN",
        "NaN",
        "non-finite",
    )


def test_complex_steps_and_intermediate_nodes(client):
    found = client.post("/api/check", json=CONTRACT | {"method": "complex", "wrt": ["t"]}).json()
    assert (
        [(r["name"], r["numeric"]) for r in found["results"]] == [("t", 10)]
        and found["evaluations"]["numeric"] == 1
        and found["h"] == 1e-20
    )


def test_the_contracts_sweep(client):
    found = client.post("/api/check/sweep", json={"program": "y = exp(x)", "inputs": {"x": 1}}).json()
    assert len(found["h"]) == len(found["error"]["x"]) == len(found["regimes"]["x"]) == 12
    assert found["best_h"]["x"] in found["h"] and found["complex_step"]["x"] < 1e-15 and found["obstacle"] is None
    chosen = client.post(
        "/api/check/sweep", json={"program": "y = erf(x)", "inputs": {"x": 1}, "h": [1e-3, 1e-2]}
    ).json()
    assert chosen["h"] == [1e-2, 1e-3] and chosen["complex_step"] is None and chosen["obstacle"] == "erf"


@each(
    "path, fields, found",
    [
        ("check", {"method": "forward"}, "wrong-field"),
        ("check", {"h": "small"}, "wrong-field"),
        ("check", {"h": 0}, "step-size"),
        ("check", {"h": 1e400}, "malformed-json"),
        ("check", {"wrt": "x"}, "wrong-field"),
        ("check", {"wrt": ["q"]}, "unknown-node"),
        ("check", {"max_elements": 0}, "sample-size"),
        ("check", {"sample_seed": -1}, "wrong-field"),
        ("check", {"max_element": 3}, "misspelt-field"),
        ("check", {"method": "complex", "program": "y = erf(x)"}, "not-analytic"),
        ("check", {"program": "y = sigmod(x)"}, "unknown-function"),
        ("check/sweep", {"h": []}, "step-size"),
        ("check/sweep", {"h": [1e-3] * 100}, "wrong-field"),
        ("check/sweep", {"h": [2.0]}, "step-size"),
        ("check/sweep", {"method": "central"}, "unknown-field"),
    ],
)
def test_what_is_wrong_is_a_problem(client, path, fields, found):
    request = {**CONTRACT, **fields}
    if fields.get("h") == float("inf"):
        response = client.post(
            f"/api/{path}", content='{"program": "y = x", "h": Infinity}', headers={"Content-Type": "application/json"}
        )
    else:
        response = client.post(f"/api/{path}", json=request | ({"inputs": {"x": 2}} if "program" in fields else {}))
    assert response.status_code == 422 and kind(response) == found


def test_a_network_that_is_too_large_for_all_differences_is_sampled_in_time(client):
    program = "W1 = broadcast_to(0.01, (784, 50))\nx = broadcast_to(0.5, (200, 784))\nL = mean(tanh(x @ (W1 + w)) ** 2)"
    found = client.post("/api/check", json={"program": program, "inputs": {"w": [[0.001] * 50] * 784}})
    assert found.status_code == 200
    result = found.json()["results"][0]
    assert result["sampled"] and result["elements"] == 39_200 and result["verdict"] == "agree"
    assert not found.json()["curve"][-1]["measured"] and found.json()["curve"][-1]["evaluations"] == 78_400
