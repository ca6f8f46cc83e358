"""The network view: a column a layer on the page's own trace, step and selection."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.test_network import LARGE, MAZUR, graph, opened, paste
from tests.browser.test_page import choose, node, steps, write

RESIDUAL = {
    "layers": [
        {"type": "affine", "units": 3},
        {"type": "residual", "layers": [{"type": "affine", "units": 3}, "relu", {"type": "affine", "units": 3}]},
        {"type": "affine", "units": 2},
    ],
    "loss": "softmax_cross_entropy",
    "x": [[1, 2, 3], [0.5, -1, 0.2]],
    "t": [0, 1],
}
TRANSFORMER = {
    "layers": [{"type": "transformer_block", "heads": 2}],
    "loss": "mse",
    "x": [[[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.1, 0.2]]],
    "t": [[[1, 2, 3, 4], [4, 3, 2, 1]]],
}
# One of each kind: samples with a plane, a wide table, maps, one output, and many layers.
STARTERS = ["spiral", "digits", "digits_convolution", "diabetes", "ten_relus"]


def neurons(page: Page) -> Page:
    page.locator("#neurons-view").click()
    expect(page.locator("#neurons .unit").first).to_be_visible()
    return page


def mazur(page: Page) -> Page:
    opened(page)
    paste(page, json.dumps(MAZUR))
    return neurons(graph(page))


def network(page: Page, spec: dict) -> Page:
    opened(page)
    paste(page, json.dumps(spec))
    return neurons(graph(page))


def to(page: Page, step: int) -> None:
    page.evaluate(
        "step => { const range = document.querySelector('#timeline .scrubber'); range.value = step < 0 ?"
        " Number(range.max) + 1 + step : step; range.dispatchEvent(new Event('input')); }",
        step,
    )


def titles(page: Page) -> list[str]:
    return page.locator("#neurons .column").evaluate_all(
        "all => all.map((one) => [...one.querySelectorAll('.title:not(.size)')].map((line) => line.textContent).join('"
        " ').replaceAll('_ ', '_'))"
    )


def column(page: Page, number: int) -> Locator:
    return page.locator("#neurons .column").nth(number)


def units(page: Page, number: int) -> Locator:
    return column(page, number).locator(".unit")


def test_there_is_a_button_where_there_are_layers_and_only_there(open_page, client):
    page = open_page()
    expect(page.locator("#neurons-view")).to_be_hidden()
    choose(page, client, "two_layer_net", "en")
    expect(page.locator("#neurons-view")).to_be_visible()
    neurons(page)
    write(page, "x = 2\ny = x ** 2")
    expect(page.locator("#neurons-view")).to_be_hidden()
    expect(page.locator("#neurons")).to_be_hidden()
    expect(node(page, "y")).to_be_visible()


def test_a_column_a_layer_with_the_published_numbers_forward_and_backward(open_page):
    # Mazur: out_h1 0.593269992, out_o1 0.75136507, the error's derivative by w5 0.082167041; here the error is not
    # halved, so twice that.
    page = mazur(open_page())
    becomes(lambda: titles(page), ["x", "affine1 sigmoid1", "affine2 sigmoid2", "loss", "t"])
    becomes(lambda: [units(page, i).count() for i in range(5)], [2, 2, 2, 1, 2])
    becomes(lambda: units(page, 1).locator(".value").all_text_contents(), ["", ""])
    to(page, -1)
    becomes(lambda: units(page, 1).locator(".value").all_text_contents(), ["0.59", "0.6"])
    becomes(lambda: units(page, 2).locator(".value").all_text_contents(), ["0.75", "0.77"])
    units(page, 2).first.hover()
    expect(page.locator("#neurons .readout")).to_contain_text("y[0, 0] = ≈0.7514")
    page.locator("h1").hover()
    line = page.locator("#neurons .join.weights").nth(1).locator("path").first
    box = line.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#neurons .readout")).to_have_text("W2[0, 0] = 0.4, ∂loss/∂W2[0, 0] = ≈0.1643")


# Of the first neuron of each layer: whether its value is known, and whether its gradient is.
TOLD = """(columns) => columns.map((column) => {
  const unit = column.querySelector(".unit");
  const ring = unit?.querySelector(".ring");
  const isSeen = ring?.checkVisibility({ visibilityProperty: true }) ?? false;
  return { known: unit?.classList.contains("known") ?? false, ring: isSeen };
})"""


def test_the_neurons_fill_layer_by_layer_and_the_gradients_come_back(open_page):
    page = mazur(open_page())
    steps = int(page.locator("#timeline .scrubber").get_attribute("max") or 0)
    known, back = [], []
    for step in range(steps + 1):
        to(page, step)
        told = page.locator("#neurons .column").evaluate_all(TOLD)[:4]
        known.append([one["known"] for one in told])
        back.append([one["ring"] for one in told])
    assert known[0] == [True, False, False, False] and known[-1] == [True] * 4
    assert [row for i, row in enumerate(known) if not i or row != known[i - 1]] == [
        [True] * (1 + i) + [False] * (3 - i) for i in range(4)
    ]
    assert [row for i, row in enumerate(back) if not i or row != back[i - 1]] == [
        [False] * (4 - i) + [True] * i for i in range(5)
    ]


def test_a_neuron_and_a_weight_are_chosen_in_the_inspector(open_page):
    page = mazur(open_page())
    to(page, -1)
    hit = units(page, 1).first.locator(".hit")
    hit.click(position={"x": 26, "y": 17})
    expect(page.locator("#inspector h2")).to_have_text("h2")
    hit.click(position={"x": 8, "y": 17})
    expect(page.locator("#inspector h2")).to_have_text("h1")
    to(page, -1)
    box = page.locator("#neurons .join.weights").first.locator("path").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#inspector h2")).to_have_text("W1 → h1")
    expect(page.locator("#neurons .join.weights").first).to_have_class(re.compile("active back.* selected"))


@pytest.mark.fresh_page
def test_the_keyboard_opens_it_walks_over_neurons_and_weights_chooses_and_closes(open_page):
    page = mazur(open_page())
    to(page, -1)
    page.locator("h1").click()
    page.keyboard.press("v")
    expect(page.locator("#neurons")).to_be_hidden()
    page.keyboard.press("v")
    expect(page.locator("#neurons")).to_be_visible()
    page.locator("#neurons [tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#neurons .hit:focus")).to_have_attribute(
        "aria-label",
        "affine1, sigmoid1, neuron 0: h1[0, 0] = 0.3775, ∂loss/∂h1[0, 0] = ≈0.01754, h2[0, 0] = ≈0.5933,"
        " ∂loss/∂h2[0, 0] = ≈0.0727",
    )
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#neurons .cursor-line")).to_be_focused()
    expect(page.locator("#neurons .cursor-line")).to_have_attribute(
        "aria-label", "W1[0, 0] = 0.15, ∂loss/∂W1[0, 0] = ≈0.0008771"
    )
    page.keyboard.press("ArrowDown")
    expect(page.locator("#neurons .cursor-line")).to_have_attribute(
        "aria-label", "W1[1, 0] = 0.2, ∂loss/∂W1[1, 0] = ≈0.001754"
    )
    page.keyboard.press("ArrowDown")
    expect(page.locator("#neurons .cursor-line")).to_have_attribute(
        "aria-label", "b1[0] = 0.35, ∂loss/∂b1[0] = ≈0.01754"
    )
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("b1 → h1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("h2")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("h1")
    count = page.locator("#timeline .step-count")
    expect(count).to_have_text(f"{steps(page)} / {steps(page)}")  # what is chosen is told at the present step
    page.keyboard.press(",")
    expect(count).to_have_text(f"{steps(page) - 1} / {steps(page)}")
    page.keyboard.press(".")
    expect(count).to_have_text(f"{steps(page)} / {steps(page)}")


def test_a_layer_is_closed_and_opened_by_mouse_and_by_key(open_page):
    page = mazur(open_page())
    to(page, -1)
    column(page, 1).locator(".switch").click()
    expect(units(page, 1)).to_have_count(1)
    # The mean of 0.593269992 and 0.596884378.
    expect(units(page, 1).locator(".value")).to_have_text("0.6")
    becomes(lambda: column(page, 1).locator(".switch").get_attribute("aria-expanded"), "false")
    assert page.locator("#neurons .join.selected").count() == 0  # what lies under the switch was not meant
    page.keyboard.press("Tab")
    page.locator("#neurons [tabindex='0']").focus()
    page.keyboard.press("o")
    expect(units(page, 1)).to_have_count(2)
    expect(page.locator("#neurons :focus")).to_have_count(1)
    page.keyboard.press("o")
    expect(units(page, 1)).to_have_count(1)


def test_a_block_is_one_box_until_it_is_opened_and_the_graph_agrees(open_page):
    page = network(open_page(), RESIDUAL)
    becomes(lambda: titles(page), ["x", "affine1", "residual1", "affine4", "softmax_cross_entropy", "t"])
    column(page, 2).locator(".switch").click()
    expect(page.locator("#neurons .group text")).to_have_text("residual1")
    becomes(
        lambda: titles(page),
        ["x", "affine1", "affine2 relu1", "affine3", "+ h2", "affine4", "softmax_cross_entropy", "t"],
    )
    page.locator("#neurons-view").click()
    expect(page.locator("#graph .group text")).to_have_text(["residual1"])
    page.locator("#neurons-view").click()
    page.locator('#neurons .switch[data-stop="block residual1.1"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#neurons .group")).to_have_count(0)
    expect(page.locator("#neurons :focus")).to_have_attribute("data-stop", "block residual1.1")


def test_a_transformer_block_opens_step_by_step(open_page):
    page = network(open_page(), TRANSFORMER)
    becomes(lambda: titles(page), ["x", "transformer_block1", "mse", "t"])
    for path in ("transformer_block1.1", "transformer_block1.1/residual1.1", "transformer_block1.1/residual2.1"):
        page.locator(f'#neurons .switch[data-stop="block {path}"]').click()
        page.locator(f'#neurons .switch[data-stop="block {path}"][aria-expanded=true]').wait_for()
    becomes(
        lambda: titles(page),
        ["x", "layer_norm1", "attention1", "+ h1", "layer_norm2", "affine1 gelu1", "affine2", "+ y", "mse", "t"],
    )
    to(page, -1)
    becomes(lambda: page.locator("#neurons .map.known").count(), 9)


@pytest.mark.parametrize("starter", STARTERS)
def test_every_kind_of_starter_is_drawn_and_steps_to_the_end(open_page, starter):
    page = opened(open_page())
    page.locator("#net-starter").select_option(starter)
    neurons(graph(page))
    to(page, -1)
    expect(page.locator("#neurons .unit:not(.known)")).to_have_count(0)
    assert page.locator("#neurons .join path").count() < 1600
    expect(page.locator("#neurons .column.loss")).to_have_count(1)
    becomes(lambda: titles(page)[:1] + titles(page)[-1:], ["x", "t"])


def test_a_wide_layer_opens_closed_and_opened_says_how_many_more_there_are(open_page):
    page = network(open_page(), LARGE)
    to(page, -1)
    becomes(lambda: [units(page, i).count() for i in range(3)], [1, 1, 10])
    expect(units(page, 0).locator(".hit")).to_have_attribute(
        "aria-label", re.compile(r"^x \(784 neurons\): root mean square of the values ≈?0\.1, of the gradients ≈")
    )
    column(page, 1).locator(".switch").click()
    expect(column(page, 1).locator(".more")).to_have_text("… 89 more")
    expect(units(page, 1)).to_have_count(11)
    assert page.locator("#neurons .join path").count() < 400
    column(page, 0).locator(".switch").click()
    expect(column(page, 0).locator(".more")).to_have_text("… 773 more")
    expect(units(page, 0).first.locator(".value")).to_have_text("…")
    page.get_by_role("button", name="Fetch all numbers").click()
    expect(units(page, 0).first.locator(".value")).to_have_text("0.1")
    expect(page.get_by_role("button", name="Fetch all numbers")).to_be_hidden()


def test_the_two_layer_example_of_the_language_has_its_biases_in_its_neurons(open_page, client):
    page = open_page()
    choose(page, client, "two_layer_net", "en")
    neurons(page)
    becomes(lambda: titles(page), ["X", "A1 sigmoid", "A2", "softmax", "L", "T"])
    to(page, -1)
    # A1[0] = [1, 0.5] @ W1 + b1 = [0.3, 0.7, 1.1], as the book has it.
    units(page, 1).nth(2).hover()
    expect(page.locator("#neurons .readout")).to_contain_text("A1[0, 2] = 1.1")
    page.locator("#neurons-sample").select_option("1")
    units(page, 0).nth(1).hover()
    expect(page.locator("#neurons .readout")).to_contain_text("X[1, 1] = 2")
    page.locator("#neurons-sample").select_option("mean")
    expect(units(page, 0).nth(1).locator(".value")).to_have_text("1.3")  # of 0.5 and 2: 1.25


def test_it_outlives_a_reload_and_a_change_of_language(open_page):
    page = mazur(open_page())
    to(page, 4)
    page.locator("#language").select_option("ko")
    expect(page.locator("#neurons .size").first).to_have_text("뉴런 2개")
    page.reload()
    expect(page.locator("#neurons .size").first).to_have_text("뉴런 2개")
    expect(page.locator("#timeline .step-count")).to_contain_text("4 / ")
    expect(page.locator("#neurons-view")).to_have_attribute("aria-pressed", "true")


def test_another_program_takes_the_place_of_what_the_pointer_rests_on(open_page, client):
    page = open_page()
    choose(page, client, "two_layer_net", "en")
    neurons(page)
    units(page, 5).nth(1).hover()
    expect(page.locator("#neurons .readout")).to_contain_text("T[0, 1] = 1")
    write(page, "x = [[1, 2]]\nW = [[1], [3]]\nb = [1]\ny = affine(x, W, b)")
    expect(page.locator("#neurons .column")).to_have_count(2)
    becomes(lambda: titles(page), ["x", "affine"])
    to(page, -1)
    # 1 · 1 + 2 · 3 + 1
    expect(units(page, 1).locator(".value")).to_have_text("8")


def test_nothing_of_it_is_loaded_before_it_is_asked_for(open_page, client):
    page = open_page(cold=True)
    choose(page, client, "two_layer_net", "en")
    expect(page.locator("#neurons-view")).to_be_visible()
    loaded = (
        "performance.getEntriesByType('resource').map(({name}) => name).filter((name) => /built\\/neurons/.test(name))"
    )
    assert page.evaluate(loaded) == []
    neurons(page)
    wait_until(lambda: len(page.evaluate(loaded)) >= 2)


def test_it_fits_any_width(open_page):
    page = opened(open_page(width=320, locale="ko-KR"))
    page.locator("#net-starter").select_option("ten_relus")
    neurons(graph(page))
    for width in (320, 768, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        to(page, -1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # The last step is at the input, and the picture has come to it.
        becomes(lambda: page.locator("#neurons .room").evaluate("room => room.scrollLeft"), 0)
        to(page, 20)
        wait_until(
            lambda: page.locator("#neurons .halo.active").evaluate_all(
                "(all) => { const room = document.querySelector('#neurons .room').getBoundingClientRect(); return"
                " all.some((one) => { const {left, right} = one.getBoundingClientRect(); return left >= room.left - 1"
                " && right <= room.right + 1; }); }"
            )
        )


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en-GB", "Drawn by the formulas of TensorFlow Playground"),
        ("ko-KR", "TensorFlow Playground(D. Smilkov, S. Carter)의 식으로"),
    ],
)
def test_the_source_of_the_data_is_said_in_the_pages_language(open_page, client, locale, said):
    page = opened(open_page(locale=locale))
    expect(page.locator("#network")).to_contain_text(said)
    for name in [dataset["name"] for dataset in client.get("/api/datasets").json()["datasets"]]:
        page.locator("#net-dataset").select_option(name)
        expect(page.locator("#network")).not_to_contain_text(f"dataset.{name}.source")
