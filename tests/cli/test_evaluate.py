"""``linocut evaluate``, as a person meets it."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from linocut.cli.evaluation.sections import SECTIONS
from linocut.data import load_dataset
from support.files import toy_images, write_images


@pytest.fixture(scope="session")
def models(run_in, tmp_path_factory):
    """A folder with a model of the digits, fitted on a split in order."""
    folder = tmp_path_factory.mktemp("models")
    for split in ("ordered", "stratified"):
        done = run_in(
            folder, "fit", "digits", "--split", split, "--rung", "softmax", "-o", f"{split}.linocut"
        )
        assert done.returncode == 0, done.stderr
    return folder


def test_a_model_is_judged_on_the_set_that_it_was_fitted_on(linocut, models):
    done = linocut("evaluate", models / "ordered.linocut")
    assert done.returncode == 0, done.stderr
    checks, metrics = done.stdout.split("\n\n")
    assert checks.startswith("Checks (")
    assert "writers on both sides" in checks.splitlines()[-1]  # not asked
    assert "of 359 images correctly classified" in metrics
    done = linocut("evaluate", models / "stratified.linocut", "--of", "checks")
    assert "warning: writers on both sides, 7" in done.stdout
    assert "--split ordered" in done.stdout


def test_a_rung_is_fitted_and_judged_on_the_spot(linocut):
    done = linocut("evaluate", "digits", "--rung", "nearest-mean", "--of", "metrics")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Metrics (")


def test_json_is_one_document_with_every_section(linocut, models):
    done = linocut("evaluate", models / "ordered.linocut", "--json")
    found = json.loads(done.stdout)
    assert found["dataset"] == "digits"
    assert found["model"] == "softmax"
    assert set(found["seconds"]) == {section.name for section in SECTIONS}
    names = {check["name"] for check in found["checks"]["review"]["checks"]}
    assert {"overfitting", "simpler models", "convergence"} <= names
    assert found["metrics"]["test"]["n"] == 359


def test_a_folder_holds_figures_tables_and_the_document(linocut, models, tmp_path):
    done = linocut("evaluate", models / "ordered.linocut", "-o", "found", "--json")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "found"
    assert json.loads((folder / "evaluation.json").read_text()) == json.loads(done.stdout)
    with (folder / "checks-review.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {"level", "check", "figure", "meaning", "advice"} == rows[0].keys()
    with Image.open(folder / "metrics-test.png") as figure:
        assert figure.width > 600
    assert not list(folder.glob(".*"))
    again = linocut("evaluate", models / "ordered.linocut", "-o", "found", "--of", "metrics")
    assert again.returncode == 0, again.stderr


def test_other_images_are_judged_all_of_them(linocut, models, tmp_path):
    digits = load_dataset("digits", split="ordered")
    rows = np.flatnonzero(digits.test.labels < 3)
    write_images(tmp_path / "others", digits.test.images[rows], digits.test.labels[rows])
    done = linocut("evaluate", models / "ordered.linocut", "others")
    assert done.returncode == 0, done.stderr
    assert f"all {len(rows)} images of others are judged" in done.stderr
    assert "Checks" not in done.stdout
    assert f"of {len(rows)} images correctly classified" in done.stdout


def test_the_same_set_by_name_is_the_one_it_was_fitted_on(linocut, models):
    plain = linocut("evaluate", models / "ordered.linocut", "--of", "metrics", "--json")
    named = linocut("evaluate", models / "ordered.linocut", "digits", "--of", "metrics", "--json")
    one, other = (json.loads(done.stdout)["metrics"] for done in (plain, named))
    assert one == other


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["digits", "--of", "magic"], "'magic' is no section — known: checks"),
        (["digits", "digits"], "a second dataset goes with a model file"),
        (["absent.linocut"], "absent.linocut"),
        (["digits", "--rung", "magic"], "'magic'"),
        (["digits", "-o", "nowhere/found"], "nowhere does not exist"),
        (["digits", "-o", "taken"], "taken is a file"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(linocut, tmp_path, arguments, named):
    (tmp_path / "taken").write_text("")
    refused(linocut("evaluate", *arguments), named)


def test_a_model_of_rows_is_refused(linocut, tmp_path):
    rng = np.random.default_rng(0)
    y = np.arange(80) % 2
    np.save(tmp_path / "x_train.npy", (rng.normal(size=(80, 3)) + y[:, None]).astype(np.float32))
    np.save(tmp_path / "y_train.npy", y)
    done = linocut("probe", "x_train.npy", "-o", "rows.linocut")
    assert done.returncode == 0, done.stderr
    refused(linocut("evaluate", "rows.linocut"), "not images")


def test_a_dataset_with_unknown_classes_is_refused(linocut, models, tmp_path):
    write_images(tmp_path / "toys", *toy_images(60, (8, 8)), names=["cat", "dog", "cow"])
    done = linocut("evaluate", models / "ordered.linocut", "toys")
    refused(done, "toys: label cat is none of the classes")


def test_a_set_that_is_cut_in_another_way_is_no_test(linocut, models):
    for data in ((), ("digits",)):
        done = linocut("evaluate", models / "ordered.linocut", *data, "--split", "stratified")
        refused(done, "the test part of digits may hold images")


def test_a_section_that_cannot_be_asked_is_refused_by_name(linocut, models, tmp_path):
    digits = load_dataset("digits")
    write_images(tmp_path / "others", digits.test.images, digits.test.labels)
    done = linocut("evaluate", models / "ordered.linocut", "others", "--of", "checks")
    refused(done, "--of checks — asked of the images that a model was fitted on")


def test_a_set_without_images_for_the_test_is_refused(linocut, models, tmp_path):
    (tmp_path / "empty").mkdir()
    refused(linocut("evaluate", models / "ordered.linocut", "empty"), "empty")


def refused(done, named):
    assert done.returncode == 2
    assert done.stdout == ""
    assert named in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
