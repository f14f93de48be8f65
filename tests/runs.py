"""What tests of runs share: stores in which nights are kept, and what a report says in short."""

from contextlib import closing
from functools import partial

import sqlalchemy as sa

from scraper.jobs.report import Report
from scraper.store.tables import REPORTS
from tests.nights import after_one_night, number, one_night

BOTH = ("ctgov", "veeva")


def without_archive(nights):
    """Nights without an archive, except where a test asks for one; a fixture named `nights`."""
    return partial(nights, archive=False)


def after_the_first(databases):
    """A store in which one night is kept, before the next one; a fixture named `begun`."""
    with closing(after_one_night(databases.copy_of(one_night))) as begun:
        yield begun


def adds_up(report):
    """Trials in = kept + unchanged + failed; visits = kept + unchanged + absent + gone + failed."""
    trials = report.trials
    assert trials.visited == trials.kept + trials.unchanged + trials.failed
    for line in report.sites.values():
        assert line.visits == line.kept + line.unchanged + line.absent + line.gone + line.failed
    return report


def reported(nights, run):
    """The report of a run as it was kept."""
    with nights.database.read_transaction() as connection:
        kept = connection.execute(sa.select(REPORTS.c.report).where(REPORTS.c.run_id == run)).scalar_one()
    return Report.from_json(kept)


def counted(report):
    return report.trials.visited, report.trials.kept, report.trials.unchanged, report.trials.failed


def current(nights, place, site):
    """The status that a trial has at a site, by what counts."""
    return nights.ask(
        "SELECT readings.status FROM readings WHERE nct_id = :nct_id AND site = :site AND ("
        " EXISTS (SELECT 1 FROM verdicts WHERE verdicts.run_id = readings.run_id"
        "  AND verdicts.site = readings.site AND verdicts.layout = readings.layout AND ruling <> 'quarantined')"
        " OR EXISTS (SELECT 1 FROM pages JOIN verdicts ON verdicts.run_id = pages.run_id"
        "  WHERE pages.reading_id = readings.id AND verdicts.site = readings.site"
        "  AND verdicts.layout = readings.layout AND ruling <> 'quarantined'))"
        " ORDER BY readings.id DESC LIMIT 1",
        nct_id=number(place),
        site=site,
    )[0][0]
