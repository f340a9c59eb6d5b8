"""Train beside test: the gap, and when it is called overfitting."""

import pytest

from linocut.core import LinocutError
from linocut.evaluate import TrainBesideTest, difference_interval
from support.drawn_predictions import drawn_predictions, predictions_of


def right_and_wrong(right, wrong):
    return predictions_of([(0, 0)] * right + [(0, 1)] * wrong, 2)


def test_the_gap_has_newcombes_interval():
    found = TrainBesideTest.from_predictions(right_and_wrong(48, 32), train=right_and_wrong(56, 14))
    low, high = difference_interval((56, 70), (48, 80))
    assert (found.accuracy.gap.low, found.accuracy.gap.high) == pytest.approx((low, high))
    assert found.accuracy.gap.value == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("train", "test", "said"),
    [
        ((990, 10), (900, 100), "The model overfits"),
        ((9950, 50), (9850, 150), "new images are classified nearly as well"),
        ((95, 5), (93, 7), "no overfitting can be told"),
        ((900, 100), (990, 10), "no overfitting shows"),
    ],
)
def test_overfitting_is_said_only_where_chance_explains_no_gap(train, test, said):
    found = TrainBesideTest.from_predictions(right_and_wrong(*test), train=right_and_wrong(*train))
    assert said in found.sentence
    assert found.overfits == (said == "The model overfits")


def test_models_without_a_gap_are_rarely_called_overfitted():
    """Both parts from one source: a one-sided 2.5 % of false calls is what the interval allows."""
    called = [
        TrainBesideTest.from_predictions(
            drawn_predictions(200, 3, seed=2 * seed),
            train=drawn_predictions(600, 3, seed=2 * seed + 1),
        ).overfits
        for seed in range(200)
    ]
    assert sum(called) <= 12


def test_a_class_without_a_test_image_has_no_gap():
    test, train = predictions_of([(0, 0)], 3), predictions_of([(0, 0), (1, 1), (2, 2)], 3)
    found = TrainBesideTest.from_predictions(test, train=train)
    assert not found.classes[1].gap.defined
    assert not found.classes[1].tells_apart
    assert found.rows()[2]["gap"] is None
    assert found.table_rows()[2]["gap, points"] == "–"
    found.plot()


def test_other_classes_are_refused():
    with pytest.raises(LinocutError, match="one classifier"):
        TrainBesideTest.from_predictions(drawn_predictions(9, 3), train=drawn_predictions(9, 2))


def test_all_images_are_drawn_above_the_classes():
    found = TrainBesideTest.from_predictions(
        drawn_predictions(90, 3), train=drawn_predictions(90, 3)
    )
    labels = [text.get_text() for text in found.plot().axes[0].get_yticklabels()]
    assert labels[0] == "all images"
    assert sorted(labels[1:]) == ["c0", "c1", "c2"]
