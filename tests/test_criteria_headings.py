"""Which lines head criteria, of which side and which cohort, and which are criteria."""

import pytest

from normalizers.criteria.tree import ParsedCriteria, parse_criteria
from normalizers.text import lines
from schemas.document import Block
from tests.criteria_outlines import items, soup, tree
from tests.criteria_texts import FLAT, KNEE, PARAGRAPHS, SPONSOR


@pytest.mark.parametrize("marker", ["2.", "*"])
def test_a_heading_that_goes_on_with_a_list_and_announces_more_is_an_item(marker):
    first = "1." if marker == "2." else marker
    blocks = [
        Block(0, "heading", "Inclusion criteria:", 3),
        Block(1, "line", f"{first} Adults"),
        Block(2, "heading", f"{marker} Sound organs:", 3),
        Block(3, "line", "a) Heart"),
    ]
    divided = parse_criteria(blocks)
    assert [criterion.text for criterion in divided.inclusion] == ["Adults", "Sound organs:"]
    assert [criterion.text for criterion in divided.inclusion[1].children] == ["Heart"]
    assert divided.doubts == ()


@pytest.mark.parametrize("heading", ["2. Study results", "Study results"])
def test_a_heading_that_announces_nothing_is_that_of_another_section(heading):
    texts = [("heading", "Inclusion criteria:"), ("line", "1. Adults"), ("heading", heading), ("line", "Good")]
    divided = parse_criteria(
        [Block(number, kind, text, 3 * (kind == "heading")) for number, (kind, text) in enumerate(texts)]
    )
    assert [criterion.text for criterion in divided.inclusion] == ["Adults"]
    assert [doubt.text for doubt in divided.doubts] == [heading]


def test_a_dash_after_a_heading_in_one_line_is_no_criterion():
    divided = parse_criteria(soup("Inclusion Criteria: - Exclusion Criteria: - HIV"))
    assert (divided.inclusion, tree(divided.exclusion), divided.blanks) == ((), ["- HIV"], ("-",))


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        (KNEE, ("Inclusion Criteria", "Exclusion Criteria")),
        (SPONSOR, ("Exclusion Criteria:", "Medical Conditions", "Prior/Concomitant Therapy")),
        (FLAT, ("Inclusion Criteria:", "Exclusion Criteria:")),
        (PARAGRAPHS, ("• Inclusion Criteria:", "• Exclusion Criteria:")),
        ("1. Inclusion Criteria: adults", ("1. Inclusion Criteria:",)),
        ("* Adults", ()),
    ],
)
def test_words_that_head_criteria_are_given_back(text, headings):
    assert parse_criteria(lines(text)).headings == headings


def test_no_blocks_are_no_criteria():
    assert parse_criteria([]) == ParsedCriteria((), (), (), ())


def test_criteria_below_a_known_heading_are_of_its_side_until_another_starts():
    blocks = lines("* Adults\n\nExclusion Criteria:\n\n* Pregnancy")
    divided = parse_criteria(blocks, "inclusion")
    assert (tree(divided.inclusion), tree(divided.exclusion)) == (["* Adults"], ["* Pregnancy"])


def test_a_heading_over_both_sides_keeps_the_side():
    assert tree(parse_criteria(soup("Eligibility criteria:\n• Adults"), "exclusion").exclusion) == ["• Adults"]


@pytest.mark.parametrize("text", ["1. Inclusion criteria for the drug of another trial", "• Eligibility criteria"])
def test_an_item_that_says_more_is_no_heading(text):
    assert items(text) == [text]


def test_the_cohort_in_the_heading_of_a_side_holds_below_it():
    assert items("Inclusion Criteria (Phase 1):", "• Adults", "Age:", "• 18", "Inclusion Criteria:", "• Consent") == [
        "• Adults <Phase 1>",
        "• 18 <Phase 1, Age>",
        "• Consent",
    ]


def test_a_heading_by_its_markup_needs_no_words_that_tell_it():
    blocks = [
        Block(0, "heading", "Stem cells", 3),
        Block(1, "item", "Adults", 1, "•"),
        Block(2, "heading", "Exclusion", 4),
        Block(3, "row", "HIV positive", cells=("HIV", "positive")),
    ]
    divided = parse_criteria(blocks)
    assert tree(divided.other) == ["• Adults <Stem cells>"]
    assert tree(divided.exclusion) == ["HIV positive"]
    assert divided.headings == ("Stem cells", "Exclusion")


def test_a_line_before_a_line_that_announces_items_can_name_a_cohort():
    assert items("Index Participants", "They are eligible if all of the following apply:", "1. Adults") == [
        "They are eligible if all of the following apply: <Index Participants>",
        "  1. Adults <Index Participants>",
    ]


def test_a_criterion_right_above_a_heading_is_no_cohort():
    assert items("Adult patients", "Inclusion criteria:", "Pregnant women") == ["Adult patients", "Pregnant women"]


def test_a_label_above_a_heading_is_a_cohort():
    assert items("Donors:", "Inclusion criteria:", "• Adults") == ["• Adults <Donors>"]


def test_a_label_at_the_end_heads_nothing():
    assert items("• Adults", "Age:") == ["• Adults", "Age:"]


def test_words_before_a_heading_in_a_paragraph_keep_their_item():
    divided = parse_criteria(
        [Block(0, "item", "Adults. Exclusion Criteria: HIV Key Inclusion Criteria: Consent", 2, "•")]
    )
    assert (tree(divided.other), tree(divided.exclusion), tree(divided.inclusion)) == (
        ["• Adults."],
        ["HIV"],
        ["Consent"],
    )


def test_a_heading_at_the_end_of_a_paragraph_heads_the_next():
    divided = parse_criteria(soup("• Adults. Exclusion Criteria:\n• HIV"))
    assert (tree(divided.other), tree(divided.exclusion)) == (["• Adults."], ["• HIV"])


def test_headings_can_follow_each_other_in_a_paragraph():
    divided = parse_criteria(soup("Inclusion Criteria: Exclusion Criteria: HIV"))
    assert (divided.inclusion, tree(divided.exclusion)) == ((), ["HIV"])
    assert divided.headings == ("Inclusion Criteria:", "Exclusion Criteria:")


def test_escapes_are_taken_out_of_texts_and_cohorts():
    divided = parse_criteria(lines("\\[Expansion Part\\]\n\n* Age \\< 65, \\>= 5 mg\\kg"))
    assert tree(divided.other) == ["* Age < 65, >= 5 mg\\kg <[Expansion Part]>"]


@pytest.mark.parametrize(("marker", "heads"), [("", True), ("1. ", False)])
def test_a_long_line_is_a_heading_and_a_long_item_a_criterion(marker, heads):
    heading = f"Exclusion criteria for {'participants of the part of the study in which ' * 2}cells are given"
    divided = parse_criteria(lines(f"{marker}{heading}\n2. Foo"))
    assert [criterion.text for criterion in (divided.exclusion if heads else divided.other)][-1] == "Foo"
    assert divided.headings == ((heading,) if heads else ())


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("Stable relationship Exclusion Criteria:", ["- Foo", "- Stable relationship"]),
        ("Cohort 1 Exclusion Criteria:", ["- Foo"]),
        ("Donor Exclusion Criteria:", ["- Foo"]),
    ],
)
def test_an_item_that_heads_a_side_names_a_cohort_or_nothing_else(item, expected):
    divided = parse_criteria(lines(f"Inclusion criteria:\n- Foo\n- {item}\n- Bar"))
    assert tree(divided.inclusion) == expected
    assert [criterion.text for criterion in divided.exclusion] == ["Bar"]
