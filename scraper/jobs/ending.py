"""The end of a run: verdicts, dead letters and report are saved in one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from scraper.errors import Fatal, InternalError
from scraper.fetch.clock import CLOCKS_DIFFER, Clock
from scraper.internal_errors import internal_error
from scraper.jobs.advice import REPORT_IT
from scraper.jobs.report import Report
from scraper.store import runs
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, Failure, save_dead_letters
from scraper.store.runs import Run, Verdict


def end_run(
    database: Database,
    run: Run,
    clock: Clock,
    began: float,
    *,
    verdicts: Sequence[Verdict],
    letters: Sequence[DeadLetter],
    report: Callable[[sa.Connection, Run, datetime], Report],
    wrong_clock: str | None = None,
) -> Report:
    """End a run.

    All is saved or nothing: a run that is interrupted here is judged again by the run that resumes it. Where the report
    cannot be made, the run ends without one, or every later run would resume it and fail at the same place.

    Args:
        database: the store's.
        run: all its visits are saved.
        clock: time.
        began: what `clock.monotonic` said when the run began.
        verdicts: of the drift guard.
        letters: the failures that belong to no visit.
        report: makes the report, once verdicts and dead letters are saved.
        wrong_clock: the warning about the clock when the run began.

    Raises:
        StoreError: the store cannot be written.
        InternalError: the report cannot be made; its traceback is saved among the run's failures.
    """
    at = clock.now()
    try:
        with database.write_transaction() as connection:
            runs.save_verdicts(connection, run, at, verdicts)
            save_dead_letters(connection, run.id, at, letters)
            took = clock.monotonic() - began
            meanwhile = _set_meanwhile(at - run.started_at, timedelta(seconds=took))
            clocks = {"clock": wrong_clock or meanwhile, "took": None if meanwhile is None else round(took, 3)}
            result = report(connection, run, at).model_copy(update=clocks)
            runs.save_report(connection, run, at, result.exit_code, result.as_json())
    except Fatal:
        raise
    except Exception as error:
        mistake = internal_error(error)
        with database.write_transaction() as connection:
            runs.save_verdicts(connection, run, at, verdicts)
            save_dead_letters(connection, run.id, at, [*letters, mistake_letter(mistake)])
            runs.save_report(connection, run, at, 1, None)
        raise InternalError(
            f"run {run.id} has ended, and its report could not be made: {mistake}"
            f" (trialpages runs show {run.id} --traceback)",
            kind=mistake.kind,
            traceback=mistake.traceback,
        ) from error
    return result


def _set_meanwhile(passed: timedelta, took: timedelta) -> str | None:
    """The warning that the clock was set during the run; None where it was not."""
    if abs(passed - took) <= CLOCKS_DIFFER:
        return None
    way = "back" if passed < took else "on"
    return f"the clock was set {way} while the run was under way, or the computer slept: moments in it may be wrong"


def mistake_letter(
    error: Exception, nct_id: str | None = None, site: str | None = None, layout: str | None = None
) -> DeadLetter:
    """The dead letter of an unexpected exception.

    Args:
        error: what was raised.
        nct_id: the trial that it concerns, if it is a single one.
        site: the site that it concerns, if it is a single one.
        layout: the layout that it concerns, if it is a single one.
    """
    mistake = internal_error(error)
    return DeadLetter(nct_id, site, Failure.of(mistake, None, layout, REPORT_IT))
