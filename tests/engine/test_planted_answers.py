"""Questions know their wrong answers, as the diagnosis names them, and tell what hides behind a right one."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine import EngineError
from gradlens.engine.diagnosing.planted_answers import MOST_ASKED, examine
from tests.each import case, each

APPLES = "apple = 100\ncount = 2\ntax = 1.1\ntotal = apple * count * tax"
PROGRAMS = {
    "apples": APPLES,
    "neuron": "x = 0.5\nw = -1.5\nb = 0.2\na = sigmoid(w * x + b)\nL = (a - 1) ** 2",
    "softmax": (
        "x = [[0.3, 2.9, 4.0], [1.0, 0.2, -1.0]]\nW = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]\n"
        "b = [0.1, 0.2, 0.3]\nt = [[0, 0, 1], [1, 0, 0]]\ny = x @ W + b\nL = softmax_cross_entropy(y, t)"
    ),
    "paths": "x = 3\ny = 4\nt = x + y\nz = t * x + t ** 2",
}


@each("program", PROGRAMS.values())
def test_the_right_number_is_the_traces_and_no_wrong_one_is_near_it(program):
    trace = engine.trace(program)
    [exam] = examine(program)
    assert exam.complete and {q.asked.partition("[")[0] for q in exam.questions} <= trace.gradients.keys()
    for question in exam.questions:
        gradient = np.asarray(trace.gradients[question.asked.partition("[")[0]])
        assert question.right == gradient[question.index]
        numbers = [question.right, *(one.value for one in question.wrong)]
        gaps = np.diff(np.sort(numbers))
        assert len(numbers) > 2 and gaps.min() > question.tolerance


@pytest.mark.parametrize("name", ["apples", "neuron", "paths"])
def test_a_wrong_number_is_called_what_the_diagnosis_calls_it(name):
    for question in examine(PROGRAMS[name])[0].questions:
        for wrong in question.wrong:
            with case(question.asked, wrong.value):
                found = engine.diagnose(PROGRAMS[name], gradients={question.asked: wrong.value})
                told = {found.diagnosis, *(other.diagnosis for other in found.alternatives)}
                assert told & {one.diagnosis for one in wrong.mistakes}


def test_numbers_that_are_known_by_hand():
    # total = apple count tax: the sign, the tax left out, the count left out
    apple = examine(APPLES, asked=["apple"])[0].questions[0]
    assert apple.symbol == "∂total/∂apple" and apple.right == pytest.approx(2.2)
    assert sorted(one.value for one in apple.wrong) == pytest.approx([-2.2, 1.1, 2.0])


def test_mistakes_that_hide_behind_the_right_number_are_told_with_inputs_that_part_them():
    program = "y = 1\nt = 1\nL = (y - t) ** 2"
    [exam] = examine(program)
    assert "sign" in [one.diagnosis for one in exam.questions[0].hidden]
    assert exam.offered is not None
    [better] = examine(program, exam.offered)
    assert sum(len(question.hidden) for question in better.questions) == 0 and better.offered is None


def test_sets_of_numbers_are_drawn_alike_and_labels_stay():
    first, again = (examine(PROGRAMS["softmax"], variants=4, draw=7) for _ in range(2))
    assert [exam.questions for exam in first] == [exam.questions for exam in again] and len(first) == 4
    other = examine(PROGRAMS["softmax"], variants=4, draw=8)
    assert [exam.questions for exam in other[1:]] != [exam.questions for exam in first[1:]]
    for exam in first:
        assert np.array_equal(exam.inputs["t"], [[0, 0, 1], [1, 0, 0]])
    assert len({float(np.ravel(exam.inputs["b"])[0]) for exam in first}) == 4
    counts = [exam.inputs["count"] for exam in examine(APPLES, variants=5)]
    assert all(float(count).is_integer() for count in counts) and len(set(counts)) > 1


def test_an_element_is_asked_for_by_its_place():
    question = examine(PROGRAMS["softmax"], asked=["W[0, 1]", "b"])[0].questions[0]
    assert (question.index, question.symbol) == ((0, 1), "∂L/∂W[0, 1]")


def test_an_input_whose_name_is_bound_again_is_not_asked_for_by_itself():
    [exam] = examine("x = 3\ny = 2\nx = x * y\nL = x ** 2")
    assert [question.asked for question in exam.questions] == ["y"]


@each(
    "asked, inputs, kind",
    [
        (["none"], {}, "unknown-node"),
        ([""], {}, "unknown-node"),
        (["W[0]"], {}, "exam-index"),
        (["W[0, 3]"], {}, "exam-index"),
        (["b[1][0]"], {}, "unknown-node"),
        (["b"] * (MOST_ASKED + 1), {}, "exam-questions"),
        (["b"], {"b": [np.nan, 0, 0]}, "exam-number"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(asked, inputs, kind):
    with pytest.raises(EngineError) as refused:
        examine(PROGRAMS["softmax"], inputs, asked=asked)
    assert refused.value.kind == kind
