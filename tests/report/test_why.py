"""The data of the Why section, and the weights that the page accounts with, of a real ladder."""

import base64
from dataclasses import replace

import numpy as np
import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from linocut.data import load_dataset
from linocut.data.dataset import ImageDataset, ImagePart
from linocut.explain import SharedInk, templates_of, training_coefficients
from linocut.ladder import climb
from linocut.report import text
from linocut.report.evidence import choose_explained_rung, evidence_model
from linocut.report.sprites import size_of, tiles
from linocut.report.stacks import Stacks, numbers
from linocut.report.why import collect_why
from linocut.report.why import neighbours as neighbouring
from linocut.report.why import training_images as training
from linocut.report.why.replay import fit_replay


def unpacked(packed):
    return np.frombuffer(base64.b64decode(packed.data), packed.dtype).reshape(packed.shape)


@pytest.fixture(scope="module")
def digits():
    dataset = load_dataset("digits")
    return dataset, climb(dataset, rungs=["mean-dot", "softmax", "pca-quadratic"])


@pytest.fixture(scope="module")
def stacks():
    return Stacks.for_numbers(10 * 64 * 9, budget=1_000_000)


@pytest.fixture(scope="module")
def why(digits, stacks):
    return collect_why(*digits, choose_explained_rung(*digits), stacks)


@pytest.fixture(scope="module")
def made(digits):
    dataset, ladder = digits
    names = np.asarray(dataset.class_names)[dataset.train.labels]
    return training_coefficients(ladder["softmax"].model, dataset.train.images, names)


def test_every_class_has_its_largest_coefficients_and_their_images(digits, why, made):
    dataset, _ = digits
    held = why.training
    assert held.rung == "softmax"
    assert sorted(held.classes) == list(range(10))
    images, rows = list(tiles(held.sprite)), unpacked(held.rows)
    places, a = unpacked(held.largest), unpacked(held.coefficients)
    for at, k in enumerate(held.classes):
        for side, inside in enumerate((True, False)):
            expected = made.largest(dataset.class_names[k], places.shape[2], inside=inside)
            np.testing.assert_array_equal(rows[places[at, side]], expected)
            np.testing.assert_allclose(a[at, side], made.coefficients[expected, k], rtol=1e-5)
            labels = unpacked(held.labels)[places[at, side]]
            assert ((labels == k) == inside).all()
    for image, row in zip(images, rows, strict=True):
        np.testing.assert_array_equal(image, dataset.train.images[row])


def test_the_histograms_count_every_training_image_once(digits, why, made):
    dataset, _ = digits
    counts = unpacked(why.training.histogram)
    for at, k in enumerate(why.training.classes):
        own = (dataset.train.labels == k).sum()
        assert counts[at].sum(axis=1).tolist() == [own, len(dataset.train) - own]
        assert unpacked(why.training.limits)[at] == pytest.approx(
            np.abs(made.coefficients[:, k]).max(), rel=1e-5
        )


def test_running_sums_end_at_the_template_in_either_order(digits, why):
    _, ladder = digits
    held = why.training
    counts = unpacked(held.counts)
    assert counts.tolist() == [1, 10, 100, 1000, 1438]
    sums = numbers(held.sums).reshape(len(held.classes), 2, len(counts), -1)
    weights = ladder["softmax"].model.estimator_[-1].coef_
    for at, k in enumerate(held.classes):
        for order in (0, 1):
            assert np.corrcoef(sums[at, order, -1], weights[k])[0, 1] > 0.99
    np.testing.assert_array_equal(sums[:, 0, -1], sums[:, 1, -1])
    cosines = unpacked(held.cosines)
    assert (cosines[:, :, -1] > 0.99).all()
    # the largest coefficients tell more than as many images in the order of the data
    assert (cosines[:, 0, 2] > cosines[:, 1, 2]).all()


def test_each_class_is_told_how_many_images_hold_half(digits, why, made):
    dataset, _ = digits
    for at, k in enumerate(why.training.classes):
        name = dataset.class_names[k]
        half = next(r["half_of_the_weight_on"] for r in made.rows() if r["class"] == name)
        assert why.training.told[at].startswith(f"{half} images of 1,438 ")
        assert f"“{name}”" in why.training.told[at]


def test_patterns_and_their_agreement_are_the_models_own(digits, why, stacks):
    dataset, _ = digits
    found = templates_of(choose_explained_rung(*digits).model, dataset.train.images)
    np.testing.assert_allclose(numbers(stacks.held[why.patterns.stack]), found.patterns, atol=1e-6)
    np.testing.assert_allclose(unpacked(why.patterns.agreement), found.agreement, atol=1e-6)


def test_shares_of_ink_classify_as_the_simplest_classifier_does(digits, why, stacks):
    dataset, _ = digits
    ink = SharedInk.fit(dataset.train.images, dataset.train.labels, threshold=127.5)
    shares = numbers(stacks.held[why.ink.stack]).reshape(10, -1)
    inked = dataset.test.images.reshape(len(dataset.test), -1) > why.ink.threshold
    np.testing.assert_array_equal(
        (inked @ shares.T).argmax(axis=1), ink.predict(dataset.test.images)
    )


def test_eigen_templates_come_strongest_first_on_either_side(digits, why, stacks):
    values = unpacked(why.eigen.values)
    assert why.eigen.rung == "pca-quadratic"
    assert (values[:, 0] >= values[:, 1]).all()
    assert (values[:, 2] <= values[:, 3]).all()
    planes = numbers(stacks.held[why.eigen.stack])
    np.testing.assert_allclose(np.linalg.norm(planes, axis=(1, 2)), 1, atol=1e-5)


def test_the_page_gets_the_weights_of_softmax(digits):
    dataset, ladder = digits
    explained = choose_explained_rung(dataset, ladder)
    stacks = Stacks.for_numbers(10 * 64, budget=10_000)
    found = evidence_model(explained, stacks)
    assert found.rung == "softmax"
    ink = dataset.test.images.reshape(len(dataset.test), -1) / 255
    scores = ink @ numbers(stacks.held[found.stack]).reshape(10, -1).T + unpacked(found.intercepts)
    expected = ladder["softmax"].estimator.decision_function(dataset.test.images)
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    np.testing.assert_array_equal(scores.argmax(axis=1), ladder["softmax"].predicted)


def test_without_a_linear_rung_there_is_less_to_tell(digits, stacks):
    dataset, _ = digits
    ladder = climb(dataset, rungs=["pca-quadratic"])
    assert choose_explained_rung(dataset, ladder) is None
    why = collect_why(dataset, ladder, None, stacks)
    assert (why.training, why.patterns) == (None, None)
    assert why.ink is not None
    assert why.eigen is not None


def test_images_that_all_count_alike_are_told_to(digits, stacks):
    dataset, _ = digits
    ladder = climb(dataset, rungs=["mean-dot"])
    why = collect_why(dataset, ladder, choose_explained_rung(dataset, ladder), stacks)
    assert all("count alike." in told for told in why.training.told)


def test_what_does_not_fit_is_left_out(digits, monkeypatch):
    monkeypatch.setattr(training, "BUDGET", 6_000)
    monkeypatch.setattr(training, "SUMS_BUDGET", 100)
    full = Stacks(budget=10, exact=False)
    why = collect_why(*digits, choose_explained_rung(*digits), full)
    assert (why.patterns, why.ink, why.eigen) == (None, None, None)
    assert why.training.sums is None
    assert size_of(why.training.sprite) <= 6_000
    assert 1 <= len(why.training.classes) <= 10
    assert len(why.training.told) == len(why.training.classes)


def test_running_sums_go_before_the_figure_of_training_images_grows(digits, stacks, monkeypatch):
    monkeypatch.setattr(training, "FIGURE_BUDGET", 10_000)
    origins = collect_why(*digits, choose_explained_rung(*digits), stacks).training
    assert (origins.sums, origins.first) == (None, None)
    assert origins.histogram.dtype == "uint16"


@pytest.mark.parametrize(("K", "shape"), [(2, (12, 7)), (40, (9, 9))])
def test_other_classes_and_shapes_are_explained_too(K, shape):
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(K), 12)
    centres = rng.integers(0, 200, (K, *shape))
    images = (centres[y] + rng.integers(0, 56, (len(y), *shape))).astype(np.uint8)
    names = tuple(f"班{k}" for k in range(K))
    parts = [ImagePart(images[rest::3], y[rest::3]) for rest in (0, 1)]
    dataset = ImageDataset("toy", names, *parts)
    ladder = climb(dataset, rungs=["nearest-mean", "least-squares"])
    stacks = Stacks.for_numbers(4 * images[0].size * K, budget=1_000_000)
    why = collect_why(dataset, ladder, choose_explained_rung(dataset, ladder), stacks)
    assert set(why.training.classes) == set(range(K))
    assert why.patterns is not None
    assert numbers(stacks.held[why.ink.stack]).shape == (K, *shape)


def test_sums_of_the_first_images_are_kept_one_by_one(digits, why, made):
    dataset, _ = digits
    held = why.training
    F = held.largest.shape[2]
    first = numbers(held.first).reshape(len(held.classes), F, -1)
    for at, k in enumerate(held.classes):
        expected = made.running_sum(dataset.class_names[k], tuple(range(1, F + 1))).sums[:F]
        limits = np.abs(expected).max(axis=1, keepdims=True)
        np.testing.assert_allclose(first[at] / limits, expected / limits, atol=0.5 / 127 + 1e-6)


def test_the_nearest_training_images_are_those_with_the_smallest_distance(digits, why):
    dataset, _ = digits
    held = why.neighbours
    of, places, rows = unpacked(held.of), unpacked(held.nearest), unpacked(held.rows)
    train = dataset.train.images.reshape(len(dataset.train), -1) / 255
    test = dataset.test.images.reshape(len(dataset.test), -1) / 255
    assert len(of) > 10
    for at, row in enumerate(of):
        distances = np.linalg.norm(train - test[row], axis=1)
        np.testing.assert_allclose(
            unpacked(held.distances)[at], np.sort(distances)[: places.shape[1]], rtol=1e-5
        )
        np.testing.assert_allclose(
            distances[rows[places[at]]], unpacked(held.distances)[at], rtol=1e-5
        )
    for image, row, label in zip(tiles(held.sprite), rows, unpacked(held.labels), strict=True):
        np.testing.assert_array_equal(image, dataset.train.images[row])
        assert label == dataset.train.labels[row]


def test_the_strongest_pulls_are_those_of_the_library(digits, why, made):
    dataset, ladder = digits
    held = why.neighbours
    rows, names = unpacked(held.rows), dataset.class_names
    of, rivals = unpacked(held.of), unpacked(held.rivals)
    predicted = ladder["softmax"].predicted
    for at in range(0, len(of), 7):
        row = of[at]
        towards, away = made.pulls(
            dataset.test.images[row], names[predicted[row]], names[rivals[at]], count=2
        )
        for side, expected in enumerate((towards, away)):
            found = unpacked(held.pulls)[at, side]
            assert rows[found[found >= 0]].tolist() == [pull.index for pull in expected]
            evidence = [pull.evidence for pull in expected]
            np.testing.assert_allclose(
                unpacked(held.evidence)[at, side][: len(evidence)], evidence, rtol=1e-4
            )


def test_hard_images_are_mistakes_first_and_held_against_their_true_class(digits, why):
    dataset, ladder = digits
    of = unpacked(why.neighbours.of)
    labels, predicted = dataset.test.labels[of], ladder["softmax"].predicted[of]
    wrong = labels != predicted
    assert wrong.sum() == (ladder["softmax"].predicted != dataset.test.labels).sum()
    assert wrong[: wrong.sum()].all()
    np.testing.assert_array_equal(unpacked(why.neighbours.rivals)[wrong], labels[wrong])
    assert str(len(of)) in why.neighbours.text


def test_the_replay_ends_at_the_model_and_its_accuracy(digits, why, stacks):
    dataset, ladder = digits
    held = why.replay
    frames = numbers(held.stack).reshape(len(held.iterations), len(held.classes), -1)
    assert list(held.iterations) == sorted(set(held.iterations))
    assert held.objectives[-1] < held.objectives[0]
    expected = templates_of(ladder["softmax"].model, dataset.train.images).weights
    last = frames[-1] - frames[-1].mean(axis=0)
    cosine = np.corrcoef(last.ravel(), np.reshape(expected, (len(held.classes), -1)).ravel())[0, 1]
    assert cosine > 0.98  # the largest weights end at the limit of the colours
    test = unpacked(held.accuracies)[-1, 1]
    assert test == pytest.approx(ladder["softmax"].test.accuracy, abs=0.006)
    assert why.no_replay is None


def test_a_fit_that_takes_long_is_not_made_again(digits, monkeypatch):
    monkeypatch.setattr("linocut.report.why.replay.WORK", 1000)
    why = collect_why(*digits, choose_explained_rung(*digits), Stacks(1_000_000, True))
    assert why.replay is None
    assert "linocut replay" in why.no_replay


def test_every_image_behind_a_template_has_its_coefficient_in_all_of_them(digits, why, made):
    held = why.training
    expected = made.coefficients[unpacked(held.rows)]
    np.testing.assert_allclose(unpacked(held.every), expected, rtol=1e-5, atol=1e-9)


def test_the_coefficients_in_all_templates_keep_to_their_budget(digits, monkeypatch):
    monkeypatch.setattr(training, "EVERY_BUDGET", 100)
    held = training.training_images(choose_explained_rung(*digits))
    assert held.every is None
    softmax = digits[1]["softmax"]
    assert "is not held here" in text.pulls(softmax, held)


def test_images_are_left_without_coefficients_where_features_are_not_their_ink(digits):
    explained = choose_explained_rung(*digits)
    made = explained.coefficients
    picked = training._pick(explained, made, [0])
    assert training._every(made, picked) is not None
    shifted = Pipeline([("shift", FunctionTransformer(lambda images: images / 255 - 0.5))])
    centred = replace(made, training=replace(made.training, steps=shifted))
    assert training._every(centred, picked) is None


def test_it_is_said_of_which_model_training_images_pull_a_drawing(digits, why):
    ladder = digits[1]
    assert "Softmax" in text.pulls(ladder["mean-dot"], why.training)
    assert f"the {why.training.rows.shape[0]} images" in text.pulls(ladder["softmax"], why.training)
    assert "no model" in text.pulls(None, why.training)


def test_a_replay_that_takes_too_much_room_says_so(digits, monkeypatch):
    monkeypatch.setattr("linocut.report.why.replay.BUDGET", 100)
    held = fit_replay(choose_explained_rung(*digits))
    assert held.startswith("The fit is not replayed here: its templates would take too much room")


def test_a_model_that_is_not_fitted_step_by_step_says_so(digits):
    dataset, _ = digits
    ladder = climb(dataset, rungs=["mean-dot"])
    held = fit_replay(choose_explained_rung(dataset, ladder))
    assert "ClassMeans is not fitted step by step" in held
    assert held.endswith(".")


def test_neighbours_keep_to_their_budget(digits, monkeypatch):
    monkeypatch.setattr(neighbouring, "BUDGET", 5_000)
    explained = choose_explained_rung(*digits)
    held = neighbouring.neighbours(explained)
    assert size_of(held.sprite) <= 5_000
    assert 0 < held.of.shape[0] < 100
