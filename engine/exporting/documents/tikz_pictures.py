"""A trace's picture as TikZ: a document of its own, with the geometry of the SVG."""

from __future__ import annotations

import re

from gradlens.engine.exporting.colours import Theme, colour
from gradlens.engine.exporting.documents.tex import letters_used, text_tex
from gradlens.engine.exporting.drawings import Language, Path, Rect, Shape, Step, Text, drawing
from gradlens.engine.exporting.layout.edge_routes import rounded
from gradlens.engine.exporting.text_widths import FONTS
from gradlens.engine.traces import Trace

POINT = 0.75  # big points in a px
ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
PIECES = re.compile(r"([MLCZ])([^MLCZ]*)")
HEAD = r"""% A computational graph: its values, its gradients, and what flows along its edges.
\documentclass[tikz, border=0pt]{standalone}
\usepackage{iftex}
\ifPDFTeX \usepackage[T1]{fontenc} \usepackage{textcomp} \fi
\usepackage{lmodern}
\renewcommand{\familydefault}{\sfdefault}"""


def tikz(
    trace: Trace,
    *,
    language: Language = "en",
    theme: Theme = None,
    step: Step = "end",
    legend: bool = False,
    background: bool = False,
    caption: str = "",
) -> str:
    """A LaTeX document whose one page is the picture.  The options are `drawing`'s.

    theme: dark or, whatever else it is, light.  Errors: picture-too-large, no-such-step.
    """
    drawn = drawing(trace, language=language, step=step, legend=legend, background=background, caption=caption)
    colours = Colours(theme == "dark")
    body = "\n".join(f"  {written(shape, colours)}" for shape in drawn.shapes)
    width, height = rounded(drawn.width), rounded(drawn.height)
    return "\n".join(
        [
            HEAD,
            *letters_used(body),
            *colours.defined,
            r"\begin{document}",
            f"\\begin{{tikzpicture}}[x={POINT}bp, y=-{POINT}bp, inner sep=0pt, outer sep=0pt]",
            f"  \\useasboundingbox (0,0) rectangle ({width:g},{height:g});",
            body,
            r"\end{tikzpicture}",
            r"\end{document}",
            "",
        ]
    )


class Colours:
    """The colours of a document by name, defined as they are used."""

    def __init__(self, is_dark: bool):
        self._is_dark = is_dark
        self._names: dict[str, str] = {}
        self.defined: list[str] = []

    def named(self, paint: str) -> str:
        """A paint's name: ink, or shade3 of what is mixed."""
        if paint not in self._names:
            name = re.sub("[^a-z]", "", paint) if " " not in paint else f"shade{len(self._names)}"
            self._names[paint] = name
            self.defined.append(f"\\definecolor{{{name}}}{{HTML}}{{{colour(paint, self._is_dark)[1:].upper()}}}")
        return self._names[paint]


def written(shape: Shape, colours: Colours) -> str:
    """A shape as a command."""
    if isinstance(shape, Rect):
        options = _painted(shape.fill, shape.stroke, shape.width, colours)
        options += [f"rounded corners={shape.rx * POINT:g}bp"] if shape.rx else []
        options += ["dash pattern=on 2.25bp off 2.25bp"] if shape.dashed else []
        corners = f"({shape.x:g},{shape.y:g}) rectangle ({shape.x + shape.w:g},{shape.y + shape.h:g})"
        return f"\\path[{', '.join(options)}] {corners};"
    if isinstance(shape, Path):
        options = _painted(shape.fill, shape.stroke, shape.width, colours)
        options += [f"draw opacity={shape.opacity:g}"] if shape.opacity != 1 else []
        return f"\\path[{', '.join(options)}] {_path(shape.d)};"
    return _text(shape, colours)


def _painted(fill: str, stroke: str, width: float, colours: Colours) -> list[str]:
    options = [f"fill={colours.named(fill)}"] if fill != "none" else []
    return options + ([f"draw={colours.named(stroke)}", f"line width={width * POINT:g}bp"] if stroke != "none" else [])


def _path(d: str) -> str:
    """An SVG path as TikZ: (a) .. controls (b) and (c) .. (d)."""
    parts: list[str] = []
    for command, numbers in PIECES.findall(d):
        pairs = [f"({pair})" for pair in numbers.split()]
        if command == "C":
            parts.append(f".. controls {pairs[0]} and {pairs[1]} .. {pairs[2]}")
        else:
            parts.append({"M": "", "L": "-- ", "Z": "-- cycle"}[command] + "".join(pairs))
    return " ".join(parts)


def _text(text: Text, colours: Colours) -> str:
    weight, size = FONTS[text.font]
    font = f"\\fontsize{{{size * POINT:g}bp}}{{{size * POINT:g}bp}}" + r"\selectfont"
    font += r"\bfseries" if weight >= 600 else ""  # nothing between them
    font += r"\itshape" if text.slanted else ""
    options = [f"anchor={ANCHORS[text.anchor]}", f"text={colours.named(text.fill)}", f"font={font}"]
    options += [f"fill={colours.named('paper')}", "fill opacity=0.85", "text opacity=1"] if text.halo else []
    return f"\\node[{', '.join(options)}] at ({text.x:g},{text.y:g}) {{{text_tex(text.text)}}};"
