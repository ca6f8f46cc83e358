"""How wide texts are in the page's font, without a browser.

The table is Inter's, with figures of one width: `python -m tests.letter_widths` measures it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from unicodedata import category, east_asian_width

Measure = Callable[[str, str], float]  # a text and its font, as in FONTS: px

# Weight and size in px, as graph.css has them.
FONTS = {
    "sign": (600, 20),
    "word": (600, 14),
    "name": (500, 14),
    "value": (400, 14),
    "notation": (400, 12),
    "gradient": (500, 13),
    "edge": (500, 12),
    "group": (500, 12),
}
HANGUL, WIDE, OTHER = 0.92, 1.0, 0.65  # em
# By weight: letters by their width in em.
TABLE: dict[int, dict[float, str]] = {
    400: {
        0.24: "ijlìíîï",
        0.25: "⁽⁾",
        0.27: " ,.:;IÌÍÎÏΙΪ",
        0.28: "ίι",
        0.29: "!·",
        0.3: "'¹",
        0.32: "`",
        0.33: "t|",
        0.36: "/\\",
        0.37: "f",
        0.38: "rᵀ",
        0.39: "()[]{}",
        0.4: "₀₁₂₃₄₅₆₇₈₉⁰⁴⁵⁶⁷⁸⁹",
        0.44: "²",
        0.45: "³",
        0.46: "_",
        0.47: '"^τ',
        0.51: "?ζ",
        0.52: "∂",
        0.53: "sκ⁻",
        0.54: "έε",
        0.55: "kxz",
        0.56: "Lavyàáâãäåýÿγξ",
        0.57: "Jcçςχ",
        0.58: "eèéêëðΓδ",
        0.59: "Fhnuñùúûüήΰημνυ",
        0.6: "EoÈÉÊËòóôõöøΕβοπ",
        0.61: "bdgpqþρ",
        0.62: "ßθσ",
        0.63: "#ZΖ",
        0.64: "$&PRSÞΡλ√",
        0.65: "*+-0123456789<=>BT~×÷ΒΤ−",
        0.66: "Ξάα",
        0.67: "KΚ",
        0.68: "XYÝΔΥΧΫ",
        0.69: "AVÀÁÂÃÄÅΑΛΣ",
        0.72: "Dφ",
        0.73: "CÇÐ",
        0.74: "HUÙÚÛÜΗΠ",
        0.75: "GNÑΝ",
        0.77: "OQÒÓÔÕÖØΘΟΩ",
        0.78: "ψ",
        0.81: "ω",
        0.82: "w",
        0.83: "∞",
        0.84: "≈→≤≥≠",
        0.86: "…",
        0.88: "mΦΨ",
        0.9: "MΜ",
        0.92: "æ",
        0.97: "@",
        0.98: "%W",
        0.99: "Æ",
    },
    500: {
        0.25: "ijlìíîï⁽⁾",
        0.27: " ,.:;IÌÍÎÏΙΪ",
        0.29: "ίι",
        0.3: "!·",
        0.31: "'¹",
        0.34: "`t",
        0.35: "|",
        0.37: "/\\",
        0.38: "fᵀ",
        0.39: "()[]r{}",
        0.4: "₀₁₂₃₄₅₆₇₈₉⁰⁴⁵⁶⁷⁸⁹",
        0.45: "²",
        0.46: "_³",
        0.48: "^τ",
        0.49: '"',
        0.52: "ζ∂",
        0.53: "?⁻",
        0.54: "sέε",
        0.55: "κ",
        0.56: "Lkxzξ",
        0.57: "Javyàáâãäåýÿγς",
        0.58: "cçΓχ",
        0.59: "Feèéêëðδ",
        0.6: "EhnouÈÉÊËñòóôõöøùúûüΕήΰβημνου",
        0.62: "bdgpqþθπρ",
        0.63: "ßσ",
        0.64: "#PZΖΡ√",
        0.65: "$&*+-0123456789<=>RST~×Þ÷Τ−",
        0.66: "BΒλ",
        0.67: "Ξάα",
        0.69: "KΚΣ",
        0.7: "XYÝΔΥΧΫ",
        0.71: "AVÀÁÂÃÄÅΑΛ",
        0.72: "D",
        0.73: "CÇ",
        0.74: "HUÐÙÚÛÜΗΠ",
        0.75: "Gφ",
        0.76: "NÑΝ",
        0.77: "OQÒÓÔÕÖØΘΟΩ",
        0.8: "ψ",
        0.81: "ω",
        0.83: "w∞",
        0.84: "≈→≤≥≠",
        0.89: "mΦΨ",
        0.91: "MΜ…",
        0.92: "æ",
        0.98: "@",
        0.99: "%",
        1.0: "WÆ",
    },
    600: {
        0.26: "ijlìíîï",
        0.27: " ,.:;",
        0.28: "IÌÍÎÏΙΪ",
        0.29: "⁽⁾",
        0.3: "ίι",
        0.32: "!¹·",
        0.33: "'",
        0.35: "`t",
        0.36: "|",
        0.38: "/\\",
        0.39: "()[]f{}",
        0.4: "r",
        0.43: "ᵀ",
        0.44: "₀₁₂₃₄₅₆₇₈₉⁰⁴⁵⁶⁷⁸⁹",
        0.45: "²",
        0.46: "³",
        0.47: "_",
        0.48: "^",
        0.49: "τ",
        0.52: '"',
        0.53: "ζ⁻",
        0.54: "?∂",
        0.55: "sέε",
        0.56: "Lξ",
        0.57: "akxzàáâãäåκ",
        0.58: "JcçΓς",
        0.59: "Fevyèéêëðýÿγχ",
        0.6: "EÈÉÊËΕβδν",
        0.61: "hnouñòóôõöøùúûüήΰημου",
        0.62: "bdgpqþθρ",
        0.63: "π",
        0.64: "#ßσ",
        0.65: "$*+-0123456789<=>PRSZ~×÷ΖΡ−",
        0.66: "&BTÞΒΤ",
        0.67: "λ√",
        0.68: "Ξάα",
        0.69: "Σ",
        0.7: "KΚ",
        0.71: "YÝΥΫ",
        0.72: "DXΔΧ",
        0.73: "AVÀÁÂÃÄÅΑΛ",
        0.74: "CUÇÙÚÛÜ",
        0.75: "GHÐΗΠ",
        0.76: "NÑΝ",
        0.77: "OQÒÓÔÕÖØΘΟφ",
        0.78: "Ω",
        0.81: "ψ",
        0.82: "ω",
        0.83: "∞",
        0.84: "w≈→≤≥≠",
        0.89: "ΦΨ",
        0.9: "m",
        0.91: "æ",
        0.92: "MΜ",
        0.96: "…",
        1.0: "%@",
        1.01: "Æ",
        1.02: "W",
    },
}
WIDTHS = {
    weight: {letter: width for width, letters in row.items() for letter in letters} for weight, row in TABLE.items()
}


@lru_cache(maxsize=8192)
def text_width(text: str, font: str) -> float:
    """In px.  font: a name of FONTS."""
    weight, size = FONTS[font]
    known = WIDTHS[weight]
    return size * sum(known[letter] if letter in known else _other(letter) for letter in text)


def _other(letter: str) -> float:
    """A letter that the table does not have, in em."""
    if category(letter) in ("Mn", "Me", "Cf"):
        return 0.0  # it stands on the one before it
    if "\uac00" <= letter <= "\ud7a3":
        return HANGUL
    return WIDE if east_asian_width(letter) in "WF" else OTHER
