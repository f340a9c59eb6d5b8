"""From a model file to one that rejects: tune, predict, show, clear."""

import csv
import io
import json

import numpy as np
import pytest

from linocut.classifier import load_model
from linocut.data import load_dataset


@pytest.fixture(scope="module")
def fitted(run_in, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuned")
    done = run_in(folder, "fit", "digits", "--rung", "softmax", "-o", "d.linocut")
    assert done.returncode == 0, done.stderr
    digits = load_dataset("digits").test
    np.savez(folder / "a.npz", x_test=digits.images, y_test=digits.labels)
    return folder


@pytest.fixture(scope="module")
def tuned(run_in, fitted):
    done = run_in(
        fitted, "tune", "d.linocut", "--precision", 0.97, "-o", "t.linocut", "--plot", "p.png",
        "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (fitted / "p.png").stat().st_size > 5_000
    return json.loads(done.stdout)


def test_a_tuned_model_keeps_the_precision_on_the_validation_images(tuned, fitted):
    after = tuned["validation"]["after"]
    assert all(row["precision"] is None or row["precision"] >= 0.97 for row in after["classes"])
    assert after["coverage"] < 1 <= tuned["validation"]["before"]["coverage"]
    model = load_model(fitted / "t.linocut")
    assert model.thresholds_.tolist() == tuned["thresholds"]
    digits = load_dataset("digits").test
    rejected = (model.predict(digits.images) == "rejected").sum()
    assert tuned["test"]["after"]["accepted"] == len(digits) - rejected


def test_rejected_images_are_told_and_no_failure(run_in, tuned, fitted):
    done = run_in(fitted, "predict", "t.linocut", "a.npz")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if "rejected" in line]
    assert len(lines) == tuned["test"]["after"]["n"] - tuned["test"]["after"]["accepted"]
    assert "rejected (most probable: " in lines[0]
    documents = run_in(fitted, "predict", "t.linocut", "a.npz", "--json").stdout.splitlines()
    found = [json.loads(line) for line in documents]
    rejected = [each for each in found if each["class"] is None]
    assert len(rejected) == len(lines)
    assert all(each["rejected"] and each["top"][0]["class"] for each in rejected)
    table = list(
        csv.DictReader(io.StringIO(run_in(fitted, "predict", "t.linocut", "a.npz", "--csv").stdout))
    )
    assert [row for row in table if not row["class"]] == [
        row for row in table if not row["probability"]
    ]


def test_what_a_model_decides_by_is_shown(run_in, tuned, fitted):
    done = run_in(fitted, "show", "t.linocut")
    assert "else rejected" in done.stdout
    explained = run_in(fitted, "explain", "t.linocut", "--index", 0)
    assert "about the class with the largest score" in explained.stderr


def test_rejected_images_have_the_name_one_chooses(run_in, fitted):
    done = run_in(
        fitted, "tune", "d.linocut", "--risk", 0.05, "--rejected", "a person", "-o", "r.linocut"
    )
    assert done.returncode == 0, done.stderr
    assert "With 95 % confidence at most 5.00 % of the accepted images are mistakes" in done.stderr
    said = run_in(fitted, "predict", "r.linocut", "a.npz", "--json").stdout.splitlines()
    assert any(json.loads(line)["class"] == "a person" for line in said)


def test_costs_move_decisions_and_clear_takes_them_back(run_in, fitted):
    names = list(map(str, range(10)))
    table = np.where(np.eye(10), 0, 1)
    table[8] *= 20  # to miss an 8 is expensive
    lines = [",".join(["", *names]), *(f"{k},{','.join(map(str, table[k]))}" for k in range(10))]
    (fitted / "costs.csv").write_text("\n".join(lines))
    done = run_in(fitted, "tune", "d.linocut", "--costs", "costs.csv", "-o", "c.linocut")
    assert done.returncode == 0, done.stderr
    assert "mean cost" in done.stdout
    digits = load_dataset("digits").test
    before, after = (load_model(fitted / f"{name}.linocut").predict(digits.images) for name in "dc")
    assert (after == "8").sum() > (before == "8").sum()
    done = run_in(fitted, "tune", "c.linocut", "--clear", "-o", "e.linocut")
    assert done.returncode == 0, done.stderr
    again = load_model(fitted / "e.linocut")
    assert again.decisions_ is None
    assert (again.predict(digits.images) == before).all()


def test_a_bad_table_of_costs_is_one_line(run_in, fitted):
    (fitted / "bad.csv").write_text("true,0,1\n0,0,1\n1,1,0\n")
    done = run_in(fitted, "tune", "d.linocut", "--costs", "bad.csv")
    assert done.returncode == 2
    assert "bad.csv: there is no column for class '2'" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (fitted / "d-tuned.linocut").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "nothing to fit the model to — give one of --calibrate"),
        (["--f1", "--clear"], "--f1 and --clear — give one of"),
        (["--precision", 1.5], "--precision 1.5 — a share above 0"),
        (["--risk", 0.0001], "cannot be proved at any threshold"),
        (["--precision", 0.9, "--rejected", "7"], "called '7', as a class is"),
    ],
)
def test_what_cannot_be_is_one_line(options, said, run_in, fitted):
    done = run_in(fitted, "tune", "d.linocut", *options, "-o", "no.linocut")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (fitted / "no.linocut").exists()


def test_other_images_must_be_said_to_be_unseen(run_in, fitted):
    done = run_in(fitted, "tune", "d.linocut", "digits", "--seed", 7, "--f1", "-o", "u.linocut")
    assert done.returncode == 2
    assert "are not those that the model was fitted on" in done.stderr


def test_calibration_and_priors_come_before_thresholds_and_stay_known(run_in, fitted):
    shares = "0=0.55," + ",".join(f"{k}=0.05" for k in range(1, 10))
    done = run_in(
        fitted, "tune", "d.linocut", "--calibrate", "--priors", shares, "--risk", 0.05,
        "-o", "used.linocut",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Smooth calibration error" in done.stderr + done.stdout
    used = load_model(fitted / "used.linocut")
    assert len(used.provenance_.slopes) == 10
    done = run_in(fitted, "tune", "used.linocut", "--risk", 0.05, "--json", "-o", "again.linocut")
    assert done.returncode == 0, done.stderr
    # The recipe is fitted again; its scores are scaled and shifted as the model's are.
    again = load_model(fitted / "again.linocut")
    assert np.allclose(again.thresholds_, used.thresholds_, atol=0.01)


def test_nothing_to_fit_a_model_to_is_told(run_in, fitted):
    done = run_in(fitted, "tune", "d.linocut")
    assert done.returncode == 2
    assert "nothing to fit the model to — give one of --calibrate, --priors" in done.stderr
