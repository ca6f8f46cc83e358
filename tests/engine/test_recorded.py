"""Trace files: written, read from a stranger's hand, checked by their own sums, and laid over each other."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest

import gradlens
from gradlens.engine.recorded import comparing, trace_files
from gradlens.engine.recorded.records import Recorded, RecordedEdge, RecordedNode, recorded
from gradlens.engine.recorded.trace_files import read_trace

PROGRAM = "h = tanh(W @ x)\nL = sum(h * h) + x[0] * x[0]"
INPUTS = {"W": [[0.1, 0.2], [0.3, 0.4]], "x": [1.0, 2.0]}
TRACE = gradlens.trace(PROGRAM, INPUTS)
CONTENT: dict[str, Any] = json.loads(recorded(TRACE).json())
PROGRAMS = [
    PROGRAM,
    "b = [1.0, 2.0]\ny = [[1.0, 2.0], [3.0, 4.0]] * b + 3 * b",
    "x = [0.0, 1.0]\ny = sum(where(x > 0, log(x), 0))",
    "x = 0.0\ny = 1 / x",
    "x = [[0.5, -1.0]]\ny = softmax(x)\nz = y[0, 0] * y[0, 1]",
]


def test_what_is_saved_is_loaded_again_and_holds_by_itself(tmp_path):
    for text in PROGRAMS:
        trace = gradlens.trace(text, INPUTS if text is PROGRAM else {})
        path = trace.save(tmp_path / "trace.json")
        found = gradlens.load(path)
        for nodes in zip(found.nodes, recorded(trace).nodes):
            for name in ("value", "gradient"):
                one, other = (getattr(node, name) for node in nodes)
                assert (one is None) is (other is None)
                assert one is None or other is None or np.array_equal(one, other, equal_nan=True)
        assert found.program == text and gradlens.verify(path).ok and gradlens.verify(trace).ok
        assert gradlens.verify(found.save(tmp_path / "again.json")).sums == gradlens.verify(trace).sums > 0
        assert gradlens.compare(path, found).agree


def test_an_answer_of_the_service_is_a_trace_file():
    assert gradlens.verify(read_trace(gradlens.engine.exporting.formats.export(TRACE, "json"))).ok
    assert repr(read_trace(json.dumps(CONTENT).encode())).startswith("<10 nodes and 12 edges recorded, of L>")


def changed(change) -> Recorded:
    content = copy.deepcopy(CONTENT)
    change(content)
    return read_trace(json.dumps(content).encode())


def node_of(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(node for node in content["nodes"] if node["name"] == name)


def edge_from(content: dict[str, Any], name: str) -> dict[str, Any]:
    id = node_of(content, name)["id"]
    return next(edge for edge in content["edges"] if edge["source"] == id)


def test_the_first_node_that_contradicts_itself_is_named():
    def sum_is_off(content):
        node_of(content, "h")["gradient"][1] += 0.001

    def output_is_off(content):
        content["seed"] = 2.0

    def contribution_is_off(content):
        edge_from(content, "h")["contribution"] = [0.0, 0.0]

    def name_is_off(content):
        content["gradients"]["x"][0] = 7.0

    for change, kind, words in (
        (sum_is_off, "sum", "The gradient at h[1] is "),
        (output_is_off, "sum", "The gradient at L is 1, but what its 1 use delivers adds up to 2."),
        (contribution_is_off, "product", "delivers to h[1] is 0, but upstream × local is "),
        (name_is_off, "input", "The gradient by x is 7 in the list of gradients, but "),
    ):
        found = gradlens.verify(changed(change))
        assert not found.ok and found.fault is not None and found.fault.kind == kind, kind
        assert words in repr(found), repr(found)


def test_what_was_left_out_is_told_and_not_taken_for_right():
    def leave_out(content):
        node_of(content, "h").update(gradient=None, summary={"gradient": {}})

    found = gradlens.verify(changed(leave_out))
    assert found.ok and found.unchecked == ["h"] and "1 nodes have no numbers to check" in repr(found)


def put(*path, value):
    def change(content):
        for key in path[:-1]:
            content = content[key]
        content[path[-1]] = value

    return change


# Where a file is wrong, and what is told of it.
WRONG_FIELDS = [
    (put("nodes", value=[]), "nodes has to be a list of at least one node"),
    (put("nodes", value={}), "nodes has to be a list"),
    (put("nodes", 1, "id", value=0), "nodes[1].id has to be 1"),
    (put("nodes", 2, "inputs", value=[2]), "nodes[2].inputs[0] has to be a whole number from 0 to 1"),
    (put("nodes", 2, "inputs", value=[True, 1]), "nodes[2].inputs[0] has to be a whole number"),
    (put("nodes", 0, "op", value=None), "nodes[0].op has to be the name of an op"),
    (put("nodes", 0, "name", value="x" * 2000), "nodes[0].name has to be a name or null"),
    (put("nodes", 0, "shape", value=[2]), "nodes[0].value has to be of shape (2,)"),
    (put("nodes", 0, "shape", value=[-1]), "nodes[0].shape has to be at most 32 whole numbers"),
    (put("nodes", 0, "value", value=[["a", 1], [2, 3]]), "nodes[0].value has to be a number, or lists"),
    (put("nodes", 0, "value", value=[[1], [2, 3]]), "nodes[0].value has to be a number, or lists"),
    (put("nodes", 0, "value", value={}), "nodes[0].value has to be a number, or lists"),
    (put("edges", 0, "source", value=99), "edges[0].source has to be a whole number from 0 to 9"),
    (put("edges", 0, "source", value=1), "edges[0].source has to be 0, the input 0 of node 2"),
    (put("edges", 0, "contribution", value=1.0), "edges[0].contribution has to be of shape (2, 2)"),
    (put("output", value=None), "output has to be a whole number"),
    (put("precision", value="float8"), "precision has to be one of float64, float32, float16"),
    (put("seed", value=[1.0, 2.0, 3.0]), "seed has to be an array that fits the output's shape ()"),
    (put("gradients", value=[1]), "gradients has to be an object"),
]
NOT_JSON = [
    (b"", "is not JSON"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"nodes": 1, "nodes": 2}', 'key "nodes" stands twice'),
    (b"\xff\xfe\x00", "is not JSON"),
    (b'{"output": ' + b"9" * 10_000 + b"}", "is not JSON"),
]


def test_what_is_no_trace_is_refused_with_its_place():
    for change, words in WRONG_FIELDS:
        with pytest.raises(gradlens.EngineError) as caught:
            changed(change)
        assert caught.value.kind == "trace-file-field" and words in caught.value.detail, caught.value.detail
    for content, words in NOT_JSON:
        with pytest.raises(gradlens.EngineError) as caught:
            read_trace(content, "a.json")
        assert caught.value.kind == "trace-file-json" and words in caught.value.detail, caught.value.detail
    with pytest.raises(gradlens.EngineError, match="nodes has to be a list"):
        read_trace(b"{}")


def test_a_file_that_is_too_long_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(trace_files, "MOST_BYTES", 100)
    with pytest.raises(gradlens.EngineError) as caught:
        gradlens.load(TRACE.save(tmp_path / "a.json"))
    assert caught.value.kind == "trace-file-size"
    with pytest.raises(FileNotFoundError):
        gradlens.load(tmp_path / "none.json")


# ---- laid over each other


def test_the_first_difference_is_found_on_the_way_forward_and_then_on_the_way_back():
    for other, kind, words in (
        (PROGRAM, None, "No difference in 10 values, 10 gradients, 12 contributions."),
        (PROGRAM.replace("tanh", "sigmoid"), "value", "The value of h[0] differs"),
        (PROGRAM.replace("h * h", "h * stop_gradient(h)"), "gradient", "The gradient at h[1] differs"),
        (PROGRAM.replace("x[0] * x[0]", "x[0] * stop_gradient(x[0])"), "gradient", "The gradient at index"),
    ):
        found = gradlens.compare(TRACE, gradlens.trace(other, INPUTS))
        assert (found.first and found.first.kind) == kind and words in repr(found), repr(found)
        assert found.agree is (kind is None)


def test_an_edge_that_differs_is_told_before_the_gradient_that_follows():
    other = recorded(TRACE)
    node = next(node for node in other.nodes if node.name == "h")
    edge = next(edge for edge in other.edges if edge.source == node.id)
    assert edge.contribution is not None and node.gradient is not None
    edge.contribution = edge.contribution * 2
    node.gradient = node.gradient + edge.contribution / 2
    found = gradlens.compare(TRACE, other)
    assert found.first is not None and found.first.kind == "contribution" and found.first.ours_edge == edge.id
    assert "sends back to h[1] differs" in found.first.sentence


def model(precision: str = "float32", bad: bool = False) -> Recorded:
    """y = log(x) of a framework, with names of its own."""
    x, seed = np.array([0.0, 2.0]), np.array([np.nan if bad else 1.0, 0.5])
    nodes = [
        RecordedNode(0, "input", "net.x", [], (2,), x, np.array([seed[0] / 1.0, seed[1]])),
        RecordedNode(1, "log1p", None, [0], (2,), np.log1p(x), np.array([1.0, 1.5])),
        RecordedNode(2, "sum", "net.out", [1], (), np.asarray(np.log(3.0)), np.asarray(1.0)),
    ]
    edges = [
        RecordedEdge(0, 0, 1, 0, None, nodes[0].gradient),
        RecordedEdge(1, 1, 2, 0, None, np.array([1.0, 1.5])),
    ]
    return Recorded(nodes, edges, 2, np.asarray(1.0), {}, "", precision)


def test_nodes_are_matched_by_names_that_are_given_by_values_and_by_their_op():
    ours = gradlens.trace("a = [0.0, 2.0]\nsum(log1p(a))")
    found = gradlens.compare(ours, model(), {"a": "net.x"})
    assert found.matched == {0: 0, 1: 1, 2: 2} == gradlens.compare(ours, model()).matched
    assert found.first is not None and found.first.index == (1,) and found.first.numbers == (1.0, 1.5)
    assert "sends back to log1p (node 1)[1] differs: 1 in ours, 1.5 in theirs" in repr(found)
    with pytest.raises(KeyError):
        gradlens.compare(ours, model(), {"a": "nothing"})


def test_where_theirs_turns_nan_is_told():
    ours = gradlens.trace("a = [0.0, 2.0]\nsum(log1p(a))")
    found = gradlens.compare(ours, model(bad=True))
    assert found.first is not None and found.first.kind == "gradient-nan" and found.first.theirs_edge == 0
    assert "sends back to net.x[0] turns NaN in theirs" in repr(found)


def test_nothing_is_compared_where_too_much_would_have_to_be(monkeypatch):
    monkeypatch.setattr(comparing, "MOST_COMPARED", 0)
    assert gradlens.compare(gradlens.trace("a = [0.0, 2.0]\nsum(exp(a))"), model()).matched == {2: 2}
