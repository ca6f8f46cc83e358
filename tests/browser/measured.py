"""What an element has that must be there to be measured."""

from __future__ import annotations

from playwright.sync_api import FloatRect, Locator


def box_of(element: Locator) -> FloatRect:
    """Where an element is drawn, in the window."""
    box = element.bounding_box()
    assert box is not None, "it is not drawn"
    return box


def middle_of(element: Locator) -> tuple[float, float]:
    """The point in the window at which an element is drawn."""
    box = box_of(element)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def attribute(element: Locator, name: str) -> str:
    """What an element says in an attribute."""
    value = element.get_attribute(name)
    assert value is not None, f"it has no {name}"
    return value
