"""Jobs of the book: its contents, a chapter, an exercise with its numbers, and what an answer to it is worth."""

from __future__ import annotations

import orjson

from gradlens.app.jobs.learning import files, prose
from gradlens.app.jobs.learning.answers import verdict
from gradlens.app.jobs.learning.exercises import asked
from gradlens.app.jobs.learning.plot_drawing import plotted
from gradlens.app.jobs.learning.plots import drawn_series
from gradlens.app.jobs.learning.trainings import Trained
from gradlens.app.schemas.learning import AnswerRequest, ChapterName, ExerciseName, PlotName
from gradlens.app.settings import Settings

MEASURED = 1.0  # seconds


def chapters(settings: Settings) -> bytes:
    """The table of contents."""
    listed = []
    for id, shared in files.chapters().items():
        (en, en_lead), (ko, ko_lead) = (files.title_and_lead(id, language) for language in ("en", "ko"))
        listed.append(
            {
                "id": id,
                "number": shared.number,
                "title": {"en": en, "ko": ko},
                "lead": {"en": en_lead, "ko": ko_lead},
                "exercises": list(shared.exercises),
                "explains": shared.explains,
            }
        )
    return orjson.dumps({"chapters": listed})


def chapter(request: ChapterName, settings: Settings) -> bytes:
    """A chapter as it is shown."""
    shared = files.chapter(request.chapter)
    figures = prose.computed_figures(shared, request.language, settings)
    return orjson.dumps(
        {
            "id": request.chapter,
            "title": files.title_and_lead(request.chapter, request.language)[0],
            "html": prose.rendered(request.chapter, request.language, figures, settings),
            "figures": {id: prose.drawn_with(figure, shared.figures[id]) for id, figure in figures.items()},
            "moments": prose.moments(shared, figures),
            "trainings": {id: Trained(training).shown() for id, training in shared.trainings.items()},
        }
    )


def plot(request: PlotName, settings: Settings) -> bytes:
    """A plot whose numbers are of this machine, measured for as long as a reader waits."""
    asked = files.plot(request.chapter, request.plot)
    drawn = drawn_series(asked, request.language, settings, MEASURED)
    return orjson.dumps({"html": plotted(asked, drawn, request.plot, request.language)})


def exercise(request: ExerciseName, settings: Settings) -> bytes:
    """An exercise with its numbers."""
    return orjson.dumps(asked(request, settings))


def answer(request: AnswerRequest, settings: Settings) -> bytes:
    """Whether an answer is right."""
    return orjson.dumps(verdict(request, settings))
