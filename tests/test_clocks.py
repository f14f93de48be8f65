"""Clocks that are wrong: what is dated in a time to come does not count and is told; visits come in their time."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.discovery.index import PageIndex, refresh
from scraper.fetch.breaker import CircuitBreaker, HostResting
from scraper.fetch.client import open_archive
from scraper.fetch.clock import CLOCKS_DIFFER
from scraper.fetch.retries import LONGEST_RETRY_AFTER, retry_after, server_time
from scraper.jobs.run import RunListener
from scraper.parse.page import Page
from scraper.store.clocks import misdated
from scraper.store.history import recorded_changes, versions
from scraper.store.lease import Lease, LeaseHeld
from scraper.store.prune import prune
from scraper.store.tables import LEASE, RUNS
from tests.nights import DAY, FIRST, Nights, PowerCut, Time, number, registry, veeva, veeva_page, with_tables

pytestmark = pytest.mark.one_database

YEARS = 30 * 365 * DAY


def a_night(nights, true_time, offset=timedelta(), **options):
    """One run at that time, by a clock that is so much ahead."""
    nights.time.at = true_time + offset
    return nights.night(**options)


def test_a_run_with_the_clock_years_ahead_delays_no_later_visit_and_is_told_once(nights):
    begun = nights(1)
    a_night(begun, FIRST)
    a_night(begun, FIRST + DAY, YEARS)
    reports = [a_night(begun, FIRST + night * DAY) for night in range(2, 6)]
    # The registry shows that the trial recruits, so that it is due each night.
    assert [report.sites["ctgov"].visits for report in reports] == [1] * 4
    assert [report.clock is not None for report in reports] == [True, False, False, False]
    assert reports[0].clock == (
        "a clock is wrong, or was: it is 2026-11-03 03:00 UTC, but run 2 began on 2056-10-25 03:00 UTC, and 4 visits"
        " are dated up to 2056-10-25 03:00 UTC, which is made good now"
    )
    assert [report.exit_code for report in reports] == [0] * 4


def test_a_page_that_changed_since_is_asked_for_though_the_archive_has_one_of_a_time_to_come(nights):
    begun = nights(1)
    a_night(begun, FIRST, sites=["veeva"])
    a_night(begun, FIRST + DAY, YEARS, sites=["veeva"])
    begun.web.pages[veeva(1)] = veeva_page(1, Unknown="Completed")
    report = a_night(begun, FIRST + 2 * DAY, sites=["veeva"])
    assert (begun.web.asked, report.changes) == ([(veeva(1), 200)], 1)


def test_a_page_that_is_as_it_was_is_archived_as_what_it_was_then_whatever_the_dates(nights):
    begun = nights(1)
    a_night(begun, FIRST, YEARS, sites=["veeva"])
    begun.web.pages[veeva(1)] = now = veeva_page(1, Unknown="Completed")
    for night in (1, 2):
        a_night(begun, FIRST + night * DAY, sites=["veeva"], everything=True)
    assert begun.web.asked == [(veeva(1), 304)]
    with open_archive(begun.settings, begun.time) as archive:
        bodies = {capture.at: archive.read(capture).body for capture in archive.captures(veeva(1))}
    assert [bodies[FIRST + DAY], bodies[FIRST + 2 * DAY]] == [now, now]


class Cut(RunListener):
    def visited(self, _visit, _kept):
        raise PowerCut


def test_a_run_that_was_cut_off_in_a_time_to_come_is_gone_on_with_and_its_visits_are_made_again(nights):
    begun = nights(1)
    with pytest.raises(PowerCut):
        a_night(begun, FIRST, YEARS, listener=Cut())
    report = a_night(begun, FIRST + DAY)
    assert (report.resumed, {line.visits for line in report.sites.values()}) == ((1,), {1})
    assert begun.web.asked.count((registry(1), 200)) + begun.web.asked.count((registry(1), 304)) == 1


def test_a_look_for_further_pages_that_was_put_off_by_a_wrong_clock_is_made(nights):
    begun = nights(1)
    a_night(begun, FIRST, sites=["inclinicaltrials"])
    with begun.database.write_transaction() as connection:
        connection.exec_driver_sql("UPDATE visits SET look_at = '2056-11-01 03:00:00'")
    a_night(begun, FIRST + 30 * DAY, sites=["inclinicaltrials"])
    assert len(begun.web.asked) > 1


@pytest.mark.parametrize(
    ("taken", "expires", "is_free"),
    [
        (timedelta(0), timedelta(seconds=60), False),
        (timedelta(seconds=5), timedelta(seconds=65), False),  # by the clock of another computer
        (timedelta(seconds=-5), timedelta(seconds=55), False),
        (CLOCKS_DIFFER, CLOCKS_DIFFER + timedelta(seconds=60), False),
        (-DAY, timedelta(seconds=60), False),  # it runs since yesterday
        (timedelta(hours=1), timedelta(hours=1, seconds=60), True),
        (YEARS, YEARS + timedelta(seconds=60), True),
        (-DAY, YEARS, True),  # the clock was set while it ran
        (-YEARS, timedelta(seconds=60), False),  # the same
        (-YEARS, -YEARS + timedelta(seconds=60), True),
    ],
)
def test_a_lease_of_a_time_to_come_blocks_nobody_and_one_of_now_does(sqlite, tmp_path, taken, expires, is_free):
    sqlite.drop()
    begun = Nights(sqlite.copy_of(with_tables), tmp_path)
    with begun.database.write_transaction() as connection:
        row = {"taken_at": FIRST + taken, "expires_at": FIRST + expires, "seconds": 60}
        connection.execute(LEASE.update().values(holder="elsewhere/0:1:1", **row))
    try:
        with Lease(begun.database, begun.time, 60).held():
            got = True
    except LeaseHeld:
        got = False
    begun.close()
    assert got is is_free


def test_a_lease_is_believed_for_as_long_as_its_holder_said(sqlite, tmp_path):
    sqlite.drop()
    begun = Nights(sqlite.copy_of(with_tables), tmp_path)
    with (
        Lease(begun.database, begun.time, 36_000).held(),
        pytest.raises(LeaseHeld),
        Lease(begun.database, begun.time, 60).held(),
    ):
        pass
    begun.close()


@pytest.mark.parametrize(("ahead", "reads"), [(timedelta(0), 0), (CLOCKS_DIFFER, 0), (DAY, 1), (YEARS, 1), (-YEARS, 1)])
def test_a_sitemap_that_was_read_in_a_time_to_come_is_read_again(tmp_path, ahead, reads):
    asked = []

    class Fetches:
        async def fetch(self, url, **_):
            asked.append(url)
            return Page(b"<urlset><url><loc>https://ctv.veeva.com/study/a</loc></url></urlset>", url)

    time = Time()
    with PageIndex(tmp_path / "index.sqlite3") as pages:
        for moment in (FIRST + ahead, FIRST):
            time.at = moment
            asyncio.run(refresh(Fetches(), pages, "veeva", ["https://ctv.veeva.com/sitemap.xml"], clock=time))
    assert len(asked) == 1 + reads


def test_a_clock_that_is_set_back_in_the_middle_of_a_run_is_told_and_does_no_harm(nights):
    begun = nights(1, 2)

    class Setting(RunListener):
        def visited(self, _visit, _kept):
            begun.time.at -= DAY

    report = begun.night(listener=Setting(), sites=["ctgov"])
    assert report.clock == (
        "the clock was set back while the run was under way, or the computer slept: moments in it may be wrong"
    )
    assert 0 <= report.took < 60
    assert a_night(begun, FIRST + DAY, sites=["ctgov"]).sites["ctgov"].visits == 2


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ([], LONGEST_RETRY_AFTER),
        (["Sun, 01 Nov 2026 03:00:00 GMT"], 60),
        (["no date", "Sun, 01 Nov 2026 03:00:30 GMT"], 30),
    ],
)
def test_a_date_until_which_a_server_asks_to_wait_counts_by_the_servers_own_clock(date, seconds):
    ours = FIRST - YEARS
    assert retry_after("Sun, 01 Nov 2026 03:01:00 GMT", server_time(date, ours)) == seconds


@pytest.mark.parametrize("ahead", [YEARS, -YEARS])
def test_a_host_rests_for_as_long_as_it_is_to_whatever_the_clock_shows(ahead):
    time = Time()
    breaker = CircuitBreaker(time, failures=1, rest=60)
    breaker.failed("ctv.veeva.com", "500")
    time.at += ahead
    with pytest.raises(HostResting, match="until 2026-11-01T03:01:00Z"):
        breaker.check("ctv.veeva.com")
    time.slept += 60
    breaker.check("ctv.veeva.com")


def test_changes_of_misdated_runs_are_told_to_whoever_asks_what_changed_since_the_last_time(nights):
    begun = nights(1)
    told = []
    for night, offset in enumerate([timedelta(0), YEARS, timedelta(0), -YEARS, timedelta(0), 40 * DAY, timedelta(0)]):
        begun.web.pages[veeva(1)] = veeva_page(1, **{"Knee trial 1": f"Knee trial {night}"})
        a_night(begun, FIRST + night * DAY, offset, sites=["veeva"], everything=True)
        now = FIRST + night * DAY + timedelta(hours=12)  # somebody asks by a right clock, each noon
        since = now - DAY
        titles = [
            change.new for change in recorded_changes(begun.database, since=since, now=now) if change.field == "title"
        ]
        assert f"Knee trial {night}" in titles or night == 0
        told += titles
    # Each is told at once; where the next night alone shows that the clock was wrong, once more.
    assert set(told) == {f"Knee trial {night}" for night in range(1, 7)}
    assert len(told) <= 6 + 3


def test_what_a_site_was_last_seen_to_show_is_told_by_the_last_visit(nights):
    begun = nights(1)
    for night, offset in enumerate([timedelta(0), YEARS, timedelta(0)]):
        a_night(begun, FIRST + night * DAY, offset, sites=["veeva"], everything=True)
    [version] = versions(begun.database, number(1))
    assert version.confirmed_at == FIRST + 2 * DAY


def test_what_was_seen_lately_by_a_clock_that_was_behind_is_not_old(nights):
    begun = nights(1)
    for night, offset in enumerate([timedelta(0), timedelta(0), -YEARS, timedelta(0), timedelta(0)]):
        a_night(begun, FIRST + night * DAY, offset, sites=["veeva"], everything=True)
    assert prune(begun.database, FIRST - DAY, dry_run=True)["visits"] == 0
    # The first two nights' and the misdated one's, which the fourth followed.
    assert prune(begun.database, FIRST + 3 * DAY + timedelta(hours=1), dry_run=True)["visits"] == 4


@pytest.mark.parametrize(
    ("years", "wrong"),
    [
        ([], {}),
        ([0, 1, 2], {}),
        ([0, 30, 1, 2], {2: 1}),
        ([0, -30, 1, 2], {2: 1}),
        ([0, 1, 30], {3: 9}),
        ([30, 31, 0, 1, 2], {1: 0, 2: 0}),
        ([0, 0, 0], {}),
        ([5, 0, -30, 1, 30, 2], {1: 0, 3: 1, 5: 2}),
    ],
)
def test_the_fewest_runs_that_can_be_are_taken_for_misdated(sqlite, tmp_path, years, wrong):
    sqlite.drop()
    begun = Nights(sqlite.copy_of(with_tables), tmp_path)
    start = FIRST.replace(year=2040)
    moments = [start.replace(year=2040 + year) for year in years]
    with begun.database.write_transaction() as connection:
        for moment in moments:
            about = {"kind": "scrape", "holder": "", "package_version": "", "everything": False, "since": moment}
            connection.execute(RUNS.insert().values(started_at=moment, **about))
        found = misdated(connection, start.replace(year=2049))
    begun.close()
    assert found == {run: start.replace(year=2040 + year) for run, year in wrong.items()}


OFFSETS = st.sampled_from(
    [timedelta(0)] * 3
    + [sign * by for by in (timedelta(minutes=2), timedelta(hours=3), DAY, 40 * DAY, YEARS) for sign in (1, -1)]
)


@given(st.lists(OFFSETS, min_size=1, max_size=4))
@example([timedelta(0), YEARS, -YEARS, timedelta(0), DAY, -DAY])
@settings(max_examples=5)
def test_whatever_the_clock_shows_from_night_to_night_each_trial_is_visited_in_its_time(
    sqlite, tmp_path_factory, offsets
):
    """One trial recruits and is due each night, its page changes each time; another one is due each third night."""
    sqlite.drop()
    home = tmp_path_factory.mktemp("home")
    begun = Nights(sqlite.copy_of(with_tables), home, (1, 2), archive=False, every_active=3)
    days = {number(1): DAY, number(2): 3 * DAY}
    dated, made, shown, before = {}, {}, [], FIRST
    for night, offset in enumerate([timedelta(0), *offsets, *[timedelta(0)] * 3]):
        true_time = FIRST + night * DAY
        now = true_time + offset
        begun.web.pages[veeva(1)] = veeva_page(1, **{"Unknown": "Enrolling", "Knee trial 1": f"Knee trial {night}"})
        report = a_night(begun, true_time, offset, sites=["veeva"])
        ahead = [nct_id for nct_id, moment in dated.items() if moment > now + CLOCKS_DIFFER]
        assert (report.clock is not None) == (bool(ahead) or before > now + CLOCKS_DIFFER)
        visited = {nct_id for (nct_id,) in begun.ask("SELECT nct_id FROM visits WHERE run_id = :run", run=report.run)}
        for nct_id, interval in days.items():
            if nct_id in visited:
                dated[nct_id], made[nct_id] = now, true_time
            elif offset == timedelta(0):
                # A clock that was ahead, and whose time has come since, cannot be known from a right one.
                late = max(timedelta(0), dated[nct_id] - made[nct_id])
                assert true_time - made[nct_id] < interval + late
        if number(1) in visited:
            shown.append(f"Knee trial {night}")
        assert set(ahead) <= visited
        before = now
    # Nothing is lost or kept twice, and what came first stands first.
    assert [version.record.trial.title for version in versions(begun.database, number(1))] == shown
    assert begun.one("SELECT count(*) FROM records WHERE nct_id = :nct_id", nct_id=number(1)) == len(shown)
    begun.close()
