"""Eligibility criteria: whole texts of sponsors, read to trees."""

from normalizers.criteria.tree import parse_criteria
from normalizers.text import lines
from tests.criteria_outlines import read
from tests.criteria_texts import (
    CHARACTERISTICS,
    COHORTS,
    DIAGNOSES,
    ESCALATION,
    FLAT,
    KNEE,
    NOTHING,
    NUMBERED_BULLETS,
    PARAGRAPHS,
    PARTICIPANTS,
    SPONSOR,
    WITHIN,
)


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
