"""What the page about strings is fed with."""

from __future__ import annotations

import json

import numpy as np
import pytest

from linocut.core import plain
from linocut.lines import StringDataset, Strings
from linocut.plot import GlyphEvidence
from linocut.report.stacks import numbers
from linocut.report.strings import JudgedReader, ReadImage, StringsDocument, collect_strings

TEXTS = ("12", "345", "61", "27", "4")
READ = ("12", "345", "67", "2", "4")
CUTS = ((0.0, 8.0), (8.0, 17.0))


def strings(texts: tuple[str, ...]) -> Strings:
    rng = np.random.default_rng(0)
    images = (rng.integers(0, 255, (12, 10 * len(text)), dtype=np.uint8) for text in texts)
    return Strings(tuple(images), texts)


@pytest.fixture
def dataset() -> StringDataset:
    symbols = tuple(sorted(set("".join(TEXTS))))
    return StringDataset("pairs", symbols, strings(TEXTS), strings(TEXTS))


def reader(name: str, read: tuple[str, ...], *, explain: bool) -> JudgedReader:
    def evidence(row: int) -> list[GlyphEvidence]:
        plane = np.full((12, 6), 0.5)
        return [GlyphEvidence(k, plane, -2 * plane, "9", (1.5, 0.5)) for k in range(len(read[row]))]

    images = tuple(
        ReadImage(text, 0.9 - 0.1 * i, CUTS[: len(text)], ((text, 0.9 - 0.1 * i), ("x", 0.01)))
        for i, text in enumerate(read)
    )
    cause = np.array([-1, -1, 0, 1, -1])
    return JudgedReader(
        name, name, name, "It reads.", True, 0.5, images, None, 0.01, 100,
        (("wrong glyph", "…"), ("wrong cut", "…")) if explain else (),
        cause if explain else None, evidence if explain else None,
    )  # fmt: skip


@pytest.fixture
def document(dataset: StringDataset) -> StringsDocument:
    readers = [reader("main", READ, explain=True), reader("ctc", TEXTS, explain=False)]
    return collect_strings(dataset, readers, recommended="main", command="linocut report x")


def test_the_document_is_json_with_every_reader_and_image(document: StringsDocument) -> None:
    held = json.loads(json.dumps(plain(document), allow_nan=False))
    assert held["kind"] == "strings"
    assert held["best"] == "ctc"
    assert held["shown"]["widths"] == [10 * len(text) for text in TEXTS]
    assert [len(each["readings"]) for each in held["readers"]] == [5, 5]
    assert held["readers"][0]["whole"]["share"] == 0.6
    assert held["readers"][0]["fit_seconds"] is None
    assert [each["count"] for each in held["readers"][0]["causes"]] == [1, 1]
    assert held["readers"][0]["readings"][2]["mixed"] == [["1", "7"]]
    assert held["readers"][0]["readings"][3]["mixed"] == [["7", "nothing"]]


def test_evidence_comes_back_from_its_stack(document: StringsDocument) -> None:
    page = document.readers[0].readings[2]
    assert page.stack is not None
    planes = numbers(document.stacks[page.stack])
    assert planes.shape == (4, 12, 6)
    assert planes[0] * page.limits[0] == pytest.approx(0.5, rel=0.01)
    assert planes[1] * page.limits[1] == pytest.approx(-1.0, rel=0.01)
    assert [glyph.symbol for glyph in page.glyphs] == ["6", "7"]
    assert page.glyphs[0].margin == 0.5


def test_misread_images_come_first_where_not_all_fit(dataset: StringDataset) -> None:
    only = [reader("main", READ, explain=False)]
    few = collect_strings(dataset, only, recommended="main", command="x", image_budget=1)
    assert few.shown.texts == ("27",)  # the least certain of the two that are misread


def test_sentences_name_the_mistakes(document: StringsDocument) -> None:
    assert "misreads 2 test images of 5" in document.text["headline"]
    assert "level within chance" in document.text["readers"]
    assert "1 read as 7" in document.readers[0].text["confusion"]
    assert document.readers[1].text["confusion"] == ""
