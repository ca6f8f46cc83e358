"""The colours of a picture: those of static/css/tokens.css, light and dark, and what is mixed of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

Theme = Literal["light", "dark", "page"] | None

# By the name of the token: light, dark.
TOKENS = {
    "paper": ("#ffffff", "#15171a"),
    "paper-raised": ("#ffffff", "#1d2024"),
    "paper-sunken": ("#f7f7f5", "#191b1f"),
    "ink": ("#1d2025", "#e8e8e6"),
    "ink-soft": ("#5a606b", "#a3a9b3"),
    "hairline": ("#e2e2de", "#303439"),
    "line": ("#a5a9b0", "#6c727b"),
    "accent": ("#1f5fa8", "#7fb4ee"),
    "accent-paper": ("#eaf2fb", "#1c2c3f"),
    "negative": ("#c2570c", "#f08a3c"),
    "zero": ("#b4b8be", "#5b6068"),
    "positive": ("#1f66b8", "#5aa2ee"),
    "negative-text": ("#a84604", "#f5a05c"),
    "positive-text": ("#1a5aa6", "#82b9f4"),
    "non-finite": ("#a3258c", "#e88bd4"),
}


class Palette:
    """Paints as SVG attributes, and the style sheet that they need.

    theme: light or dark, one colour each; None, light, and dark where the reader's system is; "page", the custom
      properties of the page that the picture stands in.
    """

    def __init__(self, theme: Theme):
        self._theme: Theme = theme
        self._dark: dict[str, str] = {}

    def paint(self, **paints: str) -> str:
        """Attributes by name, as `fill="ink"`: a token, none, or what `gradient_paint` gives."""
        written: list[str] = []
        classes: list[str] = []
        for attribute, paint in paints.items():
            if paint == "none":
                written.append(f'{attribute}="none"')
                continue
            light, dark, css = _resolved(paint)
            colour = {"light": light, "dark": dark, "page": css, None: light}[self._theme]
            written.append(f'{attribute}="{colour}"')
            if self._theme is None:
                name = f"{attribute[0]}{dark[1:]}"
                self._dark[name] = f".{name}{{{attribute}:{dark}}}"
                classes.append(name)
        if classes:
            written.append(f'class="{" ".join(classes)}"')
        return " ".join(written)

    @property
    def style(self) -> str:
        """The style sheet of what was painted so far."""
        rules = "".join(self._dark[name] for name in sorted(self._dark))
        return f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>" if rules else ""


def gradient_paint(share: float | None) -> str:
    """The paint of a gradient's size on the one scale, as GradientScale.share gives it."""
    if share is None:
        return "non-finite"
    return f"{'negative' if share < 0 else 'positive'} {round(abs(share) * 1000) / 10:g} zero" if share else "zero"


def colour(paint: str, is_dark: bool) -> str:
    """A paint as one colour, in hexadecimal digits."""
    return _resolved(paint)[is_dark]


@lru_cache(maxsize=1024)
def _resolved(paint: str) -> tuple[str, str, str]:
    """Light, dark, and as CSS.  paint: a token, or two with the percentage of the first."""
    if paint in TOKENS:
        return *TOKENS[paint], f"var(--{paint})"
    first, percent, second = paint.split()
    light, dark = (mixed(a, b, float(percent) / 100) for a, b in zip(TOKENS[first], TOKENS[second]))
    return light, dark, f"color-mix(in oklab, var(--{first}) {percent}%, var(--{second}))"


def mixed(a: str, b: str, share: float) -> str:
    """Two colours mixed in Oklab, as CSS does it.  share: of the first."""
    return _hex([share * p + (1 - share) * q for p, q in zip(_oklab(a), _oklab(b))])


# https://www.w3.org/TR/css-color-4/#color-conversion-code
TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
Rows = tuple[tuple[float, float, float], ...]


def _times(matrix: Rows, vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def _oklab(colour: str) -> list[float]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return _times(TO_LAB, [c ** (1 / 3) for c in _times(TO_LMS, linear)])


def _hex(lab: list[float]) -> str:
    linear = _times(FROM_LMS, [c**3 for c in _times(FROM_LAB, lab)])
    channels = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in linear]
    return "#" + "".join(f"{round(min(max(c, 0), 1) * 255):02x}" for c in channels)
