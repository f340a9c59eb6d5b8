"""All test images in one window that scrolls: only what is near it is drawn, and that rightly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.data import load_dataset
from support.pages import document_in, unpack
from support.waiting import wait_until

ADDRESS = "#section=images&model=softmax&show=all&images=all"
CARDS = "#images .wall [data-place]"


def in_order(document: Any) -> np.ndarray:
    """Mistakes, worst first, then what is correct, the least certain first."""
    rung = next(rung for rung in document["rungs"] if rung["name"] == "softmax")
    mistakes = unpack(rung["mistakes"])
    certain = unpack(rung["probability_predicted"]).astype(float)
    correct = np.flatnonzero(unpack(rung["predicted"]) == unpack(document["shown"]["labels"]))
    return np.concatenate([mistakes, correct[np.argsort(certain[correct], kind="stable")]])


def drawn(page: Any) -> dict[int, int]:
    """The image on each card, by its place in the list."""
    found = page.locator(CARDS).evaluate_all(
        """all => all.filter(card => card.checkVisibility()).map(card =>
             [Number(card.dataset.place), Number(card.querySelector('button').dataset.image)])"""
    )
    return dict(found)


def test_scrolling_shows_every_image_in_order_without_drawing_all(
    open_page: Callable[..., Any], digits_report: Path
) -> None:
    wanted = in_order(document_in(digits_report))
    page = open_page(digits_report, address=ADDRESS)
    wall = page.locator("#images .wall")
    page.locator(CARDS).first.wait_for()
    seen: dict[int, int] = {}
    for share in np.linspace(0, 1, 9):
        wall.evaluate("(e, share) => { e.scrollTop = share * e.scrollHeight }", share)
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        now = drawn(page)
        assert len(now) < 0.75 * len(wanted)
        seen |= now
    assert [seen[place] for place in range(len(wanted))] == wanted.tolist()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_row_is_drawn_pixel_by_pixel(
    open_page: Callable[..., Any], digits_report: Path, theme: str
) -> None:
    document = document_in(digits_report)
    images = load_dataset("digits").test.images[unpack(document["shown"]["rows"])]
    page = open_page(digits_report, address=ADDRESS, theme=theme)
    page.locator(CARDS).first.wait_for()
    read = """
    () => {
      const row = document.querySelector('#images [data-wall-row]');
      const canvas = row.querySelector('canvas');
      const copy = new OffscreenCanvas(canvas.width, canvas.height)
        .getContext('2d', {willReadFrequently: true});
      copy.drawImage(canvas, 0, 0);
      const {data} = copy.getImageData(0, 0, canvas.width, canvas.height);
      const left = canvas.getBoundingClientRect().left;
      return [...row.querySelectorAll('.room')].map(room => {
        const box = room.getBoundingClientRect();
        const each = box.width / 8;
        return Array.from({length: 64}, (_, i) => {
          const x = Math.round(box.left - left + each * (i % 8) + each / 2);
          const y = Math.floor(each * Math.floor(i / 8) + each / 2);
          return data[4 * (y * canvas.width + x)];
        });
      });
    }
    """
    wait_until(page, f"({read})().flat().some(v => v > 0 && v < 255)")
    found = np.array(page.evaluate(read)).reshape(-1, 8, 8)
    shown = images[in_order(document)[: len(found)]]
    np.testing.assert_array_equal(255 - found if theme == "light" else found, shown)


def test_the_arrow_keys_lead_through_all_images(
    open_page: Callable[..., Any], digits_report: Path
) -> None:
    wanted = in_order(document_in(digits_report))
    page = open_page(digits_report, address=ADDRESS)
    page.locator(f"{CARDS} button[tabindex='0']").focus()
    focused = "Number(document.activeElement.dataset.image)"
    page.keyboard.press("ArrowRight")
    wait_until(page, f"{focused} === {wanted[1]}")
    page.keyboard.press("Control+End")
    wait_until(page, f"{focused} === {wanted[-1]}")
    assert page.locator(f"{CARDS} button[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    wait_until(page, f"{focused} === {wanted[-1]}")


def test_the_reader_asks_for_all_and_for_the_first_again(
    open_page: Callable[..., Any], digits_report: Path, barriers: Callable[[Any], list[str]]
) -> None:
    page = open_page(digits_report, address="#section=images&show=all", width=390)
    images = page.locator("#images")
    images.get_by_role("button", name="All 359").click()
    page.locator(CARDS).first.wait_for()
    wait_until(page, "location.hash.includes('images=all')")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert barriers(page) == []
    images.get_by_role("button", name="Only the first").click()
    wait_until(page, "!location.hash.includes('images=all')")
    page.locator("#images .wall").wait_for(state="detached")


def test_sections_out_of_sight_are_left_out_while_there_is_a_wall_and_keep_their_room(
    open_page: Callable[..., Any], digits_report: Path
) -> None:
    page = open_page(digits_report, address="#section=images&show=all")
    page.locator("#data").wait_for()
    ladder = page.locator("#ladder")
    is_drawn = "e => e.querySelector('table').checkVisibility({contentVisibilityAuto: true})"
    height = "e => e.getBoundingClientRect().height"
    assert ladder.evaluate(is_drawn)
    before = ladder.evaluate(height)
    page.locator("#images").get_by_role("button", name="All 359").click()
    page.locator(CARDS).first.wait_for()
    wait_until(page, f"!({is_drawn})(document.querySelector('#ladder'))")
    assert ladder.evaluate(height) == before
    ladder.scroll_into_view_if_needed()
    wait_until(page, f"({is_drawn})(document.querySelector('#ladder'))")
