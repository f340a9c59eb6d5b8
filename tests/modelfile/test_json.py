"""The JSON document: strict, whole, and enough to compute every score."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.kernel_approximation import RBFSampler
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.decisions import DecisionRule
from linocut.core.steps import kind_of
from linocut.data import Intake, load_dataset
from linocut.features import (
    ConvolutionBank,
    Decorrelate,
    Deskew,
    Equalise,
    LeadingPairs,
    NormaliseContrast,
    NormaliseMoments,
    PatchDictionary,
    PrincipalPairs,
    RandomUnits,
    Scattering,
    UnitPixels,
)
from linocut.modelfile import ModelContents, export_json
from linocut.models import (
    ClassMeans,
    FittedLinear,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)


def softmax():
    return SoftmaxRegression(tol=1e-2)


def equalised():
    return [Decorrelate(0.99), Equalise(0.25)]


# The kinds of rungs that the ladder has, small.
PIPELINES = {
    "mean-dot": [UnitPixels(), ClassMeans("dot")],
    "least-squares": [UnitPixels(), LeastSquaresClassifier()],
    "one-vs-rest": [UnitPixels(), OneVsRestRegression(tol=1e-2)],
    "softmax": [UnitPixels(), softmax()],
    "deskewed": [Deskew(), UnitPixels(), softmax()],
    "pairs": [NormaliseMoments(0.8), PrincipalPairs(8, power=0.25, stored=False), softmax()],
    "fourier": [
        NormaliseMoments(0.8),
        UnitPixels(),
        RBFSampler(gamma="scale", n_components=50, random_state=0),
        Equalise(0.0),
        softmax(),
    ],
    "patches": [PatchDictionary(20, side=3, cells=2), *equalised(), softmax()],
    "random-layer": [
        ConvolutionBank(3, cells=2),
        *equalised(),
        RandomUnits(40),
        LeastSquaresClassifier(alpha=1.0),
    ],
    "scattering-pairs": [
        NormaliseMoments(0.4),
        Scattering(1, root=True),
        *equalised(),
        LeadingPairs(5),
        softmax(),
    ],
    "views": [
        FeatureUnion(
            [
                ("upright", make_pipeline(NormaliseMoments(0.4), Scattering(1, root=True))),
                (
                    "patches",
                    make_pipeline(NormaliseContrast(2.0), PatchDictionary(9, side=3, full=1)),
                ),
                ("pixels", UnitPixels()),
            ],
            transformer_weights={"pixels": 0.5},
        ),
        *equalised(),
        LeadingPairs(5),
        softmax(),
    ],
    "theirs": [UnitPixels(), MinMaxScaler(clip=True), PolynomialFeatures(2), softmax()],
}


@pytest.fixture(scope="module")
def digits():
    whole = load_dataset("digits")
    return replace(whole, train=whole.train.take(np.arange(400)))


def fitted(dataset, steps) -> ModelContents:
    named = [(f"step{position}", step) for position, step in enumerate(steps)]
    return ImageClassifier(Pipeline(named)).fit(dataset).contents


@pytest.fixture(scope="module")
def models(digits):
    return {name: fitted(digits, steps) for name, steps in PIPELINES.items()}


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


def strictly_read(path):
    return json.loads(path.read_bytes().decode("utf-8"), parse_constant=refuse)


def rebuilt_view(view, original):
    steps = zip(view["steps"], original.steps, strict=True)
    return Pipeline([(step["name"], rebuilt(step, of)) for step, (_, of) in steps])


def rebuilt(step, original):
    """A transformer made of nothing but what the document says of it."""
    # The kind says which class it is; that a reader knows the class is taken from the original.
    assert step["kind"] == kind_of(original).name != ""
    if "views" in step:
        views = zip(step["views"], original.transformer_list, strict=True)
        branches = [(view["name"], rebuilt_view(view, of)) for view, (_, of) in views]
        weights = {view["name"]: view["weight"] for view in step["views"]}
        return FeatureUnion(branches, transformer_weights=weights)
    made = type(original)(**step["parameters"])
    for name, value in step["state"].items():
        setattr(made, name, np.array(value) if isinstance(value, list) else value)
        if name == "image_shape_" and value is not None:
            made.image_shape_ = tuple(value)
    if isinstance(made, PolynomialFeatures):  # counts its outputs in fit
        made.fit(np.zeros((1, made.n_features_in_)))
    return made


@pytest.mark.parametrize("name", PIPELINES)
def test_the_document_is_enough_to_compute_its_examples(name, models, tmp_path):
    contents = models[name]
    document = strictly_read(export_json(contents, tmp_path / "model.json"))
    assert [step["name"] for step in document["steps"]] == [name for name, _ in contents.steps]
    X = np.array([example["image"] for example in document["examples"]], np.uint8)
    assert X.shape == (3, 8, 8)
    for step, (_, original) in zip(document["steps"], contents.steps, strict=True):
        X = rebuilt(step, original).transform(X)
    X = np.asarray(X).reshape(3, -1)
    scores = X @ np.array(document["linear"]["weights"]).T + document["linear"]["intercept"]
    said = np.array([example["scores"] for example in document["examples"]])
    np.testing.assert_allclose(scores, said, rtol=1e-4, atol=1e-4 * np.abs(said).max())
    probabilities = np.array([example["probabilities"] for example in document["examples"]])
    assert np.array_equal(probabilities, contents.probabilities(said.astype(np.float32)))


def test_every_float32_is_read_as_the_same_float32_and_is_short(models, tmp_path):
    linear = models["softmax"].linear
    path = export_json(models["softmax"], tmp_path / "model.json")
    read = np.array(strictly_read(path)["linear"]["weights"])
    assert np.array_equal(read.astype(np.float32), linear.coef_)
    line = next(each for each in path.read_text().splitlines() if each.startswith('"linear"'))
    numbers = line.split("[[")[1].split("]")[0].split(", ")
    assert max(map(len, numbers)) <= len("-0.00012345679")


def test_numbers_at_the_ends_of_float32_come_back(tmp_path):
    limits = np.finfo(np.float32)
    ends = [limits.max, limits.tiny, limits.smallest_subnormal, -0.0, 1 / 3, 16777217.0]
    coef = np.array([ends, ends[::-1]], np.float32)
    linear = FittedLinear.of(coef, [0, 0], [0, 1])
    contents = ModelContents(Intake((2, 3)), Pipeline([("linear", linear)]), ("a", "b"))
    with np.errstate(over="ignore"), pytest.raises(LinocutError, match="a score is not finite"):
        export_json(contents, tmp_path / "model.json")
    linear.coef_[:, :] = np.where(np.abs(coef) > 1e30, 1e30, coef)
    document = strictly_read(export_json(contents, tmp_path / "model.json"))
    read = np.array(document["linear"]["weights"], np.float32)
    assert read.tobytes() == linear.coef_.tobytes()


def test_the_document_says_what_the_model_is(models, tmp_path):
    contents = replace(
        models["least-squares"], decisions=DecisionRule(np.full(10, 0.5)), temperature=0.25
    )
    document = strictly_read(export_json(contents, tmp_path / "model.json"))
    assert list(document) == [
        "format", "version", "classes", "intake", "steps", "linear", "link", "temperature",
        "thresholds", "provenance", "examples",
    ]  # fmt: skip
    assert (document["format"], document["version"]) == ("linocut-model", 1)
    assert (document["link"], document["temperature"]) == ("none", 0.25)
    assert document["thresholds"] == [0.5] * 10
    assert document["intake"]["sentence"] == contents.intake.sentence
    assert document["provenance"]["dataset"] == "digits"
    assert np.shape(document["linear"]["weights"]) == (10, 64)


def test_class_names_arrive_whatever_is_in_them(models, tmp_path):
    names = ('"', "\\", "\n", "\0", "</script>", "೦", "😀", "\u2028", "byte \udcff", "")
    contents = replace(models["softmax"], class_names=names)
    document = strictly_read(export_json(contents, tmp_path / "model.json"))
    assert tuple(document["classes"]) == names


class Mine(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X.reshape(len(X), -1)

    def __sklearn_is_fitted__(self):
        return True


def test_what_no_file_can_tell_is_refused(digits, models, tmp_path):
    path = tmp_path / "model.json"
    with pytest.raises(LinocutError, match=r"'step0' \(Mine\) is of no kind"):
        export_json(fitted(digits, [Mine(), softmax()]), path)
    contents = fitted(digits, [PrincipalPairs(3), softmax()])
    contents.steps[0][1].mean_[0] = np.nan
    with pytest.raises(LinocutError, match="not finite"):
        export_json(contents, path)
    contents.steps[0][1].mean_[0] = 0
    contents.steps[0][1].power = object()
    with pytest.raises(LinocutError, match="power of the step 'step0' is of type object"):
        export_json(contents, path)
    assert not path.exists()
