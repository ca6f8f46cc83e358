"""A reader's own gradients: typed, pasted, judged, and the mistake shown in the graph."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.test_page import choose, node, write

# b is used twice: dz/db = a + 2b = 2 + 6 = 8
TWICE = "a = 2\nb = 3\nc = a * b\nd = b ** 2\nz = c + d"


def opened(page: Page, program: str | None = None, last: str = "z") -> Page:
    if program is not None:
        write(page, program)
        expect(node(page, last)).to_be_visible()
    page.locator("#tabs [data-panel=diagnose]").click()
    expect(page.locator("#diagnose .claims li").first).to_be_visible()
    return page


def field(page: Page, name: str, kind: str = "gradient"):
    return page.get_by_label(f"Your {kind} of {name}", exact=True)


def claim(page: Page, claims: dict[str, str], kind: str = "gradient") -> None:
    for name, text in claims.items():
        field(page, name, kind).fill(text)
    page.locator("#diagnose-run").click()


def tell(page: Page) -> None:
    page.locator("#diagnose-tell").click()


def said(page: Page):
    return page.locator("#diagnose [role=status]")


def test_right_gradients_are_told_to_be_right_and_each_is_marked(open_page):
    page = opened(open_page(), TWICE)
    claim(page, {"a": "3", "b": "8", "c": "1"})
    expect(page.locator("#diagnose .answer.ok")).to_contain_text("All that you wrote is right.")
    expect(page.locator("#diagnose [data-verdict=right]")).to_have_count(3)
    expect(page.locator("#graph g.node.right")).to_have_count(3)
    expect(page.locator("#graph g.node.unknown")).to_have_count(2)


def test_a_forgotten_use_is_named_and_its_edge_is_gone_to(open_page):
    page = opened(open_page(), TWICE)
    claim(page, {"b": "2", "c": "1"})
    answer = page.locator("#diagnose .answer.wrong")
    expect(answer).to_contain_text("The first that is wrong: b")
    expect(answer).to_contain_text("A path is missing")
    expect(page.locator("#side .read-why a")).to_have_attribute("href", "/learn/en/patterns#collects")
    expect(answer).to_contain_text("Of 2 that you wrote, 1 is right.")
    expect(answer).not_to_contain_text("8")  # hints first, the value last
    tell(page)
    expect(answer).to_contain_text("is 8, not 2")
    expect(page.locator("#diagnose li.first label")).to_contain_text("∂z/∂b")
    answer.get_by_role("button", name="Go to the edge b → d").first.click()
    expect(page.locator("#graph g.edge.selected")).to_have_count(1)
    page.locator("#tabs [data-panel=inspector]").click()
    expect(page.locator("#inspector h2")).to_have_text("b → d")


def test_the_mistake_is_marked_in_the_graph_while_it_is_told(open_page):
    page = opened(open_page(), TWICE)
    claim(page, {"b": "2"})
    expect(page.locator("#graph g.edge.wrong")).to_have_count(1)
    page.locator("#tabs [data-panel=inspector]").click()
    expect(page.locator("#graph .wrong")).to_have_count(0)
    page.locator("#tabs [data-panel=diagnose]").click()
    expect(page.locator("#graph g.edge.wrong")).to_have_count(1)
    field(page, "b").fill("8")
    expect(page.locator("#graph .wrong")).to_have_count(0)


def test_hidden_gradients_are_told_nowhere_beside_the_figure(open_page):
    page = opened(open_page(), TWICE)
    page.locator(".play-bar .end").click()
    expect(page.locator("#story .derivative")).to_have_count(1)
    page.locator("#claims-hide").check()
    page.locator(".play-bar .end").click()
    page.locator("#tabs [data-panel=inspector]").click()
    node(page, "b").locator(".hit").dispatch_event("click")
    expect(page.locator("#inspector h2")).to_have_text("b")
    expect(page.locator("#inspector .sum")).to_have_count(0)
    # Neither do labels for screen readers, the lines' widths or the scale tell them; only the seed, 1, is known.
    said_of = "(parts) => parts.map((part) => part.getAttribute('aria-label'))"
    nodes = page.locator("#graph g.node .hit").evaluate_all(said_of)
    edges = page.locator("#graph g.edge .hit").evaluate_all(said_of)
    assert [label[0] for label in nodes if "gradient not yet known" in label] == ["a", "b", "c", "d"]
    assert edges and all(label.endswith("contribution not yet known") for label in edges)
    expect(page.locator("#graph g.edge.back, #graph .legend:visible")).to_have_count(0)
    expect(page.locator("#story .derivative")).to_have_count(0)
    page.locator("#tabs [data-panel=diagnose]").click()
    page.locator("#claims-hide").uncheck()
    page.locator(".play-bar .end").click()
    expect(page.locator("#story .derivative")).to_have_count(1)


def test_the_edge_is_found_when_a_function_is_closed_and_when_it_is_open(open_page):
    program = "def f(a):\n    b = a * a\n    return b\nx = 3\ny = f(x)\nz = y * 2"
    page = opened(open_page(), program)
    claim(page, {"y": "2", "x": "6"})
    tell(page)
    go = page.locator("#diagnose-go-0")
    go.click()
    expect(page.locator("#graph .selected")).to_have_count(1)
    page.locator("#graph .switch").first.click()
    expect(page.locator("#graph .frame")).to_have_count(1)
    expect(page.locator("#diagnose .claims label")).to_have_text(["∂z/∂y", "∂z/∂x"])
    page.locator("#diagnose-run").click()
    tell(page)
    page.locator("#diagnose-go-0").click()
    expect(page.locator("#graph .selected")).to_have_count(1)


def test_forward_values_are_judged_too_and_both_kinds_are_kept(open_page):
    page = opened(open_page(), TWICE)
    field(page, "b").fill("8")
    page.get_by_label("values", exact=True).check()
    claim(page, {"c": "5"}, "value")
    expect(page.locator("#diagnose .answer")).to_contain_text("The first that is wrong: c")
    page.get_by_label("gradients", exact=True).check()
    expect(field(page, "b")).to_have_value("8")


def test_what_numpy_and_pytorch_print_is_read(open_page):
    page = opened(open_page(), "W = [[1, 2], [3, 4]]\nz = sum(W * W)")
    for printed in (
        "[[2. 4.]\n [6. 8.]]",
        "array([[2., 4.],\n       [6., 8.]])",
        "tensor([[2., 4.],\n        [6., 8.]], requires_grad=True)",
        "[[2, 4], [6, 8]]",
    ):
        claim(page, {"W": printed})
        expect(page.locator("#diagnose .answer.ok")).to_contain_text("All that you wrote is right.")
        expect(field(page, "W")).to_have_value(printed)
        field(page, "W").fill("")
        expect(page.locator("#diagnose .answer")).to_have_text("")


def test_an_answer_to_numbers_that_were_changed_meanwhile_is_not_shown(open_page):
    page = opened(open_page(), TWICE)
    held = []
    page.route("**/api/diagnose", lambda route: route.continue_() if held else held.append(route))
    claim(page, {"a": "3"})
    wait_until(lambda: page.wait_for_timeout(20) or held)  # a route is told only while the page is asked
    expect(page.locator("#diagnose")).to_have_attribute("aria-busy", "true")
    field(page, "a").fill("4")
    expect(page.locator("#diagnose")).not_to_have_attribute("aria-busy", "true")
    held[0].continue_()
    page.locator("#diagnose-run").click()
    expect(page.locator("#diagnose .answer.wrong")).to_be_visible()
    expect(page.locator("#diagnose .answer.ok")).to_have_count(0)


def test_a_pasted_dict_fills_the_fields_with_its_digits_as_they_were_written(open_page):
    page = opened(open_page(), TWICE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("""navigator.clipboard.writeText('{"a": 3.00, "b": [8.0], "q": 1}')""")
    field(page, "c").focus()
    page.keyboard.press("Control+v")
    expect(field(page, "a")).to_have_value("3.00")
    expect(field(page, "b")).to_have_value("[8.0]")
    expect(field(page, "c")).to_have_value("")
    expect(said(page)).to_have_text("2 fields filled. Not among them: q")
    expect(field(page, "c")).to_be_focused()


@pytest.mark.parametrize(
    ("locale", "label", "words"),
    [("en-GB", "Your gradient of b", "array as NumPy or PyTorch"), ("ko-KR", "구한 b의 기울기", "NumPy나 PyTorch")],
)
def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_lost(open_page, locale, label, words):
    page = opened(open_page(locale=locale), TWICE)
    written = page.get_by_label(label, exact=True)
    written.fill("[8")
    page.locator("#diagnose-run").click()
    expect(written).to_have_attribute("aria-invalid", "true")
    expect(written).to_have_value("[8")
    expect(page.locator("#diagnose .claims .fault")).to_contain_text(words)
    written.fill("8")
    page.locator("#diagnose-run").click()
    expect(page.locator("#diagnose .answer.ok")).to_be_visible()
    expect(written).not_to_have_attribute("aria-invalid", "true")


def test_nothing_written_is_no_question(open_page):
    page = opened(open_page(), TWICE)
    page.locator("#diagnose-run").click()
    expect(said(page)).to_have_text("Write at least one number first.")


def test_mazurs_published_numbers_are_caught_as_updated_weights(open_page, client):
    page = open_page()
    choose(page, client, "mazur")
    opened(page)
    # Mazur 2015: the weights after one step with learning rate 0.5.
    claim(page, {"w5": "0.35891648", "w8": "0.561370121", "w1": "0.149780716"})
    expect(page.locator("#diagnose .answer.wrong")).to_contain_text("Weights that were updated already")
    tell(page)
    expect(page.locator("#diagnose .answer.wrong")).to_contain_text("a learning rate of 0.5")
    expect(page.locator("#diagnose [data-verdict=follows]")).to_have_count(2)


def test_claims_outlive_an_edit_another_language_and_another_tab(open_page):
    page = opened(open_page(), TWICE)
    claim(page, {"b": "2"})
    expect(page.locator("#diagnose .answer.wrong")).to_be_visible()
    page.locator("#tabs [data-panel=check]").click()
    page.locator("#tabs [data-panel=diagnose]").click()
    expect(page.locator("#diagnose .answer.wrong")).to_be_visible()
    page.locator("#language").select_option("ko")
    expect(page.locator("#diagnose .answer")).to_contain_text("빠진 경로")
    tell(page)
    expect(page.locator("#diagnose .answer")).to_contain_text("바른 값: 8, 쓴 값: 2")
    write(page, TWICE + "\nw = z * 2")
    expect(node(page, "w")).to_be_visible()
    expect(page.get_by_label("구한 b의 기울기", exact=True)).to_have_value("2")
    expect(page.locator("#diagnose .answer")).to_have_count(0)  # it was an answer about another program


def test_it_is_done_with_the_keyboard_alone(open_page):
    page = open_page()
    write(page, TWICE)
    expect(node(page, "z")).to_be_visible()
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("g")
    expect(page.locator("#diagnose .claims")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#claims-text")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(field(page, "d")).to_be_focused()  # backward order: d comes before c
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.locator("#diagnose .answer.wrong")).to_contain_text("The first that is wrong: d")
    expect(field(page, "d")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#timeline .scrubber")).to_be_focused()


def test_without_a_server_nothing_is_lost(open_page, cut_off):
    page = opened(open_page(), TWICE)
    page.route("**/api/diagnose", cut_off)
    claim(page, {"b": "8"})
    expect(page.locator("#diagnose .fault").first).to_contain_text("cannot be reached")
    page.unroute("**/api/diagnose")
    expect(field(page, "b")).to_have_value("8")
    page.locator("#diagnose-run").click()
    expect(page.locator("#diagnose .answer.ok")).to_be_visible()


HALF = (
    "x = np.array([[0.5, -1.0], [2.0, 1.5]])\nw = np.array([[0.1, 0.4], [0.2, -0.3]])\ny = x @ w\nL = np.sum(y ** 2)\n"
    "dy = 2 * y\ndw = x @ dy\ndx = dy @ w.T\n"
)


def test_the_first_wrong_line_of_a_backward_half_is_underlined_and_named_beside_the_right_one(open_page):
    page = opened(open_page(), "# far above\n" * 60 + HALF, "L")
    # The loss is differentiated, and the half is not drawn.
    expect(node(page, "dy")).to_have_count(0)
    expect(page.locator("#warnings")).to_contain_text("65–67")
    expect(page.locator("#diagnose .half")).to_contain_text("65–67")
    page.locator("#diagnose-half").click()
    answer = page.locator("#diagnose .answer.wrong")
    expect(answer.locator("h3")).to_contain_text("The first wrong line: 66")
    expect(answer.locator(".mistake")).to_have_text("A transpose")
    expect(answer.locator(".meant")).to_have_count(0)  # told when it is asked for
    page.locator("#diagnose-tell").click()
    expect(answer.locator(".meant")).to_have_text("dw = x.T @ dy")
    underlined = page.locator(".cm-lintRange-error")
    expect(underlined).to_have_text("dw = x @ dy")
    expect(underlined).to_be_in_viewport()
    expect(answer.locator("p code").first).to_have_text("dw = x @ dy")
    expect(answer.locator("li[data-verdict=wrong] code")).to_have_text(["dw = x @ dy"])
    page.locator("#language").select_option("ko")
    expect(answer.locator("h3")).to_contain_text("처음 틀린 줄: 66번째 줄")
    expect(answer.locator(".mistake")).to_have_text("전치")
    expect(answer.locator(".meant")).to_have_text("dw = x.T @ dy")
    expect(page.locator("#diagnose-half")).to_have_text("이 줄들 확인하기")
