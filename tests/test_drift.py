"""The drift guard: what is wrong with a run's pages, by figures alone."""

from dataclasses import replace
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.jobs.drift.limits import Limits
from scraper.jobs.drift.rates import Rate, chance
from scraper.jobs.drift.stats import RunStats
from scraper.jobs.drift.verdict import Reason, judge
from scraper.sites import veeva
from tests.drift import figures, told


def test_a_run_that_read_nothing_has_nothing_wrong():
    assert judge(veeva.STUDY, RunStats(), [figures(50)]) == []


def test_pages_of_which_none_is_understood_are_an_alarm_without_any_run_before():
    assert judge(veeva.STUDY, RunStats(refused=12), []) == [Reason("nothing", "no page of 12 was understood")]


def test_pages_of_a_first_run_that_have_what_every_page_has_are_good():
    assert judge(veeva.STUDY, figures(3), []) == []


def test_a_required_field_that_is_empty_on_most_pages_is_an_alarm_without_any_run_before():
    assert judge(veeva.STUDY, figures(12, title=4), []) == [
        Reason("required", "title, which every page of this layout has, is empty on 8 of 12 pages")
    ]


def test_a_required_field_that_is_empty_on_half_of_the_pages_is_none():
    assert judge(veeva.STUDY, figures(12, title=6), []) == []


def test_words_that_are_not_understood_leave_no_required_field_empty():
    run = replace(figures(1, status=0), issues={"status not_understood": 1})
    assert judge(veeva.STUDY, run, []) == []


@pytest.mark.parametrize(
    ("fills", "pages", "earlier_fills", "earlier_pages", "alarm"),
    [
        pytest.param(12, 20, 100, 100, True, id="from all to 60 % of 20 pages"),
        pytest.param(4, 5, 100, 100, False, id="one page of five"),
        pytest.param(3, 5, 100, 100, False, id="two pages of five"),
        pytest.param(0, 5, 100, 100, True, id="five pages of five"),
        pytest.param(0, 5, 5, 5, False, id="five of five after as few"),
        pytest.param(8, 10, 1000, 1000, False, id="twenty points are not more than twenty"),
        pytest.param(800, 1000, 1000, 1000, False, id="twenty points of many pages"),
        pytest.param(799, 1000, 1000, 1000, True, id="more than twenty points of many pages"),
        pytest.param(0, 4, 1000, 1000, False, id="too few pages now"),
        pytest.param(0, 1000, 4, 4, False, id="too few pages before"),
        pytest.param(100, 100, 50, 100, False, id="a rise"),
        pytest.param(0, 60, 12, 60, False, id="a field that was rare"),
        pytest.param(16, 23, 46, 46, True, id="seven of 23 pages, of a field that all had"),
        pytest.param(17, 23, 46, 46, True, id="six of them"),
        pytest.param(18, 23, 46, 46, False, id="five of them, which may be chance"),
        pytest.param(9, 20, 90, 100, True, id="most of the pages, of a field that most had"),
        pytest.param(12, 20, 90, 100, False, id="fewer of them, which may be chance"),
    ],
)
def test_a_fill_rate_has_fallen_by_points_and_by_more_than_chance_explains(
    fills, pages, earlier_fills, earlier_pages, alarm
):
    reasons = judge(veeva.STUDY, figures(pages, enrollment=fills), [figures(earlier_pages, enrollment=earlier_fills)])
    assert [reason.rule for reason in reasons] == ["fill"] * alarm


@given(st.integers(1, 12), st.integers(0, 12), st.integers(1, 12), st.integers(0, 12))
def test_chance_is_the_share_of_the_shuffles_that_leave_no_more_hits_for_now(pages, hits, earlier_pages, earlier_hits):
    now, before = Rate(min(hits, pages), pages), Rate(min(earlier_hits, earlier_pages), earlier_pages)
    hit = [place < now.hits + before.hits for place in range(pages + earlier_pages)]
    ways = sum(
        comb(sum(hit), drawn) * comb(len(hit) - sum(hit), pages - drawn)
        for drawn in range(now.hits + 1)
        if drawn <= pages
    )
    assert chance(now, before) == pytest.approx(ways / comb(len(hit), pages))


def test_a_fall_is_told_with_both_rates():
    reasons = judge(veeva.STUDY, figures(20), [figures(60, enrollment=60), figures(40, enrollment=38)])
    assert told(reasons) == ["enrollment is filled on 0 % of pages, 98 % before"]


def test_a_share_is_none_or_all_only_where_it_is_so():
    reasons = judge(veeva.STUDY, figures(1000, enrollment=1), [figures(1000, enrollment=999)])
    assert told(reasons) == ["enrollment is filled on 1 % of pages, 99 % before"]


def test_the_limits_can_be_set():
    now, before = figures(100, enrollment=60), [figures(100, enrollment=100)]
    assert judge(veeva.STUDY, now, before, Limits(points=40.0)) == []
    assert judge(veeva.STUDY, now, before, Limits(pages=101)) == []
    assert len(judge(veeva.STUDY, now, before, Limits(points=39.0, pages=100))) == 1


def test_refusals_that_become_many_are_an_alarm():
    assert judge(veeva.STUDY, figures(11, refused=9), [figures(99, refused=1)]) == [
        Reason("refused", "9 of 20 pages were not understood, 1 % before")
    ]


def test_an_unknown_label_on_most_pages_is_an_alarm_without_any_run_before():
    run = replace(figures(9), unread={"Trial phase": 7, "Others": 4})
    assert told(judge(veeva.STUDY, run, [])) == ["7 of 9 pages show the unknown label 'Trial phase'"]


def test_an_unknown_label_of_a_single_page_is_none():
    assert judge(veeva.STUDY, replace(figures(1), unread={"Trial phase": 1}), []) == []


def test_an_unknown_label_that_good_runs_had_on_most_pages_is_none():
    run = replace(figures(9), unread={"Share": 9})
    assert judge(veeva.STUDY, run, [run]) == []


def test_an_issue_on_most_pages_that_hardly_any_had_is_an_alarm():
    before = replace(figures(100), issues={"eligibility.sex not_understood": 2, "arms mismatch": 60})
    now = replace(figures(14), issues={"eligibility.sex not_understood": 14, "arms mismatch": 14})
    assert judge(veeva.STUDY, now, [before]) == [
        Reason("issue", "eligibility.sex not_understood is an issue of 14 of 14 pages, of 2 % before")
    ]


def test_a_vanished_label_is_named_with_what_was_lost_and_what_may_be_its_new_name():
    before = replace(figures(40, phases=28), labels={"Status": 12, "Status and phase": 28, "Sex": 40})
    now = replace(
        figures(14, status=3), labels={"Status": 3, "Sex": 14}, unread={"Trial phase": 11}, issues={"page unread": 11}
    )
    assert judge(veeva.STUDY, now, [before, before]) == [
        Reason(
            "label",
            "the label 'Status and phase' vanished: on 70 % of pages in the last 2 good runs, on none of 14 now, "
            "and status, phases with it; its new name may be 'Trial phase'",
        ),
        Reason("issue", "page unread is an issue of 11 of 14 pages, of 0 % before"),
    ]


def test_one_form_of_a_label_may_take_the_place_of_the_other():
    before = replace(figures(40), labels={"Status": 12, "Status and phase": 28})
    now = replace(figures(40), labels={"Status": 40})
    assert judge(veeva.STUDY, now, [before]) == []


def test_a_label_that_became_rare_is_named():
    before, now = replace(figures(40), labels={"Sex": 40}), replace(figures(20), labels={"Sex": 8})
    assert told(judge(veeva.STUDY, now, [before])) == [
        "the label 'Sex' became rare: on 100 % of pages in the last good run, on 8 of 20 now"
    ]


def in_place(pages: int, lacking: int, instead: str = "Kind of study", **also: int) -> RunStats:
    """A run in which so many pages show another label in place of one that every page had before."""
    unread = {instead: lacking + also.get("co_occurrence", 0)}
    together = {instead: {"Sex": also["co_occurrence"]}} if also else {instead: {}}
    return replace(figures(pages), labels={"Sex": pages - lacking}, unread=unread, co_occurrence=together)


@pytest.mark.parametrize(("pages", "lacking"), [(5, 2), (10, 3), (23, 5)])
def test_a_label_whose_place_another_takes_has_vanished_there_though_it_might_be_chance(pages, lacking):
    before = replace(figures(50), labels={"Sex": 50})
    (reason,) = told(judge(veeva.STUDY, in_place(pages, lacking), [before]))
    assert reason == (
        f"the label 'Sex' became rare: on 100 % of pages in the last good run, on {pages - lacking} of {pages} now; "
        "its new name may be 'Kind of study'"
    )


@pytest.mark.parametrize(
    ("now", "known"),
    [
        pytest.param(in_place(10, 2), 0, id="twenty points are not more than twenty"),
        pytest.param(in_place(4, 1), 0, id="a single page"),
        pytest.param(in_place(10, 3), 1, id="a page showed it before"),
        pytest.param(in_place(10, 3, co_occurrence=1), 0, id="a page shows both"),
    ],
)
def test_another_label_is_no_sign_of_a_new_name(now, known):
    before = replace(figures(50), labels={"Sex": 50}, unread={"Kind of study": known} if known else {})
    assert judge(veeva.STUDY, now, [before]) == []


def test_too_few_pages_before_tell_of_no_new_name():
    assert judge(veeva.STUDY, in_place(10, 3), [replace(figures(4), labels={"Sex": 4})]) == []


OTHERS = replace(figures(20), issues={"arms mismatch": 20})
USUAL = replace(figures(80, enrollment=80), labels={"Enrollment": 80})


@pytest.mark.parametrize(
    ("same", "rules"),
    [
        pytest.param(None, ["label", "issue"], id="nothing is known of them"),
        pytest.param(replace(OTHERS, pages=9), ["label", "issue"], id="little is known of them"),
        pytest.param(OTHERS, [], id="they lacked it before"),
        pytest.param(
            replace(figures(20, enrollment=20), labels={"Enrollment": 20}), ["label", "issue"], id="they had it before"
        ),
        pytest.param(replace(OTHERS, labels={"Enrollment": 20}), ["label"], id="they had the label before"),
        pytest.param(replace(OTHERS, fills={**OTHERS.fills, "enrollment": 20}), ["fill"], id="they had the field"),
    ],
)
def test_other_trials_than_usual_are_no_change(same, rules):
    assert [reason.rule for reason in judge(veeva.STUDY, OTHERS, [USUAL], same_trials=same)] == rules


def test_the_mark_that_ends_the_trial_s_part_of_a_page_is_watched():
    before, now = replace(figures(40), labels={veeva.END: 40}), figures(20)
    (reason,) = judge(veeva.STUDY, now, [before])
    assert reason.text.startswith("the label 'data sourced from clinicaltrials.gov' vanished")


def test_the_most_important_reason_stands_first():
    before = replace(figures(100, enrollment=100, acronym=100), labels={"Ages": 100})
    now = replace(figures(20, refused=20, title=0, enrollment=20), issues={"page unread": 20}, unread={"New": 20})
    assert [reason.rule for reason in judge(veeva.STUDY, now, [before])] == [
        "label",
        "required",
        "refused",
        "fill",
        "issue",
    ]


SMALL_BEFORE = replace(figures(30, enrollment=30), labels={"Enrollment": 30, "Sex": 30})
LACKING = replace(figures(2), labels={"Sex": 2})


def test_a_few_pages_that_lack_a_label_and_its_field_and_show_words_nobody_read_are_an_alarm():
    now = replace(LACKING, issues={"page unread": 2})
    assert told(judge(veeva.STUDY, now, [SMALL_BEFORE])) == [
        "the label 'Enrollment' vanished: on 100 % of pages in the last good run, on none of 2 now"
    ]


@pytest.mark.parametrize(
    ("now", "before"),
    [
        pytest.param(LACKING, SMALL_BEFORE, id="nothing is unread"),
        pytest.param(replace(LACKING, issues={"page unread": 1}), SMALL_BEFORE, id="one page has nothing unread"),
        pytest.param(
            replace(LACKING, issues={"page unread": 2}, labels={"Sex": 2, "Enrollment": 1}),
            SMALL_BEFORE,
            id="a page shows the label",
        ),
        pytest.param(
            replace(LACKING, issues={"page unread": 2}, fills={**LACKING.fills, "enrollment": 1}),
            SMALL_BEFORE,
            id="a page has the field",
        ),
        pytest.param(
            replace(LACKING, issues={"page unread": 2}),
            replace(SMALL_BEFORE, labels={"Enrollment": 29, "Sex": 30}),
            id="a page lacked the label before",
        ),
        pytest.param(
            replace(LACKING, issues={"page unread": 2}),
            replace(SMALL_BEFORE, issues={"page unread": 15}),
            id="much was unread before",
        ),
        pytest.param(
            replace(LACKING, issues={"page unread": 2}),
            replace(figures(4, enrollment=4), labels={"Enrollment": 4}),
            id="too few pages before",
        ),
    ],
)
def test_a_few_pages_are_no_alarm_where_a_trial_may_lack_something(now, before):
    assert judge(veeva.STUDY, now, [before]) == []


def test_most_pages_missing_are_an_alarm_without_any_run_before():
    reasons = judge(veeva.STUDY, replace(figures(2, refused=2), missing=5), [])
    assert reasons == [Reason("missing", "5 of 9 pages are not there any more: the site may have moved them")]
    assert judge(veeva.STUDY, RunStats(refused=1, missing=5), [])[0] == Reason("nothing", "no page of 1 was understood")


@pytest.mark.parametrize(("there", "missing"), [(5, 5), (0, 4)], ids=["half of them", "too few"])
def test_some_pages_missing_are_none(there, missing):
    assert judge(veeva.STUDY, replace(figures(there), missing=missing), []) == []
