"""The exported C, compiled: it says of each image what the model says."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.decisions import DecisionRule
from linocut.core.links import Link
from linocut.data import ImageDataset, Intake, load_dataset
from linocut.features import (
    Blur,
    Centre,
    Deskew,
    NormaliseMoments,
    PrincipalPairs,
    Scaling,
    Scattering,
    UnitPixels,
)
from linocut.modelfile import (
    ModelContents,
    Provenance,
    QuantisationLoss,
    export_c,
    quantisation_loss,
)
from linocut.modelfile.c.parts import Parts
from linocut.models import (
    ClassMeans,
    FittedLinear,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)
from support.compiled import (
    SANITISED,
    STRICT,
    answers_of,
    compile_c,
    compiler,
    first_step_of,
    run,
)


def pairs(k):
    return PrincipalPairs(k, power=0.25, stored=False)


def softmax():
    return SoftmaxRegression(tol=1e-2)


PIPELINES = {
    "mean-dot": [UnitPixels(), ClassMeans("dot")],
    "mean-offset": [UnitPixels(), ClassMeans("offset", offset=0.2)],
    "nearest-mean": [UnitPixels(), ClassMeans("nearest")],
    "least-squares": [UnitPixels(), LeastSquaresClassifier()],
    "one-vs-rest": [UnitPixels(), OneVsRestRegression(tol=1e-2)],
    "softmax": [UnitPixels(), softmax()],
    "standardised": [Scaling("standardise"), softmax()],
    "deskewed": [Deskew(), UnitPixels(), softmax()],
    "normalised": [NormaliseMoments(0.8), UnitPixels(), softmax()],
    "centred, deskewed": [Centre(), Deskew(0.5), UnitPixels(), softmax()],
    "pairs": [pairs(12), softmax()],
    "one-vs-rest of pairs": [pairs(5), OneVsRestRegression(tol=1e-2)],
    "normalised pairs": [NormaliseMoments(0.8), pairs(12), softmax()],
    "blurred pairs": [Blur(0.5, image_shape=(8, 8)), pairs(5), softmax()],
}


def fitted(dataset: ImageDataset, steps) -> ModelContents:
    named = [(f"step{position}", step) for position, step in enumerate(steps)]
    return ImageClassifier(Pipeline(named)).fit(dataset).contents


def of_weights(W, shape, classes=None, steps=(), link=Link.SOFTMAX) -> ModelContents:
    """A model of weights that nothing was fitted to."""
    linear = FittedLinear.of(W, np.zeros(len(W)), np.arange(len(W)), link=link)
    names = classes or tuple(map(str, range(len(W))))
    return ModelContents(Intake(shape), Pipeline([*steps, ("linear", linear)]), names)


@pytest.fixture(scope="module", autouse=True)
def _compiler(need):
    need(compiler() is not None, "no C compiler on the PATH")


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def models(digits):
    return {name: fitted(digits, steps) for name, steps in PIPELINES.items()}


@pytest.mark.parametrize("name", PIPELINES)
def test_the_compiled_file_answers_as_the_model_does(name, models, digits, tmp_path):
    contents, images = models[name], digits.images
    found = answers_of(export_c(contents, tmp_path / "model.c"), images, 10)
    scores = contents.scores(images)
    np.testing.assert_allclose(found.scores, scores, rtol=1e-4, atol=1e-4 * np.abs(scores).max())
    np.testing.assert_allclose(found.probabilities, contents.probabilities(scores), atol=1e-4)
    assert np.mean(found.predicted == scores.argmax(axis=1)) >= 0.9999


@pytest.mark.parametrize("name", PIPELINES)
def test_quantised_scores_are_those_of_the_emulation_to_the_last_bit(
    name, models, digits, tmp_path
):
    contents, images = models[name], digits.images
    path = export_c(contents, tmp_path / "model.c", quantised=True)
    found = answers_of(path, images, 10)
    assert np.array_equal(found.scores, Parts.of(contents).quantised().scores(images))
    assert np.mean(found.predicted == contents.scores(images).argmax(axis=1)) > 0.97


# Whole MNIST test images of models of a few training images: what is compared is arithmetic.
@pytest.fixture(scope="module")
def mnist(real_data):
    whole = load_dataset(str(real_data("mnist")))
    return replace(whole, train=whole.train.take(np.arange(6000)))


@pytest.fixture(scope="module")
def fitted_to_mnist(mnist):
    return {name: fitted(mnist, steps) for name, steps in MNIST.items()}


MNIST = {
    "softmax": [UnitPixels(), softmax()],
    "least-squares": [UnitPixels(), LeastSquaresClassifier()],
    "normalised": [NormaliseMoments(0.8), UnitPixels(), softmax()],
    "deskewed": [Deskew(), UnitPixels(), softmax()],
    "pairs": [pairs(30), SoftmaxRegression(C=0.03, tol=1e-2)],
    "normalised pairs": [NormaliseMoments(0.8), pairs(30), SoftmaxRegression(C=0.03, tol=1e-2)],
}


@pytest.mark.parametrize("name", MNIST)
def test_all_test_images_of_mnist_get_the_same_answers(name, mnist, fitted_to_mnist, tmp_path):
    contents, images = fitted_to_mnist[name], mnist.test.images
    scores = contents.scores(images)
    path = export_c(contents, tmp_path / "model.c")
    found = answers_of(path, images, 10)
    off = np.abs(found.probabilities - contents.probabilities(scores)).max(axis=1)
    alike = np.ones(len(images), bool)
    for _, step in contents.steps[:1]:
        if not isinstance(step, PrincipalPairs):
            made, expected = first_step_of(path, images), step.transform(images)
            assert np.abs(made.astype(int) - expected).max() <= 1
            alike = (made == expected).all(axis=(1, 2))
    # NumPy's powers of float32 depend on the machine, and so do a few bytes.
    assert np.mean(alike) >= 0.995
    assert off[alike].max() <= 1e-4
    assert off.max() <= 1e-3
    assert np.mean(found.predicted == scores.argmax(axis=1)) >= 0.9999


@pytest.mark.parametrize("name", MNIST)
def test_the_emulation_is_exact_on_all_test_images_of_mnist(name, mnist, fitted_to_mnist, tmp_path):
    contents, images = fitted_to_mnist[name], mnist.test.images
    path = export_c(contents, tmp_path / "model.c", quantised=True)
    found = answers_of(path, images, 10)
    parts = Parts.of(contents).quantised()
    made = first_step_of(path, images) if parts.image_steps else images
    exact = replace(parts, image_steps=()).scores(made)
    assert np.array_equal(found.scores, exact)
    loss = quantisation_loss(contents, images, mnist.test.labels)
    predicted = contents.scores(images).argmax(axis=1)
    assert loss.agreement == pytest.approx(np.mean(found.predicted == predicted), abs=1e-4)
    assert loss.agreement > 0.98


def odd_images(shape) -> np.ndarray:
    """Images at the ends: no ink, full of it, one pixel, a row, a column, corners, greys."""
    h, w = shape
    random = np.random.default_rng(1)
    images = np.zeros((40, h, w), np.uint8)
    images[1] = 255
    images[2, h // 2, w // 3] = 1
    images[3, h // 2] = 200
    images[4, :, w // 2] = 200
    images[5, 0, 0] = images[6, h - 1, w - 1] = images[7, 0, w - 1] = 255
    images[8, range(min(h, w)), range(min(h, w))] = 255
    images[9:20] = random.integers(0, 256, (11, h, w))
    images[20:] = random.integers(0, 256, (20, h, w)) * (random.random((20, h, w)) < 0.1)
    return images


@pytest.mark.parametrize("shape", [(28, 28), (5, 9), (9, 5), (1, 7), (2, 2), (1, 1)])
@pytest.mark.parametrize(
    "step", [Centre(), Deskew(), Deskew(3.0), NormaliseMoments(0.8), NormaliseMoments(1.0)]
)
def test_steps_make_the_same_bytes_of_odd_images(step, shape, tmp_path):
    images = odd_images(shape)
    step.fit(images[8:])
    contents = of_weights(np.ones((2, shape[0] * shape[1])), shape, steps=[("step", step)])
    made = first_step_of(export_c(contents, tmp_path / "model.c"), images)
    assert np.array_equal(made, step.transform(images))


@pytest.mark.parametrize("step", [Centre(), Deskew(), NormaliseMoments(0.8)])
def test_moments_of_large_images_fit_their_whole_numbers(step, tmp_path):
    shape = (120, 160)  # 32 bits would overflow
    images = odd_images(shape)
    step.fit(images[8:])
    contents = of_weights(np.ones((2, 120 * 160)), shape, steps=[("step", step)])
    made = first_step_of(export_c(contents, tmp_path / "model.c"), images)
    expected = step.transform(images)
    # Sums beyond 2^24 are rounded in NumPy, and not in C.
    assert np.abs(made.astype(int) - expected).max() <= 1
    assert np.mean(made == expected) > 0.999


def test_probabilities_of_scores_that_no_float_can_hold_the_exponential_of(tmp_path):
    images = np.array([[[0, 0]], [[255, 0]], [[255, 255]], [[0, 255]]], np.uint8)
    for link in Link:
        contents = of_weights([[-9.0, 3], [-8, -5], [4, -3]], (1, 2), link=link)
        found = answers_of(export_c(contents, tmp_path / "model.c"), images, 3)
        expected = contents.probabilities(contents.scores(images))
        np.testing.assert_allclose(found.probabilities, expected, atol=1e-6)
        np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-6)


def test_a_temperature_flattens_probabilities(tmp_path):
    contents = replace(of_weights([[0.01, 0], [0, 0.03]], (1, 2)), temperature=3.7)
    images = np.array([[[255, 0]], [[3, 200]]], np.uint8)
    found = answers_of(export_c(contents, tmp_path / "model.c"), images, 2)
    expected = contents.probabilities(contents.scores(images))
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-6)


HOSTILE = (
    "*/ int main(void) { return 1; } /*",
    "what??/",
    "??'??(",
    'quo"te',
    "new\nline",
    "back\\slash\\",
    "😀7",
    "೦೧೨",
    "\u202eright to left",
    "linocut_scores",
    "a folder's byte \udcff",
    "%s %n",
    "0\x011",
)

PRINT_NAMES = """
#include <stdio.h>
#define LINOCUT_DECLARATIONS_ONLY
#include "model.c"
int main(void)
{
    for (int k = 0; k < LINOCUT_CLASSES; k++) {
        fputs(linocut_class_names[k], stdout);
        putchar('\\0');
    }
    return 0;
}
"""


def test_class_names_arrive_whatever_is_in_them(tmp_path):
    origin = Provenance(
        dataset="*/ #error ??/ \\", title="/* \u202e", rung="x", created="2026\n*/", version="*/"
    )
    contents = replace(
        of_weights(np.zeros((len(HOSTILE), 4)), (2, 2), classes=HOSTILE), provenance=origin
    )
    path = export_c(contents, tmp_path / "model.c")
    (tmp_path / "main.c").write_text(PRINT_NAMES)
    # -trigraphs is part of -std=c99; the model is an object of its own here.
    program = compile_c(tmp_path / "program", tmp_path / "main.c", path)
    names = run([program]).split(b"\0")[:-1]
    assert names == [name.encode("utf-8", "backslashreplace") for name in HOSTILE]
    text = path.read_text("utf-8")
    assert "/* ೦೧೨ */" in text
    assert "\u202e" not in text


TWO_MODELS = """
#define FIRST_DECLARATIONS_ONLY
#define SECOND_DECLARATIONS_ONLY
#include "first.c"
#include "second.c"
int main(void)
{
    const uint8_t image[FIRST_PIXELS] = {0, 0, 255, 0};
    return first_predict(image) == 0 && second_predict(image) == 1 ? 0 : 1;
}
"""


def test_two_models_live_in_one_program_under_their_names(tmp_path):
    W = np.array([[0, 0, 1.0, 0], [0, 0, 0, 0]])
    first = export_c(of_weights(W, (2, 2)), tmp_path / "first.c", name="first")
    second = export_c(
        of_weights(W[::-1], (2, 2)), tmp_path / "second.c", name="second", quantised=True
    )
    (tmp_path / "main.c").write_text(TWO_MODELS)
    run([compile_c(tmp_path / "program", tmp_path / "main.c", first, second)])
    assert "linocut" not in second.read_text("utf-8")


def test_cplusplus_takes_the_declarations(models, tmp_path, need):
    cplusplus = shutil.which("c++") or shutil.which("g++")
    need(cplusplus is not None, "no C++ compiler on the PATH")
    path = export_c(models["softmax"], tmp_path / "model.c")
    run([compiler(), *STRICT, "-c", path, "-o", tmp_path / "model.o"])
    (tmp_path / "main.cpp").write_text(
        '#define LINOCUT_DECLARATIONS_ONLY\n#include "model.c"\nint main()\n'
        "{ const uint8_t blank[LINOCUT_PIXELS] = {0}; return linocut_predict(blank) < 0; }\n"
    )
    flags = ["-pedantic", "-Wall", "-Wextra", "-Werror"]
    program = tmp_path / "program"
    run([cplusplus, *flags, tmp_path / "main.cpp", tmp_path / "model.o", "-o", program])
    run([program])


def test_thresholds_are_there_if_the_model_has_them(tmp_path):
    contents = replace(of_weights(np.eye(2), (1, 2)), decisions=DecisionRule(np.array([0.5, 0.75])))
    main = '#include "model.c"\nint main(void) { return linocut_thresholds[1] == 0.75f ? 0 : 1; }'
    export_c(contents, tmp_path / "model.c")
    (tmp_path / "main.c").write_text(main + "\n")
    run([compile_c(tmp_path / "program", tmp_path / "main.c")])


@pytest.mark.parametrize("quantised", [False, True])
@pytest.mark.parametrize("name", ["normalised pairs", "centred, deskewed", "one-vs-rest"])
def test_nothing_is_undefined(name, quantised, models, tmp_path, need):
    (tmp_path / "empty.c").write_text("int main(void) { return 0; }\n")
    try:
        run([compile_c(tmp_path / "empty", tmp_path / "empty.c", flags=SANITISED)])
    except AssertionError:
        need(False, "the C compiler has no sanitisers")
    path = export_c(models[name], tmp_path / "model.c", quantised=quantised)
    images = odd_images((8, 8))
    found = answers_of(path, images, 10, flags=(*STRICT, *SANITISED))
    assert np.isfinite(found.probabilities).all()


def test_quantised_tables_keep_zero_and_reach_127(models, tmp_path):
    weights = Parts.of(models["softmax"]).head.weights
    small = weights.quantised()
    assert (np.abs(small.values).max(axis=0) == 127).all()
    assert (small.values[weights.values == 0] == 0).all()
    assert np.abs(small.values * small.scale - weights.values).max() <= small.scale.max() / 2 * 1.01
    floats = export_c(models["softmax"], tmp_path / "floats.c").read_text("utf-8")
    quantised = export_c(models["softmax"], tmp_path / "bytes.c", quantised=True).read_text("utf-8")
    assert " int8_t" not in floats
    assert "const int8_t linocut_weights[LINOCUT_PIXELS][LINOCUT_CLASSES]" in quantised


def test_the_comment_tells_where_the_model_came_from(models, tmp_path):
    origin = Provenance(
        dataset="digits", rows=1438, test_rows=359, title="Softmax regression", accuracy=0.9666,
        low=0.9426, high=0.9808, version="0.1.0", created="2026-01-31",
    )  # fmt: skip
    contents = replace(models["softmax"], provenance=origin)
    loss = QuantisationLoss(1000, 0.9666, 0.95, 0.9812)
    path = export_c(contents, tmp_path / "m.c", quantised=True, measured=loss)
    top = " ".join(path.read_text("utf-8").split("*/")[0].replace("\n *", "").split())
    assert "Fitted on digits: 1,438 images." in top
    assert "96.66% (95 % interval 94.26% to 98.08%) of 359 test images" in top
    assert "Made by linocut 0.1.0 on 2026-01-31." in top
    assert contents.intake.sentence in top
    assert loss.sentence in top


def test_a_step_that_is_not_written_in_c_is_named(digits, tmp_path):
    few = replace(digits, train=digits.train.take(np.arange(200)))
    contents = fitted(few, [Scattering(1), softmax()])
    with pytest.raises(LinocutError, match=r"'step0' \(scattering\) .* ONNX or JSON, which have"):
        export_c(contents, tmp_path / "model.c")
    assert not (tmp_path / "model.c").exists()


@pytest.mark.parametrize("name", ["", "2model", "my-model", "_model", "a b", "é", "x;"])
def test_names_that_c_does_not_know_are_refused(name, models, tmp_path):
    with pytest.raises(LinocutError, match="a name in C"):
        export_c(models["softmax"], tmp_path / "model.c", name=name)


def test_what_cannot_be_is_refused_in_one_line(models, digits, tmp_path):
    path = tmp_path / "model.c"
    contents = models["softmax"]
    images, labels = digits.test.images, digits.test.labels
    with pytest.raises(LinocutError, match="only with quantised=True"):
        export_c(contents, path, measured=QuantisationLoss(1, 1.0, 1.0, 1.0))
    with pytest.raises(LinocutError, match="linocut_weights holds numbers that are not finite"):
        export_c(of_weights([[np.nan], [0]], (1, 1)), path)
    with pytest.raises(LinocutError, match="at most 66311 with quantised=True"):
        export_c(of_weights(np.zeros((2, 300 * 300)), (300, 300)), path, quantised=True)
    with pytest.raises(LinocutError, match=r"uint8, \(n, 8, 8\)"):
        quantisation_loss(contents, images / 255, labels)
    with pytest.raises(LinocutError, match="one label for each image"):
        quantisation_loss(contents, images, labels[1:])


def test_the_loss_counts_what_both_say(models, digits):
    contents, test = models["pairs"], digits.test
    loss = quantisation_loss(contents, test.images, test.labels)
    quantised = Parts.of(contents).quantised().scores(test.images).argmax(axis=1)
    assert loss.quantised_accuracy == np.mean(quantised == test.labels)
    assert loss.accuracy == np.mean(contents.scores(test.images).argmax(axis=1) == test.labels)
    assert loss.to_dict()["n_images"] == len(test) == loss.n_images
