"""What a notebook shows of a trace: the picture and the table, in what its frontend understands."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from gradlens.engine.exporting.drawings import MOST_NODES
from gradlens.engine.exporting.pictures import picture
from gradlens.engine.exporting.tables import html_table, text_table
from gradlens.engine.traces import Trace


def mime_bundle(trace: Trace) -> dict[str, str]:
    """A trace by media type: text always, HTML with the picture and the table, and the picture by itself."""
    text = text_table(trace)
    bundle = {"text/plain": text}
    if len(trace.nodes) > MOST_NODES:
        return bundle | {"text/html": html_table(trace)}
    # A page's background may be dark or light: the picture's colours are those of light paper, and it brings that.
    still = picture(trace, theme="light", background=True, legend=True)
    return bundle | {"text/html": f"{still_image(still, text)}{folded(html_table(trace))}", "image/svg+xml": still}


def still_image(svg: str, described: str) -> str:
    """A picture as HTML that sanitisers let through: an SVG within HTML they take apart."""
    encoded = b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{encoded}" alt="{escape(described)}" style="max-width:100%;height:auto">'
    )


def folded(table: str) -> str:
    return f"<details><summary>value, gradient</summary>{table}</details>"
