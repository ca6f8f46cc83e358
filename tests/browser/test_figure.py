"""The figure as one of a book: nothing covers anything else, whatever the numbers are."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.app.serving import wait_until
from tests.browser.measured import box_of
from tests.browser.test_page import node, overlaps, write
from tests.browser.test_workbench import drag


def test_the_names_on_the_legend_stand_apart(open_page):
    page = open_page()
    for program in ["x = 3\nsmall = x * 1.23456789e-12", "x = 3\nlarge = x * -98765432", "x = 2\ny = x * x"]:
        write(page, program)
        name = program.split("\n")[1].split(" ")[0]
        expect(node(page, name)).to_be_visible()
        for width in (320, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            wait_until(lambda: page.locator("#graph .legend .axis span").count() == 5)
            assert names_that_meet(page) == 0, (program, width)


def names_that_meet(page: Page) -> int:
    return page.evaluate("""() => {
          const spans = [...document.querySelectorAll("#graph .legend .axis span")].filter((e) => e.textContent);
          const texts = spans.map((e) => {
            const range = document.createRange();
            range.selectNodeContents(e);
            return range.getBoundingClientRect();
          });
          return texts.slice(1).filter((box, i) => box.left < texts[i].right + 2).length;
        }""")


def test_while_a_number_is_dragged_no_text_leaves_its_box(open_page):
    page = open_page()
    write(page, "x = 1\nlong = x * 1.234567891")
    expect(node(page, "long")).to_be_visible()
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    before = box_of(node(page, "long").locator(".box"))["width"]
    drag(page, "x", -400, hold=True)
    wait_until(lambda: "−" in (node(page, "x").locator(".value").text_content() or ""))
    wait_until(
        lambda: (
            node(page, "long").locator(".value").get_attribute("textLength") is not None
            or "−" in (node(page, "long").locator(".value").text_content() or "")
        )
    )
    assert box_of(node(page, "long").locator(".box"))["width"] == before
    assert overlaps(page)["outside"] == 0
    page.mouse.up()
