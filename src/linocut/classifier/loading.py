"""Loading a finished model from its file."""

from __future__ import annotations

import os

from linocut.classifier.image_classifier import ImageClassifier
from linocut.classifier.row_classifier import RowClassifier
from linocut.modelfile import RowContents, read_model


def load_model(path: str | os.PathLike[str]) -> ImageClassifier | RowClassifier:
    """Read a finished model from a model file; nothing in the file is run.

    Parameters
    ----------
    path : path-like
        What `ImageClassifier.save` or `RowClassifier.save` wrote.

    Returns
    -------
    ImageClassifier or RowClassifier
        What was saved. On the same machine its scores are those of the model that was saved, to the
        last bit.

    Raises
    ------
    LinocutError
        If the file is none, of a newer version or damaged; the message names it.

    Examples
    --------
    >>> import tempfile
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = ImageClassifier().fit(digits).save(f"{folder}/digits.linocut")
    ...     model = load_model(path)
    >>> model.predict(digits.test.images[:3])
    array(['1', '6', '9'], dtype='<U1')
    """
    contents = read_model(path)
    if isinstance(contents, RowContents):
        return RowClassifier.of_contents(contents)
    return ImageClassifier.of_contents(contents)
