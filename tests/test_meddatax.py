"""Trials on MedDataX: cards of other trials inside the record, explanations below labels, labels that are lost."""

import pytest

from schemas.record import IssueCode, Record
from scraper.errors import ExtractError
from scraper.parse.page import Page
from scraper.pipeline import clean_page, extract_page
from tests.build import record, with_line, without

CARDS = """\
Related Clinical Trials
Explore similar clinical trials based on study characteristics and research focus.
Walking Before Surgery
NCT99990011
Breathing After Surgery
NCT99990012
"""
TRIAL = f"""\
Breathing Before Surgery
NCT ID: NCT99990001
Last Updated: 2025-11-03
Study Results
Results pending
Basic Information
Get a concise snapshot of the trial, including recruitment status, study phase, enrollment targets, and key timeline \
milestones.
Recruitment Status
ACTIVE_NOT_RECRUITING
Clinical Phase
PHASE2
Total Enrollment
157 participants
Study Classification
INTERVENTIONAL
Study Start Date
2016-08-15
Study Completion Date
2028-12-31
Brief Summary
Review the sponsor-provided synopsis that highlights what the study is about and why it is being conducted.
It asks whether breathing helps.
{CARDS}Detailed Description
Dive into the extended narrative that explains the scientific background, objectives, and procedures in greater depth.
Exercises begin before surgery.
Conditions
Heart Diseases
Study Design
Allocation Method
RANDOMIZED
Intervention Model
PARALLEL
Primary Study Purpose
PREVENTION
Blinding Strategy
SINGLE
"""
BASIC = (
    "Recruitment Status",
    "Clinical Phase",
    "Total Enrollment",
    "Study Classification",
    "Study Start Date",
    "Study Completion Date",
)


def told(result: Record, field: str | None) -> list[tuple[IssueCode, str]]:
    return [(issue.code, issue.text) for issue in result.issues if issue.field == field]


def test_the_smallest_page_is_read_without_an_issue():
    result = record(TRIAL)
    trial = result.trial
    assert result.issues == ()
    assert (trial.nct_id, trial.title, trial.status) == (
        "NCT99990001",
        "Breathing Before Surgery",
        "ACTIVE_NOT_RECRUITING",
    )
    assert trial.enrollment is not None
    assert (trial.enrollment.count, trial.start_date, trial.completion_date) == (157, "2016-08-15", "2028-12-31")
    assert (trial.design.masking, trial.design.allocation, trial.last_updated) == ("SINGLE", "RANDOMIZED", "2025-11-03")


def test_a_sentence_below_a_label_is_neither_its_text_nor_its_value():
    trial = record(TRIAL).trial
    assert (trial.summary, trial.description) == ("It asks whether breathing helps.", "Exercises begin before surgery.")


def test_cards_of_other_trials_are_no_part_of_the_record():
    rules = {removed.block.text: removed.rule for removed in clean_page(Page(TRIAL.encode())).cleaned.removed}
    assert rules["Walking Before Surgery"] == rules["NCT99990012"] == "card of another trial"
    assert "NCT9999001" not in record(TRIAL).model_dump_json()


def test_cards_in_a_cell_are_no_part_of_the_record_either():
    lines = CARDS.splitlines()
    row = f"<table><tr><th>{lines[0]}</th><td>{'<br>'.join(lines[1:])}</td></tr></table>"
    above, below = TRIAL.split(CARDS)
    markup = row.join("".join(f"<p>{line}</p>" for line in part.splitlines()) for part in (above, below))
    result = extract_page(f"<title>Breathing Before Surgery</title>{markup}".encode())
    assert (result.trial, result.issues) == (record(TRIAL).trial, ())


def test_cards_end_before_the_next_label_and_before_a_text():
    page = TRIAL.replace("Detailed Description\n", "").replace("Dive into", "Read")
    result = record(page)
    assert result.trial.summary == "It asks whether breathing helps."
    assert "Exercises begin before surgery." in next(issue.text for issue in result.issues if issue.code == "unread")


def test_where_labels_are_lost_only_what_its_own_words_tell_is_read():
    page = without(TRIAL, *BASIC).replace("Results pending\nBasic", "View full resultsBasic")
    result = record(page)
    trial = result.trial
    assert (trial.status, trial.phases, trial.study_type) == ("ACTIVE_NOT_RECRUITING", ("PHASE2",), "INTERVENTIONAL")
    assert (trial.enrollment, trial.start_date, trial.completion_date) == (None, None, None)
    assert (IssueCode.UNREAD, "157 participants | 2016-08-15 | 2028-12-31") in told(result, None)
    assert [told(result, field) for field in ("enrollment", "start_date", "completion_date")] == [
        [(IssueCode.MISSING, "")]
    ] * 3


def test_a_word_that_any_field_could_have_tells_no_phase():
    result = record(without(TRIAL, *BASIC).replace("PHASE2", "NA"))
    assert (result.trial.phases, told(result, "phases")) == ((), [(IssueCode.MISSING, "")])


def test_values_below_their_own_labels_are_not_taken_for_others():
    result = record(without(TRIAL, "Clinical Phase", "PHASE2").replace("ACTIVE_NOT_RECRUITING", "PHASE1"))
    assert (result.trial.status, result.trial.phases) == (None, ())
    assert told(result, "status") == [(IssueCode.NOT_UNDERSTOOD, "PHASE1")]


def test_two_numbers_below_the_label_are_no_record():
    with pytest.raises(ExtractError, match="several NCT ids"):
        record(f"{TRIAL}NCT ID: NCT99990002\n")


def test_without_its_number_a_page_is_no_record():
    with pytest.raises(ExtractError, match="NCT ID"):
        record(without(TRIAL, "NCT ID: NCT99990001"))


@pytest.mark.parametrize("date", ["08/15/2016", "08/05/2016"])
def test_a_date_in_numbers_is_told_and_not_read(date):
    result = record(TRIAL.replace("2016-08-15", date))
    assert (result.trial.start_date, told(result, "start_date")) == (None, [(IssueCode.NOT_UNDERSTOOD, date)])


def test_a_page_that_ends_within_its_description_is_cut():
    result = record(TRIAL.partition("Conditions\n")[0])
    assert (IssueCode.UNTRUSTED, "Exercises begin before surgery.") in told(result, "description")


def test_a_sentence_among_the_conditions_is_told():
    result = record(with_line(TRIAL, "Conditions", "Learn which diseases and conditions this trial studies."))
    assert result.trial.conditions == ("Heart Diseases",)
    assert [code for code, _ in told(result, "conditions")] == [IssueCode.NOT_UNDERSTOOD]
