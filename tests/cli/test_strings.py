"""Strings on the command line: told from classes, shown, made, and refused elsewhere."""

import json

import pytest

from support.lines import texts, write_lines

TEXTS = texts(30)


@pytest.fixture
def folder(tmp_path):
    return write_lines(tmp_path / "codes", [f"{text}.png" for text in TEXTS], TEXTS)


def test_show_says_what_it_took_the_images_for_and_counts_symbols(linocut, folder, tmp_path):
    done = linocut("data", "show", folder)
    assert done.returncode == 0, done.stderr
    assert "taken for strings of several glyphs: 30 different texts of 4 symbols" in done.stderr
    assert "taken for\tstrings of several glyphs" in done.stdout
    assert "texts\t30 different; 4 symbols: 30" in done.stdout
    assert (tmp_path / "codes-images.png").stat().st_size > 5000


def test_show_speaks_json(linocut, folder):
    done = linocut("data", "show", folder, "--json")
    found = json.loads(done.stdout)
    assert found["symbols"] == list("2345bc")
    assert sum(found["train_counts"]) + sum(found["test_counts"]) == 4 * 30


def test_one_line_is_shown_as_numbers(linocut, folder):
    done = linocut("data", "show", folder, "--index", "0", "--split", "ordered")
    said, *rows = done.stdout.splitlines()
    assert any(f"labelled “{text}”" in said for text in TEXTS)
    assert len(rows) == 24


def test_either_can_be_forced(linocut, folder):
    assert linocut("data", "show", folder, "--as", "strings").returncode == 0
    done = linocut("data", "show", folder, "--as", "classes")
    assert done.returncode == 2
    assert "one sub-folder" in done.stderr


def test_strings_are_made_of_any_dataset(linocut):
    done = linocut("data", "show", "digits", "--strings", "40", "--length", "3", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["train"], found["test"], found["lengths"]) == (40, 10, [[3, 50]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--as", "words"], "--as 'words' — either strings or classes"),
        (["--length", "3"], "--length 3 goes with --strings N"),
        (["--strings", "5", "--as", "classes"], "leave out --as"),
        (["--strings", "5", "--length", "3..x"], "--length '3..x' — a number, or lowest"),
        (["--strings", "5", "--length", "8..2"], "the lower number first"),
        (["--strings", "5", "--length", "2.5"], "whole numbers"),
        (["--strings", "5", "--overlap", "3"], "overlap=(3.0, 3.0)"),
    ],
)
def test_options_that_do_not_fit_are_one_line(linocut, options, message):
    done = linocut("data", "show", "digits", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("option", [["--normalise"], ["--binarise"], ["--class-names", "a,b"]])
def test_options_for_single_glyphs_are_refused(linocut, folder, option):
    done = linocut("data", "show", folder, *option)
    assert done.returncode == 2
    assert f"{option[0]} is for images of one glyph" in done.stderr


@pytest.mark.parametrize("command", [["templates"], ["study"], ["separability"], ["replay"]])
def test_commands_without_a_form_for_strings_refuse(linocut, folder, command):
    done = linocut(*command, folder)
    assert done.returncode == 2
    assert "strings of several glyphs" in done.stderr
    assert "and this is for images of one glyph" in done.stderr
    assert done.stderr.count("\n") == 1
