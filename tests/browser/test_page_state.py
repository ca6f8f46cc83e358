"""What a reader would call the page's state: a link holds it, and undo brings it back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_network import opened


def test_the_networks_settings_are_undone_and_done_again_and_outlive_a_reload(open_page):
    page = opened(open_page())
    seed, add = page.locator("#net-init_seed"), page.locator("#net-add")
    layers = page.locator("#network .layers > li").count()
    add.click()
    seed.fill("")
    seed.press_sequentially("123")
    seed.press("Control+z")
    expect(seed).to_have_value("0")
    page.keyboard.press("Control+z")
    expect(page.locator("#network .layers > li")).to_have_count(layers)
    page.keyboard.press("Control+z")
    expect(page.locator("#network .layers > li")).to_have_count(layers)
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#network .layers > li")).to_have_count(layers + 1)
    page.reload()
    page.locator("#editor .cm-content").wait_for()
    opened(page)
    expect(page.locator("#network .layers > li")).to_have_count(layers + 1)


def test_the_open_panel_and_what_was_written_in_it_outlive_a_reload(open_page):
    page = open_page()
    page.keyboard.press("g")
    page.locator("#diagnose .claims input").first.fill("0.25")
    page.reload()
    expect(page.locator("#diagnose .claims input").first).to_have_value("0.25")
    expect(page.locator("#tabs [data-panel=diagnose]")).to_have_attribute("aria-selected", "true")
