"""The model that a report is drawn on: the recommended one, or the best that is small enough."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace

from linocut.modelfile import model_bytes
from linocut.report import text
from linocut.report.drawing import LARGEST, collect_drawn_on, drawn_on


def test_the_report_holds_the_file_of_the_recommended_model(document, ladder):
    rung = ladder.recommended_linear
    assert document.drawn_on.rung == rung.name
    held = zlib.decompress(base64.b64decode(document.drawn_on.model))
    assert held == model_bytes(rung.model.contents)
    assert rung.title in document.text["draw"]


def larger(ladder, names):
    """Say of some rungs that their files are too large."""
    rungs = tuple(
        replace(rung, bytes=LARGEST + 1) if rung.name in names else rung for rung in ladder.rungs
    )
    return replace(ladder, rungs=rungs)


def test_a_large_model_gives_way_to_the_best_that_is_small_enough(ladder):
    recommended = ladder.recommended_linear
    rest = [rung for rung in ladder.rungs if rung.name != recommended.name]
    best = max(rest, key=lambda rung: rung.test.accuracy)
    large = larger(ladder, {recommended.name})
    chosen = drawn_on(large)
    assert chosen.test.accuracy == best.test.accuracy
    told = text.drawing(large, chosen)
    assert chosen.title in told
    assert "linocut export MODEL --html" in told


def test_a_report_without_a_small_linear_model_says_why(ladder):
    large = larger(ladder, {rung.name for rung in ladder.rungs})
    assert collect_drawn_on(large) is None
    assert "too large" in text.drawing(large, None)
    curved = replace(ladder, rungs=tuple(replace(rung, linear=False) for rung in ladder.rungs))
    assert collect_drawn_on(curved) is None
    assert "No model of this report is linear" in text.drawing(curved, None)
