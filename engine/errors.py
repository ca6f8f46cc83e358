"""Every way a program can be wrong: one row a kind, one sentence that names the thing and its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from numbers import Integral, Real
from typing import Any, Protocol

LARGEST = 10**300  # a whole number that a float can still hold
QUOTED_CHARACTERS = 80  # an error never echoes more of what it was given than a line shows


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A stretch of program text. Lines count from 1, columns from 0, in characters.

    >>> gradlens.trace("x = 2\\ny = x * x")["y"].span
    Span(start_line=2, start_column=0, end_line=2, end_column=9)
    """

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class Place(Protocol):
    """The text that something was made from, as the reader of programs marks it; a Span is made of it when somebody
    asks.
    """

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


TURNS = (
    "The loop in line {line} is written out turn by turn, and it got to turn {turn}: let it take fewer turns, for"
    " example {turns}."
)  # of a budget that is used up in a loop

# kind: (title, sentence, hint). {count?operand:operands} is the one or the other by the count.  The hint is added where
# all of its parameters are known.
KINDS: dict[str, tuple[str, str, str]] = {
    # the text
    "empty-program": (
        "Empty program",
        "There is nothing to compute. Write an expression, for example z = (x + y) ** 2.",
        "",
    ),
    "text-too-long": (
        "Program too long",
        (
            "The program has {length} {length?character:characters}; at most {limit} {limit?is:are} allowed. Shorten"
            " it, or give large arrays as inputs."
        ),
        "",
    ),
    "control-character": ("Character not allowed", "The character {code} cannot stand in a program. Delete it.", ""),
    "python-2": (
        "Python 2",
        "print without parentheses is Python 2, and this is read as Python 3. Write print(…).",
        "",
    ),
    "syntax-error": ("Syntax error", "This is not an expression: {message}.", ""),
    "misplaced": ("Syntax error", "Something is missing here, or is out of place.", ""),
    "unclosed-bracket": ("Bracket not closed", "The bracket {bracket} is never closed.", ""),
    "unmatched-bracket": ("Bracket not opened", "The bracket {bracket} has no partner before it.", ""),
    "missing-colon": (
        "Colon missing",
        "A colon is missing here: a line that begins a loop or a function ends with it.",
        "",
    ),
    "missing-block": (
        "Not indented",
        "This line belongs to the one above, which begins a loop or a function. Begin it with four spaces.",
        "",
    ),
    "indentation": (
        "Unexpected indentation",
        "The spaces at the start of this line do not belong here. Delete them.",
        "",
    ),
    "foreign-character": (
        "Character not understood",
        "The character {character} means nothing here. Operators are + - * / ** @.",
        "",
    ),
    "character-meant": (
        "Character not understood",
        "The character {character} means nothing here. Write {meant} instead.",
        "",
    ),
    "identity": (
        "Number that changes from run to run",
        "What {function}() gives is another number in every run of Python, so nothing can be computed from it here."
        " Compare two of them with ==, or use them as keys; for a number write one of your own.",
        "",
    ),
    "string": ("Text in quotes", "Text in quotes is not a value. Use numbers and names.", ""),
    "unclosed-quote": (
        "Quote never closed",
        "The quote {quote} is never closed. Write {quote} at the end of the text, or delete it.",
        "",
    ),
    "comma-number": (
        "Comma in a number",
        "A comma separates two values: {got} is not one number here. Write {number} for one number, or {apart} for"
        " several values.",
        "",
    ),
    "leading-zero": ("Leading zero", "A whole number must not begin with 0. Delete the zero.", ""),
    "long-number": ("Number too long", "The number has too many digits. Write it with an exponent, as in 1e300.", ""),
    "missing-operator": (
        "Operator missing",
        "An operator is missing after the number. Write the multiplication sign, as in 2 * x.",
        "",
    ),
    "superscript": ("Not a power", "{character} is not a power here. Write ** {digit}.", ""),
    "typed-remedy": ("Write it in another way", "{typed} is not read here. Write {instead} instead.", ""),
    "typed-unclear": (
        "Two meanings",
        "{typed} can be read in two ways. Write {first} or {second}.",
        "",
    ),
    "caret-power": ("Not a power", "^ is not a power here. Write x ** 2.", ""),  # read again, as one
    "caret": ("Not a power", "^ is not a power here. Write x ** 2.", ""),
    "too-deep": (
        "Nested too deeply",
        (
            "The expression is nested too deeply; at most {limit} {limit?level is:levels are} allowed. Give parts of it"
            " names of their own."
        ),
        "",
    ),
    "return-outside": ("Outside a function", "{construct} can only stand in a function. Leave it out.", ""),
    "break-outside": ("Outside a loop", "{construct} can only stand in a loop. Leave it out.", ""),
    "none-as-number": (
        "No value",
        "{got} is None: it gives no number. A function gives one by return.",
        "",
    ),
    "not-a-dict": ("Not a dictionary", "A dictionary is needed here, not {got}.", ""),
    "not-a-key": ("Not a key", "{got} cannot be the key of a dictionary: use text, a known number or a tuple.", ""),
    "unknown-key": ("Key not found", "The dictionary has no key {key}.", 'Did you mean "{suggestion}"?'),
    "not-in-list": ("Not in the list", "{got} is not in the list.", ""),
    "not-compared": ("Cannot be compared", "{left} and {right} have no order.", ""),
    "not-written": ("Cannot be changed", "{got} cannot be written to.", ""),
    "list-write": (
        "Written to a list",
        "This list is an array of numbers here; write np.array([…], dtype=float) to change its parts.",
        "",
    ),
    "in-place-shape": (
        "Another shape",
        "An array of shape {shape} takes no result of shape {got} in its place. Give that a name, as in x = x + y.",
        "",
    ),
    "mask-shape": (
        "Mask of another shape",
        "The mask has shape {mask}, the array {shape}: the first axes must agree.",
        "",
    ),
    "index-text": ("Not an index", "An array is not indexed by text, {got}. Use whole numbers.", ""),
    "put-repeated": (
        "Written twice",
        "{function}: a place is written to twice. Use each place once.",
        "",
    ),
    "function-no-source": (
        "Source not found",
        "The source of {name} cannot be read: it is built in, or was typed where nothing keeps it. Write the function"
        " in a file or in a cell of a notebook, or give the program as text.",
        "",
    ),
    "function-object": (
        "Object not read",
        '"{name}" is of type {got}, which is not read from outside. Give the numbers and arrays that are needed of it'
        " as arguments.",
        "",
    ),
    "function-two-meanings": (
        "Name with two meanings",
        'The name "{name}" means two things in what the function uses. Rename one of them.',
        "",
    ),
    "function-value": (
        "Read otherwise than called",
        "{name} gives {called} when it is called, but {read} as it is read, so its gradient cannot be judged. Look"
        " for what draws random numbers in it, or changes what it is given.",
        "",
    ),
    "value-needed": (
        "Value needed",
        (
            "How the graph is built depends on the value of {name} here, and it has none yet. Give {name} a value, or"
            " write it in the program."
        ),
        "",
    ),
    "assumption": (
        "Built for another value",
        "The graph was built for {name} = {assumed}. Compile the program again to use another value.",
        "",
    ),
    "out-of-reach": (
        "Out of reach",
        (
            "{what} lies outside of this page, so its value is not known here. Give the value in its place: a number,"
            " a list, or np.array([…])."
        ),
        "",
    ),
    "complex-number": (
        "Complex number",
        "{what} makes a complex number, and numbers here are real. Give the real and the imaginary part names of their"
        " own, and compute with each.",
        "",
    ),
    "decimal-number": (
        "Decimal number",
        '{what} rounds in decimal digits, and numbers here do not. Write fractions.Fraction("0.1"), which is exact.',
        "",
    ),
    "text-pattern": (
        "Pattern of a text",
        '{what} looks for a pattern, and patterns are not read here. Write text.replace("a", "b"), or another method of'
        " texts.",
        "",
    ),
    "names-by-text": (
        "Names as a dictionary",
        "{function}() gives the names of a program as a dictionary, which is not kept here. Write the name itself, or"
        " make a dictionary of your own, as in dict(x=x).",
        "",
    ),
    "code-in-text": (
        "Code in a text",
        "{function} runs code that stands in a text, and a text is not run here. Write the code as a line of the"
        " program.",
        "",
    ),
    "gradient-function": (
        "Not differentiated here",
        "{what} is not known here. Use grad(f)(x), value_and_grad, jacobian or hessian.",
        "",
    ),
    "gradient-arguments": (
        "Arguments of a gradient",
        "{what} does not take these arguments. Give a function or an output, and the places or inputs by which to"
        " differentiate, as in grad(f, 0)(x) or torch.autograd.grad(y, x).",
        "",
    ),
    "gradient-not-scalar": (
        "A gradient of one number",
        "{what} differentiates one number, and this is an array. Take its sum, or use jacobian.",
        "",
    ),
    "gradient-no-path": (
        "No path to the input",
        "{what}: no path leads from one of these inputs to the output. Leave it out, or write allow_unused=True.",
        "",
    ),
    "gradient-set": (
        "Gradient of another shape",
        "An array of shape {shape} has a gradient of that shape, not of {got}.",
        "",
    ),
    "optimizer-empty": (
        "Nothing to optimize",
        "The optimizer gets no parameters. Give it a list of arrays, as in torch.optim.SGD([w], lr=0.1).",
        "",
    ),
    "parameter-replaced": (
        "A parameter is replaced",
        "{name} is a parameter, and PyTorch lets only another one take its place. Write nn.Parameter(…) around what is"
        " assigned, or change its numbers with self.{name}.data = ….",
        "",
    ),
    "read-only": (
        "Not to be written to",
        "{got} is written to, but NumPy lets nobody write to this view of another array. Write to the array itself, or"
        " to a copy, as in x.copy().",
        "",
    ),
    "shared-memory": (
        "View or copy",
        "Whether {got} has its own memory, or shows another array that was written to, is not known here. If it is to"
        " have its own, make it a copy where it gets its name, as in y = x.reshape(3, 2).copy(), or .clone() in"
        " PyTorch. If not, write to the array that it shows.",
        "",
    ),
    "detached-write": (
        "A detached tensor is written to",
        "{got} shares its memory with the tensor that it was detached from, so writing to it changes that one too, past"
        " its gradient. Write to a copy, as in x.detach().clone().",
        "",
    ),
    "truth-cut": (
        "An array of True and False",
        "{got} writes numbers to an array of True and False, where NumPy and PyTorch keep only whether they are 0, or"
        " refuse them. If it is to hold numbers, make it with dtype=float, as in np.zeros(3, dtype=float).",
        "",
    ),
    "fraction-cut": (
        "An array of whole numbers",
        "{got} writes to an array of whole numbers, where NumPy and PyTorch cut off fractions. If it is to hold"
        " fractions, make it with dtype=float, as in np.array([1, 2], dtype=float).",
        "",
    ),
    "whole-power": (
        "A negative power of whole numbers",
        "{got} raises an array of whole numbers to a negative power, which NumPy and PyTorch refuse. Make it one of"
        " fractions, as in np.array([1, 2], dtype=float).",
        "",
    ),
    "element-type": (
        "Types of fractions",
        "{got} compares types of fractions, but all fractions are of 64 bits here, so that it may come out otherwise."
        " Write True or False in its place.",
        "",
    ),
    "whole-division": (
        "Whole numbers divided by 0",
        "{got} divides whole numbers by 0: NumPy gives 0 there and PyTorch refuses it, where the graph would have inf"
        " or NaN. Divide by what is not 0, as in np.where(n == 0, 1, n).",
        "",
    ),
    "whole-overflow": (
        "Beyond 32 bits",
        "{got} reaches {value}, which a number of 32 bits does not hold: NumPy and PyTorch wrap it around to another"
        " one. Leave the type out, or write int64.",
        "",
    ),
    "whole-wide": (
        "Beyond a type's bits",
        "{got} reaches {value}, which a whole number of {bits} bits does not hold: NumPy, PyTorch and JAX wrap it"
        " around to another one. Use fractions, by .astype(float) or numbers with a point, or Python's own whole"
        " numbers.",
        "",
    ),
    "whole-digits": (
        "More digits than a float has",
        "{got} has whole numbers beyond 2 ** 53, whose last digits are not kept here, and they decide what this gives."
        " Use smaller numbers, or Python's own whole numbers, which have as many digits as they need.",
        "",
    ),
    "type-narrow": (
        "A type of few bits",
        "{name} holds so few numbers that sums and products wrap around in NumPy and PyTorch, which is not computed"
        " here. Write int64 in its place.",
        "",
    ),
    "whole-tensor": (
        "A tensor of whole numbers",
        "{got} needs a tensor of fractions, and PyTorch refuses one of whole numbers there. Write them with a point, as"
        " in torch.tensor([1.0, 2.0]), or make them fractions by x.float().",
        "",
    ),
    "only-functions": (
        "A function alone",
        ("{name} is defined and not called. Give values for {names}, or write a call below it, as in {signature}."),
        "",
    ),
    "only-classes": (
        "A class alone",
        "{name} is defined and not used. Write below it what should be computed with it, as in model = {name}(…).",
        "",
    ),
    "only-objects": (
        "An object alone",
        "{name} is made, and nothing is computed with it. Write below it what should be, as in {name}(…).",
        "",
    ),
    "raised": ("The program raises an error", "The program raises an error here: {what}.", ""),
    "raised-in-call": (
        "The program raises an error",
        "The program raises an error here: {what}. The calls that led here, the last one first: {calls}.",
        "",
    ),
    "assertion": ("Assertion does not hold", "The assertion does not hold: {what}.", ""),
    "class-base": (
        "Base class not known",
        "{name} cannot be a base class here. Use a class of the program, object or nn.Module.",
        "",
    ),
    "no-attribute": ("No such attribute", "{got} has no attribute {name}.", 'Did you mean "{suggestion}"?'),
    "none-attribute": ("None has no attributes", "{got} is None, which has no attribute {name}.", ""),
    "no-operator": ("Operator not defined", "The class {got} does not define {name}.", ""),
    "not-called": ("Cannot be called", "An object of {name} cannot be called: the class defines no __call__.", ""),
    "module-called": (
        "A library is called",
        "{name} is a library. Call one of its functions, as in {name}.exp(x).",
        "",
    ),
    "super-outside": ("super outside a class", "super() can only stand in a method of a class.", ""),
    "attribute-by-text": ("Attribute by text", "{name} works on objects of the program's own classes only.", ""),
    "argument-count": (
        "Number of arguments",
        "{name} takes {least} {least?argument:arguments}, but got {count}.",
        "",
    ),
    "method-arguments": (
        "Number of arguments",
        "{name} takes from {least} to {most} arguments, but got {count}.",
        "",
    ),
    "array-text": (
        "Text of an array",
        "{got} goes by the text of an array, and how NumPy or PyTorch writes its numbers is not known here. Go by the"
        " numbers themselves, as in x[0] or x.tolist().",
        "",
    ),
    "text-method": ("Arguments of a text", "The text method .{name} does not take these arguments.", ""),
    "text-format": ("Format not understood", "The values do not fit the format of the text.", ""),
    "backward-weights": (
        "Weights of backward",
        "The weights of backward() must be a tensor of shape {shape}, as what it differentiates. "
        "For others, write (y * weights).sum().backward().",
        "",
    ),
    "not-reversed": (
        "Cannot be reversed",
        "{got} can only be gone through once, from its beginning. Write reversed(list({got})).",
        "",
    ),
    "abstract-class": (
        "Class with gaps",
        "{name} makes no objects: it leaves {names} to the classes below it. Use one that defines them.",
        "",
    ),
    "changed-in-loop": (
        "Changed while it is gone through",
        "{got} becomes longer or shorter while a loop goes through it. Write list({got}) in the loop's line.",
        "",
    ),
    "changed-in-sort": (
        "Changed while it is sorted",
        "A list is empty while it is sorted, and here its key or an item's < writes to it. Sort a copy: sorted(…).",
        "",
    ),
    "zip-lengths": (
        "Different lengths",
        "zip(…, strict=True) takes parts of one length, and these differ. Leave strict out, or make them equal.",
        "",
    ),
    "empty-sequence": ("Nothing to choose from", "{name} needs at least one item.", ""),
    "iterator-ended": ("No item left", "The iterator has no item left.", ""),
    "max-of-rows": (
        "Rows have no order",
        "Python's {name} compares numbers, and these are arrays. Write np.{name}(x) for the numbers in them.",
        "",
    ),
    "not-a-whole-number": ("Not a whole number", "{got} is not a whole number.", ""),
    "one-number-needed": ("One number needed", "{name} takes one number, not an array of shape {shape}.", ""),
    "draw-bounds": ("Nothing to draw from", "{name} cannot draw with these bounds.", ""),
    "array-fixed": (
        "An array that does not change",
        "{name} is an array of JAX, and those do not change in place. Write {remedy}.",
        "",
    ),
    "mapped-sizes": (
        "Axes of several lengths",
        "What is gone through side by side needs one length, but got {sizes}.",
        "",
    ),
    "weights-in-use": (
        "Weights in use",
        "The numbers that weights begin with are set by {name}, but this value is computed, or already computed with."
        " Call it right after the layer is made, or assign a new value.",
        "",
    ),
    "dropout-random": (
        "Random zeros",
        "Dropout draws random zeros in training. Call model.eval(), or leave it out.",
        "",
    ),
    "not-in-language": (
        "Not part of the language",
        (
            "{construct} is not part of the language. Use assignments, arithmetic, indexing and calls of the listed"
            " functions."
        ),
        "",
    ),
    "split-sections": (
        "Parts differ in size",
        (
            "split makes equal parts, but axis {axis} of shape {shape} has {size} {size?place:places}, not a multiple"
            " of {got}."
        ),
        "",
    ),
    "creation-shape": (
        "Not a shape",
        "The size must be a whole number known beforehand, or a tuple of them: {signature}.",
        "",
    ),
    "creation-number": (
        "Not a number known beforehand",
        "{function} takes finite numbers that are known beforehand: {signature}.",
        "",
    ),
    "creation-array": ("Not an array", "{name} takes one list of numbers here, as in {name}([1, 2]).", ""),
    "branch": (
        "No branching on values",
        "A graph does not branch on values. Choose between two of them with where(condition, a, b).",
        "",
    ),
    "while-loop": (
        "No end known beforehand",
        "How often a loop runs must be known beforehand, as in for i in range(3).",
        "",
    ),
    "break-on-value": (
        "No end known beforehand",
        (
            "Whether this loop breaks off depends on a value with a gradient, and a graph is built before it is"
            " computed. Leave the if out that has the break in it: the loop then takes all of its turns."
        ),
        "",
    ),
    "assignment-target": (
        "Cannot assign to this",
        (
            "Only a name, a part such as x[0] or an attribute can stand on the left of =. Write the value on the right,"
            " as in y = x + 1."
        ),
        "",
    ),
    "unpack-count": (
        "Names and values differ in number",
        "There {count?is:are} {count} {count?name:names} on the left, and {got} {got?value:values} on the right.",
        "",
    ),
    "values-alone": (
        "Several values together",
        "{name} gives several values together: {parts}. Write [0] after the call for the first of them.",
        "",
    ),
    "transpose-nothing": (
        "Swapped or not",
        (
            "transpose(0, 1) leaves a matrix as it is in NumPy, and swaps its axes in PyTorch. Write x.T for the"
            " transpose."
        ),
        "",
    ),
    "method-ambiguous": (
        "Two libraries, two meanings",
        (
            '".{name}" means one thing after a NumPy array and another after a PyTorch tensor, and the program uses'
            " both libraries. Write the function with its prefix, as in np.{name}(x) or torch.{name}(x)."
        ),
        "",
    ),
    "bits": (
        "Not the bits of a number",
        (
            "& | ~ join conditions, which are 1 or 0, and not the binary digits of whole numbers: {got}. Write"
            " comparisons, as in (x > 0) & (y > 0)."
        ),
        "",
    ),
    "shift": (
        "Not the bits of a number",
        "<< and >> move the binary digits of whole numbers that are known: {got}. Write x * 2**n or x // 2**n.",
        "",
    ),
    "list-repeat": (
        "Repeated or multiplied",
        (
            "Python repeats a list by a whole number, and {count} is not known to be one. Write int({count}) to repeat"
            " it, or np.array([…]) * ({count}) for a product."
        ),
        "",
    ),
    "sum-start": (
        "Start or axis",
        (
            "Python's sum adds its second argument to the total. Write np.sum(x, axis=…) for a sum along an axis, or"
            " add the number yourself."
        ),
        "",
    ),
    "argument-shape": (
        "Shapes do not fit",
        (
            '{function} cannot take "{argument}" of shape {shape} with these arguments here. Check its shape, or write'
            " what it does with the listed functions."
        ),
        "",
    ),
    "argument-unsupported": (
        "Argument not supported",
        '{function} is not read with "{argument}" = {got} here. Write what that does with the listed functions.',
        "",
    ),
    "limits-type": (
        "Type unclear",
        "{function} needs the name of a type, and {got} is not one here. Write the type, as in {signature}.",
        "",
    ),
    "ragged-ranks": (
        "Shapes do not fit",
        "{name} joins arrays with the same number of axes here. Write x[:, None] for a vector as a column.",
        "",
    ),
    "p-value": (
        "Function not supported",
        "A test's p-value and a standard error have no formula here. Use the other values of the call, or give the"
        " number in its place.",
        "",
    ),
    "eigenvalues-complex": (
        "Function not supported",
        "Eigenvalues of a matrix that is not symmetric may be complex, and have no formula here. For a symmetric"
        " matrix, write np.linalg.eigh(A).",
        "",
    ),
    "svd-full": (
        "Function not supported",
        "The singular vectors beyond the shorter side of a matrix have no formula here. For the others"
        " write np.linalg.svd(A, full_matrices=False).",
        "",
    ),
    "not-read-here": (
        "Function not supported",
        "{function} is not read here. Write {instead} instead.",
        "",
    ),
    "several-values": (
        "Several values",
        ("{got} holds {count} {count?value:values}, and one is differentiated. Give each a name, as in a, b = {got}."),
        "",
    ),
    "no-value": ("No value", "{got} holds no value. Write a number or an array.", ""),
    "value-in-tuple": (
        "Value in a tuple",
        "{got} is a tuple of one value. Give that a name, as in a, = {got}, or leave the comma out.",
        "",
    ),
    "not-iterable": (
        "Nothing to go through",
        "A for loop goes through range(3), a list, or an array's first axis; {got} is a single number.",
        "",
    ),
    "attribute": (
        "No such attribute",
        '".{name}" is not available here. After a value, .T and the method spellings (x.sum(), x.reshape(2, 3)) are.',
        'Did you mean ".{suggestion}"?',
    ),
    "size-as-value": (
        "Size of a value",
        (
            '".{name}" tells a size, and is read after a name, with an axis that exists: x.shape[0], x.size(0), x.size,'
            " x.ndim. Give the value a name first."
        ),
        "",
    ),
    "reserved-name": (
        "Name not allowed",
        '"{name}" cannot be used: names must not begin with two underscores. Choose another name.',
        "",
    ),
    "recursion": (
        "Function calls itself",
        '"{name}" calls itself. Functions are opened where they are called, so this would never end. Use a for loop.',
        "",
    ),
    "range-bounds": (
        "Not a whole number",
        "range takes whole numbers known beforehand, such as range(3) or range(len(x)).",
        "",
    ),
    # names and calls
    "unknown-name": (
        "Unknown name",
        '"{name}" has no value yet. Assign it above, as in {name} = 1, or give it among the inputs.',
        'Did you mean "{suggestion}"?',
    ),
    "local-name": (
        "Name without a value yet",
        (
            '"{name}" is a name of this function, because a line of it assigns it, and has no value here yet. Assign it'
            " above, or use another name."
        ),
        "",
    ),
    "unknown-function": ("Unknown function", '"{name}" is not a function here.', 'Did you mean "{suggestion}"?'),
    "random-numbers": (
        "Random numbers",
        (
            "A program gives the same numbers every time, so {name} has no place in it. Give the values: a name without"
            " one becomes an input."
        ),
        "",
    ),
    "prefix-needless": (
        "Unknown function",
        '"{prefix}.{name}" is not known here, but {signature} is. Leave the prefix out.',
        "",
    ),
    "len-argument": ("Not a name", "len takes the name of an array or a list, as in len(x).", ""),
    "prefix-function": (
        "Unknown function",
        '"{prefix}" has no function "{name}" that is known here.',
        'Did you mean "{suggestion}"?',
    ),
    "not-a-function": (
        "Not a function",
        "This value cannot be called. To multiply, write * before the parenthesis.",
        "",
    ),
    "function-hidden": (
        "Name is taken",
        (
            "\"{name}\" is a name of the program's own here, which hides the function {name}. Give the program's"
            " another name."
        ),
        "",
    ),
    "function-as-value": ("Function without arguments", '"{name}" is a function. Call it, as in {signature}.', ""),
    "missing-argument": ("Argument missing", '{function} needs the argument "{argument}": {signature}.', ""),
    "too-many-arguments": ("Too many arguments", "{function} takes at most {limit}, but got {count}: {signature}.", ""),
    "unknown-keyword": (
        "Unknown keyword",
        '{function} has no argument "{keyword}": {signature}.',
        'Did you mean "{suggestion}"?',
    ),
    "repeated-argument": ("Argument given twice", '{function} got "{argument}" twice: {signature}.', ""),
    "option-axis": (
        "Wrong kind of argument",
        '{function}: "{option}" takes a whole number, a tuple of them, or None, but got {got}.',
        "",
    ),
    "option-bool": ("Wrong kind of argument", '{function}: "{option}" takes True or False, but got {got}.', ""),
    "option-shape": (
        "Wrong kind of argument",
        '{function}: "{option}" takes whole numbers, such as (2, 3), but got {got}.',
        "",
    ),
    "option-axes": (
        "Wrong kind of argument",
        '{function}: "{option}" takes an order of the axes, such as (1, 0), but got {got}.',
        "",
    ),
    "option-number": ("Wrong kind of argument", '{function}: "{option}" takes a number, but got {got}.', ""),
    "option-integer": ("Wrong kind of argument", '{function}: "{option}" takes a whole number, but got {got}.', ""),
    "option-text": (
        "Wrong kind of argument",
        '{function}: "{option}" takes text in quotes, such as "ij,jk->ik", but got {got}.',
        "",
    ),
    "option-widths": (
        "Wrong kind of argument",
        (
            '{function}: "{option}" takes whole numbers: 1, (1, 2), or a pair for each axis such as ((1, 1), (2, 2)),'
            " but got {got}."
        ),
        "",
    ),
    "option-pair": (
        "Wrong kind of argument",
        '{function}: "{option}" takes a whole number or the axes of both, such as ((1,), (0,)), but got {got}.',
        "",
    ),
    "option-least": ("Wrong kind of argument", '{function}: "{option}" must be at least {least}, but is {got}.', ""),
    "option-range": (
        "Number too large",
        '{function}: "{option}" takes whole numbers between -9.2e18 and 9.2e18 (64 bits), but got {got}.',
        "",
    ),
    "option-mode": ("Wrong kind of argument", '{function}: "{option}" can only be "{takes}" here, but is "{got}".', ""),
    "dropout-rate": ("Wrong kind of argument", '{function}: "rate" must be at least 0 and below 1, but is {got}.', ""),
    # shapes
    "broadcast": (
        "Shapes do not fit",
        "{function} got shapes {left} and {right}, which do not broadcast: from the right, sizes must be equal or 1.",
        "",
    ),
    "matmul-shapes": (
        "Shapes do not fit",
        "{function} needs shapes (m, k) and (k, n), but got {left} and {right}.",
        "",
    ),
    "matmul-scalar": (
        "Shapes do not fit",
        "{function} needs vectors or matrices, but got shapes {left} and {right}. For numbers, write *.",
        "",
    ),
    "dot-rank": (
        "Shapes do not fit",
        "dot takes numbers, vectors and matrices, but got shapes {left} and {right}. For batches, use matmul.",
        "",
    ),
    "vectors": ("Shapes do not fit", "{function} needs two vectors, but got shapes {left} and {right}.", ""),
    "axis-range": (
        "No such axis",
        "{function}: axis {axis} does not exist in shape {shape}. Axes run from {low} to {high}.",
        "",
    ),
    "axis-of-number": (
        "No such axis",
        "{function}: axis {axis} does not exist, because the value is a single number. Leave axis out.",
        "",
    ),
    "axis-repeated": ("Axis given twice", "{function}: axis {axis} is given twice.", ""),
    "reshape-size": (
        "Shapes do not fit",
        "{function} cannot turn shape {shape} with {size} {size?element:elements} into shape {wanted}.",
        "",
    ),
    "broadcast-to": (
        "Shapes do not fit",
        "{function} cannot stretch shape {shape} to shape {wanted}: from the right, sizes must be equal or 1.",
        "",
    ),
    "axes-order": (
        "Not an order of the axes",
        '{function}: "axes" must name each axis of shape {shape} once, but got {axes}.',
        "",
    ),
    "norm-axes": (
        "Axis missing",
        "{function} with an ord takes a vector or a matrix, but {shape} has more axes. Say which with axis.",
        "",
    ),
    "matrix-norm-order": (
        "No such norm",
        (
            "{function}: of a matrix, ord can be 1, -1, inf or -inf, not {got}. norm(x, {got}) takes all elements as"
            " one vector."
        ),
        "",
    ),
    "norm-order": ("No such norm", '{function}: "ord" must be a number, such as 1, 2 or inf, but is {got}.', ""),
    "loss-shapes": ("Shapes do not fit", "{function} compares arrays of one shape, but got {left} and {right}.", ""),
    "loss-scalar": ("Shapes do not fit", "{function} needs at least a vector: the last axis holds the classes.", ""),
    "empty-reduction": ("Nothing to choose from", "{function} of an empty array has no value: shape {shape}.", ""),
    "index-range": ("Index out of range", "Index {index} is out of range for axis {axis} of size {size}.", ""),
    "index-count": (
        "Too many indices",
        "{count} {count?index:indices} for shape {shape}, which has {rank} {rank?axis:axes}.",
        "",
    ),
    "index-type": (
        "Wrong kind of index",
        "An index must be a whole number, a slice or a list of whole numbers, such as x[0], x[1:, :2] or x[[0, 2]].",
        "",
    ),
    "index-fractions": (
        "Wrong kind of index",
        "{got} holds fractions, and NumPy and PyTorch take whole numbers alone as places. Make them whole by"
        " x.astype(int), or x.long() of a tensor.",
        "",
    ),
    "index-mask": (
        "Wrong kind of index",
        (
            "True and False are not places. Write whole numbers, as in x[[0, 2]], or a mask with one truth for each"
            " element, as in x[x > 0]."
        ),
        "",
    ),
    "index-lists": (
        "Shapes do not fit",
        "The lists of an index belong together, place by place, but their shapes are {left} and {right}.",
        "",
    ),
    "index-ellipsis": (
        "Wrong kind of index",
        "An index can have only one ..., because it stands for all axes that are left.",
        "",
    ),
    "index-whole": ("Not a whole number", '{function}: "{argument}" must hold whole numbers, but holds {got}.', ""),
    "index-value": (
        "Index out of range",
        '{function}: "{argument}" holds {got}, but must be from {low} to {high}.',
        "",
    ),
    "slice-step": ("Slice step is zero", "The step of a slice cannot be 0.", ""),
    "opened-shapes": ("Shapes do not fit", "{function} cannot take shapes {shapes}.", ""),
    # numbers
    "list-needed": ("List needed", "{function} takes a list of values: {signature}.", ""),
    "list-empty": ("Empty list", "{function} needs at least one value.", ""),
    "stack-shapes": (
        "Shapes do not fit",
        "{function} puts values of one shape side by side, but got {left} and {right}.",
        "",
    ),
    "concat-shapes": (
        "Shapes do not fit",
        "{function} joins along axis {axis}: all other sizes must be equal, but the shapes are {left} and {right}.",
        "",
    ),
    "scatter-shapes": (
        "Shapes do not fit",
        "{function} needs one value for each place, an array of shape {wanted}, but got shape {shape}.",
        "",
    ),
    "along-shapes": (
        "Shapes do not fit",
        (
            "{function} needs as many axes in the indices as in the values, of equal size (or 1) beside axis {axis},"
            " but got {left} and {right}."
        ),
        "",
    ),
    "pad-widths": (
        "Shapes do not fit",
        (
            '{function}: shape {shape} has {rank} {rank?axis:axes}, so "width" needs one number, one pair, or a pair'
            " for each axis, but got {got}."
        ),
        "",
    ),
    "roll-axes": (
        "Shapes do not fit",
        '{function}: "shift" and "axis" must be of one length, but are {shift} and {axis}.',
        "",
    ),
    "halves": (
        "Shapes do not fit",
        "{function} halves axis {axis}, so its size must be even, but the shape is {shape}.",
        "",
    ),
    "linear-shapes": (
        "Shapes do not fit",
        "{function} needs shapes (n, in) and (out, in), but got {left} and {right}.",
        "",
    ),
    "label-shapes": (
        "Shapes do not fit",
        (
            "{function} compares {left} with labels of that shape, or with class indices of shape {wanted}, but got"
            " {right}."
        ),
        "",
    ),
    "inner-shapes": (
        "Shapes do not fit",
        "{function} sums over the last axes, which must be of one size, but got {left} and {right}.",
        "",
    ),
    "tensordot-axes": (
        "Shapes do not fit",
        "{function}: the axes {got} do not pair axes of one size in shapes {left} and {right}.",
        "",
    ),
    "cross-shapes": (
        "Shapes do not fit",
        "{function} needs vectors of 3 elements along the last axis, but got {left} and {right}.",
        "",
    ),
    "einsum-text": (
        "Subscripts not understood",
        (
            '{function} cannot read "{got}". Name every axis by a letter, as in "ij,jk->ik"; ... stands for the axes'
            " that are left."
        ),
        "",
    ),
    "einsum-operands": (
        "Too many operands",
        "{function} takes at most {limit} {limit?operand:operands}, but got {count}. Multiply some of them first.",
        "",
    ),
    "einsum-letters": (
        "Too many indices",
        (
            '{function}: "{got}" and its ellipses stand for more than {limit} different indices. Sum over some of them'
            " first."
        ),
        "",
    ),
    "einsum-count": (
        "Operands do not fit",
        '{function}: "{got}" names {left} {left?operand:operands}, but there {right?is:are} {right}.',
        "",
    ),
    "einsum-axes": (
        "Shapes do not fit",
        '{function}: operand {operand} has shape {shape}, but "{got}" names another number of axes.',
        "",
    ),
    "einsum-sizes": (
        "Shapes do not fit",
        "{function}: the index {index} has the sizes {left} and {right}. They must be equal.",
        "",
    ),
    "einsum-output": ("Unknown index", '{function}: the index {index} of the result is in no operand of "{got}".', ""),
    "squeeze-axis": (
        "Axis is not of size 1",
        "{function}: axis {axis} of shape {shape} has more than one element.",
        "",
    ),
    "image-needed": (
        "Shapes do not fit",
        "{function} needs images and filters of shape (N, C, H, W), but got {shape}. reshape adds axes.",
        "",
    ),
    "signal-needed": (
        "Shapes do not fit",
        "{function} needs signals and filters of shape (N, C, L), but got {shape}. reshape adds axes.",
        "",
    ),
    "channels": (
        "Shapes do not fit",
        "{function}: the input has {left} {left?channel:channels}, the filter {right}. They must be equal.",
        "",
    ),
    "window": (
        "Wrong kind of argument",
        '{function}: "{option}" takes one or two whole numbers of at least {least}, but got {got}.',
        "",
    ),
    "window-too-large": (
        "Shapes do not fit",
        "{function}: a window of {size} does not fit into shape {shape}, padding included.",
        "",
    ),
    "square-needed": ("Shapes do not fit", "{function} needs a square matrix, but got shape {shape}.", ""),
    "matrix-needed": ("Shapes do not fit", "{function} needs a matrix, but got shape {shape}.", ""),
    "vector-needed": ("Shapes do not fit", "{function} needs a vector, but got shape {shape}.", ""),
    "tall-needed": (
        "Shapes do not fit",
        "{function} needs a matrix with at least as many rows as columns, but got shape {shape}.",
        "",
    ),
    "ragged-list": (
        "Rows of different length",
        "The rows of a list must have equal lengths, but there are {left} and {right} here.",
        "",
    ),
    "list-item": ("Not a number", "A list can hold numbers only, for example [[1, 2], [3, 4]].", ""),
    "not-a-number": ("Not a number", "{got} is not a number. Write numbers such as 2, 0.5 or 1e-3.", ""),
    "too-many-axes": ("Too many axes", "An array can have at most {limit} {limit?axis:axes}.", ""),
    # inputs, output, seed
    "input-number": (
        "Input is not a number",
        'The input "{name}" must be a number or a list of numbers, but holds {got}.',
        "",
    ),
    "input-ragged": ("Rows of different length", 'The input "{name}" has rows of different lengths.', ""),
    "input-name": ("Not a name", '"{name}" is not a name that a program can use.', ""),
    "input-repeated": (
        "Input given twice",
        'The inputs name "{name}" twice: both spellings are the same name (NFKC).',
        "",
    ),
    "input-computed": (
        "Input is computed",
        '"{name}" is computed by the program, so it cannot be an input too. Remove one of the two.',
        "",
    ),
    "input-shape": (
        "Shapes do not fit",
        'The input "{name}" has shape {got}, but the program was compiled for {wanted}.',
        "",
    ),
    "missing-input": ("Input missing", 'The input "{name}" has no value. Give it among the inputs.', ""),
    "unknown-input": ("Unknown input", 'The program has no input "{name}".', ""),
    "unknown-output": ("Unknown output", 'The program assigns no name "{name}".', 'Did you mean "{suggestion}"?'),
    "seed-shape": ("Shapes do not fit", "The seed has shape {got}, but the output has shape {wanted}.", ""),
    "unknown-kind": (
        "Unknown derivative",
        '"{derivative}" is not a derivative. Use "jacobian", "hessian", "jvp" or "hvp".',
        "",
    ),
    "scalar-output": (
        "Output is not one number",
        "A {derivative} needs an output that is one number, but it has shape {got}. Sum it, or choose another output.",
        "",
    ),
    "direction-shape": (
        "Shapes do not fit",
        'The direction of "{name}" has shape {got}, but "{name}" has shape {wanted}.',
        "",
    ),
    "no-definition": (
        "Function cannot be opened",
        '"{function}" is not made of simpler functions, so it cannot be opened.',
        "",
    ),
    "derivative-too-large": (
        "Derivative too large",
        (
            "The {derivative} would hold {count} {count?number:numbers}; at most {limit} {limit?is:are} allowed. Use"
            " fewer inputs, or its product with a direction."
        ),
        "",
    ),
    "derivative-visits": (
        "Too much work",
        (
            "The {derivative} takes {passes} {passes?pass:passes} through a graph of {nodes} {nodes?node:nodes},"
            " {count} {count?visit:visits} in all; at most {limit} {limit?is:are} allowed. Use a shorter program or"
            " fewer inputs, or the product with a direction."
        ),
        "",
    ),
    "gradient-program-too-long": (
        "Gradient program too long",
        (
            "Written as a program, the backward pass has {length} {length?character:characters}; at most {limit}"
            " {limit?is:are} allowed. Use a shorter program, or compute the gradients without writing them out."
        ),
        "",
    ),
    "derivative-nodes": (
        "Graph too large",
        (
            "Second derivatives are taken on the graph of the gradient, which has {count} {count?node:nodes} or more;"
            " at most {limit} {limit?is:are} allowed. Use a shorter program."
        ),
        "",
    ),
    "diagnosis-visits": (
        "Too much work",
        (
            "A diagnosis takes {passes} {passes?pass:passes} through the graph of {nodes} {nodes?node:nodes}, {count}"
            " {count?visit:visits} in all; at most {limit} {limit?is:are} allowed. Use a shorter program."
        ),
        "",
    ),
    "exam-index": (
        "No such element",
        'The index {index} does not lead to one number of "{name}", whose shape is {shape}. Write one place for each'
        " axis, counted from 0.",
        "",
    ),
    "exam-number": (
        "Nothing to ask",
        'The gradient of "{name}" is not a finite number, so no answer to it can be right. Choose other inputs.',
        "",
    ),
    "exam-questions": (
        "Too many questions",
        "The number of questions about one program is {count}, and {limit} is the most. Ask fewer.",
        "",
    ),
    "unknown-node": ("Unknown name", 'The program has no value of the name "{name}".', 'Did you mean "{suggestion}"?'),
    "no-gradient": (
        "No gradient",
        (
            'No gradient reaches "{name}", because it is a comparison, chooses elements, or is made of numbers alone,'
            " so there is nothing to check."
        ),
        "",
    ),
    "unknown-method": ("Unknown method", '"{method}" is not a way to check. Use "central" or "complex".', ""),
    "step-size": ("Step not usable", "A step must be a number above 0 and at most 1, such as 1e-5, but got {got}.", ""),
    "sample-size": ("Sample not usable", '"max_elements" takes a whole number of at least 1, but got {got}.', ""),
    "not-analytic": (
        "No complex step",
        '{function} cannot be computed on complex numbers. Use the method "central".',
        "",
    ),
    "what-to-derive": (
        "Node, edge or group",
        'Give one of "node" (a number or a name), "edge" and "group" (numbers): it says whose derivation is wanted.',
        "",
    ),
    "node-number": ("Unknown node", "The graph has {count} {count?node:nodes}, counted from 0, and no node {got}.", ""),
    "edge-number": ("Unknown edge", "The graph has {count} {count?edge:edges}, counted from 0, and no edge {got}.", ""),
    "group-number": (
        "Unknown group",
        (
            "The graph has {count} {count?group:groups}, counted from 0, and no group {got}. A function is a group"
            ' where it is opened: as "detail" or "expand" say, or always if it has no rule of its own.'
        ),
        "",
    ),
    "leaf-derivation": (
        "Nothing to derive",
        (
            "{name} is not the result of an op: an input, a constant or a function of your own has no rule to derive."
            " Choose a node that an op computed."
        ),
        "",
    ),
    "derivation-index": (
        "Index out of range",
        "There is no element {index} in an array of shape {shape}. Give one whole number from 0 for each axis.",
        "",
    ),
    "no-claims": (
        "Nothing claimed",
        "Give the gradients or values that you found, each with the name of its node.",
        "",
    ),
    "claim-repeated": ("Claimed twice", 'The claims name "{name}" twice: both spellings are the same name (NFKC).', ""),
    "claim-number": ("Claim is not a number", 'The claim for "{name}" must hold numbers only, but holds {got}.', ""),
    "claim-text": (
        "Claim not understood",
        'The claim for "{name}" is not an array as NumPy or PyTorch prints it. It cannot be read from "{got}" on.',
        "",
    ),
    "no-backward-half": (
        "No backward half",
        (
            "No backward half was found: no line assigns to the gradient of something that the program computes. Name"
            " gradients by what they belong to, such as dW1 for W1."
        ),
        "",
    ),
    "claim-formula": (
        "Claim cannot be computed",
        (
            'The claim for "{name}" is a formula that cannot be computed from the names of the program. Look at'
            ' "{got}", or write the number that it gives.'
        ),
        "",
    ),
    "claims-unread": (
        "Claims not understood",
        (
            'Line {line} of your gradients cannot be read at "{got}". Write each as a name and its numbers, such as'
            " dW = [[1, 2]] or x.grad: tensor(2.2)."
        ),
        "",
    ),
    "claims-unknown-name": (
        "Unknown name",
        'Line {line} of your gradients names "{name}", but the program has no such node.',
        'Did you mean "{suggestion}"?',
    ),
    "claims-twice": (
        "Claimed twice",
        'Line {line} of your gradients claims that of "{name}" a second time. Keep one of the two.',
        "",
    ),
    "claim-elided": (
        "Claim cut short",
        (
            'The claim for "{name}" was cut short when it was printed, at "{got}". Print all of it, as with'
            ' np.set_printoptions(threshold=np.inf) or torch.set_printoptions(profile="full").'
        ),
        "",
    ),
    "claim-comma": (
        "Comma in a number",
        'A comma separates two numbers, so "{got}" in the claim for "{name}" is not clear. Write {number}.',
        "",
    ),
    "unknown-detail": ("Unknown detail", '"{detail}" is not a level of detail. Use "fused" or "expanded".', ""),
    # networks, data, training
    "spec-object": ("Not an object", '{place} takes an object such as {{"type": "relu"}}, but got {got}.', ""),
    "spec-field": (
        "Unknown field",
        '{place} has no field "{field}". Fields are {fields}.',
        'Did you mean "{suggestion}"?',
    ),
    "spec-missing": ("Field missing", '{place} needs the field "{field}".', ""),
    "spec-whole": ("Not a whole number", "{place} takes a whole number of at least {least}, but got {got}.", ""),
    "spec-number": ("Not a usable number", "{place} takes a number ({bounds}), but got {got}.", ""),
    "spec-flag": ("Not true or false", "{place} takes true or false, but got {got}.", ""),
    "spec-pair": (
        "Not a pair",
        "{place} takes one or two whole numbers of at least {least}, such as 3 or [3, 3], but got {got}.",
        "",
    ),
    "spec-sizes": (
        "Not a list of sizes",
        "{place} takes a list of whole numbers of at least {least}, such as [1, 8, 8], but got {got}.",
        "",
    ),
    "spec-sides": (
        "Not the sides of axes",
        "{place} takes two whole numbers of at least 0 for each axis, before and after it, such as [1, 1, 2, 2], but"
        " got {got}.",
        "",
    ),
    "spec-names": ("Not a name", "{place} takes a name or a list of names, but got {got}.", ""),
    "spec-choice": (
        "Not one of the choices",
        "{place} takes one of {choices}, but got {got}.",
        'Did you mean "{suggestion}"?',
    ),
    "spec-layers": (
        "No layers",
        '{place} takes a list of at least one layer, such as [{{"type": "affine", "units": 3}}], but got {got}.',
        "",
    ),
    "spec-depth": ("Nested too deeply", "{place}: layers can be nested {limit} deep at most.", ""),
    "spec-json": (
        "Not a Keras model",
        "This is not the configuration of a Keras Sequential or functional model, as model.to_json() writes it.",
        "",
    ),
    "spec-repeated": (
        "Key given twice",
        (
            'The key "{key}" stands twice in one object of the configuration, and only one of the two would count.'
            " Leave one of them out."
        ),
        "",
    ),
    "spec-text": (
        "No model of PyTorch",
        (
            "There is no model here. Write one as nn.Sequential(nn.Linear(2, 3), nn.ReLU()), or as a class of nn.Module"
            " with a forward."
        ),
        "",
    ),
    "spec-printed": (
        "Printed class",
        "{layer} is a class whose print shows its parts, but not how its forward calls them. Paste the class itself.",
        "",
    ),
    "spec-models": (
        "Several models",
        'Several models are made here: {names}. Call the one that is meant "model".',
        "",
    ),
    "spec-arguments": (
        "Arguments of a model",
        "{name} needs values for {missing}. Make the model below it: model = {name}(...).",
        "",
    ),
    "spec-version": (
        "Version of Keras not known",
        (
            "{place}: {option} = {got} is one function in Keras 2 and another in Keras 3, and the configuration does"
            ' not tell which wrote it. Add "keras_version": "2.15.0" or "keras_version": "3.0.0" beside "config".'
        ),
        "",
    ),
    "declared-shape": (
        "Data do not fit the model",
        (
            '{place} tells that the model takes an input of shape {wanted}, but "{name}" has shape {got}. Choose data'
            " of that shape, or change the shape in the configuration."
        ),
        "",
    ),
    "spec-unsupported": (
        "Option not supported",
        "{place}: the option {option} = {got} has no counterpart here. Leave it out, or change it.",
        "",
    ),
    "layer-type": ("Unknown layer", '{place}: "{type}" is not a layer here.', 'Did you mean "{suggestion}"?'),
    "layer-input-shape": (
        "Layers do not fit",
        "{place} ({layer}) takes an input of shape {wanted}, but gets {got}.",
        "",
    ),
    "layer-inputs": (
        "Wrong number of inputs",
        '{place} ({layer}) takes {count} {count?input:inputs}, but gets {got}. Name them in "input".',
        "",
    ),
    "layer-source": (
        "Unknown source",
        '{place} takes its input from "{name}", but no layer or input before it has that name.',
        'Did you mean "{suggestion}"?',
    ),
    "layer-weights": ("Shapes do not fit", "{place} has shape {got}, but the layer needs {wanted}.", ""),
    "residual-shapes": (
        "Layers do not fit",
        "{place}: the layers turn shape {left} into {right}. A residual adds the two, so they must be equal.",
        "",
    ),
    "merge-shapes": (
        "Layers do not fit",
        "{place} ({layer}): the inputs have shapes {shapes}, which do not fit together.",
        "",
    ),
    "network-name": (
        "Name not usable",
        '{place}: "{name}" cannot be used here: it is not a name, or the network has it already. Choose another.',
        "",
    ),
    "unknown-parameter": (
        "Unknown parameter",
        'The network has no parameter "{name}".',
        'Did you mean "{suggestion}"?',
    ),
    "loss-type": ("Unknown loss", '"{type}" is not a loss here.', 'Did you mean "{suggestion}"?'),
    "penalty-reduction": (
        "Penalty without a sum",
        'A penalty is added to one number, but the reduction is "none". Choose "mean" or "sum".',
        "",
    ),
    "targets-missing": ("Targets missing", 'A loss compares the output with targets. Give them as "t".', ""),
    "targets-shape": (
        "Shapes do not fit",
        "t has shape {got}, but the loss compares it with an output of shape {wanted}.",
        "",
    ),
    "labels-shape": (
        "Shapes do not fit",
        "t has shape {got}. It takes the output's shape {wanted}, or class numbers of shape {indices}.",
        "",
    ),
    "labels-whole": (
        "Label is not a whole number",
        "The label at t{index} is {label}. Classes are whole numbers from 0 to {last}.",
        "",
    ),
    "labels-range": (
        "Label out of range",
        (
            "The label at t{index} is {label}, but the network tells {classes} {classes?class:classes} apart, from 0 to"
            " {last}."
        ),
        "",
    ),
    "labels-quantities": (
        "Labels are quantities",
        "{loss} tells classes apart, but the labels of the data are quantities. Choose mse, mae or huber.",
        "",
    ),
    "labels-classes": (
        "Labels are classes",
        (
            "The labels of the data name {count} {count?class:classes} ({classes}), and {loss} would take them for the"
            " quantities 0 to {last}. Give the network {count} outputs, one for each class, or labels that are numbers."
        ),
        "",
    ),
    "data-range": (
        "Numbers too large",
        (
            'The numbers of "{name}" are so large that their mean or deviation is beyond 1.8e308. Write them in a'
            " larger unit."
        ),
        "",
    ),
    "data-empty": ("No data", "There is no data: an input has no elements. Give at least one sample.", ""),
    "sample-count": (
        "Samples do not match",
        "The inputs and targets must hold the same number of samples, but hold {left} and {right}.",
        "",
    ),
    "split-size": (
        "Not enough samples",
        "{train} training and {test} held-out samples were asked for, but there {samples?is:are} only {samples}.",
        "",
    ),
    "csv-hole": (
        "Cell without a value",
        'Line {line}, column {column} ("{name}") has no value, and no complete row is left. Fill it in.',
        "",
    ),
    "csv-number": (
        "Cell is not a number",
        (
            'Line {line}, column {column} ("{name}") holds "{got}", which is not a finite number. Correct it, or leave'
            " the line out."
        ),
        "",
    ),
    "csv-mixed": (
        "Numbers written in two ways",
        (
            'Line {line}, column {column} ("{name}") holds "{got}", which is not written in the way of "{other}" before'
            " it. Write all numbers of a column in one way, with or without a unit."
        ),
        "",
    ),
    "csv-comma": (
        "Number that can be read in two ways",
        (
            'In the column "{name}", {got} can mean thousands or decimals. Write the numbers without marks of thousands'
            " and with a decimal point."
        ),
        "",
    ),
    "csv-label": (
        "Labels of two kinds",
        (
            'Line {line}, column {column} ("{name}") holds "{got}", while other labels are quantities, such as {other}.'
            ' Correct it or leave the line out; if all of them name classes, say "task": "classification".'
        ),
        "",
    ),
    "csv-encoding": (
        "Text in another encoding",
        (
            "Line {line} holds a character that could not be read: the text was not saved in UTF-8. Save it in UTF-8,"
            " or choose the file again."
        ),
        "",
    ),
    "csv-row": ("Row of another length", "Line {line} has {got} {got?cell:cells}, but the first has {wanted}.", ""),
    "csv-text": ("Not a table", "Line {line} cannot be read as comma-separated values: {message}.", ""),
    "csv-columns": (
        "Not enough columns",
        (
            "The table has {got} {got?column:columns}; it needs one of labels and at least one of numbers, separated by"
            " commas, semicolons or tabs."
        ),
        "",
    ),
    "file-encoding": (
        "File in another encoding",
        'Line {line} of the file is not text in {encoding}. Leave out "encoding", so that it is told by the bytes.',
        "",
    ),
    "file-base64": ("Not the bytes of a file", '"file" is not in base64. Give the bytes of the file so.', ""),
    "file-empty": (
        "Empty file",
        "The file is empty (0 bytes). Choose another one, or save or download it again.",
        "",
    ),
    "file-other": (
        "File of another kind",
        "The file looks like {format}; what is read here is {wanted}. Choose the file itself, or download it again.",
        "",
    ),
    "file-kind": (
        "File that is no table",
        "The file looks like {format} and cannot be read. Save it as comma-separated values or as a workbook (.xlsx).",
        "",
    ),
    "weights-file": (
        "Not a file of weights",
        "The file is no archive of NumPy (.npz) and no safetensors file of numbers, or it is damaged. Save it again.",
        "",
    ),
    "weights-name": (
        "Name not possible in the file",
        (
            'A {format} file cannot hold an array called "{name}": the name leads out of a folder, is cut off, or means'
            ' something else there. Rename it, for example to "{example}".'
        ),
        "",
    ),
    "weights-missing": (
        "Weights missing",
        'The network learns "{name}", which the file does not have. It has {names}.',
        "",
    ),
    "weights-extra": (
        "Weights too many",
        'The file has "{name}", which the network does not learn. It learns {names}.',
        "",
    ),
    "weights-shape": (
        "Shapes do not fit",
        '"{name}" has the shape {got} in the file, and {wanted} in the network.',
        "",
    ),
    "onnx-file": ("Not an ONNX file", "The file is no ONNX model, or it is damaged. Export the model again.", ""),
    "onnx-opset": (
        "Model in an old opset",
        "The model has opset {got}, and the oldest that is read is {oldest}. Convert it by onnx.version_converter.",
        "",
    ),
    "onnx-operators": (
        "Model too large",
        "The model has {count} {count?operator:operators}, and at most {limit} are read. Export a part of it.",
        "",
    ),
    "onnx-weights": (
        "Model too large",
        "The model's arrays hold {count} {count?number:numbers}, and at most {limit} are read. Open a smaller one.",
        "",
    ),
    "onnx-parts": (
        "Model too large",
        "The file has more than {limit} {limit?part:parts}, which is the most that is read. Open a smaller model.",
        "",
    ),
    "onnx-operator": (
        "Operator not supported",
        "{place}: this operator has no counterpart here. Export the model without it.",
        "",
    ),
    "onnx-attribute": (
        "Option not supported",
        "{place}: the attribute {name} = {got} has no counterpart here. Leave it out, or change it.",
        "",
    ),
    "onnx-inputs": (
        "Shapes do not fit",
        "{place}: inputs of the shapes {shapes} do not fit it. Give the model the shapes that it was made for.",
        "",
    ),
    "onnx-dynamic": (
        "Value not known beforehand",
        "{place}: input {argument} decides the graph, but comes from the data. Export the model with fixed shapes.",
        "",
    ),
    "onnx-missing": (
        "Unknown value",
        '{place}: nothing before it gives "{name}". The file is damaged; export the model again.',
        "",
    ),
    "onnx-output": (
        "Output not supported",
        '{place}: its output "{name}" has no counterpart here. Export the model without it.',
        "",
    ),
    "onnx-type": (
        "Type not supported",
        '"{name}" has the ONNX type {type}; tensors of numbers and conditions are read. Export it in float32.',
        "",
    ),
    "onnx-tensor": (
        "Damaged array",
        'The file does not hold as many numbers as the shape {shape} of "{name}" asks for. Export the model again.',
        "",
    ),
    "onnx-external": (
        "Weights in another file",
        'The numbers of "{name}" lie in another file. Save all of it in one, as onnx.save(onnx.load(path), path) does.',
        "",
    ),
    "onnx-input": ("Unknown input", 'The model has no input "{name}". Its inputs are {names}.', ""),
    "onnx-input-shape": (
        "Shapes do not fit",
        'The input "{name}" has the shape {wanted}, but is given {got}. An axis that has a name there takes any size.',
        "",
    ),
    "csv-no-features": (
        "No features",
        (
            'No column beside the labels can be learnt from, "{name}" among them. Give at least one of numbers, of'
            " dates, or of up to 20 different words."
        ),
        "",
    ),
    "csv-column": ("Unknown column", 'The table has no column "{name}".', 'Did you mean "{suggestion}"?'),
    "csv-twice": (
        "Name of several columns",
        (
            'The table has {count} {count?column:columns} of the name "{name}". Give the place of the one with the'
            ' labels, a whole number from 0 to {last}, as "label".'
        ),
        "",
    ),
    "training-loss": (
        "Loss is not one number",
        'Training needs a loss that is one number. Give "loss" with the reduction "mean" or "sum".',
        "",
    ),
    "training-length": ("No length", 'Give "steps" or "epochs": how long to train.', ""),
    "data-missing": ("No data", 'Give the data as "x", with targets as "t", or as "dataset".', ""),
    "training-steps": (
        "Too many steps",
        (
            "The training takes {steps} {steps?step:steps}; at most {limit} {limit?is:are} allowed. Use fewer epochs or"
            " larger batches."
        ),
        "",
    ),
    "training-work": (
        "Too much work",
        (
            "The training needs {count} floating-point {count?operation:operations}; at most {limit} {limit?is:are}"
            " allowed. Use fewer steps, a smaller network or smaller batches."
        ),
        "",
    ),
    "training-state": (
        "State does not fit",
        (
            'The state to resume from has no "{name}" of shape {wanted}. Give what the end event held, its "parameters"'
            ' as "parameters" and its "resume" as "resume".'
        ),
        "",
    ),
    "training-extra": (
        "State does not fit",
        (
            'The state to resume from has "{name}", which this network and optimizer do not remember. Resume with those'
            " that the training began with."
        ),
        "",
    ),
    "training-trace": (
        "Step not in the training",
        (
            '"trace_at" names step {got}, but the training goes from step {first} to step {last}. Choose among these,'
            " or train for longer."
        ),
        "",
    ),
    # budgets
    "too-many-nodes": (
        "Graph too large",
        "The graph has more than {limit} {limit?node:nodes}. Use arrays instead of many numbers.",
        TURNS,
    ),
    "picture-too-large": (
        "Graph too large for a picture",
        "The graph has {count} {count?node:nodes}, and a picture has room for {limit}. Draw a part of the program.",
        "",
    ),
    "too-many-pictures": (
        "Too many pictures",
        "The graph has {count} {count?step:steps}, and of one of this size at most {limit} can be drawn at once. Take"
        " one step, or draw a part of the program.",
        "",
    ),
    "formulas-too-long": (
        "Formulas too long",
        "The graph has {count} {count?node:nodes}, and the formulas of {limit} are written out. Export a part of the"
        " program.",
        "",
    ),
    "figure-not-built": (
        "The figure has not been built",
        "A file that plays has the figure of the page inside, which has not been built of the present files. Run"
        " {command} in the project's folder and try again.",
        "",
    ),
    "no-such-step": (
        "No such step",
        "There is no step {step}: they go from 0 to {last}.",
        "",
    ),
    "trace-file-size": (
        "File too large",
        "{name} is longer than {limit} {limit?byte:bytes}, the most that is read. Record fewer values.",
        "",
    ),
    "trace-file-json": (
        "Not JSON",
        "{name} is not JSON: {message}. Save it again, by trace.save or as POST /api/expression answers it.",
        "",
    ),
    "trace-file-field": (
        "Not a trace",
        "In the trace file {place} has to be {wanted}, but it is {got}.",
        "",
    ),
    "unknown-ending": (
        "Unknown ending",
        'The ending of "{name}" tells no format. Endings are {endings}.',
        "",
    ),
    "unknown-format": (
        "Unknown format",
        'There is no format "{name}" to write. Formats are {formats}.',
        'Did you mean "{suggestion}"?',
    ),
    "export-option": (
        "Option without effect",
        'The option "{name}" changes nothing in the format "{format}". Leave it out.',
        "",
    ),
    "code-too-long": (
        "Code too long",
        (
            "The graph has {count} {count?node:nodes}, and code is written of {limit} at most. Export a part of the"
            " program."
        ),
        "",
    ),
    "code-unspelled": (
        "No such function there",
        (
            "{library} has no differentiable counterpart of {function}, so this program cannot be exported to it."
            " Export it as NumPy."
        ),
        "",
    ),
    "code-sign": (
        "Sign left open",
        (
            "The vectors of {function} are determined but for their sign, and {library} may choose the other one, so"
            " this program cannot be exported to it. Export it as NumPy."
        ),
        "",
    ),
    "code-kink": (
        "Another convention",
        (
            "Here {function} has no derivative, and {library} takes another one by convention, so its gradients would"
            " not be those shown. Export the program as NumPy, or change the inputs."
        ),
        "",
    ),
    "code-dropout": (
        "Drawn anew at every step",
        (
            "This network drops units at random, other ones at every step, and code is written of a network that stays"
            " the same. Export it without its dropout layers."
        ),
        "",
    ),
    "code-resumed": (
        "Training that goes on",
        'Code is written of a training from its first step on. Leave "resume" out.',
        "",
    ),
    "format-without-training": (
        "Format without training",
        'The format "{name}" writes a program, not a training. Formats of a training are {formats}.',
        "",
    ),
    "value-too-large": (
        "Value too large to write",
        (
            '"{name}" holds {count} {count?number:numbers}; the inputs of a script may hold {limit} together. Use a'
            " smaller array."
        ),
        "",
    ),
    "empty-too-large": (
        "Arrays too large",
        (
            "An array of shape {shape} holds no elements, but its sizes beside 0 make {count} {count?place:places}; at"
            " most {limit} {limit?is:are} allowed. Use smaller sizes."
        ),
        "",
    ),
    "too-many-steps": (
        "Program too long when written out",
        (
            "Loops and functions are written out turn by turn and call by call, and that takes more than {limit}"
            " {limit?step:steps} here. Use fewer turns and calls, or arrays."
        ),
        TURNS,
    ),
    "too-many-edges": (
        "Graph too large",
        (
            "The graph has more than {limit} {limit?edge:edges}, one for each use of a value. Use arrays instead of"
            " long lists of values."
        ),
        TURNS,
    ),
    "too-many-elements": (
        "Arrays too large",
        (
            "The arrays of the graph hold {count} {count?element:elements}; at most {limit} {limit?is:are} allowed. Use"
            " smaller arrays."
        ),
        TURNS,
    ),
    "check-work": (
        "Too much work",
        (
            'One element of "{name}" with {steps} {steps?step:steps} takes {count} floating-point'
            " {count?operation:operations} to check; at most {limit} {limit?is:are} allowed where {names} {names?name"
            ' is:names are} checked. Check fewer names ("wrt"), take fewer steps in a sweep ("h"), or shorten the'
            " program."
        ),
        "",
    ),
    "too-much-work": (
        "Too much work",
        (
            "The program needs {count} floating-point {count?operation:operations}; at most {limit} {limit?is:are}"
            " allowed. Use smaller arrays or a shorter program."
        ),
        TURNS,
    ),
}

BUDGETS = frozenset(
    {
        "too-deep",
        "too-many-nodes",
        "too-many-edges",
        "too-many-steps",
        "too-many-elements",
        "empty-too-large",
        "too-much-work",
    }
)  # of a program as a whole


def quote(value: object) -> str:
    """A value as an error shows it: printable, and no longer than a line."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except (RecursionError, ValueError):  # nested too deeply, or a whole number of thousands of digits
        text = f"{type(value).__name__} …"
    if len(text) > QUOTED_CHARACTERS:
        text = text[: QUOTED_CHARACTERS - 1] + "…"
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class Ours(str):
    """Text of ours in an error, such as a list of what may be written: never cut, as a reader's is."""


def carried(value: object) -> str | int | float:
    """A parameter as JSON carries it: text no longer than a line, a whole number beyond 64 bits as a float, what is not
    finite by its name.
    """
    if isinstance(value, Integral):
        whole = int(value)
        return whole if -(2**63) <= whole < 2**63 else float(max(-LARGEST, min(whole, LARGEST)))
    if isinstance(value, Real):
        number = float(value)
        return number if isfinite(number) else "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"
    return str(value) if isinstance(value, Ours) else quote(value)


PLURAL = re.compile(r"\{(\w+)\?([^{}:]*):([^{}]*)\}")


def filled(sentence: str, params: Mapping[str, object]) -> str:
    """A sentence with its {name} filled in, and {name?one:many} by the count of that name."""
    return PLURAL.sub(lambda found: found[2 if str(params[found[1]]) in ("1", "1.0") else 3], sentence).format(**params)


def in_general(sentence: str) -> str:
    """A sentence with its {name} left as they are, in the plural."""
    return PLURAL.sub(r"\3", sentence)


def restored(
    error: type[EngineError], kind: str, span: Span | None, node: int | None, params: dict[str, Any]
) -> EngineError:
    """An error that was copied or pickled."""
    made = error(kind, span, **params)
    made.node = node
    return made


class EngineError(ValueError):
    """A program, an input or an option that cannot be used, with its place in the text.

    kind: a row of KINDS.  params: what the sentence is filled with.  span: None where no text is to blame.

    >>> try:
    ...     gradlens.trace("y = sigmod(x)", {"x": 1.0})
    ... except gradlens.EngineError as error:
    ...     print(error.kind, error.span.start_column, error)
    unknown-function 4 "sigmod" is not a function here. Did you mean "sigmoid"?
    """

    def __init__(self, kind: str, span: Span | None = None, /, **params: object):
        self.kind = kind
        self.span = span
        self.node: int | None = None  # where values are to blame, the node that they came to
        self.failed: object = None  # while a program is read: the use of an op that does not go
        self.params = {key: carried(value) for key, value in params.items()}
        self.title, sentence, hint = KINDS[kind]
        self.detail = filled(sentence, self.params)
        if hint and ("suggestion" in self.params or "turns" in self.params):
            self.detail += " " + filled(hint, self.params)
        super().__init__(self.detail)

    def __reduce__(self) -> tuple[Callable[..., EngineError], tuple[object, ...]]:
        """As it is made, not by its sentence, which is what an exception keeps of itself."""
        return restored, (type(self), self.kind, self.span, self.node, self.params)

    def within(self, function: str) -> EngineError:
        """The same error as one of a function that is made of the one at fault; as it is where none is named."""
        if "function" not in self.params:
            return self
        error = EngineError(
            self.kind, self.span, **(self.params | {"function": f"{function}: {self.params['function']}"})
        )
        error.node = self.node
        return error

    def at(self, span: Span | None) -> EngineError:
        """The same error with a place, unless it has one already."""
        if self.span is None:
            self.span = span
        return self
