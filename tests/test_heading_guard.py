"""Lines that could be headings of a side: what is read of them, and what is only told."""

import pytest

from normalizers.criteria.heading_guard import (
    could_head,
    names_side,
    opens_as_heading,
    sentence_side,
    suspected_heading,
)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Patients will be excluded if:", "exclusion"),
        ("Participants are not eligible if any of the following apply", "exclusion"),
        ("Who cannot participate", "exclusion"),
        ("Who can participate?", "inclusion"),
        ("Patients will be included if:", "inclusion"),
        ("These patients are excluded", None),
        ("Patients with HIV will be excluded:", None),
        ("Patients enrolled in other trials:", None),
        ("Patients will not be excluded if:", None),
        ("Patients who fulfil the following criteria:", None),
        ("Patients are excluded if they " + "have " * 60, None),
    ],
)
def test_a_sentence_announces_a_side_only_where_it_says_nothing_else(text, side):
    assert sentence_side(text) == side


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Withdrawal criteria:", "criteria"),
        ("Criteria for randomization", "criteria"),
        ("Enclusion criteria", "criteria"),
        ("Disqualifying factors:", "exclusion"),
        ("Exclusion criteria related to the transplant", "exclusion"),
        ("Patients not meeting the inclusion criteria:", "exclusion"),
        ("Inclusion creiterai", "inclusion"),
        ("Medical criteria:", None),
        ("DSM-5 criteria", None),
        ("Additional criteria for all groups:", None),
        ("Fulfils the Rome criteria:", None),
        ("No exclusion criteria", None),
        ("None of the exclusion criteria", None),
        ("Further exclusion criteria apply.", None),
        ("AML (excluding APL) with one of:", None),
        ("Patients with HIV will be excluded.", None),
        ("Exclusion criteria of " + "many " * 90 + "words:", None),
    ],
)
def test_what_could_be_a_heading_is_told_by_what_it_speaks_of(text, spoken):
    assert suspected_heading(text) == spoken


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("Exclusion criteria", True),
        ("Who cannot participate", True),
        ("Withdrawal criteria", True),
        ("of the inclusion criteria above.", False),
        ("knee pain", False),
    ],
)
def test_a_line_that_could_head_criteria_goes_on_with_none(text, can):
    assert could_head(text) is can


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("RECIST criteria:", None),
        ("DSM-5 criteria:", None),
        ("Withdrawal criteria:", "criteria"),
        ("WITHDRAWAL CRITERIA:", "criteria"),
        ("Medical criteria:", None),
    ],
)
def test_criteria_with_a_name_are_known_and_those_of_another_kind_are_told(text, spoken):
    assert suspected_heading(text) == spoken


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("Main exclusion criteria are these", True),
        ("Healthy adult volunteers exclusion criteria are these", True),
        ("Very healthy adult volunteers exclusion criteria are these", False),  # more than three words
        ("Quick red fox exclusion criteria are these", False),
        ("Exclusion for adults", True),
        ("Exclusion of adults", False),
    ],
)
def test_a_text_opens_as_a_heading_with_a_qualifier_or_up_to_three_words_for_people(text, opens):
    assert opens_as_heading(text) is opens


@pytest.mark.parametrize(
    ("text", "names"),
    [("Exclusion 1", True), ("Inclusion", True), ("Patients are excluded", False), ("Criteria", False)],
)
def test_a_side_is_named_by_a_noun(text, names):
    assert names_side(text) is names
