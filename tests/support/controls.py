"""Using the controls of an opened page, and reading off what it answers."""

from __future__ import annotations

from typing import Any


def slide(slider: Any, to: int) -> None:
    """Move a slider as a hand does, to a place."""
    slider.evaluate(
        "(e, to) => { e.value = to; e.dispatchEvent(new Event('input', {bubbles: true})) }", to
    )


def parts_of(figure: Any) -> dict[str, float]:
    """The parts of a margin and their sum, by name, as a figure of evidence lists them."""
    return {
        cell.get_attribute("data-part"): float(cell.inner_text().replace("−", "-"))
        for cell in figure.locator("[data-part]").all()
    }
