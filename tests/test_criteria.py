"""Eligibility criteria: from blocks to trees, with nothing lost and nothing torn."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.criteria.tree import MAX_DEPTH, Doubt, ParsedCriteria, parse_criteria
from normalizers.text import BULLETS, clean, lines, opening
from schemas.document import Block
from schemas.trial import Criterion
from tests.each import each
from tests.registry import found

KNEE = """Inclusion Criteria

  • No major organ dysfunction.
  • Osteoarthritis by these criteria: a). "Guidelines (2018 Edition)"; b). Grade 3 or more (ACR); c).Grade Ⅲ or more.

Exclusion Criteria

  • Serum creatinine \\< 1.0 × 10^9 / L, Jan - Mar 2021.
  • Meets the inclusion criteria of another trial"""

COHORTS = """Cohort 1

Inclusion Criteria:

1. Untreated AML
2. Organ function:

   * liver function
   * kidney function
3. ECOG ≤ 2.

Exclusion Criteria:

1. Pregnant women

Cohort 2

Inclusion Criteria:

8. One of the following:

* Creatinine ≥ 2 mg/dL
* Bilirubin ≥ 2 mg/dL

  9. A negative test

  10. Consent

Exclusion Criteria:

2. Nursing women"""

CHARACTERISTICS = """DISEASE CHARACTERISTICS:

* Recurrent prostate cancer

PATIENT CHARACTERISTICS:

Age:

* 75 and under

Other:

* No other malignancy

  * Cured for five years is fine"""

WITHIN = """Inclusion criteria

1. Adults
2. Organ function:

   * RENAL FUNCTION:

     * Creatinine ≤ 1.5 x ULN

   Exclusion Criteria
3. Breast feeding.
4. Trametinib.

    See Section 7.
5. Grade 2 toxicity"""

SPONSOR = """Exclusion Criteria:

Participants are excluded from the study if any of the following criteria apply:

Medical Conditions

1. CIS of the bladder.

   Note: T1 is allowed.
2. Radiation therapy for any reason.

   Prior/Concomitant Therapy
3. Prior PD-1 therapy.

Other protocol-defined exclusion criteria may apply."""

PARTICIPANTS = """Inclusion Criteria:

6. A male participant must agree to contraception

   Female participants:
7. A female participant is not pregnant and one of the following applies:

   1. No WOCBP OR
   2. A WOCBP who uses contraception
8. Consent"""

ESCALATION = """Inclusion Criteria:

For participants of the Escalation Part only:

- Adult and Pediatric Arms: AML

a) Primary Induction Failure, i or ii.

i) An intensive induction attempt

Examples include but are not limited to:

* One cycle of HiDAC
* Two cycles of cytarabine

  ii) Age 75 years or older

  b) Early relapse
* Body weight at least 10 kg.

Part 2 (Cohort H): confirmed diagnosis of WM; relapsed or refractory to all of the standard therapies

* Active disease"""

DIAGNOSES = """Patient Inclusion Criteria:

* Age 14-60 years

Eligible diagnoses:

AML（excluding APL） with at least one of the following:

* high risk
* CR2 or beyond

ALL in remission

OR

* ECOG performance status < 2

Donor Inclusion Criteria

* Identical donor"""

FLAT = (
    "Inclusion Criteria: - Age 18 years or older - Confirmed AML (BM blasts > 20%) - ≥ 2 lines of therapy "
    "Exclusion Criteria: 1. Pregnancy 2. ECOG 3 or 4. 3. HIV; dose of 4. 5 mg"
)

NUMBERED_BULLETS = """Inclusion Criteria:

* 1. The patient signs. 2.age ≥18 years old; 3.ECOG PS: 0-1;

Exclusion Criteria:

-Acute leukaemia without PML/RARA"""

PARAGRAPHS = """• Inclusion Criteria:

Patients with relapse

Patients have ECOG ≤2

• Exclusion Criteria:

None

Further criteria apply."""

NOTHING = """Inclusion Criteria:

-

1. Aged 18-70 years 2. Leukaemia:

1. AML according to WHO

2. CMML

Exclusion Criteria:

-"""

BUNDLED = (
    KNEE,
    COHORTS,
    CHARACTERISTICS,
    WITHIN,
    SPONSOR,
    PARTICIPANTS,
    ESCALATION,
    DIAGNOSES,
    FLAT,
    NUMBERED_BULLETS,
    PARAGRAPHS,
    NOTHING,
)
TEXTS = (*BUNDLED, *found("eligibilityModule", "eligibilityCriteria"))


def tree(criteria: Sequence[Criterion], indent: str = "") -> list[str]:
    """Each criterion on its line: indented by its depth, with its marker, its text, and its cohort in brackets."""
    shown = []
    for criterion in criteria:
        marker = f"{criterion.marker} " if criterion.marker else ""
        cohort = f" <{criterion.cohort}>" if criterion.cohort else ""
        shown += [f"{indent}{marker}{criterion.text}{cohort}", *tree(criterion.children, indent + "  ")]
    return shown


def read(text: str) -> dict[str, list[str]]:
    divided = parse_criteria(lines(text))
    return {
        side: tree(getattr(divided, side)) for side in ("inclusion", "exclusion", "other") if getattr(divided, side)
    }


def soup(text: str) -> list[Block]:
    """The text's lines as a page without list markup gives them."""
    return [Block(number, "line", line.strip()) for number, line in enumerate(text.splitlines()) if line.strip()]


def items(*texts: str) -> list[str]:
    """The inclusion criteria that lines without any structure give."""
    return tree(parse_criteria(soup("\n".join(texts)), "inclusion").inclusion)


def every(criteria: Sequence[Criterion]) -> Iterator[Criterion]:
    for criterion in criteria:
        yield criterion
        yield from every(criterion.children)


def characters(divided: ParsedCriteria) -> Counter[str]:
    """How often each visible character stands in criteria, headings and items without words, bullets aside."""
    words = [*divided.headings, *divided.blanks]
    for side in divided[:3]:
        words += [(criterion.marker or "") + criterion.text for criterion in every(side)]
    return Counter(sign for sign in "".join(words) if not sign.isspace() and sign not in BULLETS)


def test_plain_lists_below_both_headings_become_criteria():
    assert read(KNEE) == {
        "inclusion": [
            "• No major organ dysfunction.",
            "• Osteoarthritis by these criteria:",
            '  a). "Guidelines (2018 Edition)";',
            "  b). Grade 3 or more (ACR);",
            "  c). Grade Ⅲ or more.",
        ],
        "exclusion": [
            "• Serum creatinine < 1.0 × 10^9 / L, Jan - Mar 2021.",
            "• Meets the inclusion criteria of another trial",
        ],
    }


def test_a_heading_right_above_a_side_holds_for_the_sides_below_it():
    assert read(COHORTS) == {
        "inclusion": [
            "1. Untreated AML <Cohort 1>",
            "2. Organ function: <Cohort 1>",
            "  * liver function <Cohort 1>",
            "  * kidney function <Cohort 1>",
            "3. ECOG ≤ 2. <Cohort 1>",
            "8. One of the following: <Cohort 2>",
            "  * Creatinine ≥ 2 mg/dL <Cohort 2>",
            "  * Bilirubin ≥ 2 mg/dL <Cohort 2>",
            "9. A negative test <Cohort 2>",
            "10. Consent <Cohort 2>",
        ],
        "exclusion": ["1. Pregnant women <Cohort 1>", "2. Nursing women <Cohort 2>"],
    }


def test_criteria_below_neither_heading_are_of_neither_side():
    assert read(CHARACTERISTICS) == {
        "other": [
            "* Recurrent prostate cancer <DISEASE CHARACTERISTICS>",
            "* 75 and under <PATIENT CHARACTERISTICS, Age>",
            "* No other malignancy <PATIENT CHARACTERISTICS, Other>",
            "  * Cured for five years is fine <PATIENT CHARACTERISTICS, Other>",
        ]
    }


def test_a_heading_of_a_side_is_seen_within_a_list():
    assert read(WITHIN) == {
        "inclusion": [
            "1. Adults",
            "2. Organ function:",
            "  * RENAL FUNCTION:",
            "    * Creatinine ≤ 1.5 x ULN",
        ],
        "exclusion": ["3. Breast feeding.", "4. Trametinib. See Section 7.", "5. Grade 2 toxicity"],
    }


def test_a_heading_of_a_part_within_a_list_follows_the_one_before_the_list():
    assert read(SPONSOR) == {
        "exclusion": [
            "Participants are excluded from the study if any of the following criteria apply:",
            "1. CIS of the bladder. Note: T1 is allowed. <Medical Conditions>",
            "2. Radiation therapy for any reason. <Medical Conditions>",
            "3. Prior PD-1 therapy. <Prior/Concomitant Therapy>",
            "Other protocol-defined exclusion criteria may apply. <Prior/Concomitant Therapy>",
        ]
    }


def test_a_label_within_a_list_without_headings_is_no_cohort_of_all_that_follows():
    assert read(PARTICIPANTS) == {
        "inclusion": [
            "6. A male participant must agree to contraception",
            "Female participants:",
            "7. A female participant is not pregnant and one of the following applies:",
            "  1. No WOCBP OR",
            "  2. A WOCBP who uses contraception",
            "8. Consent",
        ]
    }


def test_lists_that_interrupt_each_other_are_put_in_order_by_their_numbers():
    assert read(ESCALATION) == {
        "inclusion": [
            "- Adult and Pediatric Arms: AML <For participants of the Escalation Part only>",
            "a) Primary Induction Failure, i or ii. <For participants of the Escalation Part only>",
            "  i) An intensive induction attempt <For participants of the Escalation Part only>",
            "    Examples include but are not limited to: <For participants of the Escalation Part only>",
            "      * One cycle of HiDAC <For participants of the Escalation Part only>",
            "      * Two cycles of cytarabine <For participants of the Escalation Part only>",
            "  ii) Age 75 years or older <For participants of the Escalation Part only>",
            "b) Early relapse <For participants of the Escalation Part only>",
            "* Body weight at least 10 kg. <For participants of the Escalation Part only>",
            "confirmed diagnosis of WM; relapsed or refractory to all of the standard therapies <Part 2 (Cohort H)>",
            "* Active disease <Part 2 (Cohort H)>",
        ]
    }


def test_a_line_that_announces_items_holds_them_and_another_line_ends_it():
    assert read(DIAGNOSES) == {
        "inclusion": [
            "* Age 14-60 years <Patient>",
            "AML（excluding APL） with at least one of the following: <Patient, Eligible diagnoses>",
            "  * high risk <Patient, Eligible diagnoses>",
            "  * CR2 or beyond <Patient, Eligible diagnoses>",
            "ALL in remission <Patient, Eligible diagnoses>",
            "OR <Patient, Eligible diagnoses>",
            "* ECOG performance status < 2 <Patient, Eligible diagnoses>",
            "* Identical donor <Donor>",
        ]
    }


def test_criteria_that_were_joined_to_one_line_are_parted():
    assert read(FLAT) == {
        "inclusion": [
            "- Age 18 years or older",
            "- Confirmed AML (BM blasts > 20%)",
            "- ≥ 2 lines of therapy",
        ],
        "exclusion": ["1. Pregnancy", "2. ECOG 3 or 4.", "3. HIV; dose of 4. 5 mg"],
    }


def test_a_marker_of_the_words_wins_over_a_bullet():
    assert read(NUMBERED_BULLETS) == {
        "inclusion": ["1. The patient signs.", "2. age ≥18 years old;", "3. ECOG PS: 0-1;"],
        "exclusion": ["- Acute leukaemia without PML/RARA"],
    }


def test_paragraphs_without_markers_are_criteria():
    assert read(PARAGRAPHS) == {
        "inclusion": ["Patients with relapse", "Patients have ECOG ≤2"],
        "exclusion": ["None", "Further criteria apply."],
    }


def test_a_dash_instead_of_criteria_is_no_criterion():
    assert read(NOTHING) == {
        "inclusion": [
            "1. Aged 18-70 years",
            "2. Leukaemia:",
            "  1. AML according to WHO",
            "  2. CMML",
        ],
    }
    assert parse_criteria(lines(NOTHING)).blanks == ("-", "-")


@pytest.mark.parametrize("text", ["-", "1.", "•", "*", "--", "***", "* -", "- 1.", "1. 2.", "(a)", "* *", "③", "."])
def test_a_line_without_words_is_no_criterion(text):
    divided = parse_criteria(lines(f"* Adults\n\n{text}\n\n* Consent\n\nExclusion Criteria:\n\n{text}"))
    assert (tree(divided.other), divided.exclusion) == (["* Adults", "* Consent"], ())
    assert divided.blanks == (text, text)
    assert parse_criteria([Block(0, "heading", text, 2)]).headings == ()


@pytest.mark.parametrize("text", ["≥ 18", "18-75", "癌", "no", "5"])
def test_a_number_or_a_letter_is_a_criterion(text):
    assert items(text) == [text]


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


@pytest.mark.parametrize(
    ("marker", "text"), [("1.", "foo"), ("-", "foo"), ("•", "foo"), ("a)", "foo"), ("(2)", "foo"), ("③", "foo")]
)
def test_an_item_and_a_line_with_its_marker_are_the_same_criterion(marker, text):
    assert parse_criteria([Block(0, "item", text, 1, marker)]) == parse_criteria([Block(0, "line", f"{marker} {text}")])


def test_a_bullet_that_the_markup_made_gives_way_to_the_words_own_marker():
    blocks = [
        Block(0, "item", "1. foo", 1, "•"),
        Block(1, "item", "- bar", 1, "•"),
        Block(2, "item", "1. baz", 1, "1."),
    ]
    assert tree(parse_criteria(blocks).other) == ["1. foo", "- bar", "1. baz"]


def test_a_number_that_the_markup_made_stays_before_another_marker():
    assert tree(parse_criteria([Block(0, "item", "a) foo", 1, "6.")]).other) == ["6. a) foo"]


@pytest.mark.parametrize("blocks", [lines, soup])
def test_a_number_after_a_bullet_stands_beside_the_bullets(blocks):
    text = "* Age 18-49\n* 1) Antibodies or 2) a diagnosis\n* BMI 20-45"
    assert tree(parse_criteria(blocks(text)).other) == ["* Age 18-49", "1) Antibodies or 2) a diagnosis", "* BMI 20-45"]


@pytest.mark.parametrize("lead", ["Adults with:", "Evaluation"])
def test_numbers_after_bullets_that_begin_a_list_stand_below_the_item_before(lead):
    text = f"* {lead}\n* i. heart disease\n* ii. liver disease\n* Consent"
    assert tree(parse_criteria(lines(text)).other) == [
        f"* {lead}",
        "  i. heart disease",
        "  ii. liver disease",
        "* Consent",
    ]


def test_a_letter_that_a_list_gives_needs_no_letter_before_it():
    assert tree(parse_criteria([Block(0, "item", "foo", 1, "c."), Block(1, "item", "bar", 1, "")]).other) == [
        "c. foo",
        "bar",
    ]


def test_a_letter_before_a_point_is_a_marker_only_in_its_turn():
    assert items("a. foo", "b. bar", "d. baz", "s. aureus infection") == [
        "a. foo",
        "b. bar",
        "d. baz",
        "s. aureus infection",
    ]
    assert parse_criteria(soup("b. bar")).other[0].marker is None
    assert parse_criteria(soup("• b. bar")).other[0].marker == "•"


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


def test_lines_that_a_width_broke_are_joined_before_anything_else_is_decided():
    text = (
        "        Exclusion Criteria:\n\n        An individual who meets any of the following criteria will be excluded "
        "from participation\n        in this study:\n\n          1. Evidence of injury\n\n          2. Known disease\n"
    )
    assert read(text) == {
        "exclusion": [
            "An individual who meets any of the following criteria will be excluded from participation in this study:",
            "  1. Evidence of injury",
            "  2. Known disease",
        ]
    }


def test_a_hard_line_break_continues_the_item():
    blocks = [Block(0, "item", "Age 18 or", 1, "•"), Block(1, "line", "older", 1), Block(2, "item", "AML", 1, "•")]
    assert tree(parse_criteria(blocks).other) == ["• Age 18 or older", "• AML"]


def test_words_after_an_inline_list_continue_its_last_item():
    blocks = [Block(0, "item", "Any of: a) foo; b) bar", 1, "•"), Block(1, "line", "and more", 1)]
    assert tree(parse_criteria(blocks).other) == ["• Any of:", "  a) foo;", "  b) bar and more"]


def test_a_paragraph_after_the_children_of_an_item_stands_after_them():
    text = "3. Failed:\n\n   For ATLL, drugs\n   * CR\n   * CRi\n\n   For ALL, one of:\n   * HSCT\n\n   Note\n4. b"
    assert read(text) == {
        "other": [
            "3. Failed: For ATLL, drugs",
            "  * CR",
            "  * CRi",
            "  For ALL, one of:",
            "    * HSCT",
            "  Note",
            "4. b",
        ]
    }


def test_a_continuation_without_its_item_is_a_criterion():
    assert tree(parse_criteria([Block(0, "line", "of the knee", 2), Block(1, "item", "AML", 1, "•")]).other) == [
        "of the knee",
        "• AML",
    ]


@each(
    ("rows", "expected"),
    [
        (["1. a", "a) b", "b) c", "2. d"], ["1. a", "  a) b", "  b) c", "2. d"]),
        (
            ["1. a", "a) b", "i. c", "ii. d", "b) e", "2. f"],
            ["1. a", "  a) b", "    i. c", "    ii. d", "  b) e", "2. f"],
        ),
        (["• a", "- b", "- c", "• d"], ["• a", "  - b", "  - c", "• d"]),
        (["• a:", "◦ b", "◦ c"], ["• a:", "  ◦ b", "  ◦ c"]),
        (["• a", "- b", "- c"], ["• a", "- b", "- c"]),
        (["• a", "1. b", "2. c", "• d"], ["• a", "  1. b", "  2. c", "• d"]),
        (["1. a", "• b", "• c", "2. d"], ["1. a", "  • b", "  • c", "2. d"]),
        (["1. a", "• b", "• c"], ["1. a", "• b", "• c"]),
        (["1. a", "• b", "c", "2. d"], ["1. a", "• b", "c", "2. d"]),
        (["• a of:", "• b", "• c"], ["• a of:", "• b", "• c"]),
        (["1. a", "2. b:", "1. c", "2. d", "3. e"], ["1. a", "2. b:", "  1. c", "  2. d", "  3. e"]),
        (["1. a", "2. b", "1. c", "2. d"], ["1. a", "2. b", "1. c", "2. d"]),
        (["1. a", "2. b", "4. c"], ["1. a", "2. b", "4. c"]),
        (["h) a", "i) b", "j) c"], ["h) a", "i) b", "j) c"]),
        (["a) a", "i) b", "ii) c", "b) d"], ["a) a", "  i) b", "  ii) c", "b) d"]),
        (["a of:", "1. b", "c of:", "1. d", "2. e"], ["a of:", "  1. b", "c of:", "  1. d", "  2. e"]),
        (["1. a", "b of:", "• c", "2. d"], ["1. a", "  b of:", "    • c", "2. d"]),
        (["1. a", "b of:", "• c", "3. d"], ["1. a", "b of:", "  • c", "  3. d"]),
        (["1. a", "b of:", "• c", "Exclusion:", "2. d"], ["1. a", "b of:", "  • c"]),
        (["• a", "b of:", "• c", "• d"], ["• a", "b of:", "  • c", "  • d"]),
    ],
)
def test_lines_without_markup_nest_by_their_markers_where_these_leave_no_doubt(rows, expected):
    assert items(*rows) == expected


def test_markup_that_nests_a_list_is_believed():
    blocks = [
        Block(0, "item", "a", 1, "1."),
        Block(1, "item", "b", 2, "1."),
        Block(2, "item", "c", 1, "2."),
        Block(3, "item", "d", 3, "•"),
        Block(4, "item", "e", 2, "◦"),
        Block(5, "item", "f", 1, "▪"),
    ]
    assert tree(parse_criteria(blocks).other) == ["1. a", "  1. b", "2. c", "  • d", "  ◦ e", "▪ f"]


def test_a_number_may_go_on_deeper_than_its_list():
    blocks = [Block(0, "item", "a", 1, "1."), Block(1, "item", "b", 2, "2."), Block(2, "item", "c", 2, "3.")]
    assert tree(parse_criteria(blocks).other) == ["1. a", "2. b", "3. c"]


def test_what_nests_too_deep_follows_on_the_last_level():
    divided = parse_criteria(lines("\n".join("  " * depth + f"* item {depth}" for depth in range(40))))
    shown = tree(divided.other)
    assert max(len(line) - len(line.lstrip()) for line in shown) == 2 * (MAX_DEPTH - 1)
    assert [line.split()[-1] for line in shown] == [str(depth) for depth in range(40)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["•", "Adults", "1.", "Consent"], ["• Adults", "1. Consent"]),
        (["•", "• Adults"], ["• Adults"]),
        (["Adults", "-"], ["Adults"]),
        (["no", "none"], ["no", "none"]),
    ],
)
def test_a_marker_in_a_line_of_its_own_belongs_to_the_words_in_the_next(rows, expected):
    assert items(*rows) == expected


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


@pytest.mark.parametrize("blocks", [lines, soup])
def test_every_character_ends_up_in_a_criterion_or_a_heading(blocks):
    for text in TEXTS:
        given = blocks(text)
        words = "".join(clean(block.words) for block in given)
        shown = Counter(sign for sign in words if not sign.isspace() and sign not in BULLETS)
        assert characters(parse_criteria(given)) == shown, text


MARKERS = ["", "1.", "2.", "3.", "a)", "b)", "i.", "ii.", "•", "-", "o", "(1)", "①", "②"]
PHRASES = [
    "foo",
    "bar of:",
    "Age:",
    "Cohort B",
    "≤ 2.",
    "(baz",
    "Inclusion Criteria:",
    "exclusion",
    "grade 2.",
    "1. a 2. b",
]
BLOCKS = st.lists(
    st.builds(
        lambda kind, marker, phrases, depth, listed: Block(
            0, kind, f"{marker} {' '.join(phrases)}".strip(), depth, listed if kind == "item" else ""
        ),
        st.sampled_from(["item", "item", "line", "line", "heading", "row"]),
        st.sampled_from(MARKERS),
        st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3),
        st.integers(0, 4),
        st.sampled_from(["•", "◦", "7.", "g.", ""]),
    ),
    max_size=9,
)


@given(BLOCKS)
def test_criteria_of_any_blocks_are_complete_and_none_is_empty(blocks):
    divided = parse_criteria(blocks)
    words = "".join(block.marker + block.text for block in blocks)
    assert characters(divided) == Counter(s for s in words if not s.isspace() and s not in BULLETS)
    assert all(criterion.text == criterion.text.strip() != "" for side in divided[:3] for criterion in every(side))
    assert all(any(map(str.isalnum, criterion.text)) for side in divided[:3] for criterion in every(side))


@given(BLOCKS)
def test_criteria_of_any_blocks_stand_in_the_order_of_the_page(blocks):
    named = [block._replace(text=f"{block.text} #{number}#") for number, block in enumerate(blocks)]
    for side in parse_criteria(named)[:3]:
        places = [int(part) for criterion in every(side) for part in criterion.text.split("#")[1::2]]
        assert places == sorted(places)


WORDS = st.text("xyz", min_size=1, max_size=8)
TREES = st.lists(
    st.tuples(WORDS, st.lists(st.tuples(WORDS, st.lists(st.tuples(WORDS, st.just([])), max_size=3)), max_size=3)),
    min_size=1,
    max_size=4,
)
NUMBERS = (
    lambda place: f"{place + 1}.",
    lambda place: f"{'abc'[place]})",
    lambda place: f"({('i', 'ii', 'iii')[place]})",
)


def written(branches, markers, step, depth=0):
    """A tree of words as text, one item a line."""
    text = ""
    for place, (words, below) in enumerate(branches):
        text += f"{' ' * step * depth}{markers[depth](place)} {words}\n" + written(below, markers, step, depth + 1)
    return text


def shape(criteria):
    return [(criterion.text, shape(criterion.children)) for criterion in criteria]


@given(TREES)
def test_a_list_indented_by_its_depth_is_read_back(branches):
    text = written(branches, [lambda _: "*"] * 3, step=2)
    assert shape(parse_criteria(lines(text)).other) == branches


@given(TREES)
def test_a_list_without_indentation_is_read_back_by_its_numbers(branches):
    text = written(branches, NUMBERS, step=0)
    assert shape(parse_criteria(soup(text)).other) == branches


@given(st.lists(WORDS, min_size=2, max_size=6), st.lists(WORDS, min_size=2, max_size=6))
def test_lists_joined_to_one_line_are_read_back(inclusion, exclusion):
    text = "Inclusion Criteria: - " + " - ".join(inclusion) + " Exclusion Criteria: - " + " - ".join(exclusion)
    divided = parse_criteria(lines(text))
    assert [criterion.text for criterion in divided.inclusion] == inclusion
    assert [criterion.text for criterion in divided.exclusion] == exclusion


def old_copy(text):
    """A text as old copies of registry records have it: indented, and broken at 100 columns."""
    rows = []
    for line in text.split("\n"):
        words = line.lstrip()
        margin = " " * (8 + len(line) - len(words))
        size = opening(words)
        hanging = margin + " " * (size + 1 if size else 0)
        rows += textwrap.wrap(
            words, 100, initial_indent=margin, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(rows)


UNDECIDABLE = 0.02
"""Of records broken at a width: a line begins like an item, or ends like a sentence, and blank lines do not help."""


def test_criteria_that_a_width_broke_are_the_same_or_doubtful():
    quiet = 0
    for text in TEXTS:
        broken = parse_criteria(lines(old_copy(text)))
        quiet += not broken.doubts and broken[:3] != parse_criteria(lines(text))[:3]
    assert quiet <= UNDECIDABLE * len(TEXTS)


def begins(criteria, texts):
    """The criteria that do not begin where one of the texts does, signs aside."""

    def letters(words):
        return "".join(filter(str.isalnum, words))

    starts = tuple(letters(words)[:12] for words in texts)
    return [criterion.text for criterion in criteria if not letters(criterion.text).startswith(starts)]


def test_criteria_joined_to_one_line_as_the_aggregator_does_are_never_torn_without_a_doubt():
    for text in TEXTS:
        whole = parse_criteria(lines(text))
        texts = [*whole.headings, *(criterion.text for side in whole[:3] for criterion in every(side))]
        listed = "\n".join(f"- {words}" for words in texts if not words.endswith((":", "：")))
        # A dash behind the end of a sentence parts two criteria that the registrant left in one paragraph, too.
        texts += [part for words in texts for part in words.split(". - ")[1:]]
        flat = parse_criteria(lines(" ".join(listed.split())))
        assert begins(every(flat.other), texts) == [] or flat.doubts, text


def test_criteria_joined_to_one_line_by_numbers_are_the_same_or_stay_together():
    for text in TEXTS:
        texts = [criterion.text for criterion in every(parse_criteria(lines(text)).inclusion)]
        joined = " ".join(f"{place}) {words}" for place, words in enumerate(texts, 1))
        shown = [criterion.text for criterion in every(parse_criteria([Block(0, "line", joined)]).other)]
        starts = tuple(words[:12] for words in texts)
        assert [words for words in shown if not words.startswith(starts)] == [], text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a. Foo\nb. Bar\nd. Baz", ["a. Foo", "b. Bar", "d. Baz"]),
        ("b. Foo\na. Bar", ["b. Foo", "a. Bar"]),
        ("c. Foo\nb. Bar", ["c. Foo", "b. Bar"]),
    ],
)
def test_a_letter_before_a_point_is_a_marker_where_it_is_the_first_or_the_next_of_a_list(text, expected):
    found = parse_criteria(lines(text)).other
    assert tree(found) == expected
    assert [criterion.marker for criterion in found] == {
        "a. Foo": ["a.", "b.", None],
        "b. Foo": [None, "a."],
        "c. Foo": [None, None],
    }[text[:6]]


def test_bullets_that_are_nothing_else_part_a_line():
    assert tree(parse_criteria(lines("• Foo • Bar\n• Baz")).other) == ["• Foo", "• Bar", "• Baz"]


@pytest.mark.parametrize(("marker", "heads"), [("", True), ("1. ", False)])
def test_a_long_line_is_a_heading_and_a_long_item_a_criterion(marker, heads):
    heading = f"Exclusion criteria for {'participants of the part of the study in which ' * 2}cells are given"
    divided = parse_criteria(lines(f"{marker}{heading}\n2. Foo"))
    assert [criterion.text for criterion in (divided.exclusion if heads else divided.other)][-1] == "Foo"
    assert divided.headings == ((heading,) if heads else ())


def test_a_line_goes_on_with_the_last_of_what_stands_below_an_item():
    text = "- Any of:\n  - foo\n  - bar\n  - baz\n    and qux"
    assert tree(parse_criteria(lines(text)).other) == ["- Any of:", "  - foo", "  - bar", "  - baz and qux"]
    joined = [Block(0, "item", "Any of: a) foo; b) bar; c) baz", 1, "-"), Block(1, "line", "and qux", 1)]
    assert tree(parse_criteria(joined).other) == ["- Any of:", "  a) foo;", "  b) bar;", "  c) baz and qux"]


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
