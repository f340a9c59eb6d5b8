"""Damaged requests are answered or refused in one line (see `fuzz.readers.server`)."""

from pathlib import Path

import pytest

from fuzz.readers import reader_of
from fuzz.running import run_here
from linocut.core import LinocutError

CORPUS = Path(__file__).parents[2] / "fuzz" / "corpus" / "server"


def test_a_few_hundred_damaged_requests_are_answered_or_refused():
    reader = reader_of("server")
    seeds = reader.seeds()
    assert all(reader.read(seed) for seed in seeds)
    outcome = run_here(reader, seeds, range(400), random_state=7)
    assert not outcome.failures
    assert outcome.read > 50
    assert outcome.refused > 100


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*")), ids=lambda path: path.name)
def test_what_fuzzing_found_once_is_answered_or_refused(path):
    try:
        reader_of("server").read(path.read_bytes())
    except LinocutError as error:
        assert "\n" not in str(error)
