"""The backward pass as a program, through the API."""

from __future__ import annotations

from tests.app.serving import kind


def test_the_program_that_comes_back_gives_the_same_gradients(client):
    request = {"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}
    written = client.post("/api/gradient-program", json=request).json()
    assert written == {"program": "t = x + y\nz = t ** 2\ndz = 1\ndt = dz * (2 * t)\ndy = dt\ndx = dt\n", "outputs": {"x": "dx", "y": "dy"}}
    again = client.post("/api/expression", json={"program": written["program"], "inputs": request["inputs"], "output": "dx"}).json()
    assert again["nodes"][again["output"]]["value"] == 10


def test_it_can_be_differentiated_again(client):
    inputs = {"x": 1, "y": 1}
    written = client.post("/api/gradient-program", json={"program": "100 * (y - x**2)**2 + (1 - x)**2", "inputs": inputs}).json()
    hessian = [
        client.post("/api/expression", json={"program": written["program"], "inputs": inputs, "output": written["outputs"][name]}).json()["gradients"]
        for name in inputs
    ]
    assert [[row["x"], row["y"]] for row in hessian] == [[802, -400], [-400, 200]]


def test_what_is_wrong_with_the_program_is_said_as_everywhere(client):
    response = client.post("/api/gradient-program", json={"program": "y = sigmod(x)"})
    assert response.status_code == 422 and kind(response) == "unknown-function" and response.json()["span"]["start"] == {"line": 1, "column": 4}


def test_functions_are_opened_in_it_as_asked_for(client):
    inputs = {"x": [1, 2, 4]}
    for fields in ({"detail": "expanded"}, {"expand": ["softmax"]}):
        written = client.post("/api/gradient-program", json={"program": "z = sum(softmax(x) ** 2)", "inputs": inputs} | fields).json()
        assert "softmax" not in written["program"] and "exp(" in written["program"]
        again = client.post("/api/expression", json={"program": written["program"], "inputs": inputs, "output": "dx"}).json()
        trace = client.post("/api/expression", json={"program": "z = sum(softmax(x) ** 2)", "inputs": inputs} | fields).json()
        assert again["nodes"][again["output"]]["value"] == trace["gradients"]["x"]
