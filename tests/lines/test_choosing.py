"""The search for the penalty on a validation part."""

from __future__ import annotations

import pytest

from linocut.lines.learning.choosing import PENALTIES, _search


@pytest.mark.parametrize("best", PENALTIES)
def test_the_search_ends_at_the_least_loss_and_one_step_beyond(best: float) -> None:
    tried: list[float] = []

    def loss(C: float, start: None) -> tuple[float, None]:
        tried.append(C)
        return abs(PENALTIES.index(C) - PENALTIES.index(best)), None

    _search(PENALTIES, loss)
    assert best in tried
    assert tried[0] == 1.0
    assert len(tried) == len(set(tried)) <= abs(PENALTIES.index(best) - 3) + 3


def test_a_given_penalty_is_the_only_one_tried() -> None:
    tried: list[float] = []

    def loss(C: float, start: None) -> tuple[float, None]:
        tried.append(C)
        return 1.0, None

    _search((5.0,), loss)
    assert tried == [5.0]
