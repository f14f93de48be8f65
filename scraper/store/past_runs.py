"""Past runs: when each began, how it ended, and what failed."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from scraper.errors import TrialPagesError
from scraper.store.database import Database
from scraper.store.json import Json
from scraper.store.lease import described, is_held
from scraper.store.resumed_runs import RUN_IDS, superseded
from scraper.store.tables import FAILURES, LEASE, MAX_INTEGER, REPORTS, RUNS, VERDICTS, VISITS, Result, Ruling


class UnknownRun(TrialPagesError):
    """There is no run of that number."""

    exit_code = 3


class PastRun(NamedTuple):
    """One run, whether it has ended or not."""

    number: int
    kind: str
    """`scrape` or `reextract`."""
    started_at: datetime
    ended_at: datetime | None
    """None where it was interrupted, or has not ended yet."""
    exit_code: int | None
    holder: str
    """The process that ran it."""
    under_way: bool
    """Whether it holds the lease, and is not known to be dead."""
    resumed_by: int | None
    """The run that resumed it."""
    visits: dict[str, int]
    """How many of its own visits had each result."""
    quarantined: tuple[str, ...]
    """Site and layout of what it quarantined, and nobody has accepted since."""
    accepted: tuple[str, ...]
    """Site and layout of what it quarantined, and a person has accepted since."""
    report: dict[str, Json] | None
    """As `scraper.jobs.report.Report.as_json` gave it; None also where the program failed to make one."""

    @property
    def fate(self) -> str:
        """How it ended, in a few words."""
        if self.exit_code is not None:
            return f"exit code {self.exit_code}"
        if self.under_way:
            return f"under way, by {described(self.holder)}"
        return "interrupted" if self.resumed_by is None else f"interrupted, resumed by run {self.resumed_by}"


class PastFailure(NamedTuple):
    """One failure of a past run, and how often its visit had failed by then."""

    nct_id: str | None
    """None where it concerns no single trial."""
    site: str | None
    """None where it concerns all sites."""
    url: str | None
    at: datetime
    error: str
    message: str
    advice: str
    in_a_row: int | None
    """Failed visits of the trial at the site in a row, this one included; None where it belongs to no visit."""
    traceback: str | None
    """Of an internal error."""


def past_runs(database: Database, at: datetime, limit: int) -> list[PastRun]:
    """The last runs, the newest first.

    Args:
        database: the store's.
        at: the moment: a run whose lease has run out by then is not under way.
        limit: how many.
    """
    return _runs(database, at, sa.select(RUNS.c.id).order_by(RUNS.c.id.desc()).limit(limit))


def past_run(database: Database, at: datetime, number: int) -> PastRun:
    """One run.

    Raises:
        UnknownRun: there is none of that number.
    """
    found = _runs(database, at, sa.select(RUNS.c.id).where(RUNS.c.id == number)) if 0 < number <= MAX_INTEGER else []
    if not found:
        raise UnknownRun(f"there is no run {number}; the last ones: trialpages runs")
    return found[0]


def past_failures(database: Database, number: int) -> list[PastFailure]:
    """The failures of a run, and of those that it resumed, in the order in which they came.

    Those of visits that it repeated are left out.
    """
    query = (
        sa.select(
            FAILURES.c.nct_id,
            FAILURES.c.site,
            FAILURES.c.url,
            FAILURES.c.at,
            FAILURES.c.error,
            FAILURES.c.message,
            FAILURES.c.advice,
            VISITS.c.failures,
            FAILURES.c.traceback,
        )
        .outerjoin(
            VISITS,
            sa.and_(
                VISITS.c.run_id == FAILURES.c.run_id,
                VISITS.c.nct_id == FAILURES.c.nct_id,
                VISITS.c.site == FAILURES.c.site,
            ),
        )
        .order_by(FAILURES.c.id)
    )
    with database.read_transaction() as connection:
        runs = [row.id for row in connection.execute(run_ids_of(number))]
        query = query.where(FAILURES.c.run_id.in_(RUN_IDS), ~superseded(FAILURES, is_resuming=len(runs) > 1))
        return [PastFailure(*row) for row in connection.execute(query, {"run_ids": runs})]


def run_ids_of(number: int) -> sa.Select[tuple[int]]:
    """The numbers of a run and of those that it resumed."""
    runs = sa.select(RUNS.c.id, RUNS.c.resumes).where(RUNS.c.id == number).cte(recursive=True)
    before = RUNS.alias()
    runs = runs.union_all(sa.select(before.c.id, before.c.resumes).where(before.c.id == runs.c.resumes))
    return sa.select(runs.c.id)


def _runs(database: Database, at: datetime, numbers: sa.Select[tuple[int]]) -> list[PastRun]:
    later = RUNS.alias()
    with database.read_transaction() as connection:
        wanted = list(connection.execute(numbers).scalars())
        rows = connection.execute(
            sa.select(RUNS, REPORTS.c.ended_at, REPORTS.c.exit_code, REPORTS.c.report, later.c.id.label("later"))
            .outerjoin(REPORTS, REPORTS.c.run_id == RUNS.c.id)
            .outerjoin(later, sa.and_(later.c.resumes == RUNS.c.id, later.c.kind == "scrape"))
            .where(RUNS.c.id.in_(wanted))
            .order_by(RUNS.c.id.desc())
        ).all()
        visits: dict[int, dict[str, int]] = {}
        for run_id, result, number in connection.execute(
            sa.select(VISITS.c.run_id, VISITS.c.result, sa.func.count())
            .where(VISITS.c.run_id.in_(wanted))
            .group_by(VISITS.c.run_id, VISITS.c.result)
        ):
            visits.setdefault(run_id, dict.fromkeys(Result, 0))[result] = number
        newest = (
            sa.select(sa.func.max(VERDICTS.c.id))
            .where(VERDICTS.c.run_id.in_(wanted))
            .group_by(VERDICTS.c.run_id, VERDICTS.c.site, VERDICTS.c.layout)
        )
        ruled: dict[tuple[int, str], list[str]] = {}
        for run_id, ruling, site, layout in connection.execute(
            sa.select(VERDICTS.c.run_id, VERDICTS.c.ruling, VERDICTS.c.site, VERDICTS.c.layout)
            .where(VERDICTS.c.id.in_(newest))
            .order_by(VERDICTS.c.site, VERDICTS.c.layout)
        ):
            ruled.setdefault((run_id, ruling), []).append(f"{site}/{layout}")
        lease = connection.execute(sa.select(LEASE)).one()
    living = lease.holder if is_held(lease, at, 0) else None
    return [
        PastRun(
            row.id,
            row.kind,
            row.started_at,
            row.ended_at,
            row.exit_code,
            row.holder,
            row.ended_at is None and row.later is None and row.holder == living,
            row.later,
            visits.get(row.id, dict.fromkeys(Result, 0)),
            tuple(ruled.get((row.id, Ruling.QUARANTINED), ())),
            tuple(ruled.get((row.id, Ruling.ACCEPTED), ())),
            row.report,
        )
        for row in rows
    ]
