"""Lines that call a function or use a class of which only the definition is there, with values to begin with."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, islice, product

from gradlens.engine.language.code import Code
from gradlens.engine.language.objects import ClassObject, Function

VECTOR, MATRIX = 1, 2
ARRAYS = {VECTOR: "[1, 2]", MATRIX: "[[1, 2], [3, 4]]"}  # all axes alike, so that products and sums of them fit


LABELS = ("y", "t", "y_true", "label", "labels", "target", "targets")
ARRAY_METHODS = frozenset(
    "copy sum mean max min std var reshape flatten ravel view astype exp log dot clip argmax size numel".split()
)
OTHERS = ("[1, 2]", "[[1, 2], [3, 4]]", "2", "[0, 1]", "[[1, 0], [0, 1]]")  # where the first values do not fit
WIDEST = 8  # of an array that is written out
MOST_OFFERS = 60
METHODS = ("forward", "__call__", "call", "loss", "predict")  # of a class, by what is asked first
NOT_ASKED = ("backward", "update", "parameters", "zero_grad", "gradient", "numerical_gradient", "accuracy")


def arguments_of(code: Code, method: bool = False) -> tuple[list[str], str]:
    """The parameters that a call has to give, and how it gives them."""
    names = [name for name in code.parameters[method:] if name not in code.defaults]
    by_name = [name for name in code.keyword_only if name not in code.defaults]
    return [*names, *by_name], ", ".join([*names, *[f"{name}={name}" for name in by_name]])


def calls_of(function: Function | ClassObject) -> tuple[list[str], list[str]] | None:
    """The names that must have a value, and the lines that call a function, or make and use an object of a class.

    None for a class of which nothing can be asked.
    """
    if isinstance(function, Function):
        names, given = arguments_of(function.code)
        return names, [f"{function.name}({given})"]
    made = function.find("__init__")
    names, given = arguments_of(made.code, method=True) if isinstance(made, Function) else ([], "")
    method = asked_method(function)
    if method is None:
        if isinstance(function.find("__add__"), Function) and isinstance(function.find("__mul__"), Function):
            return [], [f"a = {function.name}(2.0)", f"b = {function.name}(3.0)", "a * b"]
        return None
    name = method.code.name
    more, arguments = arguments_of(method.code, method=True)
    is_layers = any(one.name == "Module" for one in function.lineage())
    held = "model" if is_layers or name in ("loss", "predict") else "layer"
    called = held if name == "__call__" or (is_layers and name == "forward") else f"{held}.{name}"
    return list(dict.fromkeys([*names, *more])), [f"{held} = {function.name}({given})", f"{called}({arguments})"]


def asked_method(owner: ClassObject) -> Function | None:
    """The method of a class that computes what one wants to see."""
    own = [name for name in owner.names if not name.startswith("_") and name not in NOT_ASKED]
    for name in (*METHODS, *own):
        found = owner.find(name)
        if isinstance(found, Function) and not found.code.ours:
            return found
    return None


def offers(
    calls: Sequence[str], missing: Sequence[str], body: ast.AST, libraries: Collection[str]
) -> Iterator[list[str]]:
    """Assignments to the names without a value, and the calls: what the body shows first, then with other values.

    An array is written where the body shows that one is needed, and as the program's library makes it.
    """
    written = "torch.tensor({})" if "torch" in libraries else "np.array({})" if "numpy" in libraries else "{}"
    axes = [axes_of(name, body) for name in missing]
    first = [ARRAYS[n] if n else str(number) for number, n in enumerate(axes, 1)]
    others = (*OTHERS, *[counted(n, rows) for n in widths_in(body) for rows in (2, 0)])

    def lines(values: Sequence[str]) -> list[str]:
        arrays = [written.format(value) if value.startswith("[") else value for value in values]
        return [*[f"{name} = {value}" for name, value in zip(missing, arrays)], *calls]

    def changed() -> Iterator[list[str]]:
        for count in (1, 2):
            for places in combinations(range(len(missing)), count):
                for values in product(*[fitting(missing[place], others) for place in places]):
                    found = list(first)
                    for place, value in zip(places, values):
                        found[place] = value
                    yield lines(found)

    yield lines(first)
    yield from islice(changed(), MOST_OFFERS)


def fitting(name: str, others: Sequence[str]) -> Sequence[str]:
    """Values to try for a name: of labels the classes first."""
    return ("[0, 1]", *others) if name in LABELS else others


def widths_in(body: ast.AST) -> list[int]:
    """Whole numbers of a body that may be how many numbers it wants."""
    found = {node.value for node in ast.walk(body) if isinstance(node, ast.Constant) and type(node.value) is int}
    return sorted(n for n in found if 2 < n <= WIDEST)[:3]


def counted(width: int, rows: int) -> str:
    """A matrix of so many rows, or with none a vector, with the numbers from 1 on."""
    if not rows:
        return str([*range(1, width + 1)])
    return str([[*range(1 + i * width, 1 + (i + 1) * width)] for i in range(rows)])


def axes_of(name: str, body: ast.AST) -> int:
    """How many axes a parameter needs, as its uses in a body show; 0 where they show nothing."""
    return max((axes_in(name, node) for node in ast.walk(body)), default=0)


def axes_in(name: str, node: ast.AST) -> int:
    """How many axes one use of a parameter asks for."""

    def is_it(value: ast.AST) -> bool:
        """The name, or what an object keeps by it."""
        return (isinstance(value, ast.Name) and value.id == name) or (
            isinstance(value, ast.Attribute)
            and value.attr == name
            and isinstance(value.value, ast.Name)
            and value.value.id == "self"
        )

    match node:
        case ast.BinOp(left, ast.MatMult(), right) if is_it(left) or is_it(right):
            return factor(name)
        case ast.Call(ast.Attribute(_, "dot" | "matmul" | "mm" | "linear"), arguments) if any(map(is_it, arguments)):
            return factor(name)
        case ast.Call(function, arguments, keywords):
            method = function.attr if isinstance(function, ast.Attribute) and is_it(function.value) else ""
            if method or any(map(is_it, arguments)):
                along = [k.value for k in keywords if k.arg in ("axis", "dim")]
                if along:
                    return MATRIX if any(isinstance(a, ast.Constant) and a.value == 1 for a in along) else VECTOR
                if method in ("dot", "matmul", "mm"):
                    return factor(name)
            return (
                VECTOR if isinstance(function, ast.Name) and function.id == "len" and any(map(is_it, arguments)) else 0
            )
        case ast.Attribute(value, "T") if is_it(value):
            return MATRIX
        case ast.Attribute(value, method) if is_it(value) and method in ARRAY_METHODS:
            return VECTOR
        case ast.Subscript(ast.Attribute(value, "shape"), ast.Constant(at)) if is_it(value):
            return MATRIX if at in (1, -2) else VECTOR
        case ast.Assign([ast.Tuple(names)], ast.Attribute(value, "shape")) if is_it(value) and len(names) <= MATRIX:
            return len(names)
        case ast.Subscript(value, key) if is_it(value):
            return MATRIX if isinstance(key, ast.Tuple) and len(key.elts) > 1 else VECTOR
        case ast.For(iter=value) | ast.comprehension(iter=value) if is_it(value):
            return VECTOR
        case _:
            return 0


def factor(name: str) -> int:
    """Of a product of matrices: W is a matrix, x a vector."""
    return MATRIX if name[:1].isupper() else VECTOR
