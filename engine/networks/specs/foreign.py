"""What specifications of other libraries have in common: a table of their classes, read into layers of ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.networks.fields import shown
from gradlens.engine.values import is_json_list

Spec = dict[str, Any]


@dataclass(slots=True)
class Arguments:
    """What a class was given; whatever is left over at the end is an option that has no counterpart here.

    version: of the library, where it matters and is known.
    """

    place: str
    given: Spec
    version: int | None = None

    def take(self, name: str, default: object = None) -> Any:
        value = self.given.pop(name, None)
        return default if value is None else value

    def flag(self, name: str, default: bool) -> Any:
        """True, False, or None, which Python takes for False."""
        return (self.given.pop(name) or False) if name in self.given else default

    def need(self, name: str) -> Any:
        """Error: spec-missing."""
        if self.given.get(name) is None:
            raise EngineError("spec-missing", place=self.place, field=name)
        return self.given.pop(name)

    def only(self, name: str, *accepted: object) -> None:
        """An option of which only some values have a counterpart; left out is one.  Error: spec-unsupported."""
        value = self.given.pop(name, None)
        if value is not None and value not in accepted:
            raise EngineError("spec-unsupported", place=self.place, option=name, got=shown(value))

    def done(self, ignored: tuple[str, ...] = ()) -> None:
        """Error: spec-unsupported, for the first option that nobody took."""
        for name, value in self.given.items():
            if name not in ignored and value is not None:
                raise EngineError("spec-unsupported", place=self.place, option=name, got=shown(value))


def padding(a: Arguments, given: object, size: object, stride: object) -> object:
    """Padding in numbers.  Error: spec-unsupported where "same" would pad one side more."""
    if given == "valid":
        return 0
    if not isinstance(given, str):
        return given
    sizes: list[Any] = size if is_json_list(size) else [size]
    strides: list[Any] = stride if is_json_list(stride) else [stride]
    if (
        given != "same"
        or not sizes
        or any(s != 1 for s in strides)
        or any(not isinstance(n, int) or n % 2 == 0 for n in sizes)
    ):
        raise EngineError("spec-unsupported", place=a.place, option="padding", got=shown(given))
    both = [n // 2 for n in sizes]
    return both if len(both) > 1 else both[0]


Reader = Callable[[Arguments], list[Spec]]


def reader(name: str, readers: Mapping[str, Reader], others: Collection[str], place: str) -> Reader:
    """The reader of a class.

    others: classes of the library that have no counterpart: none of them is a misspelling.  Error: layer-type.
    """
    if name not in readers:
        raise EngineError(
            "layer-type", place=place, type=shown(name), **({} if name in others else suggestion(name[:80], readers))
        )
    return readers[name]
