"""Program and graph are one: what is selected in one is lit in the other, numbers are dragged, changes are undone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.measured import attribute, box_of
from tests.browser.test_page import node, steps, write


def program(page: Page) -> str:
    return "\n".join(page.locator(".cm-line").all_inner_texts())


def to_end(page: Page) -> None:
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    expect(page.locator("#timeline .step-count")).to_have_text(f"{steps(page)} / {steps(page)}")


def place_of(page: Page, name: str) -> tuple[float, float]:
    """The middle of a node's number on the screen, once the drawing rests."""
    number = node(page, name).locator(".value")
    before, box = None, box_of(number)
    while before != (before := box):
        page.evaluate(
            "async () => { for (let frame = 0; frame < 20; frame += 1) await new Promise(requestAnimationFrame); }"
        )
        box = box_of(number)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, name: str, by: float, *, hold: bool = False) -> None:
    x, y = place_of(page, name)
    page.mouse.move(x, y)
    page.mouse.down()
    for share in range(1, 11):
        page.mouse.move(x + by * share / 10, y)
    if not hold:
        page.mouse.up()


def test_selecting_text_lights_its_nodes_and_the_cursor_lights_its_name(open_page):
    page = open_page()
    write(page, "x = 3\nt = x + 2\nz = t * x")
    expect(node(page, "z")).to_be_visible()
    page.keyboard.press("Control+Home")
    expect(page.locator("g.node.lit")).to_have_count(1)
    expect(node(page, "x")).to_have_class(re.compile("lit"))
    page.keyboard.press("Control+a")
    expect(page.locator("g.node.lit")).to_have_count(4)
    page.locator("h1").click()
    expect(page.locator("g.node.lit")).to_have_count(0)


def test_selecting_a_node_lights_its_text_and_scrolls_to_it_without_moving_the_cursor(open_page):
    page = open_page()
    write(page, "\n".join(f"x{i} = {i}" for i in range(60)) + "\nlast = x0 * x1")
    expect(node(page, "last")).to_be_attached()
    page.keyboard.press("Control+Home")
    expect(page.locator(".cm-line").first).to_be_in_viewport()
    node(page, "last").locator(".hit").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cm-lit").first).to_be_in_viewport()
    becomes(lambda: "".join(page.locator(".cm-lit").all_inner_texts()), "last = x0 * x1")
    expect(page.locator("g.node.lit")).to_have_count(0)
    expect(node(page, "last")).to_have_class(re.compile("selected"))


def test_dragging_a_number_rewrites_its_literal_alone_and_the_graph_follows_while_dragging(open_page):
    page = open_page()
    write(page, "# prices\napple = 100   # won\ncount = 2\nprice = apple * count")
    expect(node(page, "count")).to_be_visible()
    to_end(page)
    place_of(page, "price")
    place = node(page, "price").get_attribute("transform")
    drag(page, "apple", 50, hold=True)
    expect(node(page, "price").locator(".value")).to_have_text("220")
    expect(node(page, "count").locator(".gradient")).to_have_text(re.compile("110$"))
    becomes(lambda: program(page), "# prices\napple = 110   # won\ncount = 2\nprice = apple * count")
    assert node(page, "price").get_attribute("transform") == place
    page.mouse.up()
    expect(page.locator("#timeline .step-count")).to_have_text(f"{steps(page)} / {steps(page)}")
    expect(page.locator("#inspector")).not_to_contain_text("Input")  # the end of a drag chooses nothing


def test_a_drag_is_one_step_to_undo_and_to_redo(open_page):
    page = open_page()
    write(page, "x = 1.0\nz = x * 2")
    expect(node(page, "z")).to_be_visible()
    drag(page, "x", 100)
    expect(page.locator(".cm-line").first).to_have_text("x = 3.0")
    page.keyboard.press("Control+z")
    expect(page.locator(".cm-line").first).to_have_text("x = 1.0")
    expect(node(page, "x").locator(".value")).to_have_text("1")
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".cm-line").first).to_have_text("x = 3.0")
    expect(node(page, "x").locator(".value")).to_have_text("3")


def test_escape_takes_a_drag_back(open_page):
    page = open_page()
    write(page, "x = 1\nz = x * 2")
    expect(node(page, "z")).to_be_visible()
    drag(page, "x", 100, hold=True)
    expect(page.locator(".cm-line").first).to_have_text("x = 21")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".cm-line").first).to_have_text("x = 1")


def test_arrow_keys_move_the_number_of_the_node_that_has_the_focus(open_page):
    page = open_page()
    write(page, "x = 0.5\nz = x * 2")
    expect(node(page, "z")).to_be_visible()
    first = page.locator(".cm-line").first
    node(page, "x").locator(".hit").focus()
    for keys, text in [("ArrowUp", "0.6"), ("ArrowDown", "0.5"), ("Shift+ArrowUp", "1.5"), ("Alt+ArrowDown", "1.49")]:
        page.keyboard.press(keys)
        expect(first).to_have_text(f"x = {text}")
    expect(node(page, "x").locator(".value")).to_have_text("1.49")
    for text in ("1.5", "0.5", "0.6", "0.5"):
        page.keyboard.press("Control+z")
        expect(first).to_have_text(f"x = {text}")


def test_the_arrow_keys_move_the_selected_number_too(open_page):
    page = open_page()
    write(page, "x = 5\nz = x * 2")
    expect(node(page, "z")).to_be_visible()
    node(page, "x").click(position={"x": 8, "y": 8})
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".cm-line").first).to_have_text("x = 4")


def test_a_finger_drags_a_number_too(browser, client):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, locale="en-GB", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(str(client.base_url))
    page.locator("#editor .cm-content").wait_for()
    page.locator("#graph g.node.draggable").first.wait_for()
    x, y = place_of(page, "apple")
    touch = context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for share in range(1, 11):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + 5 * share, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".cm-line").first).to_have_text("apple = 110")
    expect(node(page, "apple").locator(".value")).to_have_text("110")
    context.close()


def test_an_example_that_was_left_comes_back_with_undo_as_that_example(open_page):
    page = open_page()
    page.locator("#example").select_option("square_of_sum")
    expect(node(page, "z")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(node(page, "total")).to_be_visible()
    expect(page.locator("#example")).to_have_value("apples")


def test_an_opening_parenthesis_shows_the_signature_and_its_summary_in_the_readers_language(open_page):
    page = open_page(locale="ko-KR")
    write(page, "x = [1, 2]\nz = ")
    page.keyboard.type("sum(x, ")
    signature = page.locator(".cm-signature")
    expect(signature.locator("code")).to_have_text("sum(x, axis=None, keepdims=False)")
    expect(signature.locator("b")).to_have_text("axis=None")
    expect(signature.locator("p")).to_have_text(re.compile("[가-힣]"))
    page.keyboard.press("Escape")
    expect(signature).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).not_to_be_focused()


def test_a_name_is_completed_with_its_summary(open_page):
    page = open_page()
    write(page, "x = 2\nz = ")
    page.keyboard.type("sigm")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("sigmoid")
    expect(page.locator(".cm-completionInfo")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)


def test_on_a_narrow_page_stepping_lights_the_text_without_scrolling_away_from_the_graph(open_page):
    page = open_page(width=360, height=500)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#timeline .step-count")).to_have_text(re.compile("^4 /"))
    expect(page.locator(".cm-lit").first).to_be_attached()
    assert page.evaluate("scrollY") == 0


def width(page: Page, name: str) -> float:
    return float(attribute(node(page, name).locator(".box"), "width"))


def test_when_a_dragged_number_rests_the_picture_makes_room_for_what_became_of_it(open_page):
    page = open_page()
    write(page, "w = 2\nb = 5\nq = w * 1000 + b\nr = q * q")
    expect(node(page, "r")).to_be_visible()
    page.locator("#timeline .scrubber").press("End")
    narrow = width(page, "q")
    box = box_of(node(page, "w").locator(".box"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 480, box["y"] + box["height"] / 2, steps=10)
    expect(node(page, "q").locator(".value")).to_have_text(re.compile("[0-9]{6}"))
    page.wait_for_timeout(300)  # as a hand that holds still before it lets go
    page.mouse.up()
    page.keyboard.up("Shift")
    wait_until(lambda: width(page, "q") > narrow)
    rested = width(page, "q")
    page.reload()
    expect(node(page, "r")).to_be_visible()
    assert width(page, "q") == rested


def test_steps_of_what_is_still_drawn_do_not_count_for_the_program_that_is_on_its_way(open_page):
    page = open_page()
    held = []
    page.route("**/api/expression", lambda route: held.append(route))
    page.locator("#example").select_option("two_paths")
    wait_until(lambda: page.wait_for_timeout(20) or held)
    page.locator("h1").click()
    for key in ("ArrowRight", "ArrowRight", "Space"):
        page.keyboard.press(key)
    held[-1].continue_()
    expect(page.locator("#timeline .step-count")).to_have_text(re.compile("^0 / (?!17)"))


# The next request of the page is never answered; those behind it are.
HOLD_ONE = """() => {
  const ask = window.fetch;
  window.fetch = (_, { signal }) => {
    window.fetch = ask;
    return new Promise((_, refuse) => signal.addEventListener("abort", () => refuse(signal.reason)));
  };
}"""


def test_all_values_are_asked_for_again_after_they_were_cancelled(open_page):
    page = open_page()
    write(page, "x = arange(5000) * 1.0\ny = x * 2\nz = sum(y)")
    expect(node(page, "z")).to_be_visible()
    to_end(page)
    node(page, "y").locator(".hit").click()
    button = page.locator("#inspector").get_by_role("button", name="Load all values").first
    page.evaluate(HOLD_ONE)
    button.click()
    expect(page.locator("#cancel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#stale-words")).to_contain_text("Cancelled")
    button.click()
    expect(button).to_have_count(0)
