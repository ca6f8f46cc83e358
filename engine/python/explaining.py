"""A trace of a Python function at given arguments, by its source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, cast

from gradlens.engine.errors import EngineError
from gradlens.engine.program import trace
from gradlens.engine.python.programs import CallProgram, program_of, written_function
from gradlens.engine.python.sources import source_of
from gradlens.engine.traces import Trace


def explain(function: Callable[..., Any], /, *arguments: object, **keywords: object) -> Trace:
    """The trace of a function of Python, written in NumPy's or PyTorch's style, at these arguments.

    The function is read, not called: a lambda, a method and what they use of their module as well.  Its arguments are
    the inputs, by the names of its parameters: numbers, nested lists, arrays or tensors; others, such as texts, are
    known.  Numbers and arrays that it takes from around it are inputs too, by their own names.

    >>> def loss(w, x):
    ...     return (w * x) ** 2
    >>> gradlens.explain(loss, 3.0, 2.0).gradients
    {'w': 24.0, 'x': 36.0}

    Errors: none-as-number, function-no-source, function-object, function-two-meanings, and those of `trace`, with a
    note that names the file and the line.  Raises TypeError for arguments that the function does not take.
    """
    program = program_of(function, arguments, keywords)
    with noted(program):
        found = trace(program.text, program.inputs)
    if found.nodes[found.output].op == "input" and not gives_a_value(function):
        raise EngineError("none-as-number", got=getattr(function, "__name__", type(function).__name__))
    used = {edge.source for edge in found.graph.edges} | {found.output}
    arguments_of_it = set(program.arguments.values())
    unused = [name for name, id in found.graph.inputs.items() if id not in used and name not in arguments_of_it]
    if unused:
        with suppress(EngineError):  # of what is used for its shape alone
            program = program_of(function, arguments, keywords, unused)
            return trace(program.text, program.inputs)
    return found


def gives_a_value(function: Callable[..., Any]) -> bool:
    """Whether a function has a return with a value: one without gives None, and a generator no number."""
    while isinstance(function, partial):
        function = cast("Callable[..., Any]", function.func)
    written = written_function(function)
    own = written if inspect.isfunction(written) else getattr(written, "__func__", type(written).__call__)
    if not inspect.isfunction(own) or own.__name__ == "<lambda>":
        return True
    if inspect.isgeneratorfunction(own):
        return False
    body = ast.parse(source_of(own, own.__name__).text).body[0]
    return any(
        isinstance(node, ast.Return) and not (node.value is None or is_none(node.value)) for node in ast.walk(body)
    )


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class noted:
    """What goes wrong within is told with its place in the reader's own file."""

    def __init__(self, program: CallProgram):
        self.program = program

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, EngineError) and error.span is not None:
            line = error.span.start_line
            place = self.program.place(line)
            text = self.program.text.split("\n")[line - 1].strip()
            error.add_note(f'File "{place[0]}", line {place[1]}: {text}' if place else f"At: {text}")
