"""`export_c`: the whole file."""

from __future__ import annotations

import os
import re
from pathlib import Path

from linocut.core import LinocutError
from linocut.core.files import write_whole
from linocut.modelfile.c.answers import (
    CLASS_NAMES,
    CLASS_NAMES_END,
    class_names_source,
    decisions_source,
    predict_source,
    probabilities_source,
    scores_source,
)
from linocut.modelfile.c.header import END, IMPLEMENTATION, declarations, header_comment
from linocut.modelfile.c.heads_source import head_source
from linocut.modelfile.c.image_steps import image_steps_source
from linocut.modelfile.c.loss import QuantisationLoss
from linocut.modelfile.c.parts import Parts
from linocut.modelfile.contents import ModelContents


def export_c(
    contents: ModelContents,
    path: str | os.PathLike[str],
    *,
    quantised: bool = False,
    name: str = "linocut",
    measured: QuantisationLoss | None = None,
) -> Path:
    """Write a model as one C99 file, which needs <stdint.h> and <math.h> alone.

    It declares, with `name` in front instead of linocut,

        void linocut_scores(const uint8_t image[H * W], float scores[K]);
        void linocut_probabilities(const float scores[K], float probabilities[K]);
        int linocut_predict(const uint8_t image[H * W]);
        extern const char *const linocut_class_names[K];

    where ``linocut_predict`` returns −1 for an image that the model's thresholds or costs reject,
    and the macros ``LINOCUT_HEIGHT``, ``LINOCUT_WIDTH``, ``LINOCUT_PIXELS`` and
    ``LINOCUT_CLASSES``. All tables are constant, scratch is on the stack, nothing is kept between
    calls.

    Parameters
    ----------
    contents : ModelContents
        A linear model of pixels, or of principal components and their pairs, maybe after `Centre`,
        `Deskew` or `NormaliseMoments`.
    path : path-like
        Where the file goes; an existing one is replaced.
    quantised : bool
        Whether weights have 8 bits, with a scale for each class, and bytes are summed as whole
        numbers of 32 bits: a quarter of the size, and no fractional multiplication a pixel.
    name : str
        What all names begin with: letters, digits and underscores, a letter first.
    measured : QuantisationLoss, optional
        What the 8 bits cost (see `quantisation_loss`), for the comment on top of the file.

    Returns
    -------
    Path
        The file written, links resolved.

    Raises
    ------
    LinocutError
        If a step of the model cannot be written in C, the name is none in C, or the file cannot be
        written.

    Examples
    --------
    >>> import tempfile
    >>> from linocut.classifier import ImageClassifier
    >>> from linocut.data import load_dataset
    >>> contents = ImageClassifier().fit(load_dataset("digits")).contents
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = export_c(contents, folder + "/digits.c", quantised=True, name="digits")
    ...     "int digits_predict(const uint8_t image[DIGITS_PIXELS]);" in path.read_text("utf-8")
    True
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise LinocutError(
            f"name={name!r} — a name in C: letters, digits and underscores, a letter first"
        )
    if measured is not None and not quantised:
        raise LinocutError("measured=… tells what 8-bit weights cost — only with quantised=True")
    parts = Parts.of(contents)
    if quantised:
        parts = parts.quantised()
    top = header_comment(contents, parts, measured=measured, prefix=name)
    class_names = class_names_source(contents.class_names)
    code = _code(contents, parts)
    # The comment and the names of classes are data: nothing in them is renamed.
    before, after = (_renamed(part, name) for part in code)
    return write_whole(path, f"{top}\n{before}\n{class_names}{after}".encode())


def _code(contents: ModelContents, parts: Parts) -> tuple[str, str]:
    """Return the code before the class names and after them."""
    link = contents.linear.model_kind.link
    before = [declarations(contents), IMPLEMENTATION, CLASS_NAMES]
    after = [
        CLASS_NAMES_END,
        decisions_source(contents.decisions),
        image_steps_source(parts.image_steps, contents.image_shape),
        head_source(parts.head),
        scores_source(len(parts.image_steps)),
        probabilities_source(link, contents.temperature),
        predict_source(contents.decisions),
        END,
    ]
    return "\n".join(before), "\n".join(part for part in after if part)


def _renamed(code: str, name: str) -> str:
    return code.replace("linocut_", f"{name}_").replace("LINOCUT_", f"{name.upper()}_")
