"""A trace as a script: sections of code, and the check of its gradients against those of the trace."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import numpy as np

from gradlens.engine.exporting.code.expressions import NUMPY
from gradlens.engine.exporting.code.layout import broken, comment
from gradlens.engine.exporting.code.literals import literal
from gradlens.engine.exporting.code.program import Passes, passes_of
from gradlens.engine.exporting.code.sources import Sources
from gradlens.engine.exporting.drawings import Language
from gradlens.engine.traces import Trace

RELATIVE, ABSOLUTE = 1e-9, 1e-12  # how far a gradient may be from the one shown
WORDS = {
    "en": {
        "program": "The program:",
        "about": "Forward and backward pass as {library}; at the end the gradients are compared with those shown.",
        "helpers": "Functions that {library} does not have",
        "inputs": "Inputs",
        "forward": "Forward pass",
        "backward": "Backward pass: one statement for each use of a value, and one for each sum",
        "check": "The gradients are compared with those shown, to a relative {relative:g} or an absolute {absolute:g}",
        "quiet": "infinities and NaN are results here, not mistakes",
        "difference": "largest difference",
        "wrong": "differs",
    },
    "ko": {
        "program": "프로그램:",
        "about": "순전파와 역전파를 {library}로 쓴 것입니다. 끝에서 기울기를 화면의 값과 비교합니다.",
        "helpers": "{library}에 없는 함수",
        "inputs": "입력",
        "forward": "순전파",
        "backward": "역전파: 값의 쓰임마다 한 줄, 합마다 한 줄",
        "check": "기울기를 화면의 값과 비교합니다. 상대 오차는 {relative:g}, 절대 오차는 {absolute:g}까지입니다",
        "quiet": "무한대와 NaN은 실수가 아니라 결과입니다",
        "difference": "가장 큰 차이",
        "wrong": "다름",
    },
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a script, a cell of a notebook: what it is, and its lines."""

    title: str
    lines: list[str]


def numpy_sections(trace: Trace, language: Language) -> list[Section]:
    """Both passes in NumPy alone, and the check."""
    sources = Sources({"np"})
    passes = passes_of(trace, NUMPY, sources, language)
    words = WORDS[language]
    imports = [*[f"import {name}" for name in sorted(sources.modules)], "", "import numpy as np", ""]
    quiet = [f'np.seterr(all="ignore")  # {words["quiet"]}']
    found = [
        Section(
            words["about"].format(library="NumPy"),
            [*comment(words["program"]), "#", *shown(trace), "", *imports, *quiet],
        )
    ]
    if sources.texts:
        lines = "\n\n\n".join(sources.texts).split("\n")
        found.append(Section(words["helpers"].format(library="NumPy"), [broken(line) for line in lines]))
    found.append(Section(words["inputs"], passes.leaves))
    found.append(Section(words["forward"], passes.forward))
    found.append(Section(words["backward"], passes.backward))
    found.append(checked(trace, passes, language))
    return found


def shown(trace: Trace) -> list[str]:
    """The program's text, in comments."""
    return [f"#     {line}".rstrip() for line in trace.program.strip("\n").splitlines()]


CHECK = '''

def difference(got, expected):
    """How far apart; NaN is equal to NaN here, and an infinity to itself."""
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    return np.where(same, 0.0, np.abs(np.asarray(got, dtype=np.float64) - expected))


wrong = []
for name, got, expected in COMPARED:
    apart = difference(got, expected)
    allowed = ABSOLUTE + RELATIVE * np.where(np.isfinite(expected), np.abs(expected), 0.0)
    print(f"{{name:24}}{{np.shape(expected)!s:16}}{difference} {{np.max(apart, initial=0.0):.2g}}")
    if np.shape(got) != np.shape(expected) or not np.all(apart <= allowed):
        wrong.append(name)
if wrong:
    raise AssertionError("{wrong}: " + ", ".join(wrong))
'''


def checked(trace: Trace, passes: Passes, language: Language) -> Section:
    """A table of the gradients, and an end that a shell can tell."""
    words = WORDS[language]
    pairs = [(trace_name(trace), passes.output, trace.values[trace.output])]
    pairs += [(f"d/d{name}", own, value) for name, (own, value) in passes.gradients.items()]
    rows = [
        broken(f"    ({title!r}, {own}, {ast.unparse(literal(np.asarray(value)))}),") for title, own, value in pairs
    ]
    lines = [
        f"RELATIVE, ABSOLUTE = {RELATIVE!r}, {ABSOLUTE!r}",
        "COMPARED = [",
        *rows,
        "]",
        *CHECK.format(difference=words["difference"], wrong=words["wrong"]).rstrip("\n").split("\n"),
    ]
    return Section(words["check"].format(relative=RELATIVE, absolute=ABSOLUTE), lines)


def trace_name(trace: Trace) -> str:
    name = trace.nodes[trace.output].name
    return name or f"v{trace.output}"


def script(sections: list[Section]) -> str:
    """Sections one below the other."""
    parts: list[str] = []
    for section in sections:
        body = "\n".join(section.lines).strip("\n")
        parts.append(f"# {section.title}\n\n{body}\n" if parts else f"# {section.title}\n#\n{body}\n")
    return "\n\n".join(parts)
