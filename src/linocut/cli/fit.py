"""``linocut fit``: from labelled images to a model file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linocut.cli.climbing import accuracy_of, climb_visibly, told
from linocut.cli.console import print_json, say
from linocut.cli.ladder import PATIENCE, BudgetOption, check_budget
from linocut.cli.opening import SUFFIX, RungName, check_rung, fitted_rung
from linocut.cli.options import DatasetOptions, Json, about_dataset
from linocut.cli.scheduler import SchedulerOption, engine_of
from linocut.core import LinocutError
from linocut.core.files import check_target

Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Where to write the model; by default NAME.linocut."),
]


@about_dataset
def fit(
    about: DatasetOptions,
    rung: RungName = None,
    budget: BudgetOption = None,
    output_file: Output = None,
    scheduler: SchedulerOption = None,
    json: Json = False,
) -> None:
    """Fit a model to labelled images and keep it in a file: the recommended one unless told."""
    from linocut.cli.lines import load_either
    from linocut.cli.readers import fit_reader
    from linocut.ladder import Ladder, recipes
    from linocut.lines import StringDataset

    check_budget(budget)
    if rung is not None:
        check_rung(rung)
        if budget is not None:
            raise LinocutError(f"--rung {rung} and --budget {budget:g} — give one of them")
        if not recipes([rung])[0].linear:
            raise LinocutError(f"--rung {rung} — only linear models can be saved")
    if output_file is not None:
        check_target(output_file)
    dataset = load_either(about)
    if isinstance(dataset, StringDataset):
        for option, value in (("--rung", rung), ("--budget", budget), ("--scheduler", scheduler)):
            if value is not None:
                raise LinocutError(f"{option} {value} — strings are read by one kind of model")
        fit_reader(dataset, output_file, seed=about.seed, json=json)
        return
    target = check_target(output_file or Path(f"{dataset.name}{SUFFIX}"))
    with engine_of(scheduler) as engine:
        if rung is not None:
            chosen = fitted_rung(dataset, rung, seed=about.seed, engine=engine)
            ladder = Ladder(dataset.name, (chosen,))
        else:
            ladder = climb_visibly(
                dataset,
                rungs=[each.name for each in recipes() if each.linear],
                seed=about.seed,
                budget=budget or PATIENCE,
                engine=engine,
                quiet=json,
            )
            chosen = ladder.recommended_linear
    chosen.model.save(target)
    if json:
        print_json(ladder)
    else:
        for sentence in told(ladder):
            say(sentence)
        say(accuracy_of(chosen))
    size = target.stat().st_size / 1e3
    say(f"wrote {output_file or target.name} ({chosen.name}, {size:,.0f} kB)")
