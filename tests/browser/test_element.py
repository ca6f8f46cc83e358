"""The figure on pages of other people: any number of times, each with its own cursor, selection, keyboard and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.app.serving import becomes, there, wait_until
from tests.browser.contexts import PATIENCE
from tests.browser.measured import box_of

PAGE = (Path(__file__).parent / "three_figures.html").read_text(encoding="utf-8")
CHANGES = (
    "(figure) => { figure.told = []; for (const kind of ['graph-change', 'graph-play', 'graph-toggle'])"
    " figure.addEventListener(kind, ({type, detail}) => figure.told.push([type, detail])); }"
)


@pytest.fixture(scope="module")
def three_figures(browser: Browser, client) -> Iterator[Page]:
    """A page with three figures, and nothing of the workbench's."""
    origin = str(client.base_url).rstrip("/")
    imports = there(re.search(r'<script type="importmap"[^>]*>(.*?)</script>', client.get("/").text, re.DOTALL))[1]
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.route(
        "**/three_figures",
        lambda route: route.fulfill(content_type="text/html", body=PAGE.replace("IMPORT MAP", imports)),
    )
    page.goto(f"{origin}/three_figures")
    yield page
    context.close()


@pytest.fixture
def page(three_figures: Page, watch) -> Page:
    """The page with its figures as they are at the start."""
    page = three_figures
    watch(page)
    page.mouse.move(0, 0)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_function("'begin' in window")
    page.evaluate("begin()")
    drawn(page)
    return page


def drawn(page: Page) -> None:
    for name in ("price", "neuron", "square"):
        figure(page, name).locator("g.node").first.wait_for()


def figure(page: Page, name: str):
    return page.locator(f"#{name}")


def node(page: Page, at: str, name: str):
    return figure(page, at).locator("g.node").filter(has=page.locator(".name").filter(has_text=re.compile(f"^{name}$")))


def count(page: Page, name: str):
    return figure(page, name).locator(".step-count")


def test_three_figures_play_each_with_its_own_cursor(page):
    figure(page, "price").locator(".forward").click()
    figure(page, "square").locator(".end").click()
    expect(count(page, "price")).to_have_text("1 / 5")
    expect(count(page, "neuron")).to_have_text(re.compile("^0 / "))
    expect(node(page, "square", "x").locator(".gradient")).to_have_text("6")
    expect(node(page, "price", "apple").locator(".gradient")).to_have_text("")
    figure(page, "neuron").locator(".speed-choice").select_option("max")
    figure(page, "neuron").locator(".play").click()
    expect(count(page, "neuron")).to_have_text(re.compile(r"^(\d+) / \1$"))
    expect(count(page, "price")).to_have_text("1 / 5")


def test_each_figure_has_its_own_keyboard(page):
    figure(page, "square").locator("[tabindex='0']").first.focus()
    page.keyboard.press("End")
    expect(count(page, "square")).to_have_text("5 / 5")
    page.keyboard.press(",")
    expect(count(page, "square")).to_have_text("4 / 5")
    expect(count(page, "price")).to_have_text("0 / 5")


def test_each_speaks_its_own_language_and_refers_to_its_own_parts(page):
    expect(figure(page, "neuron").locator(".play")).to_have_attribute("aria-label", re.compile("재생"))
    expect(figure(page, "price").locator(".play")).to_have_attribute("aria-label", re.compile("Play"))
    ids = page.locator("gradlens-graph [id]").evaluate_all("(all) => all.map(({id}) => id)")
    assert len(set(ids)) == len(ids)
    assert page.locator("gradlens-graph [aria-describedby]").evaluate_all(
        "(all) => all.every((one) =>"
        " one.closest('gradlens-graph').contains(document.getElementById(one.getAttribute('aria-describedby'))))"
    )
    figure(page, "price").evaluate("(figure) => (figure.lang = 'ko')")
    expect(figure(page, "price").locator(".play")).to_have_attribute("aria-label", re.compile("재생"))


def test_what_is_set_sends_no_event_and_what_the_reader_does_sends_one(page):
    price = figure(page, "price")
    price.evaluate(CHANGES)
    price.evaluate(
        "(figure) => { figure.cursor = 3; figure.selection = {kind: 'node', id: 1}; figure.full = true;"
        " figure.decorations = [{kind: 'lit', nodes: [0]}]; }"
    )
    expect(price.locator("g.node.selected .name")).to_have_text("tax")
    expect(price.locator("g.node.lit .name")).to_have_text("apple")
    assert price.evaluate("(figure) => figure.told") == []
    node(page, "price", "total").locator(".hit").click()
    assert price.evaluate("(figure) => figure.told") == [
        ["graph-change", {"cursor": 3, "selection": {"kind": "node", "id": 2}}]
    ]
    expect(price.locator("g.node.lit .name")).to_have_text("apple")


def test_a_function_is_opened_and_closed_in_place(page):
    neuron = figure(page, "neuron")
    neuron.locator("g.node .switch").click()
    expect(neuron.locator("g.group text")).to_have_text("sigmoid")
    expect(figure(page, "price").locator("g.group")).to_have_count(0)
    neuron.locator("g.frame .switch").click()
    expect(neuron.locator("g.group")).to_have_count(0)


def test_every_decoration_is_drawn_and_taken_back(page):
    price = figure(page, "price")
    price.evaluate(
        """(figure) => (figure.decorations = [
      {kind: "lit", nodes: [0]}, {kind: "found", nodes: [1]}, {kind: "wrong", nodes: [2], edges: [0]},
      {kind: "draggable", nodes: [0]}, {kind: "near", core: 2, nodes: [1, 2], edges: [1], notes: {2: "this one"}},
      {kind: "path", nodes: [0, 2], edges: [0]}])"""
    )
    for mark, names in {
        "lit": ["apple"],
        "found": ["tax"],
        "wrong": ["total"],
        "draggable": ["apple"],
        "near": ["tax", "total"],
        "core": ["total"],
        "on-path": ["apple", "total"],
    }.items():
        expect(price.locator(f"g.node.{mark} .name")).to_have_text(names)
    expect(price.locator("g.edge.wrong.on-path")).to_have_count(1)
    expect(price.locator(".note")).to_have_text("this one")
    expect(price.locator(".handle")).to_have_count(1)
    expect(price).to_have_class(re.compile("has-near"))
    price.evaluate("(figure) => (figure.decorations = [])")
    expect(price.locator(".lit, .found, .wrong, .draggable, .near, .core, .on-path, .note, .handle")).to_have_count(0)


def test_a_number_that_may_be_moved_is_told_of_with_its_steps(page):
    price = figure(page, "price")
    price.evaluate("""(figure) => {
      figure.drag = [];
      const note = (what) => figure.drag.push(what);
      figure.take = (id) => ({
        move: (steps) => note([id, steps > 0]), end: () => note("end"), cancel: () => note("cancel"),
      });
      figure.decorations = [{kind: "draggable", nodes: [0]}];
    }""")
    box = box_of(node(page, "price", "apple").locator(".value"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 20, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert price.evaluate("(figure) => figure.drag") == [[0, True], "end"]


def test_a_figure_that_is_removed_leaves_nothing_behind_and_one_that_comes_back_is_as_it_was(page):
    price = figure(page, "price")
    price.locator(".speed-choice").select_option("2")
    price.evaluate("(figure) => { figure.cursor = 3; figure.play(); window.removed = figure; figure.remove(); }")
    assert page.evaluate("[removed.childElementCount, removed.playing, removed.className]") == [0, False, ""]
    page.evaluate("document.getElementById('figures').prepend(removed)")
    expect(price.locator("g.node")).to_have_count(3)
    expect(price.locator(".step-count")).to_have_text(re.compile("^[34] / 5$"))
    expect(price.locator("svg.drawing")).to_have_count(1)
    expect(price.locator(".speed-choice")).to_have_value("2")


# Counts what a page holds beside its elements: what listens to the page as a whole, timers that wait, workers,
# observers.
COUNT = """() => {
  window.held = {listeners: [], timers: new Set(), workers: new Set(), observers: new Set()};
  const {listeners, timers, workers, observers} = window.held;
  const isWide = (target) =>
    [window, document, document.documentElement, document.body].includes(target) || target instanceof MediaQueryList;
  const {addEventListener, removeEventListener} = EventTarget.prototype;
  const forget = (target, kind, listener) => listeners.splice(0, Infinity, ...listeners.filter(
    (one) => one.target !== target || one.kind !== kind || one.listener !== listener));
  EventTarget.prototype.addEventListener = function (kind, listener, options) {
    const target = this ?? window;
    if (isWide(target) && !options?.once && !options?.signal?.aborted) {
      listeners.push({target, kind, listener});
      options?.signal && addEventListener.call(options.signal, "abort", () => forget(target, kind, listener));
    }
    return addEventListener.call(target, kind, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (kind, listener, options) {
    forget(this ?? window, kind, listener);
    return removeEventListener.call(this ?? window, kind, listener, options);
  };
  for (const [begin, end] of [
    ["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"], ["requestAnimationFrame", "cancelAnimationFrame"],
  ]) {
    const [wait, cancel] = [window[begin], window[end]];
    window[begin] = (what, ...more) => {
      const id = wait.call(window, (...given) => {
        if (begin !== "setInterval") timers.delete(`${begin} ${id}`);
        what(...given);
      }, ...more);
      timers.add(`${begin} ${id}`);
      return id;
    };
    window[end] = (id) => {
      timers.delete(`${begin} ${id}`);
      cancel.call(window, id);
    };
  }
  window.Worker = class extends window.Worker {
    constructor(...given) {
      super(...given);
      workers.add(this);
    }

    terminate() {
      workers.delete(this);
      super.terminate();
    }
  };
  for (const kind of ["ResizeObserver", "MutationObserver", "IntersectionObserver"]) {
    window[kind] = class extends window[kind] {
      observe(...given) {
        observers.add(this);
        super.observe(...given);
      }

      disconnect() {
        observers.delete(this);
        super.disconnect();
      }
    };
  }
}"""
HELD = (
    "Object.fromEntries(Object.entries(held).map(([kind, all]) => [kind, [...all].map((one) => one.kind ?? (typeof one"
    " === 'string' ? one.split(' ')[0] : one.constructor.name))]))"
)
NOTHING = {"listeners": [], "timers": [], "workers": [], "observers": []}


def test_figures_leave_no_listener_timer_worker_or_observer_behind(page):
    page.add_init_script(f"({COUNT})()")
    page.reload()
    drawn(page)
    held = page.evaluate(HELD)
    assert held["listeners"] and held["observers"] and len(held["workers"]) == 1  # it counts
    figure(page, "price").locator(".play").click()
    figure(page, "neuron").locator(".zoom-in").click()
    node(page, "square", "y").locator(".hit").click()
    page.keyboard.press("ArrowLeft")
    page.mouse.move(300, 300)
    # One more is still being laid out when it goes.
    page.evaluate(
        "() => { const figures = [...document.querySelectorAll('gradlens-graph')]; Object.assign(figures[0], {program:"
        " 'x = 1\\ny = x * 2\\nz = y + x'}); for (const one of figures) one.remove(); }"
    )
    becomes(lambda: page.evaluate(HELD), NOTHING)
    page.evaluate(
        "() => { window.again = document.createElement('gradlens-graph'); Object.assign(again, {id: 'again', inline:"
        " '', program: 'x = 2\\ny = x * x', compute: (request) => fetch('/api/expression', {method: 'POST', headers:"
        " {'Content-Type': 'application/json'}, body: JSON.stringify(request)}).then((answer) => answer.json())});"
        " document.body.append(again); }"
    )
    expect(node(page, "again", "y")).to_be_visible()
    assert len(page.evaluate(HELD)["workers"]) == 1
    page.evaluate("again.remove()")
    becomes(lambda: page.evaluate(HELD), NOTHING)


def test_twenty_figures_of_one_page_are_all_drawn_by_one_worker(page):
    page.evaluate("""() => {
      const {compute} = document.getElementById("price");
      for (let i = 0; i < 20; i += 1) {
        const figure = document.createElement("gradlens-graph");
        figure.className = "more";
        Object.assign(figure, {compute, program: `x = ${i}\\ny = x * ${i + 1}\\nz = y + x`});
        document.getElementById("figures").append(figure);
      }
    }""")
    expect(page.locator(".more g.node .name").filter(has_text=re.compile("^z$"))).to_have_count(20)
    assert len(page.workers) == 1
    page.evaluate("document.querySelectorAll('.more')[7].goTo(Infinity)")
    expect(page.locator(".more").nth(7).locator(".step-count")).to_have_text(re.compile(r"^(\d+) / \1$"))
    expect(page.locator(".more").nth(8).locator(".step-count")).to_have_text(re.compile("^0 / "))


def test_a_program_that_is_refused_is_told_of_and_the_picture_is_marked_as_an_earlier_one(page):
    square = figure(page, "square")
    square.evaluate(
        "(figure) => { figure.problems = 0; figure.addEventListener('graph-problem', () => (figure.problems += 1));"
        " figure.program = 'y = x *'; }"
    )
    wait_until(lambda: square.evaluate("(figure) => figure.problems") == 1)
    expect(square).to_have_attribute("stale", "")
    square.evaluate("(figure) => (figure.program = 'x = 4\\ny = x * x')")
    expect(square).not_to_have_attribute("stale", "")
    expect(node(page, "square", "x").locator(".value")).to_have_text("4")


def test_a_trace_is_shown_without_a_service(page):
    trace = page.evaluate("document.getElementById('square').trace")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.evaluate(
        "(trace) => { const figure = document.createElement('gradlens-graph'); Object.assign(figure, {id: 'given',"
        " trace, cursor: 5}); document.getElementById('figures').append(figure); }",
        trace,
    )
    expect(node(page, "given", "x").locator(".gradient")).to_have_text("6")
    page.evaluate("document.getElementById('given').trace = null")
    expect(figure(page, "given").locator("g.node")).to_have_count(0)
    page.remove_listener("request", note)
    assert not any("/api/" in url for url in asked)


WIDTHS = (
    "(widths) => { document.body.style.maxWidth = 'none'; for (const [id, width] of Object.entries(widths))"
    " document.getElementById(id).style.width = `${width}px`; }"
)


def test_a_figure_is_as_narrow_as_its_column_however_wide_the_page_is_and_was(page):
    page.set_viewport_size({"width": 1800, "height": 900})
    # The overview that comes where a part of a graph is shown goes when there is room for all of it again.
    page.evaluate(WIDTHS, {"neuron": 250})
    expect(figure(page, "neuron").locator(".minimap")).to_be_visible()
    page.evaluate(WIDTHS, {"price": 320, "neuron": 600, "square": 1500})
    for name, legend in (("price", 140), ("neuron", 272), ("square", 272)):
        wait_until(lambda name=name, legend=legend: box_of(figure(page, name).locator(".legend"))["width"] == legend)
        room = box_of(figure(page, name))
        for part in figure(page, name).locator(".legend, .tools, .controls, .sentence").all():
            box = box_of(part)
            assert room["x"] <= box["x"] and box["x"] + box["width"] <= room["x"] + room["width"], name
    # Legend and buttons stand side by side; in the narrowest, which shows a part of its graph, legend and overview.
    # Another width may want another arrangement of the nodes, and that comes a moment later.
    for name, beside in (("price", ".minimap"), ("neuron", ".tools"), ("square", ".tools")):

        def side_by_side(name=name, beside=beside):
            legend, other = (figure(page, name).locator(part).bounding_box() for part in (".legend", beside))
            return legend and other and other["y"] < legend["y"] + legend["height"]

        wait_until(side_by_side)
