"""The health of each layout: the last run against the last good runs; and accepting a quarantined one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final, NamedTuple

import sqlalchemy as sa

from schemas.trial import field_names
from scraper.errors import TrialPagesError
from scraper.jobs.drift.baseline import baseline
from scraper.jobs.drift.stats import RunStats
from scraper.layouts.layout import Layout
from scraper.sites import LAYOUTS
from scraper.store.current import was_quarantined
from scraper.store.database import Database
from scraper.store.effective import is_effective, is_live
from scraper.store.json import Json
from scraper.store.past_runs import run_ids_of
from scraper.store.run_statistics import good_run_figures
from scraper.store.tables import CHANGES, READINGS, VERDICTS, Ruling

_SHOWN: Final = 12
"""Runs that the history of a field shows: twelve bars fit beside the other columns at 80 characters."""


class NotQuarantined(TrialPagesError):
    """No layout is quarantined: there is nothing to accept."""

    exit_code = 3


class NothingRead(TrialPagesError):
    """No quarantined page was understood: there is nothing that could become effective."""

    exit_code = 3


class FieldHealth(NamedTuple):
    """How often a field has a value."""

    field: str
    now: float | None
    """The share of the last run's pages, from 0 to 1; None where no page was understood."""
    before: float | None
    """The same of the good runs before it, all together; None where there are none."""
    runs: tuple[float | None, ...]
    """The same of the last runs one by one, the newest last; None for a run in which no page was understood."""


class LayoutHealth(NamedTuple):
    """The health of one layout."""

    site: str
    layout: str
    run: int
    """The last run that saw its pages."""
    at: datetime
    """When the run was judged, or accepted."""
    ruling: Ruling
    quarantined_since: int | None
    """The first of the last runs that were all quarantined; None where the layout is not quarantined."""
    reasons: tuple[str, ...]
    """Why it is quarantined."""
    pages: int
    """Pages that gave a record in the last run."""
    refused: int
    """Pages that arrived then and gave none."""
    missing: int
    """Pages that were there before, and were not then."""
    fields: tuple[FieldHealth, ...]
    """Without those that the layout never shows."""

    @property
    def is_quarantined(self) -> bool:
        """Whether the last run's pages are quarantined, and nobody has accepted them."""
        return self.ruling is Ruling.QUARANTINED

    def as_json(self) -> dict[str, Json]:
        """For programs."""
        return {
            "site": self.site,
            "layout": self.layout,
            "run": self.run,
            "at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}",
            "ruling": self.ruling.value,
            "quarantined_since": self.quarantined_since,
            "reasons": [*self.reasons],
            "pages": self.pages,
            "refused": self.refused,
            "missing": self.missing,
            "fields": [{**line._asdict(), "runs": [*line.runs]} for line in self.fields],
        }


class Accepted(NamedTuple):
    """A layout whose quarantined pages were made effective."""

    site: str
    layout: str
    run: int
    """The run that had quarantined them."""
    pages: int
    """Pages that it saw."""
    missing: int
    """Pages that it did not find, and that are gone now."""
    changes: int
    """Changes to the effective records."""
    quarantined_before: tuple[int, ...]
    """The runs before it whose pages were quarantined as well, and stay so."""
    unseen: int
    """Trials of those runs that it did not see: their next visit reads them again."""


def health(database: Database, good_runs: int, layouts: Iterable[Layout] = LAYOUTS) -> list[LayoutHealth]:
    """The health of each layout that a run has seen.

    Args:
        database: the store's.
        good_runs: how many good runs the last one is compared with (`drift_runs`).
        layouts: those of interest.
    """
    found = []
    with database.read_transaction() as connection:
        for layout in layouts:
            verdicts = _verdicts(connection, layout)
            if verdicts:
                last = verdicts[0]
                good: list[RunStats] = []
                if last.ruling != Ruling.ACCEPTED:  # an accepted run begins a baseline of its own
                    before = good_run_figures(database, layout.site, layout.name, before=last.id)
                    good = baseline(before, good_runs)
                found.append(_health(connection, layout, verdicts, good))
    return found


def accept(database: Database, at: datetime, layouts: Sequence[Layout]) -> list[Accepted]:
    """Accept quarantined layouts: what the last run read becomes effective, and belongs to the baseline.

    What earlier runs quarantined stays so: the last run has read the same trials again, and its changes are changes to
    the effective records, not to records that never were. A trial that it did not see is due in any case. A page that
    it did not find is gone. No run may be under way: hold the lease.

    Args:
        database: the store's.
        at: the moment.
        layouts: at least one is quarantined; others are left as they are.

    Raises:
        NotQuarantined: none of them is.
        NothingRead: in its last run, no page of one of them was understood, and none was missing.
    """
    accepted = []
    with database.write_transaction() as connection:
        for layout in layouts:
            verdicts = _verdicts(connection, layout)
            if not verdicts or verdicts[0].ruling != Ruling.QUARANTINED:
                continue
            last = verdicts[0]
            judged = sa.select(VERDICTS.c.run_id).where(
                VERDICTS.c.run_id.in_(run_ids_of(last.run_id)),
                VERDICTS.c.site == layout.site,
                VERDICTS.c.layout == layout.name,
            )
            runs = sorted(set(connection.execute(judged).scalars()))
            stats = connection.execute(sa.select(VERDICTS.c.stats).where(VERDICTS.c.id == last.id)).scalar_one()
            seen = RunStats.from_json(stats)
            if not seen.pages and not seen.missing:
                raise NothingRead(
                    f"{layout.key}: no page was understood in run {last.run_id}, so nothing could become effective;"
                    " look at what the site sends: trialpages runs show"
                    f" {last.run_id} --failures"
                )
            before = _changes(connection, layout)
            connection.execute(
                VERDICTS.insert(),
                [
                    {
                        "run_id": run_id,
                        "site": layout.site,
                        "layout": layout.name,
                        "at": at,
                        "ruling": Ruling.ACCEPTED,
                        "reasons": [],
                        "stats": stats if run_id == last.run_id else None,
                    }
                    for run_id in runs
                ],
            )
            changes = _changes(connection, layout) - before
            accepted.append(
                Accepted(
                    layout.site,
                    layout.name,
                    last.run_id,
                    seen.pages,
                    seen.missing,
                    changes,
                    tuple(sorted(verdict.run_id for verdict in _quarantine(verdicts)[1:])),
                    _unseen(connection, layout),
                )
            )
    if not accepted:
        names = ", ".join(layout.key for layout in layouts)
        raise NotQuarantined(f"{names} {'is' if len(layouts) == 1 else 'are'} not quarantined: nothing to accept")
    return accepted


def quarantines(database: Database) -> dict[str, int]:
    """By quarantined layout: the pages that a run of the quarantine requested, the greatest number of any run."""
    found = {}
    with database.read_transaction() as connection:
        for layout in LAYOUTS:
            since = [verdict.id for verdict in _quarantine(_verdicts(connection, layout))]
            if since:
                told = connection.execute(sa.select(VERDICTS.c.stats).where(VERDICTS.c.id.in_(since))).scalars()
                found[layout.key] = max(RunStats.from_json(stats).requested for stats in told)
    return found


def _changes(connection: sa.Connection, layout: Layout) -> int:
    """The number of changes by effective readings of a layout."""
    query = (
        sa.select(sa.func.count())
        .select_from(CHANGES)
        .join(READINGS, READINGS.c.id == CHANGES.c.reading_id)
        .where(READINGS.c.site == layout.site, READINGS.c.layout == layout.name, is_effective())
    )
    return connection.execute(query).scalar_one()


def _unseen(connection: sa.Connection, layout: Layout) -> int:
    """The number of trials whose newest reading of a layout is quarantined."""
    of_it = (READINGS.c.site == layout.site, READINGS.c.layout == layout.name, is_live())
    last = sa.select(sa.func.max(READINGS.c.id)).where(*of_it).group_by(READINGS.c.nct_id)
    query = sa.select(sa.func.count()).where(READINGS.c.id.in_(last), was_quarantined(), ~is_effective())
    return connection.execute(query).scalar_one()


class _Verdict(NamedTuple):
    id: int
    run_id: int
    at: datetime
    ruling: str


def _verdicts(connection: sa.Connection, layout: Layout) -> list[_Verdict]:
    """The newest verdict on each run that saw a layout, the newest run first."""
    rows = connection.execute(_NEWEST_VERDICTS, {"site": layout.site, "layout": layout.name})
    return [_Verdict(*row) for row in rows]


# Built once, since each run asks for every layout: building a query takes longer than running it.
_NEWEST_VERDICTS = (
    sa.select(VERDICTS.c.id, VERDICTS.c.run_id, VERDICTS.c.at, VERDICTS.c.ruling)
    .where(
        VERDICTS.c.id.in_(
            sa.select(sa.func.max(VERDICTS.c.id))
            .where(
                VERDICTS.c.site == sa.bindparam("site"),
                VERDICTS.c.layout == sa.bindparam("layout"),
                VERDICTS.c.stats.is_not(None),
            )
            .group_by(VERDICTS.c.run_id)
        )
    )
    .order_by(VERDICTS.c.run_id.desc())
)


def _quarantine(verdicts: Sequence[_Verdict]) -> list[_Verdict]:
    """The last runs that were all quarantined, the newest first."""
    return [*takewhile(lambda verdict: verdict.ruling == Ruling.QUARANTINED, verdicts)]


def _health(
    connection: sa.Connection, layout: Layout, verdicts: Sequence[_Verdict], good: Sequence[RunStats]
) -> LayoutHealth:
    last, shown = verdicts[0], verdicts[:_SHOWN]
    rows = connection.execute(
        sa.select(VERDICTS.c.id, VERDICTS.c.stats, VERDICTS.c.reasons).where(
            VERDICTS.c.id.in_({verdict.id for verdict in shown})
        )
    ).all()
    stats = {row.id: RunStats.from_json(row.stats) for row in rows}
    now, before = stats[last.id].fill_rates(), sum(good, RunStats()).fill_rates()
    runs: list[Mapping[str, float]] = [stats[verdict.id].fill_rates() for verdict in reversed(shown)]
    since = next((verdict.run_id for verdict in reversed(_quarantine(verdicts))), None)
    return LayoutHealth(
        layout.site,
        layout.name,
        last.run_id,
        last.at,
        Ruling(last.ruling),
        since,
        next(tuple(row.reasons) for row in rows if row.id == last.id),
        stats[last.id].pages,
        stats[last.id].refused,
        stats[last.id].missing,
        tuple(
            FieldHealth(name, now.get(name), before.get(name), tuple(run.get(name) for run in runs))
            for name in field_names()
            if name not in layout.never_shows
        ),
    )
