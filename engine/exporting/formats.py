"""What a trace can be written as: one entry a format, from which the service, the page and the library choose."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from difflib import get_close_matches

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.colours import Theme
from gradlens.engine.exporting.pictures import Language, Step, picture
from gradlens.engine.traces import Trace


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a trace is written.

    theme: light or dark; None, as the reader's system has it.
    step: the end; all values and no gradient; the start; or a cursor, whose step is marked.
    background: whether paper is painted behind; else it is transparent.
    """

    language: Language = "en"
    theme: Theme = None
    step: Step = "end"
    legend: bool = False
    background: bool = False

    @property
    def given(self) -> list[str]:
        """The names of those that are not what they are by default."""
        return [field.name for field in fields(self) if getattr(self, field.name) != field.default]


PICTURE_OPTIONS = ("language", "theme", "step", "legend", "background")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to write a trace.

    ending: of a file's name, with its point; of formats that share one, the first is meant by it.
    words: what the page calls it, by language.
    takes: the names of the options that change what is written; any other is refused.
    """

    name: str
    media_type: str
    ending: str
    words: dict[Language, str]
    takes: Collection[str]
    write: Callable[[Trace, ExportOptions], str | bytes]


def svg(trace: Trace, options: ExportOptions) -> str:
    """The figure as it stands at a step."""
    return picture(
        trace,
        language=options.language,
        theme=options.theme,
        step=options.step,
        legend=options.legend,
        background=options.background,
    )


FORMATS = {
    entry.name: entry
    for entry in (
        Format(
            name="svg",
            media_type="image/svg+xml",
            ending=".svg",
            words={"en": "Figure (SVG)", "ko": "그림 (SVG)"},
            takes=PICTURE_OPTIONS,
            write=svg,
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


def export(trace: Trace, format: str, options: ExportOptions | None = None) -> bytes:
    """A trace written in a format.

    Errors: unknown-format, export-option, and those of the format.
    """
    options = options or ExportOptions()
    chosen = find_format(format)
    for name in options.given:
        if name not in chosen.takes:
            raise EngineError("export-option", name=name, format=format)
    content = chosen.write(trace, options)
    return content.encode() if isinstance(content, str) else content
