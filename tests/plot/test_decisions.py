"""Figures of decisions, from plain arrays."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.plot import plot_class_precision, plot_risk_coverage


def test_few_images_are_drawn():
    figure = plot_risk_coverage([1, 2, 6], [0, 0, 1])
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "16.7 % mistakes, none rejected"
    assert len(axes.lines[0].get_xdata()) >= 2


def test_figures_go_into_given_axes():
    from matplotlib.figure import Figure

    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert plot_risk_coverage([1, 2], [0, 1], points=[("now", 1.0, 0.5)], ax=left) is figure
    assert plot_class_precision(["a"], [("now", [[0.5, 0.1, 0.9]])], ax=right) is figure
    assert left.lines
    assert right.lines


def test_of_many_classes_the_lowest_are_drawn_and_those_without_images_last():
    shares = np.column_stack([np.linspace(0.5, 1, 100)] * 3)
    shares[7] = np.nan
    figure = plot_class_precision([f"c{k}" for k in range(100)], [("now", shares)], goal=0.9)
    (axes,) = figure.axes
    drawn = [text.get_text() for text in axes.get_yticklabels()]
    assert drawn == [f"c{k}" for k in range(25) if k != 7]
    assert "24 lowest of 100 classes" in axes.get_xlabel()


def test_without_any_share_that_is_said():
    figure = plot_class_precision(["a", "b"], [("now", np.full((2, 3), np.nan))])
    assert figure.axes[0].get_title(loc="left") == "No class is predicted"


def test_wrong_shapes_are_refused():
    with pytest.raises(LinocutError, match=r"both \(T,\)"):
        plot_risk_coverage([1, 2], [0])
    with pytest.raises(LinocutError, match=r"\(2, 3\), one row a class"):
        plot_class_precision(["a", "b"], [("now", np.ones((3, 3)))])
