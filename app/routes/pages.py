"""What a browser opens: the page, its files, the API reference, and explanations of problems."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

import orjson
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from gradlens.app.assets import BUILD_COMMAND, KEPT_FOR_GOOD, Assets, Manifest, Packed, folder, packed
from gradlens.app.endpoints import BY_NAME
from gradlens.app.problems import NOT_KEPT, Problem
from gradlens.app.routes.kept import KeptAnswers
from gradlens.app.security import content_security_policy

PREFIX = "/static/"
# What the page asks of the service before anything is typed.
LISTS = {"examples": BY_NAME["get_examples"], "ops": BY_NAME["get_ops"]}
LIST_FILE = re.compile(r"(\w+?)(?:-([A-Z0-9]{8}))?\.json")
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

NOT_BUILT = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>gradlens</title>
<p>The page's libraries have not been built yet.
Run <code>{BUILD_COMMAND}</code> in the project's folder and reload.</p>
<p lang="ko">페이지에 필요한 라이브러리가 아직 빌드되지 않았습니다.
프로젝트 폴더에서 <code>{BUILD_COMMAND}</code>를 실행한 뒤 새로 고침하세요.</p>
</html>
"""


# Swagger UI from our own origin; its spec names no validator and no other server.
REFERENCE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>gradlens: API reference</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
<div id="reference"></div>
<script src="{script}"></script>
<script>
  SwaggerUIBundle({{ url: "/openapi.json", dom_id: "#reference", deepLinking: true, validatorUrl: null }});
</script>
</html>
"""


def page_routes(kept: KeptAnswers, bundled: bool = False) -> list[BaseRoute]:
    """/, /static/* and /docs; `bundled` as `create_app` has it."""
    static = folder("static").resolve()
    templates = Environment(loader=FileSystemLoader(folder("templates")), autoescape=True)

    async def page(request: Request) -> Response:
        manifest = Manifest(static, PREFIX, bundled)
        if not manifest.built:
            return HTMLResponse(NOT_BUILT, 503, NOT_KEPT)
        html = templates.get_template("index.html").render(
            import_map=_script_json({"imports": manifest.import_map() | await list_addresses()}),
            modules=manifest.modules("js/main.js"),
            address=manifest.address,
            library=manifest.library,
            lang=language(request.headers.get("accept-language", "")),
        )
        return _html(request, html, {"Vary": "Accept-Language"})

    async def list_addresses() -> dict[str, str]:
        """Of each list the address that says what is in it, so that a browser keeps it as it keeps a file."""
        addresses = {}
        for name, row in LISTS.items():
            try:
                found = await kept.find(row)
            except Problem:  # the page opens all the same
                found = None
            mark = f"-{found.mark}" if isinstance(found, Packed) else ""
            addresses[f"#static/lists/{name}.json"] = f"{PREFIX}lists/{name}{mark}.json"
        return addresses

    async def list_file(request: Request) -> Response:
        """A list as it is now; kept for good where that is what its name says."""
        named = LIST_FILE.fullmatch(request.path_params["file"])
        if named is None or named[1] not in LISTS:
            raise HTTPException(404)
        found = await kept.find(LISTS[named[1]])
        if not isinstance(found, Packed):
            return found
        return found.answer(request, KEPT_FOR_GOOD if named[2] == found.mark else "no-cache")

    async def reference(request: Request) -> Response:
        manifest = Manifest(static, PREFIX, bundled)
        if not manifest.built:
            return HTMLResponse(NOT_BUILT, 503, NOT_KEPT)
        return _html(
            request,
            REFERENCE.format(
                style=manifest.library("styles", "swagger-ui"), script=manifest.library("scripts", "swagger-ui")
            ),
        )

    return [
        Route("/", page),
        Route("/docs", reference),
        Route("/static/lists/{file}", list_file),
        Mount("/static", Assets(static)),
    ]


def language(accept_language: str) -> str:
    """ "ko" where the browser prefers Korean over English, otherwise "en"."""
    wanted = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), place, tag.lower()[:2]))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(wanted) if tag in ("ko", "en")), "en")


def _script_json(content: dict) -> Markup:
    """JSON that may stand inside a script element."""
    return Markup(orjson.dumps(content).decode().replace("<", "\\u003c"))


def _html(request: Request, html: str, headers: dict[str, str] | None = None) -> Response:
    """A page whose own inline scripts, and no others, are allowed by their hash."""
    hashes = (
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in INLINE_SCRIPT.findall(html)
    )
    policy = content_security_policy(*(f"'sha256-{digest}'" for digest in hashes))
    return _packed(html).answer(request, further={"Content-Security-Policy": policy, **(headers or {})})


@lru_cache(maxsize=8)  # the pages, in two languages, seldom change
def _packed(html: str) -> Packed:
    return packed(html.encode(), "text/html")
