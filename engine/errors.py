"""Every way a program can be wrong: one row a kind, one sentence that names the thing and its remedy."""

from __future__ import annotations

from dataclasses import dataclass

QUOTED_CHARACTERS = 80  # an error never echoes more of what it was given than a line shows


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of program text. Lines count from 1, columns from 0, in characters."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


# kind: (title, sentence, hint). The hint is added where all of its parameters are known.
KINDS: dict[str, tuple[str, str, str]] = {
    # the text
    "empty-program": ("Empty program", "There is nothing to compute. Write an expression, for example z = (x + y) ** 2.", ""),
    "text-too-long": ("Program too long", "The program has {length} characters; at most {limit} are allowed. Shorten it, or give large arrays as inputs.", ""),
    "control-character": ("Character not allowed", "The character {code} cannot stand in a program. Delete it.", ""),
    "syntax-error": ("Syntax error", "This is not an expression: {message}.", ""),
    "misplaced": ("Syntax error", "Something is missing here, or is out of place.", ""),
    "unclosed-bracket": ("Bracket not closed", "The bracket {bracket} is never closed.", ""),
    "unmatched-bracket": ("Bracket not opened", "The bracket {bracket} has no partner before it.", ""),
    "indentation": ("Unexpected indentation", "The spaces at the start of this line do not belong here. Delete them.", ""),
    "foreign-character": ("Character not understood", "The character {character} means nothing here. Operators are + - * / ** @.", ""),
    "string": ("Text in quotes", "Text in quotes is not a value. Use numbers and names.", ""),
    "leading-zero": ("Leading zero", "A whole number must not begin with 0. Delete the zero.", ""),
    "long-number": ("Number too long", "The number has too many digits. Write it with an exponent, as in 1e300.", ""),
    "missing-operator": ("Operator missing", "An operator is missing after the number. Write the multiplication sign, as in 2 * x.", ""),
    "caret": ("Not a power", "^ is not a power here. Write x ** 2.", ""),
    "too-deep": ("Nested too deeply", "The expression is nested too deeply; at most {limit} levels are allowed. Give parts of it names of their own.", ""),
    "not-in-language": ("Not part of the language", "{construct} is not part of the language. Use assignments, arithmetic, indexing and calls of the listed functions.", ""),
    "import-statement": ("Import not needed", "Nothing is imported here. Leave this line out: np. and math. are understood.", ""),
    "augmented-assignment": ("Not part of the language", "Write the assignment out: {name} = {name} {operator} ….", ""),
    "assignment-target": ("Cannot assign to this", "Only a single name can stand on the left of =.", ""),
    "attribute": ("No such attribute", "\".{name}\" is not available here. After a value, .T and the method spellings (x.sum(), x.reshape(2, 3)) are.", "Did you mean \".{suggestion}\"?"),
    "reserved-name": ("Name not allowed", "\"{name}\" cannot be used: names must not begin with two underscores. Choose another name.", ""),
    "return-missing": ("Nothing returned", "The function \"{name}\" must end with return and an expression.", ""),
    "recursion": ("Function calls itself", "\"{name}\" calls itself. Functions are opened where they are called, so this would never end. Use a for loop.", ""),
    "range-bounds": ("Not a whole number", "range takes whole numbers known beforehand, such as range(3) or range(len(x)).", ""),
    # names and calls
    "unknown-name": ("Unknown name", "\"{name}\" has no value yet. Assign it above, as in {name} = 1, or give it among the inputs.", "Did you mean \"{suggestion}\"?"),
    "unknown-function": ("Unknown function", "\"{name}\" is not a function here.", "Did you mean \"{suggestion}\"?"),
    "prefix-needless": ("Unknown function", "\"{prefix}.{name}\" does not exist, but {name} does. Leave the prefix out.", ""),
    "prefix-function": ("Unknown function", "\"{prefix}\" has no function \"{name}\" that is known here.", "Did you mean \"{suggestion}\"?"),
    "not-a-function": ("Not a function", "This value cannot be called. To multiply, write * before the parenthesis.", ""),
    "function-as-value": ("Function without arguments", "\"{name}\" is a function. Call it, as in {signature}.", ""),
    "missing-argument": ("Argument missing", "{function} needs the argument \"{argument}\": {signature}.", ""),
    "too-many-arguments": ("Too many arguments", "{function} takes at most {limit}, but got {count}: {signature}.", ""),
    "unknown-keyword": ("Unknown keyword", "{function} has no argument \"{keyword}\": {signature}.", "Did you mean \"{suggestion}\"?"),
    "repeated-argument": ("Argument given twice", "{function} got \"{argument}\" twice: {signature}.", ""),
    "option-axis": ("Wrong kind of argument", "{function}: \"{option}\" takes a whole number, a tuple of them, or None, but got {got}.", ""),
    "option-bool": ("Wrong kind of argument", "{function}: \"{option}\" takes True or False, but got {got}.", ""),
    "option-shape": ("Wrong kind of argument", "{function}: \"{option}\" takes whole numbers, such as (2, 3), but got {got}.", ""),
    "option-axes": ("Wrong kind of argument", "{function}: \"{option}\" takes an order of the axes, such as (1, 0), but got {got}.", ""),
    "option-number": ("Wrong kind of argument", "{function}: \"{option}\" takes a number, but got {got}.", ""),
    "option-integer": ("Wrong kind of argument", "{function}: \"{option}\" takes a whole number, but got {got}.", ""),
    # shapes
    "broadcast": ("Shapes do not fit", "{function} got shapes {left} and {right}, which do not broadcast: from the right, sizes must be equal or 1.", ""),
    "matmul-shapes": ("Shapes do not fit", "{function} needs shapes (m, k) and (k, n), but got {left} and {right}.", ""),
    "matmul-scalar": ("Shapes do not fit", "{function} needs vectors or matrices, but got shapes {left} and {right}. For numbers, write *.", ""),
    "dot-rank": ("Shapes do not fit", "dot takes numbers, vectors and matrices, but got shapes {left} and {right}. For batches, use matmul.", ""),
    "vectors": ("Shapes do not fit", "{function} needs two vectors, but got shapes {left} and {right}.", ""),
    "axis-range": ("No such axis", "{function}: axis {axis} does not exist in shape {shape}. Axes run from {low} to {high}.", ""),
    "axis-of-number": ("No such axis", "{function}: axis {axis} does not exist, because the value is a single number. Leave axis out.", ""),
    "axis-repeated": ("Axis given twice", "{function}: axis {axis} is given twice.", ""),
    "reshape-size": ("Shapes do not fit", "{function} cannot turn shape {shape} with {size} elements into shape {wanted}.", ""),
    "broadcast-to": ("Shapes do not fit", "{function} cannot stretch shape {shape} to shape {wanted}: from the right, sizes must be equal or 1.", ""),
    "axes-order": ("Not an order of the axes", "{function}: \"axes\" must name each axis of shape {shape} once, but got {axes}.", ""),
    "norm-order": ("No such norm", "{function}: \"ord\" must be above 0, such as 1, 2 or inf, but is {got}.", ""),
    "loss-shapes": ("Shapes do not fit", "{function} compares arrays of one shape, but got {left} and {right}.", ""),
    "loss-scalar": ("Shapes do not fit", "{function} needs at least a vector: the last axis holds the classes.", ""),
    "empty-reduction": ("Nothing to choose from", "{function} of an empty array has no value: shape {shape}.", ""),
    "index-range": ("Index out of range", "Index {index} is out of range for axis {axis} of size {size}.", ""),
    "index-count": ("Too many indices", "{count} indices for shape {shape}, which has {rank} axes.", ""),
    "index-type": ("Wrong kind of index", "An index must be a whole number or a slice known beforehand, such as x[0] or x[1:, :2].", ""),
    "slice-step": ("Slice step is zero", "The step of a slice cannot be 0.", ""),
    # numbers
    "list-needed": ("List needed", "{function} takes a list of values: {signature}.", ""),
    "list-empty": ("Empty list", "{function} needs at least one value.", ""),
    "stack-shapes": ("Shapes do not fit", "{function} puts values of one shape side by side, but got {left} and {right}.", ""),
    "concat-shapes": ("Shapes do not fit", "{function} joins along axis {axis}: all other sizes must be equal, but the shapes are {left} and {right}.", ""),
    "squeeze-axis": ("Axis is not of size 1", "{function}: axis {axis} of shape {shape} has more than one element.", ""),
    "image-needed": ("Shapes do not fit", "{function} needs images and filters of shape (N, C, H, W), but got {shape}. reshape adds axes.", ""),
    "signal-needed": ("Shapes do not fit", "{function} needs signals and filters of shape (N, C, L), but got {shape}. reshape adds axes.", ""),
    "channels": ("Shapes do not fit", "{function}: the input has {left} channels, the filter {right}. They must be equal.", ""),
    "window": ("Wrong kind of argument", "{function}: \"{option}\" takes one or two whole numbers of at least {least}, but got {got}.", ""),
    "window-too-large": ("Shapes do not fit", "{function}: a window of {size} does not fit into shape {shape}, padding included.", ""),
    "square-needed": ("Shapes do not fit", "{function} needs a square matrix, but got shape {shape}.", ""),
    "matrix-needed": ("Shapes do not fit", "{function} needs a matrix, but got shape {shape}.", ""),
    "ragged-list": ("Rows of different length", "The rows of a list must have equal lengths, but there are {left} and {right} here.", ""),
    "list-item": ("Not a number", "A list can hold numbers only, for example [[1, 2], [3, 4]].", ""),
    "not-a-number": ("Not a number", "{got} is not a number. Write numbers such as 2, 0.5 or 1e-3.", ""),
    "too-many-axes": ("Too many axes", "An array can have at most {limit} axes.", ""),
    # inputs, output, seed
    "input-number": ("Input is not a number", "The input \"{name}\" must be a number or a list of numbers, but holds {got}.", ""),
    "input-ragged": ("Rows of different length", "The input \"{name}\" has rows of different lengths.", ""),
    "input-name": ("Not a name", "\"{name}\" is not a name that a program can use.", ""),
    "input-repeated": ("Input given twice", "The inputs name \"{name}\" twice: both spellings are the same name (NFKC).", ""),
    "input-computed": ("Input is computed", "\"{name}\" is computed by the program, so it cannot be an input too. Remove one of the two.", ""),
    "input-shape": ("Shapes do not fit", "The input \"{name}\" has shape {got}, but the program was compiled for {wanted}.", ""),
    "missing-input": ("Input missing", "The input \"{name}\" has no value. Give it among the inputs.", ""),
    "unknown-input": ("Unknown input", "The program has no input \"{name}\".", ""),
    "unknown-output": ("Unknown output", "The program assigns no name \"{name}\".", "Did you mean \"{suggestion}\"?"),
    "seed-shape": ("Shapes do not fit", "The seed has shape {got}, but the output has shape {wanted}.", ""),
    "unknown-kind": ("Unknown derivative", "\"{derivative}\" is not a derivative. Use \"jacobian\", \"hessian\", \"jvp\" or \"hvp\".", ""),
    "scalar-output": ("Output is not one number", "A {derivative} needs an output that is one number, but it has shape {got}. Sum it, or choose another output.", ""),
    "unknown-detail": ("Unknown detail", "\"{detail}\" is not a level of detail. Use \"fused\" or \"expanded\".", ""),
    # budgets
    "too-many-nodes": ("Graph too large", "The graph has more than {limit} nodes. Use arrays instead of many numbers.", ""),
    "too-many-elements": ("Arrays too large", "The arrays of the graph hold {count} elements; at most {limit} are allowed. Use smaller arrays.", ""),
    "too-much-work": ("Too much work", "The program needs {count} floating-point operations; at most {limit} are allowed. Use smaller arrays.", ""),
}


def quote(value: object) -> str:
    """A value as an error shows it: printable, and no longer than a line."""
    text = value if isinstance(value, str) else repr(value)
    if len(text) > QUOTED_CHARACTERS:
        text = text[: QUOTED_CHARACTERS - 1] + "…"
    return text.encode("utf-8", "replace").decode()


class EngineError(ValueError):
    """A program, an input or an option that cannot be used, with its place in the text.

    kind: a row of KINDS.  params: what the sentence is filled with.  span: None where no text is to blame.
    """

    def __init__(self, kind: str, span: Span | None = None, **params: str | int | float):
        self.kind = kind
        self.span = span
        self.params = {key: quote(value) if isinstance(value, str) else value for key, value in params.items()}
        self.title, sentence, hint = KINDS[kind]
        self.detail = sentence.format(**self.params)
        if hint and "suggestion" in self.params:
            self.detail += " " + hint.format(**self.params)
        super().__init__(self.detail)

    def at(self, span: Span | None) -> EngineError:
        """The same error with a place, unless it has one already."""
        if self.span is None:
            self.span = span
        return self
