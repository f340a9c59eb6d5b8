"""What the templates show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from linocut.report.summary import Summary
from linocut.report.templates import KeptTemplate, Template
from linocut.report.text.language import (
    accuracy,
    count,
    listed,
    paragraph,
    paragraphs,
    quoted,
    share_of,
    significant,
)
from linocut.report.text.places import PLACES, ninths, place_of

Floats = NDArray[np.float64]

SMOOTH, SPECKLED = 0.8, 0.5  # correlation of neighbouring weights: a smooth, a speckled template
RARELY = 0.01  # share of the images with ink in a pixel, below which a weight rests on few images
SMALLEST = 5  # pixels a side from where the places in an image are worth naming


def all_templates(
    templates: tuple[Template, ...],
    summary: Summary,
    kept: tuple[KeptTemplate, ...],
    exact: bool,
) -> str:
    """Say how to read the templates and how they change from the first row to the last."""
    if not templates:
        return "No model on this ladder is linear in the pixels, so there is no template to show."
    return paragraphs(
        "Ink on red speaks for the class, ink on blue against it."
        if templates[0].values.ndim == 3
        else "Mid grey is zero; a pixel has the colour of the light that speaks for the class.",
        paragraph(
            "Each row has its own limit for full colour, so compare colours within a row and "
            "shapes between rows." if len(kept) > 1 else None,
            _change(templates, summary),
            _held(templates, kept, exact),
        ),
    )  # fmt: skip


def _held(
    templates: tuple[Template, ...], kept: tuple[KeptTemplate, ...], exact: bool
) -> str | None:
    """Say what is rounded or missing so that the page stays small."""
    names = {each.template.name for each in kept}
    missing = [template.title for template in templates if template.name not in names]
    done = []
    if kept and not exact:
        done.append("values are rounded, at most to 127ths of the limit of their row")
    if missing:
        done.append(f"{listed(missing)} {'is' if len(missing) == 1 else 'are'} left out")
    return f"To keep this page small, {listed(done)}." if done else None


def _change(templates: tuple[Template, ...], summary: Summary) -> str | None:
    first, last = templates[0], templates[-1]
    if len(templates) < 2:
        return None
    early, late = (_correlation(t.values, summary.means, summary.inked) for t in (first, last))
    return (
        f"From the first row to the last, the mean correlation of a template with the mean image "
        f"of its class goes from {_signed(early)} to {_signed(late)}, and the accuracy on the test "
        f"images from {accuracy(first.rung.test)} to {accuracy(last.rung.test)}."
    )


def one_template(
    template: Template,
    templates: tuple[Template, ...],
    class_names: tuple[str, ...],
    summary: Summary,
) -> str:
    """Say what to look for in one row of templates."""
    meaning = MEANINGS.get(template.name)
    return paragraphs(
        meaning(template) if meaning else "",
        paragraph(
            _rung(template),
            _strongest(template, class_names, summary),
            _texture(template, templates, summary),
            _saturation(template, class_names, summary),
        ),
    )


def _mean_image(template: Template) -> str:
    lowest = float(template.values.min())
    return "The mean ink of each class" + (
        ": no blue, since it cannot say where there is no ink." if lowest >= 0 else "."
    )


def _mean_offset(template: Template) -> str:
    return (
        "The mean ink of each class less a fifth of full ink: blue where a class has less than "
        "that."
    )


def _mean_difference(template: Template) -> str:
    return "Red where a class has more ink than the other classes, blue where it has less."


def _least_squares(template: Template) -> str:
    return "Scores come closest to 1 for the class and to 0 for the others."


def _one_vs_rest(template: Template) -> str:
    return "Each template is fitted on its own, one class against all others."


def _softmax(template: Template) -> str:
    return "All templates are fitted together, and shown less their average."


MEANINGS: dict[str, Callable[[Template], str]] = {
    "mean-image": _mean_image,
    "mean-offset": _mean_offset,
    "mean-difference": _mean_difference,
    "least-squares": _least_squares,
    "one-vs-rest": _one_vs_rest,
    "softmax": _softmax,
}


def _rung(template: Template) -> str:
    return (
        f"With these weights, {accuracy(template.rung.test)} of the test images are correctly "
        "classified."
    )


def _strongest(template: Template, names: tuple[str, ...], summary: Summary) -> str | None:
    if min(template.values.shape[1:3]) < SMALLEST:
        return None
    # A wild weight on a pixel that is hardly ever inked moves no score.
    effect = ninths(template.values * summary.mean)
    (k, at), (j, there) = (
        (int(at) for at in np.unravel_index(int(where), effect.shape))
        for where in (effect.argmax(), effect.argmin())
    )
    if effect[k, at] <= 0:
        return None
    told = (
        f"In the average image, divided into nine parts, ink adds most to the score of "
        f"{quoted(names[k])} {PLACES[at]} (+{significant(effect[k, at], 2)})"
    )
    if effect[j, there] >= 0:
        return f"{told}."
    return (
        f"{told} and takes most from that of {quoted(names[j])} {PLACES[there]} "
        f"({significant(effect[j, there], 2)})."
    )


def _texture(template: Template, templates: tuple[Template, ...], summary: Summary) -> str | None:
    correlations = {row.name: _neighbours(row.values, summary.inked) for row in templates}
    own = correlations[template.name]
    if own is None:
        return None
    told = f"The weights of neighbouring pixels have a correlation of {_signed(own)}: "
    if own >= SMOOTH:
        return f"{told}a smooth template."
    if own >= SPECKLED:
        return f"{told}a grainy template."
    told += "a speckled template"
    if len(templates) > 1 and own == min(
        other for other in correlations.values() if other is not None
    ):
        told += (
            ", more so than any other row. Neighbouring pixels carry nearly the same information, "
            "and the fit plays them off against each other"
        )
    return f"{told}."


def _saturation(template: Template, names: tuple[str, ...], summary: Summary) -> str | None:
    if template.saturated == 0:
        return None
    values = template.values
    beyond = np.abs(values) > template.limit
    seldom = (summary.use < RARELY).reshape(*summary.use.shape, *(1,) * (values.ndim - 3))
    rare = int(np.count_nonzero(beyond & seldom))
    largest = np.unravel_index(np.abs(values).argmax(), values.shape)
    extreme = significant(float(values[largest]))
    k, row, column = (int(at) for at in largest[:3])
    shape = (values.shape[1], values.shape[2])
    where = f" {place_of(row, column, shape)}" if min(shape) >= SMALLEST else ""
    told = f"Colours saturate for {share_of(template.saturated, values.size, 'value')}"
    if rare:
        told += (
            f", {'all' if rare == template.saturated else count(rare)} on pixels inked in fewer "
            f"than 1 training image in {count(round(1 / RARELY))}"
        )
    return f"{told}; the largest, {extreme}, belongs to {quoted(names[k])}{where}."


def _neighbours(values: Floats, inked: NDArray[np.bool_]) -> float | None:
    across, down = inked[:, 1:] & inked[:, :-1], inked[1:] & inked[:-1]
    a = np.concatenate([values[:, :, 1:][:, across].ravel(), values[:, 1:][:, down].ravel()])
    b = np.concatenate([values[:, :, :-1][:, across].ravel(), values[:, :-1][:, down].ravel()])
    if a.size < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _correlation(values: Floats, means: Floats, inked: NDArray[np.bool_]) -> float:
    correlations = [
        np.corrcoef(a, b)[0, 1]
        for a, b in zip(*(_rows(each[:, inked]) for each in (values, means)), strict=True)
        if np.ptp(a) > 0 and np.ptp(b) > 0
    ]
    return float(np.mean(correlations)) if correlations else 0.0


def _rows(values: Floats) -> Floats:
    return values.reshape(len(values), -1)


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
