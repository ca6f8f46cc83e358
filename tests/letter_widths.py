"""The table of engine/exporting/text_widths.py, measured by Chromium in Inter, a font of the page's that is free:

npm pack @fontsource/inter && tar xzf fontsource-inter-*.tgz
python -m tests.letter_widths package/files

prints it. Letters that Inter lacks are as wide as the system's sans-serif has them.
"""

from __future__ import annotations

import base64
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

WEIGHTS = (400, 500, 600)
SUBSETS = ("latin", "latin-ext", "greek")
LETTERS = "".join(
    dict.fromkeys(
        [
            *map(chr, range(0x20, 0x7F)),
            *map(chr, range(0xC0, 0x100)),
            *map(chr, range(0x391, 0x3A2)),
            *map(chr, range(0x3A3, 0x3CA)),
            *"₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾∂×÷−≈∞√ᵀ·…→≤≥≠",
        ]
    )
)
MEASURE = """([letters, weights, family]) => document.fonts.ready.then(() => {
  const span = document.createElement("span");
  document.body.append(span);
  return weights.map((weight) => [...letters].map((letter) => {
    span.style = `font: ${weight} 1000px ${family}; font-variant-numeric: tabular-nums; white-space: pre`;
    span.textContent = letter;
    return span.getBoundingClientRect().width / 1000;
  }));
})"""


def faces(folder: Path) -> str:
    """The fonts as CSS, their files within it."""
    found: list[str] = []
    for weight in WEIGHTS:
        for subset in SUBSETS:
            data = base64.b64encode((folder / f"inter-{subset}-{weight}-normal.woff2").read_bytes()).decode()
            found.append(
                f"@font-face {{font-family: Inter{subset}; font-weight: {weight};"
                f" src: url(data:font/woff2;base64,{data})}}"
            )
    return "\n".join(found)


def measured(folder: Path) -> dict[int, dict[float, str]]:
    """By weight: letters by their width in em."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"])
        page = browser.new_page()
        names = ", ".join(f"Inter{subset}" for subset in SUBSETS)
        page.set_content(f"<style>{faces(folder)}</style>")
        for weight in WEIGHTS:
            for subset in SUBSETS:
                page.evaluate(f"document.fonts.load('{weight} 16px Inter{subset}')")
        widths: Any = page.evaluate(MEASURE, [LETTERS, WEIGHTS, f"{names}, sans-serif"])
        browser.close()
    table: dict[int, dict[float, str]] = {}
    for weight, row in zip(WEIGHTS, widths):
        grouped: defaultdict[float, str] = defaultdict(str)
        for letter, width in zip(LETTERS, row):
            grouped[round(width, 2)] += letter
        table[weight] = dict(sorted(grouped.items()))
    return table


if __name__ == "__main__":
    for weight, row in measured(Path(sys.argv[1])).items():
        print(f"    {weight}: {{")
        for width, letters in row.items():
            print(f"        {width}: {letters!r},")
        print("    },")
