"""`linocut ladder` and `linocut study` as a person meets them."""

import json

import numpy as np
import pytest
from PIL import Image


def looks_drawn(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("L")).std() > 10


def test_the_ladder_is_printed_drawn_and_ends_in_advice(linocut, tmp_path):
    done = linocut("ladder", "--rungs", "nearest-mean,softmax,scattering")
    assert done.returncode == 0, done.stderr
    assert "scattering" in done.stdout
    assert "use scattering: the smallest model within one standard error" in done.stderr
    assert looks_drawn(tmp_path / "digits-ladder.png")


def test_json_draws_nothing_unless_asked(linocut, tmp_path):
    found = json.loads(linocut("ladder", "--rungs", "nearest-mean", "--json").stdout)
    assert found["recommended"] == "nearest-mean"
    assert 0.5 < found["rungs"][0]["validation_accuracy"] < 1
    assert list(tmp_path.iterdir()) == []
    linocut("ladder", "--rungs", "nearest-mean", "--json", "-o", "drawn.png")
    assert looks_drawn(tmp_path / "drawn.png")


def test_a_budget_leaves_out_what_takes_longer_and_says_so(linocut):
    done = linocut("ladder", "--rungs", "mean-dot,scattering-pairs", "--budget", "0.3")
    assert done.returncode == 0, done.stderr
    assert "mean-dot" in done.stdout
    assert "left out for want of time: scattering-pairs (" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ladder", "--budget", "0"], "--budget 0 — a number of seconds above zero"),
        (["ladder", "--rungs", "vgg"], "'vgg' is no rung"),
        (["ladder", "-o", "no/such/a.png"], "does not exist"),
        (["study", "--of", "colour"], "--of 'colour' is no study — known: geometry"),
        (["ladder", "--normalise", "--size", "20x10"], "a square, such as 28"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_one_line(linocut, tmp_path, arguments, told):
    done = linocut(*arguments)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("linocut: ")
    assert told in last
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_study_is_printed_and_drawn(linocut, tmp_path):
    done = linocut("study", "--of", "scaling")
    assert done.returncode == 0, done.stderr
    assert "Divided by 255" in done.stdout
    assert "validation images correctly classified" in done.stderr
    assert looks_drawn(tmp_path / "digits-scaling.png")


def test_photos_are_read_whatever_their_size(linocut, tmp_path):
    rng = np.random.default_rng(0)
    for label in ("tall", "wide"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for k in range(10):
            page = np.full((90 + k, 80 + 2 * k), 210.0) + rng.normal(0, 2, (90 + k, 80 + 2 * k))
            where = (slice(20, 60), slice(30 + k, 37 + k))
            page[where if label == "tall" else where[::-1]] -= 160
            kept = Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))
            kept.save(tmp_path / "photos" / label / f"{k}.jpg")
    command = ("ladder", "photos", "--rungs", "nearest-mean", "--json")
    assert linocut(*command).returncode == 2
    found = json.loads(linocut(*command, "--normalise").stdout)
    assert found["rungs"][0]["test_accuracy"] == 1.0


def test_a_measuring_study_is_printed_and_drawn(linocut, tmp_path):
    done = linocut("study", "digits", "--rows", "300", "--of", "thresholds")
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split("\t")[:3] == ["class", "prevalence", "images"]
    assert len(rows) == 10
    assert (tmp_path / "digits-thresholds.png").exists()
    done = linocut("study", "digits", "--rows", "300", "--of", "doubled", "--json", "-q")
    assert {row["changed"] for row in json.loads(done.stdout)["rows"]} == {0}
