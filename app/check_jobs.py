"""What the workers compute for checking: the body of a request in, the content of its answer out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gradlens.app.check_schemas import CheckRequest, DiagnoseRequest, SweepRequest
from gradlens.app.encoding import encode_values
from gradlens.app.schemas import read_request
from gradlens.app.settings import Settings

from gradlens import engine


def check_jobs(settings: Settings, run: Callable[..., Any]) -> Mapping[str, Callable[[bytes], bytes]]:
    """The jobs by name.  run: calls an engine function on a request.  Each raises Problem."""

    def check(body: bytes) -> bytes:
        request = read_request(body, CheckRequest)
        return encoded(partial(engine.check, **sampling(request), h=request.h, method=request.method), request)

    def check_sweep(body: bytes) -> bytes:
        request = read_request(body, SweepRequest)
        return encoded(partial(engine.check_sweep, **sampling(request), h=request.h), request)

    def diagnose(body: bytes) -> bytes:
        request = read_request(body, DiagnoseRequest)
        return encoded(partial(engine.diagnose, **request.claims), request)

    def encoded(function: Callable, request: Any) -> bytes:
        return encode_values(fields(run(function, request, seed=request.seed)), settings.response_elements)

    return {"check": check, "check-sweep": check_sweep, "diagnose": diagnose}


def sampling(request: Any) -> dict[str, Any]:
    return {"wrt": request.wrt, "max_elements": request.max_elements, "sample_seed": request.sample_seed}


def fields(record: Any) -> Any:
    """A record and the records in it as objects; arrays stay what they are."""
    if dataclasses.is_dataclass(record):
        return {field.name: fields(getattr(record, field.name)) for field in dataclasses.fields(record)}
    return [fields(item) for item in record] if isinstance(record, list) else record
