"""The language and its functions, as they are read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gradlens.app.schemas.requests import Together


class DocumentLanguage(Together):
    """In which language a document is asked for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"language": "en"}]})

    language: Literal["en", "ko"] = Field(description='"en" or "ko".')


class LanguageDocument(BaseModel):
    """What may be written in a program."""

    html: str = Field(description="The document; each example is followed by a link that opens it in the workbench.")


class FunctionRule(BaseModel):
    """How a gradient passes a function."""

    input: str = Field(description="The input that it is the gradient of.")
    text: str = Field(description="In the expression language; g is upstream, z the output.")
    formula: str = Field(description="The same as MathML.")


class DescribedFunction(BaseModel):
    """A function of the language."""

    name: str = Field(description="What a program calls it.")
    signature: str = Field(description="How it is called.")
    summary: str = Field(description="What it computes.")
    convention: str | None = Field(description="What the derivative is where calculus does not say.")
    formula: str = Field(description="As MathML.")
    rules: list[FunctionRule] = Field(description="One for each input that takes a gradient.")
    example: str = Field(description="A small program that uses it.")
    address: str = Field(description="Where the workbench opens that program.")


class FunctionFamily(BaseModel):
    """Functions of one kind."""

    id: str = Field(description="The family's name in addresses.")
    title: str = Field(description="What it is called.")
    functions: list[DescribedFunction] = Field(description="In the order of their names.")


class FunctionsDocument(BaseModel):
    """Every function that a program may use."""

    families: list[FunctionFamily] = Field(description="In the order of the document.")
