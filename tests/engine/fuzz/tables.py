"""Tables of templates as texts: what the random programs are made of."""

from __future__ import annotations


def one_a_line(text: str) -> list[str]:
    return text.strip("\n").splitlines()


def between_blank_lines(text: str) -> list[str]:
    return text.strip("\n").split("\n\n")
