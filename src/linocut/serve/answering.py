"""What is answered to a request: predictions, or the evidence for one of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.decisions import REJECTED
from linocut.serve.bodies import FORM, Images, files_of, images_of
from linocut.serve.limits import Limits
from linocut.serve.refusals import Refusal
from linocut.serve.shelf import Served


@dataclass(frozen=True, eq=False)
class Question:
    """What one request asks of a model.

    Attributes
    ----------
    served : Served
        The model, as it was when the request came.
    kind : str
        The content type.
    body : bytes or list of bytes
        The body; of a form its files.
    limits : Limits
    """

    served: Served
    kind: str
    body: bytes | list[bytes]
    limits: Limits

    def images(self) -> Images:
        """Return the images as the model takes them."""
        intake = self.served.model.intake_
        if isinstance(self.body, list):
            return files_of(self.body, intake, self.limits)
        if self.kind == FORM:
            raise Refusal(422, "a form without files — one image at least")
        return images_of(self.kind, self.body, intake, self.limits)


@dataclass(frozen=True, eq=False)
class Predict(Question):
    """Which class each image belongs to.

    Attributes
    ----------
    top : int
        Classes to name for each image.
    """

    top: int = 3


@dataclass(frozen=True, eq=False)
class Explain(Question):
    """Why one image is classified as it is.

    Attributes
    ----------
    label, versus : str or None
        The class in question and its rival.
    """

    label: str | None = None
    versus: str | None = None


@dataclass(frozen=True)
class Answered:
    """An answer: JSON, and how many images it is about."""

    body: bytes
    images: int


def answers(questions: Sequence[Question]) -> list[Answered | Exception]:
    """Answer all questions; images for one model are scored together."""
    made: dict[int, Answered | Exception] = {}
    prepared: dict[Served, list[tuple[int, Predict, Images]]] = {}
    for place, question in enumerate(questions):
        try:
            images = question.images()
            if isinstance(question, Predict):
                prepared.setdefault(question.served, []).append((place, question, images))
            else:
                assert isinstance(question, Explain)
                made[place] = explained(question, images)
        except Exception as error:
            made[place] = error
    for served, asked in prepared.items():
        try:
            found = _predicted(served, asked)
        except Exception as error:
            found = [error] * len(asked)
        made |= dict(zip((place for place, _, _ in asked), found, strict=True))
    return [made[place] for place in range(len(questions))]


def _predicted(
    served: Served, asked: Sequence[tuple[int, Predict, Images]]
) -> list[Answered | Exception]:
    parts = [images for _, _, images in asked]
    model = served.model
    scores = model.scores(parts[0] if len(parts) == 1 else np.concatenate(parts))
    P, decided = model.probabilities(scores), model.decide(scores)
    found: list[Answered | Exception] = []
    start = 0
    for _, question, images in asked:
        some = slice(start, start := start + len(images))
        told = [
            _one(served, p, k, question.top) for p, k in zip(P[some], decided[some], strict=True)
        ]
        found.append(_answered({"model": served.name, "predictions": told}, len(images)))
    return found


def _one(served: Served, P: NDArray[np.float64], decided: np.intp, top: int) -> dict[str, Any]:
    names = served.class_names
    best = np.argsort(-P, kind="stable")[:top]
    shares = [{"class": names[k], "probability": float(P[k])} for k in best]
    if decided == REJECTED:
        rule = served.model.decisions_
        called = rule.rejected if rule else None
        return {"class": called, "probability": None, "rejected": True, "top": shares}
    share = float(P[decided])
    return {"class": names[decided], "probability": share, "rejected": False, "top": shares}


def explained(question: Explain, images: Images) -> Answered:
    """Account for one image.

    Raises
    ------
    Refusal
        422 if there are several, a class is none of the model's, or the model cannot be accounted
        for.
    """
    if len(images) != 1:
        raise Refusal(422, f"{len(images)} images — one at a time is explained")
    served = question.served
    for name in (question.label, question.versus):
        if name is not None and name not in served.class_names:
            known = ", ".join(served.class_names[:20])
            raise Refusal(422, f"{name[:100]!r} is no class of {served.name} — known: {known}")
    try:
        found = served.model.explain(images[0], label=question.label, versus=question.versus)
    except LinocutError as error:
        raise Refusal(422, str(error)) from error
    document = {
        "model": served.name,
        "class": str(found.label),
        "versus": str(found.versus),
        "margin": found.margin,
        "offset": found.offset,
        "unit": found.unit,
        "sentence": found.sentence,
        "image": np.round(found.image).astype(int).tolist(),
        "evidence": found.pixels.tolist(),
    }
    return _answered(document, 1)


def _answered(document: dict[str, Any], images: int) -> Answered:
    return Answered(json.dumps(document, ensure_ascii=False).encode(), images)
