"""The figure as one file plays: opened from disk with the network cut, and in a frame that may run scripts alone."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Frame, expect

from gradlens import engine
from gradlens.engine.exporting.formats import ExportOptions, export
from gradlens.engine.exporting.labels import number
from tests.browser.conftest import is_complaint

APPLES = "apple = 100\ncount = 2\ntax = 1.1\ntotal = apple * count * tax"
HOSTILE = "</script><!--<script>alert(1)"
LOOP = f"""x = 1.5  # {HOSTILE}
for word in ["{HOSTILE}", "<img src=x onerror=alert(1)>"]:
    x = x * x
총액 = x"""
CURSOR = "document.querySelector('gradlens-graph').cursor"


@contextmanager
def opened(browser: Browser, path: Path, content: str, **reader: Any) -> Iterator[Frame]:
    """The frame of a figure in a page that is opened from disk.  Nothing complains and nothing is asked for."""
    path.write_text(content, "utf-8")
    context = browser.new_context(offline=True, **reader)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    frame = page.frames[-1]
    frame.locator("body[data-loaded]").wait_for()
    yield frame
    context.close()
    assert complaints == []
    assert [url for url in asked if url not in (path.as_uri(), "about:srcdoc", "data:,")] == []


def test_a_file_opened_from_disk_plays_to_the_end_and_shows_the_gradients_of_the_trace(browser: Browser, tmp_path):
    trace = engine.trace(APPLES)
    content = export(trace, "html", ExportOptions(step="start")).decode()
    with opened(browser, tmp_path / "apples.html", content, color_scheme="dark") as frame:
        page, figure = frame.page, frame.locator("gradlens-graph")
        last = frame.evaluate("document.querySelector('gradlens-graph').plan.steps.length")
        assert frame.evaluate(CURSOR) == 0
        page.keyboard.press("ArrowRight")
        figure.locator(".play-bar .forward").click()
        assert frame.evaluate(CURSOR) == 2
        figure.locator(".speed-choice").select_option("max")
        figure.locator(".play-bar .play").click()
        expect(figure.locator(".step-count")).to_have_text(f"{last} / {last}")
        for name, gradient in trace.gradients.items():
            node = figure.locator(f'g.node[data-id="{trace[name].id}"]')
            expect(node.locator(".gradient")).to_have_text(number(gradient))
            row = frame.locator(f'#numbers tr[data-id="{trace[name].id}"]')
            told = row.locator("td.number data").all()[-1].get_attribute("value")
            assert told is not None and float(told) == gradient
        expect(figure.locator(".step-formula math")).to_have_count(1)
        page.keyboard.press("Home")
        assert frame.evaluate(CURSOR) == 0
        figure.locator(".scrubber").fill("4")
        assert frame.evaluate(CURSOR) == 4
        assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"
        expect(figure.locator(".legend")).to_contain_text("Contribution to the gradient")


def test_in_a_frame_with_an_origin_of_its_own_hostile_names_stay_text_in_korean_too(browser: Browser, tmp_path):
    trace = engine.trace(LOOP)
    content = export(trace, "html", ExportOptions(language="ko", theme="light")).decode()
    frame = (
        '<!doctype html><meta charset="utf-8"><iframe sandbox="allow-scripts" width="900" height="700"'
        f' srcdoc="{html.escape(content)}"></iframe>'
    )
    with opened(browser, tmp_path / "frame.html", frame, color_scheme="dark", reduced_motion="reduce") as inner:
        figure = inner.locator("gradlens-graph")
        expect(figure.locator('g.node[data-id="0"] .gradient')).to_have_text(number(float(trace.gradients["x"])))
        expect(figure.locator(".legend")).to_contain_text("에지를 따라 흐르는 기울기")
        expect(figure.locator(".sentence")).to_contain_text("기울기")
        assert inner.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        figure.locator(".switch").first.click()
        expect(figure.locator(".drawing")).to_contain_text(HOSTILE)
        inner.locator("#source summary").click()
        expect(inner.locator("#source pre")).to_have_text(LOOP)
        assert inner.locator("img").count() == 0
