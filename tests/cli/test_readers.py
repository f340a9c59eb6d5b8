"""Strings are fitted, predicted and evaluated by the commands that know images of one glyph."""

import csv
import io
import json

import pytest
from PIL import Image

from linocut.cli.main import commands
from linocut.core import LinocutError
from linocut.lines import StringReader
from support.lines import texts, write_lines

TEXTS = texts(60, symbols="247", lengths=(2, 3, 4))


@pytest.fixture(scope="module")
def fitted(tmp_path_factory, run_in):
    """A folder of strings, a model that was fitted to it, and what the command said."""
    place = tmp_path_factory.mktemp("reader")
    write_lines(place / "meters", [f"{text}.png" for text in TEXTS], TEXTS, height=16)
    done = run_in(place, "fit", "meters", "-o", "meters.linocut")
    assert done.returncode == 0, done.stderr
    return place, done


def test_fit_notices_strings_and_says_how_many_are_read(fitted):
    place, done = fitted
    assert "taken for strings of several glyphs: 60 different texts of 2 to 4" in done.stderr
    assert "images read wholly: " in done.stderr
    reader = StringReader.load(place / "meters.linocut")
    assert reader.symbols_ == ("2", "4", "7")
    assert reader.provenance_.test_rows == 12
    assert reader.provenance_.source == str((place / "meters").resolve())


def test_the_seed_draws_the_validation_part(fitted, monkeypatch, tmp_path):
    seeds = []

    def fit(reader, dataset, **_):
        seeds.append(reader.random_state)
        raise LinocutError("enough")

    monkeypatch.setattr(StringReader, "fit", fit)
    meters, model = str(fitted[0] / "meters"), str(tmp_path / "meters.linocut")
    with pytest.raises(LinocutError, match="enough"):
        commands()(["fit", meters, "--seed", "7", "-o", model], standalone_mode=False)
    assert seeds == [7]


def test_predict_gives_text_probability_and_places(fitted, run_in):
    place, _ = fitted
    done = run_in(place, "predict", "meters.linocut", "meters", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == 60
    read = [each["text"] == each["file"].removeprefix("meters/")[:-4] for each in found]
    assert sum(read) > 50
    for each in found:
        assert 0 < each["probability"] <= 1
        assert "".join(glyph["symbol"] for glyph in each["glyphs"]) == each["text"]
        ends = [end for glyph in each["glyphs"] for end in (glyph["start"], glyph["stop"])]
        assert ends == sorted(ends)


def test_places_are_those_of_the_file_whatever_its_size(fitted, run_in):
    place, _ = fitted
    with Image.open(place / "meters" / f"{TEXTS[0]}.png") as image:
        large = image.resize((3 * image.width, 3 * image.height), Image.Resampling.NEAREST)
        large.save(place / "large.png")
        small = json.loads(
            run_in(place, "predict", "meters.linocut", image.filename, "--json").stdout
        )
    large = json.loads(run_in(place, "predict", "meters.linocut", "large.png", "--json").stdout)
    assert large["text"] == small["text"]
    for here, there in zip(small["glyphs"], large["glyphs"], strict=True):
        assert (there["start"], there["stop"]) == (3 * here["start"], 3 * here["stop"])


def test_predict_prints_lines_and_csv_and_goes_on_after_a_bad_file(fitted, run_in):
    place, _ = fitted
    (place / "bad.png").write_bytes(b"?")
    image = f"meters/{TEXTS[0]}.png"
    done = run_in(place, "predict", "meters.linocut", "bad.png", image)
    assert done.returncode == 2
    assert "bad.png: not an image" in done.stderr
    file, text, places = done.stdout.rstrip("\n").split("\t")
    assert (file, text.endswith(" %")) == (image, True)
    assert places.count(":") == len(text.split()[0])
    done = run_in(place, "predict", "meters.linocut", image, "--csv", "--top", "2")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["rank"] for row in rows] == ["1", "2"]
    assert float(rows[0]["probability"]) >= float(rows[1]["probability"])


@pytest.fixture(scope="module")
def fixed(tmp_path_factory, run_in):
    """A folder of texts of one length, and a reader of fixed positions that was fitted to it."""
    place = tmp_path_factory.mktemp("fixed")
    some = texts(40, symbols="247", lengths=(4,))
    write_lines(place / "codes", [f"{text}.png" for text in some], some, height=16)
    done = run_in(place, "fit", "codes", "--rung", "fixed-positions", "-o", "fixed.linocut")
    assert done.returncode == 0, done.stderr
    return place, done


def test_fixed_positions_are_fitted_by_name_and_used_like_any_reader(fixed, run_in):
    place, fit = fixed
    assert "images read wholly: " in fit.stderr
    told = run_in(place, "show", "fixed.linocut").stdout
    assert "model\tFixed positions" in told
    assert "images\t4 glyphs in each, 16 pixels high" in told
    done = run_in(place, "predict", "fixed.linocut", "codes", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {len(each["text"]) for each in found} == {4}
    assert {len(each["glyphs"]) for each in found} == {4}
    Image.new("L", (60, 16), 255).save(place / "blank.png")
    assert "blank.png is one grey" in run_in(place, "predict", "fixed.linocut", "blank.png").stderr
    judged = run_in(place, "evaluate", "fixed.linocut")
    assert judged.stdout.splitlines()[0] in fit.stderr
    spoken = json.loads(
        run_in(place, "explain", "fixed.linocut", found[0]["file"], "--json").stdout
    )
    assert len(spoken["evidence"]) == 4
    page = run_in(place, "report", "fixed.linocut", "-o", "page.html")
    assert page.returncode == 0, page.stderr


def test_a_reader_of_fixed_positions_is_exported_and_others_say_what_works(fitted, fixed, tmp_path):
    def export(model, option, name):
        commands()(["export", str(model), option, str(tmp_path / name)], standalone_mode=False)

    model, whole = fixed[0] / "fixed.linocut", fitted[0] / "meters.linocut"
    export(model, "--onnx", "fixed.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["fixed.onnx"]
    for wanted, option, told in (
        (whole, "--onnx", "meters.linocut: it finds cuts anew .* --rung fixed-positions"),
        (model, "--html", "which no HTML page does by itself — linocut serve .*fixed.linocut"),
        (whole, "--json", "for which only --onnx has a form, of fixed positions"),
        (model, "--c", "for which only --onnx has a form"),
    ):
        with pytest.raises(LinocutError, match=told) as caught:
            export(wanted, option, "file")
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "file").exists()


def test_a_rung_that_does_not_suit_is_refused_in_one_line(fitted, fixed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    several, one = str(fitted[0] / "meters"), str(fixed[0] / "codes")
    for given, told in (
        ((several, "--rung", "fixed-positions"), "2 to 4 glyphs — fixed positions need one length"),
        ((one, "--rung", "softmax"), "for strings one of fixed-positions, sliding, whole-string"),
        ((one, "--budget", "3"), "--budget 3.0 — fitting strings has none"),
        (("digits", "--rung", "sliding"), "sliding reads strings, and digits has images of one"),
    ):
        with pytest.raises(LinocutError, match=told) as caught:
            commands()(["fit", *given, "-o", "m.linocut"], standalone_mode=False)
        assert "\n" not in str(caught.value)


def test_a_reader_is_not_exported_and_told_why(fitted, tmp_path):
    model, target = fitted[0] / "meters.linocut", tmp_path / "meters.onnx"
    with pytest.raises(LinocutError, match="finds cuts anew in each image by dynamic programming"):
        commands()(["export", str(model), "--onnx", str(target)], standalone_mode=False)
    assert not target.exists()


def test_evaluate_reads_the_test_part_again(fitted, run_in):
    place, fit = fitted
    done = run_in(place, "evaluate", "meters.linocut", "-o", "judged")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] in fit.stderr
    assert "warning" not in done.stderr
    assert {path.name for path in (place / "judged").iterdir()} == {
        "evaluation.json", "glyphs.png", "images.csv", "risk-coverage.png",
    }  # fmt: skip


def test_show_tells_what_it_is_and_how_good(fitted, run_in):
    place, _ = fitted
    done = run_in(place, "show", "meters.linocut")
    assert "symbols\t3: 2 4 7" in done.stdout
    assert "12 test images wholly read" in done.stdout


def test_other_commands_refuse_such_a_model(fitted, run_in):
    place, _ = fitted
    done = run_in(place, "templates", "meters.linocut")
    assert done.returncode == 2
    assert "a model that reads strings of several glyphs" in done.stderr
    assert done.stderr.count("\n") == 1


def test_strings_made_of_glyphs_are_made_again_to_judge(tmp_path, run_in):
    done = run_in(tmp_path, "fit", "digits", "--strings", "60", "--length", "2", "-o", "d.linocut")
    assert done.returncode == 0, done.stderr
    judged = run_in(tmp_path, "evaluate", "d.linocut")
    assert judged.stdout.splitlines()[0] in done.stderr
    assert "--strings 60 --length 2..2" in run_in(tmp_path, "show", "d.linocut").stdout


def test_the_ladder_of_strings_counts_whole_images_and_glyphs(tmp_path, run_in):
    made = ("digits", "--strings", "60", "--length", "2")
    done = run_in(tmp_path, "ladder", *made, "--json")
    rungs = {rung["rung"]: rung for rung in json.loads(done.stdout)["rungs"]}
    assert list(rungs) == ["fixed-positions", "sliding", "whole-string"]
    rung = rungs["whole-string"]
    assert 0 < rung["whole"] <= rung["glyphs"] <= 1
    assert rung["whole_low"] < rung["whole"] < rung["whole_high"]
    refused = run_in(tmp_path, "ladder", *made, "--rungs", "softmax")
    assert refused.returncode == 2
    assert "--rungs 'softmax' — for strings one or more of fixed-positions" in refused.stderr
