"""The API of graphs: a program's trace, the ops, the examples, the service's health."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from gradlens.app.assets import Packed, packed
from gradlens.app.body import read_body
from gradlens.app.compute import Pool, compute
from gradlens.app.problems import Problem, computed
from gradlens.app.query import check_query
from gradlens.app.schemas import (
    Derivatives,
    DerivativesRequest,
    Examples,
    Explanation,
    ExpressionRequest,
    GradientProgram,
    GradientProgramRequest,
    Health,
    Ops,
    ProblemDetails,
    Trace,
)
from gradlens.app.settings import Settings
from pydantic import BaseModel
from starlette.responses import Response

JSON = "application/json"
PROBLEM = {"model": ProblemDetails, "description": "A problem, as application/problem+json"}
UNCHANGED = {"description": "Nothing has changed since the answer whose ETag stands in If-None-Match"}


def graphs(settings: Settings, pool: Pool, kept: Unchanging, version: str) -> APIRouter:
    """/api/expression, /api/gradient-program, /api/ops, /api/examples, /problems/* and /healthz."""
    router = APIRouter(dependencies=[Depends(check_query)])
    health = Health(status="ok", version=version).model_dump_json()

    @router.post(
        "/api/expression",
        tags=["graphs"],
        summary="Run a program forward and backward",
        responses={200: {"model": Trace}} | dict.fromkeys((408, 413, 415, 422, 503), PROBLEM),
        openapi_extra={"requestBody": request_body(ExpressionRequest)},
    )
    async def post_expression(request: Request) -> Response:
        """Parses the program, builds its graph, runs it forward and backward, and answers the whole trace:
        every value, every gradient, and what each edge contributes to it; with a `direction`, the forward mode's
        tangents too.
        """
        body = await read_body(request, settings)
        return await compute(pool, request, "expression", body)

    @router.post(
        "/api/gradient-program",
        tags=["graphs"],
        summary="Write the backward pass as a program",
        responses={200: {"model": GradientProgram}} | dict.fromkeys((408, 413, 415, 422, 503), PROBLEM),
        openapi_extra={"requestBody": request_body(GradientProgramRequest)},
    )
    async def post_gradient_program(request: Request) -> Response:
        """One statement for each edge's contribution and one for each sum. Posted to /api/expression with the same
        inputs and one of `outputs` as `output`, it gives the same gradients; and it can be differentiated again.
        `values`
        has no meaning here, and a `direction` is refused."""
        body = await read_body(request, settings)
        return await compute(pool, request, "gradient-program", body)

    @router.post(
        "/api/derivatives",
        tags=["graphs"],
        summary="Compute a Jacobian, a Hessian or a product with one",
        responses={200: {"model": Derivatives}} | dict.fromkeys((408, 413, 415, 422, 503), PROBLEM),
        openapi_extra={"requestBody": request_body(DerivativesRequest)},
    )
    async def post_derivatives(request: Request) -> Response:
        """The Jacobian or Hessian of the output by all inputs, or their product with a direction. `values` has no
        meaning
        here, and a `seed` is refused."""
        body = await read_body(request, settings)
        return await compute(pool, request, "derivatives", body)

    @router.get(
        "/api/ops",
        tags=["reference"],
        summary="List the ops",
        responses={200: {"model": Ops}, 304: UNCHANGED, 422: PROBLEM, 503: PROBLEM},
    )
    async def get_ops(request: Request) -> Response:
        """Every op that a program may use, with its derivative rules and the conventions it follows."""
        return await kept.answer(request, "ops")

    @router.get(
        "/api/examples",
        tags=["reference"],
        summary="List the examples",
        responses={200: {"model": Examples}, 304: UNCHANGED, 422: PROBLEM},
    )
    async def get_examples(request: Request) -> Response:
        """The page's examples, each a program in English and in Korean."""
        return await kept.answer(request, "examples")

    @router.get(
        "/problems/{kind}",
        tags=["reference"],
        summary="Explain a problem",
        responses={200: {"model": Explanation}, 404: PROBLEM, 422: PROBLEM, 503: PROBLEM},
        openapi_extra={"parameters": [path_parameter("kind", "The last part of a problem's type.")]},
    )
    async def get_problem(request: Request) -> Response:
        """What a problem's `type` stands for: its title, and its sentence with the names of its `params` in braces."""
        status, content = await pool.run("explain", request.path_params["kind"].encode())
        return computed(status, content)

    @router.get(
        "/healthz",
        tags=["service"],
        summary="Is it well?",
        responses={200: {"model": Health}, 422: PROBLEM, 503: PROBLEM},
    )
    async def get_health() -> Response:
        """Answers 200 as soon as programs can be computed."""
        if not pool.ready:
            raise Problem.of("starting")
        return Response(health, media_type=JSON)

    return router


def request_body(model: type) -> dict:
    """The OpenAPI description of a body that the workers validate."""
    return {"required": True, "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}}


def path_parameter(name: str, description: str) -> dict:
    """The OpenAPI description of a name in the path."""
    return {"name": name, "in": "path", "required": True, "description": description, "schema": {"type": "string"}}


def parameters(model: type[BaseModel], in_path: str) -> list[dict]:
    """The OpenAPI description of a model's fields that stand in the query, but for the one that stands in the path."""
    found = []
    for name, schema in model.model_json_schema()["properties"].items():
        schema = {key: value for key, value in schema.items() if key not in ("title", "description")}
        described = path_parameter(name, model.model_fields[name].description)
        found.append(
            described if name == in_path else {**described, "in": "query", "required": False, "schema": schema}
        )
    return found


class Unchanging:
    """Answers that never change while the service runs, computed when they are first asked for.

    given: those that need no computing, by the name of their job.
    """

    def __init__(self, pool: Pool, given: dict[str, bytes] | None = None):
        self.pool = pool
        self.kept: dict[tuple[str, bytes], Packed] = {
            (job, b""): packed(content, JSON) for job, content in (given or {}).items()
        }

    async def answer(self, request: Request, job: str, body: bytes = b"") -> Response:
        """What `job` makes of `body`, or 304 where the client has it already.

        A failure is answered and forgotten.  Raises Problem.
        """
        found = await self.find(job, body)
        return found.answer(request) if isinstance(found, Packed) else found

    async def find(self, job: str, body: bytes = b"") -> Packed | Response:
        """What `job` makes of `body`; a failure as its answer.  Raises Problem."""
        if (job, body) not in self.kept:
            status, content = await self.pool.run(job, body)
            if status != 200:
                return computed(status, content)
            self.kept[job, body] = packed(content, JSON)
        return self.kept[job, body]
