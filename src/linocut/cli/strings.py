"""Strings on the command line: a reading explained, readers fitted and reported on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from linocut.cli.console import print_json, print_line, print_table, progress, say
from linocut.cli.lines import load_lines
from linocut.cli.options import DatasetOptions
from linocut.cli.readers import save_judged
from linocut.core import LinocutError
from linocut.core.files import check_target
from linocut.core.tables import told

if TYPE_CHECKING:
    from linocut.lines import StringDataset, StringReader
    from linocut.report.strings import JudgedReader


def explain_string(
    reader: StringReader, image: Path | None, output_file: Path | None, *, json: bool
) -> None:
    """Explain what a reader reads in an image file."""
    from linocut.lines.explaining import explain_reading
    from linocut.plot.contact_sheet import save_figure

    if image is None:
        raise LinocutError("name an image file — a model of strings explains one file at a time")
    if not image.is_file():
        raise LinocutError(f"{image} — no such file")
    if output_file is not None:
        check_target(output_file)
    found = explain_reading(reader, reader.intake_.read(image))
    if output_file is not None:
        save_figure(found.plot(), output_file)
    if json:
        print_json(found)
    else:
        print_line(f"{image}: {found.sentence}")
        _print_rows(found.rows())
        print_line("the most probable texts:")
        _print_rows(
            [
                {"text": each.text, "probability": f"{100 * each.probability:.2f} %"}
                for each in found.readings
            ]
        )
    if output_file is not None:
        say(f"wrote {output_file}")


def parse_readers(names: str | None) -> tuple[str, ...] | None:
    """Read the names of readers; None for those that suit the data."""
    from linocut.report.strings.fitting import COMPARISON, READERS

    if names is None:
        return None
    given = tuple(name.strip() for name in names.split(",") if name.strip())
    if not given or not set(given) <= set(READERS):
        raise LinocutError(
            f"--rungs {names!r} — for strings one or more of {', '.join(READERS)}; {COMPARISON} is "
            "there to compare with"
        )
    return given


def report_strings(
    about: DatasetOptions,
    why: str,
    target: Path,
    *,
    rungs: str | None,
    save: Path | None,
    command: str,
    json: bool,
) -> None:
    """Fit readers to strings, and write the page about them."""
    from linocut.lines.explaining import about_evidence
    from linocut.report import write_report
    from linocut.report.strings import collect_strings
    from linocut.report.strings.fitting import COMPARISON

    names = parse_readers(rungs)
    if save is not None and names is not None and not set(names) - {COMPARISON}:
        raise LinocutError(f"--save {save} keeps no {COMPARISON} — add another to --rungs")
    dataset = load_lines(about, why)
    readers, judged = fitted_readers(dataset, names, about.seed)
    # The strongest that a file keeps; what is there to compare with comes last.
    main = next((each for each in reversed(judged) if each.name in readers), judged[0])
    reader = readers.get(main.name)
    with progress() as display:
        display.add_task("writing the page", total=None)
        document = collect_strings(
            dataset,
            judged,
            recommended=main.name,
            command=command,
            evidence=about_evidence(reader) if reader is not None else "",
        )
        write_report(document, target)
    if json:
        print_json(main.evaluation(dataset.test))
    for each in judged:
        say(f"{each.short}: {each.evaluation(dataset.test).sentence}")
    if save is not None and reader is not None:
        save_judged(reader, main.evaluation(dataset.test), save)
        say(f"wrote {save}")
    say(f"wrote {target} ({target.stat().st_size / 1e6:.1f} MB)")


def report_reader(
    reader: StringReader, dataset: StringDataset, target: Path, *, command: str, json: bool
) -> None:
    """Write the page about a reader from a file, judged on the test part of a dataset."""
    from linocut.lines.explaining import about_evidence
    from linocut.report import write_report
    from linocut.report.strings import collect_strings
    from linocut.report.strings.readers import judged_reader

    judged = judged_reader(reader, dataset)
    document = collect_strings(
        dataset, [judged], recommended=judged.name, command=command, evidence=about_evidence(reader)
    )
    write_report(document, target)
    evaluation = judged.evaluation(dataset.test)
    if json:
        print_json(evaluation)
    say(evaluation.sentence)
    say(f"wrote {target} ({target.stat().st_size / 1e6:.1f} MB)")


def fitted_readers(
    dataset: StringDataset, names: tuple[str, ...] | None, seed: int
) -> tuple[dict[str, StringReader], tuple[JudgedReader, ...]]:
    """Fit readers by their names, and let each read the test part, with a progress display.

    Without names, those that suit the data.
    """
    from linocut.report.strings.fitting import default_readers, fit_readers

    with progress() as display:
        task = display.add_task("reading strings", total=None)
        return fit_readers(
            dataset,
            names or default_readers(dataset),
            random_state=seed,
            tell=lambda line: display.update(task, description=line),
        )


def _print_rows(rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    table = Table(box=box.SIMPLE_HEAD)
    for name, value in rows[0].items():
        table.add_column(name, justify="left" if isinstance(value, str) else "right")
    for row in rows:
        table.add_row(*map(told, row.values()))
    print_table(table)
