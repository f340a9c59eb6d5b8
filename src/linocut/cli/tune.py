"""``linocut tune``: decide by thresholds or costs, chosen on held-out training images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from linocut.cli.console import print_json, print_table, progress, say
from linocut.cli.opening import SUFFIX, data_of, load
from linocut.cli.options import DatasetOptions, Json, about_model_file
from linocut.core import LinocutError
from linocut.core.files import check_target

if TYPE_CHECKING:
    from linocut.classifier import ImageClassifier
    from linocut.data import ImageDataset
    from linocut.evaluate import Tuning
    from linocut.evaluate.decisions import Aim

Data = Annotated[
    str | None,
    typer.Argument(
        metavar="[DATASET|PATH]",
        help="The images that the model was fitted on; by default the file tells.",
        show_default=False,
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        "--precision",
        help="Accept as many images as possible, with at least this precision of each class "
        "(0.99); reject the others.",
    ),
]
Risk = Annotated[
    float | None,
    typer.Option(
        "--risk",
        help="Accept images so that, with 95 % confidence, at most this share of them are "
        "mistakes (0.01); reject the others.",
    ),
]
F1 = Annotated[bool, typer.Option("--f1", help="Make the mean F1 of the classes larger.")]
Costs = Annotated[
    Path | None,
    typer.Option(
        "--costs",
        metavar="FILE",
        help="Decide at the least expected cost: a CSV table with the predicted classes in the "
        "first row, the true ones in the first column, and maybe a column reject.",
    ),
]
Clear = Annotated[bool, typer.Option("--clear", help="Predict the class with the largest score.")]
Called = Annotated[
    str | None,
    typer.Option("--rejected", metavar="NAME", help="What to predict of rejected images."),
]
Unseen = Annotated[
    bool,
    typer.Option(
        "--unseen",
        help="The model has seen no training image of DATASET: decide on all of them.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        help="Where to write the model; by default MODEL-tuned, beside it.",
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", help="Draw mistakes against images accepted into this file."),
]


@about_model_file
def tune(
    about: DatasetOptions,
    data: Data = None,
    precision: Precision = None,
    risk: Risk = None,
    f1: F1 = False,
    costs: Costs = None,
    clear: Clear = False,
    rejected: Called = None,
    unseen: Unseen = False,
    output_file: Output = None,
    plot: Plot = None,
    json: Json = False,
) -> None:
    """Let a model decide by thresholds or costs, chosen on held-out training images."""
    given = {
        "--precision": precision is not None,
        "--risk": risk is not None,
        "--f1": f1,
        "--costs": costs is not None,
        "--clear": clear,
    }
    if sum(given.values()) != 1:
        asked = " and ".join(name for name, asked in given.items() if asked)
        told = asked or "nothing to decide by"
        raise LinocutError(f"{told} — give one of {', '.join(given)}")
    if clear and (json or plot is not None):
        raise LinocutError("--clear chooses nothing — leave out --json and --plot")
    source = Path(about.source)
    target = check_target(output_file or source.with_name(f"{source.stem}-tuned{SUFFIX}"))
    if plot is not None:
        check_target(plot)
    model = load(source)
    if clear:
        model.with_decisions(None).save(target)
        say(f"wrote {target}")
        return
    aim = _aim(model, precision=precision, risk=risk, costs=costs)
    dataset = data_of(model, about, data)
    found = _tuned(model, dataset, aim, rejected=rejected, unseen=unseen)
    found.model.save(target)
    if plot is not None:
        from linocut.plot.contact_sheet import save_figure

        save_figure(found.plot(), plot)
    if json:
        print_json(found)
    else:
        print_table(_table(found))
        say(found.sentence)
    for written in (target, plot):
        if written is not None:
            say(f"wrote {written}")


def _aim(
    model: ImageClassifier, *, precision: float | None, risk: float | None, costs: Path | None
) -> Aim:
    from linocut.evaluate import ForCosts, ForF1, ForPrecision, ForRisk, read_costs

    if costs is not None:
        return ForCosts(read_costs(costs, list(map(str, model.classes_))))
    if precision is not None:
        if not 0 < precision <= 1:
            raise LinocutError(f"--precision {precision:g} — a share above 0 and up to 1")
        return ForPrecision(precision)
    if risk is not None:
        if not 0 < risk < 1:
            raise LinocutError(f"--risk {risk:g} — a share above 0 and below 1")
        return ForRisk(risk)
    return ForF1()


def _tuned(
    model: ImageClassifier,
    dataset: ImageDataset,
    aim: Aim,
    *,
    rejected: str | None,
    unseen: bool,
) -> Tuning:
    """Fit the recipe without the images held out, and choose on these."""
    from linocut.evaluate import tune as choose
    from linocut.evaluate import validation_predictions
    from linocut.evaluate.decisions import known_predictions

    with progress() as display:
        what = "classifying" if unseen else "fitting the model again, a fifth held out"
        display.add_task(what, total=None)
        validation = validation_predictions(model, dataset, unseen=unseen)
        test = known_predictions(model, dataset.class_names, dataset.test)
        return choose(model, validation, aim, rejected=rejected, test=test)


def _table(found: Tuning) -> Table:
    table = Table(title=f"{found.wanted}: {found.rule.sentence}", title_justify="left",
                  title_style="bold", box=box.SIMPLE_HEAD)  # fmt: skip
    costs = any(row["mean cost"] is not None for row in found.rows())
    table.add_column("part")
    table.add_column("decided by")
    for name in ("images", "accepted, %", "correct among them, %, 95 % interval"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("lowest precision, %", justify="right", no_wrap=True)
    if costs:
        table.add_column("mean cost", justify="right", no_wrap=True)
    for row in found.rows():
        right = "–"
        if row["accuracy"] is not None:
            right = f"{100 * row['accuracy']:.2f} ({100 * row['low']:.2f}–{100 * row['high']:.2f})"
        least = "–"
        if row["lowest precision"] is not None:
            least = f"{100 * row['lowest precision']:.2f} ({row['of class']})"
        cells = [row["part"], row["decided by"], f"{row['images']:,}",
                 f"{100 * row['coverage']:.2f}", right, least]  # fmt: skip
        if costs:
            cells.append("–" if row["mean cost"] is None else f"{row['mean cost']:.4g}")
        table.add_row(*cells)
    return table
