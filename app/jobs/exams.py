"""Jobs that make questions: about a program's gradients, each with the wrong answers that are known beforehand."""

from __future__ import annotations

import orjson

from gradlens.app.jobs.exam_files.content import content_of, exams_of, variants_of
from gradlens.app.jobs.exam_files.formats import FILES
from gradlens.app.schemas.exams import ExamFileRequest, ExamRequest
from gradlens.app.settings import Settings


def exam(request: ExamRequest, settings: Settings) -> bytes:
    """The questions of every set of numbers."""
    return orjson.dumps({"variants": variants_of(request, exams_of(request, settings))})


def exam_file(request: ExamFileRequest, settings: Settings) -> bytes:
    """The questions as a file: a line of JSON that says what it is, and its content."""
    kind = FILES[request.format]
    written = kind.write(content_of(request, settings))
    head = {"media_type": kind.media_type, "name": kind.name, "ending": kind.ending}
    return orjson.dumps(head) + b"\n" + written.encode()
