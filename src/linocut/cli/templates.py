"""``linocut templates``: what a linear model has learned, as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linocut.cli.console import print_json, say
from linocut.cli.fitting import RungName, check_rung, fitted_rung, pulled_rung
from linocut.cli.options import Json, Seed, Size, SkipBad, Source, Split, TestSize, load_dataset
from linocut.core.files import check_target
from linocut.explain import templates_of
from linocut.plot.contact_sheet import save_figure

Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Where to draw.  [default: NAME-templates.png]"),
]


def templates(
    source: Source = "digits",
    rung: RungName = "softmax",
    output_file: Output = None,
    size: Size = None,
    test_size: TestSize = 0.2,
    seed: Seed = 42,
    split: Split = None,
    skip_bad: SkipBad = False,
    json: Json = False,
) -> None:
    """Draw a model's templates: its weights, and what in the images goes with each score."""
    check_rung(rung)
    if output_file is not None:
        check_target(output_file)
    dataset = load_dataset(
        source, size=size, test_size=test_size, seed=seed, split=split, skip_bad=skip_bad
    )
    target = check_target(output_file or Path(f"{dataset.name}-templates.png"))
    model = pulled_rung(dataset, fitted_rung(dataset, rung, seed=seed))
    found = templates_of(model, dataset.train.images)
    save_figure(found.plot(), target)
    if json:
        print_json(found)
    else:
        say(found.sentence)
    say(f"wrote {target.name if output_file is None else output_file}")
