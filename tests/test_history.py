"""The history of a trial in the store: its versions, its absences, what changed."""

from dataclasses import replace

import pytest

from normalizers.changes import Change
from scraper.provenance import Earlier
from scraper.store import current, runs
from scraper.store.history import Absence, RecordedChange, Sighting, Standing, absences, recorded_changes, versions
from scraper.store.readings import NewReading
from scraper.store.runs import Verdict
from scraper.store.tables import Result, Ruling
from tests.build import VEEVA, record
from tests.histories import REWORDED, back_and_forth, explained, prepared, quarantined, store
from tests.versions import BIGGER, OPEN, STUDY, TRIAL, at, comes_to, night, shows, unchanged

store = pytest.fixture(store)
prepared = pytest.fixture(prepared)


def test_a_version_that_comes_back_is_a_version_of_its_own(prepared):
    told = versions(prepared(back_and_forth), TRIAL)
    assert [(version.page.at, version.record.trial.status, version.cause) for version in told] == [
        (at(1), "UNKNOWN", None),
        (at(2), "RECRUITING", "page"),
        (at(3), "UNKNOWN", "page"),
    ]
    assert [version.changes for version in told] == [
        (),
        ((Change("status", "UNKNOWN", "RECRUITING"), None),),
        ((Change("status", "RECRUITING", "UNKNOWN"), None),),
    ]
    assert {version.standing for version in told} == {Standing.EFFECTIVE}


def test_a_version_names_the_page_that_first_showed_it_and_when_it_was_last_seen(prepared):
    *_, last = versions(prepared(back_and_forth), TRIAL)
    sha256 = record(VEEVA).source.sha256
    assert last.page == Sighting(STUDY, at(3), sha256, "veeva.warc.gz", 3000)
    assert last.confirmed_at == at(4)


def test_where_an_old_version_comes_back_in_other_bytes_its_words_are_those_of_the_old_page(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, shows(2, OPEN))
    night(store, 3, shows(3, REWORDED, archived=False))
    *_, last = versions(store, TRIAL)
    assert last.page == Sighting(STUDY, at(3), record(REWORDED).source.sha256, None, None)
    assert last.words == Sighting(STUDY, at(1), record(VEEVA).source.sha256, "veeva.warc.gz", 1000)


def test_other_bytes_that_say_the_same_are_no_version(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, shows(2, REWORDED))
    (only,) = versions(store, TRIAL)
    assert (only.page.at, only.confirmed_at) == (at(1), at(2))


def test_the_same_bytes_that_are_read_otherwise_are_changed_by_the_program(store):
    night(store, 1, shows(1, VEEVA))
    read = record(OPEN)
    same = read.model_copy(update={"source": record(VEEVA, STUDY).source})
    night(store, 2, replace(shows(2, OPEN), pages={STUDY: NewReading.of(same, STUDY, at(2), "{}")}))
    assert [version.cause for version in versions(store, TRIAL)] == [None, "code"]


def test_what_is_read_anew_out_of_the_archive_lies_where_the_page_lies_and_was_last_seen_when_the_page_was(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, unchanged(store, 2))
    again = record(VEEVA, STUDY)
    again = again.model_copy(update={"trial": again.trial.model_copy(update={"acronym": "KNEE"})})
    run = runs.begin(store, at(3), "0.2.0", kind="reextract")
    runs.save_reread(store, run, [(NewReading.of(again, STUDY, at(1), "{}"), at(2))])
    with store.write_transaction() as connection:
        runs.save_verdicts(connection, run, at(3), [Verdict("veeva", "study", Ruling.GOOD, [], "{}")])
    first, second = versions(store, TRIAL)
    assert (second.cause, [change.field for change, _ in second.changes]) == ("code", ["acronym"])
    assert (
        second.page == second.words == first.page == Sighting(STUDY, at(1), again.source.sha256, "veeva.warc.gz", 1000)
    )
    assert (first.confirmed_at, second.confirmed_at) == (at(2), at(2))
    assert (first.since, second.since, [change.seen_at for change in recorded_changes(store)]) == (
        at(1),
        at(3),
        [at(3)],
    )
    (acronym,) = explained(store, "acronym")
    assert (acronym.page.at, acronym.since, acronym.earlier) == (at(1), at(3), (Earlier(None, at(1), at(3)),))
    assert current.last_confirmed(store, TRIAL) == {("veeva", "study"): at(2)}


def test_what_was_put_aside_and_then_counts_lies_where_it_was_fetched_first(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, shows(2, OPEN), ruling=Ruling.QUARANTINED)
    visit = shows(3, OPEN)
    night(store, 3, replace(visit, exchanges=[exchange._replace(status=304) for exchange in visit.exchanges]))
    _, aside, counting = versions(store, TRIAL)
    assert (aside.standing, counting.standing) == (Standing.QUARANTINED, Standing.EFFECTIVE)
    assert (counting.page.at, counting.page.file, counting.page.start) == (at(3), "veeva.warc.gz", 2000)


def test_what_is_put_aside_is_a_version_that_does_not_count(prepared):
    store = prepared(quarantined)
    night(store, 3, shows(3, BIGGER.replace("ClinicalTrials.Veeva\n", "ClinicalTrials\n")), ruling=Ruling.QUARANTINED)
    night(store, 4, shows(4, REWORDED), ruling=Ruling.QUARANTINED)
    night(store, 5, shows(5, OPEN), ruling=None)
    assert [
        (version.page.at, version.standing, version.confirmed_at, version.changes) for version in versions(store, TRIAL)
    ] == [
        (at(1), Standing.EFFECTIVE, at(1), ()),
        (
            at(2),
            Standing.QUARANTINED,
            at(3),
            ((Change("enrollment.count", 50, 5000), "100 times as many"),),
        ),
        (at(5), Standing.NOT_JUDGED, at(5), ((Change("status", "UNKNOWN", "RECRUITING"), None),)),
    ]


def test_versions_can_be_those_of_one_site(prepared):
    store = prepared(back_and_forth)
    assert len(versions(store, TRIAL, ["veeva"])) == 3
    assert versions(store, TRIAL, ["trialx"]) == []
    assert versions(store, "NCT00000001") == []


def test_visits_without_the_trial_are_told_once_for_as_long_as_they_last(store):
    results = [Result.ABSENT, Result.ABSENT, Result.FAILED, Result.ABSENT, Result.KEPT, Result.GONE, Result.GONE]
    for day, result in enumerate(results, 1):
        night(store, day, comes_to(day, result), comes_to(day, Result.ABSENT, "ctgov"))
    assert absences(store, TRIAL, ["veeva"]) == [
        Absence("veeva", None, Result.ABSENT, at(1), at(4), 3),
        Absence("veeva", "study", Result.GONE, at(6), at(7), 2),
    ]
    assert [entry.site for entry in absences(store, TRIAL)] == ["ctgov", "veeva", "veeva"]


def test_changes_come_oldest_first_with_where_and_why(prepared):
    assert list(recorded_changes(prepared(back_and_forth))) == [
        RecordedChange(TRIAL, "status", "UNKNOWN", "RECRUITING", at(2), "veeva", "study", "page", None),
        RecordedChange(TRIAL, "status", "RECRUITING", "UNKNOWN", at(3), "veeva", "study", "page", None),
    ]


@pytest.mark.parametrize(
    ("which", "days"),
    [
        ({"since": at(3)}, [3]),
        ({"since": at(2, 4)}, [2, 3]),  # the second night's run ended then
        ({"since": at(2, 5)}, [3]),
        ({"until": at(3)}, [2]),
        ({"since": at(2), "until": at(2)}, []),
        ({"nct_ids": [TRIAL]}, [2, 3]),
        ({"nct_ids": ["NCT00000001"]}, []),
        ({"sites": ["veeva", "ctgov"]}, [2, 3]),
        ({"sites": ["ctgov"]}, []),
        ({"anomalies_only": True}, []),
    ],
)
def test_changes_can_be_chosen(prepared, which, days):
    assert [change.seen_at.day for change in recorded_changes(prepared(back_and_forth), **which)] == days


def test_what_is_put_aside_changed_nothing_until_a_person_accepts_it(prepared):
    store = prepared(quarantined)
    assert list(recorded_changes(store)) == []
    night(store, 3, unchanged(store, 3), ruling=Ruling.ACCEPTED)
    assert list(recorded_changes(store, anomalies_only=True)) == [
        RecordedChange(TRIAL, "enrollment.count", 50, 5000, at(2), "veeva", "study", "page", "100 times as many")
    ]
    assert list(recorded_changes(store, since=at(3))) == list(recorded_changes(store))
    assert list(recorded_changes(store, since=at(3, 5))) == []
