"""Other lines that somebody may have meant: each a statement that differs in one place, with the mistake's name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlens.engine.diagnosing.backward_code.forms.missing_parts import (
    missing_factors,
    of_counts,
    of_decay,
    of_factors,
    of_inner,
    of_products,
    of_scalars,
    of_terms,
)
from gradlens.engine.diagnosing.backward_code.forms.plain_forms import (
    of_statement,
    plain,
    subtracted,
    unpacked,
    whole,
)
from gradlens.engine.diagnosing.backward_code.forms.replaced_names import ends_by, of_names, of_turns, renamed
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import (
    COUNTS,
    FACTORS,
    INNER,
    NAMES,
    NOTHING_ELSE,
    PATHS,
    PLAIN,
    Program,
    Rewritten,
    Seen,
    applied,
    in_key,
    is_base,
    is_function,
    is_item,
    is_number,
    is_single,
    is_text,
    is_unpacking,
    of,
    parsed,
    slots,
    value_of,
    with_value,
)
from gradlens.engine.diagnosing.backward_code.forms.sum_forms import AXES, MORE_AXES
from gradlens.engine.values import Shape


def rewritings(
    statement: ast.stmt,
    stage: int,
    seen: list[Seen],
    shape: Shape | None,
    after: bool = False,
    program: Program = NOTHING_ELSE,
) -> Iterator[Rewritten]:
    """What a line may have been meant to be, by stages: the plainest first.

    shape: of what it should give, where that is known.  after: the line is right, but another may be missing behind it.
    """
    if is_unpacking(statement):
        if stage == PLAIN:
            yield from unpacked(statement)
            for slot in slots(statement) if isinstance(value_of(statement), ast.Tuple) else ():
                for kind, made in plain(slot.get(), AXES) if not isinstance(slot.get(), ast.Tuple) else ():
                    yield kind, [slot.put(made)]
        elif stage == NAMES and isinstance(value_of(statement), ast.Tuple):
            for slot in slots(statement):
                yield from of_names(slot, seen)
        return
    axes = MORE_AXES if any(one.shape and len(one.shape) > 2 for one in seen) else AXES
    if after:
        if stage == PATHS:  # right by chance: one of two paths is the whole gradient of something else
            for one in seen:
                if one.gradient and (made := applied(statement, f"e + {one.text}", False)) is not None:
                    yield "missing-path", made
        elif stage == COUNTS:
            for scale in program.scales:
                made = applied(statement, scale, False) if scale[4:] not in ast.unparse(statement) else None
                if made is not None:
                    yield "missing-factor", made
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
        yield from subtracted(statement)
        yield from of_turns(statement)
        shorter: list[Rewritten] = []  # of two lines that mend, the one that keeps a mask is likelier
        for slot in slots(statement):
            for kind, made in plain(slot.get(), axes):
                if kind == "extra-activation-derivative" or (kind == "sign" and in_key(slot)):
                    shorter.append((kind, [slot.put(made)]))
                else:
                    yield kind, [slot.put(made)]
        yield from shorter
        for kind, made in whole(statement, axes):
            yield kind, [made]
    elif stage == COUNTS:
        yield from of_counts(statement, seen)
        for scale in program.scales:
            for slot in slots(statement):
                x = slot.get()
                by_number = (
                    isinstance(x, ast.BinOp) and isinstance(x.op, (ast.Div, ast.Mult)) and is_single(x.right, seen)
                )
                if isinstance(x, ast.BinOp) and by_number and not is_function(slot):
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
                for by in ("", *[f" / {count.text}" for count in seen if count.number]):
                    if (made := applied(statement, f"e {sign} {one.text}{by}", False)) is not None:
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
            if is_base(slot) and ast.unparse(slot.get()) in program.holders:
                for holder in program.holders:
                    if holder != ast.unparse(slot.get()):
                        yield "wrong-array", [slot.put(parsed(holder))]
            if slot.way[-1][0] == "args" and isinstance(slot.get(), (ast.Name, ast.Call)):
                for layer in program.layers:
                    yield "missing-activation-derivative", [slot.put(of(f"{layer}.backward(e)", e=slot.get()))]
    elif stage == FACTORS:
        yield from of_factors(statement, seen, shape, False)
        yield from of_scalars(statement, seen)
    elif stage == INNER:
        yield from of_inner(statement, seen)
    else:
        yield from of_terms(statement, seen, shape)
