"""Arrays in the inspector: each cell with its index and every digit, figures, copies, arrays too large to be sent."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from tests.browser.test_page import node, steps, write


def show(page: Page, text: str, name: str):
    """Choose a node at the end of the passes, and return the inspector."""
    write(page, text)
    expect(node(page, name)).to_be_visible()
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    expect(page.locator("#timeline .step-count")).to_have_text(f"{steps(page)} / {steps(page)}")
    node(page, name).locator(".hit").focus()
    page.keyboard.press("Enter")
    inspector = page.locator("#inspector")
    expect(inspector.locator("h2")).to_have_text(name)
    return inspector


def test_a_cell_tells_its_index_and_every_digit_to_pointer_and_keyboard(open_page):
    page = open_page()
    inspector = show(page, "W = [[1, 2.123456789], [3, 4]]\nsize = sum(W * W)", "W")
    cells = inspector.locator(".cells td")
    cells.nth(1).hover()
    expect(inspector.locator(".cell").first).to_have_text("[0, 1] = 2.123456789")
    inspector.locator(".scroll").first.focus()
    step = page.locator("#timeline .step-count").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(inspector.locator(".cell").first).to_have_text("[1, 0] = 3")
    expect(page.locator("#timeline .step-count")).to_have_text(step)


def test_a_large_array_is_a_heat_map_with_its_figures(open_page):
    page = open_page()
    items = [[(i * 20 + j) / 7 for j in range(20)] for i in range(15)]
    inspector = show(page, f"W = {json.dumps(items)}\nsize = sum(W * W)", "W")
    image = inspector.locator(".heat-map").first
    expect(image).to_be_visible()
    width, height = image.evaluate(
        "(image) => [image.getBoundingClientRect().width, image.getBoundingClientRect().height]"
    )
    image.hover(position={"x": width * 3.5 / 20, "y": height * 2.5 / 15})
    expect(inspector.locator(".cell").first).to_have_text(f"[2, 3] = {43 / 7!r}")
    expect(inspector.locator(".figures").first).to_contain_text("Norm")


def test_an_array_is_copied_as_numpy_json_and_tsv_with_every_digit(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    inspector = show(page, "W = [[1, 0.123456789], [3, 4]]\nsize = sum(W)", "W")
    for name, text in [
        ("NumPy", "np.array([[1.0, 0.123456789], [3.0, 4.0]])"),
        ("JSON", "[[1,0.123456789],[3,4]]"),
        ("TSV", "1\t0.123456789\n3\t4"),
    ]:
        inspector.locator(".copies").first.get_by_text(name, exact=True).click()
        expect(inspector.locator(".copies [role=status]").first).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()").replace("\r", "") == text


def test_an_array_too_large_to_be_sent_shows_its_figures_and_is_loaded_when_asked_for(open_page):
    page = open_page()
    inspector = show(page, f"a = {list(range(70))}\nb = reshape(a, (70, 1)) * a\nsize = sum(b)", "b")
    expect(inspector.locator(".figures").first).to_contain_text("4761")
    inspector.get_by_role("button", name="Load all values").first.click()
    expect(inspector.locator(".heat-map").first).to_be_visible()
    expect(inspector.get_by_role("button", name="Load all values")).to_have_count(0)
