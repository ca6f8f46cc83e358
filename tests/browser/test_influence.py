"""What a change of a leaf does: predicted and recomputed, ranked over the leaves; and one node's local view."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.measured import attribute
from tests.browser.test_page import choose, go_to, node, steps, write


def opened(page: Page, program: str | None = None, last: str = "z") -> Page:
    if program is not None:
        write(page, program)
        expect(node(page, last)).to_be_visible()
    page.locator("#tabs [data-panel=influence]").click()
    expect(page.locator("#influence .moving .claim")).to_be_visible()
    return page


def told(page: Page) -> list[str]:
    """Prediction, truth and their difference."""
    return page.locator("#influence .moving dd").all_inner_texts()


def test_one_more_yen_for_an_apple_is_two_yen_twenty_more(open_page):
    page = opened(open_page())
    page.locator("#influence-of").select_option("apple")
    expect(page.locator("#influence .claim")).to_have_text("apple +1 → total +2.2")
    wait_until(lambda: told(page) == ["+2.2", "+2.2", "0"])
    # 100 · 2.2 / 715
    expect(page.locator("#influence .elasticity")).to_have_text("Elasticity: apple +1 % → total ≈+0.3077 %")


def test_where_the_program_is_curved_the_truth_leaves_the_prediction(open_page):
    page = opened(open_page(), "x = 3\nz = x ** 2")
    wait_until(lambda: told(page) == ["+0.6", "+0.61", "+0.01"])
    page.locator("#influence-change").focus()
    page.keyboard.press("End")
    wait_until(lambda: told(page) == ["+6", "+7", "+1"])  # 4² - 3²
    page.keyboard.press("ArrowLeft")
    wait_until(lambda: told(page)[0] == "+5.94")
    expect(page.locator("#timeline .step-count")).to_contain_text("0 /")  # the arrows took no step
    expect(page.locator("#influence-change")).to_be_focused()
    expect(page.locator("#influence-change")).to_have_attribute("aria-valuetext", "+0.99")
    # The curve was drawn at nine places beside these.
    wait_until(lambda: attribute(page.locator("#influence .tangent path.series"), "d").count("L") >= 9)


def test_the_program_itself_is_not_changed(open_page):
    page = opened(open_page(), "x = 3\nz = x ** 2")
    page.locator("#influence-change").fill("1")
    wait_until(lambda: told(page) == ["+6", "+7", "+1"])
    becomes(lambda: page.locator(".cm-content").inner_text().strip(), "x = 3\nz = x ** 2")
    expect(node(page, "x").locator(".value")).to_have_text("3")


def test_the_leaves_are_ranked_by_gradient_or_by_elasticity(open_page):
    page = opened(open_page())
    names = page.locator("#influence .bars button")
    expect(names).to_have_text(["tax", "orange_count", "apple_count", "orange", "apple"])  # 650, 165, 110, 3.3, 2.2
    expect(page.locator("#influence .bars .size").first).to_have_text("+650")
    page.locator("#influence-measure").select_option("elasticity")
    # 1.1·650, 3·165 and 150·3.3, 2·110 and 100·2.2, all over 715
    expect(names).to_have_text(["tax", "orange", "orange_count", "apple", "apple_count"])
    expect(page.locator("#influence .bars .size").nth(1)).to_have_text("≈+0.6923 %")
    names.nth(3).click()
    expect(page.locator("#influence .claim")).to_contain_text("apple +1")
    expect(page.locator("#influence .bars [aria-pressed=true]")).to_have_text("apple")
    expect(page.locator("#influence .bars [aria-pressed=true]")).to_be_focused()


def test_of_an_array_the_strongest_element_comes_first_and_any_can_be_chosen(open_page):
    page = opened(open_page(), "w = [1, 5, 2]\nz = sum(w ** 2)", "w")
    expect(page.locator("#influence .claim")).to_contain_text("w[1] +0.1")
    wait_until(lambda: told(page) == ["+1", "+1.01", "+0.01"])  # 5.1² - 25
    page.locator("#influence-element").select_option("2")
    wait_until(lambda: told(page) == ["+0.4", "+0.41", "+0.01"])
    # |(2, 10, 4)|
    expect(page.locator("#influence .bars .size")).to_contain_text("10.95")
    page.locator("#influence-measure").select_option("largest")
    expect(page.locator("#influence .bars .size")).to_have_text("+10")


def test_the_leaf_that_is_chosen_in_the_graph_is_taken(open_page):
    page = open_page()
    node(page, "orange").locator(".hit").click()
    opened(page)
    expect(page.locator("#influence-of")).to_have_value("orange")


def test_outside_its_domain_the_truth_is_not_a_number_and_the_prediction_stays(open_page):
    page = opened(open_page(), "x = 0.5\nz = log(x)")
    page.locator("#influence-change").fill("-0.1")
    wait_until(lambda: told(page)[1] not in ("…", ""))
    assert told(page)[0] == "−0.2"
    write(page, "x = 1\nz = log(x)")
    expect(node(page, "x").locator(".value")).to_have_text("1")
    page.locator("#influence-change").fill("-1")
    wait_until(lambda: told(page) == ["−1", "−∞", "−∞"])


def test_forward_mode_carries_the_rate_of_one_number_through_the_graph_to_what_backpropagation_says(open_page):
    page = opened(open_page())
    page.locator("#influence-of").select_option("apple")
    page.locator("#forward-mode summary").press("Enter")
    rows = page.locator("#forward-mode tbody tr")
    expect(rows).to_have_count(9)
    # One more yen for an apple: 2 more for two of them, the same for the basket, 2 · 1.1 with the tax.
    tangents = {row.locator("th").inner_text().split()[0]: row.locator("td").last.inner_text() for row in rows.all()}
    assert tangents == {
        "apple": "1",
        "apple_count": "0",
        "orange": "0",
        "orange_count": "0",
        "tax": "0",
        "apple_price": "2",
        "orange_price": "0",
        "price": "2",
        "total": "2.2",
    }
    expect(page.locator("#forward-mode")).to_contain_text("tangent is 2.2, and backpropagation's gradient is 2.2")
    expect(page.locator("#forward-mode .note").last).to_contain_text("here 5; backpropagation 1")


def test_forward_mode_says_what_went_wrong_and_can_be_opened_again(open_page, cut_off):
    page = opened(open_page())
    page.route("**/api/expression", cut_off)
    page.locator("#forward-mode summary").press("Enter")
    expect(page.locator("#forward-mode .fault")).to_be_visible()
    page.unroute("**/api/expression")
    page.locator("#forward-mode summary").press("Enter")
    page.locator("#forward-mode summary").press("Enter")
    expect(page.locator("#forward-mode tbody tr")).to_have_count(9)


def test_an_output_of_zero_has_no_elasticity(open_page):
    page = opened(open_page(), "x = 1\nz = log(x)")
    expect(page.locator("#influence .elasticity")).to_contain_text("There is no elasticity here")


def test_a_program_without_inputs_says_so(open_page):
    page = open_page()
    write(page, "z = log(2) + 1")
    expect(page.locator("#graph g.node[data-kind=input]")).to_have_count(0)
    page.locator("#tabs [data-panel=influence]").click()
    expect(page.locator("#influence .note")).to_have_text("No input has a gradient here.")


def test_targets_and_indices_are_set_apart_from_the_ranking_with_a_word(open_page):
    page = opened(open_page(), "x = 2\nz = x * x")
    expect(page.locator("#influence-labels")).to_be_hidden()
    write(page, "x = [[1, 2], [3, 4]]\nt = [[0, 1], [1, 0]]\nz = softmax_cross_entropy(x, t)")
    expect(page.locator("#influence-labels")).to_contain_text("Not ranked: t.")
    expect(page.locator("#influence .bars button")).to_have_text(["x"])
    expect(page.locator("#influence-of")).to_have_value("x")


def near(page: Page) -> list[str]:
    """The names of the nodes that are not faded, and each one's part."""
    return sorted(
        page.locator("#graph g.node.near").evaluate_all(
            "all => all.map((g) => document.querySelector('#graph').plan.trace.nodes[g.dataset.id].name"
            " + ': ' + g.querySelector('.note').textContent)"
        )
    )


def surface(page: Page, name: str):
    """Where a node is pressed, also where its box tells its gradient in place of its name."""
    id = page.evaluate(
        "(name) => document.querySelector('#graph').plan.trace.nodes.findIndex((n) => n.name === name)", name
    )
    return page.locator(f'#graph g.node[data-id="{id}"] .hit')


def card(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator("#local dd").all_inner_texts()]


def test_the_local_view_shows_a_node_with_its_neighbours_and_what_passes_between(open_page):
    page = open_page()
    node(page, "price").locator(".hit").click()
    page.locator("#inspector .reach").first.click()
    page.locator("h1").click()
    page.keyboard.press("l")
    expect(page.locator("#local")).to_be_visible()
    expect(page.locator("#local-view")).to_have_attribute("aria-pressed", "true")
    assert near(page) == [
        "apple_price: receives from",
        "orange_price: receives from",
        "price: knows",
        "total: passes on to",
    ]
    # 200 + 450
    assert card(page) == [
        "apple_price 200 orange_price 450",
        "∂price/∂apple_price 1 ∂price/∂orange_price 1",
        "total 650",
    ]
    becomes(lambda: page.locator("#graph g.edge.near").count(), 3)
    go_to(page, steps(page))
    surface(page, "price").click()
    go_to(page, steps(page))
    page.keyboard.press("l")
    expect(page.locator("#local")).to_be_hidden()
    expect(page.locator("#graph .note")).to_have_count(0)


def test_in_the_backward_pass_it_receives_from_above_and_passes_on_below(open_page):
    page = open_page()
    page.locator("#local-view").click()
    # The edge into apple: apple_price passes 1.1 × 2 on
    last = steps(page)
    for cursor in range(last, 0, -1):
        go_to(page, cursor)
        if "apple_price" in page.locator("#local h3").inner_text():
            break
    expect(page.locator("#local h3")).to_contain_text("backward")
    assert near(page) == [
        "apple: passes on to",
        "apple_count: passes on to",
        "apple_price: knows",
        "price: receives from",
    ]
    assert card(page)[0] == "price 1.1"
    assert card(page)[2] == "apple 2.2 apple_count 110"


def test_two_uses_of_one_value_are_told_apart_in_the_local_view(open_page):
    page = open_page()
    write(page, "h = 3\nz = h * h")
    expect(node(page, "z")).to_be_visible()
    page.locator("#local-view").click()
    node(page, "z").locator(".hit").click()
    page.locator("#inspector .reach").first.click()
    # dz/dh is 6, and 3 by one of its uses
    wait_until(lambda: card(page)[1:2] == ["∂z/∂h⁽¹⁾ 3 ∂z/∂h⁽²⁾ 3"])


def test_a_short_vector_is_written_out_in_the_local_view_and_a_matrix_is_its_shape(open_page):
    page = open_page()
    write(page, "w = [1, 5, 2]\nM = [[1, 2], [3, 4]]\ny = w * 2\nq = M * 3\nz = sum(y) + sum(q)")
    expect(node(page, "q")).to_be_visible()
    page.locator("#local-view").click()
    node(page, "y").locator(".hit").click()
    page.locator("#inspector .reach").first.click()
    wait_until(lambda: card(page) and "[2, 10, 4]" in card(page)[2])
    node(page, "q").locator(".hit").click()
    wait_until(lambda: "M 2×2" in card(page)[0])


def test_every_moment_of_a_larger_graph_has_its_local_view(open_page, client):
    page = open_page()
    choose(page, client, "two_layer_net")
    page.locator("#local-view").click()
    expect(page.locator("#local h3")).to_be_visible()
    height = page.locator("#figure").evaluate("figure => figure.clientHeight")
    for cursor in range(0, steps(page) + 1, 7):
        go_to(page, cursor)
        expect(page.locator("#graph g.node.core")).to_have_count(1)
        assert len(near(page)) >= 2
    assert page.locator("#figure").evaluate("figure => figure.clientHeight") == height  # the graph did not jump
