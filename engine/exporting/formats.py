"""What a trace can be written as: one entry a format, from which the service, the page and the library choose."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.code.notebooks import notebook
from gradlens.engine.exporting.code.scripts import (
    Section,
    jax_sections,
    numpy_sections,
    pytorch_sections,
    script,
)
from gradlens.engine.exporting.code.trainings import numpy_training, pytorch_training
from gradlens.engine.exporting.colours import Theme
from gradlens.engine.exporting.documents.formula_sheets import formula_sheet
from gradlens.engine.exporting.documents.graphviz import dot
from gradlens.engine.exporting.documents.steps import pictures_of_steps
from gradlens.engine.exporting.documents.tikz_pictures import tikz
from gradlens.engine.exporting.drawings import Language, Step
from gradlens.engine.exporting.one_file.figure_file import figure_page
from gradlens.engine.exporting.pictures import picture
from gradlens.engine.exporting.wire.contract import trace_json
from gradlens.engine.networks.training import Training
from gradlens.engine.traces import Trace


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a trace is written.

    theme: light or dark; None, as the reader's system has it.
    step: the end; all values and no gradient; the start; or a cursor, whose step is marked.
    background: whether paper is painted behind; else it is transparent.
    caption: a sentence that stands below; of a picture of every step, one a line.
    """

    language: Language = "en"
    theme: Theme = None
    step: Step = "end"
    legend: bool = False
    background: bool = False
    caption: str = ""

    @property
    def given(self) -> list[str]:
        """The names of those that are not what they are by default."""
        return [field.name for field in fields(self) if getattr(self, field.name) != field.default]

    def only(self, names: Collection[str]) -> dict[str, Any]:
        """Some of them by name, for a function that takes those."""
        return {name: getattr(self, name) for name in names}


PICTURE_OPTIONS = ("language", "theme", "step", "legend", "background", "caption")
STEPS_OPTIONS = tuple(name for name in PICTURE_OPTIONS if name != "step")
HTML_OPTIONS = ("language", "theme", "step")
DOT_OPTIONS = ("theme", "step", "background", "caption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to write a trace.

    ending: of a file's name, with its point; of formats that share one, the first is meant by it.
    words: what the page calls it, by language.
    takes: the names of the options that change what is written; any other is refused.
    train: how a training is written; None where the format writes programs alone.
    """

    name: str
    media_type: str
    ending: str
    words: dict[Language, str]
    takes: Collection[str]
    write: Callable[[Trace, ExportOptions], str | bytes]
    train: Callable[[Training, ExportOptions], str] | None = None


Sections = Callable[[Trace, Language], list[Section]]
TrainingSections = Callable[[Training, Language], list[Section]]


def as_script(sections: Sections) -> Callable[[Trace, ExportOptions], str]:
    """Both passes as a script that ends with an error where a gradient is not the one shown."""
    return lambda trace, options: script(sections(trace, options.language))


def as_notebook(sections: Sections) -> Callable[[Trace, ExportOptions], str]:
    """The same as a notebook."""
    return lambda trace, options: notebook(sections(trace, options.language))


def script_of_training(sections: TrainingSections) -> Callable[[Training, ExportOptions], str]:
    """A training as a script that ends with an error where a loss is not the one shown."""
    return lambda training, options: script(sections(training, options.language))


def notebook_of_training(sections: TrainingSections) -> Callable[[Training, ExportOptions], str]:
    """The same as a notebook."""
    return lambda training, options: notebook(sections(training, options.language))


PYTHON, NOTEBOOK = "text/x-python", "application/x-ipynb+json"
FORMATS = {
    entry.name: entry
    for entry in (
        Format(
            name="svg",
            media_type="image/svg+xml",
            ending=".svg",
            words={"en": "Figure (SVG)", "ko": "그림 (SVG)"},
            takes=PICTURE_OPTIONS,
            write=lambda trace, options: picture(trace, **options.only(PICTURE_OPTIONS)),
        ),
        Format(
            name="svg-steps",
            media_type="application/zip",
            ending=".zip",
            words={"en": "Figure of every step (SVG in a ZIP)", "ko": "단계별 그림 (SVG, ZIP 파일)"},
            takes=STEPS_OPTIONS,
            write=lambda trace, options: pictures_of_steps(trace, **options.only(STEPS_OPTIONS)),
        ),
        Format(
            name="tikz",
            media_type="application/x-tex",
            ending=".tex",
            words={"en": "Figure (TikZ)", "ko": "그림 (TikZ)"},
            takes=PICTURE_OPTIONS,
            write=lambda trace, options: tikz(trace, **options.only(PICTURE_OPTIONS)),
        ),
        Format(
            name="dot",
            media_type="text/vnd.graphviz",
            ending=".dot",
            words={"en": "Graph (Graphviz DOT)", "ko": "그래프 (Graphviz DOT)"},
            takes=DOT_OPTIONS,
            write=lambda trace, options: dot(trace, **options.only(DOT_OPTIONS)),
        ),
        Format(
            name="latex",
            media_type="application/x-tex",
            ending=".tex",
            words={"en": "Formulas (LaTeX)", "ko": "식 (LaTeX)"},
            takes=("language",),
            write=lambda trace, options: formula_sheet(trace, language=options.language),
        ),
        Format(
            name="html",
            media_type="text/html",
            ending=".html",
            words={"en": "Figure that plays (HTML)", "ko": "움직이는 그림 (HTML)"},
            takes=HTML_OPTIONS,
            write=lambda trace, options: figure_page(trace, **options.only(HTML_OPTIONS)),
        ),
        Format(
            name="numpy",
            media_type=PYTHON,
            ending=".py",
            words={"en": "NumPy script", "ko": "NumPy 스크립트"},
            takes=("language",),
            write=as_script(numpy_sections),
            train=script_of_training(numpy_training),
        ),
        Format(
            name="numpy-notebook",
            media_type=NOTEBOOK,
            ending=".ipynb",
            words={"en": "NumPy notebook", "ko": "NumPy 노트북"},
            takes=("language",),
            write=as_notebook(numpy_sections),
            train=notebook_of_training(numpy_training),
        ),
        Format(
            name="pytorch",
            media_type=PYTHON,
            ending=".py",
            words={"en": "PyTorch script", "ko": "PyTorch 스크립트"},
            takes=("language",),
            write=as_script(pytorch_sections),
            train=script_of_training(pytorch_training),
        ),
        Format(
            name="pytorch-notebook",
            media_type=NOTEBOOK,
            ending=".ipynb",
            words={"en": "PyTorch notebook", "ko": "PyTorch 노트북"},
            takes=("language",),
            write=as_notebook(pytorch_sections),
            train=notebook_of_training(pytorch_training),
        ),
        Format(
            name="jax",
            media_type=PYTHON,
            ending=".py",
            words={"en": "JAX script", "ko": "JAX 스크립트"},
            takes=("language",),
            write=as_script(jax_sections),
        ),
        Format(
            name="jax-notebook",
            media_type=NOTEBOOK,
            ending=".ipynb",
            words={"en": "JAX notebook", "ko": "JAX 노트북"},
            takes=("language",),
            write=as_notebook(jax_sections),
        ),
        Format(
            name="json",
            media_type="application/json",
            ending=".json",
            words={"en": "Trace (JSON)", "ko": "계산 결과 (JSON)"},
            takes=(),
            write=lambda trace, options: trace_json(trace, longest=math.inf),
        ),
    )
}


def find_format(name: str) -> Format:
    """The format of a name.  Error: unknown-format."""
    if name not in FORMATS:
        near = get_close_matches(name[:80], FORMATS, 1)
        raise EngineError(
            "unknown-format", name=name, formats=", ".join(FORMATS), **({"suggestion": near[0]} if near else {})
        )
    return FORMATS[name]


def export(trace: Trace | Training, format: str, options: ExportOptions | None = None) -> bytes:
    """A trace or a training written in a format.

    Errors: unknown-format, export-option, format-without-training, and those of the format.
    """
    options = options or ExportOptions()
    chosen = find_format(format)
    for name in options.given:
        if name not in chosen.takes:
            raise EngineError("export-option", name=name, format=format)
    if isinstance(trace, Trace):
        content = chosen.write(trace, options)
    elif chosen.train is not None:
        content = chosen.train(trace, options)
    else:
        able = ", ".join(entry.name for entry in FORMATS.values() if entry.train is not None)
        raise EngineError("format-without-training", name=format, formats=able)
    return content.encode() if isinstance(content, str) else content
