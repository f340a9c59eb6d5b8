"""What is answered to a request: predictions, or the evidence for one of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.decisions import REJECTED, DecisionRule
from linocut.data import Intake
from linocut.serve.bodies import FORM, RAW, Images, files_of, images_of, lines_of
from linocut.serve.limits import Limits
from linocut.serve.refusals import Refusal
from linocut.serve.shelf import Served

if TYPE_CHECKING:
    from linocut.lines import Reading, StringReader

MOST_READINGS = 10  # of one string
_encode = json.JSONEncoder(ensure_ascii=False).encode
FEW_BYTES = 8192  # of pixels, ten images of 28 × 28


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

    @property
    def quick(self) -> bool:
        """Whether an answer takes less time than to hand the question to a thread and back."""
        return self.kind == RAW and len(self.body) <= FEW_BYTES and self.served.quick

    def images(self, intake: Intake) -> Images:
        """Return the images as a model of this intake takes them."""
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

    @property
    def quick(self) -> bool:
        """Never: all of the evidence is written out."""
        return False


@dataclass(frozen=True)
class Answered:
    """An answer: JSON, and how many images it is about."""

    body: bytes
    images: int


def answers(questions: Sequence[Question]) -> list[Answered | Exception]:
    """Answer all questions; images for one model are scored together."""
    made: dict[int, Answered | Exception] = {}
    prepared: dict[ImageClassifier, list[tuple[int, Predict, Images]]] = {}
    for place, question in enumerate(questions):
        model = question.served.model
        try:
            if not isinstance(model, ImageClassifier):
                made[place] = of_strings(question, model)
                continue
            images = question.images(model.intake_)
            if isinstance(question, Predict):
                prepared.setdefault(model, []).append((place, question, images))
            else:
                assert isinstance(question, Explain)
                made[place] = explained(question, model, images)
        except Exception as error:  # whatever it is, whoever asked is told, and the thread goes on
            made[place] = error
    for model, asked in prepared.items():
        try:
            found = _predicted(model, asked)
        except Exception as error:  # as above, for all that were scored together
            found = [error] * len(asked)
        made |= dict(zip((place for place, _, _ in asked), found, strict=True))
    return [made[place] for place in range(len(questions))]


def _predicted(
    model: ImageClassifier, asked: Sequence[tuple[int, Predict, Images]]
) -> list[Answered | Exception]:
    parts = [images for _, _, images in asked]
    scores = model.scores(parts[0] if len(parts) == 1 else np.concatenate(parts))
    P, decided = model.probabilities(scores), model.decide(scores)
    found: list[Answered | Exception] = []
    start = 0
    for _, question, images in asked:
        some = slice(start, start := start + len(images))
        names, rule = question.served.class_names, model.decisions_
        told = [
            _one(names, rule, p, k, question.top)
            for p, k in zip(P[some], decided[some], strict=True)
        ]
        found.append(_answered({"model": question.served.name, "predictions": told}, len(images)))
    return found


def _one(
    names: tuple[str, ...],
    rule: DecisionRule | None,
    P: NDArray[np.float64],
    decided: np.intp,
    top: int,
) -> dict[str, Any]:
    best = np.argsort(-P, kind="stable")[:top]
    shares = [{"class": names[k], "probability": float(P[k])} for k in best]
    if decided == REJECTED:
        called = rule.rejected if rule else None
        return {"class": called, "probability": None, "rejected": True, "top": shares}
    share = float(P[decided])
    return {"class": names[decided], "probability": share, "rejected": False, "top": shares}


def explained(question: Explain, model: ImageClassifier, images: Images) -> Answered:
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
        found = model.explain(images[0], label=question.label, versus=question.versus)
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


def of_strings(question: Question, reader: StringReader) -> Answered:
    """Read the strings in images, or account for one reading.

    Raises
    ------
    Refusal
        As for images of one class.
    """
    lines = lines_of(question.kind, question.body, reader.intake_, question.limits)
    if isinstance(question, Explain):
        from linocut.lines.explaining import about_evidence, explain_reading  # loads on use

        if len(lines) != 1:
            raise Refusal(422, f"{len(lines)} images — one at a time is explained")
        if question.label is not None or question.versus is not None:
            raise Refusal(422, "label and versus — a string is explained against its rivals")
        found = explain_reading(reader, lines[0])
        document = {
            "model": question.served.name,
            **found.to_dict(),
            "image": lines[0].tolist(),
            "sentence": about_evidence(reader),
        }
        return _answered(document, 1)
    assert isinstance(question, Predict)
    told = [_string(reader.best(line, min(question.top, MOST_READINGS))) for line in lines]
    return _answered({"model": question.served.name, "predictions": told}, len(lines))


def _string(readings: Sequence[Reading]) -> dict[str, Any]:
    first = readings[0]
    return {
        "text": first.text,
        "probability": first.probability,
        "glyphs": [
            {"symbol": each.symbol, "start": each.start, "stop": each.stop} for each in first.glyphs
        ],
        "top": [{"text": each.text, "probability": each.probability} for each in readings],
    }


def _answered(document: dict[str, Any], images: int) -> Answered:
    return Answered(_encode(document).encode(), images)
