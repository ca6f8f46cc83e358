"""The figure as one file: it works where no server is."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import hatch_build
from gradlens.app.assets import Manifest, folder
from tests.browser.conftest import is_complaint

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (hatch_build.ROOT / "static" / "js" / "graph" / "element.js").is_file(),
        reason="The figure is no element yet.",
    ),
]
TRACE = (Path(__file__).parents[1] / "js" / "fixtures" / "apples.json").read_text("utf-8").replace("<", "\\u003c")


@pytest.fixture(scope="module")
def document() -> str:
    """A page with the figure of the apples in it, and nothing beside it."""
    hatch_build.build()
    return f"""<!doctype html><meta charset="utf-8">
<gradlens-graph controls lang="ko" style="height: 25rem"></gradlens-graph>
<script type="module">{Manifest(folder("static")).single_file("figure")}
document.querySelector("gradlens-graph").trace = {TRACE};
</script>"""


@pytest.mark.parametrize("framed", [False, True], ids=["a file", "a frame that may run scripts alone"])
def test_it_is_drawn_by_graphviz_with_its_words_and_asks_for_nothing(browser: Browser, document, tmp_path, framed):
    frame = f"""<!doctype html><meta charset="utf-8">
<iframe sandbox="allow-scripts" width="1000" height="600" srcdoc="{html.escape(document)}"></iframe>"""
    (tmp_path / "figure.html").write_text(frame if framed else document, "utf-8")
    page = browser.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "figure.html").as_uri())
    figure = page.frames[-1].locator("gradlens-graph")
    expect(figure.locator("g.node")).not_to_have_count(0)
    expect(figure).to_contain_text("전체 보기")
    page.close()
    assert complaints == []  # where Graphviz cannot be had, the console says so
    assert [url for url in requests if not url.startswith(("file:", "data:", "about:"))] == []
