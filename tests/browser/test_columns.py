"""The columns beside the figure: dragged, walked by keys, folded, and kept."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.app.serving import becomes
from tests.browser.test_page import linked

WIDTHS = "() => getComputedStyle(document.querySelector('main')).gridTemplateColumns.split(' ').map(parseFloat)"


def test_columns_are_dragged_and_walked_and_folded_and_survive_a_reload(open_page):
    page = open_page()
    program, _, panels = page.evaluate(WIDTHS)
    handle = page.locator("#program-divider")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 6, 400)
    page.mouse.down()
    page.mouse.move(box["x"] - 54, 400)
    page.mouse.up()
    assert abs(page.evaluate(WIDTHS)[0] - (program - 60)) < 2

    other = page.get_by_role("separator", name="Width of the panels' column")
    other.press("ArrowLeft")
    assert abs(page.evaluate(WIDTHS)[2] - (panels + 16)) < 2
    assert page.locator("#timeline .step-count").inner_text() == "0 / 17"  # no step was taken

    other.press("Enter")
    rail = page.get_by_role("button", name="Panels")
    expect(rail).to_be_focused()
    expect(page.locator("#side")).to_be_hidden()
    becomes(lambda: linked(page).get("y"), ["panels"])
    page.reload()
    page.locator("body[data-loaded]").wait_for()
    expect(page.locator("#side")).to_be_hidden()
    assert abs(page.evaluate(WIDTHS)[0] - (program - 60)) < 2

    page.keyboard.press("c")  # what is asked for is seen
    expect(page.get_by_role("tab", name="Check")).to_be_focused()
    assert page.evaluate(WIDTHS)[2] > panels
