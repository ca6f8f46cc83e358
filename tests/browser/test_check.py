"""Gradients checked by differences: verdicts in words, what it cost, and the sweep over the step."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.bundle import built
from tests.browser.test_page import choose, node, write


def opened(page: Page) -> Page:
    page.locator("#tabs").get_by_role("tab", name="Check").click()
    expect(page.locator("#check .results")).to_be_visible()
    return page


def of(page: Page, name: str):
    """What the panel says of a name."""
    return page.locator("#check .results li").filter(
        has=page.locator("h3 span", has_text=re.compile(f"^{re.escape(name)}$"))
    )


def written(page: Page, program: str, last: str) -> Page:
    write(page, program)
    expect(node(page, last)).to_be_visible()
    wait_until(lambda: page.evaluate("document.querySelector('#waiting').textContent") == "")
    return page


def test_every_input_has_both_derivatives_and_they_agree(open_page):
    page = opened(open_page())
    expect(page.locator("#check .results li")).to_have_count(5)
    apple = of(page, "apple")
    expect(apple).to_contain_text("✓ agree")
    # 2 apples, a tax of 1.1
    assert float(apple.locator("dd").nth(0).inner_text()) == pytest.approx(2.2)
    assert float(apple.locator("dd").nth(1).inner_text()) == pytest.approx(2.2, abs=1e-6)
    expect(page.locator("#check [role=status]")).to_have_text("All gradients agree.")


def test_the_cost_is_two_evaluations_an_element_against_one_pass_each_way(open_page):
    page = opened(open_page())
    cost = page.locator("#check .cost")
    expect(cost).to_contain_text("2 × 5 = 10 forward passes")
    expect(cost).to_contain_text("1 forward and 1 backward pass")
    expect(cost.locator("svg.chart .dot")).to_have_count(3)  # after 1, 2 and 5 elements
    cost.locator("summary").click()
    expect(cost.locator("tbody tr")).to_have_count(3)
    expect(cost.locator("tbody tr").nth(2).locator("td").first).to_have_text("10")


@pytest.mark.parametrize(
    ("program", "verdict", "meaning"),
    [
        ("x = 0\nz = relu(x)", "kink", "a convention"),
        ("x = 0\nz = log(x)", "not finite", "infinite"),
        ("x = 3\nz = x ** 2", "agree", "noise"),
    ],
)
def test_a_verdict_says_what_it_means(open_page, program, verdict, meaning):
    page = opened(written(open_page(), program, "x"))
    expect(of(page, "x").locator(".verdict")).to_contain_text(verdict)
    expect(page.locator("#check .meaning")).to_contain_text(meaning)


def test_a_mismatch_is_shown_with_its_worst_element(open_page):
    page = open_page()
    result = {
        "name": "W",
        "node": 0,
        "analytic": [[1, 2], [3, 4]],
        "numeric": [[1, 2], [3.5, 4]],
        "absolute_error": 0.5,
        "relative_error": 0.125,
        "noise": 0,
        "worst_index": [1, 0],
        "verdict": "mismatch",
        "elements": 4,
        "sampled": False,
        "indices": None,
        "held": False,
    }
    answer = {
        "method": "central",
        "h": 1e-5,
        "results": [result],
        "evaluations": {"numeric": 8, "backprop": 2, "refining": 2},
        "ratio": 4,
        "seconds": {"numeric": 0.004, "backprop": 0.001},
        "curve": [{"elements": 4, "evaluations": 8, "seconds": 0.004, "measured": True}],
    }
    page.route("**/api/check", lambda route: route.fulfill(json=answer))
    opened(page)
    expect(of(page, "W")).to_contain_text("✗ mismatch")
    expect(of(page, "W").locator("dd")).to_have_text(["3", "3.5", "0.125 (0.5)", "W[1, 0]"])
    expect(page.locator("#check [role=status]")).to_have_text("Not in agreement: W")
    expect(page.locator("#check .cost")).to_contain_text("2 more forward passes told kinks from mistakes")


def test_an_intermediate_node_is_checked_at_will_and_complex_steps_are_a_choice(open_page):
    page = opened(open_page())
    page.locator("#check-of").select_option("price")
    expect(page.locator("#check .results li")).to_have_count(1)
    expect(of(page, "price").locator("dd").first).to_have_text("1.1")  # the tax
    page.locator("#check-method").select_option("complex")
    expect(page.locator("#check .cost")).to_contain_text("Complex steps: 1 forward pass for 1 element")
    expect(of(page, "price").locator("dd").nth(1)).to_have_text("1.1")


def test_where_complex_steps_are_impossible_the_panel_says_so_and_goes_on(open_page):
    page = opened(written(open_page(), "x = 2.5\nz = lgamma(x)", "x"))
    page.locator("#check-method").select_option("complex")
    expect(page.locator("#check [role=status]")).to_contain_text("lgamma cannot be computed on complex numbers")
    page.locator("#check-method").select_option("central")
    expect(of(page, "x")).to_contain_text("✓ agree")


def test_the_sweep_names_truncation_and_round_off_and_has_the_complex_step_beside_it(open_page):
    page = opened(written(open_page(), "x = 1\nz = exp(x)", "x"))
    page.locator("#sweep-run").click()
    sweep = page.locator("#check .sweep")
    expect(sweep.locator("svg .dot")).to_have_count(12)
    words = sweep.locator("svg .word").evaluate_all("all => all.map((one) => one.textContent)")
    assert "truncation ∝ h²" in words and "round-off ∝ 1/h" in words
    assert any(word.startswith("complex steps") for word in words)
    sweep.locator("summary").click()
    rows = sweep.locator("tbody tr")
    expect(rows).to_have_count(12)
    expect(rows.first).to_contain_text("truncation")
    expect(rows.last).to_contain_text("round-off")
    # sinh(h)/h - 1 = h²/6 + …: at h = 0.1, 0.00167
    assert float(rows.first.locator("td").first.inner_text().lstrip("≈")) == pytest.approx(0.1**2 / 6, rel=1e-2)


def test_a_sweep_that_is_asked_for_while_a_check_runs_is_not_lost(open_page):
    page = opened(open_page())
    held = []
    page.route("**/api/check", lambda route: held.append(route))
    page.locator("#check-run").click()
    wait_until(lambda: page.wait_for_timeout(20) or held)  # a route is told only while the page is asked
    page.locator("#sweep-run").click()
    held[0].continue_()
    expect(page.locator("#check .sweep svg .dot")).not_to_have_count(0)


@pytest.mark.fresh_page
def test_numbers_of_an_earlier_program_are_marked_and_checked_anew(open_page):
    page = opened(open_page())
    written(page, "x = 3\nz = x ** 2", "z")
    expect(page.locator("#check .old")).to_be_visible()
    page.locator("#check-run").click()
    expect(page.locator("#check .old")).to_have_count(0)
    expect(of(page, "x").locator("dd").first).to_have_text("6")


def test_a_large_array_is_sampled_and_the_sample_is_named(open_page):
    page = written(open_page(), f"x = {json.dumps([i / 1000 for i in range(1200)])}\nz = sum(x * x)", "x")
    opened(page)
    expect(of(page, "x")).to_contain_text("1000 of 1200 elements, drawn at random")
    expect(page.locator("#check .cost")).to_contain_text("extrapolated")
    of(page, "x").locator("summary").click()
    expect(of(page, "x").locator(".note")).to_contain_text("x[")
    page.locator("#sweep-run").click()
    expect(page.locator("#check .sweep")).to_contain_text("20 elements, drawn at random")


def test_the_panel_is_reached_and_left_with_the_keyboard(open_page):
    page = open_page()
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("c")
    expect(page.locator("#check .results")).to_be_visible()
    expect(page.locator("#tabs [data-panel=check]")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tabs [data-panel=diagnose]")).to_be_focused()
    expect(page.locator("#diagnose .claims")).to_be_visible()
    expect(page.locator("#timeline .step-count")).to_contain_text("0 /")  # the arrow took no step
    page.keyboard.press("Escape")
    expect(page.locator("#inspector")).to_be_visible()
    expect(page.locator("#timeline .scrubber")).to_be_focused()


@pytest.mark.fresh_page
def test_without_a_server_it_says_that_and_can_be_tried_again(open_page, cut_off):
    page = open_page()
    page.route("**/api/check", cut_off)
    page.locator("#tabs [data-panel=check]").click()
    expect(page.locator("#check [role=status]")).to_contain_text("cannot be reached")
    page.unroute("**/api/check")
    page.locator("#check-run").click()
    expect(of(page, "apple")).to_contain_text("✓ agree")


def test_nothing_of_it_is_loaded_before_it_is_asked_for_and_a_failure_can_be_repeated(open_page, cut_off):
    page = open_page(cold=True)
    page.route(built("panels.en.json"), cut_off)
    late = (
        "performance.getEntriesByType('resource').filter(({name}) =>"
        " /(check|tabs|local|panels\\.css|panels\\.en)/.test(name.split('/').pop())).length"
    )
    assert page.evaluate(late) == 0
    page.locator("#tabs [data-panel=check]").click()
    expect(page.locator("#notice")).to_contain_text("could not be loaded")
    page.unroute(built("panels.en.json"))
    page.locator("#notice-act").click()
    expect(of(page, "apple")).to_contain_text("✓ agree")


def test_the_language_can_change_while_it_is_open(open_page):
    page = opened(open_page())
    page.locator("#language").select_option("ko")
    expect(page.locator("#check h2")).to_have_text("역전파와 수치 미분")
    expect(page.locator("#check [data-verdict=agree] .verdict").first).to_have_text("✓ 일치")
    expect(page.locator("#check [role=status]")).to_have_text("모든 기울기가 일치합니다.")


def test_no_width_makes_the_page_scroll_sideways(open_page, client):
    page = open_page()
    choose(page, client, "two_layer_net")
    for name in ("check", "diagnose", "influence"):
        page.set_viewport_size({"width": 1440, "height": 900})  # where the tabs stand still beside the graph
        page.locator(f"#tabs [data-panel={name}]").click()
        expect(page.locator(f"#{name} h2")).to_be_visible()
        if name == "check":
            page.locator("#sweep-run").click()
            expect(page.locator("#check .sweep svg")).to_be_visible()
        panel = page.locator(f"#{name}")
        for width in (1920, 1024, 768, 360):
            page.set_viewport_size({"width": width, "height": 900})
            wait_until(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
            becomes(lambda panel=panel: panel.evaluate("panel => panel.scrollWidth - panel.clientWidth"), 0)


def test_a_network_whose_arrays_were_not_sent_is_checked_all_the_same_and_tells_why_there_is_backpropagation(open_page):
    page = open_page()
    page.locator("#open-network").click()
    page.locator("#net-paste summary").click()
    # The two-layer network of the book (Deep Learning from Scratch, chapter 5) and two of its images.
    page.locator("#net-paste textarea").fill(
        json.dumps(
            {
                "layers": [{"type": "affine", "units": 50}, "sigmoid", {"type": "affine", "units": 10}],
                "loss": "softmax_cross_entropy",
                "x": [[0.1] * 784, [0.2] * 784],
                "t": [3, 5],
            }
        )
    )
    page.locator("#net-take").click()
    page.locator("#network-graph").click()
    expect(node(page, "W1")).to_contain_text("784×50")
    page.locator("#tabs [data-panel=check]").click()
    page.locator("#check [type=submit]").click()
    expect(page.locator("#check .results li")).to_have_count(6)
    expect(page.locator("#check .results .verdict").first).to_contain_text("agree")
    # Two evaluations for each element of x, W1, b1, W2, b2 and t, beside one forward and one backward pass.
    elements = 2 * 784 + 784 * 50 + 50 + 50 * 10 + 10 + 2 * 10
    expect(page.locator("#check .cost")).to_contain_text(f"All {elements} elements")
    expect(page.locator("#check .ratio")).to_contain_text("times as long")
