"""What an op is: one entry holds everything that is known about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gradlens.engine.values import Shape

Text = Mapping[str, str]  # by language: {"en": …, "ko": …}


@dataclass(frozen=True, slots=True)
class Option:
    """A static argument: known before anything is computed.

    kind: "axis", "axes", "bool", "integer", "number", "shape", "key", "text", "widths".  required: where there is no
      default.
    least: the smallest whole number that makes sense; of a shape, for every size.
    """

    name: str
    kind: str
    default: object = None
    required: bool = False
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How an op is used at one node: all that is static about it.

    shapes: of the inputs.  constants: the value of each input that is a number in the text, else None.
    """

    shapes: tuple[Shape, ...]
    options: Mapping[str, object]
    constants: tuple[float | None, ...]


Rule = str | Callable[..., str]  # of the use; where the op takes a list, of the use and the place in it


@dataclass(frozen=True, slots=True)
class Op:
    """An operation of the language.

    inputs: the names of its arguments that carry gradients; options: its static arguments.
    array: the forward on NumPy values, options by keyword; None where the definition is all there is, and always
      opened.  scalar: the same on Python floats, with IEEE results;
      None where the op makes no sense on numbers alone.  specialize: a faster forward for one use, or None.
    shape: (function name, input shapes, options) -> (shape, options in normal form); None: elementwise.
    local: per input, d(output)/d(input) where that Jacobian is diagonal.  vjp: per input, upstream to contribution.
      Both are text in the language: z is the output, g upstream, inputs and options go by name.
      An input in neither has no gradient.
    statics: more names that the rules may use, from the use.
    flops: floating-point operations of one forward, from (input shapes, output shape); work: where the options decide
      it,
      from (input shapes, options).  back: of the rule of one input, from (input shapes, options, argnum), where it
      takes
      another number than the forward.
    between: shapes of arrays that the forward or a rule holds for a while, from (input shapes, options), where they may
      be
      larger than the inputs and the output.
    view: its contributions repeat the upstream without memory of their own.
    latex: a template with the inputs in braces; precedence: of its outermost operator (latex.py).
    definition: the op as a program of simpler ops; text, or of the use.
    whole: the inputs that hold whole numbers and choose by them.
    labels: the input that may also hold class indices, one axis fewer than the first input has; they are made one-hot.
    defaults: inputs that may be left out, and the numbers that then stand for them.
    kink: where the convention applies, as a mask in the language; text, or of the use.  convention: what holds there
      and who else does so.
    domain: per input, the interval of smooth points from which tests draw.
    gates: its local derivatives are 0 where an input is not chosen; nothing passes there, not even of an infinite
      upstream: the
      output does not move with that input at all.
    defined: a mask in the language, outside which the value may be infinite or NaN; None where there is no such place.
    examples: calls with the shapes of their inputs, for the tests of an op that is not elementwise.
    spellings: other names for it, with their prefix.  method: x.name(...) is the same.
    variadic: how any number of values is taken: "list", as in stack([x, y]); "arguments", after the option, as in
      einsum("i,i", x, y), whose rules know them as x0, x1, …; "" where the inputs are those listed.
    """

    name: str
    family: str
    inputs: tuple[str, ...]
    latex: str
    array: Callable | None
    summary: Text
    scalar: Callable | None = None
    options: tuple[Option, ...] = ()
    local: Mapping[str, Rule] = field(default_factory=dict)
    vjp: Mapping[str, Rule] = field(default_factory=dict)
    shape: Callable | None = None
    specialize: Callable[[Use], Callable | None] | None = None
    statics: Callable[[Use], dict] | None = None
    flops: Callable[[tuple[Shape, ...], Shape], int] | None = None
    work: Callable[[tuple[Shape, ...], dict], int] | None = None
    back: Callable[[tuple[Shape, ...], dict, int], int] | None = None
    between: Callable[[tuple[Shape, ...], dict], tuple[Shape, ...]] | None = None
    precedence: int = 9
    definition: Rule | None = None
    defaults: Mapping[str, float] = field(default_factory=dict)
    kink: Rule | None = None
    convention: Text | None = None
    domain: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    gates: bool = False
    defined: str | None = None
    examples: tuple[tuple[str, Mapping[str, Shape]], ...] = ()
    spellings: tuple[str, ...] = ()
    method: bool = False
    variadic: str = ""
    labels: str | None = None
    view: bool = False
    whole: tuple[str, ...] = ()

    @property
    def elementwise(self) -> bool:
        return self.shape is None

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
        return self.definition if isinstance(self.definition, str) else self.definition(use)

    def kinks(self, use: Use) -> str:
        """Where the convention applies, for one use."""
        return self.kink if isinstance(self.kink, str) else self.kink(use)

    def input_name(self, argnum: int) -> str:
        """The name by which rules know an input."""
        return self.inputs[0] if self.variadic else self.inputs[argnum]

    def rule(self, argnum: int) -> Rule | None:
        """The rule of one input, local or vjp; None where no gradient flows."""
        name = self.input_name(argnum)
        return self.local.get(name, self.vjp.get(name))
