"""How a request is read: JSON, every key once, and no field passed over in silence."""

from __future__ import annotations

import difflib
from typing import Any, ClassVar

import orjson
from pydantic import BaseModel, ValidationError

from gradlens.app.problems import Problem
from gradlens.app.schemas.repeated_keys import find_repetition


class Together(BaseModel):
    """Fields of which none is passed over in silence.

    apart: pairs of which only one would count.
    needs: fields that mean nothing without another one.
    idle: fields that mean nothing here.
    A field that is null, or what it is where it is left out, is not given.
    """

    apart: ClassVar[tuple[tuple[str, str], ...]] = ()
    needs: ClassVar[tuple[tuple[str, str], ...]] = ()
    idle: ClassVar[tuple[str, ...]] = ()

    def given(self, name: str) -> bool:
        value = getattr(self, name)
        return value is not None and value != type(self).model_fields[name].default

    def check_together(self, place: str = "") -> None:
        """Raises Problem: fields-apart, field-needs, field-idle."""
        for field, other in self.apart:
            if self.given(field) and self.given(other):
                raise Problem.of("fields-apart", field=place + field, other=place + other)
        for field, other in self.needs:
            if self.given(field) and not self.given(other):
                raise Problem.of("field-needs", field=place + field, other=place + other)
        for field in self.idle:
            if self.given(field) and getattr(self, field) != {}:
                raise Problem.of("field-idle", field=place + field)
        for name in type(self).model_fields:
            if isinstance(inner := getattr(self, name), Together):
                inner.check_together(f"{place}{name}.")


def read_request(body: bytes, model: type[Together]) -> Any:
    """The request that a body holds.  Raises Problem, which names the field and what it takes."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = error.msg.partition(":")[0]
        line, column = _broken_letter(body) or (error.lineno, error.colno)
        raise Problem.of("malformed-json", message=message, line=line, column=column) from None
    if not isinstance(content, dict):
        raise Problem.of("not-an-object")
    if (found := find_repetition(body)) is not None:
        raise Problem.of("repeated-key", **found._asdict())
    try:
        request = model.model_validate(content)
    except ValidationError as error:
        raise _problem(error, model, content) from None
    request.check_together()
    return request


def _broken_letter(body: bytes) -> tuple[int, int] | None:
    """The line and the column, from 1, of the first byte that is no UTF-8; the reader of JSON does not tell."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        return before.count("\n") + 1, len(before) - before.rfind("\n")
    return None


def _place(location: tuple[int | str, ...], content: Any, kind: str) -> str:
    """Where a value stands in a body, without the names of the types that it was tried as."""
    parts = []
    part: Any
    for part in location:
        is_there = (isinstance(content, dict) and part in content) or (
            isinstance(content, list) and isinstance(part, int) and part < len(content)
        )
        if not is_there and kind != "missing":
            break
        parts.append(str(part))
        content = content[part] if is_there else None
    return ".".join(parts)


def _problem(error: ValidationError, model: type[BaseModel], content: Any) -> Problem:
    """The first thing that is wrong, in words."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(first["loc"][0])
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
        if near := difflib.get_close_matches(name[:80], fields, 1):
            return Problem.of("misspelt-field", field=name, suggestion=near[0])
        return Problem.of("unknown-field", field=name, fields=", ".join(fields))
    takes = fields[name].description or ""
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return Problem.of("missing-field", field=name, takes=takes)
    place = _place(first["loc"], content, first["type"])
    return Problem.of("wrong-field", field=place, takes=_taken(model, place.split(".")) or takes)


def _taken(model: type[BaseModel], names: list[str]) -> str:
    """What the innermost field takes on the way that names lead through a model; "" where they lead out of it."""
    taken = ""
    for name in names:
        field = model.model_fields.get(name)
        if field is None:
            return taken
        taken = field.description or taken
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return taken
        model = field.annotation
    return taken
