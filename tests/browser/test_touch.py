"""A phone: the story on one screen, targets for fingers, panels as a sheet from below."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

SMALL = """() => [...document.querySelectorAll("button:not(.term, .link), select, summary, #tabs [role=tab]")]
  .filter((one) => one.checkVisibility()).map((one) => [one.getBoundingClientRect(), one])
  .filter(([box]) => Math.min(box.width, box.height) < 43.5).map(([, one]) => one.outerHTML)"""


# Which nodes that stand in view a finger misses 21 px above or below their middle, where no other thing is nearer.
LOW_NODES = """() => {
  const room = document.querySelector("#graph .drawing").getBoundingClientRect();
  return [...document.querySelectorAll("#graph g.node")].filter((node) => {
    const { x, y, width, height } = node.querySelector(".box").getBoundingClientRect();
    const middle = y + height / 2;
    const isSeen = (at) => at > room.top && at < room.bottom && x > room.left && x + width < room.right;
    return [-21, 21].some((by) => {
      const hit = document.elementFromPoint(x + width / 2, middle + by);
      return isSeen(middle + by) && hit?.closest("svg") && !hit.closest("g.node, g.edge, g.stub");
    });
  }).map((node) => node.textContent);
}"""


@pytest.fixture
def phone(browser, client) -> Iterator[Page]:
    context = browser.new_context(
        base_url=str(client.base_url),
        viewport={"width": 360, "height": 640},
        has_touch=True,
        is_mobile=True,
        locale="ko-KR",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/")
    page.locator("body[data-loaded]").wait_for()
    yield page
    context.close()


def test_a_phone_shows_the_whole_story_and_opens_panels_from_below(phone):
    for place in ("#story .question", "#graph .drawing", ".play-bar .sentence", ".play-bar .play"):
        box = phone.locator(place).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 640 - 46, place
    assert phone.evaluate(SMALL) == []
    assert "(p)" not in phone.locator("body").inner_text() and phone.locator("kbd:visible").count() == 0

    phone.locator("#open-take-away").tap()
    expect(phone.locator("#take-away optgroup")).to_have_count(3)
    assert phone.evaluate(SMALL) == []
    phone.keyboard.press("Escape")
    expect(phone.locator("#take-away")).to_be_hidden()

    # Also where the answer takes three lines and the sentence as many.
    phone.locator("#example").select_option("relu")
    expect(phone.locator("#graph g.node")).to_have_count(3)
    phone.evaluate("document.querySelector('#graph').goTo(Infinity)")
    expect(phone.locator("#story .said")).to_contain_text("음수인")
    box = phone.locator(".play-bar .play").bounding_box()
    assert box["y"] + box["height"] <= 640 - 46

    # The row of what to do next fades where it goes on; moved to its end, nothing covers the last one.
    last = "(row) => { row.scrollLeft = 1e4; return innerWidth - row.lastElementChild.getBoundingClientRect().right; }"
    assert phone.locator("#story .leads").evaluate(last) >= 28

    check = phone.locator("#tabs [data-panel=check]")
    check.tap()
    expect(phone.locator("#check .results")).to_be_visible()
    sheet = phone.locator("#side").bounding_box()
    assert abs(sheet["y"] + sheet["height"] - 640) < 1 and sheet["height"] <= 0.73 * 640
    check.tap()
    expect(phone.locator("#check")).to_be_hidden()

    # On its side, too.
    phone.set_viewport_size({"width": 640, "height": 400})
    phone.evaluate("scrollTo(0, 0)")
    for place in ("#story .said", "#graph .drawing", ".play-bar .sentence", ".play-bar .play"):
        box = phone.locator(place).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 400 - 46, place
    assert phone.evaluate(LOW_NODES) == []

    phone.set_viewport_size({"width": 360, "height": 400})
    phone.locator("#editor .cm-content").tap()
    phone.keyboard.press("Control+a")
    phone.keyboard.insert_text("x = 3\ny = foo(x)")
    wrong = phone.locator("#problem")
    expect(wrong).to_contain_text("foo")
    box = wrong.bounding_box()
    assert box["y"] + box["height"] <= 401

    # The book too.
    phone.goto("/learn/ko/graphs?seed=1")
    phone.locator("body[data-loaded]").wait_for()
    phone.locator("#orange").scroll_into_view_if_needed()
    phone.locator("#orange form").wait_for()
    assert phone.evaluate(SMALL) == []
