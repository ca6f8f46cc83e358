"""A request's network, data and plan as the engine takes them."""

from __future__ import annotations

import base64

import numpy as np

from gradlens.app.jobs.running import limits_of
from gradlens.app.problems import Problem
from gradlens.app.schemas.datasets import DatasetSpec, DrawnDataset, TableRequest
from gradlens.app.schemas.networks import NetworkRequest
from gradlens.app.schemas.training import TrainRequest
from gradlens.app.settings import Settings
from gradlens.engine.errors import EngineError
from gradlens.engine.networks.data.files import Opened, opened, read_file
from gradlens.engine.networks.data.overview import Overview, read_overview
from gradlens.engine.networks.data.rows import read_rows
from gradlens.engine.networks.data.sets import CATALOGUE, Data, load_dataset, prepared
from gradlens.engine.networks.data.table import Choices, Table, table_of
from gradlens.engine.networks.data.toys import derived
from gradlens.engine.networks.fields import one_of
from gradlens.engine.networks.losses import read_loss
from gradlens.engine.networks.network import NetworkSpec, network_inputs
from gradlens.engine.networks.training import Samples, Training, TrainingLimits, TrainingPlan, samples_of
from gradlens.engine.values import Value, as_value


def spec(request: NetworkRequest) -> NetworkSpec:
    return NetworkSpec(
        request.layers, request.loss, request.init, request.init_seed, request.l1, request.l2, request.parameters
    )


def dataset(request: NetworkRequest) -> Data | None:
    """The data set that is asked for, split and scaled; None where there is none.

    Errors: those of data and losses, labels-quantities.
    """
    asked = request.dataset
    if asked is None:
        return None
    loss = None if request.loss is None else read_loss(request.loss)
    for_classes = None if loss is None else loss.decides is not None
    unit, choices = None, choices_of(asked, for_classes)
    if asked.csv is not None:
        table = table_of(*read_rows(asked.csv, asked.separator), choices)
    elif asked.file is not None:
        table = read_file(bytes_of(asked.file), choices, encoding=asked.encoding, separator=asked.separator)
    else:
        table, unit = catalogued(asked, "dataset."), CATALOGUE[asked.name or ""].unit
    if loss is not None and for_classes and table.classes is None:
        raise EngineError("labels-quantities", loss=loss.type)
    return prepared(table, unit=unit, train=asked.train, test=asked.test, seed=asked.seed, scaling=asked.scaling)


def choices_of(asked: DatasetSpec, for_classes: bool | None) -> Choices:
    """How a reader's table is to be read."""
    use = None if asked.use is None else tuple(asked.use)
    return Choices(asked.label, asked.task, for_classes, asked.missing, use, asked.header)


def overview_of(request: TableRequest) -> Overview:
    """A reader's table as it is read.  Raises Problem where there is none.  Errors: those of files and overviews."""
    asked = request.dataset
    loss = None if request.loss is None else read_loss(request.loss)
    choices = choices_of(asked, None if loss is None else loss.decides is not None)
    if asked.csv is not None:
        return read_overview(Opened(*read_rows(asked.csv, asked.separator)), choices)
    if asked.file is None:
        raise Problem.of("table-missing")
    return read_overview(opened(bytes_of(asked.file), asked.encoding, asked.separator), choices, asked.encoding)


def training_of(request: TrainRequest, data: Data | None, settings: Settings) -> Training:
    """The training that is asked for, within the limits of the service.  Errors: those of trainings."""
    limits = TrainingLimits(settings.training_steps, settings.training_flops, limits_of(settings))
    return Training(spec(request), samples(request, data), plan(request), limits)


def bytes_of(text: str) -> bytes:
    """Error: file-base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise EngineError("file-base64") from None


def catalogued(asked: DrawnDataset, place: str = "") -> Table:
    """A set of the catalogue.  Raises Problem for samples and noise of one that is not drawn.  Error: spec-choice."""
    name = one_of(asked.name, CATALOGUE, f"{place}name")
    if CATALOGUE[name].file is not None:
        for field in ("samples", "noise", "features"):
            if field in type(asked).model_fields and asked.given(field):
                raise Problem.of("fields-apart", field=place + field, other=f"{place}name: {name}")
    features = asked.features if isinstance(asked, DatasetSpec) else None
    return load_dataset(name, samples=asked.samples, noise=asked.noise, seed=asked.seed, features=features)


def samples(request: TrainRequest, data: Data | None) -> Samples:
    """Errors: data-missing, and those of data and values."""
    if data is not None:
        return Samples({"x": data.x}, data.t, data.train, data.classes or ())
    if request.x is None or request.t is None:
        raise EngineError("data-missing")
    return samples_of(network_inputs(request.x), as_value(request.t, "t"), request.train)


def predicted(request: TrainRequest) -> dict[str, Value]:
    """The inputs at which every report tells the outputs: points of the plane as the features that are learnt from."""
    if request.predict is None:
        return {}
    inputs = dict(network_inputs(request.predict))
    features = None if request.dataset is None else request.dataset.features
    x = inputs.get("x")
    if features is not None and x is not None and np.shape(x)[1:] == (2,):
        inputs["x"] = derived(np.asarray(x), features)
    return inputs


def plan(request: TrainRequest) -> TrainingPlan:
    return TrainingPlan(
        request.optimizer,
        request.steps,
        request.epochs,
        request.batch_size,
        request.shuffle,
        request.shuffle_seed,
        request.report_every,
        tuple(request.trace_at),
        tuple(request.freeze),
        predicted(request),
        request.resume and request.resume.model_dump(),
        request.detail,
        tuple(request.expand),
    )
