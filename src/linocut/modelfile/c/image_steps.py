"""The C of steps that make another image of the image, as the transformers do it on bytes.

Ink is what differs from the median of the border, as `linocut.core.ink.ink_of` has it. Moments are
summed as whole numbers, which `linocut.core.ink.InkMoments` does as exactly; all that
follows is float32 in its order, but for one power in double, so that the same bytes come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

import numpy as np

from linocut.core import LinocutError
from linocut.core.colour import Shape, is_colour
from linocut.core.ink import MAX_SHEAR, border_pixels, median_place
from linocut.core.steps import kind_of
from linocut.features import Centre, Deskew, NormaliseMoments
from linocut.features.moments import MOST
from linocut.modelfile.c.parts import ImageStep
from linocut.modelfile.c.text import number

INK = """\
static float linocut_ink(const uint8_t image[LINOCUT_PIXELS], int32_t row, int32_t column)
{
    if (row < 0 || row >= LINOCUT_HEIGHT || column < 0 || column >= LINOCUT_WIDTH) {
        return 0.0f; /* beyond the edge there is paper */
    }
    return (float)image[row * LINOCUT_WIDTH + column];
}
"""

LIMITED = """\
static float linocut_limited(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}
"""

TO_BYTE = """\
static uint8_t linocut_to_byte(float value)
{
    int32_t whole = (int32_t)value;
    const float rest = value - (float)whole;
    if (rest > 0.5f || (rest == 0.5f && whole % 2 == 1)) {
        whole++; /* a half goes to the even neighbour */
    }
    return (uint8_t)whole;
}
"""

FIND_INK = Template("""\
/* How far each pixel is from the paper, which is the (lower) median of the image's border. */
static void linocut_find_ink(const uint8_t image[LINOCUT_PIXELS], uint8_t ink[LINOCUT_PIXELS])
{
    int32_t counts[256] = {0}, below = 0;
    for (int32_t column = 0; column < LINOCUT_WIDTH; column++) {
        counts[image[column]]++;
        counts[image[LINOCUT_PIXELS - 1 - column]]++;
    }
    for (int32_t row = 1; row < LINOCUT_HEIGHT - 1; row++) {
        counts[image[row * LINOCUT_WIDTH]]++;
        counts[image[row * LINOCUT_WIDTH + LINOCUT_WIDTH - 1]]++;
    }
    int32_t paper = 0;
    while ((below += counts[paper]) <= $middle) {
        paper++;
    }
    for (int32_t pixel = 0; pixel < LINOCUT_PIXELS; pixel++) {
        const int32_t apart = (int32_t)image[pixel] - paper;
        ink[pixel] = (uint8_t)(apart < 0 ? -apart : apart);
    }
}
""")

MOMENTS = Template("""\
/* Where the ink is, how far it leans (columns a row), and how far it spreads once it is upright. */
typedef struct {
    float row, column, shear, height, width;
} linocut_moments;

static linocut_moments linocut_measure(const uint8_t image[LINOCUT_PIXELS], float max_shear)
{
    linocut_moments found = {$middle_row, $middle_column, 0.0f, 0.0f, 0.0f};
    $whole ink = 0, y = 0, x = 0, yy = 0, xx = 0, xy = 0;
    for (int32_t row = 0; row < LINOCUT_HEIGHT; row++) {
        $whole in_row = 0, x_in_row = 0;
        for (int32_t column = 0; column < LINOCUT_WIDTH; column++) {
            const $whole pixel = *image++;
            in_row += pixel;
            x_in_row += pixel * ($whole)column;
            xx += pixel * ($whole)column * ($whole)column;
        }
        ink += in_row;
        x += x_in_row;
        xy += x_in_row * ($whole)row;
        y += in_row * ($whole)row;
        yy += in_row * ($whole)row * ($whole)row;
    }
    if (ink == 0) {
        return found; /* as of a dot in the middle */
    }
    const float total = (float)ink;
    found.row = (float)y / total;
    found.column = (float)x / total;
    const float down = fmaxf((float)yy / total - found.row * found.row, 0.0f);
    const float across = fmaxf((float)xx / total - found.column * found.column, 0.0f);
    const float both = (float)xy / total - found.row * found.column;
    if (down > 1e-3f) { /* a single row of ink does not lean */
        found.shear = linocut_limited(both / down, -max_shear, max_shear);
    }
    const float lean = found.shear;
    found.height = sqrtf(down);
    found.width = sqrtf(fmaxf(across - 2.0f * lean * both + lean * lean * down, 0.0f));
    return found;
}
""")

SAMPLE = """\
static float linocut_sample(const uint8_t image[LINOCUT_PIXELS], float row, float column)
{
    /* One further, so that conversion, which cuts towards zero, rounds down. */
    const float y = linocut_limited(row + 1.0f, 0.0f, (float)(LINOCUT_HEIGHT + 1));
    const float x = linocut_limited(column + 1.0f, 0.0f, (float)(LINOCUT_WIDTH + 1));
    const int32_t top = (int32_t)y - 1, left = (int32_t)x - 1;
    const float dy = y - (float)(top + 1), dx = x - (float)(left + 1);
    float upper = linocut_ink(image, top, left);
    float lower = linocut_ink(image, top + 1, left);
    upper += dx * (linocut_ink(image, top, left + 1) - upper);
    lower += dx * (linocut_ink(image, top + 1, left + 1) - lower);
    return upper + dy * (lower - upper);
}
"""

RATIO = Template("""\
/* How many pixels of the image one of the result stands for. */
static float linocut_ratio(float size, float usual, float strength)
{
    const float ratio = size > 0.0f && usual > 0.0f ? size / usual : 1.0f;
    /* In double, because the last bit of a float's power depends on the library. */
    return (float)pow((double)linocut_limited(ratio, $least, $most), (double)strength);
}
""")

NORMALISE = Template("""\
/* Upright, in the middle, and of about the usual height and width. */
static void linocut_step_$position(const uint8_t image[LINOCUT_PIXELS],
                           uint8_t made[LINOCUT_PIXELS])
{
    uint8_t ink[LINOCUT_PIXELS];
    linocut_find_ink(image, ink);
    const linocut_moments found = linocut_measure(ink, $max_shear);
    const float down = linocut_ratio(found.height, $height, $strength);
    const float across = linocut_ratio(found.width, $width, $strength);
    for (int32_t row = 0; row < LINOCUT_HEIGHT; row++) {
        const float y = down * ((float)row - $middle_row);
        const float lean = found.column + found.shear * y;
        for (int32_t column = 0; column < LINOCUT_WIDTH; column++) {
            const float x = across * ((float)column - $middle_column);
            *made++ = linocut_to_byte(linocut_sample(ink, found.row + y, lean + x));
        }
    }
}
""")

DESKEW = Template("""\
/* Sheared about the centre of its ink until it stands upright. */
static void linocut_step_$position(const uint8_t image[LINOCUT_PIXELS],
                           uint8_t made[LINOCUT_PIXELS])
{
    uint8_t ink[LINOCUT_PIXELS];
    linocut_find_ink(image, ink);
    const linocut_moments found = linocut_measure(ink, $max_shear);
    for (int32_t row = 0; row < LINOCUT_HEIGHT; row++) {
        const float shift = found.shear * ((float)row - found.row);
        const float whole = floorf(shift), part = shift - whole;
        for (int32_t column = 0; column < LINOCUT_WIDTH; column++) {
            const float left = linocut_ink(ink, row, column + (int32_t)whole);
            const float right = linocut_ink(ink, row, column + (int32_t)whole + 1);
            *made++ = linocut_to_byte(left + part * (right - left));
        }
    }
}
""")

CENTRE = Template("""\
/* Moved by whole pixels until the centre of its ink is in the middle. */
static void linocut_step_$position(const uint8_t image[LINOCUT_PIXELS],
                           uint8_t made[LINOCUT_PIXELS])
{
    uint8_t ink[LINOCUT_PIXELS];
    linocut_find_ink(image, ink);
    const linocut_moments found = linocut_measure(ink, $max_shear);
    const int32_t down = (int32_t)rint((double)found.row - $middle_row);
    const int32_t across = (int32_t)rint((double)found.column - $middle_column);
    for (int32_t row = 0; row < LINOCUT_HEIGHT; row++) {
        for (int32_t column = 0; column < LINOCUT_WIDTH; column++) {
            *made++ = (uint8_t)linocut_ink(ink, row + down, column + across);
        }
    }
}
""")


def image_steps_source(steps: Sequence[ImageStep], shape: Shape) -> str:
    """Return functions ``linocut_step_1`` and so on, and what they call; empty for no steps.

    Parameters
    ----------
    steps : sequence of transformers
        In order.
    shape : (int, int) or (int, int, 3)
        Height and width of the images; those in colour are refused.
    """
    if not steps:
        return ""
    if is_colour(shape):
        raise LinocutError(
            f"the step {kind_of(steps[0]).name!r} of images in colour cannot be written in C — "
            "export the model as JSON, which has it"
        )
    h, w = shape
    middle = {"middle_row": number((h - 1) / 2), "middle_column": number((w - 1) / 2)}
    largest = 255 * h * w * max(h - 1, w - 1) ** 2
    whole = "uint32_t" if largest < 2**32 else "uint64_t"
    count = border_pixels(np.empty(shape)).size
    parts = [FIND_INK.substitute(middle=median_place(count)), INK, LIMITED]
    parts += [MOMENTS.substitute(middle, whole=whole)]
    if any(isinstance(step, NormaliseMoments) for step in steps):
        parts += [SAMPLE, RATIO.substitute(least=number(1 / MOST), most=number(MOST))]
    if any(isinstance(step, NormaliseMoments | Deskew) for step in steps):
        parts.append(TO_BYTE)
    for position, step in enumerate(steps, 1):
        parts.append(_step_source(step, position, shape))
    return "\n".join(parts)


def _step_source(step: ImageStep, position: int, shape: Shape) -> str:
    middle_row, middle_column = ((side - 1) / 2 for side in shape)
    if isinstance(step, NormaliseMoments):
        return NORMALISE.substitute(
            position=position,
            max_shear=number(MAX_SHEAR),
            height=number(step.height_),
            width=number(step.width_),
            strength=number(step.strength),
            middle_row=number(middle_row),
            middle_column=number(middle_column),
        )
    if isinstance(step, Deskew):
        return DESKEW.substitute(position=position, max_shear=number(step.max_shear))
    assert isinstance(step, Centre)
    # In double, as the transformer has it: no half may come about by rounding.
    return CENTRE.substitute(
        position=position,
        max_shear=number(MAX_SHEAR),
        middle_row=middle_row,
        middle_column=middle_column,
    )
