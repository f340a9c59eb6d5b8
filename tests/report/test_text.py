from __future__ import annotations

import re
from itertools import pairwise

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


def test_the_headline_counts_what_the_best_and_the_best_straight_cut_classify(document, ladder):
    text = plain(document.text["headline"])
    test = ladder.best.test
    assert f"The best of 6 models correctly classifies {test.correct} of the 359" in text
    assert "It is a straight cut through the pixels" in text


def test_balance_names_the_smallest_class_and_all_of_the_largest(document, digits):
    text = plain(document.text["balance"])
    counts = np.bincount(digits.train.labels)
    largest = np.flatnonzero(counts == counts.max())
    assert len(largest) > 1  # none of them is the largest
    assert f"From {counts.min()} training images of “{counts.argmin()}”" in text
    assert f"to {counts.max()} of “1”, “3” and “5” each" in text


def test_pixels_count_the_blank_ones(document, digits):
    blank = int((~digits.train.images.any(axis=0)).sum())
    assert f"{blank} of 64 pixels" in plain(document.text["pixels"])


def test_means_name_the_pair_that_is_most_alike(document, digits):
    likeness = summarise(digits.train, 10).likeness - 2 * np.eye(10)
    a, b = sorted(np.unravel_index(likeness.argmax(), (10, 10)))
    assert f"“{a}” and “{b}” are most alike" in document.text["means"]
    assert f"{likeness.max():.2f}" in document.text["means"]


def test_the_steps_name_the_largest_change_and_count_those_that_may_be_chance(document, ladder):
    text = plain(document.text["steps"])
    net = {
        after.short: after.test.correct - before.test.correct
        for before, after in pairwise(ladder.rungs)
    }
    largest = max(net, key=lambda name: abs(net[name]))
    assert f"The largest change, at {largest}, is " in text
    rung = next(rung for rung in document.rungs if rung.short == largest)
    assert f"{rung.gained} test images gained and {rung.lost} lost" in text
    doubtful = sum(rung.chance >= 0.05 for rung in document.rungs[1:])
    assert f"For {doubtful} of the 5 steps no difference between the two models" in text


def test_a_one_way_confusion_is_told_from_one_that_goes_both_ways(make_dataset, make_rung):
    labels = [0] * 20 + [1] * 20 + [2] * 20
    dataset = make_dataset(labels, ("ant", "bee", "cow"))
    predicted = np.array(labels)
    predicted[:9] = 1
    one_way = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "only kind of mistake is to classify “ant” as “bee”: 9 of 20 images" in one_way
    predicted[20] = 2
    one_way = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "classify “ant” as “bee”: 9 of 20 images of “ant” (45.0 %, 25.8–65.8)" in one_way
    assert "The other way round it is 0 of 20 images of “bee” (0 %, 0–16.1)" in one_way
    assert "“ant” is mistaken for “bee” more often than the reverse" in one_way
    predicted[20:25] = 0
    both = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "5 of 20 images of “bee” (25.0 %, 11.2–46.9); no difference between the two" in both


def test_the_gap_between_training_and_test_comes_with_its_interval(make_dataset, make_rung):
    dataset = make_dataset([0, 1] * 50, ("a", "b"), train_labels=[0, 1] * 200)
    predicted = np.array([0, 1] * 50)
    predicted[:20] = 1 - predicted[:20]
    text = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "The gap is 20.0 percentage points (95 % interval 13.3 to 28.9)" in text
    assert "on images that it has not seen, the model does worse" in text
    train = np.array([0, 1] * 200)
    train[:80] = 1 - train[:80]
    text = plain(report_text.confusion(make_rung(dataset, predicted, train_predicted=train)))
    assert "The gap is 0.0 percentage points" in text
    assert "no difference can be told" in text


def test_one_mistake_in_359_is_no_verdict_on_the_fit(make_dataset, make_rung):
    labels = np.arange(359) % 10
    names = tuple("0123456789")
    dataset = make_dataset(labels, names, train_labels=np.arange(1438) % 10)
    predicted = labels.copy()
    predicted[5] = 6
    text = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "The gap is 0.3 percentage points (95 % interval −0.1 to 1.6), so no difference" in text
    assert "overfit" not in text
    assert "by heart" not in text


def test_of_kinds_of_mistake_that_are_as_frequent_none_stands_out(make_dataset, make_rung):
    labels = [0] * 10 + [1] * 10 + [2] * 10
    dataset = make_dataset(labels, ("ant", "bee", "cow"))
    predicted = np.array(labels)
    predicted[[0, 1, 10, 11, 20]] = 2, 2, 0, 0, 1
    text = plain(report_text.confusion(make_rung(dataset, predicted)))
    assert "No kind of mistake stands out: 2 kinds occur twice each, all others less often" in text


def test_confident_mistakes_are_counted(make_dataset, make_rung):
    dataset = make_dataset([0, 0, 0, 0, 1], ("a", "b"))
    P = np.array([[0.05, 0.95], [0.3, 0.7], [0.01, 0.99], [0.95, 0.05], [0.1, 0.9]])
    text = plain(
        report_text.mistakes(make_rung(dataset, [1, 1, 1, 0, 1], probabilities=P), dataset)
    )
    assert "3 of 5 test images (60.0 %, 23.1–88.2) are misclassified" in text
    assert "2 of 3 predictions with a probability above 90 % (66.7 %, 20.8–93.9) are wrong" in text
    assert "test image 2: “a” classified as “b” with a probability of 99.0 %" in text
    assert "its true class gets 1.00 %" in text


def test_the_class_of_lowest_recall_is_told_with_both_kinds_of_its_mistakes(
    make_dataset, make_rung
):
    labels = [0] * 10 + [1] * 10 + [2] * 10
    dataset = make_dataset(labels, ("ant", "bee", "cow"))
    predicted = np.array(labels)
    predicted[:5] = 1
    text = plain(report_text.classes(make_rung(dataset, predicted), dataset))
    assert "Recall is lowest for “ant”: 5 of 10 images (50.0 %, 23.7–76.3)" in text
    assert "over all other classes it is 20 of 20 (100 %, 83.9–100)" in text
    assert "5 of its 10 images are missed; none of the 5 images classified as “ant”" in text


def test_classes_that_differ_by_one_mistake_are_not_told_apart(make_dataset, make_rung):
    labels = [0] * 10 + [1] * 10 + [2] * 10
    dataset = make_dataset(labels, ("ant", "bee", "cow"), train_labels=[0] * 4 + [1] * 9 + [2] * 9)
    predicted = np.array(labels)
    predicted[0] = 1
    text = plain(report_text.classes(make_rung(dataset, predicted), dataset))
    assert "No difference from the other classes can be told" in text
    assert "fewest" not in text  # "ant" has the fewest training images, which explains nothing
    predicted[10] = 2
    text = plain(report_text.classes(make_rung(dataset, predicted), dataset))
    assert "Recall is lowest for “ant” and “bee”: 90.0 % each" in text


def test_a_class_that_no_image_is_classified_as_is_told(make_dataset, make_rung):
    labels = [0] * 20 + [1] * 4 + [2] * 20
    dataset = make_dataset(labels, ("ant", "bee", "cow"))
    text = plain(report_text.classes(make_rung(dataset, np.zeros(44, int)), dataset))
    assert "Recall is lowest for “bee” and “cow”: 0 % each" in text
    predicted = np.array(labels)
    predicted[20:24] = 0
    text = plain(report_text.classes(make_rung(dataset, predicted), dataset))
    assert "No image is classified as “bee”" in text


def test_perfect_predictions_are_called_so(make_dataset, make_rung):
    dataset = make_dataset([0, 1, 2], ("a", "b", "c"))
    rung = make_rung(dataset, [0, 1, 2])
    assert "none is misclassified" in report_text.confusion(rung)
    assert "all 3 test images are correctly classified" in report_text.mistakes(rung, dataset)
    assert "100" in report_text.classes(rung, dataset)


def test_a_class_without_test_images_is_mentioned(make_dataset, make_rung):
    dataset = make_dataset([0, 0, 1], ("a", "b", "c"))
    text = report_text.classes(make_rung(dataset, [0, 1, 1]), dataset)
    assert "There is no test image of “c”, so nothing can be said about it" in text


def test_an_uneven_dataset_warns_about_accuracy(make_dataset):
    dataset = make_dataset([0, 0, 1], ("a", "b"), train_labels=[0] * 30 + [1] * 3)
    text = plain(report_text.balance(dataset, summarise(dataset.train, 2)))
    assert "From 3 training images of “b” to 30 of “a”" in text
    assert "look at the recall of each class" in text
    assert "2 of 3 test images (66.7 %)" in text


def test_steps_are_judged_on_the_images_that_only_one_rung_gets_right(make_dataset, make_rung):
    labels = np.zeros(100, dtype=int)
    dataset = make_dataset(labels, ("a", "b"))
    a = np.where(np.arange(100) < 9, 1, 0)
    b = np.where((np.arange(100) >= 8) & (np.arange(100) < 10), 1, 0)
    ladder = Ladder(
        "made-up", (make_rung(dataset, a, name="low"), make_rung(dataset, b, name="high"))
    )
    text = plain(report_text.steps(ladder, ladder.steps(labels)))
    assert "The largest change, at High, is 8 test images gained and 1 lost" in text
    assert "No step is so small" in text
    level = make_rung(dataset, np.roll(a, 5), name="high")
    ladder = Ladder("made-up", (ladder.rungs[0], level))
    text = plain(report_text.steps(ladder, ladder.steps(labels)))
    assert "No step changes how many test images are correctly classified, only which" in text
    assert "No difference between the two models can be told" in text


def test_models_that_chance_alone_may_have_put_behind_the_best_are_counted(make_dataset, make_rung):
    labels = np.zeros(100, dtype=int)
    dataset = make_dataset(labels, ("a", "b"))
    wrong = [np.where(np.arange(100) < n, 1, 0) for n in (40, 3, 2)]
    rungs = tuple(make_rung(dataset, each, name=f"rung{i}") for i, each in enumerate(wrong))
    text = plain(report_text.headline(dataset, Ladder("made-up", rungs), None))
    assert text == (
        "The best of 3 models correctly classifies 98 of the 100 test images; no difference from "
        "1 other can be told."
    )


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


def test_what_stands_in_the_open_has_at_most_forty_words(document):
    for key, text in all_words(document).items():
        if key != "why":
            assert len(text.split("\n\n")[0].split()) <= 40, key
