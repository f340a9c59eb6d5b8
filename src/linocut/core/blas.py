"""One thread for BLAS while threads of our own compute."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from threading import RLock, get_ident
from typing import Any

import threadpoolctl
from threadpoolctl import ThreadpoolController

ONE = {"limits": 1, "user_api": "blas"}
ALONE = 3000  # side of a matrix up to which threads that share it wait longer than they save


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep BLAS to one thread; several threads may do so at once.

    It must not start threads of its own inside ours, nor may their number decide the order in
    which a block is summed; and for the small matrices between two passes they only wait.
    """
    of_thread, _ = _libraries()
    # A limit on no library would take a tenth of the time of scoring one image.
    of_this_thread = of_thread.limit(**ONE) if of_thread.lib_controllers else nullcontext()
    with of_this_thread, _process.limited():
        yield


def threads_for_decomposing(side: int) -> AbstractContextManager[None]:
    """Keep BLAS to one thread while a small matrix is decomposed or a small system solved.

    Between its many small steps threads wait for each other without sleeping: beside other
    processes two of them take ten times the processor time of one, and no less time by the clock.
    """
    return one_blas_thread() if side <= ALONE else nullcontext()


class _Process:
    """The limit of the whole process: the first in sets it, the last out lifts it.

    If each restored what it had found, one that came second and left last would have found the
    limit of the first, and would leave it behind for good.
    """

    def __init__(self) -> None:
        # Reentrant, since collecting garbage may close a generator that is inside.
        self.lock = RLock()
        self.inside: dict[object, int] = {}  # who is inside, in which thread
        self.limiter: Any = None

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Keep to one thread while the block runs."""
        who = object()
        with self.lock:
            if not self.inside:
                _, of_process = _libraries()
                self.limiter = of_process.limit(**ONE)
                _give_up_control()
            self.inside[who] = get_ident()
        try:
            yield
        finally:
            with self.lock:
                self._keep({other: at for other, at in self.inside.items() if other is not who})

    def forked(self) -> None:
        """Forget, in the child, all threads but the one that forked; no other is there."""
        self._keep({who: at for who, at in self.inside.items() if at == get_ident()})
        self.lock.release()

    def _keep(self, inside: dict[object, int]) -> None:
        if self.inside and not inside:
            self.limiter.restore_original_limits()
            _give_up_control()
        self.inside = inside


def _give_up_control() -> None:
    """Let any thread set the next limit: the last out need not be the first in.

    Later versions of threadpoolctl let no thread but the one that has set a limit set another.
    """
    if hasattr(threadpoolctl.OpenBLASController, "clear_controlling_thread"):
        threadpoolctl.OpenBLASController.clear_controlling_thread()


@lru_cache(maxsize=1)
def _libraries() -> tuple[ThreadpoolController, ThreadpoolController]:
    """Return the libraries that limit a thread, and those that limit the process."""
    blas = ThreadpoolController().select(user_api="blas")
    of_thread = blas.select(internal_api="mkl", threading_layer="openmp")
    paths = {lib.filepath for lib in blas.lib_controllers}
    paths -= {lib.filepath for lib in of_thread.lib_controllers}
    return of_thread, blas.select(filepath=list(paths))


_process = _Process()
if hasattr(os, "register_at_fork"):  # there are no forks on Windows
    os.register_at_fork(
        before=_process.lock.acquire,
        after_in_parent=_process.lock.release,
        after_in_child=_process.forked,
    )
