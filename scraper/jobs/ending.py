"""The end of a run: its verdicts, its dead letters and its report, all at once."""

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from scraper.errors import Fatal, InternalError
from scraper.fetch.clock import Clock
from scraper.jobs.advice import REPORT_IT
from scraper.jobs.report import Report
from scraper.mistakes import internal
from scraper.store import runs
from scraper.store.database import Database
from scraper.store.letters import Failure, Letter
from scraper.store.runs import Run, Verdict


def ended(
    database: Database,
    run: Run,
    clock: Clock,
    *,
    verdicts: Sequence[Verdict],
    letters: Sequence[Letter],
    report: Callable[[sa.Connection, Run, datetime], Report],
) -> Report:
    """Bring a run to its end.

    All or nothing: who goes on with a run that was cut off here judges all of it anew. Where the report cannot be
    made, the run ends without one, or every later run would go on with it and fail at the same place.

    Args:
        database: the store's.
        run: all its visits kept.
        clock: time.
        verdicts: the drift guard's.
        letters: the failures that belong to no visit.
        report: makes the report, once the verdicts and the letters are kept.

    Raises:
        StoreError: the store cannot be written.
        InternalError: the report cannot be made; its traceback is kept among the run's failures.
    """
    at = clock.now()
    try:
        with database.writing() as connection:
            runs.rule(connection, run, at, verdicts)
            runs.note(connection, run, at, letters)
            result = report(connection, run, at)
            runs.end(connection, run, at, result.exit_code, result.as_json())
    except Fatal:
        raise
    except Exception as error:
        mistake = internal(error)
        with database.writing() as connection:
            runs.rule(connection, run, at, verdicts)
            runs.note(connection, run, at, [*letters, mistaken(mistake)])
            runs.end(connection, run, at, 1, None)
        raise InternalError(
            f"run {run.id} has ended, and its report could not be made: {mistake}"
            f" (trialpages runs show {run.id} --failures --traceback)",
            kind=mistake.kind,
            traceback=mistake.traceback,
        ) from error
    return result


def mistaken(error: Exception, nct_id: str | None = None, site: str | None = None, layout: str | None = None) -> Letter:
    """The dead letter of what nobody foresaw.

    Args:
        error: what was raised.
        nct_id: the trial that it concerns, if it is a single one.
        site: the site that it concerns, if it is a single one.
        layout: the layout that it concerns, if it is a single one.
    """
    mistake = internal(error)
    return Letter(nct_id, site, Failure.of(mistake, None, layout, REPORT_IT))
