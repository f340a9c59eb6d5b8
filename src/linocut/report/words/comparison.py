"""What each step up the ladder gained and lost, and which rung to use, in words."""

from __future__ import annotations

from linocut.ladder.rung import Ladder, Step
from linocut.report.words.language import (
    count,
    digits_for,
    listed,
    paragraph,
    percent,
    plural,
    seconds,
)


def steps(ladder: Ladder, found: tuple[Step, ...]) -> str:
    """Say what the step that gains most brings, and what even the last one still loses."""
    if not found:
        return ""
    titles = {rung.name: rung.title for rung in ladder.rungs}
    most = max(found, key=lambda step: len(step.gained) - len(step.lost))
    last = found[-1]
    told = [_told(most, titles)]
    if last is not most:
        told.append(_told(last, titles))
    return paragraph(
        "A better model does not read the same images and a few more: at each step some images are "
        "gained and others lost, and only the difference shows in the accuracy.",
        *told,
        "Choose a bar to see its images, and the kinds of mistake whose number it changes most.",
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
            f"Which one to use: {use.title}. It reads the validation part best ({share}), and no "
            "smaller model comes within one standard error of it."
        )
    return (
        f"Which one to use: {use.title}. Of all models within one standard error of the best on "
        f"the validation part ({best.title}, {percent(best.validation_accuracy, digits)}) it keeps "
        f"the fewest numbers, {count(use.parameters)}, and reads {share} there."
    )


def left_out(ladder: Ladder) -> str | None:
    """Say what the time did not allow, and what could not be made."""
    said = []
    slow = [rung for rung in ladder.skipped if not rung.reason]
    if slow:
        told = listed([f"{rung.title} ({seconds(rung.estimated)})" for rung in slow])
        said.append(
            f"Left out, since they were estimated to take longer than the time there was: {told}."
        )
    failed = [f"{rung.title} ({rung.reason})" for rung in ladder.skipped if rung.reason]
    if failed:
        said.append(f"Left out, since they cannot be made of these images: {listed(failed)}.")
    return " ".join(said) or None
