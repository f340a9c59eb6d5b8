"""Which translation belongs to which step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler

from linocut.core import LinocutError
from linocut.core.colour import is_colour
from linocut.core.steps import names_of, views_of
from linocut.features import (
    Centre,
    ConvolutionBank,
    Deskew,
    LeadingPairs,
    NormaliseContrast,
    NormaliseMoments,
    PatchDictionary,
    PrincipalPairs,
    RandomUnits,
    Scaling,
    Scattering,
    UnitPixels,
)
from linocut.modelfile.onnx import images, products, responses, rows
from linocut.modelfile.onnx.graph import Graph, Value
from linocut.modelfile.onnx.scattering import scattering

Translation = Callable[[Any, Graph, Value], Value]


def side_by_side(union: FeatureUnion, graph: Graph, x: Value) -> Value:
    """Put what each view makes in one row."""
    made = []
    for view in views_of(union):
        with graph.scope(view.name):
            row = x
            for name, step in view.steps:
                row = translate(name, step, graph, row)
            row = graph.row(row)
            if view.weight != 1:
                row = replace(row, name=graph.add("Mul", row.name, view.weight))
        made.append(row)
    return Value(graph.add("Concat", *(row.name for row in made), axis=1),
                 (sum(row.size for row in made),))  # fmt: skip


TRANSLATIONS: dict[type | str, Translation] = {
    Centre: images.centred,
    ConvolutionBank: responses.convolution_bank,
    Deskew: images.deskewed,
    FeatureUnion: side_by_side,
    LeadingPairs: products.leading_pairs,
    MaxAbsScaler: rows.max_abs,
    MinMaxScaler: rows.min_max,
    NormaliseContrast: images.contrast_normalised,
    NormaliseMoments: images.normalised,
    PatchDictionary: responses.patch_dictionary,
    "sklearn.PolynomialFeatures": products.polynomial,
    PrincipalPairs: products.principal_pairs,
    RandomUnits: rows.random_units,
    "sklearn.RBFSampler": rows.random_waves,
    Scaling: rows.scaling,
    Scattering: scattering,
    UnitPixels: rows.unit_pixels,
}


# What is written for grey images alone.
GREY_ONLY = (
    images.centred,
    images.deskewed,
    images.normalised,
    responses.convolution_bank,
    scattering,
)


def translate(name: str, step: Any, graph: Graph, x: Value) -> Value:
    """Append what a fitted transformer does to a graph, and return what it makes of x.

    Whatever is affine needs no translation of its own.

    Parameters
    ----------
    name : str
        Of the step in its pipeline.
    step : transformer
        Fitted.
    graph : Graph
        Grows by the step's operations.
    x : Value
        What goes into the step.

    Raises
    ------
    LinocutError
        If there is no translation; the message names the step.
    """
    # Of this very class: one that inherits from it may compute something else.
    of = type(step)
    known = TRANSLATIONS.get(of) or TRANSLATIONS.get(next(names_of(of)), rows.affine)
    if is_colour(x.shape) and known in GREY_ONLY:
        raise LinocutError(
            f"step {name!r} ({type(step).__name__}) of images in colour has no translation to ONNX "
            "— export the model as JSON, which has it"
        )
    try:
        with graph.scope(name):
            return known(step, graph, x)
    except NotImplementedError as error:
        raise LinocutError(
            f"step {name!r} ({type(step).__name__}) has no translation to ONNX: {error} — one of "
            f"{', '.join(sorted(map(_name, TRANSLATIONS)))}, or an affine step"
        ) from error


def _name(of: type | str) -> str:
    return of.rpartition(".")[2] if isinstance(of, str) else of.__name__
