"""The network with CTC loss, and the search for the most probable texts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax, logsumexp

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.lines import Strings, synthetic_strings
from linocut.lines.network.ctc_decoding import best_labellings
from linocut.lines.network.neural import CTCReader
from linocut.models import neural_available


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    kept = [k for at, k in enumerate(path) if at == 0 or k != path[at - 1]]
    return tuple(k for k in kept if k)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 2))
def test_the_search_finds_the_text_whose_paths_add_up_to_most(
    seed: int, columns: int, symbols: int
) -> None:
    scores = np.random.default_rng(seed).normal(size=(columns, symbols + 1))
    log_p = log_softmax(scores, axis=1)
    sums: dict[tuple[int, ...], list[float]] = {}
    for path in product(range(symbols + 1), repeat=columns):
        value = sum(log_p[t, k] for t, k in enumerate(path))
        sums.setdefault(collapsed(path), []).append(value)
    best = max(sums, key=lambda text: logsumexp(sums[text]))
    assert best_labellings(log_p, best=1) == [best]


@pytest.fixture(scope="module")
def strings() -> Strings:
    if not neural_available():
        pytest.skip("PyTorch is not installed")
    return synthetic_strings(load_dataset("digits"), 60, length=(1, 3), random_state=0).train


def test_readings_have_probabilities_and_a_seed_gives_the_same_network(strings: Strings) -> None:
    readers = [CTCReader(max_epochs=2, random_state=3).fit(strings) for _ in range(2)]
    found, again = (reader.best_readings(strings.images[:6]) for reader in readers)
    assert found == again
    for texts in found:
        shares = [share for _, share in texts]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-9
        assert len({text for text, _ in texts}) == len(texts)
    assert readers[0].predict(strings.images[:6]) == [texts[0][0] for texts in found]
    assert len(readers[0].epochs_) == 2


def test_images_beside_each_other_do_not_change_a_reading(strings: Strings) -> None:
    reader = CTCReader(max_epochs=1).fit(strings)
    narrow = min(strings.images, key=lambda image: image.shape[1])
    alone = reader.best_readings([narrow], 1)[0][0][1]
    together = reader.best_readings([narrow, *strings.images[:4]], 1)[0][0][1]
    assert together == pytest.approx(alone, rel=1e-4)


def test_what_cannot_be_trained_is_one_line(strings: Strings) -> None:
    with pytest.raises(LinocutError, match="two are needed"):
        CTCReader().fit(strings.take([0]))
    with pytest.raises(LinocutError, match=r"its text '1234567890' needs at least 20"):
        CTCReader().fit(Strings((np.zeros((16, 16), np.uint8),) * 2, ("1234567890", "12")))
    with pytest.raises(LinocutError, match="needs at least 8"):
        CTCReader().fit(Strings((np.zeros((6, 60), np.uint8),) * 2, ("1", "2")))
    with pytest.raises(LinocutError, match="held_out=2"):
        CTCReader(held_out=2).fit(strings)
    reader = CTCReader(max_epochs=1).fit(strings)
    with pytest.raises(LinocutError, match="9 pixels high"):
        reader.predict([np.zeros((9, 60), np.uint8)])
