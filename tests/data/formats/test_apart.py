"""Where a library crashes or hangs in its own process, a line says so, and reading goes on."""

import subprocess
import sys
import threading

import numpy as np
import pytest
from scipy.io import savemat

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.data.formats.apart import Library, library, opened

ARRAYS = {
    "bytes": np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
    "floats": np.linspace(0, 1, 6).reshape(3, 2).T,
    "text": np.array(["abc", "déf"]),
    "none": np.zeros(0),
    "numbers": np.array([[1, -2], [3, 4]], ">i2"),
}


@pytest.fixture
def mat(tmp_path):
    path = tmp_path / "a.mat"
    savemat(path, ARRAYS)
    return path


def program(tmp_path, monkeypatch, *lines):
    """Let a few lines stand for the other process, which says first that it is ready."""
    path = tmp_path / "child.py"
    ready = "import os, sys, time; out = sys.stdout.buffer; out.write(b'{}\\n'); out.flush()"
    path.write_text("\n".join([ready, "sys.stdin.readline()", *lines]))
    monkeypatch.setattr(library, "PROGRAM", path)


def test_arrays_come_as_they_are(mat):
    with Library("matlab") as reading:
        assert set(reading.open(mat)["keys"]) == set(ARRAYS)
        for key, expected in ARRAYS.items():
            found = reading.array(key)
            assert found.dtype.kind == expected.dtype.kind
            assert found.shape == expected.shape
            assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["os.abort()"], "its library crashed"),
        (["os._exit(0)"], "its library crashed"),
        (["time.sleep(60)"], "its library did not end within"),
        (["out.write(b'{\"keys\": [1, 2]}\\n'); out.flush(); time.sleep(60)"], "crashed"),
        (["out.write(b'\\xff\\n'); out.flush(); time.sleep(60)"], "crashed"),
        (["out.write(b'[]\\n'); out.flush(); time.sleep(60)"], "crashed"),
        (["out.write(b'{\"keys\": ')"], "crashed"),
    ],
    ids=["abort", "exit", "hang", "numbers for names", "no text", "a list", "half a line"],
)
def test_an_end_without_an_answer_is_one_line(mat, tmp_path, monkeypatch, lines, told):
    program(tmp_path, monkeypatch, *lines)
    monkeypatch.setattr(library, "READING", 1.0)
    with Library("matlab") as reading, pytest.raises(LinocutError, match=told) as caught:
        reading.open(mat)
    assert str(caught.value).startswith(f"{mat}: is not MATLAB that can be read")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "head",
    [
        '{"dtype": "|u1", "shape": [4], "columns_first": false}',  # and two bytes
        '{"dtype": "|O", "shape": [1], "columns_first": false}',
        '{"dtype": "<f8", "shape": [99999999999999], "columns_first": false}',
        '{"dtype": "<f8", "shape": [-1], "columns_first": false}',
        '{"dtype": "nonsense", "shape": [1], "columns_first": false}',
        '{"shape": [1]}',
    ],
)
def test_an_array_that_makes_no_sense_is_one_line(mat, tmp_path, monkeypatch, head):
    keys = 'out.write(b\'{"keys": ["x"]}\\n\'); out.flush(); sys.stdin.readline()'
    program(tmp_path, monkeypatch, keys, f"out.write(b'{head}\\nxx')")
    with Library("matlab") as reading:
        reading.open(mat)
        with pytest.raises(LinocutError, match="its library crashed"):
            reading.array("x")
        with pytest.raises(LinocutError, match="its library crashed"):
            reading.array("x")


def test_the_next_file_is_read_by_a_new_process(mat, tmp_path):
    with Library("matlab") as reading:
        reading.open(mat)
        first = reading._process
        first.kill()
        first.wait()
        with pytest.raises(LinocutError, match="crashed"):
            reading.array("bytes")
        assert "bytes" in reading.open(mat)["keys"]
        second = reading._process
    assert second is not first
    assert second.returncode is not None  # none is left behind


def test_a_program_that_does_not_start_is_one_line(mat, tmp_path, monkeypatch):
    monkeypatch.setattr(library, "PROGRAM", tmp_path / "absent.py")
    with Library("matlab") as reading, pytest.raises(LinocutError, match="did not start"):
        reading.open(mat)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with Library("matlab") as reading, pytest.raises(LinocutError, match="did not start"):
        reading.open(mat)


def test_what_a_library_prints_is_no_answer(tmp_path):
    """Whatever it writes to the output that it knows goes nowhere."""
    from linocut.data.formats.apart import child

    code = (
        "import sys, os; sys.argv = ['child.py', 'noisy']\n"
        "import runpy; child = runpy.run_path(sys.orig_argv[-1])\n"
        "class Noisy:\n"
        "    def __init__(self): os.write(1, b'hello')\n"
        "child['KINDS']['noisy'] = Noisy; child['main']()"
    )
    run = [sys.executable, "-c", code, child.__file__]
    done = subprocess.run(run, input=b"", capture_output=True, check=True)
    assert done.stdout == b'{"ready": true}\n'


def test_within_one_call_files_share_a_process_and_threads_do_not():
    with opened("matlab") as outer, opened("matlab") as inner:
        assert inner is outer
        others = []

        def ask():
            with opened("matlab") as other:
                others.append(other)

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        assert others[0] is not outer


def test_a_file_of_the_place_where_it_starts_is_not_imported(mat, tmp_path, monkeypatch):
    (tmp_path / "scipy.py").write_text("raise SystemExit")
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with Library("matlab") as reading:
        assert reading.open(mat)["keys"]


def test_arrays_of_objects_are_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["images"] = np.zeros((4, 3, 3), [("a", "u1"), ("b", "u1")])
        file["labels"] = np.arange(4)
    with pytest.raises(LinocutError, match=r"images is an array of .* numbers or text are"):
        load_dataset(tmp_path / "a.h5")


def test_names_of_arrays_that_cannot_be_printed_stay_in_one_line(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["a\nb"] = file["\x1b[31m"] = np.zeros(3)
    with pytest.raises(LinocutError, match="holds �\\[31m, a�b — images and labels are needed"):
        load_dataset(tmp_path / "a.h5")
