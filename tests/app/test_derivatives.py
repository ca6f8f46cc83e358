"""Jacobians, Hessians and products, through the API."""

from __future__ import annotations

import pytest

from tests.app.serving import kind


def test_the_contracts_hessian(client):
    request = {"program": "100 * (y - x**2)**2 + (1 - x)**2", "inputs": {"x": 1, "y": 1}, "kind": "hessian"}
    assert client.post("/api/derivatives", json=request).json() == {
        "kind": "hessian",
        "value": {"x": {"x": 802, "y": -400}, "y": {"x": -400, "y": 200}},
    }


def test_a_product_takes_its_direction_and_non_finite_numbers_have_names(client):
    request = {"program": "1 / x", "inputs": {"x": 0}, "kind": "jvp", "direction": {"x": 2}}
    assert client.post("/api/derivatives", json=request).json() == {"kind": "jvp", "value": "-Infinity"}


def test_what_is_wrong_is_a_problem(client):
    for fields, found in (
        ({"kind": "gradient"}, "wrong-field"),
        ({}, "missing-field"),
        ({"kind": "hessian"}, "scalar-output"),
        ({"kind": "jvp", "direction": {"q": 1}}, "unknown-input"),
    ):
        response = client.post("/api/derivatives", json={"program": "x * 2", "inputs": {"x": [1, 2]}} | fields)
        assert response.status_code == 422 and kind(response) == found


def test_a_product_with_an_infinite_column_is_finite_where_that_input_stays(client):
    request = {"program": "sqrt(x) + 3 * y", "inputs": {"x": 0, "y": 1}, "kind": "jvp", "direction": {"y": 2}}
    assert client.post("/api/derivatives", json=request).json()["value"] == 6


def test_detail_and_expand_mean_what_they_mean_elsewhere(client):
    request = {"program": "sum(softmax(x) ** 2)", "inputs": {"x": [1, 2, 4]}, "kind": "hessian"}
    fused = client.post("/api/derivatives", json=request).json()["value"]["x"]["x"]
    for fields in ({"detail": "expanded"}, {"expand": ["softmax"]}):
        opened = client.post("/api/derivatives", json=request | fields).json()["value"]["x"]["x"]
        assert opened == [pytest.approx(row, rel=1e-9, abs=1e-12) for row in fused]
    response = client.post("/api/derivatives", json=request | {"expand": ["softmx"]})
    assert kind(response) == "unknown-function"


def test_a_hessian_beyond_the_stated_size_is_an_error_that_names_it_and_the_way_round(client):
    response = client.post(
        "/api/derivatives", json={"program": "sum(x ** 3)", "inputs": {"x": [1.0] * 2001}, "kind": "hessian"}
    )
    assert response.status_code == 422 and kind(response) == "derivative-too-large"
    assert response.json()["params"] == {"derivative": "Hessian", "count": 2001**2, "limit": 4_000_000}
    along = {"program": "sum(x ** 3)", "inputs": {"x": [1.0] * 2001}, "kind": "hvp", "direction": {"x": [2.0] * 2001}}
    assert client.post("/api/derivatives", json=along).json()["value"] == {"x": [12] * 2001}
