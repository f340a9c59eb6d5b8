"""What the figures on a model's reasons are about."""

from __future__ import annotations

from linocut.core.forms import LinearForm
from linocut.explain.pulling_back import LOG_RATIO
from linocut.report.evidence import ExplainedRung
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
