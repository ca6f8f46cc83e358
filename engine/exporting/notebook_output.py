"""What a notebook shows of a trace: the picture and the table, in what its frontend understands."""

from __future__ import annotations

import re
from base64 import b64encode
from contextlib import suppress
from html import escape

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.drawings import MOST_NODES as MOST_DRAWN
from gradlens.engine.exporting.frames import steps_of
from gradlens.engine.exporting.one_file.figure_file import MOST_NODES as MOST_PLAYED
from gradlens.engine.exporting.one_file.figure_file import figure_page
from gradlens.engine.exporting.pictures import picture
from gradlens.engine.exporting.tables import html_table, text_table
from gradlens.engine.traces import Trace

MOST_OPENED = 60  # nodes
BAR = 240  # the height of timeline and formula, in units of the picture
DEFAULT_SIZE = (16.0 * 60, 9.0 * 60)  # of a figure that is too large for a picture
VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
# A notebook that is not trusted loses the frame, and of this its logical height: JupyterLab lets neither through.
# Picture and table are seen then, and only then.
HIDDEN = '<div style="block-size:0;overflow:hidden;content-visibility:hidden">{}</div>'


def mime_bundle(trace: Trace) -> dict[str, str]:
    """A trace by media type: text always, HTML that plays or else holds the picture and the table, and the picture by
    itself.
    """
    text, table = text_table(trace), html_table(trace)
    bundle = {"text/plain": text, "text/html": table}
    size = DEFAULT_SIZE
    if len(trace.nodes) <= MOST_DRAWN:
        # A notebook may be dark or light: the picture's colours are those of light paper, and it brings that.
        still = picture(trace, theme="light", background=True, legend=True)
        bundle = {"text/plain": text, "text/html": f"{still_image(still, text)}{table}", "image/svg+xml": still}
        size = tuple(map(float, VIEW.findall(still)[0]))
    if len(trace.nodes) <= MOST_PLAYED:
        with suppress(EngineError):  # a checkout whose figure is not built
            page = figure_page(trace, step=steps_of(trace) if is_one_call(trace) else "end")
            bundle["text/html"] = f"{playing_frame(page, *size)}{HIDDEN.format(bundle['text/html'])}"
    return bundle


def is_one_call(trace: Trace) -> bool:
    """Whether a small graph is the body of one function, which is opened: closed it says nothing."""
    inner = [node for node in trace.nodes if node.op not in ("input", "constant")]
    roots = {node.group for node in inner}
    return len(trace.nodes) <= MOST_OPENED and None not in roots


def playing_frame(page: str, width: float, height: float) -> str:
    """A page in a frame of its own, which may run its script and nothing else.

    Its height follows from the picture's before anything is loaded: what comes later moves nothing.
    """
    return (
        f'<iframe sandbox="allow-scripts" title="gradlens" srcdoc="{escape(page)}" style="display:block;width:100%;'
        f'aspect-ratio:{width:g}/{height + BAR:g};min-height:40rem;max-height:48rem;border:0"></iframe>'
    )


def still_image(svg: str, described: str) -> str:
    """A picture as HTML that sanitisers let through: an SVG within HTML they take apart."""
    encoded = b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{encoded}" alt="{escape(described)}" style="max-width:100%;height:auto">'
    )
