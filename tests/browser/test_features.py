"""The command palette, the sheet of keys and where keys count: all made from one table."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.test_page import node, write


def palette(page: Page, typed: str):
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.insert_text(typed)
    return page.locator("#palette-list [role=option]")


def test_an_example_a_command_an_op_and_a_saved_program_are_found_by_a_few_letters(open_page):
    page = open_page()
    expect(palette(page, "chain ru").locator("span").first).to_have_text("Chain rule")
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#example")).to_have_value("chain")
    expect(page.locator("#timeline .step-count")).not_to_be_empty()
    palette(page, "to the end")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline .end")).to_have_attribute("aria-disabled", "true")
    palette(page, "softplus").first.click()
    expect(page.locator("#derive-op")).to_have_value("softplus")
    page.keyboard.press("Control+s")
    page.locator("#keep-name").fill("my own")
    page.keyboard.press("Enter")
    page.locator("#close-programs").click()
    write(page, "x = 3\nother = x * 2")
    expect(node(page, "other")).to_be_visible()
    palette(page, "my own")
    page.keyboard.press("Enter")
    expect(page.locator("#example")).to_have_value("chain")


def test_the_palette_is_walked_through_with_the_keys_and_says_what_it_does_not_find(open_page):
    page = open_page(locale="ko-KR")
    options = palette(page, "")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#palette-field")).to_have_attribute("aria-activedescendant", "palette-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.insert_text("쀍")
    expect(options).to_have_count(0)
    expect(page.locator("#palette-said")).to_have_text("이런 이름이 없습니다. 글자를 줄여 보세요.")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_palette_opens_from_the_editor_and_not_above_a_dialog(open_page):
    page = open_page()
    page.locator(".cm-content").click()
    palette(page, "")
    page.keyboard.press("Escape")
    page.locator("#open-help").click()
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


def test_keys_of_one_character_can_be_turned_off_or_kept_to_the_figure_and_that_is_remembered(open_page):
    page = open_page()
    page.locator("#open-help").click()
    page.locator("#help-letters").select_option("off")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("n")
    page.keyboard.press(".")
    expect(page.locator("#network")).to_be_hidden()
    expect(page.locator("#timeline .step-count")).to_have_text("0 / 17")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#timeline .step-count")).to_have_text("1 / 17")
    page.reload()
    node(page, "total").wait_for()
    page.locator("#editor .cm-content").wait_for()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_hidden()
    page.locator("#open-help").click()
    expect(page.locator("#help-letters")).to_have_value("off")
    page.locator("#help-letters").select_option("figure")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("l")
    expect(page.locator("#local")).to_be_hidden()
    node(page, "total").locator(".hit").focus()
    page.keyboard.press("l")
    expect(page.locator("#local")).to_be_visible()


def test_a_letter_typed_while_a_button_has_the_focus_opens_nothing(open_page):
    page = open_page()
    page.locator("#open-programs").focus()
    for key in ["n", "s", "b", "c", "v", "ㅜ"]:
        page.keyboard.press(key) if key.isascii() else page.keyboard.insert_text(key)
        expect(page.locator("dialog[open]"), key).to_have_count(0)
        expect(page.locator("#inspector"), key).to_be_visible()


def test_undo_brings_back_open_functions_with_the_step_and_the_selection(open_page):
    page = open_page()
    write(page, "x = 3\ny = sigmoid(x)\nz = y * 2")
    expect(node(page, "z")).to_be_visible()
    node(page, "z").locator(".hit").click()
    expect(page.locator("#graph g.node.selected .name")).to_have_text("z")
    step = page.locator("#timeline .step-count").inner_text()
    page.locator("#graph .switch").first.click()
    expect(page.locator("#graph g.group text").first).to_have_text("sigmoid")
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(page.locator("#graph g.group")).to_have_count(0)
    expect(page.locator("#timeline .step-count")).to_have_text(step)
    expect(page.locator("#graph g.node.selected .name")).to_have_text("z")
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#graph g.group text").first).to_have_text("sigmoid")
    # Where the figure is looked at is no change of the work.
    page.locator("#graph .zoom-in").click()
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(page.locator("#graph g.group")).to_have_count(0)


def test_after_a_click_in_a_panel_that_is_drawn_anew_the_keys_go_on_working(open_page):
    page = open_page()
    page.locator("#tabs [data-panel=derive]").click()
    page.locator("#derive-sigmoid").click()
    page.locator("#derive-next").click()
    expect(page.locator("#derive .lines > li")).to_have_count(2)
    expect(page.locator("#derive-next")).to_be_focused()
    page.keyboard.press("l")
    expect(page.locator("#local")).to_be_visible()
