"""Headings that deny or demand without a word of a side that we know, and texts that name both sides in one line."""

import pytest

from normalizers.criteria.tree import parse_criteria
from normalizers.text import lines
from schemas.document import Block
from tests.test_side_headings import FORMS, never_inherits, texts

DENYING = [
    "Not permitted:",
    "Prohibited:",
    "Unsuitable if:",
    "EC:",
    "E. C.:",
    "Ne peuvent participer :",
    "Nicht teilnehmen können:",
    "Non possono partecipare:",
    "Factors precluding participation",
    "Eksklusionskriterier:",
    "Dışlama kriterleri:",
    "معايير الاستبعاد:",
]
"""Headings that deny, with no word of exclusion that we know."""


@pytest.mark.parametrize("heading", DENYING)
def test_a_heading_that_denies_is_told_and_of_neither_side(heading):
    for form in FORMS:
        divided = never_inherits(heading, form, "inclusion", "other")
        assert [doubt.text.strip("•*- ") for doubt in divided.doubts] == [heading], form


@pytest.mark.parametrize(
    "heading", ["Patients must not have:", "No patients with:", "Absence of:", "The following are not allowed:"]
)
def test_a_sentence_that_denies_is_told_above_lines_and_a_criterion_above_a_list(heading):
    above = ["Inclusion Criteria:", "Adults", "Signed consent", heading]
    plain = parse_criteria([Block(number, "line", text) for number, text in enumerate([*above, "Pregnancy", "HIV"])])
    assert texts(plain, "inclusion") == {"Adults", "Signed consent"}
    assert [doubt.text for doubt in plain.doubts] == [heading]
    listed = parse_criteria(lines("\n".join([*above, "", "* Pregnancy", "* HIV"])))
    assert texts(listed, "inclusion") >= {"Adults", "Signed consent", heading}
    assert listed.doubts == ()


@pytest.mark.parametrize("heading", ["Patients must have:", "Patients must meet all of the following:", "Required:"])
def test_what_people_must_have_is_told_below_exclusion_criteria(heading):
    for below in (["* Adults", "* Consent"], ["Adults", "Consent"]):
        divided = parse_criteria(lines("\n".join(["Exclusion Criteria:", "", "* HIV", "", heading, "", *below])))
        assert texts(divided, "exclusion") == {"HIV"}
        assert [doubt.text for doubt in divided.doubts] == [heading]


@pytest.mark.parametrize(
    "text",
    ["| Inclusion | Exclusion |", "Inclusion criteria are age and consent. Exclusion criteria are HIV and gout."],
)
def test_criteria_that_speak_of_sides_and_are_not_divided_are_told(text):
    assert [doubt.text for doubt in parse_criteria(lines(text + "\nAdults")).doubts] == [text]


def test_people_without_something_are_a_cohort_and_no_other_side():
    divided = parse_criteria(lines("Inclusion Criteria:\n\nPatients without diabetes:\n\n* Adults\n* Signed consent"))
    assert [(each.text, each.cohort) for each in divided.inclusion] == [
        ("Adults", "Patients without diabetes"),
        ("Signed consent", "Patients without diabetes"),
    ]
    assert divided.doubts == ()


def test_words_above_both_sides_that_are_no_cohort_are_told():
    sides = "\n\nInclusion Criteria:\n\n* Adults\n\nExclusion Criteria:\n\n* HIV"
    divided = parse_criteria(lines("Sponsor class: Academic" + sides))
    assert [doubt.text for doubt in divided.doubts] == ["Sponsor class: Academic"]
    cohorts = parse_criteria(lines("Healthy volunteers" + sides))
    assert cohorts.doubts == ()
    assert cohorts.exclusion[0].cohort == "Healthy volunteers"


@pytest.mark.parametrize(
    ("text", "neither", "headings"),
    [
        ("Inclusion criteria:\n- Foo\n- Patients will be excluded if:\n- Bar", ["Bar"], 2),
        ("Exclusion criteria:\n- Foo\n- Patients will be excluded if:\n- Bar", [], 1),
        ("Inclusion criteria:\n- Foo\nWithdrawal criteria\n- Bar", ["Bar"], 2),
        # No list stands below it, so that it can be a criterion.
        ("Inclusion criteria:\n- Foo\nWithdrawal criteria\nBar", ["Withdrawal criteria", "Bar"], 1),
    ],
)
def test_what_can_head_another_side_leaves_what_follows_to_neither(text, neither, headings):
    divided = parse_criteria(lines(text))
    assert [criterion.text for criterion in divided.other] == neither
    assert len(divided.headings) == headings
    assert bool(divided.doubts) is bool(neither)
