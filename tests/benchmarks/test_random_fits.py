"""No gap is smaller than the distance to a better point, whatever is fitted."""

import pytest

from benchmarks.random_fits import drawn, judged

# Cases that once failed: divisions by zero, overflow, and gaps below the true distance.
FAILED = [0, 6, 12, 26, 44, 96, 169, 485]


@pytest.mark.parametrize("number", [*range(30, 45), *FAILED])
def test_a_random_fit_is_as_near_its_optimum_as_it_says(number):
    case = drawn(0, number)
    assert not judged(case).failure, case.told


def test_a_forged_gap_is_noticed():
    case = drawn(0, 3)
    case.model.max_iter, case.model.tol = 1, 1e-11
    fit = case.model.fit  # one step is not enough

    def boast(*given):
        fit(*given)
        case.model.gap_ = 0.0

    case.model.fit = boast
    assert "from a better point" in judged(case).failure
