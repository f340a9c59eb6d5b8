"""What each step up the ladder gained and lost, and which rung to use."""

from __future__ import annotations

from linocut.evaluate import CHANCE, wilson_interval
from linocut.ladder.rung import Ladder, Rung, Step
from linocut.report.text.language import (
    count,
    digits_for,
    listed,
    paragraph,
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
        change, f"A step up the ladder gains some images and may lose others. {_doubt(climbed)}"
    )


def _net(step: Step) -> int:
    return len(step.gained) - len(step.lost)


def _doubt(climbed: tuple[Step, ...]) -> str:
    doubtful = sum(step.chance >= CHANCE for step in climbed)
    how = (
        "a fair coin would split the gained and the lost images as unevenly in at least "
        f"{percent(CHANCE, 0)} of all trials"
    )
    if doubtful == len(climbed) == 1:
        return f"No difference between the two models can be told: {how}."
    if doubtful:
        which = f"{count(doubtful)}" if doubtful < len(climbed) else "each"
        return (
            f"For {which} of the {count(len(climbed))} steps no difference between the two models "
            f"can be told: {how}."
        )
    return f"No step is so small that {how}."


def recommendation(ladder: Ladder) -> str | None:
    """Say which rung to use, and why; nothing where there is no choice."""
    if len(ladder.rungs) < 2:
        return None
    return (
        f"Which model to use: {ladder.recommended.short}. Of those within one standard error of "
        "the best on the validation part, none is clearly smaller."
    )


def validated(ladder: Ladder) -> str | None:
    """Say what the recommendation rests on."""
    if len(ladder.rungs) < 2:
        return None
    use = ladder.recommended
    best = max(ladder.rungs, key=lambda rung: rung.validation_accuracy)
    told = f"It classifies {_validated(use)} of the validation part correctly"
    if use.validation_accuracy == best.validation_accuracy:
        return f"{told}; no model classifies more."
    return f"{told}, the best {_validated(best)}."


def _validated(rung: Rung) -> str:
    n, digits = rung.validation_rows, digits_for(rung.validation_rows)
    bounds = wilson_interval(round(rung.validation_accuracy * n), n)
    return f"{percent(rung.validation_accuracy, digits)} ({range_of(*bounds, digits)})"


def late(ladder: Ladder) -> str | None:
    """Say in one line that the time did not allow all, and how to get the rest."""
    if not ladder.late:
        return None
    number = len(ladder.late)
    return (
        f"{plural(number, 'model')} {'is' if number == 1 else 'are'} left out for want of time; "
        f"--budget {ladder.budget_for_all} brings {'it' if number == 1 else 'them'}."
    )


def left_out(ladder: Ladder) -> str:
    """Name what the time did not allow, and what could not be made."""
    slow = [f"{rung.short} ({seconds(rung.estimated)})" for rung in ladder.late]
    failed = [f"{rung.short} ({rung.reason})" for rung in ladder.skipped if rung.reason]
    return paragraph(
        f"Left out for want of time, with what they were estimated to take: {listed(slow)}."
        if slow
        else None,
        f"Left out because they cannot be fitted to these images: {listed(failed)}."
        if failed
        else None,
    )
