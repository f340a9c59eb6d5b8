"""Damaged requests are answered or refused in one line (see `fuzz.readers.server`)."""

from fuzz.readers import reader_of
from fuzz.running import run_here


def test_a_few_hundred_damaged_requests_are_answered_or_refused():
    reader = reader_of("server")
    seeds = reader.seeds()
    assert all(reader.read(seed) for seed in seeds)
    outcome = run_here(reader, seeds, range(400), random_state=7)
    assert not outcome.failures
    assert outcome.read > 50
    assert outcome.refused > 100
