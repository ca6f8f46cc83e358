"""The API of doubt: gradients against differences, and a reader's gradients against the right ones."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from gradlens.app.body import read_body
from gradlens.app.check_schemas import (
    Check,
    CheckRequest,
    Diagnosed,
    DiagnoseRequest,
    Sweep,
    SweepRequest,
)
from gradlens.app.compute import Pool, compute
from gradlens.app.query import check_query
from gradlens.app.routes.graphs import PROBLEM, request_body
from gradlens.app.settings import Settings
from starlette.responses import Response


def checks(settings: Settings, pool: Pool) -> APIRouter:
    """/api/check, /api/check/sweep and /api/diagnose."""
    router = APIRouter(dependencies=[Depends(check_query)])
    problems = dict.fromkeys((408, 413, 415, 422, 503), PROBLEM)

    @router.post(
        "/api/check",
        tags=["checks"],
        summary="Check gradients against differences",
        responses={200: {"model": Check}} | problems,
        openapi_extra={"requestBody": request_body(CheckRequest)},
    )
    async def post_check(request: Request) -> Response:
        """Changes every element of the inputs, or of other named nodes, and compares the slope with the gradient.
        Tells agreement from a kink, a pole and a mismatch, and what both methods cost."""
        return await compute(pool, request, "check", await read_body(request, settings))

    @router.post(
        "/api/check/sweep",
        tags=["checks"],
        summary="Check gradients with ever smaller steps",
        responses={200: {"model": Sweep}} | problems,
        openapi_extra={"requestBody": request_body(SweepRequest)},
    )
    async def post_sweep(request: Request) -> Response:
        """The error of central differences for steps from large to small: truncation first, round-off then."""
        return await compute(pool, request, "check-sweep", await read_body(request, settings))

    @router.post(
        "/api/diagnose",
        tags=["checks"],
        summary="Find the first wrong gradient, and the mistake",
        responses={200: {"model": Diagnosed}} | problems,
        openapi_extra={"requestBody": request_body(DiagnoseRequest)},
    )
    async def post_diagnose(request: Request) -> Response:
        """Compares claimed gradients and values with the right ones, in the order of the passes, and tries mistakes
        until one gives the claimed numbers."""
        return await compute(pool, request, "diagnose", await read_body(request, settings))

    return router
