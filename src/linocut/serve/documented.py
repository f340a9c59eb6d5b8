"""What OpenAPI says of each path: what it takes, what it answers, what it refuses."""

from __future__ import annotations

import math
from typing import Any

from linocut._version import __version__
from linocut.core.colour import Shape
from linocut.data import Intake
from linocut.serve import schemas
from linocut.serve.bodies import FORM, JSON, RAW
from linocut.serve.limits import Limits
from linocut.serve.parameters import MODEL, OF_EXPLAIN, OF_PREDICT, Parameter
from linocut.serve.schemas import Schema
from linocut.serve.shelf import Shelf

ABOUT = """\
Linear classifiers of small images, with the evidence for every answer.

An image is sent as it is (`image/png`, …), several in a form (`multipart/form-data`), or as pixels
that are prepared already, a byte each (`application/octet-stream`) or as JSON
(`{"images": [[[0, …], …], …]}`), from 0, paper, to 255, full ink.
"""

IMAGE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp", "image/tiff")

BINARY: Schema = {"schema": {"type": "string", "format": "binary"}}

HEADERS: Schema = {"x-request-id": {"required": True, "schema": {"type": "string"}}}

ALWAYS = {
    400: "The request cannot be read.",
    408: "The request was too slow.",
    421: "The server is not known by that name.",
    431: "The headers are too long.",
    500: "The server failed.",
}
WITHOUT_TOKEN = {401: "The token is missing, or it is another."}
ASKED = {
    404: "No model has that name.",
    413: "The body, an image, or the number of images is too large.",
    415: "Another kind of body.",
    422: "What was sent cannot be answered; the line says why.",
    503: "Too many requests wait; come again.",
}


def document_of(shelf: Shelf, limits: Limits, *, token: bool) -> dict[str, Any]:
    """Return the OpenAPI document of a server with these models.

    Parameters
    ----------
    shelf : Shelf
        Whose names, and whose images' sizes, it holds.
    limits : Limits
        Of the server.
    token : bool
        Whether requests must bear one.
    """
    refused = ALWAYS | WITHOUT_TOKEN if token else ALWAYS
    names = [each.name for each in shelf]
    shapes = _shapes(shelf)
    strings = any(not isinstance(each.model.intake_, Intake) for each in shelf)

    def asking(summary: str, parameters: tuple[Parameter, ...], answer: str, most: int) -> Schema:
        return {
            "summary": summary,
            "parameters": [_parameter(each, names) for each in parameters],
            "requestBody": {"required": True, "content": _bodies(shapes, most)},
            "responses": _answers(answer, refused | ASKED),
        }

    def telling(summary: str, answer: str, more: dict[int, str] | None = None) -> Schema:
        return {"summary": summary, "responses": _answers(answer, refused | (more or {}))}

    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "linocut", "version": __version__, "description": ABOUT},
        "paths": {
            "/v1/predict": {
                "post": asking("Classify images", OF_PREDICT, "Predictions", limits.images)
            },
            "/v1/explain": {
                "post": asking("Account for one image, pixel by pixel", OF_EXPLAIN, "Evidence", 1)
            },
            "/v1/models": {"get": telling("Which models answer", "Models")},
            "/v1/models/{name}/file": {
                "get": {
                    "summary": "The file of a model, to run it elsewhere",
                    "parameters": [
                        {
                            "name": "name",
                            "in": "path",
                            "required": True,
                            "description": "Name of the model.",
                            "schema": {"type": "string", "enum": names},
                        }
                    ],
                    "responses": {
                        **_answers("", refused | {404: ASKED[404], 422: "It reads strings."}),
                        "200": {
                            "description": "The file.",
                            "headers": HEADERS,
                            "content": {RAW: BINARY},
                        },
                        "304": {
                            "description": "As the client has it (If-None-Match).",
                            "headers": HEADERS,
                        },
                    },
                }
            },
            "/health": {"get": {**telling("Whether the process lives", "Status"), "security": []}},
            "/ready": {
                "get": {
                    **telling(
                        "Whether requests are answered",
                        "Status",
                        {503: "Not yet, or not any more."},
                    ),
                    "security": [],
                }
            },
            "/metrics": {"get": telling("Counts for Prometheus", "")},
        },
        "components": {"schemas": schemas.answers(strings=strings)},
    }
    if token:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return document


def _shapes(shelf: Shelf) -> list[Shape]:
    """Return the sizes that images have for the models that take pixels, each once."""
    found = (getattr(each.model.intake_, "image_shape", None) for each in shelf)
    return list(dict.fromkeys(shape for shape in found if shape is not None))


def _parameter(parameter: Parameter, names: list[str]) -> Schema:
    schema = parameter.schema
    if parameter is MODEL:
        schema = {"type": "string", "enum": names}
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": schema,
    }


def _bodies(shapes: list[Shape], most: int) -> Schema:
    bodies = dict.fromkeys(IMAGE_TYPES, BINARY)
    if shapes:  # readers of strings take image files only
        sizes = ", ".join(f"{math.prod(shape):,}" for shape in shapes)
        told = f"Prepared pixels, a byte each: {sizes} for each image."
        bodies[RAW] = {"schema": {"type": "string", "format": "binary", "description": told}}
        bodies[JSON] = {
            "schema": schemas.pixels(shapes, most),
            "example": {"images": [_stroke(shapes[0])]},
        }
    files = {"type": "array", "minItems": 1, "maxItems": most, "items": BINARY["schema"]}
    form = {"type": "object", "required": ["images"], "properties": {"images": files}}
    return {**bodies, FORM: {"schema": form}}


def _stroke(shape: Shape) -> list[Any]:
    """Return an image with a stroke down its middle."""
    height, width = shape[:2]
    ink = [255 if column == width // 2 else 0 for column in range(width)]
    blank = [0] * width
    rows = [ink if height // 6 <= row < height - height // 6 else blank for row in range(height)]
    return rows if len(shape) == 2 else [[[value] * 3 for value in row] for row in rows]


def _answers(schema: str, refused: dict[int, str]) -> Schema:
    """Return what may be answered: a schema's name, or text where it is empty."""
    content: Schema = {"text/plain": {"schema": {"type": "string"}}}
    if schema:
        content = {JSON: {"schema": schemas.ref(schema)}}
    line = {JSON: {"schema": schemas.ref("Refused")}}
    told: Schema = {"200": {"description": "The answer.", "headers": HEADERS, "content": content}}
    for status, description in refused.items():
        told[str(status)] = {"description": description, "headers": HEADERS, "content": line}
    return told
