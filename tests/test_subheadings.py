"""Sub-headings among criteria, and the headings of groups: told by their form and by what stands around them."""

import pytest

from normalizers.criteria.tree import parse_criteria
from normalizers.text import lines
from schemas.document import Block
from tests.criteria_outlines import items, read, tree


def test_lines_of_one_form_above_lists_are_sub_headings():
    assert read(
        "Inclusion Criteria:\n\nGeneral\n\n* Age 21 or older\n* Reads English\n\n"
        "Persons with Dementia (PwD)\n\n* Shows symptoms\n\nExclusion Criteria:\n\n* Pregnant"
    ) == {
        "inclusion": [
            "* Age 21 or older <General>",
            "* Reads English <General>",
            "* Shows symptoms <Persons with Dementia (PwD)>",
        ],
        "exclusion": ["* Pregnant"],
    }


def test_the_same_line_above_lists_of_both_sides_is_a_sub_heading():
    assert read("Inclusion:\n\nKnee\n\n* Pain\n\nExclusion:\n\nKnee\n\n* Fracture") == {
        "inclusion": ["* Pain <Knee>"],
        "exclusion": ["* Fracture <Knee>"],
    }


def test_topics_without_colon_end_the_topic_before_them():
    assert read(
        "PATIENT CHARACTERISTICS:\n\nLife expectancy:\n\n* A year\n\nHepatic\n\n* Bilirubin\n\nRenal\n\n* GFR"
    ) == {
        "other": [
            "* A year <PATIENT CHARACTERISTICS, Life expectancy>",
            "* Bilirubin <PATIENT CHARACTERISTICS, Hepatic>",
            "* GFR <PATIENT CHARACTERISTICS, Renal>",
        ]
    }


@pytest.mark.parametrize("line", ["Male", "Males Ages between 18-60 years old", "Knee pain", "Adults", "≥ 18 years"])
def test_a_short_line_alone_above_a_list_stays_a_criterion(line):
    assert items(line, "• Consent", "• Speaks English") == [line, "• Consent", "• Speaks English"]


def test_a_criterion_above_a_label_stays_one():
    assert items("Males Ages between 18-60 years old", "Asthma diagnosed by spirometry:", "• FEV1") == [
        "Males Ages between 18-60 years old",
        "Asthma diagnosed by spirometry:",
        "  • FEV1",
    ]


def test_ages_in_several_headings_are_the_groups_of_the_lists_below():
    assert items("Adults (18-65 years)", "• Consent", "Children (2-17 years)", "• Assent") == [
        "• Consent <Adults (18-65 years)>",
        "• Assent <Children (2-17 years)>",
    ]


def test_lines_among_criteria_without_markers_are_no_sub_headings():
    assert items("Knee pain", "• Consent", "Hip pain", "Back pain", "• English") == [
        "Knee pain",
        "• Consent",
        "Hip pain",
        "Back pain",
        "• English",
    ]


def test_each_group_of_participants_is_a_cohort():
    assert items(
        "Hepatic Insufficiency Participants：", "1. Consent", "Normal liver function Participants：", "1. GFR"
    ) == [
        "1. Consent <Hepatic Insufficiency Participants>",
        "1. GFR <Normal liver function Participants>",
    ]


@pytest.mark.parametrize(
    "group", ["Patients with T1D", "Donors: Eligibility for plasma donation", "Knee arm:", "Cohort 2"]
)
def test_a_groups_heading_between_lists_holds_for_both_of_its_sides(group):
    text = f"Inclusion:\n\n* Adults\n\nExclusion:\n\n* HIV\n\n{group}\n\nInclusion:\n\n* Seniors\n\nExclusion:\n\n* Flu"
    cohort = group.rstrip(":")
    assert read(text) == {
        "inclusion": ["* Adults", f"* Seniors <{cohort}>"],
        "exclusion": ["* HIV", f"* Flu <{cohort}>"],
    }


def test_the_first_groups_heading_stands_before_all_criteria():
    assert read("Patients with T2D\n\nInclusion:\n\n* Adults\n\nExclusion:\n\n* HIV") == {
        "inclusion": ["* Adults <Patients with T2D>"],
        "exclusion": ["* HIV <Patients with T2D>"],
    }


def test_the_last_paragraph_before_a_heading_is_a_criterion_as_those_before_it():
    assert read("Exclusion:\n\nHIV\n\nPregnant women\n\nInclusion:\n\nAdults") == {
        "exclusion": ["HIV", "Pregnant women"],
        "inclusion": ["Adults"],
    }


def test_nested_headings_keep_the_outer_one_until_the_next_of_its_rank():
    assert read("Inclusion:\n\nCohort A\n\nAge:\n\n* 18\n\nSex:\n\n* All\n\nCohort B\n\n* Adults") == {
        "inclusion": ["* 18 <Cohort A, Age>", "* All <Cohort A, Sex>", "* Adults <Cohort B>"]
    }


def test_levels_of_headings_in_markup_nest():
    blocks = [
        Block(0, "heading", "Inclusion criteria", 3),
        Block(1, "heading", "Medical history", 4),
        Block(2, "heading", "Knee", 5),
        Block(3, "item", "Pain", 1, "•"),
        Block(4, "heading", "Hip", 5),
        Block(5, "item", "Fracture", 1, "•"),
        Block(6, "heading", "Consent status", 4),
        Block(7, "item", "Signed", 1, "•"),
    ]
    assert tree(parse_criteria(blocks).inclusion) == [
        "• Pain <Medical history, Knee>",
        "• Fracture <Medical history, Hip>",
        "• Signed <Consent status>",
    ]


def test_a_heading_over_both_sides_gives_them_its_cohort():
    assert read("Inclusion/Exclusion Criteria for Part B:\n\nInclusion:\n\n* Adults\n\nExclusion:\n\n* HIV") == {
        "inclusion": ["* Adults <Part B>"],
        "exclusion": ["* HIV <Part B>"],
    }


@pytest.mark.parametrize("level", [2, 3])
def test_a_section_in_markup_below_the_criteria_is_none_of_theirs(level):
    blocks = [
        Block(0, "heading", "Exclusion criteria", 3),
        Block(1, "item", "Pregnancy", 1, "•"),
        Block(2, "heading", "Study results", level),
        Block(3, "line", "Pain fell by half."),
    ]
    divided = parse_criteria(blocks)
    assert tree(divided.exclusion) == ["• Pregnancy"]
    assert tree(divided.other) == ["Pain fell by half. <Study results>"]
    assert [doubt.text for doubt in divided.doubts] == ["Study results"]


def test_a_criterion_before_a_side_in_one_item_stays_one():
    assert read("Inclusion:\n\n* Adults\n* Stable relationship Exclusion Criteria:\n* Pregnancy") == {
        "inclusion": ["* Adults", "* Stable relationship"],
        "exclusion": ["* Pregnancy"],
    }


def test_words_before_a_side_in_a_line_of_their_own_are_told():
    divided = parse_criteria(lines("Inclusion:\n\nAdults\n\nStable relationship Exclusion Criteria:\n\nPregnancy"))
    assert tree(divided.exclusion) == ["Pregnancy <Stable relationship>"]
    assert divided.doubts == (
        ("Stable relationship Exclusion Criteria:", "the words before the heading of the side can be a criterion"),
    )


def test_criteria_behind_a_heading_and_its_cohort_stay_criteria():
    line = "Inclusion criteria for matched controls 20 patients of 18 years and older without asthma (any sex)"
    assert read(f"Inclusion Criteria:\n\n* Asthma\n\n{line}\n\nExclusion Criteria:\n\n* Pregnancy") == {
        "inclusion": ["* Asthma", "20 patients of 18 years and older without asthma (any sex) <matched controls>"],
        "exclusion": ["* Pregnancy"],
    }


def test_words_that_qualify_a_heading_within_a_line_belong_to_it():
    divided = parse_criteria(lines("Study Inclusion Criteria - app users are eligible if they:\n\n* Live in the UK"))
    assert divided.headings == ("Study Inclusion Criteria",)
    assert tree(divided.inclusion) == ["- app users are eligible if they:", "  * Live in the UK"]
    assert divided.other == ()


def test_a_line_within_an_item_is_no_heading_of_a_group():
    below = "Inclusion criteria:\n- Bar\nExclusion criteria:\n- Baz"
    within, apart = f"Inclusion criteria:\n- Foo\n  Adults\n{below}", f"Inclusion criteria:\n- Foo\nAdults\n{below}"
    assert read(within) == {"inclusion": ["- Foo Adults", "- Bar"], "exclusion": ["- Baz"]}
    assert read(apart) == {"inclusion": ["- Foo", "- Bar <Adults>"], "exclusion": ["- Baz <Adults>"]}
