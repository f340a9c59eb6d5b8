"""Activation patterns: what in the images goes with the scores of the explained model."""

from __future__ import annotations

import numpy as np

from linocut.explain import Templates, templates_of
from linocut.report import text
from linocut.report.document import Patterns
from linocut.report.evidence import ExplainedRung
from linocut.report.packing import pack
from linocut.report.stacks import Stacks

ROWS = 10_000  # training images whose covariance is taken
BRIGHT = 0.995  # share of the values that keep a colour of their own


def patterns(explained: ExplainedRung, stacks: Stacks) -> Patterns | None:
    """Keep the pattern of every class; None where they do not fit."""
    train = explained.dataset.train.images
    rows = np.linspace(0, len(train) - 1, min(len(train), ROWS)).astype(np.intp)
    templates = templates_of(explained.model, train[rows])
    if not isinstance(templates, Templates):
        return None
    limit = float(np.quantile(np.abs(templates.patterns), BRIGHT)) or 1.0
    stack = stacks.add(templates.patterns, limit)
    if stack is None:
        return None
    return Patterns(
        rung=explained.rung.name,
        title=explained.rung.title,
        stack=stack,
        limit=limit,
        agreement=pack(templates.agreement.astype(np.float32)),
        classes=tuple(map(int, explained.positions)),
        text=text.patterns(explained.rung.title, templates, len(rows)),
    )
