"""Loading a finished model from its file."""

from __future__ import annotations

import os

from linocut.classifier.image_classifier import ImageClassifier


def load_model(path: str | os.PathLike[str]) -> ImageClassifier:
    """Read a finished model from a model file; nothing in the file is run.

    Parameters
    ----------
    path : path-like
        What `ImageClassifier.save` wrote.

    Returns
    -------
    ImageClassifier
        On the same machine its scores are those of the model that was saved, to the last bit.

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
    return ImageClassifier.load(path)
