"""The JSON contract: what requests may hold, and what answers hold."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, ClassVar, Literal

import orjson
from gradlens.app.problems import Problem
from gradlens.app.repetition import repetition
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "enum": ["NaN", "Infinity", "-Infinity"]}]}
VALUES_SCHEMA = {
    "description": "A number, or nested lists of numbers; NaN and the infinities by name.",
    "anyOf": [*NUMBER_SCHEMA["anyOf"], {"type": "array", "items": {}}],
}
OPTIONAL_VALUES_SCHEMA = {**VALUES_SCHEMA, "anyOf": [*VALUES_SCHEMA["anyOf"], {"type": "null"}]}

# The engine converts values, and tells what is wrong with them better than a schema can.
Values = Annotated[Any, WithJsonSchema(VALUES_SCHEMA)]
OptionalValues = Annotated[Any, WithJsonSchema(OPTIONAL_VALUES_SCHEMA)]
Number = Annotated[Any, WithJsonSchema(NUMBER_SCHEMA)]
BY_NAME = {"type": "object", "additionalProperties": VALUES_SCHEMA}
DerivativeValues = Annotated[
    Any,
    WithJsonSchema({"anyOf": [*VALUES_SCHEMA["anyOf"], BY_NAME, {"type": "object", "additionalProperties": BY_NAME}]}),
]


class Bilingual(BaseModel):
    """A text in both languages."""

    en: str = Field(description="In English.")
    ko: str = Field(description="In Korean.")


class Together(BaseModel):
    """Fields of which none is passed over in silence.

    apart: pairs of which only one would count.  needs: fields that mean nothing without another one.  idle: fields that
      mean nothing
    here.  A field that is null, or what it is where it is left out, is not given.
    """

    apart: ClassVar[tuple[tuple[str, str], ...]] = ()
    needs: ClassVar[tuple[tuple[str, str], ...]] = ()
    idle: ClassVar[tuple[str, ...]] = ()

    def given(self, name: str) -> bool:
        value = getattr(self, name)
        return value is not None and value != type(self).model_fields[name].default

    def check_together(self, place: str = "") -> None:
        """Raises Problem: fields-apart, field-needs, field-idle."""
        for field, other in self.apart:
            if self.given(field) and self.given(other):
                raise Problem.of("fields-apart", field=place + field, other=place + other)
        for field, other in self.needs:
            if self.given(field) and not self.given(other):
                raise Problem.of("field-needs", field=place + field, other=place + other)
        for field in self.idle:
            if self.given(field) and getattr(self, field) != {}:
                raise Problem.of("field-idle", field=place + field)
        for name in type(self).model_fields:
            if isinstance(inner := getattr(self, name), Together):
                inner.check_together(f"{place}{name}.")


class ExpressionRequest(Together):
    """A program, and what to do with it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}]},
    )

    program: str = Field(description="Text in the expression language.")
    inputs: dict[str, Values] = Field(
        default={},
        description=(
            "An object of values for names that the program uses and does not assign; "
            "a value here wins over a literal x = 2 in the program."
        ),
    )
    output: str | None = Field(
        default=None, description="The name to differentiate; the last statement's value where it is left out."
    )
    seed: OptionalValues = Field(
        default=None,
        description="Upstream gradient at the output, a number or an array of its shape; ones where it is left out.",
    )
    values: Literal["auto", "full", "summary"] = Field(
        default="auto",
        description=(
            '"auto" sends arrays of up to 4,096 elements in full and larger ones as a summary, "full" all in full,'
            ' "summary" all as summaries. Where an answer would hold more numbers than it may, the largest arrays come'
            " as summaries too."
        ),
    )
    detail: Literal["fused", "expanded"] = Field(
        default="fused",
        description=(
            '"fused" keeps library functions with a rule of their own as one node, "expanded" opens each into its'
            " definition."
        ),
    )
    expand: list[str] = Field(
        default=[],
        description='A list of the library functions to open though `detail` is "fused", such as ["softmax"].',
    )
    direction: dict[str, Values] | None = Field(
        default=None,
        description=(
            "An object of values by input name: how the inputs move, for the forward mode's `tangent` at every node;"
            " inputs left out stay where they are."
        ),
    )


class DerivativesRequest(ExpressionRequest):
    """A program, and which derivative of its output is wanted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"program": "100 * (y - x**2)**2 + (1 - x)**2", "inputs": {"x": 1, "y": 1}, "kind": "hessian"}]
        },
    )

    idle = ("seed",)

    kind: Literal["jacobian", "hessian", "jvp", "hvp"] = Field(
        description='"jacobian" or "hessian", or the product of one with a direction: "jvp" or "hvp".'
    )
    direction: dict[str, Values] = Field(
        default={},
        description=(
            "An object of values by input name, for the products: how the inputs move; inputs left out stay where they"
            " are."
        ),
    )

    def check_together(self, place: str = "") -> None:
        super().check_together(place)
        if self.given("direction") and self.kind in ("jacobian", "hessian"):
            raise Problem.of("fields-apart", field="direction", other=f"kind: {self.kind}")


class GradientProgramRequest(ExpressionRequest):
    """A program whose backward pass is to be written."""

    idle = ("direction",)


class Derivatives(BaseModel):
    """A derivative: by input name, for Hessians by a second one, then by the value's own axes.

    A jvp is the value alone.
    """

    kind: Literal["jacobian", "hessian", "jvp", "hvp"] = Field(description="As it was asked for.")
    value: DerivativeValues = Field(
        description=(
            "Numbers or nested lists: by input name, for Hessians by a second one, then by the value's own axes. A jvp"
            " is the value alone."
        )
    )


class Place(BaseModel):
    """A position in the program's text, in characters."""

    line: int = Field(description="From 1.")
    column: int = Field(description="From 0.")


class Span(BaseModel):
    """A stretch of the program's text."""

    start: Place = Field(description="Its first character.")
    end: Place = Field(description="The place behind its last character.")


class Summary(BaseModel):
    """Figures of an array's finite elements, and how many are not finite."""

    min: Number = Field(description="The smallest.")
    max: Number = Field(description="The largest.")
    mean: Number = Field(description="The mean.")
    std: Number = Field(description="The standard deviation, with the number of elements below it.")
    norm: Number = Field(description="The square root of the sum of squares.")
    nan_count: int = Field(description="How many elements are NaN.")
    inf_count: int = Field(description="How many elements are infinite.")


class Node(BaseModel):
    """A value: an input, a constant or an op's result."""

    id: int = Field(description="The node's place in topological order.")
    op: str = Field(description='"input", "constant" or an op\'s name.')
    name: str | None = Field(description="The program's name for it; null where it has none.")
    inputs: list[int] = Field(description="Ids of the nodes it is computed from, by argnum.")
    options: dict[str, Any] = Field(
        description=(
            'The op\'s static arguments, such as axis, in normal form; in an index a slice is {"start", "stop",'
            ' "step"}, an ellipsis "...".'
        )
    )
    shape: list[int] = Field(description="The value's sizes along its axes; empty for a number.")
    value: OptionalValues
    gradient: OptionalValues = Field(
        description="The sum of the outgoing edges' contributions, plus the seed at the output."
    )
    tangent: OptionalValues = Field(
        description=(
            "How the value moves along the direction, the sum of what the incoming edges pass on; null without a"
            " direction."
        )
    )
    differentiable: bool = Field(description="Whether a gradient may flow into it.")
    group: int | None = Field(description="The id of the innermost group that it belongs to.")
    span: Span | None = Field(description="The text that made it; null where none did.")
    latex: str = Field(description="The node's symbol.")
    template: str | None = Field(description="Its formula: @{7} stands for the value of node 7.")
    convention: bool = Field(description="Whether it sits where its op follows a convention.")
    summary: dict[Literal["value", "gradient", "tangent"], Summary] | None = Field(
        description="Figures of arrays that are left out."
    )


class Edge(BaseModel):
    """One use of a value."""

    id: int = Field(description="Its place in the list of edges.")
    source: int = Field(description="The id of the node that is used.")
    target: int = Field(description="The id of the node that uses it.")
    argnum: int = Field(description="Which of the target's inputs it is, from 0.")
    local: OptionalValues = Field(description="d(target)/d(source) of elementwise ops, in the broadcast shape.")
    contribution: OptionalValues = Field(
        description="What the edge delivers to its source; null where the source takes no gradient."
    )
    tangent: OptionalValues = Field(
        description=(
            "What the edge passes on to its target, local × the source's tangent; null without a direction, where the"
            " source takes no gradient, and into a list such as stack, which moves as one."
        )
    )
    local_latex: str | None = Field(
        description="The local derivative in the op's own symbols; null where it is not elementwise."
    )
    rule_latex: str | None = Field(
        description="The contribution in the op's own symbols; null where the source takes no gradient."
    )
    local_template: str | None = Field(
        description="The local derivative's formula: @{7} stands for the value of node 7."
    )
    rule_template: str | None = Field(description="@{7} stands for the value of node 7, @{~7} for its gradient.")
    summary: dict[Literal["local", "contribution", "tangent"], Summary] | None = Field(
        description="Figures of arrays that are left out."
    )


class Group(BaseModel):
    """Nodes that belong together, such as those of one call."""

    id: int = Field(description="Its place in the list of groups.")
    name: str = Field(description="What was called: a function of the program or of the library.")
    label: str = Field(description="What the figure calls it.")
    parent: int | None = Field(description="The id of the group around it; null where there is none.")
    nodes: list[int] = Field(description="Ids of the nodes directly inside.")
    operands: list[int] | None = Field(
        description="Of a library function's call, the nodes that it was called on; null of a function of the program."
    )
    options: dict[str, Any] = Field(description="Its static arguments, as a node's.")
    call: list[int | str] | None = Field(
        description=(
            "Of a function of the program, its arguments in order: ids of nodes, and as text what was known beforehand;"
            " null of a library function."
        )
    )


class Warning(BaseModel):
    """What a careful teacher would point out."""

    kind: str = Field(description="Which remark it is, for programs.")
    message: str = Field(description="The remark in a sentence.")
    params: dict[str, str | float] = Field(description="What the sentence was filled with.")
    node: int | None = Field(description="The id of the node it is about; null where it is about none.")
    edge: int | None = Field(description="The id of the edge it is about; null where it is about none.")
    span: Span | None = Field(description="The place in the program; null where there is none.")


class Cost(BaseModel):
    """Work done, in floating-point operations, and evaluations that numerical differentiation would need."""

    forward_flops: float = Field(description="Of one forward pass.")
    backward_flops: float = Field(description="Of one backward pass.")
    tangent_flops: float = Field(description="Of one pass of the forward mode, along one direction.")
    backward_passes: float = Field(description="Backward passes for the whole Jacobian: one an element of the output.")
    tangent_passes: float = Field(
        description="Passes of the forward mode for the whole Jacobian: one an element of the inputs."
    )
    numeric_evaluations: float = Field(
        description="Forward passes for central differences: two an element of the inputs."
    )


class Trace(BaseModel):
    """A program's graph with every value and gradient."""

    program: str = Field(description="The text that was run.")
    nodes: list[Node] = Field(description="Every value, in topological order.")
    edges: list[Edge] = Field(description="Every use of a value.")
    groups: list[Group] = Field(description="Calls, loops and layers.")
    forward_order: list[int] = Field(description="Ids of nodes.")
    backward_order: list[int] = Field(description="Ids of edges.")
    output: int = Field(description="The id of the node that was differentiated.")
    seed: OptionalValues
    gradients: dict[str, OptionalValues] = Field(description="The output's gradient by each input, by name.")
    warnings: list[Warning] = Field(description="What deserves a remark; empty where nothing does.")
    cost: Cost = Field(description="What the passes take, beside numerical differentiation.")


class GradientProgram(BaseModel):
    """The backward pass in the expression language."""

    program: str = Field(description="Its text.")
    outputs: dict[str, str] = Field(description="For each input's name, the name of its gradient in the program.")


class ProblemDetails(BaseModel):
    """A failure (RFC 9457)."""

    type: str = Field(description="Where the kind of problem is explained: a path on this service.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The answer's HTTP status.")
    detail: str = Field(description="What is wrong, where, and what to do.")
    params: dict[str, str | float] = Field(description="What the detail was filled with.")
    span: Span | None = Field(default=None, description="The place in the program, where there is one.")


class Explanation(BaseModel):
    """What a problem's type stands for."""

    type: str = Field(description="The path at which it is explained.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status of answers of this kind.")
    detail: str = Field(description="The sentence, with the names of its params in braces.")


class Example(BaseModel):
    """A program in both languages, ready to be posted."""

    id: str = Field(description="Its name in the page's links.")
    program: Bilingual = Field(description="The text, by language.")
    inputs: dict[str, Values] = Field(description="Values for names that the program does not assign.")


class Examples(BaseModel):
    """The page's examples, in the order in which a learner meets them."""

    examples: list[Example] = Field(description="Each ready to be posted to /api/expression.")


class Rule(BaseModel):
    """How a gradient passes one input of an op."""

    input: str = Field(description="The name of the op's input.")
    kind: Literal["local", "vjp"] = Field(
        description='"local" for a local derivative, which upstream is multiplied by; "vjp" for the whole contribution.'
    )
    rule: str = Field(description="In the expression language; g is upstream, z the output.")
    latex: str = Field(description="The same as a formula.")


class Op(BaseModel):
    """An op of the language."""

    name: str = Field(description="What a program calls it.")
    family: str = Field(description="The chapter of the reference that it stands in.")
    signature: str = Field(description="How it is called.")
    latex: str = Field(description="Its formula.")
    rules: list[Rule] = Field(description="One for each input that takes a gradient.")
    convention: Bilingual | None = Field(description="What the derivative is where calculus does not say.")
    summary: Bilingual = Field(description="What it computes, by language.")
    definition: str | None = Field(description="The same in the expression language.")


class Ops(BaseModel):
    """Every op that a program may use."""

    ops: list[Op] = Field(description="In the order of the reference.")


class Health(BaseModel):
    """The service's condition."""

    status: Literal["ok"] = Field(description="Always ok: otherwise the answer is a problem.")
    version: str = Field(description="Of gradlens.")


def read_request(body: bytes, model: type[Together] = ExpressionRequest) -> Any:
    """The request that a body holds.  Raises Problem, which names the field and what it takes."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = error.msg.partition(":")[0]
        line, column = _broken_letter(body) or (error.lineno, error.colno)
        raise Problem.of("malformed-json", message=message, line=line, column=column) from None
    if not isinstance(content, dict):
        raise Problem.of("not-an-object")
    if (found := repetition(body)) is not None:
        raise Problem.of("repeated-key", **found._asdict())
    try:
        request = model.model_validate(content)
    except ValidationError as error:
        raise _problem(error, model, content) from None
    request.check_together()
    return request


def _broken_letter(body: bytes) -> tuple[int, int] | None:
    """The line and the column, from 1, of the first byte that is no UTF-8; the reader of JSON does not tell."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        return before.count("\n") + 1, len(before) - before.rfind("\n")
    return None


def _place(location: tuple[int | str, ...], content: Any, kind: str) -> str:
    """Where a value stands in a body, without the names of the types that it was tried as."""
    parts = []
    for part in location:
        is_there = (isinstance(content, dict) and part in content) or (
            isinstance(content, list) and isinstance(part, int) and part < len(content)
        )
        if not is_there and kind != "missing":
            break
        parts.append(str(part))
        content = content[part] if is_there else None
    return ".".join(parts)


def _problem(error: ValidationError, model: type[BaseModel], content: Any) -> Problem:
    """The first thing that is wrong, in words."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(first["loc"][0])
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
        if near := difflib.get_close_matches(name[:80], fields, 1):
            return Problem.of("misspelt-field", field=name, suggestion=near[0])
        return Problem.of("unknown-field", field=name, fields=", ".join(fields))
    takes = fields[name].description
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return Problem.of("missing-field", field=name, takes=takes)
    return Problem.of("wrong-field", field=_place(first["loc"], content, first["type"]), takes=takes)
