"""Nothing is lost: a reload, a new visit, programs by name, programs in files."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gradlens.app.schemas.model_files import SMALL_FILE
from tests.app.serving import becomes, wait_until
from tests.browser.test_link import follow
from tests.browser.test_page import linked, node, path_of, write
from tests.browser.test_workbench import program

# Links that earlier versions of the page made, and the state that each holds.
LINKS = json.loads((Path(__file__).parents[1] / "js" / "fixtures" / "links.json").read_text(encoding="utf-8"))


def test_a_link_made_earlier_still_opens(open_page):
    page = open_page("/" + LINKS[0]["link"])
    for made in LINKS:
        follow(page, "/" + made["link"])
        state = made["state"]
        if "program" in state:
            written = state["program"].split()  # an empty line is read as two
            becomes(lambda: program(page).split(), written)
        expect(page.locator("#timeline .step-count")).to_have_text(re.compile(rf"^{state['cursor']} / "))
        expect(page.locator("#graph .group")).to_have_count(len(state.get("open", [])))
        expect(page.locator("#graph .selected")).to_have_count(1 if "selection" in state else 0)
        expect(page.locator("#problem")).to_be_hidden()
        expect(page.locator("#notice")).to_be_hidden()


def test_a_reload_right_after_the_last_letter_loses_nothing(open_page):
    page = open_page()
    write(page, "x = 3\nkept = x * 7")
    page.reload()
    expect(node(page, "kept")).to_be_visible()
    page.locator("#editor .cm-content").wait_for()  # it comes after the graph
    assert program(page) == "x = 3\nkept = x * 7"


def seen(page) -> str:
    return page.locator("#graph .viewport").get_attribute("transform")


def middle(page) -> list[float]:
    """The place of the graph that is in the middle of its room, in its units, and the scale."""
    x, y, scale = (float(number) for number in re.findall(r"-?[\d.]+", seen(page)))
    width, height = page.locator("#graph .viewport").evaluate(
        "(layer) => [layer.ownerSVGElement.clientWidth, layer.ownerSVGElement.clientHeight]"
    )
    return [(width / 2 - x) / scale, (height / 2 - y) / scale, scale]


def is_seen(view: list[float] | None, page) -> bool:
    """Whether a view is what the page shows, but for what the link rounds: whole units of the graph, three digits of
    the scale.
    """
    return view is not None and view == pytest.approx(middle(page), abs=1)


def test_where_the_graph_is_looked_at_is_in_the_link_until_it_is_fitted(open_page):
    page = open_page()
    fitted = seen(page)
    page.locator("#graph .zoom-in").click()
    page.locator("#graph").press("Shift+ArrowRight")
    wait_until(lambda: is_seen(linked(page).get("v"), page))
    again = open_page(path_of(page), loads=True)
    wait_until(lambda: is_seen(linked(page)["v"], again))
    kept = linked(again)["v"]
    again.reload()
    expect(node(again, "total")).to_be_visible()
    assert linked(again)["v"] == kept
    again.locator("#graph .fit").click()
    wait_until(lambda: "v" not in linked(again))
    becomes(lambda: seen(again), fitted)
    again.locator("#graph .zoom-out").click()
    wait_until(lambda: linked(again).get("v"))
    again.locator("#example").select_option("square_of_sum")
    expect(node(again, "z")).to_be_visible()
    wait_until(lambda: "v" not in linked(again))


def test_an_address_without_a_state_opens_what_was_left_last(open_page):
    page = open_page()
    write(page, "x = 3\nkept = x * 7")
    expect(node(page, "kept")).to_be_visible()
    page.goto("about:blank")
    page.go_back()
    origin = page.url.partition("#")[0]
    page.goto("about:blank")
    page.goto(origin)
    expect(node(page, "kept")).to_be_visible()


def test_a_link_from_elsewhere_wins_over_what_was_left_last(open_page):
    page = open_page()
    page.locator("#example").select_option("square_of_sum")
    expect(node(page, "z")).to_be_visible()
    expect(page).to_have_url(re.compile("#1=.+"))
    link = page.url
    write(page, "x = 3\nkept = x * 7")
    expect(node(page, "kept")).to_be_visible()
    expect(page).not_to_have_url(link)
    page.goto("about:blank")
    page.goto(link)
    expect(node(page, "z")).to_be_visible()
    expect(page.locator("#example")).to_have_value("square_of_sum")


def test_programs_are_saved_opened_renamed_deleted_and_put_back_by_name(open_page):
    page = open_page()
    write(page, "x = 3\nmine = x * 7")
    expect(node(page, "mine")).to_be_visible()
    page.locator(".cm-content").press("Control+s")
    page.keyboard.type("first")
    page.keyboard.press("Enter")
    kept = page.locator("#kept li")
    expect(kept).to_have_count(1)
    kept.get_by_role("button", name="Rename").click()
    page.keyboard.type("경사 <b>")
    page.keyboard.press("Enter")
    expect(kept.locator(".link")).to_have_text("경사 <b>")
    page.keyboard.press("Escape")
    page.locator("#example").select_option("chain")
    expect(node(page, "mine")).to_have_count(0)
    page.locator("h1").click()
    page.keyboard.press("s")
    page.get_by_role("button", name="경사 <b>", exact=True).click()
    expect(node(page, "mine")).to_be_visible()
    becomes(lambda: program(page), "x = 3\nmine = x * 7")
    page.keyboard.press("s")
    kept.get_by_role("button", name="Delete").click()
    expect(kept).to_have_count(0)
    page.get_by_role("button", name="Put it back").click()
    expect(kept).to_have_count(1)


FILL = """() => {
  const {setItem} = Storage.prototype;
  Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  window.empty = () => { Storage.prototype.setItem = setItem; };
}"""


def test_a_storage_that_is_full_is_said_plainly(open_page):
    page = open_page()
    page.evaluate(FILL)
    page.locator("#open-programs").click()
    page.locator("#keep-name").fill("mine")
    page.keyboard.press("Enter")
    expect(page.locator("#programs-said")).to_contain_text("storage is full")
    expect(page.locator("#kept li")).to_have_count(0)
    page.evaluate("empty()")  # for the test that takes the page over


def test_a_program_is_saved_as_a_file_and_opened_again(open_page, tmp_path):
    page = open_page(locale="ko-KR")
    write(page, "사과 = 3\n내것 = 사과 * 7")
    expect(node(page, "내것")).to_be_visible()
    page.locator("#open-programs").click()
    page.locator("#keep-name").fill("a/b")
    with page.expect_download() as download:
        page.locator("#save-file").click()
    assert download.value.suggested_filename == "a_b.py"
    path = tmp_path / "a.py"
    download.value.save_as(path)
    assert path.read_text(encoding="utf-8") == "사과 = 3\n내것 = 사과 * 7"
    path.write_bytes("y = 2\r\nother = y * y".encode("utf-8-sig"))
    page.locator("#file").set_input_files(path)
    expect(node(page, "other")).to_be_visible()
    becomes(lambda: program(page), "y = 2\nother = y * y")


def test_a_model_opens_from_a_file_and_by_dropping_one_and_its_link_carries_it(open_page, tmp_path):
    page = open_page()
    path = tmp_path / "small.onnx"
    path.write_bytes(base64.b64decode(SMALL_FILE))
    page.locator("#open-programs").click()
    page.locator("#file").set_input_files(path)
    expect(node(page, "w0_weight")).to_be_visible()
    expect(page.locator("#programs")).to_be_hidden()
    becomes(lambda: program(page).split("\n")[:2], ["gemm1 = x @ w0_weight.T + w0_bias", "y = relu(gemm1)"])
    wait_until(lambda: linked(page).get("n", {}).get("name") == "onnx")
    page.reload()
    expect(node(page, "w0_weight")).to_be_visible()
    page.locator("body[data-loaded]").wait_for()
    dropped = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['no model'], 'bad.onnx')); return data; }"
    )
    page.locator("#graph").dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.locator("#programs-said")).to_contain_text("The file looks like .txt")


def test_a_file_that_is_no_program_is_refused_with_its_name(open_page, tmp_path):
    page = open_page()
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    page.locator("#open-programs").click()
    page.locator("#file").set_input_files(path)
    expect(page.locator("#programs-said")).to_contain_text('"photo.jpg" is no text file')
    expect(node(page, "total")).to_be_visible()


def test_a_reload_of_a_link_brings_back_what_the_link_showed_whatever_the_tab_showed_before(open_page, client):
    page = open_page()
    write(page, "x = 2\nolder = x * 3")
    wait_until(lambda: "older" in linked(page).get("p", ""))
    older = page.evaluate("location.hash")
    write(page, "x = 2\nnewer = x * 4")
    wait_until(lambda: "newer" in linked(page).get("p", ""))
    page.goto("about:blank")
    page.goto(str(client.base_url).rstrip("/") + "/" + older)
    expect(node(page, "older")).to_be_visible()
    page.reload()
    expect(node(page, "older")).to_be_visible()


def test_of_a_link_that_cannot_be_read_a_reload_says_so_again(open_page):
    page = open_page()
    write(page, "x = 2\nown = x * 3")
    wait_until(lambda: "own" in linked(page).get("p", ""))
    page.evaluate("location.hash = '#1=zzz'")
    expect(page.locator("#notice")).to_be_visible()
    page.reload()
    expect(page.locator("#notice")).to_be_visible()
