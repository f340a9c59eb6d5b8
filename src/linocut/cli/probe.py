"""``linocut probe``: how far a linear model of given features goes, against the penalty."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from linocut.cli.console import print_json, print_line, print_table, progress, say, warn
from linocut.cli.interrupting import keeping_what_is_done
from linocut.cli.options import Json
from linocut.cli.rows import RowOptions, open_train_and_test
from linocut.cli.scheduler import SchedulerOption, engine_of
from linocut.core import LinocutError
from linocut.core.files import check_target

if TYPE_CHECKING:
    from linocut.evaluate import Probe
    from linocut.evaluate.probing import ProbeProgress
    from linocut.evaluate.probing.result import Judged
    from linocut.solve.rows import RowSource

FIGURES = (".png", ".svg", ".pdf")
MOST_PENALTIES = 1000
GRID = re.compile(r"(?P<first>[^:]+?)\.\.(?P<last>[^:]+):(?P<count>\d{1,9})")

Train = Annotated[
    str,
    typer.Argument(
        metavar="TRAIN",
        help="Rows with labels: files, a folder or a glob of .npy, Parquet, safetensors, HDF5 or "
        "IDX, or a dataset or folder of images, taken as rows of pixels.",
    ),
]
Test = Annotated[
    str | None,
    typer.Option("--test", metavar="TEST", help="Rows to judge by; they never choose C."),
]
Penalties = Annotated[
    str | None,
    typer.Option(
        "--C",
        metavar="C",
        help="Inverse penalties: one (0.316), a list (0.1,1,10), or first..last:how many in equal "
        "ratios (1e-6..1e5:45); by default 13 that suit the scale of the features.",
    ),
]
Folds = Annotated[
    int | None,
    typer.Option("--folds", help="Choose C by so many folds, instead of one part held out."),
]
ClassWeight = Annotated[
    str | None,
    typer.Option("--class-weight", help="balanced: every class counts as much, however rare."),
]
Tol = Annotated[
    float, typer.Option("--tol", help="Relative distance of each fit to its optimum, proved.")
]
Labels = Annotated[
    str | None,
    typer.Option("--labels", metavar="FILE", help="Labels of TRAIN, where they stand elsewhere."),
]
TestLabels = Annotated[
    str | None,
    typer.Option("--test-labels", metavar="FILE", help="Labels of TEST, likewise."),
]
LabelColumn = Annotated[
    str | None,
    typer.Option("--label-column", help="The column, tensor or dataset that holds the labels."),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Write the model of the chosen C into this file."),
]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", help="Draw accuracy and log loss against C (.png, .svg, .pdf)."),
]


def probe(
    train: Train,
    test: Test = None,
    penalties: Penalties = None,
    folds: Folds = None,
    class_weight: ClassWeight = None,
    tol: Tol = 1e-4,
    labels: Labels = None,
    test_labels: TestLabels = None,
    label_column: LabelColumn = None,
    output_file: Output = None,
    plot: Plot = None,
    scheduler: SchedulerOption = None,
    json: Json = False,
) -> None:
    """Judge a linear probe of given features against its penalty, and keep the chosen model.

    C is chosen on training rows alone: on a fifth of each class, held out in runs of rows, or by
    --folds. Test rows are shown beside and play no part in the choice.
    """
    Cs = 13 if penalties is None else parse_penalties(penalties)
    _check(folds, class_weight, test, test_labels, plot)
    for target in (output_file, plot):
        if target is not None:
            check_target(target)
    rows, tested = open_train_and_test(train, test, RowOptions(labels, test_labels, label_column))
    with engine_of(scheduler) as engine:
        found = _probed(
            rows, tested, Cs=Cs, folds=folds, class_weight=class_weight, tol=tol, engine=engine
        )
    if json:
        print_json(found)
    else:
        _print(found)
    if plot is not None:
        from linocut.plot.contact_sheet import save_figure

        save_figure(found.plot(), plot)
        say(f"wrote {plot}")
    if output_file is not None:
        found.model.save(output_file)
        say(f"wrote {output_file} (C={found.chosen:g})")
    if found.outcome.name == "INTERRUPTED":
        raise typer.Exit(130)


def parse_penalties(text: str) -> list[float]:
    """Read ``0.316``, ``0.1,1,10`` or ``1e-6..1e5:45``.

    Examples
    --------
    >>> parse_penalties("0.1,1"), parse_penalties("1e-2..1:3")
    ([0.1, 1.0], [0.01, 0.1, 1.0])
    """
    import numpy as np

    wanted = "a number above zero, a list such as 0.1,1,10, or 1e-6..1e5:45"
    grid = GRID.fullmatch(text.strip())
    try:
        if grid is None:
            Cs = [float(each) for each in text.split(",")]
        else:
            first, last, count = float(grid["first"]), float(grid["last"]), int(grid["count"])
            if not (0 < first < last < np.inf and 2 <= count <= MOST_PENALTIES):
                raise LinocutError(
                    f"--C {text} — from a smaller to a larger number above zero, from 2 to "
                    f"{MOST_PENALTIES} of them"
                )
            Cs = [float(f"{C:.12g}") for C in np.geomspace(first, last, count)]
    except ValueError as error:
        if isinstance(error, LinocutError):
            raise
        raise LinocutError(f"--C {text!r} — {wanted}") from None
    if not all(0 < C < np.inf for C in Cs) or len(set(Cs)) < len(Cs):
        raise LinocutError(f"--C {text} — {wanted}; each once")
    return Cs


def _check(
    folds: int | None,
    class_weight: str | None,
    test: str | None,
    test_labels: str | None,
    plot: Path | None,
) -> None:
    if folds is not None and folds < 2:
        raise LinocutError(f"--folds {folds} — from 2 up")
    if class_weight not in (None, "balanced"):
        raise LinocutError(f"--class-weight {class_weight!r} — balanced, or none")
    if test_labels is not None and test is None:
        raise LinocutError(f"--test-labels {test_labels} goes with --test")
    if plot is not None and plot.suffix.casefold() not in FIGURES:
        raise LinocutError(f"--plot {plot} — a file that ends in {', '.join(FIGURES)}")


def _probed(
    rows: RowSource,
    tested: RowSource | None,
    *,
    Cs: int | list[float],
    folds: int | None,
    class_weight: str | None,
    tol: float,
    engine: str,
) -> Probe:
    """Probe the rows with a progress display."""
    from sklearn.exceptions import ConvergenceWarning

    from linocut.evaluate import probe

    with progress() as display, warnings.catch_warnings(), keeping_what_is_done():
        warnings.simplefilter("ignore", ConvergenceWarning)  # told below, in one line
        task = display.add_task("fitting", total=None)

        def tell(now: ProbeProgress) -> None:
            gap = f", within {now.iteration.gap:.0e}" if now.iteration.gap < 1 else ""
            display.update(
                task,
                description=f"fit {now.done + 1:,} of {now.fits:,}: C={now.C:.3g}{gap}",
                completed=now.done,
                total=now.fits,
            )

        found = probe(
            rows,
            tested,
            Cs=Cs,
            folds=folds,
            class_weight="balanced" if class_weight else None,
            tol=tol,
            engine=engine,
            callback=tell,
        )
    if found.outcome.name != "CONVERGED":
        warn(found.message)
    return found


def _print(found: Probe) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    parts = [
        (name, judged)
        for name, judged in (("held out", found.held_out), ("test", found.test))
        if judged is not None
    ]
    headings = [each for name, _ in parts for each in (f"{name}, %", "95 % interval", "log loss")]
    for heading in ("C", *headings, "gap", "seconds", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for i, C in enumerate(found.Cs):
        cells = [cell for _, judged in parts for cell in _cells(judged, i)]
        mark = "chosen" if i == found.at else ""
        last = f"{found.gap[i]:.0e}", f"{found.seconds[i]:.2f}", mark
        table.add_row(f"{C:.3g}", *cells, *last, style="bold" if mark else None)
    n, d, K = found.rows_fitted, found.features, len(found.classes)
    print_line(f"{n:,} training rows of {d:,} features, {K:,} classes")
    print_table(table)
    play = " Test rows play no part in the choice." if found.test is not None else ""
    say(f"{found.how}{play}")
    for name, judged in parts:
        share, interval, _ = _cells(judged, found.at)
        which = f"{judged.n:,} {name.replace(' ', '-')} rows"
        say(
            f"C={found.chosen:g}: {share} % of {which} correctly classified (95 % interval "
            f"{interval})"
        )


def _cells(judged: Judged, i: int) -> tuple[str, str, str]:
    low, high = judged.intervals[i]
    interval = f"{100 * low:.2f} – {100 * high:.2f}"
    return f"{100 * judged.accuracy[i]:.2f}", interval, f"{judged.log_loss[i]:.4f}"
