"""What stands above the C: where the model came from, what it takes, and its declarations."""

from __future__ import annotations

import math
from string import Template

from linocut.core.decisions import DecisionRule
from linocut.modelfile.c.heads import PairsHead
from linocut.modelfile.c.loss import QuantisationLoss
from linocut.modelfile.c.parts import Parts
from linocut.modelfile.c.text import comment_block
from linocut.modelfile.contents import ModelContents

THRESHOLDS = """
/* The least probability at which each class is accepted. */
extern const float linocut_thresholds[LINOCUT_CLASSES];
"""

COSTS = Template("""
/* What to predict a class costs of images of each: [true class][predicted class], and in a last
   column, if there is one, what to reject them costs. */
#define LINOCUT_DECISIONS $decisions
extern const float linocut_costs[LINOCUT_CLASSES][LINOCUT_DECISIONS];
""")

# What linocut_predict returns.
LARGEST_SCORE = "The position of the class with the largest score."
MOST_PROBABLE = (
    "The position of the most probable class among those that reach their thresholds, or -1."
)
CHEAPEST = "The position of the class of least expected cost, or -1: reject the image."

# Another C file may include this one for its declarations alone.
DECLARATIONS = Template("""\
#ifndef LINOCUT_H
#define LINOCUT_H

#include <stdint.h>

#define LINOCUT_HEIGHT $height
#define LINOCUT_WIDTH $width
$planes#define LINOCUT_PIXELS $pixels
#define LINOCUT_CLASSES $classes

#ifdef __cplusplus
extern "C" {
#endif

/* Names of the classes, UTF-8, in the order of the scores. */
extern const char *const linocut_class_names[LINOCUT_CLASSES];
$decisions
/* The score of each class; the largest is that of the class it takes the image for. */
void linocut_scores(const uint8_t image[LINOCUT_PIXELS], float scores[LINOCUT_CLASSES]);

/* Probabilities of scores; their sum is 1. Both may be the same array. */
void linocut_probabilities(const float scores[LINOCUT_CLASSES],
                           float probabilities[LINOCUT_CLASSES]);

/* $predicted */
int linocut_predict(const uint8_t image[LINOCUT_PIXELS]);

#ifdef __cplusplus
}
#endif

#endif
""")

IMPLEMENTATION = """\
#ifndef LINOCUT_DECLARATIONS_ONLY

#include <math.h>

/* Sums are rounded as they stand here, so that scores are the same everywhere. GCC does so with
   -std=c99, and does not know the pragma. */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif
"""

END = "#endif\n"


def header_comment(
    contents: ModelContents, parts: Parts, *, measured: QuantisationLoss | None, prefix: str
) -> str:
    """Return the comment on top of the file.

    Parameters
    ----------
    contents : ModelContents
        The model.
    parts : Parts
        What is written of it.
    measured : QuantisationLoss or None
        What 8-bit weights cost.
    prefix : str
        What names begin with.
    """
    h, w, *planes = contents.image_shape
    laid_out = "from 0 (paper) to 255 (full ink)"
    if planes:
        laid_out = "red, green and blue of each pixel, from 0 to 255"
    paragraphs = [
        f"A linear classifier of images of {h} × {w} pixels{' in colour' if planes else ''} into "
        f"{len(contents.class_names)} classes, in C99: no library but that of the language, "
        "no memory but the stack.",
        *_origin(contents),
        f"An image is {math.prod(contents.image_shape)} bytes, row by row from the top left, "
        f"{laid_out}. How the model expects it to be prepared: {contents.intake.sentence}.",
    ]
    if parts.head.is_quantised:
        paragraphs.append(_quantisation(parts))
    if measured is not None:
        paragraphs.append(measured.sentence)
    paragraphs.append(
        f"To call it from another file, define {prefix.upper()}_DECLARATIONS_ONLY there before "
        "this one is included, and link both."
    )
    return comment_block(paragraphs)


def declarations(contents: ModelContents) -> str:
    """Return macros and declarations for any C or C++ file."""
    h, w, *planes = contents.image_shape
    classes = len(contents.class_names)
    return DECLARATIONS.substitute(
        height=h,
        width=w,
        # Of each pixel a byte for each of its planes, all of which are counted.
        planes="".join(f"#define LINOCUT_PLANES {each}\n" for each in planes),
        pixels=math.prod(contents.image_shape),
        classes=classes,
        decisions=_tables(contents.decisions),
        predicted=_predicted(contents.decisions),
    )


def _tables(rule: DecisionRule | None) -> str:
    if rule is None:
        return ""
    return THRESHOLDS if rule.costs is None else COSTS.substitute(decisions=rule.costs.shape[1])


def _predicted(rule: DecisionRule | None) -> str:
    if rule is None:
        return LARGEST_SCORE
    return MOST_PROBABLE if rule.costs is None else CHEAPEST


def _quantisation(parts: Parts) -> str:
    """Say where the arithmetic is of whole numbers, and where it is not."""
    said = [
        "Weights have 8 bits. Weighted pixels are summed as whole numbers of 32 bits, and only the "
        "sums are scaled."
    ]
    if isinstance(parts.head, PairsHead):
        said.append("Components, their products and the scores are floats.")
    if parts.image_steps:
        said.append("The steps before, which make another image of the image, compute in floats.")
    return " ".join(said)


def _origin(contents: ModelContents) -> list[str]:
    """Return sentences on where it came from, as far as that is known."""
    origin = contents.provenance
    found = []
    if origin.title or origin.rung:
        found.append(f"Model: {origin.title or origin.rung}.")
    if origin.dataset:
        digest = f", SHA-256 {origin.data_sha256}" if origin.data_sha256 else ""
        found.append(f"Fitted on {origin.dataset}: {origin.rows:,} images{digest}.")
    if origin.accuracy is not None:
        interval = ""
        if origin.low is not None and origin.high is not None:
            interval = f" (95 % interval {origin.low:.2%} to {origin.high:.2%})"
        found.append(
            f"Correctly classified: {origin.accuracy:.2%}{interval} of {origin.test_rows:,} test "
            "images, with floats."
        )
    if origin.created or origin.version:
        by = f" by linocut {origin.version}" if origin.version else ""
        found.append(f"Made{by}{f' on {origin.created}' if origin.created else ''}.")
    return [" ".join(found)] if found else []
