"""The API of proof: why a rule holds, and why the sum over paths is what backpropagation computes."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from gradlens.app.body import read_body
from gradlens.app.compute import Pool, compute
from gradlens.app.derivation_schemas import Derivation, DeriveRequest, Paths, PathsRequest
from gradlens.app.query import check_query
from gradlens.app.routes.graphs import PROBLEM, UNCHANGED, Unchanging, path_parameter, request_body
from gradlens.app.settings import Settings
from starlette.responses import Response


def derivations(settings: Settings, pool: Pool) -> APIRouter:
    """/api/derivations/*, /api/derive and /api/paths."""
    router = APIRouter(dependencies=[Depends(check_query)])
    kept = Unchanging(pool)
    problems = dict.fromkeys((408, 413, 415, 422, 503), PROBLEM)

    @router.get(
        "/api/derivations/{op}",
        tags=["derivations"],
        summary="Derive an op's rules",
        responses={200: {"model": Derivation}, 304: UNCHANGED, 404: PROBLEM, 422: PROBLEM, 503: PROBLEM},
        openapi_extra={"parameters": [path_parameter("op", "The name of an op, such as one of GET /api/ops.")]},
    )
    async def get_derivation(request: Request) -> Response:
        """Step by step from the definition of the derivative to the rule, with a reason for each step in English and
        Korean.
        """
        return await kept.answer(request, "derivation", request.path_params["op"].encode())

    @router.post(
        "/api/derive",
        tags=["derivations"],
        summary="Derive the rules at a node, in numbers",
        responses={200: {"model": Derivation}} | problems,
        openapi_extra={"requestBody": request_body(DeriveRequest)},
    )
    async def post_derive(request: Request) -> Response:
        """The derivations of the op at a `node`, of the one operand at an `edge`, or of the opened library function
        that is a `group`, each
        line with its value in a run of the program."""
        return await compute(pool, request, "derive", await read_body(request, settings))

    @router.post(
        "/api/paths",
        tags=["derivations"],
        summary="Count and list the paths between two nodes",
        responses={200: {"model": Paths}} | problems,
        openapi_extra={"requestBody": request_body(PathsRequest)},
    )
    async def post_paths(request: Request) -> Response:
        """How many paths lead from one node to another, beside how many edges backpropagation walks; where they are
        few, each with its
        product, and their sum, which is the gradient. `seed` and `values` have no meaning here."""
        return await compute(pool, request, "paths", await read_body(request, settings))

    return router
