"""How the figures of a class come from the matrix, step by step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.evaluate import ClassMetrics, WorkedMetrics
from support.drawn_predictions import drawn_predictions, predictions_of

answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@settings(deadline=None, max_examples=60)
@given(answers, st.integers(0, 3))
def test_steps_arrive_at_the_figures_of_the_class(pairs, k):
    predictions = predictions_of(pairs, 4)
    worked = WorkedMetrics.from_predictions(predictions, label=str(k))
    figures = ClassMetrics.from_predictions(predictions, draws=5).classes[k]
    of = {step.name: step.value for step in worked.steps}
    for name, figure in (
        ("precision", figures.precision), ("recall", figures.recall),
        ("specificity", figures.specificity), ("F1", figures.f1),
    ):  # fmt: skip
        assert of[name] == pytest.approx(figure.value, abs=1e-12, nan_ok=True)
    assert of["accuracy"] == pytest.approx(predictions.evaluation.accuracy)
    regions = (
        worked.true_positives, worked.false_negatives, worked.false_positives,
        worked.true_negatives,
    )  # fmt: skip
    assert sum(regions) == len(pairs)
    assert min(regions) >= 0


@settings(deadline=None, max_examples=40)
@given(answers, st.integers(0, 3))
def test_the_numbers_put_in_give_what_the_line_says(pairs, k):
    for step in WorkedMetrics.from_predictions(predictions_of(pairs, 4), label=str(k)).steps:
        part, whole = step.numbers.replace("·", "*").replace(",", "").split("/")
        if eval(whole):  # an expression of this test's own making
            assert eval(part) / eval(whole) == pytest.approx(step.value)
        else:
            assert "not defined" in step.line


def test_lines_name_the_cell_that_adds_most():
    worked = WorkedMetrics.from_predictions(
        predictions_of([(0, 0), (0, 1), (0, 1), (0, 2), (2, 0)], 3), label="0"
    )
    assert worked.lines[1] == (
        "FN (false negatives) = 3: images of 0 classified as another class, the rest of its row, "
        "most of them 1 (2)."
    )
    assert "precision = TP / (TP + FP) = 1 / (1 + 1) = 50.00 %" in worked.lines


def test_the_class_with_the_lowest_f1_is_taken_if_none_is_named():
    worked = WorkedMetrics.from_predictions(predictions_of([(0, 0), (1, 2), (2, 2)], 4))
    assert worked.label == "1"


def test_an_unknown_class_is_refused():
    with pytest.raises(LinocutError, match="'x' is no class of these — they are c0, c1 and c2"):
        WorkedMetrics.from_predictions(drawn_predictions(9, 3), label="x")


def test_cells_are_drawn_of_few_classes_and_four_regions_of_many():
    few = WorkedMetrics.from_predictions(drawn_predictions(90, 3)).plot()
    many = WorkedMetrics.from_predictions(drawn_predictions(900, 40)).plot()
    assert few.axes[0].images[0].get_array().shape[:2] == (3, 3)
    assert many.axes[0].images[0].get_array().shape[:2] == (2, 2)
    told = " ".join(text.get_text() for text in few.axes[1].texts)
    assert "= TP / (TP + FP)" in told
