"""How much a first visit transfers, as it is sent, and that a second one transfers next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Request

KB = 1000
WITHOUT_LAYOUT_ENGINE = 350 * KB
WITH_LAYOUT_ENGINE = 850 * KB
LAYOUT_ENGINE = "viz-js-viz"
LATER = ("codemirror", "katex", "KaTeX", "/editor.js")
UNWANTED = ("noble-hashes", "/tables.js", "/network/builder/")  # before a table is
HEADERS = 300  # what Resource Timing counts for an answer without a body, as a 304 is

# Notes when the first node stands in the graph.
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("#graph g.node")) return;
  window.firstGraph = performance.now();
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""


@pytest.fixture
def context(browser, client) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=str(client.base_url), reduced_motion="reduce", locale="ko-KR", viewport={"width": 1440, "height": 900}
    )
    context.add_init_script(WATCH)
    yield context
    context.close()


@pytest.fixture
def visit(context) -> Callable[[], tuple[Page, list[Request]]]:
    """Open the page, wait for the graph, the editor and a formula, and return all that was fetched, also by workers."""

    def visit() -> tuple[Page, list[Request]]:
        page = context.new_page()
        requests: list[Request] = []
        page.on("request", lambda request: requests.append(request))
        page.goto("/")
        page.locator("#editor .cm-content").wait_for()
        page.locator("#graph g.edge .hit").first.dispatch_event("click")
        page.locator("#inspector .katex").first.wait_for()
        page.wait_for_load_state("networkidle")
        return page, requests

    return visit


def transferred(requests: list[Request]) -> int:
    """Bytes of the answers' bodies, compressed as they were sent; nothing for what came from the cache."""
    return sum(request.sizes()["responseBodySize"] for request in requests)


def came(request: Request) -> bool:
    """Whether an answer came over the network, if only to say that nothing has changed."""
    sizes = request.sizes()
    return (
        sizes["responseHeadersSize"] + sizes["responseBodySize"] > 0
    )  # of what came from the cache they add up to nothing


def before_the_first_graph(page: Page, requests: list[Request]) -> list[Request]:
    seen = page.evaluate("performance.timeOrigin + firstGraph")
    return [request for request in requests if request.timing["startTime"] < seen]


def test_until_the_first_graph_is_seen_little_is_transferred(visit):
    requests = before_the_first_graph(*visit())
    engine = [request for request in requests if LAYOUT_ENGINE in request.url]
    others = [request for request in requests if LAYOUT_ENGINE not in request.url]
    assert len(engine) == 1 and transferred(engine) > 100 * KB
    assert transferred(others) <= WITHOUT_LAYOUT_ENGINE
    assert transferred(requests) <= WITH_LAYOUT_ENGINE


def test_editor_and_formulas_are_asked_for_after_the_first_graph_is_seen(visit):
    page, requests = visit()
    early = [request.url for request in before_the_first_graph(page, requests)]
    assert any(url.endswith("/js/main.js") for url in early)
    assert [url for url in early if any(part in url for part in LATER)] == []
    assert all(any(part in request.url for request in requests) for part in LATER)
    assert [request.url for request in requests if any(part in request.url for part in UNWANTED)] == []


def test_own_modules_are_asked_for_together_and_not_one_import_after_the_other(visit):
    page, requests = visit()
    listed = page.evaluate("[...document.querySelectorAll('link[rel=modulepreload]')].map((link) => link.href)")
    # The worker asks for its own module.
    loaded = {r.url for r in before_the_first_graph(page, requests) if "/static/js/" in r.url and "worker" not in r.url}
    assert loaded == set(listed)


def test_a_second_visit_takes_every_file_from_the_cache(visit):
    visit()
    page, _ = visit()
    files = page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => /static/.test(one.name)).map((one) => [one.name,"
        " one.transferSize])"
    )
    assert len(files) > 30
    assert [(name, size) for name, size in files if size > HEADERS] == []
