"""A trace as one HTML file: the page's figure with its timeline, which plays without a server and asks for nothing."""

from __future__ import annotations

import json

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.colours import Theme
from gradlens.engine.exporting.drawings import MOST_NODES as MOST_DRAWN
from gradlens.engine.exporting.drawings import Language, Step
from gradlens.engine.exporting.frames import steps_of, turn_of
from gradlens.engine.exporting.labels import name_of
from gradlens.engine.exporting.one_file.bundle import bundled_figure
from gradlens.engine.exporting.one_file.node_rows import number_table
from gradlens.engine.exporting.one_file.surroundings import offline_page
from gradlens.engine.exporting.pictures import TITLES, escaped, picture
from gradlens.engine.exporting.wire.contract import trace_json
from gradlens.engine.traces import Trace

MOST_NODES = 2_000  # a browser lays out and plays so many without being waited for
HEADINGS = {"en": ("Program", "The numbers as a table"), "ko": ("프로그램", "숫자를 표로 보기")}

BODY = """<main><noscript>{still}</noscript></main>
<details id="source"><summary>{program_word}</summary><pre>{program}</pre></details>
<details id="table"><summary>{table_word}</summary><div class="scroll" tabindex="0">{table}</div></details>
<pre id="printed" aria-hidden="true"></pre>
<script type="application/json" id="shown">{shown}</script>
<script>{script}</script>"""


def figure_page(
    trace: Trace,
    *,
    language: Language = "en",
    theme: Theme = None,
    step: Step = "end",
) -> str:
    """HTML that plays a trace, opened at a step.

    theme: light or dark; None, as the reader's system has it.
    step: as `picture` has it; of a number all groups are open, as the steps are counted.
    Errors: picture-too-large, no-such-step, figure-not-built.
    """
    if len(trace.nodes) > MOST_NODES:
        raise EngineError("picture-too-large", count=len(trace.nodes), limit=MOST_NODES)
    if isinstance(step, int) and not 0 <= step <= steps_of(trace):
        raise EngineError("no-such-step", step=step, last=steps_of(trace))
    script, style, words = bundled_figure()
    title = TITLES[language].format(name=name_of(trace.nodes[trace.output]))
    drawn = len(trace.nodes) <= MOST_DRAWN
    still = picture(trace, language=language, theme="page", step=step, legend=True) if drawn else ""
    counted = isinstance(step, int) or step == "values"
    shown = {
        "words": words[language],
        "cursor": {"end": None, "values": turn_of(trace) - 1, "start": 0}[step] if isinstance(step, str) else step,
        "open": None if counted else [],
    }
    data = f'{{"trace":{trace_json(trace)},{json.dumps(shown, ensure_ascii=False)[1:]}'
    body = BODY.format(
        still=still,
        program_word=HEADINGS[language][0],
        program=escaped(trace.program),
        table_word=HEADINGS[language][1],
        table=number_table(trace, language),
        shown=data.replace("<", "\\u003c"),
        script=script,
    )
    return offline_page(
        body, language=language, title=title, style=style, scripts=[script], theme=theme, styles_elements=True
    )
