"""What a print shows: nodes of which those stay that something else uses."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlens.engine.errors import EngineError
from gradlens.engine.language.objects import Tensor
from gradlens.engine.language.standard import unwinding
from gradlens.engine.language.standard.array_errors import RAISED
from gradlens.engine.language.standard.exceptions import Raised, exception_of
from gradlens.engine.language.syntax import Misplaced, source

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


LOSS = re.compile(r"loss|cost|error|entropy|criterion|likelihood|mse|mae|nll", re.IGNORECASE)


@dataclass(slots=True)
class Shown:
    """A print.  made: its nodes.  values: its arguments.  after: the last value before it."""

    made: range
    values: list[Any]
    after: Any
    line: ast.Expr


def print_begins(m: Machine, frame: Frame, end: Any, node: ast.Expr) -> None:
    """What a print shows is there already: of its nodes stay those that something else uses."""
    call = node.value
    assert isinstance(call, ast.Call)
    m.printed_values = []
    read = (ast.Call, ast.NamedExpr, ast.Await, ast.Yield)
    if m.syntax.body[-1] is node:
        read += (ast.Attribute, ast.Subscript)  # print(model.losses[-1]), with which a cell ends
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
        del m.frames[bottom:]
    frame.stack[:] = kept[1]
    frame.at, m.depth, m.last, m.chosen, frame.group = end.at, *kept[2:]
    m.frame = frame
    m.printed.append(range(made, len(m.graph.nodes)))
    if frame.code.kind == "program" and (m.printed[-1] or any(type(value) is Tensor for value in m.printed_values)):
        m.last_print = Shown(m.printed[-1], m.printed_values, m.last, node)
    if m.writes == writes:
        m.skip(node)
        for known, count in assumed:
            while len(known) > count:
                known.popitem()
        del m.conditions[conditions:]


def calls_loss(line: ast.Expr) -> bool:
    """Whether a line calls what is named as a loss is."""
    calls = [part.func for part in ast.walk(line) if isinstance(part, ast.Call)]
    return any(LOSS.search(source(function)) for function in calls)
