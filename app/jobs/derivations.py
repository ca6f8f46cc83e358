"""Jobs that prove: why a rule holds, and the paths between two nodes."""

from __future__ import annotations

from gradlens import engine
from gradlens.app.jobs.arrays import auto_limit
from gradlens.app.jobs.encoding import encode_values
from gradlens.app.jobs.running import run
from gradlens.app.problems import Problem
from gradlens.app.schemas.derivations import DeriveRequest, PathsRequest
from gradlens.app.schemas.reference import OpName
from gradlens.app.settings import Settings
from gradlens.engine.exporting.wire.contract import fields


def derivation(request: OpName, settings: Settings) -> bytes:
    """The rules of an op, derived."""
    if request.op not in engine.OPS:
        raise Problem.of("not-found", path=f"/api/derivations/{request.op}")
    return encode_values(fields(engine.derivation(request.op)), settings.response_elements)


def derive(request: DeriveRequest, settings: Settings) -> bytes:
    """The rules at a node, derived in numbers."""
    found = run(
        engine.derive,
        request,
        settings,
        seed=request.seed,
        node=request.node,
        edge=request.edge,
        group=request.group,
        index=request.index,
    )
    limit = auto_limit(request.values, settings.values_auto_elements)
    return encode_values(fields(found), settings.response_elements, limit)


def paths(request: PathsRequest, settings: Settings) -> bytes:
    """The paths between two nodes."""
    found = run(engine.paths, request, settings, source=request.source, target=request.target)
    return encode_values(fields(found), settings.response_elements)
