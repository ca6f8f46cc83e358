"""The book: paragraphs drive their figures, exercises are answered by mouse and keyboard, nothing is out of reach."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from gradlens.app.jobs.learning import files
from tests.browser.test_access import in_turn, serious

FIGURE = "#figure-prices gradlens-graph"


def opened(open_page, chapter: str, language: str = "en", **how) -> Page:
    page = open_page(f"/learn/{language}/{chapter}?seed=1", ready=False, **how)
    page.locator("body[data-loaded]").wait_for()
    return page


def read(page: Page, paragraph: str) -> None:
    """Scroll a paragraph to where it is read."""
    page.evaluate(
        "(id) => { const box = document.getElementById(id).getBoundingClientRect();"
        " scrollBy({top: box.top + box.height / 2 - 0.35 * innerHeight, behavior: 'instant'}); }",
        paragraph,
    )
    expect(page.locator(f"#{paragraph}")).to_have_class(re.compile("current"))


def exercise(page: Page, id: str):
    section = page.locator(f"#{id}")
    section.scroll_into_view_if_needed()
    section.locator("form").wait_for()
    return section


def test_a_paragraph_that_is_read_sets_its_figure_and_a_readers_own_move_stays_until_the_next(open_page):
    page = opened(open_page, "graphs")
    count = page.locator(f"{FIGURE} .step-count")
    read(page, "nodes")
    expect(count).to_have_text("0 / 17")
    expect(page.locator(f"{FIGURE} g.node.lit")).to_have_count(5)
    read(page, "apple")
    expect(count).to_have_text("17 / 17")
    expect(page.locator(f"{FIGURE} g.node.selected .name")).to_have_text("apple")
    page.locator(f"{FIGURE} button.back").click()
    expect(count).to_have_text("16 / 17")
    expect(page.locator("#apple")).to_have_class(re.compile("current"))
    read(page, "all")
    expect(count).to_have_text("17 / 17")
    read(page, "dearer")
    expect(page.locator("#figure-dearer #influence .claim")).to_have_text("apple +1 → total +2.2")
    page.get_by_role("button", name="Check", exact=True).and_(page.locator("#figure-dearer .panel-choice *")).click()
    expect(page.locator("#figure-dearer #check .results > li")).to_have_count(5)
    expect(page.locator("#influence")).to_have_count(0)
    page.locator("#figure-dearer button.back").first.click()
    expect(page.locator("#check")).to_have_count(1)
    assert serious(page, "light") == []
    read(page, "question")
    expect(page.locator("#check")).to_have_count(1)
    page.locator("#figure-prices [data-panel=check]").click()
    expect(page.locator("#figure-prices #check .results > li")).to_have_count(5)
    read(page, "apple")
    expect(page.locator("#figure-prices #check")).to_have_count(1)
    page.locator("#figure-prices [data-panel=check]").click()
    expect(page.locator("section.panel")).to_have_count(0)


def test_a_link_to_a_paragraph_opens_it_in_the_figure_and_the_figure_opens_in_the_workbench(open_page):
    page = opened(open_page, "graphs", "ko")
    page.goto(page.url.partition("#")[0] + "#total")
    page.locator("body[data-loaded]").wait_for()
    expect(page.locator(f"{FIGURE} g.node.selected .name")).to_have_text("총액")
    link = page.locator("#figure-prices .workbench")
    expect(link).to_have_attribute("href", re.compile("^/#"))
    link.click()
    expect(page.locator("#graph g.node .name").filter(has_text="총액")).to_be_visible()
    page.locator("body[data-loaded]").wait_for()


def test_an_answer_is_checked_named_and_kept_as_done(open_page):
    page = opened(open_page, "graphs")
    orange = exercise(page, "orange")
    expect(orange.locator(".gradient").first).to_be_hidden()
    # The sentence of a step stands in the middle of its figure.
    off = "(line, bar) => line.getBoundingClientRect().width - bar.clientWidth"
    assert orange.locator(".sentence").evaluate(off, orange.locator(".play-bar").element_handle()) >= -48
    orange.locator("form input").fill("1.05")
    orange.locator("form input").press("Enter")
    expect(orange.locator(".said")).to_contain_text("Not yet.")
    expect(orange.locator(".said")).not_to_contain_text("6.3")
    orange.locator(".reveal").click()
    expect(orange.locator(".solution")).to_have_text("6.3")
    orange.locator("form input").fill("orange_count × tax")
    orange.locator("form input").press("Enter")
    expect(orange.locator(".said")).to_contain_text("Right.")
    expect(orange.locator(".mark")).to_contain_text("solved")
    expect(orange.locator("g.node .gradient").first).to_be_visible()
    orange.locator(".another").click()
    expect(orange.locator(".seed")).to_have_text("numbers no. 2")
    page.goto(page.url.partition("/graphs")[0])
    expect(page.locator("[data-chapter=graphs] .done")).to_have_text("1 of 5 exercises solved")
    done = page.locator("[data-chapter=graphs] .done")
    with page.expect_download() as saving:
        page.get_by_role("button", name="as a file").click()
    page.get_by_role("button", name="Forget").click()
    expect(done).to_have_text("0 of 5 exercises solved")
    page.locator("#progress input").set_input_files(saving.value.path())
    expect(done).to_have_text("1 of 5 exercises solved")
    page.locator("#progress input").set_input_files([{"name": "a.json", "mimeType": "", "buffer": b"[1]"}])
    expect(page.locator("#progress [role=status]")).to_contain_text("“a.json” is no progress of this book.")
    expect(done).to_have_text("1 of 5 exercises solved")


def test_every_kind_of_answer_is_given_by_the_keyboard_alone(open_page):
    page = opened(open_page, "graphs", "ko")
    largest = exercise(page, "largest")
    for name in ("소비세", "사과_개수", "사과"):
        largest.get_by_role("button", name=name, exact=True).press("Enter")
    largest.locator("button.primary").press("Enter")
    expect(largest.locator(".said")).to_contain_text("맞았습니다")
    page.goto(page.url.replace("graphs", "chain-rule"))
    page.locator("body[data-loaded]").wait_for()
    lost = exercise(page, "lost")
    lost.locator("form select").select_option(label="x → a")
    lost.locator("button.primary").press("Enter")
    expect(lost.locator(".said")).to_contain_text("맞았습니다")
    # What an edge sends is written on the edge itself, and makes room for its number.
    path = exercise(page, "path")
    field = path.locator(".figure .on-edge")
    expect(field).to_have_attribute("aria-label", re.compile("에지"))
    assert serious(page, "light") == []
    field.press("Enter")
    expect(path.locator(".said")).to_have_text("먼저 숫자나 곱셈식을 써 보세요.")
    field.fill("1")
    field.press("Enter")
    expect(path.locator(".said")).to_contain_text("아직 아닙니다.")
    path.locator(".reveal").press("Enter")
    expect(path.locator(".solution")).to_be_visible()
    expect(field).to_be_hidden()
    expect(path.locator("g.edge text").filter(has_text=re.compile(r"\d")).first).to_be_visible()
    sign = exercise(page, "closing-sign")
    sign.get_by_role("group", name="w에 대한 L의 기울기").get_by_role("radio", name="+ 양수").press("Space")
    sign.locator("button.primary").press("Enter")
    expect(sign.locator(".said p").first).to_be_visible()
    price = page.get_by_role("region", name="연습문제 6")
    answer = price.get_by_role("textbox", name="개수에 대한 총액의 기울기")
    answer.press("Enter")
    expect(price.get_by_role("status")).to_have_text("먼저 숫자나 곱셈식을 써 보세요.")
    answer.fill("사과")
    answer.press("Enter")
    expect(price.get_by_role("status")).to_contain_text("사과")
    price.locator(".reveal").press("Enter")
    expect(price.locator(".solution")).to_have_text("5.4")
    expect(price.get_by_role("status")).not_to_contain_text("wrong")
    price.locator(".another").press("Enter")
    expect(price.locator(".seed")).to_have_text("2번 숫자")
    expect(price.locator(".another")).to_be_focused()
    lines = exercise(page, "lines")
    lines.locator("textarea").fill("2 * t * 1\n2 * t\n2 * x + y")
    lines.locator("button.primary").press("Enter")
    expect(lines.locator(".said")).to_contain_text("앞줄")
    assert (
        lines.locator("textarea").evaluate("(one) => one.value.slice(one.selectionStart, one.selectionEnd)")
        == "2 * x + y"
    )
    lines.locator("textarea").fill("2 * t * 1\n2 * (x + y)")
    lines.locator("button.primary").press("Enter")
    expect(lines.locator(".said")).to_contain_text("맞았습니다")


def test_a_number_that_is_moved_moves_the_graph_and_the_curve_and_a_distribution_keeps_its_sum(open_page):
    page = opened(open_page, "cross-entropy")
    surprise = page.locator("#figure-surprise")
    dot = surprise.locator(".dot")
    before = dot.get_attribute("cx")
    surprise.get_by_role("slider", name="p", exact=True).press("ArrowLeft")
    expect(surprise.locator("output")).to_have_text("L ≈ 0.5276")
    expect(surprise.locator('g.node[data-id="0"] .value')).to_have_text("0.59")
    expect(dot).not_to_have_attribute("cx", before or "")
    surprise.get_by_role("button", name="Back to").press("Enter")
    expect(surprise.locator("output")).to_have_text("L ≈ 0.5108")
    expect(dot).to_have_attribute("cx", before or "")
    gap = page.locator("#figure-gap")
    gap.scroll_into_view_if_needed()
    gap.get_by_role("slider", name="y[0]").press("End")
    expect(gap.locator(".told")).to_have_text(["0.98", "0.01", "0.01"])
    expect(gap.locator("output")).to_have_text(re.compile("^KL ≈"))


def test_a_network_is_trained_while_the_reader_looks_on(open_page):
    page = opened(open_page, "network")
    training = page.locator("figure.training")
    expect(training.locator(".pictures svg")).to_have_count(20)
    training.get_by_role("button", name="Train", exact=True).press("Enter")
    expect(training.get_by_role("button", name="Train once more")).to_be_enabled(timeout=120_000)
    expect(training.get_by_role("status")).to_contain_text("of the digits that it never saw are right")
    expect(training.locator(".guess")).to_have_text([re.compile("^[✓✗] [0-9]$")] * 20)
    assert training.locator("path.series.test").get_attribute("d")


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 6))])
def test_no_chapter_has_a_violation_or_is_wider_than_a_narrow_window(open_page, client, part):
    """Each sixth of the chapters in two languages."""
    page = open_page("/healthz", ready=False, width=360, height=740)
    for chapter, locale, colours, _ in list(in_turn(files.chapters()))[part::6]:
        page.goto(f"{str(client.base_url).rstrip('/')}/learn/{locale[:2]}/{chapter}?seed=1")
        page.locator("body[data-loaded]").wait_for()
        page.locator("figure[data-figure]").first.scroll_into_view_if_needed()  # it is drawn when it comes near
        page.locator("gradlens-graph g.node").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, chapter
        assert serious(page, colours) == [], chapter


def test_a_plot_of_what_this_machine_takes_is_measured_in_view_and_again_on_request(open_page):
    page = opened(open_page, "numerical")
    expect(page.locator("#plot-cost .legend")).to_contain_text("measured here for 0.1 s")
    page.locator("#plot-cost .plotted").scroll_into_view_if_needed()
    expect(page.locator("#plot-cost .legend")).to_contain_text("measured here for 1 s")
    expect(page.locator("#plot-cost .plotted")).not_to_have_attribute("aria-busy", "true")
    with page.expect_response("**/api/plots/numerical/cost?language=en") as answer:
        page.locator("#plot-cost .measure").click()
    assert answer.value.ok
    expect(page.locator("#plot-cost [role=status]")).to_have_text("Measured once more.")
    expect(page.locator("#plot-cost .legend")).to_contain_text("carried on to all parameters")


def test_without_javascript_a_chapter_has_its_prose_its_figures_and_seed_one(browser, client):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(str(client.base_url).rstrip("/") + "/learn/en/graphs")
    expect(page.locator("figure .still svg")).to_have_count(2)
    expect(page.locator("#orange .still svg")).to_be_visible()
    expect(page.locator("#orange .still svg")).not_to_contain_text("6.3")
    expect(page.locator("#discount pre")).to_contain_text("discount = 20")
    page.goto(str(client.base_url).rstrip("/") + "/learn/ko/numerical")
    expect(page.locator("#plot-steps svg.plot .axis").first).to_have_text("상대 오차")
    expect(page.locator("#plot-cost .measure")).to_be_hidden()
    context.close()


def test_a_function_is_found_by_a_word_and_its_example_opens_in_the_workbench(open_page):
    page = open_page("/learn/en/functions", ready=False)
    page.locator("body[data-loaded]").wait_for()
    search = page.get_by_role("searchbox", name="Search")
    before = page.locator("article.op").evaluate_all("ops => ops.map((op) => op.id)")
    search.fill("softm")
    expect(page.locator("article.op:visible").first).to_have_attribute("id", "softmax")
    search.fill("")
    assert page.locator("article.op").evaluate_all("ops => ops.map((op) => op.id)") == before
    search.fill("softmax t")
    expect(page.locator("#softmax_cross_entropy")).to_be_visible()
    expect(page.locator("#tanh")).to_be_hidden()
    expect(page.get_by_role("heading", name="Arithmetic")).to_be_hidden()
    assert serious(page, "light") == []
    page.locator("#softmax_cross_entropy .run a").click()
    expect(page.locator("#editor")).to_contain_text("softmax_cross_entropy(x, t)")
    page.locator("#graph g.node").first.wait_for()
    page.locator("body[data-loaded]").wait_for()
