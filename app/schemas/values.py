"""Numbers, arrays and texts as requests and answers write them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema

NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "enum": ["NaN", "Infinity", "-Infinity"]}]}
VALUES_SCHEMA = {
    "description": "A number, or nested lists of numbers; NaN and the infinities by name.",
    "anyOf": [*NUMBER_SCHEMA["anyOf"], {"type": "array", "items": {}}],
}
OPTIONAL_VALUES_SCHEMA = {**VALUES_SCHEMA, "anyOf": [*VALUES_SCHEMA["anyOf"], {"type": "null"}]}

# The engine converts values, and tells what is wrong with them better than a schema can.
Values = Annotated[Any, WithJsonSchema(VALUES_SCHEMA)]
OptionalValues = Annotated[Any, WithJsonSchema(OPTIONAL_VALUES_SCHEMA)]
Number = Annotated[Any, WithJsonSchema(NUMBER_SCHEMA)]
BY_NAME = {"type": "object", "additionalProperties": VALUES_SCHEMA}
DerivativeValues = Annotated[
    Any,
    WithJsonSchema({"anyOf": [*VALUES_SCHEMA["anyOf"], BY_NAME, {"type": "object", "additionalProperties": BY_NAME}]}),
]


class Bilingual(BaseModel):
    """A text in both languages."""

    en: str = Field(description="In English.")
    ko: str = Field(description="In Korean.")


class Summary(BaseModel):
    """Figures of an array's finite elements, and how many are not finite."""

    min: Number = Field(description="The smallest.")
    max: Number = Field(description="The largest.")
    mean: Number = Field(description="The mean.")
    std: Number = Field(description="The standard deviation, with the number of elements below it.")
    norm: Number = Field(description="The square root of the sum of squares.")
    nan_count: int = Field(description="How many elements are NaN.")
    inf_count: int = Field(description="How many elements are infinite.")
