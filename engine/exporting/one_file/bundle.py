"""The page's figure as the build left it: a script, a style sheet and words, data of the package.

In a checkout they are in static/built, as page_bundle.py makes them; in a wheel in the same folder of the package.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from gradlens.engine.errors import EngineError

STATIC = Path(__file__).resolve().parents[3] / "static"
COMMAND = "python hatch_build.py"


class Bundle(NamedTuple):
    """words: a catalogue by language."""

    script: str
    style: str
    words: dict[str, dict[str, str]]


def bundled_figure(static: Path = STATIC) -> Bundle:
    """The figure that plays by itself.  Error: figure-not-built, also where it is older than what it is made of."""
    try:
        made: dict[str, Any] = json.loads((static / "built" / "manifest.json").read_text("utf-8"))["single_files"]
        figure = made["figure"]
        is_checkout = (static / "js").is_dir()
        if is_checkout and any(_digest(static / path) != digest for path, digest in figure["sources"].items()):
            raise EngineError("figure-not-built", command=COMMAND)
        script, style, words = ((static / figure[part]).read_text("utf-8") for part in ("script", "style", "words"))
    except (OSError, ValueError, KeyError):
        raise EngineError("figure-not-built", command=COMMAND) from None
    return Bundle(script, style, json.loads(words))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
