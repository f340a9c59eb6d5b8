"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from linocut.core.errors import LinocutError


def check_target(path: str | os.PathLike[str]) -> Path:
    """Make sure that a file can be written there, before the long work begins.

    Parameters
    ----------
    path : path-like
        Where the file is to go; an existing one will be replaced.

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
            raise LinocutError(f"{target} is a folder — name a file in it")
        if target.exists() and not target.is_file():
            raise LinocutError(f"{target} is no regular file — name another one")
        if target.exists() and not os.access(target, os.W_OK):
            raise LinocutError(f"{target} may not be changed — name another file")
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _cannot_write(target, error) from error
    return target


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file beside its place and then move it there.

    Parameters
    ----------
    path : path-like
        Where it goes; an existing file is replaced.
    content : bytes
        All of it.

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
    part = target.with_name(f".linocut-{os.getpid()}.part")
    try:
        try:
            part.write_bytes(content)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return target


def _cannot_write(target: Path, error: OSError) -> LinocutError:
    reason = error.strerror or str(error)
    return LinocutError(f"cannot write {target}: {reason} — name a file that can be written")
