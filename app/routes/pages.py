"""What a browser opens: the page, the book, their files, and the API reference."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from gradlens.app.assets import BUILD_COMMAND, KEPT_FOR_GOOD, Assets, Manifest, Packed, folder, packed
from gradlens.app.endpoints import BY_NAME, Endpoint
from gradlens.app.problems import NOT_KEPT, Problem
from gradlens.app.routes.kept import KeptAnswers
from gradlens.app.security import content_security_policy

PREFIX = "/static/"
# What the page asks of the service before anything is typed.
LISTS = {name: BY_NAME[f"get_{name}"] for name in ("examples", "ops", "chapters")}
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


# What the book's pages say around its chapters, without JavaScript too.
BOOK = {
    "en": {
        "title": "How gradients arise",
        "lead": "Backpropagation in short chapters. Every figure is a live graph, every number is computed, and every"
        " exercise is checked by computing.",
        "contents": "Contents",
        "glossary": "Glossary",
        "language": "The language",
        "functions": "Functions",
        "functions_lead": "Every function of the language: what it computes, the rule by which a gradient passes it,"
        " and an example to open. In a rule, g is what arrives from above and z the result.",
        "search": "Search",
        "run": "Open in the workbench",
        "rules": "Rules of the gradient",
        "workbench": "Workbench",
        "other": "한국어",
        "before": "Previous",
        "after": "Next",
        "chapter": "Chapter {}",
        "exercises": "Exercises",
    },
    "ko": {
        "title": "기울기가 생기는 과정",
        "lead": "짧은 장으로 배우는 오차역전파법입니다. 그림은 모두 움직이는 계산 그래프이고, 숫자는 모두 그 자리에서"
        " 계산하며, 연습문제는 계산해서 채점합니다.",
        "contents": "차례",
        "glossary": "용어집",
        "language": "언어",
        "functions": "함수",
        "functions_lead": "이 언어의 모든 함수입니다. 무엇을 계산하는지, 기울기가 어떤 규칙으로 지나가는지, 그리고"
        " 열어 볼 예가 있습니다. 규칙에서 g는 상류에서 온 기울기, z는 결과입니다.",
        "search": "찾기",
        "run": "작업 화면에서 열기",
        "rules": "기울기의 규칙",
        "workbench": "작업 화면",
        "other": "English",
        "before": "이전 장",
        "after": "다음 장",
        "chapter": "{}장",
        "exercises": "연습문제",
    },
}


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


def page_routes(kept: KeptAnswers, embedding: tuple[str, ...], bundled: bool = False) -> list[BaseRoute]:
    """/, /embed, /learn, /static/* and /docs.

    embedding: the origins whose pages may frame /embed.  bundled: as `create_app` has it.
    """
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

    async def embed(request: Request) -> Response:
        manifest = Manifest(static, PREFIX, bundled)
        if not manifest.built:
            return HTMLResponse(NOT_BUILT, 503, NOT_KEPT)
        wanted, theme = (request.query_params.get(name) for name in ("language", "theme"))
        html = templates.get_template("embed.html").render(
            import_map=_script_json({"imports": manifest.import_map() | await list_addresses()}),
            modules=manifest.modules("js/embed.js"),
            address=manifest.address,
            lang=wanted if wanted in BOOK else language(request.headers.get("accept-language", "")),
            theme=theme if theme in ("light", "dark") else None,
        )
        return _html(request, html, {"Vary": "Accept-Language"}, embedding)

    async def contents(request: Request) -> Response:
        found = await learnt(BY_NAME["get_chapters"])
        return found if isinstance(found, Response) else await book_page(request, "contents", lang_of(request), **found)

    async def chapter(request: Request) -> Response:
        lang, name = lang_of(request), request.path_params["chapter"]
        found = await learnt(BY_NAME["get_chapter"], {"language": lang, "chapter": name})
        listed = await learnt(BY_NAME["get_chapters"])
        if isinstance(found, Response) or isinstance(listed, Response):
            return found if isinstance(found, Response) else listed  # pyright: ignore[reportReturnType]
        chapters = listed["chapters"]
        at = next(place for place, one in enumerate(chapters) if one["id"] == name)
        around = {
            "before": chapters[at - 1] if at else None,
            "after": chapters[at + 1] if at + 1 < len(chapters) else None,
        }
        shown = {name: found[name] for name in ("id", "figures", "moments", "trainings")}
        return await book_page(request, "chapter", lang, **found | around | {"shown": _script_json(shown)})

    async def glossary(request: Request) -> Response:
        lang = lang_of(request)
        words = orjson.loads(Manifest(static, PREFIX, bundled).read(f"i18n/glossary.{lang}.json"))
        terms = [
            {"id": key.split(".")[1], "term": term, "meaning": words[key.removesuffix(".term")]}
            for key, term in words.items()
            if key.endswith(".term")
        ]
        return await book_page(request, "glossary", lang, title=words["glossary.title"], terms=terms)

    async def language_document(request: Request) -> Response:
        return await document(request, "language")

    async def functions_document(request: Request) -> Response:
        return await document(request, "functions")

    async def document(request: Request, name: str) -> Response:
        lang = lang_of(request)
        found = await learnt(BY_NAME[f"get_{name}"], {"language": lang})
        return found if isinstance(found, Response) else await book_page(request, name, lang, **found)

    async def to_language(request: Request) -> Response:
        lang = language(request.headers.get("accept-language", ""))
        return RedirectResponse(f"/learn/{lang}", 307, {"Vary": "Accept-Language", "Cache-Control": "no-cache"})

    async def learnt(row: Endpoint, parameters: dict[str, str] | None = None) -> Response | dict[str, Any]:
        """What the book's pages are made of; a failure as its answer."""
        found = await kept.find(row, orjson.dumps(parameters) if parameters else b"")
        return orjson.loads(found.body) if isinstance(found, Packed) else found

    async def book_page(request: Request, template: str, lang: str, **content: Any) -> Response:
        manifest = Manifest(static, PREFIX, bundled)
        if not manifest.built:
            return HTMLResponse(NOT_BUILT, 503, NOT_KEPT)
        html = templates.get_template(f"learn/{template}.html").render(
            import_map=_script_json({"imports": manifest.import_map() | await list_addresses()}),
            modules=manifest.modules("js/learn.js"),
            address=manifest.address,
            library=manifest.library,
            lang=lang,
            words=BOOK[lang],
            path=request.url.path,
            **content,
        )
        return _html(request, html)

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
        Route("/embed", embed),
        Route("/docs", reference),
        Route("/learn", to_language),
        Route("/learn/{language}", contents),
        Route("/learn/{language}/glossary", glossary),
        Route("/learn/{language}/language", language_document),
        Route("/learn/{language}/functions", functions_document),
        Route("/learn/{language}/{chapter}", chapter),
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


def lang_of(request: Request) -> str:
    """The language that a path names.  Raises HTTPException 404."""
    lang = request.path_params["language"]
    if lang not in BOOK:
        raise HTTPException(404)
    return lang


def _script_json(content: dict) -> Markup:
    """JSON that may stand inside a script element."""
    return Markup(orjson.dumps(content).decode().replace("<", "\\u003c"))


def _html(
    request: Request, html: str, headers: dict[str, str] | None = None, ancestors: tuple[str, ...] = ()
) -> Response:
    """A page whose own inline scripts, and no others, are allowed by their hash.

    ancestors: the origins whose pages may show it in a frame.
    """
    hashes = (
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in INLINE_SCRIPT.findall(html)
    )
    policy = content_security_policy(*(f"'sha256-{digest}'" for digest in hashes), ancestors=ancestors)
    return _packed(html).answer(request, further={"Content-Security-Policy": policy, **(headers or {})})


@lru_cache(maxsize=64)  # the pages and the chapters, in two languages, seldom change
def _packed(html: str) -> Packed:
    return packed(html.encode(), "text/html")
