"""ASGI middleware that every request passes: who may ask, and what the browser may do with the answer."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gradlens.app.problems import Problem

# Workers compile Graphviz from WebAssembly; KaTeX and CodeMirror position by inline styles.
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
PORT = re.compile(r":\d*$")


def content_security_policy(*scripts: str, ancestors: tuple[str, ...] = ()) -> str:
    """The policy as a header value.

    scripts: further sources of script, such as a hash.  ancestors: further sites that may show the page in a frame.
    """
    rules = dict(CONTENT_SECURITY_POLICY)
    rules["script-src"] = " ".join([rules["script-src"], *scripts])
    rules["frame-ancestors"] = " ".join([rules["frame-ancestors"], *ancestors])
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class ResponseHeaders:
    """Puts the security headers on every answer that does not bring its own."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
        self.policy = content_security_policy().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"]) + self.headers
                if not any(name == b"content-security-policy" for name, _ in headers):
                    headers.append((b"content-security-policy", self.policy))
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, with_headers)


class Doorkeeper:
    """Refuses foreign hosts, which is how DNS rebinding arrives, and writes from foreign origins.

    open_paths: what holds nothing of anybody's and is asked for by an address, as Prometheus does.
    """

    def __init__(
        self, app: ASGIApp, hosts: tuple[str, ...], origins: tuple[str, ...], open_paths: tuple[str, ...] = ()
    ):
        self.app = app
        self.open_paths = open_paths
        self.hosts = frozenset(host.lower() for host in hosts)
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_open = scope["path"] in self.open_paths
        problem = None if is_open else self.refusal(scope["method"], Headers(scope=scope))
        if scope["method"] == "HEAD":  # a GET whose body the server leaves out
            scope = {**scope, "method": "GET"}
        await (problem.response if problem else self.app)(scope, receive, send)

    def refusal(self, method: str, headers: Headers) -> Problem | None:
        """Why a request is turned away, or None."""
        host = headers.get("host", "").lower()
        if "*" not in self.hosts and PORT.sub("", host) not in self.hosts:
            return Problem.of("foreign-host", host=host)
        if method in SAFE_METHODS:
            return None
        origin = headers.get("origin")
        if origin is None or origin in self.origins or origin.partition("://")[2].lower() == host:
            return None
        return Problem.of("foreign-origin", origin=origin)
