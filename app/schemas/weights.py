"""Weights in files, to keep what was learnt and to go on from it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gradlens.app.schemas.networks import NetworkRequest
from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.values import Values

# One layer's, {"W1": [[1, 2], [3, 4]], "b1": [0, 0]}, as safetensors.
SMALL_WEIGHTS = (
    "eAAAAAAAAAB7IlcxIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDJdLCJkYXRhX29mZnNldHMiOlswLDE2XX0sImIxIjp7ImR0"
    "eXBlIjoiRjMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMTYsMjRdfX0gICAgICAAAIA/AAAAQAAAQEAAAIBAAAAAAAAA"
    "AAA="
)


class WeightsFileRequest(Together):
    """Parameters that are to be written into a file."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"parameters": {"W1": [[1, 2], [3, 4]], "b1": [0, 0]}, "format": "npz"}]},
    )

    parameters: dict[str, Values] = Field(description="An object of values by name, as the end of a training has them.")
    format: Literal["npz", "safetensors"] = Field(description='"npz", which NumPy loads, or "safetensors".')
    file_name: str | None = Field(default=None, description="What the file is called, without its ending.")


class WeightsRequest(NetworkRequest):
    """A network, and a file with a value for everything that it learns."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"layers": [{"type": "affine", "units": 2}], "x": [[0, 1]], "weights": SMALL_WEIGHTS}]
        },
    )

    idle = ("parameters", "seed", "values", "detail", "expand")

    weights: str = Field(description="The bytes of a file of weights (.npz or .safetensors), in base64.")


class Weights(BaseModel):
    """The values of a file, as `parameters` of a network takes them."""

    parameters: dict[str, Values] = Field(description="By the network's own names.")
