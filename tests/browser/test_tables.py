"""An uploaded table stays in its browser: links, history and what is kept name it, and its content is asked for where
it is wanted.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.app.serving import becomes, wait_until
from tests.browser.test_network import give, graph, opened
from tests.browser.test_page import node, value_said

WIDE = 2000  # units: so many weights that a program is told where its inputs come from
TABLE = "length,width,kind\n" + "".join(f"{i},{7 * i % 11},{'long' if i % 2 else 'round'}\n" for i in range(400))
LINKS = json.loads((Path(__file__).parent.parent / "js" / "fixtures" / "links.json").read_text("utf-8"))


def file(text: str = TABLE, name: str = "꽃.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def state(page: Page) -> dict:
    """What the page's address says, by short names."""
    page.wait_for_function("() => location.hash.length > 3")
    packed = page.evaluate("location.hash").removeprefix("#1=")
    return json.loads(zlib.decompress(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), wbits=-15))


def uploaded(page: Page) -> Page:
    """The network's form with a table of one's own, and a layer so wide that the program needs its source."""
    opened(page)
    page.locator("#net-dataset").select_option("csv")
    page.locator("#net-file").set_input_files(file())
    expect(page.locator("#net-file-read")).to_be_visible()
    page.locator("#net-layers-0-units").fill(str(WIDE))
    return page


def address_of_an_upload(page: Page) -> str:
    graph(uploaded(page))
    expect(node(page, "loss")).to_be_visible()
    page.wait_for_function("() => location.hash.length > 3")
    return page.evaluate("location.pathname + location.hash")


def lines_of_file(page: Page) -> str:
    return page.locator("#net-dataset-csv").input_value()


def test_an_uploaded_table_is_named_and_never_carried_and_is_there_after_undo_and_reload(open_page):
    page = uploaded(open_page())
    page.locator("#net-dataset").focus()
    for _ in range(2):  # the units, and the table
        page.keyboard.press("Control+z")
    assert lines_of_file(page) == ""
    for _ in range(2):
        page.keyboard.press("Control+Shift+z")
    expect(page.locator("#net-file-read")).to_have_text("꽃.csv was read as UTF-8.")
    assert lines_of_file(page) == TABLE
    expect(page.locator("#net-table-said")).to_contain_text("400 rows, 3 columns: 400 samples of 2 numbers each")
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")
    expect(page.locator("#train-plane")).to_be_visible()
    graph(page)
    expect(node(page, "loss")).to_be_visible()
    page.locator("#timeline .scrubber").press("End")
    wait_until(lambda: re.search("[0-9]", value_said(page, "loss")))
    page.wait_for_function("() => localStorage['gradlens.last'].includes('table')")

    page.locator("#open-programs").click()
    page.locator("#keep-name").fill("flowers")
    page.keyboard.press("Enter")
    expect(page.locator("#kept li")).to_have_count(1)
    page.keyboard.press("Escape")

    said = state(page)
    [table, form] = [said["n"]["body"]["dataset"]["table"], said["b"]["draft"]["data"]]
    assert table["name"] == "꽃.csv" and re.fullmatch("[0-9a-f]{32}", table["digest"])
    assert form["csv"] == "" and form["table"]["digest"] == table["digest"]
    assert len(page.evaluate("location.hash")) < 1200
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert not any(
        "3,10,long" in text for text in (kept, json.dumps(said), page.evaluate("JSON.stringify(history.state)"))
    )

    number = value_said(page, "loss")
    page.reload()
    becomes(lambda: value_said(page, "loss"), number)
    page.locator("#example").select_option("apples")
    expect(node(page, "total")).to_be_visible()
    page.locator("#open-programs").click()
    page.locator("#kept li button.link").click()
    expect(node(page, "loss")).to_be_visible()
    page.locator("#timeline .scrubber").press("End")
    becomes(lambda: value_said(page, "loss"), number)
    opened(page)
    expect(page.locator("#net-file-read")).to_be_visible()
    assert lines_of_file(page) == TABLE
    give(page.locator("#net-dataset-csv"), TABLE + "400,7,long\n")  # by hand, and no file's any more
    page.wait_for_function("() => localStorage['gradlens.last'].includes('3,10,long')")


SCHOOL = "번호,반,키,몸무게,합격\n" + "".join(
    f"{i + 1},{'가나다'[i % 3]}반,{150 + i * 7 % 30}.5,{'' if i == 4 else 45 + i * 5 % 30},{i * 7 % 30 > 12}\n"
    for i in range(60)
)


def test_a_table_is_shown_as_it_was_read_and_what_is_learnt_from_it_is_chosen(open_page):
    page = opened(open_page())
    page.locator("#net-dataset").select_option("csv")
    cp949: FilePayload = {"name": "학생.csv", "mimeType": "text/csv", "buffer": SCHOOL.encode("cp949")}
    page.locator("#net-file").set_input_files(cp949)
    said, table = page.locator("#net-table-said"), page.locator("#net-table table")
    expect(said).to_contain_text("60 rows, 5 columns: 59 samples of 5 numbers each, in 2 classes by “합격”")
    expect(page.locator("#net-file-read")).to_contain_text("CP949")
    expect(table.locator("thead th").nth(1)).to_contain_text("counts the rows")
    expect(table.locator("thead th").nth(4)).to_contain_text("1 missing")
    expect(table.locator("tbody tr").nth(1)).to_contain_text("150.5")
    expect(table.locator("td em")).to_have_text(["missing"])
    expect(page.locator("#net-table .remarks")).to_contain_text("1 of 60 rows lacks a value")

    page.locator("#net-dataset-missing").select_option("mean")
    expect(said).to_contain_text("60 samples of 5 numbers")
    page.locator("#net-role-1").select_option("none")
    expect(said).to_contain_text("60 samples of 2 numbers")
    page.locator("#net-role-2").select_option("label")  # a number: the loss and the last layer follow
    expect(said).to_contain_text("to predict the number “키”")
    expect(page.locator("#net-loss-type")).to_have_value("mse")
    expect(page.locator("#net-layers-2-units")).to_have_value("1")
    page.locator("#net-dataset-test").fill("20")
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")
    chosen = {"missing": "mean", "label": 2, "use": [3, 4], "test": 20}
    wait_until(lambda: "b" in state(page))
    becomes(lambda: state(page)["b"]["draft"]["data"].get("choices"), chosen)

    page.locator("#net-encoding").select_option("Windows-1252")
    expect(table.locator("thead th").nth(1)).to_contain_text("¹øÈ£")
    give(page.locator("#net-dataset-csv"), "a,b,kind\n1,2,x\n3,4-5,y\n6,7,x\n")
    expect(page.locator("#net-table-fault")).to_contain_text('Line 3, column 2 ("b")')


@pytest.mark.parametrize("locale", [pytest.param("en-GB", marks=pytest.mark.slow), "ko-KR"])
def test_a_link_in_another_browser_asks_for_the_file_and_computes_with_it(open_page, locale):
    korean = locale == "ko-KR"
    address = address_of_an_upload(open_page(locale=locale))
    page = open_page(address, locale=locale, ready=False)
    problem = page.locator("#problem")
    expect(problem.locator("strong")).to_have_text("표가 이 브라우저에 없습니다" if korean else "A table is missing")
    expect(problem).to_contain_text("꽃.csv 표가 있어야" if korean else "The table 꽃.csv is needed")
    expect(problem.get_by_role("button")).to_have_text("꽃.csv 파일 고르기" if korean else "Choose 꽃.csv")

    # The form asks for it as well.
    page.locator("body[data-loaded]").wait_for()
    opened(page)
    wanted = page.locator("#network .missing-table")
    expect(page.locator("#network .fault")).to_have_text(problem.locator("p").first.text_content())
    assert lines_of_file(page) == ""
    page.locator("#train-step").click()
    expect(page.locator("#net-dataset-csv")).to_be_focused()
    expect(page.locator("#network .fault")).to_have_count(1)
    page.keyboard.press("Escape")

    choose = problem.locator("input[type=file]")
    choose.set_input_files(file("PK\x03\x04\0\0\x08\0", "book.xlsx"))
    expect(problem.get_by_role("status")).to_contain_text(
        "book.xlsx 파일은 꽃.csv 표와 내용이 다릅니다" if korean else "book.xlsx is not the same table as 꽃.csv"
    )
    choose.set_input_files(file(TABLE.replace("3,10", "3,11"), "풀.csv"))
    expect(problem.get_by_role("status")).to_contain_text(
        "풀.csv 파일은 꽃.csv 표와 내용이 다릅니다" if korean else "풀.csv is not the same table as 꽃.csv"
    )
    expect(problem.get_by_role("button").last).to_be_focused()
    choose.set_input_files(file(TABLE.replace("\n", "\r\n"), "flowers (1).csv"))
    expect(node(page, "loss")).to_be_visible()
    expect(problem).to_be_hidden()

    opened(page)
    expect(page.locator("#net-file-read")).to_be_visible()
    assert lines_of_file(page) == TABLE
    expect(wanted).to_have_count(0)


def test_another_table_is_taken_in_its_place_in_the_program_and_in_the_form(open_page):
    first = address_of_an_upload(open_page())
    page = open_page(first, ready=False)
    other = file(TABLE.replace("3,10", "3,110"), "other.csv")
    page.locator("#problem input[type=file]").set_input_files(other)
    page.locator("#problem").get_by_role("button", name="Use other.csv all the same").click()
    expect(node(page, "loss")).to_be_visible()
    page.wait_for_function("before => !before.endsWith(location.hash)", arg=first)
    assert state(page)["n"]["body"]["dataset"]["table"]["name"] == "other.csv"
    page.locator("body[data-loaded]").wait_for()
    opened(page)
    page.locator("#network .missing-table input").set_input_files(other)
    page.locator("#network .missing-table").get_by_role("button", name="Use other.csv all the same").click()
    expect(page.locator("#net-file-read")).to_have_text("other.csv was read as UTF-8.")
    expect(page.locator("#network .fault")).to_have_count(0)
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")


def test_a_browser_that_keeps_nothing_has_the_table_until_it_is_left(open_page):
    page = open_page("/healthz", ready=False)
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }")
    page.goto(page.url.removesuffix("healthz"))
    page.locator("body[data-loaded]").wait_for()
    graph(uploaded(page))
    expect(node(page, "loss")).to_be_visible()
    page.wait_for_function("() => localStorage['gradlens.last'].includes('table')")
    page.reload()
    expect(page.locator("#problem")).to_contain_text("꽃.csv")
    page.locator("body[data-loaded]").wait_for()
    opened(page)
    page.locator("#network .missing-table input").set_input_files(file())
    expect(page.locator("#net-file-read")).to_be_visible()
    page.keyboard.press("Escape")  # the program has waited for it as well
    expect(node(page, "loss")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()


def test_the_shelf_keeps_the_hundred_tables_that_were_used_last(open_page):
    kept = open_page().evaluate("""async () => {
      const {createTables} = await import("/static/js/store/tables.js");
      const digests = [];
      const before = createTables();
      for (let i = 0; i < 100; i += 1) digests.push(await before.put(`${i}`));
      await createTables().text(digests[0]); // as another page does
      for (const more of ["one", "two"]) digests.push(await createTables().put(more));
      const texts = await Promise.all(digests.map((digest) => createTables().text(digest)));
      return texts.filter((text) => text !== null);
    }""")
    assert kept == ["0", *map(str, range(3, 100)), "one", "two"]


def test_what_was_written_by_hand_is_in_the_link_and_a_long_text_is_not(open_page):
    page = opened(open_page())
    page.locator("#net-dataset").select_option("csv")
    page.locator("#net-layers-0-units").fill(str(WIDE))
    few, long = TABLE[: TABLE.index("20,")], TABLE + TABLE[TABLE.index("\n") + 1 :] * 2
    give(page.locator("#net-dataset-csv"), few)
    graph(page)
    expect(node(page, "loss")).to_be_visible()
    page.wait_for_function("() => location.hash.length > 3")
    assert state(page)["n"]["body"]["dataset"]["csv"] == few
    opened(page)
    give(page.locator("#net-dataset-csv"), long)
    graph(page)
    becomes(lambda: set(state(page)["n"]["body"]["dataset"]), {"table", "seed"})
    expect(node(page, "loss")).to_be_visible()


def test_a_link_that_carries_a_table_by_its_content_opens_and_computes(open_page):
    [link] = [one["link"] for one in LINKS if "csv" in json.dumps(one["state"])]
    page = open_page("/" + link)
    page.locator("#timeline .scrubber").press("End")
    becomes(lambda: value_said(page, "loss"), "≈0.7398")  # as that version computed it
