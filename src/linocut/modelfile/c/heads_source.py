"""The C of the heads: tables of weights, and the loops that multiply them."""

from __future__ import annotations

from string import Template

from linocut.modelfile.c.heads import Head, LinearHead, PairsHead
from linocut.modelfile.c.text import table
from linocut.modelfile.c.weights import Weights

# Pixels in the outer loop: paper costs nothing, and the sums of an inner loop do not wait for one
# another.
OF_FLOATS = Template("""\
static void $function(const uint8_t image[LINOCUT_PIXELS], float made[$outputs])
{
    for (int32_t k = 0; k < $outputs; k++) {
        made[k] = 0.0f;
    }
    for (int32_t i = 0; i < LINOCUT_PIXELS; i++) {
        if (image[i] != 0) {
            const float pixel = (float)image[i];
            for (int32_t k = 0; k < $outputs; k++) {
                made[k] += pixel * $weights[i][k];
            }
        }
    }
    for (int32_t k = 0; k < $outputs; k++) {
        made[k] += $offset[k];
    }
}
""")

OF_BYTES = Template("""\
static void $function(const uint8_t image[LINOCUT_PIXELS], float made[$outputs])
{
    int32_t sums[$outputs] = {0};
    for (int32_t i = 0; i < LINOCUT_PIXELS; i++) {
        if (image[i] != 0) {
            const int32_t pixel = image[i];
            for (int32_t k = 0; k < $outputs; k++) {
                sums[k] += pixel * $weights[i][k];
            }
        }
    }
    for (int32_t k = 0; k < $outputs; k++) {
        made[k] = (float)sums[k] * ${weights}_scale[k] + $offset[k];
    }
}
""")

PAIRS = Template("""\
/* Scores of the components z and of all products of two, which are not stored. */
static void linocut_head(const uint8_t image[LINOCUT_PIXELS], float scores[LINOCUT_CLASSES])
{
    float z[LINOCUT_COMPONENTS];
    float linear[LINOCUT_CLASSES] = {0.0f}, products[LINOCUT_CLASSES] = {0.0f};
    int32_t row = 0;
    linocut_components(image, z);
    for (int32_t i = 0; i < LINOCUT_COMPONENTS; i++) {
        for (int32_t k = 0; k < LINOCUT_CLASSES; k++) {
            linear[k] += z[i] * $of_linear;
        }
        for (int32_t j = i; j < LINOCUT_COMPONENTS; j++, row++) {
            const float product = z[i] * z[j];
            for (int32_t k = 0; k < LINOCUT_CLASSES; k++) {
                products[k] += product * $of_pairs;
            }
        }
    }
    for (int32_t k = 0; k < LINOCUT_CLASSES; k++) {
        scores[k] = $linear
                    + $products + linocut_bias[k];
    }
}
""")


def head_source(head: Head) -> str:
    """Return the tables of a head and the function ``linocut_head`` from an image to scores."""
    if isinstance(head, LinearHead):
        return "\n".join([
            *_tables("linocut_weights", "LINOCUT_PIXELS", "LINOCUT_CLASSES", head.weights),
            table("linocut_bias", ["LINOCUT_CLASSES"], head.bias),
            _of_pixels(
                head.weights, "linocut_head", "linocut_weights", "linocut_bias", "LINOCUT_CLASSES"
            ),
        ])  # fmt: skip
    return _pairs_source(head)


def _pairs_source(head: PairsHead) -> str:
    m = len(head.offset)
    cast = "" if head.pairs.scale is None else "(float)"
    return "\n".join([
        f"#define LINOCUT_COMPONENTS {m}\n#define LINOCUT_PAIRS {m * (m + 1) // 2}\n",
        *_tables("linocut_axes", "LINOCUT_PIXELS", "LINOCUT_COMPONENTS", head.components),
        table("linocut_offset", ["LINOCUT_COMPONENTS"], head.offset),
        *_tables("linocut_linear", "LINOCUT_COMPONENTS", "LINOCUT_CLASSES", head.linear),
        *_tables("linocut_pairs", "LINOCUT_PAIRS", "LINOCUT_CLASSES", head.pairs),
        table("linocut_bias", ["LINOCUT_CLASSES"], head.bias),
        _of_pixels(
            head.components, "linocut_components", "linocut_axes", "linocut_offset",
            "LINOCUT_COMPONENTS",
        ),
        PAIRS.substitute(
            of_linear=f"{cast}linocut_linear[i][k]",
            of_pairs=f"{cast}linocut_pairs[row][k]",
            linear=_scaled("linear", "linocut_linear", head.linear),
            products=_scaled("products", "linocut_pairs", head.pairs),
        ),
    ])  # fmt: skip


def _tables(name: str, inputs: str, outputs: str, weights: Weights) -> list[str]:
    tables = [table(name, [inputs, outputs], weights.values)]
    if weights.scale is not None:
        tables.append(table(f"{name}_scale", [outputs], weights.scale))
    return tables


def _scaled(sums: str, name: str, weights: Weights) -> str:
    return f"{sums}[k]" if weights.scale is None else f"{sums}[k] * {name}_scale[k]"


def _of_pixels(weights: Weights, function: str, name: str, offset: str, outputs: str) -> str:
    form = OF_FLOATS if weights.scale is None else OF_BYTES
    return form.substitute(function=function, weights=name, offset=offset, outputs=outputs)
