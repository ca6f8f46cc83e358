"""An id names one element, whatever is open on the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.test_diagnose import tell
from tests.browser.test_fused import opened as compared
from tests.browser.test_network import opened
from tests.browser.test_page import node, write

# Looks after every change of the page, before it is drawn, and keeps what it finds.
WATCH = """() => {
  window.twice = [];
  const look = () => {
    const seen = new Map();
    for (const {id, outerHTML} of document.querySelectorAll("[id]")) {
      seen.set(id, [...(seen.get(id) ?? []), outerHTML.slice(0, 120)]);
    }
    window.twice.push(...[...seen].filter(([, elements]) => elements.length > 1));
  };
  look();
  const watched = {subtree: true, childList: true, attributes: true, attributeFilter: ["id"]};
  window.watching = new MutationObserver(look);
  window.watching.observe(document, watched);
}"""
PROGRAM = (
    "a = [[1, 2], [3, 4]]\nb = [1, 2]\nh = sigmoid(a @ b)\nt = [1, 0]\nL = softmax_cross_entropy(h, t) + sum(h ** 2)"
)


@pytest.fixture
def watched(open_page) -> Iterator[Callable[..., Page]]:
    """A page that no id may stand in twice, at any time."""
    pages = []

    def watched(**options) -> Page:
        page = open_page(**options)
        page.evaluate(WATCH)
        pages.append(page)
        return page

    yield watched
    for page in pages:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.watching.disconnect(), window.twice") == []


def panel(page: Page, name: str) -> None:
    page.locator(f"#tabs [data-panel={name}]").click()
    expect(page.locator(f"#{name} h2")).to_be_visible()


def unfold(page: Page, within: str) -> None:
    """Open everything that can be folded away."""
    for summary in page.locator(f"{within} summary").all():
        if summary.is_visible():
            summary.click()


def test_no_two_elements_of_a_panel_share_an_id(watched):
    page = watched()
    write(page, PROGRAM)
    expect(node(page, "L")).to_be_visible()
    names = page.locator("#tabs [data-panel]").evaluate_all(
        "tabs => tabs.filter((tab) => tab.checkVisibility()).map((tab) => tab.dataset.panel)"
    )
    assert len(names) >= 4
    for name in names:
        panel(page, name)
        for chosen in ("a", "L"):
            node(page, chosen).locator(".hit").dispatch_event("click")
            unfold(page, f"#{name}")
            for act in ("#derive-all", "#check-run", "#sweep-run"):
                if page.locator(act).is_visible() and page.locator(act).is_enabled():
                    page.locator(act).click()
                    expect(page.locator(f"#{name}[aria-busy]")).to_have_count(0)
    page.locator("#graph").press("l")
    page.set_viewport_size({"width": 600, "height": 900})
    for name in names:
        panel(page, name)


def test_no_two_mistakes_of_a_diagnosis_share_an_id(watched):
    page = watched()
    write(page, "a = 2\nb = 2\nc = a * b\nz = c * a + b * 2")
    expect(node(page, "z")).to_be_visible()
    panel(page, "diagnose")
    page.get_by_label("Your gradient of a", exact=True).fill("4")
    page.locator("#diagnose-run").click()
    expect(page.locator("#diagnose .answer")).to_be_visible()
    tell(page)
    unfold(page, "#diagnose")
    wait_until(lambda: page.locator("#diagnose [id^=diagnose-go]").count() > 1)


def test_no_two_elements_of_a_dialog_share_an_id(watched):
    page = watched()
    compared(page, "x = [1, 2, 3]\nt = [0, 1, 0]\nz = softmax_cross_entropy(x, t)")
    page.locator("#fused-extreme").click()
    expect(page.locator("#fused .outcome")).to_be_visible()
    page.keyboard.press("Escape")
    for key in "sb?":
        expect(page.locator("dialog[open]")).to_have_count(0)
        page.locator("#timeline .scrubber").press(key)
        expect(page.locator("dialog[open]")).to_be_visible()
        page.keyboard.press("Escape")


def test_no_two_elements_of_a_network_share_an_id(watched):
    page = opened(watched())
    for starter in page.locator("#net-starter option").evaluate_all(
        "options => options.map(({value}) => value).filter(Boolean)"
    ):
        page.locator("#net-starter").select_option(starter)
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")
    unfold(page, "#network")
    page.locator("#net-paste textarea").fill(
        json.dumps([{"type": "affine", "units": 2}, "relu", {"type": "affine", "units": 2}])
    )
    page.locator("#net-take").click()
    page.locator("#network-graph").click()
    expect(page.locator("#network-said")).to_be_empty()
    expect(node(page, "loss")).to_be_visible()  # before, the key would be for the graph that was there
    page.locator("h1").click()
    page.keyboard.press("v")
    page.locator("#neurons").wait_for()
