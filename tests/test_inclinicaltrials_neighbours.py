"""Pages of the aggregator: what stands at another place, twice, or beside a value and is none of it."""

import pytest

from schemas.record import IssueCode
from schemas.vocabulary import Allocation, InterventionType
from scraper.errors import ExtractError
from tests.build import DETAILS, SUMMARY, record, with_line

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
    assert ("conditions", IssueCode.AMBIGUOUS, "Asthma, COPD") in told(result)


@pytest.mark.parametrize(
    ("shown", "blank"),
    [("Study Design", "Related Conditions & MeSH terms"), ("Related Conditions & MeSH terms", "Study Design")],
)
def test_a_list_that_is_blank_beside_one_that_is_not_is_told(shown, blank):
    field = {"Study Design": "design", "Related Conditions & MeSH terms": "conditions"}[blank]
    value = {"Study Design": "Masking: Double", "Related Conditions & MeSH terms": "Asthma"}[shown]
    assert told(record(with_line(SUMMARY, shown, value))) == [(field, IssueCode.MISSING, blank)]
    assert told(record(SUMMARY)) == []


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
    assert ("conditions", IssueCode.NOT_UNDERSTOOD, foreign) in told(result)


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
    assert ("nct_id", IssueCode.AMBIGUOUS, "NCT00000001 - Another") in told(result)


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


@pytest.mark.parametrize("note", ["E-mail only", "only use Email", "please use e-mail"])
def test_a_phone_row_may_say_to_write_instead(note):
    result = record(SUMMARY.replace("Phone +00 1", f"Phone {note}"))
    assert [contact.phone for contact in result.trial.contacts] == [note]
    assert told(result) == []


@pytest.mark.parametrize("button", ["Email the study team", "Show number", "Get an email", "E-mail address"])
def test_a_button_in_the_place_of_a_phone_number_is_doubtful(button):
    result = record(SUMMARY.replace("Phone +00 1", f"Phone {button}"))
    assert ("contacts", IssueCode.AMBIGUOUS, button) in told(result)


def test_a_contact_may_be_named_as_a_group_of_labels():
    page = DETAILS.replace("<tr><th>Contact<td>n/a", "<tr><th>Contact<td>Sponsor")
    page = page.replace("<tr><th>Phone<td>", "<tr><th>Phone<td>+00 1").replace(
        "<tr><th>Email<td>", "<tr><th>Email<td>ada@example.org"
    )
    result = record(page)
    assert [contact.name for contact in result.trial.contacts] == ["Sponsor"]
    assert told(result) == []


@pytest.mark.parametrize("between", ["Follow-up visits", "Advertisement", "Read less"])
def test_an_acronym_in_the_heading_is_read_whatever_stands_below_it(between):
    page = SUMMARY.replace(
        "Clinical Trial Summary", f"Asthma Clinical Trial — BREATHE\n\n{between}\n\nClinical Trial Summary", 1
    )
    assert record(page).trial.acronym == "BREATHE"


@pytest.mark.parametrize("label", ["Scientific title:", "Blorptang", ""])
def test_a_title_whose_label_is_unknown_is_told(label):
    head = f"Asthma Clinical Trial\n\n{label} Breathing Exercises in Adults\n\nClinical Trial Summary"
    result = record(SUMMARY.replace("Clinical Trial Summary", head, 1))
    assert result.trial.official_title is None
    assert any("Breathing Exercises in Adults" in text for _, _, text in told(result))


@pytest.mark.parametrize("sign", ["ℹ️", "❓", "[1]", "†", "¹"])
def test_signs_behind_a_rows_label_belong_to_no_value(sign):
    page = SUMMARY.replace("Source Peking", f"Source {sign} Peking")
    assert page != SUMMARY
    assert record(page).trial.sponsor == record(SUMMARY).trial.sponsor
