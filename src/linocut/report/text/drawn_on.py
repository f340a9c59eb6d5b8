"""On which model the page is drawn, and why not on another."""

from __future__ import annotations

from linocut.ladder.rung import Ladder, Rung
from linocut.report.document import TemplateOrigins
from linocut.report.text.language import count, paragraph, percent


def pulls(rung: Rung | None, training: TemplateOrigins | None) -> str:
    """Say which training images are shown to pull a drawing, or why none are."""
    if rung is None or training is None:
        return "For no model of this report is known how its training images made it."
    if training.rung != rung.name:
        return (
            f"How training images pull a drawing is not known for {rung.title}; "
            f"in this report it is for {training.title}."
        )
    if training.every is None:
        return f"How training images pull a drawing is not held here for {rung.title}."
    images = count(training.rows.shape[0])
    return (
        "A training image adds its coefficient times the product of its ink with the "
        f"drawing’s. Shown are the strongest of the {images} images behind the templates."
    )


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
