"""Jacobians, Hessians and products, through the API."""

from __future__ import annotations

from tests.app.serving import kind


def test_the_contracts_hessian(client):
    request = {"program": "100 * (y - x**2)**2 + (1 - x)**2", "inputs": {"x": 1, "y": 1}, "kind": "hessian"}
    assert client.post("/api/derivatives", json=request).json() == {"kind": "hessian", "value": {"x": {"x": 802, "y": -400}, "y": {"x": -400, "y": 200}}}


def test_a_product_takes_its_direction_and_non_finite_numbers_have_names(client):
    request = {"program": "1 / x", "inputs": {"x": 0}, "kind": "jvp", "direction": {"x": 2}}
    assert client.post("/api/derivatives", json=request).json() == {"kind": "jvp", "value": "-Infinity"}


def test_what_is_wrong_is_a_problem(client):
    for fields, found in (({"kind": "gradient"}, "wrong-field"), ({}, "missing-field"), ({"kind": "hessian"}, "scalar-output"), ({"kind": "jvp", "direction": {"q": 1}}, "unknown-input")):
        response = client.post("/api/derivatives", json={"program": "x * 2", "inputs": {"x": [1, 2]}} | fields)
        assert response.status_code == 422 and kind(response) == found
