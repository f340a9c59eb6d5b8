"""What the pictures of a model's reasons are about."""

from __future__ import annotations

from linocut.core.forms import LinearForm
from linocut.explain.pulling_back import LOG_RATIO
from linocut.report.evidence import Look
from linocut.report.words.language import count, paragraph


def why(look: Look | None) -> str:
    """Say which model is looked into, and what a margin is."""
    if look is None:
        return "No model on this ladder is linear in the pixels, so none can be accounted for here."
    assert isinstance(look.model.form, LinearForm)
    K, d = look.model.form.shape
    return paragraph(
        f"{look.rung.title} adds up {count(d)} weighted pixels for each of {count(K)} classes. So "
        "each decision is a sum that can be written out, and each template a sum of training "
        "images; nothing here is sampled or approximated.",
        "The margin of one class over another is the difference of their scores"
        + (
            ": the logarithm of the ratio of their probabilities."
            if look.model.unit == LOG_RATIO
            else "."
        ),
        "Click any test image on this page for its own account.",
    )
