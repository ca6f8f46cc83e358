"""A library's function as a call of our ops: its own parameters, in its own order, and what they mean here.

A signature is a function of Python, `def name(parameters): expression`; lines before the expression give names to
what it uses more than once. The expression is in the language, its calls mean ops, and what it does not mention is not
modelled: such an argument is refused, unless it is what holds anyway. An annotation says which calls a signature is
for; a name has several where its arguments decide. A dictionary is a result of several parts, refuse(kind) an error,
and instead(text) one that names what to write.

Three kinds of functions beside the ops may stand in it: helpers, of shapes and of what is known beforehand (below);
those of known numbers (known_results.py), such as the places where an array is not zero; and those that make an array
from nothing (made_arrays.py).

  int, ints           a whole number; or several
  True, 0, 'sum', …   that constant alone
  number, vector, matrix, cube, at_least_2, at_least_3, at_most_2, array    a value with that many axes, or any
  square_matrix, tall_matrix (more rows than columns), at_least_two (numbers in a vector)
  mask                an array of True and False
  anything            whatever it is;  unnamed  no text;  unmoved  a number that no input of the program flows into
  one_axis, both_axes, positive_whole, padding_mode, turns(n)    as NumPy's arguments of these names ask for
  numbers, vectors, matrices                                     a list of such values
  same_rank(x), same_shape(x), last_axis(x), last_size(x), classes(x)    as many axes as x, its shape, its last axis,
  its size, labels of its rows
  real, truth, whole_type    a type of numbers: floating-point, bool, integers
  fixed               a value without a formula for its gradient: what it is known to be, which is assumed to stay
  mask, places        an array of comparisons; of whole numbers that are known
  channels(x)         labels of its second axis

A form (pytorch/forms.py) is a signature of our own that several use; a helper may give items that a comprehension goes
through.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from gradlens.engine.ops import OPS, Op
from gradlens.engine.values import Shape, size_of


@dataclass(frozen=True, slots=True)
class Held:
    """An array among the arguments, for the helpers, and its shape."""

    value: Any
    shape: Shape


@dataclass(frozen=True, slots=True)
class Part:
    """value[key], which a helper asks for."""

    value: Any
    key: Any


@dataclass(frozen=True)
class Signature:
    """One line of a table.

    positional: the parameters that need no keyword.  rest: that which takes all further arguments.
    lines: the names that the body uses, and what they stand for.
    arrangements: what reading.py found out of calls, by their shape.
    """

    positional: tuple[str, ...]
    keyword_only: tuple[str, ...]
    rest: str | None
    defaults: Mapping[str, ast.expr]
    annotations: Mapping[str, ast.expr]
    body: ast.expr
    text: str = field(compare=False)
    lines: tuple[tuple[str, ast.expr], ...] = field(default_factory=tuple)
    arrangements: dict[tuple[int, tuple[str, ...]], Any] = field(
        default_factory=dict[tuple[int, tuple[str, ...]], Any], init=False, compare=False, repr=False
    )

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (*self.positional, *self.keyword_only)

    @cached_property
    def constants(self) -> Mapping[str, Any]:
        """The defaults that are constants; NotImplemented for others."""
        return {name: constant(value) for name, value in self.defaults.items()}

    @cached_property
    def calls(self) -> tuple[tuple[ast.Call, str, frozenset[str]], ...]:
        """The calls in its lines and its body: of which function, and the names that their arguments speak of."""
        return tuple(
            [
                (node, node.func.id, frozenset(spoken(node.args)))
                for expression in (*[value for _, value in self.lines], self.body)
                for node in ast.walk(expression)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            ]
        )

    @cached_property
    def same(self) -> Op | None:
        """The op of which this is another name, where its operands come first and in the same order."""
        match self.body:
            case ast.Call(ast.Name(name), arguments, []) if name in OPS:
                op = OPS[name]
            case _:
                return None
        names = [argument.id if isinstance(argument, ast.Name) else "" for argument in arguments]
        count = len(op.inputs)
        plain = not op.variadic and not self.annotations and self.rest is None and not self.lines
        if any(option.required for option in op.options) or not self.keeps_defaults(op, arguments[count:]):
            return None
        return op if plain and tuple(names[:count]) == self.positional[:count] and len(names) >= count else None

    def keeps_defaults(self, op: Op, arguments: list[ast.expr]) -> bool:
        """Whether the options of the op are at their defaults where a call says nothing of them."""
        for option, argument in zip(op.options, arguments):
            given = self.defaults.get(argument.id) if isinstance(argument, ast.Name) else argument
            if given is None or ast.unparse(given) != repr(option.default):
                return False
        return True

    @cached_property
    def uses(self) -> Mapping[str, int]:
        """How often the body speaks of each parameter."""
        spoken: list[str] = []
        for expression in (*[value for _, value in self.lines], self.body):
            functions = [node.func for node in ast.walk(expression) if isinstance(node, ast.Call)]
            names = [node for node in ast.walk(expression) if isinstance(node, ast.Name)]
            spoken += [node.id for node in names if not any(node is function for function in functions)]
        return {name: spoken.count(name) for name in (*self.names, *([self.rest] if self.rest else []))}


class Unread(Signature):
    """A signature that is made when something of it is first asked for: a table has thousands, a program uses few.

    make: what makes it.
    """

    def __init__(self, make: Callable[[], Signature]):
        object.__setattr__(self, "make", make)

    def read(self) -> None:
        """Become that signature."""
        made = vars(self)["make"]()
        vars(self).clear()
        vars(self).update(vars(made))
        object.__setattr__(self, "__class__", Signature)

    def __getattr__(self, name: str) -> Any:
        if name not in Signature.__annotations__:
            raise AttributeError(name)
        self.read()
        return getattr(self, name)

    def __eq__(self, other: object) -> bool:
        self.read()
        return self == other

    def __repr__(self) -> str:
        self.read()
        return repr(self)

    __hash__ = None  # pyright: ignore - as of what it becomes, which holds dictionaries


def constant(node: ast.expr) -> Any:
    """A parameter's default."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return NotImplemented


def spoken(expressions: list[ast.expr]) -> list[str]:
    return [node.id for one in expressions for node in ast.walk(one) if isinstance(node, ast.Name)]


BEGINNING = re.compile(r"^(?=def )", re.MULTILINE)  # of a function in a table
Table = dict[str, tuple[Signature, ...]]  # nobody writes to one that is made


def table(text: str, names: str = "") -> Table:
    """A table of signatures.  names: functions of nothing but our op's inputs, `name` or `name=op`."""
    found: Table = {}
    for word in names.split():
        name, _, op = word.partition("=")
        found[name] = (plain(OPS[op or name]),)
    for line in BEGINNING.split(text):
        if line.strip():
            name = line[len("def ") : line.index("(")]
            before = found.get(name, ()) if name not in names.split() else ()
            found[name] = (*before, Unread(partial(signature, line)))
    return found


def signature(text: str) -> Signature:
    """That of one function."""
    (line,) = ast.parse(text).body
    assert isinstance(line, ast.FunctionDef), text
    arguments, body = line.args, line.body[-1]
    assert isinstance(body, ast.Expr), ast.unparse(line)
    lines: list[tuple[str, ast.expr]] = []
    for statement in line.body[:-1]:
        assert isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name), ast.unparse(line)
        lines.append((statement.targets[0].id, statement.value))
    parameters = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(
        zip([a.arg for a in parameters[len(parameters) - len(arguments.defaults) :]], arguments.defaults, strict=True)
    )
    defaults |= {
        a.arg: value for a, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value is not None
    }
    return Signature(
        tuple(a.arg for a in parameters),
        tuple(a.arg for a in arguments.kwonlyargs),
        arguments.vararg.arg if arguments.vararg else None,
        defaults,
        {a.arg: a.annotation for a in (*parameters, *arguments.kwonlyargs) if a.annotation is not None},
        body.value,
        f"{line.name}({shown(arguments)})",
        tuple(lines),
    )


def shown(arguments: ast.arguments) -> str:
    """Parameters without the annotations, for an error."""
    function = ast.parse(
        (
            f"lambda {ast.unparse(arguments)}: 0"
            if not any(a.annotation for a in (*arguments.args, *arguments.kwonlyargs))
            else "lambda: 0"
        ),
        mode="eval",
    ).body
    assert isinstance(function, ast.Lambda)
    bare = function.args
    if not bare.args and arguments.args:
        bare = ast.arguments(
            [],
            [ast.arg(a.arg) for a in arguments.args],
            arguments.vararg,
            [ast.arg(a.arg) for a in arguments.kwonlyargs],
            arguments.kw_defaults,
            None,
            arguments.defaults,
        )
    return ast.unparse(bare)


UFUNC = {
    "out": ast.Constant(None),
    "where": ast.Constant(True),
    "dtype": ast.Constant(None),
    "casting": ast.Constant("same_kind"),
    "order": ast.Constant("K"),
    "subok": ast.Constant(True),
}


def ufunc(op: Op) -> Signature:
    """NumPy's function that works element by element: beside its operands it takes what says where and how, which is
    not modelled.
    """
    return Unread(partial(ufunc_signature, op))


def plain(op: Op) -> Signature:
    """A function that is an op by another name, its arguments in our order."""
    return Unread(partial(plain_signature, op))


def ufunc_signature(op: Op) -> Signature:
    simple = plain_signature(op)
    return replace(
        simple,
        positional=(*simple.positional, "out"),
        keyword_only=tuple(name for name in UFUNC if name != "out"),
        defaults={**simple.defaults, **UFUNC},
    )


def plain_signature(op: Op) -> Signature:
    names = (*op.inputs, *(o.name for o in op.options))
    defaults = {name: ast.Constant(value) for name, value in op.defaults.items() if abs(value) != float("inf")}
    defaults |= {o.name: ast.parse(repr(o.default), mode="eval").body for o in op.options if not o.required}
    body = ast.Call(ast.Name(op.name), [ast.Name(name) for name in names], [])
    return Signature(names, (), None, defaults, {}, body, op.signature)


# ------------------------------------------------------------------ what a line asks of its arguments

EXTENTS: Mapping[str, Callable[[Shape], bool]] = {
    "square_matrix": lambda shape: len(shape) >= 2 and shape[-1] == shape[-2],
    "tall_matrix": lambda shape: len(shape) >= 2 and shape[-2] > shape[-1],
    "at_least_two": lambda shape: len(shape) == 1 and shape[0] >= 2,
}
RANKS: Mapping[str, Callable[[int], bool]] = {
    "number": lambda n: n == 0,
    "vector": lambda n: n == 1,
    "matrix": lambda n: n == 2,
    "cube": lambda n: n == 3,
    "array": lambda n: True,
    "at_least_2": lambda n: n >= 2,
    "at_least_3": lambda n: n >= 3,
    "at_most_2": lambda n: n <= 2,
    "image": lambda n: n == 4,
}
LISTS = {"numbers": RANKS["number"], "vectors": RANKS["vector"], "matrices": RANKS["at_least_2"]}
SHAPES: Mapping[str, Callable[[Shape, Shape], bool]] = {
    "same_rank": lambda a, b: len(a) == len(b),
    "same_shape": lambda a, b: a == b,
    "classes": lambda a, b: a == b[:-1],
    "channels": lambda a, b: a == (*b[:1], *b[2:]) if len(b) > 1 else a == (),
}
STATICS: Mapping[str, Callable[[object, Shape], bool]] = {
    "last_axis": lambda value, shape: value in (-1, len(shape) - 1) and type(value) is int,
    "last_size": lambda value, shape: value == shape[-1:] or (value,) == shape[-1:],
}
# ------------------------------------------------------------------ what a line computes of shapes beforehand


def lower_middle(x: Held, axis: int | None = None) -> int:
    """The place of PyTorch's median among sorted elements: of an even number the lower of the two in the middle."""
    count = size_of(x.shape) if axis is None else x.shape[axis]
    if count == 0:
        raise ValueError
    return (count - 1) // 2


def corner(x: Held, index: Held, axis: int) -> object:
    """The part of x that PyTorch's gather looks at: from the start, as far as the index goes along the other axes."""
    if not -len(x.shape) <= axis < len(x.shape):
        return x.value
    axis %= len(x.shape)
    if any(i != axis and n > m for i, (n, m) in enumerate(zip(index.shape, x.shape, strict=True))):
        raise ValueError
    ends = [None if i == axis or n == m else n for i, (n, m) in enumerate(zip(index.shape, x.shape, strict=True))]
    if all(end is None for end in ends):
        return x.value
    return Part(x.value, tuple([slice(None, end) for end in ends]))


def flattened(x: Held, start: int, end: int) -> Shape:
    rank = len(x.shape)
    if not -rank <= start < rank:
        raise ValueError
    if not -rank <= end < rank:
        raise IndexError
    start, end = start % rank, end % rank
    if start > end:
        raise ValueError
    return (*x.shape[:start], size_of(x.shape[start : end + 1]), *x.shape[end + 1 :])


def parts(x: Held, size: int, axis: int) -> int:
    """How many parts of one size an axis has."""
    if type(size) is not int or size < 1 or x.shape[axis] % size:
        raise ValueError
    return x.shape[axis] // size


def enough(x: Held, sizes: Shape) -> Shape:
    """Repeats for every axis, as PyTorch's repeat asks for."""
    if len(sizes) < len(x.shape):
        raise ValueError
    return sizes


def expanded(x: Held, sizes: Shape) -> Shape:
    """The shape to stretch to; -1 leaves a size as it is."""
    added = len(sizes) - len(x.shape)
    if added < 0 or -1 in sizes[:added]:
        raise ValueError
    return (*sizes[:added], *(n if size == -1 else size for size, n in zip(sizes[added:], x.shape, strict=True)))


def padded_axes(x: Held, widths: Shape) -> tuple[Shape, ...]:
    """PyTorch's widths, pairs from the last axis on, as NumPy's: a pair for each axis."""
    if len(widths) % 2 or len(widths) > 2 * len(x.shape):
        raise ValueError
    pairs = [tuple(widths[i : i + 2]) for i in range(0, len(widths), 2)]
    return (*[(0, 0)] * (len(x.shape) - len(pairs)), *reversed(pairs))


def tens(decimals: int) -> float:
    """What is multiplied by before rounding, and divided by after it."""
    if type(decimals) is not int or not 0 <= decimals <= 20:
        raise ValueError
    return 10.0**decimals


def backwards(shape: Any) -> Any:
    """A shape with its axes in the opposite order, as where the first index changes fastest."""
    return shape if isinstance(shape, int) else shape[::-1]


HELPERS: dict[str, Callable[..., object]] = {
    f.__name__: f for f in (lower_middle, corner, flattened, parts, enough, expanded, padded_axes, tens, backwards)
}
