"""Runs that are cut off, by whatever: what was kept stays, and the next run goes on with the rest."""

import asyncio
import errno
import os
import signal
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from scraper.jobs.report import SiteVisits, Trials
from scraper.jobs.run import RunListener
from scraper.store import runs
from scraper.store.database import Database, StoreError
from scraper.store.history import recorded_changes, versions
from scraper.store.lease import LeaseLost
from scraper.store.past_runs import past_failures
from tests.nights import (
    DAY,
    FIRST,
    Nights,
    PowerCut,
    after_one_night,
    aggregator,
    number,
    one_night,
    registry,
    veeva,
    veeva_page,
    with_tables,
)


class Stop(RunListener):
    """Does something after so many visits."""

    def __init__(self, after, does):
        self.left = after
        self.does = does

    def visited(self, _visit, _kept):
        self.left -= 1
        if not self.left:
            self.does()


def power_cut():
    raise PowerCut


def archived(nights):
    """The places of all pages in the store, which are never there twice."""
    places = nights.ask("SELECT file, start FROM pages WHERE file IS NOT NULL")
    assert len(places) == len(set(places))
    return len(places)


def whole(nights, report):
    """Every trial was visited once at each site by the run and those that it went on with, and all adds up."""
    run_ids = [report.run, *report.resumed]
    visits = [row[1:] for row in nights.ask("SELECT run_id, nct_id, site FROM visits") if row[0] in run_ids]
    trials = nights.one("SELECT count(DISTINCT nct_id) FROM visits")
    assert len(visits) == len(set(visits)) == 4 * trials
    assert report.trials.visited == report.trials.kept + report.trials.unchanged + report.trials.failed == trials
    assert nights.rows()["records"] == nights.rows()["readings"] == 3 * trials
    return report


def resumed(nights):
    """The report of the next run, ten minutes after the first one began, which made some of its visits."""
    nights.time.at = FIRST + timedelta(minutes=10)
    return whole(nights, nights.night())


def test_each_visit_is_kept_at_once_and_the_next_run_goes_on_with_the_rest(nights):
    begun = nights(1, 2, 3)
    with pytest.raises(PowerCut):
        begun.night(listener=Stop(5, power_cut))
    assert begun.one("SELECT count(*) FROM visits") >= 5
    asked = {url for url, status in begun.web.asked}
    report = resumed(begun)
    assert (report.resumed, report.trials.kept, report.exit_code) == ((1,), 3, 0)
    # What had been archived is not asked for again: a page or two were on their way.
    assert len([url for url, _ in begun.web.asked if url in asked]) <= 4
    archived(begun)


@pytest.mark.one_database
def test_without_an_archive_the_next_run_goes_on_all_the_same(nights):
    begun = nights(1, archive=False)
    with pytest.raises(PowerCut):
        begun.night(listener=Stop(1, power_cut))
    resumed(begun)


@pytest.mark.one_database
def test_a_run_that_is_cut_off_again_and_again_comes_to_its_end(nights):
    begun = nights(1, 2, 3, 4)
    for _ in range(2):
        with pytest.raises(PowerCut):
            begun.night(listener=Stop(1, power_cut))
        begun.time.at -= DAY
    assert resumed(begun).resumed == (1, 2)


@pytest.mark.one_database
def test_a_run_over_everything_goes_on_as_such(databases):
    with closing(after_one_night(databases.copy_of(one_night))) as begun:
        with pytest.raises(PowerCut):
            begun.night(everything=True, listener=Stop(1, power_cut))
        report = begun.night()
    assert {site: line.visits for site, line in report.sites.items()} == dict.fromkeys(
        ("ctgov", "inclinicaltrials", "trialx", "veeva"), 2
    )


@pytest.mark.one_database
def test_the_next_night_archived_pages_are_no_longer_as_good_as_new_ones(nights):
    begun = nights(1)
    with pytest.raises(PowerCut):
        begun.night(sites=["ctgov"], listener=Stop(1, power_cut))
    begun.night(sites=["ctgov"])
    assert begun.web.asked == [(registry(1), 304)]
    assert begun.ask("SELECT since FROM runs ORDER BY id DESC LIMIT 1") != begun.ask("SELECT since FROM runs LIMIT 1")


@pytest.mark.one_database
def test_a_night_after_one_that_was_cut_off_visits_what_is_due_as_ever(databases):
    with closing(after_one_night(databases.copy_of(one_night))) as begun:
        with pytest.raises(PowerCut):
            begun.night(everything=True, sites=["veeva"], listener=Stop(1, power_cut))
        visited = begun.one("SELECT min(nct_id) FROM visits WHERE run_id = 2")
        place = next(place for place in (1, 2) if number(place) == visited)
        begun.web.pages[veeva(place)] = veeva_page(place, Unknown="Completed")
        report = begun.night(sites=["veeva"])
        assert {url for url, _ in begun.web.asked} == {veeva(1), veeva(2)}
        assert (report.sites, report.changes) == ({"veeva": SiteVisits(visits=2, kept=1, unchanged=1)}, 1)


@pytest.mark.one_database
def test_a_failure_that_is_due_again_is_tried_again_by_the_run_that_goes_on(nights):
    begun = nights(1, 2)
    begun.web.pages[veeva(1)] = begun.web.pages[veeva(2)] = 403
    with pytest.raises(PowerCut):
        begun.night(sites=["veeva"], listener=Stop(2, power_cut))
    begun.web.pages |= {veeva(1): veeva_page(1), veeva(2): veeva_page(2)}
    begun.time.at = FIRST + timedelta(hours=1)
    report = begun.night(sites=["veeva"])
    assert (report.sites, report.failures) == ({"veeva": SiteVisits(visits=2, kept=2)}, 0)


@pytest.mark.one_database
def test_a_trial_that_somebody_asks_for_is_visited_though_a_run_that_was_cut_off_has_just_been_there(nights):
    begun = nights(1)
    with pytest.raises(PowerCut):
        begun.night(sites=["veeva"], listener=Stop(1, power_cut))
    begun.time.at = FIRST + timedelta(minutes=10)
    begun.web.pages[veeva(1)] = veeva_page(1, Unknown="Completed")
    report = begun.night(sites=["veeva"], only=[number(1)])
    assert (begun.web.asked, report.resumed, report.changes) == ([(veeva(1), 200)], (1,), 1)


@pytest.mark.one_database
def test_visits_that_are_made_again_the_next_night_count_once_and_as_they_came_out_last(databases, monkeypatch):
    with closing(after_one_night(databases.copy_of(one_night))) as begun:
        begun.web.pages |= {veeva(1): veeva_page(1, Unknown="Completed"), veeva(2): 500}
        with monkeypatch.context() as at_the_end:
            at_the_end.setattr("scraper.store.runs.save_report", lambda *_: power_cut())
            with pytest.raises(PowerCut):
                begun.night(everything=True, sites=["veeva"])
        begun.web.pages[veeva(2)] = veeva_page(2)
        begun.time.at += 2 * DAY
        report = begun.night(sites=["veeva"])
        changes = [(change.field, change.new) for change in recorded_changes(begun.database)]
        letters = [len(past_failures(begun.database, run)) for run in (2, 3)]
    assert (report.first_started_at, report.started_at) == (FIRST + DAY, FIRST + 4 * DAY)
    assert (report.resumed, report.sites) == ((2,), {"veeva": SiteVisits(visits=2, kept=1, unchanged=1)})
    assert report.trials == Trials(visited=2, kept=1, unchanged=1, failed=0)
    assert [(layout.pages, layout.refused) for layout in report.layouts] == [(2, 0)]
    assert (report.versions, report.changes, report.failures, report.exit_code) == (1, 1, 0, 0)
    assert (changes, letters) == ([("status", "COMPLETED")], [1, 0])


@pytest.mark.one_database
def test_a_visit_that_is_made_again_and_shows_something_newer_changes_what_it_showed_first(databases, monkeypatch):
    with closing(after_one_night(databases.copy_of(one_night))) as begun:
        begun.web.pages[veeva(1)] = veeva_page(1, Unknown="Enrolling")
        with monkeypatch.context() as at_the_end:
            at_the_end.setattr("scraper.store.runs.save_report", lambda *_: power_cut())
            with pytest.raises(PowerCut):
                begun.night(only=[number(1)], sites=["veeva"])
        begun.web.pages[veeva(1)] = veeva_page(1, Unknown="Completed")
        begun.time.at += 2 * DAY
        begun.night(only=[number(1)], sites=["veeva"])
        found = [(change.old, change.new) for change in recorded_changes(begun.database)]
        assert found == [("UNKNOWN", "RECRUITING"), ("RECRUITING", "COMPLETED")]
        assert [version.changes[0][0][1:] for version in versions(begun.database, number(1), ["veeva"])[1:]] == found


@pytest.mark.one_database
def test_a_run_that_is_cut_off_before_its_report_is_judged_and_reported_by_the_next(nights, monkeypatch):
    begun = nights(1, 2)
    monkeypatch.setattr("scraper.store.runs.save_report", lambda *_: power_cut())
    with pytest.raises(PowerCut):
        begun.night(only=[number(1), number(9)])
    assert [begun.rows()["records"], begun.one("SELECT count(*) FROM visits")] == [3, 8]
    # Neither a ruling nor a dead letter is left of it, which would be there twice.
    assert begun.ask("SELECT count(*) FROM verdicts UNION ALL SELECT count(*) FROM failures") == [(0,), (0,)]
    monkeypatch.undo()
    report = begun.night(only=[number(1), number(9)])
    assert (report.resumed, report.failures, report.trials.kept, report.trials.failed) == ((1,), 1, 1, 1)
    assert begun.ask("SELECT run_id, layout, ruling FROM verdicts WHERE site = 'veeva' ORDER BY run_id") == [
        (1, "study", "good"),
        (2, "study", "good"),
    ]


def test_ctrl_c_ends_a_run_at_once_and_the_next_goes_on(nights):
    begun = nights(1, 2, 3)
    # Where the tests run in the background, interrupts are ignored from the start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            begun.night(listener=Stop(4, lambda: signal.raise_signal(signal.SIGINT)))
    finally:
        signal.signal(signal.SIGINT, before)
    assert 4 <= begun.one("SELECT count(*) FROM visits") < 12
    assert resumed(begun).resumed == (1,)


@pytest.mark.one_database
def test_a_cancelled_run_lets_its_lease_go(nights):
    begun = nights(1)

    async def run():
        task = asyncio.current_task()
        await begun.run(listener=Stop(1, task.cancel))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert resumed(begun).exit_code == 0


def full_disk(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.one_database
def test_a_disk_that_is_full_while_archiving_ends_the_run_and_the_next_goes_on(nights, monkeypatch):
    begun = nights(1, 2)
    with pytest.raises(OSError, match="No space left on device"):
        begun.night(listener=Stop(1, lambda: monkeypatch.setattr("scraper.fetch.archive.writer.os.write", full_disk)))
    monkeypatch.undo()
    resumed(begun)
    archived(begun)


def test_a_disk_that_is_full_while_keeping_ends_the_run_and_the_next_goes_on(nights, monkeypatch):
    begun = nights(1, 2)
    keep = runs.save_visit
    kept = []

    def keep_some(database, run, visit):
        if len(kept) == 3:
            with database.write_transaction() as connection:
                if database.is_sqlite:
                    connection.exec_driver_sql("PRAGMA max_page_count = 1")
                    connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(1000000)")
                raise sa.exc.OperationalError("INSERT", {}, OSError("could not extend file: No space left on device"))
        kept.append(visit)
        return keep(database, run, visit)

    monkeypatch.setattr("scraper.store.runs.save_visit", keep_some)
    with pytest.raises(StoreError, match=r"cannot be used: (database or disk is full|could not extend file)"):
        begun.night()
    monkeypatch.undo()
    assert begun.one("SELECT count(*) FROM visits") == 3
    begun.database.close()
    resumed(begun)
    archived(begun)


def test_a_visit_is_kept_whole_or_not_at_all(nights, monkeypatch):
    """What fails is its last step."""
    begun = nights(1)
    execute = sa.Connection.execute

    def fail(connection, statement, *rest, **more):
        if getattr(getattr(statement, "table", None), "name", "") == "visits":
            raise sa.exc.OperationalError("INSERT", {}, OSError("the disk is full"))
        return execute(connection, statement, *rest, **more)

    monkeypatch.setattr(sa.Connection, "execute", fail)
    with pytest.raises(StoreError, match="the disk is full"):
        begun.night()
    monkeypatch.undo()
    assert begun.rows() == {"records": 0, "readings": 0, "changes": 0, "pages": 0}
    resumed(begun)
    archived(begun)


def cut_connections(nights):
    """What an administrator, or a failing network, does to a server's connections."""
    with Database(nights.settings.store_url) as other, other.read_transaction() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@pytest.fixture
def on_postgresql(request, tmp_path):
    """As `nights`, on PostgreSQL alone."""
    server = request.getfixturevalue("postgresql")
    server.drop()
    begun = Nights(server.copy_of(with_tables), tmp_path / "home", (1, 2))
    yield begun
    begun.close()


def test_connections_that_are_cut_between_two_visits_are_made_anew(on_postgresql):
    begun = on_postgresql
    try:
        report = whole(begun, begun.night(listener=Stop(2, lambda: cut_connections(begun))))
    except StoreError:  # one was in the middle of its work; the rest is made ten minutes later, not the next night
        report = resumed(begun)
    assert report.trials.kept == 2


def test_a_connection_that_is_cut_in_the_middle_ends_the_run_and_the_next_goes_on(on_postgresql, monkeypatch):
    begun = on_postgresql
    keep = runs._save_exchanges

    def cut(connection, run, visit, *rest):
        if visit.nct_id == number(2):
            cut_connections(begun)
        keep(connection, run, visit, *rest)

    monkeypatch.setattr("scraper.store.runs._save_exchanges", cut)
    with pytest.raises(StoreError, match=r"^the store postgresql\+psycopg://\S+ cannot be used: .*(terminat|closed)"):
        begun.night()
    monkeypatch.undo()
    resumed(begun)
    archived(begun)


def test_a_run_whose_lease_another_process_took_keeps_nothing_more(nights):
    begun = nights(1, 2, 3)

    def stands_still():
        begun.time.slept += 120

    with pytest.raises(LeaseLost, match="was silent for too long, so another may have begun: it stops here"):
        begun.night(listener=Stop(1, stands_still))
    # Of each site's lane at most what was under way.
    assert begun.one("SELECT count(*) FROM visits") in {1, 2, 3, 4}
    resumed(begun)


@pytest.mark.one_database
def test_the_pages_of_a_cut_off_run_are_entered_from_the_archive(nights, monkeypatch):
    begun = nights(1)
    monkeypatch.setattr("scraper.store.runs.save_visit", lambda *_: power_cut())
    with pytest.raises(PowerCut):
        begun.night()
    monkeypatch.undo()
    asked = list(begun.web.asked)
    resumed(begun)
    assert [answer for answer in begun.web.asked if answer in asked] == []
    assert begun.ask("SELECT url, status FROM pages WHERE status = 200 AND site <> 'trialx' ORDER BY url") == [
        (url, 200) for url in sorted((registry(1), veeva(1), aggregator(1)))
    ]
    assert os.listdir(begun.settings.archive_folder)  # noqa: PTH208 - of names alone
    archived(begun)
