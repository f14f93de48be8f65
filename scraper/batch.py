"""Reads many pages, in one process or several. Each becomes a record or a named failure, in the order of the inputs."""

import os
import signal
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import parent_process
from threading import Thread
from typing import Final

from pydantic import BaseModel

from schemas.record import Record
from scraper.errors import TrialPagesError
from scraper.inputs import Input, load
from scraper.internal_errors import internal_error
from scraper.pipeline import read

CHUNK = 16
"""Pages that a process reads at a time: enough to outweigh the handing over, few enough to keep the output flowing."""

ENDING: Final = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
"""The signals that end a command as an exception does."""


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page's record, or why there is none."""

    name: str
    record: str | None = None
    """The record as one line of JSON."""
    row: tuple[str, ...] = ()
    """The record in a table's row."""
    issues: tuple[str, ...] = ()
    """One line for each issue."""
    error: str | None = None
    """Why there is no record."""
    traceback: str | None = None
    """The traceback, where the program itself is at fault."""
    exit_code: int = 0


def run(inputs: Iterable[Input], jobs: int = 1) -> Iterator[PageResult]:
    """Read pages in one process or several. A process that dies costs only the page that it was reading.

    Memory does not grow with the number of pages: only a few chunks are read at any time.
    """
    if jobs == 1:
        yield from map(read_one, inputs)
        return
    source = iter(inputs)
    chunks: deque[list[Input]] = deque()
    while True:
        try:
            yield from _side_by_side(source, jobs, chunks)
        except BrokenProcessPool:  # which page it was, nobody can say
            while chunks:
                yield from _again(chunks.popleft())
        else:
            return


def _side_by_side(source: Iterator[Input], jobs: int, chunks: deque[list[Input]]) -> Iterator[PageResult]:
    """Read pages in several processes.

    Args:
        source: the pages.
        jobs: how many processes.
        chunks: holds the pages that are under way.

    Raises:
        BrokenProcessPool: a process died.
    """
    waiting: deque[Future[list[PageResult]]] = deque()
    with ProcessPoolExecutor(jobs, initializer=_begin) as pool:
        try:
            while True:
                while len(waiting) < 4 * jobs and (chunk := list(islice(source, CHUNK))):
                    chunks.append(chunk)
                    # The processes that begin here never see Ctrl-C, not even as they begin.
                    with _later({signal.SIGINT}):
                        waiting.append(pool.submit(_read_chunk, chunk))
                if not waiting:
                    return
                results = waiting.popleft().result()
                chunks.popleft()
                yield from results
        finally:
            pool.shutdown(cancel_futures=True)


def _again(pages: list[Input]) -> list[PageResult]:
    """Read pages one of which killed the process that read it; find that one by halving."""
    with ProcessPoolExecutor(1, initializer=_begin) as pool:
        try:
            with _later({signal.SIGINT}):
                future = pool.submit(_read_chunk, pages)
            return future.result()
        except BrokenProcessPool:
            pass
    if len(pages) == 1:
        error = "the process that read it died, as where memory is short"
        return [PageResult(pages[0].name, error=error, exit_code=1)]
    half = len(pages) // 2
    return _again(pages[:half]) + _again(pages[half:])


def read_one(source: Input) -> PageResult:
    """Read one page. What is wrong with it is part of the result, never raised."""
    try:
        return printable(source.name, read(load(source)))
    except TrialPagesError as error:
        return PageResult(source.name, error=str(error), exit_code=error.exit_code)
    except OSError as error:
        return PageResult(source.name, error=f"cannot be read: {error.strerror or error}", exit_code=1)
    except Exception as error:  # noqa: BLE001 - one bad page never stops the rest, not even by our own mistake
        mistake = internal_error(error)
        return PageResult(source.name, error=str(mistake), traceback=mistake.traceback, exit_code=mistake.exit_code)


def printable(name: str, record: Record) -> PageResult:
    """A record in the forms in which it is printed.

    Args:
        name: how messages call the page.
        record: what the page gave.
    """
    trial = record.trial
    return PageResult(
        name,
        record=json_line(record),
        row=(
            trial.nct_id,
            f"{record.source.site}/{record.source.layout}",
            trial.status or "",
            " ".join(trial.phases),
            "" if trial.enrollment is None else f"{trial.enrollment.count:,}",
            str(len(trial.eligibility.inclusion) + len(trial.eligibility.exclusion) + len(trial.eligibility.other)),
            str(len(record.issues) or ""),
            trial.title or trial.official_title or "",
        ),
        issues=tuple(f"{trial.nct_id} {issue}" for issue in record.issues),
    )


def json_line(value: BaseModel) -> str:
    """A record, or another value of the schema, as one line of JSON."""
    with _later(ENDING):  # pydantic would make a mistake of ours of what a signal raises
        return value.model_dump_json()


def _read_chunk(chunk: list[Input]) -> list[PageResult]:
    return [read_one(source) for source in chunk]


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
def _later(signals: Collection[signal.Signals]) -> Iterator[None]:
    """Delay signals to the end of the block, and block them for good in processes that begin within."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
