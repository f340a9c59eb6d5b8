"""From a folder to a model file, and what is done with it: fit, predict, show, export, explain."""

import csv
import io
import json
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from linocut.classifier import load_model
from linocut.data import load_dataset
from support.pages import document_in
from support.photos import write_photos

NAMES = [f"digit {k}" for k in range(10)]


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "photos"
    digits = load_dataset("digits").train
    images = np.kron(digits.images[:250], np.ones((3, 3), np.uint8))
    return write_photos(folder, images, digits.labels[:250], NAMES)


@pytest.fixture(scope="module")
def model_file(run_in, photos):
    done = run_in(photos.parent, "fit", photos, "--normalise", "--rung", "softmax")
    assert done.returncode == 0, done.stderr
    assert "wrote photos.linocut (softmax, " in done.stderr
    return photos.parent / "photos.linocut"


@pytest.fixture
def fitted(model_file, tmp_path):
    return shutil.copy(model_file, tmp_path / "m.linocut")


def some_files(photos, count=4):
    return sorted(photos.rglob("*.png"))[:count]


def test_a_photo_is_explained_as_its_row_is(linocut, photos):
    """By file, an image used not to be normalised."""
    dataset = load_dataset(photos, normalise=True)
    file = photos / dataset.test.names[0]
    options = ("--normalise", "--rung", "softmax", "--json")
    by_file = json.loads(linocut("explain", photos, file, *options).stdout)
    by_row = json.loads(linocut("explain", photos, "--index", 0, *options).stdout)
    assert by_file["image"] == by_row["image"]
    assert by_file["pixels"] == by_row["pixels"]


def test_a_model_file_classifies_explains_and_is_shown(linocut, photos, fitted):
    files = some_files(photos)
    lines = linocut("predict", fitted, *files).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == [str(file) for file in files]
    assert all("digit" in line for line in lines)
    shown = json.loads(linocut("show", fitted, "--json").stdout)
    assert shown["class_names"] == NAMES
    assert shown["intake"]["box"] == 20
    assert shown["provenance"]["rung"] == "softmax"
    assert "softmax" in linocut("show", fitted).stdout
    told = linocut("explain", fitted, files[0]).stdout
    assert "rather than" in told


def test_what_is_predicted_is_what_the_library_says(linocut, photos, fitted):
    model = load_model(fitted)
    files = some_files(photos, 12)
    P = model.predict_proba(files)
    lines = linocut("predict", fitted, *files, "--json", "--top", 3).stdout.splitlines()
    for line, file, p in zip(map(json.loads, lines), files, P, strict=True):
        best = np.argsort(-p, kind="stable")[:3]
        assert line["file"] == str(file)
        assert line["class"] == line["top"][0]["class"] == NAMES[best[0]]
        shares = [each["probability"] for each in line["top"]]
        assert shares == pytest.approx(p[best], rel=1e-4)


def test_predictions_come_as_csv_and_parquet(linocut, photos, fitted, tmp_path, need_extra):
    need_extra("pyarrow")
    import pyarrow.parquet as pq

    table = list(csv.DictReader(io.StringIO(linocut("predict", fitted, photos, "--csv").stdout)))
    assert len(table) == 250
    assert {row["rank"] for row in table} == {"1"}
    done = linocut("predict", fitted, photos, "--parquet", "-o", "out.parquet")
    assert done.returncode == 0, done.stderr
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["class"] for row in rows] == [row["class"] for row in table]


def test_a_bad_file_is_one_line_and_does_not_stop_the_others(linocut, photos, fitted, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no image")
    first, second = some_files(photos, 2)
    done = linocut("predict", fitted, first, bad, tmp_path / "none.png", second)
    assert done.returncode == 2
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == [str(first), str(second)]
    assert f"linocut: {bad}: not an image" in done.stderr
    assert f"linocut: {tmp_path / 'none.png'}: no such file or folder" in done.stderr
    assert "2 files could not be read" in done.stderr


def test_an_image_of_one_grey_is_told(linocut, fitted, photos, tmp_path):
    Image.new("L", (20, 20), 255).save(tmp_path / "blank.png")
    done = linocut("predict", fitted, "blank.png", *some_files(photos, 1))
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == (
        "warning: blank.png is one grey throughout: nothing in it led to this answer\n"
    )


def test_a_table_is_classified_row_by_row(linocut, tmp_path):
    assert linocut("fit", "digits", "--rung", "nearest-mean", "-o", "d.linocut").returncode == 0
    digits = load_dataset("digits").test
    np.savez(tmp_path / "a.npz", x_test=digits.images, y_test=digits.labels)
    lines = linocut("predict", "d.linocut", "a.npz", "--json").stdout.splitlines()
    said = [json.loads(line)["class"] for line in lines]
    assert np.mean([int(a) == b for a, b in zip(said, digits.labels, strict=True)]) > 0.85


def test_a_model_is_exported(linocut, fitted, tmp_path, need_extra):
    need_extra("onnx")
    done = linocut("export", fitted, "--onnx", "m.onnx", "--c", "m.c", "--json", "m.json")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "m.onnx").stat().st_size > 30_000
    assert "linocut_predict" in (tmp_path / "m.c").read_text()
    assert json.loads((tmp_path / "m.json").read_text())["classes"] == NAMES
    small = linocut("export", fitted, "--c", "q.c", "--quantised", "--measure", "digits")
    assert small.returncode == 2  # other classes
    assert "has no class 'digit 0'" in small.stderr


def test_a_model_becomes_a_page_with_images_to_begin_from(linocut, fitted, photos, tmp_path):
    done = linocut("export", fitted, "--html", "page.html", "--samples", photos)
    assert done.returncode == 0, done.stderr
    assert "wrote page.html" in done.stderr
    held = document_in(tmp_path / "page.html")
    assert held["name"] == "m"
    assert set(held["samples"]["labels"]) == set(NAMES)


def test_a_model_file_stands_where_a_dataset_does(linocut, fitted, tmp_path):
    for command, wrote in (
        (["templates", "m.linocut"], "photos-templates.png"),
        (["replay", "m.linocut", "--of", "fit", "-o", "r.png"], "r.png"),
        (["explain", "m.linocut", "--index", 0, "-o", "why.png"], "why.png"),
        (["report", "m.linocut"], "m-report.html"),
    ):
        done = linocut(*command)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / wrote).stat().st_size > 1000
    assert re.search(r"Softmax regression: [0-9.]+ % of \d+ test images correctly", done.stderr)


def test_a_report_keeps_the_model_that_it_recommends(linocut, tmp_path):
    done = linocut("report", "--rungs", "nearest-mean,softmax", "--save", "best.linocut")
    assert done.returncode == 0, done.stderr
    assert "wrote best.linocut (softmax)" in done.stderr
    assert load_model(tmp_path / "best.linocut").provenance_.rung == "softmax"


def test_without_a_rung_the_recommended_linear_one_is_kept(linocut, tmp_path):
    done = linocut("fit", "digits", "--budget", 3)
    assert done.returncode == 0, done.stderr
    origin = load_model(tmp_path / "digits.linocut").provenance_
    assert f"digits.linocut ({origin.rung}, " in done.stderr
    assert origin.accuracy > 0.9


def test_other_images_than_the_model_was_fitted_on_are_told(linocut, fitted):
    done = linocut("templates", "m.linocut", "--seed", 7)
    assert done.returncode == 0
    assert "are not those that m.linocut was fitted on" in done.stderr


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["fit", "digits", "--rung", "lenet"], "--rung lenet — only linear models can be saved"),
        (["fit", "digits", "--rung", "softmax", "--budget", "3"], "give one of them"),
        (["fit", "digits", "-o", "no/where.linocut"], "does not exist"),
        (["predict", "none.linocut", "a.png"], "none.linocut"),
        (["predict", "m.linocut", "a.png", "--top", "0"], "--top 0 — a number from 1 up"),
        (["predict", "m.linocut", "a.png", "--json", "--csv"], "give one of them"),
        (["predict", "m.linocut", "a.png", "--parquet"], "--parquet needs -o FILE"),
        (["show", "pyproject.linocut"], "pyproject.linocut"),
        (["export", "m.linocut"], "nothing to write"),
        (["export", "m.linocut", "--json", "a", "--quantised"], "goes with --c FILE"),
        (["export", "m.linocut", "--json", "a", "--samples", "digits"], "goes with --html FILE"),
        (["explain", "m.linocut", "a.png", "--rung", "softmax"], "is a model already"),
        (["templates", "m.linocut", "--normalise"], "knows how images are prepared"),
        (["templates", "digits", "--data", "mnist"], "goes with a model file"),
        (["report", "m.linocut", "--save", "a.linocut"], "is a model already"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_one_line_before_any_work(linocut, tmp_path, command, told):
    (tmp_path / "a.png").write_bytes(b"")
    done = linocut(*command)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("linocut: ")
    assert told in last
    assert {path.name for path in tmp_path.iterdir()} == {"a.png"}
