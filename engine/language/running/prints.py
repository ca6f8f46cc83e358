"""What a print shows: nodes of which those stay that something else uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlens.engine.errors import EngineError
from gradlens.engine.language.objects import MISSING, Computed, Unreachable
from gradlens.engine.language.standard import unwinding
from gradlens.engine.language.standard.array_errors import RAISED
from gradlens.engine.language.standard.exceptions import Raised, exception_of
from gradlens.engine.language.syntax import Misplaced, source

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


NUMBERS = (Computed, int, float)  # that are known
LOSS = re.compile(r"loss|cost|error|entropy|criterion|likelihood|mse|mae|nll", re.IGNORECASE)


@dataclass(slots=True)
class Shown:
    """A print.  made: its nodes.  values: its arguments, and what of them is text.  after: the last value before it."""

    made: range
    values: list[Any]
    after: Any
    line: ast.Expr


@dataclass(slots=True)
class Plotted:
    """A call that draws a figure.  values: its arguments.  after: the last value before it."""

    values: list[Any]
    after: Any
    call: Any


@dataclass(slots=True)
class Failed:
    """The first print after a value that cannot show what it computes.  after: that value."""

    error: Misplaced
    after: Any
    line: ast.Expr


def print_begins(m: Machine, frame: Frame, end: Any, node: ast.Expr) -> None:
    """What a print shows is there already: of its nodes stay those that something else uses."""
    call = node.value
    assert isinstance(call, ast.Call)
    m.printed_values, m.written_out = [], []
    read = (ast.Call, ast.NamedExpr, ast.Await, ast.Yield)
    if node in m.ending_prints:
        read += (
            ast.Attribute,
            ast.Subscript,
            ast.BinOp,
            ast.UnaryOp,
            ast.Compare,
            ast.BoolOp,
            ast.IfExp,
        )  # print(model.losses[-1]), with which a cell ends
    if not unwinding.is_trying(m) and not any(
        isinstance(part, read) for argument in (*call.args, *call.keywords) for part in ast.walk(argument)
    ):
        m.skip(node)
        frame.at = end.at
        return
    bottom = len(m.frames)
    made = len(m.graph.nodes)
    writes, conditions = m.writes, len(m.conditions)
    assumed = [(known, len(known)) for known in (m.assumed, m.assumed_numbers)]
    kept = (frame.at, list(frame.stack), m.depth, m.last, m.chosen, frame.group)
    shows = True
    try:
        while not (len(m.frames) == bottom and frame.at == end.at):
            try:
                m.step()
            except (Misplaced, EngineError) as error:
                unwinding.handle(m, bottom, error)
    except (Misplaced, EngineError) as error:
        raised = type(error) is Raised or (m.tries and (exception_of(error) is not None or error.kind in RAISED))
        if raised or error.kind in ("too-many-steps", "too-many-nodes") or m.writes != writes:
            raise
        if type(error) is EngineError:
            error = Misplaced(error.kind, m.frame.place or m.place, **error.params)
        assert type(error) is Misplaced
        shows = False
        fails(m, error, node, kept[3], len(m.graph.nodes) > made)
        del m.frames[bottom:]
    frame.stack[:] = kept[1]
    frame.at, m.depth, m.last, m.chosen, frame.group = end.at, *kept[2:]
    m.frame = frame
    m.printed.append(range(made, len(m.graph.nodes)))
    values = [*m.written_out, *m.printed_values] if shows else []
    waited = [value for value in values if type(value) is Unreachable and value.depends and not value.silent]
    for value in waited:
        fails(m, Misplaced(value.kind, node, what=value.what), node, m.last, True)
    shown = m.printed[-1] or m.is_flowing(values) or (m.last is MISSING and any(type(v) in NUMBERS for v in values))
    if shows and not waited and frame.code.kind == "program" and shown:
        m.last_print = Shown(m.printed[-1], values, m.last, node)
    if m.writes == writes:
        m.skip(node)
        for known, count in assumed:
            while len(known) > count:
                known.popitem()
        del m.conditions[conditions:]


def ending_prints(body: Sequence[ast.stmt]) -> set[ast.stmt]:
    """The prints with which a program ends."""
    found: set[ast.stmt] = set()
    for statement in reversed(body):
        match statement:
            case ast.Expr(ast.Call(ast.Name("print" | "display"))):
                found.add(statement)
            case _:
                break
    return found


def fails(m: Machine, error: Misplaced, line: ast.Expr, after: Any, computes: bool) -> None:
    """Note a print that is refused inside; not one that only shows what is for showing, such as the time.

    computes: whether it makes nodes.
    """
    library = m.found(m.frame, str(error.params.get("what", "")).partition(".")[0])
    idle = error.kind == "out-of-reach" and not computes and type(library) is Unreachable and library.silent
    if not idle and (m.failed_print is None or m.failed_print.after is not after):
        m.failed_print = Failed(error, after, line)


def calls_loss(line: ast.Expr) -> bool:
    """Whether a line calls what is named as a loss is."""
    calls = [part.func for part in ast.walk(line) if isinstance(part, ast.Call)]
    return any(LOSS.search(source(function)) for function in calls)
