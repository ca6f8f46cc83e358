"""Other lines that somebody may have meant: each a statement that differs in one place, with the mistake's name."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from gradlens.engine.values import Shape, size_of

PRODUCTS = frozenset(("dot", "matmul", "mm", "bmm"))
SUMS = frozenset(("sum", "mean"))
AXES: tuple[object, ...] = (0, 1)  # of matrices
MORE_AXES: tuple[object, ...] = (0, 1, 2, -1, (0, 1), (0, 2), (0, 2, 3), (0, 1, 2), (1, 2), (2, 3))
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
PLAIN, COUNTS, NAMES, PATHS, FACTORS, INNER, TERMS = range(7)  # in the order in which they are tried
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
Rewritten = tuple[str, list[ast.stmt]]
Syntax = TypeVar("Syntax", bound=ast.AST)
Ends = tuple[ast.expr | None, ast.expr | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that a line can see.  text: how it is written there.  shape: None where it differs from turn to turn.

    gradient: whether its name means one.  labels: whether it is of zeros and ones; classes: of whole numbers, one axis.
    number: the whole number that it is, of those that are known.
    """

    text: str
    shape: Shape | None
    gradient: bool = False
    labels: bool = False
    classes: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """What else of a program may be meant in a line.

    scales: by what it multiplies and divides, as templates of e: e / np.sqrt(d).  literals: its numbers.
    layers: its objects that hand a gradient on.
    """

    scales: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()


def rewritings(
    statement: ast.stmt,
    stage: int,
    seen: list[Seen],
    shape: Shape | None,
    after: bool = False,
    program: Program = Program(),
) -> Iterator[Rewritten]:
    """What a line may have been meant to be, by stages: the plainest first.

    shape: of what it should give, where that is known.  after: the line is right, but another may be missing behind it.
    """
    if is_unpacking(statement) and stage not in (PLAIN, NAMES):
        return
    axes = MORE_AXES if any(one.shape and len(one.shape) > 2 for one in seen) else AXES
    if after:
        if stage == PATHS:  # right by chance: one of two paths is the whole gradient of something else
            for one in seen:
                if one.gradient and (made := applied(statement, f"e + {one.text}", False)) is not None:
                    yield "missing-path", made
        elif stage == FACTORS:
            yield from of_factors(statement, seen, shape, True)
    elif stage == PLAIN:
        value = value_of(statement)
        if value is not None and (isinstance(statement, ast.AugAssign) or is_item(statement)):
            for one in seen:
                if one.shape is None and one.gradient:
                    yield "missing-upstream", [with_value(statement, of(f"e * {one.text}", e=value))]
        if isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)):
            for kind, template in (("missing-factor", "2 * e"), *missing_factors(seen, shape)):
                is_plain = template == "2 * e" or kind in ("missing-activation-derivative", "missing-upstream")
                if is_plain and (made := applied(statement, template, False)) is not None:
                    yield kind, made
        yield from of_statement(statement)
        for slot in slots(statement):
            for kind, made in plain(slot.get(), axes):
                yield kind, [slot.put(made)]
        for kind, made in whole(statement, axes):
            yield kind, [made]
    elif stage == COUNTS:
        yield from of_counts(statement, seen)
        for scale in program.scales:
            for slot in slots(statement):
                x = slot.get()
                if isinstance(x, ast.BinOp) and isinstance(x.op, (ast.Div, ast.Mult)) and not is_function(slot):
                    yield "wrong-constant", [slot.put(of(scale, e=x.left))]
            if scale.partition(" ")[2] not in ast.unparse(statement):
                for slot in slots(statement) if value_of(statement) is not None else ():
                    if slot.way == (("value", None),) and not isinstance(slot.get(), ast.Tuple):
                        count = scale.startswith("e / ") and is_number(parsed(scale[4:]), seen)
                        yield ("sum-not-mean" if count else "missing-factor"), [slot.put(of(scale, e=slot.get()))]
    elif stage == PATHS:
        yield from of_decay(statement, seen, shape)
        for one in seen:
            for sign in "+-" if one.gradient else "":
                if (made := applied(statement, f"e {sign} {one.text}", False)) is not None:
                    yield "missing-path", made
        for slot in slots(statement):
            handed = any(field == "args" for field, _ in slot.way) and isinstance(slot.get(), (ast.Name, ast.Subscript))
            for one in seen if handed and any(s.gradient and s.text in ast.unparse(slot.get()) for s in seen) else ():
                if one.gradient and one.text != ast.unparse(slot.get()):
                    yield "missing-path", [slot.put(of(f"e + {one.text}", e=slot.get()))]
        for one in seen:
            made = None if one.gradient or not shape else applied(statement, f"e + {one.text}", False)
            if made is not None and one.shape == shape:
                yield "missing-path", made
    elif stage == NAMES:
        numbers = [one.text for one in seen if one.number]
        for slot in slots(statement):
            yield from of_names(slot, seen)
            for kind, made in ends_by(slot.get(), numbers):
                yield kind, [slot.put(made)]
        yield from renamed(statement, seen)
        yield from of_products(statement, seen, shape)
        for slot in slots(statement):
            if isinstance(slot.get(), ast.Constant) and not is_text(slot.get()):
                for literal in program.literals:
                    yield "wrong-constant", [slot.put(parsed(literal))]
            if slot.way[-1][0] == "args" and isinstance(slot.get(), (ast.Name, ast.Call)):
                for layer in program.layers:
                    yield "missing-activation-derivative", [slot.put(of(f"{layer}.backward(e)", e=slot.get()))]
    elif stage == FACTORS:
        yield from of_factors(statement, seen, shape, False)
    elif stage == INNER:
        yield from of_inner(statement, seen)
    else:
        yield from of_terms(statement, seen, shape)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of an expression in a statement: the steps from the one to the other."""

    statement: ast.stmt
    way: tuple[tuple[str, int | None], ...]

    def get(self) -> ast.expr:
        node: ast.AST = self.statement
        for name, place in self.way:
            child = getattr(node, name)
            node = child if place is None else child[place]
        assert isinstance(node, ast.expr)
        return node

    def put(self, expression: ast.expr) -> ast.stmt:
        """The statement with another expression there; what is the same is shared with it."""
        made = copied(self.statement)
        node: ast.AST = made
        for step, (name, place) in enumerate(self.way):
            child = getattr(node, name)
            if place is not None:
                child = [*child]
                setattr(node, name, child)
            below = expression if step == len(self.way) - 1 else shallow(child if place is None else child[place])
            if place is None:
                setattr(node, name, below)
            else:
                child[place] = below
            node = below
        return made


def shallow(node: Syntax) -> Syntax:
    """Another node of syntax with the same parts."""
    made = type(node)()
    made.__dict__.update(node.__dict__)
    return made


def copied(statement: ast.stmt) -> ast.stmt:
    made = shallow(statement)
    made.origin = getattr(statement, "origin", id(statement))  # pyright: ignore - of which line it is another form
    return made


def fresh(expression: ast.expr) -> ast.expr:
    return copy.deepcopy(expression)


def slots(statement: ast.stmt) -> list[Slot]:
    """Every expression of a statement that computes, from the outside in: not what is assigned to, but its keys."""
    found: list[Slot] = []
    pending: list[tuple[ast.AST, tuple[tuple[str, int | None], ...]]] = []
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)) and statement.value:
        pending.append((statement.value, (("value", None),)))
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    for place, target in enumerate(targets):
        if isinstance(target, ast.Subscript):
            pending.append((target.slice, (("targets", place), ("slice", None))))
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Subscript):
        pending.append((statement.target.slice, (("target", None), ("slice", None))))
    while pending:
        node, way = pending.pop(0)
        if isinstance(node, ast.expr):
            found.append(Slot(statement, way))
        if isinstance(node, ast.Lambda):
            continue
        for name, child in ast.iter_fields(node):
            if isinstance(node, ast.comprehension) and name == "target":
                continue
            if isinstance(child, list):
                pending += [(one, (*way, (name, i))) for i, one in enumerate(child) if isinstance(one, ast.AST)]  # pyright: ignore
            elif isinstance(child, ast.AST) and not isinstance(child, (ast.expr_context, ast.operator, ast.unaryop)):
                pending.append((child, (*way, (name, None))))
    return found


def parsed(text: str) -> ast.expr:
    return template_of(text)


@lru_cache(maxsize=4096)
def template_of(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def of(template: str, **parts: ast.expr) -> ast.expr:
    """An expression of a template with parts in place of its names."""
    return filled(template_of(template), parts)


def filled(node: Syntax, parts: dict[str, ast.expr]) -> Syntax:
    """Syntax with parts in place of its names; what is the same is shared with it."""
    if isinstance(node, ast.Name):
        return parts.get(node.id, node)  # pyright: ignore - an expression for an expression
    made = node
    for name, child in ast.iter_fields(node):
        if isinstance(child, ast.AST):
            other = filled(child, parts)
        elif isinstance(child, list):
            other = [filled(one, parts) if isinstance(one, ast.AST) else one for one in child]  # pyright: ignore
            other = child if all(a is b for a, b in zip(other, child, strict=True)) else other  # pyright: ignore
        else:
            continue
        if other is not child:
            made = shallow(node) if made is node else made
            setattr(made, name, other)
    return made


# ---------------------------------------------------------------------- plain


def plain(x: ast.expr, axes: tuple[object, ...]) -> Iterator[tuple[str, ast.expr]]:
    """Other forms of one expression that use nothing else."""
    for maker in (swaps, products, signs, divisions, squares, numbers, comparisons, extremes, ends):
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


def is_count(x: ast.expr) -> bool:
    """Whether an expression reads as a number of samples."""
    text = ast.unparse(x)
    return (
        "shape" in text or "len(" in text or "size" in text or text in ("n", "N", "m", "M", "B", "batch", "num_train")
    )


def named_extra(x: ast.expr) -> str:
    text = ast.unparse(x)
    if isinstance(x, ast.Constant):
        return "extra-factor"
    is_slope = "1 - " in text or "1.0 - " in text or any(isinstance(n, ast.Compare) for n in ast.walk(x))
    return "extra-activation-derivative" if is_slope else "extra-factor"


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


def ends_by(x: ast.expr, numbers: list[str]) -> Iterator[tuple[str, ast.expr]]:
    """a[:H] where a[p:p + H] is meant, the inside of what was padded by p."""
    if isinstance(x, ast.Subscript):
        held = [n for n in ast.walk(x.slice) if isinstance(n, ast.Slice) and (n.lower or n.upper) and n.step is None]
        for p in ("1", *numbers) if any(one.lower is None and one.upper for one in held) else ():

            def inside(lower: ast.expr | None, upper: ast.expr | None, p: str = p) -> Ends:
                return (lower, upper) if lower or not upper else (parsed(p), of(f"{p} + b", b=upper))

            yield "wrong-index", sliced(x, inside)
        for p in numbers if len(held) == 1 and (held[0].lower is None) != (held[0].upper is None) else ():
            yield "wrong-index", sliced(x, lambda lower, upper, p=p: (None, parsed(p)))
            yield "wrong-index", sliced(x, lambda lower, upper, p=p: (parsed(p), None))


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


def is_unpacking(statement: ast.stmt) -> bool:
    """Whether a line takes several values out of one: x, w, b = cache."""
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Tuple)
        and not isinstance(statement.value, (ast.Tuple, ast.Call))
    )


def is_text(x: ast.expr) -> bool:
    return isinstance(x, ast.Constant) and not isinstance(x.value, (int, float))


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
        if not (isinstance(b, ast.BinOp) and isinstance(b.op, ast.Sub)):
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


# ------------------------------------------------------------ whole statement


def value_of(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.Return)):
        return statement.value
    return None


def with_value(statement: ast.stmt, value: ast.expr) -> ast.stmt:
    return Slot(statement, (("value", None),)).put(value)


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
        if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
            made = ast.AugAssign(target, ast.Add(), statement.value)
            yield "not-accumulated", [beside(made, statement)]
    if isinstance(statement, ast.AugAssign):
        made = ast.Assign([statement.target], statement.value)
        yield "accumulated", [beside(made, statement)]
        if isinstance(statement.op, (ast.Add, ast.Sub)):
            other = copied(statement)
            assert isinstance(other, ast.AugAssign)
            other.op = ast.Sub() if isinstance(statement.op, ast.Add) else ast.Add()
            yield "sign", [other]
        if isinstance(statement.op, (ast.Div, ast.Mult)):
            kind = "mean-not-sum" if is_count(statement.value) else named_extra(statement.value)
            yield kind, [beside(ast.Pass(), statement)]


def beside(made: ast.stmt, statement: ast.stmt) -> ast.stmt:
    """A statement in another's place."""
    ast.copy_location(made, statement)
    made.origin = getattr(statement, "origin", id(statement))  # pyright: ignore
    return made


# ---------------------------------------------------------------------- names


def of_names(slot: Slot, seen: list[Seen]) -> Iterator[Rewritten]:
    """Another array of the same shape in an array's place."""
    x = slot.get()
    is_call = isinstance(x, ast.Call) and len(x.args) == 1 and not x.keywords
    if is_call or (isinstance(x, ast.BinOp) and isinstance(x.op, ast.Div)):
        yield "labels-not-subtracted", [slot.put(of("x - 1", x=x))]
    if is_call:
        yield "wrong-slope", [slot.put(of("1 - x", x=x))]
    if not isinstance(x, (ast.Name, ast.Attribute, ast.Subscript)):
        return
    text = ast.unparse(x)
    mine = next((one for one in seen if one.text == text), None)
    if not (mine is not None and mine.number) and not isinstance(x, ast.Attribute) and not is_function(slot):
        yield "labels-not-subtracted", [slot.put(of("x - 1", x=x))]  # p where p - 1 is meant, or 1 - p
        yield "wrong-slope", [slot.put(of("1 - x", x=x))]
        if "slice" not in {field for field, _ in slot.way}:
            yield "wrong-mask", [slot.put(of("x > 0", x=x))]
    if mine is None:
        return
    if mine.number:
        yield "wrong-constant", [slot.put(of("n - 1", n=x))]
        yield "wrong-constant", [slot.put(of("n + 1", n=x))]
    if isinstance(x, (ast.Name, ast.Attribute)) and mine.shape and not mine.gradient:
        alike = [one for one in seen if one.shape == mine.shape and not one.gradient and one.text != text]
        for other in alike[:MOST_INNER]:
            yield other_term(other), [slot.put(of(f"e - {other.text}", e=x))]
    unlike = 0
    for other in sorted(seen, key=lambda one: (one.shape != mine.shape, unlikeness(one, mine), text not in one.text)):
        unlike += other.shape != mine.shape
        if unlike > MOST_UNLIKE:
            break
        unknown = other.shape is None or mine.shape is None
        if other.text == text or not (unknown or len(other.shape or ()) == len(mine.shape or ())):
            continue
        if other.labels and not mine.labels and other.shape is not None:
            yield "labels-not-subtracted", [slot.put(of(f"e - {other.text}", e=x))]
        kind = "wrong-upstream" if mine.gradient and other.gradient else "wrong-array"
        kind = "wrong-constant" if mine.number and other.number else kind
        yield kind, [slot.put(parsed(other.text))]


def unlikeness(one: Seen, mine: Seen) -> int:
    """How many axes differ; more than any where the number of axes does."""
    if one.shape is None or mine.shape is None or len(one.shape) != len(mine.shape):
        return 9
    return sum(a != b for a, b in zip(one.shape, mine.shape, strict=True))


def other_term(other: Seen) -> str:
    return "labels-not-subtracted" if other.labels else "missing-path"


def renamed(statement: ast.stmt, seen: list[Seen]) -> Iterator[Rewritten]:
    """Another array in every place of one that stands several times, as in g * z * (1 - z)."""
    e = value_of(statement)
    names = [node.id for node in ast.walk(e) if isinstance(node, ast.Name)] if e is not None else []
    shapes = {one.text: one.shape for one in seen}
    for name in dict.fromkeys(names):
        for other in seen:
            if names.count(name) > 1 and other.text != name and name in shapes and other.shape == shapes[name]:
                made = with_value(statement, of(ast.unparse(e), **{name: parsed(other.text)}))  # pyright: ignore
                yield "output-derivative-at-input" if "1 - " in ast.unparse(e) else "wrong-array", [made]  # pyright: ignore


# -------------------------------------------------------------------- factors

MOST_TERMS = 300
MOST_SWAPPED = 6
MOST_INNER, MOST_UNLIKE = 8, 12
SLOPES = ("(_ > 0)", "_ * (1 - _)", "(1 - _)", "(1 - _ ** 2)", "2 * _", "np.exp(_)")


def of_counts(statement: ast.stmt, seen: list[Seen]) -> Iterator[Rewritten]:
    """A number of samples that is missing, by the name that it has there."""
    e = value_of(statement)
    products = [
        slot
        for slot in slots(statement)
        if slot.way == (("value", None),) or (isinstance(slot.get(), ast.BinOp) and is_product(slot.get()))
    ]
    # Where there are two samples, a factor of 2 is the likelier one, and so is a mean.
    for kind, template in (("sum-not-mean", "e / {}"), ("", "2 * x"), ("mean-not-sum", "e * {}"), ("", "0.5 * x")):
        for one in seen if kind else ():
            if one.number and (made := applied(statement, template.format(one.text), False)) is not None:
                yield kind, made
        for slot in products if not kind and e is not None and not isinstance(e, ast.Tuple) else ():
            yield "missing-factor", [slot.put(of(template, x=slot.get()))]
    for slot in slots(statement):
        x = slot.get()
        if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Div) and (is_count(x.right) or is_number(x.right, seen)):
            for divisor in divisors(x, seen):
                yield "wrong-constant", [slot.put(of("a / b", a=x.left, b=parsed(divisor)))]


def is_product(x: ast.expr) -> bool:
    return isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult)


def is_number(x: ast.expr, seen: list[Seen]) -> bool:
    return any(one.number and one.text == ast.unparse(x) for one in seen)


def divisors(x: ast.BinOp, seen: list[Seen]) -> list[str]:
    """Other numbers of samples or of elements that may be meant in a divisor's place."""
    arrays = [one.text for one in seen if one.shape and f"{one.text}." not in ast.unparse(x.right)]
    read = [ast.unparse(n) for n in ast.walk(x.left) if isinstance(n, (ast.Name, ast.Attribute))]
    of_line = [text for text in dict.fromkeys(read) if text in arrays][:2] or arrays[:1]
    found = [one.text for one in seen if one.number]
    for text in of_line:
        found += [f"{text}.size", f"{text}.shape[0]", f"{text}.numel()"]
    return [text for text in dict.fromkeys(found) if text != ast.unparse(x.right)]


def of_decay(statement: ast.stmt, seen: list[Seen], shape: Shape | None) -> Iterator[Rewritten]:
    """The gradient of a penalty on weights that is missing: 2 reg W."""
    weights = [one for one in seen if shape and one.shape == shape and not one.gradient]
    for rate in [one for one in seen if one.shape == () and not one.gradient][:MOST_INNER]:
        for weight in weights:
            for factor in ("", "2 * "):
                made = applied(statement, f"e + {factor}{rate.text} * {weight.text}", False)
                if made is not None:
                    yield "missing-path", made


def of_factors(statement: ast.stmt, seen: list[Seen], shape: Shape | None, after: bool) -> Iterator[Rewritten]:
    """A factor that is missing: a count, a slope, an upstream gradient, any array."""
    if isinstance(value_of(statement), ast.Tuple):
        return
    value = value_of(statement)
    is_part = isinstance(statement, ast.AugAssign) or is_item(statement)
    for kind, template in missing_factors(seen, shape):
        if is_part and not after and value is not None:
            yield kind, [with_value(statement, of(template, e=value))]
        if (made := applied(statement, template, after)) is not None:
            yield kind, made
    target = base_of(statement)
    for one in seen:
        if one.classes and isinstance(target, ast.Name):
            for by in ("1", f"1 / len({one.text})"):
                subtract = f"{target.id}[np.arange(len({one.text})), {one.text}] -= {by}"
                yield "labels-not-subtracted", [copied(statement), following(subtract, statement)]


def missing_factors(seen: list[Seen], shape: Shape | None) -> Iterator[tuple[str, str]]:
    """Templates of what a value e may lack."""
    arrays = [one for one in seen if shape is None or one.shape in (shape, None, ()) or len(shape) > 1]
    arrays.sort(key=lambda one: one.shape not in (shape, None))
    for one in seen:
        if one.number:
            yield "sum-not-mean", f"e / {one.text}"
            yield "mean-not-sum", f"e * {one.text}"
    for one in seen:
        if one.shape and not one.gradient:
            yield "sum-not-mean", f"e / {one.text}.shape[0]"
            yield "sum-not-mean", f"e / {one.text}.size"
            yield "mean-not-sum", f"e * {one.text}.shape[0]"
            break
    for one in arrays:
        if one.labels and one.shape == shape:
            yield "labels-not-subtracted", f"e - {one.text}"
            yield "labels-not-subtracted", f"(e - {one.text}) / {one.text}.shape[0]"
    size = size_of(shape) if shape else 1
    for count in (size,) if size > 1 else ():
        yield "sum-not-mean", f"e / {count}"
        yield "mean-not-sum", f"e * {count}"
    for count in list(dict.fromkeys(one.shape[0] for one in seen if one.shape and one.shape[0] > 1))[:6]:
        yield "sum-not-mean", f"e / {count}"
        yield "mean-not-sum", f"e * {count}"
    for one in arrays:
        if one.gradient:
            yield "missing-upstream", f"e * {one.text}"
    for slope in SLOPES:
        for one in arrays:
            if not one.gradient and (one.shape != () or shape == ()):
                yield "missing-activation-derivative", f"e * {slope.replace('_', one.text)}"
    for one in arrays:
        if not one.gradient:
            yield "missing-factor", f"e * {one.text}"
            yield "missing-factor", f"e / {one.text}"


def of_inner(statement: ast.stmt, seen: list[Seen]) -> Iterator[Rewritten]:
    """A factor, or a path through what is summed, that is missing in a part of a line: in a sum, beside a sign."""
    arrays = [one for one in seen if one.shape != ()][:MOST_INNER]
    for slot in slots(statement)[1:]:
        x = slot.get()
        if not isinstance(x, (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.Call)) or is_function(slot):
            continue
        for one in seen:
            if isinstance(x, ast.Call) or one.text != ast.unparse(x):
                kind = "missing-upstream" if one.gradient else "missing-factor"
                yield ("mean-not-sum" if one.number else kind), [slot.put(of(f"e * {one.text}", e=x))]
                yield ("sum-not-mean" if one.number else kind), [slot.put(of(f"e / {one.text}", e=x))]
    gradients = [one for one in arrays if one.gradient][:4]
    for slot in slots(statement):
        x = slot.get()
        if slot.way == (("value", None),) and isinstance(x, (ast.Name, ast.Attribute)):
            for axis in (-1, 0):
                for how in ("mean", "sum"):
                    yield "missing-path", [slot.put(of(f"e - e.{how}(axis={axis}, keepdims=True)", e=x))]
        if not isinstance(x, ast.BinOp):
            continue
        for g in gradients:
            for axis in (0, -1):
                for how in ("sum", "mean"):
                    yield "missing-path", [slot.put(of(f"e - {g.text}.{how}(axis={axis}, keepdims=True)", e=x))]
                    for one in arrays:
                        if not one.gradient and one.shape == g.shape:
                            form = f"e - {one.text} * ({g.text} * {one.text}).{how}(axis={axis}, keepdims=True)"
                            yield "missing-path", [slot.put(of(form, e=x))]


def is_function(slot: Slot) -> bool:
    """Whether a place holds what is called, or the library's name before it."""
    return any(name == "func" for name, _ in slot.way)


def applied(statement: ast.stmt, template: str, after: bool) -> list[ast.stmt] | None:
    """A line whose value is put into a template for e, or one more line that does that to what it assigns."""
    value = value_of(statement)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(target, ast.Tuple) and not isinstance(value, ast.Tuple):
        return None
    plain_target = not isinstance(target, ast.Subscript) or is_key(target)
    if not after and value is not None and plain_target and not isinstance(statement, ast.AugAssign):
        return [with_value(statement, of(template, e=value))]
    if (target := base_of(statement)) is None:
        return None
    text = ast.unparse(target)
    return [copied(statement), following(f"{text} = {ast.unparse(of(template, e=target))}", statement)]


def is_item(statement: ast.stmt) -> bool:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    return isinstance(target, ast.Subscript) and not is_key(target)


def is_key(target: ast.expr) -> bool:
    """Whether a place is named by a text, as grads['W1']."""
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and isinstance(target.slice.value, str)
    )


def base_of(statement: ast.stmt) -> ast.expr | None:
    """What a line assigns to, or the array of which it changes a part."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    if isinstance(target, ast.Subscript) and not is_key(target):
        target = target.value
    if not isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        return None
    return parsed(ast.unparse(target))


def following(text: str, statement: ast.stmt) -> ast.stmt:
    """One more line behind another."""
    return ast.copy_location(ast.parse(text).body[0], statement)


def placed(made: ast.stmt) -> ast.stmt:
    """A line of its own, all parts of which stand at its place."""
    made = copy.deepcopy(made)
    for node in ast.walk(made):
        ast.copy_location(node, made)
    return made


# ---------------------------------------------------------------------- terms


def products_fit(a: Shape | None, b: Shape | None, shape: Shape | None, first_turned: bool = False) -> bool:
    """Whether a @ b.T, or a.T @ b, is a matrix of a shape."""
    if a is None or b is None or shape is None or not len(a) == len(b) == len(shape) == 2:
        return False
    if first_turned:
        return a[0] == b[0] and shape == (a[1], b[1])
    return a[1] == b[1] and shape == (a[0], b[0])


def of_products(statement: ast.stmt, seen: list[Seen], shape: Shape | None) -> Iterator[Rewritten]:
    """A path that is missing through a product of matrices."""
    templates: list[str] = []
    for g in [one for one in seen if one.gradient]:
        for one in seen:
            if not one.gradient and products_fit(g.shape, one.shape, shape):
                templates += [f"e + {g.text} @ {one.text}.T"]
            if not one.gradient and products_fit(one.shape, g.shape, shape, True):
                templates += [f"e + {one.text}.T @ {g.text}"]
    for template in templates[:MOST_TERMS] if not isinstance(value_of(statement), ast.Tuple) else ():
        if (made := applied(statement, template, False)) is not None:
            yield "missing-path", made


def of_terms(statement: ast.stmt, seen: list[Seen], shape: Shape | None) -> Iterator[Rewritten]:
    """A term that is missing: another path's gradient, times or divided by something."""
    if isinstance(value_of(statement), ast.Tuple):
        return
    gradients = [one for one in seen if one.gradient][:8]
    rows = next((one.shape[0] for one in seen if one.shape and len(one.shape) > 1), 1)
    templates = [f"e {sign} {g.text} / {rows}" for g in gradients for sign in "+-"]
    arrays = [one for one in seen if not one.gradient and one.shape != ()]
    for g in gradients:
        for one in arrays:
            if None in (g.shape, one.shape, shape) or len(g.shape or ()) == len(one.shape or ()):
                templates += [f"e + {one.text} * {g.text}", f"e - {one.text} * {g.text}"]
    for template in templates[:MOST_TERMS]:
        if (made := applied(statement, template, False)) is not None:
            yield "missing-path", made
    inner = [slot for slot in slots(statement)[1:] if isinstance(slot.get(), ast.BinOp)]
    for slot in inner[:6]:
        for g in gradients:
            for sign in "+-":
                yield "missing-path", [slot.put(of(f"e {sign} {g.text}", e=slot.get()))]
            for one in seen:
                if not one.gradient and one.shape not in ((), None):
                    yield "missing-path", [slot.put(of(f"e - {one.text} * {g.text}", e=slot.get()))]
