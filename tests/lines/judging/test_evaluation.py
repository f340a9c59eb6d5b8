"""Texts beside the true ones: pairs of glyphs, shares, and what is mixed up."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.lines.judging import judge_texts, paired

TEXTS = st.text("ab7", max_size=7)


@given(TEXTS, TEXTS)
def test_pairs_hold_both_texts_in_order(true: str, read: str) -> None:
    pairs = paired(true, read)
    assert "".join(pair.true or "" for pair in pairs) == true
    assert "".join(pair.read or "" for pair in pairs) == read
    assert all(pair.true or pair.read for pair in pairs)


@given(TEXTS, TEXTS, TEXTS)
def test_differences_are_a_distance(a: str, b: str, c: str) -> None:
    def differences(one: str, other: str) -> int:
        return sum(not pair.right for pair in paired(one, other))

    assert differences(a, a) == 0
    assert differences(a, b) == differences(b, a)
    assert differences(a, c) <= differences(a, b) + differences(b, c)
    assert abs(len(a) - len(b)) <= differences(a, b) <= max(len(a), len(b))


def test_figures_of_a_few_texts() -> None:
    result = judge_texts(["11", "2b7", "mm7"], ["11", "2d7", "m7"], [0.9, 0.8, 0.3])
    assert result.whole.value == pytest.approx(1 / 3)
    assert result.glyphs.value == pytest.approx(6 / 8)
    assert [share.value for share in result.by_position] == pytest.approx([1, 1 / 3, 1])
    assert {(each.true, each.read) for each in result.mixed} == {("b", "d"), ("m", "nothing")}
    assert result.names[-1] == "nothing"
    assert result.confusion.sum() == 8
    assert np.trace(result.confusion) == 6
    assert result.risk_coverage.risk.tolist() == pytest.approx([0, 1 / 2, 2 / 3])
    assert json.loads(result.to_json())["n_glyphs"] == 8
    assert len(result.rows()) == 3
    assert result.plot().axes


def test_marks_belong_to_the_letter_before() -> None:
    result = judge_texts(["ಕಿ1"], ["ಕ1"])
    assert [(each.true, each.read) for each in result.mixed] == [("ಕಿ", "ಕ")]
    assert result.n_glyphs == 2


def test_nothing_may_be_read_but_every_image_needs_its_text() -> None:
    assert judge_texts(["12"], [""]).glyphs.value == 0
    with pytest.raises(LinocutError, match="1 true texts, 2 read ones"):
        judge_texts(["1"], ["1", "2"])
    with pytest.raises(LinocutError, match="at least one image"):
        judge_texts([], [])
