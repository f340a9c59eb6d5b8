"""On which model the page is drawn, and why not on another."""

from __future__ import annotations

from linocut.ladder.rung import Ladder, Rung
from linocut.report.text.language import paragraph, percent


def drawing(ladder: Ladder, rung: Rung | None) -> str:
    """Say which model is drawn on, or that there is none, and where another is to be had."""
    page = "linocut export MODEL --html FILE makes a page of any"
    if not any(each.linear for each in ladder.rungs):
        return "No model of this report is linear, so none runs in this page."
    if rung is None:
        return f"The files of all linear models are too large for this report; {page}."
    recommended = ladder.recommended_linear
    share = percent(rung.test.accuracy, 1)
    if rung.name == recommended.name:
        return f"This is {rung.title}, {share} correct on test images, and runs in this page."
    return paragraph(
        f"This is {rung.title}, {share} correct on test images, and runs in this page.",
        f"The recommended linear model, {recommended.title}, is too large for this report; {page}.",
    )
