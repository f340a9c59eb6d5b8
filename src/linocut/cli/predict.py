"""``linocut predict``: what a model says of files, folders and tables of images, or of rows."""

from __future__ import annotations

import csv
import json as json_module
import sys
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linocut.cli.console import complain, progress, say, warn
from linocut.cli.opening import ModelFile, load_any
from linocut.cli.readers import json_lines, plain_lines
from linocut.core import LinocutError
from linocut.core.files import check_target

if TYPE_CHECKING:
    from linocut.classifier import ImageClassifier, Reading, RowClassifier
    from linocut.lines import FileReading, StringReader

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="IMAGE|FOLDER|IDX|CSV|NPZ|FEATURES...",
        help="What to classify: image files, folders of them, or files with many images; with a "
        "model of rows (linocut probe) files of features: .npy, Parquet, safetensors, HDF5, IDX.",
    ),
]
Top = Annotated[int, typer.Option("--top", help="Classes to name for each image or row.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line and input.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV: file, rank, class, probability.")]
AsParquet = Annotated[
    bool, typer.Option("--parquet", help="A Parquet table, with -o (needs the extra parquet).")
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write into this file, not to the screen.")
]


def predict(
    model_file: ModelFile,
    inputs: Inputs,
    top: Top = 1,
    json: AsJson = False,
    csv: AsCsv = False,
    parquet: AsParquet = False,
    output_file: Output = None,
) -> None:
    """Classify images or rows with a model file: file, class and probability of each.

    A model of strings gives the text, and the first and last column of each glyph.
    """
    from linocut.lines import StringReader

    if json + csv + parquet > 1:
        raise LinocutError("--json, --csv and --parquet — give one of them")
    if top < 1:
        raise LinocutError(f"--top {top} — a number from 1 up")
    if parquet and output_file is None:
        raise LinocutError("--parquet needs -o FILE: a table in binary is nothing for the screen")
    if parquet:
        _pyarrow()
    if output_file is not None:
        check_target(output_file)
    model = load_any(model_file)
    reads_strings = isinstance(model, StringReader)
    readings = _readings(model, inputs, top)
    bad, column = 0, "text" if reads_strings else "class"

    def good() -> Iterator[Any]:
        nonlocal bad
        with progress() as display:
            task = display.add_task("classifying", total=None)
            for done, reading in enumerate(readings, 1):
                if done % 1000 == 0:
                    display.update(task, description=f"classifying: {done:,} done")
                if reading.error:
                    bad += 1
                    complain(f"linocut: {reading.file}: {reading.error}")
                    continue
                if reading.blank:
                    warn(f"{reading.file} is one grey throughout: nothing in it led to this answer")
                yield reading

    if parquet and output_file is not None:
        _write_parquet(good(), output_file, column)
    elif csv:
        _write_lines(_csv_lines(good(), column), output_file)
    elif reads_strings:
        _write_lines((json_lines if json else plain_lines)(good()), output_file)
    else:
        _write_lines((_json_lines if json else _plain_lines)(good()), output_file)
    if output_file is not None:
        say(f"wrote {output_file}")
    if bad:
        complain(f"{bad:,} {'file' if bad == 1 else 'files'} could not be read")
        raise typer.Exit(2)


def _readings(
    model: ImageClassifier | RowClassifier | StringReader, inputs: list[str], top: int
) -> Iterator[Reading | FileReading]:
    from linocut.classifier import ImageClassifier, classify_files, classify_rows
    from linocut.lines import StringReader, read_files
    from linocut.solve.rows import open_rows

    if isinstance(model, StringReader):
        return read_files(model, map(Path, inputs), top=top)
    if isinstance(model, ImageClassifier):
        return classify_files(model, map(Path, inputs), top=top)
    sources = [open_rows(each) for each in inputs]  # all of them, before the first is classified
    return chain.from_iterable(classify_rows(model, source, top=top) for source in sources)


def _json_lines(readings: Iterable[Reading]) -> Iterator[str]:
    for each in readings:
        classes = [{"class": label, "probability": share} for label, share in each.top]
        line = {"file": each.file, **classes[0], "top": classes}
        if each.rejected:
            line |= {"class": each.called, "probability": None, "rejected": True}
        yield json_module.dumps(line, ensure_ascii=False) + "\n"


def _csv_lines(readings: Iterable[Reading | FileReading], column: str) -> Iterator[str]:
    buffer = StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(["file", "rank", column, "probability"])
    for each in readings:
        for row in each.rows():
            share = row["probability"]
            told = "" if share is None else f"{share:.6g}"
            table.writerow([row["file"], row["rank"], row[column], told])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _plain_lines(readings: Iterable[Reading]) -> Iterator[str]:
    for each in readings:
        said = ", ".join(f"{label} {100 * share:.1f} %" for label, share in each.top)
        if each.rejected:
            said = f"{each.called or 'rejected'} (most probable: {said})"
        yield f"{each.file}\t{said}\n"


def _write_lines(lines: Iterable[str], target: Path | None) -> None:
    from linocut.core.files import write_whole

    if target is None:
        for line in lines:
            sys.stdout.write(line)
        return
    write_whole(target, "".join(lines).encode())


def _write_parquet(readings: Iterable[Reading | FileReading], target: Path, column: str) -> None:
    from linocut.core.files import write_whole

    pa, pq = _pyarrow()
    rows = [row for each in readings for row in each.rows()]
    schema = pa.schema(
        [("file", pa.string()), ("rank", pa.int32()), (column, pa.string()),
         ("probability", pa.float64())]
    )  # fmt: skip
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema), sink)
    write_whole(target, sink.getvalue().to_pybytes())


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise LinocutError(
            "--parquet needs pyarrow, which is not installed — pip install 'linocut[parquet]'"
        ) from error
    return pa, pq
