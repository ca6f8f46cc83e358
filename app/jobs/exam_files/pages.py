"""What the pages that are handed out have in common: head, style, program and figure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gradlens.app.jobs.exam_files.wording import WORDS, Content, other_numbers
from gradlens.engine.exporting.colours import TOKENS
from gradlens.engine.exporting.drawings import MOST_NODES
from gradlens.engine.exporting.labels import name_of
from gradlens.engine.exporting.one_file.surroundings import offline_page
from gradlens.engine.exporting.pictures import escaped, picture


def page(content: Content, title: str, body: str, *scripts: str) -> str:
    """An HTML page that asks for nothing.  scripts: those in the body."""
    return offline_page(body, language=content.language, title=title, style=stylesheet(), scripts=scripts)


@cache
def stylesheet() -> str:
    colours = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in TOKENS.items())
    paper = "".join(f"--{name}:{light};" for name, (light, _) in TOKENS.items())
    rules = beside("hand_out.css")
    return f":root{{color-scheme:light dark;{colours}}}@media print{{:root{{color-scheme:light;{paper}}}}}\n{rules}"


def beside(name: str) -> str:
    """A file of this folder."""
    return Path(__file__).with_name(name).read_text("utf-8")


def title_of(content: Content, kind: str) -> str:
    trace = content.traces[0]
    return WORDS[content.language][kind].format(name=name_of(trace.nodes[trace.output]))


def shown(content: Content, k: int) -> str:
    """The program with the numbers of a variant, and its figure with values alone."""
    words, trace = WORDS[content.language], content.traces[k]
    numbers = other_numbers(content.variants, k)
    with_numbers = f"<p>{escaped(words['with'].format(numbers=numbers))}</p>" if numbers else ""
    if len(trace.nodes) > MOST_NODES:
        figure = f"<p>{escaped(words['too-large'])}</p>"
    else:
        figure = (
            f'<figure tabindex="0">{picture(trace, language=content.language, theme="page", step="values")}</figure>'
        )
    return f'<pre tabindex="0">{escaped(content.program)}</pre>{with_numbers}{figure}'
