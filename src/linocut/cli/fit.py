"""``linocut fit``: from labelled images to a model file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linocut.cli.climbing import accuracy_of, climb_visibly, told
from linocut.cli.console import print_json, say
from linocut.cli.ladder import PATIENCE, BudgetOption, check_budget
from linocut.cli.opening import SUFFIX, check_rung, fitted_rung
from linocut.cli.options import DatasetOptions, Json, about_dataset
from linocut.cli.rungs import LISTED, STRING_RUNGS
from linocut.cli.scheduler import SchedulerOption, engine_of
from linocut.core import LinocutError
from linocut.core.files import check_target

WHOLE = STRING_RUNGS[-1]

RungName = Annotated[
    str | None,
    typer.Option(
        "--rung",
        help=f"The model to fit; by default the recommended one of {LISTED}. For strings "
        f"{WHOLE} by default; or {' or '.join(STRING_RUNGS[:-1])}.",
    ),
]
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
    from linocut.cli.lines import why_strings

    check_budget(budget)
    if output_file is not None:
        check_target(output_file)
    if (why := why_strings(about)) is not None:
        for option, value in (("--budget", budget), ("--scheduler", scheduler)):
            if value is not None:
                raise LinocutError(f"{option} {value} — fitting strings has none")
        _fit_strings(about, why, rung, output_file, json=json)
    else:
        _fit_images(about, rung, budget, output_file, scheduler, json=json)


def _fit_strings(
    about: DatasetOptions, why: str, rung: str | None, output_file: Path | None, *, json: bool
) -> None:
    from linocut.cli.lines import load_lines
    from linocut.cli.readers import fit_reader

    if rung is not None and rung not in STRING_RUNGS:
        raise LinocutError(f"--rung {rung!r} — for strings one of {', '.join(STRING_RUNGS)}")
    dataset = load_lines(about, why)
    fit_reader(dataset, output_file, model=rung or WHOLE, seed=about.seed, json=json)


def _fit_images(
    about: DatasetOptions, rung: str | None, budget: float | None, output_file: Path | None,
    scheduler: str | None, *, json: bool,
) -> None:  # fmt: skip
    from linocut.ladder import Ladder, recipes

    if rung is not None:
        if rung in STRING_RUNGS:
            raise LinocutError(
                f"--rung {rung} reads strings, and {about.source} has images of one glyph — one of "
                f"{LISTED}"
            )
        check_rung(rung)
        if budget is not None:
            raise LinocutError(f"--rung {rung} and --budget {budget:g} — give one of them")
        if not recipes([rung])[0].linear:
            raise LinocutError(f"--rung {rung} — only linear models can be saved")
    dataset = about.load_images()
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
