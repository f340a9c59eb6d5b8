"""``linocut report``: the main job, from images to one page that opens offline."""

from __future__ import annotations

import re
import shlex
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from linocut.cli.climbing import accuracy_of, climb_visibly, told
from linocut.cli.console import print_json, progress, say
from linocut.cli.ladder import PATIENCE, BudgetOption, Rungs, check_budget, parse_rungs
from linocut.cli.lines import why_strings
from linocut.cli.opening import (
    DataOption,
    check_model_options,
    data_of,
    is_model_file,
    load_for_scores,
    reader_of,
)
from linocut.cli.options import DatasetOptions, Json, about_model
from linocut.cli.readers import dataset_of
from linocut.cli.strings import report_reader, report_strings
from linocut.core import LinocutError
from linocut.core.files import check_target

Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Where to write the page; by default NAME-report.html."),
]
Save = Annotated[
    Path | None,
    typer.Option("--save", help="Keep the recommended linear model in this file (.linocut), too."),
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in the browser when done.")]


@about_model
def report(
    about: DatasetOptions,
    output: Output = None,
    open_page: Open = False,
    rungs: Rungs = None,
    budget: BudgetOption = None,
    save: Save = None,
    data: DataOption = None,
    json: Json = False,
) -> None:
    """Report on labelled images: how far linear models get, what they learn, where they fail."""
    from linocut.ladder import Ladder, scored_rung
    from linocut.report import collect, write_report

    target = output if output is not None else Path(f"{_file_name(about.source)}-report.html")
    if _reported_strings(about, target, rungs, save, data, json=json):
        _show(target, open_page)
        return
    names = parse_rungs(rungs)
    check_budget(budget)
    if names is None and budget is None:
        budget = PATIENCE
    check_model_options(about, None, data)
    if is_model_file(about.source) and (rungs is not None or save is not None):
        raise LinocutError(f"{about.source} is a model already — leave out --rungs and --save")
    for path in filter(None, (target, save)):
        check_target(path)
    if is_model_file(about.source):
        model = load_for_scores(Path(about.source))
        dataset = data_of(model, about, data)
        ladder = Ladder(dataset.name, (scored_rung(model, dataset),))
    else:
        dataset = about.load()
        ladder = climb_visibly(dataset, rungs=names, seed=about.seed, budget=budget, quiet=json)
    with progress() as display:
        display.add_task("writing the page", total=None)
        document = collect(dataset, ladder, command=_command())
        write_report(document, target)
    if json:
        print_json(ladder)
    elif is_model_file(about.source):
        say(accuracy_of(ladder.rungs[0]))
    else:
        for sentence in told(ladder):
            say(sentence)
    if save is not None:
        kept = ladder.recommended_linear
        kept.model.save(save)
        say(f"wrote {save} ({kept.name})")
    say(f"wrote {target} ({target.stat().st_size / 1e6:.1f} MB)")
    _show(target, open_page)


def _reported_strings(
    about: DatasetOptions,
    target: Path,
    rungs: str | None,
    save: Path | None,
    data: str | None,
    *,
    json: bool,
) -> bool:
    """Report on strings, or on a model of strings; tell whether it was about those."""
    reader = reader_of(about.source)
    if reader is None:
        why = None if is_model_file(about.source) else why_strings(about)
        if why is None:
            return False
        for path in filter(None, (target, save)):
            check_target(path)
        report_strings(about, why, target, rungs=rungs, save=save, command=_command(), json=json)
        return True
    check_target(target)
    report_reader(reader, dataset_of(reader, about, data), target, command=_command(), json=json)
    return True


def _show(page: Path, wanted: bool) -> None:
    if wanted:
        webbrowser.open(page.resolve().as_uri())


def _file_name(source: str) -> str:
    stem = Path(source).resolve().name.split(".")[0] if source else ""
    return re.sub(r"[^\w-]+", "-", stem).strip("-") or "linocut"


def _command() -> str:
    return shlex.join(["linocut", *sys.argv[1:]])
