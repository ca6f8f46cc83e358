"""One node beside its definition: the same gradients, where y − t comes from, and logits of 1,000."""

from __future__ import annotations

import math

from playwright.sync_api import Page, expect

from tests.app.serving import becomes
from tests.browser.test_page import expect_drawn, node, write

CROSS_ENTROPY = "x = [1, 2, 3]\nt = [0, 1, 0]\nz = softmax_cross_entropy(x, t)"


def opened(page: Page, program: str, at: str = "z") -> Page:
    write(page, program)
    expect_drawn(page, program)
    node(page, at).locator(".hit").click()
    page.locator("#tabs [data-panel=derive]").click()
    page.locator("#derive-fused").click()
    for which in ("one", "many"):
        expect(page.locator(f"#fused figure.{which} g.node").first).to_be_visible()
    return page


def ops(page: Page, which: str) -> list[str]:
    return page.locator(f"#fused figure.{which} g.node .sign").all_text_contents()


def cells(page: Page) -> list[list[float]]:
    """The table of the parts, as numbers."""
    rows = page.locator("#fused section tbody tr")
    return [
        [float(text.replace("≈", "").replace("−", "-")) for text in row.locator("td").all_inner_texts()]
        for row in rows.all()
    ]


def test_one_node_stands_beside_the_graph_of_its_definition(open_page):
    page = opened(open_page(), CROSS_ENTROPY)
    assert ops(page, "one") == ["", "", "softmax_cross_entropy"]
    assert [op for op in ops(page, "many") if op] == ["max", "−", "exp", "sum", "÷", "log", "×", "sum", "mean", "−"]
    # Both are at their end: every gradient is there.
    expect(page.locator("#fused figure.one g.node .gradient").last).to_have_text("1")
    expect(page.locator("#fused .fused-said")).to_contain_text("the largest difference is")
    expect(page.locator("#fused .fused-body > .scroll tbody tr")).to_have_count(2)


def test_y_minus_t_is_the_sum_of_two_parts(open_page):
    page = opened(open_page(), CROSS_ENTROPY)
    table = cells(page)
    total = sum(math.exp(i) for i in (1, 2, 3))
    for i, (y, t, numerator, below, both, fused) in enumerate(table):
        exact = math.exp(i + 1) / total
        assert math.isclose(y, exact, rel_tol=1e-3) and math.isclose(below, exact, rel_tol=1e-3)
        assert numerator == -t == -(i == 1)
        assert math.isclose(both, exact - t, rel_tol=1e-3) and both == fused
    assert len(table) == 3


def test_of_a_sigmoid_with_cross_entropy_the_parts_come_through_both_logarithms(open_page):
    page = opened(open_page(), "x = [0, 1]\nt = [1, 0]\nz = sigmoid_cross_entropy(x, t)")
    s = 1 / (1 + math.exp(-1))
    # Divided by n = 2: -t (1 - y), (1 - t) y
    expected = [[0.5, 1, -0.25, 0, -0.25, -0.25], [s, 0, 0, s / 2, s / 2, s / 2]]
    for row, wanted in zip(cells(page), expected, strict=True):
        assert all(math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-12) for a, b in zip(row, wanted, strict=True))


def test_logits_of_1000_overflow_in_the_definition_and_not_in_the_node(open_page):
    page = opened(open_page(), CROSS_ENTROPY)
    page.locator("#fused-extreme").focus()
    page.keyboard.press("Enter")
    results = page.locator("#fused .extreme .program")
    expect(results).to_have_count(2)
    expect(results.nth(0).locator("pre")).to_contain_text("x = [998, 999, 1000]")
    # log(e⁻¹ + 1 + e) - 0 is the loss of the logits 1, 2, 3 as well: 1.40760596…
    becomes(lambda: results.nth(0).locator("dd").all_inner_texts(), ["≈1.408", "[≈0.09003, ≈−0.7553, ≈0.6652]"])
    becomes(lambda: results.nth(1).locator("dd").all_inner_texts(), ["NaN", "[NaN, NaN, NaN]"])
    expect(page.locator("#fused .outcome")).to_have_text("The one node stays finite; the definition does not.")
    expect(page.locator("#fused .extreme")).to_contain_text("subtracts the largest logit first")


CALLS = ["softmax(x)", "sigmoid_cross_entropy(x, t)", "binary_cross_entropy(x / 4, t)"]


def test_each_of_them_is_finite_as_one_node_and_not_as_its_definition(open_page):
    page = open_page()
    for i, call in enumerate(CALLS):
        opened(page, f"x = [1, 2, 3]\nt = [0.25, 0.5, 0.25]\nit{i} = {call}\nz = sum(it{i})", at=f"it{i}")
        page.locator("#fused-extreme").click()
        expect(page.locator("#fused .outcome"), call).to_have_text(
            "The one node stays finite; the definition does not."
        )
        result = "z[0]" if call in ("softmax(x)", "log_softmax(x)") else "z"
        first = "x" if "x" in call and not call.startswith("binary") else "y"
        becomes(lambda: page.locator("#fused .extreme dt").all_inner_texts(), ["z", f"∂{result}/∂{first}"] * 2)
        page.keyboard.press("Escape")
        expect(page.locator("#fused")).to_have_count(0)


def test_a_function_without_logits_is_compared_and_has_no_such_button(open_page):
    page = opened(open_page(), "x = [1, 2, 4]\ny = layer_norm(x)\nz = sum(y ** 2)", at="y")
    expect(page.locator("#fused .fused-body > .scroll tbody tr")).to_have_count(1)
    expect(page.locator("#fused-extreme")).to_have_count(0)


def test_what_is_open_in_the_graph_already_is_compared_just_the_same(open_page):
    page = open_page()
    write(page, "x = [1, 2]\na = softmax(x)\nb = softmax(a * 2)\nz = a[0] + b[1]")
    expect(node(page, "b")).to_be_visible()
    node(page, "a").locator(".hit").focus()
    page.keyboard.press("o")
    expect(page.locator("#graph g.group")).to_have_count(1)
    node(page, "b").locator(".hit").dispatch_event("click")
    page.locator("#tabs [data-panel=derive]").click()
    expect(page.locator("#derive-fused")).to_contain_text("softmax")
    page.locator("#derive-fused").click()
    for which in ("one", "many"):
        expect(page.locator(f"#fused figure.{which} g.node").first).to_be_visible()
    assert ops(page, "one") == ["", "softmax"]
    becomes(lambda: page.locator("#fused figure.one g.node .name").all_text_contents()[-1:], ["b"])
    expect(page.locator("#fused .fused-said")).to_contain_text("the largest difference is")


def test_escape_closes_it_and_gives_the_keyboard_back(open_page):
    page = opened(open_page(), CROSS_ENTROPY)
    page.keyboard.press("Escape")
    expect(page.locator("#fused")).to_have_count(0)
    expect(page.locator("#derive-fused")).to_be_focused()
    expect(page.locator("#derive")).to_be_visible()


def test_it_never_scrolls_sideways(open_page):
    page = opened(open_page(width=320, locale="ko-KR"), CROSS_ENTROPY)
    page.locator("#fused-extreme").click()
    expect(page.locator("#fused .outcome")).to_be_visible()
    for width in (320, 768, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator("#fused").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth"), width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def test_the_parts_are_told_with_the_readers_names_and_letters_that_are_free(open_page):
    page = opened(open_page(), "y = [1, 2, 3]\nlabels = [0, 1, 0]\nz = softmax_cross_entropy(y, labels)")
    expect(page.locator("#fused section h3").first).to_have_text("Where p − labels comes from")
    expect(page.locator("#fused section").first).to_contain_text("Write e = exp(y) and p = e / Σe.")
    expect(page.locator("#fused section thead").first).to_contain_text("through the numerator: −labels")
