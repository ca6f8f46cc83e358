"""An id names one element, whatever is open on the page."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.test_fused import opened as compared
from tests.browser.test_network import opened
from tests.browser.test_page import node, write

TWICE = """() => {
  const seen = new Map();
  for (const {id, outerHTML} of document.querySelectorAll("[id]")) seen.set(id, [...(seen.get(id) ?? []), outerHTML.slice(0, 120)]);
  return [...seen].filter(([, elements]) => elements.length > 1);
}"""
PROGRAM = "a = [[1, 2], [3, 4]]\nb = [1, 2]\nh = sigmoid(a @ b)\nt = [1, 0]\nL = softmax_cross_entropy(h, t) + sum(h ** 2)"


def held(page: Page) -> None:
    page.wait_for_timeout(150)
    assert page.evaluate(TWICE) == []


def panel(page: Page, name: str) -> None:
    page.locator(f"#tabs [data-panel={name}]").click()
    expect(page.locator(f"#{name} h2")).to_be_visible()


def unfold(page: Page, within: str) -> None:
    """Open everything that can be folded away."""
    for summary in page.locator(f"{within} summary").all():
        if summary.is_visible():
            summary.click()
    held(page)


@pytest.mark.parametrize("width", [1440, 600])
def test_no_two_elements_of_a_panel_share_an_id(open_page, width):
    page = open_page(width=width)
    held(page)
    write(page, PROGRAM)
    expect(node(page, "L")).to_be_visible()
    held(page)
    names = page.locator("#tabs [data-panel]").evaluate_all("tabs => tabs.map((tab) => tab.dataset.panel)")
    assert len(names) >= 4
    for name in names:
        panel(page, name)
        held(page)
        for chosen in ("a", "h", "L"):
            node(page, chosen).locator(".hit").dispatch_event("click")
            held(page)
            unfold(page, f"#{name}")
            for act in ("#derive-all", "#check-run", "#sweep-run"):
                if page.locator(act).is_visible() and page.locator(act).is_enabled():
                    page.locator(act).click()
                    held(page)
    page.locator("#graph").press("l")
    held(page)


def test_no_two_mistakes_of_a_diagnosis_share_an_id(open_page):
    page = open_page()
    write(page, "a = 2\nb = 2\nc = a * b\nz = c * a + b * 2")
    expect(node(page, "z")).to_be_visible()
    panel(page, "diagnose")
    page.get_by_label("Your gradient of a", exact=True).fill("4")
    page.locator("#diagnose-run").click()
    expect(page.locator("#diagnose .answer")).to_be_visible()
    unfold(page, "#diagnose")
    wait_until(lambda: page.locator("#diagnose [id^=diagnose-go]").count() > 1)


def test_no_two_elements_of_a_dialog_share_an_id(open_page):
    page = open_page()
    compared(page, "x = [1, 2, 3]\nt = [0, 1, 0]\nz = softmax_cross_entropy(x, t)")
    held(page)
    page.locator("#fused-extreme").click()
    held(page)
    page.keyboard.press("Escape")
    for key in "sb?":
        page.locator("#graph").press(key)
        held(page)
        page.keyboard.press("Escape")


def test_no_two_elements_of_a_network_share_an_id(open_page):
    page = opened(open_page())
    held(page)
    for starter in page.locator("#net-starter option").evaluate_all("options => options.map(({value}) => value).filter(Boolean)"):
        page.locator("#net-starter").select_option(starter)
        held(page)
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")
    unfold(page, "#network")
    page.locator("#net-paste textarea").fill(json.dumps([{"type": "affine", "units": 2}, "relu", {"type": "affine", "units": 2}]))
    page.locator("#net-take").click()
    held(page)
    page.locator("#network-graph").click()
    expect(page.locator("#network")).to_be_hidden()
    held(page)
    page.locator("h1").click()
    page.keyboard.press("v")
    page.locator("#neurons").wait_for()
    held(page)
