"""Graphs of thousands of nodes: only what is in view is drawn in detail, and from afar a canvas shows the whole."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.measured import middle_of
from tests.browser.test_minimap import scale
from tests.browser.test_page import go_to, overlaps, steps, write

# 25 sums of 25 steps each: two nodes a step, five more a row. Each loop and each turn has two results, so that none of
# them can be drawn as one node.
GRID = """x = 0.5
total = 0
rest = 0
for i in range(25):
    a = sin(x * i)
    for j in range(25):
        a = tanh(a) * 1.1
        total = total + a
    rest = rest + a
z = total + rest"""
MOST_DETAILED = 500


def opened(page: Page, program: str = GRID) -> Page:
    before = steps(page)
    write(page, program)
    wait_until(lambda: steps(page) > max(before, 1000))
    wait_until(lambda: page.locator("#graph g.node").count() > 0)
    return page


def from_afar(page: Page) -> Page:
    page.locator("#graph .fit").click()
    expect(page.locator("#graph .flat")).to_be_visible()
    wait_until(lambda: painted(page) > 1000)
    return page


def painted(page: Page) -> int:
    """How many of the canvas's pixels are not empty."""
    return page.evaluate("""() => {
          const canvas = document.querySelector("#graph .flat");
          if (!canvas.width || !canvas.height) return 0;
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i]) count += 1;
          return count;
        }""")


def test_a_large_graph_has_elements_only_for_what_is_in_view_and_moving_it_brings_those_that_come(open_page):
    page = opened(open_page())
    wait_until(lambda: 0 < page.locator("#graph g.node").count() <= MOST_DETAILED)
    expect(page.locator("#graph .flat")).to_be_hidden()
    first = set(page.locator("#graph g.node").evaluate_all("(all) => all.map((e) => e.dataset.id)"))
    page.locator("h1").click()
    for _ in range(12):  # three views further, a quarter each
        page.keyboard.press("Shift+ArrowRight")
    wait_until(
        lambda: (
            not first & set(page.locator("#graph g.node").evaluate_all("(all) => all.map((e) => e.dataset.id)")) - {"0"}
        )
    )
    wait_until(lambda: 0 < page.locator("#graph g.node").count() <= MOST_DETAILED)


def test_from_afar_a_canvas_shows_the_whole_whose_nodes_can_be_chosen_and_nearer_the_words_come_back(open_page):
    page = from_afar(opened(open_page()))
    assert page.locator("#graph g.node").count() < 10
    go_to(page, steps(page) // 2)
    middle = middle_of(page.locator("#graph g.node.active"))
    go_to(page, 0)
    expect(page.locator("#graph g.node.active")).to_have_count(0)
    page.mouse.click(*middle)
    expect(page.locator("#graph g.node.selected")).to_have_count(1)
    expect(page.locator("#inspector h2")).not_to_have_text("Inspector")
    while scale(page) < 1:
        before = scale(page)
        page.mouse.move(*middle)
        page.mouse.wheel(0, -400)
        wait_until(lambda before=before: scale(page) > before)
    expect(page.locator("#graph .flat")).to_be_hidden()
    expect(page.locator("#graph g.node.selected .name")).to_be_in_viewport()


def test_every_step_of_a_large_graph_shows_its_node_wherever_the_view_is(open_page):
    page = opened(open_page())
    for share in (0.2, 0.5, 0.8, 1):
        go_to(page, round(steps(page) * share))
        expect(page.locator("#graph g.node.active")).to_have_count(1)
        expect(page.locator("#graph g.node.active")).to_be_in_viewport()
    from_afar(page)
    go_to(page, steps(page) // 3)
    expect(page.locator("#graph g.node.active")).to_have_count(1)


def test_an_input_that_every_step_of_a_loop_uses_is_repeated_beside_its_uses(open_page):
    page = open_page()
    write(
        page, "w = 0.8\nb = 0.1\nh = 0.5\ns = 0\nfor i in range(24):\n    h = tanh(w * h + b)\n    s = s + h\nz = s + h"
    )
    wait_until(lambda: page.locator("#graph g.echo").count() >= 40)
    becomes(lambda: set(page.locator("#graph g.echo text").all_text_contents()), {"w", "b"})
    page.locator("#graph g.echo").first.click()
    expect(page.locator("#graph g.node.selected .name")).to_have_text("w")
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    assert overlaps(page) == {"outside": 0, "boxes": 0, "labels": 0, "covered": 0}
