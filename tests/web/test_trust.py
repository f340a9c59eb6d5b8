"""How far to trust a model, in a real browser: thresholds count as the library counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.data import ImageDataset, load_dataset
from linocut.evaluate.curves import RocCurves
from linocut.ladder import Ladder, climb
from linocut.report import Document, collect, write_report
from linocut.report.trust.confidence import EDGES
from support.controls import slide
from support.waiting import wait_until

TABS = ("Abstain", "One class", "Probability", "Labels", "Disturbed")
WIDEST = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def dataset() -> ImageDataset:
    return load_dataset("digits")


@pytest.fixture(scope="module")
def ladder(dataset: ImageDataset) -> Ladder:
    return climb(dataset, rungs=["nearest-mean", "softmax"])


@pytest.fixture(scope="module")
def document(dataset: ImageDataset, ladder: Ladder) -> Document:
    return collect(dataset, ladder, command="x")


@pytest.fixture
def open_trust(
    open_page: Callable[..., Any], document: Document, tmp_path: Path
) -> Callable[..., Any]:
    """Open the page at a tab of the section."""
    path = write_report(document, tmp_path / "report.html")

    def open_it(tab: str = "", **options: Any) -> Any:
        address = f"#section=trust&trust={tab}" if tab else "#trust"
        page = open_page(path, **{"address": address, **options})
        page.evaluate("document.getElementById('trust').scrollIntoView()")
        page.locator("#trust [role=tab]").first.wait_for()
        return page

    return open_it


def whole(text: str) -> int:
    return int(text.replace(",", ""))


def move(page: Any, name: str, place: int) -> None:
    slide(page.locator("#trust").get_by_role("slider", name=name), place)


def test_a_threshold_and_a_cost_count_the_answers(
    open_trust: Callable[..., Any], ladder: Ladder
) -> None:
    page = open_trust()
    predictions = ladder["softmax"].on_test
    top = predictions.probabilities.max(axis=1)
    wrong = predictions.predicted != predictions.labels

    def check(threshold: float) -> None:
        answered = top >= np.float32(threshold)
        page.locator("#trust [data-answered]", has_text=f"{answered.sum():,}").wait_for()
        said = page.locator("#trust [data-wrong]").inner_text()
        assert whole(said) == (answered & wrong).sum()

    move(page, "Answer from a probability of", EDGES.index(0.95))
    check(0.95)
    assert "accept=0.95" in page.evaluate("location.hash")
    move(page, "Right if a mistake costs", 1)  # twice as much: 1 - 1/2
    check(0.5)
    page.reload()
    page.locator("#data").wait_for(state="attached")
    page.locator("#trust").scroll_into_view_if_needed()
    check(0.5)
    # the chart is moved by the pointer: all the way to the right everything is answered
    box = page.locator("#trust figure svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    check(0)


def test_a_class_and_its_threshold_make_the_matrix(
    open_trust: Callable[..., Any], ladder: Ladder
) -> None:
    page = open_trust("class")
    page.locator("#trust").get_by_label("Class", exact=True).select_option("8")
    move(page, "Taken for it from", EDGES.index(0.25))
    wait_until(page, "location.hash.includes('detect=8,0.25')")
    counts = RocCurves.from_predictions(ladder["softmax"].on_test).at("8", 0.25)
    cells = {
        name: whole(page.locator(f"#trust [data-cell={name}]").inner_text().split()[-1])
        for name in ("found", "missed", "alarms", "left")
    }
    assert cells == {
        "found": counts.true_positives, "missed": counts.false_negatives,
        "alarms": counts.false_positives, "left": counts.true_negatives,
    }  # fmt: skip
    page.locator("#trust [data-save] > button").click()
    saved = page.locator("#trust [data-save] li").all_inner_texts()
    assert any("CSV" in each for each in saved)


def test_suspects_are_saved_as_the_library_writes_them_and_open_their_image(
    open_trust: Callable[..., Any], document: Document, dataset: ImageDataset
) -> None:
    page = open_trust("labels")
    with page.expect_download() as waited:
        page.locator("#trust").get_by_role("button", name="Save this list (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(waited.value.path().read_text(encoding="utf-8-sig"))))
    assert list(rows[0]) == ["part", "index", "file", "given", "proposed", "score"]
    assert document.trust.suspects is not None
    assert len(rows) == document.trust.suspects.sprite.count
    for row in rows:
        part = dataset.train if row["part"] == "train" else dataset.test
        assert row["given"] == dataset.class_names[part.labels[int(row["index"])]]
    first = next(row for row in rows if row["part"] == "test")
    page.locator(f'#trust [data-suspect="1,{first["index"]}"]').click()
    page.locator("dialog").wait_for()
    assert f"image={first['index']}" in page.evaluate("location.hash")


def test_disturbed_images_are_read_by_keys(
    open_trust: Callable[..., Any], document: Document
) -> None:
    page = open_trust("disturbed")
    trust = next(each for each in document.rungs if each.name == "softmax").trust
    assert trust.shifts is not None
    moved, corrupted = (page.locator("#trust figure").nth(i) for i in (0, 1))
    moved.locator("[tabindex='0'][data-at]").focus()
    page.keyboard.press("ArrowRight")
    assert moved.locator(".told").inner_text().startswith("0 down, +1 right: ")
    corrupted.locator("[tabindex='0'][data-at]").focus()
    page.keyboard.press("ArrowDown")
    kind = trust.corruptions[0].rows[1]
    assert corrupted.locator(".told").inner_text().startswith(f"{kind}, strength 1: ")


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_every_question_is_within_reach(
    open_trust: Callable[..., Any],
    barriers: Callable[[Any], list[str]],
    width: int,
    theme: str,
) -> None:
    page = open_trust(width=width, theme=theme)
    assert tuple(page.locator("#trust [role=tab]").all_inner_texts()) == TABS
    for tab in TABS:
        page.locator("#trust").get_by_role("tab", name=tab).click()
        page.locator("#trust figure").first.wait_for()
        assert page.evaluate(WIDEST) == width
        assert barriers(page) == []


def test_warnings_are_in_the_open_and_what_is_fine_is_folded(
    open_trust: Callable[..., Any], document: Document
) -> None:
    page = open_trust()
    checks = next(each for each in document.rungs if each.name == "softmax").trust.checks
    assert checks is not None
    warned = [check.sentence for check in checks if check.level == "warning"]
    shown = page.locator("#checks").inner_text()
    assert all(sentence in shown for sentence in warned)
    fine = [check for check in checks if check.level == "fine"]
    assert all(check.sentence not in shown for check in fine)
    page.locator("#checks > div > details > summary").click()
    assert all(check.sentence in page.locator("#checks").inner_text() for check in fine)
