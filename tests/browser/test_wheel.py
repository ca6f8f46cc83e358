"""What an installed gradlens serves is what the browser tests have tried: bundled, kept for good; and it works."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.browser.test_diagnose import test_a_forgotten_use_is_named_and_its_edge_is_gone_to
from tests.browser.test_network import test_a_network_opens_as_a_program_whose_layers_are_closed_groups
from tests.browser.test_page import (
    test_a_korean_reader_is_met_in_korean_and_every_text_is_translated,
    test_the_reference_page_works_offline,
)
from tests.installed import build_wheel, serve_wheel

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def client(tmp_path_factory) -> Iterator[httpx.Client]:
    """The wheel's own server in place of the checkout's, for every test of this module."""
    with serve_wheel(build_wheel(tmp_path_factory.mktemp("wheel")), tmp_path_factory.mktemp("installed")) as client:
        yield client


def test_these_pages_come_from_the_wheel(open_page):
    assert open_page().locator("script[type=module]").get_attribute("src").startswith("/static/built/")


def test_the_page_is_compressed_and_every_file_that_it_names_is_kept_for_good(client):
    page = client.get("/")
    assert page.headers["content-encoding"] == "gzip"
    named = set(re.findall(r'"(/static/[^"]+)"', page.text))
    assert len(named) > 40
    for address in named:
        assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable", address
    assert client.get("/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def test_every_page_is_there(client):
    contents = client.get("/learn/en").text
    pages = {"/docs", *re.findall(r'href="(/learn/[^"#]+)"', contents)}
    assert len(pages) > 15
    for page in pages | {page.replace("/en", "/ko") for page in pages}:
        assert client.get(page).status_code == 200, page
