"""Text in a TeX document, whatever it is, and the letters that the document must be told about."""

from __future__ import annotations

import re

PLAIN = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "-": "{-}",  # two are a dash
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    " ": r"\ ",
    "[": "{[}",
    "]": "{]}",
}
GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
        " omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
    )
)
DIGITS = {
    letter: f"{mark}{{{digit}}}"
    for letters, mark in (("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾", "^"), ("₀₁₂₃₄₅₆₇₈₉", "_"))
    for letter, digit in zip(letters, "0123456789-()")
}
# What stands for a letter in mathematics and in text.
MATHEMATICS = {letter: f"\\{name}" for letter, name in GREEK.items()} | DIGITS | {
    "∂": r"\partial", "×": r"\times", "÷": r"\div", "−": "-", "·": r"\cdot", "√": r"\surd", "≈": r"\approx",
    "∞": r"\infty", "ᵀ": r"^{\top}", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "→": r"\to", "…": r"\ldots",
    "Σ": r"\Sigma",
}  # fmt: skip
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
KNOWN_LETTERS = re.compile("[\x20-\x7e\n\u00a0-\u017f]")  # ASCII, and Latin that every font has
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def text_tex(text: str) -> str:
    """Text as it stands in a document, every letter of it."""
    return "".join(PLAIN.get(letter, letter) for letter in CONTROL.sub("?", text))


def letters_used(body: str) -> list[str]:
    """The lines of a preamble that a document's letters need; first what a reader should know, as comments."""
    found = sorted(set(body))
    named = [letter for letter in found if letter in MATHEMATICS]
    foreign = [
        letter
        for letter in found
        if letter not in MATHEMATICS and not KNOWN_LETTERS.match(letter) and not HANGUL.match(letter)
    ]
    lines: list[str] = []
    if HANGUL.search(body):
        lines += [
            "% Korean letters: kotex sets them, with pdflatex, xelatex and lualatex alike.",
            "% It is in TeX Live as texlive-lang-korean, and in MiKTeX as ko.tex.",
            r"\usepackage{kotex}",
        ]
    if foreign:
        shown = " ".join(foreign[:20])
        lines.append(f"% Compile with xelatex or lualatex and a font that has these letters: {shown}")
    if named:
        lines.append(r"\usepackage{newunicodechar}")
        lines += [f"\\newunicodechar{{{letter}}}{{\\ensuremath{{{MATHEMATICS[letter]}}}}}" for letter in named]
    return lines
