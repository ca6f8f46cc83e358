"""Jobs that write what is read of the language and of its functions: each example opens in the workbench."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import escape

from gradlens import engine
from gradlens.app.schemas.documents import DocumentLanguage
from gradlens.app.settings import Settings
from gradlens.engine.exporting.mathml_formulas import mathml

LINK_VERSION = "1"  # static/js/store/page_state.js reads it
RUN = {"en": "Open in the workbench", "ko": "작업 화면에서 열기"}
FAMILIES = {
    "arithmetic": {"en": "Arithmetic", "ko": "사칙 연산"},
    "comparison": {"en": "Comparison", "ko": "비교"},
    "elementwise": {"en": "Element by element", "ko": "원소마다"},
    "activation": {"en": "Activations", "ko": "활성화 함수"},
    "reduction": {"en": "Along an axis", "ko": "축을 따라"},
    "linear algebra": {"en": "Linear algebra", "ko": "선형대수"},
    "shape": {"en": "Shapes", "ko": "형상"},
    "selection": {"en": "Choosing and ordering", "ko": "고르기와 차례"},
    "neural": {"en": "Layers", "ko": "층"},
    "loss": {"en": "Losses", "ko": "손실"},
    "convolution": {"en": "Convolution and pooling", "ko": "합성곱과 풀링"},
}


def _workbench_address(program: str) -> str:
    """The address at which the workbench opens a program, as static/js/store/page_state.js writes it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(orjson.dumps({"p": program})) + packer.flush()
    return f"/#{LINK_VERSION}={base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def language(request: DocumentLanguage, settings: Settings) -> bytes:
    """The first part of the engine's own document, from its heading to the next one, as HTML."""
    lang = request.language
    name = "README.md" if lang == "en" else f"README.{lang}.md"
    text = (Path(engine.__file__).parent / name).read_text(encoding="utf-8")
    part = re.search(r"^## .*?(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert part, f"{name} has the language first"
    markdown = MarkdownIt("commonmark")
    markdown.add_render_rule("fence", _example)
    markdown.add_render_rule("heading_open", _heading)
    return orjson.dumps({"html": markdown.render(part[0], {"lang": lang})})


def functions(request: DocumentLanguage, settings: Settings) -> bytes:
    """The ops by family: what each is called and computes, its formula and rules as MathML, and an example."""
    lang, places = request.language, {family: place for place, family in enumerate(FAMILIES)}
    ordered = sorted(engine.reference(), key=lambda op: (places[op["family"]], op["name"]))
    families = [
        {
            "id": family.replace(" ", "-"),
            "title": FAMILIES[family][lang],
            "functions": [_shown(op, lang) for op in members],
        }
        for family, members in groupby(ordered, key=lambda op: op["family"])
    ]
    return orjson.dumps({"families": families})


def _example(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, environment: dict[str, Any]
) -> str:
    """Code, and where it runs."""
    code = tokens[at].content
    address, words = _workbench_address(code.rstrip("\n")), RUN[environment["lang"]]
    return f'<pre tabindex="0"><code>{escape(code)}</code></pre>\n<p class="run"><a href="{address}">{words}</a></p>\n'


def _heading(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, environment: dict[str, Any]
) -> str:
    """A level higher than in the document, where a title stands above it, and with an address."""
    level = int(tokens[at].tag.removeprefix("h")) - 1
    tokens[at + 2].tag = tokens[at].tag = f"h{level}"
    id = re.sub(r"\W+", "-", tokens[at + 1].content.lower()).strip("-")
    return f'<h{level} id="{id}">'


def _shown(op: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "name": op["name"],
        "signature": op["signature"],
        "summary": op["summary"][lang],
        "convention": op["convention"] and op["convention"][lang],
        "formula": mathml(op["latex"]),
        "rules": [
            {"input": rule["input"], "text": rule["rule"], "formula": mathml(rule["latex"])} for rule in op["rules"]
        ],
        "example": op["example"],
        "address": _workbench_address(op["example"]),
    }
