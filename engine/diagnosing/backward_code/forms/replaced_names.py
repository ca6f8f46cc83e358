"""Forms of a line with another name in a name's place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlens.engine.diagnosing.backward_code.forms.index_forms import sliced
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import (
    MOST_INNER,
    Ends,
    Rewritten,
    Seen,
    Slot,
    fresh,
    in_key,
    is_base,
    is_function,
    of,
    parsed,
    value_of,
    with_value,
)


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


def of_names(slot: Slot, seen: list[Seen]) -> Iterator[Rewritten]:
    """Another array of the same shape in an array's place."""
    x = slot.get()
    base = is_base(slot)
    is_call = isinstance(x, ast.Call) and len(x.args) == 1 and not x.keywords
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Pow):
        yield "wrong-slope", [slot.put(of("1 - x", x=x))]
    if is_call or (isinstance(x, ast.BinOp) and isinstance(x.op, ast.Div)):
        yield "labels-not-subtracted", [slot.put(of("x - 1", x=x))]
    if is_call:
        yield "wrong-slope", [slot.put(of("1 - x", x=x))]
    if not isinstance(x, (ast.Name, ast.Attribute, ast.Subscript)):
        return
    text = ast.unparse(x)
    mine = next((one for one in seen if one.text == text), None)
    held = base or is_function(slot) or in_key(slot)
    if not (mine is not None and mine.number) and not isinstance(x, ast.Attribute) and not held:
        yield "labels-not-subtracted", [slot.put(of("x - 1", x=x))]  # p where p - 1 is meant, or 1 - p
        yield "wrong-slope", [slot.put(of("1 - x", x=x))]
    if not (mine is not None and (mine.number or mine.gradient)) and not held:
        yield "wrong-mask", [slot.put(of("x > 0", x=x))]
    if mine is None:
        return
    if mine.number:
        yield "wrong-constant", [slot.put(of("n - 1", n=x))]
        yield "wrong-constant", [slot.put(of("n + 1", n=x))]
    unlike = 0
    for other in sorted(seen, key=lambda one: (one.shape != mine.shape, unlikeness(one, mine), text not in one.text)):
        unlike += other.shape != mine.shape
        if unlike > MOST_UNLIKE:
            break
        unknown = other.shape is None or mine.shape is None
        if other.text == text or not (unknown or len(other.shape or ()) == len(mine.shape or ())):
            continue
        if other.labels and not mine.labels and other.shape is not None and not held:
            yield "labels-not-subtracted", [slot.put(of(f"e - {other.text}", e=x))]
        kind = "wrong-upstream" if mine.gradient and other.gradient else "wrong-array"
        kind = "wrong-constant" if mine.number and other.number else kind
        yield kind, [slot.put(parsed(other.text))]
    if isinstance(x, (ast.Name, ast.Attribute)) and mine.shape and not mine.gradient and not held:
        yield "power-rule", [slot.put(of("x ** 2", x=x))]
        alike = [one for one in seen if fits_in(one, mine) and not one.gradient and one.text != text]
        alike.sort(key=lambda one: one.shape != mine.shape)
        for other in alike[:MOST_INNER]:
            yield other_term(other), [slot.put(of(f"e - {other.text}", e=x))]
            if mine.labels or not other.labels:
                yield "missing-path", [slot.put(of(f"{other.text} - e", e=x))]
    if isinstance(x, ast.Subscript) and not mine.gradient and not in_key(slot):
        for other in [one for one in seen if one.shape is None and not one.gradient and one.text != text]:
            yield "labels-not-subtracted", [slot.put(of(f"e - {other.text}", e=x))]
            yield "missing-path", [slot.put(of(f"{other.text} - e", e=x))]


def of_turns(statement: ast.stmt) -> Iterator[Rewritten]:
    """[h - t for h, t in pairs]: another of the names that run there, or one less another."""
    value = value_of(statement)
    if not isinstance(value, ast.ListComp) or len(value.generators) != 1:
        return
    target = value.generators[0].target
    names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
    place = Slot(statement, (("value", None), ("elt", None)))
    for node in (n for n in ast.walk(value.elt) if isinstance(n, ast.Name)):
        for other in names:
            if other != node.id:
                yield "wrong-array", [place.put(with_name(value.elt, node, parsed(other)))]
                yield "missing-path", [place.put(with_name(value.elt, node, of(f"{node.id} - {other}")))]
                yield "missing-path", [place.put(with_name(value.elt, node, of(f"{other} - {node.id}")))]


def with_name(x: ast.expr, name: ast.Name, other: ast.expr) -> ast.expr:
    """An expression with another one in the place of a name."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return other if (node.id, node.col_offset) == (name.id, name.col_offset) else node

    return Put().visit(fresh(x))


def fits_in(one: Seen, mine: Seen) -> bool:
    """Whether an array may be subtracted from another: of its shape, but for axes of size 1."""
    a, b = one.shape or (), mine.shape or ()
    return len(a) == len(b) > 0 and all(m in (n, 1) for m, n in zip(a, b, strict=True))


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


MOST_UNLIKE = 12
