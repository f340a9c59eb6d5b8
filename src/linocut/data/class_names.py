"""Names for the classes that a person gives instead of those of the dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from linocut.core import LinocutError
from linocut.data.dataset import ImageDataset
from linocut.data.names import listed


def renamed(dataset: ImageDataset, names: Sequence[str]) -> ImageDataset:
    """Return the dataset with other names for its classes, in their order.

    Raises
    ------
    LinocutError
        If they are not as many as the classes, or two are the same, or one is empty.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> made = renamed(load_dataset("digits"), "zero one two 3 4 5 6 7 8 9".split())
    >>> made.class_names[:2], made.original_names[:2]
    (('zero', 'one'), ('0', '1'))
    """
    given, known = tuple(" ".join(name.split()) for name in names), dataset.class_names
    if len(given) != len(known):
        raise LinocutError(
            f"{len(given):,} class {'name' if len(given) == 1 else 'names'} — {dataset.name} has "
            f"{len(known):,} classes: {listed(known)}"
        )
    if not all(given):
        raise LinocutError(f"the class name for {known[given.index('')]!r} is empty")
    if len(set(given)) < len(given):
        twice = next(name for k, name in enumerate(given) if name in given[:k])
        raise LinocutError(f"the class name {twice!r} is given twice — every class needs its own")
    pairs = [f"{new} (was {old})" for new, old in zip(given, known, strict=True)]
    note = f"Classes have other names than in the dataset: {listed(pairs)}."
    return replace(dataset, class_names=given, original_names=known, notes=(*dataset.notes, note))
