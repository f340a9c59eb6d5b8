"""The palette that figures share with the page (whose side is web/src/lib/palette.test.ts)."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from linocut.plot import colours

SCALES = [("evidence", "for"), ("evidence", "against"), ("correct", None), ("wrong", None),
          ("ink", None)]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("scale", "hue"), SCALES)
def test_a_scale_shows_the_colours_that_it_asks_for(theme, scale, hue):
    # a colour outside sRGB would be cut off, and equal steps would not look equal
    stops = np.array(colours.PALETTE[theme]["scales"][scale])
    lightness = lightness_of(colours.ramp(scale, hue, theme=theme))
    wanted = np.interp(np.linspace(0, 1, 257), stops[:, 0], stops[:, 1])
    np.testing.assert_allclose(lightness, wanted, atol=0.6)


def lightness_of(rgb):
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    y = linear @ (0.2126, 0.7152, 0.0722)
    return np.where(y > (6 / 29) ** 3, 116 * np.cbrt(y) - 16, (29 / 3) ** 3 * y)


def test_evidence_is_red_above_and_blue_below():
    above, below = colours.diverging()(1.0), colours.diverging()(0.0)
    assert above[0] > above[1] + 0.2
    assert above[0] > above[2] + 0.2
    assert below[2] > below[0] + 0.2


@pytest.mark.parametrize("name", ["accent", "wrong", "ink", "soft", "rule", "edge"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_but_evidence_is_red_or_blue(theme, name):
    red, green, blue = to_rgb(colours.PALETTE[theme]["colours"][name])
    assert green > blue - 0.05
    assert red - green < 0.3


@pytest.mark.parametrize("shades", [colours.right(), colours.wrong()])
def test_nor_are_the_cells_of_a_confusion_matrix(shades):
    red, green, blue = shades(np.linspace(0, 1, 33))[:, :3].T
    assert (green > blue - 0.05).all()
    assert (red - green < 0.3).all()
