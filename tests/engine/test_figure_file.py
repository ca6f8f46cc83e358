"""A trace as one HTML file: how large it is, and what is in it."""

from __future__ import annotations

import json
import re

import pytest

from gradlens import engine
from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.one_file.bundle import bundled_figure
from gradlens.engine.exporting.one_file.figure_file import MOST_NODES, figure_page
from gradlens.engine.exporting.one_file.node_rows import MOST_NODES as MOST_ROWS
from gradlens.engine.exporting.wire.contract import trace_json

LARGEST = 250_000  # bytes beside what is of the trace
PROGRAM = "x = 0\nfor name in ['</script><!--']:\n    y = x / x + log(x)"


def test_the_figure_weighs_less_than_250_kB_beside_its_trace_its_still_and_its_formulas():
    page = figure_page(engine.trace("y = x * x", {"x": 3.0}), language="ko")
    assert len(page.encode()) < LARGEST
    script, style, words = bundled_figure()
    assert all({"step.start", "timeline.play", "legend.title"} <= catalogue.keys() for catalogue in words.values())
    for absent in ("Worker(", "katex", "@viz-js", "Graphviz version", "WebAssembly", "@font-face", "localStorage"):
        assert absent not in script + style, absent


def test_nothing_in_it_is_elsewhere_and_only_its_own_script_may_run():
    page = figure_page(engine.trace("y = x * x", {"x": 3.0}))
    paths = ("2000/svg", "1999/xhtml", "1999/xlink", "XML/1998/namespace", "2000/xmlns/")
    names = {f"http://www.w3.org/{path}" for path in paths}
    assert set(re.findall(r"\w+://[^\s\"'`)<]+", page)) <= names
    assert re.findall(r"url\((?!#)[^)]*\)", page) == []
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy and policy[1].startswith("default-src 'none'; script-src 'sha256-") and "script-src-" not in policy[1]
    assert len(re.findall("<script", page)) == len(re.findall("</script", page)) == 2 and "<!--" not in page


def test_its_trace_is_the_contracts_with_hostile_names_and_numbers_that_json_lacks():
    page = figure_page(engine.trace(PROGRAM))
    shown = re.search(r'<script type="application/json" id="shown">(.*?)</script>', page, re.DOTALL)
    assert shown
    assert json.loads(shown[1])["trace"] == json.loads(trace_json(engine.trace(PROGRAM)))
    assert '<data value="nan">NaN</data>' in page and len(re.findall("<!--", page)) == 0


def test_it_opens_at_the_step_that_is_asked_for():
    trace = engine.trace("y = x * x", {"x": 3.0})
    for step, opened in {
        "end": ("null", "[]"),
        "start": ("0", "[]"),
        "values": ("2", "null"),
        3: ("3", "null"),
    }.items():
        page = figure_page(trace, step=step)  # pyright: ignore[reportArgumentType] - one of the table's
        assert f'"cursor": {opened[0]}, "open": {opened[1]}}}</script>' in page
    with pytest.raises(EngineError, match="from 0 to"):
        figure_page(trace, step=99)


def test_a_large_graph_has_no_still_and_a_part_of_its_table_and_a_larger_one_is_refused():
    page = figure_page(engine.trace("x = 1\n" + "x = x + 1\n" * (MOST_ROWS + 1)), language="ko")
    assert f"처음 {MOST_ROWS}개입니다" in page and "<noscript></noscript>" in page
    with pytest.raises(EngineError, match=f"room for {MOST_NODES}"):
        figure_page(engine.trace("x = 1\n" + "x = x + 1\n" * MOST_NODES))
