"""A backward half in answer: whether a text is one, what is wrong in it first, in words."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gradlens.engine.diagnosing.answers import Code, Diagnosed, FirstWrong
from gradlens.engine.diagnosing.backward_code.judging import CodeLine, JudgedCode, judge_code
from gradlens.engine.diagnosing.wording import KINDS, figures
from gradlens.engine.errors import EngineError, Span, filled
from gradlens.engine.graph import Graph
from gradlens.engine.language.syntax import normal_name
from gradlens.engine.program import Program
from gradlens.engine.values import Value

ARRAYS = frozenset(("np", "numpy", "torch", "jnp", "array", "tensor", "nan", "inf", "Parameter", "OrderedDict", "dict"))


def is_code(text: str, graph: Graph) -> bool:
    """Whether a text computes on: it has statements, or uses names that it has bound itself."""
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    bound: set[str] = set()
    for statement in body:
        if isinstance(statement, (ast.AugAssign, ast.FunctionDef, ast.ClassDef, ast.For)):
            return True
        if not isinstance(statement, ast.Assign):
            continue
        used = {normal_name(n.id) for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
        if used & bound - graph.names.keys():
            return True
        computes = any(isinstance(n, (ast.BinOp, ast.Call)) for n in ast.walk(statement.value))
        arrays = used <= ARRAYS
        if len(body) > 1 and computes and not arrays and used - ARRAYS <= graph.names.keys() | bound:
            bound |= {t.id for t in statement.targets if isinstance(t, ast.Name)}
    return False


def diagnose_code(program: Program, given: Mapping[str, Value], code: str) -> Diagnosed | None:
    """What is found of a backward half behind a program, or in it; None where none is recognised.

    Errors: those of building and running both.
    """
    text, loss_at, before = program.text, None, 0
    if code.strip():
        output = program.graph.nodes[program.graph.output]
        text = f"{text.rstrip()}\n{code}"
        before = program.text.rstrip().count("\n") + 1
        loss_at = (output.kind, getattr(output.place, "lineno", 0))
    try:
        judged = judge_code(text, given, program.limits, loss_at=loss_at)
    except EngineError as error:
        if not code.strip():
            return None  # what cannot be read with its second half is judged by its claims
        if error.span is not None:
            error.span = moved(error.span, before)
        raise
    return None if judged is None else told(program, judged, before)


def moved(span: Span, before: int) -> Span:
    """A place in the code by itself."""
    return Span(max(span.start_line - before, 1), span.start_column, max(span.end_line - before, 1), span.end_column)


def told(program: Program, judged: JudgedCode, before: int) -> Diagnosed:
    """The answer about a backward half, in words."""
    lines = [placed(line, before) for line in judged.lines]
    fragile = next((line for line in lines if line.verdict == "fragile"), None)
    wrong = None if judged.wrong is None else placed(judged.wrong, before)
    code = Code(judged.loss, lines, wrong, judged.right_text)
    answer = Diagnosed(ok=wrong is None, code=code, tried=judged.tried, complete=judged.complete)
    if wrong is None:
        answer.sentence = "lines-right"
        if fragile is not None:
            answer.sentence = judged.fragile
            answer.params = {"line": fragile.line, "written": fragile.text}
        answer.explanation = filled(KINDS[answer.sentence], answer.params)
        return answer
    entry = judged.entry
    assert entry is not None and judged.right is not None and judged.claimed is not None
    base = entry.base if entry.base in program.graph.names else None
    if base is not None:
        answer.first_wrong = FirstWrong(program.graph.names[base], base, "gradient")
    answer.diagnosis = judged.kind or "unknown"
    answer.params = {"line": wrong.line, "written": wrong.text, "node": f"∂{judged.loss}/∂{entry.base}"}
    answer.params |= numbers(judged)
    if judged.right_text is None:
        answer.sentence = "line-unknown" if judged.kind is None else "line-named"
        if wrong.line != entry.entry.statement.lineno - before:
            answer.sentence = "line-suspected"
    elif judged.right_text:
        answer.sentence = "line-wrong"
        is_simple = "\n " not in judged.right_text  # a sentence has one line, where no block is in it
        answer.params["meant"] = judged.right_text.replace("\n", "; ") if is_simple else judged.right_text
    else:
        answer.sentence = "line-too-many"
    answer.explanation = filled(KINDS[answer.sentence], answer.params)
    return answer


def placed(line: CodeLine, before: int) -> CodeLine:
    span = None if line.span is None else moved(line.span, before)
    return replace(line, line=line.line - before, span=span)


def numbers(judged: JudgedCode) -> dict[str, str | float]:
    """The right and the written number where they are furthest apart, or both shapes."""
    right, claimed = judged.right, judged.claimed
    assert right is not None and claimed is not None
    if right.size != claimed.size:
        return {"right": shape_text(right.shape), "claimed": shape_text(claimed.shape)}
    if not right.size:
        return {"right": "[]", "claimed": "[]"}
    place = int(np.argmax(np.abs(np.nan_to_num(right.ravel() - claimed.ravel(), nan=np.inf))))
    written, wanted = figures(float(claimed.ravel()[place]), float(right.ravel()[place]))
    return {"right": wanted, "claimed": written}


def shape_text(shape: tuple[int, ...]) -> str:
    return f"({' × '.join(map(str, shape))})"
