"""Tell from a model file what kind of model it holds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linocut.core import LinocutError
from linocut.modelfile.container import unpack

LINES = "lines"  # the field that the documents of readers of strings have, and no others


def is_reader(document: Mapping[str, Any]) -> bool:
    """Tell from a model file's document whether it is that of a reader of strings."""
    return LINES in document


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
