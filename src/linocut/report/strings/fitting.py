"""The readers of a report: fitted on the training part, from simple to strong, and judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from linocut.core import LinocutError
from linocut.lines import Preparation, StringDataset, StringReader
from linocut.lines.learning.ladder import WINDOW_C, suiting
from linocut.lines.learning.learners import LEARNERS, SLIDING
from linocut.lines.network.neural import CTCReader
from linocut.report.strings.collecting import JudgedReader
from linocut.report.strings.readers import judged_network, judged_reader

COMPARISON = "ctc"
READERS = (*LEARNERS, COMPARISON)

Tell = Callable[[str], object]


def default_readers(dataset: StringDataset) -> tuple[str, ...]:
    """Return the names of all readers but the network; fixed positions need texts of one length."""
    return tuple(each.name for each in suiting(dataset.train))


def fit_readers(
    dataset: StringDataset, names: Sequence[str], *, random_state: int = 0, tell: Tell
) -> tuple[dict[str, StringReader], tuple[JudgedReader, ...]]:
    """Fit readers on the training part and judge them on the test part.

    Parameters
    ----------
    dataset : StringDataset
        What to learn from and to be judged on.
    names : sequence of str
        Of ``READERS``.
    random_state : int
        Of whatever is drawn.
    tell : callable
        Called with a line of text now and then.

    Returns
    -------
    readers : dict of StringReader
        By name, those that a model file can keep.
    judged : tuple of JudgedReader
        Simplest first.

    Raises
    ------
    LinocutError
        If a reader does not suit the data.
    """
    for name in names:
        if name in LEARNERS and name not in default_readers(dataset):
            raise LinocutError(f"{name} — {dataset.name} has texts of several lengths")
    readers: dict[str, StringReader] = {}
    judged: dict[str, JudgedReader] = {}
    how: Preparation | None = None
    for name in [each for each in reversed(LEARNERS) if each in names]:
        # The strongest first: the others prepare images as it found best.
        reader = StringReader(
            model=name, preparation=how, C=WINDOW_C if name == SLIDING else None,
            random_state=random_state,
        )  # fmt: skip
        began = time.perf_counter()
        reader.fit(dataset, progress=tell)
        spent = time.perf_counter() - began
        tell(f"{LEARNERS[name].short}: reading the test images")
        judged[name] = judged_reader(reader, dataset, fit_seconds=spent)
        readers[name] = reader
        how = reader.fitted_.preparation
    if COMPARISON in names:
        tell("CNN + CTC: training the network")
        began = time.perf_counter()
        network = CTCReader(random_state=random_state).fit(dataset.train)
        spent = time.perf_counter() - began
        judged[COMPARISON] = judged_network(network, dataset, fit_seconds=spent)
    return readers, tuple(judged[name] for name in READERS if name in judged)
