"""A reader of fixed positions is a reader like the other."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.lines import StringReader, Strings, synthetic_strings
from linocut.lines.explaining import explain_reading
from linocut.lines.judging import reading_costs
from linocut.lines.learning.sliding import even_cuts


@pytest.fixture(scope="module")
def strings():
    return synthetic_strings(load_dataset("digits"), 300, length=(3, 3), random_state=0)


@pytest.fixture(scope="module")
def reader(strings):
    return StringReader(model="fixed-positions", preparation="none", C=1.0).fit(strings)


def widened(image, by):
    return np.pad(image, ((0, 0), (0, by)))


def test_most_glyphs_are_read_where_parts_are_about_equal(reader, strings):
    read = "".join(each.text for each in reader.read(strings.test))
    true = "".join(strings.test.texts)
    assert np.mean([a == b for a, b in zip(read, true, strict=True)]) > 0.7


def test_a_file_holds_the_same_reader(reader, strings, tmp_path):
    same = StringReader.load(reader.save(tmp_path / "fixed.linocut"))
    some = strings.test.images[:10]
    assert same.read(some) == reader.read(some)
    assert (same.model, same.provenance_) == ("fixed-positions", reader.provenance_)
    assert same.summary().table_rows() == reader.summary().table_rows()


def test_the_best_texts_are_those_of_all(reader, strings):
    image = strings.test.images[0]
    every = ["".join(text) for text in product(reader.symbols_, repeat=3)]
    shares = np.array([reader.align(image, text).probability for text in every])
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    order = np.argsort(-shares)[:12]
    best = reader.best(image, k=12)
    assert [each.probability for each in best] == pytest.approx(shares[order], rel=1e-4)
    assert best[0].text == every[order[0]] == reader.read([image])[0].text
    assert len({each.text for each in best}) == 12


def test_the_temperature_changes_shares_and_no_text(reader, strings):
    some = strings.test.images[:20]
    contents = reader.contents
    cold = StringReader.of_contents(contents)
    cold.temperature_ = contents.temperature / 2
    for sure, unsure in zip(cold.read(some), reader.read(some), strict=True):
        assert sure.text == unsure.text
        assert sure.probability > unsure.probability


@pytest.mark.parametrize("by", [0, 1, 2, 3])
def test_pixels_and_constants_add_up_to_the_leads(reader, strings, by):
    # Of any width: the last place may lie beyond the last pixel.
    image = widened(strings.test.images[1], by)
    found = explain_reading(reader, image)
    fitted = reader.fitted_
    bias = fitted.windows.centre.astype(np.float64)
    for n, (glyph, beside) in enumerate(zip(found.reading.glyphs, found.offsets, strict=True)):
        coef = fitted.coef[n].astype(np.float64)
        constants = (fitted.intercept[n] - (coef @ bias).sum(axis=1)) / reader.temperature_
        k, other = (reader.symbols_.index(s) for s in (glyph.symbol, glyph.runner_up))
        assert beside[0] == pytest.approx(constants[k] - constants.mean(), abs=5e-3)
        assert beside[1] == pytest.approx(constants[k] - constants[other], abs=5e-3)


@pytest.mark.parametrize("by", range(5))
def test_places_come_back_from_pixels(reader, strings, by):
    image = widened(strings.test.images[2], by)
    (line,) = reader.fitted_.windows.of_lines([image])
    wanted = even_cuts(line, 3, reader.fitted_.narrowest)
    for found, true in zip(reader.places(image, reader.read([image])[0]), wanted, strict=True):
        np.testing.assert_array_equal(found, true)


def test_a_symbol_that_never_stood_at_a_position_is_improbable_there(strings):
    part = strings.train
    kept = [i for i, text in enumerate(part.texts) if text[0] != "7"]
    reader = StringReader(model="fixed-positions", preparation="none", C=1.0).fit(part.take(kept))
    shares = [reader.align(image, "7" + reader.read([image])[0].text[1:]).probability
              for image in part.images[:20]]  # fmt: skip
    assert 0 < max(shares) < 0.1


def test_a_position_with_one_symbol_alone_has_no_evidence(strings):
    part = strings.train
    kept = part.take([i for i, text in enumerate(part.texts) if text[0] == "3"])
    reader = StringReader(model="fixed-positions", preparation="none", C=1.0).fit(kept)
    found = explain_reading(reader, part.images[0])
    assert found.reading.text[0] == "3"
    assert not found.evidence[0].support.any()
    assert found.offsets[0] == pytest.approx(found.evidence[0].leads)


def test_misread_images_are_lost_by_their_glyphs(reader, strings):
    costs = reading_costs(reader, strings.test)
    wrong = [a != b for a, b in zip(costs.true, costs.read, strict=True)]
    assert costs.counts[0][::2] == ("wrong glyph", sum(wrong))
    assert any(wrong)


@pytest.mark.parametrize("image", [
    np.zeros((8, 1), np.uint8), np.zeros((8, 3), np.uint8), np.full((8, 30), 255, np.uint8),
    np.zeros((8, 900), np.uint8),
])  # fmt: skip
def test_odd_images_are_read_as_so_many_glyphs(reader, strings, image):
    image = np.pad(image, ((0, strings.train.height - 8), (0, 0)), mode="edge")
    (reading,) = reader.read([image])
    edges = [edge for cut in reading.cuts for edge in cut]
    assert len(reading.text) == 3
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= image.shape[1]
    assert 0 < reading.probability <= 1
    assert len(explain_reading(reader, image).evidence) == 3


def test_what_does_not_fit_is_said(reader, strings):
    several = synthetic_strings(load_dataset("digits"), 40, length=(2, 3), random_state=0)
    with pytest.raises(LinocutError, match="texts of 2 to 3 glyphs — fixed positions need one"):
        StringReader(model="fixed-positions").fit(several)
    with pytest.raises(LinocutError, match="model='hmm' — one of fixed-positions, sliding, whole"):
        StringReader(model="hmm").fit(strings)
    with pytest.raises(LinocutError, match="'12' has 2 glyphs — 3 are read"):
        reader.align(strings.test.images[0], "12")


def test_a_sliding_window_is_kept_in_a_file_too(strings, tmp_path):
    part = Strings(strings.train.images[:60], strings.train.texts[:60])
    reader = StringReader(model="sliding", preparation="none", C=1.0).fit(part)
    same = StringReader.load(reader.save(tmp_path / "sliding.linocut"))
    assert same.model == "sliding"
    assert same.read(part.images[:4]) == reader.read(part.images[:4])
