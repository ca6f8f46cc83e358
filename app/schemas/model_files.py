"""ONNX files, and the programs that they are read into."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.traces import Detail, Expand, Trace, UpstreamSeed, ValuesShown
from gradlens.app.schemas.values import Values

# What PyTorch 2.14 exports of nn.Sequential(nn.Linear(2, 1), nn.ReLU()).
SMALL_FILE = (
    "CAgSB3B5dG9yY2gaBjIuMTQuMTr2AQpmCgF4CggwLndlaWdodAoGMC5iaWFzEhAvMC9HZW1tX291dHB1dF8wGgcvMC9HZW1tIgRH"
    "ZW1tKg8KBWFscGhhFQAAgD+gAQEqDgoEYmV0YRUAAIA/oAEBKg0KBnRyYW5zQhgBoAECCiQKEC8wL0dlbW1fb3V0cHV0XzASAXka"
    "By8xL1JlbHUiBFJlbHUSCm1haW5fZ3JhcGgqGggBCAIQAUIIMC53ZWlnaHRKCAAAAEAAAIC/KhIIARABQgYwLmJpYXNKBAAAAD9a"
    "FAoBeBIPCg0IARIJCgMSAW4KAggCYhQKAXkSDwoNCAESCQoDEgFuCgIIAUICEBE="
)


class OnnxRequest(Together):
    """A trained model in a file, from anywhere, and what to run through it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"file": SMALL_FILE}]})

    file: str = Field(description="The bytes of an ONNX file (.onnx) with its weights, in base64.")
    inputs: dict[str, Values] = Field(
        default={},
        description=(
            "An object of values by the names that the model's inputs have in the file; numbers are drawn for those"
            " that are left out."
        ),
    )
    shapes: dict[str, list[int]] = Field(
        default={},
        description=(
            "An object of shapes by those names, for sizes that the file leaves open; 1 where they are left out."
        ),
    )
    output: str | None = Field(
        default=None, description="The name in the program that is differentiated, as of /api/expression."
    )
    seed: UpstreamSeed = None
    values: ValuesShown = "auto"
    detail: Detail = "fused"
    expand: Expand = Field(default=[])


class OnnxInput(BaseModel):
    """What the model is given."""

    name: str = Field(description="In the program.")
    source: str = Field(description="In the file.")
    shape: list[int] = Field(description="Its shape; a size that the file leaves open is the one that was asked for.")
    kind: Literal["float", "int", "bool"] = Field(description="What its elements are; the language has numbers alone.")


class OnnxWeight(BaseModel):
    """An array of the file that the program uses."""

    name: str = Field(description="In the program.")
    source: str = Field(description="In the file.")
    shape: list[int] = Field(description="Its shape.")


class OnnxModel(BaseModel):
    """A file as it was read."""

    inputs: list[OnnxInput] = Field(description="What it is given.")
    weights: list[OnnxWeight] = Field(description="The arrays that it holds, in the order of their use.")
    outputs: list[str] = Field(description="Names in the program.")
    operators: dict[str, int] = Field(description="How many operators of each type the program has.")
    opset: int = Field(description="The version of the operators.")
    producer: str = Field(description="What wrote the file; empty where it does not say.")


class OnnxTrace(Trace):
    """A model's graph with every value and gradient, its weights among the inputs."""

    model: OnnxModel = Field(description="What the file holds.")
