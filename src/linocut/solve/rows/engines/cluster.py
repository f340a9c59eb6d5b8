"""A Dask cluster as this package uses it: a few calls, each of which ends, and errors in one line.

Everything is made by tasks, whose graph the scheduler keeps: what a worker took along when it died
is made again by another. Nothing is scattered, and there are no actors, since neither comes back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from linocut.core import EngineLost, LinocutError

TICK = 1.0  # seconds between two looks at whether anything is still happening
ANSWER = 10.0  # seconds that the scheduler has to answer such a look
RETRIES = 2  # of a task that failed: a file system may have been away for a moment
LIMITS = {"connect": "10 s", "no-worker": "60 s", "no-progress": "10 minutes"}

Future = Any


@dataclass(eq=False)
class Cluster:
    """The workers that one client knows.

    Attributes
    ----------
    client : distributed.Client
        Connected to the scheduler.
    """

    client: Any
    _address: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._address = str(self.client.scheduler.address)  # which a closed client has no more

    @classmethod
    def of(cls, engine: str) -> Cluster:
        """Return the active client's cluster (``"dask"``), or that of a scheduler's address.

        Raises
        ------
        LinocutError
            If there is no client, or no scheduler answers at the address.
        """
        distributed = _distributed(engine)
        if engine != "dask":
            return cls(_client_at(engine, distributed))
        try:
            client = distributed.Client.current()
        except ValueError:
            raise LinocutError(
                "engine='dask' — no Dask client is active; make one by distributed.Client(…), or "
                "give the address of a scheduler, such as tcp://HOST:8786"
            ) from None
        if client.asynchronous:
            raise LinocutError("engine='dask' — the active client is asynchronous; a plain one")
        return cls(client)

    @property
    def address(self) -> str:
        """Of the scheduler, as the client knows it."""
        return self._address

    def threads(self) -> dict[str, int]:
        """Return the threads of each worker by its address; there is at least one worker.

        Raises
        ------
        LinocutError
            If none comes within the time limit.
        """
        until = time.monotonic() + _limit("no-worker")
        while not (workers := self._asked_threads()):
            if time.monotonic() > until:
                raise self._no_worker()
            time.sleep(min(TICK, 0.1))
        return workers

    def one(self, function: Callable[..., Any], *arguments: Any, name: str) -> Future:
        """Let one worker compute something."""
        return self.map(function, *([each] for each in arguments), name=name)[0]

    def map(
        self,
        function: Callable[..., Any],
        *iterables: Sequence[Any],
        name: str,
        where: Sequence[str | None] | None = None,
        retries: int = 0,
    ) -> list[Future]:
        """Let workers compute something for each of several arguments.

        Parameters
        ----------
        function : callable
            Of a module that the workers have.
        *iterables : sequences
            Its arguments; futures among them are computed first.
        name : str
            By which the scheduler learns how long such tasks take.
        where : sequence of str or None, optional
            The worker for each, as long as it lives.
        retries : int
            How often to try again.
        """
        columns = [list(each) for each in iterables]
        if where is None:
            where = [None] * len(columns[0])
        groups: dict[str | None, list[int]] = {}
        for i, worker in enumerate(where):
            groups.setdefault(worker, []).append(i)
        futures: list[Future] = [None] * len(where)
        with self._told(), _large_graphs():
            for worker, members in groups.items():
                placed = {} if worker is None else {"workers": [worker]}
                some = self.client.map(
                    function,
                    *([column[i] for i in members] for column in columns),
                    key=f"linocut-{name}",
                    pure=False,
                    retries=retries,
                    allow_other_workers=worker is not None,
                    **placed,
                )
                for i, future in zip(members, some, strict=True):
                    futures[i] = future
        return futures

    def anchors(self, where: Sequence[str | None]) -> list[Future]:
        """Return something small on each of several workers, that tasks are drawn to.

        Nothing binds it to its worker once it is there. A task without dependencies that is bound
        to a worker, however loosely, would wait for it for ever if all workers died at once.
        """
        made = self.map(_nothing, range(len(where)), name="anchor", where=where)
        self.answers(made)
        self._ask("set_restrictions", worker={future.key: [] for future in made})
        return made

    def answers(self, futures: Sequence[Future], watched: Sequence[Future] = ()) -> list[Any]:
        """Wait for answers and fetch them.

        Parameters
        ----------
        futures : sequence of Future
            Whose answers are wanted.
        watched : sequence of Future
            What they are made of: as long as some of these end, something is happening.

        Raises
        ------
        EngineLost
            If no worker is left, or nothing ends within the time limit, or the scheduler is lost.
        """
        futures = list(futures)
        with self._told():
            self._wait(futures, list({id(each): each for each in (*futures, *watched)}.values()))
            failed = next((future for future in futures if future.status == "error"), None)
            if failed is None:
                fetch = partial(self.client.gather, futures, errors="raise", asynchronous=True)
                limit = _limit("no-progress")
                return list(self.client.sync(fetch, callback_timeout=limit))
            error = failed.exception(timeout=ANSWER)
        raise self._of_task(error)

    def holders(self, futures: Sequence[Future]) -> list[tuple[str, ...]]:
        """Return the workers that hold each answer; none where it is still to be made."""
        found = self._ask("who_has", keys=[future.key for future in futures])
        return [tuple(sorted(found.get(future.key, ()))) for future in futures]

    def _wait(self, futures: list[Future], watched: list[Future]) -> None:
        from distributed import wait

        watch = _Watch()
        while True:
            try:
                with self.client.as_current():  # which need not be the default one
                    wait(futures, timeout=TICK)
            except TimeoutError:
                pass
            else:
                return
            if any(future.status == "error" for future in futures):
                return
            done = sum(future.status != "pending" for future in watched)
            silent: EngineLost | None = None
            try:
                workers = len(self._asked_threads())
            except EngineLost as error:
                workers, silent = 0, error
            watch.look(done, workers)
            if watch.alone > _limit("no-worker"):
                raise silent or self._no_worker()
            if watch.idle > _limit("no-progress"):
                raise EngineLost(
                    f"{self.address}: {done} of {len(watched)} tasks ended, and none in the last "
                    f"{watch.idle:.0f} s — look at the workers, or allow more "
                    "(DASK_LINOCUT__NO_PROGRESS='30 minutes')"
                )

    def _asked_threads(self) -> dict[str, int]:
        return dict(self._ask("ncores", ANSWER))

    def _ask(self, what: str, limit: float | None = None, **given: Any) -> Any:
        """Let the scheduler answer, or give up; a busy one may take its time."""
        with self._told():
            call = getattr(self.client.scheduler, what)
            limit = _limit("no-worker") if limit is None else limit
            return self.client.sync(call, callback_timeout=limit, **given)

    def _no_worker(self) -> EngineLost:
        return EngineLost(
            f"{self.address}: no worker in the last {_limit('no-worker'):.0f} s — start some by "
            f"`dask worker {self.address}`, or allow more (DASK_LINOCUT__NO_WORKER='5 minutes')"
        )

    def _of_task(self, error: BaseException) -> BaseException:
        """Return what to raise for what a task has raised."""
        from distributed.scheduler import KilledWorker

        if isinstance(error, KilledWorker):
            return EngineLost(
                f"{self.address}: workers died one after the other of the same rows — give them "
                "more memory, or look into their logs"
            )
        if isinstance(error, ModuleNotFoundError):
            return LinocutError(
                f"{self.address}: the workers have no module {error.name!r} — install there what "
                "is installed here"
            )
        if isinstance(error, OSError | MemoryError):
            return LinocutError(f"{self.address}: a worker failed: {_first_line(error)}")
        return error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell in one line that the scheduler is gone, however that shows."""
        gone = EngineLost(
            f"{self.address}: the scheduler is gone, was restarted or does not answer — see that "
            "it and its workers run, and fit again"
        )
        if self.client.scheduler is None:  # the client is closed
            raise gone
        try:
            yield
        except (CancelledError, TimeoutError, OSError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and self.client.status == "running":
                raise
            raise gone from error


def _nothing(number: int) -> None:
    """Be somewhere."""


@dataclass(eq=False)
class _Watch:
    """For how long no worker was there, and nothing came to an end."""

    done: int = -1
    moved: float = field(default_factory=time.monotonic)
    accompanied: float = field(default_factory=time.monotonic)

    def look(self, done: int, workers: int) -> None:
        """Take up how much is done and how many workers there are."""
        now = time.monotonic()
        if done != self.done:
            self.done, self.moved = done, now
        if workers:
            self.accompanied = now

    @property
    def idle(self) -> float:
        """Seconds since something came to an end."""
        return time.monotonic() - self.moved

    @property
    def alone(self) -> float:
        """Seconds without a worker."""
        return time.monotonic() - self.accompanied


_clients: dict[tuple[int, str], Any] = {}


def _client_at(address: str, distributed: Any) -> Any:
    """Return a client of a scheduler's address: one a process, or each fit would make its own."""
    place = os.getpid(), address
    client = _clients.get(place)
    if client is None or client.status != "running":
        try:
            client = distributed.Client(address, timeout=_limit("connect"), set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise LinocutError(
                f"engine={address!r} — no Dask scheduler answers there ({_first_line(error)})"
            ) from None
        _clients[place] = client
    return client


def _distributed(engine: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise LinocutError(f"engine={engine!r} needs Dask — pip install 'linocut[dask]'") from None
    return distributed


def _limit(name: str) -> float:
    import dask
    from dask.utils import parse_timedelta

    return float(parse_timedelta(dask.config.get(f"linocut.{name}", LIMITS[name])))


@contextmanager
def _large_graphs() -> Iterator[None]:
    """Send parts of arrays along without being told that graphs should be small."""
    import dask

    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TiB"}):
        yield


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def shared_out(count: int, threads: dict[str, int]) -> list[str | None]:
    """Return a worker for each of several parts: neighbours together, as many as it has threads.

    Examples
    --------
    >>> shared_out(6, {"a": 1, "b": 2})
    ['a', 'a', 'b', 'b', 'b', 'b']
    """
    ends = np.cumsum(list(threads.values())) / sum(threads.values())
    names = list(threads)
    return [names[int(np.searchsorted(ends, (k + 0.5) / count))] for k in range(count)]
