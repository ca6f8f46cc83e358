"""What leaves a trace as a document for other programs: Graphviz, TikZ, formulas in LaTeX. Names stay text in each."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from gradlens import engine
from gradlens.engine.exporting.colours import Theme
from gradlens.engine.exporting.documents import formula_sheets as sheets
from gradlens.engine.exporting.documents.formula_sheets import formula_sheet
from gradlens.engine.exporting.documents.graphviz import dot
from gradlens.engine.exporting.documents.steps import pictures_of_steps
from gradlens.engine.exporting.documents.tex import text_tex
from gradlens.engine.exporting.documents.tikz_pictures import tikz
from gradlens.engine.exporting.drawings import MOST_NODES, Step, drawing, wrapped
from gradlens.engine.exporting.pictures import picture
from gradlens.engine.exporting.text_widths import text_width

APPLES = "사과 = 100\n사과_수 = 2\n소비세 = 1.1\n총액 = 사과 * 사과_수 * 소비세"
TWICE = "x = 3\nz = x * x"
TWO_OF_A_NAME = "def f(a):\n    c = a * a\n    return c\nx = 2\nz = f(x) + f(3 * x)"
HOSTILE = "\\input{/etc/passwd}%$&#_^~\"'`|<b>]]--\\N\x00\n\u2028}"
TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"')


def named(program: str, name: str) -> engine.Trace:
    trace = engine.trace(program)
    trace.graph.nodes[0].name = name
    return trace


def test_a_graph_for_graphviz_has_the_numbers_of_the_picture():
    cases: list[tuple[str, Step, list[str], list[str]]] = [
        (APPLES, "end", ["사과\\n100\\n∂총액/∂사과 =\\n2.2", "× 총액\\n220\\n∂총액/∂총액 =\\n1"], []),
        (APPLES, "values", ["사과\\n100", "× 총액\\n220"], ["∂"]),
        (APPLES, "start", ["× 총액"], ["220", "∂"]),
        (TWICE, 4, ["x\\n3\\n∂z/∂x =\\n3\\n+ …"], []),
        ("x = [1, 2]\nz = sum(x * x)", "end", ["x\\n[1 2]\\n∂z/∂x =\\n[2 4]"], []),
    ]
    for program, step, wanted, missing in cases:
        written = dot(engine.trace(program), step=step)
        assert all(f'label="{label}"' in written for label in wanted), (program, step)
        assert not [text for text in missing if text in written], (program, step)
    assert dot(engine.trace(TWICE)).count("n0 -> n1 ") == 2
    assert "subgraph cluster_1" in dot(engine.trace(TWO_OF_A_NAME))


def test_a_picture_as_tikz_has_the_boxes_texts_and_sizes_of_the_svg():
    trace = engine.trace(APPLES)
    drawn = drawing(trace, legend=True, caption="사과 100 × 사과_수 2 = 200", background=True)
    papers: dict[Theme, str] = {"light": "FFFFFF", "dark": "15171A"}
    for theme, paper in papers.items():
        document = tikz(trace, legend=True, caption="사과 100 × 사과_수 2 = 200", background=True, theme=theme)
        assert document.count("\n  \\node[") + document.count("\n  \\path[") == len(drawn.shapes)
        assert f"\\definecolor{{paper}}{{HTML}}{{{paper}}}" in document
        assert f"rectangle ({drawn.width:g},{drawn.height:g});" in document
        used = {*re.findall(r"(?:fill|draw|text)=([a-z]+\d*)", document)}
        assert used <= {*re.findall(r"\\definecolor\{([a-z]+\d*)\}", document)}
        assert "{∂총액/∂사과}" in document and r"{사과\_수}" in document
        assert document.index("kotex") < document.index(r"\begin{document}")
        assert {letter for letter in document if letter in "∂×−≈"} == {
            *re.findall(r"\\newunicodechar\{(.)\}", document)
        } - {*"₀₁₂₃₄₅₆₇₈₉∞"}
    assert "kotex" not in tikz(engine.trace(TWICE))


def test_the_formulas_say_how_each_value_and_each_gradient_comes_about():
    for program, rows in (
        (
            APPLES,
            [
                r"\text{총액} &= v_{3} \times \text{소비세} &&= 220",
                r"\frac{\partial \text{총액}}{\partial \text{소비세}} &= v_{3} &&= 200",
                r"\text{사과}} &= \frac{\partial \text{총액}}{\partial v_{3}} \cdot \text{사과\_수} &&= 2.2",
            ],
        ),
        (TWICE, [r"&\quad + \frac{\partial z}{\partial z} \cdot x \\", "&= 6"]),
        ("x = 0.5\ny = exp(x)", [r"y &= \exp(x) &&\approx 1.649"]),
        ("x = [1, 2]\nz = sum(x * x)", [r"x &= \begin{bmatrix} 1 & 2 \end{bmatrix}"]),
        ("x = zeros(50)\nz = sum(x + 1)", [r"\text{array} \in \mathbb{R}^{50}"]),
        (TWO_OF_A_NAME, ["c &= x \\times x &&= 4", "{c^{(2)}} &= v_{"]),
    ):
        document = formula_sheet(engine.trace(program))
        assert not [row for row in rows if row not in document], (program, document)
        assert document.count(r"\begin{align*}") == document.count(r"\end{align*}") == 4
    korean = formula_sheet(engine.trace(TWICE), language="ko")
    assert r"\section*{역전파}" in korean and "kotex" in korean


def test_a_hostile_name_stays_text():
    trace = named("x = 2\ny = x * 3", HOSTILE)
    graph = dot(trace, caption=HOSTILE)
    outside = TOKEN.sub("", graph)
    assert '"' not in outside and "<" not in outside and "input" not in outside and outside.count("{") == 1
    labels = [label for label in TOKEN.findall(graph) if "N" in label]
    assert labels and all(re.search(r"(?<!\\)(\\\\)*\\N", label) is None for label in labels)
    for document in (tikz(trace, caption=HOSTILE), formula_sheet(trace)):
        body = document[document.index(r"\begin{document}") :]
        assert "\\input" not in body and not re.search(r"(?<!\\)[%#]", body) and "\x00" not in document
        depth = 0
        for brace in re.findall(r"(?<!\\)[{}]", body.replace(r"\\", "")):
            depth += 1 if brace == "{" else -1
            assert depth >= 0
        assert depth == 0


def test_every_letter_of_a_text_is_written_for_tex():
    special = {letter: text_tex(letter) for letter in r"\{}_$&#%^~"}
    assert all(len(written) > 1 for written in special.values())
    assert text_tex("a--b") == "a{-}{-}b" and text_tex("\x07") == "?"


def test_what_is_too_large_is_refused_by_name():
    trace = engine.trace("x = 1\ny = " + " + ".join(["x"] * (sheets.MOST_NODES + 10)))
    for write, kind, limit in ((tikz, "picture-too-large", MOST_NODES), (formula_sheet, "formulas-too-long", 1000)):
        with pytest.raises(engine.EngineError) as caught:
            write(trace)
        assert (caught.value.kind, caught.value.params["limit"]) == (kind, limit)
    with pytest.raises(engine.EngineError, match="There is no step 99"):
        dot(engine.trace(TWICE), step=99)


def test_a_caption_is_broken_where_the_picture_ends():
    for text in ("one two three four five six seven", "a" * 80, "사과 100 × 사과_수 2 = 200", "", " \n "):
        lines = list(wrapped(text, "value", 100))
        assert "".join(lines).replace(" ", "") == "".join(text.split())
        assert all(text_width(line, "value") <= 100 for line in lines)


def test_the_pictures_of_all_steps_are_those_of_each_in_one_size():
    trace = engine.trace(TWICE)
    captions = ["one", "a sentence that takes more than a line, as it goes on, and on, and on, and on, and on", "two"]
    content = pictures_of_steps(trace, theme="dark", caption="\n".join(captions))
    assert content == pictures_of_steps(trace, theme="dark", caption="\n".join(captions))
    with ZipFile(BytesIO(content)) as archive:
        pictures = [archive.read(name).decode() for name in archive.namelist()]
        assert archive.namelist() == [f"step-{i:03}.svg" for i in range(6)]
    assert [one for one in pictures if one == picture(trace, theme="dark", caption_rows=2, step=5)] == pictures[-1:]
    assert len({tuple(re.findall(r'viewBox="([^"]*)"', one)) for one in pictures}) == 1
    assert ["one" in pictures[0], "a sentence" in pictures[1], "two" in pictures[2]] == [True] * 3
    with pytest.raises(engine.EngineError) as caught:
        pictures_of_steps(engine.trace("x = 2\ny = x\n" + "y = y * x\n" * 60))
    assert caught.value.kind == "too-many-pictures" and 0 < caught.value.params["limit"] < caught.value.params["count"]
