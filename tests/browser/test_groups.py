"""Functions opened and closed in place."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.test_page import go_to, linked, node, path_of, steps, write

PROGRAM = "x = 0.5\ns = sigmoid(x)\ny = square(s) + x"


def opened(page: Page, program: str = PROGRAM) -> Page:
    write(page, program)
    expect(node(page, "y")).to_be_visible()
    return page


def opener(page: Page, label: str):
    return page.get_by_role("button", name=label, exact=True).and_(page.locator(".switch"))


def test_a_function_opens_at_its_plus_and_closes_at_its_frame(open_page):
    page = opened(open_page())
    nodes = page.locator("#graph g.node")
    expect(nodes).to_have_count(4)
    opener(page, "Open sigmoid").click()
    expect(page.locator("#graph g.group text")).to_have_text(["sigmoid"])
    expect(nodes).to_have_count(9)
    expect(opener(page, "Open square")).to_be_visible()
    opener(page, "Open square").click()
    expect(page.locator("#graph g.group")).to_have_count(2)
    opener(page, "Close sigmoid").click()
    expect(page.locator("#graph g.group text")).to_have_text(["square"])
    opener(page, "Close square").click()
    expect(page.locator("#graph g.group")).to_have_count(0)
    expect(nodes).to_have_count(4)


def test_opening_changes_no_value_and_no_gradient(open_page):
    page = opened(open_page())
    page.keyboard.press("Escape")

    def read() -> dict[str, list[str]]:
        go_to(page, steps(page))
        return {name: node(page, name).locator(".value, .gradient").all_inner_texts() for name in ("x", "s", "y")}

    closed = read()
    opener(page, "Open sigmoid").click()
    expect(page.locator("#graph g.group")).to_have_count(1)
    assert read() == closed
    opener(page, "Open square").click()
    expect(page.locator("#graph g.group")).to_have_count(2)
    assert read() == closed


def test_the_key_o_opens_and_closes_and_the_focus_stays_at_hand(open_page):
    page = opened(open_page())
    node(page, "s").locator(".hit").focus()
    page.keyboard.press("o")
    expect(opener(page, "Close sigmoid")).to_be_focused()
    page.keyboard.press("Enter")
    expect(opener(page, "Open sigmoid")).to_be_focused()
    page.keyboard.press("Space")
    expect(opener(page, "Close sigmoid")).to_be_focused()
    node(page, "s").locator(".hit").focus()
    page.keyboard.press("o")
    expect(page.locator("#graph g.group")).to_have_count(0)


def test_the_inspector_opens_a_function_and_explains_its_contribution(open_page):
    page = opened(open_page(), "def twice(a):\n    return a * a\n\nx = 0.5\ns = sigmoid(x)\ny = twice(s) + x")
    inspector = page.locator("#inspector")
    node(page, "s").locator(".hit").click()
    expect(page.locator("#side .read-why a")).to_have_attribute("href", "/learn/en/activations#one")
    inspector.get_by_role("button", name="Open sigmoid").click()
    inspector.get_by_role("button", name="Close sigmoid").click()
    expect(inspector.get_by_role("button", name="Open sigmoid")).to_be_visible()
    opener(page, "Open sigmoid").click()
    expect(page.locator("#graph g.group")).to_have_count(1)
    # s goes into the collapsed function, which uses it twice.
    page.locator("#graph g.edge .hit[aria-label^='Edge from s to']").first.focus()
    page.keyboard.press("Enter")
    expect(inspector).to_contain_text("Arrives in the backward pass.")
    inspector.get_by_role("button", name="Go to that moment").click()
    expect(inspector).to_contain_text("used 2 times")
    expect(inspector.locator(".contributions b")).to_have_text(["≈0.6225", "≈0.6225"])
    expect(inspector.locator(".contributions span").first).to_contain_text("×")
    expect(inspector.locator(".sum .figure")).to_have_text("≈1.245")


def test_a_reader_at_the_end_stays_at_the_end_and_one_in_between_stays_at_the_function(open_page):
    page = opened(open_page())
    go_to(page, steps(page))
    opener(page, "Open sigmoid").click()
    expect(page.locator("#graph g.group")).to_have_count(1)
    expect(page.locator("#timeline .step-count")).to_have_text(re.compile(r"^(\d+) / \1$"))
    # A reader in between: at the moment at which the function gives its value.
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("Home")
    node(page, "s").locator(".hit").click()
    page.locator("#inspector").get_by_role("button", name="Go to that moment").first.click()
    expect(node(page, "s").locator(".value")).not_to_be_empty()
    before = page.locator("#timeline .step-count").inner_text()
    opener(page, "Close sigmoid").click()
    expect(page.locator("#graph g.group")).to_have_count(0)
    expect(node(page, "s").locator(".value")).not_to_be_empty()
    expect(node(page, "y").locator(".value")).to_be_empty()
    assert page.locator("#timeline .step-count").inner_text() != before


def test_what_is_open_is_in_the_link(open_page):
    page = opened(open_page())
    opener(page, "Open square").click()
    expect(page.locator("#graph g.group text")).to_have_text(["square"])
    wait_until(lambda: linked(page).get("o"))
    again = open_page(path_of(page), loads=True)
    expect(again.locator("#graph g.group text")).to_have_text(["square"])
    expect(opener(again, "Open sigmoid")).to_be_visible()
    again.locator("#example").select_option("apples")
    expect(node(again, "tax")).to_be_visible()
    expect(again.locator("#graph g.group")).to_have_count(0)


def test_a_function_opens_in_korean_too(open_page):
    page = open_page(locale="ko-KR")
    write(page, "입력 = [1, 2, 3]\n확률 = softmax(입력)\n합 = sum(확률 ** 2)")
    opener(page, "softmax 펼치기").click()
    expect(page.locator("#graph g.group text")).to_have_text(["softmax"])
    expect(opener(page, "softmax 접기")).to_be_visible()
