r"""A chapter's prose as HTML: its template filled with computed numbers, formulas between \( \) or \[ \] as MathML.

In a template, by English names in both languages:
{{ value("prices", "total") }}, {{ gradient(…) }}, {{ local("prices", "apple > apple_price") }}, {{ contribution(…) }};
{{ value("prices", "total", apple=200) }}, the same with another input;
{{ symbol("prices", "apple") }} for ∂total/∂apple; {{ term("gradient", "gradients") }} links to the glossary;
{{ value(…)|particle("이/가") }} with the Korean particle that fits it, {{ value(…)|grouped }} as 79,510;
{{ edges("prices") }}, {{ inputs("prices") }}: how many edges send something back, how many inputs there are;
{{ plotted("steps", "error", 1e-4) }} is what a plot's series has at a place, {{ lowest("steps", "error") }} where it
is lowest, {{ least("steps", "error") }} how low;
{{ checked("net", ["W", "b"], "elements") }}, what a check of those gradients by differences finds, or "error";
{{ descended("net", ["W", "b"], 0.5, "L") }}, a value after a step of descent of those inputs;
{{ trained("digits", "train") }}, how many samples or parameters a training has;
{% call figure("prices") %}paragraphs{% endcall %} stands beside that figure; plot("steps"), training("digits") alike;
{% call exercise("tax") %}question, and a hint in <p class="hint">{% endcall %}.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from gradlens.app.jobs.learning import files, models
from gradlens.app.jobs.learning.exercises import computed, drawn
from gradlens.app.jobs.learning.figures import TOLD, Computed, told
from gradlens.app.jobs.learning.handles import curves, moved_inputs
from gradlens.app.jobs.learning.particles import with_particle
from gradlens.app.jobs.learning.plot_drawing import plotted
from gradlens.app.jobs.learning.plots import drawn_series, lowest, value_at
from gradlens.app.jobs.learning.trainings import Trained
from gradlens.app.schemas.learning import ExerciseName, Language
from gradlens.app.settings import Settings
from gradlens.engine.exporting.mathml_formulas import mathml
from gradlens.engine.exporting.pictures import picture

GLANCE = 0.1  # seconds: what is measured before a page is shown
DELIMITER = re.compile(r"(\\[()\[\]])")
HINT = re.compile(r'<p class="hint">(.*?)</p>', re.DOTALL)
# What stands in a chapter without JavaScript too.
WORDS = {
    "en": {
        "hint": "Hint",
        "exercise": "Exercise",
        "open": "Open in the workbench",
        "figure": "Figure",
        "curve": "{output} against {name}",
        "measure": "Measure for one second",
        "picture": "A handwritten {label}",
    },
    "ko": {
        "hint": "힌트",
        "exercise": "연습문제",
        "open": "작업 화면에서 열기",
        "figure": "그림",
        "curve": "{name}에 따른 {output}",
        "measure": "1초 동안 재어 보기",
        "picture": "손글씨 {label}",
    },
}


def computed_figures(shared: models.Shared, language: Language, settings: Settings) -> dict[str, Computed]:
    """A chapter's figures by id."""
    return {
        id: Computed(figure.text(language), figure.text("en"), figure.expand, settings)
        for id, figure in shared.figures.items()
    }


def rendered(id: str, language: Language, figures: dict[str, Computed], settings: Settings) -> str:
    """A chapter's prose, its exercises with the numbers of seed 1.

    Raises KeyError for a name that a figure does not have.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"particle": with_particle, "grouped": lambda whole: f"{int(whole):,}"}
    words, written = WORDS[language], files.chapter(id).figures
    trainings = {id: Trained(training) for id, training in files.chapter(id).trainings.items()}
    numbers = {"figure": 0, "exercise": 0}

    def number(of: str) -> int:
        numbers[of] += 1
        return numbers[of]

    def figure(id: str, caller: Callable[[], str]) -> Markup:
        drawn = figures[id]
        title = f"{words['figure']} {number('figure')}"
        still = picture(drawn.trace, language=language, theme="page", title=title, placed=drawn.geometry)
        kind = "moved" if written[id].handles else ""
        return Markup(
            f'<section class="passage"><div class="prose">{caller()}</div>'
            f'<figure class="{kind}" id="figure-{escape(id)}" data-figure="{escape(id)}" aria-label="{title}">'
            f'<div class="still">{still}</div>'
            f'<gradlens-graph lang="{language}" controls inline hidden></gradlens-graph>'
            f"{curves(drawn, written[id], words['curve'])}"
            '<div class="handles" hidden></div>'
            f'<figcaption>{title}. <a class="workbench" href="/" hidden>{words["open"]}</a></figcaption>'
            "</figure></section>"
        )

    plots = {id: (plot, drawn_series(plot, language, settings, GLANCE)) for id, plot in files.chapter(id).plots.items()}

    def plot(id: str, caller: Callable[[], str]) -> Markup:
        title = f"{words['figure']} {number('figure')}"
        measure = (
            f' <button type="button" class="measure" hidden>{words["measure"]}</button>'
            if plots[id][0].is_measured
            else ""
        )
        return Markup(
            f'<section class="passage"><div class="prose">{caller()}</div>'
            f'<figure id="plot-{escape(id)}" data-plot="{escape(id)}" aria-label="{title}">'
            f'<div class="plotted">{plotted(*plots[id], title, language)}</div>'
            f"<figcaption>{title}.{measure}</figcaption></figure></section>"
        )

    def training(id: str, caller: Callable[[], str]) -> Markup:
        title = f"{words['figure']} {number('figure')}"
        return Markup(
            f'<section class="passage"><div class="prose">{caller()}</div>'
            f'<figure class="training" data-training="{escape(id)}" aria-label="{title}">'
            f"{trainings[id].pictures(words['picture'])}"
            f'<div class="live" hidden></div><figcaption>{title}.</figcaption>'
            "</figure></section>"
        )

    def exercise(name: str, caller: Callable[[], str]) -> Markup:
        hint = partial(HINT.sub, rf'<details class="hint"><summary>{words["hint"]}</summary><p>\1</p></details>')
        title = f"{words['exercise']} {number('exercise')}"
        still = still_of(ExerciseName(chapter=id, exercise=name, language=language), title, settings)
        return Markup(
            f'<section class="exercise" id="{escape(name)}" data-exercise="{escape(name)}">'
            f'<h3>{title}</h3>{hint(str(caller()))}<div class="still">{still}</div></section>'
        )

    def tell(read: Callable[[Computed, str], Any], figure: str, names: str, **inputs: Any) -> str:
        return told(read(figures[figure].moved(inputs) if inputs else figures[figure], names))

    def term(id: str, words: str) -> Markup:
        address = f"/learn/{language}/glossary#{escape(id)}"
        return Markup(f'<a class="term" data-term="{escape(id)}" href="{address}">{escape(words)}</a>')

    html = environment.from_string(files.prose(id, language)).render(
        figure=figure,
        plot=plot,
        edges=lambda figure: sum(edge.contribution is not None for edge in figures[figure].trace.edges),
        inputs=lambda figure: len(figures[figure].trace.gradients),
        plotted=lambda plot, series, x: told(value_at(plots[plot][1], series, x)),
        lowest=lambda plot, series: told(lowest(plots[plot][1], series)[0]),
        least=lambda plot, series: told(lowest(plots[plot][1], series)[1]),
        training=training,
        exercise=exercise,
        checked=lambda figure, names, what: told(figures[figure].checked(names)[what]),
        descended=lambda figure, names, rate, name: told(figures[figure].descended(names, rate).value(name)),
        trained=lambda training, what: str(trainings[training].numbers()[what]),
        term=term,
        name=lambda figure, name: figures[figure].name(name),
        symbol=lambda figure, names: figures[figure].symbol(names),
        **{name: partial(tell, read) for name, read in TOLD.items()},
    )
    return with_formulas(html)


def still_of(request: ExerciseName, title: str, settings: Settings) -> str:
    """An exercise without JavaScript: its figure before the answer is in it, or its text."""
    asked = files.exercise(request.chapter, request.exercise)
    if isinstance(asked, models.DerivationAsked):
        return f"<pre>{escape(asked.lines[0].text)}</pre>"
    if isinstance(asked, models.RepairAsked):
        return f"<pre>{escape(asked.text(request.language, drawn(request)))}</pre>"
    figure = computed(asked, request, settings)
    step = "start" if asked.kind == "value" else "values"
    return picture(figure.trace, language=request.language, theme="page", title=title, step=step)


def with_formulas(html: str) -> str:
    r"""HTML whose LaTeX between \( \) or \[ \] is MathML."""
    text, *rest = DELIMITER.split(html)
    parts = [text]
    for opening, latex, _, after in zip(*(iter(rest),) * 4, strict=True):
        parts += [mathml(Markup(latex).unescape(), display=opening == "\\["), after]
    return "".join(parts)


def drawn_with(figure: Computed, drawn: models.MovedFigure) -> dict[str, Any]:
    """What the page draws a figure from: no layout is needed."""
    moved = moved_inputs(figure, drawn)
    return {**figure.shown(), "program": figure.program, "geometry": figure.geometry, "handles": moved}


def moments(shared: models.Shared, figures: dict[str, Computed]) -> dict[str, Any]:
    """What each paragraph shows, by the numbers of nodes and edges."""
    found = {}
    for paragraph, scene in shared.scenes.items():
        figure = figures[scene.figure]
        at, _, name = scene.at.partition(" ")
        found[paragraph] = {
            "figure": scene.figure,
            "at": at,
            "node": figure.node(name) if name else None,
            "choose": figure.place(scene.choose) if scene.choose else None,
            "lit": [figure.node(one) for one in scene.lit],
            "panel": scene.panel,
        }
    return found
