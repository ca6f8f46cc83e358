"""The service's own jobs, of which a program that says "# slow" takes ten minutes."""

from __future__ import annotations

import time

from gradlens.app import jobs as service


def make_jobs(settings):
    own = service.make_jobs(settings)

    def expression(body: bytes):
        if b"# slow" in body:
            time.sleep(600)
        return own["expression"](body)

    return {**own, "expression": expression}
