"""Inputs as files: what reads a path is given one."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

from linocut.core import LinocutError
from linocut.data.formats import ReadOptions, read_path
from linocut.data.formats.apart import opened
from linocut.data.formats.apart.library import Kind


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder of this process, which goes when it ends."""
    return tempfile.TemporaryDirectory(prefix="linocut-fuzz-")


def read_files(files: dict[str, bytes], asked: str = "") -> Any:
    """Write some files into an empty folder, and read one of them, or the folder."""
    folder = empty_folder()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return read_in(folder, asked)


def empty_folder() -> Path:
    """Return the folder of this process, without what earlier inputs left there."""
    folder = Path(_folder().name)
    for old in folder.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink()
    return folder


def read_in(folder: Path, asked: str) -> Any:
    """Read a path in the folder of this process."""
    try:
        return read_path(folder / asked, ReadOptions())
    except LinocutError as error:  # a folder that differs from run to run is no part of a reason
        raise LinocutError(str(error).replace(f"{folder}/", "")) from error


class SharedLibrary:
    """A library in another process, which serves all inputs: a start for each takes far longer."""

    def __init__(self, kind: Kind) -> None:
        self._kind: Kind = kind
        self._kept: ExitStack | None = None

    def use(self) -> None:
        """Let what is read from now on be read by the one process."""
        if self._kept is None:
            self._kept = ExitStack()
            self._kept.enter_context(opened(self._kind))
