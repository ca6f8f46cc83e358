"""Terms open the glossary, where each has a sentence and a figure that plays."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import go_to, node, steps, write


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_a_term_opens_the_glossary_at_its_entry_with_a_figure_that_plays(open_page, locale):
    page = open_page(locale=locale)
    go_to(page, steps(page))
    sentence = page.locator(".play-bar .sentence")
    expect(sentence.locator(".term[data-term=upstream]")).to_have_count(1)
    page.locator("#inspector .term[data-term=upstream]").click()
    glossary = page.locator("#glossary")
    current = glossary.locator(".terms [aria-current=true]")
    expect(current).to_have_text({"ko": "상류에서 온 기울기", "en": "Upstream gradient"}[locale[:2]])
    expect(glossary.locator(".symbol")).to_have_text("∂L/∂z")
    expect(glossary.locator("g.node")).to_have_count(5)
    glossary.locator(".end").click()
    expect(glossary.locator("g.node").filter(has_text="∂L/∂x").locator(".gradient")).to_have_text("12")
    for term in glossary.locator(".terms button").all()[:: 1 if locale == "ko-KR" else 4]:
        term.click()
        expect(glossary.locator(".meaning")).not_to_be_empty()
        expect(glossary.locator("g.node").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(glossary).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("w")
    expect(glossary).to_be_visible()


def test_labels_and_samples_are_marked_as_data_and_an_empty_editor_offers_examples(open_page):
    page = open_page()
    page.locator("#example").select_option("two_layer_net")
    for name in ("X", "T"):
        expect(node(page, name).locator(".note")).to_have_text("data")
    expect(page.locator("#graph g.node.data")).to_have_count(2)
    # What a term stands in brackets with stays beside it.
    go_to(page, 24)
    expect(page.locator(".play-bar .unbroken", has=page.locator("[data-term=difference]"))).to_have_text("(Y − T)")
    write(page, "")
    expect(page.locator("#problem.greeting")).to_contain_text("Where to begin?")
    page.locator("#problem").get_by_role("button", name="A neuron").click()
    expect(node(page, "score")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()
