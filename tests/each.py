"""A table of many small cases as one test, which tells every case that fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
# Of what is asked of the cases of a long table by a test's own loop, each third, and the others with `make test-slow`.
thirds = pytest.mark.parametrize("third", [0, *(pytest.param(third, marks=pytest.mark.slow) for third in (1, 2))])
thin = 1  # `pytest --thin N` sets it
LONGEST = 300  # characters of a case's name


def thinned(cases: Sequence[T]) -> Sequence[T]:
    """Each N-th case, where `--thin N` asks for it; which ones does not change from run to run."""
    return cases[::thin]


@contextmanager
def case(*values: object) -> Iterator[None]:
    """A failure inside says at which case of a table it is: its values, or the names of those that have one."""
    try:
        yield
    except BaseException as error:  # what `pytest.raises` misses is no Exception
        for one in error.exceptions if isinstance(error, BaseExceptionGroup) else [error]:
            one.add_note(f"in the case {named(values)}")
        raise


def each(
    names: str, cases: Iterable[Any], *, parts: int = 1, sample: int = 1
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test for each case of a table, as `pytest.mark.parametrize` does, but as one test.

    names: of the arguments that a case gives, separated by commas; a case of one argument is that argument itself.
    parts: so many tests share the cases, where one would take seconds.
    sample: each N-th case is run usually, and the others by `make test-slow`; other tests of the same table begin at
      other cases.
    All cases run, and those that fail are told by their names. Fixtures are made once for all cases.

    A test of its own costs 4 ms: it is collected by every worker, handed out, set up and reported.
    """
    arguments = [name.strip() for name in names.split(",")]
    table = [dict(zip(arguments, values_of(one, len(arguments)), strict=True)) for one in cases]
    assert len(table) >= parts * sample, "a table without cases holds nothing"

    def tests(check: Callable[..., None]) -> Callable[..., None]:
        start = len(check.__name__) % sample
        usual = table[start::sample]
        shares = [usual[part::parts] for part in range(parts)]
        marked: list[Any] = list(range(parts))
        if sample > 1:
            shares.append([one for place, one in enumerate(table) if place % sample != start])
            marked.append(pytest.param(parts, marks=pytest.mark.slow))

        def run(part: int, fixtures: Mapping[str, Any]) -> None:
            failures: list[BaseException] = []
            skipped = []
            cases = thinned(shares[part])
            for values in cases:
                try:
                    with case(*values.values()):
                        check(**values, **fixtures)
                except pytest.skip.Exception as skip:
                    skipped.append(skip)
                except BaseExceptionGroup as several:  # of a table within the case
                    failures += several.exceptions
                except (Exception, pytest.fail.Exception) as error:
                    failures.append(error)
            tell(failures)
            if len(skipped) == len(cases):
                raise skipped[0]

        taken = [one for name, one in inspect.signature(check).parameters.items() if name not in arguments]

        def whole(**fixtures: Any) -> None:
            run(0, fixtures)

        @pytest.mark.parametrize("part", marked)
        def shared(part: int, **fixtures: Any) -> None:
            run(part, fixtures)

        test: Any = whole
        if len(shares) > 1:
            test = shared
            taken.insert(0, inspect.Parameter("part", inspect.Parameter.POSITIONAL_OR_KEYWORD))
        # Not functools.wraps: pytest would ask for the arguments of what is wrapped.
        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        test.pytestmark = [*getattr(check, "pytestmark", []), *getattr(test, "pytestmark", [])]
        test.__signature__ = inspect.Signature(taken)
        return test

    return tests


def values_of(case: Any, count: int) -> Sequence[Any]:
    if isinstance(case, type(pytest.param())):
        return case.values
    return [case] if count == 1 else case


def named(values: Iterable[object]) -> str:
    name = ", ".join(map(name_of, values))
    return name if len(name) <= LONGEST else f"{name[:LONGEST]} …"


def name_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("id") or dict(value))
    return str(getattr(value, "name", None) or getattr(value, "__name__", None) or repr(value))


def tell(failures: list[BaseException]) -> None:
    """One failure is raised as it is; of several each is told by its case, and the first ones with their traceback."""
    if len(failures) == 1:
        raise failures[0]
    if failures:
        cases = "\n".join(f"- {' '.join(error.__notes__)}: {str(error).partition(chr(10))[0]}" for error in failures)
        raise BaseExceptionGroup(f"{len(failures)} cases fail:\n{cases}", failures)
