"""Browser contexts that stay warm: what one test has loaded is in the next one's cache; nothing else of it is left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

# The first draws what the others draw, for two thirds of the time: it is Chromium without a window of its own.
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None
)
PATIENCE = 60_000  # milliseconds; a deadline only keeps a failure from hanging: a busy machine makes no test fail

# Everything of an origin that outlives a page, but its files in the cache. localStorage is cleared by the anchor,
# below.
STORED = "cookies,file_systems,indexeddb,service_workers,cache_storage,websql"


# Puts a page that was used back to its start, or leads it to a link: the page's state has one owner. What stands beside
# that state is put back here. Answers whether the graph is drawn: a page that was led elsewhere, that does not load
# whole within a moment, or that draws no frames any more, cannot be taken over.
PUT_BACK = """async (hash) => {
  if (!document.querySelector("#editor")) return false;
  // Not frames: a page that draws none would be waited for without end.
  const until = async (isSo, seconds) => {
    for (const end = performance.now() + 1000 * seconds; !isSo() && performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return isSo();
  };
  if (!await until(() => document.querySelector("#editor .cm-content") && "loaded" in document.body.dataset, 2)) {
    return false;
  }
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  for (const details of document.querySelectorAll("details[open]")) details.open = false;
  document.body.tabIndex = -1;
  document.body.focus(); // Tab begins at the top again, not where the page was clicked last
  document.body.removeAttribute("tabindex");
  if (document.fullscreenElement) await document.exitFullscreen();
  document.documentElement.style.fontSize = "";
  const figure = document.querySelector("#graph");
  const before = figure.plan;
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", "/" + hash);
  // Who leaves the network's place so keeps what was built there; the next visit has nothing of it.
  if (document.body.classList.contains("building")) dispatchEvent(new HashChangeEvent("hashchange"));
  dispatchEvent(new HashChangeEvent("hashchange"));
  const isDrawn = await until(() => figure.plan !== before && figure.plan !== null, 20);
  scrollTo(0, 0);
  let isPainted = false;
  requestAnimationFrame(() => (isPainted = true));
  return isDrawn && until(() => isPainted, 5);
}"""


class Warm:
    """A context of one locale and the page in it that stays open: it keeps the process of its origin alive for the
    pages of tests.
    """

    def __init__(self, browser: Browser, locale: str, origin: str):
        self.locale = locale
        self.origin = origin
        self.context: BrowserContext = browser.new_context(locale=locale)
        self.context.set_default_timeout(PATIENCE)
        self.anchor: Page = self.context.new_page()
        self.anchor.goto(origin + "/healthz")
        self.used: Page | None = None  # loaded, for a test that takes pages over
        self.devtools: CDPSession = self.context.new_cdp_session(self.anchor)

    def page(self, *, width: int = 1440, height: int = 900, still: bool = True, dark: bool = False) -> Page:
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(
            color_scheme="dark" if dark else "light", reduced_motion="reduce" if still else "no-preference"
        )
        return page

    def clean(self) -> None:
        """Close what a test has opened and take back what it has set, so that the next one finds a browser that nobody
        has used.
        """
        self.context.unroute_all(behavior="ignoreErrors")
        for page in self.context.pages:
            if page not in (self.anchor, self.used):
                page.close()
        if self.used:
            self.used.unroute_all(behavior="ignoreErrors")
        self.context.set_offline(False)
        self.context.clear_permissions()
        self.anchor.evaluate("localStorage.clear()")
        self.devtools.send("Storage.clearDataForOrigin", {"origin": self.origin, "storageTypes": STORED})

    def again(
        self, *, link: str = "", width: int = 1440, height: int = 900, still: bool = True, dark: bool = False
    ) -> Page | None:
        """The page that the test before has used, put back to its start or led to a link; None where that fails."""
        page = self.used
        assert page
        page.mouse.up()
        page.mouse.move(0, 0)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(
            media="null",
            forced_colors="null",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
        )
        if page.evaluate(PUT_BACK, link):
            return page
        self.forget()
        return None

    def forget(self) -> None:
        if self.used:
            self.used.close()
            self.used = None
            self.anchor.evaluate("localStorage.clear()")  # as a page is left, it keeps its state


class Contexts:
    """The warm contexts of one browser.

    A test takes one for each page that it opens: two pages are two readers, who share nothing.
    """

    def __init__(self, browser: Browser, origin: str):
        self.browser = browser
        self.origin = origin
        self.free: list[Warm] = []
        self.taken: list[Warm] = []
        self.cold: list[Warm] = []

    def again(self, locale: str, **options) -> Page | None:
        """A loaded page of a locale, with the options of `Warm.again`, where an earlier test has left one."""
        warm = next((one for one in reversed(self.free) if one.locale == locale and one.used), None)
        page = warm and warm.again(**options)
        if warm and page:
            self.free.remove(warm)
            self.taken.append(warm)
        return page

    def page(self, locale: str, *, cold: bool = False, **options) -> Page:
        """A blank page of a locale, with the options of `Warm.page`.

        `cold`: of a browser that has loaded nothing yet. What is in the memory of a warm one is not counted as loaded.
        A context whose page can be taken over is left to the test that does.
        """
        warm = (
            None if cold else next((one for one in reversed(self.free) if one.locale == locale and not one.used), None)
        )
        if warm:
            self.free.remove(warm)
        else:
            warm = Warm(self.browser, locale, self.origin)
        (self.cold if cold else self.taken).append(warm)
        return warm.page(**options)

    def give_back(self, *, used: Collection[Page] = ()) -> None:
        """used: pages that a later test may take over."""
        if not self.browser.is_connected():  # it was ended: nothing is left to be cleaned
            return
        for warm in self.taken:
            warm.used = next((page for page in warm.context.pages if page in used), None)
            warm.clean()
        self.free += self.taken
        self.taken.clear()
        for cold in self.cold:
            cold.context.close()
        self.cold.clear()
