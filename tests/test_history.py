"""What the store tells of a trial: what counts now, its versions, its absences, what changed."""

from dataclasses import replace

import pytest

from scraper.field_rules import field_path
from scraper.provenance import Earlier, State, explain
from scraper.store import current, runs, watch
from scraper.store.changes import Change
from scraper.store.current import GonePage, PendingPage
from scraper.store.database import Database
from scraper.store.history import Absence, RecordedChange, Sighting, Standing, absences, recorded_changes, versions
from scraper.store.runs import NewReading, Verdict
from scraper.store.tables import Result, Ruling
from tests.build import SUMMARY, TRIALX, VEEVA, record
from tests.nights import with_tables
from tests.versions import STUDY, TRIAL, at, comes_to, night, shows, unchanged

OPEN = VEEVA.replace("\nUnknown\n", "\nEnrolling\n")
"""The page with another status."""
BIGGER = VEEVA.replace("50 estimated", "5,000 estimated").replace("50 participants", "5,000 participants")
REWORDED = VEEVA.replace("ClinicalTrials.Veeva\n", "ClinicalTrials.Veeva!\n")
"""Other bytes that say the same."""


def back_and_forth(url):
    """The status is another for a night; then the page is as it was, and is seen once more."""
    with Database(url) as database:
        night(database, 1, shows(1, VEEVA))
        night(database, 2, shows(2, OPEN))
        night(database, 3, shows(3, VEEVA))
        night(database, 4, unchanged(database, 4))


def quarantined(url):
    """The drift guard does not believe the second night."""
    with Database(url) as database:
        night(database, 1, shows(1, VEEVA))
        night(database, 2, shows(2, BIGGER), ruling=Ruling.QUARANTINED)


@pytest.fixture
def store(databases):
    with Database(databases.copy_of(with_tables)) as opened:
        yield opened


@pytest.fixture
def prepared(databases):
    """Opens a copy of a prepared store."""
    opened = []

    def prepare(what):
        opened.append(Database(databases.copy_of(what)))
        return opened[-1]

    yield prepare
    for database in opened:
        database.close()


def statuses(records) -> list[tuple[str, str, str | None]]:
    return [(one.trial.nct_id, one.source.site, one.trial.status) for one in records]


def test_a_current_record_is_what_extract_makes_of_the_page(store):
    night(store, 1, shows(1, VEEVA))
    (kept,) = current.records(store)
    assert kept == record(VEEVA, STUDY)
    assert list(kept.evidence) == sorted(kept.evidence)


def test_current_records_come_by_trial_site_and_layout(store):
    second = "https://www.trialx.com/clinical-trials/listings/1/knee-cells-in-adults/"
    other = TRIALX.replace("NCT06570291", TRIAL)
    night(store, 1, shows(1, TRIALX, second), shows(2, VEEVA), shows(3, other, second), shows(4, SUMMARY))
    assert statuses(current.records(store)) == [
        ("NCT04953572", "inclinicaltrials", "NOT_YET_RECRUITING"),
        (TRIAL, "trialx", "RECRUITING"),
        (TRIAL, "veeva", "UNKNOWN"),
        ("NCT06570291", "trialx", "RECRUITING"),
    ]
    assert statuses(current.records(store, [TRIAL], ["veeva"])) == [(TRIAL, "veeva", "UNKNOWN")]
    assert statuses(current.records(store, ["NCT00000001"])) == []


def test_more_records_than_are_held_at_once_all_come(store, monkeypatch):
    monkeypatch.setattr("scraper.store.current._AT_ONCE", 2)
    numbers = [f"NCT0000000{last}" for last in range(1, 6)]
    night(store, 1, *(shows(last, VEEVA.replace(TRIAL, number)) for last, number in enumerate(numbers, 1)))
    assert [one.trial.nct_id for one in current.records(store)] == numbers


def test_what_is_put_aside_is_no_current_record_and_is_told(prepared):
    store = prepared(quarantined)
    (kept,) = current.records(store)
    assert kept.trial.enrollment.count == 50
    assert current.pending_pages(store) == [
        PendingPage(TRIAL, "veeva", "study", at(2), 2, is_quarantined=True, layout_is_quarantined=True)
    ]
    assert current.pending_pages(store, ["NCT00000001"]) == []
    assert current.pending_pages(store, None, ["trialx"]) == []


def test_what_a_run_read_that_was_cut_off_waits_for_its_verdict(store):
    night(store, 1, shows(1, VEEVA), ruling=None)
    assert current.pending_pages(store) == [
        PendingPage(TRIAL, "veeva", "study", at(1), 1, is_quarantined=False, layout_is_quarantined=False)
    ]
    night(store, 2, unchanged(store, 2))
    assert current.pending_pages(store) == []


def test_a_page_that_a_run_in_quarantine_saw_again_is_put_aside(store):
    night(store, 1, shows(1, VEEVA), ruling=Ruling.QUARANTINED)
    night(store, 2, unchanged(store, 2), ruling=Ruling.QUARANTINED)
    assert [page.is_quarantined for page in current.pending_pages(store)] == [True]


def test_when_a_record_was_last_confirmed_is_when_its_page_was_last_seen(prepared):
    assert current.last_confirmed(prepared(back_and_forth), TRIAL) == {("veeva", "study"): at(4)}


def test_a_trial_is_gone_since_the_first_visit_that_said_so(store):
    night(store, 1, shows(1, VEEVA), comes_to(1, Result.ABSENT, "trialx"))
    for day, result in enumerate([Result.FAILED, Result.GONE, Result.GONE, Result.FAILED], 2):
        night(store, day, comes_to(day, result), comes_to(day, Result.ABSENT, "trialx"))
    assert current.gone_pages(store) == [GonePage(TRIAL, "veeva", "study", at(3))]
    assert current.gone_pages(store, [TRIAL], ["trialx"]) == []


def test_a_trial_that_came_back_is_not_gone(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, comes_to(2, Result.GONE))
    night(store, 3, unchanged(store, 3))
    assert current.gone_pages(store) == []
    night(store, 4, comes_to(4, Result.GONE))
    assert current.gone_pages(store) == [GonePage(TRIAL, "veeva", "study", at(4))]


def test_trials_on_the_list_of_which_nothing_counts_are_unseen(store):
    watch.add(store, [TRIAL, "NCT00000001", "NCT00000002"], at(1))
    watch.remove(store, ["NCT00000002"], at(1))
    night(store, 1, shows(1, VEEVA))
    assert current.trials_without_record(store) == ["NCT00000001"]


def test_of_a_trial_that_was_put_aside_before_the_site_was_in_order_again_it_is_told_what_comes(store):
    night(store, 1, shows(1, VEEVA), ruling=Ruling.QUARANTINED)
    night(store, 2, shows(2, VEEVA.replace(TRIAL, "NCT00000001")))
    assert str(current.why_no_record(store, TRIAL)) == (
        "what was read of NCT05160831 (veeva/study) was quarantined; its next visit reads it again"
    )


def test_of_an_unknown_trial_the_way_to_keep_it_is_told(store):
    assert str(current.why_no_record(store, TRIAL)) == (
        "nothing is kept of NCT05160831: trialpages watch add NCT05160831, then trialpages scrape"
    )


def test_of_a_trial_on_the_list_it_is_told_that_no_run_came_by(store):
    watch.add(store, [TRIAL], at(1))
    assert str(current.why_no_record(store, TRIAL, ["veeva"])) == (
        "NCT05160831 is on the watch list and was not visited yet at veeva: trialpages scrape"
    )


def test_of_a_trial_that_no_site_shows_it_is_told_who_was_asked(store):
    night(store, 1, comes_to(1, Result.ABSENT, "veeva"), comes_to(2, Result.ABSENT, "ctgov"))
    assert str(current.why_no_record(store, TRIAL)) == (
        "nothing is kept of NCT05160831: not shown by ctgov, veeva, asked last on 2026-11-02 03:00 UTC"
    )


def test_of_a_trial_whose_visits_failed_the_reports_are_named(store):
    night(store, 1, comes_to(1, Result.FAILED, "veeva"), comes_to(1, Result.ABSENT, "ctgov"))
    assert str(current.why_no_record(store, TRIAL)) == (
        "nothing is kept of NCT05160831: the last visit failed at veeva; see trialpages runs"
    )


@pytest.mark.parametrize(
    ("ruling", "why"),
    [
        (
            Ruling.QUARANTINED,
            "what was read of NCT05160831 (veeva/study) is quarantined by the drift guard: see trialpages health",
        ),
        (
            None,
            (
                "what was read of NCT05160831 (veeva/study) becomes effective when run 1 has ended;"
                " if it was interrupted: trialpages scrape resumes it"
            ),
        ),
    ],
)
def test_of_a_trial_that_was_read_and_does_not_count_the_reason_is_told(store, ruling, why):
    night(store, 1, shows(1, VEEVA), ruling=ruling)
    assert str(current.why_no_record(store, TRIAL)) == why


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
    runs.save_reread(store, run, [NewReading.of(again, STUDY, at(1), "{}")])
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


def explained(store, field, *sites):
    return explain(versions(store, TRIAL, sites), field_path(field))


def test_a_value_is_explained_by_its_words_their_page_and_what_it_was_before(prepared):
    (status,) = explained(prepared(back_and_forth), "status")
    assert (status.state, status.value) == (State.SHOWN, "UNKNOWN")
    assert [(path, quote.text) for path, quote in status.words] == [("status", "Unknown")]
    assert status.rule == 'veeva/study: "Status and phase" -> normalizers.phrases.status'
    assert (status.page.at, status.since, status.confirmed_at) == (at(3), at(3), at(4))
    assert status.earlier == (Earlier("RECRUITING", at(2), at(3)), Earlier("UNKNOWN", at(1), at(2)))


def test_a_value_is_as_old_as_it_is_the_same_whatever_else_changes(prepared):
    (title,) = explained(prepared(back_and_forth), "title")
    assert (title.value, title.since, title.earlier) == ("Stem Cells for Knee Pain", at(1), ())


def test_a_list_in_another_order_is_no_earlier_value(store):
    night(store, 1, shows(1, VEEVA.replace("Knee Osteoarthritis\n", "Knee Osteoarthritis\nPain\n")))
    night(store, 2, shows(2, OPEN.replace("Knee Osteoarthritis\n", "Pain\nKnee Osteoarthritis\n")))
    (conditions,) = explained(store, "conditions")
    assert (conditions.since, conditions.earlier) == (at(1), ())


def test_an_entry_of_a_list_is_followed_by_its_place(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, shows(2, VEEVA.replace("Knee pain.", "Knee pain at night.")))
    (criterion,) = explained(store, "eligibility.inclusion[0].text")
    assert criterion.value == "Knee pain at night."
    assert criterion.earlier == (Earlier("Knee pain.", at(1), at(2)),)
    assert [path for path, _ in criterion.words] == ["eligibility.inclusion"]


def test_an_entry_of_a_list_is_followed_by_what_names_it_as_changes_do(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, shows(2, VEEVA.replace("Knee pain.", "Knee pain at night.")))
    trial = next(current.records(store)).trial
    place = len(trial.arms) - 1
    label = trial.arms[place].label
    (named,), (placed,) = explained(store, f"arms[{label}].label"), explained(store, f"arms[{place}].label")
    assert (named.value, named.words, named.state) == (label, placed.words, State.SHOWN)
    (unknown,) = explained(store, "arms[Another].label")
    assert (unknown.value, unknown.words, unknown.state) == (None, (), State.NO_ENTRY)


def test_what_does_not_count_explains_nothing(prepared):
    (size,) = explained(prepared(quarantined), "enrollment.count")
    assert (size.value, size.earlier) == (50, ())


@pytest.mark.parametrize(
    ("field", "page", "state"),
    [
        ("status", VEEVA, State.SHOWN),
        ("eligibility.healthy_volunteers", VEEVA, State.SHOWN),
        ("eligibility.inclusion[0]", VEEVA, State.SHOWN),
        ("eligibility.inclusion[7].text", VEEVA, State.NO_ENTRY),
        ("eligibility.inclusion[0].cohort", VEEVA, State.BLANK),
        ("acronym", VEEVA, State.BLANK),
        ("eligibility.minimum_age", VEEVA.replace("18 to 70 years old", "grown-ups"), State.NOT_UNDERSTOOD),
        ("start_date", VEEVA, State.NEVER_SHOWN),
        ("locations[0].city", VEEVA, State.NEVER_SHOWN),
    ],
)
def test_a_field_without_a_value_says_why(store, field, page, state):
    night(store, 1, shows(1, page))
    (one,) = explained(store, field)
    assert one.state is state
    assert (one.rule is None) is (state is State.NEVER_SHOWN)


def test_an_issue_with_a_field_is_told(store):
    night(store, 1, shows(1, VEEVA.replace("18 to 70 years old", "grown-ups")))
    (ages,) = explained(store, "eligibility")
    assert [(issue.field, issue.code, issue.text) for issue in ages.issues] == [
        ("eligibility.minimum_age", "not_understood", "grown-ups")
    ]
    (sex,) = explained(store, "eligibility.sex")
    assert sex.issues == ()


def test_a_part_without_words_of_its_own_has_those_of_the_whole(store):
    night(store, 1, shows(1, VEEVA))
    (label,) = explained(store, "arms[0].label")
    assert {path for path, _ in label.words} == {"arms[0]"}
    (count,) = explained(store, "enrollment.count", "veeva")
    assert [(path, quote.text) for path, quote in count.words] == [("enrollment", "50 estimated patients")]


def test_a_value_that_was_counted_and_not_read_has_no_words(store):
    night(store, 1, shows(1, VEEVA))
    (version,) = versions(store, TRIAL)
    without = replace(version, record=version.record.model_copy(update={"evidence": {}}))
    (count,) = explain([without], field_path("location_count"))
    assert (count.state, count.value, count.words) == (State.SHOWN, 2, ())


def test_a_whole_has_the_words_of_all_its_parts(store):
    night(store, 1, shows(1, VEEVA))
    (design,) = explained(store, "design")
    assert [path for path, _ in design.words] == [
        "design.primary_purpose",
        "design.allocation",
        "design.intervention_model",
        "design.masking",
    ]
