"""JSON Schema of what is sent and of what is answered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from linocut.core.colour import Shape

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
PIXEL: Schema = {"type": "integer", "minimum": 0, "maximum": 255}


def pixels(shapes: Sequence[Shape], most: int) -> Schema:
    """Return what JSON with the pixels of some images must be.

    Parameters
    ----------
    shapes : sequence of tuple
        Sizes that images may have; all images of one request have one of them.
    most : int
        Images in a request.
    """
    forms = []
    for shape in shapes:
        image = _rows_of(PIXEL, shape)
        flat = _array(PIXEL, math.prod(shape))
        several = {"type": "array", "minItems": 1, "maxItems": most}
        forms += [{**several, "items": image}, {**several, "items": flat}, image]
    told = "Images as rows of pixels, or all of their pixels in one list; or one image alone."
    return _object(images={"anyOf": forms, "description": told})


def _rows_of(value: Schema, shape: Shape) -> Schema:
    """Return what an image is whose pixels, or the planes of these, are of a kind."""
    for side in reversed(shape):
        value = _array(value, side)
    return value


def ref(name: str) -> Schema:
    """Return a schema that stands among `answers` by this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def answers(*, strings: bool) -> Schema:
    """Return all that is answered, by name.

    Parameters
    ----------
    strings : bool
        Whether some models read strings.
    """
    predictions, evidence = _of("Prediction"), [ref("EvidenceOfPixels")]
    named = _BASIC | _OF_IMAGES
    if strings:
        predictions = {"anyOf": [predictions, _of("StringPrediction")]}
        evidence.append(ref("EvidenceOfString"))
        named |= _OF_STRINGS
    return named | {
        "Predictions": _object(
            "What is said of all images, in their order.", model=TEXT, predictions=predictions
        ),
        "Evidence": {"anyOf": evidence},
    }


def _object(description: str = "", **properties: Schema) -> Schema:
    """Return an object that has these properties, no fewer and no more.

    A trailing underscore keeps a name apart from a word of Python's.
    """
    named = {name.rstrip("_"): schema for name, schema in properties.items()}
    made: Schema = {"type": "object", "additionalProperties": False}
    if description:
        made["description"] = description
    return made | {"required": list(named), "properties": named}


def _array(items: Schema, length: int) -> Schema:
    return {"type": "array", "minItems": length, "maxItems": length, "items": items}


def _list(items: Schema, description: str = "") -> Schema:
    return {"type": "array", "items": items} | ({"description": description} if description else {})


def _of(name: str, description: str = "") -> Schema:
    return _list(ref(name), description)


def _told(schema: Schema, description: str, *, or_none: bool = False) -> Schema:
    made = {**schema, "description": description}
    return {**made, "type": [schema["type"], "null"]} if or_none else made


def _plane(value: Schema) -> Schema:
    """Return an image of any size, in grey or in colour."""
    return {"anyOf": [_list(_list(value)), _list(_list(_array(value, 3)))]}


_BASIC: Schema = {
    "Refused": _object(
        "Why a request was not answered.",
        error=_told(TEXT, "One line: what is wrong with which value, and what is right."),
        request_id=TEXT,
    ),
    "Status": _object("How the server is.", status=TEXT),
    "ModelFacts": _object(
        "What is known of a model.",
        name=TEXT,
        title={"type": ["string", "null"]},
        classes=_list(TEXT, "Of a reader of strings, its symbols."),
        strings=_told({"type": "boolean"}, "Whether it reads strings of several glyphs."),
        image_shape=_list({"type": ["integer", "null"]}, "Height and width; in colour, 3."),
        preparation={"type": ["string", "null"]},
        accuracy=_told(SHARE, "Share of test images correctly classified.", or_none=True),
        test_images={"type": ["integer", "null"]},
        created={"type": ["string", "null"]},
        loaded=TEXT,
        problem=_told(TEXT, "Why its changed file was not taken up.", or_none=True),
    ),
    "Models": _object(
        "All models, the one that answers where none is named first.", models=_of("ModelFacts")
    ),
}
_OF_IMAGES: Schema = {
    "ClassShare": _object("A class and its probability.", class_=TEXT, probability=SHARE),
    "Prediction": _object(
        "What is said of one image.",
        class_=_told(TEXT, "None if it is rejected without a name.", or_none=True),
        probability=_told(SHARE, "None if it is rejected.", or_none=True),
        rejected=_told({"type": "boolean"}, "Whether no class is certain enough."),
        top=_of("ClassShare", "The most probable classes."),
    ),
    "EvidenceOfPixels": _object(
        "Why one class rather than another: evidence and offset add up to the margin.",
        model=TEXT,
        class_=TEXT,
        versus=TEXT,
        margin=_told(NUMBER, "Score of the class less score of its rival."),
        offset=_told(NUMBER, "The margin of a blank page."),
        unit=_told(TEXT, "Of margin, offset and evidence."),
        sentence=TEXT,
        image=_told(_plane(PIXEL), "What the model looks at."),
        evidence=_told(
            _plane(NUMBER), "Of each pixel, for the class; in colour, of each of its planes."
        ),
    ),
}
_OF_STRINGS: Schema = {
    "Place": _object(
        "Where a glyph lies, in columns of the image as the reader takes it.",
        symbol=TEXT,
        start=COUNT,
        stop=COUNT,
    ),
    "TextShare": _object("A text and its probability.", text=TEXT, probability=SHARE),
    "StringPrediction": _object(
        "What a reader of strings says of one image.",
        text=TEXT,
        probability=SHARE,
        glyphs=_of("Place"),
        top=_of("TextShare", "The most probable texts."),
    ),
    "EvidenceOfGlyph": _object(
        "Evidence of each pixel under one glyph.",
        start={"type": "integer"},
        support=_told(_plane(NUMBER), "For the symbol that was read."),
        support_beside=_told(NUMBER, "What the blank page and its width add to that."),
        rival=TEXT,
        against_rival=_told(_plane(NUMBER), "For it rather than its rival."),
        against_rival_beside=NUMBER,
    ),
    "EvidenceOfString": _object(
        "What was read in an image, and why.",
        model=TEXT,
        text=TEXT,
        probability=SHARE,
        true={"type": "null"},
        glyphs=_list({"type": "object"}, "Score, rival and lead of each glyph."),
        readings=_of("TextShare"),
        evidence=_of("EvidenceOfGlyph"),
        image=_told(_plane(PIXEL), "What the reader looks at."),
        sentence=_told(TEXT, "Whether the evidence is exact, and of which image it is."),
    ),
}
