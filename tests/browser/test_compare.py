"""Two programs side by side, with one timeline."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_features import palette
from tests.browser.test_page import write


def test_another_program_plays_beside_the_first_and_what_differs_is_marked_and_listed(open_page):
    page = open_page()
    write(page, "x = 3\nw = 2\ny = tanh(x * w)")
    expect(page.locator("#timeline .step-count")).to_have_text("0 / 7")
    expect(palette(page, "side by side").first).to_contain_text("side by side")
    page.keyboard.press("Enter")
    dialog = page.locator("#compare")
    count = dialog.locator("> .play-bar .step-count")
    said = dialog.locator("#compare-said")
    expect(said).to_have_text("Nothing differs: 3 names in both, with the same values and gradients.")
    dialog.locator("textarea").fill("x = 3\nw = 0.5\nt = w * x\ny = exp(t * 0.5)")
    expect(said).to_contain_text("3 names in both. What differs is marked with ≠: 2 values and 2 gradients.")
    one, other = dialog.locator("gradlens-graph").all()
    dialog.locator("> .play-bar .end").click()
    last = dialog.locator(".scrubber").last.get_attribute("max")
    expect(count).to_have_text(f"{last} / {last}")
    for figure in (one, other):
        assert figure.evaluate("figure => figure.cursor === figure.plan.steps.length")
        expect(figure.locator("g.node.lit")).to_have_count(3)
    rows = dialog.locator("table tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.locator("td b")).to_have_count(8)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text(f"1 / {last}")
    dialog.locator("textarea").fill("y = sigmod(2)")
    fault = dialog.locator("textarea + .fault")
    expect(fault).to_contain_text('Did you mean "sigmoid"?')
    expect(said).to_have_text("")
    dialog.locator("textarea").fill("y = sigmoid(2)")
    expect(fault).to_have_text("")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
