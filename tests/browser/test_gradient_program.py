"""The backward pass as a program: read, copied, opened, run and differentiated again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.test_page import node, write
from tests.browser.test_workbench import program

SQUARE = "x = 3\nz = x ** 2"


def opened(page: Page) -> Page:
    page.locator("#open-gradient-program").click()
    expect(page.locator("#gradient-program .cm-content")).to_be_visible()
    return page


def shown(page: Page) -> str:
    return "\n".join(page.locator("#gradient-program .cm-line").all_inner_texts())


def square(page: Page) -> Page:
    write(page, SQUARE)
    expect(node(page, "z")).to_be_visible()
    return page


def test_the_backward_pass_is_shown_as_a_program_with_the_names_of_the_gradients(open_page):
    page = opened(square(open_page()))
    assert shown(page).startswith("x = 3\nz = x ** 2\ndz = 1\n")
    expect(page.locator("#gradient-program-names")).to_have_text("Names of the gradients: x → dx")
    expect(page.locator("#gradient-program .syntax-number").first).to_be_visible()


def test_it_can_be_read_with_the_keyboard_and_not_changed(open_page):
    page = open_page()
    page.locator("h1").click()
    page.keyboard.press("b")
    text = page.locator("#gradient-program .cm-content")
    expect(text).to_be_visible()
    before = shown(page)
    text.focus()
    page.keyboard.type("q = 1")
    page.keyboard.press("Delete")
    assert shown(page) == before
    page.keyboard.press("Escape")
    expect(page.locator("#gradient-program")).to_be_hidden()


def test_it_opens_as_the_program_and_is_differentiated_again(open_page):
    page = opened(square(open_page()))
    page.locator("#gradient-program-take").click()
    expect(page.locator("#gradient-program")).to_be_hidden()
    expect(node(page, "dx")).to_be_visible()
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    expect(node(page, "dx").locator(".value")).to_have_text("6")
    # d(2x)/dx = 2, at every x
    expect(node(page, "x").locator(".gradient")).to_have_text("2")


def test_undo_brings_the_program_back_that_was_there_before(open_page):
    page = opened(square(open_page()))
    page.locator("#gradient-program-take").click()
    expect(node(page, "dx")).to_be_visible()
    page.locator("#editor .cm-content").press("Control+z")
    wait_until(lambda: program(page) == SQUARE)
    expect(node(page, "dx")).to_have_count(0)


def test_copying_gives_the_whole_text(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(square(page))
    page.locator("#gradient-program-copy").click()
    expect(page.locator("#gradient-program-said")).to_have_text("Copied.")
    becomes(lambda: page.evaluate("navigator.clipboard.readText()").rstrip(), shown(page))


@pytest.mark.parametrize(("locale", "said"), [("en-GB", '"q" has no value'), ("ko-KR", "q")])
def test_a_program_with_a_fault_says_so_in_place_of_the_text(open_page, locale, said):
    page = open_page(locale=locale)
    write(page, "z = q + 1")
    expect(page.locator("#problem")).to_be_visible()
    page.locator("#open-gradient-program").click()
    expect(page.locator("#gradient-program-said")).to_contain_text(said)
    expect(page.locator("#gradient-program-take")).to_be_disabled()
    expect(page.locator("#gradient-program-copy")).to_be_disabled()


def test_without_a_server_it_says_that_and_can_be_tried_again(open_page, cut_off):
    page = square(open_page())
    page.route("**/api/gradient-program", cut_off)
    page.locator("#open-gradient-program").click()
    expect(page.locator("#gradient-program-said")).to_contain_text("cannot be reached")
    page.keyboard.press("Escape")
    page.unroute("**/api/gradient-program")
    opened(page)


def test_nothing_of_it_is_loaded_before_it_is_asked_for(open_page):
    page = open_page(cold=True)
    loaded = "performance.getEntriesByType('resource').some(({name}) => name.includes('/program_reader-'))"
    assert not page.evaluate(loaded)
    opened(page)
    wait_until(lambda: page.evaluate(loaded))
