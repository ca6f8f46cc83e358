"""The service, put together."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from gradlens import __version__
from gradlens.app.examples import EXAMPLES
from gradlens.app.metrics import Metrics
from gradlens.app.openapi import describe
from gradlens.app.pool.pool import Pool
from gradlens.app.problems import Failures, Problem, on_http_exception, on_problem
from gradlens.app.protocol import WIND_DOWN
from gradlens.app.request_log import Count, RequestLog, log_as_json
from gradlens.app.routes.api import api_routes
from gradlens.app.routes.kept import KeptAnswers
from gradlens.app.routes.pages import page_routes
from gradlens.app.security import Doorkeeper, ResponseHeaders
from gradlens.app.settings import Settings, settings_or_exit

METRICS_PATH = "/metrics"


def create_app(settings: Settings | None = None, jobs: str = "gradlens.app.jobs", bundled: bool = False) -> FastAPI:
    """The ASGI application.

    settings: its limits, from the environment where none are given.
    jobs: the module whose `make_jobs` gives the computing processes what they run.
    bundled: serve the page as a wheel does, also from a checkout.
    """
    settings = settings or settings_or_exit()
    if settings.log_requests:
        log_as_json()
    pool = Pool(settings, jobs)
    metrics = Metrics(pool, __version__)
    kept = KeptAnswers(pool, {"get_examples": orjson.dumps({"examples": EXAMPLES})})

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        end_with_parent()
        await pool.start()
        yield {WIND_DOWN: pool.wind_down}
        pool.stop()

    app = FastAPI(
        title="gradlens",
        version=__version__,
        summary="How every gradient arises",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=middleware(settings, metrics.count),
        generate_unique_id_function=lambda route: route.name,  # what a generated client calls its functions
        exception_handlers={Problem: on_problem, HTTPException: on_http_exception},
    )
    app.include_router(api_routes(settings, pool, kept, __version__))
    app.routes.extend(page_routes(kept, settings.embedding_origins, bundled))
    if settings.metrics:
        app.routes.append(Route(METRICS_PATH, metrics.answer, name="get_metrics"))
    app.openapi = describe(app)
    return app


def end_with_parent() -> None:
    """Have this server stop when the process that supervises several of them is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent and sys.platform != "win32":
        loop = asyncio.get_running_loop()

        def stop() -> None:
            loop.remove_reader(parent.sentinel)
            signal.raise_signal(signal.SIGTERM)

        loop.add_reader(parent.sentinel, stop)


def __getattr__(name: str) -> FastAPI:
    """`app`, for `uvicorn app.main:app` in a checkout: made when it is asked for, with the environment's settings."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return create_app()


def middleware(settings: Settings, count: Count) -> list[Middleware]:
    """What every request passes, from the outside in."""
    proxies = list(settings.trusted_proxies)
    layers = [
        *([Middleware(ProxyHeadersMiddleware, trusted_hosts=proxies)] if proxies else []),
        Middleware(RequestLog, count=count, is_logged=settings.log_requests, is_given=bool(proxies)),
        Middleware(ResponseHeaders),
        Middleware(Failures),
        Middleware(
            Doorkeeper,
            hosts=settings.allowed_hosts,
            origins=settings.allowed_origins,
            open_paths=(METRICS_PATH,) if settings.metrics else (),
        ),
    ]
    if settings.allowed_origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Content-Type"],
            )
        )
    return layers
