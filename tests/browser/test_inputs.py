"""The inputs as a table: fields and grids that rewrite the program."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.test_page import node, write
from tests.browser.test_workbench import program


def table_of(page: Page, text: str, last: str):
    write(page, text)
    expect(node(page, last)).to_be_visible()
    page.locator("#inputs summary").click()
    return page.locator("#inputs input")


def paste(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).evaluate(
        """(field, text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_editing_a_field_rewrites_its_literal_and_the_graph_follows(open_page):
    page = open_page()
    fields = table_of(page, "# rates\nx = 1.10  # won\ny = -2\nprice = x * y", "price")
    expect(fields).to_have_count(2)
    page.get_by_label("x", exact=True).fill("5")
    page.keyboard.press("Tab")
    page.keyboard.type("7")  # Tab selects the field's text
    page.keyboard.press("Enter")
    expect(page.locator(".cm-content")).to_contain_text("y = 7")
    assert program(page) == "# rates\nx = 5  # won\ny = 7\nprice = x * y"
    expect(node(page, "y").locator(".value")).to_have_text("7")
    expect(page.get_by_label("y", exact=True)).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(page.get_by_label("y", exact=True)).to_have_value("-2")


def test_what_is_no_number_is_said_and_changes_nothing(open_page):
    page = open_page()
    table_of(page, "x = 1\nprice = x * 2", "price")
    page.get_by_label("x", exact=True).fill("two")
    page.keyboard.press("Enter")
    expect(page.locator("#inputs-said")).to_have_text('"two" is no number.')
    assert program(page) == "x = 1\nprice = x * 2"


def test_a_spreadsheet_is_pasted_over_an_array_or_into_a_part_of_it(open_page):
    page = open_page()
    fields = table_of(page, "W = [[1, 2],\n     [3, 4]]  # weights\nsize = sum(W)", "size")
    expect(fields).to_have_count(4)
    paste(page, "W[1, 0]", "7\t8\n")
    expect(page.get_by_label("W[1, 1]", exact=True)).to_have_value("8")
    assert program(page) == "W = [[1, 2],\n     [7, 8]]  # weights\nsize = sum(W)"
    paste(page, "W[1, 1]", "7\t8\n")
    expect(page.locator("#inputs-said")).to_contain_text("does not fit")
    paste(page, "W[0, 0]", "1\t2\t3\r\n4\t5\t6\r\n")
    expect(fields).to_have_count(6)
    assert program(page) == "W = [[1, 2, 3], [4, 5, 6]]  # weights\nsize = sum(W)"


def test_a_name_without_a_value_is_given_one(open_page):
    page = open_page()
    write(page, "# area\nz = width * 2")
    page.get_by_role("button", name="Give it a value: width = 1").click()
    expect(node(page, "width")).to_be_visible()
    assert program(page) == "# area\nwidth = 1\nz = width * 2"
    expect(page.locator("#problem")).to_be_hidden()
