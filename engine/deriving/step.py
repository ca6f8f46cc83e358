"""What a derivation is made of, and the reasons that many of them share.

A derivation is a list of expressions in the language that are all equal, each with the reason why it equals the one
before.  Names are those of rules: the op's inputs and options, z for the output, g for the upstream gradient.  Two
spellings are a derivation's own: D(f, x) is the derivative of f by x, and lim(f) the limit of f as h goes to 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradlens.engine.ops import Use

# By language: {"en": …, "ko": …}; {x} is what stands for the rules' x in the formulas, {input} for
# the input that is meant.
Text = Mapping[str, str]
# None: the registry's rule; of the use, None where the line has no place.
Line = str | Callable[[Use], str | None] | None

RULE = None


@dataclass(frozen=True, slots=True)
class Step:
    """A line, and why it equals the line before."""

    line: Line
    reason: Text


Steps = tuple[Step, ...]
Derivations = dict[str, dict[str, Steps]]  # by op and input


def say(en: str, ko: str) -> Text:
    return {"en": en, "ko": ko}


def steps(*pairs: tuple[Line, Text]) -> Steps:
    return tuple(Step(line, reason) for line, reason in pairs)


SLOPE = say(
    "What is sought: how fast the output changes with this input, the others held fixed.",
    "구하는 것: 다른 입력을 고정하고 이 입력만 바꿀 때 출력의 변화율입니다.",
)
SOUGHT = say(
    "What is sought: how the sum of all outputs, each weighted with its upstream gradient, changes with this input.",
    "구하는 것: 출력마다 상류에서 온 기울기를 곱해 모두 더한 값이 이 입력에 따라 변하는 정도입니다.",
)
OPENED = say("Put the definition in.", "정의를 대입합니다.")
LIMIT = say("A derivative is the limit of the difference quotient.", "도함수는 평균변화율의 극한입니다.")
CHAIN = say(
    "Chain rule: the outer derivative times the inner one.",
    "연쇄 법칙: 바깥 함수의 도함수에 안쪽 함수의 도함수를 곱합니다.",
)
PRODUCT = say("Product rule: (uv)′ = u′v + uv′.", "곱의 미분법: (uv)′ = u′v + uv′.")
QUOTIENT = say("Quotient rule: (u/v)′ = (u′v − uv′) / v².", "몫의 미분법: (u/v)′ = (u′v − uv′) / v².")
LINEAR = say(
    "Differentiation is linear: sums term by term, constant factors stay.",
    "미분은 선형입니다: 합은 항마다 미분하고 상수배는 그대로 둡니다.",
)
INVERSE = say(
    "Derivative of an inverse function: one over the derivative of the function, taken at the output.",
    "역함수의 미분법: 원래 함수의 도함수를 출력에서 구하여 역수를 취합니다.",
)
KNOWN = say("Put the derivative in that is known already.", "이미 구한 도함수를 대입합니다.")
SIMPLIFY = say("Simplify.", "식을 정리합니다.")
OUTPUT = say(
    "Recognise the output {z}, which the forward pass has computed already.",
    "순전파에서 이미 계산한 출력({z})으로 바꾸어 씁니다.",
)
STABLE = say(
    "The same number, written so that nothing overflows or cancels.",
    "값은 같지만 넘침이나 자릿수 손실이 없도록 고쳐 씁니다.",
)
PIECES = say(
    "Away from kinks and jumps each piece is differentiated by itself.",
    "꺾이거나 뛰는 점이 아닌 곳에서는 조각마다 따로 미분합니다.",
)
SEAM = say(
    "The same, except at points without a derivative: there the op's convention decides.",
    "미분할 수 있는 점에서는 같은 값이고, 미분할 수 없는 점에서는 이 연산의 관례를 따릅니다.",
)
FLAT = say(
    "Between its steps the output is constant, so its derivative is 0.",
    "계단과 계단 사이에서 출력은 상수이므로 도함수는 0입니다.",
)
MOVED = say(
    "The elements are only moved, so the gradients move back to where the elements came from.",
    "원소의 자리만 옮기므로, 기울기는 원소가 온 자리로 되돌아갑니다.",
)
COPIED = say(
    "An element that is used several times receives a contribution from each use, and they add up.",
    "여러 번 쓰인 원소는 쓰인 곳마다 기울기를 받으므로 모두 더합니다.",
)
WEIGHTED = say(
    "Each element counts once in its sum, with the weight that its sum has upstream.",
    "원소는 자기가 속한 합에 한 번씩 들어가므로, 상류에서 그 합에 온 기울기가 그대로 전해집니다.",
)
BATCH = say(
    "It was added to every row, so the contributions of all rows are summed.",
    "모든 행에 더해졌으므로 모든 행에서 온 기울기를 더합니다.",
)
AS_PRODUCT = say(
    "Without indices it is a product of whole arrays, row times column.",
    "인덱스 없이 쓰면 행과 열을 곱하는 배열 전체의 곱입니다.",
)
NO_GRADIENT = say(
    "The output jumps and is constant in between: there is no slope to pass on, and no gradient flows.",
    "값이 뛰는 곳을 빼면 출력은 상수이므로 기울기를 보내지 않습니다.",
)
AT_ONCE = steps((RULE, say("Differentiating comes to this rule.", "미분하면 이 규칙이 됩니다.")))
AT_SEAMS = steps((RULE, SEAM))
