"""Pages of the aggregator: flattened rows, tables, damaged signs, lists of other trials."""

import pytest

from schemas.record import IssueCode
from schemas.vocabulary import Allocation, Masking, OutcomeType, Phase, PrimaryPurpose, Status
from scraper.errors import ExtractError
from scraper.parse.page import Page
from scraper.pipeline import read_page
from tests.build import DETAILS, SUMMARY, record, with_line, without


def test_the_smallest_summary_is_read_without_an_issue():
    result = record(SUMMARY)
    trial = result.trial
    assert result.issues == ()
    assert (trial.nct_id, trial.status, trial.phases) == ("NCT04953572", Status.NOT_YET_RECRUITING, (Phase.PHASE1,))
    assert (trial.start_date, trial.completion_date) == ("2021-08-01", "2023-12")
    assert trial.sponsor == "Peking University Third Hospital"
    (contact,) = trial.contacts
    assert (contact.name, contact.phone, contact.email) == ("Ada Byron, Prof.", "+00 1", "ada@example.org")


def test_a_page_without_a_title_gets_none():
    trial = record(SUMMARY).trial
    assert (trial.title, trial.official_title) == (None, None)


@pytest.mark.parametrize("line", ["Official title: Cells in Knees", "Official title:\n\nCells in Knees"])
def test_the_official_title_stands_behind_or_below_its_label(line):
    page = SUMMARY.replace("Clinical Trials Logo\n", f"Knee Clinical Trial\n\n{line}\n")
    assert record(page).trial.official_title == "Cells in Knees"


def test_the_stray_semicolon_at_the_end_of_a_flattened_description_is_no_text():
    assert record(SUMMARY).trial.description == "1. One 2. Two"


def test_a_description_that_says_n_a_is_none():
    assert record(SUMMARY.replace("1. One 2. Two ;", "n/a")).trial.description is None


def test_the_nct_number_row_decides_whatever_the_prose_cites():
    page = SUMMARY.replace("What it is about.", "NCT00000001 came first; NCT number NCT00000002 is another.")
    assert record(page).trial.nct_id == "NCT04953572"


def test_a_prose_line_that_begins_like_a_row_is_prose():
    page = SUMMARY.replace("What it is about.", "Phase 1 of this study.\n\nStatus epilepticus is studied.")
    trial = record(page).trial
    assert trial.summary == "Phase 1 of this study.\n\nStatus epilepticus is studied."
    assert trial.phases == (Phase.PHASE1,)


def test_a_page_without_an_nct_number_fails():
    with pytest.raises(ExtractError, match="NCT number"):
        record(without(SUMMARY, "NCT number NCT04953572"))


@pytest.mark.parametrize(
    "design",
    [
        "Allocation: Randomized\nMasking: Double (Participant, Investigator)\nPrimary Purpose: Treatment",
        "Allocation: Randomized, Masking: Double (Participant, Investigator), Primary Purpose: Treatment",
    ],
)
def test_a_design_is_items_or_one_line(design):
    page = with_line(SUMMARY, "Study Design", design)
    read = record(page).trial.design
    assert (read.allocation, read.masking, read.primary_purpose) == (
        Allocation.RANDOMIZED,
        Masking.DOUBLE,
        PrimaryPurpose.TREATMENT,
    )


@pytest.mark.parametrize(
    "form",
    [
        "<dl><dt>{}</dt><dd>{}</dd></dl>",
        "<dl><dt>{}:</dt><dd>{}</dd></dl>",
        "<div>{}</div><div>{}</div>",
        "<div>{} :</div><div>{}</div>",
        "<table><tr><td>{}</td><td>{}</td></tr></table>",
        "<table><tr><th>{}:</th><td>{}</td></tr></table>",
        "<div><b>{}:</b> {}</div>",
    ],
)
def test_the_value_of_a_design_part_stands_behind_or_below_its_label(form):
    parts = (("Allocation", "N/A"), ("Masking", "Double (Participant, Investigator)"), ("Primary Purpose", "Treatment"))
    design = "".join([form.format(*part) for part in parts])
    page = DETAILS.replace("<h2>Recruitment", f"<h2>Study Design</h2>{design}<h2>Recruitment")
    result = record(page)
    assert (result.trial.design.allocation, result.trial.design.masking, result.trial.design.primary_purpose) == (
        Allocation.NA,
        Masking.DOUBLE,
        PrimaryPurpose.TREATMENT,
    )
    assert [issue.code for issue in result.issues] == [IssueCode.UNTRUSTED]


@pytest.mark.parametrize("last", ["Masking", "Masking:"])
def test_a_label_of_the_design_without_a_value_takes_no_other_label_for_it(last):
    page = with_line(SUMMARY, "Study Design", "Allocation", "Primary Purpose: Treatment", last)
    result = record(with_line(page, "Related Conditions & MeSH terms", "Asthma"))
    design = result.trial.design
    assert (design.allocation, design.primary_purpose, design.masking) == (None, PrimaryPurpose.TREATMENT, None)
    assert result.issues == ()


def test_a_design_part_that_nobody_knows_is_left_unread_and_said():
    page = with_line(SUMMARY, "Study Design", "Weather: Fine")
    assert (IssueCode.UNREAD, "Weather: Fine") in [(issue.code, issue.text) for issue in record(page).issues]


def test_conditions_are_listed_one_per_line():
    page = with_line(SUMMARY, "Related Conditions & MeSH terms", "Cartilage Diseases\nLabor, Induced")
    assert record(page).trial.conditions == ("Cartilage Diseases", "Labor, Induced")


def test_conditions_may_be_links_that_commas_part():
    links = "<p><a>Asthma</a>, <a>Labor, Induced</a></p>"
    page = DETAILS.replace("<h2>Recruitment", f"<h2>Related Conditions & MeSH terms</h2>{links}<h2>Recruitment")
    result = record(page)
    assert result.trial.conditions == ("Asthma", "Labor, Induced")
    assert [quote.text for quote in result.evidence["conditions"]] == ["Asthma", "Labor, Induced"]


def test_links_that_commas_part_stay_one_line_of_prose():
    page = DETAILS.replace("<p>More.</p>", "<p><a>Byron 1843</a>, <a>Lovelace 1844</a></p>")
    assert record(page).trial.description == "Byron 1843, Lovelace 1844"


def test_a_sentence_that_explains_a_term_is_no_value():
    page = SUMMARY.replace(
        "Phase Phase 1\n", "Phase Phase 1\nPhase 1: Researchers test a new drug or treatment in a small group.\n"
    )
    result = record(page)
    assert (result.trial.phases, result.issues) == ((Phase.PHASE1,), ())


def test_details_hold_tables_of_places_sponsors_and_outcomes():
    trial = record(DETAILS).trial
    assert [(p.facility, p.city, p.state, p.country) for p in trial.locations] == [
        ("Mayo Clinic", "Rochester", "Minnesota", "United States"),
        ("Hospital, Third", "Beijing", None, "China"),
    ]
    assert trial.location_count == 2
    assert (trial.sponsor, trial.collaborators) == ("Peking University Third Hospital", ("A Ltd.", "B Ltd."))
    assert [(o.type, o.measure, o.description, o.time_frame) for o in trial.outcomes] == [
        (OutcomeType.PRIMARY, "Pain", "On a scale", "1 year"),
        (OutcomeType.SECONDARY, "Function", None, "2 years"),
    ]


def test_a_heading_above_a_table_belongs_to_the_table():
    page = DETAILS.replace("<table><tr><th>Country", "<h2>Places</h2><table><tr><th>Country")
    assert (record(page).trial, record(page).issues) == (record(DETAILS).trial, record(DETAILS).issues)


def test_details_leave_the_kind_of_enrollment_open_and_keep_dates_of_a_month():
    trial = record(DETAILS).trial
    assert trial.enrollment is not None
    assert (trial.enrollment.count, trial.enrollment.type) == (849, None)
    assert (trial.start_date, trial.primary_completion_date, trial.completion_date) == ("2010-01", "2019-05", "2019-06")


def test_glued_ids_are_split_where_a_known_form_shows_the_seam():
    assert [number.id for number in record(DETAILS).trial.secondary_ids] == ["ABC-1", "2013-004508-21", "OA"]


def test_ids_glued_without_a_known_seam_stay_one_and_are_said():
    result = record(DETAILS.replace("2013-004508-21OA", "H-40126ABCXYZ-9"))
    assert [number.id for number in result.trial.secondary_ids] == ["ABC-1", "H-40126ABCXYZ-9"]
    assert ("secondary_ids", IssueCode.AMBIGUOUS) in [(issue.field, issue.code) for issue in result.issues]


def test_numeric_limits_of_criteria_are_not_trusted():
    result = record(DETAILS)
    assert [c.text for c in result.trial.eligibility.inclusion] == ["Knee pain", "BMI = 35"]
    assert [(issue.field, issue.code, issue.text) for issue in result.issues] == [
        ("eligibility.inclusion[1]", IssueCode.UNTRUSTED, "BMI = 35")
    ]


def test_what_the_site_damages_is_told_once_a_page_and_reason():
    criteria = "- BMI = 35<br>- Age = 18<br>- eGFR = 60 mL<br>- Rome ? diagnosis<br>- A ? B"
    result = record(DETAILS.replace("- BMI = 35", criteria))
    told = [(issue.field, issue.code, issue.text, issue.message) for issue in result.issues]
    damage = "this site damages comparison signs (≤ reads =, or is gone): take numeric limits from another source"
    assert told == [
        ("eligibility", IssueCode.UNTRUSTED, "BMI = 35", f"{damage} (so in 3 criteria)"),
        (
            "eligibility",
            IssueCode.UNTRUSTED,
            "Rome ? diagnosis",
            "a sign in these words was lost on this site (so in 2 criteria)",
        ),
    ]


def test_a_status_that_stands_twice_must_be_the_same_twice():
    first, second, rest = DETAILS.split("<tr><th>Status<td>Completed", 2)
    page = f"{first}<tr><th>Status<td>Completed{second}<tr><th>Status<td>Recruiting{rest}"
    assert ("status", IssueCode.MISMATCH, "Recruiting") in [(i.field, i.code, i.text) for i in record(page).issues]


def test_a_status_in_the_heading_must_be_that_of_the_rows():
    page = DETAILS.replace("Details — Status: Completed", "Details — Status: Recruiting")
    assert ("status", IssueCode.MISMATCH, "Recruiting") in [(i.field, i.code, i.text) for i in record(page).issues]


def test_a_contact_that_says_n_a_is_none():
    assert record(DETAILS).trial.contacts == ()


def test_columns_that_a_text_capture_lost_are_not_guessed():
    from scraper.parse.blocks import parse
    from scraper.parse.page import Page

    text = "\n\n".join(block.text for block in parse(Page(DETAILS.encode())).blocks)
    result = record(text)
    assert result.trial.locations == ()
    assert IssueCode.UNREAD in [issue.code for issue in result.issues]


def test_a_row_without_a_value_gives_nothing_to_the_row_before_it():
    page = DETAILS.replace("<tr><th>Secondary ID<td>2013-004508-21OA", "<tr><td>Secondary ID:")
    trial = record(page).trial
    assert [one.id for one in trial.secondary_ids] == ["ABC-1"]


def test_a_description_that_is_not_given_is_none_with_the_stray_semicolon_too():
    assert record(DETAILS.replace("<p>More.</p>", "<p>n/a ;</p>")).trial.description is None


def test_a_criterion_that_begins_like_a_glued_label_stays_a_criterion():
    trial = record(DETAILS.replace("- BMI = 35", "- Type2 diabetes")).trial
    assert [one.text for one in trial.eligibility.inclusion] == ["Knee pain", "Type2 diabetes"]


def test_an_address_that_slipped_into_the_row_of_the_phone_is_no_phone():
    found = record(DETAILS.replace("<tr><th>Phone<td>", "<tr><th>Phone<td>Emaila@b.org"))
    assert found.trial.contacts == ()
    assert (IssueCode.NOT_UNDERSTOOD, "Emaila@b.org") in [(issue.code, issue.text) for issue in found.issues]


def test_a_notice_in_place_of_an_address_is_no_address():
    found = record(SUMMARY.replace("ada@example.org", "[email\u00a0protected]"))
    assert [(one.name, one.phone, one.email) for one in found.trial.contacts] == [("Ada Byron, Prof.", "+00 1", None)]
    assert [(issue.field, issue.code, issue.text) for issue in found.issues] == [
        ("contacts[0]", IssueCode.NOT_UNDERSTOOD, "[email protected]")
    ]


def test_the_columns_of_tables_are_labels_that_the_page_shows():
    assert read_page(Page(DETAILS.encode())).labels[-11:] == (
        "Country",
        "Name",
        "City",
        "State",
        "Lead Sponsor",
        "Collaborator",
        "Type",
        "Measure",
        "Description",
        "Time frame",
        "Safety issue",
    )
