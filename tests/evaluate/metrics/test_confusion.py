"""The confusion matrix in its forms, and confused pairs."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix

from linocut.core import LinocutError
from linocut.evaluate import ConfusionMatrix
from support.drawn_predictions import drawn_predictions, predictions_of

answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@settings(deadline=None, max_examples=60)
@given(answers)
def test_each_form_is_that_of_scikit_learn(pairs):
    found = ConfusionMatrix.from_predictions(predictions_of(pairs, 4))
    true, predicted = np.array(pairs).T
    for normalize, mine in (
        (None, found.counts), ("true", found.row_shares), ("pred", found.column_shares),
    ):  # fmt: skip
        expected = confusion_matrix(true, predicted, labels=range(4), normalize=normalize)
        # Theirs has zeros in lines without an image.
        np.testing.assert_allclose(np.nan_to_num(mine), expected, rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(answers)
def test_pairs_hold_each_mistake_once_and_are_ranked(pairs):
    found = ConfusionMatrix.from_predictions(predictions_of(pairs, 4))
    held = [i for p in found.pairs for side in (p.mistakes, p.reverse) for i in side.images]
    assert sorted(held) == [i for i, (true, predicted) in enumerate(pairs) if true != predicted]
    counts = [pair.count for pair in found.pairs]
    assert counts == sorted(counts, reverse=True)
    for pair in found.pairs:
        assert pair.mistakes.count >= pair.reverse.count
        for side in (pair.mistakes, pair.reverse):
            for i in side.images:
                assert pairs[i] == (int(side.true), int(side.predicted))


def test_the_surest_mistake_comes_first():
    predictions = drawn_predictions(400, 3, sharp=0.5)
    for pair in ConfusionMatrix.from_predictions(predictions).pairs:
        k = predictions.class_names.index(pair.mistakes.predicted)
        p = predictions.probabilities[list(pair.mistakes.images), k]
        assert (np.diff(p) <= 0).all()


def test_images_are_positions_in_the_part():
    predictions = predictions_of([(0, 1), (1, 1), (0, 1)], 2)
    moved = replace(predictions, images=np.array([50, 60, 70]))
    assert sorted(ConfusionMatrix.from_predictions(moved).pairs[0].mistakes.images) == [50, 70]


def test_shares_of_a_line_without_images_are_not_defined():
    found = ConfusionMatrix.from_predictions(predictions_of([(0, 0), (1, 0)], 3))
    assert np.isnan(found.row_shares[2]).all()
    assert np.isnan(found.column_shares[:, 1:]).all()


def test_sentence_tells_both_directions():
    found = ConfusionMatrix.from_predictions(predictions_of([(0, 1)] * 3 + [(1, 0), (1, 1)], 2))
    assert "3 images of 0 classified as 1" in found.sentence
    assert "1 the other way" in found.sentence
    perfect = ConfusionMatrix.from_predictions(predictions_of([(0, 0)], 2))
    assert perfect.sentence == "None of 1 image is misclassified."
    assert perfect.rows() == []


@pytest.mark.parametrize(
    ("show", "text", "title"),
    [("counts", "3", "Counts"), ("rows", "100", "Shares of the row, %"),
     ("columns", "75.0", "Shares of the column, %"), ("errors", "1", "Mistakes")],
)  # fmt: skip
def test_each_form_is_drawn(show, text, title):
    found = ConfusionMatrix.from_predictions(predictions_of([(0, 0)] * 3 + [(1, 0)], 2))
    axes = found.plot(show=show).axes[0]
    assert axes.get_title(loc="left") == title
    assert text in {each.get_text() for each in axes.texts}


def test_errors_alone_have_no_numbers_on_the_diagonal():
    found = ConfusionMatrix.from_predictions(predictions_of([(0, 0)] * 3 + [(1, 0)], 2))
    assert "3" not in {each.get_text() for each in found.plot(show="errors").axes[0].texts}


def test_it_is_drawn_where_one_asks():
    figure, axes = plt.subplots()
    found = ConfusionMatrix.from_predictions(drawn_predictions(40, 3))
    assert found.plot(axes) is figure
    assert len(axes.texts) == 9
    plt.close(figure)


def test_an_unknown_form_is_refused():
    found = ConfusionMatrix.from_predictions(drawn_predictions(40, 3))
    with pytest.raises(LinocutError, match="one of counts, rows, columns, errors"):
        found.plot(show="percent")


def test_it_is_made_from_an_estimator_as_displays_are():
    model = LogisticRegression().fit([[0.0], [1.0]], ["a", "b"])
    found = ConfusionMatrix.from_estimator(model, [[0.1], [0.9], [0.8]], ["a", "b", "a"])
    assert found.counts.tolist() == [[1, 1], [0, 1]]
