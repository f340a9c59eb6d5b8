"""Files that promise more than they hold, or hold far more than they show: one line, and soon."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fuzz.readers import reader_of
from linocut.core import LinocutError
from linocut.data import load_dataset

LABELS = np.arange(12) % 3
CORPUS = Path(__file__).parents[3] / "fuzz" / "corpus"


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def npz(path, images, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("images.npy", images)
        archive.writestr("labels.npy", npy(LABELS))
    return path


def headed(text, body=b"x" * 100):
    text = text.encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + body


def a_terabyte(folder):
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1000000, 1000, 1000), }"
    return npz(folder / "a.npz", headed(header))


def a_header_that_is_a_program(folder):
    header = "{'descr': " + "(" * 5000 + "'|u1', 'fortran_order': False, 'shape': (1, 1), }"
    return npz(folder / "a.npz", headed(header))


def letters_that_do_not_exist(folder):
    path = npz(folder / "a.npz", npy(np.zeros((12, 3, 3), np.uint8)))
    names = npy(np.array(["abc"] * 3))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("class_names.npy", names[:-4] + b"\xff\xff\xff\xff")
    return path


def a_zip_of_a_version_to_come(folder):
    path = npz(folder / "a.npz", npy(np.zeros((12, 3, 3), np.uint8)))
    data = path.read_bytes()
    data = data.replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff")
    path.write_bytes(data)
    return path


def a_broken_lzma_stream(folder):
    path = npz(folder / "a.npz", npy(np.zeros((12, 3, 3), np.uint8)), zipfile.ZIP_LZMA)
    data = bytearray(path.read_bytes())
    data[60:80] = bytes(20)
    path.write_bytes(data)
    return path


def zeros(folder):
    path = folder / "a.npz"
    return npz(path, npy(np.zeros((12, 1000, 1000), np.uint8)), zipfile.ZIP_LZMA)


def a_csv_bomb(folder):
    lines = (b"1," + b"0," * 783 + b"7\n0," + b"0," * 783 + b"0\n") * 500
    with gzip.open(folder / "a.csv.gz", "wb", compresslevel=1) as file:
        for _ in range(60):
            file.write(lines)
    return folder / "a.csv.gz"


def one_endless_line(folder):
    with gzip.open(folder / "a.csv.gz", "wb", compresslevel=1) as file:
        for _ in range(10):
            file.write(b"0," * 500_000)
    return folder / "a.csv.gz"


def a_pixel_of_4400_digits(folder):
    rows = "1,1,2,3,4\n0,1,2,3,4\n" * 2
    (folder / "a.csv").write_text(f"label,a,b,c,d\n{rows}1,1,2,3,{'9' * 4400}\n")
    return folder / "a.csv"


def an_svmlight_row_without_end(folder):
    (folder / "a.svm").write_text("1 1:1 999999999:1\n2 3:1\n")
    return folder / "a.svm"


def an_hdf5_array_that_was_never_written(folder):
    h5py = pytest.importorskip("h5py")
    with h5py.File(folder / "a.h5", "w") as file:
        file.create_dataset("images", (10**6, 1000, 1000), "u1", chunks=True)
        file["labels"] = LABELS
    return folder / "a.h5"


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (a_terabyte, "promises 1,000,000,000,000 bytes, the file holds 100"),
        (a_header_that_is_a_program, "its header is not that of an array"),
        (letters_that_do_not_exist, "letters that do not exist"),
        (a_zip_of_a_version_to_come, "zip file version 25.5"),
        (a_broken_lzma_stream, "is not a zip file that can be read"),
        (zeros, "decompression bomb"),
        (a_csv_bomb, r"decompression bomb: more than [\d,]+ bytes"),
        (one_endless_line, "a line of more than 4,000,000 characters"),
        (a_pixel_of_4400_digits, "line 6, column 5: pixel '9{29}…'"),
        (an_svmlight_row_without_end, "2 rows of 999,999,999 pixels"),
        (an_hdf5_array_that_was_never_written, "promises 1,000,000,000,000 bytes"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_it_is_refused_in_one_line(tmp_path, write, told):
    with pytest.raises(LinocutError, match=told) as caught:
        load_dataset(write(tmp_path))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_pixels_that_only_signal_are_refused_without_a_warning(tmp_path):
    images = np.zeros((12, 3, 3), np.float32)
    images.view(np.uint32)[0, 0, 0] = 0x7F800001  # no number, and one that arithmetic tells of
    with pytest.raises(LinocutError, match="not a finite number"):
        load_dataset(npz(tmp_path / "a.npz", npy(images)))


def test_a_line_break_in_a_name_breaks_no_message(tmp_path):
    for k, size in enumerate((8, 8, 9)):
        folder = tmp_path / "a\nb" if k else tmp_path / "c"
        folder.mkdir(exist_ok=True)
        Image.fromarray(np.full((size, 8), 40 * k, np.uint8)).save(folder / f"{k}.png")
    with pytest.raises(LinocutError, match=r"2 sizes.* a\\nb/2\.png") as caught:
        load_dataset(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["idx", "gzip", "npz", "csv", "downloads", "matlab", "hdf5", "folders"]
)
def test_damaged_files_are_read_or_refused(name):
    needed = {"downloads": "pyarrow", "hdf5": "h5py"}
    if name in needed:
        pytest.importorskip(needed[name])
    reader = reader_of(name)
    seeds = reader.seeds()
    for seed in seeds:
        reader.read(seed)
    kept = [path.read_bytes() for path in (CORPUS / name).glob("*")]
    changed = [reader.mutated(seeds, np.random.default_rng([1, k])) for k in range(200)]
    for data in kept + changed:
        try:
            reader.read(data)
        except LinocutError as error:
            assert "\n" not in str(error)
