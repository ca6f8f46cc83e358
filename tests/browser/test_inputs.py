"""The inputs as a table: fields and grids that rewrite the program."""

from __future__ import annotations

import base64
import json
import re
import zlib

from playwright.sync_api import Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.test_page import linked, node, path_of, write
from tests.browser.test_workbench import drag, program


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
    becomes(lambda: program(page), "# rates\nx = 5  # won\ny = 7\nprice = x * y")
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
    becomes(lambda: program(page), "x = 1\nprice = x * 2")


def test_a_spreadsheet_is_pasted_over_an_array_or_into_a_part_of_it(open_page):
    page = open_page()
    fields = table_of(page, "W = [[1, 2],\n     [3, 4]]  # weights\nsize = sum(W)", "size")
    expect(fields).to_have_count(4)
    paste(page, "W[1, 0]", "7\t8\n")
    expect(page.get_by_label("W[1, 1]", exact=True)).to_have_value("8")
    becomes(lambda: program(page), "W = [[1, 2],\n     [7, 8]]  # weights\nsize = sum(W)")
    paste(page, "W[1, 1]", "7\t8\n")
    expect(page.locator("#inputs-said")).to_contain_text("does not fit")
    paste(page, "W[0, 0]", "1\t2\t3\r\n4\t5\t6\r\n")
    expect(fields).to_have_count(6)
    becomes(lambda: program(page), "W = [[1, 2, 3], [4, 5, 6]]  # weights\nsize = sum(W)")


def test_a_name_without_a_value_is_given_one(open_page):
    page = open_page()
    write(page, "# area\nz = width * 2")
    page.get_by_role("button", name="Give it a value: width = 1").click()
    expect(node(page, "width")).to_be_visible()
    becomes(lambda: program(page), "# area\nwidth = 1\nz = width * 2")
    expect(page.locator("#problem")).to_be_hidden()


def link_with(program: str, inputs: dict) -> str:
    """A link as the page makes them: the state by its short names, deflated, in URL-safe base64."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(json.dumps({"p": program, "i": inputs}).encode()) + packer.flush()
    return "/#1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_values_given_beside_the_program_are_rows_of_their_own_that_can_be_edited(open_page):
    page = open_page(link_with("z = x * sum(W)", {"x": 2, "W": [[1, 2], [3, 4]]}))
    page.locator("#inputs summary").click()
    expect(page.locator("#inputs-list")).to_contain_text("given beside the program")
    page.get_by_label("x", exact=True).fill("5")
    page.keyboard.press("Enter")
    expect(node(page, "x").locator(".value")).to_have_text("5")
    page.get_by_label("W[1, 0]", exact=True).fill("-1.5")
    page.keyboard.press("Enter")
    wait_until(lambda: linked(page).get("i") == {"x": 5, "W": [[1, 2], [-1.5, 4]]})
    becomes(lambda: program(page), "z = x * sum(W)")
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(node(page, "x").locator(".value")).to_have_text("2")
    expect(page.get_by_label("W[1, 0]", exact=True)).to_have_value("3")
    page.keyboard.press("Control+Shift+z")
    expect(node(page, "x").locator(".value")).to_have_text("5")


def test_a_value_given_beside_the_program_wins_over_the_one_in_it_and_is_what_the_table_edits(open_page):
    page = open_page(link_with("x = 2\nz = x * 3", {"x": 7}))
    expect(node(page, "x").locator(".value")).to_have_text("7")
    expect(node(page, "x")).not_to_have_class(re.compile("draggable"))
    page.locator("#inputs summary").click()
    expect(page.get_by_label("x", exact=True)).to_have_value("7")
    page.get_by_role("button", name="Put x into the program").click()
    expect(node(page, "x")).to_have_class(re.compile("draggable"))
    becomes(lambda: program(page), "x = 7\nz = x * 3")
    drag(page, "x", 10)
    expect(node(page, "x").locator(".value")).to_have_text("9")


def test_an_array_given_beside_the_program_is_put_into_it(open_page):
    page = open_page(link_with("# area\nz = sum(W)", {"W": [[1, 2], [3, 4.5]]}))
    page.locator("#inputs summary").click()
    page.get_by_role("button", name="Put W into the program").click()
    expect(page.get_by_label("W[1, 1]", exact=True)).to_be_visible()
    expect(page.locator("#inputs-list")).not_to_contain_text("given beside the program")
    becomes(lambda: program(page), "# area\nW = [[1, 2], [3, 4.5]]\nz = sum(W)")


def test_what_is_no_finite_number_is_kept_as_it_was_given(open_page):
    page = open_page(link_with("z = sum(W)", {"W": ["NaN", 1, "-Infinity"]}))
    page.locator("#inputs summary").click()
    expect(page.get_by_label("W[0]", exact=True)).to_have_value("NaN")
    expect(page.get_by_role("button", name="Put W into the program")).to_have_count(0)
    page.get_by_label("W[1]", exact=True).fill("2")
    page.keyboard.press("Enter")
    wait_until(lambda: linked(page).get("i") == {"W": ["NaN", 2, "-Infinity"]})


def test_a_name_without_a_value_has_a_row_that_takes_a_number_or_a_list(open_page):
    page = open_page()
    table_of(page, "x = 1\nprice = x * 2", "price")
    write(page, "z = width * sum(W)")
    field = page.locator("#inputs-wanting input")
    expect(field).to_have_attribute("aria-label", "width")
    expect(page.locator("#inputs-list")).to_be_hidden()  # rows of the program before
    field.fill("wide")
    page.keyboard.press("Enter")
    expect(page.locator("#inputs-said")).to_contain_text('"wide" is no number and no list')
    field.fill("2.5")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("aria-label", "W")
    field.fill("[[1, 2], [3, 4]]")
    page.keyboard.press("Enter")
    expect(node(page, "z")).to_be_visible()
    expect(field).to_have_count(0)
    becomes(lambda: sorted(program(page).split("\n")), ["W = [[1, 2], [3, 4]]", "width = 2.5", "z = width * sum(W)"])


def test_an_array_of_three_axes_and_one_too_large_for_a_grid_are_edited_as_text(open_page):
    page = open_page()
    table_of(page, f"A = [[[1, 2], [3, 4]]]  # stack\nv = {list(range(13))}\nsize = sum(A) + sum(v)", "size")
    field = page.get_by_label("A", exact=True)
    expect(field).to_have_value("[[[1, 2], [3, 4]]]")
    field.fill("[[[1, 2], [3, x]]]")
    page.keyboard.press("Tab")
    expect(page.locator("#inputs-said")).to_contain_text("is no number and no list")
    field.fill("[[[1, 2], [3, 0x10]]]")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-line").first).to_have_text("A = [[[1, 2], [3, 0x10]]]  # stack")
    page.get_by_label("v", exact=True).fill("1\t2\n3\t4")
    page.keyboard.press("Tab")
    expect(page.get_by_label("v[1, 1]", exact=True)).to_have_value("4")
    becomes(lambda: program(page).split("\n")[1:2], ["v = [[1, 2], [3, 4]]"])


def test_numbers_in_hexadecimal_and_with_an_exponent_are_dragged(open_page):
    page = open_page()
    write(page, "mask = 0x10\nrate = 1e-3\nz = mask * rate")
    expect(node(page, "z")).to_be_visible()
    drag(page, "mask", 10)
    expect(page.locator(".cm-line").first).to_have_text("mask = 0x12")
    expect(node(page, "mask").locator(".value")).to_have_text("18")
    drag(page, "rate", 20)
    expect(page.locator(".cm-line").nth(1)).to_have_text("rate = 5e-3")
    page.keyboard.press("Control+z")
    expect(page.locator(".cm-line").nth(1)).to_have_text("rate = 1e-3")


def test_undo_brings_back_the_inputs_of_the_work_that_was_left(open_page):
    page = open_page(link_with("z = x * 3", {"x": 7}))
    page.locator("#example").select_option("chain")
    expect(node(page, "z")).to_have_count(0)
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(node(page, "x").locator(".value")).to_have_text("7")
    wait_until(lambda: linked(page).get("i") == {"x": 7})
    again = open_page(path_of(page))
    expect(node(again, "x").locator(".value")).to_have_text("7")


def test_what_is_written_in_a_row_while_the_program_is_wrong_changes_that_input_alone_once_it_is_right(open_page):
    page = open_page()
    expect(table_of(page, "x = 1\ny = 2\nprice = x * y", "price")).to_have_count(2)
    expect(page.get_by_label("y", exact=True)).to_be_visible()  # the first example has a price too
    write(page, "a = 5\nx = 1\ny = 2\nprice = x * y +")
    expect(page.locator("#problem")).to_be_visible()
    page.get_by_label("y", exact=True).fill("7")
    page.keyboard.press("Enter")
    page.locator(".cm-content").press("Control+End")
    page.keyboard.type(" a")
    expect(node(page, "y").locator(".value")).to_have_text("7")
    becomes(lambda: program(page), "a = 5\nx = 1\ny = 7\nprice = x * y + a")


CELL = "import numpy as np\nn = 2\nx = 3.0\nfor i in range(n):\n    x = x * 2\nprint(x)\ny = x + 1"


def test_a_value_that_decides_the_graph_is_a_row_and_another_one_builds_it_anew(open_page):
    page = open_page()
    table_of(page, CELL, "y")
    expect(page.locator("#inputs-list tr").last).to_contain_text("decides the graph")
    expect(page.locator("#notes")).to_contain_text("The graph is built for n = 2")
    page.get_by_label("n", exact=True).fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#notes")).to_contain_text("The graph is built for n = 3")
    becomes(lambda: program(page), CELL.replace("n = 2", "n = 3"))
    becomes(lambda: page.evaluate("document.querySelector('#graph').plan.trace.gradients.x"), 8)
    write(page, CELL.replace("n = 2", "n = 1"))
    expect(page.get_by_label("n", exact=True)).to_have_value("1")
    becomes(lambda: page.evaluate("document.querySelector('#graph').plan.trace.gradients.x"), 2)


def test_a_known_value_given_beside_the_program_is_edited_there_and_put_into_it(open_page):
    page = open_page(link_with("x = 3.0\nfor i in range(n):\n    x = x * 2\ny = x + 1", {"n": 2}))
    page.locator("#inputs summary").click()
    page.get_by_label("n", exact=True).fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#notes")).to_contain_text("n = 3")
    page.get_by_role("button", name="Put n into the program").click()
    becomes(lambda: program(page), "n = 3\nx = 3.0\nfor i in range(n):\n    x = x * 2\ny = x + 1")
    expect(page.get_by_label("n", exact=True)).to_have_value("3")


def test_what_was_passed_over_known_and_drawn_is_said_quietly_and_only_where_there_is_something(open_page):
    page = open_page()
    expect(page.locator("#notes")).to_be_hidden()
    write(page, "import numpy as np\np = 2\nW = np.random.randn(2)\nfor i in range(p):\n    print(i)\ny = p * sum(W)")
    notes = page.locator("#notes li")
    expect(notes).to_have_count(3)
    expect(notes.nth(0)).to_have_text("Nothing to compute, passed over: import (line 1), print (line 5)")
    expect(notes.nth(1)).to_contain_text("depends on p too")
    expect(notes.nth(2)).to_contain_text("Drawn at random: W.")
    write(page, "y = sigmod(1)")
    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator("#notes")).to_be_hidden()
    write(page, "y = sigmoid(1)")
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#notes")).to_be_hidden()


def test_a_function_alone_is_called_at_a_click_with_values_that_can_then_be_edited(open_page):
    page = open_page()
    alone = "def layer(x, W, b):\n    return sum(x @ W + b)"
    write(page, alone)
    expect(page.locator("#problem pre")).to_contain_text("layer(x, W, b)")
    page.get_by_role("button", name="Add these lines").click()
    expect(page.locator("#problem")).to_be_hidden()
    lines = page.locator(".cm-line")
    becomes(
        lines.all_text_contents,
        [*alone.split("\n"), "", "x = [1, 2]", "W = [[1, 2], [3, 4]]", "b = 3", "layer(x, W, b)"],
    )
    page.locator("#inputs summary").click()
    page.get_by_label("b", exact=True).fill("5")
    page.keyboard.press("Enter")
    expect(node(page, "b").locator(".value")).to_have_text("5")
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    becomes(lambda: program(page), alone)
