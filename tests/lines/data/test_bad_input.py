"""What is wrong with a set of strings is one line that names file and value; it can be skipped."""

import numpy as np
import pytest
from PIL import Image

from linocut.core import LinocutError
from linocut.lines import load_strings
from support.lines import line_image, texts, write_lines

TEXTS = texts()
NAMES = [f"{k:04d}.png" for k in range(len(TEXTS))]


@pytest.fixture
def table(tmp_path):
    """Write a set whose table has some other rows than the right ones; None leaves one out."""

    def write(**other):
        written = dict(zip(NAMES, TEXTS, strict=True))
        write_lines(tmp_path / "images", NAMES, TEXTS)
        written |= {f"{stem.removeprefix('_')}.png": text for stem, text in other.items()}
        rows = [f"{name},{text}" for name, text in written.items() if text is not None]
        (tmp_path / "labels.csv").write_text("\n".join(["filename,label", *rows]))
        return tmp_path

    return write


def both_ways(folder, message, left):
    with pytest.raises(LinocutError, match=message) as raised:
        load_strings(folder)
    assert "\n" not in str(raised.value)
    assert "--skip-bad" in str(raised.value)
    dataset = load_strings(folder, skip_bad=True)
    assert len(dataset.train) + len(dataset.test) == left
    assert any("Left out: " in note for note in dataset.notes)
    return dataset


def test_an_empty_text(table):
    both_ways(table(_0003=""), r"1 file: has an empty text \(images/0003.png\)", 23)


def test_a_text_longer_than_its_image_can_hold(table):
    both_ways(
        table(_0003="2345bc" * 9),
        r"longer than its image can hold \(images/0003.png: '2345bc2345bc.*' in \d+ columns",
        23,
    )


def test_a_symbol_that_no_other_image_has(table):
    dataset = both_ways(
        table(_0003="234q"),
        r"has a symbol that no other image has \(images/0003.png: q in '234q'\)",
        23,
    )
    assert "q" not in dataset.symbols


def test_leaving_one_out_may_leave_another_alone(table):
    both_ways(table(_0003="23xq", _0004="234x"), r"q in '23xq'", 22)


def test_an_image_without_text(table):
    both_ways(table(_0003=None), r"1 file: has no text in labels.csv \(images/0003.png\)", 23)


def test_a_text_without_image(table):
    both_ways(table(_9999="2345"), r"there is no such image \(9999.png: 2345\)", 24)


def test_a_row_of_three_cells(table):
    both_ways(table(_0003="23,45"), r"not one name and one text \(0003.png: line 5\)", 23)


def test_a_file_with_two_texts(table):
    folder = table()
    with (folder / "labels.csv").open("a") as file:
        file.write("\n0003.png,5555")
    both_ways(folder, rf"has two texts in labels.csv \(0003.png: {TEXTS[3]} and 5555\)", 23)


def test_an_image_that_cannot_be_read(table):
    folder = table()
    (folder / "images/0003.png").write_bytes(b"?")
    (folder / "images/0004.png").write_bytes(b"")
    both_ways(
        folder,
        r"2 files: cannot be read \(images/0003.png: not an image, images/0004.png: not an image\)",
        22,
    )


def test_a_text_of_two_lines_beside_an_image(tmp_path):
    write_lines(tmp_path, NAMES, TEXTS)
    for name, text in zip(NAMES, TEXTS, strict=True):
        (tmp_path / name).with_suffix(".txt").write_text(text)
    (tmp_path / "0003.txt").write_text("23\n45")
    (tmp_path / "0004.txt").write_bytes(b"\xff\xfe\xff")
    both_ways(tmp_path, r"of several lines \(0003.png: 2 lines\)", 22)


def test_boxes_are_no_texts(tmp_path):
    write_lines(tmp_path, NAMES, TEXTS)
    for name in NAMES:
        (tmp_path / name).with_suffix(".txt").write_text("0 0.5 0.5 0.1 0.2\n1 0.1 0.5 0.1 0.2\n")
    with pytest.raises(LinocutError, match="boxes of objects"):
        load_strings(tmp_path)


def test_several_things_are_told_in_one_line(table):
    folder = table(_0003="", _0004=None, _0005="q234")
    both_ways(folder, "has no text in .*; 1 file: has an empty text .*; 1 file: has a symbol", 21)


def test_nothing_left_is_said(tmp_path):
    write_lines(tmp_path, [f"{text}.png" for text in ["ab", "cd", "ef"]], ["ab", "cd", "ef"])
    with pytest.raises(LinocutError, match="no image is left in its training part"):
        load_strings(tmp_path, skip_bad=True)


def test_images_of_several_heights_become_one_with_their_aspect_kept(tmp_path):
    write_lines(tmp_path, [f"{text}.png" for text in TEXTS[:20]], TEXTS[:20], height=24)
    write_lines(tmp_path, [f"{text}.png" for text in TEXTS[20:]], TEXTS[20:], height=48)
    dataset = load_strings(tmp_path)
    images = [*dataset.train.images, *dataset.test.images]
    assert {image.shape[0] for image in images} == {24}
    assert any("24 to 48 pixels high were scaled to a height of 24" in n for n in dataset.notes)
    with Image.open(tmp_path / f"{TEXTS[20]}.png") as tall:
        names = [*dataset.train.names, *dataset.test.names]
        assert images[names.index(f"{TEXTS[20]}.png")].shape[1] == round(tall.width / 2)
    assert load_strings(tmp_path, height=16).train.height == 16


def test_tall_images_are_shrunk(tmp_path):
    write_lines(tmp_path, [f"{text}.png" for text in TEXTS], TEXTS, height=120)
    dataset = load_strings(tmp_path)
    assert dataset.train.height == 64
    assert dataset.intake.height == 64


def test_two_lines_of_glyphs_are_refused(tmp_path):
    for text in TEXTS:
        line = line_image(text)
        two = np.vstack([line, line])
        Image.fromarray(two).save(tmp_path / f"{text}.png")
    with pytest.raises(LinocutError, match=r"two lines of glyphs, .* 100% of the images .*\.png"):
        load_strings(tmp_path)


def test_accents_and_dots_are_no_second_line(tmp_path):
    written = ["iiii", "ëëii", "iëië", "::==", "=:=:", "ijij", "jjii", "jëjë", "ëjëj", "=i=i"]
    write_lines(tmp_path, [f"{text.replace(':', 'c')}.png" for text in written], written)
    assert len(load_strings(tmp_path).train)


# ---- polarity ----------------------------------------------------------------


@pytest.mark.parametrize("dark", [True, False])
def test_paper_is_zero_whichever_ink_is_dark(tmp_path, dark):
    write_lines(tmp_path, [f"{text}.png" for text in TEXTS], TEXTS, dark=dark)
    dataset = load_strings(tmp_path)
    assert all(image[0, 0] == 0 and image.max() > 200 for image in dataset.train.images)


def test_a_set_of_mixed_polarity_is_judged_image_by_image(tmp_path):
    names = [f"{text}.png" for text in TEXTS]
    write_lines(tmp_path, names[:12], TEXTS[:12], dark=True)
    write_lines(tmp_path, names[12:], TEXTS[12:], dark=False)
    dataset = load_strings(tmp_path)
    assert dataset.intake.ink == "each"
    assert all(image[0, 0] == 0 for image in (*dataset.train.images, *dataset.test.images))


def test_the_intake_prepares_a_file_as_the_set_was(tmp_path):
    write_lines(tmp_path, [f"{text}.png" for text in TEXTS], TEXTS)
    dataset = load_strings(tmp_path)
    again = dataset.intake.read(tmp_path / dataset.test.names[0])
    assert (again == dataset.test.images[0]).all()
    with pytest.raises(LinocutError, match=r"nosuch\.png"):
        dataset.intake.read(tmp_path / "nosuch.png")


def test_files_of_more_than_eight_bits_are_read_on_one_scale(tmp_path):
    for text in TEXTS:
        grey = line_image(text).astype(np.uint16) * 16
        Image.fromarray(grey).save(tmp_path / f"{text}.png")
    dataset = load_strings(tmp_path)
    assert dataset.intake.white == 4095
    assert all(image.max() > 200 for image in dataset.train.images)


# ---- parts -------------------------------------------------------------------


def test_copies_of_one_image_stay_together(tmp_path):
    names = [f"{text}{copy}.png" for text in TEXTS for copy in ("", "_1", "_2")]
    write_lines(tmp_path, names, [text for text in TEXTS for _ in range(3)])
    for seed in range(5):
        dataset = load_strings(tmp_path, seed=seed)
        assert not {*dataset.train.texts} & {*dataset.test.texts}


def test_every_symbol_of_the_test_part_is_in_the_training_part(tmp_path):
    written = [*TEXTS, "zz23", "2z34"]
    write_lines(tmp_path, [f"{text}.png" for text in written], written)
    for seed in range(8):
        dataset = load_strings(tmp_path, seed=seed, test_size=0.5)
        seen = {symbol for text in dataset.train.symbols for symbol in text}
        assert seen == set(dataset.symbols)


def test_the_ordered_split_keeps_the_last_images(tmp_path):
    write_lines(tmp_path, [f"{k:04d}_{text}.png" for k, text in enumerate(TEXTS)], TEXTS)
    dataset = load_strings(tmp_path, split="ordered", test_size=0.25)
    assert max(dataset.train.names) < min(dataset.test.names)
    assert len(dataset.test) == 6


def test_a_test_part_of_its_own_is_kept(tmp_path):
    for part in ("train", "test"):
        write_lines(tmp_path / part, [f"{text}.png" for text in TEXTS], TEXTS)
    with pytest.raises(LinocutError, match="leave out --split ordered"):
        load_strings(tmp_path, split="ordered")
    assert len(load_strings(tmp_path, rows=10).train) == 10
