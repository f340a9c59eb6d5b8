from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.data import ImagePart
from linocut.report.shown import choose_shown, line_up, quantise, worst_first
from linocut.report.sprites import tiles

NAMES = ("a", "b", "c")


def numbers(packed) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed.data), packed.dtype)


@pytest.fixture(scope="module")
def two_rungs(make_dataset, make_rung):
    """Make 60 test images; the first rung misclassifies every fourth, the second every tenth."""
    labels = np.arange(60) % 3
    dataset = make_dataset(labels, NAMES)
    rows = np.arange(60)
    worse = make_rung(dataset, np.where(rows % 4 == 0, (labels + 1) % 3, labels), name="worse")
    better = make_rung(dataset, np.where(rows % 10 == 0, (labels + 2) % 3, labels), name="better")
    return dataset, (worse, better)


def test_everything_is_shown_where_it_fits(two_rungs):
    dataset, rungs = two_rungs
    shown, rows = choose_shown(dataset.test, rungs, 3, budget=1_000_000)
    assert shown.complete
    np.testing.assert_array_equal(rows, np.arange(60))
    np.testing.assert_array_equal(list(tiles(shown.sprite)), dataset.test.images)


def test_a_budget_keeps_the_best_rungs_mistakes_first(two_rungs):
    dataset, rungs = two_rungs
    shown, rows = choose_shown(dataset.test, rungs, 3, budget=1_000)
    assert not shown.complete
    assert 0 < len(rows) < 60
    mistakes = np.flatnonzero(rungs[1].predicted != dataset.test.labels)
    assert set(mistakes) <= set(rows) or set(rows) <= set(mistakes)
    np.testing.assert_array_equal(numbers(shown.rows), rows)
    np.testing.assert_array_equal(numbers(shown.labels), dataset.test.labels[rows])
    np.testing.assert_array_equal(list(tiles(shown.sprite)), dataset.test.images[rows])


@pytest.mark.parametrize("budget", [500, 1_500, 3_000])
def test_the_budget_is_kept(two_rungs, budget):
    dataset, rungs = two_rungs
    shown, rows = choose_shown(dataset.test, rungs, 3, budget)
    wrong = sum(int(np.sum((rung.predicted != dataset.test.labels)[rows])) for rung in rungs)
    packed = (len(rows) * (4 + 1 + len(rungs) * (1 + 2 * 2)) + 4 * wrong) * 4 / 3
    assert sum(map(len, shown.sprite.sheets)) + packed <= budget


def test_one_image_is_shown_whatever_the_budget(two_rungs):
    dataset, rungs = two_rungs
    _, rows = choose_shown(dataset.test, rungs, 3, budget=1)
    assert len(rows) == 1


def test_all_misclassified_images_stand_in_line_before_the_others(two_rungs):
    dataset, rungs = two_rungs
    labels = dataset.test.labels
    line = line_up(labels, rungs, 3)
    assert sorted(line) == list(range(60))
    wrong = np.any([rung.predicted != labels for rung in rungs], axis=0)[line]
    assert not wrong[np.count_nonzero(wrong) :].any()


def test_classes_take_turns_in_the_line(two_rungs):
    dataset, rungs = two_rungs
    line = line_up(dataset.test.labels, rungs, 3)
    assert sorted(dataset.test.labels[line[:3]]) == [0, 1, 2]
    assert sorted(dataset.test.labels[line[-3:]]) == [0, 1, 2]


def test_mistakes_are_sorted_by_the_probability_of_the_true_class(make_dataset, make_rung):
    dataset = make_dataset([0, 0, 0, 1], NAMES)
    P = [[0.3, 0.7, 0], [1e-30, 0.6, 0.4], [0.1, 0.9, 0], [0, 1, 0]]
    rung = make_rung(dataset, [1, 1, 1, 1], probabilities=P)
    rows = np.array([0, 1, 2, 3])
    assert worst_first(rung, dataset.test.labels, rows).tolist() == [1, 2, 0]


def test_mistakes_are_positions_among_the_shown_images(make_dataset, make_rung):
    dataset = make_dataset([0, 1, 0, 1], NAMES)
    rung = make_rung(dataset, [0, 0, 0, 0])
    assert worst_first(rung, dataset.test.labels, np.array([2, 3])).tolist() == [1]


def test_files_keep_their_names(two_rungs):
    dataset, rungs = two_rungs
    part = ImagePart(dataset.test.images, dataset.test.labels, tuple(f"{i}.png" for i in range(60)))
    shown, rows = choose_shown(part, rungs, 3, budget=1_000)
    assert shown.names == tuple(f"{row}.png" for row in rows)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_only_certainty_itself_is_written_as_certainty(probabilities):
    written = quantise(np.array(probabilities))
    for p, q in zip(probabilities, written, strict=True):
        assert abs(q / 65535 - p) <= 1 / 65535
        assert (q == 0) == (p == 0)
        assert (q == 65535) == (p == 1)


def test_float32_probabilities_are_rounded_in_float64():
    p = np.float32([0.99999, 1 - 2**-24])
    assert quantise(p).tolist() == [65534, 65534]
