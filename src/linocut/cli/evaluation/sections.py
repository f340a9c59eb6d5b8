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
    fitting = []
    for section in sections:
        reason = section.absent(judged)
        if not reason:
            fitting.append(section)
        elif asked:
            raise LinocutError(f"--of {section.name} — {reason}")
    return tuple(fitting)


def _checks(judged: Judged) -> dict[str, Result]:
    from linocut.evaluate import review

    return {
        "review": review(
            judged.test,
            train=judged.train,
            dataset=judged.dataset,
            gap=judged.model.provenance_.gap,
            simpler=judged.simpler,
            duplicates=judged.duplicates,
            suspects=judged.suspects,
            calibration=judged.calibration.top,
        )
    }


def _metrics(judged: Judged) -> dict[str, Result]:
    from linocut.evaluate import (
        ClassMetrics,
        ConfusionMatrix,
        OverallMetrics,
        TrainBesideTest,
        WorkedMetrics,
    )

    found: dict[str, Result] = {
        "classes": ClassMetrics.from_predictions(judged.test),
        "overall": OverallMetrics.from_predictions(judged.test),
        "confusion": ConfusionMatrix.from_predictions(judged.test),
    }
    if judged.at_home:
        found["train-and-test"] = TrainBesideTest.from_predictions(judged.test, train=judged.train)
    if judged.label is not None:
        found["worked"] = WorkedMetrics.from_predictions(judged.test, label=judged.label)
    return found


def _thresholds(judged: Judged) -> dict[str, Result]:
    from linocut.evaluate import (
        ConformalCoverage,
        ConformalSets,
        PrecisionRecallCurves,
        RiskCoverage,
        RocCurves,
    )

    found: dict[str, Result] = {
        "rejecting": RiskCoverage.from_predictions(judged.test),
        "roc": RocCurves.from_predictions(judged.test),
        "precision-recall": PrecisionRecallCurves.from_predictions(judged.test),
    }
    if judged.at_home:
        rule = ConformalSets.calibrate(judged.validation)
        found["conformal"] = ConformalCoverage.from_predictions(judged.test, rule=rule)
    return found


def _calibration(judged: Judged) -> dict[str, Result]:
    from linocut.evaluate.calibration import ProperScores, Reliability

    return {
        "error": judged.calibration,
        "reliability": Reliability.from_predictions(judged.test),
        "scores": ProperScores.from_predictions(judged.test),
    }


def _labels(judged: Judged) -> dict[str, Result]:
    return {"suspects": judged.suspects, "duplicates": judged.duplicates}


def _robustness(judged: Judged) -> dict[str, Result]:
    from linocut.evaluate import judge_robustness

    return {
        "corruptions": judge_robustness(
            judged.model, judged.dataset, random_state=judged.options.seed
        )
    }


def _elsewhere(judged: Judged) -> dict[str, Result]:
    return {"change": judged.elsewhere}


def _only_at_home(judged: Judged) -> str:
    if judged.at_home:
        return ""
    return f"asked of the images that a model was fitted on, which {judged.dataset.name} is not"


def _only_elsewhere(judged: Judged) -> str:
    return "needs a dataset beside the model file, other than its own" if judged.at_home else ""


# In the order in which they are printed.
SECTIONS = (
    Section("checks", "Checks", _checks, _only_at_home),
    Section("elsewhere", "Elsewhere", _elsewhere, _only_elsewhere),
    Section("metrics", "Metrics", _metrics),
    Section("thresholds", "Thresholds", _thresholds),
    Section("calibration", "Calibration", _calibration),
    Section("labels", "Labels", _labels),
    Section("robustness", "Robustness", _robustness, _only_at_home),
)
