"""A graph that is larger than the window: it opens legibly, is overseen in a minimap, and moves by keys."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.measured import attribute, box_of
from tests.browser.test_page import go_to, node, steps, write


def chain(nodes: int) -> str:
    """A program of about so many nodes, two operations a line."""
    return "x0 = 0.5\n" + "\n".join(f"x{i} = tanh(x{i - 1}) + x{i - 1}" for i in range(1, nodes // 2))


def view(page: Page) -> dict[str, float]:
    """The frame in the minimap, in the graph's units."""
    return page.locator("#graph .minimap .view").evaluate(
        "(e) => Object.fromEntries(['x', 'y', 'width', 'height'].map((name) => [name, Number(e.getAttribute(name))]))"
    )


def scale(page: Page) -> float:
    found = re.search(r"scale\(([\d.]+)\)", attribute(page.locator("#graph .viewport"), "transform"))
    assert found is not None
    return float(found[1])


def large(page: Page, nodes: int = 100) -> Page:
    write(page, chain(nodes))
    expect(page.locator("#graph g.node")).to_have_count(nodes - 1)
    expect(page.locator("#graph .minimap")).to_be_visible()
    return page


def test_a_graph_that_is_seen_whole_has_no_minimap_and_one_of_which_a_part_is_seen_has_one(open_page):
    page = open_page()
    expect(page.locator("#graph .minimap")).to_be_hidden()
    write(page, chain(16))
    expect(page.locator("#graph g.node")).to_have_count(15)
    expect(page.locator("#graph .minimap")).to_be_hidden()
    large(page, 62)


def test_a_large_graph_opens_at_its_beginning_and_legible(open_page):
    page = large(open_page())
    assert scale(page) >= 0.7
    expect(node(page, "x0")).to_be_in_viewport(ratio=1)


def test_the_minimap_frames_what_is_in_view_and_its_frame_can_be_dragged(open_page):
    page = large(open_page())
    before = view(page)
    box = box_of(page.locator("#graph .minimap"))
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    after = view(page)
    shown = page.locator("#graph .minimap").evaluate(
        "({viewBox: {baseVal: {x, y, width, height}}}) => [x + width / 2, y + height / 2, width]"
    )
    assert before["y"] < 0 < after["y"]
    for middle, start, size in ((shown[0], "x", "width"), (shown[1], "y", "height")):
        assert abs(after[start] + after[size] / 2 - middle) < shown[2] / 20
    assert after["width"] == before["width"]
    middle = page.evaluate(
        "([x, y]) => [...document.querySelectorAll('#graph g.node')].toSorted((a, b) => Math.hypot(a.__data__.x - x,"
        " a.__data__.y - y) - Math.hypot(b.__data__.x - x, b.__data__.y - y))[0].dataset.id",
        shown[:2],
    )
    expect(page.locator(f"#graph g.node[data-id='{middle}']")).to_be_in_viewport()


def test_keys_with_shift_move_the_picture_and_leave_the_step_alone(open_page):
    page = large(open_page())
    page.locator("h1").click()
    before = view(page)
    page.keyboard.press("Shift+ArrowRight")
    wait_until(lambda: view(page)["x"] > before["x"])
    assert view(page)["y"] == before["y"]
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    wait_until(lambda: view(page)["y"] > before["y"])
    expect(page.locator("#timeline .step-count")).to_contain_text("0 /")
    unzoomed = scale(page)
    page.keyboard.press("z")
    wait_until(lambda: scale(page) > unzoomed)
    page.keyboard.press("Shift+Z")
    page.keyboard.press("Shift+Z")
    wait_until(lambda: scale(page) < unzoomed)
    page.keyboard.press("f")
    expect(node(page, "x0")).to_be_in_viewport(ratio=1)
    expect(node(page, "x49")).to_be_in_viewport(ratio=1)


def test_the_view_follows_the_step_and_the_minimap_marks_it(open_page):
    page = large(open_page())
    go_to(page, steps(page) // 2)
    expect(page.locator("#graph g.node.active")).to_be_in_viewport()
    marked = page.locator("#graph .minimap .active")
    assert float(attribute(marked, "x")) > 0 and float(attribute(marked, "width")) > 0
