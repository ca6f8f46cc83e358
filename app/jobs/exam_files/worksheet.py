"""Questions on paper: blanks to be filled in, and the key on pages of its own."""

from __future__ import annotations

from typing import Any

from gradlens.app.jobs.exam_files.pages import page, shown, title_of
from gradlens.app.jobs.exam_files.wording import WORDS, Content, names, number
from gradlens.engine.exporting.pictures import escaped

DIGITS = 6  # significant, of a number in the key


def worksheet_page(content: Content) -> str:
    """One HTML file to be printed: a sheet for each set of numbers, then a key for each."""
    words = {name: escaped(text) for name, text in WORDS[content.language].items()}
    title = escaped(title_of(content, "worksheet"))
    several = len(content.variants) > 1
    sets = [
        f"<p>{words['set-number'].format(number=k + 1)}</p>" if several else "" for k in range(len(content.variants))
    ]
    within = words["within-percent"].format(percent=number(round(100 * content.tolerance, 6)))
    sheets = [
        f'<section class="sheet"><h1>{title}</h1>'
        f'<p class="who"><span>{words["name"]}</span><span>{words["date"]}</span></p>'
        f"{sets[k]}{shown(content, k)}<p>{words['fill']} {within}</p><ol>{blanks(one)}</ol></section>"
        for k, one in enumerate(content.variants)
    ]
    keys = [
        f'<section class="sheet key"><h1>{words["key"]}: {title}</h1>{sets[k]}{key(one, words)}</section>'
        for k, one in enumerate(content.variants)
    ]
    return page(content, title_of(content, "worksheet"), "<main>\n" + "\n".join([*sheets, *keys]) + "\n</main>")


def blanks(one: dict[str, Any]) -> str:
    return "".join(
        f'<li class="blank"><span>{escaped(asked["symbol"])} =</span> <span class="line"></span></li>'
        for asked in one["questions"]
    )


def key(one: dict[str, Any], words: dict[str, str]) -> str:
    heads = "".join(f'<th scope="col">{words[name]}</th>' for name in ("gradient", "right-number", "mistakes"))
    rows = "".join(
        f'<tr><th scope="row">{escaped(asked["symbol"])}</th><td class="number">{brief(asked["right"])}</td>'
        f"<td><dl>{mistakes(asked)}</dl></td></tr>"
        for asked in one["questions"]
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def mistakes(asked: dict[str, Any]) -> str:
    return "".join(
        f"<div><dt>{brief(wrong['value'])}</dt><dd>{escaped(names(wrong))}</dd></div>" for wrong in asked["wrong"]
    )


def brief(value: float) -> str:
    return f"{value:.{DIGITS}g}".replace("-", "\u2212")
