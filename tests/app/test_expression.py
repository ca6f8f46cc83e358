"""POST /api/expression holds the contract: its numbers, its fields, its invariants."""

from typing import Any

import numpy as np
import orjson
import pytest

from gradlens.app.schemas.programs import ExpressionRequest
from gradlens.app.schemas.reference import ProblemDetails
from gradlens.app.schemas.traces import Trace
from tests.app.serving import kind
from tests.each import each

PROGRAMS = {
    "shared": ("y = x * x + x", {"x": 3}),
    "broadcast": ("z = sum((x + b) ** 2)", {"x": [[1, 2, 3], [4, 5, 6]], "b": [1, 2, 3]}),
    "matrices": ("h = tanh(x @ w)\nL = mean(square(h))", {"x": [[1, 2], [3, 4]], "w": [[0.1, 0.2], [0.3, 0.4]]}),
    "dead branch": ("a = x * y\nb = exp(x)\nz = a + y", {"x": 2, "y": 3}),
    "indexing": ("z = x[0] * x[1:] + x[-1]", {"x": [1, 2, 3]}),
    "Korean": ("합계 = 사과 * 개수", {"사과": 100, "개수": 2}),
    "kinks": ("z = relu(x) + abs(x) + maximum(x, 0)", {"x": [0, -1, 2]}),
    "poles": ("z = log(x) + 1 / x", {"x": [0, 1, "Infinity"]}),
}


@pytest.fixture(params=PROGRAMS, name="case")
def _case(request):
    return PROGRAMS[request.param]


def array(value) -> np.ndarray:
    """Numbers of the contract as an array; NaN and infinities are strings there."""
    if isinstance(value, list):
        return np.array([array(item) for item in value], dtype=float)
    return np.array(float(value))


def trace_of(post, program, inputs=None, **fields) -> dict:
    answer = post(program, inputs=inputs or {}, **fields)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def test_the_contracts_example_gives_the_contracts_numbers(post):
    trace = trace_of(post, "t = x + y\nz = t ** 2", {"x": 2, "y": 3})
    x = trace["nodes"][0]
    assert {name: x[name] for name in ("id", "op", "name", "inputs", "shape", "value", "gradient", "differentiable",
        "group", "latex", "summary")} == {
        "id": 0, "op": "input", "name": "x", "inputs": [], "shape": [], "value": 2.0, "gradient": 10.0,
        "differentiable": True, "group": None, "latex": "x", "summary": None,
    }  # fmt: skip
    first = trace["edges"][0]
    assert {name: first[name] for name in ("id", "source", "target", "argnum", "local", "contribution", "local_latex",
        "rule_latex")} == {
        "id": 0, "source": 0, "target": 2, "argnum": 0, "local": 1.0, "contribution": 10.0,
        "local_latex": "1", "rule_latex": "\\frac{\\partial z}{\\partial x} = \\frac{\\partial z}{\\partial t}",
    }  # fmt: skip
    assert trace["program"] == "t = x + y\nz = t ** 2"
    assert trace["forward_order"] == [0, 1, 2, 3, 4]
    assert trace["backward_order"] == [3, 1, 0]
    assert (trace["output"], trace["seed"]) == (4, 1.0)
    assert trace["gradients"] == {"x": 10.0, "y": 10.0}
    assert (trace["groups"], trace["warnings"]) == ([], [])
    assert trace["cost"] == {
        "forward_flops": 2, "backward_flops": 4, "tangent_flops": 4, "backward_passes": 1, "tangent_passes": 2,
        "numeric_evaluations": 4,
    }  # fmt: skip


def test_an_answer_has_exactly_the_fields_that_are_documented(post, case):
    answer = post(case[0], inputs=case[1])
    described = Trace.model_validate_json(answer.content)
    assert described.model_dump() == answer.json()


def test_a_nodes_id_is_its_place_and_operands_come_before_their_results(post, case):
    trace = trace_of(post, *case)
    assert [node["id"] for node in trace["nodes"]] == list(range(len(trace["nodes"])))
    assert all(operand < node["id"] for node in trace["nodes"] for operand in node["inputs"])
    assert [edge["id"] for edge in trace["edges"]] == list(range(len(trace["edges"])))
    for node in trace["nodes"]:
        incoming = sorted(
            (edge for edge in trace["edges"] if edge["target"] == node["id"]), key=lambda edge: edge["argnum"]
        )
        assert [edge["source"] for edge in incoming] == node["inputs"]


def test_a_gradient_is_exactly_the_sum_of_its_outgoing_contributions_and_of_the_seed_at_the_output(post, case):
    trace = trace_of(post, *case)
    order = {edge: place for place, edge in enumerate(trace["backward_order"])}
    for node in trace["nodes"]:
        if not node["differentiable"]:
            assert node["gradient"] is None
            continue
        total = array(trace["seed"]) if node["id"] == trace["output"] else np.zeros(node["shape"])
        outgoing = [edge for edge in trace["edges"] if edge["source"] == node["id"]]
        for edge in sorted(outgoing, key=lambda edge: order.get(edge["id"], -1)):
            with np.errstate(invalid="ignore"):
                total = total + array(edge["contribution"])
        np.testing.assert_array_equal(total, array(node["gradient"]))


def test_a_contribution_is_upstream_times_local_where_there_is_a_local_and_no_broadcasting(post, case):
    trace = trace_of(post, *case)
    nodes = trace["nodes"]
    for edge in trace["edges"]:
        source, target = nodes[edge["source"]], nodes[edge["target"]]
        if edge["local"] is not None and source["shape"] == target["shape"]:
            with np.errstate(invalid="ignore"):
                product = array(target["gradient"]) * array(edge["local"])
            np.testing.assert_allclose(product, array(edge["contribution"]), rtol=1e-15)


def test_every_edge_of_a_nodes_consumers_is_walked_before_the_nodes_own(post, case):
    trace = trace_of(post, *case)
    walked = trace["backward_order"]
    assert len(set(walked)) == len(walked)
    place = {edge: number for number, edge in enumerate(walked)}
    edges = [trace["edges"][edge] for edge in walked]
    for consumer in edges:
        for own in edges:
            if own["target"] == consumer["source"]:
                assert place[consumer["id"]] < place[own["id"]]


def test_two_uses_of_one_value_are_two_edges(post):
    trace = trace_of(post, "z = x * x", {"x": 3})
    assert [(edge["source"], edge["target"], edge["argnum"], edge["contribution"]) for edge in trace["edges"]] == [
        (0, 1, 0, 3.0),
        (0, 1, 1, 3.0),
    ]


def test_an_edge_to_a_constant_is_listed_and_delivers_nothing(post):
    trace = trace_of(post, "z = x ** 3", {"x": 2})
    to_constant = next(edge for edge in trace["edges"] if trace["nodes"][edge["source"]]["op"] == "constant")
    assert to_constant["contribution"] is None and to_constant["id"] not in trace["backward_order"]


def test_a_node_that_the_output_does_not_need_has_gradient_zero(post):
    trace = trace_of(post, "unused = exp(x)\nz = y * 2", {"x": 1, "y": 1})
    assert trace["gradients"] == {"x": 0.0, "y": 2.0}


def test_an_input_wins_over_a_literal(post):
    assert trace_of(post, "x = 2\nz = x ** 2", {"x": 5})["gradients"] == {"x": 10.0}


def test_output_names_what_is_differentiated(post):
    assert trace_of(post, "a = x * 3\nb = a * 5", {"x": 1}, output="a")["gradients"] == {"x": 3.0}


def test_seed_is_the_upstream_gradient_at_the_output(post):
    trace = trace_of(post, "y = x * [1, 10]", {"x": [1, 1]}, seed=[2, 3])
    assert (trace["seed"], trace["gradients"]) == ([2.0, 3.0], {"x": [2.0, 30.0]})


def test_a_seed_of_another_shape_is_a_problem(post):
    assert kind(post("y = x * 2", inputs={"x": 1}, seed=[1, 2])) == "seed-shape"


def test_numbers_that_json_does_not_have_are_strings_both_ways(post):
    trace = trace_of(post, "z = x * 1", {"x": ["NaN", "Infinity", "-Infinity", 1]})
    assert trace["nodes"][0]["value"] == ["NaN", "Infinity", "-Infinity", 1.0]
    assert trace_of(post, "z = exp(x)", {"x": 1000})["nodes"][-1]["value"] == "Infinity"


def test_nothing_is_rounded_and_minus_zero_stays(post):
    answer = post("z = x * 1", inputs={"x": [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0]})
    assert answer.json()["nodes"][0]["value"] == [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 0.0]
    assert b",-0.0]" in answer.content


def test_an_array_that_is_stretched_or_turned_is_written_as_it_reads(post):
    trace = trace_of(post, "s = sum(x, axis=0)\ny = x.T", {"x": [[1, 2, 3], [4, 5, 6]]}, output="y")
    assert trace["nodes"][-1]["value"] == [[1, 4], [2, 5], [3, 6]]
    trace = trace_of(post, "s = sum(x)", {"x": [[1, 2], [3, 4]]})
    assert trace["gradients"]["x"] == [[1, 1], [1, 1]]


def test_an_array_without_elements_is_written_as_it_reads(post):
    assert trace_of(post, "z = sum(x)", {"x": []})["gradients"] == {"x": []}


def test_an_array_of_4096_elements_is_sent_in_full_and_one_more_makes_a_summary(post):
    whole = trace_of(post, "z = sum(x * 2)", {"x": [1.0] * 4096})
    assert len(whole["nodes"][0]["value"]) == len(whole["gradients"]["x"]) == 4096
    assert whole["nodes"][0]["summary"] is None

    elided = trace_of(post, "z = sum(x * 2)", {"x": [1.0] * 4097})
    x, times = elided["nodes"][0], next(edge for edge in elided["edges"] if edge["source"] == 0)
    assert x["value"] is x["gradient"] is times["local"] is times["contribution"] is elided["gradients"]["x"] is None
    figures = {
        "min": 1.0,
        "max": 1.0,
        "mean": 1.0,
        "std": 0.0,
        "norm": pytest.approx(4097**0.5),
        "nan_count": 0,
        "inf_count": 0,
    }
    assert x["summary"]["value"] == figures
    assert (
        x["summary"]["gradient"]["mean"]
        == times["summary"]["local"]["mean"]
        == times["summary"]["contribution"]["mean"]
        == 2.0
    )


def test_values_full_sends_everything_and_values_summary_sends_no_array(post):
    full = trace_of(post, "z = sum(x)", {"x": [1.0] * 5000}, values="full")
    assert len(full["nodes"][0]["value"]) == 5000
    summary = trace_of(post, "z = sum(x)", {"x": [3.0, 4.0]}, values="summary")
    assert summary["nodes"][0]["value"] is None
    assert summary["nodes"][0]["summary"]["value"]["norm"] == 5.0
    assert summary["nodes"][-1]["value"] == 7.0


def test_a_summary_counts_what_is_not_finite_and_describes_the_rest(post):
    trace = trace_of(post, "z = sum(x)", {"x": ["NaN", "Infinity", "-Infinity", 3, 5]}, values="summary")
    assert trace["nodes"][0]["summary"]["value"] == {
        "min": 3.0, "max": 5.0, "mean": 4.0, "std": 1.0, "norm": pytest.approx(34**0.5), "nan_count": 1, "inf_count": 2,
    }  # fmt: skip
    nothing = trace_of(post, "z = sum(x)", {"x": ["NaN"]}, values="summary")["nodes"][0]["summary"]["value"]
    assert nothing["mean"] == "NaN" and nothing["nan_count"] == 1


def test_a_problem_points_at_its_place_in_characters(post):
    problem = post("합계 = sigmod(사과)", inputs={"사과": 1})
    assert (problem.status_code, kind(problem)) == (422, "unknown-function")
    content = problem.json()
    assert ProblemDetails.model_validate(content).model_dump(exclude_none=True) == content
    assert content["span"]["start"] == {"line": 1, "column": 5}
    assert content["params"]["name"] == "sigmod"
    assert "sigmoid" in content["detail"]


def test_a_kink_is_marked_at_its_node_and_told_in_a_warning(post):
    trace = trace_of(post, "y = relu(x)", {"x": 0})
    assert trace["nodes"][1]["convention"] is True
    assert [(warning["node"], bool(warning["message"])) for warning in trace["warnings"]] == [(1, True)]
    assert trace_of(post, "y = relu(x)", {"x": 1})["nodes"][1]["convention"] is False


def spans(found: list[dict]) -> list[tuple[int, int, int, int]]:
    """Spans as lines and columns."""
    places = [(one["span"]["start"], one["span"]["end"]) for one in found]
    return [(start["line"], start["column"], end["line"], end["column"]) for start, end in places]


CELL = """import numpy as np
n = 3
x = 2.0
for i in range(n):
    x = x * 2
    print(i, x)
"""


def test_what_decides_the_graph_alone_is_known_and_no_input(post):
    trace = trace_of(post, CELL)
    assert [(one["name"], one["value"]) for one in trace["known"]] == [("n", 3.0)]
    assert spans(trace["known"]) == [(2, 0, 2, 5)]
    assert (trace["gradients"], trace["assumed"]) == ({"x": 8.0}, [])
    assert "n" not in [node["name"] for node in trace["nodes"]]
    given = trace_of(post, CELL, {"n": 4})
    assert [(one["name"], one["value"]) for one in given["known"]] == [("n", 4.0)]
    assert given["gradients"] == {"x": 16.0}


def test_an_input_that_also_decides_the_graph_is_named_and_keeps_its_gradient(post):
    trace = trace_of(post, "n = 3\nx = 2.0\nfor i in range(n):\n    x = x * n\nx")
    assert (trace["known"], trace["assumed"]) == ([], ["n"])
    assert trace["gradients"] == {"n": 54.0, "x": 27.0}  # 2 n^3: 6 n^2 with three turns, n^3


def test_lines_that_compute_nothing_are_told_once_in_their_order(post):
    assert spans(trace_of(post, CELL)["skipped"]) == [(1, 0, 1, 18), (6, 4, 6, 15)]
    session = trace_of(post, "```\n>>> x = 2\n>>> print(x)\n2\n>>> x * 2\n```")
    assert spans(session["skipped"]) == [(1, 0, 1, 3), (3, 4, 3, 12), (4, 0, 4, 1), (6, 0, 6, 3)]
    # What a print changes stays: it is no line that computes nothing.
    assert spans(trace_of(post, "x = [1, 2]\nprint(x.pop())\nprint(x)\ny = x[0] * 3")["skipped"]) == [(3, 0, 3, 8)]


def test_inputs_that_are_drawn_are_named_until_their_values_are_given(post):
    program = "import numpy as np\nnp.random.seed(0)\nW = np.random.randn(2)\nz = sum(W)"
    assert trace_of(post, program)["drawn"] == ["W"]
    assert trace_of(post, program)["gradients"] == trace_of(post, program)["gradients"] == {"W": [1.0, 1.0]}
    assert trace_of(post, program, {"W": [1, 2]})["drawn"] == []


def test_the_json_is_what_a_plain_encoder_would_write(post):
    content = post("z = sum(x @ x)", inputs={"x": [[0.1, 0.2], [0.3, 0.4]]}).content
    assert orjson.dumps(orjson.loads(content)) == content


def test_the_documented_examples_run(post):
    told: Any = ExpressionRequest.model_config.get("json_schema_extra")
    for example in told["examples"]:
        assert post(**example).status_code == 200


def test_a_direction_gives_a_tangent_at_every_node_and_on_every_edge(post):
    trace = trace_of(post, "t = x + y\nz = t ** 2", {"x": 2, "y": 3}, direction={"x": 1, "y": 0.5})
    assert [node["tangent"] for node in trace["nodes"]] == [1, 0.5, 1.5, 0, 15]
    assert {(edge["source"], edge["target"]): edge["tangent"] for edge in trace["edges"]} == {
        (0, 2): 1,
        (1, 2): 0.5,
        (2, 4): 15,
        (3, 4): None,
    }


def test_without_a_direction_tangents_are_null_and_with_an_empty_one_nothing_moves(post):
    for fields, expected in (({}, {None}), ({"direction": None}, {None}), ({"direction": {}}, {0})):
        assert {node["tangent"] for node in trace_of(post, "z = x * 2", {"x": 3}, **fields)["nodes"]} == expected


def test_large_tangents_are_summed_up_like_other_arrays(post):
    trace = trace_of(post, "z = x * 2", {"x": [1.0] * 3}, direction={"x": [1, 2, "Infinity"]}, values="summary")
    z = trace["nodes"][trace["output"]]
    assert z["tangent"] is None and (z["summary"]["tangent"]["max"], z["summary"]["tangent"]["inf_count"]) == (4, 1)
    assert trace["edges"][-1]["summary"]["tangent"]["max"] == 4


def test_one_library_function_is_opened_alone(post):
    program, inputs = "y = softmax(x)\nz = sum(sigmoid(y))", {"x": [1, 2]}
    trace = trace_of(post, program, inputs, expand=["softmax"])
    ops = [node["op"] for node in trace["nodes"]]
    assert "softmax" not in ops and "exp" in ops and "sigmoid" in ops
    assert [group["name"] for group in trace["groups"]] == ["softmax"]
    assert trace["gradients"]["x"] == pytest.approx(trace_of(post, program, inputs)["gradients"]["x"])


@each(
    "fields, expected, said",
    [
        ({"expand": ["softmx"]}, "unknown-function", "softmax"),
        ({"expand": ["exp"]}, "no-definition", "exp"),
        ({"expand": "softmax"}, "wrong-field", "list"),
        ({"expand": [1]}, "wrong-field", "expand"),
        ({"direction": [1]}, "wrong-field", "direction"),
        ({"direction": {"w": 1}}, "unknown-input", "w"),
        ({"direction": {"x": 1}}, "direction-shape", "(2,)"),
        ({"direction": {"x": ["a", 1]}}, "input-number", "x"),
        ({"direction": {"z": 1}}, "input-computed", "z"),
    ],
)
def test_what_cannot_be_opened_or_followed_is_said(post, fields, expected, said):
    answer = post("z = sum(x)", inputs={"x": [1, 2]}, **fields)
    assert answer.status_code == 422 and kind(answer) == expected and said in answer.json()["detail"]


def test_a_long_answer_is_compressed_for_who_takes_that_and_is_the_same(client):
    body = {"program": "y = x\n" + "y = y * 1.01 + x\n" * 200, "inputs": {"x": 2}}
    packed = client.post("/api/expression", json=body)
    plain = client.post("/api/expression", json=body, headers={"Accept-Encoding": "identity, gzip;q=0"})
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert "content-encoding" not in plain.headers and packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 5
    short = client.post("/api/expression", json={"program": "x * x", "inputs": {"x": 2}})
    assert "content-encoding" not in short.headers
