"""Reads many pages into records to print. Each becomes a record or a named failure, in the order of the inputs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from schemas.record import Record
from scraper.errors import InternalError, TrialPagesError
from scraper.imports.entries import Input, load
from scraper.pipeline import read
from scraper.workers import ENDING, Work, later
from scraper.workers import run as run_work


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
    """Read pages in one process or several, in little memory; what is wrong with one is part of its result."""
    return run_work(inputs, Work(_read, _failed), jobs)


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
    with later(ENDING):  # pydantic would make a mistake of ours of what a signal raises
        return value.model_dump_json()


def _read(source: Input) -> PageResult:
    return printable(source.name, read(load(source)))


def _failed(source: Input, error: TrialPagesError | OSError) -> PageResult:
    if isinstance(error, OSError):
        return PageResult(source.name, error=f"cannot be read: {error.strerror or error}", exit_code=1)
    traceback = error.traceback if isinstance(error, InternalError) else None
    return PageResult(source.name, error=str(error), traceback=traceback, exit_code=error.exit_code)
