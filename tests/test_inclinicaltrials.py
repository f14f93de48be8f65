"""Pages of the aggregator: flattened rows, tables, damaged signs, lists of other trials."""

import pytest

from schemas.record import IssueCode
from schemas.vocabulary import Allocation, InterventionType, Masking, OutcomeType, Phase, PrimaryPurpose, Status
from scraper.errors import ExtractError
from scraper.page import Page
from scraper.pipeline import survey
from tests.build import SUMMARY, record, with_line, without

DETAILS = """<!doctype html><title>Details</title>
<p>Home</p>
<h1>Clinical Trial Details — Status: Completed</h1>
<h2>Administrative data</h2>
<table>
<tr><th>NCT number<td>NCT02580812
<tr><th>Other study ID #<td>ABC-1
<tr><th>Secondary ID<td>2013-004508-21OA
<tr><th>Status<td>Completed
<tr><th>Phase<td>Phase 1/Phase 2
<tr><th>First received<td>
<tr><th>Last updated<td>
<tr><th>Start date<td>January 2010
<tr><th>Est. completion date<td>June 2019
</table>
<h2>Study information</h2>
<table>
<tr><th>Verified date<td>June 2019
<tr><th>Source<td>Peking University
<tr><th>Contact<td>n/a
<tr><th>Phone<td>
<tr><th>Email<td>
<tr><th>Is FDA regulated<td>No
<tr><th>Health authority<td>China: Ethics Committee
<tr><th>Study type<td>Interventional
</table>
<h2>Clinical Trial Summary</h2><p>What it is about, see NCT00000001.</p>
<h3>Description:</h3><p>More.</p>
<h2>Recruitment information / eligibility</h2>
<table>
<tr><th>Status<td>Completed
<tr><th>Enrollment<td>849
<tr><th>Est. completion date<td>June 2019
<tr><th>Est. primary completion date<td>May 2019
<tr><th>Accepts healthy volunteers<td>No
<tr><th>Gender<td>All
<tr><th>Age group<td>40 Years to 85 Years
<tr><th>Eligibility<td>Inclusion Criteria:<br><br>- Knee pain<br>- BMI = 35<br><br>Exclusion Criteria:<br><br>- No knee
</table>
<table><tr><th>Country<th>Name<th>City<th>State
<tr><td>United States<td>Mayo Clinic<td>Rochester<td>Minnesota
<tr><td>China<td>Hospital, Third<td>Beijing<td></table>
<table><tr><th>Lead Sponsor<th>Collaborator
<tr><td>Peking University Third Hospital<td>A Ltd.<br>B Ltd.</table>
<table><tr><th>Type<th>Measure<th>Description<th>Time frame<th>Safety issue
<tr><td>Primary<td>Pain<td>On a scale<td>1 year<td>No
<tr><td>Secondary<td>Function<td><td>2 years<td></table>
<h2>See also</h2><table><tr><th>Status<th>Clinical Trial<th>Phase
<tr><td>Recruiting<td>NCT03479775 - Another trial<td>N/A</table>
"""


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
    result = record(page)
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
    from scraper.page import Page
    from scraper.parse import parse

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
    assert survey(Page(DETAILS.encode())).labels[-11:] == (
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


BEHIND = "<h4>Study Design</h4><p>Allocation: N/A</p><h4>Related Conditions & MeSH terms</h4><p>Asthma</p>"
TABLES = "<table><tr><th>Country"


def told(result):
    return [(issue.field, issue.code, issue.text) for issue in result.issues if issue.code is not IssueCode.UNTRUSTED]


@pytest.mark.parametrize("place", [TABLES, "<h2>Recruitment"])
@pytest.mark.parametrize(
    "intervention",
    [
        "<p>Drug: Examplin</p><p>Behavioral: Breathing</p>",
        "<p>Drug: Examplin, Behavioral: Breathing</p>",
        "<div><b>Drug:</b><br>Examplin<br>It is given twice a day.</div><div><b>Behavioral:</b><br>Breathing</div>",
        "<table><tr><td>Drug<td>Examplin<tr><td>Behavioral<td>Breathing</table>",
        "<ul><li>Drug: Examplin<li>Behavioral: Breathing</ul>",
    ],
)
def test_design_conditions_and_interventions_stand_before_or_behind_the_criteria(place, intervention):
    result = record(DETAILS.replace(place, f"{BEHIND}<h4>Intervention</h4>{intervention}{place}"))
    trial = result.trial
    assert trial.design.allocation is Allocation.NA
    assert trial.conditions == ("Asthma",)
    assert [(one.type, one.name) for one in trial.interventions] == [
        (InterventionType.DRUG, "Examplin"),
        (InterventionType.BEHAVIORAL, "Breathing"),
    ]
    assert trial.eligibility == record(DETAILS).trial.eligibility
    assert told(result) == []


def test_an_intervention_of_no_known_type_is_said():
    page = DETAILS.replace(TABLES, f"<h4>Intervention</h4><p>Moonlight: ten minutes</p>{TABLES}")
    assert told(record(page)) == [("interventions", IssueCode.NOT_UNDERSTOOD, "Moonlight: ten minutes")]


def test_a_line_of_the_description_named_like_a_label_behind_the_criteria_is_prose():
    page = DETAILS.replace("<p>More.</p>", "<p>More.</p><p>Intervention</p><p>Cells are given.</p>")
    page = page.replace(TABLES, f"{BEHIND}<h4>Intervention</h4><p>Drug: Cells</p>{TABLES}")
    result = record(page)
    assert result.trial.description == "More.\n\nIntervention\n\nCells are given."
    assert [one.name for one in result.trial.interventions] == ["Cells"]


def test_two_lists_of_conditions_must_be_the_same():
    other = BEHIND.replace("Asthma", "COPD")
    page = DETAILS.replace("<h2>Recruitment", f"{BEHIND}<h2>Recruitment").replace(TABLES, f"{other}{TABLES}")
    result = record(page)
    assert result.trial.conditions == ("Asthma",)
    assert told(result) == [("conditions", IssueCode.MISMATCH, "COPD")]
    other = BEHIND.replace("N/A", "Randomized")
    page = DETAILS.replace("<h2>Recruitment", f"{BEHIND}<h2>Recruitment").replace(TABLES, f"{other}{TABLES}")
    assert told(record(page)) == [("design.allocation", IssueCode.MISMATCH, "Randomized")]


def test_the_last_update_is_read_where_it_is_shown():
    page = DETAILS.replace("<th>Last updated<td>", "<th>Last updated<td>November 2, 2017")
    assert record(page).trial.last_updated == "2017-11-02"
    assert record(DETAILS).trial.last_updated is None


@pytest.mark.parametrize(
    "heading",
    [
        "<h1>Birth Clinical Trial — Petit-Poids</h1><p>Official title:<br>The Return</p>",
        "<h1>Birth Clinical Trial</h1><p><span>— Petit-Poids</span><b>Official title:</b><br>The Return</p>",
        "<h1>Birth Clinical Trial</h1><p>— Petit-Poids</p><p>Official title: The Return</p>",
        "<h1>Birth Clinical Trial</h1><p>— Petit-Poids Official title: The Return</p>",
        "<h1>Birth Clinical Trial – Petit-PoidsOfficial title: The Return</h1>",
    ],
)
def test_the_acronym_stands_behind_a_dash_in_the_heading(heading):
    for page in (DETAILS.replace("<p>Home</p>", heading), _summary_in_markup(heading)):
        result = record(page)
        assert (result.trial.acronym, result.trial.official_title) == ("Petit-Poids", "The Return")
        assert told(result) == []


def _summary_in_markup(heading):
    paragraphs = "".join(f"<p>{line}</p>" for line in SUMMARY.splitlines()[1:] if line)
    return f"<html><body>{heading}{paragraphs}"


def test_a_heading_without_a_dash_has_no_acronym():
    page = DETAILS.replace("<p>Home</p>", "<h1>Birth Clinical Trial</h1><p>Official title: The Return</p>")
    assert (record(page).trial.acronym, record(page).trial.official_title) == (None, "The Return")


def test_a_heading_and_its_status_may_stand_in_two_lines():
    page = DETAILS.replace("Details — Status: Completed", "Details<br><p>— Status: Recruiting</p>")
    assert told(record(page)) == [("status", IssueCode.MISMATCH, "Recruiting")]


def test_a_page_that_ends_early_says_so_wherever_it_is_cut():
    start = DETAILS.index("<h2>Recruitment")
    rows = [place for place in range(start, len(DETAILS)) if DETAILS.startswith(("<tr>", "<table>", "<h2>"), place)]
    whole = [place for place in rows if place > DETAILS.index("<h2>See also")]
    for place in rows:
        missing = [i for i in record(DETAILS[:place]).issues if i.field is None and i.code is IssueCode.MISSING]
        assert len(missing) == (place not in whole), DETAILS[place : place + 60]


def test_a_page_without_criteria_says_so():
    start, end = DETAILS.index("<tr><th>Eligibility"), DETAILS.index("</table>\n<table><tr><th>Country")
    assert ("eligibility", IssueCode.MISSING, "") in told(record(DETAILS[:start] + DETAILS[end:]))


def test_a_copy_without_the_list_of_other_trials_may_be_whole():
    page = DETAILS[: DETAILS.index("<h2>See also")] + "<p>© Example</p>"
    assert IssueCode.MISSING not in [issue.code for issue in record(page).issues]


def test_words_in_a_criterion_that_lost_a_sign_are_not_trusted():
    result = record(DETAILS.replace("- BMI = 35", "- Rome ? diagnosis<br>- Yes to: are you ill?"))
    assert [(i.field, i.text) for i in result.issues] == [("eligibility.inclusion[1]", "Rome ? diagnosis")]


def test_collaborators_in_one_cell_are_not_parted_silently():
    assert told(record(DETAILS.replace("A Ltd.<br>B Ltd.", "A Ltd., B University"))) == [
        ("collaborators", IssueCode.AMBIGUOUS, "A Ltd., B University")
    ]
    result = record(DETAILS.replace("A Ltd.<br>B Ltd.", "A Co., Ltd.<br>B, Inc."))
    assert (result.trial.collaborators, told(result)) == (("A Co., Ltd.", "B, Inc."), [])


def test_conditions_in_one_line_are_not_parted_silently():
    result = record(with_line(SUMMARY, "Related Conditions & MeSH terms", "Asthma, COPD"))
    assert result.trial.conditions == ("Asthma, COPD",)
    assert told(result) == [("conditions", IssueCode.AMBIGUOUS, "Asthma, COPD")]


def test_a_condition_that_stands_twice_is_one():
    page = with_line(SUMMARY, "Related Conditions & MeSH terms", "Asthma\nCOPD\nAsthma")
    assert record(page).trial.conditions == ("Asthma", "COPD")


@pytest.mark.parametrize(
    "foreign", ["NCT01234567 - Another trial", "Recruiting", "Masking: Double", "This tells when it was checked last."]
)
def test_what_is_no_condition_is_told(foreign):
    page = with_line(SUMMARY, "Related Conditions & MeSH terms", f"Asthma\n{foreign}\nCOPD")
    result = record(page)
    assert result.trial.conditions == ("Asthma", "COPD")
    assert (None, IssueCode.UNREAD, foreign) in told(result)


ROW = "<tr><td>United States<td>Mayo Clinic<td>Rochester<td>Minnesota"


@pytest.mark.parametrize("foreign", ["<tr><td>NIH<td>Grant", "<tr><td>France<td>Hospital A"])
def test_a_row_of_another_width_is_no_place_and_the_table_goes_on(foreign):
    result = record(DETAILS.replace(ROW, ROW + foreign))
    assert result.trial.locations == record(DETAILS).trial.locations
    assert [code for _, code, _ in told(result)] == [IssueCode.UNREAD]


@pytest.mark.parametrize("new", ["Zip", "State"])
def test_an_unknown_column_is_told(new):
    page = DETAILS.replace("<th>City<th>State", f"<th>City<th>State<th>{new}").replace(ROW, f"{ROW}<td>55905")
    page = page.replace("Beijing<td></table>", "Beijing<td><td></table>")
    result = record(page)
    assert result.trial.locations == record(DETAILS).trial.locations
    assert (None, IssueCode.UNREAD_LABEL, new) in told(result)


@pytest.mark.parametrize(("old", "field"), [("Country", "country"), ("City", "city"), ("State", "state")])
def test_a_renamed_column_is_told_and_the_others_are_read(old, field):
    result = record(DETAILS.replace(f"<th>{old}", "<th>Zorblax"))
    assert [getattr(place, field) for place in result.trial.locations] == [None, None]
    assert [place.facility for place in result.trial.locations] == ["Mayo Clinic", "Hospital, Third"]
    assert (None, IssueCode.UNREAD_LABEL, "Zorblax") in told(result)
    assert result.trial.eligibility == record(DETAILS).trial.eligibility


@pytest.mark.parametrize("between", ["", "<h2>More places</h2>"])
def test_a_second_table_of_a_kind_is_told_and_adds_nothing(between):
    start, end = DETAILS.index(TABLES), DETAILS.index("<table><tr><th>Lead Sponsor")
    page = DETAILS[:end] + between + DETAILS[start:end] + DETAILS[end:]
    result = record(page)
    assert result.trial == record(DETAILS).trial
    assert IssueCode.UNREAD in [code for _, code, _ in told(result)]


def test_tables_may_follow_each_other_without_anything_between():
    joined = DETAILS.replace("</table>\n<table>", "\n")
    assert record(joined).trial == record(DETAILS).trial


def test_the_row_of_another_lead_sponsor_is_told():
    result = record(DETAILS.replace("<td>A Ltd.<br>B Ltd.", "<td>A Ltd.<tr><td>Funding<td>NIH<tr><td><td>B Ltd."))
    assert result.trial.collaborators == ("A Ltd.", "B Ltd.")
    assert told(result) == [(None, IssueCode.UNREAD, "Funding NIH")]


def test_an_outcome_without_words_for_what_is_measured_is_told():
    result = record(
        DETAILS.replace("<td>Secondary<td>Function", "<td>Secondary<td><td>Lost<tr><td>Secondary<td>Function")
    )
    assert [one.measure for one in result.trial.outcomes] == ["Pain", "Function"]
    assert IssueCode.UNREAD in [code for _, code, _ in told(result)]


def test_an_outcome_or_a_named_place_that_stands_twice_is_told():
    for row in (ROW, "<tr><td>Primary<td>Pain<td>On a scale<td>1 year<td>No"):
        assert [code for _, code, _ in told(record(DETAILS.replace(row, row + "\n" + row)))] == [IssueCode.AMBIGUOUS]
    site = ROW.replace("Mayo Clinic", "Research Site")
    assert told(record(DETAILS.replace(ROW, site + site))) == []


ROWS = {
    "Enrollment": "849",
    "Age group": "40 Years to 85 Years",
    "Gender": "All",
    "Accepts healthy volunteers": "No",
    "Study type": "Interventional",
    "Start date": "January 2010",
    "Est. primary completion date": "May 2019",
}
OTHERS = ("850", "41 Years to 85 Years", "Female", "Yes", "Observational", "January 2011", "May 2020")


@pytest.mark.parametrize(("name", "other"), list(zip(ROWS, OTHERS, strict=True)))
def test_a_row_that_stands_twice_must_say_the_same(name, other):
    row = f"<tr><th>{name}<td>{ROWS[name]}\n"
    assert row in DETAILS
    for twice in (row + row.replace(ROWS[name], other), row.replace(ROWS[name], other) + row):
        result = record(DETAILS.replace(row, twice))
        assert IssueCode.MISMATCH in [code for _, code, _ in told(result)], told(result)
    again = record(DETAILS.replace(row, row + row))
    assert again.trial == record(DETAILS).trial
    assert IssueCode.MISMATCH not in [code for _, code, _ in told(again)]


@pytest.mark.parametrize(
    "page",
    [
        DETAILS.replace("<td>NCT02580812", "<td>NCT02580812<tr><th>NCT number<td>NCT02580813"),
        DETAILS.replace("<td>NCT02580812", "<td>NCT02580813<tr><th>NCT number<td>NCT02580812"),
        SUMMARY.replace("NCT number NCT04953572", "NCT number NCT04953573\nNCT number NCT04953572"),
        SUMMARY.replace("NCT number NCT04953572", "NCT number\n\nNCT04953573\n\nNCT04953572"),
    ],
)
def test_two_numbers_that_could_be_the_trials_are_an_error(page):
    with pytest.raises(ExtractError, match="several NCT ids"):
        record(page)


def test_a_card_of_another_trial_behind_the_row_of_the_number_changes_nothing():
    page = DETAILS.replace(
        "<tr><th>Other study ID #", "<tr><td colspan=2>NCT00000001 - Another<tr><th>Other study ID #"
    )
    result = record(page)
    assert result.trial == record(DETAILS).trial
    assert IssueCode.UNREAD in [code for _, code, _ in told(result)]


@pytest.mark.parametrize("label", ["Secondary ID", "Phone"])
def test_a_word_in_place_of_a_number_is_told(label):
    page = DETAILS.replace("2013-004508-21OA", "").replace(f"<tr><th>{label}<td>", f"<tr><th>{label}<td>Apply")
    assert "Apply" in [text for _, _, text in told(record(page))]


def test_a_remark_behind_a_name_is_told():
    result = record(SUMMARY.replace("Third Hospital", "Third Hospital (updated 3 days ago)"))
    assert [(field, code) for field, code, _ in told(result)] == [("sponsor", IssueCode.AMBIGUOUS)]


def test_what_follows_a_list_of_other_trials_within_the_page_is_still_read():
    card = "<h2>See also</h2><p>NCT00000001 - Another trial</p>"
    assert record(DETAILS.replace("<h2>Recruitment", f"{card}<h2>Recruitment")).trial == record(DETAILS).trial
