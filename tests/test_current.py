"""What counts now of a trial, and what is told of one of which nothing counts."""

import pytest

from scraper.store import current, watch
from scraper.store.current import GonePage, PendingPage
from scraper.store.tables import Result, Ruling
from tests.build import SUMMARY, TRIALX, VEEVA, record
from tests.histories import back_and_forth, prepared, quarantined, store
from tests.versions import STUDY, TRIAL, at, comes_to, night, shows, unchanged

store = pytest.fixture(store)
prepared = pytest.fixture(prepared)


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
