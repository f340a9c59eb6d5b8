"""Eigen-templates: what the best model that is quadratic in the pixels matches images with."""

from __future__ import annotations

import numpy as np

from linocut.core.forms import QuadraticForm
from linocut.data.dataset import ImageDataset
from linocut.explain import EigenTemplates as Found
from linocut.explain import templates_of
from linocut.ladder.rung import Ladder
from linocut.report import text
from linocut.report.document import EigenTemplates
from linocut.report.evidence import pulled_rung
from linocut.report.packing import pack
from linocut.report.stacks import Stacks

EACH_SIGN = 2  # templates of a class that add most, and as many that remove most
CLASSES = 100  # at most, those with the strongest matches
ROWS = 10_000
BRIGHT = 0.998  # share of the values that keep a colour of their own


def eigen_templates(dataset: ImageDataset, ladder: Ladder, stacks: Stacks) -> EigenTemplates | None:
    """Keep the strongest templates of each class; None where no model has any."""
    pairs = [(rung, pulled_rung(rung)) for rung in ladder.rungs]
    quadratic = [
        (rung, model)
        for rung, model in pairs
        if model is not None and isinstance(model.form, QuadraticForm)
    ]
    if not quadratic:
        return None
    rung, model = max(quadratic, key=lambda pair: pair[0].test.accuracy)
    found = templates_of(model, dataset.train.images[:ROWS])
    if not isinstance(found, Found):
        return None
    strongest = np.argsort(-np.abs(found.values).max(axis=1), kind="stable")[:CLASSES]
    rows = np.sort(strongest)
    each = min(EACH_SIGN, found.values.shape[1] // 2)
    chosen = [*range(each), *range(-1, -each - 1, -1)]
    templates = found.templates[np.ix_(rows, chosen)]
    limit = float(np.quantile(np.abs(templates), BRIGHT)) or 1.0
    stack = stacks.add(templates.reshape(-1, *dataset.image_shape), limit)
    if stack is None:
        return None
    place = {name: k for k, name in enumerate(dataset.class_names)}
    return EigenTemplates(
        rung=rung.name,
        title=rung.title,
        unit=found.unit,
        stack=stack,
        limit=limit,
        values=pack(found.values[np.ix_(rows, chosen)].astype(np.float32)),
        classes=tuple(place[found.classes[row]] for row in rows),
        text=text.eigen_templates(rung.title, found, len(rows), deskewed=bool(model.image_steps)),
    )
