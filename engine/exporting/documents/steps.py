"""A picture of every step in one file, all of one size, in the order of the steps."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.colours import Theme
from gradlens.engine.exporting.drawings import Language, caption_lines
from gradlens.engine.exporting.frames import steps_of
from gradlens.engine.exporting.geometries import geometry
from gradlens.engine.exporting.pictures import picture
from gradlens.engine.traces import Trace

MOST_BOXES = 20_000  # nodes and edges of all pictures together: each is drawn anew
DATE = (1980, 1, 1, 0, 0, 0)  # the same trace is the same file


def pictures_of_steps(
    trace: Trace,
    *,
    language: Language = "en",
    theme: Theme = None,
    legend: bool = False,
    background: bool = False,
    caption: str = "",
) -> bytes:
    """A ZIP of SVG: step-000.svg and so on, from the start to the end.  The options are `picture`'s.

    caption: the sentence of each step, one a line.  Errors: picture-too-large, too-many-pictures.
    """
    last = steps_of(trace)
    boxes = len(trace.nodes) + len(trace.edges)
    if (last + 1) * boxes > MOST_BOXES:
        raise EngineError("too-many-pictures", count=last + 1, limit=max(MOST_BOXES // boxes, 1))
    place = geometry(trace)
    captions = caption.split("\n")
    rows = max([len(caption_lines(one, place["width"])) for one in captions])
    digits = max(len(str(last)), 3)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for step in range(last + 1):
            svg = picture(
                trace,
                language=language,
                theme=theme,
                step=step,
                legend=legend,
                background=background,
                caption=captions[step] if step < len(captions) else "",
                caption_rows=rows,
                placed=place,
            )
            entry = ZipInfo(f"step-{step:0{digits}}.svg", DATE)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, svg)
    return file.getvalue()
