"""The standard library: of each module, what its names mean here."""

from __future__ import annotations

from typing import Any

from gradlens.engine.language.standard.contexts import CONTEXTLIB

STANDARD: dict[str, dict[str, Any]] = {
    "contextlib": CONTEXTLIB,
}
