"""Other forms of a line that use nothing else: an operator, a transpose, a sign, an axis, an index."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import (
    Ends,
    Rewritten,
    beside,
    copied,
    fresh,
    is_count,
    named_extra,
    of,
    parsed,
    shallow,
    value_of,
    with_value,
)

AXES: tuple[object, ...] = (0, 1)  # of matrices
MORE_AXES: tuple[object, ...] = (0, 1, 2, -1, (0, 1), (0, 2), (0, 2, 3), (0, 1, 2), (1, 2), (2, 3))
PRODUCTS = frozenset(("dot", "matmul", "mm", "bmm"))
SUMS = frozenset(("sum", "mean"))
FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.LtE,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
    ast.GtE: ast.LtE,
    ast.LtE: ast.GtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
LARGEST = ("a > 0", "a == np.max(a)", "a == np.max(a, axis=-1, keepdims=True)", "a == np.max(a, axis=0, keepdims=True)")
EXTREMES = {
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "argmin": "argmax",
    "amax": "amin",
    "amin": "amax",
    "maximum": "minimum",
    "minimum": "maximum",
}


def plain(x: ast.expr, axes: tuple[object, ...]) -> Iterator[tuple[str, ast.expr]]:
    """Other forms of one expression that use nothing else."""
    for maker in (swaps, products, signs, unsummed, divisions, squares, numbers, comparisons, extremes, ends):
        yield from maker(x)
    if axes is MORE_AXES:
        yield from last_axes_swapped(x)
        yield from reordered(x)
    yield from sums(x, axes)


def factors_of(x: ast.expr) -> tuple[ast.expr, ast.expr, Callable[[ast.expr, ast.expr], ast.expr]] | None:
    """The two factors of a product of matrices, and how it is written."""
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.MatMult):
        return x.left, x.right, lambda a, b: of("a @ b", a=a, b=b)
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr in PRODUCTS:
        if len(x.args) == 2:
            return x.args[0], x.args[1], lambda a, b: ast.Call(x.func, [a, b], [])
        if len(x.args) == 1:
            name = x.func.attr
            return (
                x.func.value,
                x.args[0],
                lambda a, b: ast.Call(ast.Attribute(a, name, ast.Load()), [b], []),
            )
    return None


def turned(x: ast.expr) -> ast.expr:
    """The transpose of an expression."""
    if isinstance(x, ast.Attribute) and x.attr == "T":
        return x.value
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr == "t" and not x.args:
        return x.func.value
    return of("a.T", a=x)


def last_axes_swapped(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """A product of stacks of matrices with one of them turned."""
    found = factors_of(x)
    if found is not None:
        a, b, made = found
        for left, right in ((of("a.swapaxes(-1, -2)", a=a), b), (a, of("b.swapaxes(-1, -2)", b=b))):
            yield "transposed", made(left, right)


def products(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    found = factors_of(x)
    if found is not None:
        a, b, made = found
        for left, right in (
            (turned(a), b), (a, turned(b)), (turned(a), turned(b)), (turned(b), turned(a)),
            (b, a), (turned(b), a), (b, turned(a)),
        ):  # fmt: skip
            yield "transposed", made(left, right)
        yield "matrix-not-elementwise", of("a * b", a=a, b=b)
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult):
        a, b = x.left, x.right
        for left, right in ((a, b), (turned(a), b), (a, turned(b)), (b, a), (turned(b), a), (b, turned(a))):
            yield "elementwise-not-matrix", of("a @ b", a=left, b=right)
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr == "outer" and len(x.args) == 2:
        yield "transposed", ast.Call(x.func, [x.args[1], x.args[0]], [])
    if isinstance(x, ast.Attribute) and x.attr == "T":
        yield "transposed", x.value


def signs(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(x, ast.UnaryOp) and isinstance(x.op, ast.USub):
        yield "sign", x.operand
    if isinstance(x, ast.BinOp) and isinstance(x.op, (ast.Add, ast.Sub)):
        other = "a - b" if isinstance(x.op, ast.Add) else "a + b"
        yield "sign", of(other, a=x.left, b=x.right)
        yield "sign", of("b - a", a=x.left, b=x.right)
        yield "extra-path", x.left
        yield ("wrong-slope" if isinstance(x.left, ast.Constant) and x.left.value == 1 else "extra-path"), x.right


def unsummed(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """A product that is subtracted where its sum over a row is: g - g * p."""
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Sub) and isinstance(x.right, ast.BinOp):
        for axis in (-1, 0):
            yield "bias-not-summed", of(f"a - (b).sum(axis={axis}, keepdims=True)", a=x.left, b=x.right)


def summed(x: ast.expr) -> tuple[ast.Call, ast.expr, str] | None:
    """A call of sum or mean, what it is of, and its name."""
    if not isinstance(x, ast.Call) or not isinstance(x.func, ast.Attribute) or x.func.attr not in SUMS:
        return None
    is_function = isinstance(x.func.value, ast.Name) and x.func.value.id in ("np", "numpy", "torch", "jnp")
    if is_function:
        return (x, x.args[0], x.func.attr) if x.args else None
    return x, x.func.value, x.func.attr


def sums(x: ast.expr, axes: tuple[object, ...]) -> Iterator[tuple[str, ast.expr]]:
    found = summed(x)
    if found is None:
        return
    call, inside, name = found
    is_function = bool(call.args) and call.args[0] is inside
    for axis in axes:
        for keep in (False, True):
            keywords = [ast.keyword("axis", ast.Constant(axis) if isinstance(axis, int) else parsed(repr(axis)))]
            if keep:
                keywords.append(ast.keyword("keepdims", ast.Constant(True)))
            made = ast.Call(call.func, [inside] if is_function else [], keywords)
            if ast.unparse(made) != ast.unparse(call):
                yield "wrong-axis", made
    yield "wrong-axis", ast.Call(call.func, [inside] if is_function else [], [])
    assert isinstance(call.func, ast.Attribute)
    other = fresh(call)
    assert isinstance(other, ast.Call) and isinstance(other.func, ast.Attribute)
    other.func.attr = "sum" if name == "mean" else "mean"
    yield ("mean-not-sum" if name == "mean" else "sum-not-mean"), other
    yield "extra-sum", inside


def divisions(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Div):
        yield ("mean-not-sum" if is_count(x.right) else "extra-factor"), x.left
        yield "factor-inverted", of("a * b", a=x.left, b=x.right)
        if isinstance(x.right, (ast.Name, ast.Attribute, ast.Subscript)) and not is_count(x.right):
            yield "power-rule", of("a / b ** 2", a=x.left, b=x.right)
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult):
        yield named_extra(x.right), x.left
        yield named_extra(x.left), x.right
        yield "factor-inverted", of("a / b", a=x.left, b=x.right)
    if isinstance(x, ast.Call) and len(x.args) == 1 and not x.keywords:
        yield "extra-factor", x.args[0]


def numbers(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(x, ast.Constant) and type(x.value) in (int, float):
        c: Any = x.value
        if c:
            yield "sign", parsed(repr(-c))
        for other in dict.fromkeys((c + 1, c - 1, 2 * c, c / 2 if c % 2 else c // 2)):
            if other != c:
                yield "wrong-constant", parsed(repr(other))
    if isinstance(x, ast.UnaryOp) and isinstance(x.operand, ast.Constant) and type(x.operand.value) in (int, float):
        negated: Any = x.operand.value
        for by in (1, -1):
            yield "wrong-constant", parsed(repr(-negated + by))
    if isinstance(x, ast.Subscript) and not isinstance(x.slice, (ast.Slice, ast.Tuple, ast.Constant)):
        for sign in "+-":
            yield "wrong-index", of(f"a[b {sign} 1]", a=x.value, b=x.slice)
    if isinstance(x, ast.Subscript) and isinstance(x.slice, ast.BinOp) and isinstance(x.slice.right, ast.Constant):
        yield "wrong-index", of("a[b]", a=x.value, b=x.slice.left)
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Pow):
        yield "power-rule", of("a ** (b - 1)", a=x.left, b=x.right)
        yield "power-rule", of("a ** (b + 1)", a=x.left, b=x.right)


def comparisons(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(x, ast.Compare) and len(x.ops) == 1 and type(x.ops[0]) in FLIPPED:
        for other in dict.fromkeys((FLIPPED[type(x.ops[0])], MIRRORED[type(x.ops[0])])):
            made = shallow(x)
            made.ops = [other()]
            yield "wrong-mask", made
        for template in LARGEST if isinstance(x.left, (ast.Name, ast.Attribute, ast.Subscript)) else ():
            yield "wrong-mask", of(template, a=x.left)
    if isinstance(x, ast.UnaryOp) and isinstance(x.op, (ast.Invert, ast.Not)):
        yield "wrong-mask", x.operand


def extremes(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The largest for the smallest, and the reverse."""
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr in EXTREMES:
        made = fresh(x)
        assert isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute)
        made.func.attr = EXTREMES[x.func.attr]
        yield "wrong-mask", made


def ends(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The part of an array that begins or ends elsewhere: another half, or the inside of what was padded."""
    if not isinstance(x, ast.Subscript):
        return
    held = [n for n in ast.walk(x.slice) if isinstance(n, ast.Slice) and (n.lower or n.upper) and n.step is None]
    if not held:
        return
    if len(held) == 1 and (held[0].lower is None) != (held[0].upper is None):
        yield "wrong-index", sliced(x, lambda lower, upper: (upper, lower))
    for sign in "+-":

        def by_one(lower: ast.expr | None, upper: ast.expr | None, sign: str = sign) -> Ends:
            one = parsed("1") if lower is None and sign == "+" else None
            return (
                of(f"a {sign} 1", a=lower) if lower else one,
                of(f"a {sign} 1", a=upper) if upper else None,
            )

        yield "wrong-index", sliced(x, by_one)


def sliced(x: ast.Subscript, moved: Callable[[ast.expr | None, ast.expr | None], Ends]) -> ast.expr:
    """A part of an array with every end moved that it has."""
    made = fresh(x)
    assert isinstance(made, ast.Subscript)
    for node in ast.walk(made.slice):
        if isinstance(node, ast.Slice) and (node.lower or node.upper) and node.step is None:
            node.lower, node.upper = moved(node.lower, node.upper)
    return made


def reordered(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Axes in another order before an array is given another form: channels last, or first."""
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr in ("reshape", "view"):
        for order in ("0, 2, 3, 1", "0, 3, 1, 2", "1, 0, 2, 3", "1, 2, 3, 0"):
            made = fresh(x)
            assert isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute)
            made.func.value = of(f"a.transpose({order})", a=x.func.value)
            yield "transposed", made


def swaps(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Two values of several in each other's place."""
    if isinstance(x, (ast.Tuple, ast.List)) and 1 < len(x.elts) <= MOST_SWAPPED:
        for i in range(len(x.elts)):
            for j in range(i):
                made = shallow(x)
                made.elts = [*x.elts]
                made.elts[i], made.elts[j] = x.elts[j], x.elts[i]
                yield "wrong-index", made


def squares(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The forms of slopes that are mistaken for one another: 1 - a, 1 - a ** 2, a (1 - a)."""
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Pow):
        yield "wrong-slope", x.left
    if (
        isinstance(x, ast.BinOp)
        and isinstance(x.op, ast.Sub)
        and isinstance(x.left, ast.Constant)
        and x.left.value == 1
    ):
        a = x.right.left if isinstance(x.right, ast.BinOp) and isinstance(x.right.op, (ast.Pow, ast.Mult)) else x.right
        yield "wrong-slope", of("1 - a ** 2", a=a)
        yield "wrong-slope", of("a * (1 - a)", a=a)
        yield "output-derivative-at-input", of("1 - np.tanh(a) ** 2", a=a)
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult):
        a, b = x.left, x.right
        if isinstance(b, ast.BinOp) and isinstance(b.op, ast.Sub) and ast.unparse(b.right) == ast.unparse(a):
            yield "wrong-slope", of("1 - a ** 2", a=a)
            yield "output-derivative-at-input", of("sigmoid(a) * (1 - sigmoid(a))", a=a)
        yield from row_slopes(x)


def row_slopes(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """g p (1 - p) of a softmax, element by element, in any order."""
    factors = factors_in(x)
    for b in factors if len(factors) > 2 else ():
        if not (isinstance(b, ast.BinOp) and isinstance(b.op, ast.Sub) and ast.unparse(b.left) in ("1", "1.0")):
            continue
        rest = [one for one in factors if one is not b]
        p = next((one for one in rest if ast.unparse(one) == ast.unparse(b.right)), None)
        if p is None:
            continue
        g = rest[0] if rest[0] is not p else rest[1]
        for one in rest:
            g = g if one is p or one is g else of("g * e", g=g, e=one)
        yield "extra-activation-derivative", g
        yield "wrong-slope", of("g * (1 - p ** 2)", g=g, p=p)
        for axis in (-1, 0):
            yield "softmax-elementwise", of(f"p * (g - (g * p).sum(axis={axis}, keepdims=True))", g=g, p=p)


def factors_in(x: ast.expr) -> list[ast.expr]:
    """The factors of a product of two or more."""
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult):
        return factors_in(x.left) + factors_in(x.right)
    return [x]


def whole(statement: ast.stmt, axes: tuple[object, ...]) -> Iterator[tuple[str, ast.stmt]]:
    """The value of a line turned, negated or summed."""
    e = value_of(statement)
    if e is None or isinstance(e, ast.Tuple):
        return
    yield "sign", with_value(statement, of("-e", e=e))
    for axis in axes:
        for keep in ("", ", keepdims=True"):
            yield "bias-not-summed", with_value(statement, of(f"e.sum(axis={axis}{keep})", e=e))
    yield "bias-not-summed", with_value(statement, of("e.sum()", e=e))
    yield "transposed", with_value(statement, turned(e))


def of_statement(statement: ast.stmt) -> Iterator[Rewritten]:
    """Added for assigned, assigned for added, and the line left out."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        own = ast.unparse(target)
        reads = any(isinstance(n, ast.expr) and ast.unparse(n) == own for n in ast.walk(statement.value))
        if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)) and not reads:
            yield "not-accumulated", [beside(ast.AugAssign(target, ast.Add(), statement.value), statement)]
    if isinstance(statement, ast.AugAssign):
        made = ast.Assign([statement.target], statement.value)
        forms: list[Rewritten] = [("accumulated", [beside(made, statement)])]
        if isinstance(statement.op, (ast.Add, ast.Sub)):
            other = copied(statement)
            assert isinstance(other, ast.AugAssign)
            other.op = ast.Sub() if isinstance(statement.op, ast.Add) else ast.Add()
            forms.append(("sign", [other]))
        # What is subtracted is likelier meant to be added than assigned.
        yield from reversed(forms) if isinstance(statement.op, ast.Sub) else forms
        if isinstance(statement.op, (ast.Div, ast.Mult)):
            kind = "mean-not-sum" if is_count(statement.value) else named_extra(statement.value)
            yield kind, [beside(ast.Pass(), statement)]


def subtracted(statement: ast.stmt) -> Iterator[Rewritten]:
    """p[k] -= 1 where p[k] = 1 is written."""
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        made = ast.AugAssign(statement.targets[0], ast.Sub(), statement.value)
        yield "not-accumulated", [beside(made, statement)]


def unpacked(statement: ast.stmt) -> Iterator[Rewritten]:
    """x, w = cache with two of the names in each other's place."""
    assert isinstance(statement, ast.Assign)
    for _, target in swaps(statement.targets[0]):
        made = copied(statement)
        assert isinstance(made, ast.Assign)
        made.targets = [target]
        yield "wrong-index", [made]


MOST_SWAPPED = 6
