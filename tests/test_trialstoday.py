"""Trials on the portals of hospitals: arms in a table that captures lose, criteria in one bullet, no id on the page."""

import pytest

from schemas.record import IssueCode, Record
from schemas.vocabulary import ArmType
from scraper.errors import ExtractError
from scraper.pipeline import extract_page
from tests.build import record, with_line, without

ADDRESS = "https://uth.trialstoday.org/trial/NCT99990001"
TRIAL = """\
Walking After Stroke

Purpose

It compares two kinds of training after a stroke.

Conditions

  • Stroke
  • Gait Disorders

Eligibility

Eligible Ages
Over 18 Years
Eligible Sex
All
Accepts Healthy Volunteers
No

Inclusion Criteria

  • Stroke at least six months ago - Able to walk - Consent

Exclusion Criteria

  • Unstable angina

Study Design

Phase
N/A
Study Type
Interventional
Allocation
Randomized
Intervention Model
Parallel Assignment
Primary Purpose
Treatment
Masking
Double (Participant, Investigator)

Arm Groups

ArmDescriptionAssigned Intervention
Experimental
Treadmill
Walking three times a week.
  • Behavioral: Training
    Thirty minutes
    Other names:
    • Walking
No Intervention
Usual care
"""


def told(result: Record, field: str | None) -> list[tuple[IssueCode, str]]:
    return [(issue.code, issue.text) for issue in result.issues if issue.field == field]


def markup(arms: str) -> str:
    """The page with its table of arms."""
    lines = TRIAL.partition("Arm Groups")[0].splitlines()
    head = "".join(f"<p>{line.strip(' •')}</p>" for line in lines if line.strip())
    titles = "<tr><th>Arm</th><th>Description</th><th>Assigned Intervention</th></tr>"
    return f"<title>Walking After Stroke</title>{head}<p>Arm Groups</p><table>{titles}{arms}</table>"


def test_the_smallest_page_is_read_without_an_issue():
    result = record(TRIAL, ADDRESS)
    trial = result.trial
    assert result.issues == ()
    assert (trial.nct_id, trial.title, trial.conditions) == (
        "NCT99990001",
        "Walking After Stroke",
        ("Stroke", "Gait Disorders"),
    )


@pytest.mark.parametrize("path", ["trial/NCT99990001", "list/print/nct99990001", "trial/NCT99990001/"])
def test_the_number_stands_only_in_the_address(path):
    assert record(TRIAL, f"https://uth.trialstoday.org/{path}").trial.nct_id == "NCT99990001"


@pytest.mark.parametrize(
    "address", [None, "https://uth.trialstoday.org/list/NCT99990001", "https://uth.trialstoday.org/"]
)
def test_without_its_address_a_page_is_no_record_and_the_error_says_what_to_give(address):
    with pytest.raises(ExtractError, match="give the address with --url"):
        record(TRIAL, address)


@pytest.mark.parametrize(
    ("words", "limits"),
    [
        ("Over 18 Years", (18, None)),
        ("Between 40 Years and 80 Years", (40, 80)),
        ("Between 6 Months and 80 Years", (6, 80)),
        ("Under 17 Years", (None, 17)),
    ],
)
def test_both_limits_of_age_include_the_age_that_they_name(words, limits):
    found = record(TRIAL.replace("Over 18 Years", words), ADDRESS).trial.eligibility
    ages = (found.minimum_age, found.maximum_age)
    assert tuple(age and age.value for age in ages) == limits


def test_ages_that_run_backwards_are_told_and_not_read():
    result = record(TRIAL.replace("Over 18 Years", "Between 80 Years and 40 Years"), ADDRESS)
    assert result.trial.eligibility.minimum_age is None
    assert told(result, "eligibility.minimum_age") == [(IssueCode.NOT_UNDERSTOOD, "Between 80 Years and 40 Years")]


@pytest.mark.parametrize("label", ["Eligible Sex", "Eligible Genders"])
def test_the_label_of_the_sex_has_two_forms(label):
    assert record(TRIAL.replace("Eligible Sex", label), ADDRESS).trial.eligibility.sex == "ALL"


def test_the_words_of_the_label_are_no_answer_to_it():
    page = TRIAL.replace("Volunteers\nNo\n", "Volunteers\nAccepts Healthy Volunteers\n")
    assert record(page, ADDRESS).trial.eligibility.healthy_volunteers is None


def test_one_bullet_for_a_list_of_criteria_is_parted_at_its_dashes():
    found = record(TRIAL, ADDRESS).trial.eligibility
    assert [criterion.text for criterion in found.inclusion] == [
        "Stroke at least six months ago",
        "Able to walk",
        "Consent",
    ]
    assert [criterion.text for criterion in found.exclusion] == ["Unstable angina"]


def test_a_dash_in_one_of_several_bullets_parts_nothing():
    page = TRIAL.replace("  • Unstable angina", "  • Unstable angina\n  • Other diseases - Heart or lung")
    texts = [criterion.text for criterion in record(page, ADDRESS).trial.eligibility.exclusion]
    assert texts == ["Unstable angina", "Other diseases - Heart or lung"]


def test_criteria_of_one_side_alone_are_told():
    result = record(without(TRIAL, "Exclusion Criteria"), ADDRESS)
    assert (IssueCode.AMBIGUOUS, "Inclusion Criteria") in told(result, "eligibility.exclusion")


def test_arms_are_read_although_the_capture_has_lost_their_cells():
    trial = record(TRIAL, ADDRESS).trial
    walking, usual = trial.arms
    assert (walking.label, walking.type, walking.interventions) == ("Treadmill", ArmType.EXPERIMENTAL, ("Training",))
    assert walking.description == "Walking three times a week."
    assert (usual.label, usual.type, usual.interventions) == ("Usual care", ArmType.NO_INTERVENTION, ())
    assert [(known.type, known.name) for known in trial.interventions] == [("BEHAVIORAL", "Training")]


def test_a_last_arm_without_an_intervention_may_be_cut():
    result = record(TRIAL.replace("No Intervention\nUsual care", "Placebo Comparator\nUsual care"), ADDRESS)
    assert told(result, "arms") == [(IssueCode.MISSING, "Usual care")]


def test_what_stands_behind_the_interventions_of_an_arm_is_told():
    page = with_line(TRIAL, "    • Walking", "Follow this trial")
    assert (IssueCode.AMBIGUOUS, "Follow this trial") in told(record(page, ADDRESS), "arms")


def test_the_same_words_as_type_and_name_of_an_arm_are_told():
    result = record(TRIAL.replace("Experimental\n", "Experimental\nExperimental\n"), ADDRESS)
    assert (IssueCode.AMBIGUOUS, "Experimental") in told(result, "arms")


def test_arms_in_a_table_are_read_by_its_columns():
    rows = (
        "<tr><td>Experimental<br>A</td><td>Walking.</td><td><ul><li>Behavioral: Training<br>Daily<br>Other names:"
        "<ul><li>Walk</li></ul></li><li>Device: Support</li></ul></td></tr><tr><td>Cohort B</td><td></td><td></td></tr>"
    )
    result = record(markup(rows), ADDRESS)
    first, second = result.trial.arms
    assert (first.label, first.type, first.description) == ("A", ArmType.EXPERIMENTAL, "Walking.")
    assert first.interventions == ("Training", "Support")
    assert (second.label, second.type) == ("Cohort B", None)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("<td>Experimental</td><td></td><td>Drug: A</td>", "Experimental"),
        ("<td>Experimental<br>A<br>New</td><td></td><td>Drug: A</td>", "New"),
        ("<td></td><td>Walking.</td><td>Drug: A</td>", "Walking. Drug: A"),
        ("<td>Experimental<br>A</td><td></td><td>Sponsored<br>Drug: A</td>", "Sponsored"),
    ],
)
def test_a_cell_with_other_lines_than_expected_is_told(row, words):
    result = record(markup(f"<tr>{row}</tr>"), ADDRESS)
    assert (IssueCode.AMBIGUOUS, words) in told(result, "arms")


def test_an_interventional_trial_without_its_arms_is_told():
    result = record(TRIAL.partition("Arm Groups")[0], ADDRESS)
    assert told(result, "arms") == told(result, "interventions") == [(IssueCode.MISSING, "")]


def test_a_page_that_ends_before_the_study_type_is_cut():
    result = record(TRIAL.partition("Study Type")[0], ADDRESS)
    assert any("ends before the label 'study type'" in issue.message for issue in result.issues)


def test_the_description_of_the_model_is_known_and_not_read():
    result = record(with_line(TRIAL, "Parallel Assignment", "Intervention Model Description", "3b"), ADDRESS)
    assert result.issues == ()


def test_a_sentence_or_several_lines_above_the_first_label_are_no_sure_title():
    result = record(TRIAL.replace("Walking After Stroke", "It is about walking."), ADDRESS)
    assert told(result, "title") == [(IssueCode.AMBIGUOUS, "It is about walking.")]
    result = record(f"Trials of today\n\n{TRIAL}", ADDRESS)
    assert (result.trial.title, told(result, "title")) == (None, [(IssueCode.MISSING, "")])


def test_the_heading_is_the_title_whatever_stands_around_it():
    page = markup("").replace(
        "<p>Walking After Stroke</p>", "<p>Find a trial</p><h1>Walking After Stroke</h1><p>New</p>"
    )
    result = record(page.replace("<title>Walking After Stroke</title>", ""), ADDRESS)
    assert (result.trial.title, told(result, "title")) == ("Walking After Stroke", [(IssueCode.AMBIGUOUS, "New")])


def test_the_footer_is_no_part_of_the_trial():
    page = f"{markup('')}<footer><p>Parking at the hospital</p></footer>"
    assert "Parking" not in str(extract_page(page.encode(), ADDRESS).issues)


def test_an_entry_behind_which_the_next_heading_has_another_name_is_told():
    result = record(TRIAL.replace("\nEligibility\n", "\nWho can join\n"), ADDRESS)
    assert any(issue.field == "conditions" for issue in result.issues)
