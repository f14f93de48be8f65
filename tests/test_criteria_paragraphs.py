"""Several criteria in one paragraph: parted where that is certain, else whole and doubtful."""

import pytest

from normalizers.criteria.tree import Doubt, parse_criteria
from normalizers.text import lines
from tests.criteria_outlines import every, items, soup, tree


def test_alternatives_in_one_paragraph_are_one_criterion():
    assert items("a) BMI of 27 or b) BMI of 35", "Adults") == ["a) BMI of 27 or b) BMI of 35", "Adults"]
    assert items("One of: a) BMI of 27 or b) BMI of 35") == ["One of:", "  a) BMI of 27 or", "  b) BMI of 35"]


def test_alternatives_below_words_that_announce_them_are_criteria():
    text = "* Use of:\n\n  i. Oral steroids ii. Chemotherapy iii. Other drugs or iv. Antipsychotics"
    divided = parse_criteria(lines(text))
    assert tree(divided.other) == [
        "* Use of:",
        "  i. Oral steroids",
        "  ii. Chemotherapy",
        "  iii. Other drugs or",
        "  iv. Antipsychotics",
    ]
    assert divided.doubts == ()


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("1. Adults 2. Consent 4. No HIV", "Adults 2. Consent 4. No HIV"),
        ("1. Adults or 2. Children 3. Consent", "Adults or 2. Children 3. Consent"),
        ("- Consent - Male - not pregnant female", "Consent - Male - not pregnant female"),
    ],
)
def test_a_paragraph_that_may_hold_several_criteria_stays_one_and_is_doubtful(text, doubtful):
    divided = parse_criteria(soup(text))
    assert [criterion.text for criterion in every(divided.other)] == [doubtful]
    assert divided.doubts == (Doubt(doubtful, "the words may hold several criteria"),)


def test_an_item_that_may_be_a_part_of_the_one_before_is_doubtful():
    divided = parse_criteria(
        soup("- Born at the NOVO hospital - Pontoise site - Newborn with low weight - Born in France")
    )
    assert len(divided.other) == 4
    assert divided.doubts == (Doubt("Pontoise site", "the words may belong to the criterion before"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Adults", ["1. Adults"]),
        ("1. Adults 2. Consent", ["1. Adults", "2. Consent"]),
        ("- Adults - Consent", ["- Adults", "- Consent"]),
        ("- Aged 18 - 75 - Consent", ["- Aged 18 - 75 - Consent"]),
        ("Patients with one of: 1. AML 2. ALL", ["Patients with one of:", "  1. AML", "  2. ALL"]),
        ("Adults - Consent", ["Adults - Consent"]),
        ("① Adults ② Consent", ["① Adults", "② Consent"]),
    ],
)
def test_a_list_in_one_paragraph_is_parted_where_all_of_it_is_there(text, expected):
    assert items(text) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["- Aged 18 - Consent", "- HIV"], ["- Aged 18 - Consent", "- HIV"]),
        (["1. ECOG of 0 to 1; 2. is excluded", "2. HIV"], ["1. ECOG of 0 to 1; 2. is excluded", "2. HIV"]),
    ],
)
def test_a_paragraph_of_a_list_that_has_its_lines_is_not_parted(rows, expected):
    assert items(*rows) == expected
