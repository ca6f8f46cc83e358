"""Every endpoint of the API: one row each. Routes, description and the workers' jobs are made of these rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from gradlens.app.schemas.checks import Check, CheckRequest, Diagnosed, DiagnoseRequest, Sweep, SweepRequest
from gradlens.app.schemas.datasets import Datasets, DatasetSamples, DrawnDataset, TableOverview, TableRequest
from gradlens.app.schemas.derivations import Derivation, DeriveRequest, Paths, PathsRequest
from gradlens.app.schemas.documents import DocumentLanguage, FunctionsDocument, LanguageDocument
from gradlens.app.schemas.exams import Exam, ExamFileRequest, ExamRequest
from gradlens.app.schemas.exports import ExportRequest, Formats
from gradlens.app.schemas.learning import (
    AnswerRequest,
    Chapter,
    ChapterName,
    Chapters,
    Exercise,
    ExerciseName,
    Plot,
    PlotName,
    Verdict,
)
from gradlens.app.schemas.model_files import OnnxRequest, OnnxTrace
from gradlens.app.schemas.networks import NetworkRequest, NetworkTrace, Pieces
from gradlens.app.schemas.programs import (
    Derivatives,
    DerivativesRequest,
    ExpressionRequest,
    GradientProgram,
    GradientProgramRequest,
    Numbers,
    NumbersRequest,
)
from gradlens.app.schemas.reference import Examples, Explanation, Health, OpName, Ops, ProblemKind
from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.traces import Trace
from gradlens.app.schemas.training import TrainEvent, TrainRequest
from gradlens.app.schemas.weights import Weights, WeightsFileRequest, WeightsRequest


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One operation of the API.

    name: its id in the description, which is what a generated client calls it.
    request: the model of a POST's body, or of a GET's parameters, which stand in the path or behind the question mark.
    job: the function of gradlens.app.jobs that computes the answer in a worker; empty where the server has it.
    answer: the model of the answer, of each event where it is streamed; None where it is a file, which the job gives
      after a line of JSON with its media type, name and ending.
    kept: whether the answer to a request never changes while the service runs.
    streamed: whether the answer comes line by line; its job then has a process of its own, and the time of a training.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    tag: str
    summary: str
    description: str
    request: type[Together] | None = None
    job: str = ""
    answer: type[BaseModel] | None
    kept: bool = False
    streamed: bool = False

    @property
    def problems(self) -> list[int]:
        """The statuses of its own problems; openapi.py adds those that any request can meet."""
        found = [422]
        if self.method == "POST":  # a body that is slow, too large or no JSON
            found += [408, 413, 415]
        if "{" in self.path:
            found.append(404)
        if self.job and not self.streamed:  # too many at once, of one client
            found.append(429)
        if self.job or not self.kept:  # the workers may be starting or busy
            found.append(503)
        return found

    @property
    def query(self) -> list[str]:
        """The names of the parameters behind the question mark."""
        if self.method == "POST" or self.request is None:
            return []
        return [name for name in self.request.model_fields if f"{{{name}}}" not in self.path]


ENDPOINTS = [
    Endpoint(
        method="POST",
        path="/api/expression",
        name="post_expression",
        tag="graphs",
        summary="Run a program forward and backward",
        description=(
            "Parses the program, builds its graph, runs it forward and backward, and answers the whole trace: every"
            " value, every gradient, and what each edge contributes to it; with a `direction`, the forward mode's"
            " tangents too."
        ),
        request=ExpressionRequest,
        job="expression",
        answer=Trace,
    ),
    Endpoint(
        method="POST",
        path="/api/numbers",
        name="post_numbers",
        tag="graphs",
        summary="Run a program whose graph is known",
        description=(
            "Answers as /api/expression does, with the trace's key. Where `have` names the key of a trace that differs"
            " in numbers alone, as while a number is dragged, the answer is those numbers: put in place of the same of"
            " that trace, they make the whole."
        ),
        request=NumbersRequest,
        job="numbers",
        answer=Numbers,
    ),
    Endpoint(
        method="POST",
        path="/api/gradient-program",
        name="post_gradient_program",
        tag="graphs",
        summary="Write the backward pass as a program",
        description=(
            "One statement for each edge's contribution and one for each sum. Posted to /api/expression with the same"
            " inputs and one of `outputs` as `output`, it gives the same gradients; and it can be differentiated again."
            " `values` has no meaning here, and a `direction` is refused."
        ),
        request=GradientProgramRequest,
        job="gradient_program",
        answer=GradientProgram,
    ),
    Endpoint(
        method="POST",
        path="/api/derivatives",
        name="post_derivatives",
        tag="graphs",
        summary="Compute a Jacobian, a Hessian or a product with one",
        description=(
            "The Jacobian or Hessian of the output by all inputs, or their product with a direction. `values` has no"
            " meaning here, and a `seed` is refused."
        ),
        request=DerivativesRequest,
        job="derivatives",
        answer=Derivatives,
    ),
    Endpoint(
        method="POST",
        path="/api/export",
        name="post_export",
        tag="files",
        summary="Write a program's graph as a file",
        description=(
            "A figure or code, in one of the formats of GET /api/formats, as a file that carries its name. The page"
            " shows the same. `values` has no meaning here, and a `direction` is refused."
        ),
        request=ExportRequest,
        job="export_file",
        answer=None,
    ),
    Endpoint(
        method="POST",
        path="/api/exam",
        name="post_exam",
        tag="files",
        summary="Ask about a program's gradients",
        description=(
            "Questions with their right numbers, and with the numbers that known mistakes give, each by its name. It is"
            " said where a mistake gives the right number, with inputs that tell it apart. `values`, a `seed` and a"
            " `direction` have no meaning here."
        ),
        request=ExamRequest,
        job="exam",
        answer=Exam,
    ),
    Endpoint(
        method="POST",
        path="/api/exam/file",
        name="post_exam_file",
        tag="files",
        summary="Write questions as a file",
        description=(
            "The questions of /api/exam for Moodle, for Gradescope, as a table, as a page that checks, or on paper."
        ),
        request=ExamFileRequest,
        job="exam_file",
        answer=None,
    ),
    Endpoint(
        method="GET",
        path="/api/formats",
        name="get_formats",
        tag="files",
        summary="List the formats",
        description="What /api/export can write, and the options that each takes.",
        job="formats",
        answer=Formats,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/api/ops",
        name="get_ops",
        tag="reference",
        summary="List the ops",
        description="Every op that a program may use, with its derivative rules and the conventions it follows.",
        job="ops",
        answer=Ops,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/api/examples",
        name="get_examples",
        tag="reference",
        summary="List the examples",
        description="The page's examples, each a program in English and in Korean.",
        answer=Examples,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/problems/{kind}",
        name="get_problem",
        tag="reference",
        summary="Explain a problem",
        description=(
            "What a problem's `type` stands for: its title, and its sentence with the names of its `params` in braces."
        ),
        request=ProblemKind,
        job="explain",
        answer=Explanation,
    ),
    Endpoint(
        method="GET",
        path="/healthz",
        name="get_health",
        tag="service",
        summary="Is it well?",
        description="Answers 200 as soon as programs can be computed.",
        answer=Health,
    ),
    Endpoint(
        method="POST",
        path="/api/check",
        name="post_check",
        tag="checks",
        summary="Check gradients against differences",
        description=(
            "Changes every element of the inputs, or of other named nodes, and compares the slope with the gradient."
            " Tells agreement from a kink, a pole and a mismatch, and what both methods cost."
        ),
        request=CheckRequest,
        job="check",
        answer=Check,
    ),
    Endpoint(
        method="POST",
        path="/api/check/sweep",
        name="post_sweep",
        tag="checks",
        summary="Check gradients with ever smaller steps",
        description=(
            "The error of central differences for steps from large to small: truncation first, round-off then."
        ),
        request=SweepRequest,
        job="check_sweep",
        answer=Sweep,
    ),
    Endpoint(
        method="POST",
        path="/api/diagnose",
        name="post_diagnose",
        tag="checks",
        summary="Find the first wrong gradient, and the mistake",
        description=(
            "Compares claimed gradients and values with the right ones, in the order of the passes, and tries mistakes"
            " until one gives the claimed numbers."
        ),
        request=DiagnoseRequest,
        job="diagnose",
        answer=Diagnosed,
    ),
    Endpoint(
        method="GET",
        path="/api/derivations/{op}",
        name="get_derivation",
        tag="derivations",
        summary="Derive an op's rules",
        description=(
            "Step by step from the definition of the derivative to the rule, with a reason for each step in English and"
            " Korean."
        ),
        request=OpName,
        job="derivation",
        answer=Derivation,
        kept=True,
    ),
    Endpoint(
        method="POST",
        path="/api/derive",
        name="post_derive",
        tag="derivations",
        summary="Derive the rules at a node, in numbers",
        description=(
            "The derivations of the op at a `node`, of the one operand at an `edge`, or of the opened library function"
            " that is a `group`, each line with its value in a run of the program."
        ),
        request=DeriveRequest,
        job="derive",
        answer=Derivation,
    ),
    Endpoint(
        method="POST",
        path="/api/paths",
        name="post_paths",
        tag="derivations",
        summary="Count and list the paths between two nodes",
        description=(
            "How many paths lead from one node to another, beside how many edges backpropagation walks; where they are"
            " few, each with its product, and their sum, which is the gradient. `seed` and `values` have no meaning"
            " here."
        ),
        request=PathsRequest,
        job="paths",
        answer=Paths,
    ),
    Endpoint(
        method="POST",
        path="/api/network",
        name="post_network",
        tag="networks",
        summary="Run a network forward and backward",
        description=(
            "Writes the network as a program, each layer a function, and answers the program's trace and the layers."
            " Posted to /api/expression with the trace's inputs, `program` gives the same numbers."
        ),
        request=NetworkRequest,
        job="network",
        answer=NetworkTrace,
    ),
    Endpoint(
        method="POST",
        path="/api/onnx",
        name="post_onnx",
        tag="networks",
        summary="Run an ONNX file forward and backward",
        description=(
            "A trained model with its weights, exported from any framework: each operator becomes a line of a program,"
            " whose trace is answered. Posted to /api/expression with the trace's inputs, `program` gives the same"
            " numbers."
        ),
        request=OnnxRequest,
        job="onnx",
        answer=OnnxTrace,
    ),
    Endpoint(
        method="POST",
        path="/api/train",
        name="post_train",
        tag="networks",
        summary="Train a network, step by step",
        description=(
            "Answers line by line while it trains, and stops when nobody listens. The same seeds give the same lines."
        ),
        request=TrainRequest,
        job="train",
        answer=TrainEvent,
        streamed=True,
    ),
    Endpoint(
        method="POST",
        path="/api/table",
        name="post_table",
        tag="networks",
        summary="Look at a table of your own",
        description=(
            "Reads a table as a training would, and answers its columns, its first rows, what was assumed of it, and"
            " what in it cannot be learnt from."
        ),
        request=TableRequest,
        job="table",
        answer=TableOverview,
    ),
    Endpoint(
        method="POST",
        path="/api/weights",
        name="post_weights",
        tag="networks",
        summary="Read weights from a file",
        description=(
            "The arrays of a file, for every parameter of a network; one that is missing, is too many or has another"
            " shape is named. The answer's `parameters` are those that /api/network and /api/train take."
        ),
        request=WeightsRequest,
        job="read_weights_file",
        answer=Weights,
    ),
    Endpoint(
        method="POST",
        path="/api/weights/file",
        name="post_weights_file",
        tag="networks",
        summary="Write weights into a file",
        description="For NumPy or as safetensors, in float64.",
        request=WeightsFileRequest,
        job="write_weights_file",
        answer=None,
    ),
    Endpoint(
        method="GET",
        path="/api/datasets",
        name="get_datasets",
        tag="networks",
        summary="List the data sets",
        description="Data to train on, with its source and licence.",
        job="datasets",
        answer=Datasets,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/api/layers",
        name="get_layers",
        tag="networks",
        summary="List layers, losses and optimizers",
        description="What a network can be made of, with the fields of each.",
        job="pieces",
        answer=Pieces,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/api/datasets/{name}",
        name="get_dataset",
        tag="networks",
        summary="Show a data set",
        description="Every sample. `samples`, `noise` and `seed` are for those that are drawn.",
        request=DrawnDataset,
        job="dataset",
        answer=DatasetSamples,
    ),
    Endpoint(
        method="GET",
        path="/api/language/{language}",
        name="get_language",
        tag="reference",
        summary="Read what may be written",
        description="The language of programs as a document, as /learn shows it, every example with its address.",
        request=DocumentLanguage,
        job="language",
        answer=LanguageDocument,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/api/functions/{language}",
        name="get_functions",
        tag="reference",
        summary="Read what every function does",
        description="The functions by family, with formulas and rules as MathML, each with an example and its address.",
        request=DocumentLanguage,
        job="functions",
        answer=FunctionsDocument,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/api/chapters",
        name="get_chapters",
        tag="book",
        summary="List the chapters",
        description="The book's table of contents.",
        job="chapters",
        answer=Chapters,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/api/chapters/{language}/{chapter}",
        name="get_chapter",
        tag="book",
        summary="Read a chapter",
        description="Its prose, what its figures show, and what each paragraph shows in them.",
        request=ChapterName,
        job="chapter",
        answer=Chapter,
        kept=True,
    ),
    Endpoint(
        method="GET",
        path="/api/plots/{chapter}/{plot}",
        name="get_plot",
        tag="book",
        summary="Draw a plot",
        description="What is measured is measured for a second, on the machine of the service.",
        request=PlotName,
        job="plot",
        answer=Plot,
    ),
    Endpoint(
        method="GET",
        path="/api/exercises/{chapter}/{exercise}",
        name="get_exercise",
        tag="book",
        summary="Ask an exercise",
        description="With the numbers of a seed: who has the same seed has the same numbers.",
        request=ExerciseName,
        job="exercise",
        answer=Exercise,
    ),
    Endpoint(
        method="POST",
        path="/api/answer",
        name="post_answer",
        tag="book",
        summary="Check an answer to an exercise",
        description="By computing; a wrong answer is named where it is a known mistake.",
        request=AnswerRequest,
        job="answer",
        answer=Verdict,
    ),
]
BY_NAME = {row.name: row for row in ENDPOINTS}
