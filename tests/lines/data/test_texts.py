"""Texts of any script, in tables and in names, come back as they were written."""

import csv
import unicodedata

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.lines import Strings, symbols_of
from linocut.lines.data import normalised_text
from linocut.lines.data.splitting import source_groups, split_strings
from linocut.lines.data.texts_in_index import read_rows
from linocut.lines.data.texts_in_names import texts_of_names

LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn")
)
ANY_TEXT = st.text(LETTERS, min_size=1, max_size=9)
CODES = st.text("abcdefghkmnpXYZ23456789", min_size=3, max_size=7)


@given(ANY_TEXT)
def test_symbols_are_the_text_cut_at_each_glyph(text):
    symbols = symbols_of(text)
    assert "".join(symbols) == normalised_text(text) == normalised_text(normalised_text(text))
    marks = [symbol for symbol in symbols[1:] if unicodedata.category(symbol[0])[0] == "M"]
    assert marks == []


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("e\u0301e\u0301", ("é", "é")),  # repeated symbols stay two
        ("q\u0307x", ("q\u0307", "x")),  # no single character for it
        ("Ab aB", ("A", "b", " ", "a", "B")),
        ("ಕಿ೧", ("ಕಿ", "೧")),
        ("你好", ("你", "好")),
        ("", ()),
    ],
)
def test_marks_belong_to_the_letter_before_them(text, symbols):
    assert symbols_of(text) == symbols


@settings(max_examples=50)
@given(st.lists(ANY_TEXT, min_size=1, max_size=12), st.sampled_from([",", ";", "\t"]))
def test_a_table_gives_every_text_back(tmp_path_factory, texts, between):
    assume(not any(text.strip('" ') != text or '"' in text for text in texts))
    path = tmp_path_factory.mktemp("table") / "labels.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter=between)
        table.writerow(["filename", "label"])
        table.writerows([f"{k}.png", text] for k, text in enumerate(texts))
    rows = read_rows(path, lambda key: key.endswith(".png"))
    assert [row.text for row in rows] == [normalised_text(text) for text in texts]
    assert [row.key for row in rows] == [f"{k}.png" for k in range(len(texts))]


@settings(max_examples=50)
@given(st.lists(ANY_TEXT, min_size=1, max_size=12), st.sampled_from(["\t", " "]))
def test_an_index_gives_every_text_back(tmp_path_factory, texts, between):
    assume(not any(set(text) & set('",;\t') for text in texts))
    path = tmp_path_factory.mktemp("index") / "gt.txt"
    lines = [f"img/{k}.png{between}{text}" for k, text in enumerate(texts)]
    path.write_text("\n".join(lines), encoding="utf-8")
    known = {f"img/{k}.png" for k in range(len(texts))}
    assert [row.text for row in read_rows(path, known.__contains__)] == [
        normalised_text(text) for text in texts
    ]


def varied(texts):
    """Whether texts are no mere numbers, of which names cannot tell that they do not count."""
    return len(set(texts)) == len(texts) and not all(text.isdigit() for text in texts)


@given(st.lists(CODES, min_size=2, max_size=30).filter(varied), st.data())
def test_names_give_texts_back_with_copies_or_without(texts, data):
    assert texts_of_names(texts) == texts
    copies = data.draw(st.lists(st.sampled_from(texts), unique=True))
    between = data.draw(st.sampled_from(["_", "-", " ", " (", "_("]))
    named = texts + [f"{text}{between}1" + ")" * ("(" in between) for text in copies]
    assert texts_of_names(named) == texts + copies


@given(st.lists(CODES, min_size=2, max_size=30).filter(varied))
def test_names_give_texts_back_behind_a_word_and_a_number(texts):
    names = [f"captcha_{k:05d}_{text}" for k, text in enumerate(texts)]
    assert texts_of_names(names) == texts


@pytest.mark.parametrize(
    "names",
    [
        ["7_00001", "3_00002", "7_00003"],  # a class and a number
        ["cat_1", "cat_2", "dog_1", "dog_2"] * 3,
        ["0001", "0002", "0004"],  # numbers that count
        ["12-5", "7-9", "10-3"],  # where a text may hold what stands between
        ["ab_cd", "ef_gh", "ij_kl"],  # two that may be it
        ["ab", "cd_ef_gh", "ij"],
        ["_", "ab"],
        [],
    ],
)
def test_names_that_do_not_tell_give_no_texts(names):
    assert texts_of_names(names) is None


@given(
    st.lists(CODES, min_size=4, max_size=40),
    st.floats(0.05, 0.6),
    st.integers(0, 9),
    st.sampled_from(["stratified", "ordered"]),
)
def test_a_split_is_disjoint_whole_and_keeps_groups_and_symbols(texts, test_size, seed, split):
    names = [f"{text}_{k}.png" for k, text in enumerate(texts)]
    train, test = split_strings(names, texts, test_size=test_size, seed=seed, split=split)
    assert sorted([*train, *test]) == list(range(len(texts)))
    groups = source_groups(names, texts)
    assert not {*groups[train]} & {*groups[test]}
    seen = {symbol for row in train for symbol in texts[row]}
    assert seen == set("".join(texts))
    again = split_strings(names, texts, test_size=test_size, seed=seed, split=split)
    assert (again[1] == test).all()


def test_parts_that_do_not_fit_together_are_refused():
    page = np.zeros((20, 40), np.uint8)
    for images, texts, names, message in (
        ((page,), ("1", "2"), (), "1 images and 2 texts"),
        ((page,), ("1",), ("a", "b"), "1 images and 2 names"),
        ((page,), ("",), ("a",), "a: its text is empty"),
        ((page, page[:9]), ("1", "2"), ("a", "b"), "b: 9 pixels high, a 20"),
        ((page.astype(float),), ("1",), ("a",), "float64"),
    ):
        with pytest.raises(LinocutError, match=message):
            Strings(images, texts, names)
