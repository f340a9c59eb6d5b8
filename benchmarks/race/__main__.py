"""Run the race: python -m benchmarks.race [--tasks mnist probe] [--small] [-o race.json]."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

if not __package__:  # python benchmarks/race
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.race.contenders import CONTENDERS
from benchmarks.race.contenders.ours import SOLVERS as OURS
from benchmarks.race.environment import describe, start_again, versions
from benchmarks.race.measure import Limits, run_task
from benchmarks.race.plot import plot_race
from benchmarks.race.results import Race
from benchmarks.race.table import write_race
from benchmarks.race.tasks import SEED, TASKS, make_task


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.show:
        race = Race.load(options.show)
    else:
        if arguments is None:
            start_again(options.threads, sys.argv[1:])
        race = _run(options)
    print(write_race(race), flush=True)
    if options.plot:
        plot_race(race).savefig(options.plot, dpi=160)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.race", description=__doc__)
    add = parser.add_argument
    add("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS), metavar="TASK",
        help=f"which of {', '.join(TASKS)}; all by default")  # fmt: skip
    add("--contenders", nargs="+", default=[""], metavar="PART",
        help="only those in whose names one of these parts occurs; ours always runs")  # fmt: skip
    add("--repeats", type=int, default=3, help="rounds; the median counts (3)")
    add("--limit", type=float, default=300.0, metavar="SECONDS",
        help="no fit that is foreseen to take longer (300)")  # fmt: skip
    add("--once", type=float, default=60.0, metavar="SECONDS",
        help="fits that take longer: no repeats, and only every second setting (60)")  # fmt: skip
    add("--stride", type=int, default=1, help="use every so-manieth setting (1)")
    add("--threads", type=int, default=2, help="threads and cores for everybody (2)")
    add("--small", action="store_true", help="small tasks, to try things out")
    add("-o", "--output", type=Path, metavar="JSON", help="keep every run there")
    add("--plot", type=Path, metavar="PNG", help="draw distance against seconds there")
    add("--show", type=Path, metavar="JSON", help="run nothing: show what was kept")
    return parser


def _run(options: argparse.Namespace) -> Race:
    parts = [part.lower() for part in options.contenders]
    chosen = [
        each
        for each in CONTENDERS
        if each in OURS or any(part in each.name.lower() for part in parts)
    ]
    race = Race(describe(options.threads), versions(chosen))
    limits = Limits(options.repeats, options.limit, options.once, options.stride)
    rng = np.random.default_rng(SEED)
    for line in (*race.environment.items(), *race.versions.items()):
        _say(": ".join(line))
    for name in options.tasks:
        start = time.perf_counter()
        task = make_task(name, small=options.small)
        _say(f"{task.title}: made in {time.perf_counter() - start:.1f} s")
        run_task(race, task, chosen, limits, rng, _say)
        if options.output:
            race.save(options.output)  # after each task: a long race may be cut short
    return race


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
