"""The files that questions are written as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradlens.app.jobs.exam_files.exercise import exercise_page
from gradlens.app.jobs.exam_files.gradescope import grader
from gradlens.app.jobs.exam_files.moodle import moodle_xml
from gradlens.app.jobs.exam_files.spreadsheet import table
from gradlens.app.jobs.exam_files.wording import Content
from gradlens.app.jobs.exam_files.worksheet import worksheet_page


@dataclass(frozen=True, slots=True)
class File:
    """media_type, ending: of the file.  name: what it is called without."""

    media_type: str
    name: str
    ending: str
    write: Callable[[Content], str]


FILES = {
    "moodle": File("application/xml", "questions", ".xml", moodle_xml),
    "csv": File("text/csv; charset=utf-8", "questions", ".csv", table),
    "gradescope": File("text/x-python", "grade", ".py", grader),
    "exercise": File("text/html; charset=utf-8", "exercise", ".html", exercise_page),
    "worksheet": File("text/html; charset=utf-8", "worksheet", ".html", worksheet_page),
}
