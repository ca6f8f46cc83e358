"""What a parameter has to be, by how the bodies that get it use it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

VECTOR, MATRIX, MOST_AXES = 1, 2, 4
ARRAY_METHODS = frozenset(
    "copy sum mean max min std var reshape flatten ravel view astype exp log dot clip argmax size numel".split()
)
SIZED = frozenset("range zeros ones empty full eye randn rand normal uniform arange random_sample".split())
REDUCTIONS = frozenset("sum mean max min prod std var norm softmax log_softmax logsumexp argmax".split())
ELEMENTWISE = frozenset("exp log log2 log10 log1p sqrt abs square tanh sin cos sigmoid relu".split())
COUNTS = frozenset("i j k n N".split())  # names of whole numbers more than of arrays
LABELLED = ("cross_entropy", "nll_loss", "CrossEntropyLoss", "NLLLoss")
LAYERS = ("nn", "torch.nn")
MOST_NODES = 100_000  # that are looked at for all parameters together
MOST_CALLS = 3  # how deep a parameter is followed into functions that it is given to


@dataclass
class Uses:
    """What the uses of a parameter show.

    axes: how many an array needs at least, 0 where nothing shows one.  parts: the names that a tuple is taken apart to.
    keys: those of a dictionary that it must have, with the names that their values get.  texts: what it is compared
    with.  arity: of a function, how many arguments it takes.  rows: whether it is a list of such tuples or
    dictionaries.  is_sizes: whether it is a list of how many numbers layers have.  is_index: whether it holds places.
    is_share: whether it lies between 0 and 1.  is_reduced: whether it may be an array whose elements are added up, or
    a number among such.
    """

    axes: int = 0
    parts: list[str] = field(default_factory=list[str])
    rows: bool = False
    keys: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    is_dict: bool = False
    texts: list[str] = field(default_factory=list[str])
    arity: int | None = None
    is_size: bool = False
    is_sizes: bool = False
    is_index: bool = False
    is_share: bool = False
    is_reduced: bool = False


class Reading:
    """The uses of parameters in a body, and in the functions of the program that it calls.

    functions: of the program, by name.
    """

    def __init__(self, functions: Mapping[str, ast.FunctionDef | ast.Lambda]):
        self.functions = functions
        self.walks: dict[ast.AST, list[ast.AST]] = {}
        self.left = MOST_NODES

    def uses(self, name: str, body: ast.AST, depth: int = 0) -> Uses:
        found = Uses()
        names = {name}
        if body not in self.walks:
            self.walks[body] = list(ast.walk(body))
        nodes = self.walks[body]
        self.left -= len(nodes)
        if self.left < 0:
            return found
        for node in nodes:
            names |= other_names(names, node)
        for node in nodes:
            self.look(found, names, node, depth)
        found.is_reduced |= is_reduced(names, nodes)
        found.is_share |= any(is_probability(names, node) for node in nodes)
        if max(found.axes, found.is_reduced) == VECTOR and name[:1].isupper() and "_" not in name:
            found.axes = MATRIX
        return found

    def look(self, found: Uses, names: set[str], node: ast.AST, depth: int) -> None:
        def is_it(value: ast.AST | None) -> bool:
            return is_one(names, value)

        found.axes = max(found.axes, axes_in(names, node))
        match node:
            case ast.Assign([ast.Tuple(targets)], value) if is_it(value):
                found.parts = found.parts or [t.id for t in targets if isinstance(t, ast.Name)]
            case ast.For(ast.Tuple(targets), iterated) | ast.comprehension(ast.Tuple(targets), iterated) if is_it(
                iterated
            ):
                found.parts = [t.id for t in targets if isinstance(t, ast.Name)]
                found.rows = True
            case ast.For(ast.Name(row), iterated) if is_it(iterated):
                keys = self.row_keys(row, node)
                found.rows = found.rows or bool(keys)
                found.keys |= keys
            case ast.BinOp(left, ast.Add(), right) if (is_it(left) or is_it(right)) and any(
                isinstance(side, ast.List) for side in (left, right)
            ):
                found.is_sizes = True
            case ast.Assign([target], ast.Subscript(value, ast.Constant(str() as key))) if is_it(value):
                found.keys.setdefault(key, []).extend([target.id] if isinstance(target, ast.Name) else [])
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
                for target, value in zip(targets, values):
                    self.look(found, names, ast.Assign([target], value), depth)
            case ast.Subscript(value, ast.Constant(str() as key), ast.Load()) if is_it(value):
                found.keys.setdefault(key, [])
            case ast.Subscript(value, key, ast.Load()) if is_it(value) and (begins := beginning(key)):
                found.keys.setdefault(f"{begins}1", [])
            case ast.Call(ast.Attribute(value, "get" | "setdefault")) if is_it(value):
                found.is_dict = True
            case ast.Compare(_, [ast.In() | ast.NotIn()], [value]) if is_it(value):
                found.is_dict = found.is_dict or isinstance(node.left, ast.Constant)
            case ast.Compare(value, [ast.Eq() | ast.In() | ast.NotEq()], [other]) if is_it(value):
                parts = other.elts if isinstance(other, (ast.Tuple, ast.List)) else [other]
                found.texts += [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
            case ast.Compare(_, [ast.Eq() | ast.NotEq()], [ast.Subscript(value)]) if is_it(value):
                found.is_index = True
            case ast.Subscript(_, key):
                keys = key.elts if isinstance(key, ast.Tuple) else [key]
                ends = [end for k in keys if isinstance(k, ast.Slice) for end in (k.lower, k.upper, k.step) if end]
                found.is_index = found.is_index or any(
                    is_it(k) or (isinstance(k, ast.Subscript) and is_it(k.value)) for k in keys
                )
                found.is_size = found.is_size or any(is_it(part) for end in ends for part in ast.walk(end))
            case ast.BinOp(left, ast.FloorDiv() | ast.Mod(), right) if is_it(right) and not is_it(left):
                found.is_size = True
            case ast.Call(function, arguments, keywords):
                self.look_at_call(found, is_it, function, [*arguments, *[k.value for k in keywords]], depth)
            case _:
                pass

    def row_keys(self, row: str, loop: ast.For) -> dict[str, list[str]]:
        """The keys of the dictionaries that a loop goes through."""
        inner = Uses()
        for node in (part for line in loop.body for part in ast.walk(line)):
            match node:
                case ast.Subscript(ast.Name(name), ast.Constant(str() as key)) if name == row:
                    inner.keys.setdefault(key, [])
                case _:
                    pass
        return inner.keys

    def look_at_call(
        self,
        found: Uses,
        is_it: Callable[[ast.AST | None], bool],
        function: ast.expr,
        arguments: list[ast.expr],
        depth: int,
    ) -> None:
        if is_it(function):
            found.arity = len(arguments)
        text = dotted(function)
        last = text.rpartition(".")[2]
        parts = [part for a in arguments for part in (a.elts if isinstance(a, (ast.Tuple, ast.List)) else [a])]
        if last in SIZED or (last[:1].isupper() and text.rpartition(".")[0] in LAYERS):
            found.is_size = found.is_size or any(is_it(part) for a in parts for part in ast.walk(a))
        if last in LABELLED and len(arguments) > 1 and is_it(arguments[1]):
            found.is_index = True
        if last == "binary_cross_entropy" and any(map(is_it, arguments)):
            found.is_share = True
        if last in ("log", "log1p", "log2") and any(
            isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub) and is_it(part.right)
            for a in arguments
            for part in ast.walk(a)
        ):
            found.is_share = True
        called = self.functions.get(text)
        if called is not None and depth < MOST_CALLS:
            for parameter, argument in zip([a.arg for a in called.args.args], arguments):
                if is_it(argument):
                    add(found, self.uses(parameter, called, depth + 1))
                elif (
                    isinstance(argument, ast.Subscript)
                    and is_it(argument.value)
                    and isinstance(argument.slice, ast.Tuple)
                ):
                    found.axes = max(found.axes, len(argument.slice.elts))


def add(found: Uses, more: Uses) -> None:
    """What a function shows that gets the same value."""
    found.axes = max(found.axes, more.axes)
    found.parts = found.parts or more.parts
    found.keys = more.keys | found.keys
    found.texts += more.texts
    found.arity = found.arity if found.arity is not None else more.arity
    found.is_dict |= more.is_dict
    found.is_size |= more.is_size
    found.is_index |= more.is_index
    found.is_share |= more.is_share
    found.is_reduced |= more.is_reduced


def dotted(function: ast.expr) -> str:
    """A function's name with what stands before it; of other expressions the last name alone."""
    match function:
        case ast.Name(name):
            return name
        case ast.Attribute(value, name):
            return f"{dotted(value)}.{name}".lstrip(".")
        case _:
            return ""


def beginning(key: ast.expr) -> str:
    """What a key begins with that a number ends: 'W' + str(i), f'W{i}'."""
    match key:
        case ast.BinOp(ast.Constant(str() as text), ast.Add()):
            return text
        case ast.JoinedStr([ast.Constant(str() as text), *_]):
            return text
        case _:
            return ""


def is_one(names: set[str], value: ast.AST | None) -> bool:
    """A name, or what an object keeps by it."""
    return (isinstance(value, ast.Name) and value.id in names) or (
        isinstance(value, ast.Attribute)
        and value.attr in names
        and isinstance(value.value, ast.Name)
        and value.value.id == "self"
    )


def other_names(names: set[str], node: ast.AST) -> set[str]:
    """The names that a statement gives to the same value."""

    def pairs() -> Iterator[tuple[ast.expr, ast.expr]]:
        match node:
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
                yield from zip(targets, values)
            case ast.Assign([target], value):
                yield target, value
            case _:
                pass

    return {t.id for t, v in pairs() if isinstance(t, ast.Name) and isinstance(v, ast.Name) and v.id in names}


def axes_in(names: set[str], node: ast.AST) -> int:
    """How many axes one use of a parameter asks for."""

    def is_it(value: ast.AST) -> bool:
        return is_one(names, value)

    def rank(value: ast.AST) -> int:
        """How many axes are gone before a value is used: 1 of x[i]; -1 of what is no part of it."""
        if is_it(value):
            return 0
        if isinstance(value, ast.Subscript) and not isinstance(value.slice, (ast.Slice, ast.Tuple)):
            inner = rank(value.value)
            return inner + 1 if inner >= 0 else -1
        return -1

    def product(values: list[ast.expr]) -> int:
        """Of a factor of a matrix product: the parameter itself, or a row of it."""
        found = 0
        for value in values:
            if (gone := rank(value)) >= 0:
                found = max(found, VECTOR + gone if gone else factor(value))
        return found

    match node:
        case ast.BinOp(left, ast.MatMult(), right):
            return product([left, right])
        case ast.Call(ast.Attribute(held, "dot" | "matmul" | "mm" | "linear"), arguments):
            return product([held, *arguments])
        case ast.Call(function, arguments, keywords):
            method = function.attr if isinstance(function, ast.Attribute) and is_it(function.value) else ""
            if method or any(map(is_it, arguments)):
                along = [k.value for k in keywords if k.arg in ("axis", "dim")]
                if along:
                    return max(axis_needed(a) for a in along)
            is_length = isinstance(function, ast.Name) and function.id in ("len", "zip", "enumerate")
            return max([VECTOR + gone for a in arguments if (gone := rank(a)) >= 0], default=0) if is_length else 0
        case ast.Attribute(value, "T") if is_it(value):
            return MATRIX
        case ast.Attribute(value, method) if is_it(value) and method in ARRAY_METHODS:
            return VECTOR
        case ast.Subscript(ast.Attribute(value, "shape"), ast.Constant(int() as at)) if is_it(value):
            return min(at + 1 if at >= 0 else MATRIX, MOST_AXES)
        case ast.Assign([ast.Tuple(targets)], ast.Attribute(value, "shape")) if is_it(value):
            return min(len(targets), MOST_AXES)
        case ast.Assign([ast.Tuple(targets)], ast.Call(ast.Attribute(value, "size"), [])) if is_it(value):
            return min(len(targets), MOST_AXES)
        case ast.Subscript(value, ast.Constant(str())) if is_it(value):
            return 0
        case ast.Subscript(value, key) if (gone := rank(value)) >= 0:
            parts = key.elts if isinstance(key, ast.Tuple) else [key]
            taken = sum(not (isinstance(p, ast.Constant) and p.value in (None, ...)) for p in parts)
            return min(max(taken + gone, VECTOR), MOST_AXES)
        case ast.For(iter=value) | ast.comprehension(iter=value) if is_it(value):
            return VECTOR
        case _:
            return 0


def axis_needed(axis: ast.expr) -> int:
    """How many axes an array has of which one is summed along."""
    axes = axis.elts if isinstance(axis, ast.Tuple) else [axis]
    known = [a.value for a in axes if isinstance(a, ast.Constant) and type(a.value) is int]
    return min(max([n + 1 for n in known], default=VECTOR), MOST_AXES)


def is_reduced(names: set[str], nodes: Iterable[ast.AST]) -> bool:
    """Whether a sum or the like is taken of a parameter, or of what is made of each of its elements."""
    if names & COUNTS:
        return False
    made = set(names)
    for node in nodes:
        match node:
            case ast.Assign([ast.Name(target)], value) if any(is_one(made, part) for part in elementwise(value)):
                made.add(target)
            case _:
                pass
    for node in nodes:
        match node:
            case ast.Call(ast.Attribute(held, method), arguments) if method in REDUCTIONS:
                if any(is_one(made, part) for value in (held, *arguments[:1]) for part in elementwise(value)):
                    return True
            case _:
                pass
    return False


def elementwise(value: ast.expr) -> Iterator[ast.expr]:
    """An expression and the parts of it that have a number for each of its own: no exponents, rows or sums."""
    yield value
    match value:
        case ast.BinOp(left, ast.Pow(), _):
            yield from elementwise(left)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right):
            yield from elementwise(left)
            yield from elementwise(right)
        case ast.UnaryOp(ast.USub(), operand):
            yield from elementwise(operand)
        case ast.Call(ast.Attribute(ast.Name(), function), [argument]) if function in ELEMENTWISE:
            yield from elementwise(argument)
        case _:
            pass


def is_probability(names: set[str], node: ast.AST) -> bool:
    """Whether a parameter is a factor of a logarithm, or the logarithm, with a little added or not, is of it."""
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            pairs = ((left, right), (right, left))
        case _:
            return False
    for weight, logarithm in pairs:
        match logarithm:
            case ast.Call(ast.Attribute(_, "log" | "log2"), [of]):
                inner = of.left if isinstance(of, ast.BinOp) and isinstance(of.op, (ast.Add, ast.Div)) else of
                over = of.right if isinstance(of, ast.BinOp) and isinstance(of.op, ast.Div) else None
                if any(is_one(names, part) for part in (weight, inner, over)):
                    return True
            case _:
                pass
    return False


def factor(value: ast.expr) -> int:
    """Of a product of matrices: W is a matrix, x a vector."""
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return MATRIX if name[:1].isupper() else VECTOR
