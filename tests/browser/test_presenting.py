"""Presenting: the figure on a wall, stepped through by a clicker."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

# The size of every letter that is seen, in px of the screen.
LETTERS = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility())
  .filter((one) => [...one.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize) * (one instanceof SVGElement ? one.getScreenCTM().a : 1))"""
INSIDE = """() => {
  const at = (place) => document.querySelector(place)?.getBoundingClientRect();
  const [box, stage] = ["#graph g.node.active", "#graph .drawing"].map(at);
  return box && box.top >= stage.top - 1 && box.bottom <= stage.bottom + 1;
}"""
SEEN = ("#story .question", "#graph .drawing", ".play-bar .sentence", ".play-bar .scrubber")
UNSEEN = ("header", "#program", "#side", "#table")


@pytest.mark.fresh_page
def test_a_wall_has_large_letters_and_a_clickers_keys_and_escape_leaves(open_page):
    page = open_page(width=1920, height=1080)
    page.keyboard.press("Shift+F")
    for place in UNSEEN:
        expect(page.locator(place)).to_be_hidden()
    for place in SEEN:
        expect(page.locator(place)).to_be_visible()
    for _ in range(12):
        page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    expect(page.locator(".play-bar .step-count")).to_have_text("11 / 17")
    assert min(page.evaluate(LETTERS)) >= 23.99

    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_visible()

    page.set_viewport_size({"width": 1280, "height": 720})  # the graph is larger than this wall
    page.keyboard.press("Shift+F")
    page.keyboard.press("End")
    page.wait_for_function(INSIDE)
    assert min(page.evaluate(LETTERS)) >= 23.99
