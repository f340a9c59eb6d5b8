from dataclasses import replace

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.evaluate import find_near_duplicates


@pytest.fixture(scope="module")
def planted() -> ImageDataset:
    """The digits on larger paper, with an exact, a shifted and a noisy copy in the test part."""
    digits = load_dataset("digits")
    pad = ((0, 0), (4, 4), (4, 4))
    train, test = np.pad(digits.train.images, pad), np.pad(digits.test.images, pad).copy()
    test[0] = train[10]
    test[1] = np.roll(train[20], (1, -1), axis=(1, 0))
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 2, train[30].shape)
    test[2] = np.clip(train[30] + noise, 0, 255).astype(np.uint8)
    labels = digits.test.labels.copy()
    labels[:3] = digits.train.labels[[10, 20, 30]]
    labels[1] = (labels[1] + 1) % 10
    return ImageDataset(
        "planted",
        digits.class_names,
        ImagePart(train, digits.train.labels),
        ImagePart(test, labels),
    )


def test_planted_copies_are_found(planted):
    found = find_near_duplicates(planted)
    across = {(pair.index, pair.other_index): pair for pair in found.across}
    assert {(10, 0), (20, 1), (30, 2)} <= set(across)
    assert across[10, 0].exact and not across[20, 1].exact
    assert across[20, 1].distance == 0 < across[30, 2].distance <= found.near
    assert {0, 1, 2} <= set(found.test_images_in_train)
    assert across[20, 1] in found.conflicting and across[10, 0] not in found.conflicting


def test_without_a_distance_only_what_is_the_same_counts(planted):
    found = find_near_duplicates(planted, near=0.0)
    assert {(pair.index, pair.other_index) for pair in found.pairs} == {(10, 0), (20, 1)}


def test_distances_are_those_of_all_pairs():
    images = load_dataset("digits").train.images[:300]
    part = ImagePart(images, np.arange(300) % 2)
    near = 0.25
    dataset = ImageDataset("some", ("a", "b"), part, part.take(np.arange(0)))
    found = find_near_duplicates(dataset, near)
    from linocut.evaluate.labels.duplicates import centred

    U = centred(images).reshape(300, -1).astype(float)
    U /= np.linalg.norm(U, axis=1)[:, None]
    D = np.linalg.norm(U[:, None] - U, axis=2)
    expected = {(int(i), int(j)) for i, j in np.argwhere(np.triu(near >= D, 1))}
    assert len(expected) > 3
    assert {(pair.index, pair.other_index) for pair in found.pairs} == expected


def test_many_copies_of_one_image_make_one_pair_each():
    images = np.zeros((2000, 6, 6), np.uint8)
    images[:, 2:4, 2:4] = 200
    part = ImagePart(images, np.arange(2000) % 2)
    found = find_near_duplicates(ImageDataset("same", ("a", "b"), part, part.take(np.arange(5))))
    assert len(found.pairs) == 2004
    assert len(found.test_images_in_train) == 5


def test_blank_images_are_the_same_as_each_other():
    part = ImagePart(np.zeros((4, 5, 5), np.uint8), np.array([0, 1, 0, 1]))
    found = find_near_duplicates(ImageDataset("blank", ("a", "b"), part, part.take(np.arange(0))))
    assert len(found.pairs) == 3 and "4 images" not in found.sentence


def test_pairs_are_drawn_and_told(planted):
    found = find_near_duplicates(planted)
    assert len(found.plot(3).axes) == 6
    assert found.to_dict()["pairs"][0]["distance"] == 0
    assert "also stand in the training part" in found.sentence
    nothing = replace(found, pairs=())
    with pytest.raises(LinocutError, match="no near-duplicates to draw"):
        nothing.plot()


def test_a_distance_out_of_range_is_refused(planted):
    with pytest.raises(LinocutError, match="near=2"):
        find_near_duplicates(planted, 2)
