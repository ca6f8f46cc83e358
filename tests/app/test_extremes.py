"""What no array and no machine integer can hold, against a real server: an answer or a problem, and the same process
goes on.
"""

import json

import pytest

from tests.app.serving import kind
from tests.each import each
from tests.engine.test_extremes import PLACES, SUBSCRIPTS, many_axes

LARGE = (str(-(2**63) - 1), str(2**64), str(10**30), "[[]]", "nan")
PROGRAMS = (
    [place.replace("{}", LARGE[i % len(LARGE)]) for i, place in enumerate(PLACES)]
    + [*many_axes(33), *many_axes(65)][::4]
    + [f'einsum("{s}", x)' for s in SUBSCRIPTS[::3]]
)


@pytest.fixture(autouse=True, scope="module")
def no_process_is_lost(client):
    yield
    assert client.get("/healthz").json()["status"] == "ok"


@each("program", PROGRAMS, sample=6)
def test_a_program_of_extremes_is_answered_or_refused_by_name(client, program):
    answer = client.post("/api/expression", json={"program": program, "inputs": {"x": [[0, 1, 2], [3, 4, 5]]}})
    assert answer.status_code in (200, 422), answer.text[:300]
    if answer.status_code == 422:
        assert kind(answer) not in ("time-limit", "memory-limit")
        assert len(answer.content) < 2_000


def nested(levels: int, opened: str, closed: str) -> str:
    return opened * levels + "1" + closed * levels


@each("levels", [1, 65, 500, 1_000])
@each("opened, closed", [('{"a": ', "}"), ("[", "]"), ('[{"a": ', "}]")])
@each(
    "path, body",
    [
        ("/api/expression", '{"program": "x * 1", "inputs": {"x": %s}}'),
        ("/api/expression", '{"program": "x * 1", "inputs": {"x": 1}, "seed": %s}'),
        ("/api/expression", '{"program": "x * 1", "inputs": {"x": 1}, "direction": {"x": %s}}'),
        ("/api/derivatives", '{"program": "x * 1", "kind": "jvp", "inputs": {"x": 1}, "direction": {"x": %s}}'),
        ("/api/check", '{"program": "x * 1", "inputs": {"x": %s}}'),
        ("/api/diagnose", '{"program": "y = x * 1", "inputs": {"x": 1}, "gradients": {"x": %s}}'),
        ("/api/diagnose", '{"program": "y = x * 1", "inputs": {"x": 1}, "values": {"y": %s}}'),
        ("/api/network", '{"layers": [{"type": "relu"}], "x": %s}'),
        ("/api/network", '{"layers": %s, "x": [1]}'),
        ("/api/train", '{"layers": [{"type": "affine", "units": 1}], "loss": "mse", "x": %s, "t": [[1]], "steps": 1}'),
    ],
    sample=6,
)
def test_values_nested_without_end_are_a_problem_with_a_name(client, path, body, opened, closed, levels):
    content = body % nested(
        levels // opened.count("[") if opened == "[" else levels // len(opened.split("[")), opened, closed
    )
    answer = client.post(path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 422), answer.text[:300]
    if answer.status_code == 422:
        assert kind(answer) and len(answer.content) < 2_000
    json.loads(answer.text.splitlines()[0])
