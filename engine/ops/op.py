"""What an op is: one entry holds everything that is known about it, the formula first."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import EllipsisType
from typing import Any, Literal, TypeAlias

from gradlens.engine.ops.cells import Cells
from gradlens.engine.values import Array, Shape

Text = Mapping[str, str]  # by language: {"en": …, "ko": …}
Static: TypeAlias = "float | str | slice | EllipsisType | tuple[Static, ...] | Mapping[str, Static] | None"
Options = dict[str, Any]  # static arguments by name, in normal form; nobody writes to those of a node
Shapes = tuple[Shape, ...]  # of the inputs
RuleText = str | Callable[["Use"], str]  # of the use where it depends on that
PlaceText = Callable[["Use", int], str]  # of an op that takes a list: of the use and the place in it
Example = tuple[str, Mapping[str, Shape]]  # a call, and the shapes of its inputs
CALL = re.compile(r"(\w+)\((\*?)(\[?)([^\])]*)\]?\)")  # name(x, y=1), name([values]), name(*x)


@dataclass(frozen=True, slots=True)
class Option:
    """A static argument: known before anything is computed.

    kind: "axis", "axes", "bool", "integer", "number", "shape", "key", "text", "widths".
    required: where there is no default.
    least: the smallest whole number that makes sense; of a shape, for every size.
    """

    name: str
    kind: str
    default: Any = None
    required: bool = False
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What an op is called: in formulas, and in both languages.

    latex: a template with the inputs in braces; precedence: of its outermost operator (latex.py).
    en, ko: what it does.  convention: what holds where it is not smooth, and who else does so.
    values: the interval of its results, where that is less than all numbers.
    """

    latex: str
    en: str
    ko: str
    precedence: int = 9
    convention: Text | None = None
    values: str = ""


@dataclass(frozen=True, slots=True)
class Tests:
    """How an op is tested.

    domain: per input, the interval of smooth points from which tests draw.
    examples: calls with the shapes of their inputs, for an op that is not elementwise.
    """

    domain: Mapping[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What an op costs where that is not one operation an element of the result.

    flops: floating-point operations of one forward, from (input shapes, output shape).
    work: the same where the options decide it, from (input shapes, options).
    back: of the rule of one input, from (input shapes, options, argnum), where it takes other work than the forward.
    between: shapes of arrays that the forward or a rule holds for a while, from (input shapes, options), where they may
      be larger than the inputs and the output.
    view: its contributions repeat the upstream without memory of their own.
    """

    flops: Callable[[Shapes, Shape], int] | None = None
    work: Callable[[Shapes, Options], int] | None = None
    back: Callable[[Shapes, Options, int], int] | None = None
    between: Callable[[Shapes, Options], tuple[Shape, ...]] | None = None
    view: bool = False


@dataclass(frozen=True, slots=True)
class Op:
    """An operation of the language. Rules, definitions and masks are text in the language.

    call: its name and its inputs, which carry gradients: "tanh(x)"; with the number that stands for one that is left
      out: "clip(x, low=-inf, high=inf)".  "stack([values])" takes a list, "einsum(*x)" any number after the option,
      which rules know as x0, x1, …
    local: per input, d(output)/d(input) where that Jacobian is diagonal.  vjp: per input, upstream to contribution.
      z is the output, g upstream, inputs and options go by name.  An input in neither has no gradient.
    definition: the op as a program of simpler ops; text, or of the use.
    options: its static arguments.
    statics: more names that the rules may use, from the use.  numbers: the inputs whose number in the text chooses
      rules, kernels or statics.
    array: the forward on NumPy values, options by keyword; None where the definition is all there is, always opened.
    scalar: the same on Python floats, with IEEE results; None where the op makes no sense on numbers alone.
    specialize: a faster forward for one use, or None.
    complex: the same on complex numbers, of which the real part chooses the piece: "analytic" where `array` does as it
      stands, "flat" where only the real parts count; None where there is none.
    shape: (function name, input shapes, options) -> (shape, options in normal form); None: elementwise.
    kink: where the convention applies, as a mask; text, or of the use.
    defined: a mask outside which the value may be infinite or NaN; "" where there is no such place.
    gates: its local derivatives are 0 where an input is not chosen; nothing passes there, not even of an infinite
      upstream: the output does not move with that input at all.
    repeats: "wave" or "steps" where it does the same again and again, so that equal steps may meet the same point.
    stretches: from (input shapes, argnum) whether an input may be repeated along axes of the others; any may, where the
      op is elementwise.
    product: the inputs that are multiplied as matrices, and what is then added.
    averages: its rules divide by n, how many were averaged.  normalises: each result is made of a whole row, which it
      scales.  fuses: of a loss, the activation and the loss that it is in one.
    symmetric: it takes a symmetric matrix, whose halves move together.
    activation: whether it is a layer of networks by itself, as all of that family are.
    whole: the inputs that hold whole numbers and choose by them.
    labels: the input that may also hold class indices, one axis fewer than the first input has; they are made one-hot.
    spellings: what other libraries call it: "np.exp" where an elementwise function is the same, or a signature that
      says what its arguments mean here, "torch.amax(input, dim=(), keepdim=False): max(input, dim, keepdim)"
      (language/dialects/signatures.py; what is no one op's stands in the tables there).
    method: x.name(...) is the same.
    cells: what the page tells of it cell by cell; None: nothing, but where it is elementwise.
    unset: the options where a call names none.  least: how many arguments by their places are all that it must have.
    """

    call: str
    words: Words
    local: Mapping[str, RuleText] = field(default_factory=dict[str, RuleText])
    vjp: Mapping[str, RuleText | PlaceText] = field(default_factory=dict[str, RuleText | PlaceText])
    definition: RuleText | None = None
    family: str = "elementwise"
    options: tuple[Option, ...] = ()
    statics: Callable[[Use], dict[str, Any]] | None = None
    numbers: tuple[str, ...] = ()
    array: Callable[..., Any] | None = None
    scalar: Callable[..., Any] | None = None
    specialize: Callable[[Use], Callable[..., Any] | None] | None = None
    complex: Callable[..., Any] | Literal["analytic", "flat"] | None = None
    shape: Callable[[str, Shapes, dict[str, Any]], tuple[Shape, dict[str, Any]]] | None = None
    kink: RuleText | None = None
    defined: str = ""
    gates: bool = False
    repeats: Literal["", "wave", "steps"] = ""
    stretches: Callable[[Shapes, int], bool] | None = None
    product: tuple[str, ...] = ()
    averages: bool = False
    normalises: bool = False
    fuses: tuple[str, str] | None = None
    symmetric: bool = False
    activation: bool = False
    whole: tuple[str, ...] = ()
    labels: str | None = None
    spellings: tuple[str, ...] = ()
    method: bool = False
    cells: Cells | None = None
    cost: Cost = Cost()
    tests: Tests = Tests()
    name: str = field(init=False)
    inputs: tuple[str, ...] = field(init=False)
    defaults: Mapping[str, float] = field(init=False)
    variadic: Literal["", "list", "arguments"] = field(init=False)
    passing: tuple[Literal["", "constant", "rule"], ...] = field(init=False)
    parameters: tuple[str, ...] = field(init=False)
    required: tuple[str, ...] = field(init=False)
    unset: Options = field(init=False)
    least: int = field(init=False)

    def __post_init__(self) -> None:
        found = CALL.fullmatch(self.call)
        if found is None:
            raise ValueError(f'"{self.call}" is no call such as "tanh(x)" or "stack([values])".')
        name, star, bracket, inputs = found.groups()
        given = [one.strip().partition("=") for one in inputs.split(",")]
        made = {
            "name": name,
            "inputs": tuple(one for one, _, _ in given),
            "defaults": {one: float(default) for one, _, default in given if default},
            "variadic": "arguments" if star else "list" if bracket else "",
        }
        made["passing"] = tuple([self.passed(one) for one in made["inputs"]])
        made["parameters"] = (*made["inputs"], *[option.name for option in self.options])
        made["required"] = (
            *[one for one in made["inputs"] if one not in made["defaults"]],
            *[option.name for option in self.options if option.required],
        )
        made["unset"] = {option.name: option.default for option in self.options}
        made["least"] = max([made["parameters"].index(name) + 1 for name in made["required"]], default=0)
        for key, value in made.items():
            object.__setattr__(self, key, value)
        strange = {*self.local, *self.vjp} - {*self.inputs}
        if strange:
            raise ValueError(f"{name} has rules for {', '.join(sorted(strange))}, which its call does not name.")

    def passed(self, name: str) -> Literal["", "constant", "rule"]:
        """What passes a gradient to an input: nothing, a constant local derivative, or another rule."""
        rule = self.local.get(name, self.vjp.get(name))
        return "" if rule is None else "constant" if self.local.get(name) in ("1", "-1", "0") else "rule"

    def __reduce__(self) -> tuple[Callable[[str], Op], tuple[str]]:
        """An op is pickled by its name: its functions could not be."""
        return op_named, (self.name,)

    @property
    def elementwise(self) -> bool:
        return self.shape is None

    @property
    def has_gradient(self) -> bool:
        """Whether a gradient passes to any of its inputs."""
        return bool(self.local or self.vjp)

    @property
    def activates(self) -> bool:
        """Whether it is a layer of networks by itself."""
        return len(self.inputs) == 1 and (self.family == "activation" or self.activation)

    def may_stretch(self, shapes: Shapes, argnum: int) -> bool:
        """Whether an input may be repeated along axes of the others."""
        return self.elementwise or (self.stretches is not None and self.stretches(shapes, argnum))

    @property
    def signature(self) -> str:
        """The call as the reference prints it: sum(x, axis=None, keepdims=False)."""
        options = [o.name if o.required else f"{o.name}={o.default}" for o in self.options]
        if self.variadic == "arguments":
            return f"{self.name}({', '.join([*options, *self.inputs])}, …)"
        inputs = (
            [f"[{', '.join(self.inputs)}, …]"]
            if self.variadic
            else [f"{name}={self.defaults[name]:g}" if name in self.defaults else name for name in self.inputs]
        )
        return f"{self.name}({', '.join([*inputs, *options])})"

    def operand_names(self, count: int) -> tuple[str, ...]:
        """The names by which rules know `count` operands; the rules of a list know none."""
        if not self.variadic:
            return self.inputs
        return tuple(f"{self.inputs[0]}{i}" for i in range(count)) if self.variadic == "arguments" else ()

    def opened(self, use: Use) -> str:
        """The definition at one use."""
        assert self.definition is not None, self.name
        return self.definition if isinstance(self.definition, str) else self.definition(use)

    def kinks(self, use: Use) -> str:
        """Where the convention applies, for one use."""
        assert self.kink is not None, self.name
        return self.kink if isinstance(self.kink, str) else self.kink(use)

    def input_name(self, argnum: int) -> str:
        """The name by which rules know an input."""
        return self.inputs[0] if self.variadic else self.inputs[argnum]

    def rule(self, argnum: int) -> RuleText | PlaceText | None:
        """The rule of one input, local or vjp; None where no gradient flows."""
        name = self.input_name(argnum)
        return self.local.get(name, self.vjp.get(name))


class Use:
    """How an op is used at one node: all that is static about it. Equal uses are one object (`use_of`).

    shapes: of the inputs; shape: of the output.  constants: the number in the text that each input is, where the op
    chooses by it (`Op.numbers`), else None.  on_numbers: whether inputs and output are single numbers, on which Python
    floats are ten times faster than arrays.
    rules: those that were resolved, by argnum (passes/rules.py).  form: of its formula, when it was asked for.
    """

    __slots__ = ("constants", "form", "on_numbers", "op", "options", "rules", "shape", "shapes")

    def __init__(
        self,
        op: Op,
        shapes: Shapes,
        options: Options,
        constants: tuple[float | None, ...] = (),
        shape: Shape | None = None,
    ):
        self.op = op
        self.shapes = shapes
        self.options = options
        self.constants = constants or (None,) * len(shapes)
        self.shape = shape
        self.on_numbers = shape == () and op.scalar is not None and all(one == () for one in shapes)
        self.rules: dict[int, Any] = {}
        self.form: Any = None

    def __reduce__(self) -> tuple[type[Use], tuple[Any, ...]]:
        return Use, (self.op, self.shapes, self.options, self.constants, self.shape)


def op_named(name: str) -> Op:
    """The registry's op of a name."""
    return import_module("gradlens.engine.ops").OPS[name]  # which is made of this module's entries


# Uses that outlive the programs that made them. With its rules one is some kilobytes, some ten with what the forward
# mode makes of it; a use of many parts, such as a list of a thousand values, would be megabytes, and is its program's.
MOST_USES = 1024
MOST_PARTS = 64
_uses: dict[object, Use] = {}


def use_of(op: Op, shapes: Shapes, options: Options, constants: tuple[float | None, ...], shape: Shape) -> Use:
    """The use with this content, made when it is first asked for."""
    given = options_key(options, len(shapes)) if options else ()
    if given is None or len(shapes) > MOST_PARTS:
        return Use(op, shapes, options, constants, shape)
    key = (op.name, shapes, shape, fixed(constants) if constants else None, given)
    found = _uses.get(key)
    if found is None or found.op is not op:
        if len(_uses) >= MOST_USES:
            _uses.clear()
        found = _uses[key] = Use(op, shapes, options, constants, shape)
    return found


NUMBERS = (int, bool)
PLAIN = (int, bool, str)
SINGLE = (int, bool, type(None))
SHORT, WHOLE = 8, frozenset((int,))  # of a shape or places: such a tuple is a key as it is


def options_key(options: Options, others: int) -> tuple[object, ...] | None:
    """Options as a part of a key; None where they and the others are of too many parts for one."""
    key: list[object] = []
    for name, value in options.items():
        kind = value.__class__
        if kind in SINGLE or (kind is tuple and len(value) <= SHORT and WHOLE.issuperset(map(type, value))):
            key += (name, kind, value)
        elif others + parts(options) > MOST_PARTS:
            return None
        else:
            key += (name, kind, fixed(value))
    return tuple(key)


def parts(value: Static) -> int:
    """Of how many values a static argument is made."""
    if value is None or type(value) in NUMBERS:
        return 1
    if isinstance(value, tuple):
        return len(value) if len(value) > MOST_PARTS else sum(map(parts, value))
    if isinstance(value, (dict, Mapping)):
        return sum(map(parts, value.values()))
    return len(value) if isinstance(value, str) else 1


def fixed(value: Static) -> object:
    """A static argument as a key: 1, 1.0 and True are three, and so are 0.0 and -0.0."""
    if value is None or type(value) in PLAIN:
        return value.__class__, value
    if isinstance(value, tuple):
        return tuple([(one.__class__, one) if type(one) is int else fixed(one) for one in value])
    if isinstance(value, (dict, Mapping)):
        return tuple([(name, fixed(one)) for name, one in value.items()])
    if isinstance(value, slice):
        return slice, fixed(value.start), fixed(value.stop), fixed(value.step)
    if isinstance(value, float):
        return float, value, math.copysign(1.0, value)
    return value.__class__, value


def replaced(use: Use, **options: Any) -> Use:
    """The same use with other options."""
    return Use(use.op, use.shapes, {**use.options, **options}, use.constants, use.shape)


__all__ = [
    "Array",
    "Cells",
    "Cost",
    "Example",
    "Op",
    "Option",
    "Options",
    "Shapes",
    "Tests",
    "Text",
    "Use",
    "Words",
    "replaced",
    "use_of",
]
