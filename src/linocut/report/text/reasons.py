"""What can be said of a model's reasons, and why there are none to show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.forms import Floats, LinearForm, QuadraticForm
from linocut.explain import EigenTemplates, Templates, TrainingCoefficients
from linocut.features import Deskew
from linocut.ladder.rung import Rung
from linocut.report.evidence import ExplainedRung, pulled_rung
from linocut.report.text.language import (
    count,
    digits_for,
    every,
    paragraph,
    percent,
    plural,
    quoted,
    significant,
)

ALIKE = 0.005  # correlations that differ by less are the same to two digits
HALF = 0.5
SMALL = 0.01  # of the largest coefficient


def why(explained: ExplainedRung | None, *, in_page: bool) -> str:
    """Say what can be explained, and how."""
    if explained is None:
        return (
            "No model on this ladder is linear in the pixels, so no decision can be written out as "
            "a sum over them."
        )
    if not in_page:
        assert isinstance(explained.model.form, LinearForm)
        K, d = explained.model.form.shape
        return (
            f"The {count(K * d)} weights would make this page too large; for a single image run "
            "linocut explain."
        )
    return (
        "A model that is linear in the pixels decides by a sum, so its reasons can be written out "
        "exactly."
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
        return "This model weighs features computed from the image, not its pixels."
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


def training_images(title: str, made: TrainingCoefficients) -> str:
    """Say what a template is made of."""
    return paragraph(
        f"Each template of {title} is a weighted sum of the training images. An image's "
        "coefficient says by how much the score of a class rises per unit of similarity (dot "
        "product) to that image.",
        f"The sum over all {count(len(made.coefficients))} images differs from the weights by "
        f"{percent(made.residual, 2)} of their length: how far the fit stopped from its optimum."
        if made.residual > 0.0005
        else "The sum over all images is the weights, up to rounding.",
        "Where the coefficients add up to zero, each image is taken less the mean of all in the "
        "running sums.",
    )


def neighbours(title: str, images: int, tested: int) -> str:
    """Say of which test images the neighbours are kept, and what pulls them."""
    of = "all" if images == tested else f"the {count(images)} hardest of {count(tested)}"
    return (
        f"Kept for {of} test images, the worst mistakes of {title} first. Near is meant pixel by "
        "pixel; a pull is a training image's part of the margin, its coefficient times its "
        "similarity (dot product), and all of them add up to the margin."
    )


def replay(title: str, iterations: int, moments: int) -> str:
    """Say what a replay shows."""
    return (
        f"{title}, fitted once more in {plural(iterations, 'iteration')} with the same options, "
        f"at {count(moments)} moments of them. All moments have one colour scale."
    )


def replay_takes_long() -> str:
    """Say that a fit would take too long to be made once more for the page."""
    return (
        "The fit is not replayed here: with so many images and classes it would take too long. "
        "The command linocut replay shows it."
    )


def replay_takes_room() -> str:
    """Say that the templates of a replay are too large for the page."""
    return (
        "The fit is not replayed here: its templates would take too much room. "
        "The command linocut replay shows it."
    )


def cannot_replay(error: LinocutError) -> str:
    """Say why a fit cannot be made once more."""
    return f"The fit is not replayed here: {error}."


def coefficients_of(name: str, a: Floats, inside: NDArray[np.bool_]) -> str:
    """Say on which images the coefficients of one class's template lie."""
    sizes = np.abs(a)
    if not sizes.any():
        return f"No training image counts in the template of {quoted(name)}."
    if inside.any() and all(_alike(sizes[side]) for side in (inside, ~inside)):
        also = f", and all {count(int((~inside).sum()))} others" if sizes[~inside].any() else ""
        return f"All {count(int(inside.sum()))} images of {quoted(name)} count alike{also}."
    order = np.argsort(-sizes, kind="stable")
    half = int(np.searchsorted(np.cumsum(sizes[order]), HALF * sizes.sum())) + 1
    own = int(inside[order[:half]].sum())
    small = int((sizes < SMALL * sizes.max()).sum())
    return paragraph(
        f"{plural(half, 'image')} of {count(len(a))} ({percent(half / len(a))}) "
        f"{'holds' if half == 1 else 'hold'} half of the absolute coefficients in the template of "
        f"{quoted(name)}: {count(own)} of the class and {count(half - own)} of others.",
        f"{count(small)} ({percent(small / len(a))}) have less than a hundredth of the largest "
        "coefficient.",
    )


def _alike(sizes: Floats) -> bool:
    return not sizes.size or bool(np.ptp(sizes) <= 1e-9 * sizes.max())


def patterns(title: str, templates: Templates, rows: int) -> str:
    """Say how far weights and patterns of a model differ, and what either is."""
    r = templates.agreement
    known = np.flatnonzero(np.isfinite(r))
    if not len(known):
        how = "Weights and patterns cannot be compared: one of them is the same everywhere"
    elif np.ptp(r[known]) < ALIKE:
        how = (
            f"{every(len(r), 'class', 'classes')}: weights and patterns correlate by "
            f"{_two(r[known[0]])}"
        )
    else:
        least, most = int(known[np.argmin(r[known])]), int(known[np.argmax(r[known])])
        how = (
            f"Weights and patterns correlate least for {quoted(templates.classes[least])} "
            f"({_two(r[least])}) and most for {quoted(templates.classes[most])} ({_two(r[most])})"
        )
    return paragraph(
        f"{how}.",
        f"Weights: what one fully inked pixel adds to a score of {title} ({templates.unit}). "
        "Pattern: how much more ink a pixel has where that score is one standard deviation higher, "
        f"over {count(rows)} training images.",
        "Where they differ, a weight cancels what neighbouring pixels bring in; the pattern tells "
        "what is really there (Haufe et al. 2014).",
    )


def shared_ink(accuracy: float, rows: int, rung: Rung | None) -> str:
    """Say how well the simplest classifier does."""
    digits = digits_for(rows)
    against = f"; {rung.title} classifies {percent(rung.test.accuracy, digits)}" if rung else ""
    return paragraph(
        "Call a pixel inked if it has more than half of full ink. Choosing the class whose images "
        f"share most ink with an image classifies {percent(accuracy, digits)} of the test images "
        f"correctly{against}.",
        "Each map shows, where the image is inked, the share of the class's training images that "
        "are inked there too; the number is its sum, in pixels.",
    )


def eigen_templates(title: str, found: EigenTemplates, classes: int, *, deskewed: bool) -> str:
    """Say what a quadratic model matches images with."""
    k, j = np.unravel_index(np.abs(found.values).argmax(), found.values.shape)
    strongest = float(found.values[k, j])
    return paragraph(
        f"{title} adds up squared matches of the image with templates, in either sign.",
        f"The strongest {'adds to' if strongest > 0 else 'takes from'} the score of "
        f"{quoted(found.classes[k])}: {significant(strongest)} ({found.unit}) for a match of one "
        "fully inked pixel.",
        "Each template has length 1 over its pixels; the mean training image is subtracted from "
        "every image first.",
        "Images are deskewed before they are matched." if deskewed else None,
        f"Held here: the {count(classes)} of {plural(len(found.classes), 'class', 'classes')} with "
        "the strongest matches."
        if classes < len(found.classes)
        else None,
    )


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
