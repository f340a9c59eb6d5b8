"""Rows, weights and kinds of arrays as people bring them: the right answer, or one line."""

import numpy as np
import pytest
from PIL import Image
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_digits

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.features import Blur, Crop, Deskew, NormaliseMoments, UnitPixels
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    GradientDescentClassifier,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
    SoftmaxRegressionCV,
)

DIGITS, LABELS = load_digits(n_class=3, return_X_y=True)
IMAGES = (DIGITS[:200] * 15).astype(np.uint8).reshape(-1, 8, 8)
NAMES = LABELS[:200]
ALL = (
    SoftmaxRegression(C=1e-4),
    OneVsRestRegression(C=1e-4),
    LeastSquaresClassifier(),
    ClassMeans(),
    GradientDescentClassifier(1e-6, steps=5, random_state=0),
    SoftmaxRegressionCV([1e-6, 1e-5], cv=2),
)
REGRESSIONS = (SoftmaxRegression, OneVsRestRegression)


class Tensor:
    """Stands for what is no array, but can be made one; torch's wants to be detached first."""

    def __init__(self, array, *, detached=False):
        self.array, self.detached = array, detached
        self.shape, self.ndim, self.dtype = array.shape, array.ndim, array.dtype

    def __len__(self):
        return len(self.array)

    def detach(self):
        return Tensor(self.array, detached=True)

    def cpu(self):
        return self

    def __array__(self, dtype=None, copy=None):
        if not self.detached:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return np.asarray(self.array, dtype)


KINDS = {
    "array": IMAGES,
    "list of images": list(IMAGES),
    "nested lists": IMAGES.tolist(),
    "list of PIL images": [Image.fromarray(image) for image in IMAGES],
    "tensor": Tensor(IMAGES),
    "list of tensors": [Tensor(image) for image in IMAGES],
    "channels last": IMAGES[..., None],
    "channels first": IMAGES[:, None],
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", ALL, ids=lambda model: type(model).__name__)
def test_images_of_any_kind_are_the_same_images(kind, model):
    # Lists of numbers are no bytes: they are computed in float64.
    images = IMAGES.astype(np.float64) if kind == "nested lists" else IMAGES
    expected = clone(model).fit(images, NAMES)
    found = clone(model).fit(KINDS[kind], NAMES)
    assert found.image_shape_ == (8, 8)
    assert np.array_equal(found.coef_, expected.coef_)
    assert np.array_equal(found.scores(KINDS[kind]), expected.scores(IMAGES))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "nested lists"])
@pytest.mark.parametrize(
    "step",
    [UnitPixels(), Deskew(), NormaliseMoments(), Blur(), Crop(1, 1, 5, 5)],
    ids=lambda step: type(step).__name__,
)
def test_transformers_take_images_of_any_kind(kind, step):
    expected = clone(step).fit(IMAGES).transform(IMAGES)
    found = clone(step).fit(KINDS[kind]).transform(KINDS[kind])
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "PIL" not in kind])
def test_a_finished_model_takes_images_of_any_kind(kind):
    model = ImageClassifier().fit(KINDS[kind], NAMES)
    assert model.image_shape_ == (8, 8)
    expected = ImageClassifier().fit(IMAGES, NAMES).scores(IMAGES)
    assert np.array_equal(model.scores(KINDS[kind]), expected)


@pytest.mark.parametrize(
    ("images", "wrong"),
    [
        (np.repeat(IMAGES[..., None], 4, axis=3), "shape"),
        ([IMAGES[0], IMAGES[1][:, :4]], "arrays of shapes"),
        ([Image.new("CMYK", (8, 8))] * 2, "mode CMYK|shape"),
        ([[[1, 2], [3]], [[1, 2], [3]]], "one shape"),
    ],
)
@pytest.mark.parametrize("who", [SoftmaxRegression(), UnitPixels(), Deskew()], ids=str)
def test_other_kinds_are_refused_in_one_line(images, wrong, who):
    with pytest.raises(LinocutError, match=wrong) as said:
        clone(who).fit(images, [0, 1] * (len(images) // 2))
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("C", [1e-6, 1.0])
@pytest.mark.parametrize("intercept", [True, False])
def test_constant_columns_give_the_priors(value, dtype, C, intercept):
    X, y = np.full((100, 5), value, dtype), np.arange(100) % 3
    model = SoftmaxRegression(C, fit_intercept=intercept, tol=1e-9).fit(X, y)
    if intercept:
        assert model.predict_proba(X[:1])[0] == pytest.approx([0.34, 0.33, 0.33], abs=1e-3)
    elif value == 0:
        assert model.predict_proba(X[:1])[0] == pytest.approx([1 / 3] * 3, abs=1e-9)
    assert model.converged_


@pytest.mark.parametrize("value", [0, 255, 42070.184])
@pytest.mark.parametrize("C", [1e26, np.inf])
def test_constant_columns_give_the_priors_with_next_to_no_penalty(value, C):
    X, y = np.full((100, 5), value, np.float32), np.arange(100) % 3
    model = SoftmaxRegression(C).fit(X, y)
    assert model.converged_
    assert model.predict_proba(X[:1])[0] == pytest.approx([0.34, 0.33, 0.33], abs=1e-3)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("C", [1e-3, np.inf])
@pytest.mark.parametrize("Model", REGRESSIONS)
def test_a_constant_column_beside_an_intercept_gets_no_weight_and_changes_nothing(Model, C, make):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 4)), np.arange(200) % 2
    X[:, 2] = 0
    expected = Model(C, tol=1e-9).fit(X, y)
    X[:, 2] = 7
    found = Model(C, tol=1e-9).fit(make(X), y)
    assert found.converged_
    assert not found.coef_[:, 2].any()
    assert found.scores(X) == pytest.approx(expected.scores(X), abs=1e-4)
    assert (X[:, 2] == 7).all()  # what was given stays as it is


def test_a_warm_start_moves_the_weights_of_constant_columns_into_the_intercept():
    X, y = np.column_stack([DIGITS, np.full(len(DIGITS), 3.0)]), LABELS
    model = SoftmaxRegression(1e-3, warm_start=True).fit(X, y)
    scores = model.scores(X)
    model.coef_[:, -1], model.intercept_ = 0.5, model.intercept_ - 1.5
    assert model.fit(X, y).n_iter_ <= 2
    assert not model.coef_[:, -1].any()
    assert model.scores(X) == pytest.approx(scores, abs=1e-2)


def test_without_an_intercept_a_constant_column_has_weight():
    X = np.column_stack([DIGITS, np.ones(len(DIGITS))])
    assert SoftmaxRegression(1e-3, fit_intercept=False).fit(X, LABELS).coef_[:, -1].any()


@pytest.mark.parametrize(
    "X",
    [np.zeros((60, 4)), np.full((60, 4), 255, np.uint8), sparse.csr_matrix((60, 4))],
    ids=["zeros", "paper", "csr"],
)
@pytest.mark.parametrize(
    "model",
    [OneVsRestRegression(), BinaryRegression(), SoftmaxRegression(l1_ratio=1.0),
     OneVsRestRegression(l1_ratio=0.5), LeastSquaresClassifier(), ClassMeans()],
    ids=lambda model: f"{type(model).__name__}-{getattr(model, 'l1_ratio', '')}",
)  # fmt: skip
def test_every_model_fits_constant_columns(X, model):
    y = np.arange(60) % 4 == 0
    found = clone(model).fit(X, y)
    assert found.converged_
    if not isinstance(model, ClassMeans):
        assert not found.predict(X).any()  # the more frequent class


@pytest.mark.parametrize("Model", REGRESSIONS)
@pytest.mark.parametrize("l1_ratio", [0.0, 0.5])
@pytest.mark.parametrize("size", [1e-200, 1e-102, 1e101, 1e160, 1e300])
def test_numbers_that_cannot_be_squared_are_refused(Model, l1_ratio, size):
    with pytest.raises(LinocutError, match="takes sizes of 1e-100 to 1e"):
        Model(l1_ratio=l1_ratio).fit(size * DIGITS, LABELS)


@pytest.mark.parametrize("scale", [1e-30, 1e-18, 1e18, 1e30])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_unit_of_the_rows_changes_nothing(scale, dtype):
    X = (DIGITS * scale).astype(dtype)
    expected = SoftmaxRegression(1e-3).fit(DIGITS, LABELS)
    found = SoftmaxRegression(1e-3 / scale**2).fit(X, LABELS)
    assert found.converged_
    assert found.objective_ == pytest.approx(expected.objective_, rel=1e-5)


def test_rows_too_large_for_a_score_are_refused():
    model = SoftmaxRegression(1e17).fit(DIGITS * 1e-10, LABELS)
    with pytest.raises(LinocutError, match="no finite score"):
        model.predict(DIGITS * 1e306)


@pytest.mark.parametrize("model", [*ALL[:4], BinaryRegression(1e-4)], ids=str)
@pytest.mark.parametrize("unit", [1e-50, 1e50])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_weights_of_any_unit_give_finite_weights(model, unit, dtype):
    rows = LABELS < 2
    model = clone(model)
    if hasattr(model, "C"):
        model.set_params(C=1e-4 / unit)
    if hasattr(model, "alpha"):
        model.set_params(alpha=unit)
    X = DIGITS[rows].astype(dtype)
    found = clone(model).fit(X, LABELS[rows], np.full(rows.sum(), unit))
    plain = clone(model)
    if hasattr(model, "C"):
        plain.set_params(C=1e-4)
    if hasattr(model, "alpha"):
        plain.set_params(alpha=1.0)
    if isinstance(model, SoftmaxRegressionCV):
        return
    assert np.allclose(found.coef_, plain.fit(X, LABELS[rows]).coef_, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("model", ALL, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize(
    ("weights", "wrong"),
    [
        ({0: -1, 1: 1, 2: 1}, r"class_weight\[0\]=-1 — a finite number"),
        ({0: float("nan")}, r"class_weight\[0\]=nan"),
        ({0: float("inf")}, r"class_weight\[0\]=inf"),
        ({0: "much"}, r"class_weight\[0\]='much'"),
        ({7: 1.0}, "class_weight names 7, a label of no row — known: 0, 1, 2"),
        ("fair", "class_weight='fair' — a dictionary"),
        ({0: 1e200}, "a row of weight 1e\\+200"),
        ({0: 1e-30}, "class 0 has .* of all weights"),
        ({0: 0, 1: 0}, "at least two classes"),
    ],
)
def test_class_weights_that_mean_nothing_are_refused_in_one_line(model, weights, wrong):
    with pytest.raises(LinocutError, match=wrong) as said:
        clone(model).set_params(class_weight=weights).fit(DIGITS, LABELS)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("model", ALL, ids=lambda model: type(model).__name__)
def test_a_class_weight_of_zero_is_a_sample_weight_of_zero(model):
    by_class = clone(model).set_params(class_weight={0: 0}).fit(DIGITS, LABELS)
    by_row = clone(model).fit(DIGITS, LABELS, np.where(LABELS == 0, 0.0, 1.0))
    assert by_class.classes_.tolist() == by_row.classes_.tolist() == [1, 2]
    assert np.allclose(by_class.coef_, by_row.coef_)
