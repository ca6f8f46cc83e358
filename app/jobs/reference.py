"""Jobs that describe: the ops, and what a problem stands for."""

from __future__ import annotations

import orjson

from gradlens import engine
from gradlens.app import problems
from gradlens.app.problems import Problem
from gradlens.app.schemas.reference import ProblemKind
from gradlens.app.settings import Settings
from gradlens.engine.errors import KINDS as ENGINE_KINDS
from gradlens.engine.errors import in_general


def ops(settings: Settings) -> bytes:
    """Every op."""
    return orjson.dumps({"ops": engine.reference()})


def explain(request: ProblemKind, settings: Settings) -> bytes:
    """A kind of problem, of the service or of the engine."""
    kind = request.kind
    if kind in problems.KINDS:
        status, title, sentence = problems.KINDS[kind]
    elif kind in ENGINE_KINDS:
        status, (title, sentence, _) = 422, ENGINE_KINDS[kind]
    else:
        raise Problem.of("not-found", path=f"/problems/{kind}")
    return orjson.dumps({"type": f"/problems/{kind}", "title": title, "status": status, "detail": in_general(sentence)})
