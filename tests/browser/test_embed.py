"""A figure of the service in a frame of another page."""

from __future__ import annotations

import base64
import json
import zlib

from playwright.sync_api import Browser, expect

from tests.browser.conftest import is_complaint

APPLES = "apple = 100\ncount = 2\ntax = 1.1\ntotal = apple * count * tax"


def fragment(**state: object) -> str:
    """The state as static/js/store/page_state.js packs it, by its short names."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(json.dumps(state).encode()) + packer.flush()
    return "#1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_a_figure_plays_in_the_frame_of_the_embed_code_and_tells_there_what_is_wrong(browser: Browser, client):
    origin = str(client.base_url).rstrip("/")
    context = browser.new_context(viewport={"width": 900, "height": 700}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    source = f"{origin}/embed?step=2&language=ko&theme=dark&height=400{fragment(p=APPLES)}".replace("&", "&amp;")
    frame = (
        f'<!doctype html><iframe src="{source}" width="800" height="480"'
        ' sandbox="allow-scripts allow-same-origin allow-popups"></iframe>'
    )
    page.route(f"{origin}/lecture", lambda route: route.fulfill(content_type="text/html", body=frame))
    page.goto(f"{origin}/lecture")
    inner = page.frame_locator("iframe")
    figure = inner.locator("gradlens-graph")
    expect(figure.locator(".step-count")).to_have_text("2 / 9")
    expect(figure.locator(".legend")).to_contain_text("에지를 따라 흐르는 기울기")
    figure.locator(".play-bar .end").click()
    expect(figure.locator('g.node[data-id="0"] .gradient')).to_have_text("2.2")
    body = inner.locator("body")
    assert body.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"
    assert body.evaluate("document.querySelector('main').getBoundingClientRect().height") == 400
    assert body.evaluate("document.querySelector('#workbench').hash").startswith("#1=")
    for wrong, told in {
        fragment(p="y = sigmod(2)"): "sigmoid",
        "#1=AAAA": "삽입 코드를 다시 복사해 주세요",
    }.items():
        body.evaluate("(_, hash) => void (location.hash = hash)", wrong)
        expect(inner.locator("#problem")).to_contain_text(told)
        expect(figure).to_be_hidden()
        expect(inner.locator("#again")).to_be_hidden()
    body.evaluate("(_, hash) => void (location.hash = hash)", fragment(p="y = 3 * x", i={"x": 2}))
    expect(figure.locator('g.node[data-id="1"] .value, g.node[data-id="0"] .value').first).to_be_visible()
    expect(inner.locator("#problem")).to_be_hidden()
    context.close()
    # Chromium says it of a frame of the page's own site.
    assert [told for told in complaints if "can escape its sandboxing" not in told] == []
