"""Who answers requests, many at once where many wait: threads behind a queue, or the event loop."""

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


class AtOnce(Generic[Question, Answer]):
    """Answers in the event loop what takes less time than to hand it to a thread and back.

    What is asked while the loop goes round once is answered together.

    Parameters
    ----------
    answer : callable
        As for `AnsweringThreads`.
    """

    def __init__(
        self, answer: Callable[[Sequence[Question]], Sequence[Answer | Exception]]
    ) -> None:
        self.answer = answer
        self.waiting: list[_Waiting[Question, Answer]] = []

    async def ask(self, question: Question) -> Answer:
        """Return the answer to a question, or raise what it was answered with."""
        loop = asyncio.get_running_loop()
        if not self.waiting:
            loop.call_soon(self._answer)
        waiting = _Waiting(question, loop.create_future())
        self.waiting.append(waiting)
        answer: Answer = await waiting.future
        return answer

    def _answer(self) -> None:
        taken, self.waiting = self.waiting, []
        _deliver(taken, self.answer([each.question for each in taken]))


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
