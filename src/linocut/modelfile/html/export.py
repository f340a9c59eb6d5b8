"""Put a model into the built explorer (web/src/explorer), and write it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from linocut._version import __version__
from linocut.core.files import write_whole
from linocut.core.pages import deflated, filled
from linocut.modelfile.contents import ModelContents
from linocut.modelfile.file import model_bytes
from linocut.modelfile.html.samples import Samples

FORMAT = 1  # as in web/src/explorer/document.ts
ROOM = "linocut.modelfile.html"


@dataclass(frozen=True)
class PackedSamples:
    """Images as base64 of zlib's stream of their bytes, and the names of their classes."""

    data: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ExplorerDocument:
    """What the explorer's page holds.

    Attributes
    ----------
    format : int
    version : str
        Of linocut.
    name : str or None
        What the model is called.
    model : str or None
        Its file, as base64 of zlib's stream; None where the page asks the server for it.
    samples : PackedSamples or None
    """

    format: int
    version: str
    name: str | None = None
    model: str | None = None
    samples: PackedSamples | None = None


def export_html(
    contents: ModelContents,
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    samples: Samples | None = None,
) -> Path:
    """Write a model as one HTML page to draw on, which needs neither Python nor a network.

    Parameters
    ----------
    contents : ModelContents
        Any linear model.
    path : path-like
        Where the page goes; an existing file is replaced.
    name : str, optional
        What the page calls the model; by the name of the file if not given.
    samples : Samples, optional
        Images to begin from. No others leave with a model.

    Returns
    -------
    Path
        The file written, links resolved.

    Raises
    ------
    LinocutError
        If a step is none that a model file can hold, the samples are not such as the model takes,
        or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from linocut.classifier import ImageClassifier
    >>> from linocut.data import load_dataset
    >>> contents = ImageClassifier().fit(load_dataset("digits")).contents
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = export_html(contents, folder + "/digits.html").read_text("utf-8")
    >>> page.startswith("<!doctype html>"), '"name":"digits"' in page
    (True, True)
    """
    document = ExplorerDocument(
        FORMAT,
        __version__,
        Path(path).stem if name is None else name,
        deflated(model_bytes(contents)),
        None if samples is None else _packed(samples, contents),
    )
    return write_whole(path, filled(ROOM, document))


def _packed(samples: Samples, contents: ModelContents) -> PackedSamples:
    samples.check(contents.image_shape)
    return PackedSamples(deflated(samples.images.tobytes()), samples.labels)
