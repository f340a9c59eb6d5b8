"""Models that read strings, on the command line: fit, predict and evaluate."""

from __future__ import annotations

import json as json_module
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from linocut.cli.console import print_json, print_line, progress, say
from linocut.cli.lines import load_lines, made, why_strings
from linocut.cli.opening import SUFFIX, source_of, warn_of_change
from linocut.cli.options import DatasetOptions
from linocut.core import LinocutError
from linocut.core.files import check_target
from linocut.core.tables import text_table

if TYPE_CHECKING:
    from linocut.lines import FileReading, StringDataset, StringEvaluation, StringReader

MOST_MIXED = 10  # mistakes that are listed


def fit_reader(
    dataset: StringDataset, output_file: Path | None, *, model: str, seed: int, json: bool
) -> None:
    """Fit a reader to strings, keep it in a file, and say how well it reads the test part."""
    from linocut.lines import StringReader

    target = check_target(output_file or Path(f"{dataset.name}{SUFFIX}"))
    with progress() as display:
        task = display.add_task("fitting", total=None)
        reader = StringReader(model=model, random_state=seed).fit(
            dataset, progress=lambda line: display.update(task, description=line)
        )
        display.update(task, description="reading the test part")
        judged = judge(reader, dataset)
    save_judged(reader, judged, target)
    if json:
        print_json(judged)
    else:
        say(judged.sentence)
    say(f"wrote {output_file or target.name} ({target.stat().st_size / 1e3:,.0f} kB)")


def save_judged(reader: StringReader, judged: StringEvaluation, target: Path) -> None:
    """Keep a reader in a file that says how well it reads the test part."""
    whole = judged.whole
    reader.provenance_ = replace(
        reader.provenance_, test_rows=judged.n, accuracy=whole.value, low=whole.low, high=whole.high
    )
    reader.save(target)


def judge(reader: StringReader, dataset: StringDataset) -> StringEvaluation:
    """Read the test part of a dataset, and compare with what stands there."""
    from linocut.lines import judge_texts

    found = reader.read(dataset.test.images)
    return judge_texts(
        dataset.test.texts, [each.text for each in found], [each.probability for each in found]
    )


def dataset_of(reader: StringReader, about: DatasetOptions, data: str | None) -> StringDataset:
    """Load strings for a reader, prepared as its training images were.

    Parameters
    ----------
    reader : StringReader
        From the file that the options name.
    about : DatasetOptions
        Of the command.
    data : str or None
        Other strings than those that it was fitted on.
    """
    origin = reader.provenance_
    source = data or source_of(origin, about)
    wanted = about.of(source)
    if reader.made_ is not None and not data and about.n_strings is None:
        wanted = wanted.making(reader.made_)
    if wanted.n_strings is not None:
        dataset = made(wanted, None if data else origin.loaded_with)
        if dataset.test.height != reader.intake_.height:
            raise LinocutError(
                f"{source} makes strings {dataset.test.height} pixels high — {about.source} reads "
                f"{reader.intake_.height}"
            )
    else:
        why = why_strings(wanted) or "the model reads strings"
        known = None if data else origin.loaded_with
        dataset = load_lines(wanted, why, reader.intake_, known)
    if not data:
        warn_of_change(origin, about, dataset)
    return dataset


def evaluate_reader(
    reader: StringReader,
    about: DatasetOptions,
    data: str | None,
    folder: Path | None,
    *,
    json: bool,
) -> None:
    """Judge a reader from a file on the test part of strings."""
    from linocut.core.files import write_whole
    from linocut.core.tables import csv_table
    from linocut.plot.contact_sheet import as_file

    dataset = dataset_of(reader, about, data)
    with progress() as display:
        display.add_task("reading the images", total=None)
        judged = judge(reader, dataset)
    if json:
        print_json(judged)
    else:
        _print(judged)
    if folder is not None:
        folder.mkdir(exist_ok=True)
        names = dataset.test.names
        rows = [{"file": name, **row} for name, row in zip(names, judged.rows(), strict=True)]
        write_whole(folder / "images.csv", csv_table(rows).encode())
        write_whole(folder / "glyphs.png", as_file(judged.plot()))
        write_whole(folder / "risk-coverage.png", as_file(judged.risk_coverage.plot()))
        write_whole(folder / "evaluation.json", (judged.to_json() + "\n").encode())
        say(f"wrote {folder}")


def _print(judged: StringEvaluation) -> None:
    print_line(judged.sentence)
    rows = [vars(each) for each in judged.mixed[:MOST_MIXED]]
    for table in (text_table(judged.table_rows()), text_table(rows) if rows else ""):
        for line in table.splitlines():
            print_line(line)
    print_line(judged.risk_coverage.sentence)


def json_lines(readings: Iterable[FileReading]) -> Iterator[str]:
    """Yield one JSON object a line and image."""
    for each in readings:
        yield json_module.dumps(each.to_dict(), ensure_ascii=False) + "\n"


def plain_lines(readings: Iterable[FileReading]) -> Iterator[str]:
    """Yield file, texts with their probabilities, and where the glyphs of the first one lie."""
    for each in readings:
        said = ", ".join(f"{found.text} {100 * found.probability:.1f} %" for found in each.top)
        places = " ".join(
            f"{glyph['symbol']}:{glyph['start']}–{glyph['stop']}" for glyph in each.glyphs()
        )
        yield f"{each.file}\t{said}\t{places}\n"
