"""Pictures of traces that need no browser: where things stand, what they say, and that names stay text."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradlens import engine
from gradlens.engine.exporting.colours import TOKENS, mixed
from gradlens.engine.exporting.drawings import MARGIN, MOST_NODES
from gradlens.engine.exporting.frames import steps_of, turn_of
from gradlens.engine.exporting.geometries import geometry
from gradlens.engine.exporting.layout.edge_routes import TEXT_HEIGHT
from gradlens.engine.exporting.layout.layout_plan import plan_layout
from gradlens.engine.exporting.pictures import picture
from gradlens.engine.exporting.text_widths import text_width

SVG = "{http://www.w3.org/2000/svg}"
PROGRAMS = {
    "apples": (
        "사과 = 100\n사과_수 = 2\n귤 = 150\n귤_수 = 3\n소비세 = 1.1\n총액 = (사과 * 사과_수 + 귤 * 귤_수) * 소비세"
    ),
    "square of a sum": "x = 2\ny = 3\nz = (x + y) ** 2",
    "one value twice": "x = 3\nz = x * x",
    "sigmoid in its parts": "x = 0.5\ny = 1 / (1 + exp(-x))",
    "softmax in its parts": "s = [1, 2, 3]\nt = [0, 0, 1]\ne = exp(s)\np = e / sum(e)\nL = -sum(t * log(p))",
    "two layers": (
        "x = [[1, 2], [3, 4]]\nW1 = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]]\nb1 = [0.1, 0.2, 0.3]\nt = [0, 1]\n"
        "W2 = [[1, -1], [0.5, 0.2], [0.3, 0.1]]\nb2 = [0, 0.1]\nh = relu(x @ W1 + b1)\n"
        "L = softmax_cross_entropy(h @ W2 + b2, t)"
    ),
    "functions": (
        "def f(a, b):\n    c = a * b\n    return c + sin(a)\nx = 2\ny = 3\nu = f(x, y)\nv = f(y, u)\nz = u * v + x"
    ),
    "a loop": "x = 1.5\nw = 0.5\nh = 0\nfor i in range(6):\n    h = tanh(w * h + x)\nL = (h - 1) ** 2",
    "not finite": "x = 0\ny = log(x)\nz = [1, 2] * y",
    "an input that does nothing": "x = 3\nd = 5\ndead = d * x + 1\nm = x * x\nz = m + 2 * x",
    "one value": "x = 3",
    "larger arrays": "x = [1, 2, 3, 4, 5, 6, 7]\nW = [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]\nz = sum(x) * sum(W)",
}


def overlap(a, b) -> bool:
    return abs(a["x"] - b["x"]) < (a["w"] + b["w"]) / 2 and abs(a["y"] - b["y"]) < (a["h"] + b["h"]) / 2


def holds(outer, inner) -> bool:
    return all(
        abs(outer[at] - inner[at]) <= (outer[size] - inner[size]) / 2 + 0.2 for at, size in (("x", "w"), ("y", "h"))
    )


def test_nothing_overlaps_and_all_is_within_the_picture():
    for name, program in PROGRAMS.items():
        trace = engine.trace(program)
        place = geometry(trace)
        whole = {"x": place["width"] / 2, "y": place["height"] / 2, "w": place["width"], "h": place["height"]}
        boxes = [*place["nodes"], *place["echoes"]]
        assert [box["id"] for box in place["nodes"]] == [node.id for node in trace.nodes], name
        assert [edge["id"] for edge in place["edges"]] == [edge.id for edge in trace.edges], name
        assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)], name
        assert all(holds(whole, box) for box in (*boxes, *place["groups"])), name
        rooms = {edge.id: edge.label for edge in plan_layout(trace, text_width).edges}
        labels = [
            {**edge["label"], "w": (rooms[edge["id"]] or (0,))[0], "h": TEXT_HEIGHT}
            for edge in place["edges"]
            if edge["label"]
        ]
        assert not [(label, box) for label in labels for box in boxes if overlap(label, box)], name
        assert not [pair for pair in combinations(labels, 2) if overlap(*pair)], name
        margins = whole | {"w": whole["w"] + 2 * MARGIN, "h": whole["h"] + 2 * MARGIN}
        assert all(holds(margins, label) for label in labels), name
        for group in place["groups"]:
            inside = trace.groups[group["id"]].nodes
            assert all(holds(group, place["nodes"][id]) for id in inside), name
        for edge in place["edges"]:
            xs = [at["x"] for at in edge["points"]]
            assert len(xs) % 3 == 1 and xs == sorted(xs), name


def test_what_is_not_in_a_group_stands_outside_its_frame():
    trace = engine.trace(PROGRAMS["functions"])
    place = geometry(trace)
    for group in place["groups"]:
        others = [box for box in place["nodes"] if trace.nodes[box["id"]].group != group["id"]]
        assert not [box for box in others if overlap(group, box)]
    assert not overlap(*place["groups"])


def test_two_uses_of_one_value_are_drawn_apart():
    first, second = geometry(engine.trace(PROGRAMS["one value twice"]))["edges"]
    assert all(abs(a["y"] - b["y"]) >= 10 for a, b in zip(first["points"], second["points"]))
    assert first["label"]["y"] < first["points"][0]["y"] < second["points"][0]["y"] < second["label"]["y"]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_picture_says_what_the_page_says_at_its_end_with_its_values_and_at_its_start():
    trace = engine.trace(PROGRAMS["apples"])
    end = texts(picture(trace))
    assert {"사과", "100", "∂총액/∂사과", "2.2", "715", "650", "1.1"} <= set(end)
    values = texts(picture(trace, step="values"))
    assert {"사과", "100", "715"} <= set(values) and not [text for text in values if "∂" in text]
    assert "715" not in texts(picture(trace, step="start"))
    assert texts(picture(trace, step=steps_of(trace))) == end


def test_a_picture_at_a_cursor_shows_what_has_arrived_there():
    trace = engine.trace("x = 3\nz = x * x")
    turn = turn_of(trace)
    assert "∂z/∂x" not in texts(picture(trace, step=turn))
    assert texts(picture(trace, step=turn + 1)).count("3") == 3  # the value, the first contribution and their sum yet
    assert "6" in texts(picture(trace, step=turn + 2))
    for step in (-1, turn + 3):
        with pytest.raises(engine.EngineError) as caught:
            picture(trace, step=step)
        assert caught.value.kind == "no-such-step"


def test_a_picture_is_text_with_a_name_and_a_description_whatever_its_words_are():
    trace = engine.trace("x = 2\ny = x * 3")
    hostile = '</text><script>alert("1")</script>&\x00'
    trace.nodes[0]._node.name = hostile
    for theme in ("light", "dark", "page", None):
        svg = picture(trace, theme=theme, title=hostile, legend=True, background=True)
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img" and "<script" not in svg
        assert root.findtext(f"{SVG}title") == hostile.replace("\x00", "\ufffd")
        assert "∂y/∂" in (root.findtext(f"{SVG}desc") or "")
        assert all(text.get("textLength") for text in root.iter(f"{SVG}text"))
        assert len(root.findall(f"{SVG}style")) == (theme is None)
    assert "y의 계산 그래프" in picture(trace, language="ko")
    assert "Computational graph of y" in picture(trace)


def test_a_graph_without_room_for_it_is_no_picture():
    with pytest.raises(engine.EngineError) as caught:
        picture(engine.trace("x = 1\n" + "x = x + 1\n" * MOST_NODES))
    assert caught.value.kind == "picture-too-large" and caught.value.params["limit"] == MOST_NODES


def test_the_colours_are_those_of_the_page():
    css = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    given = dict(re.findall(r"--([\w-]+): light-dark\((.*?)\);", css))
    for name, colours in TOKENS.items():
        full = [re.sub(r"^#(.)(.)(.)$", r"#\1\1\2\2\3\3", colour) for colour in given[name].split(", ")]
        assert full == list(colours), name


def test_colours_are_mixed_in_oklab():
    """The two in the middle are Chromium's, of color-mix(in oklab, …)."""
    assert mixed("#1f66b8", "#b4b8be", 1) == "#1f66b8" and mixed("#1f66b8", "#b4b8be", 0) == "#b4b8be"
    assert mixed("#c2570c", "#b4b8be", 0.5) == "#c08b73" and mixed("#5aa2ee", "#5b6068", 0.61) == "#5d88b8"
