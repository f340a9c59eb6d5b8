"""The C of what is done with scores: probabilities, and the class with the largest."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

import numpy as np

from linocut.core.decisions import DecisionRule
from linocut.core.links import Link
from linocut.modelfile.c.text import comment, number, string, table

SCORES = Template("""\
void linocut_scores(const uint8_t image[LINOCUT_PIXELS], float scores[LINOCUT_CLASSES])
{
$body}
""")

PROBABILITIES = Template("""\
void linocut_probabilities(const float scores[LINOCUT_CLASSES],
                           float probabilities[LINOCUT_CLASSES])
{
    float largest = -HUGE_VALF, sum = 0.0f;
    for (int32_t k = 0; k < LINOCUT_CLASSES; k++) {
        $logarithm
        largest = fmaxf(largest, probabilities[k]);
    }
    for (int32_t k = 0; k < LINOCUT_CLASSES; k++) {
        probabilities[k] = expf(probabilities[k] - largest); /* never too large for a float */
        sum += probabilities[k];
    }
    for (int32_t k = 0; k < LINOCUT_CLASSES; k++) {
        probabilities[k] /= sum;
    }
}
""")

# A class that is surely rejected has the logarithm of the smallest double, as in linocut.
LOG_SIGMOID = Template("""\
static float linocut_log_sigmoid(float score)
{
    const float found = score < 0.0f ? score - log1pf(expf(score)) : -log1pf(expf(-score));
    return fmaxf(found, $least);
}

""")

PREDICT = """\
int linocut_predict(const uint8_t image[LINOCUT_PIXELS])
{
    float scores[LINOCUT_CLASSES];
    int best = 0;
    linocut_scores(image, scores);
    for (int k = 1; k < LINOCUT_CLASSES; k++) {
        if (scores[k] > scores[best]) {
            best = k;
        }
    }
    return best;
}
"""

PREDICT_BY_THRESHOLDS = """\
int linocut_predict(const uint8_t image[LINOCUT_PIXELS])
{
    float probabilities[LINOCUT_CLASSES];
    int best = -1;
    linocut_scores(image, probabilities);
    linocut_probabilities(probabilities, probabilities);
    for (int k = 0; k < LINOCUT_CLASSES; k++) {
        if (probabilities[k] >= linocut_thresholds[k] &&
            (best < 0 || probabilities[k] > probabilities[best])) {
            best = k;
        }
    }
    return best;
}
"""

PREDICT_BY_COSTS = """\
int linocut_predict(const uint8_t image[LINOCUT_PIXELS])
{
    float probabilities[LINOCUT_CLASSES], least = HUGE_VALF;
    int best = -1;
    linocut_scores(image, probabilities);
    linocut_probabilities(probabilities, probabilities);
    for (int j = 0; j < LINOCUT_DECISIONS; j++) {
        float expected = 0.0f;
        for (int k = 0; k < LINOCUT_CLASSES; k++) {
            expected += probabilities[k] * linocut_costs[k][j];
        }
        if (expected < least) {
            least = expected;
            best = j;
        }
    }
    return best < LINOCUT_CLASSES ? best : -1; /* the last decision is to reject */
}
"""

CLASS_NAMES = "const char *const linocut_class_names[LINOCUT_CLASSES] = {"
CLASS_NAMES_END = "};\n"


def scores_source(steps: int) -> str:
    """Return ``linocut_scores``, which calls so many image steps and then the head."""
    lines, image = [], "image"
    for position in range(1, steps + 1):
        made = f"image_{position}"
        lines += [f"uint8_t {made}[LINOCUT_PIXELS];", f"linocut_step_{position}({image}, {made});"]
        image = made
    lines.append(f"linocut_head({image}, scores);")
    return SCORES.substitute(body="".join(f"    {line}\n" for line in lines))


def probabilities_source(link: Link, temperature: float) -> str:
    """Return ``linocut_probabilities``: what `Link.probabilities` makes of scores."""
    score = "scores[k]" if temperature == 1 else f"scores[k] / {number(temperature)}"
    before = ""
    if link is Link.SIGMOIDS:
        before = LOG_SIGMOID.substitute(least=number(np.log(np.finfo(np.float64).tiny)))
        score = f"linocut_log_sigmoid({score})"
    return before + PROBABILITIES.substitute(logarithm=f"probabilities[k] = {score};")


def decisions_source(rule: DecisionRule | None) -> str:
    """Return the tables that a rule decides by; empty if there is none."""
    if rule is None:
        return ""
    if rule.costs is not None:
        sizes = ["LINOCUT_CLASSES", "LINOCUT_DECISIONS"]
        values = table("linocut_costs", sizes, rule.costs.astype(np.float32))
    else:
        assert rule.thresholds is not None
        sizes = ["LINOCUT_CLASSES"]
        values = table("linocut_thresholds", sizes, rule.thresholds.astype(np.float32))
    # Of external linkage, as the names of the classes are.
    return values.removeprefix("static ")


def predict_source(rule: DecisionRule | None) -> str:
    """Return ``linocut_predict``, which decides as `DecisionRule.decide` does."""
    if rule is None:
        return PREDICT
    return PREDICT_BY_THRESHOLDS if rule.costs is None else PREDICT_BY_COSTS


def class_names_source(names: Sequence[str]) -> str:
    """Return string literals, one a line; a name beyond ASCII stands beside it, to be read."""
    lines = []
    for name in names:
        readable = "" if name.isascii() else f" /* {comment(name)} */"
        lines.append(f"    {string(name)},{readable}\n")
    return "".join(lines)
