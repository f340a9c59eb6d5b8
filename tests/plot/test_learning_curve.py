"""Learning curves, drawn and then asked what they show."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.plot import plot_learning_curve

STEPS = [0, 1, 10, 100]
TRAIN = [0.1, 0.5, 0.8, 0.9], [2.3, 1.5, 0.8, 0.4]
TEST = {"test_accuracies": [0.1, 0.4, 0.7, 0.85], "test_losses": [2.3, 1.6, 0.9, 0.5]}


def told(figure):
    return " | ".join(text.get_text() for text in figure.findobj(lambda o: hasattr(o, "get_text")))


def test_the_title_is_the_message():
    figure = plot_learning_curve(STEPS, *TRAIN, **TEST, passes=6.4)
    above, below = figure.axes
    assert (
        above.get_title(loc="left") == "85.0 % of test images correctly classified after 100 steps"
    )
    assert below.get_title(loc="left") == "Test loss: from 2.3 to 0.5"


def test_curves_are_named_where_they_end():
    text = told(plot_learning_curve(STEPS, *TRAIN, **TEST))
    for name in ("train 90.0 %", "test 85.0 %", "train 0.4", "test 0.5"):
        assert name in text


def test_a_loss_that_turned_is_told():
    losses = {"test_accuracies": [0.1, 0.5, 0.8, 0.8], "test_losses": [2.3, 0.9, 0.6, 0.7]}
    figure = plot_learning_curve(STEPS, *TRAIN, **losses)
    assert figure.axes[1].get_title(loc="left") == "Test loss: 0.7, but 0.6 after 10 steps"


def test_the_passes_are_told_below():
    figure = plot_learning_curve(STEPS, *TRAIN, passes=6.4)
    assert "100 steps are 6.4 passes" in figure.axes[1].get_xlabel()
    assert "passes" not in plot_learning_curve(STEPS, *TRAIN).axes[1].get_xlabel()


def test_names_of_equal_ends_do_not_lie_on_each_other():
    same = {"test_accuracies": TRAIN[0], "test_losses": TRAIN[1]}
    for axes in plot_learning_curve(STEPS, *TRAIN, **same).axes:
        train, test = (text for text in axes.texts if text.get_text()[:4] in {"trai", "test"})
        assert abs(train.get_position()[1] - test.get_position()[1]) >= 12


@pytest.mark.parametrize("last", [np.inf, np.nan, 0.0])
def test_a_loss_without_a_place_on_the_axis_is_drawn_all_the_same(last, tmp_path):
    losses = [2.3, 1.5, 800.0, last]
    figure = plot_learning_curve(STEPS, [0.1, 0.5, 0.8, 1.0], losses)
    figure.savefig(tmp_path / "curve.png")
    assert "100 %" in told(figure)


@pytest.mark.parametrize("n", [1, 2])
def test_a_short_curve_is_drawn(n, tmp_path):
    accuracies, losses = TRAIN
    plot_learning_curve(STEPS[:n], accuracies[:n], losses[:n]).savefig(tmp_path / "curve.png")


@pytest.mark.parametrize(
    ("steps", "more", "named"),
    [
        ([0, 1], {}, r"steps of shape \(2,\)"),
        ([0, 2, 1, 3], {}, "they must rise"),
        (STEPS, {"test_losses": TRAIN[1]}, "test_losses without test_accuracies"),
        (STEPS, {"test_losses": [1.0], "test_accuracies": [1.0]}, r"\(1,\)"),
    ],
    ids=str,
)
def test_arrays_that_do_not_fit_are_refused(steps, more, named):
    with pytest.raises(LinocutError, match=named):
        plot_learning_curve(steps, *TRAIN, **more)
