import numpy as np
import pytest

from linocut.features import Scattering
from linocut.lines.windows.columns import Columns


def drawing(width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (1, 40, width), np.uint8)


def test_a_column_is_what_scattering_sees_there():
    image = drawing(160)
    columns = Columns(J=3, step=2).of(image)[0]
    part = image[:, :, 40:104]  # a column in the middle sees nothing of its edges
    maps = Scattering(3, root=True).fit(part).transform(part).reshape(217, 5, 8)
    mine = columns[(40 + 32) // 2].reshape(217, 5)
    # Rows near the upper and the lower edge differ, where lines go on as they end.
    np.testing.assert_allclose(mine[:, 2], maps[:, 2, 4], atol=0.02)


@pytest.mark.parametrize("step", [1, 2, 4])
def test_an_image_has_a_column_at_either_end_and_every_few_pixels(step):
    columns = Columns(J=2, L=4, step=step)
    assert columns.of(drawing(101)).shape == (1, columns.count(101), columns.width(40))
    assert columns.count(101) == -(-101 // step) + 1


def test_columns_do_not_depend_on_where_tiles_meet():
    image = drawing(200)
    columns = Columns(J=3, step=2)
    whole, later = columns.of(image)[0], columns.of(image[:, :, 16:])[0]
    np.testing.assert_allclose(whole[20:90], later[12:82], atol=0.02)
