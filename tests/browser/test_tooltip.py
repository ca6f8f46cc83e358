"""What a look in passing shows: the numbers of what is under the pointer, and none that are still to be computed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_page import go_to, node, steps


def test_hovering_a_node_shows_its_numbers_and_leaving_it_hides_them(open_page):
    page = open_page()
    tooltip = page.locator("#graph .tooltip")
    node(page, "apple").locator(".hit").hover()
    expect(tooltip).to_contain_text("Value100")
    expect(tooltip).not_to_contain_text("∂total")
    page.mouse.move(5, 5)
    expect(tooltip).to_be_hidden()
    go_to(page, steps(page))
    node(page, "apple").locator(".hit").hover()
    expect(tooltip).to_contain_text("∂total/∂apple2.2")


def test_what_is_not_computed_yet_is_not_told(open_page):
    page = open_page()
    node(page, "total").locator(".hit").hover()
    expect(page.locator("#graph g.node:hover")).to_have_count(1)
    expect(page.locator("#graph .tooltip")).to_be_hidden()
    # It is told as soon as it is known, with the pointer where it is.
    page.keyboard.press("End")
    expect(page.locator("#graph .tooltip")).to_contain_text("715")


def test_hovering_an_edge_shows_upstream_times_local(open_page):
    page = open_page()
    go_to(page, steps(page))
    page.locator("#graph g.edge .hit[aria-label^='Edge from apple to']").dispatch_event(
        "pointermove", {"clientX": 600, "clientY": 400, "bubbles": True}
    )
    expect(page.locator("#graph .tooltip")).to_contain_text("1.1 × 2 = 2.2")


def test_the_keyboard_sees_the_numbers_too_and_escape_takes_them_away(open_page):
    page = open_page(locale="ko-KR")
    page.keyboard.press("Tab")
    node(page, "사과").locator(".hit").focus()
    expect(page.locator("#graph .tooltip")).to_contain_text("100")
    page.keyboard.press("Escape")
    expect(page.locator("#graph .tooltip")).to_be_hidden()


def test_a_tap_selects_and_shows_no_tooltip(browser, client):
    context = browser.new_context(
        base_url=str(client.base_url),
        has_touch=True,
        viewport={"width": 412, "height": 915},
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/")
    node(page, "apple").locator(".hit").tap()
    expect(page.locator("#graph g.node.selected .name")).to_have_text("apple")
    expect(page.locator("#inspector h2")).to_have_text("apple")
    expect(page.locator("#graph .tooltip")).to_be_hidden()
    context.close()
