"""Fill the built page with a document, and write it."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from linocut.core import LinocutError, plain
from linocut.core.files import write_whole
from linocut.report.document import Document

if TYPE_CHECKING:
    from linocut.report.strings.document import StringsDocument

# The build (web/plugins/one-page.ts) makes sure that the page holds this exactly once.
SLOT = '<script type="application/json" id="linocut-document">null</script>'

# Inside a script element "</script" and "<!--" would end or change it, and two line separators
# that JSON allows were no part of JavaScript strings for long.
ESCAPES = str.maketrans(
    {char: f"\\u{ord(char):04x}" for char in ("<", ">", "&", "\u2028", "\u2029")}
)


def write_report(document: Document | StringsDocument, path: str | os.PathLike[str]) -> Path:
    """Write the report as one self-contained HTML file.

    The file appears whole or not at all: it is written beside its place and then moved there.

    Parameters
    ----------
    document : Document or StringsDocument
        Everything the page shows.
    path : path-like
        Where it goes; an existing file is replaced.

    Returns
    -------
    Path
        The file written, links resolved.

    Raises
    ------
    LinocutError
        If it cannot be written there, the disk is full, or this installation lacks the page.
    """
    return write_whole(path, _filled(document))


def to_json(document: Document | StringsDocument) -> str:
    """Return the document as JSON that may stand inside a script element."""
    text = json.dumps(plain(document), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(ESCAPES)


def _filled(document: Document | StringsDocument) -> bytes:
    built = resources.files("linocut.report").joinpath("page.html")
    if not built.is_file():
        raise LinocutError(
            "this installation lacks the built page (report/page.html) — install linocut again, "
            "or in a checkout run 'npm ci && npm run build' in web/"
        )
    # File names that are no text hold lone surrogates, which UTF-8 cannot carry.
    data = to_json(document).encode("utf-8", errors="replace")
    before, slot, after = built.read_bytes().partition(SLOT.encode())
    if not slot:
        raise LinocutError("the built page has no place for a document — build it again in web/")
    return before + slot.replace(b"null", data) + after
