"""What a chapter.toml may hold: figures, plots, trainings, scenes and exercises."""

from __future__ import annotations

import random
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gradlens.app.schemas.learning import Language
from gradlens.app.schemas.values import Bilingual

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Exact(BaseModel):
    """A field that is misspelt is an error."""

    model_config = ConfigDict(extra="forbid")


class Figure(Exact):
    """A program that is drawn; its names may be another language's, its graph is the same.

    expand: functions that are shown in their parts.  numbers: what each {placeholder} is drawn from.
    """

    program: str | Bilingual
    expand: list[str] = []
    numbers: dict[str, list[float | int | str]] = {}

    def text(self, language: Language, draw: random.Random | None = None) -> str:
        """The program in a language, with numbers that are drawn; without, the first of each."""
        text = self.program if isinstance(self.program, str) else getattr(self.program, language)
        chosen = {name: draw.choice(many) if draw else many[0] for name, many in self.numbers.items()}
        return PLACEHOLDER.sub(lambda found: str(chosen.get(found[1], found[0])), text.strip("\n"))


class Handle(Exact):
    """An input that the reader moves: a number, or each element of a row.

    sum: what the elements of a row add up to, whichever of them is moved.
    curve: whether the output is drawn against the number.
    """

    least: float
    most: float
    step: float = 0.01
    sum: float | None = None
    curve: bool = False


class MovedFigure(Figure):
    """A figure beside the prose.  handles: by the name of an input."""

    handles: dict[str, Handle] = {}

    @model_validator(mode="after")
    def curve_stays(self) -> MovedFigure:
        """A curve is drawn once: it would be another one where another input is moved."""
        if len(self.handles) > 1 and any(handle.curve for handle in self.handles.values()):
            raise ValueError("A figure with a curve has one handle.")
        return self


class Training(Exact):
    """A network that is trained on a packaged set of small pictures while the reader looks on.

    pictures: how many of the samples that are held out are shown; side: of each, in points.
    The others: as POST /api/train takes them.
    """

    dataset: str
    layers: list[dict[str, str | int | float]]
    loss: str
    optimizer: dict[str, str | float]
    batch_size: int
    epochs: int
    report_every: int
    pictures: int
    side: int


class Scene(Exact):
    """What a figure shows while a paragraph is read.

    at: "start", "turn", "end", or the name of a node with "value" or "gradient" before it: "gradient apple".
    choose: a node's name, or two with ">" between them for the edge.
    panel: of the workbench's, the one that is opened beneath the figure; "": what is open stays.
    """

    figure: str
    at: str = "start"
    choose: str = ""
    lit: list[str] = []
    panel: Literal["", "derive", "influence", "check"] = ""


class Asked(Figure):
    """What every exercise is made of: a figure with numbers that differ from reader to reader, and what is asked of it.

    of: a node's name, or two with ">" between them for an edge.
    """

    of: str


class Mistake(Exact):
    """An answer that is wrong, as a formula in the figure's English names, and what is said of it."""

    formula: str
    said: Bilingual


class NumberAsked(Asked):
    """A number, product or formula: a gradient, a value, or what an edge contributes."""

    kind: Literal["gradient", "value", "contribution"]
    mistakes: list[Mistake] = []


class SignAsked(Asked):
    """The sign of a gradient."""

    kind: Literal["sign"]


class ShapeAsked(Asked):
    """The shape of a gradient, among others."""

    kind: Literal["shape"]
    others: list[list[int]]


class OrderAsked(Figure):
    """Names by the size of their gradients, the largest first."""

    kind: Literal["order"]
    among: list[str]


class EdgeAsked(Asked):
    """The one edge whose contribution is wrong: that of the edge `of`, by the named mistake."""

    kind: Literal["edge"]
    mistake: Literal["sign", "upstream-alone", "local-alone", "doubled"]


class RepairAsked(Figure):
    """A program that does not do what is wanted; any program with the values and gradients of `solution` does."""

    kind: Literal["repair"]
    solution: str | Bilingual


class Line(Exact):
    """A line of a derivation, and why it is what the line before it is."""

    text: str
    reason: Bilingual | None = None


class DerivationAsked(Exact):
    """Lines that are equal one by one, from the first to one in which the names of `left` alone remain.

    domain: of each name that is free, the least and the greatest value that it is tried at.
    given: other names, by the expression that they stand for.
    """

    kind: Literal["derivation"]
    domain: dict[str, tuple[float, float]]
    given: dict[str, str] = {}
    left: list[str]
    lines: Annotated[list[Line], Field(min_length=2)]


Exercise = Annotated[
    NumberAsked | SignAsked | ShapeAsked | OrderAsked | EdgeAsked | RepairAsked | DerivationAsked,
    Field(discriminator="kind"),
]


class Axis(Exact):
    """An axis of a plot, whole powers of ten apart where it is logarithmic."""

    label: Bilingual
    scale: Literal["linear", "log"] = "linear"


class Curve(Exact):
    """The value or the gradient of the node `of`, as the input `over` runs from `low` to `high`."""

    kind: Literal["curve"]
    label: Bilingual
    look: Literal["line", "dashed", "dots", "joined"] = "line"
    program: str
    over: str
    of: str
    read: Literal["value", "gradient"] = "value"
    low: float
    high: float
    count: int = 61


class Sweep(Exact):
    """The relative error of the input's central difference, over the step h from 1e-1 to 1e-12."""

    kind: Literal["sweep"]
    label: Bilingual
    program: str
    of: str


class Cost(Exact):
    """What numerical differentiation by elements of the array `of` takes in seconds, measured where it is asked for.

    label: its {seconds} is for how long it was measured.
    carried: what is said of the line that goes on to `parameters`; its {seconds} is where it ends.
    pass_label: what is said of one backpropagation, of all parameters; its {seconds} is what it takes.
    """

    kind: Literal["cost"]
    label: Bilingual
    carried: Bilingual
    pass_label: Bilingual
    program: str
    of: str
    parameters: int


class Published(Exact):
    """Points that somebody else measured."""

    kind: Literal["published"]
    label: Bilingual
    points: list[tuple[float, float]]


Series = Annotated[Curve | Sweep | Cost | Published, Field(discriminator="kind")]


class Plot(Exact):
    """Quantities over one another.  series: by the ids that prose has for them."""

    x: Axis
    y: Axis
    series: dict[str, Series]

    @property
    def is_measured(self) -> bool:
        """Whether its numbers are of the machine that draws it."""
        return any(isinstance(one, Cost) for one in self.series.values())


class Shared(Exact):
    """What a chapter's languages share.  scenes: by the id of a paragraph.

    explains: by an op, "#" and a panel of the workbench, or "!" and a mistake, the paragraph that tells why.
    """

    number: int
    explains: dict[str, str] = {}
    figures: dict[str, MovedFigure] = {}
    plots: dict[str, Plot] = {}
    trainings: dict[str, Training] = {}
    scenes: dict[str, Scene] = {}
    exercises: dict[str, Exercise] = {}
