"""Accuracy on corrupted and moved images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.evaluate import (
    Predictions,
    accuracy_under_shifts,
    corruption,
    corruption_examples,
    judge_robustness,
    with_preparation,
    without_preparation,
)
from linocut.evaluate.intervals import percent
from linocut.evaluate.moving import moved
from linocut.evaluate.robustness.images import fair_order
from linocut.evaluate.robustness.in_time import doubling
from linocut.evaluate.robustness.shares import mean_difference, mean_share
from linocut.features import NormaliseMoments, UnitPixels
from linocut.models import SoftmaxRegression


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def model(digits):
    return ImageClassifier().fit(digits)


@pytest.fixture(scope="module")
def normalising(digits):
    steps = NormaliseMoments(0.5), UnitPixels(), SoftmaxRegression()
    return ImageClassifier(make_pipeline(*steps)).fit(digits)


@pytest.fixture(scope="module")
def judged(model, digits):
    return judge_robustness(model, digits, seconds=None)


def test_each_accuracy_is_that_of_the_corrupted_images(judged, model, digits):
    few = judge_robustness(model, digits, kinds=["fog"], images=60, seconds=None, shifts=False)
    order = fair_order(digits.test.labels, np.random.default_rng(42))[:60]
    images, labels = digits.test.images[order], digits.test.labels[order]
    fogged = corruption("fog").apply(images, 4, random_state=42)
    right = model.scores(fogged).argmax(axis=1) == labels
    np.testing.assert_array_equal(few.correct[0, 0, 3], right)
    assert few.n, few.of == (60, 359)


def test_images_as_they_are_have_the_accuracy_of_the_test_part(judged, model, digits):
    names = np.asarray(digits.class_names)[digits.test.labels]
    assert judged.clean.mean() == model.score(digits.test.images, names)


def test_rows_are_the_figures_with_their_intervals(judged):
    rows = judged.rows()
    assert len(rows) == 1 + 15 * 5
    for row in rows:
        assert row["low"] <= row["accuracy"] <= row["high"]
    row = next(each for each in rows if (each["kind"], each["strength"]) == ("blur", 2))
    at = judged.kinds.index("blur")
    assert (row["accuracy"], row["amount"]) == (judged.accuracy[0, at, 1], 0.035)


def test_the_mean_over_kinds_is_the_mean_of_the_table(judged):
    mean = judged.mean()
    assert mean.value == pytest.approx(judged.accuracy.mean())
    assert mean.low < mean.value < mean.high
    assert judged.mean(kind="fog").value == pytest.approx(
        judged.accuracy[0, judged.kinds.index("fog")].mean()
    )


def test_what_is_told_names_the_figures(judged):
    assert judged.mean().percent_in_words() in judged.sentence
    assert f"unchanged {percent(judged.clean.mean())}" in judged.sentence
    assert judged.to_dict()["rows"] == judged.rows()
    assert judged.shifts[0].sentence.startswith("Of 359 images moved by 1 pixel in any direction")


def test_a_model_that_prepares_is_judged_without_that_too(normalising, digits):
    found = judge_robustness(normalising, digits, kinds=["shift"], seconds=None)
    assert found.models == ("the model", "without its preparation")
    gain = found.difference(*found.models)
    assert gain.low > 0
    assert "Without its preparation" in found.sentence


def test_without_preparation_the_weights_see_the_images_as_they_are(normalising, model, digits):
    bare = without_preparation(normalising)
    images = digits.test.images[:30]
    made = normalising.estimator_[0].transform(images)
    np.testing.assert_allclose(bare.scores(made), normalising.scores(images), rtol=1e-5)
    assert without_preparation(model) is None


def test_with_preparation_images_are_brought_into_a_box(model, digits):
    shifted = corruption("brightness").apply(digits.test.images[:20], 3)
    prepared = with_preparation(model, box=8)
    step = prepared.estimator_[0]
    np.testing.assert_array_equal(prepared.scores(shifted), model.scores(step.transform(shifted)))


def test_models_are_compared_on_the_same_images(model, normalising, digits):
    both = judge_robustness(
        {"plain": model, "sized": normalising, "again": model},
        digits, kinds=["shift", "fog"], seconds=None, shifts=False,
    )  # fmt: skip
    np.testing.assert_array_equal(both.correct[0], both.correct[2])
    assert both.difference("plain", "again").value == 0
    assert both.difference("sized", "plain", "shift").low > 0


def test_any_classifier_of_images_is_judged(digits):
    flat = FunctionTransformer(lambda X: X.reshape(len(X), -1) / 255.0)
    part = digits.train
    other = make_pipeline(flat, LogisticRegression(max_iter=200)).fit(part.images, part.labels)
    found = judge_robustness(
        other, digits.test.images, digits.test.labels, kinds=["blur"], seconds=None
    )
    assert found.clean.mean() > 0.9
    assert not found.shifts[0].exact


def test_of_two_classes_one_without_a_test_image(digits):
    some = np.isin(digits.train.labels, (3, 5))
    names = np.asarray(digits.class_names)
    model = ImageClassifier().fit(digits.train.images[some], names[digits.train.labels[some]])
    threes = digits.test.labels == 3
    found = judge_robustness(
        model, digits.test.images[threes], names[digits.test.labels[threes]], kinds=["fog"]
    )
    assert found.clean.mean() > 0.9


@pytest.mark.parametrize("linear", [True, False])
def test_the_map_of_shifts_is_that_of_moved_images(model, normalising, digits, linear):
    judged = model if linear else normalising
    found = accuracy_under_shifts(judged, digits, radius=3, seconds=None)
    assert found.exact == linear
    for i, down in enumerate(found.down.tolist()):
        for j, right in enumerate(found.right.tolist()):
            images = np.zeros_like(digits.test.images)
            for row in range(8):
                for column in range(8):
                    y, x = row + down, column + right
                    if 0 <= y < 8 and 0 <= x < 8:
                        images[:, y, x] = digits.test.images[:, row, column]
            right_ones = judged.scores(images).argmax(axis=1) == digits.test.labels
            assert found.accuracy[i, j] == right_ones.mean()


def test_at_no_distance_the_images_are_as_they_are(model, digits):
    found = accuracy_under_shifts(model, digits, seconds=None)
    r = len(found.down) // 2
    assert found.at(0).value == found.accuracy[r, r]
    ring = [found.accuracy[r + 1, r], found.accuracy[r - 1, r]]
    ring += [found.accuracy[r, r + 1], found.accuracy[r, r - 1]]
    ring += [found.accuracy[r + i, r + j] for i in (-1, 1) for j in (-1, 1)]
    assert found.at(1).value == pytest.approx(np.mean(ring))


def test_a_large_image_is_moved_in_steps():
    images = np.random.default_rng(0).integers(0, 256, (12, 128, 128), dtype=np.uint8)
    labels = np.arange(12) % 2
    model = ImageClassifier().fit(images, labels)
    found = accuracy_under_shifts(model, images, labels)
    assert len(found.down) <= 15
    assert found.step == 5
    assert found.distances[1] == 5


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_moving_back_leaves_what_was_not_pushed_out(down, right):
    images = np.ones((1, 6, 7), np.uint8)
    back = moved(moved(images, down, right), -down, -right)
    assert back.sum() == max(6 - abs(down), 0) * max(7 - abs(right), 0)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(0, 99))
def test_any_beginning_of_the_order_has_the_shares_of_the_whole(counts, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    order = fair_order(labels, np.random.default_rng(seed))
    assert sorted(order.tolist()) == list(range(len(labels)))
    half = order[: len(order) // 2]
    for k, count in enumerate(counts):
        assert abs((labels[half] == k).sum() - count / 2) <= len(counts)


def test_without_time_only_the_first_images_are_taken(model, digits):
    found = judge_robustness(model, digits, kinds=["fog"], seconds=0)
    assert (found.n, found.of) == (125, 359)


def test_parts_follow_each_other_to_the_end():
    parts = list(doubling(1000, None))
    assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])]
    assert parts[-1].stop == 1000


def test_the_interval_of_a_mean_counts_each_image_once():
    once = np.random.default_rng(0).random(500) < 0.7
    one, copied = mean_share(once), mean_share(np.tile(once, (75, 1)))
    assert copied == one
    assert one.low < one.value < one.high


def test_independent_copies_narrow_the_interval():
    random = np.random.default_rng(0)
    many = mean_share(random.random((75, 500)) < 0.7)
    one = mean_share(random.random(500) < 0.7)
    assert many.high - many.low < 0.2 * (one.high - one.low)


def test_nothing_wrong_still_has_an_interval():
    sure = mean_share(np.ones((3, 50), bool))
    assert sure.high == 1
    assert 0.9 < sure.low < 0.95


def test_a_difference_is_of_pairs():
    first = np.random.default_rng(0).random((4, 300)) < 0.6
    second = first.copy()
    second[:, :30] = False
    found = mean_difference(first, second)
    assert found.value == pytest.approx(first[:, :30].mean() / 10)
    assert 0 < found.low < found.value < found.high


def test_bad_input_is_one_clear_line(model, digits):
    none = np.zeros((0, 8, 8), np.uint8)
    with pytest.raises(LinocutError, match="no images — one at least"):
        judge_robustness(model, none, [])
    with pytest.raises(LinocutError, match="8 × 8 pixels"):
        judge_robustness(model, np.zeros((2, 9, 9), np.uint8), ["1", "2"])
    with pytest.raises(LinocutError, match="label ten is none of the classes"):
        accuracy_under_shifts(model, digits.test.images[:1], ["ten"])
    with pytest.raises(LinocutError, match="one label for each image"):
        judge_robustness(model, digits.test.images, ["1"])
    with pytest.raises(LinocutError, match="labels of its own"):
        judge_robustness(model, digits, digits.test.labels)
    with pytest.raises(LinocutError, match="no models"):
        judge_robustness({}, digits)
    with pytest.raises(LinocutError, match="an integer from 0 to 7"):
        accuracy_under_shifts(model, digits, radius=8)
    with pytest.raises(LinocutError, match="'softmax' is not among the model"):
        judge_robustness(model, digits, kinds=["fog"], seconds=0, shifts=False).mean("softmax")


def test_figures_show_the_figures(judged, digits):
    texts = [text.get_text() for text in judged.plot().axes[0].texts]
    assert f"{100 * judged.accuracy[0, 0, 0]:.0f}" in texts
    assert len(texts) == 15 * 7
    shifts = judged.shifts[0].plot()
    assert shifts.axes[0].get_xlabel() == "pixels to the right"
    sheet = corruption_examples(digits.test.images[0]).plot()
    assert sum(len(axes.images) for axes in sheet.axes) == 15 * 6


def test_many_models_share_a_panel(model, digits):
    names = {f"model {k}": model for k in range(3)}
    found = judge_robustness(names, digits, kinds=["fog", "blur"], seconds=0, shifts=False)
    (axes,) = found.plot().axes
    assert len(axes.texts) == 3 * 4


def test_a_panel_is_drawn_where_it_is_wanted(judged, digits):
    panels = Figure().subplots(1, 2)
    assert judged.plot(ax=panels[0]) is panels[0].figure
    assert len(panels[0].texts) == 15 * 7
    assert judged.shifts[0].plot(ax=panels[1]) is panels[0].figure


def test_predictions_of_no_images_or_of_another_size_are_refused(model):
    with pytest.raises(LinocutError, match="with an image and two classes at least"):
        Predictions.from_estimator(model, np.zeros((0, 8, 8), np.uint8), [])
    with pytest.raises(LinocutError, match="the model reads images of 8 × 8 pixels"):
        Predictions.from_estimator(model, np.zeros((1, 28, 28), np.uint8), ["1"])
