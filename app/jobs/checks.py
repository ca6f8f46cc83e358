"""Jobs that doubt: gradients against differences, and a reader's gradients against the right ones."""

from __future__ import annotations

from typing import Any

from gradlens import engine
from gradlens.app.jobs.encoding import encode_values
from gradlens.app.jobs.running import run
from gradlens.app.schemas.checks import CheckRequest, DiagnoseRequest, SampledRequest, SweepRequest
from gradlens.app.settings import Settings
from gradlens.engine.exporting.wire.contract import fields


def check(request: CheckRequest, settings: Settings) -> bytes:
    """Gradients against differences."""
    found = run(
        engine.check, request, settings, seed=request.seed, h=request.h, method=request.method, **_sampling(request)
    )
    return encode_values(fields(found), settings.response_elements)


def check_sweep(request: SweepRequest, settings: Settings) -> bytes:
    """Gradients against differences with ever smaller steps."""
    found = run(engine.check_sweep, request, settings, seed=request.seed, h=request.h, **_sampling(request))
    return encode_values(fields(found), settings.response_elements)


def diagnose(request: DiagnoseRequest, settings: Settings) -> bytes:
    """The first wrong claim, and the mistake behind it."""
    found = run(engine.diagnose, request, settings, seed=request.seed, code=request.code, **dict(request.claims))
    return encode_values(fields(found), settings.response_elements)


def _sampling(request: SampledRequest) -> dict[str, Any]:
    return {"wrt": request.wrt, "max_elements": request.max_elements, "sample_seed": request.sample_seed}
