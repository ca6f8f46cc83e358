"""axe-core finds nothing serious or critical, whatever state the page is in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page import choose, write

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def at_the_end(page: Page, client, language: str) -> None:
    page.locator("#scrubber").focus()
    page.keyboard.press("End")


def arrays(page: Page, client, language: str) -> None:
    choose(page, client, "two_layer_net", language)
    at_the_end(page, client, language)


def an_error(page: Page, client, language: str) -> None:
    write(page, "x = 2\ny = sigmod(x)")
    expect(page.locator("#problem")).to_be_visible()


def a_warning(page: Page, client, language: str) -> None:
    write(page, "x = 0\ny = relu(x)")
    expect(page.locator("#warnings")).to_be_visible()


def the_help(page: Page, client, language: str) -> None:
    page.locator("#open-help").click()
    expect(page.locator("#help")).to_be_visible()


def the_table(page: Page, client, language: str) -> None:
    page.locator("#table summary").click()
    expect(page.locator("#table tbody tr").first).to_be_visible()


STATES = [at_the_end, arrays, an_error, a_warning, the_help, the_table]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_nothing_serious_is_found(open_page, client, state, dark, locale):
    page = open_page(dark=dark, locale=locale)
    state(page, client, locale[:2])
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in ("serious", "critical")] == []
