"""What a trace shows of itself: a table in a terminal, a picture and the table in a notebook."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np

from gradlens import engine
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


def test_a_notebook_gets_a_picture_and_the_table_and_text_where_it_shows_nothing_else():
    trace = engine.trace(KOREAN, {"개수": 2.0})
    bundle = trace._repr_mimebundle_()
    assert bundle["text/plain"] == repr(trace) and bundle["text/html"] == trace._repr_html_()
    assert ElementTree.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")
    assert "<td" in bundle["text/html"] and "data:image/svg+xml;base64," in bundle["text/html"]


def test_what_is_too_large_for_a_picture_is_a_table_in_a_notebook_too():
    trace = engine.trace("y = x\nfor i in range(400):\n    y = y * x", {"x": 1.0})
    bundle = trace._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"} and "… 362 more" in bundle["text/html"]


def test_no_text_of_a_program_becomes_markup_of_a_notebook():
    trace = engine.trace("y = where(x < 1, x, 2)\nz = y * (x > 0)", {"x": 0.5})
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append(tag)  # pyright: ignore
    parser.feed(trace._repr_html_())
    assert set(found) <= {"img", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"}
    assert "x &lt; 1" in trace._repr_html_()
