"""The page's files as a wheel serves them: how a test names one."""

from __future__ import annotations


def built(name: str) -> str:
    """The addresses, as a pattern, of the built file that stands for one of ours: "editor.js", "panels.en.json"."""
    stem, _, suffix = name.rpartition(".")
    return f"**/static/built/{stem}-*.{suffix}"
