"""Trials through time: what changed in the consensus of their pages, and what did not."""

from dataclasses import replace

import pytest

from scraper.store import runs
from scraper.store.imports import IMPORT, save_imported
from scraper.store.readings import NewReading
from scraper.store.tables import Ruling
from scraper.store.timeline import changed_trials, timeline
from scraper.store.trials import trials
from tests.build import VEEVA
from tests.histories import store
from tests.trial_pages import registry, veeva
from tests.versions import OPEN, TRIAL, at, captured, imported, night, unchanged

store = pytest.fixture(store)


def told(database, **asked):
    """The changes of trials: field, old, new, day, page, cause."""
    return [
        (one.field, one.old, one.new, one.seen_at.day, f"{one.site}/{one.layout}", one.cause)
        for one in changed_trials(database, **asked)
    ]


def status_changes(database, **asked):
    return [change for change in told(database, **asked) if change[0] == "status"]


COMPLETED = ("status", "RECRUITING", "COMPLETED", 2, "ctgov/study", "page")


def catching_up(database):
    """The registry's record changes, and Veeva's page a night later."""
    night(database, 1, registry(1), veeva(1))
    night(database, 2, registry(2, "COMPLETED", "2026-11-01"), veeva(2))
    night(database, 3, registry(3, "COMPLETED", "2026-11-01"), veeva(3, "Completed"))


def test_that_a_second_site_catches_up_is_no_change(store):
    catching_up(store)
    assert told(store) == [COMPLETED, ("last_updated", "2026-10-01", "2026-11-01", 2, "ctgov/study", "page")]


def test_that_other_pages_were_seen_again_meanwhile_changes_nothing_by_itself(store):
    night(store, 1, registry(1), veeva(1))
    for day in (2, 3):
        night(store, day, veeva(day))
    night(store, 4, registry(4, count=60), veeva(4))
    assert told(store) == [("enrollment.count", 50, 60, 4, "ctgov/study", "page")]


def test_what_the_first_run_saw_is_one_version_and_no_change(store):
    night(store, 1, registry(1), veeva(1))
    (first,) = timeline(store, TRIAL)
    assert {version.site for version in first.versions} == {"ctgov", "veeva"}
    assert (first.is_first, first.changes, told(store)) == (True, (), [])


def test_the_versions_of_a_trial_are_those_of_its_consensus(store):
    catching_up(store)
    first, second = timeline(store, TRIAL)
    assert [one.trial.trial.status for one in (first, second)] == ["RECRUITING", "COMPLETED"]
    assert [(version.site, version.since) for version in second.versions] == [("ctgov", at(2))]


def test_the_last_version_is_what_is_shown_now(store):
    catching_up(store)
    night(store, 4, registry(4, "COMPLETED", "2026-11-03", count=60))
    (now,) = trials(store, [TRIAL])
    assert timeline(store, TRIAL)[-1].trial.trial == now.trial


def test_a_page_that_was_not_known_before_is_named_as_the_cause(store):
    night(store, 1, veeva(1))
    night(store, 2, registry(2))
    found = told(store)
    assert ("enrollment.count", 50, 50, 2, "ctgov/study", "new page") not in found
    assert ("last_updated", None, "2026-10-01", 2, "ctgov/study", "new page") in found
    assert {cause for *_, cause in found} == {"new page"}


def test_what_the_program_reads_differently_is_its_own_doing(store):
    visit = veeva(1)
    night(store, 1, visit)
    (url, reading), *_ = visit.pages.items()
    trial = reading.record.trial.model_copy(update={"acronym": "SCKP"})
    again = runs.begin(store, at(2), "0.2.0", kind="reextract")
    other = NewReading.of(reading.record.model_copy(update={"trial": trial}), url, at(1), "{}")
    runs.save_reread(store, again, [(other, at(1))])
    with store.write_transaction() as connection:
        runs.save_verdicts(connection, again, at(2), [runs.Verdict("veeva", "study", Ruling.GOOD, [], "{}")])
    assert told(store) == [("acronym", None, "SCKP", 2, "veeva/study", "code")]


def test_what_is_quarantined_changes_nothing_until_a_person_accepts_it(store):
    night(store, 1, registry(1))
    night(store, 2, registry(2, "COMPLETED", "2026-11-01"), ruling=Ruling.QUARANTINED)
    assert told(store) == []
    run = replace(runs.begin(store, at(3), "0.1.0"), id=2, run_ids=(2,))
    with store.write_transaction() as connection:
        runs.save_verdicts(connection, run, at(3), [runs.Verdict("ctgov", "study", Ruling.ACCEPTED, [], "{}")])
    assert status_changes(store, since=at(3)) == [COMPLETED]


def test_a_run_and_the_one_that_resumes_it_are_one_moment(store):
    runs.save_visit(store, runs.begin(store, at(1), "0.1.0"), registry(1))
    resuming = runs.begin(store, at(2), "0.1.0")
    runs.save_visit(store, resuming, veeva(2))
    good = [runs.Verdict(site, "study", Ruling.GOOD, [], "{}") for site in ("ctgov", "veeva")]
    with store.write_transaction() as connection:
        runs.save_verdicts(connection, resuming, at(2), good)
    (first,) = timeline(store, TRIAL)
    assert [version.site for version in first.versions] == ["ctgov", "veeva"]
    assert told(store) == []


def test_changes_of_a_period_are_those_that_were_seen_in_it(store):
    catching_up(store)
    night(store, 4, registry(4, "TERMINATED", "2026-11-03"))
    ended = ("status", "COMPLETED", "TERMINATED", 4, "ctgov/study", "page")
    assert status_changes(store) == [COMPLETED, ended]
    assert status_changes(store, since=at(3)) == [ended]
    assert status_changes(store, until=at(3)) == [COMPLETED]
    assert status_changes(store, nct_ids=["NCT00000001"]) == []


def test_improbable_changes_are_flagged_and_can_be_asked_for_alone(store):
    night(store, 1, registry(1))
    night(store, 2, registry(2, "COMPLETED", "2026-11-01", count=800))
    (change,) = changed_trials(store, anomalies_only=True)
    assert (change.field, change.anomaly) == ("enrollment.count", "16 times as many")


def test_what_an_import_brings_is_dated_as_it_was_captured_and_told_with_the_import(store):
    night(store, 5, veeva(5, "Completed"))
    imported(store, 9, captured(1, OPEN), captured(3, VEEVA))
    assert (
        status_changes(store)
        == status_changes(store, since=at(9))
        == [
            ("status", "RECRUITING", "UNKNOWN", 3, "veeva/study", "page"),
            ("status", "UNKNOWN", "COMPLETED", 5, "veeva/study", "page"),
        ]
    )
    assert [moment.trial.trial.status for moment in timeline(store, TRIAL)] == ["RECRUITING", "UNKNOWN", "COMPLETED"]


def test_a_page_that_had_been_away_comes_back_where_an_import_shows_it(store):
    night(store, 1, veeva(1, "Enrolling"))
    night(store, 4, unchanged(store, 4))
    assert told(store) == []
    imported(store, 9, captured(2, VEEVA.replace("Army Medical University", "Registry University")))
    assert told(store) == [
        ("status", "RECRUITING", "UNKNOWN", 2, "veeva/study", "page"),
        ("status", "UNKNOWN", "RECRUITING", 4, "veeva/study", "page"),
    ]


def test_pages_that_were_captured_on_one_day_are_one_moment(store):
    record, page = registry(1), veeva(1)
    readings = [reading for visit in (record, page) for reading in visit.pages.values()]
    run = runs.begin(store, at(9), "0.1.0", kind=IMPORT)
    save_imported(store, run, readings)
    (first,) = timeline(store, TRIAL)
    assert (len(first.versions), told(store)) == (2, [])


def test_pages_that_nobody_dated_come_first(store):
    night(store, 1, veeva(1, "Completed"))
    imported(store, 9, captured(None, OPEN))
    assert status_changes(store) == [("status", "RECRUITING", "COMPLETED", 1, "veeva/study", "page")]


def test_a_site_that_catches_up_while_the_registry_is_not_visited_is_no_change(store):
    night(store, 1, registry(1), veeva(1))
    night(store, 2, registry(2, "COMPLETED", "2026-11-01", count=800), veeva(2))
    before = told(store)
    night(store, 3, veeva(3, "Completed"))
    assert told(store) == before
