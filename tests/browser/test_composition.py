"""Korean as it is typed: what an input method composes is taken when finished, in the editor and in every field."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.test_network import opened as network_opened
from tests.browser.test_page import node, write
from tests.browser.test_workbench import program


class Typist:
    """An input method at a page, and what the page asks of the service meanwhile."""

    def __init__(self, page: Page):
        self.page = page
        self.asked: list[str] = []
        self.keys = page.context.new_cdp_session(page)
        page.on("request", lambda request: self.asked.append(request.url) if "/api/" in request.url else None)

    def compose(self, *steps: str) -> None:
        """A syllable grows: ㅅ, 사, 살."""
        for text in steps:
            self.keys.send(
                "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
            )

    def finish(self, text: str) -> None:
        self.keys.send("Input.insertText", {"text": text})

    def hears_nothing(self, milliseconds: int = 600) -> None:
        """Longer than the page waits before it asks."""
        asked = len(self.asked)
        self.page.wait_for_timeout(milliseconds)
        assert self.asked[asked:] == []


def test_the_editor_tells_a_name_when_its_last_syllable_is_finished(open_page):
    page = open_page()
    write(page, "y = 3")
    expect(node(page, "y")).to_be_visible()
    page.locator("#editor .cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("사고뭉치 = 1")
    page.keyboard.press("Enter")
    page.keyboard.type("z = 2 # ")
    expect(node(page, "z")).to_be_visible()
    page.wait_for_timeout(600)
    typist = Typist(page)
    address = page.url
    typist.compose("ㅅ", "사", "삭")
    typist.hears_nothing()
    typist.compose("사", "사고")
    typist.hears_nothing()
    assert page.locator(".cm-tooltip-autocomplete").count() == 0
    assert page.url == address and program(page).endswith("사고")  # it stands in the editor, and nowhere else
    typist.finish("사과")
    page.wait_for_function("address => location.href !== address", arg=address)
    wait_until(lambda: program(page).endswith("z = 2 # 사과"))


def test_a_syllable_that_is_given_up_leaves_the_program_as_it_was(open_page):
    page = open_page()
    write(page, "y = 3")
    expect(node(page, "y")).to_be_visible()
    page.locator("#editor .cm-content").focus()
    page.keyboard.press("Control+End")
    typist = Typist(page)
    typist.compose("ㅅ", "사")
    typist.hears_nothing()
    typist.compose("")
    page.wait_for_timeout(600)
    assert program(page) == "y = 3" and page.locator("#problem").is_hidden()


def test_no_field_takes_half_a_syllable_and_each_takes_the_whole_one(open_page):
    page = open_page()
    write(page, "a = [1, 2]\ny = sum(a ** 2)")
    expect(node(page, "y")).to_be_visible()
    # Every field is listened to in the way of all: what reaches its own listeners is counted.
    page.evaluate("""() => {
      window.heard = [];
      const hear = ({type, target}) => heard.push([type, target.value]);
      for (const kind of ["input", "keydown"]) document.addEventListener(kind, hear, true);
    }""")
    typist = Typist(page)
    visited = 0

    def drive(fields: Locator) -> None:
        nonlocal visited
        for place in range(fields.count()):
            field = fields.nth(place)
            if not field.is_visible():
                continue
            field.fill("")
            page.evaluate("heard.length = 0")
            typist.compose("ㅎ", "하", "한")
            assert page.evaluate("heard") == [], field.evaluate("field => field.outerHTML")
            becomes(field.input_value, "한")
            typist.finish("한")
            assert ["input", "한"] in page.evaluate("heard") and field.input_value() == "한"
            visited += 1

    texts = "input:not([type]):not(.cm-textfield), input[type=text], input[type=search], textarea"
    page.locator("#inputs > summary").click()
    drive(page.locator("#inputs").locator(texts))
    page.locator("#tabs [data-panel=diagnose]").click()
    drive(page.locator("#diagnose").locator(texts))
    page.locator("#tabs [data-panel=derive]").click()
    drive(page.locator("#derive").locator(texts))
    page.locator("#open-programs").click()
    drive(page.locator("dialog[open]").locator(texts))
    page.keyboard.press("Escape")
    network_opened(page)
    page.locator("#net-paste summary").click()
    drive(page.locator("#network").locator(texts))
    assert visited >= 8


def test_enter_that_ends_a_syllable_does_not_rename_a_program(open_page):
    page = open_page()
    page.locator("#open-programs").click()
    page.locator("#keep input").fill("first")
    page.locator("#keep button[type=submit]").click()
    page.get_by_role("button", name='Rename "first"').click()
    typist = Typist(page)
    typist.compose("ㅅ", "사")
    # Chromium tells of a key of an input method as 229, within a composition.
    page.evaluate("""() => {
      const key = {key: "Enter", keyCode: 229, isComposing: true, bubbles: true, cancelable: true};
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
    }""")
    expect(page.get_by_role("textbox", name='Rename "first"')).to_have_value("사")
    typist.finish("사")
    page.keyboard.press("Enter")
    expect(page.locator("#kept")).to_contain_text("사")
