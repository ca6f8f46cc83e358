"""Answers that never change while the service runs: computed once, revalidated by their ETag."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from gradlens.app.assets import Packed, packed
from gradlens.app.endpoints import Endpoint
from gradlens.app.openapi import JSON
from gradlens.app.pool.pool import Pool
from gradlens.app.problems import computed


class KeptAnswers:
    """The answers of endpoints that are kept, computed when they are first asked for.

    at_hand: the content of those that need no computing, by the endpoint's name.
    """

    def __init__(self, pool: Pool, at_hand: Mapping[str, bytes]):
        self.pool = pool
        self.packed: dict[tuple[str, bytes], Packed] = {
            (name, b""): packed(content, JSON) for name, content in at_hand.items()
        }

    async def answer(self, request: Request, row: Endpoint, parameters: bytes = b"") -> Response:
        """An endpoint's answer, or 304 where the client has it already.

        A failure is answered and forgotten.  Raises Problem.
        """
        found = await self.find(row, parameters)
        return found.answer(request) if isinstance(found, Packed) else found

    async def find(self, row: Endpoint, parameters: bytes = b"") -> Packed | Response:
        """An endpoint's answer as it is kept; a failure as its answer.  Raises Problem."""
        key = row.name, parameters
        if key not in self.packed:
            status, content = await self.pool.run(row.job, parameters)
            if status != 200:
                return computed(status, content)
            self.packed[key] = packed(content, JSON)
        return self.packed[key]
