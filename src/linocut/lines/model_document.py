"""The model behind a reader as a JSON document and tensors, whichever of them it is."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.lines.glyphs import GlyphImages, SecondLook
from linocut.lines.glyphs.second_look import FEATURES
from linocut.lines.learning.fixed import FixedPositions
from linocut.lines.learning.learners import FIXED
from linocut.lines.learning.line_model import LineModel
from linocut.lines.learning.summed_cuts import SummedCuts
from linocut.lines.learning.two_looks import TwoLooks
from linocut.lines.learning.whole_string import Layout, Weights
from linocut.lines.windows.columns import Columns
from linocut.lines.windows.preparing import HIGHEST, Preparation
from linocut.lines.windows.windows import Windows
from linocut.modelfile.container import Tensors
from linocut.modelfile.plain import Fields, is_whole
from linocut.modelfile.shared import tensor_of

SECOND = "second_look"
MODEL = "model"  # the field that says which; where all cuts are summed over there is none
MOST_GLYPHS, MOST_PLACES = 200, 4096


def model_document(model: LineModel) -> tuple[dict[str, Any], Tensors]:
    """Return the JSON document and the tensors of a model."""
    windows = model.windows
    document: dict[str, Any] = {
        "preparation": model.preparation.value,
        "columns": asdict(windows.columns),
        "offsets": list(windows.offsets),
    }
    tensors = {"axes": windows.axes, "centre": windows.centre}
    if isinstance(model, FixedPositions):
        document |= {MODEL: FIXED, "narrowest": model.narrowest, "positions": model.most}
        tensors |= {"coef": model.coef, "intercept": model.intercept}
    else:
        first = model.first if isinstance(model, TwoLooks) else model
        assert isinstance(first, SummedCuts)
        layout, weights = first.layout, first.weights
        document |= {
            "narrowest": layout.narrowest,
            "mean_width": layout.mean_width,
            "counts": list(layout.counts),
        }
        tensors |= {
            "coef": weights.coef, "intercept": weights.intercept, "widths": weights.widths
        }  # fmt: skip
    if isinstance(model, TwoLooks):
        second = model.second
        document[SECOND] = {
            "height": second.images.height, "width": second.images.width,
            "temperature": second.temperature, "share": second.share,
        }  # fmt: skip
        tensors |= {"second_coef": second.coef, "second_intercept": second.intercept}
    return document, {
        name: np.ascontiguousarray(array, np.float32) for name, array in tensors.items()
    }


def model_of(given: Fields, left: Tensors, K: int, height: int) -> LineModel:
    """Make a model of K symbols of its document and tensors, which are taken from ``left``.

    Lines are ``height`` pixels high.

    Raises
    ------
    LinocutError
        If a part is missing, unknown, or does not fit the others; the message names it.
    """
    kind = given.text(MODEL) if MODEL in given.left else None
    if kind not in (None, FIXED):
        raise given.wrong(MODEL, kind, FIXED)
    preparation = given.text("preparation")
    if preparation not in {each.value for each in Preparation}:
        known = ", ".join(each.value for each in Preparation)
        raise given.wrong("preparation", preparation, known)
    columns = _columns(given.object("columns"))
    offsets = given.items("offsets")
    if not offsets or not all(is_whole(o) and abs(o) <= MOST_PLACES for o in offsets):
        raise given.wrong("offsets", offsets, "a list of places")
    d, p = _sides(left, "axes")
    if d != (wanted := columns.width(min(height, HIGHEST))):
        raise LinocutError(f"tensor 'axes' has {d} rows — {wanted} for lines {height} pixels high")
    windows = Windows(
        columns, tensor_of(left, "axes", "float32", (d, p)),
        tensor_of(left, "centre", "float32", (p,)), tuple(offsets),
    )  # fmt: skip
    make = _summed_cuts if kind is None else _fixed_positions
    return make(given, left, K, Preparation(preparation), windows)


def _summed_cuts(
    given: Fields, left: Tensors, K: int, preparation: Preparation, windows: Windows
) -> LineModel:
    narrowest = given.whole("narrowest", 1, MOST_PLACES)
    mean_width = given.number("mean_width", 1e-3, MOST_PLACES)
    counts = given.items("counts")
    sound = all(isinstance(c, float) and math.isfinite(c) for c in counts)
    if not 2 <= len(counts) <= MOST_GLYPHS + 1 or not sound:
        raise given.wrong("counts", len(counts), "a score for each number of glyphs")
    second = _second_look(given.object(SECOND), left, K) if SECOND in given.left else None
    given.end()
    _, D = _sides(left, "widths")
    weights = Weights(
        tensor_of(left, "coef", "float32", (K + 2, *windows.shape)),
        tensor_of(left, "intercept", "float32", (K + 2,)),
        tensor_of(left, "widths", "float32", (K, D)),
    )
    layout = Layout(K, narrowest, D, mean_width, tuple(map(float, counts)))
    first = SummedCuts(preparation, windows, layout, weights)
    return first if second is None else TwoLooks(first, second)


def _second_look(given: Fields, left: Tensors, K: int) -> SecondLook:
    images = GlyphImages(given.number("height", 1e-3, 1e6), given.number("width", 1e-3, 1e6))
    temperature, share = given.number("temperature", 1e-9, 1e9), given.number("share", 1e-9, 1e9)
    given.end()
    return SecondLook(
        images,
        tensor_of(left, "second_coef", "float32", (K, FEATURES)),
        tensor_of(left, "second_intercept", "float32", (K,)),
        temperature,
        share,
    )


def _fixed_positions(
    given: Fields, left: Tensors, K: int, preparation: Preparation, windows: Windows
) -> LineModel:
    narrowest = given.whole("narrowest", 1, MOST_PLACES)
    N = given.whole("positions", 1, MOST_GLYPHS)
    given.end()
    return FixedPositions(
        preparation, windows, narrowest,
        tensor_of(left, "coef", "float32", (N, K, *windows.shape)),
        tensor_of(left, "intercept", "float32", (N, K)),
    )  # fmt: skip


def _columns(given: Fields) -> Columns:
    made = Columns(given.whole("J", 1, 5), given.whole("L", 1, 64), given.whole("step", 1, 32))
    if 2**made.J % made.step:
        raise given.wrong("step", made.step, f"a divisor of {2**made.J}")
    given.end()
    return made


def _sides(left: Tensors, name: str) -> tuple[int, int]:
    """Return the two sides of a tensor that other ones go by."""
    if name not in left or left[name].ndim != 2:
        raise LinocutError(f"tensor {name!r} with two sides is missing")
    rows, columns = left[name].shape
    return rows, columns
