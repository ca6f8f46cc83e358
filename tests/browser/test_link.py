"""A link as it arrives: mangled on its way, unreadable, or looking where nothing is."""

from __future__ import annotations

import base64
import json
import zlib

from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.contexts import PUT_BACK
from tests.browser.test_page import node, write
from tests.browser.test_workbench import program

CUT = "/#1=q1YqUbJSKk"


def link(**state: object) -> str:
    """The address of a state by its short names."""
    pack = zlib.compressobj(wbits=-15)
    packed = pack.compress(json.dumps(state).encode()) + pack.flush()
    return "/#1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def in_view(page: Page) -> int:
    """How many nodes are to be seen in the figure."""
    return page.evaluate("""() => {
      const room = document.querySelector("#graph").getBoundingClientRect();
      return [...document.querySelectorAll("#graph g.node .hit")].filter((element) => {
        const {left, right, top, bottom} = element.getBoundingClientRect();
        return right > room.left && left < room.right && bottom > room.top && top < room.bottom;
      }).length;
    }""")


def test_a_link_with_the_sentences_end_on_it_opens_and_its_address_is_mended(open_page):
    page = None
    for number, end in enumerate([".", ")", "%3D", "”).", ">", "%20and%20more", "&utm_source=mail"]):
        address = link(p=f"p = 3\nq{number} = p ** 2", c=1) + end
        page = follow(page, address) if page else open_page(address)
        expect(node(page, f"q{number}"), end).to_be_visible()
        assert program(page) == f"p = 3\nq{number} = p ** 2" and page.locator("#notice").is_hidden(), end
        page.locator("#graph").press("ArrowRight")
        page.wait_for_function("end => !location.hash.endsWith(end)", arg=end)


def follow(page: Page, address: str) -> Page:
    """Paste a link into the address bar of an open page."""
    page.evaluate("hash => (location.hash = hash)", address[1:])
    return page


GOING_ON = {
    "an edit": lambda page: write(page, "q = 3"),
    "an example": lambda page: page.locator("#example").select_option(index=2),
    "a step": lambda page: page.locator("#graph").press("ArrowRight"),
    "a node": lambda page: page.locator("#graph g.node .hit").first.click(),
    "a theme": lambda page: page.locator("#theme").select_option("dark"),
    "another link": lambda page: follow(page, link(p="q = 3")),
}


DRAWN = {"an edit": "q", "an example": "z", "another link": "q"}  # what is to be there before the next link is followed


def test_that_a_link_could_not_be_read_is_said_until_the_reader_goes_on_and_of_the_next_one_again(open_page):
    page = open_page(CUT, loads=True)  # which waits for all that comes by itself
    for how, go_on in GOING_ON.items():
        expect(page.locator("#notice"), how).to_contain_text("could not be read")
        go_on(page)
        expect(page.locator("#notice"), how).to_be_hidden()
        if how in DRAWN:
            expect(node(page, DRAWN[how]), how).to_be_visible()
        assert page.evaluate(PUT_BACK, CUT[1:]), how


def test_a_link_to_a_program_with_a_mistake_tells_it_where_the_graph_would_stand_until_it_is_mended(open_page):
    page = open_page(link(p="x = 2\ny = sigmod(x)"), ready=False)
    told = page.locator("#empty-figure")
    expect(told).to_contain_text("Unknown function")
    expect(told.locator("li")).not_to_have_count(0)
    expect(page.locator(".cm-content")).to_be_visible()
    told.get_by_text("Line 2, column 5").click()
    expect(page.locator(".cm-content")).to_be_focused()
    write(page, "x = 2\ny = sigmoid(x)")
    expect(node(page, "y")).to_be_visible()
    expect(told).to_be_hidden()
    write(page, "x = 2\ny = sigmod(x)")
    expect(page.locator("#stale-words")).to_have_text("The last graph that worked")
    expect(told).to_be_hidden()


NOWHERE = [[1e308, -1e308, 6], [1e9, 0, 1], [-5000, 40, 6], [0, 3000, 0.05], [1e5, 1e5, 0.05], [40, 1e4, 1]]


def test_a_link_never_looks_where_there_is_no_graph(open_page):
    page = None
    for number, view in enumerate(NOWHERE):
        selection = {"kind": "node", "id": 10**15}
        address = link(p=f"p = 3\nq{number} = p ** 2", v=view, c=number % 2 * 10**15, s=selection)
        page = follow(page, address) if page else open_page(address)
        expect(node(page, f"q{number}")).to_have_count(1)
        assert in_view(page) >= 1, view


def test_a_view_that_shows_a_part_of_the_graph_is_kept(open_page):
    page = open_page(link(p="p = 3\nq = p ** 2", v=[0, 30, 3]))
    expect(node(page, "q")).to_be_visible()
    assert in_view(page) >= 1
    wait_until(lambda: "scale(3)" in page.locator("#graph .viewport").get_attribute("transform"))


def test_a_view_set_by_hand_is_left_where_an_edit_takes_the_graph_away_from_it(open_page):
    page = open_page(
        link(
            p="a = 1\n" + "\n".join(f"a{i} = exp({'a' if i == 0 else f'a{i - 1}'})" for i in range(12)), v=[1900, 60, 2]
        )
    )
    expect(node(page, "a11")).to_be_visible()
    write(page, "p = 3\nq = p ** 2")
    expect(node(page, "q")).to_be_visible()
    page.wait_for_timeout(300)
    assert in_view(page) >= 1
