"""What each step up the ladder gained and lost, and which rung to use."""

from __future__ import annotations

from linocut.ladder.rung import Ladder, Step
from linocut.report.text.language import (
    count,
    digits_for,
    listed,
    paragraph,
    percent,
    plural,
    seconds,
)


def steps(ladder: Ladder, climbed: tuple[Step, ...]) -> str:
    """Say what the step that gains most brings, and what even the last one still loses."""
    if not climbed:
        return ""
    titles = {rung.name: rung.title for rung in ladder.rungs}
    most = max(climbed, key=lambda step: len(step.gained) - len(step.lost))
    last = climbed[-1]
    told = [_told(most, titles)]
    if last is not most:
        told.append(_told(last, titles))
    return paragraph(
        "A better model does not simply classify a few more images correctly: at each step some "
        "images are gained and others lost, and the accuracy shows only the difference.",
        *told,
        "Choose a bar to see its images and the kinds of mistake whose number changes most.",
    )


def _told(step: Step, titles: dict[str, str]) -> str:
    gained, lost = len(step.gained), len(step.lost)
    return (
        f"The step to {titles[step.name]} gains {plural(gained, 'test image')} and loses "
        f"{count(lost) if lost else 'none'}."
    )


def recommendation(ladder: Ladder) -> str | None:
    """Say which rung to use, and why; nothing where there is no choice."""
    if len(ladder.rungs) < 2:
        return None
    use = ladder.recommended
    best = max(ladder.rungs, key=lambda rung: rung.validation_accuracy)
    digits = digits_for(use.validation_rows)
    share = percent(use.validation_accuracy, digits)
    if use is best:
        return (
            f"Which model to use: {use.title}. It is the most accurate on the validation part "
            f"({share}), and no smaller model comes within one standard error of it."
        )
    return (
        f"Which model to use: {use.title}. Of all models within one standard error of the best on "
        f"the validation part ({best.title}, {percent(best.validation_accuracy, digits)}), it has "
        f"the fewest parameters, {count(use.parameters)}; it classifies {share} correctly there."
    )


def left_out(ladder: Ladder) -> str | None:
    """Say what the time did not allow, and what could not be made."""
    said = []
    slow = [rung for rung in ladder.skipped if not rung.reason]
    if slow:
        told = listed([f"{rung.title} ({seconds(rung.estimated)})" for rung in slow])
        said.append(
            f"Left out because they were estimated to take longer than the time allowed: {told}."
        )
    failed = [f"{rung.title} ({rung.reason})" for rung in ladder.skipped if rung.reason]
    if failed:
        said.append(f"Left out because they cannot be fitted to these images: {listed(failed)}.")
    return " ".join(said) or None
