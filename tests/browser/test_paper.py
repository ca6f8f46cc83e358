"""On paper, on the narrowest screen and with the largest text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import choose, node


def test_printing_gives_the_whole_graph_the_sentence_and_the_program_and_no_controls(open_page, client):
    page = open_page(dark=True)
    choose(page, client, "two_layer_net")
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    for _ in range(6):
        page.locator("#graph .zoom-in").click()
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 720, "height": 1000})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#printed")).to_contain_text("softmax(A2, axis=1)")
    expect(page.locator("#timeline .sentence")).to_be_visible()
    for hidden in (".choices", ".tools", ".controls", "#inspector", "#editor", "#inputs", "#open-programs", "#table"):
        expect(page.locator(hidden)).to_be_hidden()
    paper = page.locator("#graph").bounding_box()
    for box in [one.bounding_box() for one in page.locator("#graph g.node .box").all()]:
        assert box["x"] >= paper["x"] and box["x"] + box["width"] <= paper["x"] + paper["width"]
        assert box["y"] >= paper["y"] and box["y"] + box["height"] <= paper["y"] + paper["height"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#graph").get_attribute("viewBox") is None


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_at_320_px_everything_is_there_and_nothing_scrolls_sideways(open_page, locale):
    page = open_page(width=320, height=640, locale=locale)
    page.locator("#inputs summary").click()
    page.locator("#open-programs").click()
    page.locator("#keep-name").fill("a")
    page.keyboard.press("Enter")
    expect(page.locator("#kept li")).to_have_count(1)
    wide = (
        "[...document.querySelectorAll('dialog[open] *')].filter((e) => e.getBoundingClientRect().right >"
        " innerWidth).length"
    )
    assert page.evaluate(wide) == 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [360, 1440])
def test_with_text_twice_as_large_nothing_is_cut_off_and_nothing_scrolls_sideways(open_page, width):
    page = open_page("/", width=width, ready=False)
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.reload()
    page.locator("#editor .cm-content").wait_for()
    expect(node(page, "total")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    cut = """[...document.querySelectorAll("button, summary, #timeline .sentence, #inspector p, .speed, label")]
      .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
      .filter((e) => getComputedStyle(e).overflow === "hidden").length"""
    assert page.evaluate(cut) == 0
