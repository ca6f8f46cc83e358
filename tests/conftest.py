"""What holds for every test."""

import gc


def pytest_collection_finish() -> None:
    """Tens of thousands of tests stay until the end: the collector need not go through them at every run."""
    gc.collect()
    gc.freeze()
