"""Figures and tables saved from the page, without a request to anybody."""

from __future__ import annotations

import csv
import struct
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.pages import dense, document_in

ITEM = "[data-save] li button"


@pytest.fixture(scope="module")
def document(digits_report: Path) -> dict[str, Any]:
    return document_in(digits_report)


@pytest.fixture
def page(open_page: Callable[..., Any], digits_report: Path) -> Any:
    return open_page(digits_report)


def save(page: Any, place: str, title: str, kind: str) -> Path:
    """Save the first thing of this title and kind from a section or dialog."""
    page.locator(f"{place} [data-save] > button").click()
    items = page.locator(f"{place} {ITEM}")
    with page.expect_download() as saved:
        items.filter(has_text=title).filter(has_text=kind).first.click()
    assert items.count() == 0
    path = Path(saved.value.path())
    assert saved.value.suggested_filename.endswith(f".{kind.lower()}")
    return path


def table_in(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))


def png_size(path: Path) -> tuple[int, int]:
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG")
    return struct.unpack(">II", content[16:24])


def colours_in(page: Any, path: Path) -> set[tuple[int, int, int]]:
    """The colours of an image file, found by the browser."""
    found = page.evaluate(
        """async bytes => {
            const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]))
            const canvas = new OffscreenCanvas(image.width, image.height)
            const context = canvas.getContext('2d')
            context.drawImage(image, 0, 0)
            const { data } = context.getImageData(0, 0, image.width, image.height)
            const found = new Set()
            for (let i = 0; i < data.length; i += 4) found.add(data.slice(i, i + 3).join())
            return [...found]
        }""",
        list(path.read_bytes()),
    )
    return {tuple(int(part) for part in text.split(",")) for text in found}


def test_the_table_of_models_is_saved_unrounded(page: Any, document: dict[str, Any]) -> None:
    header, *rows = table_in(save(page, "#ladder", "ladder", "CSV"))
    assert len(rows) == len(document["rungs"])
    for row, rung in zip(rows, document["rungs"], strict=True):
        told = dict(zip(header, row, strict=True))
        assert float(told["accuracy"]) == rung["test"]["accuracy"]
        assert float(told["fit seconds"]) == rung["fit_seconds"]
        assert told["title"] == rung["title"]


def test_the_confusion_matrix_is_saved_as_counts_even_where_shares_are_shown(
    page: Any, document: dict[str, Any]
) -> None:
    page.get_by_text("Shares of the row, %").click()
    header, *rows = table_in(save(page, "#confusion", "matrix", "CSV"))
    best = next(rung for rung in document["rungs"] if rung["name"] == document["best"])
    assert header[1:] == document["dataset"]["class_names"]
    assert [[int(field) for field in row[1:]] for row in rows] == dense(
        best["test"]["confusion"]
    ).tolist()


def test_a_table_without_data_behind_it_is_read_as_it_stands(
    page: Any, document: dict[str, Any]
) -> None:
    page.locator("#images [data-image]").first.click()
    header, *rows = table_in(save(page, "dialog", "model predicts", "CSV"))
    assert header[0] == "Model"
    assert [row[0] for row in rows] == [rung["short"] for rung in document["rungs"]]


def test_a_drawing_is_saved_as_an_svg_file_that_needs_no_style_sheet(page: Any) -> None:
    drawing = ET.parse(save(page, "#ladder", "Accuracy against time", "SVG")).getroot()
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(drawing.get("width")) > 100
    texts = list(drawing.iter("{http://www.w3.org/2000/svg}text"))
    assert texts
    assert all("font-size" in text.get("style") for text in texts)
    assert "var(" not in ET.tostring(drawing, encoding="unicode")


@pytest.mark.parametrize(
    ("section", "title"),
    [("ladder", "Accuracy against time"), ("templates", "Templates"), ("images", "Images")],
)
def test_a_figure_is_saved_as_an_image_with_its_colours(
    page: Any, section: str, title: str
) -> None:
    page.locator(f"#{section}").scroll_into_view_if_needed()
    page.wait_for_timeout(200)  # templates are drawn when they are unpacked
    path = save(page, f"#{section}", title, "PNG")
    width, height = png_size(path)
    assert width > 300
    assert height > 100
    colours = colours_in(page, path)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper in {"rgb({}, {}, {})".format(*colour) for colour in colours}
    assert len(colours) > 20
    if section == "templates":
        assert any(red > blue + 60 for red, _, blue in colours)
        assert any(blue > red + 60 for red, _, blue in colours)


def test_the_menu_of_what_can_be_saved_works_by_keyboard(page: Any) -> None:
    page.locator("#ladder [data-save] > button").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-save] li') !== null")
    page.keyboard.press("Escape")
    assert page.locator(ITEM).count() == 0
    assert page.evaluate("document.activeElement.innerText").startswith("Save")
