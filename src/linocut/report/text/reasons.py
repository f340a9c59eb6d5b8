"""What can be said of a model's reasons, and why there are none to show."""

from __future__ import annotations

from linocut.core.forms import LinearForm, QuadraticForm
from linocut.explain.pulling_back import LOG_RATIO
from linocut.features import Deskew
from linocut.ladder.rung import Rung
from linocut.report.evidence import ExplainedRung, pulled_rung
from linocut.report.text.language import count, paragraph


def why(explained: ExplainedRung | None, *, in_page: bool) -> str:
    """Say which model is explained, and what a margin is."""
    if explained is None:
        return "No model on this ladder is linear in the pixels, so none can be explained here."
    assert isinstance(explained.model.form, LinearForm)
    K, d = explained.model.form.shape
    return paragraph(
        f"{explained.rung.title} adds up {count(d)} weighted pixels for each of {count(K)} "
        "classes. So each decision is a sum that can be written out, and each template a sum of "
        "training images; nothing here is sampled or approximated.",
        "The margin of one class over another is the difference of their scores"
        + (
            ": the logarithm of the ratio of their probabilities."
            if explained.model.unit == LOG_RATIO
            else "."
        ),
        "Click any test image on this page to see why it is classified as it is."
        if in_page
        else f"The {count(K * d)} weights would make this page too large, so for a single image "
        "run linocut explain.",
    )


def no_evidence(rung: Rung) -> str:
    """Say why the page cannot account for the pixels of an image, of a model whose it cannot."""
    pulled = pulled_rung(rung)
    if pulled is not None and pulled.image_steps:
        return f"This model {_changes(pulled.image_steps)}, so no pixel has a weight of its own."
    if pulled is not None:
        return (
            f"The {count(rung.parameters)} numbers of this model would make this page too large, "
            "so for a single image run linocut explain."
        )
    if rung.linear:
        return (
            "This model weighs features computed from the image, not its pixels, so no pixel has a "
            "weight of its own."
        )
    return "This model is not linear, so no pixel has a weight of its own."


def no_templates(rung: Rung) -> str:
    """Say why a model has no templates, of one that has none on the page."""
    pulled = pulled_rung(rung)
    if pulled is not None and not pulled.image_steps:
        if isinstance(pulled.form, QuadraticForm):
            return "This model weighs pairs of pixels, so no single image shows its weights."
        return "The templates of this model are not kept in this page."
    return no_evidence(rung)


def _changes(steps: tuple[object, ...]) -> str:
    if all(isinstance(step, Deskew) for step in steps):
        return "straightens an image before it weighs its pixels"
    return "straightens and resizes an image before it weighs its pixels"
