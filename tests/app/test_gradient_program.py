"""The backward pass as a program, through the API."""

from __future__ import annotations

import pytest

from tests.app.serving import kind
from tests.each import each


def test_the_program_that_comes_back_gives_the_same_gradients(client):
    request = {"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}
    written = client.post("/api/gradient-program", json=request).json()
    assert written == {
        "program": "t = x + y\nz = t ** 2\ndz = 1\ndt = dz * (2 * t)\ndy = dt\ndx = dt\n",
        "outputs": {"x": "dx", "y": "dy"},
    }
    again = client.post(
        "/api/expression", json={"program": written["program"], "inputs": request["inputs"], "output": "dx"}
    ).json()
    assert again["nodes"][again["output"]]["value"] == 10


def test_it_can_be_differentiated_again(client):
    inputs = {"x": 1, "y": 1}
    written = client.post(
        "/api/gradient-program", json={"program": "100 * (y - x**2)**2 + (1 - x)**2", "inputs": inputs}
    ).json()
    hessian = [
        client.post(
            "/api/expression",
            json={"program": written["program"], "inputs": inputs, "output": written["outputs"][name]},
        ).json()["gradients"]
        for name in inputs
    ]
    assert [[row["x"], row["y"]] for row in hessian] == [[802, -400], [-400, 200]]


def test_what_is_wrong_with_the_program_is_said_as_everywhere(client):
    response = client.post("/api/gradient-program", json={"program": "y = sigmod(x)"})
    assert (
        response.status_code == 422
        and kind(response) == "unknown-function"
        and response.json()["span"]["start"] == {"line": 1, "column": 4}
    )


def test_functions_are_opened_in_it_as_asked_for(client):
    inputs = {"x": [1, 2, 4]}
    for fields in ({"detail": "expanded"}, {"expand": ["softmax"]}):
        written = client.post(
            "/api/gradient-program", json={"program": "z = sum(softmax(x) ** 2)", "inputs": inputs} | fields
        ).json()
        assert "softmax" not in written["program"] and "exp(" in written["program"]
        again = client.post(
            "/api/expression", json={"program": written["program"], "inputs": inputs, "output": "dx"}
        ).json()
        trace = client.post(
            "/api/expression", json={"program": "z = sum(softmax(x) ** 2)", "inputs": inputs} | fields
        ).json()
        assert again["nodes"][again["output"]]["value"] == trace["gradients"]["x"]


@each(
    "program, inputs",
    [
        ("y = gelu_tanh(x) * pi", {"x": 1, "pi": 2}),
        ("y = erf(x) * pi", {"x": 1, "pi": 2}),
        ("y = sum(zeros((0, 2)) * x) + x", {"x": 3}),
        ("y = sum(w * x)", {"w": [], "x": 2}),
        ("y = iv * ot / sum_to + identity", {"iv": 1, "ot": 2, "sum_to": 3, "identity": 4}),
        ("inf = x * 2\ny = sum([__inf__, -1] * where) / inf", {"x": 1, "where": 2}),
        ("np = 2\ny = sum(x[1:, [0, 1]] * np)", {"x": [[1, 2], [3, 4]]}),
        ("def f(x):\n    exp = lambda t: t * x\n    return exp(x)\ny = f(x) + exp(x)", {"x": 2}),
    ],
)
def test_every_gradient_program_is_taken_by_its_own_service(client, program, inputs):
    trace = client.post("/api/expression", json={"program": program, "inputs": inputs}).json()
    written = client.post("/api/gradient-program", json={"program": program, "inputs": inputs}).json()
    for name, output in written["outputs"].items():
        again = client.post("/api/expression", json={"program": written["program"], "inputs": inputs, "output": output})
        assert again.status_code == 200, again.text
        assert again.json()["nodes"][again.json()["output"]]["value"] == trace["gradients"][name]


def test_a_hessian_does_not_take_the_readers_name_for_the_rules(client):
    value = client.post(
        "/api/derivatives", json={"program": "y = erf(x) * pi", "inputs": {"x": 1, "pi": 2}, "kind": "hessian"}
    ).json()["value"]
    # erf'' = -4 x exp(-x**2) / sqrt(pi) and erf' = 2 exp(-x**2) / sqrt(pi), at 1
    assert (
        value["x"]["x"] == pytest.approx(-1.660430, abs=1e-6)
        and value["x"]["pi"] == value["pi"]["x"] == pytest.approx(0.415107, abs=1e-6)
        and value["pi"]["pi"] == 0
    )
