"""Works through many pages, in one process or several. Each gives a result, in the order of the inputs."""

import os
import signal
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import parent_process
from threading import Thread
from typing import Final, Generic, NamedTuple, TypeVar

from scraper.errors import TrialPagesError
from scraper.imports.entries import Input
from scraper.internal_errors import internal_error

_Result = TypeVar("_Result")

CHUNK: Final = 16
"""Pages that a process gets at a time: enough to outweigh the handing over, few enough to keep the output flowing."""

_CHUNK_BYTES: Final = 1 << 22
"""Bytes beyond which a chunk has no further page: where files hold several pages, their bytes wait in memory."""

ENDING: Final = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
"""The signals that end a command as an exception does."""


class Work(NamedTuple, Generic[_Result]):
    """What is done with each page; both functions are a module's own, so that other processes find them."""

    read: Callable[[Input], _Result]
    failed: Callable[[Input, TrialPagesError | OSError], _Result]
    """The result of a page whose reading raised an error."""


def run(inputs: Iterable[Input], work: Work[_Result], jobs: int = 1) -> Iterator[_Result]:
    """Work through pages in one process or several. A process that dies costs only the page that it was reading.

    Memory does not grow with the number of pages: only a few chunks are read at any time.
    """
    if jobs == 1:
        yield from (_done(work, source) for source in inputs)
        return
    source = iter(inputs)
    chunks: deque[list[Input]] = deque()
    while True:
        try:
            yield from _side_by_side(source, work, jobs, chunks)
        except BrokenProcessPool:  # which page it was, nobody can say
            while chunks:
                yield from _again(work, chunks.popleft())
        else:
            return


def _done(work: Work[_Result], source: Input) -> _Result:
    """The result of one page. What is wrong with it is part of the result, never raised."""
    try:
        return work.read(source)
    except (TrialPagesError, OSError) as error:
        return work.failed(source, error)
    except Exception as error:  # noqa: BLE001 - one bad page never stops the rest, not even by our own mistake
        return work.failed(source, internal_error(error))


def _side_by_side(
    source: Iterator[Input], work: Work[_Result], jobs: int, chunks: deque[list[Input]]
) -> Iterator[_Result]:
    """Read pages in several processes.

    Args:
        source: the pages.
        work: what is done with each.
        jobs: how many processes.
        chunks: holds the pages that are under way.

    Raises:
        BrokenProcessPool: a process died.
    """
    waiting: deque[Future[list[_Result]]] = deque()
    with ProcessPoolExecutor(jobs, initializer=_begin) as pool:
        try:
            while True:
                while len(waiting) < 4 * jobs and (chunk := taken(source)):
                    chunks.append(chunk)
                    # The processes that begin here never see Ctrl-C, not even as they begin.
                    with later({signal.SIGINT}):
                        waiting.append(pool.submit(_read_chunk, work, chunk))
                if not waiting:
                    return
                results = waiting.popleft().result()
                chunks.popleft()
                yield from results
        finally:
            pool.shutdown(cancel_futures=True)


def _again(work: Work[_Result], pages: list[Input]) -> list[_Result]:
    """Read pages one of which killed the process that read it; find that one by halving."""
    with ProcessPoolExecutor(1, initializer=_begin) as pool:
        try:
            with later({signal.SIGINT}):
                future = pool.submit(_read_chunk, work, pages)
            return future.result()
        except BrokenProcessPool:
            pass
    if len(pages) == 1:
        error = TrialPagesError("the process that read it died, as where memory is short")
        return [work.failed(pages[0], error)]
    half = len(pages) // 2
    return _again(work, pages[:half]) + _again(work, pages[half:])


def taken(source: Iterator[Input], most: int = CHUNK) -> list[Input]:
    """The next pages, as many as may wait in memory together."""
    chunk: list[Input] = []
    size = 0
    while len(chunk) < most and size < _CHUNK_BYTES and (page := next(source, None)) is not None:
        chunk.append(page)
        size += len(page.content or b"")
    return chunk


def _read_chunk(work: Work[_Result], chunk: list[Input]) -> list[_Result]:
    return [_done(work, source) for source in chunk]


def _begin() -> None:
    """Begin a process that reads: any signal but Ctrl-C ends it at once, and so does the end of its parent.

    Otherwise it would wait for pages for ever, and keep outputs open on whose end others wait.
    """
    for number in ENDING - {signal.SIGINT}:
        signal.signal(number, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # the thread that reads may be waiting for pages


@contextmanager
def later(signals: Collection[signal.Signals]) -> Iterator[None]:
    """Delay signals to the end of the block, and block them for good in processes that begin within."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
