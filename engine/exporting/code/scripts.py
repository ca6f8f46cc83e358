"""A trace as a script: sections of code, and the check of its gradients against those of the trace."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradlens.engine.exporting.code.expressions import Library
from gradlens.engine.exporting.code.jax_library import JAX
from gradlens.engine.exporting.code.layout import broken, comment
from gradlens.engine.exporting.code.literals import literal
from gradlens.engine.exporting.code.numpy_library import NUMPY
from gradlens.engine.exporting.code.program import Passes, passes_of
from gradlens.engine.exporting.code.sources import Sources
from gradlens.engine.exporting.code.torch_library import PYTORCH
from gradlens.engine.exporting.drawings import Language
from gradlens.engine.traces import Trace
from gradlens.engine.values import Value

RELATIVE, ABSOLUTE = 1e-9, 1e-12  # how far a gradient may be from the one shown
WORDS = {
    "en": {
        "program": "The program:",
        "about": "Forward and backward pass as {library}; at the end the gradients are compared with those shown.",
        "trained": "A training as {library}: data, network, optimizer and steps; at the end its losses are compared.",
        "helpers": "Functions that {library} does not have",
        "inputs": "Inputs",
        "forward": "Forward pass",
        "autograd": "The backward pass of {library}",
        "own": "by {library}",
        "backward": "Backward pass: one statement for each use of a value, and one for each sum",
        "check": "The gradients are compared with those shown, to a relative {relative:g} or an absolute {absolute:g}",
        "quiet": "infinities and NaN are results here, not mistakes",
        "difference": "largest difference",
        "wrong": "differs",
    },
    "ko": {
        "program": "프로그램:",
        "about": "순전파와 역전파를 {library}로 쓴 것입니다. 끝에서 기울기를 화면의 값과 비교합니다.",
        "trained": "{library}로 쓴 학습입니다. 데이터, 신경망, 최적화 기법, 단계가 있고 끝에서 손실을 비교합니다.",
        "helpers": "{library}에 없는 함수",
        "inputs": "입력",
        "forward": "순전파",
        "autograd": "{library}의 역전파",
        "own": "{library}",
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


Compared = tuple[str, str, Value]


def numpy_sections(trace: Trace, language: Language) -> list[Section]:
    """Both passes in NumPy alone, and the check."""
    sources = Sources({"np"})
    passes = passes_of(trace, NUMPY, sources, language)
    words = WORDS[language]
    return [
        head(trace, NUMPY, sources, language),
        *helpers(NUMPY, sources, language),
        Section(words["inputs"], passes.leaves),
        Section(words["forward"], passes.forward),
        Section(words["backward"], passes.backward),
        checked(trace, passes, language),
    ]


def pytorch_sections(trace: Trace, language: Language) -> list[Section]:
    """The forward pass in PyTorch, its own backward pass, the one written out, and the check of both."""
    sources = Sources({"np"})
    passes = passes_of(trace, PYTORCH, sources, language)
    words = WORDS[language]
    own = sources.fresh("gradient_of")
    kept = {name for name, _, _ in passes.gradients.values()} - set(passes.names)
    forward = passes.forward
    if kept:
        keep = sources.fresh("keep_gradient")
        forward = [*KEEP_GRADIENT.format(name=keep).split("\n"), ""]
        for line in passes.forward:
            forward.append(line)
            if (name := line.partition(" = ")[0]) in kept:
                forward.append(f"{keep}({name})")
    backward = [
        *GRADIENT_OF.format(name=own).split("\n"),
        passes.backward[0],
        f"if {passes.output}.requires_grad:",
        f"    {passes.output}.backward({passes.seed})",
    ]
    rows = [
        (f"d/d{name}: {words['own'].format(library='PyTorch')}", f"{own}({node})", value)
        for name, (node, _, value) in passes.gradients.items()
    ]
    by_hand = ["with torch.no_grad():", *[f"    {line}" for part in passes.backward for line in part.split("\n")]]
    passes.output = f"{passes.output}.detach()"
    return [
        head(trace, PYTORCH, sources, language, "import torch", "", "torch.set_default_dtype(torch.float64)"),
        *helpers(PYTORCH, sources, language),
        Section(words["inputs"], passes.leaves),
        Section(words["forward"], forward),
        Section(words["autograd"].format(library="PyTorch"), backward),
        Section(words["backward"], by_hand),
        checked(trace, passes, language, rows),
    ]


KEEP_GRADIENT = '''def {name}(x):
    """Ask for the gradient at a tensor between, which may be cut from what stands before it."""
    x.retain_grad() if x.requires_grad else x.requires_grad_()

'''


GRADIENT_OF = '''def {name}(x):
    """What has arrived at a tensor; zeros where nothing has."""
    return torch.zeros_like(x) if x.grad is None else x.grad

'''


def jax_sections(trace: Trace, language: Language) -> list[Section]:
    """The forward pass in JAX, its own backward pass, the one written out, and the check of both."""
    sources = Sources({"np"})
    passes = passes_of(trace, JAX, sources, language)
    words = WORDS[language]
    forward, pullback, arrived = (sources.fresh(name) for name in ("forward", "pullback", "arrived"))
    inputs = ", ".join(passes.names)
    made = dict.fromkeys(name for line in passes.forward if (name := line.partition(" = ")[0]).isidentifier())
    needed = set(re.findall(r"\w+", "\n".join(passes.backward)))
    between = [name for name in made if name in needed and name != passes.output]
    aside = f"({', '.join(between)}{',' if len(between) == 1 else ''})"
    lines = [line for part in passes.forward for line in part.split("\n")]
    function = (
        [
            f"def {forward}({inputs}):",
            *[f"    {line}" for line in lines],
            f"    return jnp.asarray({passes.output}), {aside}",
            "",
            "",
            f"{passes.output}, {pullback}, {aside} = jax.vjp({forward}, {inputs}, has_aux=True)",
        ]
        if passes.names
        else passes.forward
    )
    backward = [passes.backward[0], f"{arrived} = {pullback}({passes.seed})"] if passes.names else passes.backward[:1]
    rows = [
        (f"d/d{name}: {words['own'].format(library='JAX')}", f"{arrived}[{passes.names.index(node)}]", value)
        for name, (node, _, value) in passes.gradients.items()
        if node in passes.names
    ]
    setting = 'jax.config.update("jax_enable_x64", True)'
    return [
        head(trace, JAX, sources, language, "import jax", "import jax.numpy as jnp", "", setting),
        *helpers(JAX, sources, language),
        Section(words["inputs"], passes.leaves),
        Section(words["forward"], function),
        Section(words["autograd"].format(library="JAX"), backward),
        Section(words["backward"], passes.backward[1:]),
        checked(trace, passes, language, rows),
    ]


def head(
    trace: Trace, library: Library, sources: Sources, language: Language, *more: str, about: str = "about"
) -> Section:
    """What the script is, the program, and what it imports."""
    words = WORDS[language]
    imports = [*[f"import {name}" for name in sorted(sources.modules)], "", "import numpy as np", *more, ""]
    quiet = f'np.seterr(all="ignore")  # {words["quiet"]}'
    return Section(
        words[about].format(library=library.title),
        [*comment(words["program"]), "#", *shown(trace), "", *imports, quiet],
    )


def helpers(library: Library, sources: Sources, language: Language) -> list[Section]:
    """The functions that are written out; nothing where there are none."""
    lines = "\n\n\n".join(sources.texts).split("\n")
    title = WORDS[language]["helpers"].format(library=library.title)
    return [Section(title, [broken(line) for line in lines])] if sources.texts else []


def shown(trace: Trace) -> list[str]:
    """The program's text, in comments."""
    return [f"#     {line}".rstrip() for line in trace.program.strip("\n").splitlines()]


CHECK = '''

def difference(got, expected):
    """How far apart; NaN is equal to NaN here, and an infinity to itself."""
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    return np.where(same, 0.0, np.abs(got - expected))


wrong = []
for name, got, expected in COMPARED:
    got = np.asarray(got)
    apart = difference(got, expected)
    allowed = ABSOLUTE + RELATIVE * np.where(np.isfinite(expected), np.abs(expected), 0.0)
    print(f"{{name:24}}{{np.shape(expected)!s:16}}{difference} {{np.max(apart, initial=0.0):.2g}}")
    if np.shape(got) != np.shape(expected) or not np.all(apart <= allowed):
        wrong.append(name)
if wrong:
    raise AssertionError("{wrong}: " + ", ".join(wrong))
'''


def checked(trace: Trace, passes: Passes, language: Language, more: Sequence[Compared] = ()) -> Section:
    """A table of the gradients, and an end that a shell can tell.

    more: further rows, each a title, an expression and the value that it must have.
    """
    words = WORDS[language]
    pairs = [(trace_name(trace), passes.output, trace.values[trace.output])]
    pairs += [(f"d/d{name}", own, value) for name, (_, own, value) in passes.gradients.items()]
    pairs += more
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
