"""The page asks a question, stands still, and answers it with the trace's own numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page import choose, node, write

CATALOGUES = Path(__file__).parents[2] / "static" / "i18n"


def numbers(text: str) -> list[float]:
    """Every number of a text, as the page writes it."""
    plain = text.replace("−", "-").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return [float(found) for found in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?", plain.replace("×10", "e"))]


def flat(value) -> list[float]:
    return [one for item in value for one in flat(item)] if isinstance(value, list) else [value]


def to_the_end(page: Page) -> None:
    page.locator("#timeline .end").click()
    expect(page.locator("#story .said")).not_to_be_empty()


def expected(name: str, trace: dict, gradient: list[float]) -> list[float]:
    """What a placeholder of an answer is filled with."""
    largest = max(gradient, key=abs)
    known = {"gradient": gradient, "size": [abs(largest)], "place": [gradient.index(largest) + 1]}
    values = {one["name"]: flat(one["value"]) for one in trace["nodes"]}
    return known.get(name) or values[name]


TOLD = {"ko": slice(1, None, 2), "en": slice(0, None, 4)}  # examples


BOOK = """import numpy as np
def softmax(a):
    e = np.exp(a - np.max(a))
    return e / np.sum(e)
def cross_entropy_error(y, t):
    return -np.sum(t * np.log(y + 1e-7))
W = np.array([[0.1, 0.3], [0.2, 0.4]])
x = np.array([1.0, 0.5])
t = np.array([0, 1])
a = x @ W
y = softmax(a)
loss = cross_entropy_error(y, t)
"""


@pytest.mark.parametrize("language", TOLD)
def test_every_example_asks_a_question_and_answers_it_with_the_numbers_of_its_trace(open_page, client, language):
    words = json.loads((CATALOGUES / f"{language}.json").read_text("utf-8"))
    page = open_page(locale={"ko": "ko-KR", "en": "en-GB"}[language])
    # The sentences differ by language, the numbers in them do not.
    for example in client.get("/api/examples").json()["examples"][TOLD[language]]:
        id, input = example["id"], example["input"][language]
        trace = choose(page, client, id, language)
        expect(page.locator("#story .question")).to_have_text(words[f"example.{id}.question"])
        expect(page.locator("#story .said")).to_be_empty()
        to_the_end(page)
        gradient = flat(trace["gradients"][input])
        template = words[f"example.{id}.answer"]
        parts = re.split(r"\{(\w+)(?:\|[^{}]*)?\}", template)
        pattern = "".join(re.escape(part) if i % 2 == 0 else "(.+?)(?:으로|로)?" for i, part in enumerate(parts))
        said = re.fullmatch(pattern, page.locator("#story .said").inner_text())
        assert said, (id, page.locator("#story .said").inner_text())
        for name, text in zip(parts[1::2], said.groups(), strict=True):
            assert numbers(text) == pytest.approx(expected(name, trace, gradient), rel=6e-4, abs=6e-3), (id, name)
        output = trace["nodes"][trace["output"]]["name"]
        symbol, _, written = page.locator("#story .derivative").inner_text().partition(" ")
        assert symbol == f"∂{output}/∂{input}"
        if len(gradient) <= 6:
            assert numbers(written) == pytest.approx(gradient, rel=6e-4, abs=6e-3), id


def test_nothing_plays_before_it_is_asked_to_and_one_button_goes_through_to_the_answer(open_page):
    page = open_page(locale="ko-KR", still=False)
    begin = page.locator("#story button")
    expect(begin).to_have_text("▶ 따라가 보기")
    expect(page.locator("#timeline .step-count")).to_have_text("0 / 17")
    expect(page.locator("#timeline .play")).to_have_attribute("data-playing", "false")
    page.locator("#timeline .speed-choice").select_option("max")
    begin.click()
    expect(page.locator("#story .said")).to_have_text("사과 값이 1원 오르면 총액은 2.2원 오릅니다.")
    expect(page.locator("#story .derivative")).to_have_text("∂총액/∂사과 = 2.2")
    page.get_by_role("button", name="왜 그럴까요?").click()
    expect(page.locator("#inspector .equation")).to_contain_text("1.1")
    expect(page.locator("#inspector .equation")).to_contain_text("2.2")
    page.get_by_role("button", name="값 바꿔 보기").click()
    expect(node(page, "사과").locator(".hit")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".cm-content")).to_contain_text("사과 = 101")
    expect(page.locator("#story .said")).to_have_text("사과 값이 1원 오르면 총액은 2.2원 오릅니다.")
    page.locator("#story").get_by_role("button", name="검산하기").click()
    expect(page.locator("#check .results")).to_be_visible()


def test_a_program_of_ones_own_is_answered_with_its_largest_gradient(open_page):
    page = open_page()
    write(page, "x = 2\nw = 3\ny = x * w - x ** 3")
    expect(node(page, "w")).to_be_visible()
    expect(page.locator("#story .question")).to_have_text("Which input moves y most?")
    to_the_end(page)
    expect(page.locator("#story .said")).to_have_text("x: when it grows a little, y falls by 9× as much.")
    expect(page.locator("#story .derivative")).to_have_text("∂y/∂x = −9")
    # Where softmax is written as the book has it, one button tells what comes back behind it; its target is data.
    write(page, BOOK)
    expect(node(page, "loss")).to_be_visible()
    page.locator("#graph").press("End")
    expect(page.locator("#story .said")).to_contain_text("W: the gradient of its element")
    page.locator("#story").get_by_role("button", name="∂loss/∂a ≈ y − t").click()
    expect(page.locator("#inspector")).to_contain_text("∂loss/∂a ≈ y − t Why y − t?")
    expect(page.locator("#side .read-why")).to_contain_text("Read why: ")
    expect(node(page, "t")).to_contain_text("data")
    node(page, "t").locator(".hit").click()
    page.locator("#inspector .data-choice input").uncheck()
    expect(node(page, "t")).not_to_contain_text("data")
    # In letters of twice the size the answer begins below the header, and ends above the figure or scrolls.
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    bounds = "names => names.map((name) => document.querySelector(name).getBoundingClientRect())"
    header, said, story, figure, timeline, main = page.evaluate(
        bounds, ["header", "#story .said", "#story", "#figure", "#timeline", "main"]
    )
    assert header["bottom"] <= said["top"] and story["bottom"] <= figure["top"] + 1
    assert timeline["bottom"] <= main["bottom"] + 1
    assert page.locator("#story").evaluate("story => getComputedStyle(story).overflowY") == "auto"
