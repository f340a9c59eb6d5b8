"""The command ``linocut probe``, and what other commands do with its model."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import linocut


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Training and test rows as .npy, and odd ones."""
    folder = tmp_path_factory.mktemp("rows")
    rng = np.random.default_rng(0)
    means = rng.normal(size=(3, 8))
    for part, n in (("train", 300), ("test", 120)):
        y = rng.integers(3, size=n)
        np.save(folder / f"x_{part}.npy", (means[y] + rng.normal(size=(n, 8))).astype(np.float32))
        np.save(folder / f"y_{part}.npy", y)
    np.save(folder / "x_narrow.npy", np.ones((4, 7), np.float32))
    np.save(folder / "y_narrow.npy", np.arange(4) % 3)
    np.save(folder / "x_strange.npy", np.ones((4, 8), np.float32))
    np.save(folder / "y_strange.npy", np.arange(4))
    np.save(folder / "lonely.npy", np.ones((4, 8), np.float32))
    return folder


@pytest.fixture(scope="module")
def done(run_in, folder):
    return run_in(
        folder, "probe", "x_train.npy", "--test", "x_test.npy", "--C", "1e-3..10:5",
        "-o", "probe.linocut", "--plot", "probe.png",
    )  # fmt: skip


def test_a_probe_prints_a_table_and_keeps_model_and_figure(done, folder):
    assert done.returncode == 0, done.stderr
    assert "300 training rows of 8 features, 3 classes" in done.stdout
    assert done.stdout.count("chosen") == 1
    for heading in ("held out, %", "test, %", "95 % interval", "log loss", "gap", "seconds"):
        assert heading in done.stdout
    assert "C is chosen on 61 of the training rows, held out in runs" in done.stderr
    assert "Test rows play no part in the choice." in done.stderr
    assert (folder / "probe.png").read_bytes().startswith(b"\x89PNG")
    model = linocut.load_model(folder / "probe.linocut")
    assert f"C={model.provenance_.chosen['C']:g}" in done.stderr
    right = model.predict(np.load(folder / "x_test.npy")) == np.load(folder / "y_test.npy")
    assert right.mean() == pytest.approx(model.provenance_.accuracy)


def test_json_is_one_document_with_every_c(linocut, folder):
    done = linocut("probe", folder / "x_train.npy", "--C", "0.1,1", "--folds", 3, "--json")
    found = json.loads(done.stdout)
    assert [fit["C"] for fit in found["fits"]] == [0.1, 1.0]
    assert found["held_out_rows"] == 300
    assert found["outcome"] == "converged"
    assert all(fit["low"] < fit["accuracy"] < fit["high"] for fit in found["fits"])


def test_the_model_is_shown_and_classifies_rows(done, linocut, folder):
    assert done.returncode == 0
    shown = linocut("show", folder / "probe.linocut").stdout
    assert "linear probe" in shown
    assert "8 features" in shown
    lines = linocut(
        "predict", folder / "probe.linocut", folder / "x_test.npy", "--json"
    ).stdout.splitlines()
    said = [json.loads(line) for line in lines]
    model = linocut_model(folder)
    X = np.load(folder / "x_test.npy")
    assert [int(each["class"]) for each in said] == model.predict(X).tolist()
    assert said[5]["file"].endswith("x_test.npy[5]")
    assert said[5]["probability"] == pytest.approx(model.predict_proba(X)[5].max())


def linocut_model(folder):
    return linocut.load_model(folder / "probe.linocut")


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "{}", "--c", "a.c"),
        ("explain", "{}", "--index", 0),
        ("templates", "{}"),
        ("report", "{}"),
    ],
)
def test_commands_for_images_refuse_it_in_one_line(done, linocut, folder, arguments):
    assert done.returncode == 0
    model = str(folder / "probe.linocut")
    refused = linocut(*(model if each == "{}" else each for each in arguments))
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1, refused.stderr


def test_images_are_rows_of_pixels_and_their_test_part_is_the_test(linocut):
    done = linocut("probe", "digits", "--C", "1e-5,1e-4")
    assert done.returncode == 0, done.stderr
    assert "1,438 training rows of 64 features, 10 classes" in done.stdout
    assert "test rows: the test part of digits" in done.stderr


def test_sets_in_one_folder_are_told_apart(linocut, tmp_path):
    rng = np.random.default_rng(0)
    folder = tmp_path / "both"
    folder.mkdir()
    for part, n in (("train", 60), ("test", 30)):
        y = np.arange(n) % 2
        np.save(folder / f"{part}_features.npy", rng.normal(size=(n, 4)) + y[:, None])
        np.save(folder / f"{part}_labels.npy", y)
    done = linocut("probe", "both", "--C", "1")
    assert done.returncode == 0, done.stderr
    assert "60 training rows" in done.stdout
    assert "test rows: the test part of both" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("x_train.npy", "--test", "x_narrow.npy"), "rows of 7 features"),
        (("x_train.npy", "--test", "x_strange.npy"), "has the label 3, which no row of"),
        (("lonely.npy",), "has no labels, which a probe needs"),
        (("x_train.npy", "-o", "nowhere/p.linocut"), "does not exist — name a file"),
        (("x_train.npy", "--plot", "p.txt"), "--plot p.txt — a file that ends in .png"),
        (("x_train.npy", "--C", "many"), "--C 'many' — a number above zero"),
        (("x_train.npy", "--C", "0"), "--C 0 — a number above zero"),
        (("x_train.npy", "--C", "10..1:3"), "from a smaller to a larger number"),
        (("x_train.npy", "--folds", "1"), "--folds 1 — from 2 up"),
        (("x_train.npy", "--class-weight", "odd"), "--class-weight 'odd'"),
        (("x_train.npy", "--test-labels", "y_test.npy"), "goes with --test"),
        (("x_train.npy", "--tol", "0"), "tol=0.0 — a number above zero"),
        (("missing.npy",), "missing.npy"),
    ],
)
def test_bad_input_is_one_line(run_in, folder, options, message):
    refused = run_in(folder, "probe", *options)
    assert refused.returncode == 2
    last = refused.stderr.splitlines()[-1]
    assert last.startswith("linocut: ")
    assert message in last
    assert "Traceback" not in refused.stderr


def test_ctrl_c_keeps_the_c_that_were_done(tmp_path):
    rng = np.random.default_rng(0)
    y = rng.integers(20, size=20_000)
    X = rng.normal(size=(20_000, 200)) + 0.1 * rng.normal(size=(20, 200))[y]
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", y)
    grid = ",".join(["1e-7", "1e-6", *(f"{C:g}" for C in np.geomspace(1, 1e6, 60))])
    with subprocess.Popen(
        [sys.executable, "-u", "-c", SLOW, grid],
        cwd=tmp_path, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        while not (tmp_path / "two done").exists():
            assert running.poll() is None, running.stderr.read()
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=300)
    assert running.returncode == 130, err
    assert "interrupted at C=" in err
    assert "wrote p.linocut" in err
    assert "held out, %" in out
    assert linocut.load_model(tmp_path / "p.linocut").n_features_in_ == 200


# The command, with a file that tells when two C are done.
SLOW = """
import sys, time
from pathlib import Path
from linocut.cli import probe as command
from linocut.cli.main import main
from linocut.evaluate.probing import fitting

judge = fitting._Work.judge

def slower(self, C):
    if len(self.seen) == 2:
        Path("two done").touch()
    return judge(self, C)

fitting._Work.judge = slower
sys.argv = ["linocut", "probe", "x.npy", "--C", sys.argv[1], "-o", "p.linocut"]
main()
"""
