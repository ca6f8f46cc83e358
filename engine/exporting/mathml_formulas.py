"""Formulas as MathML Core, for pages without scripts: the LaTeX that the engine writes, and what prose needs beside it.

A library would not do: latex2mathml, the one in use, leaves the escapes in names as they are, writes attributes that
Core does not have, and gives no XML for aligned lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import NamedTuple

from gradlens.engine.exporting import mathml_symbols as symbols

DEEPEST = 60  # groups within groups; what is deeper is shown as it was written
TOKEN = re.compile(r"\\(?:[a-zA-Z]+|.)|\d+(?:\.\d+)?|[\uac00-\ud7a3\u3131-\u318e\u4e00-\u9fff]+|\s+|.", re.DOTALL)
ESCAPED = re.compile(r"\\(backslash ?|[\^~]\{\}|.)", re.DOTALL)
THIN = '<mspace width="0.167em"/>'
NBSP = "\u00a0"
UNARY = ("+", "-", "pm", "mp")


class Part(NamedTuple):
    """kind: what it is to its neighbours: operand, function, binary, relation, open, close, punctuation, space."""

    markup: str
    kind: str = "operand"
    limits: bool = False  # scripts stand above and below it


@lru_cache(maxsize=4096)
def mathml(latex: str, display: bool = False) -> str:
    """A formula as a `math` element.  display: on a line of its own.

    A command that is not known is shown as it was written.
    """
    reader = Reader(TOKEN.findall(latex))
    rows = reader.rows(())
    body = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else table(rows, "center")
    return f'<math display="block">{body}</math>' if display else f"<math>{body}</math>"


def unknown_commands(latex: str) -> list[str]:
    """What of a formula is shown as it was written."""
    reader = Reader(TOKEN.findall(latex))
    reader.rows(())
    return reader.unknown


def row(parts: list[str]) -> str:
    """One element of several."""
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def table(rows: list[list[str]], aligned: str) -> str:
    """aligned: center, left, or equations, whose relations stand below each other."""
    styles = {
        "center": ("", ""),
        "left": (' style="text-align:left"',) * 2,
        "equations": (' style="text-align:right;padding-right:0"', ' style="text-align:left;padding-left:0"'),
    }[aligned]
    lines = ["".join(f"<mtd{styles[i % 2]}>{cell}</mtd>" for i, cell in enumerate(cells)) for cells in rows]
    return f"<mtable>{''.join(f'<mtr>{line}</mtr>' for line in lines)}</mtable>"


def operator(symbol: str, **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<mo{given}>{escape(symbol)}</mo>"


def fence(symbol: str, form: str, stretchy: bool) -> str:
    """A parenthesis or a bar; nothing where the delimiter is left out."""
    if not symbol:
        return ""
    fixed = {} if stretchy else {"stretchy": "false"}
    if symbol in "|‖":  # which MathML takes for operators between two others
        return operator(symbol, form=form, fence="true", lspace="0", rspace="0", **fixed)
    return operator(symbol, **fixed)


def identifier(name: str) -> str:
    """A function's name: longer ones stand upright by themselves."""
    variant = ' mathvariant="normal"' if len(name) == 1 else ""
    return f"<mi{variant}>{escape(name)}</mi>"


@dataclass
class Reader:
    """Reads tokens from the first to the last, once."""

    tokens: list[str]
    at: int = 0
    depth: int = 0
    unknown: list[str] = field(default_factory=list[str])

    def peek(self) -> str:
        """The next token that is no space; "" at the end."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def rows(self, ends: tuple[str, ...]) -> list[list[str]]:
        """Cells by rows, up to one of the ends, which is not taken."""
        rows: list[list[str]] = [[]]
        while True:
            rows[-1].append(self.until((*ends, "&", r"\\")))
            token = self.peek()
            if token == "&":
                self.take()
            elif token == r"\\":
                self.take()
                if self.peek() in ends or not self.peek():
                    return rows
                rows.append([])
            else:
                return rows

    def until(self, ends: tuple[str, ...]) -> str:
        """Everything up to one of the ends, which is not taken, as one element."""
        written: list[str] = []
        before = Part("", "open")
        while (token := self.peek()) and token not in ends:
            part = self.scripted(before)
            if not part.markup:
                continue
            if (before.kind == "function" and part.kind in ("operand", "function")) or (
                part.kind == "function" and before.kind in ("operand", "close")
            ):
                written.append(THIN)
            written.append(part.markup)
            before = part
        return row(written) if written else "<mrow></mrow>"

    def scripted(self, before: Part) -> Part:
        """An atom with what stands at its upper and lower right, or above and below it."""
        base = Part("<mrow></mrow>") if self.peek() in ("^", "_") else self.atom(before)
        scripts: dict[str, list[str]] = {}
        while (token := self.peek()) in ("^", "_", "'"):
            self.take()
            scripts.setdefault("^" if token == "'" else token, []).append(
                operator("′") if token == "'" else self.argument()
            )
        if not scripts:
            return base
        lower, upper = (row(scripts[mark]) if mark in scripts else "" for mark in "_^")
        names = ("munder", "mover", "munderover") if base.limits else ("msub", "msup", "msubsup")
        name = names[2 if lower and upper else 0 if lower else 1]
        kind = "close" if base.kind == "close" else "function" if base.kind == "function" else "operand"
        return Part(f"<{name}>{base.markup or '<mrow></mrow>'}{lower}{upper}</{name}>", kind)

    def argument(self) -> str:
        """One token, or a group in braces, as one element."""
        if self.depth >= DEEPEST:
            return self.group("")
        self.depth += 1
        found = self.atom(Part("", "open")).markup
        self.depth -= 1
        return found or "<mrow></mrow>"

    def raw(self) -> str:
        """A group in braces as it was written."""
        if self.peek() != "{":
            return self.take()
        self.take()
        depth, taken = 1, list[str]()
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            depth += (token == "{") - (token == "}")
            if not depth:
                break
            taken.append(token)
        return "".join(taken)

    def group(self, end: str) -> str:
        """What follows, up to an end, which is taken."""
        if self.depth >= DEEPEST:
            self.unknown.append(end)
            self.at = len(self.tokens)
            return "<mtext>…</mtext>"
        self.depth += 1
        inner = self.until((end,))
        self.depth -= 1
        self.take()
        return inner

    def atom(self, before: Part) -> Part:
        token = self.take()
        if token == "{":
            return Part(self.group("}"))
        if token.startswith("\\") and len(token) > 1:
            return self.command(token[1:], before)
        if token[:1].isdigit():
            return Part(f"<mn>{token}</mn>")
        if token.isalpha():
            return Part(f"<mtext>{token}</mtext>" if len(token) > 1 or token >= "\u2e80" else f"<mi>{token}</mi>")
        if token in ("&", "}", r"\\", "\\", ""):
            return Part("")  # out of place
        if token == "~":
            return Part('<mspace width="0.25em"/>', "space")
        return self.symbol(token, before) or Part(operator(token))

    def symbol(self, name: str, before: Part) -> Part | None:
        """A token or a command that stands for one symbol; None where it is none."""
        if name in symbols.BINARY:
            is_unary = name in UNARY and before.kind in ("open", "binary", "relation", "punctuation", "function")
            form = {"form": "prefix"} if is_unary else {}
            if name == "bmod":
                form = {"lspace": "0.222em", "rspace": "0.222em"}
            return Part(operator(symbols.BINARY[name], **form), "open" if is_unary else "binary")
        if name in symbols.RELATION:
            return Part(operator(symbols.RELATION[name]), "relation")
        if name in symbols.OPENING:
            return Part(fence(symbols.OPENING[name], "prefix", False), "open")
        if name in symbols.CLOSING:
            return Part(fence(symbols.CLOSING[name], "postfix", False), "close")
        if name in symbols.BARS:
            is_open = before.kind in ("open", "binary", "relation", "punctuation", "function", "space")
            bar = fence(symbols.BARS[name], "prefix" if is_open else "postfix", False)
            return Part(bar, "open" if is_open else "close")
        if name in symbols.PUNCTUATION:
            spacing = {"lspace": "0", "rspace": "0"} if name in ".!" else {}
            return Part(operator(symbols.PUNCTUATION[name], **spacing), "close" if name in ".!" else "punctuation")
        return None

    def command(self, name: str, before: Part) -> Part:
        """What a command stands for."""
        if name in ("{", "}"):
            return Part(fence(name, "prefix" if name == "{" else "postfix", False), "open" if name == "{" else "close")
        if name == "|":
            return self.symbol(r"\|", before) or Part("")
        if name in symbols.SPACES:
            return Part(f'<mspace width="{symbols.SPACES[name]}em"/>', "space")
        if name in symbols.ORDINARY:
            letter = symbols.ORDINARY[name]
            return Part(f"<mi>{escape(letter)}</mi>")
        if name in symbols.UPRIGHT:
            return Part(f'<mi mathvariant="normal">{symbols.UPRIGHT[name]}</mi>')
        if name in symbols.FUNCTIONS:
            return Part(identifier(name), "function")
        if name in symbols.LIMITS:
            return Part(operator(symbols.LIMITS[name], movablelimits="true", lspace="0", rspace="0"), "function", True)
        if name in symbols.LARGE:
            return Part(operator(symbols.LARGE[name]), "function", True)
        if name in symbols.INTEGRALS:
            return Part(operator(symbols.INTEGRALS[name]), "function")
        if name in symbols.IGNORED:
            return Part("")
        return self.symbol(name, before) or self.construct(name)

    def construct(self, name: str) -> Part:
        """A command with arguments."""
        match name:
            case "frac" | "dfrac" | "tfrac":
                return Part(f"<mfrac>{self.argument()}{self.argument()}</mfrac>")
            case "binom":
                inner = f'<mfrac linethickness="0">{self.argument()}{self.argument()}</mfrac>'
                return Part(row([fence("(", "prefix", True), inner, fence(")", "postfix", True)]))
            case "sqrt":
                if self.peek() != "[":
                    return Part(f"<msqrt>{self.argument()}</msqrt>")
                self.take()
                degree = self.group("]")
                return Part(f"<mroot>{self.argument()}{degree}</mroot>")
            case "text" | "textbf" | "textit" | "mbox" | "textrm":
                return Part(text_of(self.raw()))
            case "operatorname" | "mathrm" | "mathop":
                if name == "operatorname" and self.peek() == "*":
                    self.take()
                    named = operator(unescaped(self.raw()), movablelimits="true", lspace="0", rspace="0")
                    return Part(named, "function", True)
                return Part(identifier(unescaped(self.raw())), "function" if name != "mathrm" else "operand")
            case "left":
                return self.fenced()
            case "right" | "middle":
                return Part(fence(self.delimiter(), "infix", True), "close")
            case "begin":
                return self.environment()
            case "overset" | "stackrel":
                above = self.argument()
                return Part(f"<mover>{self.argument()}{above}</mover>", "relation")
            case "underset":
                below = self.argument()
                return Part(f"<munder>{self.argument()}{below}</munder>")
            case _ if name in symbols.ALPHABETS:
                return Part(self.lettered(name))
            case _ if name in symbols.ACCENTS:
                mark = operator(symbols.ACCENTS[name], stretchy="false")
                return Part(f'<mover accent="true">{self.argument()}{mark}</mover>')
            case _ if name in symbols.WIDE_ACCENTS:
                mark = operator(symbols.WIDE_ACCENTS[name], stretchy="true")
                return Part(f'<mover accent="true">{self.argument()}{mark}</mover>', limits=name == "overbrace")
            case _ if name in symbols.BELOW:
                mark = operator(symbols.BELOW[name], stretchy="true")
                return Part(f"<munder>{self.argument()}{mark}</munder>", limits=name == "underbrace")
            case _:
                self.unknown.append(f"\\{name}")
                return Part(f"<mtext>\\{escape(name)}</mtext>")

    def delimiter(self) -> str:
        """The symbol after \\left or \\right; none for a point."""
        name = self.take().removeprefix("\\")
        known = symbols.OPENING | symbols.CLOSING | symbols.BARS | {"|": "|", ".": "", "<": "⟨", ">": "⟩", "/": "/"}
        if self.tokens[self.at - 1] == r"\|":
            return "‖"
        if name not in known:
            self.unknown.append(name)
        return known.get(name, "")

    def fenced(self) -> Part:
        """From \\left to its \\right."""
        opening = self.delimiter() if self.peek() else ""
        inner = self.group(r"\right")
        closing = self.delimiter() if self.peek() else ""
        parts = (fence(opening, "prefix", True), inner, fence(closing, "postfix", True))
        return Part(row([part for part in parts if part]))

    def environment(self) -> Part:
        """From \\begin to its \\end."""
        name = self.raw()
        if name not in symbols.ENVIRONMENTS or self.depth >= DEEPEST:
            self.unknown.append(f"\\begin{{{name}}}")
            return Part(f"<mtext>{escape(name)}</mtext>")
        if name == "array" and self.peek() == "{":
            self.raw()
        self.depth += 1
        rows = self.rows((r"\end",))
        self.depth -= 1
        if self.take():
            self.raw()
        opening, closing = symbols.ENVIRONMENTS[name]
        aligned = "equations" if name in symbols.ALIGNED else "left" if name == "cases" else "center"
        parts = (fence(opening, "prefix", True), table(rows, aligned), fence(closing, "postfix", True))
        return Part(row([part for part in parts if part]))

    def lettered(self, name: str) -> str:
        """Letters and figures of another alphabet."""
        upper, lower, zero = symbols.ALPHABETS[name]
        other = symbols.ELSEWHERE.get(name, {}) | (symbols.BOLD_GREEK if upper == 0x1D400 else {})
        written: list[str] = []
        tokens: list[str] = TOKEN.findall(self.raw())
        for token in tokens:
            meant = symbols.ORDINARY.get(token[1:], token) if token.startswith("\\") else token
            for plain in meant:
                letter = other.get(plain, plain)
                if letter.isascii() and letter.isalnum():
                    start, first = (
                        (zero, "0") if letter.isdigit() else (upper, "A") if letter.isupper() else (lower, "a")
                    )
                    letter = chr(start + ord(letter) - ord(first))
                tag = "mn" if letter.isdigit() else "mi" if letter.isalpha() else "mo"
                written.append(f"<{tag}>{escape(letter)}</{tag}>")
        return row(written) if written else "<mrow></mrow>"


def unescaped(text: str) -> str:
    """A name without LaTeX's escapes."""

    def meant(match: re.Match[str]) -> str:
        found = match[1]
        return "\\" if found.startswith("backslash") else " " if found == "," else found[0]

    return ESCAPED.sub(meant, text)


def text_of(text: str) -> str:
    """Words; spaces at their ends are kept."""
    words = unescaped(text)
    inner = words.strip(" ")
    before, after = len(words) - len(words.lstrip(" ")), len(words.rstrip(" "))
    return f"<mtext>{NBSP * before}{escape(inner)}{NBSP * (len(words) - after if inner else 0)}</mtext>"
