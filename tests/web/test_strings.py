"""The page about strings, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.lines import StringDataset, Strings
from linocut.plot import GlyphEvidence
from linocut.report import write_report
from linocut.report.strings import JudgedReader, ReadImage, collect_strings
from support.controls import slide
from support.waiting import wait_until

TEXTS = ("12", "345", "61", "27", "4", "88", "19", "503")
READ = ("12", "345", "67", "2", "4", "88", "79", "503")
WIDEST = "document.documentElement.scrollWidth"


def strings() -> Strings:
    rng = np.random.default_rng(0)
    images = (rng.integers(0, 255, (24, 22 * len(text)), dtype=np.uint8) for text in TEXTS)
    return Strings(tuple(images), TEXTS)


def reader(name: str, read: tuple[str, ...]) -> JudgedReader:
    def evidence(row: int) -> list[GlyphEvidence]:
        plane = np.random.default_rng(row).normal(size=(24, 20))
        return [
            GlyphEvidence(22 * k, plane, -plane, "9", (1.5, 0.5)) for k in range(len(read[row]))
        ]

    images = tuple(
        ReadImage(
            text,
            0.95 - 0.05 * i,
            tuple((22.0 * k + 2, 22.0 * k + 20) for k in range(len(text))),
            ((text, 0.95 - 0.05 * i), (text + "1", 0.04)),
        )
        for i, text in enumerate(read)
    )
    right = [a == b for a, b in zip(TEXTS, read, strict=True)]
    cause = np.where(right, -1, np.arange(len(TEXTS)) % 2)
    return JudgedReader(
        name, f"the {name} one", f"The {name} reader", "It reads.", True, 0.9, images, 3.0, 0.01,
        100, (("wrong glyph", "a glyph"), ("wrong cut", "a cut")), cause, evidence,
    )  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    symbols = tuple(sorted(set("".join(TEXTS))))
    dataset = StringDataset("pairs", symbols, strings(), strings())
    readers = [reader("simple", READ), reader("strong", (*TEXTS[:3], "2", *TEXTS[4:]))]
    document = collect_strings(dataset, readers, recommended="simple", command="linocut report x")
    return write_report(document, tmp_path_factory.mktemp("strings") / "strings.html")


@pytest.fixture
def open_strings(open_page: Callable[..., Any], path: Path) -> Callable[..., Any]:
    def open_it(**options: Any) -> Any:
        page = open_page(path, ready="#rejecting", **options)
        page.locator("#images [data-image]").first.wait_for()
        return page

    return open_it


def listed(page: Any) -> list[str]:
    return [text.split("\n")[0] for text in page.locator("#images .card .texts").all_inner_texts()]


def test_misread_images_come_first_and_are_leafed_through_by_keys(
    open_strings: Callable[..., Any],
) -> None:
    page = open_strings()
    # by the probability of what was read in its place
    assert listed(page) == ["61", "27", "19"]
    page.locator("#images [data-image]").first.click()
    page.locator("dialog").wait_for()
    assert "image=2" in page.evaluate("location.hash")
    assert "61 read as 67" in page.locator("dialog .verdict").inner_text()
    page.locator("dialog [data-figure=Evidence] canvas").first.wait_for()
    assert page.locator("dialog [data-figure=Evidence] li").count() == 2
    page.keyboard.press("ArrowRight")
    wait_until(page, "location.hash.includes('image=3')")
    page.reload()
    page.locator("dialog").wait_for()
    assert "27 read as 2" in page.locator("dialog .verdict").inner_text()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    # the browser goes back in a moment of its own
    wait_until(page, "!location.hash.includes('image')")


def test_a_glyph_a_cause_and_a_model_choose_images(open_strings: Callable[..., Any]) -> None:
    page = open_strings()
    page.get_by_role("button", name="7 read as nothing: 1 glyph").click()
    assert listed(page) == ["27"]
    page.get_by_role("button", name="wrong glyph").click()
    assert listed(page) == ["61", "19"]
    page.get_by_label("Model", exact=True).first.select_option("strong")
    page.get_by_role("button", name="All misread").click()
    assert listed(page) == ["27"]
    assert "model=strong" in page.evaluate("location.hash")
    page.locator("#images").get_by_text("All", exact=True).click()
    assert len(listed(page)) == len(TEXTS)


def test_a_threshold_leaves_images_to_a_person(open_strings: Callable[..., Any]) -> None:
    page = open_strings()
    slide(page.get_by_role("slider", name="Answer from a probability of"), 5)
    # of the three images that are most certain, the last is misread
    assert page.locator("#rejecting [data-answered]").inner_text() == "3"
    assert page.locator("#rejecting [data-wrong]").inner_text() == "1"
    assert "accept=0.85" in page.evaluate("location.hash")


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_everything_is_within_reach(
    open_strings: Callable[..., Any], barriers: Callable[[Any], list[str]], width: int, theme: str
) -> None:
    page = open_strings(width=width, theme=theme)
    assert page.evaluate(WIDEST) == width
    assert barriers(page) == []
    page.locator("#images [data-image]").first.click()
    page.locator("dialog [data-figure=Evidence] canvas").first.wait_for()
    assert barriers(page) == []
