"""What names a node is one thing with it: pointed at or chosen in one place, it is marked in all."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.app.serving import becomes
from tests.browser.measured import attribute
from tests.browser.test_page import node, write

# By panel, or place beside the figure: how it is opened, and what in it names a node.
PLACES = {
    "inspector": ("", "#inspector [data-node]"),
    "derive": ("derive", "#derive .paths li"),
    "influence": ("influence", "#influence .bars li"),
    "check": ("check", "#check .results li"),
    "my gradients": ("diagnose", "#diagnose .claims li"),
    "first NaN": ("first-nan", "#first-nan .figure"),
    "inputs": ("", "#inputs-list tr"),
    "table": ("", "#table tbody tr"),
}

PROGRAM = "a = 2\nx = 0\ny = a * x\nz = x / y\nL = z + a * 3"


# How what is marked looks: its property, and what that is where it is not.
LOOKS = {"pointed": ("backgroundColor", "rgba(0, 0, 0, 0)"), "selected": ("boxShadow", "none")}


def marked(place: str, how: str) -> str:
    """Whether an element of a place that names the node which is pointed at, or selected, looks marked."""
    name, usual = LOOKS[how]
    return f"""() => [...document.querySelectorAll({place!r})].some((one) => {{
      const id = document.querySelector("#graph g.node.{how}")?.dataset.id;
      return (one.dataset.node ?? "").split(" ").includes(id) && one.checkVisibility()
        && getComputedStyle(one).{name} !== {usual!r};
    }})"""


def test_what_is_pointed_at_or_chosen_in_one_place_is_marked_in_all(open_page):
    page = open_page()
    write(page, PROGRAM)
    expect(node(page, "L")).to_be_visible()
    page.locator("#graph").press("End")
    for details in ("#inputs", "#table"):
        page.locator(f"{details} > summary").click()
    for name, (panel, place) in PLACES.items():
        page.locator(f"[data-panel={panel or 'inspector'}]").click()
        if name == "inspector":
            page.locator('#graph g.node[data-id="0"] .hit').click()
        one = page.locator(place).first
        expect(one, name).to_be_visible()
        one.scroll_into_view_if_needed()
        one.hover()
        expect(page.locator("#graph g.node.pointed"), name).not_to_have_count(0)
        page.wait_for_function(marked(place, "pointed"))
        page.locator("header").first.hover()
        expect(page.locator("#graph g.node.pointed"), name).to_have_count(0)
        first = attribute(one, "data-node").split(" ")[0]
        page.locator(f'#graph g.node[data-id="{first}"] .hit').click()
        page.wait_for_function(marked(place, "selected"))
    name = page.locator(".cm-line", has_text="y = a").locator("span").first

    def pointed() -> int:
        page.locator("header").first.hover()  # what is drawn anew under a mouse that stands still is not pointed at
        name.hover()
        return page.locator("#graph g.node.pointed").count()

    becomes(pointed, 1)
