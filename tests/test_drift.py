"""The guard against sites that change: what is kept of a page, and what is wrong with a run's pages."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from math import comb
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.cases import Case, cases
from scraper.cli.reports import sparkline
from scraper.errors import PageError
from scraper.jobs.drift.baseline import baseline
from scraper.jobs.drift.limits import Limits
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.drift.rates import Rate, chance
from scraper.jobs.drift.stats import RunStats
from scraper.jobs.drift.verdict import Reason, judge
from scraper.layouts.labels import spellings
from scraper.parse.page import Page
from scraper.pipeline import ReadPage, read_page
from scraper.sites import DEFAULT_SITES, LAYOUTS, ctgov, inclinicaltrials, trialx, veeva
from tests import registry
from tests.build import SUMMARY, TRIALX, VEEVA, without
from tests.each import each

TRIALS = [case for case in cases(Path(__file__).parent.parent / "snapshots") if (case.folder / "record.json").is_file()]
AS_EVER = [case for case in TRIALS if "redesigned" not in case.name]
"""Pages of sites that are as they were: of the others some lack a label, which is what the guard is there to tell."""


def read_page_of(text: str) -> ReadPage:
    return read_page(Page(text.encode()))


def is_good(page: ReadPage) -> bool:
    """Whether a run would keep it: what breaks off is a failed visit."""
    return page.truncation is None


@cache
def pages(layout: str) -> tuple[Page, ...]:
    """The bundled pages of a layout that a run would keep, one form of each, and none of a site that changed."""
    found = (case.page(case.inputs[0]) for case in AS_EVER if case.layout == layout)
    return tuple(page for page in found if is_good(read_page(page)))


def stats(among: Iterable[Page], times: int = 1) -> RunStats:
    """What a run over these pages sees, each read so many times."""
    groups, refused = [], 0
    for page in among:
        try:
            groups.append((PageProfile.of(read_page(page)), times))
        except PageError:
            refused += times
    return RunStats.of(groups, refused)


def told(reasons: Sequence[Reason]) -> list[str]:
    return [reason.text for reason in reasons]


def figures(pages: int, refused: int = 0, **fills: int) -> RunStats:
    """A run in which each required field is filled on all pages, unless it is said otherwise."""
    filled = {**dict.fromkeys(veeva.STUDY.required, pages), **fills}
    return RunStats(pages, refused, {name: count for name, count in filled.items() if count})


def test_of_a_page_labels_fields_issues_and_unknown_labels_are_kept():
    page = SUMMARY.replace("Phase Phase 1", "Phase Phase 9")
    page = page.replace("Not yet recruiting\n", "Not yet recruiting\n\nLast verified\n\nMay 2020\n\n")
    assert PageProfile.of(read_page_of(page)) == PageProfile(
        labels=(
            "Clinical Trial Summary",
            "Clinical Trial Description",
            "Study Design",
            "Related Conditions & MeSH terms",
            "NCT number",
            "Study type",
            "Source",
            "Contact",
            "Phone",
            "Email",
            "Status",
            "Phase",
            "Start date",
            "Completion date",
            "see also",
        ),
        filled=(
            "nct_id",
            "sponsor",
            "status",
            "study_type",
            "summary",
            "description",
            "start_date",
            "completion_date",
            "contacts",
        ),
        issues=("page unread", "page unread_label", "phases not_understood"),
        unread_labels=("Last verified",),
    )


def test_places_in_lists_make_no_kind_of_issue():
    page = VEEVA.replace("Cells\nExperimental group", "Cells\nEnlightened group\nDescription:").replace(
        "Biological: Cells\n\nTrial", "Odd: Cells\n\nTrial"
    )
    assert not any("[" in issue for issue in PageProfile.of(read_page_of(page)).issues)
    assert any(issue.startswith("arms") for issue in PageProfile.of(read_page_of(page)).issues)


def test_false_and_zero_are_values():
    page = read_page_of(VEEVA.replace("locations\n\n2\n", "locations\n\n0\n"))
    assert page.record.trial.location_count == 0
    assert page.record.trial.eligibility.healthy_volunteers is False
    assert {"location_count", "eligibility.healthy_volunteers"} <= set(PageProfile.of(page).filled)


def test_pages_that_are_built_alike_are_kept_as_one_line():
    other = (
        VEEVA.replace("Stem Cells", "Other Cells").replace("NCT05160831", "NCT05160832").replace("All\n", "Female\n")
    )
    assert PageProfile.of(read_page_of(VEEVA)).to_json() == PageProfile.of(read_page_of(other)).to_json()


words = st.lists(st.text(), max_size=3).map(tuple)


@given(st.builds(PageProfile, words, words, words, words))
def test_what_is_kept_of_a_page_comes_back_as_it_was(page):
    assert PageProfile.from_json(page.to_json()) == page
    assert "\n" not in page.to_json()


def test_a_run_counts_pages_by_what_they_show():
    one = PageProfile(("Sex",), ("nct_id", "status"), ("page unread",), ("Trial phase",))
    two = PageProfile(("Sex", "Ages"), ("nct_id",), (), ())
    assert RunStats.of([(one, 2), (two, 3)], refused=1) == RunStats(
        pages=5,
        refused=1,
        fills={"nct_id": 5, "status": 2},
        labels={"Sex": 5, "Ages": 3},
        issues={"page unread": 2},
        unread={"Trial phase": 2},
        co_occurrence={"Trial phase": {"Sex": 2}},
    )


def test_of_unknown_labels_the_twenty_most_frequent_are_kept():
    groups = [(PageProfile((), (), (), (f"Label {number:02}",)), 1 + (number == 24)) for number in range(25)]
    kept = RunStats.of(groups).unread
    assert list(kept) == ["Label 24", *(f"Label {number:02}" for number in range(19))]


counts = st.dictionaries(st.text(max_size=3), st.integers(1, 9), max_size=3)
some_stats = st.builds(RunStats, st.integers(0, 9), st.integers(0, 9), counts, counts, counts, counts)


def test_which_labels_stand_together_is_not_kept():
    assert RunStats.from_json(RunStats(1, unread={"New": 1}, co_occurrence={"New": {"Sex": 1}}).to_json()) == RunStats(
        1, unread={"New": 1}
    )


def test_runs_are_added_with_which_labels_stand_together():
    one, two = (
        RunStats(co_occurrence={"New": {"Sex": 1}}),
        RunStats(co_occurrence={"New": {"Sex": 2, "Ages": 1}, "Other": {"Sex": 1}}),
    )
    assert (one + two).co_occurrence == {"New": {"Sex": 3, "Ages": 1}, "Other": {"Sex": 1}}


@given(some_stats)
def test_a_run_s_figures_come_back_as_they_were(run):
    assert RunStats.from_json(run.to_json()) == run


@given(some_stats, some_stats)
def test_runs_can_be_added_in_any_order(one, two):
    assert one + two == two + one
    assert (one + two).to_json() == (two + one).to_json()
    assert one + RunStats() == one


def test_runs_are_added_count_by_count():
    one = RunStats(2, 1, {"status": 2}, {"Sex": 1}, {"page unread": 1}, {})
    two = RunStats(3, 0, {"status": 1, "title": 3}, {}, {"page unread": 2}, {"New": 1})
    assert one + two == RunStats(5, 1, {"status": 3, "title": 3}, {"Sex": 1}, {"page unread": 3}, {"New": 1})


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


def test_rates_are_shares_of_the_pages():
    shares = RunStats(4, fills={"nct_id": 4, "enrollment": 1}).fill_rates()
    assert (shares["nct_id"], shares["enrollment"], shares["eligibility.sex"]) == (1.0, 0.25, 0.0)


def test_a_run_without_pages_has_no_rates():
    assert RunStats(refused=3).fill_rates() == {}


def test_bars_show_shares_and_a_full_one_only_all():
    assert sparkline([0.0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.8, 0.9, 0.99, 1.0, None]) == "▁▁▂▃▄▅▆▇▇█·"


@given(st.lists(st.floats(0, 1)))
def test_there_is_a_bar_for_each_share(shares):
    assert len(sparkline(shares)) == len(shares)


@each("case", AS_EVER)
def test_every_page_has_what_its_layout_requires(case: Case):
    (layout,) = [layout for layout in LAYOUTS if layout.key == case.layout]
    for place in case.inputs:
        found = read_page(Page(place.read_bytes(), case.url))
        if not is_good(found):
            continue
        page = PageProfile.of(found)
        shown = {*page.filled, *(issue.removesuffix(" not_understood") for issue in page.issues)}
        assert layout.required <= shown, place.name
        assert judge(layout, RunStats.of([(page, 1)]), []) == []


def test_every_registry_record_has_what_its_layout_requires():
    for protocol in registry.protocols():
        page = PageProfile.of(read_page_of(json.dumps({"protocolSection": protocol})))
        assert ctgov.STUDY.required <= set(page.filled), protocol["identificationModule"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_what_a_layout_requires_it_shows(layout):
    assert layout.required.isdisjoint(layout.never_shows)
    assert "nct_id" in layout.required


def test_what_is_read_of_a_registry_record_is_a_label_with_its_field():
    fields = {known.name: known.fields for known in ctgov.STUDY.labels}
    for page in pages("ctgov/study"):
        for path, quotes in read_page(page).record.evidence.items():
            for quote in quotes:
                label = re.sub(r"/\d+", "", quote.pointer or "")
                assert any(field.startswith(path.partition("[")[0]) for field in fields[label]), (path, label)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_the_bundled_pages_judged_by_themselves_are_good(layout):
    run = stats(pages(layout.key))
    assert judge(layout, run, [run] * 3) == []


def test_nights_drawn_from_good_pages_raise_no_alarm():
    random = Random(20261122)
    alarms = []
    # Sites that are asked on request alone have too few pages, drawn again and again, to be a sample of anything.
    for layout in (layout for layout in LAYOUTS if layout.site in DEFAULT_SITES):
        kept = [PageProfile.of(read_page(page)) for page in pages(layout.key)]
        runs = [RunStats.of(Counter(random.choices(kept, k=random.randint(1, 60))).items()) for _ in range(60)]
        for _ in range(150):
            now, *before = random.sample(runs, random.randint(2, 6))
            # Of a few pages a bundled one that shows a new label can be drawn so often that most show it.
            alarms += [reason for reason in judge(layout, now, before) if reason.rule != "unknown"]
    assert alarms == []


def renamed(page: Page, words: str) -> Page:
    """The page with other words wherever these begin a line or an element."""
    form = rb"\s+".join(re.escape(word.encode()).replace(rb"\&", b"&(?:amp;)?") for word in words.split())
    return replace(page, content=re.sub(rb"(?im)((?:^|>)\s*)" + form + rb"(?!\w)", rb"\1Renamed part", page.content))


@pytest.mark.parametrize(
    ("layout", "not_read_without"),
    [
        (veeva.STUDY, ["Identifiers"]),
        (inclinicaltrials.SUMMARY, ["NCT number"]),
        (inclinicaltrials.DETAILS, ["NCT number"]),
        (trialx.LISTING, []),
        (trialx.WHITE_LABEL, ["Study details"]),
    ],
    ids=lambda value: getattr(value, "key", ""),
)
def test_a_renamed_label_is_named(layout, not_read_without):
    some = pages(layout.key)[:6]
    good = stats(some, times=9)
    unnamed = []
    for forms in (*spellings(layout.labels), *(mark.aliases[:1] for mark in layout.frame)):
        for form in forms:
            if 2 * good.labels.get(form, 0) <= good.pages or form in ("Arms", "Heading"):
                continue  # seen too rarely for so few pages, or known by a pattern
            bad = stats((renamed(page, form.removesuffix(" (2)")) for page in some), times=9)
            reasons = judge(layout, bad, [good] * 3)
            assert reasons, form
            if not any(repr(form) in reason.text for reason in reasons if reason.rule == "label"):
                assert told(reasons) == [f"no page of {bad.refused} was understood"]
                unnamed.append(form)
    assert unnamed == not_read_without


def test_a_renamed_field_of_the_registry_is_named():
    good = stats(pages("ctgov/study"), times=5)
    bad = [
        replace(page, content=page.content.replace(b'"briefTitle"', b'"shortTitle"')) for page in pages("ctgov/study")
    ]
    (reason,) = judge(ctgov.STUDY, stats(bad, times=5), [good])
    assert reason.text == (
        "the label '/protocolSection/identificationModule/briefTitle' vanished: on 100 % of pages in the last good "
        "run, on none of 50 now, and title with it"
    )


def test_a_night_of_one_page_notices_a_renamed_label():
    good = Page(VEEVA.encode())
    (reason,) = judge(veeva.STUDY, stats([renamed(good, "Sex")]), [stats([good], times=5)])
    assert reason.text == (
        "the label 'Sex' vanished: on 100 % of pages in the last good run, on none of 1 now, "
        "and eligibility.sex with it"
    )


def test_a_night_of_one_page_is_good_where_the_trial_lacks_something():
    lacking = without(VEEVA, "Enrollment", "50 estimated patients", "Central trial contact", "Ada Byron, MD")
    assert judge(veeva.STUDY, stats([Page(lacking.encode())]), [stats([Page(VEEVA.encode())], times=30)]) == []


def test_a_listing_s_labels_are_told_with_the_mark_that_ends_it():
    assert read_page_of(TRIALX).labels == ("Overview", "Eligibility", "Study details", trialx.END)


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


def test_most_pages_missing_are_an_alarm_without_any_run_before():
    reasons = judge(veeva.STUDY, replace(figures(2, refused=2), missing=5), [])
    assert reasons == [Reason("missing", "5 of 9 pages are not there any more: the site may have moved them")]
    assert judge(veeva.STUDY, RunStats(refused=1, missing=5), [])[0] == Reason("nothing", "no page of 1 was understood")


@pytest.mark.parametrize(("there", "missing"), [(5, 5), (0, 4)], ids=["half of them", "too few"])
def test_some_pages_missing_are_none(there, missing):
    assert judge(veeva.STUDY, replace(figures(there), missing=missing), []) == []
