"""The sentences of a page about strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linocut.evaluate.comparing import are_level, split_of
from linocut.evaluate.intervals import percent
from linocut.lines.judging import NOTHING, Mixed, StringEvaluation
from linocut.report.text.language import paragraph, paragraphs, plural

if TYPE_CHECKING:
    from linocut.report.strings.collecting import JudgedReader

FEW = 3  # mistakes that are named


def headline(reader: JudgedReader, judged: StringEvaluation) -> str:
    """Say what the recommended reader gets wrong."""
    wrong = int((~judged.right).sum())
    if wrong == 0:
        return paragraph(
            f"{reader.title} reads every one of the {judged.n:,} test images, none of which it "
            "learned from."
        )
    top = judged.mixed[0]
    glyphs = sum(each.count for each in judged.mixed)
    return paragraph(
        f"{reader.title} misreads {plural(wrong, 'test image')} of {judged.n:,}, "
        f"{plural(glyphs, 'glyph')} of {judged.n_glyphs:,}: most often {mistake(top)}"
        f"{f' ({top.count:,})' if top.count > 1 else ''}."
    )


def comparison(
    readers: Sequence[JudgedReader], judged: Sequence[StringEvaluation], main: int
) -> str:
    """Say how the recommended reader stands beside each of the others."""
    if len(readers) == 1:
        return readers[0].description
    own = judged[main]
    parts = []
    for k, (reader, other) in enumerate(zip(readers, judged, strict=True)):
        if k == main:
            continue
        only, lost = split_of(own.right, other.right)
        told = "level within chance" if are_level(own.right, other.right) else "more than chance"
        parts.append(
            f"{percent(other.whole.value)} by {reader.short} ({only:,} images read by the one "
            f"alone, {lost:,} by the other: {told})"
        )
    return paragraphs(
        f"{percent(own.whole.value)} of whole images by {readers[main].short}, against "
        f"{'; '.join(parts)}. All were fitted on the same images and judged on the same others."
    )


def confusion(judged: StringEvaluation) -> str:
    """Name the commonest mistakes."""
    if not judged.mixed:
        return ""
    named = [f"{mistake(each)} ({each.count:,})" for each in judged.mixed[:FEW]]
    kinds = plural(len(judged.mixed), "kind of mistake", "kinds of mistake")
    return f"{kinds}, the commonest: {', '.join(named)}."


def mistake(mixed: Mixed) -> str:
    """Say in a few words what was read for what."""
    if mixed.read == NOTHING:
        return f"{mixed.true} missed"
    if mixed.true == NOTHING:
        return f"a {mixed.read} too many"
    return f"{mixed.true} read as {mixed.read}"


def causes(reader: JudgedReader, judged: StringEvaluation) -> str:
    """Say which cause cost most."""
    if reader.cause_of is None or not reader.causes:
        return ""
    counts = [int((reader.cause_of == k).sum()) for k in range(len(reader.causes))]
    if not any(counts):
        return f"None of the {judged.n:,} test images is misread."
    most = max(range(len(counts)), key=counts.__getitem__)
    return (
        f"Most of the {plural(sum(counts), 'misread image')} are lost by a "
        f"{reader.causes[most][0]} ({counts[most]:,}). To tell the two apart, the true text is "
        "aligned with the image, and each glyph is asked for again at its true place."
    )
