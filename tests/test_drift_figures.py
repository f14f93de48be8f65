"""The figures of the drift guard: what is kept of a page and of a run, rates and bars."""

from hypothesis import given
from hypothesis import strategies as st

from scraper.cli.reports import sparkline
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.drift.stats import RunStats
from tests.build import SUMMARY, VEEVA
from tests.drift import read_page_of, some_stats


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
