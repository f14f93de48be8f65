"""What is due when: by status, by failures, by how long a page has been missing, and in what order."""

from datetime import timedelta
from functools import partial

import pytest

from schemas.vocabulary import Status
from scraper.jobs.revisit_policy import next_visit_at
from scraper.settings import Settings
from scraper.store import watch
from scraper.store.due import Task, due_tasks, requested_tasks
from scraper.store.tables import Result
from tests.each import each
from tests.nights import DAY, FIRST, aggregator, details_page, number, registry, veeva, veeva_page

SETTINGS = Settings(
    every_recruiting=1,
    every_active=7,
    every_ended=30,
    every_absent=14,
    every_gone=60,
    retry_hours=1,
    retry_hours_most=100,
)


@each(
    ("status", "days"),
    [
        (Status.RECRUITING, 1),
        (Status.NOT_YET_RECRUITING, 1),
        (Status.ENROLLING_BY_INVITATION, 1),
        (Status.AVAILABLE, 1),
        (Status.TEMPORARILY_NOT_AVAILABLE, 1),
        (Status.ACTIVE_NOT_RECRUITING, 7),
        (Status.SUSPENDED, 7),
        (Status.UNKNOWN, 7),
        (Status.WITHHELD, 7),
        (None, 7),
        (Status.COMPLETED, 30),
        (Status.TERMINATED, 30),
        (Status.WITHDRAWN, 30),
        (Status.NO_LONGER_AVAILABLE, 30),
        (Status.APPROVED_FOR_MARKETING, 30),
    ],
)
@each("result", [Result.KEPT, Result.UNCHANGED])
def test_the_more_a_trial_recruits_the_more_often_it_is_visited(result, status, days):
    assert next_visit_at(FIRST, result, status, 0, SETTINGS) == FIRST + timedelta(days=days)


def test_every_status_is_told_of_above():
    assert len(Status) == 14


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 1), (2, 2), (3, 4), (4, 8), (7, 64), (8, 100), (33, 100), (10_000, 100)]
)
def test_failures_are_tried_again_with_growing_delay_up_to_the_most(failures, hours):
    assert next_visit_at(FIRST, Result.FAILED, Status.COMPLETED, failures, SETTINGS) == FIRST + timedelta(hours=hours)


@pytest.mark.parametrize(("result", "days"), [(Result.ABSENT, 14), (Result.GONE, 60)])
def test_what_is_not_there_is_looked_for_now_and_then(result, days):
    assert next_visit_at(FIRST, result, Status.RECRUITING, 0, SETTINGS) == FIRST + timedelta(days=days)


@pytest.fixture
def nights(nights):
    """Nights without an archive, of which nothing here depends."""
    return partial(nights, archive=False)


def visited(nights, place, site="ctgov"):
    """Each visit to a trial at a site: the night, the result, and the days until it is due again."""
    rows = nights.ask(
        "SELECT runs.started_at, result, due_at FROM visits JOIN runs ON runs.id = run_id"
        " WHERE visits.nct_id = :nct_id AND site = :site ORDER BY visits.id",
        nct_id=number(place),
        site=site,
    )
    return [row[1] for row in rows]


def tasks(nights, before=FIRST, since=FIRST + 100 * DAY, site="ctgov", **options):
    return [task.nct_id for task in _tasks(nights, site, before, since, **options)]


def _tasks(nights, site, before, since, **options):
    settings = {"now": FIRST, "runs": [1, 2], "visited_since": since, **options}
    return due_tasks(nights.database, site, before, **settings)


def test_what_was_never_visited_is_due(nights):
    begun = nights(1, 2)
    assert due_tasks(begun.database, "ctgov", FIRST, now=FIRST, runs=[1], visited_since=FIRST) == [
        Task(number(1), "ctgov", 0, None),
        Task(number(2), "ctgov", 0, None),
    ]


def test_what_is_off_the_list_is_not_due_and_what_was_kept_of_it_stays(nights):
    begun = nights(1, 2)
    begun.night(sites=["ctgov", "veeva"])
    watch.remove(begun.database, [number(1)], FIRST)
    assert tasks(begun, everything=True) == [number(2)]
    assert begun.one("SELECT count(*) FROM records WHERE nct_id = :nct_id", nct_id=number(1)) == 2


def test_a_trial_is_on_the_list_since_it_was_last_put_on_it_whatever_its_priority(nights):
    begun = nights(1)
    watch.add(begun.database, [number(1)], FIRST + DAY, priority=3)
    [listed] = watch.watched(begun.database)
    assert (listed.priority, listed.since) == (3, FIRST)
    watch.remove(begun.database, [number(1)], FIRST + 2 * DAY)
    watch.add(begun.database, [number(1)], FIRST + 3 * DAY)
    watch.add(begun.database, [number(1)], FIRST + 4 * DAY, priority=1)
    assert [listed.since for listed in watch.watched(begun.database)] == [FIRST + 3 * DAY]


def test_the_greater_priority_comes_first_then_what_was_never_visited_then_the_longest_overdue(nights):
    begun = nights(1, 2, 3, 4, 5)
    begun.night(only=[number(4)], sites=["ctgov"])
    begun.night(only=[number(3)], sites=["ctgov"])
    watch.add(begun.database, [number(5)], FIRST, priority=7)
    watch.add(begun.database, [number(2)], FIRST, priority=-1)
    far = FIRST + 100 * DAY
    assert tasks(begun, before=far) == [number(place) for place in (5, 1, 4, 3, 2)]


def test_a_visit_of_the_run_itself_is_not_due_again(nights):
    begun = nights(1)
    begun.night(sites=["ctgov"])
    far = FIRST + 100 * DAY
    assert tasks(begun, before=far, since=FIRST) == []
    assert tasks(begun, before=far, since=FIRST + timedelta(microseconds=1)) == [number(1)]
    assert tasks(begun, before=far, since=FIRST, now=FIRST + timedelta(days=1, microseconds=-1)) == []


def test_a_visit_of_a_run_that_was_cut_off_is_made_again_once_it_is_due(nights):
    begun = nights(1)
    begun.night(sites=["ctgov"])
    [task] = _tasks(begun, "ctgov", FIRST + DAY, FIRST, now=FIRST + DAY)
    assert (task.nct_id, task.refetch) == (number(1), True)


@pytest.mark.parametrize("options", [{"everything": True}, {"only": [number(1)]}])
def test_a_visit_that_a_clock_ahead_of_ours_dated_is_no_visit_of_the_run_itself(nights, options):
    begun = nights(1)
    begun.time.at += 365 * DAY
    begun.night()
    begun.time.at = FIRST
    assert begun.night(**options).trials.visited == 1


def test_everything_is_also_what_is_not_due(nights):
    begun = nights(1)
    begun.web.pages[veeva(1)] = veeva_page(1, Unknown="Completed")
    begun.night(sites=["veeva"])
    assert (tasks(begun, site="veeva"), tasks(begun, site="veeva", everything=True)) == ([], [number(1)])


def test_a_nightly_job_that_begins_a_little_early_misses_nothing(nights):
    begun = nights(1, early_hours=6)
    begun.night(sites=["ctgov"])  # the registry's trials of these tests recruit
    begun.time.at -= timedelta(hours=6)
    assert begun.night(sites=["ctgov"]).sites["ctgov"].visits == 1


def test_what_is_due_later_waits(nights):
    begun = nights(1, early_hours=6)
    begun.night(sites=["ctgov"])
    begun.time.at -= timedelta(hours=6, seconds=1)
    assert "ctgov" not in begun.night(sites=["ctgov"]).sites


def test_a_recruiting_trial_is_visited_each_night_and_a_completed_one_now_and_then(nights):
    begun = nights(1, 2, every_ended=4)
    begun.web.pages[veeva(1)] = veeva_page(1, Unknown="Enrolling")
    begun.web.pages[veeva(2)] = veeva_page(2, Unknown="Completed")
    for _ in range(6):
        begun.night(sites=["veeva"])
    counted = "SELECT count(*) FROM visits WHERE nct_id = :nct_id"
    assert [begun.one(counted, nct_id=number(place)) for place in (1, 2)] == [6, 2]


def test_failures_delay_the_next_visit_ever_longer_and_a_success_forgets_them(nights):
    begun = nights(1, retry_hours=24, early_hours=0)
    begun.web.pages[registry(1)] = 500
    nights_with_a_visit = []
    for night in range(9):
        if night == 7:
            begun.web.pages[registry(1)] = 503
        if begun.night(sites=["ctgov"]).sites:
            nights_with_a_visit.append(night)
    assert nights_with_a_visit == [0, 1, 3, 7]
    assert [row[0] for row in begun.ask("SELECT failures FROM visits ORDER BY id")] == [1, 2, 3, 4]


def test_a_page_that_is_missing_three_times_is_gone_and_kept_and_comes_back(nights):
    begun = nights(1)
    begun.night(sites=["ctgov"])
    page, begun.web.pages[registry(1)] = begun.web.pages[registry(1)], 404
    reports = [begun.night(sites=["ctgov"]) for _ in range(3)]
    assert visited(begun, 1) == ["kept", "failed", "failed", "gone"]
    assert [report.exit_code for report in reports] == [1, 1, 0]
    assert begun.ask("SELECT error, message, advice FROM failures ORDER BY id") == [
        (
            "NotFound",
            f"{registry(1)} showed the trial and is not there any more ({times} of 3)",
            "open the address: the page has moved or is gone; what was kept of it stays",
        )
        for times in (1, 2)
    ]
    assert begun.rows()["records"] == 1
    begun.time.at += 29 * DAY
    begun.web.pages[registry(1)] = page
    report = begun.night(sites=["ctgov"])
    assert (visited(begun, 1)[-1], report.exit_code, begun.rows()["readings"]) == ("unchanged", 0, 1)
    assert begun.one("SELECT failures FROM visits ORDER BY id DESC LIMIT 1") == 0
    assert begun.ask("SELECT times FROM misses ORDER BY id") == [(1,), (2,), (3,), (0,)]


def test_of_two_pages_one_that_is_gone_does_not_take_the_other_along(nights):
    begun = nights(1)
    details = f"{aggregator(1)}/details"
    begun.web.pages[details] = details_page(1)
    assert begun.night(sites=["ctgov", "inclinicaltrials"]).sites["inclinicaltrials"].kept == 1
    begun.web.pages[details] = 404
    for _ in range(4):
        begun.night(sites=["inclinicaltrials"])
    assert visited(begun, 1, "inclinicaltrials") == ["kept", "failed", "failed", "unchanged", "unchanged"]


def test_a_failure_in_between_counts_as_no_miss(nights):
    begun = nights(1)
    begun.night(sites=["ctgov"])
    for answer in (404, 500, 404, 404):
        begun.web.pages[registry(1)] = answer
        begun.night(sites=["ctgov"])
    assert begun.ask(
        "SELECT result, failures, times FROM visits"
        " LEFT JOIN misses ON misses.run_id = visits.run_id AND misses.site = visits.site ORDER BY visits.id"
    ) == [
        ("kept", 0, None),
        ("failed", 1, 1),
        ("failed", 2, None),
        ("failed", 3, 2),
        ("gone", 0, 3),
    ]


def test_a_site_that_never_showed_the_trial_is_asked_again_now_and_then(nights):
    begun = nights(1, every_absent=3)
    for _ in range(5):
        begun.night(sites=["trialx"])
    assert visited(begun, 1, "trialx") == ["absent", "absent"]


def test_who_is_asked_for_comes_in_the_order_of_asking_each_once(nights):
    begun = nights(1, 2)
    begun.web.pages[registry(2)] = 500
    begun.night(sites=["ctgov"])
    assert requested_tasks(begun.database, "ctgov", [number(place) for place in (9, 2, 9, 1)]) == [
        Task(number(9), "ctgov", 0, None, refetch=True),
        Task(number(2), "ctgov", 1, None, refetch=True),
        Task(number(1), "ctgov", 0, FIRST + 14 * DAY, refetch=True),
    ]
