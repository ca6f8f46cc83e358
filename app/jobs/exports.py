"""Jobs that write files: a trace in a format, and which formats there are."""

from __future__ import annotations

import orjson

from gradlens import engine
from gradlens.app.jobs.network_requests import dataset, training_of
from gradlens.app.jobs.running import run
from gradlens.app.schemas.exports import ExportRequest
from gradlens.app.settings import Settings
from gradlens.engine.exporting.formats import FORMATS, ExportOptions, export, find_format
from gradlens.engine.exporting.labels import name_of


def export_file(request: ExportRequest, settings: Settings) -> bytes:
    """A file: a line of JSON that says what it is, and its content."""
    chosen = find_format(request.format)
    if request.training is None:
        subject = run(engine.trace, request, settings, seed=request.seed)
        name = name_of(subject.nodes[subject.output])
    else:
        subject, name = training_of(request.training, dataset(request.training), settings), "training"
    content = export(subject, chosen.name, ExportOptions(**request.options.model_dump()))
    head = {
        "media_type": chosen.media_type,
        "name": name if request.file_name is None else request.file_name,
        "ending": chosen.ending,
    }
    return orjson.dumps(head) + b"\n" + content


def formats(settings: Settings) -> bytes:
    """Every format."""
    return orjson.dumps(
        {
            "formats": [
                {
                    "name": entry.name,
                    "media_type": entry.media_type,
                    "ending": entry.ending,
                    "words": entry.words,
                    "takes": list(entry.takes),
                    "trains": entry.train is not None,
                }
                for entry in FORMATS.values()
            ]
        }
    )
