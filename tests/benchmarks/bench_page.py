"""Main-thread time of the page: one step of the apples, and one changed number of a program of 50 nodes with its
request.

    python tests/benchmarks/bench_page.py

Chromium's own count of the thread's time (TaskDuration), which other programs hardly change, without animation, in ms,
the
median of the rounds. What a reader feels: at 60 pictures
a second a picture has 16 ms. The bounds are 6 ms for a step and 16 ms for a changed number.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.app.serving import serve
from tests.browser.contexts import CHROMIUM

ROUNDS = 5
# 50 nodes: two inputs, and 48 sums and products
FIFTY = "x = 1.5\nw = 0.5\n" + "\n".join(
    f"a{i} = {f'a{i - 1}' if i else 'x'} {'*' if i % 2 else '+'} w" for i in range(48)
)
# Twice: the frame that shows it, and what follows in the next.
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def spent(session: CDPSession) -> float:
    """ms that the page's main thread was busy so far."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"] * 1000


def asking(page: Page, session: CDPSession) -> float:
    """What the script itself costs the page each time, ms."""
    before = spent(session)
    for _ in range(20):
        page.evaluate("0")
        page.evaluate(PAINTED)
    return (spent(session) - before) / 20


def step(page: Page, session: CDPSession) -> float:
    """One step, ms: all of the example's, one after the other."""
    last = int(page.locator("#timeline .step-count").inner_text().split("/")[1])
    page.evaluate("document.querySelector('gradlens-graph').goTo(0)")
    page.evaluate(PAINTED)
    before = spent(session)
    for cursor in range(1, last + 1):
        page.evaluate(f"document.querySelector('gradlens-graph').goTo({cursor})")
        page.evaluate(PAINTED)
    return (spent(session) - before) / last


# Drag the first number by one step, and wait for what comes of it.
DRAG = """async (by) => {
  const value = document.querySelector("gradlens-graph g.node.draggable .value");
  const watched = {childList: true, characterData: true, subtree: true};
  const changed = new Promise((done) => new MutationObserver(done).observe(value, watched));
  const node = value.closest("g.node");
  // Not the number's own: it moves with its width.
  const {left, width, top, height} = node.querySelector(".box").getBoundingClientRect();
  const mouse = {
    bubbles: true, cancelable: true, isPrimary: true, pointerType: "mouse", pointerId: 1, button: 0, buttons: 1,
  };
  const at = (type, x) => node.querySelector(".hit").dispatchEvent(
    new PointerEvent(type, {...mouse, clientX: left + width / 2 + x, clientY: top + height / 2}));
  if (by === 1) at("pointerdown", 0);
  at("pointermove", 5 * by);
  await changed;
}"""


def change(page: Page, session: CDPSession, by: int) -> float:
    """One step of a number that is being dragged, with the request and the new picture, ms."""
    before = spent(session)
    page.evaluate(DRAG, by)
    page.evaluate(PAINTED)
    return spent(session) - before


def main() -> None:
    with serve() as client, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce"
        ).new_page()
        page.goto(str(client.base_url))
        page.locator("#editor .cm-content").wait_for()
        page.locator("#graph g.node").first.wait_for()
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        step(page, session)  # formulas are loaded
        idle = statistics.median(asking(page, session) for _ in range(ROUNDS))
        print(f"asking alone: {idle:.1f} ms, which is taken off")
        print(f"a step of the apples: {statistics.median(step(page, session) for _ in range(ROUNDS)) - idle:.1f} ms")
        page.locator("#editor .cm-content").fill(FIFTY)
        page.locator("#graph g.node").nth(49).wait_for()
        page.evaluate("document.querySelector('gradlens-graph').goTo(Infinity)")
        print(
            "a changed number of 50 nodes:"
            f" {statistics.median(change(page, session, by) for by in range(1, 4 * ROUNDS)) - idle:.1f} ms"
        )
        browser.close()


if __name__ == "__main__":
    main()
