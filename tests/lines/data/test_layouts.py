"""Strings as they lie on a disk: each layout is found, said, and told from classes."""

import pytest

from linocut.core import LinocutError
from linocut.lines import load_strings, strings_or_classes
from support.files import toy_images, write_images
from support.lines import texts, write_lines

TEXTS = texts()
NUMBERED = [f"{k:04d}.png" for k in range(len(TEXTS))]


def in_a_table(folder, written=TEXTS, header="filename,label", name="labels.csv"):
    write_lines(folder / "images", NUMBERED, written)
    rows = [f"{file},{text}" for file, text in zip(NUMBERED, written, strict=True)]
    (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def in_names(folder):
    return write_lines(folder, [f"{text}.png" for text in TEXTS], TEXTS)


def in_names_with_copies(folder):
    write_lines(folder, [f"{text}.png" for text in TEXTS], TEXTS)
    return write_lines(folder, [f"{text}_1.png" for text in TEXTS[:9]], TEXTS[:9])


def in_names_behind_a_number(folder):
    names = [f"IMG_{k:04d}_{text}.png" for k, text in enumerate(TEXTS)]
    return write_lines(folder, names, TEXTS)


def beside(folder, ending=".txt"):
    write_lines(folder, NUMBERED, TEXTS)
    for name, text in zip(NUMBERED, TEXTS, strict=True):
        (folder / name).with_suffix(ending).write_text(f"{text}\n")
    return folder


def beside_as_tesseract_has_them(folder):
    return beside(folder, ".gt.txt")


def in_an_index(folder, between="\t", name="rec_gt.txt", below="crops/"):
    write_lines(folder / below, NUMBERED, TEXTS)
    rows = [f"{below}{file}{between}{text}" for file, text in zip(NUMBERED, TEXTS, strict=True)]
    (folder / name).write_text("\n".join(rows))
    return folder


def in_an_index_with_blanks(folder):
    return in_an_index(folder, " ")


def in_an_index_with_quotes(folder):  # as ICDAR has them
    write_lines(folder, NUMBERED, TEXTS)
    rows = [f'{file}, "{text}"' for file, text in zip(NUMBERED, TEXTS, strict=True)]
    (folder / "gt.txt").write_text("\n".join(rows))
    return folder


def in_an_index_as_iam_has_them(folder):
    write_lines(folder / "words/a01", NUMBERED, TEXTS)
    rows = [f"{file[:4]} ok 154 408 768 27 51 AT {text}"
            for file, text in zip(NUMBERED, TEXTS, strict=True)]  # fmt: skip
    (folder / "words.txt").write_text("\n".join(["#--- words ---#", *rows]))
    return folder


def in_a_table_with_other_columns(folder):
    write_lines(folder, NUMBERED, TEXTS)
    rows = [
        f"{k};{text};{file}" for k, (file, text) in enumerate(zip(NUMBERED, TEXTS, strict=True))
    ]
    (folder / "train.csv").write_text("\n".join(["no;text;image", *rows]))
    return folder


def wrapped(folder):
    in_a_table(folder / "archive" / "samples")
    return folder


LAYOUTS = [
    (in_a_table, "in labels.csv"),
    (in_names, "in the files' names"),
    (in_names_with_copies, "in the files' names"),
    (in_names_behind_a_number, "in the files' names"),
    (beside, "in a .txt beside each image"),
    (beside_as_tesseract_has_them, "in a .txt beside each image"),
    (in_an_index, "in rec_gt.txt"),
    (in_an_index_with_blanks, "in rec_gt.txt"),
    (in_an_index_with_quotes, "in gt.txt"),
    (in_an_index_as_iam_has_them, "in words.txt"),
    (in_a_table_with_other_columns, "in train.csv"),
    (wrapped, "in labels.csv"),
]


@pytest.mark.parametrize(
    ("layout", "where"), LAYOUTS, ids=lambda each: getattr(each, "__name__", "")
)
def test_each_layout_is_found_and_said(tmp_path, layout, where):
    folder = layout(tmp_path / "set")
    verdict = strings_or_classes(folder)
    assert verdict.strings
    assert where in verdict.why
    dataset = load_strings(folder)
    found = [*dataset.train.texts, *dataset.test.texts]
    assert set(found) == set(TEXTS)
    assert dataset.symbols == tuple("2345bc")
    assert {image.shape[0] for image in dataset.train.images} == {24}


def test_every_image_keeps_its_own_text(tmp_path):
    folder = in_a_table(tmp_path)
    dataset = load_strings(folder)
    for part in (dataset.train, dataset.test):
        for name, text in zip(part.names, part.texts, strict=True):
            assert TEXTS[int(name.removeprefix("images/")[:4])] == text


def test_the_table_or_the_folder_of_images_may_be_named_as_well(tmp_path):
    folder = in_a_table(tmp_path)
    by_table = load_strings(folder / "labels.csv")
    assert by_table.train.texts == load_strings(folder).train.texts
    assert by_table.name == folder.name


@pytest.mark.parametrize(
    "header", ["image,text", "file;transcription", "path\tlabel", "id,captcha"]
)
def test_columns_may_have_other_names(tmp_path, header):
    between = next(each for each in ",;\t" if each in header)
    write_lines(tmp_path / "images", NUMBERED, TEXTS)
    rows = [f"{file}{between}{text}" for file, text in zip(NUMBERED, TEXTS, strict=True)]
    (tmp_path / "labels.csv").write_text("\n".join([header, *rows]))
    assert strings_or_classes(tmp_path).strings
    assert set(load_strings(tmp_path).train.texts) <= set(TEXTS)


def test_folders_train_and_test_are_the_parts(tmp_path):
    in_a_table(tmp_path / "train")
    in_names(tmp_path / "test")
    dataset = load_strings(tmp_path)
    assert (len(dataset.train), len(dataset.test), dataset.split) == (24, 24, "given")


def test_two_indexes_are_the_parts(tmp_path):
    write_lines(tmp_path, NUMBERED, TEXTS)
    rows = [f"{file}\t{text}" for file, text in zip(NUMBERED, TEXTS, strict=True)]
    (tmp_path / "gt_train.txt").write_text("\n".join(rows[:16]))
    (tmp_path / "gt_test.txt").write_text("\n".join(rows[16:]))
    dataset = load_strings(tmp_path)
    assert dataset.train.texts == tuple(TEXTS[:16])
    assert dataset.test.texts == tuple(TEXTS[16:])


def test_two_tables_are_asked_about(tmp_path):
    in_a_table(tmp_path)
    in_a_table(tmp_path, name="more.csv")
    with pytest.raises(LinocutError, match=r"which file holds the texts .*--labels"):
        load_strings(tmp_path)
    assert load_strings(tmp_path, labels=tmp_path / "more.csv").loaded_with.labels


@pytest.mark.parametrize("lengths", [(4, 5, 6), (1, 2, 7)])
def test_lengths_may_be_mixed(tmp_path, lengths):
    written = texts(40, lengths=lengths)
    write_lines(tmp_path, [f"{text}.png" for text in written], written)
    dataset = load_strings(tmp_path)
    assert {len(text) for text in dataset.train.texts} == set(lengths)


def test_repeated_symbols_stay_two_and_leading_zeros_stay(tmp_path):
    written = ["0044", "4400", "0404", "0440", "4004", "4040", "0004", "4000", "0400", "0040"]
    write_lines(tmp_path / "images", NUMBERED[:10], written)
    rows = [f"{file},{text}" for file, text in zip(NUMBERED[:10], written, strict=True)]
    (tmp_path / "labels.csv").write_text("\n".join(["filename,label", *rows]))
    dataset = load_strings(tmp_path)
    assert {*dataset.train.texts, *dataset.test.texts} == set(written)
    assert dataset.train.symbols[0] == tuple(dataset.train.texts[0])


# ---- what is not strings -----------------------------------------------------


def folders_of_classes(folder):
    return write_images(folder, *toy_images(60))


def a_table_of_classes(folder):
    images, labels = toy_images(60)
    write_images(folder, images, ["images"] * 60)
    rows = [f"{k}.png,{('cat', 'dog', 'mouse')[label]}" for k, label in enumerate(labels)]
    (folder / "labels.csv").write_text("\n".join(["filename,label", *rows]))
    return folder


def a_hundred_classes_in_square_images(folder):
    images, _ = toy_images(400, (12, 12))
    write_images(folder, images, ["images"] * 400)
    rows = [f"{k}.png,{k % 100:02d}" for k in range(400)]
    (folder / "labels.csv").write_text("\n".join(["filename,label", *rows]))
    return folder


def classes_in_names(folder):
    images, labels = toy_images(60)
    folder.mkdir()
    from PIL import Image

    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        Image.fromarray(image).save(folder / f"{label}_{k:05d}.png")
    return folder


def folders_of_classes_and_a_table_of_all(folder):
    write_images(folder, *toy_images(60), names=["ab", "cd", "ef"])
    files = sorted(folder.rglob("*.png"))
    rows = [f"{path.relative_to(folder)},{path.parent.name}" for path in files]
    (folder / "labels.csv").write_text("\n".join(["filename,label", *rows]))
    return folder


def numbered_images(folder):
    return write_lines(folder, NUMBERED, TEXTS)


def folders_of_classes_with_captions(folder):
    write_images(folder, *toy_images(60))
    for k, path in enumerate(sorted(folder.rglob("*.png"))):
        path.with_suffix(".txt").write_text(f"caption {k}")
    (folder / "README.txt").write_text("Images with captions.\n")
    return folder


def a_table_of_pixels(folder):
    folder.mkdir()
    (folder.parent / "other").mkdir()
    in_names(folder.parent / "other")  # images elsewhere are no business of the table
    path = folder.parent / "train.csv"
    path.write_text("\n".join(["label,p0,p1,p2,p3", *(f"{k % 3},0,9,8,7" for k in range(40))]))
    return path


@pytest.mark.parametrize(
    "layout",
    [
        folders_of_classes,
        folders_of_classes_with_captions,
        a_table_of_pixels,
        a_table_of_classes,
        a_hundred_classes_in_square_images,
        classes_in_names,
        folders_of_classes_and_a_table_of_all,
        numbered_images,
    ],
)
def test_classes_are_no_strings(tmp_path, layout):
    verdict = strings_or_classes(layout(tmp_path / "set"))
    assert not verdict.strings
    assert verdict.why


def test_two_figures_in_wide_images_are_strings_though_each_comes_again(tmp_path):
    written = [f"{k % 60 + 10}" for k in range(300)]
    names = [f"{k}.png" for k in range(300)]
    write_lines(tmp_path / "images", names, written, height=12)
    rows = [f"{name},{text}" for name, text in zip(names, written, strict=True)]
    (tmp_path / "labels.csv").write_text("\n".join(["filename,label", *rows]))
    verdict = strings_or_classes(tmp_path)
    assert verdict.strings
    assert "60 different texts" in verdict.why
