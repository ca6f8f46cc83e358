"""Every limit of a computation comes from the settings, and its problem names the figure."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from gradlens.app.jobs import make_jobs
from gradlens.app.settings import Settings
from tests.app.serving import kind, serve
from tests.each import each


@pytest.fixture(scope="module")
def small():
    settings = Settings(
        workers=1, text_length=100, nesting=10, nodes=20, elements=1_000, flops=10_000, response_elements=100,
        values_auto_elements=4, body_bytes=5_000,
    )  # fmt: skip
    with serve(settings) as client:
        yield client


@each(
    "program, inputs, expected, limit",
    [
        ("x" + " " * 100, {"x": 1}, "text-too-long", 100),
        ("-" * 50 + "x", {"x": 1}, "too-deep", 10),
        ("x = 1\n" + "x=x+x\n" * 15 + "y=x\n", {}, None, None),
        ("\n".join(["x"] * 40), {"x": 1}, None, None),
        ("-x\n" * 20, {"x": 1}, "too-many-nodes", 20),
        ("x=1\n" + "x=x\n" * 20, {}, None, None),
        ("def f(x):\n    return x\ndef g(x):\n    return f(f(x))\ng(g(g(x)))", {"x": 1}, "too-many-steps", 400),
        ("for i in range(10 * 100000000):\n    x", {"x": 1}, "too-many-steps", 400),
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


XS = [1.0] * 30 + [2.0] * 10


@each("values", ["auto", "full", "summary"])
@each(
    "path, more",
    [
        ("/api/expression", {}),
        ("/api/expression", {"direction": {"x": XS}}),
        ("/api/expression", {"detail": "expanded"}),
        ("/api/derive", {"node": "y"}),
    ],
)
def test_an_answer_over_its_limit_leaves_out_the_largest_arrays_and_has_their_figures(small, path, more, values):
    request = {"program": "s = tanh([0, 0, 0])\ny = x * 2 + sum(s)", "inputs": {"x": XS}, "values": values}
    answer = small.post(path, json=request | more).json()
    sent = list(arrays_in(answer))
    assert sum(map(count_of, sent)) <= 100
    if path == "/api/expression":
        x = answer["nodes"][[node["name"] for node in answer["nodes"]].index("x")]
        assert x["value"] is None and x["summary"]["value"] == {
            "min": 1.0,
            "max": 2.0,
            "mean": 1.25,
            "std": pytest.approx(0.1875**0.5),
            "norm": pytest.approx(70**0.5),
            "nan_count": 0,
            "inf_count": 0,
        }
        assert (values != "summary") == ([0.0, 0.0, 0.0] in sent)  # what fits is there


def test_a_network_over_the_limit_of_an_answer_is_answered_with_figures(small):
    network = {"layers": [{"type": "affine", "units": 3}], "x": [[1.0] * 20] * 3, "values": "full"}
    answer = small.post("/api/network", json=network)
    assert answer.status_code == 200 and sum(map(count_of, arrays_in(answer.json()["nodes"]))) <= 100
    assert any(node["summary"] for node in answer.json()["nodes"])


def test_a_training_whose_parameters_are_over_the_limit_of_an_answer_is_not_lost(small):
    asked = {
        "layers": [{"type": "affine", "units": 6}],
        "loss": {"type": "mse"},
        "x": [[1.0] * 20] * 3,
        "t": [[0.0] * 6] * 3,
        "steps": 1,
        "optimizer": {"type": "adam"},
    }
    end = json.loads(small.post("/api/train", json=asked).text.splitlines()[-1])
    assert (end["event"], end["reason"]) == ("end", "steps")
    assert end["parameters"]["W1"] is None and end["parameters"]["summary"]["W1"]["nan_count"] == 0


@pytest.mark.parametrize(
    ("optimizer", "predict", "is_said"),
    [
        ("sgd", 0, False),
        ("momentum", 0, False),
        ("adam", 0, True),
        ("sgd", 10, False),
        ("sgd", 11, True),
        ("momentum", 5, True),
    ],
)
def test_a_training_that_cannot_be_gone_on_from_says_so_at_its_start(small, optimizer, predict, is_said):
    """Nine times five weights and five biases: 50 numbers; an answer holds 100, and adam remembers two for each."""
    asked = {
        "layers": [{"type": "affine", "units": 5}],
        "loss": "mse",
        "x": [[1.0] * 9] * 2,
        "t": [[0.0] * 5] * 2,
        "steps": 1,
        "optimizer": optimizer,
        **({"predict": [[0.0] * 9] * predict} if predict else {}),
    }
    start, *_, end = map(json.loads, small.post("/api/train", json=asked).text.splitlines())
    assert ([remark["kind"] for remark in start["warnings"]] == ["training-too-large"]) == is_said
    assert is_said == any(
        part.get("summary") for part in (end, end["parameters"], *end["resume"]["slots"].values())
    )  # something was left out
    if is_said:
        assert start["warnings"][0]["params"]["limit"] == 100 and start["warnings"][0]["params"]["count"] > 100
    else:
        assert (
            small.post(
                "/api/train", json={**asked, "parameters": end["parameters"], "resume": end["resume"]}
            ).status_code
            == 200
        )


def test_a_training_too_large_for_a_request_says_so_at_its_start():
    said = {
        "layers": [{"type": "affine", "units": 5}],
        "loss": "mse",
        "x": [[1.0] * 9] * 2,
        "t": [[0.0] * 5] * 2,
        "steps": 1,
    }
    for body_bytes, kinds in ((900, ["training-not-sent"]), (4_000, [])):
        jobs: Mapping[str, Callable[[bytes], Any]] = make_jobs(Settings(body_bytes=body_bytes))
        start = json.loads(next(jobs["train"](json.dumps(said).encode())))
        assert [remark["kind"] for remark in start["warnings"]] == kinds


def test_what_has_no_figures_in_its_place_is_refused_with_count_and_limit(small):
    refused = small.post("/api/derivatives", json={"program": "x * x", "inputs": {"x": [1] * 11}, "kind": "jacobian"})
    assert (refused.status_code, kind(refused)) == (422, "answer-too-large")
    assert refused.json()["params"] == {"count": 121, "limit": 100}


def arrays_in(found):
    """Every list of numbers, however deep in lists, that some JSON holds as a value."""
    if isinstance(found, dict):
        for name, inner in found.items():
            if name in ("value", "gradient", "local", "contribution", "tangent", "upstream") and isinstance(
                inner, list
            ):
                yield inner
            elif isinstance(inner, (dict, list)):
                yield from arrays_in(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from arrays_in(inner)


def count_of(array) -> int:
    return sum(map(count_of, array)) if isinstance(array, list) else 1


def test_the_size_of_auto_values_is_a_setting(small):
    trace = small.post("/api/expression", json={"program": "x * 2", "inputs": {"x": [1] * 5}}).json()
    assert trace["nodes"][0]["value"] is None


def test_the_size_of_a_body_is_a_setting(small):
    refused = small.post("/api/expression", json={"program": "x", "inputs": {"x": [1] * 5_000}})
    assert (refused.status_code, kind(refused)) == (413, "body-too-large")
    assert refused.json()["params"] == {"limit": 5_000}


@pytest.mark.slow
@pytest.mark.parametrize("body", ["y = sin(y)", "y = y * x"])
def test_a_graph_of_nearly_as_many_nodes_as_are_allowed_is_answered_within_the_other_limits(client, body):
    nodes = Settings().nodes - 10
    answer = client.post(
        "/api/expression",
        json={"program": f"y = x\nfor i in range({nodes}):\n    {body}", "inputs": {"x": 1.0}},
        timeout=None,
    )
    assert answer.status_code == 200 and answer.content.count(b'"template":') == nodes + 2


@pytest.mark.parametrize(
    ("path", "fields", "expected", "limit"),
    [
        (
            "/api/diagnose",
            {"program": "y = x * x * x * x * x", "inputs": {"x": 2.0}, "claims": {"gradients": {"x": 1}}},
            "diagnosis-visits",
            60,
        ),
        ("/api/derivatives", {"program": "y = x * x * x", "inputs": {"x": [1.0] * 9}, "kind": "jacobian"}, None, None),
        (
            "/api/derivatives",
            {"program": "y = x * x * x * x * x * x * x", "inputs": {"x": [1.0] * 9}, "kind": "jacobian"},
            "derivative-visits",
            60,
        ),
        (
            "/api/derivatives",
            {"program": "y = sum(x * x)", "inputs": {"x": [1.0] * 9}, "kind": "hessian"},
            "derivative-visits",
            60,
        ),
        (
            "/api/derivatives",
            {
                "program": "y = x * x * x * x * x * x * x * x",
                "inputs": {"x": 1.0},
                "kind": "hvp",
                "direction": {"x": 1},
            },
            "derivative-nodes",
            20,
        ),
        (
            "/api/derivatives",
            {
                "program": "y = x * x * x * x * x * x * x * x",
                "inputs": {"x": 1.0},
                "kind": "jvp",
                "direction": {"x": 1},
            },
            None,
            None,
        ),
    ],
)
def test_what_goes_through_a_graph_many_times_is_refused_beforehand_with_figure_and_limit(
    small, path, fields, expected, limit
):
    answer = small.post(path, json=fields)
    if expected is None:
        assert answer.status_code == 200, answer.text
    else:
        assert (answer.status_code, kind(answer)) == (422, expected)
        assert answer.json()["params"]["limit"] == limit < answer.json()["params"]["count"]


@pytest.mark.parametrize(
    "memory_mb", [74, 96, *(pytest.param(more, marks=pytest.mark.slow) for more in (85, 107, 118, 129))]
)
def test_memory_that_ends_while_an_answer_is_written_is_told_and_no_process_ends(memory_mb):
    with serve(Settings(workers=1, long_workers=0, memory_mb=memory_mb)) as client:
        for rows in (300, 700):
            answer = client.post(
                "/api/expression", json={"program": f"a = full(({rows}, 1000), 0.1)\ny = sum(a / 3)", "values": "full"}
            )
            assert answer.status_code == 200 or answer.json()["type"] == "/problems/memory-limit", answer.text
