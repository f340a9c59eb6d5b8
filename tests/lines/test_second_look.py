"""A second look at likely glyphs, cut out and normalised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.lines import StringReader, Strings, synthetic_strings
from linocut.lines.alignment import rescored
from linocut.lines.alignment.rescored import Segments, second_slopes
from linocut.lines.alignment.slopes import log_probabilities
from linocut.lines.explaining import explain_reading
from linocut.lines.glyphs import GlyphImages
from linocut.lines.glyphs.second_look import LIKELY
from linocut.lines.learning import choosing, looking_again
from linocut.lines.learning.summed_cuts import SummedCuts
from linocut.lines.learning.two_looks import TwoLooks
from linocut.lines.learning.whole_string import line_scores
from linocut.modelfile.container import pack, unpack
from linocut.modelfile.kinds import LINES


@pytest.fixture(scope="module")
def strings() -> Strings:
    return synthetic_strings(load_dataset("digits"), 400, length=(2, 3), random_state=0).train


@pytest.fixture(scope="module")
def reader(strings: Strings) -> StringReader:
    """A reader whose first model is weak, so that there is something to gain."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(choosing, "MISREAD", 1)
        changed.setattr(choosing, "PENALTIES_OF_SECOND", (3.0,))
        changed.setattr(looking_again, "SAMPLE", 600)
        return StringReader(preparation="none", C=0.1, max_iter=4).fit(strings.take(range(240)))


def test_a_second_look_that_reads_more_is_kept(reader: StringReader, strings: Strings) -> None:
    first, second = reader.choice_.trials[-2:]
    assert second.second_C == reader.choice_.second_C == 3.0
    assert second.accuracy > first.accuracy
    alone = StringReader.of_contents(reader.contents)
    assert isinstance(reader.fitted_, TwoLooks)
    alone.fitted_ = reader.fitted_.first
    part = strings.take(range(240, 400))
    assert reader.score(part) > alone.score(part)


def test_where_nearly_all_is_read_no_second_look_is_taken(strings: Strings) -> None:
    reader = StringReader(preparation="none", C=0.1, max_iter=2).fit(strings.take(range(40)))
    assert isinstance(reader.fitted_, SummedCuts)
    assert reader.choice_.second_C is None


def test_a_file_holds_the_second_look(reader: StringReader, strings: Strings, tmp_path) -> None:
    same = StringReader.load(reader.save(tmp_path / "strings.linocut"))
    some = strings.images[240:250]
    assert same.read(some) == reader.read(some)
    assert same.n_parameters_ == reader.n_parameters_


@pytest.mark.parametrize(
    ("name", "value"), [("share", 0.0), ("temperature", "one"), ("height", -1), ("more", 1)]
)
def test_a_damaged_second_look_is_refused(
    reader: StringReader, tmp_path, name: str, value: object
) -> None:
    path = reader.save(tmp_path / "strings.linocut")
    document, tensors = unpack(path.read_bytes())
    document[LINES]["second_look"][name] = value
    path.write_bytes(pack(document, tensors))
    with pytest.raises(LinocutError, match=name):
        StringReader.load(path)


def test_evidence_of_both_looks_adds_up_to_the_leads(
    reader: StringReader, strings: Strings
) -> None:
    image = strings.images[241]
    found = explain_reading(reader, image)
    starts, ends = reader.places(image, found.reading)
    (blank,) = reader._lines([np.zeros_like(image)])
    each = reader.fitted_.symbol_scores(blank, starts, ends, reader.temperature_)
    for glyph, offsets, scores in zip(found.reading.glyphs, found.offsets, each, strict=True):
        k, other = (reader.symbols_.index(s) for s in (glyph.symbol, glyph.runner_up))
        assert offsets[1] == pytest.approx(scores[k] - scores[other], abs=2e-2)
        assert offsets[0] == pytest.approx(scores[k] - scores.mean(), abs=2e-2)


def test_a_glyph_and_its_slanted_larger_copy_become_nearly_one_image() -> None:
    y, x = np.mgrid[:30, :60]
    upright = np.where((abs(x - 20) < 2) & (abs(y - 15) < 7), 255.0, 0.0)
    upright[14:17, 15:26] = 255
    lean = np.where((abs(x - 40 + (y - 15) / 3) < 2.4) & (abs(y - 15) < 8.4), 255.0, 0.0)
    lean[14:17, 34:47] = 255
    glyphs = GlyphImages.measured([upright], [np.array([10])], [np.array([30])])
    a, b = (glyphs.of(line, np.array([at - 10]), np.array([at + 10]))[0]
            for line, at in ((upright, 20), (lean, 40)))  # fmt: skip
    assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.8
    assert np.corrcoef(upright[:, 6:34].ravel(), lean[:, 26:54].ravel())[0, 1] < 0.75


def test_weights_on_small_images_go_back_to_the_ink() -> None:
    rng = np.random.default_rng(0)
    line = rng.integers(0, 255, (24, 50)).astype(np.uint8)
    line[[0, -1]] = line[:, [0, -1]] = 0
    glyphs, weights = GlyphImages(5.0, 4.0), rng.normal(size=(28, 28))
    seen = glyphs.of(line, np.array([10]), np.array([26]))[0]
    back = glyphs.back(line, 10, 26, weights)
    assert (back * line).sum() == pytest.approx((weights * seen).sum(), rel=1e-4)
    assert not back[:, :7].any()


@pytest.mark.parametrize("compiled", [True, False])
def test_slopes_by_second_scores_are_those_of_differences(
    reader: StringReader, strings: Strings, monkeypatch: pytest.MonkeyPatch, compiled: bool
) -> None:
    if not compiled:
        monkeypatch.setattr(rescored, "kernels", lambda: None)
    rows = [i for i in range(240, 260) if len(strings.texts[i]) == 3][:3]
    width = max(strings.images[i].shape[1] for i in rows)
    images = [
        np.pad(strings.images[i], ((0, 0), (0, width - strings.images[i].shape[1]))) for i in rows
    ]
    model = reader.fitted_
    (batch,) = model.windows.batches(model.first.lines_of(images), len(rows))
    first = line_scores(model.windows, model.first.layout, batch, model.first.weights)
    scores = model.second.of(first, [images[i] for i in batch.rows], model.windows.columns.step)
    rows = [rows[i] for i in batch.rows]
    texts = np.array([[reader.symbols_.index(s) for s in strings.texts[i]] for i in rows])
    log_p, slopes = second_slopes(scores, texts)
    assert log_p == pytest.approx(log_probabilities(scores, texts), abs=1e-3)
    along = np.random.default_rng(0).normal(size=slopes.shape).astype(np.float32)
    ends = [
        log_probabilities(replace(scores, second=scores.second + h * along), texts).sum()
        for h in (0.02, -0.02)
    ]
    assert float((slopes * along).sum()) == pytest.approx((ends[0] - ends[1]) / 0.04, rel=0.02)


def test_more_segments_are_likely_the_lower_the_bound(
    reader: StringReader, strings: Strings
) -> None:
    (line,) = reader._lines(strings.images[240:241])
    few, many = (len(Segments.likely(line.scores, least).lines) for least in (LIKELY, 0.02))
    assert 0 < few <= many


@pytest.mark.parametrize("ink", [0, 255])
def test_a_line_without_likely_segments_is_read_as_the_first_look_reads_it(
    reader: StringReader, ink: int
) -> None:
    # Its most probable text was empty, at a probability of 1, though none was learned from.
    (line,) = reader._lines([np.full((8, 60), ink, np.uint8)])
    model = reader.fitted_
    first = model.first.line_scores(line.columns, model.second.temperature)
    assert not len(Segments.likely(first, LIKELY).lines)
    found = reader.read([line.image])[0]
    assert len(found.text) in (2, 3)
    assert all(0 <= start < stop <= 60 for start, stop in found.cuts)


@pytest.mark.parametrize("text", ["12", "11111"])
def test_a_text_lies_in_the_line_however_improbable_it_is(reader: StringReader, text: str) -> None:
    # One had no cuts at all, and one with more glyphs than any learned from could not be aligned.
    found = reader.align(np.zeros((8, 40), np.uint8), text)
    assert found.text == text
    assert all(0 <= start < stop <= 40 for start, stop in found.cuts)
