"""Questions as a page that checks answers by itself, without the numbers in sight."""

from __future__ import annotations

import json
from typing import Any

from gradlens.app.jobs.exam_files.pages import beside, page, shown, title_of
from gradlens.app.jobs.exam_files.sealed_answers import PEPPERS, Cells, sealed
from gradlens.app.jobs.exam_files.wording import WORDS, Content, names, number
from gradlens.engine.exporting.pictures import escaped

SAID = ("right", "look", "unknown", "no-number", "checking", "copied", "copy-this")


def exercise_page(content: Content) -> str:
    """One HTML file that works from disk and without a network."""
    script = beside("exercise.js")
    data = json.dumps(kept(content), ensure_ascii=False).replace("<", "\\u003c")
    body = f"""{written(content)}
<script type="application/json" id="kept">{data}</script>
<script>{script}</script>"""
    return page(content, title_of(content, "exercise"), body, script)


def kept(content: Content, peppers: int = PEPPERS) -> dict[str, Any]:
    """What the script reads."""
    cells = Cells.of(content.tolerance)
    all_names = sorted(
        {names(wrong) for one in content.variants for asked in one["questions"] for wrong in asked["wrong"]}
    )
    place = {name: k for k, name in enumerate(all_names)}

    def question(asked: dict[str, Any]) -> dict[str, Any]:
        near = asked["tolerance"]
        wrong = [(one["value"], near, [place[names(one)]]) for one in asked["wrong"]]
        return {"asked": asked["asked"], **sealed([(asked["right"], near, []), *wrong], cells, peppers)}

    return {
        "peppers": peppers,
        "width": cells.width,
        "zero": cells.tolerance,
        "names": all_names,
        "words": {name: WORDS[content.language][name] for name in SAID},
        "sets": [[question(asked) for asked in one["questions"]] for one in content.variants],
    }


def written(content: Content) -> str:
    """The page before anything is answered."""
    words = {name: escaped(text) for name, text in WORDS[content.language].items()}
    several = len(content.variants) > 1
    options = "".join(f'<option value="{k}">{k}</option>' for k in range(1, len(content.variants) + 1))
    chooser = f'<label class="chooser">{words["set"]} <select id="set" autocomplete="off">{options}</select></label>'
    return f"""<main>
<h1>{escaped(title_of(content, "exercise"))}</h1>
<p>{words["intro"].format(percent=number(round(100 * content.tolerance, 6)))}</p>
<noscript><p class="said wrong">{words["no-script"]}</p></noscript>
{chooser if several else ""}
{"".join(variant(content, k, words) for k in range(len(content.variants)))}
<div class="taking"><button type="button" id="copy">{words["copy"]}</button>
<p class="said" id="copied" role="status"></p></div>
<textarea id="answers" readonly hidden rows="3" aria-label="answers.json" spellcheck="false"></textarea>
<p class="small">{words["nothing-kept"]}</p>
</main>"""


def variant(content: Content, k: int, words: dict[str, str]) -> str:
    questions = "".join(
        f'<li><form class="question"><label><span>{escaped(asked["symbol"])} =</span>'
        f' <input inputmode="text" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="60"></label>'
        f' <button>{words["check"]}</button><p class="said" role="status"></p></form></li>'
        for asked in content.variants[k]["questions"]
    )
    return f'<section class="set"{" hidden" if k else ""}>{shown(content, k)}<ol>{questions}</ol></section>\n'
