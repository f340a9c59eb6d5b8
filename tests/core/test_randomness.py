"""One seed from whatever scikit-learn takes as a random state."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.core.randomness import seed_of


@pytest.mark.parametrize("kind", [np.random.default_rng, np.random.RandomState])
def test_a_generator_gives_another_seed_each_time_and_the_same_from_the_same_start(kind):
    one, same = kind(3), kind(3)
    drawn = [seed_of(one) for _ in range(4)]
    assert drawn == [seed_of(same) for _ in range(4)]
    assert len(set(drawn)) == 4


def test_without_a_random_state_no_two_seeds_agree():
    assert len({seed_of(None) for _ in range(5)}) > 1


@pytest.mark.parametrize("wrong", [-1, 2**32, 0.5, "0"])
def test_what_is_no_random_state_is_named(wrong):
    with pytest.raises(LinocutError, match=f"random_state={wrong!r} — an integer from 0"):
        seed_of(wrong)
