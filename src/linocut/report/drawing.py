"""The model that the page is drawn on: its file, which the page runs itself."""

from __future__ import annotations

from linocut.core.pages import deflated
from linocut.ladder.rung import Ladder, Rung
from linocut.modelfile import model_bytes
from linocut.report.document import DrawnOn

LARGEST = 1_000_000  # bytes of a model file that a report still holds


def collect_drawn_on(ladder: Ladder) -> DrawnOn | None:
    """Pack the best model whose file is small enough; None where there is none."""
    rung = drawn_on(ladder)
    if rung is None:
        return None
    return DrawnOn(rung.name, deflated(model_bytes(rung.model.contents)))


def drawn_on(ladder: Ladder) -> Rung | None:
    """Return the recommended linear rung if its file is small enough, else the best whose is."""
    linear = [rung for rung in ladder.rungs if rung.linear]
    if not linear:
        return None
    best_first = sorted(linear, key=lambda rung: -rung.test.accuracy)
    for rung in (ladder.recommended_linear, *best_first):
        if rung.bytes <= LARGEST:
            return rung
    return None
