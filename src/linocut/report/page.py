"""Fill the built page with a document, and write it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from linocut.core.files import write_whole
from linocut.core.pages import filled
from linocut.report.document import Document

if TYPE_CHECKING:
    from linocut.report.strings.document import StringsDocument


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
    return write_whole(path, filled("linocut.report", document))
