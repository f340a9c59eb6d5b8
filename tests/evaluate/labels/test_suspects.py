import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, apply_corrections, load_dataset
from linocut.evaluate import (
    Predictions,
    find_near_duplicates,
    find_suspects,
    quick_judge,
    strong_judge,
    write_suspects,
)

FLIPPED = np.arange(20, 1400, 60)


def with_labels(dataset: ImageDataset, labels: np.ndarray) -> ImageDataset:
    return replace(dataset, train=replace(dataset.train, labels=labels))


@pytest.fixture(scope="module")
def digits() -> ImageDataset:
    return load_dataset("digits")


@pytest.fixture(scope="module")
def flipped(digits) -> ImageDataset:
    labels = digits.train.labels.copy()
    labels[FLIPPED] = (labels[FLIPPED] + 1 + FLIPPED % 9) % 10
    test = digits.test.labels.copy()
    test[5] = (test[5] + 1) % 10
    changed = with_labels(digits, labels)
    return replace(changed, test=replace(digits.test, labels=test))


@pytest.fixture(scope="module")
def found(flipped):
    return find_suspects(flipped, quick_judge(flipped))


def test_flipped_labels_come_first(found, digits):
    first = found.of("train").suspects[: len(FLIPPED)]
    assert len({each.index for each in first} & set(FLIPPED)) >= len(FLIPPED) - 2
    hits = [each for each in first if each.index in FLIPPED]
    names = digits.class_names
    right = [each.proposed == names[digits.train.labels[each.index]] for each in hits]
    assert sum(right) >= 0.9 * len(right)
    assert found.of("test")[0].index == 5


def test_suspects_are_sorted_and_list_what_is_likely(found):
    odds = [each.log_odds for each in found.suspects]
    assert odds == sorted(odds, reverse=True)
    assert all(0 <= each.score <= 1 for each in found.suspects)
    assert abs(found.expected["train"] - len(FLIPPED)) < 0.4 * len(FLIPPED)
    assert found.examined == {"train": 1438, "test": 359}
    assert len(found.of("test")) >= 100


def test_the_strong_judge_finds_them_too(flipped):
    few = replace(flipped, train=flipped.train.take(np.arange(400)))
    found = find_suspects(few, strong_judge(few), folds=3)
    flips = {index for index in FLIPPED if index < 400}
    first = [each.index for each in found.of("train").suspects[: len(flips)]]
    assert len(flips & set(first)) >= len(flips) - 1


def test_a_fitted_model_judges_without_being_changed(flipped):
    model = ImageClassifier(quick_judge(flipped)).fit(flipped)
    before = model.estimator_[-1].coef_.copy()
    found = find_suspects(flipped, model)
    np.testing.assert_array_equal(model.estimator_[-1].coef_, before)
    assert found.of("train")[0].index in FLIPPED


def test_predictions_of_a_stronger_model_judge_the_test_part(flipped, digits):
    K = digits.n_classes
    sure = np.where(np.eye(K)[digits.test.labels] == 1, 0.99, 0.01 / (K - 1))
    told = Predictions.from_arrays(flipped.test.labels, sure)
    found = find_suspects(flipped, quick_judge(flipped), on_test=told)
    assert found.of("test")[0].index == 5
    assert found.of("test")[1].score < found.of("test")[0].score


def test_evidence_is_between_the_two_labels(found, flipped):
    model = ImageClassifier().fit(flipped)
    suspect = found[0]
    evidence = suspect.explain(model)
    assert (evidence.label, evidence.versus) == (suspect.given, suspect.proposed)


def test_near_duplicates_with_another_label_stand_beside(flipped):
    images, labels = flipped.train.images.copy(), flipped.train.labels.copy()
    images[1], labels[1] = images[0], (labels[0] + 1) % 10
    doubled = replace(flipped, train=ImagePart(images, labels))
    near = find_near_duplicates(doubled)
    found = find_suspects(doubled, quick_judge(doubled), duplicates=near)
    of_pair = [each for each in found.suspects if each.part == "train" and each.index in {0, 1}]
    assert of_pair and all(each.duplicates[0].exact for each in of_pair)
    json.loads(found.to_json())


def test_two_classes_and_few_images_are_judged():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 15)
    images = rng.integers(0, 60, (30, 7, 7)).astype(np.uint8)
    images[labels == 1, 2:5, 2:5] = 250
    labels[0] = 1
    part = ImagePart(images, labels)
    dataset = ImageDataset("two", ("a", "b"), part, ImagePart(images[5:9], labels[5:9]))
    found = find_suspects(dataset)
    assert (found[0].index, found[0].given, found[0].proposed) == (0, "b", "a")


def test_a_class_with_one_image_does_not_stop_it(flipped):
    labels = flipped.train.labels
    keep = np.flatnonzero((labels != 3) | (np.cumsum(labels == 3) == 1))[:300]
    rare = replace(flipped, train=flipped.train.take(keep))
    assert find_suspects(rare, quick_judge(rare)).examined["train"] == len(keep)


def test_the_table_is_written_and_taken_back(found, flipped, digits, tmp_path):
    names = ("zéro, „null“", "один", "二", *digits.class_names[3:])
    named = replace(
        flipped,
        class_names=names,
        train=replace(flipped.train, names=[f'a,b/{k} "ö".png' for k in range(1438)]),
    )
    suspects = find_suspects(named, quick_judge(named))
    path = write_suspects(suspects, tmp_path / "suspects.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["part", "index", "file", "given", "proposed", "score"]
    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    kept = [row for row in rows if row["part"] == "train" and int(row["index"]) in FLIPPED]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(kept)
    corrected = apply_corrections(named, path)
    changed = np.flatnonzero(corrected.train.labels != named.train.labels)
    assert set(changed) == {int(row["index"]) for row in kept}
    wrong = (corrected.train.labels != digits.train.labels).sum()
    assert wrong <= 3 < (named.train.labels != digits.train.labels).sum()


def test_the_sheet_says_both_labels(found):
    figure = found.plot(3)
    texts = [axes.get_xlabel() for axes in figure.axes]
    assert texts[0] == f"{found[0].given} → {found[0].proposed}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"folds": 1}, "folds=1 — an integer from 2 up"),
        ({"least": 2.0}, "least=2.0 — a probability"),
        (
            {"on_test": Predictions.from_arrays([0, 1], [[0.5, 0.5], [0.5, 0.5]])},
            "2 images that are not the test part",
        ),
    ],
)
def test_bad_options_are_refused(digits, options, message):
    with pytest.raises(LinocutError, match=message):
        find_suspects(digits, **options)
