"""What each step up the ladder gained and lost, and which rung to use."""

from __future__ import annotations

from linocut.evaluate import CHANCE, chance_of_split, wilson_interval
from linocut.ladder.rung import Ladder, Rung, Step
from linocut.report.text.language import (
    count,
    digits_for,
    listed,
    paragraphs,
    percent,
    plural,
    range_of,
    seconds,
)


def steps(ladder: Ladder, climbed: tuple[Step, ...]) -> str:
    """Say what the largest step brings, and how many steps chance alone might explain."""
    if not climbed:
        return ""
    largest = max(climbed, key=lambda step: abs(_net(step)))
    if not any(step.gained or step.lost for step in climbed):
        return "No step changes which test images are correctly classified."
    gained, lost = len(largest.gained), len(largest.lost)
    change = (
        f"The largest change, at {ladder[largest.name].short}, is "
        f"{plural(gained, 'test image')} gained and {count(lost) if lost else 'none'} lost."
        if _net(largest)
        else "No step changes how many test images are correctly classified, only which."
    )
    return paragraphs(
        f"A step up the ladder gains some images and may lose others. {change}", _doubt(climbed)
    )


def _net(step: Step) -> int:
    return len(step.gained) - len(step.lost)


def _doubt(climbed: tuple[Step, ...]) -> str:
    splits = [chance_of_split(len(step.gained), len(step.lost)) for step in climbed]
    doubtful = sum(chance >= CHANCE for chance in splits)
    how = (
        "a fair coin would split the gained and the lost images as unevenly in at least "
        f"{percent(CHANCE, 0)} of all trials"
    )
    if doubtful == len(climbed) == 1:
        return f"No difference between the two models can be told: {how}."
    if doubtful:
        which = f"{count(doubtful)} of" if doubtful < len(climbed) else "all"
        return (
            f"For {which} the {count(len(climbed))} steps no difference between the two models can "
            f"be told: {how}."
        )
    return f"No step is so small that {how}."


def recommendation(ladder: Ladder) -> str | None:
    """Say which rung to use, and why; nothing where there is no choice."""
    if len(ladder.rungs) < 2:
        return None
    use = ladder.recommended
    best = max(ladder.rungs, key=lambda rung: rung.validation_accuracy)
    if use.validation_accuracy == best.validation_accuracy:
        return (
            f"Which model to use: {use.short}. With {_validated(use)}, none is more accurate on "
            "the validation part, and no clearly smaller one is within one standard error."
        )
    return (
        f"Which model to use: {use.short}. No clearly smaller model is within one standard error "
        f"of the best on the validation part: {_validated(use)} against {_validated(best)}."
    )


def _validated(rung: Rung) -> str:
    n, digits = rung.validation_rows, digits_for(rung.validation_rows)
    bounds = wilson_interval(round(rung.validation_accuracy * n), n)
    return f"{percent(rung.validation_accuracy, digits)} ({range_of(*bounds, digits)})"


def left_out(ladder: Ladder) -> str | None:
    """Say what the time did not allow and how to get it, and what could not be made."""
    said = []
    if ladder.late:
        told = listed([f"{rung.short} ({seconds(rung.estimated)})" for rung in ladder.late])
        said.append(
            f"Left out for want of time: {told}. --budget {ladder.budget_for_all} brings them."
        )
    failed = [f"{rung.short} ({rung.reason})" for rung in ladder.skipped if rung.reason]
    if failed:
        said.append(f"Left out because they cannot be fitted to these images: {listed(failed)}.")
    return " ".join(said) or None
