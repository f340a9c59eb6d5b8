"""BLAS keeps to one thread while anybody needs it to, and not a moment longer."""

import multiprocessing
from contextlib import ExitStack
from threading import Event, Thread

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from linocut.core.blas import one_blas_thread

OF_ITS_OWN = 3  # threads, on however few cores


def blas_threads():
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


def in_a_thread(function, *arguments, **named):
    """Call a function in a thread that has ended: threadpoolctl obeys the first one alive."""
    thread = Thread(target=function, args=arguments, kwargs=named)
    thread.start()
    thread.join()


@pytest.fixture(autouse=True)
def several_threads():
    (before,) = blas_threads()
    in_a_thread(threadpool_limits, limits=OF_ITS_OWN, user_api="blas")
    yield
    in_a_thread(threadpool_limits, limits=before, user_api="blas")


class Elsewhere:
    """Another thread, which is inside until told to leave."""

    def __init__(self):
        self.entered, self.told = Event(), Event()
        self.thread = Thread(target=self._stay)
        self.thread.start()
        self.entered.wait()

    def _stay(self):
        with one_blas_thread():
            self.entered.set()
            self.told.wait()

    def leave(self):
        self.told.set()
        self.thread.join()


def test_one_thread_inside_and_as_many_as_before_outside():
    with one_blas_thread():
        assert blas_threads() == {1}
        with one_blas_thread():
            assert blas_threads() == {1}
        assert blas_threads() == {1}
    assert blas_threads() == {OF_ITS_OWN}


@pytest.mark.parametrize("leaving", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_whoever_leaves_last_lifts_the_limit(leaving):
    inside = [Elsewhere() for _ in leaving]
    for left, which in enumerate(leaving, start=1):
        assert blas_threads() == {1}
        inside[which].leave()
        assert (blas_threads() == {1}) == (left < len(leaving))
    assert blas_threads() == {OF_ITS_OWN}


def test_it_is_left_whatever_happens_inside():
    def fail():
        with one_blas_thread():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert blas_threads() == {OF_ITS_OWN}


# From 3.12 on Python warns of forks beside other threads, which are what is tested here.
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("inside", [False, True])
def test_a_forked_child_forgets_the_threads_that_it_does_not_have(need, inside):
    need("fork" in multiprocessing.get_all_start_methods(), "this system has no forks")

    def child():
        assert blas_threads() == ({1} if inside else {OF_ITS_OWN})
        forked_inside.close()
        assert blas_threads() == {OF_ITS_OWN}
        with one_blas_thread():
            assert blas_threads() == {1}

    elsewhere = Elsewhere()
    with ExitStack() as forked_inside:
        if inside:
            forked_inside.enter_context(one_blas_thread())
        process = multiprocessing.get_context("fork").Process(target=child)
        process.start()
        process.join(60)
        process.kill()
    elsewhere.leave()
    assert process.exitcode == 0
    assert blas_threads() == {OF_ITS_OWN}
