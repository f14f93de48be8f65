"""Imported pages in the store: each joins the history where it was captured, and none counts over a newer one."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.jobs.report import ImportedPages, Report, import_report
from scraper.store import current, runs
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, Failure
from scraper.store.due import known_pages
from scraper.store.history import Sighting, recorded_changes, versions
from scraper.store.imports import IMPORT, Imported, known_captures, save_imported
from scraper.store.readings import NewReading
from scraper.store.tables import RUNS, Result, Ruling
from tests.build import VEEVA, record
from tests.each import each
from tests.histories import REWORDED, prepared, quarantined, store
from tests.nights import with_tables
from tests.versions import BIGGER, OPEN, STUDY, TRIAL, at, captured, comes_to, imported, night, shows, unchanged

store = pytest.fixture(store)
prepared = pytest.fixture(prepared)

DONE = VEEVA.replace("\nUnknown\n", "\nCompleted\n")
"""The page with a third status."""


def status(store):
    return [one.trial.status for one in current.records(store)]


def told(store):
    return [(one.page.at, one.record.trial.status, one.confirmed_at) for one in versions(store, TRIAL)]


def rows(store, table="readings"):
    with store.read_transaction() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - our own names


# Which version counts


def test_an_imported_page_counts_as_soon_as_it_is_saved(store):
    assert imported(store, 9, captured(1, VEEVA)) == ([Imported.NEW_VERSION], 0)
    assert status(store) == ["UNKNOWN"]
    assert told(store) == [(at(1), "UNKNOWN", at(1))]


def test_an_older_page_never_replaces_a_newer_observation(store):
    night(store, 5, shows(5, VEEVA))
    assert imported(store, 9, captured(1, OPEN), captured(3, DONE)) == ([Imported.NEW_VERSION] * 2, 0)
    assert status(store) == ["UNKNOWN"]
    assert told(store) == [
        (at(1), "RECRUITING", at(1)),
        (at(3), "COMPLETED", at(3)),
        (at(5), "UNKNOWN", at(5)),
    ]
    assert list(recorded_changes(store)) == []


def test_a_page_that_was_captured_before_its_site_was_last_seen_is_past(store):
    night(store, 2, shows(2, VEEVA))
    night(store, 6, unchanged(store, 6))
    imported(store, 9, captured(4, OPEN))
    assert status(store) == ["UNKNOWN"]
    assert told(store) == [(at(2), "UNKNOWN", at(2)), (at(4), "RECRUITING", at(4)), (at(6), "UNKNOWN", at(6))]


def test_a_newer_page_replaces_an_older_observation_and_tells_what_changed(store):
    night(store, 2, shows(2, VEEVA))
    assert imported(store, 9, captured(4, OPEN)) == ([Imported.NEW_VERSION], 1)
    assert status(store) == ["RECRUITING"]
    (change,) = recorded_changes(store)
    assert (change.field, change.old, change.new, change.seen_at, change.cause) == (
        "status",
        "UNKNOWN",
        "RECRUITING",
        at(4),
        "page",
    )


def test_a_change_that_was_imported_is_told_to_who_asks_what_is_new_since_before_the_import(store):
    night(store, 2, shows(2, VEEVA))
    imported(store, 9, captured(4, OPEN))
    assert [len(list(recorded_changes(store, since=at(day)))) for day in (4, 5, 9, 10)] == [1, 1, 1, 0]


def test_a_page_without_a_date_is_older_than_all_that_have_one(store):
    imported(store, 9, captured(None, OPEN), captured(1, VEEVA), captured(None, DONE))
    assert status(store) == ["UNKNOWN"]
    assert told(store) == [
        (None, "RECRUITING", None),
        (None, "COMPLETED", None),
        (at(1), "UNKNOWN", at(1)),
    ]


def test_of_pages_without_dates_the_last_one_counts(store):
    imported(store, 9, captured(None, OPEN))
    assert imported(store, 10, captured(None, VEEVA)).changes == 1
    assert status(store) == ["UNKNOWN"]
    assert current.last_confirmed(store, TRIAL) == {("veeva", "study"): None}
    assert [change.seen_at for change in recorded_changes(store)] == [at(10, 12)]


def test_a_visit_counts_over_a_page_that_is_dated_in_the_future(store):
    imported(store, 5, captured(29, OPEN))
    assert status(store) == ["RECRUITING"]
    night(store, 6, shows(6, VEEVA))
    assert status(store) == ["UNKNOWN"]
    night(store, 7, unchanged(store, 7))
    imported(store, 8, captured(8, DONE))
    assert status(store) == ["UNKNOWN"]  # nobody knows what the visits came after


def test_a_replayed_visit_of_an_older_page_does_not_count_over_a_newer_import(store):
    imported(store, 5, captured(4, OPEN))
    night(store, 6, replace(shows(2, VEEVA), at=at(6)))
    assert status(store) == ["RECRUITING"]
    assert list(recorded_changes(store)) == []
    assert [one.since for one in versions(store, TRIAL)] == [at(2), at(4)]


def test_live_visits_stay_in_their_order_whatever_is_imported(store):
    night(store, 20, shows(20, VEEVA))  # by a clock that was ahead
    night(store, 2, shows(2, OPEN))
    imported(store, 9, captured(8, DONE))
    assert status(store) == ["RECRUITING"]
    assert [one.record.trial.status for one in versions(store, TRIAL)] == ["COMPLETED", "UNKNOWN", "RECRUITING"]


# What came of each page


def test_the_same_page_a_second_time_adds_nothing(store):
    pages = [captured(1, VEEVA), captured(None, OPEN), captured(2, OPEN, file="crawl.warc", offset=812)]
    imported(store, 9, *pages)
    before = {table: rows(store, table) for table in ("records", "readings", "changes")}
    again = [*pages, captured(1, VEEVA, file="copies/other name.html")]
    assert imported(store, 10, *again).outcomes == [Imported.KNOWN] * 4
    assert {table: rows(store, table) for table in before} == before


def test_a_page_twice_in_one_import_is_here_once(store):
    assert imported(store, 9, captured(1, VEEVA), captured(1, VEEVA)).outcomes == [
        Imported.NEW_VERSION,
        Imported.KNOWN,
    ]
    assert rows(store) == 1


@each("by", ["an import", "a visit"])
def test_a_copy_without_a_date_adds_nothing_where_it_is_known_when_its_bytes_were_there(by, databases):
    with Database(databases.copy_of(with_tables)) as store:
        if by == "a visit":
            night(store, 2, shows(2, VEEVA))
            imported(store, 8, captured(3, OPEN))
        else:
            imported(store, 8, captured(2, VEEVA), captured(3, OPEN))
        before = told(store), rows(store)
        copy = captured(None, VEEVA, file="copy.html")
        version = copy.record.source.package_version
        assert known_captures(store, [(copy.sha256, None), ("0" * 64, None)], version) == {(copy.sha256, None)}
        assert imported(store, 9, copy).outcomes == [Imported.KNOWN]
        assert (told(store), rows(store)) == before


def test_a_date_that_is_found_later_dates_a_copy_that_had_none(store):
    imported(store, 8, captured(None, VEEVA), captured(4, OPEN))
    assert told(store) == [(None, "UNKNOWN", None), (at(4), "RECRUITING", at(4))]
    imported(store, 9, captured(2, VEEVA), captured(6, VEEVA))
    assert told(store) == [
        (at(2), "UNKNOWN", at(2)),
        (at(4), "RECRUITING", at(4)),
        (at(6), "UNKNOWN", at(6)),
    ]
    with store.read_transaction() as connection:
        moments = connection.execute(sa.text("SELECT first_observed_at FROM page_versions ORDER BY record_id"))
        assert [str(moment)[:10] for (moment,) in moments] == ["2026-11-02", "2026-11-04"]


def test_a_copy_without_a_date_that_is_read_otherwise_now_is_as_old_as_its_bytes(store):
    imported(store, 8, captured(2, VEEVA))
    better = captured(None, VEEVA)
    trial = better.record.trial.model_copy(update={"title": "Read better"})
    read = NewReading.of(better.record.model_copy(update={"trial": trial}), STUDY, None, "{}")
    assert imported(store, 9, read) == ([Imported.NEW_VERSION], 1)
    assert current.last_confirmed(store, TRIAL) == {("veeva", "study"): at(2)}
    assert [one.trial.title for one in current.records(store)] == ["Read better"]


def test_the_same_words_at_another_time_are_an_observation_and_no_version(store):
    outcomes = imported(store, 9, captured(1, VEEVA), captured(3, VEEVA), captured(2, REWORDED)).outcomes
    assert outcomes == [Imported.NEW_VERSION, Imported.UNCHANGED, Imported.UNCHANGED]
    assert told(store) == [(at(1), "UNKNOWN", at(3))]
    assert rows(store, "records") == 1


def test_a_page_that_a_visit_fetched_at_that_moment_is_known_already(store):
    night(store, 2, shows(2, VEEVA))
    night(store, 3, unchanged(store, 3))
    outcomes = imported(store, 9, *(captured(day, VEEVA) for day in (2, 3, 4))).outcomes
    assert outcomes == [Imported.KNOWN, Imported.KNOWN, Imported.UNCHANGED]


def test_a_page_that_is_read_otherwise_now_is_saved_once_more(store):
    imported(store, 9, captured(1, VEEVA))
    again = captured(1, VEEVA)
    trial = again.record.trial.model_copy(update={"acronym": "KNEE"})
    better = again.of(again.record.model_copy(update={"trial": trial}), again.url, again.seen_at, "{}")
    assert imported(store, 10, better) == ([Imported.NEW_VERSION], 1)
    assert [one.trial.acronym for one in current.records(store)] == ["KNEE"]
    assert [one.cause for one in versions(store, TRIAL)] == [None, "code"]
    assert imported(store, 11, better).outcomes == [Imported.KNOWN]


def test_pages_of_several_trials_and_many_dates_come_in_any_order(store):
    pages = [
        captured(day, page.replace(TRIAL, f"NCT0000001{trial}"))
        for day, page in ((3, DONE), (1, VEEVA), (2, OPEN))
        for trial in range(4)
    ]
    assert imported(store, 9, *pages).outcomes == [Imported.NEW_VERSION] * 12
    assert status(store) == ["COMPLETED"] * 4
    for trial in range(4):
        told = [one.record.trial.status for one in versions(store, f"NCT0000001{trial}")]
        assert told == ["UNKNOWN", "RECRUITING", "COMPLETED"]


def test_nothing_of_pages_is_kept_where_one_of_them_cannot_be_saved(store, monkeypatch):
    run = runs.begin(store, at(9), "0.1.0", kind=IMPORT)
    monkeypatch.setattr("scraper.store.imports.save_dead_letters", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_imported(store, run, [captured(1, VEEVA)])
    assert (rows(store), rows(store, "records")) == (0, 0)


def test_captures_that_this_program_has_read_are_known_without_reading_them(store):
    pages = [captured(1, VEEVA), captured(None, OPEN)]
    imported(store, 9, *pages)
    version = pages[0].record.source.package_version
    seen = [(page.sha256, page.seen_at) for page in pages]
    others = [(pages[0].sha256, at(2)), (captured(1, DONE).sha256, at(1)), (captured(1, DONE).sha256, None)]
    assert known_captures(store, [*seen, *others], version) == set(seen)
    assert known_captures(store, seen, "99.0") == set()


def test_a_page_of_standard_input_is_an_imported_one(store):
    imported(store, 9, captured(1, VEEVA, file=None))
    assert known_pages(store, "veeva", [TRIAL]) == {}
    assert [one.page.file for one in versions(store, TRIAL)] == ["-"]


def test_an_import_reports_its_pages_and_the_trials_of_those_it_added_or_refused(store):
    other = VEEVA.replace(TRIAL, "NCT00000011")
    imported(store, 8, captured(1, other))
    run = runs.begin(store, at(9), "0.1.0", kind=IMPORT)
    letter = DeadLetter("NCT00000012", "veeva", Failure(None, None, "ExtractError", "no", "look", refused=True))
    pages = [captured(1, VEEVA), captured(3, OPEN), captured(2, other), captured(1, other)]
    assert save_imported(store, run, pages, [letter]).changes == 1
    with store.read_transaction() as connection:
        told = import_report(connection, run, at(9), ImportedPages(kept=2, unchanged=2, refused={"not understood": 1}))
    assert told.trials.model_dump() == {"visited": 3, "kept": 1, "unchanged": 1, "failed": 1}
    assert (told.versions, told.changes, told.anomalies, told.failures, told.exit_code) == (2, 1, 0, 1, 1)
    assert str(told.imported) == "5 pages in = 2 kept + 2 unchanged + 1 refused (1 not understood)"
    assert Report.from_json(told.as_json()) == told


# Beside live visits


def test_where_the_words_are_is_told_of_an_imported_page(store):
    imported(store, 9, captured(1, VEEVA, file="crawl.warc.gz", offset=4711))
    (only,) = versions(store, TRIAL)
    assert (
        only.page
        == only.words
        == Sighting(STUDY, at(1), record(VEEVA).source.sha256, "crawl.warc.gz", 4711, is_imported=True)
    )


def test_an_imported_page_is_none_that_the_site_is_asked_for(store):
    imported(store, 1, captured(1, VEEVA))
    assert known_pages(store, "veeva", [TRIAL]) == {}
    night(store, 2, shows(2, VEEVA))
    (page,) = known_pages(store, "veeva", [TRIAL])[TRIAL]
    assert (page.is_current, rows(store)) == (True, 2)


def test_a_page_over_which_a_newer_import_counts_is_read_whole_at_the_next_visit(store):
    night(store, 2, shows(2, VEEVA))
    imported(store, 5, captured(4, OPEN))
    (page,) = known_pages(store, "veeva", [TRIAL])[TRIAL]
    assert not page.is_current
    night(store, 6, shows(6, VEEVA))  # so that this change is told, too
    assert [(one.new, one.seen_at) for one in recorded_changes(store)] == [("RECRUITING", at(4)), ("UNKNOWN", at(6))]
    (page,) = known_pages(store, "veeva", [TRIAL])[TRIAL]
    assert page.is_current


def test_what_is_quarantined_stays_so_and_is_told_beside_what_is_imported(prepared):
    store = prepared(quarantined)
    imported(store, 9, captured(5, OPEN))
    assert status(store) == ["RECRUITING"]
    assert [page.run_id for page in current.pending_pages(store)] == [2]
    night(store, 10, shows(10, BIGGER), ruling=Ruling.ACCEPTED)
    assert status(store) == ["UNKNOWN"]


def test_a_page_that_is_gone_stays_gone_whatever_is_imported(store):
    night(store, 2, shows(2, VEEVA))
    night(store, 3, comes_to(3, Result.GONE))
    imported(store, 9, captured(1, OPEN))
    assert [page.since for page in current.gone_pages(store)] == [at(3)]


def test_runs_and_imports_resume_nothing_of_each_other(store):
    for kind in ("scrape", IMPORT, "scrape", IMPORT, "reextract", "scrape"):
        runs.begin(store, at(1), "0.1.0", kind=kind)
    with store.read_transaction() as connection:
        resumed = connection.execute(sa.select(RUNS.c.kind, RUNS.c.resumes).order_by(RUNS.c.id)).all()
    assert [tuple(row) for row in resumed] == [
        ("scrape", None),
        (IMPORT, None),
        ("scrape", 1),
        (IMPORT, None),
        ("reextract", None),
        ("scrape", 3),
    ]


# Whatever the order of arrival

PAGES = (VEEVA, OPEN, DONE, REWORDED)
OBSERVATIONS = st.lists(
    # Which page; whether a visit saw it; by how many days later than captured it is imported.
    st.tuples(st.sampled_from(PAGES), st.booleans(), st.integers(0, 6)),
    min_size=1,
    max_size=6,
)


def arrive(databases, order):
    """What the store tells of observations that came in an order."""
    with Database(databases.copy_of(with_tables)) as store:
        for day, (page, is_live, arrival) in order:
            if not is_live:
                imported(store, arrival, captured(day, page))
                continue
            known = known_pages(store, "veeva", [TRIAL]).get(TRIAL, ())
            same = [one for one in known if one.is_current and one.sha256 == record(page).source.sha256]
            night(store, day, unchanged(store, day) if same else shows(day, page))
        (now,) = current.records(store)
        return [*told(store), now.trial.status, current.last_confirmed(store, TRIAL)]


@given(OBSERVATIONS, st.none() | st.tuples(st.sampled_from(PAGES), st.just(False), st.integers(1, 9)))
@settings(max_examples=15)
def test_in_whatever_order_observations_arrive_the_trial_and_its_history_are_the_same(sqlite, observations, undated):
    sqlite.drop()
    seen = [
        (day, (page, is_live, day if is_live else day + delay))
        for day, (page, is_live, delay) in enumerate(observations, 1)
    ]
    seen += [(None, undated)] if undated is not None else []  # of several, the last one would count
    # A visit is made at its moment; a page can be imported at any moment after its capture.
    as_they_came = sorted(seen, key=lambda one: one[1][2])
    visits_first = sorted(seen, key=lambda one: not one[1][1])
    assert arrive(sqlite, as_they_came) == arrive(sqlite, visits_first)
