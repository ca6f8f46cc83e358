"""What a trace shows of itself: a table in a terminal, a picture and the table in a notebook."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np

from gradlens import engine
from gradlens.engine.exporting import notebook_output
from gradlens.engine.exporting.formats import export
from gradlens.engine.exporting.tables import columns
from tests.each import each

KOREAN = "사과 = 100\n총액 = 사과 * 개수\n총액 * 1.1"


def rows_of(trace: engine.Trace) -> list[list[str]]:
    return [re.split(r" {2,}", line.strip()) for line in repr(trace).splitlines()]


def test_a_trace_is_printed_as_a_table_of_nodes_with_formulas_values_and_gradients():
    trace = engine.trace("z = (x + y) ** 2", {"x": 2.0, "y": 3.0})
    assert rows_of(trace) == [
        ["name", "formula", "value", "gradient"],
        ["0", "x", "input", "2", "10"],
        ["1", "y", "input", "3", "10"],
        ["2", "x + y", "5", "10"],
        ["4 ←", "z", "v2 ** 2", "25", "1"],
    ]
    assert str(trace) == repr(trace)
    assert "x" in repr(trace["x"]) and repr(trace.edges[0]) == "<0 -> 2, argument 0: 10>"


def test_columns_stay_aligned_beside_korean_names_and_combining_marks():
    trace = engine.trace(KOREAN, {"개수": 2.0})
    lines = repr(trace).splitlines()
    at = columns(lines[0][: lines[0].index("value")])
    for line, value in zip(lines[1:], ("100", "2", "200", "220")):
        before = line[: re.search(rf"(?<= ){value}(?= )", line).start()]  # pyright: ignore[reportOptionalMemberAccess]
        assert columns(before) == at, line
    assert columns("é") == columns("e\u0301") == 1 and columns("사과") == 4


FORMULAS = {
    "-x": "-x",
    "x @ x": "x @ x",
    "softmax(x)": "softmax(x, axis=0)",
    "x[1:]": "x[1:]",
    "sum(x, axis=0)": "sum(x, axis=0)",
    "stack([" + ", ".join(["x"] * 50) + "])": "stack(…)",
    "maximum(x, 0.25)": "maximum(x, 0.25)",
    "1 - x": "1 - x",
    "x * np.inf": "x * inf",
}


def test_formulas_are_written_as_in_the_program():
    for text, formula in FORMULAS.items():
        trace = engine.trace(text, {"x": [1.0, 2.0]})
        assert rows_of(trace)[-1][1] == formula, text


@each("size", [0, 1, 4, 5, 10_000])
def test_a_table_stays_short_whatever_is_in_it(size):
    trace = engine.trace("y = x\nfor i in range(200):\n    y = y * 1.01", {"x": np.ones(size)})
    assert len(repr(trace).splitlines()) == 42 and max(map(len, repr(trace).splitlines())) < 120


class Tags(HTMLParser):
    """The tags of a text, with their attributes, and what stands in none of them."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


ALLOWED = {"img", "div", "table", "thead", "tbody", "tr", "th", "td"}


def test_a_notebook_gets_what_plays_and_where_it_shows_less_the_picture_and_the_table():
    trace = engine.trace(KOREAN, {"개수": 2.0})
    bundle = trace._repr_mimebundle_()
    assert bundle["text/plain"] == repr(trace) and bundle["text/html"] == trace._repr_html_()
    still = ElementTree.fromstring(bundle["image/svg+xml"])
    (tag, frame), *others = Tags(bundle["text/html"]).found
    assert tag == "iframe" and frame["sandbox"] == "allow-scripts" and frame["srcdoc"] == export(trace, "html").decode()
    width, height = still.attrib["viewBox"].split()[2:]
    assert f"aspect-ratio:{float(width):g}/{float(height) + 240:g};" in (frame["style"] or "")
    # Without the frame, and without what sanitisers do not know, nothing is hidden.
    assert {tag for tag, _ in others} == ALLOWED and others[0][1]["style"] == (
        "block-size:0;overflow:hidden;content-visibility:hidden"
    )
    assert (others[1][1]["src"] or "").startswith("data:image/svg+xml;base64,") and others[1][1]["alt"] == repr(trace)


def test_what_is_too_large_for_a_picture_plays_and_what_is_too_large_for_that_is_a_table():
    for turns, types, frames in ((400, {"text/plain", "text/html"}, 1), (2100, {"text/plain", "text/html"}, 0)):
        trace = engine.trace(f"y = x\nfor i in range({turns}):\n    y = y * x", {"x": 1.0})
        bundle = trace._repr_mimebundle_()
        assert set(bundle) == types and f"… {turns - 38} more" in bundle["text/html"]
        assert sum(tag == "iframe" for tag, _ in Tags(bundle["text/html"]).found) == frames


def test_the_body_of_one_function_is_opened_in_a_notebook():
    trace = engine.trace("def f(x):\n    y = x * x\n    return y + 1\nf(x)", {"x": 2.0})
    (_, frame), *_ = Tags(trace._repr_html_()).found
    assert '"open":null' in (frame["srcdoc"] or "").replace(" ", "")
    (_, frame), *_ = Tags(engine.trace(KOREAN, {"개수": 2.0})._repr_html_()).found
    assert '"open":[]' in (frame["srcdoc"] or "").replace(" ", "")


def test_where_the_figure_is_not_built_the_picture_and_the_table_are_shown(monkeypatch):
    def missing(trace, **options):
        raise engine.EngineError("figure-not-built", command="")

    monkeypatch.setattr(notebook_output, "figure_page", missing)
    html = engine.trace(KOREAN, {"개수": 2.0})._repr_html_()
    assert {tag for tag, _ in Tags(html).found} == ALLOWED - {"div"}


def test_no_text_of_a_program_becomes_markup_of_a_notebook():
    trace = engine.trace("y = where(x < 1, x, 2)\nz = y * (x > 0)", {"x": 0.5})
    assert {tag for tag, _ in Tags(trace._repr_html_()).found} == {"iframe", *ALLOWED}
    assert "x &lt; 1" in trace._repr_html_()
