"""Two names for each class, and names that no font can write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linocut.data import load_dataset
from linocut.ladder import climb
from linocut.report import collect, write_report

DIGITS = tuple("0123456789")


@pytest.fixture(scope="module")
def report_of(tmp_path_factory):
    """Write the report of digits whose classes have two names each."""

    def write(names, others):
        dataset = replace(load_dataset("digits"), class_names=names, original_names=others)
        ladder = climb(dataset, rungs=["mean-difference"])
        path = tmp_path_factory.mktemp("names") / "report.html"
        return write_report(collect(dataset, ladder, command="linocut report digits"), path)

    return write


def test_hovering_a_class_shows_its_other_name(open_page, report_of):
    page = open_page(report_of(tuple(f"the {k}" for k in DIGITS), DIGITS))
    assert page.get_by_title("the 3 (3)", exact=True).first.text_content() == "the 3"


def test_names_that_no_font_can_write_give_way_to_the_others(open_page, report_of):
    private = tuple(chr(0x10FFF0 + k) for k in range(10))  # letters that mean nothing
    page = open_page(report_of(private, DIGITS))
    assert page.locator("#classes bdi").first.text_content() in DIGITS
    assert not set(page.locator("body").inner_text()) & set(private)
