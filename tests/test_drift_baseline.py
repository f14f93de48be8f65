"""The runs that the drift guard compares with."""

from hypothesis import given

from scraper.jobs.drift.baseline import baseline
from scraper.jobs.drift.stats import RunStats
from tests.drift import some_stats


def test_small_nights_do_not_take_the_place_of_large_ones():
    nights = [(RunStats(pages=pages).to_json(), False) for pages in (1, 2, 1, 90, 40, 300)]  # the newest first
    assert [stats.pages for stats in baseline(nights, 2)] == [1, 2, 1, 90, 40]
    assert [stats.pages for stats in baseline(nights[4:], 2)] == [40, 300]
    assert baseline([], 2) == []


def test_a_night_without_a_page_is_no_night_to_compare_with():
    assert baseline([(RunStats(missing=9).to_json(), True), (RunStats(4).to_json(), False)], 1) == [RunStats(4)]


def test_what_a_person_accepts_bounds_what_the_runs_before_it_showed():
    before = RunStats(60, 1, {"status": 60, "phases": 30}, {"Sex": 60, "Ages": 58}, {"page unread": 3}, {"Share": 9})
    accepted = RunStats(2, 1, {"status": 2, "phases": 2}, {"Sex": 1}, {"page unread": 1}, {"New": 2})
    after = RunStats(9, 0, {"status": 9})
    entries = [(after.to_json(), False), (accepted.to_json(), True), (before.to_json(), False)]
    assert baseline(entries, 5) == [
        after,
        accepted,
        RunStats(60, 30, {"status": 60, "phases": 30}, {"Sex": 30}, {"page unread": 30}, {"Share": 9, "New": 60}),
    ]


@given(some_stats.filter(lambda run: run.pages))
def test_a_run_that_is_capped_at_itself_stays_as_it_is(run):
    assert run.cap_at(run) == run
