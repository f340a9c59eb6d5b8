"""Figures with their intervals, drawn."""

from linocut.plot import plot_overall_metrics


def test_a_figure_that_is_worse_than_chance_lies_on_the_axis():
    """Cohen's kappa goes down to −1; the axis once ended at 0, and its dot lay outside."""
    figure = plot_overall_metrics(
        [[0.4, 0.3, 0.5], [-0.2, -0.4, 0.0]], ["accuracy", "Cohen's kappa"]
    )
    low, high = figure.axes[0].get_xlim()
    assert low < -0.4
    assert high > 0.5
