from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.ladder import Ladder
from linocut.report import collect
from linocut.report import text as report_text
from linocut.report.summary import summarise
from linocut.report.text.language import NARROW, paragraph, percent, quoted
from linocut.report.text.places import PLACES, ninths, place_of

BROKEN = re.compile(
    r"\bnan\b|\bNone\b|\binf\b|  |\bTrue\b|\bFalse\b|\be[+-]\d|\b1 (images|mistakes|classes|pixels|"
    r"values|rungs|test images|training images|answers|points more)\b|%%|\{|\}|\.\.|,,| ,| \.|\(\)"
)


def plain(text: str) -> str:
    return text.replace(NARROW, " ")


def all_words(document) -> dict[str, str]:
    found = dict(document.text)
    for rung in document.rungs:
        found |= {f"{rung.name} {key}": text for key, text in rung.text.items()}
    found |= {f"template {row.name}": row.text for row in document.templates}
    return found


def check_language(document) -> None:
    for key, text in all_words(document).items():
        for part in text.split("\n\n"):
            assert not BROKEN.search(plain(part)), (key, part)
            if key != "headline" or part:
                assert part == "" or part[-1] in ".!", (key, part)


def test_every_paragraph_of_a_real_report_is_said_and_whole(document):
    assert all(all_words(document).values())
    check_language(document)


def test_the_headline_gives_the_best_and_the_best_straight_cut(document, ladder):
    text = plain(document.text["headline"])
    best = ladder.best
    assert best.title in text
    assert f"{100 * best.test.accuracy:.1f} %" in text
    assert "359 test images" in text


def test_balance_names_the_largest_and_the_smallest_class(document, digits):
    text = plain(document.text["balance"])
    counts = np.bincount(digits.train.labels)
    assert f"“{counts.argmax()}” is the largest class with {counts.max()} training images" in text
    assert f"“{counts.argmin()}” the smallest with {counts.min()}" in text


def test_pixels_count_the_blank_ones(document, digits):
    blank = int((~digits.train.images.any(axis=0)).sum())
    assert f"{blank} of 64 pixels" in plain(document.text["pixels"])


def test_means_name_the_pair_that_is_most_alike(document, digits):
    likeness = summarise(digits.train, 10).likeness - 2 * np.eye(10)
    a, b = sorted(np.unravel_index(likeness.argmax(), (10, 10)))
    assert f"“{a}” and “{b}” are most alike" in document.text["means"]
    assert f"{likeness.max():.2f}" in document.text["means"]


def test_the_ladder_tells_each_step_in_images(document, ladder):
    text = plain(document.text["ladder"])
    for before, after in zip(ladder.rungs, ladder.rungs[1:], strict=False):
        gain = after.test.correct - before.test.correct
        assert after.title in text
        if gain:
            assert f"({abs(gain)} {'more' if gain > 0 else 'fewer'})" in text


def test_a_one_way_confusion_is_told_from_one_that_goes_both_ways(make_dataset, make_rung):
    labels = [0] * 10 + [1] * 10 + [2] * 10
    dataset = make_dataset(labels, ("ant", "bee", "cow"))
    predicted = np.array(labels)
    predicted[:4] = 1
    one_way = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "classify “ant” as “bee”: 4 of 10 test images of “ant” (40.0 %)" in one_way
    assert "The other way round it never happens" in one_way
    predicted[10:13] = 0
    both = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "3 of 10 (30.0 %), so the confusion goes both ways" in both
    predicted[11:13] = 1
    mostly = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "1 of 10 (10.0 %), so it is mostly “ant” that is mistaken for “bee”" in mostly


def test_a_fit_to_the_training_images_only_is_called_overfitting(make_dataset, make_rung):
    dataset = make_dataset([0, 1] * 50, ("a", "b"), train_labels=[0, 1] * 200)
    predicted = np.array([0, 1] * 50)
    predicted[:20] = 1 - predicted[:20]
    text = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "a perfect fit to the training images only (overfitting)" in text
    train = np.array([0, 1] * 200)
    train[:80] = 1 - train[:80]
    text = plain(report_text.confusion(make_rung(dataset, predicted, train_predicted=train)))
    assert "no sign of overfitting" in text


def test_confident_mistakes_are_counted(make_dataset, make_rung):
    dataset = make_dataset([0, 0, 0, 0, 1], ("a", "b"))
    P = np.array([[0.05, 0.95], [0.3, 0.7], [0.01, 0.99], [0.95, 0.05], [0.1, 0.9]])
    text = plain(
        report_text.mistakes(make_rung(dataset, [1, 1, 1, 0, 1], probabilities=P), dataset)
    )
    assert "Made misclassifies 3 of 5 test images (60.0 %)" in text
    assert "2 of 3 mistakes (66.7 %) are made with a probability above 90 %" in text
    assert "test image 2: “a” classified as “b” with a probability of 99.0 %" in text
    assert "its true class gets 1.00 %" in text


def test_the_hardest_class_is_said_to_fail_by_precision_or_recall(make_dataset, make_rung):
    labels = [0] * 10 + [1] * 10 + [2] * 10
    dataset = make_dataset(labels, ("ant", "bee", "cow"))
    predicted = np.array(labels)
    predicted[:5] = 1
    text = plain(report_text.classes(make_rung(dataset, predicted), dataset))
    assert "“cow” is easiest (F1 100 %), “ant” hardest (F1 66.7 %)" in text
    assert "its recall is 50.0 %, since 5 of its 10 images are missed" in text
    assert "Missed images are its larger problem" in text


def test_a_class_with_many_wrongly_included_images_is_told(make_dataset, make_rung):
    labels = [0] * 20 + [1] * 4 + [2] * 20
    dataset = make_dataset(labels, ("ant", "bee", "cow"))
    predicted = np.array(labels)
    predicted[[0, 1, 2, 30, 31, 32]] = 1
    text = plain(report_text.classes(make_rung(dataset, predicted), dataset))
    assert "“bee” hardest" in text
    assert "Wrongly included images are its larger problem" in text
    assert "6 of the 10 images classified as “bee” belong to other classes" in text


def test_perfect_predictions_are_called_so(make_dataset, make_rung):
    dataset = make_dataset([0, 1, 2], ("a", "b", "c"))
    rung = make_rung(dataset, [0, 1, 2])
    assert "none is misclassified" in report_text.confusion(rung)
    assert "classifies all 3 test images correctly" in report_text.mistakes(rung, dataset)
    assert "100" in report_text.classes(rung, dataset)


def test_a_class_without_test_images_is_mentioned(make_dataset, make_rung):
    dataset = make_dataset([0, 0, 1], ("a", "b", "c"))
    text = report_text.classes(make_rung(dataset, [0, 1, 1]), dataset)
    assert "There is no test image of “c”, so nothing can be said about it" in text


def test_an_uneven_dataset_warns_about_accuracy(make_dataset):
    dataset = make_dataset([0, 0, 1], ("a", "b"), train_labels=[0] * 30 + [1] * 3)
    text = plain(report_text.balance(dataset, summarise(dataset.train, 2)))
    assert "10.0 to 1" in text
    assert "look at the recall of each class" in text
    assert "2 of 3 test images (66.7 %)" in text


def test_steps_are_judged_on_the_images_that_only_one_rung_gets_right(make_dataset, make_rung):
    labels = np.zeros(100, dtype=int)
    dataset = make_dataset(labels, ("a", "b"))
    a = np.where(np.arange(100) < 9, 1, 0)
    b = np.where((np.arange(100) >= 8) & (np.arange(100) < 10), 1, 0)
    rungs = (make_rung(dataset, a, name="low"), make_rung(dataset, b, name="high"))
    text = plain(report_text.climb(Ladder("made-up", rungs), labels))
    assert "this is unlikely to be chance: High ahead of Low by 8 to 1" in text
    rungs = (make_rung(dataset, a, name="low"), make_rung(dataset, np.roll(a, 5), name="high"))
    text = plain(report_text.climb(Ladder("made-up", rungs), labels))
    assert "this may be chance: High level with Low by 5 to 5" in text


NAMES = ["a", "שלום", "ಸೊನ್ನೆ", "T-shirt / top", "two\nlines", "お", "<b>&", "None-such", "1", "{x}"]


@st.composite
def runs(draw):
    k = draw(st.integers(2, 5))
    n = draw(st.integers(1, 30))
    labels = draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n))
    predictions = draw(
        st.lists(st.lists(st.integers(0, k - 1), min_size=n, max_size=n), min_size=1, max_size=3)
    )
    return tuple(NAMES[:k]), labels, predictions


@settings(deadline=None, max_examples=150)
@given(runs())
def test_any_run_is_put_in_whole_sentences(make_dataset, make_rung, run):
    names, labels, predictions = run
    dataset = make_dataset(labels, names)
    rungs = tuple(
        make_rung(dataset, predicted, name=f"rung{i}", converged=i != 1)
        for i, predicted in enumerate(predictions)
    )
    check_language(collect(dataset, Ladder("made-up", rungs), command="x"))


@settings(deadline=None)
@given(st.floats(0, 1), st.integers(0, 2))
def test_a_share_is_never_rounded_to_all_or_nothing(share, digits):
    text = percent(share, digits)
    assert (text == f"100{NARROW}%") == (share == 1)
    assert (text == f"0{NARROW}%") == (share == 0)


def test_names_written_from_right_to_left_are_isolated():
    assert quoted("שלום") == "“\u2068שלום\u2069”"
    assert quoted("two\n lines") == "“two lines”"


def test_sentences_that_do_not_apply_are_left_out():
    assert paragraph("One.", None, "", "Two.") == "One. Two."


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (5, 8), (28, 28)])
def test_ninths_add_up_to_the_image(shape):
    values = np.random.default_rng(0).normal(size=(2, *shape))
    np.testing.assert_allclose(ninths(values).sum(axis=1), values.sum(axis=(1, 2)))


def test_places_name_the_corners_and_the_middle():
    corners = [place_of(row, column, (9, 9)) for row in (0, 8) for column in (0, 8)]
    assert corners == ["at the top left", "at the top right", "at the bottom left",
                       "at the bottom right"]  # fmt: skip
    assert place_of(4, 4, (9, 9)) == PLACES[4] == "in the middle"
