"""How the templates of the explained model came about: the fit once more, at a few moments."""

from __future__ import annotations

import numpy as np

from linocut.core import LinocutError
from linocut.explain import Replay, replay_fit
from linocut.report import text
from linocut.report.document import FitReplay
from linocut.report.evidence import ExplainedRung
from linocut.report.packing import pack
from linocut.report.stacks import rounded

WORK = 1_000_000_000  # training pixels times classes whose fit takes a few seconds at most
BUDGET = 60_000  # characters of the page
LEAST = 4  # moments that are worth a replay


def fit_replay(explained: ExplainedRung) -> FitReplay | str:
    """Fit the explained model again and keep its templates; say why not where that cannot be."""
    dataset = explained.dataset
    if dataset.train.images.size * len(explained.positions) > WORK:
        return text.replay_takes_long()
    try:
        replay = _replayed(explained)
    except LinocutError as error:
        return text.cannot_replay(error)
    return _kept(explained, replay) or text.replay_takes_room()


def _replayed(explained: ExplainedRung) -> Replay:
    dataset = explained.dataset
    names = np.asarray(dataset.class_names)
    return replay_fit(
        explained.rung.model,
        dataset.train.images,
        names[dataset.train.labels],
        test=(dataset.test.images, names[dataset.test.labels]),
    )


def _kept(explained: ExplainedRung, replay: Replay) -> FitReplay | None:
    """Keep as many moments as fit; None where too few do."""
    dataset = explained.dataset
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
