"""Many small cases as few tests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

import pytest

T = TypeVar("T")
thin = 1  # `pytest --thin N` sets it


def thinned(cases: Sequence[T]) -> Sequence[T]:
    """Each N-th case, where `--thin N` asks for it; which ones does not change from run to run."""
    return cases[::thin]


@contextmanager
def case(*values: object) -> Iterator[None]:
    """A failure inside says at which case of a table it is: its values, or the names of those that have one."""
    try:
        yield
    except BaseException as error:  # what `pytest.raises` misses is no Exception
        error.add_note(f"in the case {', '.join(str(getattr(value, 'name', value)) for value in values)}")
        raise


def grouped(groups: Mapping[str, Iterable[tuple]]) -> Callable[[Callable[..., None]], Callable[[str], None]]:
    """Run a test's cases, each a tuple of its arguments, as one test a group, which is called by the group's name.

    A case of a millisecond takes as long to be collected by every worker, handed out and reported as to run.
    """

    def tests(check: Callable[..., None]) -> Callable[[str], None]:
        @pytest.mark.parametrize("group", groups)
        def test(group: str) -> None:
            for values in thinned([*groups[group]]):
                with case(*values):
                    check(*values)

        # Not functools.wraps: pytest would ask for the arguments of what is wrapped.
        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return tests


def grouped_by(key: Callable[..., Hashable], cases: Iterable[tuple]) -> dict[str, list[tuple]]:
    """Cases by what `key` makes of their arguments, in their order."""
    groups: dict[str, list[tuple]] = {}
    for values in cases:
        groups.setdefault(str(key(*values)), []).append(values)
    return groups
