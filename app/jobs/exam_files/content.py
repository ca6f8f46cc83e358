"""What every file of questions is written of: the questions in a language, with the traces that they are about."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from gradlens.app.assets import Manifest, folder
from gradlens.app.jobs.exam_files.wording import Content
from gradlens.app.jobs.learning.particles import filled
from gradlens.app.jobs.running import run
from gradlens.app.schemas.exams import ExamFileRequest, ExamRequest
from gradlens.app.settings import Settings
from gradlens.engine.diagnosing.answers import Diagnosis
from gradlens.engine.diagnosing.planted_answers import Exam, examine


def content_of(request: ExamFileRequest, settings: Settings) -> Content:
    """What a file is written of."""
    exams = exams_of(request, settings)
    variants = variants_of(request, exams)
    traces = [one.trace for one in exams]
    return Content(request.program, variants, traces, request.language, request.tolerance, request.credit)


def exams_of(request: ExamRequest, settings: Settings) -> list[Exam]:
    return run(
        examine,
        request,
        settings,
        asked=request.asked,
        tolerance=request.tolerance,
        variants=request.variants,
        draw=request.draw,
    )


def variants_of(request: ExamRequest, exams: list[Exam]) -> list[dict[str, Any]]:
    words = MistakeWords(request.language)
    return [shown(one, words) for one in exams]


def shown(exam: Exam, words: MistakeWords) -> dict[str, Any]:
    return {
        "inputs": numbers(exam.inputs),
        "questions": [
            {
                "asked": question.asked,
                "symbol": question.symbol,
                "right": question.right,
                "tolerance": question.tolerance,
                "wrong": [
                    {"value": one.value, "mistakes": [words.mistake(found) for found in one.mistakes]}
                    for one in question.wrong
                ],
                "hidden": [words.mistake(found) for found in question.hidden],
            }
            for question in exam.questions
        ],
        "offered": None if exam.offered is None else numbers(exam.offered),
        "complete": exam.complete,
    }


def numbers(inputs: dict[str, Any]) -> dict[str, Any]:
    return {name: np.asarray(value).tolist() for name, value in inputs.items()}


class MistakeWords:
    """What mistakes are called in a language, and how they are told."""

    def __init__(self, language: str):
        manifest = Manifest(folder("static"))
        self.names = orjson.loads(manifest.read(f"i18n/panels.{language}.json"))
        self.sentences = orjson.loads(manifest.read("i18n/problems.ko.json")) if language == "ko" else {}

    def mistake(self, found: Diagnosis) -> dict[str, str]:
        sentence = self.sentences.get(f"diagnosis.{found.sentence}")
        return {
            "diagnosis": found.diagnosis,
            "name": self.names[f"diagnose.name.{found.diagnosis}"],
            "explanation": filled(sentence, found.params) if sentence else found.explanation,
        }
