"""Generators of the program: who waits for their next item, and who has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import MISSING, Generator
from gradlens.engine.language.running import jumping
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import value_texts

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame, Steps


def resume(m: Machine, frame: Frame, generator: Generator, end: Any, node: Any) -> None:
    """The next value of a generator on the frame's stack; at its end the frame goes to `end`."""
    if generator.done:
        m.generator_over(frame, end)
        return
    m.begin(generator, (frame, end), node)


def begin(m: Machine, generator: Generator, reader: Any, node: Any) -> None:
    """Go on with a generator.  Error: not-iterable, where it asks itself for an item."""
    if generator.running:
        raise Misplaced("not-iterable", node, got=value_texts.text_of(node))
    generator.running = generator.begun = True
    inner = generator.frame
    inner.waiting = (generator, reader)
    m.frames.append(inner)


def gives(m: Machine, inner: Any, value: Any) -> None:
    """A generator, which stands no longer on top, has given an item."""
    inner.waiting[0].running = False
    m.receive(value)


def generator_over(m: Machine, frame: Frame, end: Any) -> None:
    if type(frame.stack[-1]) is Generator:
        frame.stack.pop()
    frame.at = end.at


def resume_for_steps(m: Machine, generator: Generator) -> None:
    if generator.done:
        m.receive(MISSING)
        return
    m.begin(generator, None, m.place)


def yields(m: Machine, frame: Frame, value: Any) -> None:
    assert frame.waiting is not None
    m.frames.pop()
    frame.stack.append(None)  # what yield itself is worth
    frame.waiting[0].takes = True
    drop = frame.code.instructions[frame.at][0]
    if drop is jumping.drop:
        frame.stack.pop()
        frame.at += 1
        frame.waiting[0].takes = False
    m.gives(frame, value)


def generator_ends(m: Machine, frame: Frame | Steps) -> None:
    assert frame.waiting is not None
    generator, reader = frame.waiting
    generator.done, generator.running = True, False
    if reader is None:
        m.receive(MISSING)
    else:
        m.generator_over(*reader)
