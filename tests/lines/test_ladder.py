import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.lines import synthetic_strings
from linocut.lines.learning.choosing import Lines
from linocut.lines.learning.fixed import FixedPositions
from linocut.lines.learning.ladder import climb_lines
from linocut.lines.learning.sliding import even_cuts, fit_sliding
from linocut.lines.learning.training import Encoded, fit_whole_strings
from linocut.lines.windows.preparing import Preparation


def strings(length):
    made = synthetic_strings(load_dataset("digits"), 240, length=length, random_state=0)
    return made.train


@pytest.fixture(scope="module")
def ready():
    part = strings((2, 3))
    encoded = Encoded.of(part.texts)
    return encoded, Lines(part.images, encoded).prepared(np.arange(len(part)), Preparation.NONE)


def test_each_rung_reads_most_lines_of_one_length():
    rungs = climb_lines(strings((3, 3)), max_iter=25)
    assert [rung.name for rung in rungs] == ["fixed-positions", "sliding", "whole-string"]
    shares = [rung.evaluation.whole.value for rung in rungs]
    assert shares[-1] == max(shares)
    assert shares[-1] > 0.6


def test_fixed_positions_need_one_length(ready):
    encoded, lines = ready
    with pytest.raises(LinocutError, match="2 to 3 glyphs"):
        FixedPositions.fit(lines, encoded.texts, 10, C=1.0)


def test_whole_strings_begin_better_from_a_sliding_window(ready):
    encoded, lines = ready
    _, start = fit_sliding(lines, encoded.texts, 10, C=1.0, rounds=2)

    def values(begin):
        seen = []
        fit_whole_strings(
            lines, encoded.texts, 10, C=0.3, max_iter=3, start=begin,
            callback=lambda iteration, value: seen.append(value),
        )  # fmt: skip
        return seen

    assert values(start)[0] < values(None)[0]


def test_even_cuts_share_out_the_line(ready):
    encoded, lines = ready
    fitted, _ = fit_whole_strings(lines, encoded.texts, 10, C=0.3, max_iter=2)
    for line, text in zip(lines.lines[:20], encoded.texts[:20], strict=True):
        starts, ends = even_cuts(line, len(text), fitted.layout.narrowest)
        assert (starts[1:] == ends[:-1]).all()
        assert (ends - starts).min() >= fitted.layout.narrowest - 1
        assert starts[0] >= 0
        assert ends[-1] < len(line)
    assert len(fitted.read(lines.lines[:5])) == 5
