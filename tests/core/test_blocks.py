"""Blocks are computed on threads, in processes that fork as in others."""

import multiprocessing

import pytest

from linocut.core.threads import map_in_order


# From 3.12 on Python warns of forks beside other threads, which are what is tested here.
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own(need):
    """It waited for ever for those of its parent: gunicorn --preload, multiprocessing on Linux."""
    need("fork" in multiprocessing.get_all_start_methods(), "this system has no forks")

    def squares():
        assert list(map_in_order(lambda x: x * x, range(9), 2)) == [x * x for x in range(9)]

    squares()
    process = multiprocessing.get_context("fork").Process(target=squares)
    process.start()
    process.join(60)
    process.kill()
    assert process.exitcode == 0
