"""Matrices cell by cell: a chosen cell lights what it was made from or what it reaches, and says it in numbers, by
pointer and by keyboard.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.bundle import built
from tests.browser.test_page import go_to, node, steps, write

# By hand: y = [0.3, 0.7, 1.1], dL/dy = 2 y = [0.6, 1.4, 2.2], dL/dx[0,0] = 0.6·0.1 + 1.4·0.3 + 2.2·0.5 = 1.58.
AFFINE = (
    "x = [[1, 0.5]]\nW = [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]\nb = [0.1, 0.2, 0.3]\ny = affine(x, W, b)\nL = sum(y ** 2)"
)


def inspect(page: Page, program: str, name: str) -> None:
    """Choose a node by keyboard, and wait for its cells."""
    write(page, program)
    expect(node(page, name)).to_be_visible()
    node(page, name).locator(".hit").focus()
    page.keyboard.press("Enter")
    page.locator("#inspector .reach").first.click()
    expect(page.locator(".cell-by-cell")).to_be_visible()


def inspect_edge(page: Page, program: str, source: str, target: str) -> None:
    """Choose an edge, and wait for its cells: at its moment in the backward pass."""
    write(page, program)
    expect(node(page, target)).to_be_visible()
    edge = page.locator(f'#graph g.edge .hit[aria-label^="Edge from {source} to {target},"]').first
    edge.focus()
    page.keyboard.press("Enter")
    page.locator("#inspector .reach").click()
    expect(page.locator(".cell-by-cell")).to_be_visible()


def grid(page: Page, place: str):
    """A grid by its operand's place: "0", "1", …; "-1" the result, "-1g" its gradient."""
    return page.locator(f'.cell-by-cell [data-grid="{place}"]')


def lit(page: Page, place: str) -> list[int]:
    return (
        grid(page, place)
        .locator("td")
        .evaluate_all("cells => cells.flatMap((cell, i) => cell.classList.contains('lit') ? [i] : [])")
    )


def lines(page: Page) -> list[str]:
    return page.locator(".cell-by-cell .said .line").all_inner_texts()


def test_pointing_at_a_result_lights_row_column_and_bias_and_writes_the_products(open_page):
    page = open_page()
    inspect(page, AFFINE, "y")
    grid(page, "-1").locator("td").nth(1).hover()
    assert lines(page) == ["y[0,1] = x[0,0]·W[0,1] + x[0,1]·W[1,1] + b[1]", "= 1·0.3 + 0.5·0.4 + 0.2", "= 0.7"]
    assert (lit(page, "0"), lit(page, "1"), lit(page, "2")) == ([0, 1], [1, 4], [1])


def test_arrow_keys_choose_a_cell_and_take_no_step(open_page):
    page = open_page()
    inspect(page, AFFINE, "y")
    grid(page, "1").focus()
    step = page.locator("#timeline .step-count").inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert lines(page)[0] == "W[1,0] reaches 1 of the cells of y: y[0,0]"
    assert (lit(page, "-1"), lit(page, "0")) == ([0], [1])
    page.keyboard.press("End")
    expect(grid(page, "1").locator(".here")).to_have_text("0.6")
    expect(page.locator("#timeline .step-count")).to_have_text(step)


def test_an_edge_tells_the_transpose_with_its_shapes_and_every_contribution_to_a_cell(open_page):
    page = open_page()
    inspect_edge(page, AFFINE, "x", "y")
    expect(page.locator(".meeting")).to_have_text("∂L/∂y Wᵀ (1, 3) · (3, 2) → (1, 2)")
    page.keyboard.press("]")
    assert lines(page) == [
        "∂L/∂x[0,0] = g[0,0]·W[0,0] + g[0,1]·W[0,1] + g[0,2]·W[0,2]",
        "= 0.6·0.1 + 1.4·0.3 + 2.2·0.5",
        "= 1.58",
    ]
    assert (lit(page, "1"), lit(page, "-1g")) == ([0, 1, 2], [0, 1, 2])
    expect(page.locator(".cell-by-cell .count")).to_have_text("Cell 1 of 2")


def test_brackets_and_buttons_walk_through_the_cells_and_stop_at_both_ends(open_page):
    page = open_page()
    inspect(page, AFFINE, "y")
    count = page.locator(".cell-by-cell .count")
    for at in (1, 2, 3, 3):
        page.keyboard.press("]")
        expect(count).to_have_text(f"Cell {at} of 3")
    page.keyboard.press("[")
    expect(count).to_have_text("Cell 2 of 3")
    previous = page.get_by_role("button", name="‹ Cell")
    previous.focus()
    page.keyboard.press("Enter")
    expect(count).to_have_text("Cell 1 of 3")
    expect(previous).to_be_focused()


def test_shapes_stand_at_the_edges_forward_and_transposes_backward(open_page):
    page = open_page()
    write(page, AFFINE)
    expect(node(page, "y")).to_be_visible()
    edges = page.locator("#graph g.edge").filter(has=page.locator('[aria-label*=" to y,"]')).locator("text")
    go_to(page, 3)
    expect(edges).to_have_text(["[[1 0.5]]", "2×3", "[0.1 0.2 0.3]"])
    go_to(page, steps(page))
    expect(edges).to_have_text(["[[1.58 2]]", "xᵀ ∂L/∂y  2×3", "[0.6 1.4 2.2]"])


def test_an_array_that_a_function_takes_twice_sums_both_ways(open_page):
    page = open_page()
    # By hand: z = x * x = 1·1 + 2·2 + … of one window of the image over itself, so dL/dx = 2 x.
    inspect_edge(page, "x = [[[[1, 2], [3, 4]]]]\ny = conv2d(x, x)\nL = sum(y)", "x", "y")
    for _ in range(4):
        page.keyboard.press("]")
    assert lines(page) == ["∂L/∂x[0,0,1,1] = g[0,0,0,0]·x[0,0,1,1] + g[0,0,0,0]·x[0,0,1,1]", "= 1·4 + 1·4", "= 8"]


def test_a_value_used_twice_says_which_part_of_its_gradient_a_use_brings(open_page):
    page = open_page()
    inspect_edge(page, "x = [[1, 2], [3, 4]]\ny = x @ x\nL = sum(y)", "x", "y")
    page.keyboard.press("]")
    assert lines(page)[0].startswith("∂L/∂x[0,0] through y = g[0,0]·x[0,0]")


def test_where_gradients_are_not_known_yet_nothing_is_told_of_them(open_page):
    page = open_page()
    inspect(page, AFFINE, "y")
    expect(grid(page, "-1g")).to_have_count(0)
    grid(page, "0").focus()
    page.keyboard.press("Home")
    expect(page.locator(".cell-by-cell .said")).to_contain_text("the backward pass will tell")
    go_to(page, 1)
    expect(page.locator(".cell-by-cell")).to_have_count(0)


def test_the_keyboard_keeps_its_place_in_a_grid_while_steps_are_taken(open_page):
    page = open_page()
    inspect_edge(page, AFFINE, "x", "y")
    grid(page, "0").focus()
    page.keyboard.press(",")
    expect(page.locator("#inspector h2")).not_to_have_text("x → y")
    wait_until(lambda: page.evaluate("document.querySelector('#inspector').contains(document.activeElement)"))


def test_a_closed_convolution_is_told_with_its_stride_and_padding(open_page):
    page = open_page()
    inspect(
        page,
        "x = [[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]\nW = [[[[1, 10], [100, 1000]]]]\ny = conv2d(x, W, stride=2,"
        " padding=1)\nL = sum(y)",
        "y",
    )
    for _ in range(2):
        page.keyboard.press("]")
    assert lines(page) == ["y[0,0,0,1] = x[0,0,0,1]·W[0,0,1,0] + x[0,0,0,2]·W[0,0,1,1]", "= 2·100 + 3·1000", "= 3200"]
    assert (lit(page, "0"), lit(page, "1")) == ([1, 2], [2, 3])


def test_large_arrays_are_pictures_whose_cells_can_be_chosen(open_page):
    page = open_page()
    inspect(page, "a = np.arange(20)\nb = outer(a, a)\ny = b @ b\nL = sum(y)", "y")
    grid(page, "-1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".cell-by-cell .note")).to_have_text("16 of 20 parts are not written out.")
    expect(grid(page, "0").locator(".lit")).to_have_count(1)
    assert lines(page)[0].startswith("y[1,0] = b[1,0]·b[0,0] + b[1,1]·b[1,0]")


def test_numbers_that_were_not_sent_are_said_to_be_missing_and_can_be_loaded(open_page):
    page = open_page()
    inspect(page, "a = np.arange(70)\nb = reshape(a, (70, 1)) * a\nc = sum(b, axis=0)\nL = sum(c)", "c")
    expect(page.locator(".cell-by-cell")).to_contain_text("The numbers of b were not sent")
    page.locator(".cell-by-cell").get_by_role("button", name="Load all values").click()
    expect(grid(page, "0")).to_be_visible()
    page.keyboard.press("]")
    expect(page.locator(".cell-by-cell .note")).to_have_text("66 of 70 parts are not written out.")


def test_played_slowly_a_small_product_goes_cell_by_cell_and_everything_else_as_before(open_page):
    page = open_page()
    page.clock.install()
    write(page, "x = [1, 2]\nW = [[1, 2], [3, 4]]\ny = x @ W\nz = exp(y)\nL = sum(z)")
    page.clock.run_for(2000)
    expect(node(page, "z")).to_be_visible()
    # The cells' module is there before anything is played.
    node(page, "y").locator(".hit").dispatch_event("click")
    page.locator("#inspector .reach").first.dispatch_event("click")
    expect(page.locator(".cell-by-cell")).to_be_visible()
    go_to(page, 0)
    page.locator("#timeline .speed select").select_option("0.5")
    page.locator("#timeline .play").click()
    seen: list[tuple[str, str]] = []

    def note() -> None:
        count = page.locator(".cell-by-cell .count")
        now = (
            page.locator("#timeline .step-count").inner_text().split(" ")[0],
            count.inner_text() if count.count() else "",
        )
        if now not in seen:
            seen.append(now)

    def at_the_end() -> bool:
        page.clock.run_for(500)
        note()
        return page.locator("#timeline .play").get_attribute("data-playing") == "false"

    wait_until(at_the_end)
    walked = {}
    for step, cell in seen:
        walked.setdefault(step, []).append(cell)
    told = {step: cells for step, cells in walked.items() if any(cells)}
    assert next(iter(told.values())) == ["", "Cell 1 of 2", "Cell 2 of 2"]
    # The product, and each of its two edges on the way back: x has 2 cells, W 4.
    assert sorted(len(cells) - 1 for cells in told.values()) == [2, 2, 4]
    assert len(walked) == steps(page)


def test_grids_and_sentences_never_widen_the_page(open_page):
    page = open_page(locale="ko-KR")
    inspect(
        page,
        "큰_입력_행렬 = outer(np.arange(11) / 7, np.arange(12) / 3)\n가중치 = outer(np.arange(12) / 7, np.arange(9) /"
        " 3)\n출력 = 큰_입력_행렬 @ 가중치\n손실 = sum(출력 ** 2)",
        "출력",
    )
    page.keyboard.press("]")
    expect(page.locator(".cell-by-cell .said .line").first).to_contain_text("출력[0,0] = 큰_입력_행렬[0,0]·가중치[0,0]")
    for zoom in (100, 200):
        page.evaluate("zoom => (document.documentElement.style.fontSize = `${zoom}%`)", zoom)
        for width in (1920, 768, 320):
            page.set_viewport_size({"width": width, "height": 900})
            wait_until(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.fresh_page
def test_what_comes_late_takes_its_place_and_leaves_the_rest_of_the_inspector_as_it_stands(open_page):
    page = open_page()
    held = []
    page.route(built("cells_view.js"), lambda route: held.append(route))
    write(page, "A = [[1, 2], [3, 4]]\nB = A @ A\nz = sum(B)")
    expect(node(page, "B")).to_be_visible()
    node(page, "B").locator(".hit").focus()
    page.keyboard.press("Enter")
    page.locator("#inspector .reach").first.click()
    expect(page.locator("#inspector h2")).to_have_text("B")
    wait_until(lambda: page.wait_for_timeout(20) or held)  # a route is told only while the page is asked
    page.evaluate("document.querySelector('#inspector h2').before = true")
    expect(page.locator(".cell-by-cell")).to_have_count(0)
    held[0].continue_()
    expect(page.locator(".cell-by-cell")).to_be_visible()
    assert page.evaluate("document.querySelector('#inspector h2').before")


def test_a_program_of_numbers_alone_loads_nothing_of_it(open_page):
    page = open_page(cold=True)
    node(page, "total").locator(".hit").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("total")
    assert (
        page.evaluate("performance.getEntriesByType('resource').filter((one) => /\\/cells[./-]/.test(one.name)).length")
        == 0
    )
