"""A network clicked together or pasted, and its graph."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.test_page import linked, node, value_said
from tests.browser.test_workbench import program

# Matt Mazur, A Step by Step Backpropagation Example (2015): its weights, its input and its targets.
MAZUR = {
    "layers": [
        {"type": "affine", "W": [[0.15, 0.25], [0.2, 0.3]], "b": [0.35, 0.35]},
        "sigmoid",
        {"type": "affine", "W": [[0.4, 0.5], [0.45, 0.55]], "b": [0.6, 0.6]},
        "sigmoid",
    ],
    "loss": {"type": "mse", "reduction": "sum"},
    "x": [[0.05, 0.1]],
    "t": [[0.01, 0.99]],
}
LARGE = {
    "layers": [{"type": "affine", "units": 100}, "relu", {"type": "affine", "units": 10}],
    "loss": "softmax_cross_entropy",
    "x": [[0.1] * 784] * 100,
    "t": [3] * 100,
}

TRANSFORMER = {
    "layers": [
        {"type": "embedding", "vocabulary": 50, "units": 64},
        {"type": "transformer_block", "heads": 4},
        {"type": "affine", "units": 50},
    ],
    "x": [[*range(50), *[7] * 14]] * 4,
    "t": [[1] * 64] * 4,
    "loss": "softmax_cross_entropy",
}


def opened(page: Page) -> Page:
    page.locator("#open-network").click()
    expect(page.locator("#net-add")).to_be_visible()
    return page


def graph(page: Page) -> Page:
    """The network's graph, and the program beside it."""
    page.locator("#network-graph").click()
    expect(page.locator("#network-said")).to_be_empty()
    if (page.viewport_size or {})["width"] > 900:  # a narrow page turns to the graph by itself
        page.locator("#network-close").click()
    expect(page.locator("#network")).to_be_hidden()
    return page


def give(field: Locator, text: str) -> None:
    """Put a long text into a field at once: `fill` takes a second for each hundred lines."""
    field.evaluate(
        "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})); }", text
    )


def paste(page: Page, text: str) -> None:
    page.locator("#net-paste summary").click()
    give(page.locator("#net-paste textarea"), text)
    page.locator("#net-take").click()


def operations(page: Page) -> list[str]:
    return page.locator("#graph g.node .op").all_inner_texts()


def test_a_network_opens_as_a_program_whose_layers_are_closed_groups(open_page):
    page = graph(opened(open_page()))
    expect(node(page, "loss")).to_be_visible()
    wait_until(
        lambda: (
            program(page)
            .rstrip()
            .endswith(
                "h1 = affine1(x, W1, b1)\nh2 = tanh1(h1)\ny = affine2(h2, W2, b2)\nloss = softmax_cross_entropy(y, t)"
            )
        )
    )
    becomes(
        lambda: page.locator("#graph g.node").count(), 4 + 6
    )  # three layers and the loss; x, t and two pairs of parameters


def test_layers_are_added_changed_moved_and_removed(open_page):
    page = opened(open_page())
    page.locator("#net-remove-1").click()
    page.locator("#net-add").click()
    expect(page.locator("#net-layers-2-type")).to_be_focused()
    page.locator("#net-layers-2-type").select_option("relu")
    page.locator("#net-up-2").click()
    expect(page.locator("#net-up-1")).to_be_focused()
    page.locator("#net-layers-0-units").fill("7")
    graph(page)
    wait_until(lambda: "relu1(h1)" in program(page))
    expect(node(page, "W1")).to_contain_text("2×7")


def test_the_keyboard_opens_it_and_escape_leads_back(open_page):
    page = open_page()
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.locator("#net-starter")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#network")).to_be_hidden()


@pytest.mark.parametrize(
    ("locale", "said"), [("en-GB", "layers[0].units takes a whole number"), ("ko-KR", "layers[0].units")]
)
def test_what_is_wrong_is_said_at_its_field_until_it_is_mended(open_page, locale, said):
    page = opened(open_page(locale=locale))
    units = page.locator("#net-layers-0-units")
    units.fill("many")
    page.locator("#network-graph").click()
    expect(page.locator("#network .fault")).to_contain_text(said)
    expect(units).to_be_focused()
    becomes(lambda: units.get_attribute("aria-invalid"), "true")
    units.fill("3")
    expect(page.locator("#network .fault")).to_have_count(0)
    graph(page)
    becomes(lambda: node(page, "W1").locator(".value tspan").count(), 2)  # two rows of three


def test_layers_that_do_not_fit_are_blamed_at_their_row(open_page):
    page = opened(open_page())
    page.locator("#net-layers-0-type").select_option("max_pool2d")
    page.locator("#net-layers-0-size").fill("2")
    page.locator("#network-graph").click()
    expect(page.locator(".layers > li").first.locator(".fault")).to_contain_text("max_pool2d")


def test_a_csv_of_ones_own_is_read_and_its_hole_is_said_at_the_text(open_page):
    page = opened(open_page())
    page.locator("#net-dataset").select_option("csv")
    text = page.locator("#net-dataset-csv")
    text.fill("a,b,kind\n1,two,yes\n3,4,no\n5,6,yes")
    page.locator("#network-graph").click()
    expect(text).to_be_focused()
    expect(page.locator("#network .fault")).to_contain_text("two")
    text.fill("a,b,kind\n1,2,yes\n3,4,no\n5,6,yes\n7,8,no\n9,1,yes")
    graph(page)
    expect(node(page, "x")).to_contain_text("4×2")


def test_pytorch_text_is_read_and_never_run(open_page):
    page = opened(open_page())
    paste(page, "nn.Sequential(nn.Linear(2, 5), nn.ReLU(), nn.Linear(5, 2))")
    expect(page.locator("#net-unpaste")).to_be_visible()
    graph(page)
    expect(node(page, "W1")).to_contain_text("2×5")


def test_a_pasted_request_brings_its_weights_and_gives_the_published_error(open_page):
    page = opened(open_page())
    paste(page, json.dumps(MAZUR))
    graph(page)
    expect(node(page, "loss")).to_be_visible()
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    becomes(lambda: value_said(page, "loss"), "≈0.5967")  # twice 0.298371109: he halves the squares


def test_broken_json_is_said_where_it_was_pasted(open_page):
    page = opened(open_page())
    paste(page, '[{"type": "affine"')
    expect(page.locator("#net-paste .fault")).to_contain_text("bracket")
    expect(page.locator("#net-paste textarea")).to_be_focused()


def test_a_network_of_a_textbooks_size_opens_closed_steps_and_outlives_a_reload(open_page):
    page = opened(open_page())
    paste(page, json.dumps(LARGE))
    graph(page)
    expect(node(page, "W1")).to_contain_text("784×100")
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#timeline .sentence")).not_to_be_empty()
    becomes(lambda: page.locator("#graph g.node").count(), 10)
    wait_until(lambda: page.evaluate("location.hash.length") > 100)
    assert page.evaluate("location.hash.length") < 4000
    page.reload()
    # Its box may tell its gradient in place of its name by then.
    expect(page.locator("#graph g.node").filter(has_text="784×100").first).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()


def test_a_transformer_block_of_a_textbooks_size_opens_layer_by_layer(open_page):
    page = opened(open_page())
    paste(page, json.dumps(TRANSFORMER))
    graph(page)
    # Two edges of h1 go into the closed block, and what they contribute is too large to be sent.
    page.locator("#graph g.edge .hit[aria-label^='Edge from h1 to h2']").press("Enter")
    page.locator("#timeline .scrubber").press("End")
    page.locator("#graph g.edge .hit[aria-label^='Edge from h1 to h2']").press("Enter")
    expect(page.locator("#inspector")).to_contain_text("Too large to be sent with every step.")
    for name in ("transformer_block1", "residual1", "attention1"):
        page.get_by_role("button", name=f"Open {name}", exact=True).press("Enter")
        expect(page.locator("#graph g.group text").filter(has_text=name)).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#timeline .sentence")).not_to_be_empty()
    # With every function of the program opened its arrays would be more than the service takes.
    page.get_by_role("button", name="Open softmax_cross_entropy", exact=True).press("Enter")
    expect(page.locator("#graph g.group text").filter(has_text="softmax_cross_entropy")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()


def test_form_graph_and_training_stand_side_by_side_and_the_graph_is_used_meanwhile(open_page):
    page = opened(open_page())
    page.locator("#network-graph").click()
    expect(node(page, "W1")).to_be_visible()
    sides = "(place) => { const {left, right} = place.getBoundingClientRect(); return [left, right]; }"
    places = [page.locator(place).evaluate(sides) for place in ("#network-form", "#figure", "#training")]
    assert all(one[1] <= other[0] + 1 for one, other in pairwise(places))
    page.locator("#train-play").click()
    page.locator("#timeline .scrubber").press("ArrowRight")  # while it trains
    expect(page.locator("#timeline .step-count")).to_have_text("1 / 19")
    node(page, "W1").locator(".hit").dispatch_event("click")
    page.get_by_role("tab", name="Inspector").click()
    expect(page.locator("#inspector h2")).to_contain_text("W1")
    page.get_by_role("tab", name="Training").click()
    expect(page.locator("#train-play")).to_have_text("Pause")  # it went on
    page.locator("#train-play").click()
    page.locator("#language").select_option("ko")
    expect(page.locator("#train-play")).to_have_text("학습 시작")
    expect(page.locator("#network-graph")).to_have_text("그래프 보기")
    assert linked(page)["g"] is True
    page.locator("#net-init_seed").press("Escape")
    expect(page.locator("#open-network")).to_be_focused()
    expect(page.locator("#training")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_the_way_back_leads_out_of_the_place_and_forward_into_it_with_what_was_built(open_page, width):
    page = opened(open_page(width=width))
    expect(page.locator("#figure")).to_be_visible(visible=width > 1000)
    page.locator("#net-init_seed").fill("5")
    page.go_back()
    expect(page.locator("#network")).to_be_hidden()
    expect(page.locator("#figure")).to_be_visible()
    opened(page)
    expect(page.locator("#net-init_seed")).to_have_value("5")
    page.locator("#network-graph").click()
    expect(node(page, "W1")).to_be_visible()
    expect(page.locator("#network")).to_be_visible(visible=width > 1000)
    page.locator("#example").select_option("chain")
    expect(page.locator("#network")).to_be_hidden()  # a program is read where programs are


def test_nothing_of_it_is_loaded_before_it_is_asked_for(open_page):
    page = open_page(cold=True)
    loaded = (
        "performance.getEntriesByType('resource').map(({name}) => name).filter((name) =>"
        " /built\\/(place-|network[.-])/.test(name))"
    )
    assert page.evaluate(loaded) == []
    opened(page)
    wait_until(lambda: page.evaluate(loaded) != [])


def test_without_a_server_it_says_that_and_can_be_tried_again(open_page, cut_off):
    page = opened(open_page())
    page.route("**/api/network", cut_off)
    page.locator("#network-graph").click()
    expect(page.locator("#network-said")).to_contain_text("cannot be reached")
    page.unroute("**/api/network")
    graph(page)


@pytest.mark.fresh_page  # steps are counted from the start of a training
@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_it_fits_any_width(open_page, locale):
    page = opened(open_page(width=360, locale=locale))
    for step, width in enumerate((360, 768, 1440, 1920), 1):
        page.set_viewport_size({"width": width, "height": 900})
        page.locator("#train-step").click()
        expect(page.locator("#train-readout")).to_contain_text(re.compile(rf"(?:Step|단계)\s*{step}(?!\d)"))
        expect(page.locator("#train-loss svg")).to_be_visible()
        for place in ("#network", "#training"):
            over = "({scrollWidth, clientWidth}) => scrollWidth - clientWidth"
            assert page.locator(place).evaluate(over) == 0, (place, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_remark_on_what_a_network_ends_in_stands_beside_its_graph(open_page):
    page = opened(open_page())
    page.locator("#net-add").click()
    page.locator("#net-layers-3-type").select_option("softmax")
    graph(page)
    expect(page.locator("#warnings")).to_contain_text(
        "softmax_cross_entropy would apply once more. cross_entropy is computed instead"
    )
