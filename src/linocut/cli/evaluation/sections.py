"""The sections of ``linocut evaluate``: one question each. A new one is a row of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linocut.core import LinocutError

if TYPE_CHECKING:
    from linocut.cli.evaluation.judged import Judged
    from linocut.core import Result


@dataclass(frozen=True)
class Section:
    """One question, and what answers it.

    Attributes
    ----------
    name, title : str
        What is typed, and what stands above the answers.
    answers : callable
        From what is judged to results, each with a name of its own within the section.
    absent : callable
        Why there is no answer, in words; empty where there is one.
    """

    name: str
    title: str
    answers: Callable[[Judged], dict[str, Result]]
    absent: Callable[[Judged], str] = lambda judged: ""


def chosen(text: str | None) -> tuple[Section, ...]:
    """Read names of sections, separated by commas; None stands for all.

    Examples
    --------
    >>> [section.name for section in chosen("metrics,checks")]
    ['checks', 'metrics']
    """
    if text is None:
        return SECTIONS
    known = [section.name for section in SECTIONS]
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise LinocutError(f"--of {name!r} is no section — known: {', '.join(known)}")
    return tuple(section for section in SECTIONS if section.name in names)


def that_fit(judged: Judged, sections: Sequence[Section], *, asked: bool) -> tuple[Section, ...]:
    """Leave out the sections without an answer; refuse them where they were asked for."""
    for section in sections:
        reason = section.absent(judged)
        if asked and reason:
            raise LinocutError(f"--of {section.name} — {reason}")
    return tuple(section for section in sections if not section.absent(judged))


def _checks(judged: Judged) -> dict[str, Result]:
    from linocut.evaluate import review

    return {
        "review": review(
            judged.test,
            train=judged.train,
            dataset=judged.dataset,
            gap=judged.model.provenance_.gap,
            simpler=judged.simpler,
        )
    }


def _metrics(judged: Judged) -> dict[str, Result]:
    return {"test": judged.test.evaluation}


def _only_at_home(judged: Judged) -> str:
    if judged.at_home:
        return ""
    return f"asked of the images that a model was fitted on, which {judged.dataset.name} is not"


# In the order in which they are printed.
SECTIONS = (
    Section("checks", "Checks", _checks, _only_at_home),
    Section("metrics", "Metrics", _metrics),
)
