"""The JSON contract: what requests may hold, and what answers hold."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from app.problems import Problem

NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}
VALUES_SCHEMA = {
    "description": "A number, or nested lists of numbers; NaN and the infinities by name.",
    "anyOf": [*NUMBER_SCHEMA["anyOf"], {"type": "array", "items": {}}],
}
OPTIONAL_VALUES_SCHEMA = {**VALUES_SCHEMA, "anyOf": [*VALUES_SCHEMA["anyOf"], {"type": "null"}]}

# The engine converts values, and tells what is wrong with them better than a schema can.
Values = Annotated[Any, WithJsonSchema(VALUES_SCHEMA)]
OptionalValues = Annotated[Any, WithJsonSchema(OPTIONAL_VALUES_SCHEMA)]
Number = Annotated[Any, WithJsonSchema(NUMBER_SCHEMA)]


class ExpressionRequest(BaseModel):
    """A program, and what to do with it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}]},
    )

    program: str = Field(description="Text in the expression language.")
    inputs: dict[str, Values] = Field(
        default={},
        description="An object of values for names that the program uses and does not assign; "
        "a value here wins over a literal x = 2 in the program.",
    )
    output: str | None = Field(default=None, description="The name to differentiate; the last statement's value where it is left out.")
    seed: OptionalValues = Field(default=None, description="Upstream gradient at the output, a number or an array of its shape; ones where it is left out.")
    values: Literal["auto", "full", "summary"] = Field(
        default="auto",
        description='"auto" sends arrays of up to 4,096 elements in full and larger ones as a summary, "full" all in full, "summary" all as summaries.',
    )
    detail: Literal["fused", "expanded"] = Field(
        default="fused",
        description='"fused" keeps library functions with a rule of their own as one node, "expanded" opens each into its definition.',
    )
    expand: list[str] = Field(default=[], description='A list of the library functions to open though `detail` is "fused", such as ["softmax"].')
    direction: dict[str, Values] | None = Field(
        default=None,
        description="An object of values by input name: how the inputs move, for the forward mode's `tangent` at every node; inputs left out stay where they are.",
    )


class DerivativesRequest(ExpressionRequest):
    """A program, and which derivative of its output is wanted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"program": "100 * (y - x**2)**2 + (1 - x)**2", "inputs": {"x": 1, "y": 1}, "kind": "hessian"}]},
    )

    kind: Literal["jacobian", "hessian", "jvp", "hvp"] = Field(
        description='"jacobian" or "hessian", or the product of one with a direction: "jvp" or "hvp".'
    )
    direction: dict[str, Values] = Field(
        default={}, description="An object of values by input name, for the products: how the inputs move; inputs left out stay where they are."
    )


class Derivatives(BaseModel):
    """A derivative: by input name, for Hessians by a second one, then by the value's own axes. A jvp is the value alone."""

    kind: str
    value: Any


class Place(BaseModel):
    """A position in the program's text, in characters."""

    line: int = Field(description="From 1.")
    column: int = Field(description="From 0.")


class Span(BaseModel):
    """A stretch of the program's text."""

    start: Place
    end: Place


class Summary(BaseModel):
    """Figures of an array's finite elements, and how many are not finite."""

    min: Number
    max: Number
    mean: Number
    std: Number
    norm: Number
    nan_count: int
    inf_count: int


class Node(BaseModel):
    """A value: an input, a constant or an op's result."""

    id: int = Field(description="The node's place in topological order.")
    op: str = Field(description='"input", "constant" or an op\'s name.')
    name: str | None
    inputs: list[int] = Field(description="Ids of the nodes it is computed from, by argnum.")
    options: dict[str, Any] = Field(description='The op\'s static arguments, such as axis, in normal form; in an index a slice is {"start", "stop", "step"}, an ellipsis "...".')
    shape: list[int]
    value: OptionalValues
    gradient: OptionalValues = Field(description="The sum of the outgoing edges' contributions, plus the seed at the output.")
    tangent: OptionalValues = Field(description="How the value moves along the direction, the sum of what the incoming edges pass on; null without a direction.")
    differentiable: bool
    group: int | None
    span: Span | None
    latex: str = Field(description="The node's symbol.")
    template: str | None = Field(description="Its formula: @{7} stands for the value of node 7.")
    convention: bool = Field(description="Whether it sits where its op follows a convention.")
    summary: dict[Literal["value", "gradient", "tangent"], Summary] | None = Field(description="Figures of arrays that are left out.")


class Edge(BaseModel):
    """One use of a value."""

    id: int
    source: int
    target: int
    argnum: int
    local: OptionalValues = Field(description="d(target)/d(source) of elementwise ops, in the broadcast shape.")
    contribution: OptionalValues = Field(description="What the edge delivers to its source; null where the source takes no gradient.")
    tangent: OptionalValues = Field(
        description="What the edge passes on to its target, local × the source's tangent; null without a direction, where the source takes no gradient, "
        "and into a list such as stack, which moves as one."
    )
    local_latex: str | None
    rule_latex: str | None
    local_template: str | None
    rule_template: str | None = Field(description="@{7} stands for the value of node 7, @{~7} for its gradient.")
    summary: dict[Literal["local", "contribution", "tangent"], Summary] | None


class Group(BaseModel):
    """Nodes that belong together, such as those of one call."""

    id: int
    name: str
    label: str
    parent: int | None
    nodes: list[int]
    operands: list[int] | None = Field(description="Of a library function's call, the nodes that it was called on; null of a function of the program.")
    options: dict[str, Any] = Field(description="Its static arguments, as a node's.")


class Warning(BaseModel):
    """What a careful teacher would point out."""

    kind: str
    message: str
    params: dict[str, str | float]
    node: int | None
    edge: int | None
    span: Span | None


class Cost(BaseModel):
    """Work done, in floating-point operations, and evaluations that numerical differentiation would need."""

    forward_flops: float = Field(description="Of one forward pass.")
    backward_flops: float = Field(description="Of one backward pass.")
    tangent_flops: float = Field(description="Of one pass of the forward mode, along one direction.")
    backward_passes: float = Field(description="Backward passes for the whole Jacobian: one an element of the output.")
    tangent_passes: float = Field(description="Passes of the forward mode for the whole Jacobian: one an element of the inputs.")
    numeric_evaluations: float = Field(description="Forward passes for central differences: two an element of the inputs.")


class Trace(BaseModel):
    """A program's graph with every value and gradient."""

    program: str
    nodes: list[Node]
    edges: list[Edge]
    groups: list[Group]
    forward_order: list[int] = Field(description="Ids of nodes.")
    backward_order: list[int] = Field(description="Ids of edges.")
    output: int
    seed: OptionalValues
    gradients: dict[str, OptionalValues]
    warnings: list[Warning]
    cost: Cost


class GradientProgram(BaseModel):
    """The backward pass in the expression language."""

    program: str
    outputs: dict[str, str] = Field(description="For each input's name, the name of its gradient in the program.")


class ProblemDetails(BaseModel):
    """A failure (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    params: dict[str, str | float] = Field(description="What the detail was filled with.")
    span: Span | None = Field(default=None, description="The place in the program, where there is one.")


class Example(BaseModel):
    """A program in both languages, ready to be posted."""

    id: str
    program: dict[Literal["en", "ko"], str]
    inputs: dict[str, Values]


class Examples(BaseModel):
    """The page's examples, in the order in which a learner meets them."""

    examples: list[Example]


class Rule(BaseModel):
    """How a gradient passes one input of an op."""

    input: str
    kind: Literal["local", "vjp"]
    rule: str = Field(description="In the expression language; g is upstream, z the output.")
    latex: str


class Op(BaseModel):
    """An op of the language."""

    name: str
    family: str
    signature: str
    latex: str
    rules: list[Rule]
    convention: dict[Literal["en", "ko"], str] | None = Field(description="What the derivative is where calculus does not say.")
    summary: dict[Literal["en", "ko"], str]
    definition: str | None = Field(description="The same in the expression language.")


class Ops(BaseModel):
    """Every op that a program may use."""

    ops: list[Op]


class Health(BaseModel):
    """The service's condition."""

    status: Literal["ok"]
    version: str


def read_request(body: bytes, model: type[BaseModel] = ExpressionRequest) -> Any:
    """The request that a body holds.  Raises Problem, which names the field and what it takes."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = error.msg.partition(":")[0]
        raise Problem.of("malformed-json", message=message, line=error.lineno, column=error.colno) from None
    if not isinstance(content, dict):
        raise Problem.of("not-an-object")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _problem(error, model) from None


def _problem(error: ValidationError, model: type[BaseModel]) -> Problem:
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
    return Problem.of("wrong-field", field=".".join(str(part) for part in first["loc"]), takes=takes)
