"""Rows as a table: of plain text for a terminal, of HTML for a notebook, of CSV for a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from html import escape
from typing import Any

from linocut.core.shown_images import ShownImage

MOST = 12  # rows of a table of text
MOST_HTML = 30
LEFT = ' style="text-align: left"'
LONGEST = 40  # letters of a cell of text, but for the last of a row

Row = dict[str, Any]


def text_table(rows: Sequence[Row], most: int = MOST) -> str:
    """Return rows as lines of text, numbers to the right and without images; empty without rows.

    Examples
    --------
    >>> print(text_table([{"class": "cat", "share": 0.98765}, {"class": "dog", "share": 0.5}]))
    class   share
    cat    0.9877
    dog       0.5
    """
    columns = [name for name in _columns(rows) if not _shows_images(rows, name)]
    if not columns:
        return ""
    lines = []
    cells = [columns]
    for row in rows[:most]:
        *first, last = (told(row.get(name)) for name in columns)
        cells.append([*map(_shortened, first), last])
    wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = [_numeric(rows, name) for name in columns]
    for line in cells:
        texts = (
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, wide, right, strict=True)
        )
        lines.append("  ".join(texts).rstrip())
    return "\n".join([*lines, *_more(rows, most)])


def html_table(rows: Sequence[Row], most: int = MOST_HTML) -> str:
    """Return rows as a table of HTML, every text escaped; empty without rows.

    Examples
    --------
    >>> html_table([{"share": 0.5}])
    '<table><thead><tr><th>share</th></tr></thead><tbody><tr><td>0.5</td></tr></tbody></table>'
    """
    columns = _columns(rows)
    if not columns:
        return ""
    # Notebooks set everything to the right, which suits numbers.
    style = {name: "" if _numeric(rows, name) else LEFT for name in columns}
    head = "".join(f"<th{style[name]}>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td{style[name]}>{_html_cell(row.get(name))}</td>" for name in columns)
        + "</tr>"
        for row in rows[:most]
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return table + "".join(f"<p>{line}</p>" for line in _more(rows, most))


def csv_table(rows: Sequence[Row]) -> str:
    """Return rows as CSV with a line of names; a value that is no single one is written as JSON.

    Examples
    --------
    >>> print(csv_table([{"class": "a,b", "share": 0.5}, {"class": "c", "ends": [0, 1]}]), end="")
    class,share,ends
    "a,b",0.5,
    c,,"[0, 1]"
    """
    file = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = csv.DictWriter(file, names, lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({name: _csv_cell(value) for name, value in row.items()})
    return file.getvalue()


def _html_cell(value: Any) -> str:
    return value.html if isinstance(value, ShownImage) else escape(told(value))


def _csv_cell(value: Any) -> Any:
    return (
        json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | tuple) else value
    )


def _columns(rows: Sequence[Row]) -> list[str]:
    """Return the names of the columns that hold single values, and not only nothing."""
    names = dict.fromkeys(name for row in rows[:MOST_HTML] for name in row)
    held = {name: [row.get(name) for row in rows[:MOST_HTML]] for name in names}
    return [
        name
        for name, values in held.items()
        if not any(isinstance(value, dict | list | tuple) for value in values)
        and not all(value is None for value in values)
    ]


def _shows_images(rows: Sequence[Row], name: str) -> bool:
    return any(isinstance(row.get(name), ShownImage) for row in rows)


def _numeric(rows: Sequence[Row], name: str) -> bool:
    values = [row.get(name) for row in rows]
    return all(isinstance(value, int | float | None) for value in values)


def told(value: Any) -> str:
    """Write the content of one cell: four digits of a number, a dash for nothing.

    Examples
    --------
    >>> told(None), told(0.98765), told(12345), told(True)
    ('–', '0.9877', '12,345', 'yes')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    return " ".join(str(value).split())


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _more(rows: Sequence[Row], most: int) -> list[str]:
    left = len(rows) - most
    return [f"… and {left:,} more"] if left > 0 else []
