"""The option that says where to compute, and a cluster for as long as a command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from linocut.core import LinocutError
from linocut.core.threads import available_cores

SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS|local",
        help="Compute on a Dask cluster: the address of its scheduler, tcp://HOST:PORT, or local "
        "for processes of this machine; by default threads.",
    ),
]


@contextmanager
def engine_of(scheduler: str | None) -> Iterator[str]:
    """Yield the engine that a command line names; a local cluster lives as long.

    Raises
    ------
    LinocutError
        If it names none, none answers there, or Dask is not installed.
    """
    from linocut.solve.rows import KEEPING_MEMORY, reached

    if scheduler is None:
        yield "threads"
        return
    if scheduler != "local":
        if "://" not in scheduler:
            raise LinocutError(f"--scheduler {scheduler} — tcp://HOST:PORT, or local")
        yield reached(scheduler)
        return
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise LinocutError("--scheduler local needs Dask — pip install 'linocut[dask]'") from None
    cores = available_cores()
    with (
        dask.config.set(KEEPING_MEMORY),
        LocalCluster(
            n_workers=cores, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as cluster,
        Client(cluster),
    ):
        yield "dask"
