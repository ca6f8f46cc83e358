"""What the workers compute for derivations and paths: the body of a request in, the content of its answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gradlens.app.check_jobs import fields
from gradlens.app.derivation_schemas import DeriveRequest, PathsRequest
from gradlens.app.encoding import auto_limit, encode_values
from gradlens.app.problems import Problem
from gradlens.app.schemas import read_request
from gradlens.app.settings import Settings

from gradlens import engine


def derivation_jobs(settings: Settings, run: Callable[..., Any]) -> Mapping[str, Callable[[bytes], bytes]]:
    """The jobs by name.  run: calls an engine function on a request.  Each raises Problem."""

    def derivation(body: bytes) -> bytes:
        name = body.decode()
        if name not in engine.OPS:
            raise Problem.of("not-found", path=f"/api/derivations/{name}")
        return encode_values(fields(engine.derivation(name)), settings.response_elements)

    def derive(body: bytes) -> bytes:
        request = read_request(body, DeriveRequest)
        found = run(
            partial(engine.derive, node=request.node, edge=request.edge, group=request.group, index=request.index),
            request,
            seed=request.seed,
        )
        return encode_values(
            fields(found), settings.response_elements, auto_limit(request.values, settings.values_auto_elements)
        )

    def paths(body: bytes) -> bytes:
        request = read_request(body, PathsRequest)
        return encode_values(
            fields(run(partial(engine.paths, source=request.source, target=request.target), request)),
            settings.response_elements,
        )

    return {"derivation": derivation, "derive": derive, "paths": paths}
