"""How the templates of the explained model came about: the fit once more, at a few moments."""

from __future__ import annotations

import numpy as np

from linocut.explain import replay_fit
from linocut.report import text
from linocut.report.document import FitReplay
from linocut.report.evidence import ExplainedRung
from linocut.report.packing import pack
from linocut.report.stacks import rounded

WORK = 1_000_000_000  # training pixels times classes whose fit takes a few seconds at most
BUDGET = 60_000  # characters of the page
LEAST = 4  # moments that are worth a replay


def why_no_replay(explained: ExplainedRung) -> str | None:
    """Say why the fit is not made once more for the page; None where it is."""
    pixels = explained.dataset.train.images.size
    return text.no_replay() if pixels * len(explained.positions) > WORK else None


def fit_replay(explained: ExplainedRung) -> FitReplay | None:
    """Fit the explained model again and keep its templates; None where they do not fit."""
    dataset = explained.dataset
    names = np.asarray(dataset.class_names)
    replay = replay_fit(
        explained.rung.model,
        dataset.train.images,
        names[dataset.train.labels],
        test=(dataset.test.images, names[dataset.test.labels]),
    )
    moments = np.arange(len(replay.frames))
    while True:
        frames = replay.frames[moments].reshape(-1, *dataset.image_shape)
        stack = rounded(frames, replay.limit, "int8")
        if len(stack.data) <= BUDGET:
            break
        if len(moments) <= LEAST:
            return None
        kept = np.linspace(0, len(moments) - 1, max(LEAST, len(moments) - 2))
        moments = moments[np.unique(kept.round().astype(int))]
    assert replay.iterations is not None
    assert replay.objectives is not None
    assert replay.accuracies is not None
    place = {name: k for k, name in enumerate(dataset.class_names)}
    return FitReplay(
        rung=explained.rung.name,
        title=explained.rung.title,
        unit=replay.unit,
        stack=stack,
        limit=replay.limit,
        classes=tuple(place[name] for name in replay.classes),
        iterations=tuple(replay.iterations[t] for t in moments),
        objectives=tuple(float(replay.objectives[t]) for t in moments),
        accuracies=pack(replay.accuracies[moments].astype(np.float32)),
        text=text.replay(explained.rung.title, replay.iterations[-1], len(moments)),
    )
