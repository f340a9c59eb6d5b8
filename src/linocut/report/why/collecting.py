"""Gather the data of all figures; what a model does not allow is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from linocut.core import LinocutError
from linocut.data.dataset import ImageDataset
from linocut.ladder.rung import Ladder
from linocut.report.document import Why
from linocut.report.evidence import ExplainedRung
from linocut.report.stacks import Stacks
from linocut.report.why.eigen_templates import eigen_templates
from linocut.report.why.neighbours import neighbours
from linocut.report.why.patterns import patterns
from linocut.report.why.replay import fit_replay
from linocut.report.why.shared_ink import shared_ink
from linocut.report.why.training_images import training_images

Figure = TypeVar("Figure")


def collect_why(
    dataset: ImageDataset, ladder: Ladder, explained: ExplainedRung | None, stacks: Stacks
) -> Why:
    """Gather what the page shows of the reasons of a ladder's models.

    Parameters
    ----------
    dataset : ImageDataset
        The images that the ladder was climbed on.
    ladder : Ladder
        A quadratic rung shows its eigen-templates.
    explained : ExplainedRung or None
        The rung whose training images and patterns are shown.
    stacks : Stacks
        Where images of numbers go, as far as they fit.
    """
    replay = None if explained is None else fit_replay(explained)
    return Why(
        training=None if explained is None else _allowed(lambda: training_images(explained)),
        patterns=None if explained is None else _allowed(lambda: patterns(explained, stacks)),
        ink=_allowed(lambda: shared_ink(dataset, explained, stacks)),
        eigen=_allowed(lambda: eigen_templates(dataset, ladder, stacks)),
        neighbours=None if explained is None else _allowed(lambda: neighbours(explained)),
        replay=None if isinstance(replay, str) else replay,
        no_replay=replay if isinstance(replay, str) else None,
    )


def _allowed(make: Callable[[], Figure | None]) -> Figure | None:
    try:
        return make()
    except LinocutError:  # no such figure for this model
        return None
