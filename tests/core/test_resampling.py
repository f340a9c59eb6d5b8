"""Images in another size are the same bytes, whichever Pillow makes them."""

import numpy as np
from PIL import Image

from linocut.core.resampling import resampled


def test_the_rows_of_a_tall_image_come_first_whatever_pillow_would_do():
    # Two ones in six pixels: rounded row by row there are two of three, column by column none.
    tall = np.array([[0, 1], [1, 0], [0, 0]] * 2, np.uint8)
    assert resampled(tall, 2, 1, Image.Resampling.BOX).tolist() == [[1], [1]]
