"""What takes long says what it is and can be cancelled; what fails is said plainly; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.app.serving import becomes, wait_until
from tests.browser.bundle import built
from tests.browser.contexts import Contexts
from tests.browser.measured import box_of
from tests.browser.test_access import serious
from tests.browser.test_page import choose, node, write
from tests.browser.test_workbench import program

EXPRESSION = "**/api/expression"
WORKER = Path(__file__).parents[2] / "static" / "js" / "graph" / "layout" / "layout_worker.js"
# A worker that loads Graphviz and then keeps every graph to itself.
SILENT_WORKER = WORKER.read_text(encoding="utf-8").replace(
    "self.postMessage({ id: data.id, drawn", "void ({ id: data.id, drawn"
)


@pytest.fixture
def arrive(contexts: Contexts) -> Iterator[Callable[..., Page]]:
    """Open a fresh page where `prepare` has been at the context first; failures that a test makes are no complaints."""

    def arrive(prepare: Callable[[BrowserContext], object] = lambda _: None) -> Page:
        page = contexts.page("en-GB")
        prepare(page.context)
        page.goto(contexts.origin)
        return page

    yield arrive
    contexts.give_back()


@pytest.fixture
def loaded(contexts: Contexts) -> Iterator[Callable[..., Page]]:
    """A page that stands at its start, one an earlier test has used where there is one; failures are no complaints."""
    used = set()

    def loaded(*, locale: str = "en-GB", width: int = 1440, height: int = 900) -> Page:
        page = contexts.again(locale, width=width, height=height)
        if not page:
            page = contexts.page(locale, width=width, height=height)
            page.goto(contexts.origin)
            drawn(page).locator("body[data-loaded]").wait_for()
        used.add(page)
        return page

    yield loaded
    contexts.give_back(used=used)


class Held:
    """Requests that are held back until they are let go."""

    def __init__(self):
        self.routes: list[Route] = []

    def __call__(self, route: Route) -> None:
        self.routes.append(route)

    def let_go(self) -> None:
        for route in self.routes:
            route.continue_()
        self.routes.clear()


def drawn(page: Page) -> Page:
    page.locator("#editor .cm-content").wait_for()
    page.locator("#graph g.node").first.wait_for()
    return page


def slow(page: Page) -> Held:
    held = Held()
    page.route(EXPRESSION, held)
    return held


@pytest.mark.parametrize(
    ("locale", "computing", "cancelled"),
    [
        ("en-GB", "Computing…", "Cancelled. The picture shows the earlier program."),
        ("ko-KR", "계산하고 있습니다…", "취소했습니다. 바꾸기 전 프로그램의 그래프입니다."),
    ],
)
def test_a_slow_computation_is_said_and_escape_cancels_it_and_it_can_be_tried_again(
    loaded, locale, computing, cancelled
):
    page = loaded(locale=locale)
    slow(page)
    write(page, "x = 3\nlater = x * 7")
    expect(page.locator("#waiting")).to_have_text(computing)
    page.keyboard.press("Escape")
    expect(page.locator("#waiting")).to_have_text("")
    expect(page.locator("#cancel")).to_be_hidden()
    expect(page.locator("#stale-words")).to_have_text(cancelled)
    expect(page.locator("#graph g.node")).to_have_count(9)  # the apples
    becomes(lambda: program(page), "x = 3\nlater = x * 7")
    page.unroute(EXPRESSION)
    page.locator("#again").click()
    expect(node(page, "later")).to_be_visible()
    expect(page.locator("#stale")).to_be_hidden()


def test_what_was_cancelled_is_computed_with_the_next_edit(loaded):
    page = loaded()
    slow(page)
    write(page, "x = 3\nlater = x * 7")
    page.locator("#cancel").click()
    page.unroute(EXPRESSION)
    page.locator(".cm-content").press("Control+End")
    page.keyboard.type(" + 1")
    expect(node(page, "later")).to_be_visible()
    expect(page.locator("#stale")).to_be_hidden()


def test_an_example_that_was_cancelled_is_left_with_undo(loaded):
    page = loaded()
    slow(page)
    page.locator("#example").select_option("chain")
    page.locator("#cancel").click()
    expect(page.locator("#stale-words")).to_contain_text("Cancelled")
    page.unroute(EXPRESSION)
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("#timeline .step-count")).to_have_text(re.compile(r"^0 / \d+$"))
    expect(page.locator("#example")).to_have_value("apples")


def test_the_first_computation_can_be_cancelled_too(arrive):
    held = Held()
    page = arrive(lambda context: context.route(EXPRESSION, held))
    page.locator("#cancel").click()
    expect(page.locator("#stale-words")).to_have_text("Cancelled. Nothing is drawn yet.")
    held.routes.clear()
    page.context.unroute(EXPRESSION)
    page.locator("#again").click()
    expect(node(page, "total")).to_be_visible()


def test_a_fast_answer_is_not_announced(loaded):
    page = loaded()
    page.evaluate("""() => {
      window.said = [];
      const waiting = document.querySelector("#waiting");
      const watched = {childList: true, subtree: true, characterData: true};
      new MutationObserver(() => said.push(waiting.textContent)).observe(waiting, watched);
    }""")
    held = slow(page)
    write(page, "x = 3\nlater = x * 7")
    expect(page.locator("#waiting")).to_have_text("Computing…")
    assert page.evaluate("said") == ["Computing…"]
    held.let_go()
    expect(node(page, "later")).to_be_visible()
    expect(page.locator("#waiting")).to_have_text("")


def test_what_was_cancelled_is_no_longer_asked_for(loaded):
    """A client that leaves ends its computation, as tests/app/test_pool.py says."""
    page = loaded()
    held = slow(page)
    write(page, "x = 3\nlater = x * 7")
    expect(page.locator("#cancel")).to_be_visible()
    wait_until(lambda: page.wait_for_timeout(20) or held.routes)
    with page.expect_event("requestfailed") as failed:
        page.locator("#cancel").click()
    assert failed.value.url == held.routes[0].request.url


def test_the_keyboard_returns_from_the_button_that_cancels(loaded):
    page = loaded()
    slow(page)
    write(page, "x = 3\nlater = x * 7")
    expect(page.locator("#cancel")).to_be_visible()
    page.locator("#graph .fit").focus()
    page.locator("#cancel").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#graph .fit")).to_be_focused()
    page.unroute(EXPRESSION)
    page.locator("#again").focus()
    page.keyboard.press("Enter")
    expect(node(page, "later")).to_be_visible()
    wait_until(lambda: page.evaluate("document.activeElement.closest('#graph') !== null"))


def test_a_slow_layout_is_said_and_cancelling_it_draws_the_simpler_one(arrive):
    body = {"body": SILENT_WORKER}
    page = arrive(
        lambda context: context.route(
            built("layout_worker.js"), lambda route: route.fulfill(content_type="text/javascript", body=body["body"])
        )
    )
    expect(page.locator("#waiting")).to_have_text("Arranging the graph…")
    expect(page.locator("#graph g.node")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(node(page, "total")).to_be_visible()
    expect(page.locator("#stale-words")).to_have_text("Cancelled. This is the simpler arrangement.")
    expect(page.locator("#graph")).not_to_have_attribute("stale", "")
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    expect(node(page, "total").locator(".value")).to_have_text("715")
    simple = node(page, "total").get_attribute("transform")
    body["body"] = WORKER.read_text(encoding="utf-8")
    page.locator("#again").click()
    expect(page.locator("#stale")).to_be_hidden()
    expect(node(page, "total")).not_to_have_attribute("transform", simple)
    expect(page.locator("#timeline .step-count")).to_have_text(re.compile(r"^(\d+) / \1$"))


def test_a_layout_engine_that_loads_slowly_is_waited_for_and_said(arrive):
    held = Held()
    page = arrive(lambda context: context.route(re.compile("viz-js-viz"), held))
    expect(page.locator("#waiting")).to_have_text("Loading the layout engine…")
    held.let_go()
    expect(node(page, "total")).to_be_visible()
    expect(page.locator("#waiting")).to_have_text("")


def test_a_layout_engine_that_cannot_be_had_leaves_a_graph_all_the_same(arrive):
    page = arrive(lambda context: context.route(re.compile("viz-js-viz"), lambda route: route.abort()))
    expect(node(page, "total")).to_be_visible()


def test_an_edit_during_a_layout_is_drawn_without_waiting_for_the_layout_before(arrive):
    """The silent worker never answers for the first graph; the second has a worker of its own."""
    bodies = [SILENT_WORKER, WORKER.read_text(encoding="utf-8")]
    page = arrive(
        lambda context: context.route(
            built("layout_worker.js"), lambda route: route.fulfill(content_type="text/javascript", body=bodies.pop(0))
        )
    )
    expect(page.locator("#waiting")).to_have_text("Arranging the graph…")
    page.locator("#example").select_option("chain")
    expect(page.locator("#graph g.node").first).to_be_visible()
    expect(page.locator("#waiting")).to_have_text("")
    assert bodies == []


def test_an_editor_that_loads_slowly_can_be_done_without_and_had_later(arrive):
    held = Held()
    page = arrive(lambda context: context.route(built("editor.js"), held))
    expect(page.locator("#waiting")).to_have_text("Loading the editor…")
    expect(page.locator("#editor pre")).to_contain_text("apple = 100")
    page.keyboard.press("Escape")
    load = page.get_by_role("button", name="Load the editor")
    expect(load).to_be_visible()
    page.locator("#example").select_option("square_of_sum")
    expect(page.locator("#editor pre")).to_contain_text("z =")
    load.focus()
    held.let_go()
    page.context.unroute(built("editor.js"))
    page.keyboard.press("Enter")
    expect(page.locator(".cm-content")).to_be_focused()
    wait_until(lambda: "z =" in program(page))


def test_an_editor_that_cannot_be_loaded_is_said_and_offered_again(arrive):
    page = arrive(lambda context: context.route(built("editor.js"), lambda route: route.abort()))
    expect(page.locator("#editor")).to_contain_text("The editor could not be loaded.")
    page.locator("#language").select_option("ko")
    expect(page.locator("#editor")).to_contain_text("편집기를 불러오지 못했습니다.")
    page.context.unroute(built("editor.js"))
    page.locator("#editor button").click()
    expect(page.locator(".cm-content")).to_be_focused()


def test_formulas_that_load_slowly_can_be_done_without_and_had_later(arrive):
    held = Held()
    page = drawn(arrive(lambda context: context.route(re.compile(r"/vendor/katex-[^/]*\.js"), held)))
    node(page, "total").locator(".hit").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#waiting")).to_have_text("Loading the formulas…")
    page.locator("#cancel").click()
    expect(page.locator("#notice")).to_contain_text("Formulas are shown as they are written")
    expect(page.locator("#inspector .formula").first).to_be_visible()
    held.let_go()
    page.locator("#notice-act").click()
    expect(page.locator("#inspector .katex").first).to_be_visible()
    expect(page.locator("#notice")).to_be_hidden()


def test_a_server_that_is_away_is_tried_again_by_itself_and_the_work_is_kept(loaded):
    page = loaded()
    page.route(EXPRESSION, lambda route: route.abort())
    write(page, "x = 41\ny = x + 1")
    panel = page.locator("#problem")
    expect(panel).to_contain_text("The server cannot be reached.")
    expect(panel.get_by_role("timer")).to_have_text(re.compile(r"^Next attempt in \d+ s$"))
    expect(page.locator("#stale-words")).to_have_text("The picture shows the earlier program.")
    page.locator("#language").select_option("ko")
    expect(panel).to_contain_text("서버에 연결할 수 없습니다.")
    page.unroute(EXPRESSION)
    expect(node(page, "y")).to_be_visible()  # nobody has pressed anything
    expect(panel).to_be_hidden()
    becomes(lambda: program(page), "x = 41\ny = x + 1")


def test_trying_now_with_the_keyboard_keeps_its_place_while_it_fails_and_returns_to_the_program_when_it_does_not(
    loaded,
):
    page = loaded()
    attempts = []

    def refuse(route: Route) -> None:
        attempts.append(route)
        route.abort()

    page.route(EXPRESSION, refuse)
    write(page, "x = 41\ny = x + 1")
    button = page.locator("#problem button")
    button.focus()
    before = len(attempts)
    with page.expect_request(EXPRESSION):
        page.keyboard.press("Enter")
    expect(page.locator("#problem button")).to_be_focused()
    assert len(attempts) > before
    page.unroute(EXPRESSION)
    page.keyboard.press("Enter")
    expect(node(page, "y")).to_be_visible()
    expect(page.locator(".cm-content")).to_be_focused()


def test_a_device_that_is_offline_is_said_and_computes_as_soon_as_it_is_not(loaded):
    page = loaded()
    page.context.set_offline(True)
    write(page, "x = 41\ny = x + 1")
    expect(page.locator("#problem")).to_contain_text("This device is offline.")
    page.context.set_offline(False)
    expect(node(page, "y")).to_be_visible()


def test_a_server_that_is_busy_says_so_itself_and_is_asked_again(loaded):
    page = loaded()
    busy = '{"type": "/problems/busy", "title": "Busy", "status": 503, "detail": "Every process is taken."}'
    page.route(EXPRESSION, lambda route: route.fulfill(status=503, content_type="application/problem+json", body=busy))
    write(page, "x = 41\ny = x + 1")
    expect(page.locator("#problem")).to_contain_text("Every process is taken.")
    page.unroute(EXPRESSION)
    expect(node(page, "y")).to_be_visible()


def test_a_language_that_cannot_be_loaded_leaves_the_page_as_it_is(arrive):
    page = drawn(arrive())
    page.route(built("ko.json"), lambda route: route.abort())
    page.locator("#language").select_option("ko")
    expect(page.locator("#notice")).to_contain_text("could not be loaded in that language")
    expect(page.locator("#language")).to_have_value("en")
    expect(page.locator("#program h2")).to_have_text("Program")
    page.unroute(built("ko.json"))
    page.locator("#notice-act").click()
    expect(page.locator("#program h2")).to_have_text("프로그램")
    expect(page.locator("#notice")).to_be_hidden()


def test_a_page_that_cannot_be_loaded_whole_says_so_in_both_languages(arrive):
    page = arrive(lambda context: context.route(built("en.json"), lambda route: route.abort()))
    expect(page.locator("#unstarted")).to_be_visible()
    expect(page.locator("#unstarted")).to_have_text(re.compile("reload.+[가-힣]"))


def test_without_its_examples_the_page_asks_for_them_again_when_the_server_answers(arrive):
    page = arrive(lambda context: context.route("**/lists/examples*", lambda route: route.abort()))
    page.locator("#editor .cm-content").wait_for()
    page.context.unroute("**/lists/examples*")
    write(page, "x = 41\nmine = x + 1")
    expect(node(page, "mine")).to_be_visible()
    page.locator("#example").select_option("chain")
    expect(node(page, "mine")).to_have_count(0)


def computing(page: Page) -> None:
    slow(page)
    write(page, "x = 3\nlater = x * 7")
    expect(page.locator("#cancel")).to_be_visible()


def cancelled(page: Page) -> None:
    computing(page)
    page.locator("#cancel").click()
    expect(page.locator("#again")).to_be_visible()


def unreachable(page: Page) -> None:
    page.route(EXPRESSION, lambda route: route.abort())
    write(page, "x = 41\ny = x + 1")
    expect(page.locator("#problem")).to_be_visible()


def wanting(page: Page) -> None:
    page.locator("#inputs summary").click()
    write(page, "z = width * 2")
    expect(page.locator("#inputs-wanting input")).to_be_visible()


STATES = [computing, cancelled, unreachable, wanting]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_serious_is_found(loaded, state):
    page = loaded(locale="ko-KR")
    state(page)
    assert serious(page, "light") == []


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("locale", [pytest.param("ko-KR", marks=pytest.mark.slow), "en-GB"])
def test_what_is_said_fits_on_the_narrowest_page_also_in_large_text(loaded, state, locale):
    page = loaded(locale=locale, width=320, height=640)
    state(page)
    for text in (100, 200):
        page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
        assert_what_is_said_fits(page)


def assert_what_is_said_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for button in page.locator(".floating button, #problem button").all():
        if not button.is_visible():
            continue
        button.focus()
        box = box_of(button)
        assert box["x"] >= 0 and box["x"] + box["width"] <= 320


def test_in_forced_colours_what_is_waited_for_can_be_seen_and_cancelled(loaded):
    page = loaded()
    page.emulate_media(forced_colors="active")
    computing(page)
    border = page.locator("#activity").evaluate("(box) => getComputedStyle(box).borderTopWidth")
    assert border == "1px"
    page.locator("#cancel").click()
    expect(page.locator("#stale-words")).to_contain_text("Cancelled")


def test_a_leaf_that_feeds_a_whole_chain_is_drawn_within_the_rule_and_the_same_each_time(loaded, client):
    """Graphviz would need half a minute for it; the picture must not depend on how long the machine takes."""
    text = "x = 0.5\nv0 = x * x\n" + "\n".join(f"v{i} = v{i - 1} * x" for i in range(1, 120))
    page = loaded()
    write(page, text)
    expect(node(page, "v119")).to_be_attached()
    places = page.locator("#graph g.node").evaluate_all(
        "(marks) => marks.map((mark) => mark.getAttribute('transform'))"
    )
    again = loaded(locale="ko-KR")
    write(again, text)
    expect(node(again, "v119")).to_be_attached()
    assert (
        again.locator("#graph g.node").evaluate_all("(marks) => marks.map((mark) => mark.getAttribute('transform'))")
        == places
    )


def test_choosing_the_language_while_something_is_computed_says_it_in_that_language(loaded, client):
    page = loaded()
    choose(page, client, "chain")
    computing(page)
    page.locator("#language").select_option("ko")
    expect(page.locator("#waiting")).to_have_text("계산하고 있습니다…")
    expect(page.locator("#cancel")).to_have_text("취소")
