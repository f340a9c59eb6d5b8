"""The closed list of what a model file may hold: names of steps, and what they stand for.

A file names kinds of steps, never types. What is not listed here is neither written nor made, no
matter what else is installed or registered.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from linocut.core import LinocutError
from linocut.features import (
    SCALINGS,
    Blur,
    Centre,
    ConvolutionBank,
    Crop,
    Decorrelate,
    Denoise,
    Deskew,
    Equalise,
    LeadingPairs,
    NormaliseContrast,
    NormaliseMoments,
    PatchDictionary,
    PrincipalComponents,
    PrincipalPairs,
    RandomUnits,
    Scaling,
    Scattering,
    SizeNormalise,
    UnitPixels,
)
from linocut.modelfile import chain
from linocut.modelfile.plain import decoded, encoded, shown
from linocut.modelfile.rules import (
    EVERYWHERE,
    NOTHING,
    Rule,
    like,
    list_of,
    number,
    one_of,
    pair_of,
    whole,
)
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    FittedLinear,
    GradientDescentClassifier,
    LeastSquaresClassifier,
    LogisticRegression,
    LogisticRegressionCV,
    OneVsRestRegression,
    SoftmaxRegression,
    SoftmaxRegressionCV,
)
from linocut.models.class_means import SIMILARITIES
from linocut.models.logistic import MULTI_CLASS, SOLVERS

VIEWS = "feature-union"  # steps within a step; see `linocut.modelfile.steps_document`
LEFT_OUT = frozenset({"engine"})  # where a model was fitted says nothing of it
NO_RULES: Mapping[str, Rule] = MappingProxyType({})


@dataclass(frozen=True)
class Known:
    """One kind of step.

    Attributes
    ----------
    stands_for : type or str
        Its class, or where that is found, ``"package.module:Class"``, if it loads much.
    rules : dict of Rule
        What those of its parameters may be that are not simply of the type of their default.
    passage : callable or None
        For a transformer, what leaves it (see `linocut.modelfile.chain`).
    cast : tuple of str
        Arrays of its state that it uses in the float type of the rows only, so that no more than
        that need be kept.
    """

    stands_for: type | str
    rules: Mapping[str, Rule] = field(default_factory=lambda: NO_RULES)
    passage: chain.Passage | None = None
    cast: tuple[str, ...] = ()

    @property
    def make(self) -> type:
        """Its class."""
        if isinstance(self.stands_for, type):
            return self.stands_for
        module, _, name = self.stands_for.partition(":")
        made: type = getattr(import_module(module), name)
        return made

    @property
    def name(self) -> str:
        """What its class is called."""
        if isinstance(self.stands_for, type):
            return self.stands_for.__name__
        return self.stands_for.rpartition(":")[2]

    def unfitted(self, parameters: Any) -> Any:
        """Make one, not fitted, of the parameters that a file gives.

        Raises
        ------
        LinocutError
            If one is no parameter of it, or not allowed, or missing.
        """
        if not isinstance(parameters, dict):
            raise LinocutError(f"parameters are {shown(parameters)} — an object")
        defaults = _defaults(self.make)
        values = {}
        for name, each in parameters.items():
            if name not in defaults:
                known = ", ".join(defaults)
                raise LinocutError(f"{shown(name)} is no parameter of it — known: {known}")
            values[name] = decoded(each)
            self._rule(name, defaults[name]).check(name, values[name])
        for name, default in defaults.items():
            if default is inspect.Parameter.empty and name not in values:
                raise LinocutError(f"its parameter {name} is missing")
        return self.make(**values)

    def parameters(self, step: Any) -> dict[str, Any]:
        """Return the parameters of one as a file keeps them.

        Raises
        ------
        LinocutError
            If one is not allowed.
        """
        kept = {}
        for name, default in _defaults(self.make).items():
            try:
                kept[name] = encoded(getattr(step, name))
            except LinocutError as error:
                raise LinocutError(f"{name} is a {error}") from error
            self._rule(name, default).check(name, decoded(kept[name]))
        return kept

    def _rule(self, name: str, default: Any) -> Rule:
        return self.rules.get(name) or EVERYWHERE.get(name) or like(default)


def _defaults(make: type) -> dict[str, Any]:
    """Return the constructor's parameters that files keep, and their defaults."""
    parameters = list(inspect.signature(make).parameters.values())
    return {each.name: each.default for each in parameters if each.name not in LEFT_OUT}


def _is_scorer(value: Any) -> bool:
    from sklearn.metrics import get_scorer_names  # loads much

    return isinstance(value, str) and value in get_scorer_names()


SCORER = Rule("the name of a scorer of scikit-learn's", _is_scorer)
FULL = {"full": number(1e-6, 1e9)}
SIDE = whole(1, 4096)
PLACE = whole(0, 4096)
COUNT = whole(1, 100_000)
SLIGHT = number(0, 1)

TRANSFORMERS: Mapping[str, Known] = MappingProxyType({
    "unit-pixels": Known(UnitPixels, FULL, chain.same_row),
    "scaling": Known(Scaling, {"kind": one_of(*SCALINGS), **FULL}, chain.scaling),
    "centre": Known(Centre, passage=chain.same_image),
    "deskew": Known(Deskew, {"max_shear": number(0, 100)}, chain.deskew),
    "normalise-contrast": Known(
        NormaliseContrast,
        {"sigma": number(1e-3, 4096), "floor": number(1e-6, 1e9), **FULL},
        chain.normalise_contrast,
    ),
    "normalise-moments": Known(
        NormaliseMoments, {"strength": number(0, 1)}, chain.normalise_moments
    ),
    "size-normalise": Known(SizeNormalise, {"box": SIDE, "size": SIDE}, chain.size_normalise),
    "blur": Known(Blur, {"sigma": number(0, 4096)}, chain.blur),
    "crop": Known(
        Crop, {"top": PLACE, "left": PLACE, "height": SIDE, "width": SIDE}, chain.crop
    ),
    "principal-components": Known(PrincipalComponents, FULL, chain.principal_components),
    "denoise": Known(Denoise, FULL, chain.denoise),
    "principal-pairs": Known(PrincipalPairs, FULL, chain.principal_pairs),
    "decorrelate": Known(Decorrelate, passage=chain.decorrelate),
    "equalise": Known(Equalise, passage=chain.equalise),
    "leading-pairs": Known(
        LeadingPairs, {"n_leading": COUNT}, chain.leading_pairs, cast=("components_", "offset_")
    ),
    "patch-dictionary": Known(
        PatchDictionary,
        {"side": SIDE, "cells": SIDE, "method": one_of("kmeans", "pca"), **FULL},
        chain.patch_dictionary,
    ),
    "convolution-bank": Known(
        ConvolutionBank,
        {"side": SIDE, "cells": SIDE, "directions": whole(1, 64), **FULL},
        chain.convolution_bank,
    ),
    "random-units": Known(RandomUnits, {"n_units": COUNT}, chain.random_units),
    "scattering": Known(
        Scattering,
        {"J": whole(1, 6), "L": whole(1, 32), "order": whole(0, 2), **FULL},
        chain.scattering,
    ),
    "standard-scaler": Known(StandardScaler, passage=chain.standard_scaler),
    "min-max-scaler": Known(
        MinMaxScaler, {"feature_range": pair_of(number())}, chain.min_max_scaler
    ),
    "max-abs-scaler": Known(MaxAbsScaler, passage=chain.max_abs_scaler),
    "robust-scaler": Known(
        RobustScaler, {"quantile_range": pair_of(number(0, 100))}, chain.robust_scaler
    ),
    "pca": Known(
        "sklearn.decomposition:PCA",
        {
            "n_components": NOTHING | COUNT | SLIGHT | one_of("mle"),
            "svd_solver": one_of("auto", "full", "covariance_eigh", "arpack", "randomized"),
            "iterated_power": one_of("auto") | whole(0, 1000),
            "power_iteration_normalizer": one_of("auto", "QR", "LU", "none"),
        },
        chain.pca,
    ),
    "polynomial-features": Known(
        "sklearn.preprocessing:PolynomialFeatures",
        {"degree": whole(1, 8) | pair_of(whole(0, 8)), "order": one_of("C", "F")},
        chain.polynomial_features,
    ),
    "rbf-sampler": Known(
        "sklearn.kernel_approximation:RBFSampler",
        {"gamma": one_of("scale") | number(0), "n_components": COUNT},
        chain.rbf_sampler,
    ),
})  # fmt: skip

CLASSIFIERS: Mapping[str, Known] = MappingProxyType({
    "softmax": Known(SoftmaxRegression),
    "softmax-cv": Known(
        SoftmaxRegressionCV,
        {
            "Cs": whole(1, 1000) | list_of(number(0), 1000),
            "cv": whole(2, 1000),
            "rule": one_of("one-standard-error", "best"),
        },
    ),
    "one-vs-rest": Known(OneVsRestRegression),
    "binary": Known(BinaryRegression),
    "gradient-descent": Known(
        GradientDescentClassifier,
        {
            "batch_size": NOTHING | whole(1, 10**9),
            "loss": one_of("softmax", "one-vs-rest"),
            "every": NOTHING | whole(1, 10**9),
            "keep": list_of(whole(0, 10**9), 10_000),
        },
    ),
    "least-squares": Known(LeastSquaresClassifier, {"dtype": one_of("float64", "float32")}),
    "class-means": Known(ClassMeans, {"similarity": one_of(*SIMILARITIES)}),
    "linear": Known(FittedLinear, {"link": one_of("softmax", "sigmoids", "none")}),
    "logistic-regression": Known(
        "sklearn.linear_model:LogisticRegression",
        {
            "penalty": NOTHING | one_of("deprecated", "l1", "l2", "elasticnet"),
            "l1_ratio": NOTHING | SLIGHT,
            "intercept_scaling": number(),
            "solver": one_of(*SOLVERS),
        },
    ),
    "linocut-logistic-regression": Known(
        LogisticRegression,
        {
            "penalty": NOTHING | one_of("deprecated", "l1", "l2", "elasticnet", "none"),
            "l1_ratio": NOTHING | SLIGHT,
            "intercept_scaling": number(),
            "solver": one_of(*SOLVERS),
            "multi_class": one_of(*MULTI_CLASS),
        },
    ),
    "linocut-logistic-regression-cv": Known(
        LogisticRegressionCV,
        {
            "Cs": whole(1, 1000) | list_of(number(0, infinite=True), 1000),
            "l1_ratios": NOTHING | one_of("warn") | list_of(SLIGHT, 1000),
            "cv": NOTHING | whole(2, 1000),
            "penalty": one_of("deprecated", "l1", "l2", "elasticnet"),
            "scoring": NOTHING | one_of("warn") | SCORER,
            "intercept_scaling": number(),
            "solver": one_of(*SOLVERS),
            "multi_class": one_of(*MULTI_CLASS),
        },
    ),
})  # fmt: skip


def name_of(step: Any, among: Mapping[str, Known]) -> str:
    """Return the name of a step in model files.

    Raises
    ------
    LinocutError
        If it has none: its class, exactly, is not listed.
    """
    # No subclass: what else it does could not be kept.
    for name, known in among.items():
        if type(step).__name__ == known.name and type(step) is known.make:
            return name
    listed = ", ".join(known.name for known in among.values())
    raise LinocutError(
        f"{type(step).__name__} is none that a model file can hold — what can be saved: {listed}"
    )


def known_as(name: Any, among: Mapping[str, Known]) -> Known:
    """Return what a name in a model file stands for.

    Raises
    ------
    LinocutError
        If it stands for nothing.
    """
    if not isinstance(name, str) or name not in among:
        raise LinocutError(f"{shown(name)} is no kind of step — known: {', '.join(among)}")
    return among[name]
