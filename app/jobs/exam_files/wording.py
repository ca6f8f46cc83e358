"""What every file of questions is written of, and what is said in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gradlens.engine.traces import Trace

Variants = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Content:
    """variants: the questions as the service answers them, the program's own numbers first.  traces: a run of each.

    tolerance: relative.  credit: what a number is worth that a known mistake gives.
    """

    program: str
    variants: Variants
    traces: Sequence[Trace]
    language: Literal["en", "ko"]
    tolerance: float
    credit: float


WORDS = {
    "en": {
        "ask": "What is {symbol} in this program?",
        "with": "Here {numbers}.",
        "within": "An answer may be off by {tolerance}.",
        "right": "Right.",
        "solution": "{symbol} = {right}",
        "known": "This number is what one gets by this mistake: {names}.",
        "unknown": "That is not the number.",
        "nothing": "No number is given for this question.",
        "look": "That is not the number. Look at: {names}.",
        "exercise": "Exercise: the gradients of {name}",
        "intro": "Work out each gradient by hand, write it in, and check it. An answer may be off by {percent} %.",
        "set": "Your number set",
        "check": "Check",
        "checking": "Checking…",
        "no-number": "Please write a number, such as 0.25 or 1/4.",
        "copy": "Copy my answers",
        "copied": "Copied. Paste them into a file named answers.json.",
        "copy-this": "Please copy these lines into a file named answers.json.",
        "nothing-kept": "This page keeps nothing: when it is loaded again, the answers are gone.",
        "no-script": "Answers are checked by a script, and this browser runs none here.",
        "too-large": "The program is too large for a figure.",
        "worksheet": "Worksheet: the gradients of {name}",
        "name": "Name",
        "date": "Date",
        "set-number": "Number set {number}",
        "fill": "Work out each gradient and write it on its line.",
        "within-percent": "An answer may be off by {percent} %.",
        "key": "Key",
        "gradient": "Gradient",
        "right-number": "Right number",
        "mistakes": "What known mistakes give",
    },
    "ko": {
        "ask": "이 프로그램에서 {symbol}의 값은 얼마입니까?",
        "with": "여기서 {numbers}입니다.",
        "within": "{tolerance}까지 달라도 맞은 답입니다.",
        "right": "맞습니다.",
        "solution": "{symbol} = {right}",
        "known": "다음 실수를 하면 이 수가 나옵니다: {names}.",
        "unknown": "이 수가 아닙니다.",
        "nothing": "이 질문의 답이 없습니다.",
        "look": "이 수가 아닙니다. 살펴볼 것: {names}.",
        "exercise": "연습 문제: {name}의 기울기",
        "intro": "기울기를 하나씩 손으로 구해 적고 확인하세요. {percent}%까지 달라도 맞은 답입니다.",
        "set": "내 숫자 세트",
        "check": "확인",
        "checking": "확인하는 중…",
        "no-number": "0.25나 1/4처럼 수를 적어 주세요.",
        "copy": "내 답 복사",
        "copied": "복사했습니다. answers.json이라는 파일에 붙여 넣으세요.",
        "copy-this": "아래 내용을 복사해 answers.json이라는 파일에 넣으세요.",
        "nothing-kept": "이 페이지는 아무것도 저장하지 않으므로 새로 고치면 답이 사라집니다.",
        "no-script": "답은 스크립트가 확인하는데, 이 브라우저에서는 스크립트가 실행되지 않습니다.",
        "too-large": "프로그램이 커서 그림으로 그리지 않았습니다.",
        "worksheet": "연습지: {name}의 기울기",
        "name": "이름",
        "date": "날짜",
        "set-number": "숫자 세트 {number}",
        "fill": "기울기를 하나씩 구해 줄 위에 적으세요.",
        "within-percent": "{percent}%까지 달라도 맞은 답입니다.",
        "key": "정답",
        "gradient": "기울기",
        "right-number": "맞는 수",
        "mistakes": "알려진 실수로 나오는 수",
    },
}


def number(value: float) -> str:
    """A number with the digits that a double has."""
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def names(wrong: dict[str, Any]) -> str:
    return "; ".join(dict.fromkeys(mistake["name"] for mistake in wrong["mistakes"]))


def title(k: int, question: dict[str, Any]) -> str:
    return f"{k + 1}: {question['symbol']}"


def other_numbers(variants: Variants, k: int) -> str:
    """The inputs that are others than the program's own."""
    own = variants[0]["inputs"]
    return ", ".join(f"{name} = {shown(value)}" for name, value in variants[k]["inputs"].items() if value != own[name])


def shown(value: Any) -> str:
    return f"[{', '.join(map(shown, value))}]" if isinstance(value, list) else number(float(value))


def answers(asked: dict[str, Any], words: dict[str, str], credit: float) -> Iterator[tuple[float, float, str]]:
    """The numbers that a question knows: each with what it is worth and what is said of it."""
    yield asked["right"], 1.0, words["right"]
    for wrong in asked["wrong"]:
        yield wrong["value"], credit, words["known"].format(names=names(wrong))
