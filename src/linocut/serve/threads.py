"""Threads that answer requests, many at once where many wait, behind a queue that has an end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from linocut.serve.refusals import Refusal

Question = TypeVar("Question")
Answer = TypeVar("Answer")

AT_ONCE = 64  # requests that are answered together


@dataclass(frozen=True, eq=False)
class _Waiting(Generic[Question, Answer]):
    question: Question
    future: asyncio.Future[Answer]


class AnsweringThreads(Generic[Question, Answer]):
    """Threads that take what waits, together, and answer it.

    Parameters
    ----------
    answer : callable
        Given questions, returns an answer or an exception for each; it raises nothing.
    threads : int
        Number of threads.
    waiting : int
        Questions that may be on their way at once.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Question]], Sequence[Answer | Exception]],
        *,
        threads: int,
        waiting: int,
    ) -> None:
        self.answer, self.most = answer, waiting
        self.waiting = 0
        self.queue: SimpleQueue[_Waiting[Question, Answer] | None] = SimpleQueue()
        self.loop = asyncio.get_running_loop()
        self.threads = [
            threading.Thread(target=self._run, name=f"answers-{k}", daemon=True)
            for k in range(threads)
        ]
        for thread in self.threads:
            thread.start()

    async def ask(self, question: Question) -> Answer:
        """Return the answer to a question.

        Raises
        ------
        Refusal
            503 if too many wait already.
        Exception
            What the question was answered with.
        """
        if self.waiting >= self.most:
            raise Refusal(503, f"{self.waiting} requests wait already — come again")
        self.waiting += 1
        try:
            waiting = _Waiting(question, self.loop.create_future())
            self.queue.put(waiting)
            answer: Answer = await waiting.future
            return answer
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Let the threads end once all that waits is answered."""
        for _ in self.threads:
            self.queue.put(None)

    def _run(self) -> None:
        while (first := self.queue.get()) is not None:
            taken = [first]
            while len(taken) < AT_ONCE:
                try:
                    more = self.queue.get_nowait()
                except Empty:
                    break
                if more is None:
                    self.queue.put(None)  # for the next round
                    break
                taken.append(more)
            wanted = [each for each in taken if not each.future.cancelled()]
            answers = self.answer([each.question for each in wanted])
            self.loop.call_soon_threadsafe(_deliver, wanted, answers)


def _deliver(
    waiting: Sequence[_Waiting[Question, Answer]], answers: Sequence[Answer | Exception]
) -> None:
    for each, answer in zip(waiting, answers, strict=True):
        if each.future.done():  # whoever asked has left
            continue
        if isinstance(answer, Exception):
            each.future.set_exception(answer)
        else:
            each.future.set_result(answer)
