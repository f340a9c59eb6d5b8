"""Files appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from linocut.core.errors import LinocutError

_written: ContextVar[list[Path] | None] = ContextVar("written", default=None)


@contextmanager
def files_written() -> Iterator[list[Path]]:
    """Collect what `write_whole` and `move_whole` write inside, however it ends.

    Yields
    ------
    list of Path
        Grows with each file; one that is not whole in its place is not in it.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder, files_written() as written:
    ...     path = write_whole(f"{folder}/a.txt", b"whole")
    >>> written == [path]
    True
    """
    written: list[Path] = []
    outer = _written.set(written)
    try:
        yield written
    finally:
        _written.reset(outer)


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

    It is on the disk when this returns: a power cut leaves the older file or the new one. Several
    processes may write the same file; one of them wins.

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
    # Not by `tempfile`, whose files nobody else may read, whatever the umask allows.
    part = target.with_name(f".linocut-{secrets.token_hex(8)}.part")
    try:
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            move_whole(part, target)
            _settle(target.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return target


def move_whole(part: Path, target: Path) -> None:
    """Move a file that is whole to its place, on the same disk; an existing one is replaced."""
    try:
        part.replace(target)
    finally:  # a signal may come between the move and the next line: what is there tells
        written = _written.get()
        if written is not None and not part.exists() and target.exists():
            written.append(target)


def _settle(folder: Path) -> None:
    """Bring a folder's list of names to the disk, where the system lets folders be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_write(target: Path, error: OSError) -> LinocutError:
    reason = error.strerror or str(error)
    return LinocutError(f"cannot write {target}: {reason} — name a file that can be written")
