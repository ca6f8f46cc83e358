"""The page in a real browser on a real server: what a reader does, and what they then see."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.measured import attribute

WIDTHS = [360, 768, 1024, 1920]


def node(page: Page, name: str):
    """The drawn node of a name."""
    return page.locator("#graph g.node").filter(has=page.locator(".name", has_text=re.compile(f"^{re.escape(name)}$")))


def value_said(page: Page, name: str) -> str:
    """The value of a drawn node as its name for a screen reader has it; a small box shows the gradient in its place."""
    said = attribute(node(page, name).locator(".hit"), "aria-label")
    [value] = re.findall(r", value (.*), gradient ", said)
    return value


def steps(page: Page) -> int:
    return int(attribute(page.locator("#timeline .scrubber"), "max"))


def go_to(page: Page, cursor: int) -> None:
    page.locator("#timeline .scrubber").fill(str(cursor))
    expect(page.locator("#timeline .step-count")).to_contain_text(f"{cursor} /")


PASTE = """(content, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  content.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def write(page: Page, program: str) -> None:
    """Replace the program as a reader would: select all, delete, paste."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.locator(".cm-content").evaluate(PASTE, program)


def expect_drawn(page: Page, program: str) -> None:
    """Wait until the graph is this program's."""
    page.wait_for_function("text => document.querySelector('#graph').plan?.trace.program === text", arg=program)


def linked(page: Page) -> dict:
    """The state in the page's address, by its short names."""
    packed = page.evaluate("location.hash").removeprefix("#1=")
    return (
        json.loads(zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), wbits=-15))
        if packed
        else {}
    )


def path_of(page: Page) -> str:
    """What follows the origin in the page's address."""
    return page.evaluate("location.pathname + location.hash")


# All that the graph shows: texts, states, colours.
PICTURE = """() => JSON.stringify([...document.querySelectorAll("#graph :is(g.node, g.edge)")].map((g) =>
  [[...g.classList].sort(), g.getAttribute("style"), g.querySelector(".hit").getAttribute("aria-label"),
   g.textContent]))"""
# The picture after each of so many presses of a button.
PICTURES = f"""async (button, count) => {{
  const pictures = [];
  for (let i = 0; i < count; i += 1) {{
    button.click();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    pictures.push(({PICTURE})());
  }}
  return pictures;
}}"""


def choose(page: Page, client, id: str, language: str = "en") -> dict:
    """Choose an example, wait until it is drawn, and return what the API says of it."""
    page.locator("#example").select_option(id)
    example = next(e for e in client.get("/api/examples").json()["examples"] if e["id"] == id)
    trace = client.post(
        "/api/expression", json={"program": example["program"][language], "inputs": example["inputs"]}
    ).json()
    expect(page.locator("#graph g.node")).to_have_count(len(trace["nodes"]))
    for name in {n["name"] for n in trace["nodes"]} - {None}:
        expect(node(page, name)).to_have_count(1)
    return trace


def test_the_page_waits_at_the_start(open_page):
    page = open_page()
    expect(page.locator("#timeline .step-count")).to_have_text(re.compile(r"^0 / \d+$"))
    expect(node(page, "total").locator(".value")).to_have_text("")
    expect(node(page, "apple").locator(".value")).to_have_text("100")


def test_playing_to_the_end_shows_every_gradient_that_the_api_returned(open_page, client):
    page = open_page()
    page.locator("body").press("p")
    page.locator("#table summary").click()
    for example in ("square_of_sum", "mazur", "relu"):
        assert_every_gradient_is_in_the_table(page, choose(page, client, example))


def assert_every_gradient_is_in_the_table(page: Page, trace: dict) -> None:
    go_to(page, steps(page))
    rows = page.locator("#table tbody tr")
    expect(rows).to_have_count(len(trace["nodes"]))
    expect(rows.last).to_contain_text(trace["nodes"][-1]["name"] or "")
    for row, expected in zip(rows.all(), trace["nodes"], strict=True):
        shown = row.locator("td").nth(2).inner_text().replace("−", "-")
        if expected["shape"]:
            assert re.findall(r"-?[\d.]+", shown) == re.findall(
                r"-?[\d.]+", str(expected["gradient"]).replace(".0", "")
            )
        elif expected["differentiable"]:
            mantissa, _, exponent = shown.partition("×10")
            power = exponent.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
            assert float(mantissa + (f"e{power}" if power else "")) == expected["gradient"]
        else:
            assert not re.search(r"\d", shown)


def test_stepping_back_from_any_frame_equals_that_frame_reached_forward(open_page, client):
    page = open_page()
    for example in ("two_paths", "affine"):
        choose(page, client, example)
        go_to(page, 0)
        assert_back_is_as_forward(page)


def assert_back_is_as_forward(page: Page) -> None:
    last = steps(page)
    page.mouse.move(0, 0)
    forward = [page.evaluate(PICTURE), *page.locator("#timeline .forward").evaluate(PICTURES, last)]
    assert len(set(forward)) == last + 1
    assert page.locator("#timeline .back").evaluate(PICTURES, last) == forward[-2::-1]


def test_an_error_is_underlined_at_its_place_and_the_last_good_graph_stays(open_page):
    page = open_page()
    write(page, "x = 2\ny = sigmod(x) * 3")
    underlined = page.locator(".cm-lintRange-error")
    expect(underlined).to_have_text("sigmod")
    expect(page.locator("#problem")).to_contain_text('Did you mean "sigmoid"?')
    expect(node(page, "apple")).to_be_visible()
    expect(page.locator("#stale")).to_be_visible()
    write(page, "x = 2\ny = sigmoid(x) * 3")
    expect(page.locator("#problem")).to_be_hidden()
    expect(underlined).to_have_count(0)
    expect(node(page, "x")).to_be_visible()
    expect(page.locator("#stale")).to_be_hidden()


def test_an_error_after_korean_letters_and_emoji_is_underlined_at_its_place(open_page):
    page = open_page(locale="ko-KR")
    write(page, "사과 = 100  # 🍎🍎\n합계 = 사과 * 2 + 갯수  # 🍎")
    expect(page.locator(".cm-lintRange-error")).to_have_text("갯수")
    expect(page.locator("#problem")).to_contain_text("값이 없습니다")


def test_typing_an_expression_recomputes_and_draws_it(open_page):
    page = open_page()
    write(page, "x = 3\ny = x * x + 1")
    expect(page.locator("#graph g.node")).to_have_count(4)
    expect(page.locator("#graph g.edge")).to_have_count(4)
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    expect(node(page, "x").locator(".gradient")).to_have_text(re.compile("6$"))
    expect(node(page, "y").locator(".value")).to_have_text("10")


def test_the_keyboard_alone_plays_steps_and_jumps(open_page):
    page = open_page()
    page.locator("h1").click()
    count = page.locator("#timeline .step-count")
    last = steps(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text(f"2 / {last}")
    page.keyboard.press("ArrowLeft")
    expect(count).to_have_text(f"1 / {last}")
    page.keyboard.press("End")
    expect(count).to_have_text(f"{last} / {last}")
    page.keyboard.press("Home")
    expect(count).to_have_text(f"0 / {last}")
    page.keyboard.press(" ")
    expect(page.locator("#timeline .play")).to_have_attribute("data-playing", "true")
    page.keyboard.press(" ")
    expect(page.locator("#timeline .play")).to_have_attribute("data-playing", "false")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    node(page, "apple").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_contain_text("apple")


def test_keys_typed_into_the_program_do_not_play_it(open_page):
    page = open_page()
    write(page, "x = 2\ny = x * 3")
    before = page.locator("#timeline .step-count").inner_text()
    page.keyboard.type(" + 1 ")
    expect(page.locator("#timeline .play")).to_have_attribute("data-playing", "false")
    assert page.locator("#help").is_hidden() and before.startswith("0 /")


def test_an_edge_shows_upstream_times_local_as_formula_and_with_its_numbers(open_page):
    page = open_page()
    go_to(page, steps(page))
    inspector = page.locator("#inspector")
    page.locator("#graph g.edge").first.focus()
    page.keyboard.press("Enter")
    expect(inspector.locator(".katex").first).to_be_visible()
    text = inspector.inner_text()
    assert "apple" in text and "1.1" in text and "2.2" in text and "×" in text
    # A formula that shrinks to its column's width stands in it whole.
    squeezed = inspector.locator(".formula.display[style]").first
    expect(squeezed).to_be_visible()
    assert squeezed.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0


def test_the_sentence_of_a_step_names_its_numbers(open_page):
    page = open_page()
    go_to(page, 2)
    expect(page.locator("#timeline .sentence")).to_have_text("apple 100 × apple_count 2 = 200")


def test_korean_and_english_switch_without_losing_the_place(open_page):
    page = open_page()
    write(page, "x = 3\ny = x * x + 1")
    expect(page.locator("#graph g.node")).to_have_count(4)
    go_to(page, 3)
    page.locator("#language").select_option("ko")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator("#program h2")).to_have_text("프로그램")
    expect(page.locator("#timeline .step-count")).to_contain_text("3 /")
    wait_until(lambda: "x * x" in page.locator(".cm-content").inner_text())
    page.locator("#language").select_option("en")
    expect(page.locator("#program h2")).to_have_text("Program")
    expect(page.locator("#timeline .step-count")).to_contain_text("3 /")


def test_a_korean_reader_is_met_in_korean_and_every_text_is_translated(open_page):
    page = open_page(locale="ko-KR")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(node(page, "사과")).to_be_visible()
    unfilled = page.evaluate(
        "[...document.querySelectorAll('[data-t]')].filter((e) => !e.textContent.trim() || e.textContent ==="
        " e.dataset.t).map((e) => e.dataset.t)"
    )
    assert unfilled == []


@pytest.mark.fresh_page
def test_words_of_problems_and_remarks_are_fetched_when_there_is_one(open_page):
    loaded = "performance.getEntriesByType('resource').filter(({name}) => /problems/.test(name)).length"
    for text, place, said in [("y = sigmod(2)", "#problem", "sigmoid"), ("x = 1e200\ny = x * x", "#warnings", "1.8")]:
        page = open_page(locale="ko-KR")
        assert page.evaluate(loaded) == 0
        write(page, text)
        expect(page.locator(place)).to_contain_text(said)
        assert re.search("[가-힣]", page.locator(place).inner_text())
        wait_until(lambda page=page: page.evaluate(loaded) == 1)


def test_the_address_holds_the_state_and_reopens_it(open_page, client):
    page = open_page()
    write(page, "앞 = 3\n뒤 = 앞 ** 2")
    expect(node(page, "뒤")).to_be_visible()
    go_to(page, 2)
    wait_until(lambda: linked(page).get("c") == 2)
    again = open_page(path_of(page), loads=True)
    expect(again.locator("#timeline .step-count")).to_contain_text("2 /")
    wait_until(lambda: "앞 ** 2" in again.locator(".cm-content").inner_text())


def test_a_broken_link_opens_the_first_example_and_says_so(open_page):
    said = re.compile("This link could not be read, so the first example is shown.")
    page = open_page("/#1=", loads=True)
    expect(node(page, "apple")).to_be_visible()
    expect(page.locator("#notice")).to_have_text(said)
    for fragment in ["#1=%%%", "#1=AAAA", "#2=abc", "#__proto__", "#" + "A" * 5000]:
        page.locator("#example").select_option("chain")
        expect(page.locator("#notice"), fragment).to_be_hidden()
        expect(node(page, "apple"), fragment).to_have_count(0)
        page.evaluate("fragment => (location.hash = fragment)", fragment)
        expect(page.locator("#notice"), fragment).to_have_text(said)
        expect(node(page, "apple"), fragment).to_be_visible()


def test_a_dead_server_is_said_plainly_and_the_work_is_kept(open_page, cut_off):
    page = open_page()
    page.route("**/api/expression", cut_off)
    write(page, "x = 41\ny = x + 1")
    expect(page.locator("#problem")).to_be_visible()
    wait_until(lambda: "x = 41" in page.locator(".cm-content").inner_text())
    page.unroute("**/api/expression")
    page.locator("#problem button").click()
    expect(node(page, "y")).to_be_visible()


def test_hostile_names_are_shown_as_text(open_page):
    page = open_page()
    write(page, "constructor = 2\ntoString = 3\nhasOwnProperty = constructor * toString")
    expect(node(page, "hasOwnProperty")).to_be_visible()
    write(page, "x = '</script><img src=x onerror=alert(1)>'")
    expect(page.locator("#problem")).to_be_visible()
    assert page.locator("img").count() == 0


# What the page shows when it has computed what was typed.
TYPED = {
    "": ("#problem.greeting", "Where to begin?"),
    "x = 9**9**9": ("#warnings", "overflows"),
    "x = [1, 2": ("#problem", "never closed"),
    "x = 1\n" * 2000 + "many = x": ("#graph g.node .name", re.compile("^many$")),
    "((((" * 100: ("#problem", "nested too deeply"),
    "x = 0\ny = relu(x)": ("#warnings", "no derivative"),
    "x = [[1, 2], [3, 4]]\ny = x @ x\nz = sum(y)": ("#graph g.node .name", re.compile("^z$")),
}


def test_whatever_is_typed_the_page_stays_alive(open_page):
    page = open_page()
    for program, (place, words) in TYPED.items():
        write(page, program)
        expect(page.locator(place).filter(has_text=words)).not_to_have_count(0)
    write(page, "x = 5\nlast = x * 2")
    expect(node(page, "last")).to_be_visible()


@pytest.mark.fresh_page  # as narrow from its first moment
@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_nothing_scrolls_sideways_at_any_width(open_page, locale):
    page = open_page(locale=locale, width=WIDTHS[0], height=800)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width


FIGURES = [
    "apples",
    "square_of_sum",
    "two_paths",
    "chain",
    "neuron",
    "sigmoid",
    "staged",
    "affine",
    "softmax_cross_entropy",
    "two_layer_net",
    "mazur",
]


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_no_label_leaves_its_box_and_no_boxes_overlap(open_page, client, locale):
    page = open_page(locale=locale)
    for example in FIGURES[:: 1 if locale == "ko-KR" else 3]:
        choose(page, client, example, locale[:2])
        go_to(page, 0)
        assert overlaps(page) == NO_OVERLAPS, example
        go_to(page, steps(page))
        assert overlaps(page) == NO_OVERLAPS, example
        assert lettering(page) == {"small": [], "beyond": []}, example


def lettering(page: Page) -> dict[str, list[str]]:
    """The texts of the drawing under 11 px, and what lies beyond a figure that shows all of its graph."""
    return page.evaluate("""() => {
          const figure = document.querySelector("#graph");
          const { left, right, top, bottom } = figure.querySelector(".drawing").getBoundingClientRect();
          const k = figure.querySelector(".viewport").transform.baseVal.consolidate().matrix.a;
          const written = (t) => t.textContent && t.checkVisibility();
          const texts = [...figure.querySelectorAll(".drawing text")].filter(written);
          const isWhole = figure.querySelector(".minimap").hasAttribute("hidden");
          const leaves = (b) => b.left < left - 1 || b.right > right + 1 || b.top < top - 1 || b.bottom > bottom + 1;
          const drawn = [...texts, ...figure.querySelectorAll("g.node .box, g.echo, g.stub, g.group rect")];
          return {
            small: texts.filter((t) => parseFloat(getComputedStyle(t).fontSize) * k < 10.95).map((t) => t.textContent),
            beyond: isWhole ? drawn.filter((e) => leaves(e.getBoundingClientRect())).map((e) => e.textContent) : [],
          };
        }""")


IS_INSIDE = """(name) => {
  const nodes = [...document.querySelectorAll("#graph g.node")];
  const named = nodes.find((g) => g.querySelector(".name").textContent === name);
  if (!named) return false;
  const box = named.querySelector("rect").getBoundingClientRect();
  const figure = document.querySelector("#graph .drawing").getBoundingClientRect();
  return box.left >= figure.left && box.right <= figure.right && box.top >= figure.top && box.bottom <= figure.bottom;
}"""


def test_without_columns_the_two_layer_net_is_seen_whole_on_a_small_screen_and_the_apples_fill_a_projector(
    open_page, client
):
    page = open_page(locale="en-GB", width=1024, height=768)
    # In a narrow figure the compact form shows the graph in its whole height: what the question asks about is there.
    for width, height in [(390, 844), (1024, 768)]:
        page.set_viewport_size({"width": width, "height": height})
        for fruit in ["apple", "apple_count", "orange", "orange_count"]:
            wait_until(lambda fruit=fruit: page.evaluate(IS_INSIDE, fruit))
    choose(page, client, "two_layer_net", "en")
    page.locator("#fold-program").click()
    page.locator("#fold-panels").click()
    wait_until(lambda: page.locator("#graph g.stub").count() > 0 and page.locator("#graph .minimap").is_hidden())
    go_to(page, steps(page))
    assert overlaps(page) == NO_OVERLAPS
    assert lettering(page) == {"small": [], "beyond": []}
    # Long names are cut shorter where that makes the letters large enough.
    program = page.evaluate("document.querySelector('#graph').plan.trace.program")
    long = re.sub(r"\b(?!T\b)([A-Z]\d?|b\d)\b", r"\1_of_a_hidden_layer", program)
    page.locator("#unfold-program").click()
    write(page, long)
    expect_drawn(page, long)
    page.locator("#fold-program").click()
    wait_until(lambda: lettering(page) == {"small": [], "beyond": []} and page.locator("#graph .minimap").is_hidden())
    assert "…" in "".join(page.locator("#graph g.node .name").all_text_contents())
    assert overlaps(page) == NO_OVERLAPS
    choose(page, client, "apples", "en")
    page.set_viewport_size({"width": 1920, "height": 1080})
    scale = "document.querySelector('#graph .viewport').transform.baseVal.consolidate().matrix.a"
    wait_until(lambda: page.evaluate(scale) * 12 >= 24)


NO_OVERLAPS = {"outside": 0, "boxes": 0, "labels": 0, "covered": 0}


def overlaps(page: Page) -> dict[str, int]:
    """How many texts leave their box, boxes meet, numbers on edges meet, or lie on a box, as Chromium measures them."""
    return page.evaluate("""() => {
          const box = (e) => e.getBoundingClientRect();
          const written = (texts) => [...texts].filter((t) => t.textContent).map(box);
          const nodes = [...document.querySelectorAll("#graph g.node, #graph g.echo")].map(
            (g) => ({frame: box(g.querySelector("rect")), texts: written(g.querySelectorAll("text"))}));
          const labels = written(document.querySelectorAll("#graph g.edge text"));
          const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
          const leaves = (t, frame) => t.left < frame.left - 1 || t.right > frame.right + 1;
          const pairs = (list) => list.flatMap((a, i) => list.slice(i + 1).map((b) => [a, b]));
          return {
            outside: nodes.filter(({frame, texts}) => texts.some((t) => leaves(t, frame))).length,
            boxes: pairs(nodes.map((n) => n.frame)).filter(([a, b]) => meets(a, b)).length,
            labels: pairs(labels).filter(([a, b]) => meets(a, b)).length,
            covered: labels.filter((l) => nodes.some((n) => meets(l, n.frame))).length,
          };
        }""")


def test_the_reference_page_works_offline(open_page, client):
    page = open_page("/docs", ready=False)
    expect(page.get_by_text("/api/expression").first).to_be_visible(timeout=20_000)


def test_the_program_is_a_url_away_from_the_api(client):
    response = client.post("/api/expression", json={"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}})
    assert json.loads(response.content)["gradients"] == {"x": 10.0, "y": 10.0}
