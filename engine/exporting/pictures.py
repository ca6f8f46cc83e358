"""A trace as a picture: SVG of what the page shows at a step, drawn without a browser."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from gradlens.engine.exporting.colours import Palette, Theme
from gradlens.engine.exporting.drawings import Language, Path, Rect, Shape, Step, Text, drawing
from gradlens.engine.exporting.frames import Frame
from gradlens.engine.exporting.labels import name_of, partial, value_text
from gradlens.engine.exporting.layout.edge_routes import rounded
from gradlens.engine.exporting.text_widths import FONTS
from gradlens.engine.traces import Trace

MOST_DESCRIBED = 60  # nodes in the text that stands for the picture
HALO = ' stroke-width="5" stroke-linejoin="round" paint-order="stroke"'
FAMILY = (
    "Pretendard, Inter, system-ui, -apple-system, 'Segoe UI', 'Apple SD Gothic Neo', 'Noto Sans KR',"
    " 'Noto Sans CJK KR', 'Malgun Gothic', sans-serif"
)
TITLES = {"en": "Computational graph of {name}", "ko": "{name}의 계산 그래프"}
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML


def picture(
    trace: Trace,
    *,
    language: Language = "en",
    theme: Theme = None,
    step: Step = "end",
    legend: bool = False,
    background: bool = False,
    title: str | None = None,
    caption: str = "",
    caption_rows: int = 0,
    placed: dict[str, Any] | None = None,
) -> str:
    """SVG of a trace at a step, with text as text and colours inlined.

    theme: light, dark; None, as the reader's system has it; "page", by the custom properties of a page of ours.
    The others are `drawing`'s.  Errors: picture-too-large, no-such-step.
    """
    drawn = drawing(
        trace,
        language=language,
        step=step,
        legend=legend,
        background=background,
        caption=caption,
        caption_rows=caption_rows,
        placed=placed,
    )
    palette = Palette(theme)
    body = [written(shape, palette) for shape in drawn.shapes]
    width, height = rounded(drawn.width), rounded(drawn.height)
    name = TITLES[language].format(name=name_of(trace.nodes[trace.output])) if title is None else title
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}" role="img" font-family="{FAMILY}"'
        ' font-variant-numeric="tabular-nums">'
        f"<title>{escaped(name)}</title><desc>{escaped(described(trace, drawn.frame))}</desc>{palette.style}"
        f"{''.join(body)}</svg>"
    )


def written(shape: Shape, palette: Palette) -> str:
    """A shape as an element of SVG."""
    if isinstance(shape, Rect):
        more = f' rx="{shape.rx:g}"' if shape.rx else ""
        more += f' stroke-width="{shape.width:g}"' if shape.width != 1 else ""
        more += ' stroke-dasharray="3 3"' if shape.dashed else ""
        paints = {"fill": shape.fill} | ({} if shape.stroke == "none" else {"stroke": shape.stroke})
        at = f'x="{shape.x:g}" y="{shape.y:g}" width="{shape.w:g}" height="{shape.h:g}"'
        return f"<rect {at}{more} {palette.paint(**paints)}/>"
    if isinstance(shape, Path):
        paints = {"fill": shape.fill} | ({} if shape.stroke == "none" else {"stroke": shape.stroke})
        more = f' stroke-width="{shape.width:g}"' if shape.stroke != "none" else ""
        more += f' stroke-opacity="{shape.opacity:g}"' if shape.opacity != 1 else ""
        return f'<path d="{shape.d}"{more} {palette.paint(**paints)}/>'
    return _text(shape, palette)


def _text(text: Text, palette: Palette) -> str:
    weight, size = FONTS[text.font]
    paints = {"fill": text.fill} | ({"stroke": "paper"} if text.halo else {})
    more = (HALO if text.halo else "") + (' font-style="italic"' if text.slanted else "")
    return (
        f'<text x="{text.x:g}" y="{text.y:g}" font-size="{size}" font-weight="{weight}"'
        f' text-anchor="{text.anchor}" textLength="{rounded(text.length):g}" lengthAdjust="spacingAndGlyphs"'
        f' xml:space="preserve" {palette.paint(**paints)}{more}>{escaped(text.text)}</text>'
    )


def described(trace: Trace, frame: Frame) -> str:
    """What a picture shows, in words: each value with its gradient, as far as they are there."""
    told: list[str] = []
    for node in [node for node in trace.nodes if node.op != "constant"][:MOST_DESCRIBED]:
        said = name_of(node)
        if frame.values[node.id]:
            said += f" = {value_text(node.value, node.shape)}"
        if frame.sums.get(node.id, (None, False))[1]:
            said += f", {partial(trace, node)} = {value_text(node.gradient, node.shape)}"
        told.append(said)
    return "; ".join(told)


def escaped(text: str) -> str:
    """As text of an SVG."""
    return escape(FORBIDDEN.sub("\ufffd", text))
