"""axe-core finds nothing serious or critical, whatever state the page is in.

A run of it takes seconds: what can be on the page at once is looked at together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, TypeVar

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page import choose, write

T = TypeVar("T")
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def at_the_end(page: Page, client, language: str) -> None:
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")


def a_cell(page: Page, client, language: str) -> None:
    choose(page, client, "affine", language)
    at_the_end(page, client, language)
    page.locator("#graph g.edge .hit").first.dispatch_event("click")
    page.locator(".cell-by-cell [data-grid='0'] td").first.hover()
    expect(page.locator(".cell-by-cell .lit").first).to_be_visible()
    the_palette(page, client, language)


def an_error(page: Page, client, language: str) -> None:
    the_influence(page, client, language)
    write(page, "x = 2\ny = sigmod(x)")
    expect(page.locator("#problem")).to_be_visible()
    the_help(page, client, language)


def a_warning(page: Page, client, language: str) -> None:
    write(page, "x = 0\ny = relu(x)")
    expect(page.locator("#warnings")).to_be_visible()
    the_table(page, client, language)
    the_backward_pass(page, client, language)


def the_help(page: Page, client, language: str) -> None:
    page.locator("#open-help").click()
    expect(page.locator("#help")).to_be_visible()


def the_palette(page: Page, client, language: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()


def the_table(page: Page, client, language: str) -> None:
    page.locator("#table summary").click()
    expect(page.locator("#table tbody tr").first).to_be_visible()


def the_backward_pass(page: Page, client, language: str) -> None:
    page.locator("#open-gradient-program").click()
    expect(page.locator("#gradient-program .cm-content")).to_be_visible()


def the_check(page: Page, client, language: str) -> None:
    the_neurons(page, client, language)
    page.locator("#tabs [data-panel=check]").click()
    expect(page.locator("#check .results")).to_be_visible()
    page.locator("#sweep-run").click()
    expect(page.locator("#check .sweep svg")).to_be_visible()
    for summary in page.locator("#check summary").all():
        summary.click()


def a_diagnosis(page: Page, client, language: str) -> None:
    at_the_end(page, client, language)
    page.locator("#tabs [data-panel=diagnose]").click()
    expect(page.locator("#diagnose .claims li")).to_have_count(8)
    for field, text in zip(page.locator("#diagnose .claims input").all(), ("1.1", "-1.1", "8"), strict=False):
        field.fill(text)
    page.locator("#diagnose-run").click()
    expect(page.locator("#diagnose .answer.wrong")).to_be_visible()


def an_unreadable_claim(page: Page, client, language: str) -> None:
    page.locator("#tabs [data-panel=diagnose]").click()
    page.locator("#diagnose .claims input").first.fill("eight")
    page.locator("#diagnose-run").click()
    expect(page.locator("#diagnose .claims .fault")).to_be_visible()


def the_influence(page: Page, client, language: str) -> None:
    page.locator("#tabs [data-panel=influence]").click()
    expect(page.locator("#influence .bars li")).to_have_count(5)


def a_derivation(page: Page, client, language: str) -> None:
    the_local_view(page, client, language)
    page.locator("#graph g.node .hit").last.dispatch_event("click")
    page.locator("#tabs [data-panel=derive]").click()
    page.locator("#derive-all").click()
    expect(page.locator("#derive .summary")).to_be_visible()
    page.locator("#path-0").click()
    page.locator("#paths-proof summary").click()
    expect(page.locator("#derive .katex").last).to_be_visible()


def fused_and_decomposed(page: Page, client, language: str) -> None:
    write(page, "x = [1, 2, 3]\nt = [0, 1, 0]\nz = softmax_cross_entropy(x, t)")
    expect(page.locator("#graph g.node")).to_have_count(3)
    page.locator("#graph g.node .hit").last.dispatch_event("click")
    page.locator("#tabs [data-panel=derive]").click()
    page.locator("#derive-fused").click()
    for which in ("one", "many"):
        expect(page.locator(f"#fused figure.{which} g.node").first).to_be_visible()
    page.locator("#fused-extreme").click()
    expect(page.locator("#fused .outcome")).to_be_visible()


def the_local_view(page: Page, client, language: str) -> None:
    at_the_end(page, client, language)
    page.locator("#local-view").click()
    expect(page.locator("#graph g.node.core")).to_have_count(1)


def the_network(page: Page, client, language: str) -> None:
    page.locator("#open-network").click()
    page.locator("#net-layers-0-units").fill("many")
    page.locator("#network-graph").click()
    expect(page.locator("#network .fault")).to_be_visible()


def a_training(page: Page, client, language: str) -> None:
    page.locator("#open-network").click()
    page.locator("#train-epoch").click()
    expect(page.locator("#train-readout dd").first).to_be_visible()
    page.locator("#train-numbers summary").click()
    page.locator("#train-table summary").click()
    expect(page.locator("#train-numbers svg")).to_have_count(2)


def the_neurons(page: Page, client, language: str) -> None:
    choose(page, client, "two_layer_net", language)
    at_the_end(page, client, language)
    page.locator("#neurons-view").click()
    expect(page.locator("#neurons .unit.known")).to_have_count(12)


def convolution_as_maps(page: Page, client, language: str) -> None:
    page.locator("#open-network").click()
    page.locator("#net-starter").select_option("digits_convolution")
    page.locator("#network-graph").click()
    page.locator("#neurons-view").click()
    at_the_end(page, client, language)
    expect(page.locator("#neurons .map.known")).to_have_count(17)


STATES = [
    a_cell,
    an_error,
    a_warning,
    the_network,
    a_training,
    convolution_as_maps,
    the_check,
    a_diagnosis,
    an_unreadable_claim,
    a_derivation,
    fused_and_decomposed,
]


Colours = Literal["light", "dark"]
COLOURS: tuple[Colours, Colours] = ("light", "dark")
LOCALES = ("ko-KR", "en-GB")


def in_turn(many: Iterable[T]) -> Iterator[tuple[T, str, Colours, bool]]:
    """Each of many in a locale and in colours, whose turn it is, and in the others, which `make test-slow` asks for."""
    for place, one in enumerate(many):
        for is_turn in (True, False):
            yield one, LOCALES[(place + is_turn) % 2], COLOURS[(place // 2 + is_turn) % 2], is_turn


@pytest.mark.parametrize(
    "state, locale, colours",
    [
        pytest.param(
            state, locale, colours, marks=() if is_turn else pytest.mark.slow, id=f"{state.__name__}-{colours}"
        )
        for state, locale, colours, is_turn in in_turn(STATES)
    ],
)
def test_nothing_serious_is_found(open_page, client, state, locale, colours):
    page = open_page(locale=locale)
    state(page, client, locale[:2])
    assert serious(page, colours) == []


# A rule's impact is that of all that it finds.
FIND = """async (impacts) => {
  const rules = axe._audit.rules.filter((rule) => rule.enabled && impacts.includes(rule.impact)).map((rule) => rule.id);
  return (await axe.run(document, {runOnly: rules, resultTypes: ["violations"], preload: false})).violations;
}"""


def serious(page: Page, colours: Colours) -> list[tuple[str, str]]:
    """What axe-core finds: rule, element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    page.emulate_media(color_scheme=colours)
    # What scrolls is found, and made a stop for the keyboard, in the frame after it was drawn.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in page.evaluate(FIND, ["serious", "critical"])]
