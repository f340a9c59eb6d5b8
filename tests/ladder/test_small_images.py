"""Images that some rungs are not made for: those are left out with their reason, no others."""

from dataclasses import replace

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart
from linocut.ladder import climb, climbing, recipes
from linocut.report.text.comparison import left_out


def tiny(height, width):
    """Eighty images whose first pixel tells their class."""
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    images = rng.integers(0, 200, (80, height, width)).astype(np.uint8)
    images[:, 0, 0] = labels * 255
    part = [ImagePart(images[some], labels[some]) for some in (slice(60), slice(60, 80))]
    return ImageDataset("tiny", ("a", "b"), *part)


@pytest.mark.parametrize("shape", [(1, 30), (30, 1), (2, 2), (3, 3), (1, 2)])
def test_every_linear_rung_works_on_small_images_or_is_left_out_with_a_line(shape):
    names = [recipe.name for recipe in recipes() if recipe.linear]
    ladder = climb(tiny(*shape), rungs=names)
    assert {rung.name for rung in ladder.rungs} | {rung.name for rung in ladder.skipped} == set(
        names
    )
    of_views = {"views", "views-pairs", "views-copies"}
    too_small = {"random-layer"} if min(shape) == 2 else {"random-layer", "patches", *of_views}
    assert {rung.name for rung in ladder.skipped} == (too_small if min(shape) < 3 else set())
    for rung in ladder.skipped:
        assert "pixels a side" in rung.reason
        assert rung.message == f"skipped {rung.name}: {rung.reason}"
        assert "\n" not in rung.message
    assert ladder["softmax"].test.accuracy == 1.0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (LinocutError("ink of 0 — some"), "ink of 0 — some"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (np.linalg.LinAlgError("singular\nmatrix"), "LinAlgError: singular matrix"),
    ],
)
def test_a_rung_that_fails_does_not_take_the_others_with_it(monkeypatch, error, reason):
    def fails(part):
        raise error

    chosen = recipes(["nearest-mean", "least-squares", "softmax"])
    broken = tuple(
        replace(each, pipeline=fails) if each.name == "least-squares" else each for each in chosen
    )
    monkeypatch.setattr(climbing, "recipes", lambda names: broken)
    ladder = climb(tiny(4, 4))
    assert [rung.name for rung in ladder.rungs] == ["nearest-mean", "softmax"]
    (skipped,) = ladder.skipped
    assert (skipped.name, skipped.reason) == ("least-squares", reason)
    assert ladder.to_dict()["skipped"][0]["reason"] == reason
    assert left_out(ladder) == (
        f"Left out because they cannot be fitted to these images: Least squares ({reason})."
    )


def test_only_if_all_rungs_fail_it_is_an_error():
    with pytest.raises(LinocutError, match="no rung could be made — patches: it needs images"):
        climb(tiny(1, 9), rungs=["patches"])
