"""Facts on each class, mistakes on training images, and what two models make of the same ones."""

import base64

import numpy as np
import pytest

from linocut.data import ImageDataset, ImagePart
from linocut.ladder import Ladder
from linocut.report import collect, collecting
from linocut.report.sprites import size_of, tiles
from linocut.report.summary import summarise
from linocut.report.templates import find_templates, likeness
from linocut.report.text import class_facts
from linocut.report.training_mistakes import choose_training_mistakes


def numbers(packed) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed.data), packed.dtype).reshape(packed.shape)


def test_each_class_is_told_of_its_own_rival(make_dataset, make_rung):
    dataset = make_dataset([0] * 5 + [1] * 4 + [2] * 3, ("cat", "dog", "owl"))
    rung = make_rung(dataset, [0, 0, 1, 1, 1, 1, 1, 1, 0, 2, 2, 2])
    facts = class_facts(rung, None, dataset.class_names, summarise(dataset.train, 3))
    assert facts[0] == (
        "“cat” is most often mixed up with “dog”: 3 of its 5 test images are classified as “dog”, "
        "1 the other way round."
    )
    assert facts[1].startswith("“dog” is most often mixed up with “cat”: 1 of its 4 test images is")
    assert facts[2] == "“owl” is never mixed up with another class, over 3 test images."


def test_the_likeness_told_is_the_cosine_of_the_centred_templates(digits, ladder):
    summary = summarise(digits.train, 10)
    template = next(t for t in find_templates(ladder, summary) if t.name == "least-squares")
    facts = class_facts(ladder["least-squares"], template, digits.class_names, summary)
    W = template.values.reshape(10, -1)
    W = W - W.mean(axis=0)
    cosine = W[1] @ W[9] / np.linalg.norm(W[1]) / np.linalg.norm(W[9])
    assert likeness(template.values)[1, 9] == pytest.approx(cosine)
    assert "mixed up with “9”" in facts[1]
    assert f"the likeness of the two templates is {cosine:.2f}".replace("-", "−") in facts[1]


def test_facts_that_do_not_fit_are_left_out_of_the_weaker_rungs(digits, ladder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collecting, "FACTS_BUDGET", 5_000)
        document = collect(digits, ladder, command="x")
    told = [rung.test.accuracy for rung in document.rungs if rung.class_facts]
    left = [rung.test.accuracy for rung in document.rungs if not rung.class_facts]
    assert told
    assert left
    assert min(told) >= max(left)


def test_misclassified_training_images_are_the_rungs_worst_first(document, digits, ladder):
    held = document.training
    images, rows = list(tiles(held.sprite)), numbers(held.rows)
    np.testing.assert_array_equal(images, digits.train.images[rows])
    np.testing.assert_array_equal(numbers(held.labels), digits.train.labels[rows])
    for page, rung in zip(document.rungs, ladder.rungs, strict=True):
        mistakes, said = page.training_mistakes, rung.on_train
        assert mistakes.total == np.sum(said.predicted != digits.train.labels)
        at = rows[numbers(mistakes.images)]
        np.testing.assert_array_equal(numbers(mistakes.predicted), said.predicted[at])
        assert (said.predicted[at] != digits.train.labels[at]).all()
        truth = said.probabilities[at, digits.train.labels[at]]
        assert (np.diff(truth) >= 0).all()


def test_training_images_keep_within_their_budget(make_dataset, make_rung):
    rng = np.random.default_rng(0)
    dataset = make_dataset([0, 1], ("a", "b"), rng.integers(0, 2, 300))
    rung = make_rung(dataset, [0, 1], train_predicted=1 - dataset.train.labels)
    images, (mistakes,) = choose_training_mistakes(dataset.train, (rung,), 2, budget=2_000)
    assert 0 < images.sprite.count < 60
    assert size_of(images.sprite) <= 2_000
    assert mistakes.total == 300


def test_duels_count_every_test_image(document, digits, ladder):
    same, only = numbers(document.duels.same), numbers(document.duels.only)
    for i, one in enumerate(ladder.rungs):
        for j, other in enumerate(ladder.rungs):
            assert same[i, j] == np.sum(one.predicted == other.predicted)
            right = one.predicted == digits.test.labels
            assert only[i, j] == np.sum(right & (other.predicted != digits.test.labels))


def test_ink_by_class_is_the_share_of_its_images_with_ink(digits, document):
    stack = document.stacks[document.dataset.class_use]
    assert stack.shape == (10, 8, 8)
    summary = summarise(digits.train, 10)
    inked = digits.train.images > 0
    for k in range(10):
        own = inked[digits.train.labels == k].mean(axis=0)
        np.testing.assert_allclose(summary.class_use[k], own, atol=1e-6)
    np.testing.assert_allclose(summary.use, inked.mean(axis=0), atol=1e-6)


def test_a_class_without_images_has_no_ink_and_no_rival(make_rung):
    images = np.full((4, 6, 6), 9, np.uint8)
    part = ImagePart(images, np.array([0, 0, 1, 1]))
    dataset = ImageDataset("two of three", ("a", "b", "none"), part, part)
    rung = make_rung(dataset, [0, 0, 1, 1])
    document = collect(dataset, Ladder("x", (rung,)), command="x")
    assert numbers(document.rungs[0].rivals).tolist() == [-1, -1, -1]
    assert "has no test image" in document.rungs[0].class_facts[2]
