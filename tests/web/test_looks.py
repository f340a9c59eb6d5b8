"""The page on paper, and in colours that the reader's system chooses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.waiting import wait_until

BACKGROUND = "e => getComputedStyle(e).backgroundColor"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_is_white_without_controls_and_nothing_is_cut_off(
    open_page: Callable[..., Any], digits_report: Path, theme: str
) -> None:
    page = open_page(digits_report, theme=theme)
    page.locator("#templates [data-label]").first.wait_for()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 703, "height": 1030})  # A4 less its margins
    wait_until(page, "document.documentElement.dataset.theme === 'light'")
    assert page.locator("body").evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    for control in ("[data-model-chip]", "[data-save]", "nav", "select", "input[type=radio]"):
        for found in page.locator(control).all():
            assert not found.is_visible()
    cut = page.locator(".scrolls").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className)"
    )
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") == 703
    # which model the numbers are of must be said without the chip
    assert "Model" in page.locator("#confusion header").inner_text()


def test_the_report_prints(open_page: Callable[..., Any], digits_report: Path) -> None:
    page = open_page(digits_report)
    content = page.pdf(format="A4")
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert 4 <= pages <= 30


def test_forced_colours_keep_what_is_said_by_colour(
    open_page: Callable[..., Any], digits_report: Path, barriers: Callable[[Any], list[str]]
) -> None:
    page = open_page(digits_report, forced_colors="active")
    page.locator("#templates [data-label]").first.wait_for()
    paper = page.locator("body").evaluate(BACKGROUND)

    def stands_out(selector: str) -> bool:
        return page.locator(selector).first.evaluate(BACKGROUND) not in {paper, "rgba(0, 0, 0, 0)"}

    assert stands_out("#confusion .diagonal")
    assert stands_out("#data .bar.train")
    dot = page.locator("#steps li:not(.doubtful) .length").first.evaluate(
        "e => getComputedStyle(e, '::after').backgroundColor"
    )
    assert dot != paper
    assert stands_out("#confusion label.chosen")
    page.locator("[data-model-chip] button").click()
    assert stands_out("[data-model-chip] [aria-selected=true]")
    assert barriers(page) == []


def test_all_sections_are_linked_in_sight_but_on_a_phone(
    open_page: Callable[..., Any], digits_report: Path
) -> None:
    page = open_page(digits_report, width=1440)
    links = page.locator("nav[aria-label=Sections]")
    page.locator("nav[aria-label=Sections] a").nth(10).wait_for()
    hidden = "e => e.scrollWidth - e.clientWidth"
    for width in (1440, 1280, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert links.evaluate(hidden) <= 1
    page.set_viewport_size({"width": 390, "height": 900})
    assert links.evaluate(hidden) > 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
