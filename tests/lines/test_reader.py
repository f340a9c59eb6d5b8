import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.lines import Preparation, StringReader, Strings, synthetic_strings


@pytest.fixture(scope="module")
def strings():
    return synthetic_strings(load_dataset("digits"), 300, length=(2, 3), random_state=0)


@pytest.fixture(scope="module")
def reader(strings):
    return StringReader(preparation="none", C=0.3, copies=0, max_iter=30).fit(strings)


def test_most_lines_are_wholly_read(reader, strings):
    assert reader.score(strings.test) > 0.8


def test_lines_of_several_lengths_are_read(reader, strings):
    right = [
        reading.text
        for reading, text in zip(reader.read(strings.test), strings.test.texts, strict=True)
        if reading.text == text
    ]
    assert {len(text) for text in right} == {2, 3}


def test_repeated_symbols_stay_two(reader, strings):
    twice = [i for i, text in enumerate(strings.test.texts) if len(set(text)) < len(text)]
    assert len(twice) > 5
    assert reader.score(strings.test.take(twice)) > 0.6


def test_the_best_readings_begin_with_the_one_that_is_read(reader, strings):
    image = strings.test.images[0]
    best = reader.best(image, k=4)
    assert best[0].text == reader.read([image])[0].text
    shares = [each.probability for each in best]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1 + 1e-5
    assert len({each.text for each in best}) == 4


def test_glyphs_lie_in_order_inside_the_image(reader, strings):
    for image, reading in zip(
        strings.test.images[:20], reader.read(strings.test.images[:20]), strict=True
    ):
        edges = [edge for cut in reading.cuts for edge in cut]
        assert edges == sorted(edges)
        assert edges[0] >= 0
        assert edges[-1] <= image.shape[1]
        assert "".join(glyph.symbol for glyph in reading.glyphs) == reading.text


def test_a_known_text_is_aligned_with_its_probability(reader, strings):
    image = strings.test.images[0]
    reading = reader.read([image])[0]
    same = reader.align(image, reading.text)
    assert same.probability == pytest.approx(reading.probability, rel=1e-4)
    assert reader.symbol_scores(image, same).shape == (len(reading.text), 10)
    # In the order of the symbols, the one that was read has the most.
    scores = reader.symbol_scores(image, reading)
    assert [reader.symbols_[k] for k in scores.argmax(axis=1)] == list(reading.text)


def test_a_file_holds_the_same_reader(reader, strings, tmp_path):
    same = StringReader.load(reader.save(tmp_path / "strings.linocut"))
    some = strings.test.images[:10]
    assert same.read(some) == reader.read(some)
    assert same.provenance_ == reader.provenance_


def test_preparation_and_penalty_are_chosen_on_held_out_images(strings):
    few = strings.train.take(range(80))
    reader = StringReader(max_iter=4).fit(few)
    assert {trial.preparation for trial in reader.choice_.trials} == set(Preparation)
    assert reader.choice_.rows == 10


def test_what_does_not_fit_is_said(reader, strings):
    image = strings.test.images[0]
    with pytest.raises(LinocutError, match="'x', which the reader does not know"):
        reader.align(image, "1x")
    with pytest.raises(LinocutError, match="from 1 to"):
        reader.align(image, "1" * 99)
    with pytest.raises(LinocutError, match="pixels high"):
        reader.read([np.zeros((7, 30), np.uint8)])
    with pytest.raises(LinocutError, match="not fitted"):
        StringReader().read([image])
    with pytest.raises(LinocutError, match="copies=-1"):
        StringReader(copies=-1).fit(strings)
    with pytest.raises(LinocutError, match="one of none, median, contrast"):
        StringReader(preparation="blur").fit(strings)
    with pytest.raises(LinocutError, match="at least two"):
        StringReader().fit(Strings((image,) * 12, ("1",) * 12))
