"""What stands behind the question mark of an address: nothing is passed over in silence."""

from __future__ import annotations

from gradlens.app.problems import Problem
from starlette.requests import Request


async def check_query(request: Request) -> None:
    """Raises Problem for a parameter that stands twice, or in the path too, and for any where the route tells none.

    What is no parameter of a route that has some is told by who reads them.
    """
    described = (request.scope["route"].openapi_extra or {}).get("parameters", ())
    takes_any = any(parameter["in"] == "query" for parameter in described)
    found = set(request.path_params)
    for name, _ in request.query_params.multi_items():
        if not takes_any:
            raise Problem.of("unknown-query", name=name)
        if name in found:
            raise Problem.of("repeated-query", name=name)
        found.add(name)
