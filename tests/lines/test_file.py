"""A reader's file is trusted in nothing: each part is checked, and refused in one line."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from fuzz.readers import reader_of
from fuzz.running import run_here
from linocut.core import LinocutError
from linocut.lines import StringReader
from linocut.lines.file import contents_of, document_of, read_reader
from linocut.modelfile.container import pack

KINDS = ("fixed-positions", "whole-string")


@pytest.fixture(scope="module")
def seeds():
    return reader_of("strings").seeds()


@pytest.fixture(scope="module")
def files(seeds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("readers")
    found = {}
    for kind, data in zip(KINDS, seeds, strict=True):
        path = folder / f"{kind}.linocut"
        path.write_bytes(data)
        found[kind] = document_of(read_reader(path))
    return found


def _refused(document, tensors, message):
    with pytest.raises(LinocutError, match=message) as caught:
        contents_of(document, tensors)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_written_again_byte_for_byte(kind, files):
    document, tensors = files[kind]
    again = document_of(contents_of(document, tensors))
    assert pack(*again) == pack(document, tensors)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("preparation", "blur", "preparation"),
        ("columns", {"J": 3, "L": 8, "step": 3}, "step"),
        ("columns", {"J": 9, "L": 8, "step": 1}, "J"),
        ("columns", {"J": 2, "L": 4, "step": 1}, "tensor 'axes' has"),
        ("offsets", [], "offsets"),
        ("offsets", [0.5], "offsets"),
        ("offsets", [True], "offsets"),
        ("offsets", [10**9], "offsets"),
        ("offsets", [0], "tensor 'coef' holds"),
        ("narrowest", 0, "narrowest"),
        ("model", "network", "model"),
        ("more", 1, "more"),
    ],
)
def test_each_field_is_checked(kind, files, field, value, message):
    document, tensors = copy.deepcopy(files[kind])
    document["lines"][field] = value
    _refused(document, tensors, message)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["axes", "centre", "coef", "intercept"])
def test_each_tensor_is_checked(kind, files, name):
    document, tensors = files[kind]
    _refused(document, {key: each for key, each in tensors.items() if key != name}, name)
    for array in (tensors[name][:-1], tensors[name][None], tensors[name].astype(np.float64)):
        _refused(document, {**tensors, name: array}, "tensor")
    holed = tensors[name].copy()
    holed.flat[0] = np.nan
    _refused(document, {**tensors, name: holed}, f"tensor '{name}' holds values that are no finite")


@pytest.mark.parametrize(
    ("kind", "field", "value", "message"),
    [
        ("fixed-positions", "positions", 0, "positions"),
        ("fixed-positions", "positions", 7, "tensor 'coef' holds"),
        ("fixed-positions", "positions", 10**6, "positions"),
        ("fixed-positions", "counts", [0.0, 0.0], "counts"),
        ("whole-string", "positions", 3, "positions"),
        ("whole-string", "counts", [float("inf"), 0.0], "counts"),
        ("whole-string", "model", "fixed-positions", "positions"),
    ],
)
def test_one_kind_takes_no_field_of_the_other(files, kind, field, value, message):
    document, tensors = copy.deepcopy(files[kind])
    document["lines"][field] = value
    _refused(document, tensors, message)


def test_no_tensor_is_left_over(files):
    for kind, other in zip(KINDS, KINDS[::-1], strict=True):
        document, tensors = files[kind]
        more = {"widths": files["whole-string"][1]["widths"], "odd": files[other][1]["centre"]}
        _refused(document, {**more, **tensors}, "belongs to no part of the model")


def test_the_height_goes_with_the_axes(files):
    for document, tensors in copy.deepcopy(list(files.values())):
        document["intake"]["height"] = None
        _refused(document, tensors, "height")
        document["intake"]["height"] = 40
        _refused(document, tensors, "for lines 40 pixels high")


def test_damaged_files_are_refused_in_one_line_or_read_lines(seeds):
    reader = reader_of("strings")
    outcome = run_here(reader, seeds, range(250), random_state=3)
    assert not outcome.failures
    assert outcome.refused > 100
    assert isinstance(reader.read(seeds[0]), StringReader)
