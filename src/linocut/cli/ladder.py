"""``linocut ladder``: how far each model gets, as a table and a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linocut.cli.climbing import climb_visibly, told
from linocut.cli.console import print_json, say
from linocut.cli.lines import why_strings
from linocut.cli.options import DatasetOptions, Json, about_dataset
from linocut.cli.rungs import LISTED
from linocut.core import LinocutError
from linocut.core.files import check_target

# Without rungs or a budget named, seconds for the ladder: on 60,000 images of 28 × 28 pixels enough
# for the cheap rungs and for those that are likely to be the best.
PATIENCE = 300.0

Rungs = Annotated[
    str | None,
    typer.Option("--rungs", help=f"Only these rungs, separated by commas; of {LISTED}."),
]
BudgetOption = Annotated[
    float | None,
    typer.Option(
        "--budget",
        metavar="SECONDS",
        help="Seconds for the ladder: cheap rungs first, then the likely best, then the rest.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        help="Where to draw accuracy against seconds; by default NAME-ladder.png, and nowhere with "
        "--json.",
    ),
]


@about_dataset
def ladder(
    about: DatasetOptions,
    rungs: Rungs = None,
    budget: BudgetOption = None,
    output_file: Output = None,
    json: Json = False,
) -> None:
    """Climb the ladder of linear models, and say which rung to use."""
    from linocut.cli.string_ladder import climb_strings
    from linocut.plot.contact_sheet import save_figure

    if (why := why_strings(about)) is not None:
        for option, value in (("--budget", budget), ("--output", output_file)):
            if value is not None:
                raise LinocutError(f"{option} {value} — the ladder of strings has none")
        climb_strings(about, why, rungs, json=json)
        return
    names = parse_rungs(rungs)
    check_budget(budget)
    if output_file is not None:
        check_target(output_file)
    dataset = about.load()
    target = output_file
    if target is None and not json:
        target = check_target(Path(f"{dataset.name}-ladder.png"))
    climbed = climb_visibly(dataset, rungs=names, seed=about.seed, budget=budget, quiet=json)
    if target is not None:
        save_figure(climbed.plot(), target)
    if json:
        print_json(climbed)
    else:
        for sentence in told(climbed):
            say(sentence)
    if target is not None:
        say(f"wrote {target}")


def parse_rungs(text: str | None) -> list[str] | None:
    """Read names separated by commas; refuse a name that is no rung before any work is done."""
    from linocut.ladder import recipes

    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    recipes(names)
    return names


def check_budget(seconds: float | None) -> None:
    """Refuse a budget that is no time before any work is done."""
    if seconds is not None and not seconds > 0:
        raise LinocutError(f"--budget {seconds:g} — a number of seconds above zero")
