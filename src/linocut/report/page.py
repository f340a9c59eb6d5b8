"""Fill the built page with a document, and put it in its place at once or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from importlib import resources
from pathlib import Path

from linocut.core import LinocutError, plain
from linocut.report.document import Document

# The build (web/build/one-page.ts) makes sure that the page holds this exactly once.
SLOT = '<script type="application/json" id="linocut-document">null</script>'

# Inside a script element "</script" and "<!--" would end or change it, and two line separators
# that JSON allows were no part of JavaScript strings for long.
ESCAPES = str.maketrans(
    {char: f"\\u{ord(char):04x}" for char in ("<", ">", "&", "\u2028", "\u2029")}
)


def check_target(path: str | os.PathLike[str]) -> Path:
    """Make sure that a report can be written there, before the long work begins.

    Parameters
    ----------
    path : path-like
        Where the report is to go; an existing file will be replaced.

    Returns
    -------
    Path
        The file that will be written, links resolved.

    Raises
    ------
    LinocutError
        If the folder does not exist or cannot be written to, or the path is taken by something
        that is no file, or by a file that may not be changed.

    Examples
    --------
    >>> check_target("/nowhere/report.html")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: /nowhere does not exist — name a file in an existing folder
    """
    target = Path(path)
    try:
        target = target.resolve()
        folder = target.parent
        if not folder.is_dir():
            what = "is no folder" if folder.exists() else "does not exist"
            raise LinocutError(f"{folder} {what} — name a file in an existing folder")
        if target.is_dir():
            raise LinocutError(
                f"{target} is a folder — name a file in it, such as {target / 'report.html'}"
            )
        if target.exists() and not target.is_file():
            raise LinocutError(f"{target} is no regular file — name a file for the report")
        if target.exists() and not os.access(target, os.W_OK):
            raise LinocutError(f"{target} may not be changed — name another file")
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _cannot_write(target, error) from error
    return target


def write_report(document: Document, path: str | os.PathLike[str]) -> Path:
    """Write the report as one self-contained HTML file.

    The file appears whole or not at all: it is written beside its place and then moved there.

    Parameters
    ----------
    document : Document
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
        Where `check_target` would, or if the disk is full.
    """
    target = check_target(path)
    page = _filled(document)
    part = target.with_name(f".linocut-{os.getpid()}.part")
    try:
        try:
            part.write_bytes(page)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return target


def to_json(document: Document) -> str:
    """Return the document as JSON that may stand inside a script element."""
    text = json.dumps(plain(document), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(ESCAPES)


def _filled(document: Document) -> bytes:
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


def _cannot_write(target: Path, error: OSError) -> LinocutError:
    reason = error.strerror or str(error)
    return LinocutError(f"cannot write {target}: {reason} — name a file that can be written")
