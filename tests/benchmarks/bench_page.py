"""Main-thread time of the page: one step of the apples, and while a number is dragged in graphs of several sizes; and
how long it then is from one picture to the next.

    python tests/benchmarks/bench_page.py

Chromium's own count of the thread's time (TaskDuration), which other programs hardly change, without animation, in ms,
the
median of the rounds. What a reader feels: at 60 pictures
a second a picture has 16 ms. The bounds are 6 ms for a step and 16 ms for a changed number of 50 nodes; from picture
to picture 33 ms up to 200 nodes, and 50 ms at 1,000.
"""

from __future__ import annotations

import statistics
import sys
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.app.serving import serve
from tests.browser.contexts import CHROMIUM

ROUNDS = 5
SIZES = (15, 50, 100, 200, 1_000)  # nodes of the graphs in which a number is dragged
DRAGGED_MS = 3_000
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


# Drag the first number that can be for so long, a step a picture. Returns when each new trace was shown, ms.
DRAG = """async (ms) => {
  const figure = document.querySelector("gradlens-graph");
  const node = figure.querySelector("g.node.draggable");
  const {left, width, top, height} = node.querySelector(".box").getBoundingClientRect();
  const mouse = {
    bubbles: true, cancelable: true, isPrimary: true, pointerType: "mouse", pointerId: 1, button: 0, buttons: 1,
  };
  const at = (type, x) => node.querySelector(".hit").dispatchEvent(
    new PointerEvent(type, {...mouse, clientX: left + width / 2 + x, clientY: top + height / 2}));
  const times = [];
  let shown = figure.plan;
  at("pointerdown", 0);
  const end = performance.now() + ms;
  for (let step = 0; performance.now() < end; step += 1) {
    await new Promise((done) => requestAnimationFrame(done));
    if (figure.plan !== shown) times.push(performance.now());
    shown = figure.plan;
    at("pointermove", 5 + (step % 200));
  }
  at("pointerup", 5);
  return times;
}"""
# Whether the graph of so many nodes is drawn, at its end.
DRAWN = """(count) => {
  const figure = document.querySelector("gradlens-graph");
  if (figure.plan?.trace.nodes.length !== count) return false;
  figure.goTo(Infinity);
  return figure.querySelector("g.node.draggable") !== null;
}"""


def program(nodes: int) -> str:
    """Two inputs, and sums and products in a chain."""
    lines = [f"a{i} = {f'a{i - 1}' if i else 'x'} {'*' if i % 2 else '+'} w" for i in range(nodes - 2)]
    return "\n".join(["x = 1.5", "w = 0.5", *lines])


def dragging(page: Page, session: CDPSession, nodes: int) -> str:
    """What dragging costs in a graph of so many nodes."""
    page.locator("#editor .cm-content").fill(program(nodes))
    page.wait_for_function(DRAWN, arg=nodes)
    page.evaluate(DRAG, DRAGGED_MS / 3)
    page.wait_for_timeout(DRAGGED_MS)  # what is dragged next is the answer to the last
    page.wait_for_function(DRAWN, arg=nodes)
    before = spent(session)
    times = page.evaluate(DRAG, DRAGGED_MS)
    if len(times) < 3:
        return f"{nodes:5} nodes: {len(times)} pictures in {DRAGGED_MS / 1000:.0f} s"
    between = [later - earlier for earlier, later in pairwise(times)]
    busy = (spent(session) - before) / len(times)
    return (
        f"{nodes:5} nodes: {statistics.median(between):4.0f} ms from picture to picture,"
        f" {busy:5.1f} ms of main-thread time each"
    )


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
        for nodes in SIZES:
            print(dragging(page, session, nodes))
        browser.close()


if __name__ == "__main__":
    main()
