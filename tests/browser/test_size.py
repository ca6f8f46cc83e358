"""How much a first visit transfers, as it is sent, and that a second one transfers next to nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request

KB = 1000
WITHOUT_LAYOUT_ENGINE = 350 * KB
WITH_LAYOUT_ENGINE = 850 * KB
LAYOUT_ENGINE = "viz-js-viz"
LATER = ("codemirror", "katex", "KaTeX", "/built/editor-")
UNWANTED = ("noble-hashes", "/built/tables-", "/built/place-")  # before a table or a network is
MOST_REQUESTS = 45
MOST_OWN_JAVASCRIPT = 60 * KB
HEADERS = 300  # what Resource Timing counts for an answer without a body, as a 304 is

# Notes when the first node stands in the graph.
WATCH = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("#graph g.node")) return;
  window.firstGraph = performance.now();
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""


@pytest.fixture(scope="module")
def context(browser, client) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=str(client.base_url), reduced_motion="reduce", locale="ko-KR", viewport={"width": 1440, "height": 900}
    )
    context.add_init_script(WATCH)
    yield context
    context.close()


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def first(visit) -> tuple[Page, list[Request]]:
    """The visit of a browser that has nothing of the page."""
    return visit()


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


def test_until_the_first_graph_is_seen_little_is_transferred(first):
    requests = before_the_first_graph(*first)
    engine = [request for request in requests if LAYOUT_ENGINE in request.url]
    others = [request for request in requests if LAYOUT_ENGINE not in request.url]
    assert len(engine) == 1 and transferred(engine) > 100 * KB
    assert transferred(others) <= WITHOUT_LAYOUT_ENGINE
    assert transferred(requests) <= WITH_LAYOUT_ENGINE


def test_of_the_pages_own_modules_little_is_transferred_until_then(first):
    requests = before_the_first_graph(*first)
    own = [request for request in requests if re.search(r"/static/built/.*\.js$", request.url)]
    assert len(own) > 0 and len(requests) <= MOST_REQUESTS
    assert 0 < transferred(own) <= MOST_OWN_JAVASCRIPT


def test_a_reload_asks_whether_the_page_has_changed_and_for_the_trace_and_nothing_else(first, visit):
    page, _ = visit()
    requests = []
    page.on("request", lambda request: requests.append(request))
    page.reload()
    page.locator("#editor .cm-content").wait_for()
    page.locator("#graph g.node").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert len(requests) > 25
    asked = [request for request in requests if came(request)]
    assert [urlsplit(request.url).path for request in asked] == ["/", "/api/expression"]
    assert transferred(asked[:1]) == 0  # 304: it has not changed


def test_editor_and_formulas_are_asked_for_after_the_first_graph_is_seen(first):
    page, requests = first
    early = [request.url for request in before_the_first_graph(page, requests)]
    assert any("/built/main-" in url for url in early)
    assert [url for url in early if any(part in url for part in LATER)] == []
    assert all(any(part in request.url for request in requests) for part in LATER)
    assert [request.url for request in requests if any(part in request.url for part in UNWANTED)] == []


def test_modules_are_asked_for_together_and_not_one_import_after_the_other(first):
    page, requests = first
    listed = page.evaluate("[...document.querySelectorAll('link[rel=modulepreload]')].map((link) => link.href)")
    # The worker asks for its own module.
    loaded = {
        r.url
        for r in before_the_first_graph(page, requests)
        if r.url.endswith(".js") and "/static/" in r.url and "worker" not in r.url
    }
    assert {url for url in loaded if "/built/" in url} == {url for url in listed if "/built/" in url}
    assert set(listed) <= loaded


def test_a_second_visit_takes_every_file_from_the_cache(first, visit):
    page, _ = visit()
    files = page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => /static/.test(one.name)).map((one) => [one.name,"
        " one.transferSize])"
    )
    assert len(files) > 30
    assert [(name, size) for name, size in files if size > HEADERS] == []
