"""Questions as files: Moodle's XML, a table, and a script that grades without a server."""

from __future__ import annotations

import csv
import json
import runpy
from io import StringIO
from xml.etree import ElementTree

import pytest

from tests.app.serving import kind

HOSTILE = "y = \"<script>]]>&\"\nx = 3\nz = x ** 2  # ]]> </script> \"'\"'''"
EXAM = {"program": "apple = 100\ncount = 2\ntax = 1.1\ntotal = apple * count * tax", "variants": 3, "draw": 5}


@pytest.fixture(scope="module")
def variants(client) -> list:
    return client.post("/api/exam", json=EXAM).json()["variants"]


def written(client, format: str, **more) -> str:
    answer = client.post("/api/exam/file", json={**EXAM, "format": format, **more})
    assert answer.status_code == 200, answer.text
    return answer.content.decode("utf-8")


def test_both_languages_ask_the_same_and_name_the_same_mistakes(client, variants):
    korean = client.post("/api/exam", json={**EXAM, "language": "ko"}).json()["variants"]
    for own, other in zip(variants, korean, strict=True):
        for question, frage in zip(own["questions"], other["questions"], strict=True):
            assert question["right"] == frage["right"]
            for one, same in zip(question["wrong"], frage["wrong"], strict=True):
                assert one["value"] == same["value"] and one["mistakes"] != same["mistakes"]
                assert [m["diagnosis"] for m in one["mistakes"]] == [m["diagnosis"] for m in same["mistakes"]]
                assert all("{" not in m["explanation"] for m in same["mistakes"])


@pytest.mark.parametrize("program", [EXAM["program"], HOSTILE])
def test_moodle_reads_a_question_for_every_number_and_an_answer_for_every_mistake(client, program):
    asked = client.post("/api/exam", json={**EXAM, "program": program}).json()["variants"]
    quiz = ElementTree.fromstring(written(client, "moodle", program=program, credit=0.25))
    questions = quiz.findall("question[@type='numerical']")
    expected = [question for variant in asked for question in variant["questions"]]
    assert len(questions) == len(expected) and len(quiz) == len(expected) + 1  # with the category
    for one, question in zip(questions, expected, strict=True):
        answers = one.findall("answer")
        assert [answer.get("fraction") for answer in answers] == ["100", *["25"] * len(question["wrong"])]
        values = [question["right"], *(wrong["value"] for wrong in question["wrong"])]
        assert [float(answer.findtext("text", "")) for answer in answers] == pytest.approx(values, rel=1e-14)
        assert all(
            float(answer.findtext("tolerance", "")) > 0 and answer.findtext("feedback/text") for answer in answers
        )
        text = one.findtext("questiontext/text", "")
        assert "<script>" not in text and question["symbol"] in text


def test_the_table_has_a_row_for_every_known_number(client, variants):
    text = written(client, "csv")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(StringIO(text[1:])))
    assert len(rows) == sum(1 + len(question["wrong"]) for one in variants for question in one["questions"])
    assert {row["fraction"] for row in rows} == {"0", "1"}
    assert json.loads(rows[-1]["inputs"]) == variants[-1]["inputs"]


def test_the_script_grades_by_itself(client, variants, tmp_path):
    script = tmp_path / "grade.py"
    script.write_text(written(client, "gradescope", language="ko"), encoding="utf-8")
    main = runpy.run_path(str(script))["main"]

    def graded(answers: object) -> dict:
        (tmp_path / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
        main(tmp_path, tmp_path / "results.json")
        return json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))

    for k, variant in enumerate(variants, 1):
        right = {question["asked"]: question["right"] for question in variant["questions"]}
        assert [test["score"] for test in graded({"variant": k, **right})["tests"]] == [1.0] * len(right)
    apple, *others = graded({"apple": -2.2, "count": "110", "tax": float("nan")})["tests"]
    assert apple["score"] == 0 and "부호" in apple["output"]
    assert [other["score"] for other in others] == [0, 0]
    for wrong in ([], "x", {"variant": 0}, {"variant": "1"}, {"variant": [1]}, 3):
        assert graded(wrong)["score"] == 0


def test_what_cannot_be_asked_is_a_problem(client):
    for wrong, said in (
        ({"asked": ["none"]}, "unknown-node"),
        ({"asked": ["apple[0]"]}, "exam-index"),
        ({"program": "x = 0\ny = log(x)"}, "exam-number"),
        ({"variants": 51}, "wrong-field"),
        ({"program": "x = (1"}, "unclosed-bracket"),
    ):
        answer = client.post("/api/exam", json={**EXAM, **wrong})
        assert answer.status_code == 422 and kind(answer), said
        assert kind(answer) == said, answer.text
