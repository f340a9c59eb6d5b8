"""One rung, fitted for a command that looks into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linocut.cli.console import progress
from linocut.core import LinocutError

if TYPE_CHECKING:
    from linocut.data import ImageDataset
    from linocut.explain import PulledBack
    from linocut.ladder import Rung

RungName = Annotated[
    str, typer.Option("--rung", help="The model to look into; linocut ladder lists them.")
]


def fitted_rung(dataset: ImageDataset, name: str, *, seed: int) -> Rung:
    """Choose, fit and score one rung of the ladder, with a progress display."""
    from linocut.ladder import climb, recipes

    (recipe,) = recipes([name])
    with progress() as display:
        display.add_task(f"fitting {recipe.title}", total=None)
        return climb(dataset, rungs=[name], seed=seed).rungs[0]


def check_rung(name: str) -> None:
    """Refuse a name that is no rung before any work is done."""
    from linocut.ladder import recipes

    if "," in name:
        raise LinocutError(f"--rung {name!r} — one rung at a time")
    recipes([name])


def pulled_rung(dataset: ImageDataset, rung: Rung) -> PulledBack:
    """Collapse a rung to the pixels; its classes are known by their names."""
    from linocut.explain import pull_back

    return pull_back(rung.estimator, image_shape=dataset.image_shape).named(dataset.class_names)
