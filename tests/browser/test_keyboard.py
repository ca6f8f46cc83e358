"""The whole page without a mouse: every control is reached, seen when it has the focus, and left again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.test_page import linked, node
from tests.browser.test_workbench import program

# What has the focus, by id or else by name, and whether one sees that it has it.
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return {name: "", seen: true};
  const mark = at.closest("g.node, g.edge, g.switch");
  const style = (part) => getComputedStyle(mark.querySelector(part));
  const seen = mark
    ? mark.matches(".edge")
      ? style(".hit").stroke !== "rgba(0, 0, 0, 0)"
      : mark.matches(".node") ? style(".hit").outlineStyle !== "none" : parseFloat(style(".face").strokeWidth) >= 2
    : getComputedStyle(at.closest(".cm-editor") ?? at).outlineStyle !== "none";
  const {left, right, top, bottom} = at.getBoundingClientRect();
  const inside = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const part = !mark && at.closest("gradlens-graph, .play-bar") && at.getAttribute("class")?.split(" ").at(-1);
  const named = at.id || part || `${at.closest("[id]")?.id ?? at.className} ${at.tagName.toLowerCase()}`;
  const name = mark ? "graph" : at.closest(".cm-editor") ? "editor" : named;
  return {name, seen: seen && inside};
}"""


def focused(page: Page) -> str:
    """The accessible name of what has the focus."""
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
    )


def press_until(page: Page, key: str, there: Callable[[], bool]) -> None:
    for _ in range(80):
        page.keyboard.press(key)
        if there():
            return
    raise AssertionError(f"{key} never came there")


def tab_until(page: Page, name: str, key: str = "Tab") -> None:
    """Go to what FOCUSED calls `name`, as a reader without a mouse does."""
    press_until(page, key, lambda: page.evaluate(FOCUSED)["name"] == name)


def type_program(page: Page, text: str) -> None:
    tab_until(page, "editor")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


@pytest.mark.parametrize("width, dark", [(1440, False), (360, True)])
def test_tab_comes_to_every_part_of_the_page_once_and_is_always_seen(open_page, width, dark):
    page = open_page(width=width, dark=dark)
    seen = []
    page.keyboard.press("Tab")
    while (at := page.evaluate(FOCUSED))["name"]:
        if not at["seen"]:  # the editor draws its frame a moment later
            wait_until(lambda: page.evaluate(FOCUSED)["seen"])
        seen.append(at["name"])
        assert len(seen) < 80, "there is no way out"
        page.keyboard.press("Tab")
    for name in [
        "example",
        "language",
        "theme",
        "open-help",
        "open-programs",
        "editor",
        "graph",
        "zoom-out",
        "zoom-in",
        "fit",
        "play",
        "scrubber",
        "speed-choice",
    ]:
        assert seen.count(name) == 1, name
    assert {"inputs summary", "table summary"} <= set(seen)
    wanted = ["open-help", "open-programs", "editor", "graph", "fit", "scrubber"]
    assert [name for name in seen if name in wanted] == wanted


def test_tab_back_comes_through_the_same_places(open_page):
    page = open_page()
    tab_until(page, "scrubber")
    tab_until(page, "graph", "Shift+Tab")
    tab_until(page, "editor", "Shift+Tab")
    tab_until(page, "example", "Shift+Tab")


def test_the_arrows_walk_through_the_graph_in_the_order_of_its_story(open_page):
    page = open_page()
    type_program(page, "x = 3\nt = x * 2\nz = t + x")
    expect(node(page, "z")).to_be_visible()
    page.locator("#graph .fit").wait_for()
    tab_until(page, "graph")
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    told = []
    for _ in range(8):
        told.append(re.sub(r", (operation|contribution|value).*", "", focused(page)))
        wait_until(lambda: page.evaluate(FOCUSED)["seen"])
        page.keyboard.press("ArrowRight")
    assert told == ["x", "2", "Edge from x to t", "Edge from 2 to t", "t", "Edge from t to z", "Edge from x to z", "z"]
    wait_until(lambda: focused(page).startswith("z"))  # there is nothing beyond it
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("x → z")
    page.keyboard.press("Tab")
    becomes(lambda: page.evaluate(FOCUSED)["name"], "local-view")
    page.keyboard.press("Shift+Tab")
    wait_until(lambda: focused(page).startswith("Edge from x to z"))


def test_in_the_graph_the_full_stop_steps_and_after_a_click_the_arrows_do(open_page):
    page = open_page()
    tab_until(page, "graph")
    count = page.locator("#timeline .step-count")
    page.keyboard.press(".")
    page.keyboard.press(".")
    expect(count).to_have_text(re.compile("^2 /"))
    page.keyboard.press(",")
    expect(count).to_have_text(re.compile("^1 /"))
    becomes(lambda: page.evaluate(FOCUSED)["name"], "graph")
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text(re.compile("^1 /"))
    node(page, "total").locator(".hit").click(position={"x": 5, "y": 5})
    before = int(count.inner_text().split(" ")[0])
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text(re.compile(f"^{before + 1} /"))


def test_a_node_that_is_out_of_view_comes_into_it_when_the_keyboard_comes_to_it(open_page):
    page = open_page(width=1024, height=700)
    type_program(page, "x = 1\nv0 = x + 1\n" + "\n".join(f"v{i} = sin(v{i - 1})" for i in range(1, 40)))
    expect(node(page, "v39")).to_be_attached()
    tab_until(page, "graph")
    for _ in range(100):
        page.keyboard.press("ArrowRight")
    wait_until(lambda: focused(page).startswith("v39"))
    expect(node(page, "v39")).to_be_in_viewport(ratio=0.9)


def test_a_leafs_number_is_moved_and_the_keyboard_stays_at_the_leaf(open_page):
    page = open_page()
    type_program(page, "x = 0.5\nz = x * 2")
    expect(node(page, "z")).to_be_visible()
    tab_until(page, "graph")
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    for keys, text in [("ArrowUp", "0.6"), ("Shift+ArrowUp", "1.6"), ("Alt+ArrowDown", "1.59")]:
        page.keyboard.press(keys)
        expect(page.locator(".cm-line").first).to_have_text(f"x = {text}")
        expect(node(page, "x").locator(".value")).to_have_text(text)
        wait_until(lambda: focused(page).startswith("x"))
    page.keyboard.press("Control+z")
    expect(node(page, "x").locator(".value")).to_have_text("1.6")
    wait_until(lambda: focused(page).startswith("x"))


def test_a_group_is_opened_and_closed_and_the_keyboard_stays_in_the_graph(open_page):
    page = open_page()
    type_program(page, "x = 0.5\nz = sigmoid(x) + 1")
    expect(node(page, "z")).to_be_visible()
    expect(page.locator(".switch")).to_have_count(1)
    tab_until(page, "graph")
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    press_until(page, "ArrowRight", lambda: focused(page) == "Open sigmoid")
    before = page.locator("#graph g.node").count()
    page.keyboard.press("Enter")
    expect(page.locator("#graph .group")).to_have_count(1)
    wait_until(lambda: page.locator("#graph g.node").count() > before)
    becomes(lambda: focused(page), "Close sigmoid")
    page.keyboard.press("ArrowRight")  # the edge that enters
    page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    expect(page.locator("#graph .group")).to_have_count(0)
    becomes(lambda: focused(page), "Open sigmoid")


def test_the_keyboard_stays_in_the_graph_when_what_it_was_at_is_gone(open_page):
    page = open_page()
    tab_until(page, "graph")
    page.keyboard.press("ArrowRight")
    page.evaluate(
        "document.querySelector('#example').value = 'chain'; document.querySelector('#example').dispatchEvent(new"
        " Event('change'))"
    )
    expect(node(page, "apple")).to_have_count(0)
    becomes(lambda: page.evaluate(FOCUSED), {"name": "graph", "seen": True})
    expect(page.locator("#graph [tabindex='0']")).to_have_count(1)


def test_timeline_keeps_the_keyboard_at_its_ends(open_page):
    page = open_page()
    tab_until(page, "end")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline .step-count")).to_have_text(re.compile(r"^(\d+) / \1$"))
    expect(page.locator("#timeline .end")).to_be_focused()
    expect(page.locator("#timeline .end")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#timeline .forward")).to_be_focused()
    tab_until(page, "scrubber")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#timeline .end")).to_have_attribute("aria-disabled", "false")
    tab_until(page, "play", "Shift+Tab")
    page.keyboard.press(" ")
    expect(page.locator("#timeline .play")).to_have_attribute("data-playing", "true")
    page.keyboard.press(" ")
    expect(page.locator("#timeline .play")).to_be_focused()


def test_example_language_colours_and_speed_are_chosen(open_page):
    page = open_page()
    tab_until(page, "example")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#example")).to_have_value("square_of_sum")
    expect(node(page, "z")).to_be_visible()
    expect(page.locator("#example")).to_be_focused()
    tab_until(page, "language")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#program h2")).to_have_text("프로그램")
    expect(page.locator("#language")).to_be_focused()
    tab_until(page, "theme")
    page.keyboard.press("End")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    tab_until(page, "speed-choice")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#timeline .speed select")).to_have_value("2")


def test_the_picture_is_moved_zoomed_and_fitted(open_page):
    page = open_page()
    place = page.locator("#graph .viewport")
    before = place.get_attribute("transform")
    page.keyboard.press("Shift+ArrowRight")
    expect(place).not_to_have_attribute("transform", before)
    moved = place.get_attribute("transform")
    page.keyboard.press("z")
    expect(place).not_to_have_attribute("transform", moved)
    page.keyboard.press("f")
    expect(place).to_have_attribute("transform", before)
    tab_until(page, "zoom-in")
    page.keyboard.press("Enter")
    expect(place).not_to_have_attribute("transform", before)


def test_a_program_is_saved_opened_and_its_link_copied(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    type_program(page, "x = 3\nmine = x * 7")
    expect(node(page, "mine")).to_be_visible()
    page.keyboard.press("Control+s")
    page.keyboard.type("first")
    page.keyboard.press("Enter")
    expect(page.locator("#kept li")).to_have_count(1)
    tab_until(page, "copy-link")
    page.keyboard.press("Enter")
    expect(page.locator("#programs-said")).to_contain_text("The link is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.evaluate("location.href") and linked(page)["p"] == "x = 3\nmine = x * 7"
    page.keyboard.press("Escape")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("other = 1")
    expect(node(page, "other")).to_be_visible()
    tab_until(page, "open-programs", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_until(page, "kept button")
    page.keyboard.press("Enter")
    expect(node(page, "mine")).to_be_visible()
    expect(page.locator("#open-programs")).to_be_focused()


def test_a_deleted_program_is_put_back_and_the_keyboard_stays_in_the_dialog(open_page):
    page = open_page()
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator("#kept li")).to_have_count(1)
    press_until(page, "Tab", lambda: focused(page).startswith("Delete"))
    page.keyboard.press("Enter")
    expect(page.locator("#keep-name")).to_be_focused()
    press_until(page, "Tab", lambda: focused(page) == "Put it back")
    page.keyboard.press("Enter")
    expect(page.locator("#kept li")).to_have_count(1)
    expect(page.locator("#keep-name")).to_be_focused()


def test_the_cells_of_an_array_are_walked_through_and_copied(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    type_program(page, "W = [[1, 2], [3, 4]]\nz = sum(W)")
    expect(node(page, "z")).to_be_visible()
    tab_until(page, "graph")
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    press_until(page, "Tab", lambda: page.evaluate("document.activeElement.matches('#inspector .scroll')"))
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#inspector .cell").first).to_have_text("[1, 1] = 4")
    press_until(page, "Tab", lambda: page.evaluate("document.activeElement.textContent") == "JSON")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector .copies [role=status]").first).to_have_text("Copied.")
    becomes(lambda: json.loads(page.evaluate("navigator.clipboard.readText()")), [[1, 2], [3, 4]])


def test_the_inputs_are_edited_in_their_table(open_page):
    page = open_page()
    type_program(page, "x = 2\ny = 3\nprice = x * y")
    expect(node(page, "price")).to_be_visible()
    tab_until(page, "inputs summary")
    page.keyboard.press("Enter")
    expect(page.get_by_label("x", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(node(page, "y").locator(".value")).to_have_text("7")
    becomes(lambda: program(page), "x = 5\ny = 7\nprice = x * y")
    expect(page.get_by_label("y", exact=True)).to_be_focused()


def test_a_missing_value_is_given_and_the_keyboard_comes_to_the_program(open_page):
    page = open_page()
    type_program(page, "z = width * 2")
    button = page.get_by_role("button", name="Give it a value: width = 1")
    expect(button).to_be_visible()
    press_until(page, "Tab", lambda: page.evaluate("document.activeElement.closest('#problem') !== null"))
    page.keyboard.press("Enter")
    expect(node(page, "width")).to_be_visible()
    expect(page.locator(".cm-content")).to_be_focused()


@pytest.mark.parametrize("name", ["graph", "play", "open-help"])
def test_the_help_sheet_opens_closes_and_gives_the_keyboard_back(open_page, name):
    page = open_page()
    tab_until(page, name)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    wait_until(lambda: page.evaluate("document.querySelector('#help').contains(document.activeElement)"))
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    becomes(lambda: page.evaluate(FOCUSED), {"name": name, "seen": True})
