"""Thresholds and costs that move the confusion matrix, as the library decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.core.decisions import DecisionRule
from linocut.data import load_dataset
from linocut.ladder import Ladder, climb
from linocut.report import collect, write_report
from support.controls import slide

K = 10
MATRIX = """
() => [...document.querySelectorAll('#confusion tbody tr')].map(row =>
  [...row.querySelectorAll('[data-truth], [data-rejected]')].map(e => Number(e.innerText)))
"""


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    return climb(load_dataset("digits"), rungs=["nearest-mean", "softmax"])


@pytest.fixture(scope="module")
def report(ladder: Ladder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    document = collect(load_dataset("digits"), ladder, command="x")
    return write_report(document, tmp_path_factory.mktemp("decide") / "report.html")


def counted(ladder: Ladder, rule: DecisionRule) -> np.ndarray:
    """The matrix that the library decides, rejected images in a column of their own."""
    test = ladder["softmax"].on_test
    decided = rule.decide(test.probabilities)
    matrix = np.zeros((K, K + 1), int)
    np.add.at(matrix, (test.labels, np.where(decided < 0, K, decided)), 1)
    return matrix


def move(page: Any, name: str, place: int) -> None:
    slide(page.locator("#confusion").get_by_role("slider", name=name).first, place)


def check(page: Any, wanted: np.ndarray) -> None:
    page.locator("#confusion [data-coverage]").wait_for()
    np.testing.assert_array_equal(np.array(page.evaluate(MATRIX)), wanted)
    answered, correct = wanted[:, :K].sum(), wanted[:, :K].trace()
    said = page.locator("#confusion [data-coverage]").inner_text()
    assert said.startswith(f"{100 * answered / wanted.sum():.1f}")
    assert (
        page.locator("#confusion [data-accuracy]")
        .inner_text()
        .startswith(f"{100 * correct / answered:.1f}")
    )
    assert page.locator("#confusion [data-wrong]").inner_text() == str(answered - correct)


def test_a_threshold_moves_the_matrix_as_the_library_rejects(
    open_page: Callable[..., Any], report: Path, ladder: Ladder
) -> None:
    page = open_page(report, address="#model=softmax")
    page.locator("#confusion").get_by_text("Threshold", exact=True).click()
    check(page, counted(ladder, DecisionRule(thresholds=[0.9] * K)))
    move(page, "Reject below a probability of", 75)
    check(page, counted(ladder, DecisionRule(thresholds=[0.75] * K)))
    assert "decide=0.75" in page.evaluate("location.hash")
    # the images beside the matrix are those of the decided cell
    matrix = counted(ladder, DecisionRule(thresholds=[0.75] * K))
    page.locator('#confusion [data-truth="8"][data-predicted="8"]').click()
    assert f"{matrix[8, 8]} images" in page.locator("#cell-images > h3").inner_text()
    page.locator("#confusion").get_by_text("Most probable", exact=True).click()
    assert "decide=" not in page.evaluate("location.hash")
    assert page.locator("#confusion [data-rejected]").count() == 0


def test_costs_move_the_matrix_as_the_library_decides(
    open_page: Callable[..., Any], report: Path, ladder: Ladder
) -> None:
    page = open_page(report, address="#section=confusion&model=softmax&decide=costs,8:20,3-5:50")
    costs = 1 - np.eye(K)
    costs[8] = np.where(np.arange(K) == 8, 0, 20)
    costs[3, 5] = 50
    page.locator("#confusion [data-coverage]").wait_for()
    without = counted(ladder, DecisionRule(costs=costs))[:, :K]
    np.testing.assert_array_equal(np.array(page.evaluate(MATRIX)), without)

    move(page, "costs", 2)  # of missing an 8: 5 instead of 20
    move(page, "Rejecting an image costs", 4)
    assert "decide=costs,8:5,3-5:50,reject:0.2" in page.evaluate("location.hash")
    costs[8] = np.where(np.arange(K) == 8, 0, 5)
    rejecting = np.column_stack([costs, np.full(K, 0.2)])
    wanted = counted(ladder, DecisionRule(costs=rejecting))
    check(page, wanted)
    spent = (wanted * rejecting).sum() / wanted.sum()
    said = float(page.locator("#confusion [data-cost]").inner_text())
    assert said == pytest.approx(spent, rel=0.005)


def test_kinds_of_mistakes_are_added_and_removed(
    open_page: Callable[..., Any], report: Path
) -> None:
    page = open_page(report, address="#model=softmax")
    confusion = page.locator("#confusion")
    confusion.get_by_text("Least cost", exact=True).click()
    confusion.get_by_role("button", name="Another kind of mistake").click()
    assert confusion.get_by_role("slider", name="costs").count() == 3  # and that of rejecting
    confusion.get_by_role("combobox", name="taken for").first.select_option("2")
    assert "-2:10" in page.evaluate("location.hash")
    confusion.get_by_role("button", name="Remove").first.click()
    assert "-2:10" not in page.evaluate("location.hash")
    page.reload()
    page.locator("#confusion [data-cost]").wait_for()
    assert confusion.get_by_role("combobox", name="taken for").count() == 1


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_it_fits_and_has_no_barrier(
    open_page: Callable[..., Any],
    report: Path,
    barriers: Callable[[Any], list[str]],
    width: int,
    theme: str,
) -> None:
    for decide in ("0.9", "costs,8:20,3-5:50,reject:0.2"):
        address = f"#section=confusion&model=softmax&decide={decide}"
        page = open_page(report, width=width, theme=theme, address=address)
        page.locator("#confusion [data-coverage]").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert barriers(page) == []
