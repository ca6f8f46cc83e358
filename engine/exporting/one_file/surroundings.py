"""The HTML page around what is handed out as one file: it asks for nothing, and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from gradlens.engine.exporting.colours import Theme
from gradlens.engine.exporting.drawings import Language
from gradlens.engine.exporting.pictures import escaped

PAGE = """<!doctype html>
<html lang="{language}"{theme}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="{schemes}">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def offline_page(
    body: str,
    *,
    language: Language,
    title: str,
    style: str,
    scripts: Sequence[str] = (),
    theme: Theme = None,
    styles_elements: bool = False,
) -> str:
    """A page of its own style sheet.

    body: HTML, with the scripts in it.  scripts: their texts, by whose hashes they may run.
    theme: light or dark; None, as the reader's system has it.
    styles_elements: whether a script writes style attributes.
    """
    allowed = {
        "default-src": "'none'",
        "script-src": " ".join(map(source, scripts)),
        "style-src": source(style),
        "style-src-attr": "'unsafe-inline'" if styles_elements else "",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return PAGE.format(
        language=language,
        theme=f' data-theme="{theme}"' if theme else "",
        schemes=theme or "light dark",
        policy="; ".join(f"{kind} {sources}" for kind, sources in allowed.items() if sources),
        title=escaped(title),
        style=style,
        body=body,
    )


def source(content: str) -> str:
    """An inline script or style sheet as a source of a policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
