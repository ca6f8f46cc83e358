"""Questions as files: for Moodle, for Gradescope, and as a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import Any
from xml.etree import ElementTree

Variants = list[dict[str, Any]]

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
    },
}


@dataclass(frozen=True, slots=True)
class File:
    """media_type, ending: of the file.  name: what it is called without."""

    media_type: str
    name: str
    ending: str
    write: Callable[[str, Variants, str, float], str]


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


def moodle(program: str, variants: Variants, language: str, credit: float) -> str:
    """Numerical questions as Moodle XML (docs.moodle.org, "Moodle XML format"), in a category of their own."""
    words = WORDS[language]
    quiz = ElementTree.Element("quiz")
    category = ElementTree.SubElement(ElementTree.SubElement(quiz, "question", type="category"), "category")
    text_in(category, "$course$/top/gradlens")
    for k, variant in enumerate(variants):
        numbers = other_numbers(variants, k)
        for asked in variant["questions"]:
            one = ElementTree.SubElement(quiz, "question", type="numerical")
            text_in(ElementTree.SubElement(one, "name"), title(k, asked))
            lines = [
                f"<pre>{escape(program)}</pre>",
                *([f"<p>{escape(words['with'].format(numbers=numbers))}</p>"] if numbers else []),
                f"<p>{escape(words['ask'].format(symbol=asked['symbol']))}</p>",
                f"<p>{escape(words['within'].format(tolerance=number(asked['tolerance'])))}</p>",
            ]
            text_in(ElementTree.SubElement(one, "questiontext", format="html"), "\n".join(lines))
            solution = words["solution"].format(symbol=asked["symbol"], right=number(asked["right"]))
            text_in(ElementTree.SubElement(one, "generalfeedback", format="html"), f"<p>{escape(solution)}</p>")
            ElementTree.SubElement(one, "defaultgrade").text = "1"
            for value, fraction, said in answers(asked, words, credit):
                answer = ElementTree.SubElement(
                    one, "answer", fraction=f"{100 * fraction:g}", format="moodle_auto_format"
                )
                ElementTree.SubElement(answer, "text").text = number(value)
                ElementTree.SubElement(answer, "tolerance").text = number(asked["tolerance"])
                text_in(ElementTree.SubElement(answer, "feedback", format="html"), f"<p>{escape(said)}</p>")
    ElementTree.indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(quiz, encoding="unicode") + "\n"


def text_in(parent: ElementTree.Element, text: str) -> None:
    ElementTree.SubElement(parent, "text").text = text


def answers(asked: dict[str, Any], words: dict[str, str], credit: float) -> Iterator[tuple[float, float, str]]:
    """The numbers that a question knows: each with what it is worth and what is said of it."""
    yield asked["right"], 1.0, words["right"]
    for wrong in asked["wrong"]:
        yield wrong["value"], credit, words["known"].format(names=names(wrong))


def table(program: str, variants: Variants, language: str, credit: float) -> str:
    """A row for each number that is known, with its worth and its feedback; the teacher's own."""
    written = StringIO()
    rows = csv.writer(written)
    rows.writerow(["variant", "inputs", "question", "answer", "tolerance", "fraction", "mistake", "explanation"])
    for k, variant in enumerate(variants):
        inputs = json.dumps(variant["inputs"], ensure_ascii=False)
        for asked in variant["questions"]:
            start = [k + 1, inputs, asked["symbol"]]
            tolerance = number(asked["tolerance"])
            rows.writerow([*start, number(asked["right"]), tolerance, 1, "", ""])
            for wrong in asked["wrong"]:
                told = " ".join(mistake["explanation"] for mistake in wrong["mistakes"])
                rows.writerow([*start, number(wrong["value"]), tolerance, f"{credit:g}", names(wrong), told])
    return "\ufeff" + written.getvalue()  # by which spreadsheets know UTF-8


GRADER = '''"""Grades answers.json of a submission, and writes results.json as Gradescope reads it.

answers.json: {{"variant": 1, "apple": 2.2}}, a number for each name that is asked for; the variant may be left out.
Run by run_autograder as: python3 grade.py [submission folder] [results file]
"""

import json
import math
import sys
from pathlib import Path

QUESTIONS = json.loads({questions})
WORDS = json.loads({words})


def graded(question, given):
    """The share of the point that a number is worth, and what is said of it."""
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
        return 0.0, WORDS["nothing"]
    for value, worth, said in question["known"]:
        if abs(given - value) <= question["tolerance"]:
            return worth, said
    return 0.0, WORDS["unknown"]


def main(folder="/autograder/submission", results="/autograder/results/results.json"):
    try:
        answers = json.loads((Path(folder) / "answers.json").read_text(encoding="utf-8"))
        chosen = dict(enumerate(QUESTIONS, 1))[answers.get("variant", 1)]
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        found = {{"score": 0, "output": f"answers.json: {{error!r}}"}}
    else:
        tests = []
        for question in chosen:
            score, said = graded(question, answers.get(question["asked"]))
            tests.append({{"name": question["symbol"], "score": score, "max_score": 1, "output": said}})
        found = {{"tests": tests}}
    Path(results).write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
'''


def grader(program: str, variants: Variants, language: str, credit: float) -> str:
    """A script of Python alone, with the questions in it."""
    words = WORDS[language]
    questions = [
        [
            {
                "asked": asked["asked"],
                "symbol": asked["symbol"],
                "tolerance": asked["tolerance"],
                "known": list(answers(asked, words, credit)),
            }
            for asked in variant["questions"]
        ]
        for variant in variants
    ]
    said = {name: words[name] for name in ("unknown", "nothing")}
    return GRADER.format(questions=repr(json.dumps(questions)), words=repr(json.dumps(said)))


FILES = {
    "moodle": File("application/xml", "questions", ".xml", moodle),
    "csv": File("text/csv; charset=utf-8", "questions", ".csv", table),
    "gradescope": File("text/x-python", "grade", ".py", grader),
}
