"""Questions as files: Moodle's XML, a table, and a script that grades without a server."""

from __future__ import annotations

import csv
import json
import math
import re
import runpy
from base64 import b64decode
from html import unescape
from io import StringIO
from itertools import islice
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from gradlens.app.jobs.exam_files.content import content_of
from gradlens.app.jobs.exam_files.exercise import exercise_page, kept
from gradlens.app.jobs.exam_files.sealed_answers import Cells, blocks, sealed, tag
from gradlens.app.jobs.exam_files.wording import Content
from gradlens.app.jobs.exam_files.worksheet import worksheet_page
from gradlens.app.schemas.exams import ExamFileRequest
from gradlens.app.settings import Settings
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


PROGRAMS = {
    "apples": "apple = 3.7\ncount = 7\ntax = 1.13\ntotal = apple * count * tax",
    "layer": (
        "x = [0.5, -1.2]\nW = [[0.3, 0.7], [-0.4, 0.2]]\nb = [0.1, 0.25]\nL = sum((sigmoid(W @ x + b) - 0.9) ** 2)"
    ),
    "zero": "x = 2.5\nw = 0\nL = x * w + 0.0004 * x ** 2",
    "large": "x = 12345.5\ny = 1e-7\nL = (x ** 2 * y) ** 3",
    "hostile": HOSTILE,
}
TOLERANCES = {"layer": 0.01, "apples": 0.45}
FEW = 8  # peppers, for a test that opens much


def content(program: str, **more) -> Content:
    request = ExamFileRequest(program=program, format="exercise", variants=2, language="ko", **more)
    return content_of(request, Settings())


def opened(data: dict, question: dict[str, Any], value: float) -> str | None:
    """What the page says of a number: "" where it is right, the names of mistakes, or None."""
    size = abs(value)
    sign = "-" if value < 0 else "+"
    cell = "0" if size <= data["zero"] else f"{sign}{math.floor(math.log(size) / data['width'])}"
    salt = bytes.fromhex(question["salt"])
    for pepper in range(data["peppers"]):
        if sealed := question["answers"].get(tag(salt, pepper, cell)):
            stream = b"".join(islice(blocks(salt, pepper, cell), 1, None))
            for number, near, mistakes in json.loads(bytes(a ^ b for a, b in zip(b64decode(sealed), stream))):
                if abs(value - number) <= near:
                    return "; ".join(data["names"][k] for k in mistakes)
    return None


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_exercise_tells_a_right_number_and_every_mistake_and_nothing_of_others(name):
    made = content(PROGRAMS[name], tolerance=TOLERANCES.get(name, 0.001))
    data = kept(made, FEW)
    for variant, hidden in zip(made.variants, data["sets"], strict=True):
        for asked, question in zip(variant["questions"], hidden, strict=True):
            near = asked["tolerance"]
            known = [(asked["right"], near, "")]
            for wrong in asked["wrong"]:
                names = "; ".join(dict.fromkeys(mistake["name"] for mistake in wrong["mistakes"]))
                size = made.tolerance * abs(wrong["value"]) or made.tolerance
                known.append((wrong["value"], min(near, size), names))
            for value, distance, _ in known:
                for off in (0, -0.99, 0.99, 1.5, -2.5, 40):
                    given = value + off * distance
                    expected = next((said for number, n, said in known if abs(given - number) <= n), None)
                    assert opened(data, question, given) == expected, (asked["symbol"], given)


def test_a_number_of_any_size_is_found_again():
    for tolerance in (1e-15, 1e-9, 0.001, 0.49):
        cells = Cells.of(tolerance)
        data = {"zero": cells.tolerance, "width": cells.width, "peppers": FEW, "names": []}
        for value in (0.0, 1e-300, -1e-12, tolerance, -0.3, 1.0, 12345.678, 1e150, -1.797e308):
            question = sealed([(value, tolerance * abs(value) or tolerance, [])], cells, FEW)
            assert opened(data, question, value) == ""
            assert opened(data, question, -value or 2.0) is None
            assert len(question["answers"]) <= 3


def test_no_number_that_an_exercise_knows_stands_in_it():
    searched = 0
    for program in PROGRAMS.values():
        made = content(program)
        page = exercise_page(made)
        assert page.count("</script") == 2
        text = unescape(page)
        shown = np.concatenate([np.ravel(node.value) for trace in made.traces for node in trace.nodes])
        for asked in (asked for variant in made.variants for asked in variant["questions"]):
            for wrong in asked["wrong"]:
                assert not any(mistake["explanation"] in text for mistake in wrong["mistakes"])
            for value in (asked["right"], *(wrong["value"] for wrong in asked["wrong"])):
                size = abs(value)
                if np.isclose(size, np.abs(shown), rtol=0.01).any() or (size.is_integer() and size < 1000):
                    continue  # a number of the program as well
                written = {repr(size), *(f"{size:.{digits}g}" for digits in range(3, 18))}
                written |= {f"{size:.{digits}f}" for digits in (2, 3, 4)}
                written = {one for one in written if len(one.replace(".", "").strip("0")) > 1}  # others are everywhere
                found = written and re.search(rf"(?<![\w.])({'|'.join(map(re.escape, written))})(?!\w)", text)
                searched += len(written)
                assert not found, (asked["symbol"], value, found)
    assert searched > 300


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_worksheet_has_a_blank_for_each_gradient_and_its_key_at_the_end(name):
    made = content(PROGRAMS[name])
    text = worksheet_page(made)
    assert "<script" not in text and "default-src 'none'" in text
    sheets = text.split('<section class="sheet')[1:]
    assert len(sheets) == 2 * len(made.variants)
    for variant, sheet, key in zip(made.variants, sheets, sheets[len(made.variants) :], strict=False):
        assert sheet.count('class="line"') == len(variant["questions"]) and 'class="number"' not in sheet
        for asked in variant["questions"]:
            for value in (asked["right"], *(wrong["value"] for wrong in asked["wrong"])):
                assert f">{value:.6g}<".replace("-", "\u2212") in key


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
