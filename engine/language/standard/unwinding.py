"""How a body is left before its end: by an exception, return, break or continue, through try and with around it."""

from __future__ import annotations

import ast
from collections.abc import Generator as Steps
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlens.engine.errors import EngineError
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Bound,
    ClassObject,
    Computed,
    Fresh,
    Instance,
    Tensor,
    Thrown,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.running import jumping, looping
from gradlens.engine.language.running.groups import LazyGroup
from gradlens.engine.language.standard.array_errors import exception_raised, of_array
from gradlens.engine.language.standard.exceptions import (
    EXCEPTIONS,
    Raised,
    ended,
    exception_of,
    is_exception,
    is_one,
    made,
    raising,
    type_name,
)
from gradlens.engine.language.syntax import Misplaced, source
from gradlens.engine.values import size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame
    from gradlens.engine.language.running.frames import Steps as Waiting

STEPS = 5  # that an exception counts as
MOST_CALLS_SHOWN = 4  # of those that an exception has left


@dataclass(eq=False, slots=True)
class Block:
    """A try or with that a frame is in.

    kind: "except", "finally" or "with" while its body runs; "handling" while an exception is handled; "leaving" while
    what is done at the end is.  at: where that stands.  height: of the stack.  caught: the names of the exceptions that
    are handled, None for all.  error: what is handled, or goes on afterwards.  name: of the exception, as long as it is
    handled.
    """

    kind: str
    at: Any
    height: int
    group: LazyGroup | None
    cuts: int
    caught: frozenset[str] | None = frozenset()
    error: Any = None
    name: str = ""


@dataclass(eq=False, slots=True)
class Leaving:
    """Why a body is left: by an error, by return with a value, or for a place, of which that many blocks stay."""

    error: Any = None
    value: Any = MISSING
    at: Any = None
    kept: int = 0


def block_begins(m: Machine, frame: Frame, arg: tuple[str, Any, frozenset[str] | None], node: Any) -> None:
    kind, at, caught = arg
    m.tries = True
    frame.blocks.append(Block(kind, at, len(frame.stack), frame.group, frame.cuts, caught))


def block_ends(m: Machine, frame: Frame, _: None, node: Any) -> None:
    block = frame.blocks.pop()
    if block.name:
        frame.scope.names[block.name] = MISSING


def final_begins(m: Machine, frame: Frame, _: None, node: Any) -> None:
    """The body of a finally, where what is before it has come to its end."""
    block = frame.blocks.pop()
    frame.blocks.append(Block("leaving", None, block.height, frame.group, frame.cuts))
    frame.stack.append(None)


def final_ends(m: Machine, frame: Frame, _: None, node: Any) -> None:
    frame.blocks.pop()
    leaving = frame.stack.pop()
    if leaving is not None:
        go_on(m, frame, leaving)


def give_through(m: Machine, frame: Frame, _: None, node: Any) -> None:
    """return, from inside try or with."""
    go_on(m, frame, Leaving(value=frame.stack.pop()))


def jump_through(m: Machine, frame: Frame, arg: tuple[Any, int], node: Any) -> None:
    """break and continue, from inside try or with."""
    at, kept = arg
    go_on(m, frame, Leaving(at=at, kept=kept))


def go_on(m: Machine, frame: Frame, leaving: Leaving) -> None:
    if leaving.error is not None:
        raise leaving.error
    left(m, frame, leaving)


def left(m: Machine, frame: Frame, leaving: Leaving) -> bool:
    """Leave the blocks of a frame up to one that has something to do.  Whether the frame goes on."""
    m.charge(1, m.place)
    while len(frame.blocks) > leaving.kept:
        block = frame.blocks.pop()
        dropped(m, frame, block.height - (block.kind == "plain with"))
        frame.group, frame.cuts = block.group, block.cuts
        if block.name:
            frame.scope.names[block.name] = MISSING
        if block.kind == "except" and leaving.error is not None:
            exception = exception_of(leaving.error)
            frame.blocks.append(
                Block("handling", None, block.height, block.group, block.cuts, frozenset(), leaving.error)
            )
            frame.stack.append(exception)
        elif block.kind == "finally" or block.kind == "with":
            height = block.height - (block.kind == "with")  # its manager lies on the stack
            frame.blocks.append(Block("leaving", None, height, block.group, block.cuts, frozenset(), leaving.error))
            frame.stack.append(leaving)
        else:
            continue
        frame.at = block.at.at
        return True
    if leaving.error is not None:
        return False
    if leaving.at is not None:
        frame.at = leaving.at.at
    else:
        m.give(frame, leaving.value)
    return True


def dropped(m: Machine, frame: Frame, height: int) -> None:
    """Take a stack down to a height: the loops on it are over."""
    stack = frame.stack
    while len(stack) > height:
        value = stack.pop()
        if type(value) is looping.Loop:
            m.loop_ends(frame, value)


# ------------------------------------------------------------------ errors


def handle(m: Machine, bottom: int, error: Misplaced | EngineError) -> None:
    """Go on with whoever handles an error among the frames from `bottom` on; raises it where nobody does."""
    found = unhandled(m, bottom, error)
    del error  # a frame that holds the error that went through it waits for the collector
    try:
        if found is not None:
            raise found from None
    finally:
        del found


def unhandled(m: Machine, bottom: int, error: Misplaced | EngineError) -> Misplaced | EngineError | None:
    """The same, but the error is returned."""
    frames = m.frames
    if not any(waits(frame) for frame in frames[bottom:]):
        return error
    if exception_of(error) is None:
        python = exception_raised(m, error)
        if python is None:
            return error
        if isinstance(error, EngineError):
            error = Misplaced(error.kind, m.place, **error.params)
        error.as_in_python(python)
    assert isinstance(error, Misplaced)
    error.place = m.frame.place or error.place
    m.charge(STEPS, error.place)
    while len(frames) > bottom:
        m.charge(1, error.place)
        top: Any = frames[-1]
        if hasattr(top, "generator"):
            other = thrown_into(m, top, error)
        else:
            m.frame = top
            if left(m, top, Leaving(error=error)):
                return None
            other = frame_left(m, top, error)
        if other is None:
            return None
        if exception_of(other) is None:
            return other
        error = other
    return error.with_traceback(None)


def waits(frame: Any) -> bool:
    """Whether something of a frame may be done where an error comes by."""
    return hasattr(frame, "generator") or bool(frame.blocks) or frame.waiting is not None


def frame_left(m: Machine, frame: Frame, error: Misplaced) -> Misplaced:
    """A body ends by an error."""
    dropped(m, frame, 0)
    m.frames.pop()
    if frame.waiting is not None:
        generator = frame.waiting[0]
        generator.done, generator.running = True, False
        if (found := exception_of(error)) is not None and is_one(found, "StopIteration"):
            other = Raised(made("RuntimeError", "generator raised StopIteration"), error.place)
            other.exception.names["__cause__"] = other.exception.names["__context__"] = found
            return other
    elif frame.code.kind == "function":
        m.depth -= 1
    if frame.code.kind in ("function", "generator") and frame.place is None:
        error.calls.append(m.text_of(frame.node))
    return error


def thrown_into(m: Machine, steps: Waiting, error: Misplaced) -> Misplaced | None:
    """An error for a function of the evaluator, which may handle it.  Returns what goes on, if anything does."""
    try:
        m.asked(steps, steps.generator.throw(error))
    except StopIteration as stopped:
        m.steps_done(steps, stopped.value)
    except Misplaced as other:
        m.frames.remove(steps)
        if steps.waiting is not None:
            steps.waiting[0].done, steps.waiting[0].running = True, False
        return other
    return None


def uncaught(m: Machine, error: Misplaced) -> Misplaced:
    """An exception that nobody has handled, as an error that the reader sees."""
    if type(error) is not Raised:
        return error
    exception = error.exception
    what = exception.of.name
    for frame in reversed(m.frames):
        if getattr(frame, "place", "steps") is None and frame.code.kind in ("function", "generator"):  # pyright: ignore
            error.calls.append(m.text_of(frame.node))
    text = exception_text(m, exception, error.place)
    what = f"{what}: {text}" if text else what
    calls = error.calls[:MOST_CALLS_SHOWN] + ["…"] * (len(error.calls) > MOST_CALLS_SHOWN)
    if not calls:
        return Misplaced("raised", error.place, what=what)
    return Misplaced("raised-in-call", error.place, what=what, calls=" ← ".join(calls))


def exception_text(m: Machine, exception: Instance, node: Any) -> str:
    """str() of an exception, where its class makes one."""
    if not m.frames:
        m.frames.append(m.frame)
    try:
        return m.answer(Bound(exception.of.find("__str__"), exception), [], node)
    except (Misplaced, EngineError):
        return ""


# ------------------------------------------------------------------ raise and except


def exception_made(m: Machine, frame: Frame, _: None, node: ast.Raise) -> None:
    """raise ValueError: of a class, what it makes."""
    value = frame.stack[-1]
    if type(value) is ClassObject and is_exception(value):
        frame.stack.pop()
        m.call(frame, value, [], {}, node)


def raised(m: Machine, frame: Frame, has_cause: bool, node: ast.Raise) -> None:
    cause = frame.stack.pop() if has_cause else None
    value = frame.stack.pop()
    if type(value) is Unreachable:
        raise Misplaced("raised", node, what=source(node.exc) if node.exc is not None else "")
    if not (type(value) is Instance and is_exception(value)):
        raise Raised(made("TypeError", "exceptions must derive from BaseException"), node)
    if has_cause:
        if cause is not None and not (type(cause) is Instance and is_exception(cause)):
            raise Raised(made("TypeError", "exception causes must derive from BaseException"), node)
        value.names["__cause__"] = cause
        value.names["__suppress_context__"] = True
    handled = handled_now(m)
    if handled is not None and (before := exception_of(handled)) is not value:
        value.names["__context__"] = before
    if handled is not None and exception_of(handled) is value and type(handled) is not Raised:
        raise handled  # raise e, of an error of ours: it is told as that
    raise Raised(value, node)


def handled_now(m: Machine) -> Any:
    """The error that is handled where the program stands."""
    m.charge(len(m.frames) // 8, m.place)
    for frame in reversed(m.frames):
        for block in reversed(getattr(frame, "blocks", ())):
            if block.error is not None:
                return block.error
    return None


def raised_again(m: Machine, frame: Frame, _: None, node: ast.Raise) -> None:
    handled = handled_now(m)
    if handled is None:
        raise Raised(made("RuntimeError", "No active exception to reraise"), node)
    raise handled


def matches(m: Machine, frame: Frame, other: Any, node: Any) -> None:
    """Whether a handler's class is that of the exception under it on the stack; else the next handler is asked."""
    wanted = frame.stack.pop()
    exception = frame.stack.pop()
    if not is_handled(m, exception, wanted, frame.blocks[-1].error, node):
        frame.at = other.at


def is_handled(m: Machine, exception: Instance, wanted: Any, error: Any, node: Any) -> bool:
    for one in wanted if kind_of(wanted) is tuple else (wanted,):
        if type(one) is Unreachable:
            continue  # a class of another library's, of which nothing is raised here
        if not (type(one) is ClassObject and is_exception(one)):
            text = "catching classes that do not inherit from BaseException is not allowed"
            raise Raised(made("TypeError", text), node)
        if one in exception.of.lineage():
            if getattr(error, "guessed", False) and one.name in ("Exception", "BaseException"):
                error.python = None  # perhaps a gap of ours, which the program does not speak of
                raise error
            return True
    return False


def bind_exception(m: Machine, frame: Frame, name: str, node: ast.ExceptHandler) -> None:
    frame.blocks[-1].name = name
    frame.scope.names[name] = frame.stack.pop()


def not_handled(m: Machine, frame: Frame, _: None, node: Any) -> None:
    error = frame.blocks.pop().error
    frame.stack.pop()
    raise error


def is_trying(m: Machine) -> bool:
    """Whether the program may handle an exception that is raised where it stands."""
    if not m.tries:
        return False
    m.charge(len(m.frames) // 8, m.place)
    return any(block.kind in ("except", "with") for frame in m.frames for block in getattr(frame, "blocks", ()))


def expected(m: Machine, name: str) -> bool:
    """Whether the program handles an exception that Python raises where the graph has a number: inf or NaN."""
    if not m.tries:
        return False
    m.charge(len(m.frames) // 8, m.place)
    names = {one.name for one in EXCEPTIONS[name].lineage()}
    for frame in m.frames:
        for block in getattr(frame, "blocks", ()):
            if block.kind == "with" or (
                block.kind == "except"
                and (block.caught is None or block.caught & names or block.caught - EXCEPTIONS.keys())
            ):
                return True
    return False


# ------------------------------------------------------------------ assert


def asserted(m: Machine, frame: Frame, end: Any, node: ast.Assert) -> None:
    """assert: what is known must hold; what is of the graph alone is not checked."""
    if jumping.asked_first(m, frame, node.test):
        return
    m.skip(node)
    value = frame.stack.pop()
    if m.is_known(value):
        holds = m.truth(value, node.test)
    elif type(value) is Computed:
        holds = bool(value.value)
        if not holds or expected(m, "AssertionError"):
            m.truth(value, node.test)  # it decides what the program does
    else:
        holds = True
        if type(value) is Tensor and m.libraries - {"math"} and size_of(m.graph.nodes[value.id].shape) > 1:
            raise of_array(Misplaced("branch", node.test), value)
    if holds:
        frame.at = end.at


def assertion(m: Machine, frame: Frame, has_message: bool, node: ast.Assert) -> None:
    message = [frame.stack.pop()] if has_message else []
    error = Misplaced("assertion", node, what=source(node.test))
    raise error.as_in_python(raising("AssertionError", *message))


# ------------------------------------------------------------------ with


def with_begins(m: Machine, frame: Frame, _: None, node: ast.expr) -> None:
    """The manager on the stack, and what it gives above it."""
    manager = frame.stack[-1]
    if type(manager) is not Instance:
        frame.stack.append(manager)
        return
    found = [manager.of.find(name) for name in ("__enter__", "__exit__")]
    if MISSING in found:
        text = f"'{type_name(manager)}' object does not support the context manager protocol"
        raise Raised(made("TypeError", text), node)
    m.call(frame, Bound(found[0], manager), [], {}, node)


def with_entered(m: Machine, frame: Frame, at: Any, node: ast.expr) -> None:
    manager = frame.stack[-2]
    caught: frozenset[str] | None = frozenset() if type(manager) is not Instance else None
    kind = "with" if type(manager) is Instance else "plain with"
    frame.blocks.append(Block(kind, at, len(frame.stack) - 1, frame.group, frame.cuts, caught))
    if type(manager) is Instance:
        m.tries = True
    frame.cuts += m.cuts_gradients(manager)


def with_ends(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    """What a manager does at the end of its body, where that has gone well."""
    frame.cuts = frame.blocks.pop().cuts
    manager = frame.stack.pop()
    if type(manager) is Instance:
        m.call(frame, Bound(manager.of.find("__exit__"), manager), [None, None, None], {}, node)
    else:
        frame.stack.append(None)


def with_exits(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    """What a manager does where its body is left before the end: the answer lies above it and the reason."""
    manager, leaving = frame.stack[-2:]
    exception = None if leaving.error is None else exception_of(leaving.error)
    given = [None, None, None] if exception is None else [exception.of, exception, None]
    m.call(frame, Bound(manager.of.find("__exit__"), manager), given, {}, node)


def with_exited(m: Machine, frame: Frame, end: Any, node: ast.AST) -> None:
    if jumping.asked_first(m, frame, node):
        return
    answer = frame.stack.pop()
    leaving = frame.stack.pop()
    frame.stack.pop()
    frame.blocks.pop()
    if leaving.error is not None and m.truth(answer, node):
        frame.at = end.at
    else:
        go_on(m, frame, leaving)


# ------------------------------------------------------------------ generators


def send(m: Machine, call: Any) -> Steps[Any, Any, Any]:
    """generator.send(value)."""
    generator, value = call.args
    value = m.tensor_of(value, value.place) if type(value) is Fresh else value
    if value is not None and not generator.begun:
        raise Raised(made("TypeError", "can't send non-None value to a just-started generator"), call.node)
    if generator.takes:
        generator.frame.stack[-1] = value
    found = yield generator
    if found is MISSING:
        raise ended(generator, call.node)
    return found


def throw(m: Machine, call: Any) -> Steps[Any, Any, Any]:
    """generator.throw(exception)."""
    generator, exception = call.args[:2]
    if type(exception) is ClassObject and is_exception(exception):
        exception = yield Asked(exception, [])
    if type(exception) is not Instance:
        raise Raised(
            made("TypeError", "exceptions must be classes or instances deriving from BaseException"), call.node
        )
    error = Raised(exception, call.node)
    if generator.done or not generator.begun:
        generator.done = True
        raise error
    found = yield Thrown(generator, error)
    if found is MISSING:
        raise ended(generator, call.node)
    return found


def close(m: Machine, call: Any) -> Steps[Any, Any, None]:
    """generator.close()."""
    (generator,) = call.args
    if generator.done or not generator.begun:
        generator.done = True
        return
    try:
        found = yield Thrown(generator, Raised(made("GeneratorExit"), call.node))
    except Misplaced as error:
        exception = exception_of(error)
        if exception is None or not (is_one(exception, "GeneratorExit") or is_one(exception, "StopIteration")):
            raise
        return
    if found is not MISSING:
        raise Raised(made("RuntimeError", "generator ignored GeneratorExit"), call.node)
