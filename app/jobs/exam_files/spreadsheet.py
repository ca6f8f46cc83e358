"""Questions as a table."""

from __future__ import annotations

import csv
import json
from io import StringIO

from gradlens.app.jobs.exam_files.wording import Content, names, number


def table(content: Content) -> str:
    """A row for each number that is known, with its worth and its feedback; the teacher's own."""
    written = StringIO()
    rows = csv.writer(written)
    rows.writerow(["variant", "inputs", "question", "answer", "tolerance", "fraction", "mistake", "explanation"])
    for k, variant in enumerate(content.variants):
        inputs = json.dumps(variant["inputs"], ensure_ascii=False)
        for asked in variant["questions"]:
            start = [k + 1, inputs, asked["symbol"]]
            tolerance = number(asked["tolerance"])
            rows.writerow([*start, number(asked["right"]), tolerance, 1, "", ""])
            for wrong in asked["wrong"]:
                told = " ".join(mistake["explanation"] for mistake in wrong["mistakes"])
                rows.writerow([*start, number(wrong["value"]), tolerance, f"{content.credit:g}", names(wrong), told])
    return "\ufeff" + written.getvalue()  # by which spreadsheets know UTF-8
