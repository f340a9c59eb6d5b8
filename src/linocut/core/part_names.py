"""Which part of a set, training, validation or test, a name speaks of."""

from __future__ import annotations

import re

# The part of a set that a word stands for, as the name of a folder or within another name.
PART_WORDS = {
    "train": "train", "training": "train", "tra": "train", "trn": "train",
    "test": "test", "testing": "test", "tes": "test", "tst": "test", "t10k": "test",
    "val": "validation", "valid": "validation", "validation": "validation", "dev": "validation",
}  # fmt: skip
# A word by itself, or after the x or y of xtrain and ytest: "latest" is no test part.
MARK = re.compile(rf"(?:^|[^a-z]|(?<![a-z])[xy])({'|'.join(PART_WORDS)})(?![a-z])")


def part_of(name: str) -> str:
    """Return "train", "test" or "validation", or "" where a name says none of them.

    Examples
    --------
    >>> [part_of(name) for name in ("mnist_train.csv", "t10k-images", "ytest", "val_x", "latest")]
    ['train', 'test', 'test', 'validation', '']
    """
    found = MARK.search(name.casefold())
    return PART_WORDS[found[1]] if found else ""


def without_part(name: str) -> str:
    """Return a name without the word for its part, in lower case.

    Examples
    --------
    >>> without_part("train-images"), without_part("images_val")
    ('images', 'images')
    """
    folded = name.casefold()
    found = MARK.search(folded)
    if found is None:
        return folded
    return (folded[: found.start(1)] + folded[found.end(1) :]).strip("_-. /:")
