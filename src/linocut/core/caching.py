"""Where what can be made again is kept: whole folders, or none."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from linocut.core.errors import LinocutError


def cache_folder() -> Path:
    """Return where downloads and copies are kept: ``$LINOCUT_CACHE``, or the system's cache."""
    given = os.environ.get("LINOCUT_CACHE")
    if given:
        return Path(given)
    import pooch

    return Path(pooch.os_cache("linocut"))


def kept_folder(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Return a folder of the cache; make it first where it is not there yet.

    It is filled beside its place and then moved there, so that it is whole or absent. Several
    processes may make the same one; the first stays.

    Parameters
    ----------
    folder : Path
        Its place; folders above it are made.
    fill : callable
        Writes the files into the folder that it is given.

    Raises
    ------
    LinocutError
        If it cannot be written, the disk is full, say. Nothing is left behind then.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "copy"
    >>> def fill(folder):
    ...     _ = (folder / "a").write_text("made once")
    >>> (kept_folder(place, fill) / "a").read_text()
    'made once'
    """
    if folder.is_dir():
        return folder
    part = folder.with_name(f".{folder.name}-{secrets.token_hex(8)}.part")
    try:
        try:
            part.mkdir(parents=True)
            fill(part)
            _settle(part)
            _move(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise LinocutError(
            f"cannot keep a copy in {folder.parent}: {error.strerror or error} — make room there, "
            "or set LINOCUT_CACHE to another folder"
        ) from error
    return folder


def check_room(folder: Path, size: int) -> None:
    """Refuse to begin a copy of ``size`` bytes that the disk below ``folder`` cannot hold.

    Examples
    --------
    >>> check_room(Path("/"), 1 << 70)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: a copy of 1,180,591,620,717.4 GB does not fit into ...
    """
    free = shutil.disk_usage(folder).free
    if size > free:
        raise LinocutError(
            f"a copy of {size / 1e9:,.1f} GB does not fit into {folder}, which has "
            f"{free / 1e9:,.1f} GB left — make room, or set LINOCUT_CACHE to another folder"
        )


def _settle(folder: Path) -> None:
    """Bring what was written to the disk, so that a power cut leaves no file of zeros."""
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _move(part: Path, folder: Path) -> None:
    try:
        part.rename(folder)
    except OSError:
        if not folder.is_dir():  # another process was first: both made the same
            raise
