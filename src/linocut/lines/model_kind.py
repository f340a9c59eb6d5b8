"""Tell the model file of a reader from those of other models."""

from __future__ import annotations

import os
from pathlib import Path

from linocut.core import LinocutError
from linocut.lines.file import is_reader
from linocut.modelfile.container import unpack


def is_reader_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file holds a reader of strings; what is wrong with it is for others to say.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     is_reader_file(file.name)
    False
    """
    try:
        document, _ = unpack(Path(path).read_bytes())
    except (OSError, LinocutError):
        return False
    return is_reader(document)
