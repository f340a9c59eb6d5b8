"""A model on another set than its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.evaluate import judge_elsewhere, tell_apart
from linocut.evaluate.elsewhere.shared_classes import shared_classes


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def model(digits):
    return ImageClassifier().fit(digits)


def changed(digits, change, **fields):
    parts = {
        name: ImagePart(change(part.images), part.labels)
        for name, part in (("train", digits.train), ("test", digits.test))
    }
    return replace(digits, name="other", split="given", **parts, **fields)


@pytest.fixture(scope="module")
def dimmed(model, digits):
    """Judge on digits of which the lower half is hidden."""

    def hide(images):
        images = images.copy()
        images[:, 4:] = 0
        return images

    return judge_elsewhere(model, digits, changed(digits, hide))


def test_the_change_is_that_of_both_accuracies(dimmed, model, digits):
    names = np.asarray(digits.class_names)[digits.test.labels]
    assert dimmed.home.evaluation.accuracy == model.score(digits.test.images, names)
    change = dimmed.change
    assert change.low < change.value < change.high < 0
    assert f"{100 * -change.value:.1f} points less" in dimmed.sentence


def test_classes_add_up_to_the_whole(dimmed):
    rows = dimmed.rows()
    assert sum(row["there_n"] for row in rows) == 359
    correct = sum(row["there_n"] * row["there_accuracy"] for row in rows)
    assert correct == pytest.approx(dimmed.there.evaluation.correct)
    changes = [row["change"] for row in rows]
    assert changes == sorted(changes)


def test_the_template_tells_where_the_sets_differ(dimmed):
    template = dimmed.apart.template
    assert (template[4:] <= 0).all()  # ink there speaks for the set that has some
    assert dimmed.apart.interval[0] > 0.9
    assert not dimmed.apart.means[1, 4:].any()


def test_mistakes_are_mistakes_the_most_confident_first(dimmed, digits):
    rows = dimmed.mistake_rows()
    shares = [row["probability"] for row in rows]
    assert shares == sorted(shares, reverse=True)
    for row, image in zip(rows, dimmed.mistake_images, strict=True):
        assert row["label"] != row["predicted"]
        assert row["label"] == digits.class_names[digits.test.labels[row["index"]]]
        np.testing.assert_array_equal(image[:4], digits.test.images[row["index"], :4])


def test_a_set_is_not_told_apart_from_itself(digits):
    part = digits.train
    half = np.arange(len(part)) % 2 == 0
    found = tell_apart(*((part.images[some], part.labels[some]) for some in (half, ~half)))
    assert found.interval[0] < 0.55
    assert (
        found.n
        == 2 * np.minimum(*(part.take(np.flatnonzero(s)).counts(10) for s in (half, ~half))).sum()
    )


def test_only_shared_classes_count_on_either_side(model, digits):
    names = ("7", "x", *map(str, range(8, 10)))
    labels = np.arange(40) % 4
    images = np.tile(digits.test.images[:1], (40, 1, 1))
    other = ImageDataset("few", names, ImagePart(images, labels), ImagePart(images, labels))
    found = judge_elsewhere(model, digits, other)
    assert found.there.evaluation.n == 30
    assert set(np.unique(found.home.labels)) == {7, 8, 9}
    assert {row["class"] for row in found.rows()} == {"7", "8", "9"}
    assert "Left out, since the model does not know them: x." in found.notes
    assert found.there.images[0] == 0


def test_images_of_another_size_are_brought_to_the_models(model, digits):
    wide = changed(
        digits,
        lambda images: images.repeat(2, axis=1).repeat(2, axis=2),
        intake=digits.intake.__class__((16, 16)),
    )
    found = judge_elsewhere(model, digits, wide)
    assert found.there.evaluation.accuracy == found.home.evaluation.accuracy
    assert "Its images were brought from 16 × 16 to 8 × 8 pixels." in found.notes


def test_a_set_without_a_test_part_is_judged_whole(model, digits):
    other = replace(digits, name="other")
    assert judge_elsewhere(model, digits, other).there.evaluation.n == 1797


def test_numerals_of_another_script_are_the_same_numbers():
    places, notes = shared_classes(["೦", "೧", "೨"], ["2", "0"])
    assert places.tolist() == [2, 0]
    assert notes[0].startswith("Classes are matched as numbers: 2 with ೨")
    assert notes[1] == "The other set lacks classes of the model: ೧."


def test_names_that_are_the_same_come_before_numbers():
    assert shared_classes(["1", "a"], ["೧", "a"])[0].tolist() == [-1, 1]


def test_sets_without_a_shared_class_are_refused(model, digits):
    other = replace(digits, class_names=tuple("abcdefghij"))
    with pytest.raises(LinocutError, match="no class in common — the model knows 0, 1"):
        judge_elsewhere(model, digits, other)
    with pytest.raises(LinocutError, match="none of the classes of its home set"):
        judge_elsewhere(model, other, digits)


def test_an_empty_set_is_refused(model, digits):
    none = ImagePart(np.zeros((0, 8, 8), np.uint8), np.zeros(0, np.int64))
    with pytest.raises(LinocutError, match="none has no image of a class that both sets have"):
        judge_elsewhere(model, digits, replace(digits, name="none", test=none, split="given"))


def test_the_figure_names_both_sets(dimmed):
    figure = dimmed.plot()
    told = " ".join(text.get_text() for text in figure.findobj(lambda o: hasattr(o, "get_text")))
    assert "digits" in told
    assert "Most confident mistakes on other" in told
    assert dimmed.to_dict()["change"] == dimmed.change.value


def test_a_model_of_binarised_images_is_shown_no_others():
    home, grey = load_dataset("digits", binarise=True), load_dataset("digits")
    model = ImageClassifier().fit(home)
    seen, same = judge_elsewhere(model, home, grey), judge_elsewhere(model, home, home)
    assert np.array_equal(seen.there.scores, same.there.scores)
