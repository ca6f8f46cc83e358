"""An exercise is opened from disk with the network cut, and tells right numbers from mistakes."""

from __future__ import annotations

import json

from playwright.sync_api import Browser, Frame, expect

from gradlens.app.jobs.exam_files.content import content_of
from gradlens.app.jobs.exam_files.exercise import exercise_page
from gradlens.app.schemas.exams import ExamFileRequest
from gradlens.app.settings import Settings
from tests.browser.test_figure_file import opened

HOSTILE = "</script><!--<script>alert(1)"
PROGRAM = f"사과 = 100  # {HOSTILE}\n개수 = 2\n세율 = 1.1\n값 = 사과 * 개수 * 세율"


def test_an_exercise_checks_answers_without_a_network(browser: Browser, tmp_path):
    request = ExamFileRequest(program=PROGRAM, format="exercise", variants=2, language="ko")
    made = content_of(request, Settings())
    with opened(browser, tmp_path / "exercise.html", exercise_page(made), color_scheme="dark", locale="ko-KR") as frame:
        expect(frame.locator("pre").first).to_have_text(PROGRAM)
        right = made.variants[0]["questions"][0]["right"]
        for text, said in (
            (str(right), "맞습니다."),
            (f"\u2212{right}", "이 수가 아닙니다. 살펴볼 것: 부호."),
            ("7/2", "이 수가 아닙니다."),
            ("사과", "0.25나 1/4처럼 수를 적어 주세요."),
            ("2,2", "맞습니다."),
        ):
            answer(frame, 0, text)
            expect(frame.locator(".said").first).to_have_text(said)
        frame.locator("#set").select_option("2")
        expect(frame.locator("section.set").first).to_be_hidden()
        other = made.variants[1]["questions"][1]["right"]
        answer(frame, 4, str(other))
        expect(frame.locator(".said").nth(4)).to_have_text("맞습니다.")
        frame.locator("#copy").click()
        assert json.loads(frame.locator("#answers").input_value()) == {"variant": 2, "개수": other}


def answer(frame: Frame, k: int, text: str) -> None:
    frame.locator("form input").nth(k).fill(text)
    frame.locator("form button").nth(k).click()
