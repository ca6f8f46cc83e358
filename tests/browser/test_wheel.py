"""What an installed gradlens serves: bundled, kept for good, small; and the page works from it as it does from a
checkout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.browser.test_size import KB, before_the_first_graph, came, transferred
from tests.installed import build_wheel, serve_wheel

pytestmark = pytest.mark.slow

MOST_REQUESTS = 45
MOST_OWN_JAVASCRIPT = 60 * KB


@pytest.fixture(scope="session")
def client(tmp_path_factory) -> Iterator[httpx.Client]:
    """The wheel's own server in place of the checkout's, for every test of this module."""
    with serve_wheel(build_wheel(tmp_path_factory.mktemp("wheel")), tmp_path_factory.mktemp("installed")) as client:
        yield client


def test_these_pages_come_from_the_wheel(open_page):
    assert open_page().locator("script[type=module]").get_attribute("src").startswith("/static/built/")


def test_until_the_first_graph_is_seen_little_is_asked_for(visit):
    requests = before_the_first_graph(*visit())
    own = [request for request in requests if re.search(r"/static/built/.*\.js$", request.url)]
    assert len(own) > 0 and len(requests) <= MOST_REQUESTS
    assert 0 < transferred(own) <= MOST_OWN_JAVASCRIPT


def test_a_reload_asks_whether_the_page_has_changed_and_for_the_trace_and_nothing_else(visit):
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


def test_the_page_is_compressed_and_every_file_that_it_names_is_kept_for_good(client):
    page = client.get("/")
    assert page.headers["content-encoding"] == "gzip"
    named = set(re.findall(r'"(/static/[^"]+)"', page.text))
    assert len(named) > 40
    for address in named:
        assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable", address
    assert client.get("/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
