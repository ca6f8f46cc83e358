"""The browser of a test process, and a ceiling over each test: one that hangs in a page fails where it hangs, and ends
with its browser, not with all other tests.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Error

# Seconds of a test's setup, call or teardown. What waits for a state has a deadline of its own (contexts.PATIENCE); a
# page that never answers an evaluation, a key or the mouse has none.
CEILING = 240


class Hung(Exception):
    """A test has waited for the browser until its ceiling."""


class Browsers:
    """One browser at a time: launched when it is first asked for, and anew after it was ended."""

    def __init__(self, launch: Callable[[], Browser]):
        self.launch = launch
        self.running: tuple[Browser, int] | None = None

    def get(self) -> Browser:
        if not self.running:
            browser = self.launch()
            devtools = browser.new_browser_cdp_session()
            processes = devtools.send("SystemInfo.getProcessInfo")["processInfo"]
            devtools.detach()
            self.running = browser, next(one["id"] for one in processes if one["type"] == "browser")
        return self.running[0]

    def end(self) -> None:
        """End a browser that may not answer any more: its pages' calls fail."""
        if self.running:
            browser, process = self.running
            self.running = None
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            with contextlib.suppress(Error):
                browser.close()

    def close(self) -> None:
        if self.running:
            self.running[0].close()
            self.running = None


BROWSERS = pytest.StashKey[Browsers]()


@contextlib.contextmanager
def under_ceiling(browsers: Browsers | None, seconds: float = CEILING) -> Iterator[None]:
    """Fail at the place where something hangs; Playwright raises there what a signal's handler raises."""

    def fail(*_: object) -> None:
        raise Hung(f"Nothing came of it within {seconds} s.")

    before = signal.signal(signal.SIGALRM, fail)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except Hung:
        signal.setitimer(signal.ITIMER_REAL, CEILING)  # for the end itself
        if browsers:
            browsers.end()
        raise
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)
