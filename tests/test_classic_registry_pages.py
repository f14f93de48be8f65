"""The registry's pages as they were until 2023: a table of conditions, and what follows the criteria."""

import pytest

from tests.build import record

CLASSIC = """\
ClinicalTrials.gov Menu
A Made-up Vaccine Against Hiccups
ClinicalTrials.gov Identifier: NCT99990013
Recruitment Status : Recruiting
First Posted : January 12, 2021
Last Update Posted : March 4, 2023
Sponsor:
Example Vaccines, Inc.
Brief Summary:
The trial asks whether a made-up vaccine prevents hiccups.
Condition or disease Intervention/treatment Phase
Hiccups
Biological: Made-up vaccine
Phase 3
Study Type : Interventional
Ages Eligible for Study: 18 Years and older
Sexes Eligible for Study: All
Accepts Healthy Volunteers: Yes
Criteria
Inclusion Criteria:
Hiccups at least once a month
Exclusion Criteria:
Allergy to a part of the vaccine
"""
BEHIND = """\
Contacts and Locations
Contact: Ana Example
United States, Texas
More Information
ClinicalTrials.gov Identifier: NCT99990013
Keywords provided by Example Vaccines, Inc.
"""


def told(result):
    return {(issue.field, str(issue.code)) for issue in result.issues}


@pytest.mark.parametrize("heading", ["Intervention/treatment", "Phase"])
def test_a_heading_of_the_table_that_stands_among_its_lines_is_no_condition(heading):
    result = record(CLASSIC.replace("\nHiccups\n", f"\n{heading}\nHiccups\n"))
    assert result.trial.conditions == ("Hiccups",)
    assert ("conditions", "not_understood") in told(result)


def test_what_stands_behind_the_criteria_is_none_of_them():
    whole, result = record(CLASSIC), record(CLASSIC + BEHIND)
    assert result.trial.eligibility == whole.trial.eligibility
    assert (None, "unread") in told(result) - told(whole)


def test_a_number_that_stands_once_more_is_no_other_number():
    assert "nct_id" not in {issue.field for issue in record(CLASSIC + BEHIND).issues}
