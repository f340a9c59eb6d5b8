"""A folder of images in colour, as the commands meet it."""

import pytest

from support.coloured import coloured_shapes, write_folder


@pytest.fixture
def shapes(tmp_path):
    write_folder(tmp_path / "shapes", *coloured_shapes(90, by="colour"))
    return "shapes"


def test_colours_are_kept_explained_and_drawn(linocut, shapes, tmp_path):
    steps = [
        ("data", "show", shapes, "-o", "show.png"),
        ("fit", shapes, "--rung", "softmax", "-o", "model.linocut"),
        ("explain", "model.linocut", "--index", "0", "-o", "why.png"),
        ("templates", "model.linocut", "-o", "templates.png"),
    ]
    said = {}
    for step in steps:
        done = linocut(*step)
        assert done.returncode == 0, done.stderr
        said[step[0]] = done.stdout + done.stderr
    assert "Colours were kept" in said["data"] and "in colour" in said["data"]
    assert "a black image itself gives" in said["explain"]
    for name in ("show", "why", "templates"):
        assert (tmp_path / f"{name}.png").stat().st_size > 1000


def test_what_is_for_grey_images_is_refused_in_one_line(linocut, shapes):
    for options in (("--colour", "--normalise"), ("--colour", "--binarise")):
        done = linocut("data", "show", shapes, *options)
        assert done.returncode == 2
        assert "that is for grey images" in done.stderr.splitlines()[-1]
