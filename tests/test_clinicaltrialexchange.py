"""Trials on Clinical Trial Exchange: an enrollment that is none, treatments without a type, no id on the page."""

import pytest

from schemas.record import IssueCode, Record
from scraper.errors import ExtractError
from scraper.layouts.candidate_urls import Hints, MissingHint, NoPages
from scraper.sites.clinicaltrialexchange import candidate_urls
from tests.build import record, without

ADDRESS = "https://www.clinicaltrialexchange.com/clinical-trials/Sunlight-and-Mood-in-the-North/NCT99990001"
TRIAL = """\
Overview

Sunlight and Mood in the North

Status:
Active, not recruiting
Trial end date:
2023-05-17
Target enrollment:
0
Participant gender:
All
Summary
The study asks whether sunlight changes mood.
Phase:
Phase 3
Accepts Healthy Volunteers?
No
Details
Lead Sponsor:
Example University
Collaborator:
Example Institute
Criteria
Inclusion Criteria:

- lives in the north of the country and has done so
for ten years

- consents

Exclusion Criteria:

- night shifts
"""


def told(result: Record, field: str | None) -> list[tuple[IssueCode, str]]:
    return [(issue.code, issue.text) for issue in result.issues if issue.field == field]


def test_a_page_is_read_and_its_address_gives_the_number():
    trial = record(TRIAL, ADDRESS).trial
    assert (trial.nct_id, trial.title, trial.sponsor) == (
        "NCT99990001",
        "Sunlight and Mood in the North",
        "Example University",
    )
    assert (trial.status, trial.phases, trial.completion_date) == ("ACTIVE_NOT_RECRUITING", ("PHASE3",), "2023-05-17")
    assert (trial.collaborators, trial.eligibility.healthy_volunteers) == (("Example Institute",), False)


@pytest.mark.parametrize("address", [None, "https://www.clinicaltrialexchange.com/clinical-trials/NCT99990001"])
def test_without_its_address_a_page_is_no_record_and_the_error_says_what_to_give(address):
    with pytest.raises(ExtractError, match="give the address with --url"):
        record(TRIAL, address)


@pytest.mark.parametrize("number", ["0", "25", "1,200"])
def test_the_target_enrollment_is_never_a_value(number):
    result = record(TRIAL.replace("enrollment:\n0", f"enrollment:\n{number}"), ADDRESS)
    assert (result.trial.enrollment, told(result, "enrollment"), told(result, None)) == (None, [], [])


@pytest.mark.parametrize("date", ["03/04/2021", "4/3/2021", "13/04/2021"])
def test_a_date_in_numbers_is_told_and_not_read(date):
    result = record(TRIAL.replace("2023-05-17", date), ADDRESS)
    assert result.trial.completion_date is None
    assert told(result, "completion_date") == [(IssueCode.NOT_UNDERSTOOD, date)]


def test_treatments_have_no_type_and_are_told():
    page = TRIAL.replace("Criteria\nInc", "Treatments:\nLight\nVitamin D\nCriteria\nInc")
    result = record(page, ADDRESS)
    assert result.trial.interventions == ()
    assert [text for _, text in told(result, "interventions")] == ["Light", "Vitamin D"]


def test_criteria_that_the_page_wraps_are_whole():
    found = record(TRIAL, ADDRESS).trial.eligibility
    assert [criterion.text for criterion in found.inclusion] == [
        "lives in the north of the country and has done so for ten years",
        "consents",
    ]
    assert [criterion.text for criterion in found.exclusion] == ["night shifts"]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (without(TRIAL, "Exclusion Criteria:"), "Inclusion Criteria:"),
        (TRIAL.partition("\nExclusion")[0], "Inclusion Criteria:"),
    ],
)
def test_criteria_of_one_side_alone_are_told(page, words):
    assert (IssueCode.AMBIGUOUS, words) in told(record(page, ADDRESS), "eligibility.exclusion")


def test_a_heading_of_criteria_at_the_end_of_the_page_is_told():
    result = record(TRIAL.partition("\n- night")[0], ADDRESS)
    assert told(result, "eligibility") == [(IssueCode.MISSING, "Exclusion Criteria:")]


def test_a_page_that_ends_before_the_criteria_is_cut():
    result = record(TRIAL.partition("Criteria\n")[0], ADDRESS)
    assert any("ends before the label 'criteria'" in issue.message for issue in result.issues)


def test_labels_without_their_colon_are_labels():
    page = "\n".join(line.removesuffix(":") for line in TRIAL.splitlines())
    assert record(page, ADDRESS).trial == record(TRIAL, ADDRESS).trial


def test_values_may_stand_on_the_lines_of_their_labels():
    page = TRIAL
    for label in ("Status:", "Trial end date:", "Target enrollment:", "Participant gender:", "Lead Sponsor:"):
        page = page.replace(f"{label}\n", f"{label} ")
    assert record(page, ADDRESS).trial == record(TRIAL, ADDRESS).trial


def test_a_title_that_the_address_is_not_made_of_is_told():
    other = ADDRESS.replace("Sunlight-and-Mood-in-the-North", "A-Vaccine-for-Older-Adults")
    words = "Sunlight and Mood in the North"
    assert told(record(TRIAL, other), "title") == [(IssueCode.MISMATCH, words)]


def test_what_stands_beside_the_title_is_told():
    result = record(TRIAL.replace("in the North\n", "in the North\nFollow this trial\n"), ADDRESS)
    assert result.trial.title == "Sunlight and Mood in the North"
    assert (IssueCode.AMBIGUOUS, "Follow this trial") in told(result, "title")


def test_a_row_that_no_field_reads_is_told_where_it_stands_in_a_text():
    page = without(TRIAL, "Target enrollment:", "0") + "\nTarget enrollment:\n\n0\n"
    assert (IssueCode.AMBIGUOUS, "Target enrollment:") in told(record(page, ADDRESS), None)


def test_an_address_is_made_of_the_title():
    title = "A Study of Tirzepatide (LY3298176) in Participants With Obesity"
    (candidate,) = candidate_urls(Hints("NCT04660643", title), NoPages(), {})
    assert not isinstance(candidate, MissingHint)
    assert candidate.url.endswith("/A-Study-of-Tirzepatide-LY3298176-in-Participants-With-Obesity/NCT04660643")
    (missing,) = candidate_urls(Hints("NCT04660643"), NoPages(), {})
    assert isinstance(missing, MissingHint)
