"""A large graph: searched, jumped through, coloured by its gradients, and its lines found in the program."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.app.serving import wait_until

PROGRAM = """def step(h, k):
    z = h * k
    return tanh(z) + log(k)
x = 0.5
for k in [2, 3, 0]:
    x = step(x, k)
y = x * x
"""


def test_a_search_lights_and_steps_and_a_jump_leads_into_a_closed_group(open_page):
    page = open_page()
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(PROGRAM)
    page.locator("#graph g.node", has_text="for").wait_for()
    page.locator("h1").click()

    page.keyboard.press("/")
    page.keyboard.type("tanh")
    said = page.locator(".search-bar output")
    expect(said).to_have_text("0 of 3")
    page.keyboard.press("Enter")  # what is found stands in a closed group, which opens
    expect(said).to_have_text("1 of 3")
    expect(page.locator("#graph g.node.selected.found .sign")).to_have_text("tanh")
    page.keyboard.press("Escape")
    expect(page.locator("#graph g.found")).to_have_count(0)

    page.keyboard.press("3")  # the first that is no number
    expect(page.locator("#graph g.node.selected")).to_contain_text("∞")
    page.keyboard.press("t")
    expect(page.locator("#editor .cm-content")).to_be_focused()

    page.locator("h1").click()
    page.keyboard.press("m")
    expect(page.locator(".heat-legend")).to_be_visible()
    wait_until(lambda: page.locator("#graph g.node.heated").count() > 3)
    page.keyboard.press("1")
    expect(page.locator(".play-bar .names span").last).to_have_css("font-weight", "600")  # on the way back
