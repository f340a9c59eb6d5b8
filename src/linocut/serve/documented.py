"""What OpenAPI says of each path: what it takes, what it answers, what it refuses."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response
from pydantic import BaseModel, Field

from linocut.serve.bodies import FORM, JSON, RAW

ABOUT = """\
Linear classifiers of small images, with the evidence for every answer.

An image is sent as it is (`image/png`, …), several in a form (`multipart/form-data`), or as pixels
that are prepared already, a byte each (`application/octet-stream`) or as JSON
(`{"images": [[[0, …], …], …]}`), from 0, paper, to 255, full ink.
"""


Planes = tuple[int, int, int]  # red, green and blue
PlanesOfEvidence = tuple[float, float, float]


class Refused(BaseModel):
    """Why a request was not answered."""

    error: str = Field(description="One line: what is wrong with which value, and what is right.")
    request_id: str


class ClassShare(BaseModel):
    """A class and its probability."""

    class_: str = Field(alias="class")
    probability: float


class Prediction(BaseModel):
    """What is said of one image."""

    class_: str | None = Field(alias="class", description="None if it is rejected without a name.")
    probability: float | None = Field(description="None if it is rejected.")
    rejected: bool = Field(description="Whether no class is certain enough.")
    top: list[ClassShare] = Field(description="The most probable classes.")


class Place(BaseModel):
    """Where a glyph lies, in columns of the image as the reader takes it."""

    symbol: str
    start: int
    stop: int


class TextShare(BaseModel):
    """A text and its probability."""

    text: str
    probability: float


class StringPrediction(BaseModel):
    """What a reader of strings says of one image."""

    text: str
    probability: float
    glyphs: list[Place]
    top: list[TextShare] = Field(description="The most probable texts.")


class Predictions(BaseModel):
    """What is said of all images, in their order."""

    model: str
    predictions: list[Prediction] | list[StringPrediction]


class EvidenceOfPixels(BaseModel):
    """Why one class rather than another: evidence and offset add up to the margin."""

    model: str
    class_: str = Field(alias="class")
    versus: str
    margin: float = Field(description="Score of the class less score of its rival.")
    offset: float = Field(description="The margin of a blank page.")
    unit: str = Field(description="Of margin, offset and evidence.")
    sentence: str
    image: list[list[int]] | list[list[Planes]] = Field(description="What the model looks at.")
    evidence: list[list[float]] | list[list[PlanesOfEvidence]] = Field(
        description="Of each pixel, for the class; in colour, of each of its planes."
    )


class ModelFacts(BaseModel):
    """What is known of a model."""

    name: str
    title: str | None
    classes: list[str] = Field(description="Of a reader of strings, its symbols.")
    strings: bool = Field(description="Whether it reads strings of several glyphs.")
    image_shape: list[int | None]
    preparation: str | None
    accuracy: float | None = Field(description="Share of test images correctly classified.")
    test_images: int | None
    created: str | None
    loaded: str
    problem: str | None = Field(description="Why its changed file was not taken up.")


class Models(BaseModel):
    """All models, the one that answers where none is named first."""

    models: list[ModelFacts]


class Status(BaseModel):
    """How the server is."""

    status: str


_PIXELS = {"type": "integer", "minimum": 0, "maximum": 255}
_PLANES = {"type": "array", "items": _PIXELS, "minItems": 3, "maxItems": 3}
_ROW = {"type": "array", "items": {"anyOf": [_PIXELS, _PLANES]}}
_ROWS = {"type": "array", "items": _ROW}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_IMAGES = {
    "requestBody": {
        "required": True,
        "content": {
            "image/png": _BINARY,
            "image/jpeg": _BINARY,
            RAW: _BINARY,
            JSON: {
                "schema": {
                    "type": "object",
                    "required": ["images"],
                    "properties": {"images": {"type": "array", "minItems": 1, "items": _ROWS}},
                }
            },
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["images"],
                    "properties": {
                        "images": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                }
            },
        },
    }
}
_ANY = {
    400: "The request cannot be read.",
    401: "The token is missing or another.",
    408: "The request was too slow.",
    421: "The server is not known by that name.",
    500: "The server failed.",
}
_ASKED = {
    404: "No model has that name.",
    413: "The body, an image or their number is too large.",
    415: "Another kind of body.",
    422: "What was sent cannot be answered; the line says why.",
    503: "Too many requests wait; come again.",
}


def _refusals(said: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Refused, "description": told} for status, told in said.items()}


PREDICT: dict[str, Any] = {
    "summary": "Classify images",
    "responses": {200: {"model": Predictions}, **_refusals(_ANY | _ASKED)},
    "openapi_extra": _IMAGES,
}
EXPLAIN: dict[str, Any] = {
    "summary": "Account for one image, pixel by pixel",
    "responses": {200: {"model": EvidenceOfPixels}, **_refusals(_ANY | _ASKED)},
    "openapi_extra": _IMAGES,
}
MODELS: dict[str, Any] = {
    "summary": "Which models answer",
    "responses": {200: {"model": Models}, **_refusals(_ANY)},
}
HEALTH: dict[str, Any] = {
    "summary": "Whether the process lives",
    "responses": {200: {"model": Status}, **_refusals(_ANY)},
}
READY: dict[str, Any] = {
    "summary": "Whether requests are answered",
    "responses": {200: {"model": Status}, **_refusals(_ANY | {503: "Not yet, or not any more."})},
}
METRICS: dict[str, Any] = {
    "summary": "Counts for Prometheus",
    "responses": {200: {"content": {"text/plain": {}}}, **_refusals(_ANY)},
    "response_class": Response,
}
