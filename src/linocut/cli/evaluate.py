"""``linocut evaluate``: how far a model can be trusted, question by question."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linocut.cli.console import print_json, print_line, progress, say
from linocut.cli.opening import RungName, check_model_options, is_model_file, reader_of
from linocut.cli.options import DatasetOptions, Json, about_model
from linocut.core import LinocutError
from linocut.core.files import check_target
from linocut.core.tables import text_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linocut.cli.evaluation.answered import Answers
    from linocut.cli.evaluation.judged import Judged
    from linocut.cli.evaluation.sections import Section
    from linocut.core import Result
    from linocut.evaluate import Review

ROWS = 12  # of a table on the screen; the files hold all

Data = Annotated[
    str | None,
    typer.Argument(
        metavar="[DATASET|PATH]",
        help="With a model file: the images to judge it on; by default the test part of those that "
        "it was fitted on.",
    ),
]
Of = Annotated[
    str | None,
    typer.Option(
        "--of",
        metavar="NAME[,NAME]",
        # The names of SECTIONS, by hand: to read them takes longer than to print the help.
        help="Only these sections: checks, elsewhere, metrics, thresholds, calibration, labels, "
        "robustness; by default all that fit.",
    ),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FOLDER",
        help="Write figures (PNG), tables (CSV) and everything as JSON into this folder.",
    ),
]
ClassName = Annotated[
    str | None,
    typer.Option("--class", help="Show step by step how the metrics of this class are computed."),
]
SuspectsFile = Annotated[
    Path | None,
    typer.Option(
        "--suspects",
        metavar="FILE",
        help="Write the labels that are likely to be wrong into this file (.csv), most suspect "
        "first.",
    ),
]


@about_model
def evaluate(
    about: DatasetOptions,
    data: Data = None,
    of: Of = None,
    rung: RungName = None,
    label: ClassName = None,
    folder: Folder = None,
    suspects: SuspectsFile = None,
    json: Json = False,
) -> None:
    """Judge how far a model can be trusted: checks, metrics, thresholds, labels and more."""
    from linocut.cli.evaluation.answered import check_folder
    from linocut.cli.evaluation.judged import Judged
    from linocut.cli.evaluation.sections import chosen, that_fit
    from linocut.cli.readers import evaluate_reader
    from linocut.evaluate import write_suspects

    sections = chosen(of)
    if data is not None and not is_model_file(about.source):
        raise LinocutError(
            f"{data} beside {about.source} — a second dataset goes with a model file, as linocut "
            "fit writes"
        )
    check_model_options(about, rung, data)
    if folder is not None:
        check_folder(folder)
    if suspects is not None:
        check_target(suspects)
    if (reader := reader_of(about.source)) is not None:
        for option, value in (("--of", of), ("--class", label), ("--suspects", suspects)):
            if value is not None:
                raise LinocutError(f"{option} {value} — {about.source} reads strings, as a whole")
        evaluate_reader(reader, about, data, folder, json=json)
        return
    judged = Judged.open(about, rung, data, label=label, thorough=suspects is not None)
    answers = _answered(judged, that_fit(judged, sections, asked=of is not None))
    if json:
        print_json(answers)
    else:
        _print(answers)
    if folder is not None:
        answers.write(folder)
        say(f"wrote {folder}")
    if suspects is not None:
        write_suspects(judged.suspects, suspects)
        say(f"wrote {suspects}")


def _answered(judged: Judged, sections: Sequence[Section]) -> Answers:
    """Ask every section, with a progress display."""
    from linocut.cli.evaluation.answered import Answered, Answers

    found = []
    with progress() as display:
        task = display.add_task("classifying the images", total=len(sections))
        _ = judged.test  # what cannot be judged at all is refused here
        # The checks, which come first, take what the others find.
        for section in reversed(sections):
            display.update(task, description=f"judging {section.title.lower()}")
            began = time.perf_counter()
            results = section.answers(judged)
            found.append(Answered(section, results, time.perf_counter() - began))
            display.advance(task)
    origin = judged.model.provenance_
    name = origin.rung or judged.options.source
    return Answers(name, judged.dataset.name, tuple(reversed(found)))


def _print(answers: Answers) -> None:
    from linocut.evaluate import Review, WorkedMetrics

    for place, each in enumerate(answers.sections):
        if place:
            print_line("")
        print_line(f"{each.section.title} ({each.seconds:.1f} s)")
        for rank, found in enumerate(each.results.values()):
            if isinstance(found, Review):
                _print_review(found)
            else:
                print_line(getattr(found, "sentence", ""))
                if rank == 0 or isinstance(found, WorkedMetrics):
                    _print_rows(found)


def _print_review(review: Review) -> None:
    print_line(review.sentence)
    for check in review.findings:
        print_line(f"{check.level}: {check.name}, {check.figure}")
        print_line(f"  {check.sentence}")
        print_line(f"  → {check.advice}")
    fine = ", ".join(check.name for check in review.checks if check.level == "fine")
    if fine:
        print_line(f"fine: {fine}")
    if review.unasked:
        print_line(f"not asked: {', '.join(review.unasked)}")


def _print_rows(found: Result) -> None:
    table = text_table(found.table_rows(), ROWS)
    for line in table.splitlines():
        print_line(line)
