"""What a reader would call the page's state: a link holds it, and undo brings it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.app.serving import wait_until
from tests.browser.test_network import opened
from tests.browser.test_page import choose, linked, node, write


@pytest.mark.fresh_page  # the history is one: before the form's steps there are to be none
def test_the_networks_settings_are_undone_and_done_again_and_outlive_a_reload(open_page):
    page = open_page()
    page.locator("body[data-loaded] #editor .cm-content").wait_for()  # it keeps what can be undone
    opened(page)
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
    expect(page.locator("#network .layers > li")).to_have_count(layers + 1)


def test_the_open_panel_and_what_was_written_in_it_outlive_a_reload(open_page):
    page = open_page()
    page.keyboard.press("g")
    page.locator("#diagnose .claims input").first.fill("0.25")
    page.reload()
    expect(page.locator("#diagnose .claims input").first).to_have_value("0.25")
    expect(page.locator("#tabs [data-panel=diagnose]")).to_have_attribute("aria-selected", "true")


def test_a_derivation_by_name_its_lines_and_the_local_view_come_back_with_a_reload_and_a_link(open_page):
    page = open_page()
    write(page, "x = 2\ny = x * 3")
    expect(node(page, "y")).to_be_visible()
    page.locator("#tabs [data-panel=derive]").click()
    page.locator("#derive-sigmoid").click()
    lines, card = page.locator("#derive .lines > li"), page.locator("#local")
    page.locator("#derive-next").click()
    expect(lines).to_have_count(2)
    page.locator("h1").click()
    page.keyboard.press("l")
    expect(card).to_be_visible()
    page.reload()
    expect(lines).to_have_count(2)
    expect(card).to_be_visible()
    wait_until(lambda: "derive" in linked(page).get("w", {}) and "k" in linked(page))
    link = page.evaluate("location.hash")
    page.locator("#derive-back").click()
    page.locator("#local-view").click()
    expect(lines).to_have_count(0)
    expect(card).to_be_hidden()
    wait_until(lambda: page.evaluate("location.hash") != link)
    page.evaluate("(link) => { location.hash = link; }", link)
    expect(lines).to_have_count(2)
    expect(card).to_be_visible()


def test_a_path_that_is_lit_and_the_element_that_is_derived_outlive_a_reload(open_page):
    page = open_page()
    write(page, "x = 3\nw = [1, 2]\ny = x * x + x\nz = y + sum(sigmoid(w))")
    expect(node(page, "z")).to_be_visible()
    page.locator("#graph g.node .hit[aria-label*=sigmoid]").first.dispatch_event("click")
    page.locator("#tabs [data-panel=derive]").click()
    page.locator("#derive-of").select_option("one")
    page.locator("#derive-index-0").fill("1")
    page.locator("#derive-index-0").press("Enter")
    page.locator("#paths-of").select_option("x")
    page.locator("#path-1").click()
    expect(page.locator("#graph g.edge.on-path").first).to_be_attached()
    page.reload()
    expect(page.locator("#derive-index-0")).to_have_value("1")
    expect(page.locator("#path-1")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#graph g.edge.on-path").first).to_be_attached()


def test_the_sample_that_neurons_show_and_the_pace_of_training_outlive_a_reload(open_page, client):
    page = open_page()
    choose(page, client, "two_layer_net")
    page.locator("#neurons-view").click()
    page.locator("#neurons-sample").select_option("1")
    opened(page)
    page.locator("#train-pace").select_option("20")
    page.reload()
    expect(page.locator("#neurons-sample")).to_have_value("1")
    expect(page.locator("#train-pace")).to_have_value("20")


def test_a_program_saved_at_the_networks_place_brings_its_form_back_and_the_columns_it_stands_in(open_page):
    page = open_page()
    opened(page)
    page.locator("#net-init_seed").fill("9")
    page.locator("#network-graph").click()
    expect(node(page, "W1")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("s")
    page.locator("#keep-name").fill("seed nine")
    page.keyboard.press("Enter")
    page.locator("#close-programs").click()
    page.locator("#net-init_seed").fill("1")
    page.locator("#example").select_option("chain")
    expect(page.locator("#network")).to_be_hidden()
    for key in ("q", "e"):  # both columns fold away
        page.locator("h1").click()
        page.keyboard.press(key)
    expect(page.locator("#side")).to_be_hidden()
    page.keyboard.press("n")
    expect(page.locator("#training")).to_be_visible()
    expect(page.locator("#net-init_seed")).to_have_value("1")
    page.locator("#network-close").click()
    page.locator("h1").click()
    page.keyboard.press("s")
    page.locator("#kept").get_by_role("button", name="seed nine", exact=True).click()
    expect(page.locator("#net-init_seed")).to_have_value("9")
    expect(node(page, "W1")).to_be_visible()
