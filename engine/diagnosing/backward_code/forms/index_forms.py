"""Other parts of an array, or the same in another order: other ends, axes, places."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import Ends, fresh, of, parsed, shallow

MOST_SWAPPED = 6


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
