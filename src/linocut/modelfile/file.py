"""The model file: a finished model as data, without code, that is the same model when it is read.

A ``.linocut`` file is a safetensors file (see `linocut.modelfile.container`) whose document names
each step by its kind, from a closed list (`linocut.modelfile.vocabulary`). Nothing in it is run.
There are two kinds: models of images, and linear models of rows of features, whose document has a
field ``rows``.
"""

from __future__ import annotations

import os
from pathlib import Path

from linocut.core import LinocutError
from linocut.core.files import write_whole
from linocut.modelfile.container import LARGEST_FILE, pack, unpack
from linocut.modelfile.contents import ModelContents
from linocut.modelfile.document import contents_of, document_of
from linocut.modelfile.plain import named
from linocut.modelfile.row_contents import RowContents
from linocut.modelfile.row_document import ROWS, row_contents_of, row_document_of

Contents = ModelContents | RowContents


def write_model(contents: Contents, path: str | os.PathLike[str]) -> Path:
    """Write a model file; it appears whole or not at all.

    Parameters
    ----------
    contents : ModelContents or RowContents
        The model.
    path : path-like
        Where it goes, by custom ``*.linocut``; an existing file is replaced.

    Returns
    -------
    Path
        The file written, links resolved.

    Raises
    ------
    LinocutError
        If a step is none that a model file can hold, or the file cannot be written.
    """
    return write_whole(path, model_bytes(contents))


def read_model(path: str | os.PathLike[str]) -> Contents:
    """Read a model file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    ModelContents or RowContents
        On the same machine its scores are those of the model that was written, to the last bit.

    Raises
    ------
    LinocutError
        If it is no model file, of a newer version, truncated or damaged, if a part of it is unknown
        or does not fit the others, or if it does not compute what it did when it was saved. The
        message names the file.
    """
    source = Path(path)
    with named(str(source)):
        return model_of_bytes(_bytes_of(source))


def model_bytes(contents: Contents) -> bytes:
    """Return what `write_model` writes; what is returned has been read back.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.classifier import ImageClassifier
    >>> digits = load_dataset("digits")
    >>> data = model_bytes(ImageClassifier().fit(digits).contents)
    >>> len(data) < 10_000, model_of_bytes(data).class_names[:3]
    (True, ('0', '1', '2'))
    """
    if isinstance(contents, RowContents):
        data = pack(*row_document_of(contents))
    else:
        data = pack(*document_of(contents))
    model_of_bytes(data)
    return data


def model_of_bytes(data: bytes) -> Contents:
    """Return the model that `model_bytes` was given.

    Raises
    ------
    LinocutError
        As `read_model`.
    """
    document, tensors = unpack(data)
    return (row_contents_of if ROWS in document else contents_of)(document, tensors)


def _bytes_of(source: Path) -> bytes:
    try:
        # A pipe or a device may have no end.
        if source.exists() and not source.is_file():
            what = "a folder" if source.is_dir() else "no regular file"
            raise LinocutError(f"is {what} — a model file")
        with source.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST_FILE:
                raise LinocutError(
                    f"{size / 1e6:,.0f} MB — a model file has {LARGEST_FILE / 1e6:,.0f} MB at most"
                )
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise LinocutError("no such file") from error
    except (OSError, ValueError) as error:
        if isinstance(error, LinocutError):
            raise
        raise LinocutError(f"cannot be read: {error}") from error
