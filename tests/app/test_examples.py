"""Every example runs in both languages, says the same in both, and gives the numbers of its source."""

from typing import Any

import pytest

from gradlens.app.examples import EXAMPLES
from tests.each import each

BY_ID = {example["id"]: example for example in EXAMPLES}
ORDER = (
    "apples square_of_sum two_paths chain relu sigmoid neuron staged affine softmax softmax_cross_entropy cross_entropy"
    " binary_cross_entropy entropy two_layer_net mazur kink"
).split()


@pytest.fixture
def run(post):
    def run(id: str, language: str = "en") -> dict:
        example = BY_ID[id]
        answer = post(example["program"][language], inputs=example["inputs"])
        assert answer.status_code == 200, answer.text
        return answer.json()

    return run


def value_of_output(trace: dict) -> float:
    return trace["nodes"][trace["output"]]["value"]


def test_the_examples_come_in_the_order_of_the_page(client):
    assert [example["id"] for example in client.get("/api/examples").json()["examples"]] == ORDER


@each("id", BY_ID)
def test_an_example_runs_in_both_languages_and_gives_the_same_numbers(run, id):
    english, korean = run(id, "en"), run(id, "ko")
    assert [(node["op"], node["value"], node["gradient"]) for node in english["nodes"]] == [
        (node["op"], node["value"], node["gradient"]) for node in korean["nodes"]
    ]


@each("id", BY_ID)
def test_the_input_that_answers_an_examples_question_has_a_gradient(run, id):
    for language, name in BY_ID[id]["input"].items():
        assert name in run(id, language)["gradients"]


@each("id", BY_ID)
def test_only_the_example_of_kinks_warns(run, id):
    assert len(run(id)["warnings"]) == (3 if id == "kink" else 0)


@each("id", BY_ID)
def test_an_example_has_one_number_as_its_output_and_is_not_too_large_to_be_seen(run, id):
    trace = run(id)
    assert trace["nodes"][trace["output"]]["shape"] == []
    assert len(trace["nodes"]) <= 50


def test_apples_and_oranges_are_those_of_the_book(run):
    trace = run("apples")
    assert value_of_output(trace) == pytest.approx(715)
    assert trace["gradients"] == pytest.approx(
        {"apple": 2.2, "apple_count": 110, "orange": 3.3, "orange_count": 165, "tax": 650}
    )
    assert list(run("apples", "ko")["gradients"]) == ["사과", "사과_개수", "귤", "귤_개수", "소비세"]


# (output, some gradients), from the source that app/examples.py names
@each(
    "id, output, gradients",
    [
        ("square_of_sum", 25, {"x": 10, "y": 10}),
        ("two_paths", 32, {"x": 64}),
        ("chain", 3.58351893845611, {"x": 2 / 3}),
        ("sigmoid", 0.7310585786300049, {"x": 0.19661193324148185}),
        ("neuron", 0.73, {"w0": -0.20, "x0": 0.39, "w1": -0.39, "x1": -0.59, "w2": 0.20}),
        ("staged", 1.5456448841066441, {"x": 2.0595697955721652, "y": 1.5922327514838093}),
        ("cross_entropy", 0.510825457099338, {}),
        ("binary_cross_entropy", 0.228393003636923, {}),
        ("entropy", 1.5, {}),
        (
            "mazur",
            0.298371109,
            {"w1": 0.000438568, "w5": 0.082167041, "w6": 0.082667628, "w7": -0.022602540, "w8": -0.022740242},
        ),
        ("kink", 0, {"x": 0.5}),
    ],
)
def test_an_example_gives_the_numbers_of_its_source(run, id, output, gradients):
    trace = run(id)
    tolerance: dict[str, Any] = {"abs": 0.005} if id == "neuron" else {"rel": 1e-5, "abs": 1e-9}
    assert value_of_output(trace) == pytest.approx(output, **tolerance)
    assert {name: trace["gradients"][name] for name in gradients} == pytest.approx(gradients, **tolerance)


def test_softmax_with_cross_entropy_gives_y_minus_t(run):
    trace = run("softmax_cross_entropy")
    values = {node["name"]: node["value"] for node in trace["nodes"]}
    assert trace["gradients"]["a"] == pytest.approx([y - t for y, t in zip(values["y"], values["t"])])
    assert values["y"] == pytest.approx([0.018, 0.245, 0.737], abs=5e-4)


def test_the_gradient_of_relu_is_its_mask(run):
    assert run("relu")["gradients"]["x"] == [[1.0, 0.0], [0.0, 1.0]]


def test_the_gradient_of_a_bias_is_the_column_sum_of_the_upstream(run):
    trace = run("affine")
    upstream = next(node["gradient"] for node in trace["nodes"] if node["name"] == "Y")
    assert trace["gradients"]["b"] == pytest.approx([sum(column) for column in zip(*upstream)])
