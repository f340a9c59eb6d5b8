"""The commands that look into a model, as a person meets them."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import typer
from PIL import Image
from sklearn.datasets import load_digits
from typer.testing import CliRunner

from linocut.cli.separability import separability_table
from linocut.data import load_dataset
from linocut.explain.separability import Separability
from linocut.models import regularisation_path


def test_explain_accounts_for_a_test_image(linocut, tmp_path):
    done = linocut("explain", "digits", "--index", "3", "-o", "why.png")
    assert done.returncode == 0, done.stderr
    assert "rather than" in done.stdout
    assert "margin" in done.stdout
    with Image.open(tmp_path / "why.png") as picture:
        assert picture.width > 600


def test_explain_speaks_json_that_adds_up(linocut):
    done = linocut("explain", "digits", "--index", "3", "--average", "--json")
    found = json.loads(done.stdout)
    assert sum(row["evidence"] for row in found["regions"]) == pytest.approx(found["margin"])
    assert np.sum(found["pixels"]) + found["offset"] == pytest.approx(found["margin"])
    assert found["versus"] == "the class average"
    for reference, name in (("mean", "the mean training image"), ("rival", "the mean 8")):
        done = linocut(
            "explain", "digits", "--index", "3", "--label", "1", "--versus", "8",
            "--reference", reference, "--json",
        )  # fmt: skip
        other = json.loads(done.stdout)
        assert other["reference"] == name
        assert sum(row["evidence"] for row in other["regions"]) == pytest.approx(other["margin"])


def test_explain_follows_an_image_from_pixels_to_probabilities(linocut, tmp_path):
    done = linocut("explain", "digits", "--index", "3", "--by", "diagram", "--json", "-o", "d.png")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    sums = np.array(found["sums"]) + found["intercepts"]
    np.testing.assert_allclose(sums, found["scores"], atol=1e-9)
    assert sum(found["probabilities"]) == pytest.approx(1)
    with Image.open(tmp_path / "d.png") as picture:
        assert picture.width > 600
    done = linocut(
        "explain", "digits", "--index", "3", "--rung", "pca-quadratic", "--by", "diagram"
    )
    assert done.returncode == 2
    assert "--rung softmax" in done.stderr


@pytest.mark.parametrize("way", ["training-images", "shared-ink"])
def test_explain_names_training_images_and_shared_ink(linocut, tmp_path, way):
    done = linocut("explain", "digits", "--index", "3", "--by", way, "-o", "by.png")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("test image 3, labelled")
    assert (tmp_path / "by.png").exists()


def test_explain_knows_its_ways(linocut):
    done = linocut("explain", "digits", "--index", "3", "--by", "magic")
    assert done.returncode == 2
    assert "evidence, diagram, training-images, shared-ink" in done.stderr


def test_templates_stand_in_a_grid_in_grey(linocut, tmp_path):
    done = linocut("templates", "digits", "--grid", "2x5", "--grey", "-o", "t.png")
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "t.png") as picture:
        assert picture.width > 1.5 * picture.height
    done = linocut("templates", "digits", "--grid", "1x5")
    assert "a grid of 1x5 for 10 classes" in done.stderr
    done = linocut("templates", "digits", "--rung", "pca-quadratic", "--grey")
    assert "quadratic" in done.stderr


def test_explain_reads_an_image_file_on_light_paper(linocut, tmp_path):
    three = load_digits().images[3]
    grey = (255 - np.kron(three, np.ones((4, 4))) * 15.9).astype(np.uint8)
    Image.fromarray(grey).save(tmp_path / "three.png")
    done = linocut("explain", "digits", "three.png", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["label"] == "3"


def test_explain_lists_pairs_of_a_quadratic_model(linocut):
    done = linocut("explain", "digits", "--index", "0", "--rung", "pca-quadratic")
    assert done.returncode == 0, done.stderr
    assert "squared or multiplied" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["digits"], "--index"),
        (["digits", "--index", "5000"], "5000"),
        (["digits", "--index", "0", "--versus", "11"], "'11' is no class"),
        (["digits", "--index", "0", "--versus", "1", "--average"], "one of them"),
        (["digits", "--index", "0", "--reference", "black"], "'black'"),
        (["digits", "absent.png"], "absent.png"),
        (["digits", "--index", "0", "--rung", "cnn"], "'cnn'"),
        (["digits", "--index", "0", "-o", "nowhere/a.png"], "nowhere"),
    ],
)
def test_explain_names_what_is_wrong(linocut, arguments, named):
    done = linocut("explain", *arguments)
    assert done.returncode == 2
    assert named in done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("rung", ["softmax", "pca-quadratic"])
def test_templates_are_drawn(linocut, tmp_path, rung):
    done = linocut("templates", "digits", "--rung", rung)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "digits-templates.png").stat().st_size > 10_000
    assert "wrote digits-templates.png" in done.stderr


def test_a_replay_moves(linocut, tmp_path):
    done = linocut("replay", "digits", "--of", "fit", "-o", "fit.gif")
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "fit.gif") as picture:
        assert picture.n_frames >= 3
    assert linocut("replay", "digits", "--of", "film").returncode == 2


def test_a_replay_speaks_of_the_c_of_the_ladder(linocut):
    """The path was that of bytes, whose C is 255² times smaller."""
    done = linocut("replay", "digits", "--json")
    assert done.returncode == 0, done.stderr
    pixels = load_dataset("digits").train.images / 255
    path = regularisation_path(pixels, load_dataset("digits").train.labels, Cs=13, tol=1e-3)
    moments = json.loads(done.stdout)["moments"]
    assert [moment["moment"] for moment in moments] == [f"C = {C:.3g}" for C in path.Cs]


def test_a_replay_says_for_which_pixels_its_c_is(linocut):
    done = linocut("replay", "digits", "--of", "fit", "-C", "0.1", "-o", "fit.png")
    assert "C = 0.1, for pixels from 0 to 1, as on the ladder." in done.stderr


def test_separability_is_proved_kept_and_verified(linocut, tmp_path):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 200, (60, 6, 6)).astype(np.uint8)
    images[:20, :3] //= 9
    images[20:40, 3:] //= 9
    labels = np.repeat([0, 1, 2], 20)
    np.savez(tmp_path / "toy.npz", images=images, labels=labels)
    done = linocut("separability", "toy.npz", "-o", "proofs.npz", "--plot", "table.png")
    assert done.returncode == 0, done.stderr
    assert "pairs are separable" in done.stdout
    assert (tmp_path / "table.png").exists()
    again = linocut("separability", "toy.npz", "--verify", "proofs.npz", "--json")
    assert "hold, checked in exact arithmetic" in again.stderr
    assert len(json.loads(again.stdout)["certificates"]) == 6
    other = linocut("separability", "digits", "--verify", "proofs.npz")
    assert other.returncode == 2
    assert "about 3 classes, and the dataset has 10" in other.stderr
    proofs = Separability.load(tmp_path / "proofs.npz")
    replace(proofs, certificates=proofs.certificates[1:]).save(tmp_path / "partial.npz")
    partial = linocut("separability", "toy.npz", "--verify", "partial.npz")
    assert partial.returncode == 2
    assert (
        partial.stderr.splitlines()[-1]
        == "linocut: partial.npz: 1 of 6 certificates is missing: 0 / 1"
    )
    assert partial.stdout == ""
    images[0, 0, 0] ^= 1
    np.savez(tmp_path / "toy.npz", images=images, labels=labels)
    assert linocut("separability", "toy.npz", "--verify", "proofs.npz").returncode == 2
    renewed = linocut("separability", "toy.npz", "-o", "proofs.npz")
    assert renewed.returncode == 0
    assert "is about other images, labels or classes, and will be replaced" in renewed.stderr
    assert linocut("separability", "toy.npz", "--verify", "proofs.npz").returncode == 0


class Stopped(BaseException):
    """What a signal raises, under no name that the command line library knows."""


@pytest.mark.parametrize("before", [0, 2])
def test_an_interruption_loses_nothing_that_was_proved(tmp_path, monkeypatch, before):
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8)).astype(np.uint8)
    np.savez(tmp_path / "toy.npz", images=images, labels=np.repeat([0, 1, 2], 20))
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.command()(separability_table)
    arguments = ["toy.npz", "-o", "proofs.npz"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    proofs = Separability.load(tmp_path / "proofs.npz")
    assert len(proofs.certificates) == 6
    # Known are the last two; the search is stopped when it has made some of the others.
    replace(proofs, certificates=proofs.certificates[4:]).save(tmp_path / "proofs.npz")
    was = (tmp_path / "proofs.npz").read_bytes()
    answers = iter([each.answer for each in proofs.certificates[:before]])

    def separate(X, signs):
        for answer in answers:
            return answer
        raise Stopped

    monkeypatch.setattr("linocut.explain.separability.certificates.separate", separate)
    with pytest.raises(Stopped) as stop:
        CliRunner().invoke(app, arguments)
    now = Separability.load(tmp_path / "proofs.npz")
    kept = [*range(before), 4, 5]
    assert [each.problem for each in now.certificates] == [
        proofs.certificates[at].problem for at in kept
    ]
    if before:
        assert stop.value.__notes__ == ["4 certificates are kept in proofs.npz; run it again"]
    else:
        assert (tmp_path / "proofs.npz").read_bytes() == was
    assert sorted(path.name for path in tmp_path.iterdir()) == ["proofs.npz", "toy.npz"]


def test_an_interrupted_search_keeps_its_proofs(tmp_path, real_data):
    real_data("mnist")
    for seconds in (6, 30, 120):  # by when a machine, however busy, has proved something
        process = subprocess.Popen(
            [sys.executable, "-m", "linocut", "separability", "mnist", "-o", "kept.npz"],
            cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ.copy(),
        )  # fmt: skip
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
        if "are kept" in errors:
            break
    assert process.returncode == 130
    assert "are kept in kept.npz" in errors
    assert (tmp_path / "kept.npz").exists()
