"""``linocut ladder``: how far each model gets, as a table."""

from __future__ import annotations

from typing import Annotated

import typer

from linocut.cli.climbing import climb_visibly
from linocut.cli.console import print_json
from linocut.cli.options import DatasetOptions, Json, about_dataset
from linocut.ladder import recipes

Rungs = Annotated[
    str | None,
    typer.Option(
        "--rungs", help="Only these rungs, separated by commas, e.g. nearest-mean,softmax."
    ),
]


@about_dataset
def ladder(
    about: DatasetOptions,
    rungs: Rungs = None,
    json: Json = False,
) -> None:
    """Climb the ladder of linear models and print how far each one gets."""
    names = parse_rungs(rungs)
    dataset = about.load()
    climbed = climb_visibly(dataset, rungs=names, seed=about.seed, quiet=json)
    if json:
        print_json(climbed)


def parse_rungs(text: str | None) -> list[str] | None:
    """Read names separated by commas; refuse a name that is no rung before any work is done."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    recipes(names)
    return names
