"""What there is to say about one class: what it gets mixed up with, and what its template does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.ladder.rung import Rung
from linocut.report.summary import Summary
from linocut.report.templates import Template, likeness
from linocut.report.text.language import count, plural, quoted
from linocut.report.text.places import PLACES, ninths
from linocut.report.text.templates import SMALLEST


def rivals(rung: Rung) -> NDArray[np.int32]:
    """Return the class that each class is mixed up with most, both ways; −1 if with none."""
    mixed = rung.test.confusion + rung.test.confusion.T
    np.fill_diagonal(mixed, 0)
    return np.where(mixed.max(axis=1) > 0, mixed.argmax(axis=1), -1).astype(np.int32)


def class_facts(
    rung: Rung, template: Template | None, names: tuple[str, ...], summary: Summary
) -> tuple[str, ...]:
    """Say of each class with which other it gets mixed up, and how its template tells them apart.

    Parameters
    ----------
    rung : Rung
        The model.
    template : Template or None
        Its templates, where it has some.
    names : tuple of K str
        The classes.
    summary : Summary
        Of the training images.
    """
    nearest = rivals(rung)
    effect = alike = None
    if template is not None and min(template.values.shape[1:3]) >= SMALLEST:
        # A wild weight on a pixel that is hardly ever inked moves no score.
        effect = ninths(template.values * summary.mean)
    if template is not None:
        alike = likeness(template.values)
    said = []
    for k, name in enumerate(names):
        parts: list[str | None] = [_mixed_up(rung, k, int(nearest[k]), names)]
        if effect is not None:
            parts.append(_looks_for(effect[k]))
        if alike is not None and nearest[k] >= 0:
            number = f"{alike[k, nearest[k]]:.2f}".replace("-", "−")
            parts.append(f"the likeness of the two templates is {number}")
        said.append(f"{quoted(name)} " + "; ".join(part for part in parts if part) + ".")
    return tuple(said)


def _mixed_up(rung: Rung, k: int, rival: int, names: tuple[str, ...]) -> str:
    support = int(rung.test.confusion[k].sum())
    if rival < 0:
        return (
            f"is never mixed up with another class, over {plural(support, 'test image')}"
            if support
            else "has no test image, and none is classified as it"
        )
    other = quoted(names[rival])
    there, back = int(rung.test.confusion[k, rival]), int(rung.test.confusion[rival, k])
    return (
        f"is most often mixed up with {other}: {_count_or_none(there)} of its "
        f"{plural(support, 'test image')} {'is' if there < 2 else 'are'} classified as {other}, "
        f"{_count_or_none(back)} the other way round"
    )


def _looks_for(effect: NDArray[np.float64]) -> str | None:
    most, least = int(effect.argmax()), int(effect.argmin())
    if effect[most] <= 0:
        return f"ink {PLACES[least]} speaks most against it" if effect[least] < 0 else None
    told = f"ink {PLACES[most]} speaks most for it"
    return f"{told}, ink {PLACES[least]} most against it" if effect[least] < 0 else told


def _count_or_none(n: int) -> str:
    return count(n) if n else "none"
