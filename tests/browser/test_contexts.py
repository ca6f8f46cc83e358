"""A test finds a browser that nobody has used: whatever another one has left behind is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.browsers import Browsers, Hung, under_ceiling
from tests.browser.test_page import node

LEAVE = """async () => {
  localStorage.setItem("left", "behind");
  sessionStorage.setItem("left", "behind");
  document.cookie = "left=behind; max-age=3600";
  await caches.open("left");
  await new Promise((resolve) => {
    indexedDB.open("left", 1).onsuccess = ({target}) => { target.result.close(); resolve(); };
  });
}"""
LEFT = """async () => ({
  stored: [
    localStorage.length, sessionStorage.length, document.cookie,
    await caches.keys(), (await indexedDB.databases()).length,
  ],
  clipboard: (await navigator.permissions.query({name: "clipboard-read"})).state,
  online: navigator.onLine,
  size: [innerWidth, innerHeight],
  language: navigator.language,
  still: matchMedia("(prefers-reduced-motion: reduce)").matches,
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  forced: matchMedia("(forced-colors: active)").matches,
  paper: matchMedia("print").matches,
  rem: getComputedStyle(document.documentElement).fontSize,
  theme: document.documentElement.dataset.theme,
  opened: history.length,
  prepared: "prepared" in window,
})"""


def leave_everything(page: Page, context: BrowserContext) -> None:
    page.locator("#theme").select_option("dark")
    page.evaluate(LEAVE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('left')")
    page.emulate_media(color_scheme="dark", reduced_motion="no-preference", forced_colors="active", media="print")
    page.set_viewport_size({"width": 500, "height": 400})
    page.add_init_script("window.prepared = true")
    context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    with page.expect_popup():
        page.evaluate("window.open('/healthz')")
    page.goto("about:blank")  # nobody is left who could miss what is taken away
    context.route("**/api/examples", lambda route: route.abort())
    page.route("**/*.js", lambda route: route.abort())
    context.set_offline(True)


@pytest.mark.fresh_page
def test_what_a_test_leaves_behind_is_gone_for_the_next_one(open_page, contexts):
    page = open_page()
    untouched = page.evaluate(LEFT)
    assert untouched["language"] == "en-GB" and untouched["size"] == [1440, 900] and untouched["still"]
    leave_everything(page, page.context)
    contexts.give_back()
    again = open_page()
    assert again.context is page.context
    assert again.evaluate(LEFT) == untouched
    assert len(again.context.pages) == 2  # this one and the anchor
    again.locator("#example").select_option("square_of_sum")  # which asks for what the route took away
    expect(node(again, "z")).to_be_visible()


@pytest.mark.fresh_page
def test_a_page_has_the_size_the_motion_and_the_colours_that_are_asked_for_from_its_first_moment(open_page):
    page = open_page(width=500, height=400, still=False, dark=True)
    found = page.evaluate(LEFT)
    assert (found["size"], found["still"], found["dark"]) == ([500, 400], False, True)


def test_two_pages_of_a_test_are_two_readers_who_share_nothing(open_page):
    first = open_page()
    first.evaluate(LEAVE)
    second = open_page()
    assert second.context is not first.context and second.evaluate(
        "[localStorage.left, sessionStorage.left, document.cookie]"
    ) == [None, None, ""]


def test_a_page_that_never_answers_fails_where_it_is_asked_and_ends_with_its_browser(launch_browser):
    browsers = Browsers(launch_browser)
    browser = browsers.get()
    page = browser.new_page()
    with pytest.raises(Hung), under_ceiling(browsers, seconds=0.5):
        page.evaluate("new Promise(() => {})")
    assert not browser.is_connected()
    assert browsers.get().new_page().evaluate("1 + 1") == 2
    browsers.close()
