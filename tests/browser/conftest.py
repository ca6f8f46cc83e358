"""A real server and the system's Chromium.

The page is served as a wheel serves it.

Every page that a test opens is held to ask nobody else and to complain of nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

import hatch_build
from tests.app.serving import serve
from tests.browser.browsers import BROWSERS, Browsers, under_ceiling
from tests.browser.contexts import CHROMIUM, PATIENCE, Contexts

expect.set_options(timeout=PATIENCE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    with under_ceiling(item.config.stash.get(BROWSERS, None)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    with under_ceiling(item.config.stash.get(BROWSERS, None)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    with under_ceiling(item.config.stash.get(BROWSERS, None)):
        return (yield)


@pytest.fixture(scope="session")
def browsers(launch_browser: Callable[[], Browser], pytestconfig: pytest.Config) -> Iterator[Browsers]:
    browsers = pytestconfig.stash[BROWSERS] = Browsers(launch_browser)
    yield browsers
    browsers.close()


@pytest.fixture(scope="module")
def browser(browsers: Browsers) -> Browser:
    return browsers.get()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    if not CHROMIUM:
        pytest.skip("The browser tests need Chromium: install it, or name it in CHROMIUM.")
    # No sandbox: containers and root have none to offer. No background networking: a test asks only its own server.
    # One process for all pages of a context: it has compiled the page's code once.
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--process-per-site",
        ],
    }


@pytest.fixture(scope="session")
def bundle() -> None:
    """The page's files are built of the present sources, once a session."""
    hatch_build.build()


@pytest.fixture(scope="session")
def client(bundle) -> Iterator:
    with serve(bundled=True) as client:
        yield client


@pytest.fixture(scope="session")
def by_origin() -> dict[str, Contexts]:
    return {}


@pytest.fixture
def contexts(browsers: Browsers, client, by_origin) -> Contexts:
    """The warm contexts of the server that a test asks; a module may have one of its own."""
    origin = str(client.base_url).rstrip("/")
    found = by_origin.get(origin)
    if not (found and found.browser is browsers.get()):
        found = by_origin[origin] = Contexts(browsers.get(), origin)
    return found


@pytest.fixture
def failed() -> set[str]:
    """The addresses of requests that were cut off: what Chromium itself says of one, however late, is no complaint."""
    return set()


@pytest.fixture
def cut_off(failed: set[str]) -> Callable[[Route], None]:
    """What lets a request fail on its way."""

    def cut_off(route: Route) -> None:
        failed.add(route.request.url)
        route.abort()

    return cut_off


@pytest.fixture
def watch(client, failed: set[str]) -> Iterator[Callable[[Page], None]]:
    """Hold a page to ask nobody else and to complain of nothing, as long as the test runs."""
    complaints, strangers = [], []
    origin = str(client.base_url).rstrip("/")
    watched: list[tuple[Page, dict[str, Callable]]] = []

    def watch(page: Page) -> None:
        listeners: dict[str, Callable] = {
            "console": lambda message: (
                complaints.append((message.text, message.location["url"])) if is_complaint(message) else None
            ),
            "pageerror": lambda error: complaints.append((str(error), None)),
            "request": lambda request: strangers.append(request.url) if is_strange(request.url, origin) else None,
        }
        for event, listener in listeners.items():
            page.on(event, listener)  # pyright: ignore[reportCallIssue, reportArgumentType] - an overload an event
        watched.append((page, listeners))

    yield watch
    for page, listeners in watched:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
    assert strangers == []
    assert [text for text, url in complaints if url not in failed] == []


@pytest.fixture
def open_page(request: pytest.FixtureRequest, contexts: Contexts, watch) -> Iterator[Callable[..., Page]]:
    """Open the page, by default in English, 1440 × 900, without animation; `path` is what follows the origin.

    A test takes over the page that the test before it has used, put back to its start or led to the link that is
    asked for. The mark `fresh_page` is for what hangs on a page that has loaded or computed nothing yet; `loads` is for
    one page of a test that has to open a link itself.
    """
    takes_over = request.node.get_closest_marker("fresh_page") is None
    used: set[Page] = set()

    def open_page(
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        locale: str = "en-GB",
        still: bool = True,
        dark: bool = False,
        ready: bool = True,
        cold: bool = False,
        loads: bool = False,
    ) -> Page:
        look = {"width": width, "height": height, "still": still, "dark": dark}
        is_usual = takes_over and (path == "/" or path.startswith("/#")) and ready and not cold and not loads
        before = contexts.again(locale, link=path[1:], **look) if is_usual else None
        page = before or contexts.page(locale, cold=cold, **look)
        watch(page)
        if is_usual:
            used.add(page)
        if before:
            return page
        page.goto(contexts.origin + path)
        if ready:
            page.locator("#editor .cm-content").wait_for()
            page.locator("#graph g.node").first.wait_for()
            page.locator("body[data-loaded]").wait_for()
        return page

    yield open_page
    contexts.give_back(used=used)


def is_complaint(message: ConsoleMessage) -> bool:
    """Whether the page complains.

    That a program was refused is an answer, though Chromium logs every 422 itself; and pixels are read by tests alone.
    """
    told = message.type in ("error", "warning")
    return told and not any(words in message.text for words in ("responded with a status of 422", "willReadFrequently"))


def is_strange(url: str, origin: str) -> bool:
    return urlsplit(url).scheme not in ("data", "blob") and not url.startswith(origin + "/")
