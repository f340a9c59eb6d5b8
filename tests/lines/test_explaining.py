"""Evidence for the glyphs of a reading: the pixels add up to the scores."""

from __future__ import annotations

import json

import numpy as np
import pytest

from linocut.data import load_dataset
from linocut.lines import StringReader, Strings, synthetic_strings
from linocut.lines.explaining import explain_reading
from linocut.lines.judging import CAUSES, reading_costs
from linocut.lines.windows.columns import Columns


@pytest.fixture(scope="module")
def strings() -> Strings:
    return synthetic_strings(load_dataset("digits"), 240, length=(2, 3), random_state=0).train


@pytest.fixture(scope="module")
def reader(strings: Strings) -> StringReader:
    return StringReader(preparation="none", C=0.1, max_iter=12).fit(strings.take(range(120)))


@pytest.mark.parametrize("shape", [(20, 70), (50, 200)])
def test_the_gradient_of_columns_is_that_of_differences(shape: tuple[int, int]) -> None:
    columns = Columns(J=2 if shape[0] < 30 else 3)
    rng = np.random.default_rng(0)
    image = rng.uniform(20, 255, shape)
    features = columns.of(image[None])[0].astype(np.float64)
    G = rng.normal(size=features.shape)
    made, change = columns.gradient(image, G)
    assert made == pytest.approx(features, abs=2e-4)
    along = rng.normal(size=shape)
    h = 0.002
    ends = [columns.gradient(image + sign * h * along, G)[0] for sign in (1, -1)]
    wanted = float((G * (ends[0] - ends[1])).sum()) / (2 * h)
    assert float((change * along).sum()) == pytest.approx(wanted, rel=1e-3)


def test_pixels_and_the_blank_page_add_up_to_the_leads(
    reader: StringReader, strings: Strings
) -> None:
    image = strings.images[130]
    found = explain_reading(reader, image)
    windows = reader.fitted_.windows
    (line,) = windows.of_lines([np.zeros_like(image)])
    blank = reader.fitted_.line_scores(line, reader.temperature_)
    steps = windows.columns.step
    narrowest = blank.narrowest
    for glyph, offsets in zip(found.reading.glyphs, found.offsets, strict=True):
        start, end = glyph.start // steps, glyph.stop // steps
        middle = end - (end - start - (end - start) // 2)
        k, other = (reader.symbols_.index(s) for s in (glyph.symbol, glyph.runner_up))
        # The blank page has no ink: what it adds is what its own scores are, with the same width.
        scores = blank.glyphs[0, middle] + blank.widths[:, end - start - narrowest]
        assert offsets[1] == pytest.approx(scores[k] - scores[other], abs=2e-2)
        assert offsets[0] == pytest.approx(scores[k] - scores.mean(), abs=2e-2)


def test_an_explanation_can_be_told_drawn_and_kept(reader: StringReader, strings: Strings) -> None:
    found = explain_reading(reader, strings.images[131], true=strings.texts[131])
    assert found.reading.text in found.sentence
    assert len(found.rows()) == len(found.reading.glyphs)
    assert found.plot().axes
    held = json.loads(found.to_json())
    assert held["text"] == found.reading.text
    assert len(held["readings"]) == 5
    probabilities = [each["probability"] for each in held["readings"]]
    assert probabilities == sorted(probabilities, reverse=True)


def test_every_misread_image_has_one_cause(reader: StringReader, strings: Strings) -> None:
    part = strings.take(range(120, 240))
    costs = reading_costs(reader, part)
    misread = np.array([a != b for a, b in zip(costs.true, costs.read, strict=True)])
    assert ((costs.cause >= 0) == misread).all()
    assert sum(count for *_, count in costs.counts) == misread.sum()
    assert all(bool(costs.lost[i]) == (CAUSES[costs.cause[i]][0] == "wrong glyph")
               for i in np.flatnonzero(misread))  # fmt: skip
    assert costs.plot().axes
    json.loads(costs.to_json())


def test_a_symbol_never_learned_is_no_wrong_glyph(reader: StringReader, strings: Strings) -> None:
    part = Strings(strings.images[:1], ("x",))
    assert reading_costs(reader, part).counts[-1][::2] == ("unknown text", 1)
