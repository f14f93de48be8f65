"""Pages of ichgcp.net: traps of their three generations, tried on the bundled pages with one thing changed."""

from pathlib import Path

import pytest

from schemas.record import IssueCode, Record
from schemas.vocabulary import Phase
from scraper.errors import ExtractError, UnknownLayout
from scraper.layouts.candidate_urls import Candidate, Hints, NoPages
from scraper.sites import CANDIDATE_URLS, DEFAULT_SITES
from tests.build import record

SNAPSHOTS = Path(__file__).parents[1] / "snapshots/ichgcp"
URL = "https://ichgcp.net/clinical-trials-registry/NCT99990021"
LINES, ROWS, ROWS_TABLES, SECTIONS = (
    (SNAPSHOTS / name).read_text(encoding="utf-8")
    for name in (
        "NCT99990023-lines-complete/capture.txt",
        "NCT99990026-rows-sparse/capture.txt",
        "NCT99990022-rows-complete/page.html",
        "NCT99990021-sections-complete/page.html",
    )
)


def changed(page: str, old: str, new: str) -> Record:
    """The record of a page with one thing changed."""
    assert page.count(old) == 1
    return record(page.replace(old, new), URL)


def told(read: Record, field: str | None) -> list[tuple[IssueCode, str]]:
    return [(issue.code, issue.text) for issue in read.issues if issue.field == field]


@pytest.mark.parametrize("page", [LINES, ROWS, SECTIONS])
def test_the_number_is_the_addresss(page: str):
    for url in (URL, URL.lower(), f"{URL}/", f"{URL}?print=1"):
        assert record(page, url).trial.nct_id == "NCT99990021"


@pytest.mark.parametrize("page", [LINES, ROWS, SECTIONS])
def test_without_the_address_the_error_says_what_to_give(page: str):
    with pytest.raises(ExtractError, match="stands only in the address of this site's pages: give the address"):
        record(page)


@pytest.mark.parametrize("page", [LINES, ROWS, SECTIONS])
def test_the_same_labels_at_another_address_are_no_page_of_the_site(page: str):
    with pytest.raises(UnknownLayout):
        record(page + "\nNCT99990021", "https://trials.example.org/NCT99990021")


@pytest.mark.parametrize(("page", "words"), [(LINES, "Phase\n\nPhase 2/Phase 3"), (ROWS, "Phase N/A")])
def test_a_phase_that_is_not_applicable_may_be_blank_and_is_told(page: str, words: str):
    read = changed(page, words, words[: words.index("Phase") + 5] + ("\n\nN/A" if "\n" in words else " N/A"))
    assert read.trial.phases == ()
    assert (IssueCode.AMBIGUOUS, "N/A") in told(read, "phases")


def test_a_phase_in_words_is_read():
    assert changed(ROWS, "Phase N/A", "Phase Phase 1/Phase 2").trial.phases == (Phase.PHASE1, Phase.PHASE2)


def test_explanations_behind_the_trial_are_none_of_it():
    assert "Conditions usually refer" in LINES
    assert record(LINES, URL).trial.conditions == ("Rhinitis, Allergic, Seasonal",)


def test_persons_behind_a_study_are_not_read():
    assert "Pat Example" in LINES
    assert "Pat Example" not in record(LINES, URL).model_dump_json(exclude={"issues"})


@pytest.mark.parametrize("cut", ["Interven", "Verificat"])
def test_a_label_that_breaks_off_is_no_condition(cut: str):
    page = ROWS[: ROWS.index("Intervention\n")] + cut
    read = record(page, URL)
    assert read.trial.conditions == ("Preterm Birth",)
    assert any(issue.text == cut for issue in read.issues)


def test_a_label_that_breaks_off_right_below_the_conditions_is_none_of_them():
    read = record(ROWS[: ROWS.index("Preterm Birth")] + "Interven", URL)
    assert read.trial.conditions == ()
    assert (IssueCode.NOT_UNDERSTOOD, "Interven") in told(read, "conditions")


def test_outcomes_without_columns_are_told_and_not_parted():
    outcome = "Weight of the infants Up to 4 weeks"
    read = changed(ROWS, "Enrollment 0\n", f"Primary Outcome\nMeasure Time Frame\n{outcome}\nEnrollment 0\n")
    assert read.trial.outcomes == ()
    assert (IssueCode.NOT_UNDERSTOOD, f"Measure Time Frame | {outcome}") in told(read, "outcomes")


def test_outcomes_with_columns_have_the_rank_of_their_label():
    outcomes = [(one.type, one.measure, one.time_frame) for one in record(ROWS_TABLES, URL).trial.outcomes]
    assert outcomes == [
        ("PRIMARY", "Hours of sleep", "4 weeks"),
        ("SECONDARY", "Times of waking up", "4 weeks"),
        ("SECONDARY", "Weight", "3 months"),
    ]


def test_a_row_of_outcomes_that_stands_twice_is_told():
    row = "<tr><td>Weight</td><td>3 months</td></tr>"
    assert (IssueCode.AMBIGUOUS, "Weight 3 months") in told(changed(ROWS_TABLES, row, row + row), "outcomes")


def test_the_line_of_the_update_holds_a_date_and_the_sponsor():
    trial = record(SECTIONS, URL).trial
    assert (trial.last_updated, trial.sponsor) == ("2024-03-07", "Example University")


def test_a_lone_text_below_the_line_of_the_update_is_told_and_not_guessed():
    read = changed(SECTIONS, "<p>A Parallel-group Trial of Two Kinds of Earplugs on an Intensive Care Unit</p>\n", "")
    assert (read.trial.official_title, read.trial.summary) == (None, None)
    assert [code for code, _ in told(read, "official_title")] == [IssueCode.AMBIGUOUS]
    assert [code for code, _ in told(read, "summary")] == [IssueCode.AMBIGUOUS]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("Bern, Switzerland, 3000", ("Bern", None, "Switzerland")),
        ("Bern, Switzerland", ("Bern", None, "Switzerland")),
        ("Springfield, Example State, United States, 99999", ("Springfield", "Example State", "United States")),
        ("London, United Kingdom, SW1A 1AA", ("London", None, "United Kingdom")),
    ],
)
def test_an_address_is_read_from_its_ends(address: str, place: tuple[str | None, ...]):
    found = changed(SECTIONS, "Bern, Switzerland, 3000", address).trial.locations[-1]
    assert (found.city, found.state, found.country, found.facility) == (*place, "Example Clinic")


@pytest.mark.parametrize("address", ["Bern 3000, Switzerland", "A, B, C, Switzerland", "Switzerland,"])
def test_an_address_of_another_form_is_told(address: str):
    read = changed(SECTIONS, "Bern, Switzerland, 3000", address)
    assert (IssueCode.NOT_UNDERSTOOD, address) in told(read, "locations")
    assert [place.country for place in read.trial.locations][:1] == ["United States"]


def test_a_heading_above_places_that_none_of_them_says_is_told():
    read = changed(SECTIONS, "<li>United States<ul>", "<li>Show all places<ul>")
    assert (IssueCode.NOT_UNDERSTOOD, "Show all places") in told(read, "locations")


def test_the_site_is_asked_where_it_is_named_alone():
    assert "ichgcp" not in DEFAULT_SITES
    found = CANDIDATE_URLS["ichgcp"](Hints("NCT99990021"), NoPages(), {})
    assert [one.url for one in found if isinstance(one, Candidate)] == [URL]
