"""The weights of the rungs that are linear in the pixels, as images with a unit and a limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.core.colour_limit import colour_limit
from linocut.core.forms import LinearForm
from linocut.ladder.rung import Ladder, Rung
from linocut.report.document import EvidenceModel
from linocut.report.evidence import pulled_rung
from linocut.report.stacks import Stacks
from linocut.report.summary import Summary

Floats = NDArray[np.float64]

FULL_INK = 255


@dataclass(frozen=True, eq=False)
class Template:
    """One model's weights as images, one per class.

    Attributes
    ----------
    name, title : str
        Short name, and name for people.
    rung : Rung
        The model whose weights these are.
    unit : str
        Unit of the values.
    values : float64 array, shape (K, h, w)
        What one fully inked pixel adds to the score of each class.
    rungs : tuple of str
        Names of all rungs whose weights these are.
    limit : float
        The absolute value at full colour, above zero; beyond it colours saturate.
    saturated : int
        How many values lie beyond the limit.
    centred : bool
        Whether the average over the classes has been subtracted from the weights.
    """

    name: str
    title: str
    rung: Rung
    unit: str
    values: Floats
    rungs: tuple[str, ...]
    limit: float
    saturated: int
    centred: bool


@dataclass(frozen=True)
class _Kind:
    name: str
    title: str
    rungs: tuple[str, ...]  # the first of these on the ladder gives the weights
    unit: str
    centred: bool = False


KINDS = (
    _Kind("mean-image", "Mean image", ("mean-dot", "nearest-mean"), "mean ink (0 to 1)"),
    _Kind("mean-offset", "Mean image minus 0.2", ("mean-offset",), "mean ink minus 0.2"),
    _Kind("mean-difference", "Mean difference", ("mean-difference",), "difference of mean ink"),
    _Kind("least-squares", "Least squares", ("least-squares",), "score per fully inked pixel"),
    _Kind("one-vs-rest", "One-vs-rest", ("one-vs-rest",), "log-odds per fully inked pixel"),
    # Softmax fixes the weights only up to a vector that all classes share.
    _Kind(
        "softmax",
        "Softmax",
        ("softmax",),
        "log-odds against the class average, per fully inked pixel",
        centred=True,
    ),
)


def find_templates(ladder: Ladder, summary: Summary) -> tuple[Template, ...]:
    """Return the templates that this ladder can show, simplest model first.

    Parameters
    ----------
    ladder : Ladder
        Its rungs named in `KINDS` have templates, as far as their pipelines are linear in the
        pixels.
    summary : Summary
        Of the training images: which pixels are ever inked, and how the classes are counted.
    """
    by_name = {rung.name: rung for rung in ladder.rungs}
    templates = []
    for kind in KINDS:
        found = [
            (rung, weights)
            for rung in (by_name[name] for name in kind.rungs if name in by_name)
            if (weights := pixel_weights(rung, summary.means.shape)) is not None
        ]
        if not found:
            continue
        rung, weights = found[0]
        if kind.centred:
            weights = weights - weights.mean(axis=0)
        names = tuple(each.name for each, _ in found)
        limit = colour_limit(weights, summary.mean)
        saturated = int(np.count_nonzero(np.abs(weights) > limit))
        templates.append(
            Template(
                kind.name,
                kind.title,
                rung,
                kind.unit,
                weights,
                names,
                limit,
                saturated,
                kind.centred,
            )
        )
    return tuple(templates)


@dataclass(frozen=True, eq=False)
class KeptTemplate:
    """A template that the page holds, and where.

    Attributes
    ----------
    template : Template
        The template.
    stack : int
        The place of its values among the stacks.
    centred : bool
        Whether the page must still subtract the average over the classes from them.
    """

    template: Template
    stack: int
    centred: bool


def keep_templates(
    templates: tuple[Template, ...], evidence: EvidenceModel | None, stacks: Stacks
) -> tuple[KeptTemplate, ...]:
    """Keep as many templates as fit among the stacks, the last ones first.

    The weights that evidence is computed with are not kept a second time.

    Parameters
    ----------
    templates : tuple of Template
        In the order in which they are shown.
    evidence : EvidenceModel or None
        The model whose weights, not centred, are among the stacks.
    stacks : Stacks
        Those held so far; takes the new ones.
    """
    kept = []
    for template in reversed(templates):
        if evidence is not None and _is_explained(template, evidence):
            kept.append(KeptTemplate(template, evidence.stack, template.centred))
        else:
            place = stacks.add(template.values, template.limit)
            if place is not None:
                kept.append(KeptTemplate(template, place, centred=False))
    return tuple(reversed(kept))


def _is_explained(template: Template, evidence: EvidenceModel) -> bool:
    in_order = evidence.classes == tuple(range(len(template.values)))
    return in_order and template.rung.name == evidence.rung


def likeness(values: Floats) -> Floats:
    """Return the cosine between the templates of each two classes, less their average, (K, K).

    What all classes share tells none of them apart, so it is subtracted first.

    Examples
    --------
    >>> likeness(np.array([[[1.0, 0.0]], [[0.0, 1.0]]])).round(2).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    rows = (values - values.mean(axis=0)).reshape(len(values), -1)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows / np.where(norms > 0, norms, 1)
    return np.asarray(rows @ rows.T)


def pixel_weights(rung: Rung, shape: tuple[int, ...]) -> Floats | None:
    """Return what one fully inked pixel adds to each score, shape (K, h, w).

    None where the rung is not linear in the pixels of the image as it is, or lacks a class.
    """
    pulled = pulled_rung(rung)
    if pulled is None or pulled.image_steps or not isinstance(pulled.form, LinearForm):
        return None
    weights = pulled.form.W
    if weights.shape != (shape[0], int(np.prod(shape[1:]))):
        return None
    return weights.reshape(shape) * FULL_INK
