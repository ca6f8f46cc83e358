"""Derivations with the reader's numbers, and paths: counted, listed, lit."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.test_page import choose, node, write


def opened(page: Page, program: str | None = None, last: str = "z", at: str | None = None) -> Page:
    if program is not None:
        write(page, program)
        expect(node(page, last)).to_be_visible()
    if at is not None:
        node(page, at).locator(".hit").click()
    page.locator("#tabs [data-panel=derive]").click()
    expect(page.locator("#derive h2")).to_be_visible()
    return page


def lines(page: Page):
    return page.locator("#derive .lines > li")


def show_all(page: Page) -> None:
    expect(lines(page).first).to_be_visible()
    page.locator("#derive-all").click()


def ask(client, name: str, **body) -> dict:
    return client.post(f"/api/{name}", json=body).json()


def shown(value: float) -> str:
    """As the page writes a number of moderate size: four digits."""
    text = f"{float(f'{value:.4g}'):g}".replace("-", "−")
    return f"= {text}" if math.isclose(float(f"{value:.4g}"), value, rel_tol=1e-15) else f"≈ {text}"


def test_every_line_at_a_sigmoid_comes_to_the_same_number_as_the_service_says(open_page, client):
    program = "w = 0.5\nx = 2\nz = sigmoid(w * x)"
    page = opened(open_page(), program, at="z")
    expect(lines(page)).to_have_count(1)
    expected = ask(client, "derive", program=program, node="z")["derivations"][0]["lines"]
    show_all(page)
    expect(lines(page)).to_have_count(len(expected))
    becomes(lambda: page.locator("#derive .figure").all_inner_texts(), [shown(line["value"]) for line in expected])
    # sigmoid(1) (1 - sigmoid(1)) = 0.19661…
    becomes(lambda: {text.lstrip("≈ ") for text in page.locator("#derive .figure").all_inner_texts()}, {"0.1966"})
    reasons = [" ".join(text.split()) for text in lines(page).locator(".reason").all_text_contents()]
    assert reasons == [f"{i} {line['reason']['en']}" for i, line in enumerate(expected, 1)]
    expect(page.locator("#derive .lines .same")).to_have_count(len(expected))
    expect(page.locator("#derive .summary.same")).to_contain_text(f"{len(expected)} lines, one value")
    expect(lines(page).last.locator(".katex").first).to_be_visible()
    expect(page.locator("#side .read-why a")).to_have_attribute("href", "/learn/en/activations#one")


def test_steps_come_one_at_a_time_by_the_keyboard_and_are_said(open_page):
    page = opened(open_page(), "x = 2\nz = sigmoid(x)", at="z")
    expect(lines(page)).to_have_count(1)
    page.locator("#derive-next").focus()
    page.keyboard.press("Enter")
    expect(lines(page)).to_have_count(2)
    expect(page.locator("#derive-next")).to_be_focused()
    expect(page.locator("#derive .said")).to_have_text("Put the definition in.")
    page.keyboard.press("Enter")
    expect(lines(page)).to_have_count(3)
    page.locator("#derive-all").click()
    expect(page.locator("#derive-next")).to_be_disabled()
    page.locator("#derive-all").click()
    expect(lines(page)).to_have_count(1)


def test_d_opens_the_panel_and_escape_gives_the_keyboard_back(open_page):
    page = open_page()
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("d")
    expect(page.locator("#tabs [data-panel=derive]")).to_be_focused()
    expect(page.locator("#derive .famous button")).to_have_count(8)
    page.keyboard.press("Escape")
    expect(page.locator("#inspector")).to_be_visible()
    expect(page.locator("#timeline .scrubber")).to_be_focused()


def test_a_famous_one_is_derived_without_a_program(open_page, client):
    page = opened(open_page())
    for name in ("sigmoid", "softmax_cross_entropy", "batch_norm", "conv2d"):
        page.locator(f"#derive-{name}").click()
        expected = client.get(f"/api/derivations/{name}").json()["derivations"][0]["lines"]
        show_all(page)
        expect(lines(page), name).to_have_count(len(expected))
        expect(lines(page).locator(".katex-display"), name).to_have_count(len(expected))
        expect(page.locator("#derive .lines .katex-error"), name).to_have_count(0)
        page.locator("#derive-back").click()
        expect(page.locator("#derive .famous button")).to_have_count(8)


def test_any_op_with_a_rule_can_be_sought_by_name_and_others_are_refused_in_a_sentence(open_page, client):
    page = opened(open_page())
    offered = {o["name"] for o in client.get("/api/ops").json()["ops"] if o["rules"]}
    wait_until(lambda: page.locator("#derive-ops option").count() == len(offered))
    field = page.locator("#derive-op")
    field.fill("tangent")
    field.press("Enter")
    expect(page.locator("#derive-op-fault")).to_contain_text("no derivation of “tangent”")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("")
    field.press_sequentially("softmax_cross_entropy")  # softmax, on the way, is not meant
    expect(field).to_have_value("softmax_cross_entropy")
    field.press("Enter")
    expect(page.locator("#derive h3").first).to_have_text("softmax_cross_entropy")
    # A node that is chosen after it takes its place.
    node(page, "price").locator(".hit").click()
    expect(page.locator("#derive h3").first).to_have_text("+ at price")


def test_an_edge_is_derived_for_its_own_operand_and_a_node_for_each(open_page):
    page = opened(open_page(), "x = 3\ny = 4\nz = x * y", at="z")
    expect(page.locator("#derive-operand option")).to_have_text(["x", "y"])
    show_all(page)
    wait_until(lambda: page.locator("#derive .figure").last.inner_text() == "= 4")
    page.locator("#derive-operand").select_option("1")
    expect(lines(page)).to_have_count(1)
    show_all(page)
    wait_until(lambda: page.locator("#derive .figure").last.inner_text() == "= 3")
    page.locator('#graph g.edge[data-id="1"] .hit').dispatch_event("click")
    expect(page.locator("#derive-operand")).to_have_count(0)
    show_all(page)
    wait_until(lambda: page.locator("#derive .figure").last.inner_text() == "= 3")


def test_the_numbers_follow_the_program_and_the_revealed_steps_stay(open_page):
    page = opened(open_page(), "x = 3\nz = x ** 2", at="z")
    show_all(page)
    wait_until(lambda: page.locator("#derive .figure").last.inner_text() == "= 6")
    count = lines(page).count()
    write(page, "x = 5\nz = x ** 2")
    node(page, "z").locator(".hit").click()
    expect(page.locator("#derive .figure").first).to_contain_text("10")
    assert lines(page).count() in (1, count)


def test_at_a_kink_the_line_with_a_small_step_says_that_it_differs(open_page):
    page = opened(open_page(), "x = 0\nz = relu(x)", at="z")
    show_all(page)
    # The slopes beside 0 are 0 and 1; the op's convention is 0.
    expect(page.locator("#derive .lines .differs").first).to_contain_text("a small step fails here")
    expect(page.locator("#derive .summary.differs")).to_be_visible()


def test_of_a_large_array_one_element_is_asked_for_by_its_index(open_page, client):
    page = open_page()
    # 2 × 5 does not stand in a line.
    program = "W = [[1, 2, 3, 4, 5], [0, 1, 0, 1, 0]]\nx = [[1, -1], [2, 1]]\ny = x @ W\nz = sum(y ** 2)"
    opened(page, program, at="y")
    trace = ask(client, "expression", program=program)
    names = {n["name"]: n["id"] for n in trace["nodes"]}
    edge = next(e for e in trace["edges"] if e["source"] == names["W"])
    page.locator("#derive-operand").select_option(label="W (y)")
    show_all(page)
    fields = page.locator("#derive .indices input")
    expect(fields).to_have_count(2)
    wait_until(lambda: page.locator("#derive .figure").last.inner_text() == shown(edge["contribution"][0][0]))
    fields.nth(0).fill("1")
    fields.nth(0).press("Tab")
    wait_until(lambda: page.locator("#derive .figure").last.inner_text() == shown(edge["contribution"][1][0]))
    fields.nth(1).fill("99")
    fields.nth(1).press("Tab")
    wait_until(lambda: page.locator("#derive .figure").last.inner_text() == shown(edge["contribution"][1][4]))
    expect(fields.nth(1)).to_have_value("4")


def test_of_a_small_array_all_elements_stand_in_each_line_or_one(open_page):
    page = opened(open_page(), "x = [1, 2]\nt = [0, 1]\nz = softmax_cross_entropy(x, t)", at="z")
    show_all(page)
    # softmax([1, 2]) - t = [0.2689, -0.2689]
    expect(lines(page).last.locator(".worth .katex").first).to_contain_text("0.2689")
    page.locator("#derive-of").select_option("one")
    wait_until(
        lambda: (
            page.locator("#derive .figure").last.inner_text() == "≈ 0.2689"
            if page.locator("#derive .figure").count()
            else False
        )
    )


def test_an_op_without_a_slope_says_why_it_has_no_derivation(open_page):
    page = opened(open_page(), "x = [1, 3]\nk = argmax(x)\nz = sum(x) + k", at="k")
    expect(page.locator("#derive .note").first).to_contain_text("no slope to pass on")
    expect(lines(page)).to_have_count(0)


def test_an_opened_function_is_derived_as_a_whole_and_its_parts_by_themselves(open_page):
    page = open_page()
    write(page, "x = [1, 2]\ny = softmax(x)\nz = y[0]")
    expect(node(page, "y")).to_be_visible()
    node(page, "y").locator(".hit").focus()
    page.keyboard.press("o")
    expect(page.locator("#graph g.group")).to_have_count(1)
    opened(page, at="e")
    expect(page.locator("#derive h3").first).to_have_text("exp at e")
    show_all(page)
    expect(page.locator("#derive .summary.same")).to_be_visible()
    page.locator("#derive-outer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#derive h3").first).to_have_text("softmax at y")
    expect(page.locator("#derive-outer")).to_be_focused()
    show_all(page)
    expect(page.locator("#derive .summary.same")).to_be_visible()


def test_a_function_that_is_closed_beside_an_open_namesake_is_derived_by_itself(open_page):
    page = open_page()
    write(page, "x = [1, 2]\na = softmax(x)\nb = softmax(a * 2)\nz = a[0] + b[1]")
    expect(node(page, "b")).to_be_visible()
    node(page, "a").locator(".hit").focus()
    page.keyboard.press("o")
    expect(page.locator("#graph g.group")).to_have_count(1)
    node(page, "b").locator(".hit").dispatch_event("click")
    opened(page)
    expect(page.locator("#derive h3").first).to_have_text("softmax at b")
    show_all(page)
    expect(page.locator("#derive .summary.same")).to_be_visible()


def test_a_function_of_the_program_is_derived_where_it_is_one_op_and_else_says_why_not(open_page):
    page = open_page()
    write(
        page,
        "def layer(a):\n    return sigmoid(a)\n\ndef both(a):\n    b = a * a\n    return b + a\n\nx = 2\ny ="
        " layer(x)\nz = both(y)",
    )
    expect(node(page, "z")).to_be_visible()
    opened(page, at="y")
    expect(page.locator("#derive h3").first).to_have_text("sigmoid at y")
    show_all(page)
    expect(page.locator("#derive .summary.same")).to_be_visible()
    node(page, "z").locator(".hit").click()
    expect(page.locator("#derive .note").first).to_contain_text("a function of the program itself")
    expect(page.locator("#derive-fused")).to_have_count(0)


def test_a_leaf_that_is_chosen_in_the_graph_is_where_paths_begin(open_page):
    page = opened(open_page(), "x = 2\ny = 3\nt = x + y\nz = t ** 2 + t * x")
    expect(page.locator("#paths-of")).to_have_value("x")
    node(page, "y").locator(".hit").click()
    expect(page.locator("#paths-of")).to_have_value("y")
    page.locator("#paths-of").select_option("x")
    wait_until(lambda: len(paths(page)) == 3)
    node(page, "z").locator(".hit").click()
    expect(page.locator("#paths-of")).to_have_value("x")


def paths(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator("#derive .paths li").all_inner_texts()]


def test_every_path_stands_with_its_product_and_their_sum_is_the_gradient(open_page):
    page = opened(open_page(), "x = 2\ny = 3\nt = x + y\nz = t ** 2 + t * x")
    wait_until(lambda: len(paths(page)) == 3)
    # dt²/dt = 10, d(t x)/dt = 2, d(t x)/dx = 5
    assert [text.split("= ")[1] for text in paths(page)] == ["10", "2", "5"]
    expect(page.locator("#derive .counts .count dd")).to_have_text("3")
    expect(page.locator("#derive .counts .edges dd")).to_have_text("6")
    expect(page.locator("#derive .total")).to_contain_text("10 + 2 + 5 = 17")
    expect(page.locator("#derive .total")).to_contain_text("the gradient of x that backpropagation found: 17")
    page.locator("#paths-of").select_option("y")
    wait_until(lambda: len(paths(page)) == 2)
    expect(page.locator("#derive .total")).to_contain_text("10 + 2 = 12")


def test_a_chosen_path_is_lit_in_the_graph_until_the_reader_leaves(open_page):
    page = opened(open_page(), "x = 2\ny = 3\nt = x + y\nz = t ** 2 + t * x")
    wait_until(lambda: len(paths(page)) == 3)
    button = page.locator("#path-2")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    becomes(lambda: page.locator("#graph .node.on-path .name").all_text_contents(), ["x", "v₅", "z"])
    expect(page.locator("#graph .edge.on-path")).to_have_count(2)
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    expect(page.locator("#graph .edge.on-path")).to_have_count(2)
    page.locator("#tabs [data-panel=inspector]").click()
    expect(page.locator("#graph .on-path")).to_have_count(0)
    expect(page.locator("#graph.has-path")).to_have_count(0)


def test_a_lit_path_goes_out_with_its_program_and_follows_its_numbers(open_page):
    page = opened(open_page(), "x = 2\ny = 3\nt = x + y\nz = t ** 2 + t * x")
    wait_until(lambda: len(paths(page)) == 3)
    page.locator("#path-2").click()
    expect(page.locator("#graph .edge.on-path")).to_have_count(2)
    write(page, "x = 7\nz = x * 2")
    wait_until(lambda: len(paths(page)) == 1)
    expect(page.locator("#graph .on-path")).to_have_count(0)
    page.locator("#path-0").click()
    page.keyboard.press("o")  # nothing to open: the same graph, drawn as it was
    expect(page.locator("#graph .edge.on-path")).to_have_count(1)


def test_a_group_that_is_opened_and_closed_leaves_the_derivation_what_it_was(open_page):
    page = opened(open_page(), "x = 2\ny = sigmoid(x)\nz = y * x", at="y")
    expect(page.locator("#derive h3").first).to_have_text("sigmoid at y")
    node(page, "y").locator(".hit").focus()
    for count in (1, 0, 1, 0):
        page.keyboard.press("o")
        expect(page.locator("#graph g.group")).to_have_count(count)
    expect(page.locator("#derive h3").first).to_have_text("sigmoid at y")
    show_all(page)
    expect(page.locator("#derive .summary.same")).to_be_visible()
    expect(page.locator("#derive .paths li")).to_have_count(2)


def test_of_more_paths_than_atoms_only_the_number_is_shown(open_page):
    program = "\n".join(["x = 1", "a0 = x + x"] + [f"a{i} = a{i - 1} + a{i - 1}" for i in range(1, 100)])
    page = opened(open_page(), program, last="a99")
    expect(page.locator("#derive .counts .count dd")).to_have_text(
        "2¹⁰⁰ = 1,267,650,600,228,229,401,496,703,205,376 ≈ 1.27×10³⁰"
    )
    expect(page.locator("#derive .counts .edges dd")).to_have_text("200")
    assert paths(page) == []
    expect(page.locator("#derive .path-sum .note")).to_contain_text("the recursion walks 200 edges")


def test_through_arrays_paths_are_counted_and_not_listed(open_page):
    page = opened(open_page(), "x = [1, 2]\nz = sum(x * x)")
    expect(page.locator("#derive .counts .count dd")).to_have_text("2")
    expect(page.locator("#derive .path-sum .note")).to_contain_text("arrays on the way")


@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_the_proof_stands_in_both_languages_with_its_formulas(open_page, locale):
    page = opened(open_page(locale=locale))
    page.locator("#paths-proof summary").click()
    expect(page.locator("#paths-proof li")).to_have_count(5)
    expect(page.locator("#paths-proof .katex-display")).to_have_count(5)
    expect(page.locator("#paths-proof .katex-error")).to_have_count(0)


def test_a_language_that_is_chosen_later_is_that_of_the_reasons(open_page):
    page = opened(open_page(), "x = 2\nz = sigmoid(x)", at="z")
    expect(lines(page).first).to_contain_text("What is sought")
    page.locator("#language").select_option("ko")
    expect(lines(page).first).to_contain_text("구하는 것")


def test_the_page_never_scrolls_sideways(open_page, client):
    page = open_page()
    choose(page, client, "softmax_cross_entropy")
    opened(page)
    page.locator("#derive-conv2d").click()
    show_all(page)
    expect(lines(page).locator(".katex-display").last).to_be_visible()
    for width, text in ((1920, 100), (768, 200), (360, 100), (320, 100)):
        page.evaluate("text => (document.documentElement.style.fontSize = `${text}%`)", text)
        page.set_viewport_size({"width": width, "height": 900})
        wait_until(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        wait_until(lambda: page.locator("#derive").evaluate("panel => panel.scrollWidth <= panel.clientWidth"))


def test_two_uses_of_one_value_are_numbered_alike_in_the_choice_and_in_the_formulas(open_page):
    page = opened(open_page(), "a = 2\nz = a * a", at="z")
    expect(page.locator("#derive-operand option")).to_have_text(["a⁽¹⁾ (x)", "a⁽²⁾ (y)"])
    expect(lines(page).first).to_contain_text("⁽¹⁾, ⁽²⁾; only one of them is changed")
    page.locator("#derive-operand").select_option("1")
    show_all(page)
    expect(lines(page).last.locator("annotation").first).to_have_text("= {a^{(1)}}")
