"""Several jobs at once, each in a program of its own that ends with the one that started it, whatever ends that.

One job alone needs no program beside this one.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from lifecycle.errors import Busy

Task = tuple[Callable[..., int], tuple[Any, ...]]
"""A function of a module and what it is given; it returns how many events it folded."""

WAIT_SECONDS = 1


def run(tasks: list[Task], jobs: int, tell: Callable[[int], None]) -> None:
    """Do all of them, so many at once; the first that is refused ends the others.

    Raises:
        Busy: a job was ended from outside.
        Refusal: whatever a task was refused for.
    """
    at_once = min(jobs, len(tasks))
    if at_once <= 1:
        for function, given in tasks:
            tell(function(*given))
        return
    with _workers(at_once) as workers:
        waiting = {workers.submit(function, *given) for function, given in tasks}
        try:
            while waiting:
                done, waiting = futures.wait(waiting, WAIT_SECONDS, futures.FIRST_COMPLETED)
                for each in done:
                    tell(each.result())
        except futures.BrokenExecutor:
            raise Busy(
                "a job was ended from outside, most often for want of memory; what is folded stays: run it again, "
                "with less --memory or fewer --jobs"
            ) from None


@contextmanager
def _workers(jobs: int) -> Iterator[futures.Executor]:
    """Workers that end as soon as the pipe to them closes: when this is left, or when this program dies."""
    context = get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    workers = futures.ProcessPoolExecutor(jobs, context, _begin, (theirs,))
    try:
        yield workers
    except BaseException:
        ours.close()
        workers.shutdown(cancel_futures=True)
        raise
    else:
        workers.shutdown()
    finally:
        ours.close()
        theirs.close()


def _begin(pipe: Connection) -> None:
    """In a worker: the keyboard stops only the program that started it, and its end is ours."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(pipe,), daemon=True).start()


def _end_with(pipe: Connection) -> None:
    pipe.poll(None)
    os._exit(1)
