"""Forms of a line with what it may lack: a number of samples, a factor, an upstream gradient, a term."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import (
    MOST_INNER,
    Rewritten,
    Seen,
    Slot,
    applied,
    base_of,
    copied,
    following,
    in_key,
    is_base,
    is_count,
    is_function,
    is_item,
    is_number,
    is_product,
    of,
    parsed,
    slots,
    value_of,
    with_value,
)
from gradlens.engine.diagnosing.backward_code.forms.sum_forms import SUMS
from gradlens.engine.values import Shape, size_of

MOST_TERMS = 300
SLOPES = ("(_ > 0)", "_ * (1 - _)", "(1 - _)", "(1 - _ ** 2)", "2 * _", "np.exp(_)", "(1 / (1 + np.exp(-_)))")


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
            for slot in products if one.number and kind == "sum-not-mean" else ():
                if len(slot.way) > 1:
                    yield kind, [slot.put(of(f"x / {one.text}", x=slot.get()))]
        for slot in products if not kind and e is not None and not isinstance(e, ast.Tuple) else ():
            yield "missing-factor", [slot.put(of(template, x=slot.get()))]
    for slot in slots(statement):
        x = slot.get()
        if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Div) and (is_count(x.right) or is_number(x.right, seen)):
            for divisor in divisors(x, seen):
                yield "wrong-constant", [slot.put(of("a / b", a=x.left, b=parsed(divisor)))]


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
            if one.shape and shape and len(one.shape) == len(shape) - 1 and one.shape[0] == shape[0]:
                yield "missing-factor", f"e * {one.text}[:, None]"
                yield "missing-factor", f"e / {one.text}[:, None]"


def of_scalars(statement: ast.stmt, seen: list[Seen]) -> Iterator[Rewritten]:
    """A number as a factor in another form: less 1, as sigmoid(u @ v) - 1 of a vector, 2 reg W, lam / m * w."""
    value = value_of(statement)
    if value is None or isinstance(value, ast.Tuple):
        return
    counts = [one.text for one in seen if one.number]
    for one in seen:
        if one.shape == () and not one.gradient and not one.number:
            by_counts = [f"{one.text} / {count}" for count in counts]
            for factor in (f"2 * {one.text}", *by_counts, f"({one.text} - 1)", f"(1 - {one.text})"):
                yield "missing-factor", [with_value(statement, of(f"{factor} * e", e=value))]


def of_inner(statement: ast.stmt, seen: list[Seen]) -> Iterator[Rewritten]:
    """A factor, or a path through what is summed, that is missing in a part of a line: in a sum, beside a sign."""
    read = {ast.unparse(n) for n in ast.walk(statement) if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript))}
    arrays = sorted([one for one in seen if one.shape != ()], key=lambda one: one.text not in read)[:MOST_INNER]
    for slot in slots(statement)[1:]:
        x = slot.get()
        if not isinstance(x, (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.Call)):
            continue
        if is_function(slot):
            for one in arrays if is_summed(slot) else ():
                if one.text != ast.unparse(x):
                    kind = "missing-upstream" if one.gradient else "missing-factor"
                    yield kind, [slot.put(of(f"e * {one.text}", e=x))]
            continue
        if is_base(slot) or in_key(slot):
            continue
        for one in seen:
            if isinstance(x, ast.Call) or one.text != ast.unparse(x):
                kind = "missing-upstream" if one.gradient else "missing-factor"
                yield ("mean-not-sum" if one.number else kind), [slot.put(of(f"e * {one.text}", e=x))]
                yield ("sum-not-mean" if one.number else kind), [slot.put(of(f"e / {one.text}", e=x))]
    for slot in slots(statement):
        x = slot.get()
        if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr == "sum" and x.args:
            for one in arrays:
                if not one.gradient:
                    yield (
                        "missing-factor",
                        [Slot(statement, (*slot.way, ("args", 0))).put(of(f"-{one.text} * e", e=x.args[0]))],
                    )
    gradients = [one for one in arrays if one.gradient][:4]
    for slot in slots(statement)[1:]:
        yield from of_means(slot, gradients[:2], seen)
    for slot in slots(statement):
        x = slot.get()
        if isinstance(x, ast.Call) and "keepdims" in ast.unparse(x):
            for g in gradients:  # the sum over a row is to be subtracted
                yield "missing-path", [slot.put(of(f"{g.text} - e", e=x))]
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


def is_summed(slot: Slot) -> bool:
    """Whether an expression is what a method of it sums: the x of x.sum(axis=0)."""
    above = slot.around()
    return isinstance(above, ast.Attribute) and above.attr in SUMS


def of_means(slot: Slot, gradients: list[Seen], seen: list[Seen]) -> Iterator[Rewritten]:
    """A sum or mean over a row that is missing in a part of a line: x (g x) for x times the mean of g x, or x alone."""
    x = slot.get()
    if is_function(slot) or in_key(slot):
        return
    mine = next((one for one in seen if one.text == ast.unparse(x)), None)
    for axis in (-1, 0):
        for how in ("sum", "mean"):
            if isinstance(x, ast.BinOp) and is_product(x):
                yield "bias-not-summed", [slot.put(of(f"(e).{how}(axis={axis}, keepdims=True)", e=x))]
            for g in gradients if mine is not None and mine.shape and not mine.gradient else ():
                if g.shape == (mine.shape if mine is not None else None):
                    form = f"e * ({g.text} * e).{how}(axis={axis}, keepdims=True)"
                    yield "missing-factor", [slot.put(of(form, e=x))]


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
            elif g.shape == shape and one.shape == (shape or ())[-1:]:
                templates += [f"e + {g.text} * {one.text}", f"e + {g.text} / {one.text}"]
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
