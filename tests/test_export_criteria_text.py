"""Criteria written as one text: every word stands in it, in order, and it reads as the same trees."""

import pytest
from hypothesis import given

from normalizers.criteria.tree import parse_criteria
from normalizers.text import lines
from schemas.trial import Criterion, Eligibility
from scraper.exports.criteria_text import criteria_text
from tests.criteria_outlines import every
from tests.criteria_texts import TEXTS
from tests.test_criteria_properties import BLOCKS


def of(divided):
    return Eligibility(inclusion=divided.inclusion, exclusion=divided.exclusion, other=divided.other)


def read(text):
    return of(parse_criteria(lines(text)))


def squeezed(text):
    return "".join(sign for sign in text if sign.isalnum())


def without_markers(criteria):
    return [(one.text, one.cohort, without_markers(one.children)) for one in criteria]


def test_criteria_as_sponsors_write_them_read_the_same_when_they_were_written():
    for text in TEXTS:
        wanted = read(text)
        assert read(criteria_text(wanted) or "") == wanted, text


@given(BLOCKS)
def test_every_word_of_any_criteria_is_written_in_order(blocks):
    wanted = of(parse_criteria(blocks))
    text = squeezed(criteria_text(wanted) or "")
    place = 0
    for side in (wanted.other, wanted.inclusion, wanted.exclusion):
        for one in every(side):
            place = text.index(squeezed(one.text), place)


@pytest.mark.parametrize(
    "trees",
    [
        [Criterion(text="Adults", marker="*"), Criterion(text="Women:", marker=None)],
        [
            Criterion(text="Any of:", marker="1.", children=(Criterion(text="A", marker="a)"),)),
            Criterion(text="B", marker="2."),
        ],
        [Criterion(text="Age", marker="*", cohort="Part A"), Criterion(text="Sex", marker="*", cohort="Part B")],
        [Criterion(text="Age", marker="*"), Criterion(text="Sex or 2) both", marker="1)")],
    ],
)
def test_lists_nests_parts_and_loose_words_read_the_same(trees):
    wanted = Eligibility(inclusion=tuple(trees))
    text = criteria_text(wanted)
    assert without_markers(read(text).inclusion) == without_markers(wanted.inclusion), text


def test_trees_that_no_manner_of_writing_gives_are_written_with_all_their_words():
    first = Criterion(text="Exclusion Criteria:", marker="*")  # as a criterion nobody can read it
    text = criteria_text(Eligibility(inclusion=(first, Criterion(text="Age", marker="*"))))
    assert text == "Inclusion Criteria:\n\n* Exclusion Criteria:\n* Age"


def test_no_criteria_are_no_text():
    assert criteria_text(Eligibility()) is None


def test_signs_of_markdown_are_escaped_as_the_registry_does():
    text = criteria_text(Eligibility(exclusion=(Criterion(text="BMI > 39 kg/m^2 [obese]", marker="*"),)))
    assert text == "Exclusion Criteria:\n\n* BMI \\> 39 kg/m\\^2 \\[obese\\]"
