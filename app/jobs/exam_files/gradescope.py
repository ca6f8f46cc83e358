"""Questions as a script that grades for Gradescope."""

from __future__ import annotations

import json

from gradlens.app.jobs.exam_files.wording import WORDS, Content, answers

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


def grader(content: Content) -> str:
    """A script of Python alone, with the questions in it."""
    words = WORDS[content.language]
    questions = [
        [
            {
                "asked": asked["asked"],
                "symbol": asked["symbol"],
                "tolerance": asked["tolerance"],
                "known": list(answers(asked, words, content.credit)),
            }
            for asked in variant["questions"]
        ]
        for variant in content.variants
    ]
    said = {name: words[name] for name in ("unknown", "nothing")}
    return GRADER.format(questions=repr(json.dumps(questions)), words=repr(json.dumps(said)))
