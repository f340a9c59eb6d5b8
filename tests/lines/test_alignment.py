from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.lines.alignment.scores import NEVER, Scores
from linocut.lines.alignment.slopes import any_glyphs, log_probabilities, slopes
from linocut.lines.alignment.sums import best_cuts, posteriors, total

T, K, D, NARROWEST, N = 8, 3, 3, 2, 3


def some_scores(seed, scale=1.0):
    """Two lines, the second one shorter."""
    random = np.random.default_rng(seed)

    def drawn(*shape):
        return (scale * random.normal(size=shape)).astype(np.float32)

    return Scores(
        glyphs=drawn(2, T + 1, K),
        cuts=drawn(2, T + 1),
        gaps=drawn(2, T),
        widths=drawn(K, D),
        narrowest=NARROWEST,
        ends=np.array([T, T - 1]),
        counts=drawn(N + 1),
    )


def every_cut(end, n, first=0):
    """Yield all ways to lay n glyphs side by side between two places."""
    if n == 0:
        yield ()
        return
    for start, width in product(range(first, end + 1), range(NARROWEST, NARROWEST + D)):
        if start + width <= end:
            for rest in every_cut(end, n - 1, start + width):
                yield (start, start + width), *rest


def score_of(scores, line, cuts, text):
    """Return what a reading has, by its definition, without the constant of the gaps."""
    value = float(scores.counts[len(text)])
    for (start, stop), symbol in zip(cuts, text, strict=True):
        value += scores.glyphs[line, (start + stop) // 2, symbol]
        value += scores.widths[symbol, stop - start - NARROWEST]
        value += (scores.cuts[line, start] + scores.cuts[line, stop]) / 2
        value -= scores.gaps[line, start:stop].sum()
    return value


def readings(scores, line):
    for n in range(N + 1):
        for cuts in every_cut(scores.ends[line], n):
            for text in product(range(K), repeat=n):
                yield score_of(scores, line, cuts, text), cuts, text


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 1.0, 5.0]))
def test_the_sum_is_that_of_all_readings(seed, scale):
    scores = some_scores(seed, scale)
    found = total(any_glyphs(scores), NARROWEST, scores.counts)
    for line in range(2):
        listed = np.array([value for value, _, _ in readings(scores, line)])
        assert found[line] == pytest.approx(np.logaddexp.reduce(listed), rel=1e-5, abs=1e-4)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_best_cuts_are_those_of_the_best_reading(seed):
    scores = some_scores(seed)
    values, starts, ends = best_cuts(scores.of_best[:, None], NARROWEST, scores.counts)
    for line in range(2):
        best, cuts, _ = max(readings(scores, line), key=lambda reading: reading[0])
        assert values[line] == pytest.approx(best, abs=1e-4)
        n = np.count_nonzero(ends[line] >= 0)
        assert tuple(zip(starts[line, :n], ends[line, :n], strict=True)) == cuts


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_posteriors_are_shares_of_readings(seed):
    scores = some_scores(seed)
    _, places = posteriors(any_glyphs(scores), NARROWEST, scores.counts)
    expected = np.zeros((T + 1, D))
    weights = [(value, cuts) for value, cuts, _ in readings(scores, 0)]
    everything = np.logaddexp.reduce([value for value, _ in weights])
    for value, cuts in weights:
        for start, stop in cuts:
            expected[stop, stop - start - NARROWEST] += np.exp(value - everything)
    np.testing.assert_allclose(places[0, 0], expected, atol=1e-4)


def test_probabilities_of_all_texts_add_up_to_one():
    scores = some_scores(3)
    every = [
        np.array([text, text]) for n in range(1, N + 1) for text in product(range(K), repeat=n)
    ]
    shares = sum(np.exp(log_probabilities(scores, texts)) for texts in every)
    everything = total(any_glyphs(scores), NARROWEST, scores.counts)
    np.testing.assert_allclose(shares + np.exp(scores.counts[0] - everything), 1, rtol=1e-5)


@pytest.mark.parametrize("name", ["glyphs", "cuts", "gaps", "widths"])
def test_slopes_are_the_derivatives(name):
    scores, texts = some_scores(5), np.array([[0, 1, 1], [2, 2, 0]])
    change = np.random.default_rng(1).normal(size=getattr(scores, name).shape).astype(np.float32)
    step = np.float32(0.01)

    def moved(sign):
        one = replace(scores, **{name: getattr(scores, name) + sign * step * change})
        return log_probabilities(one, texts).sum()

    slope = np.sum(getattr(slopes(scores, texts), name) * change.astype(np.float64))
    assert (moved(1) - moved(-1)) / (2 * step) == pytest.approx(slope, rel=5e-3, abs=5e-3)


def test_scores_far_apart_neither_overflow_nor_vanish():
    scores = some_scores(7, scale=200.0)
    scores = replace(scores, counts=np.array([NEVER, NEVER, NEVER, 0], np.float32))
    found = slopes(scores, np.array([[0, 1, 2], [0, 1, 2]]))
    assert np.isfinite(found.log_probability).all()
    assert np.isfinite(found.glyphs).all()


def test_compiled_loops_compute_what_arrays_do():
    pytest.importorskip("numba")
    from linocut.lines.alignment import slopes as module

    scores, texts = some_scores(11), np.array([[0, 1], [2, 2]])
    expected = module._vectorised(scores, texts)
    found = module._looped(module.kernels(), scores, texts)
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
