"""Every limit of a computation comes from the settings, and its problem names the figure."""

import pytest

from app.settings import Settings
from tests.app.serving import kind, serve


@pytest.fixture(scope="module")
def small():
    settings = Settings(
        workers=1, text_length=100, nesting=10, nodes=20, elements=1_000, flops=10_000, response_elements=100,
        values_auto_elements=4, body_bytes=5_000,
    )  # fmt: skip
    with serve(settings) as client:
        yield client


@pytest.mark.parametrize(
    ("program", "inputs", "expected", "limit"),
    [
        ("x" + " " * 100, {"x": 1}, "text-too-long", 100),
        ("-" * 50 + "x", {"x": 1}, "too-deep", 10),
        ("x = 1\n" + "x=x+x\n" * 15 + "y=x\n", {}, None, None),
        ("\n".join(["x"] * 40), {"x": 1}, None, None),
        ("x=1\n" + "x=x\n" * 20, {}, "too-many-nodes", 20),
        ("reshape(x, (40, 1)) + x", {"x": [1] * 40}, "too-many-elements", 1_000),
        ("(a @ a) @ (a @ a)", {"a": [[1] * 12] * 12}, "too-much-work", 10_000),
        ("x * 2", {"x": [1] * 30}, None, None),
    ],
)
def test_a_program_over_a_limit_is_refused_with_the_limit(small, program, inputs, expected, limit):
    answer = small.post("/api/expression", json={"program": program, "inputs": inputs})
    if expected is None:
        assert answer.status_code == 200, answer.text
    else:
        assert (answer.status_code, kind(answer)) == (422, expected)
        assert answer.json()["params"]["limit"] == limit


def test_an_answer_over_its_limit_is_refused_and_its_summary_is_not(small):
    request = {"program": "x * 2", "inputs": {"x": [1] * 30}, "values": "full"}
    refused = small.post("/api/expression", json=request)
    assert (refused.status_code, kind(refused)) == (422, "answer-too-large")
    assert refused.json()["params"]["limit"] == 100
    assert small.post("/api/expression", json={**request, "values": "summary"}).status_code == 200


def test_the_size_of_auto_values_is_a_setting(small):
    trace = small.post("/api/expression", json={"program": "x * 2", "inputs": {"x": [1] * 5}}).json()
    assert trace["nodes"][0]["value"] is None


def test_the_size_of_a_body_is_a_setting(small):
    refused = small.post("/api/expression", json={"program": "x", "inputs": {"x": [1] * 5_000}})
    assert (refused.status_code, kind(refused)) == (413, "body-too-large")
    assert refused.json()["params"] == {"limit": 5_000}
