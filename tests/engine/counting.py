"""What something costs in function calls: the same in every run, as seconds are not."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType


def function_calls(run: Callable[[], object]) -> int:
    """How many functions are called while it runs, those written in C included: what loops in Python multiply."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before, collecting = sys.getprofile(), gc.isenabled()
    gc.disable()  # what the collector calls back when it happens to run is no work of the run's
    sys.setprofile(counted)
    try:
        run()
    finally:
        sys.setprofile(before)
        if collecting:
            gc.enable()
    return count
