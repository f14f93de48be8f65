"""Headings among eligibility criteria."""

import pytest

from normalizers.criteria.sides import find_side_headings, parse_side_heading
from tests.each import each


@each(
    ("text", "side", "cohort"),
    [
        ("Inclusion Criteria:", "inclusion", ""),
        ("Key Inclusion Criteria :", "inclusion", ""),
        ("INCLUSION", "inclusion", ""),
        ("Exclusion:", "exclusion", ""),
        ("Main inclusion criteria", "inclusion", ""),
        ("List of exclusion criteria：", "exclusion", ""),
        ("Other exclusion criteria:", "exclusion", ""),
        ("Inclusion criteria are as follows:", "inclusion", ""),
        ("Exclusion Criteria (any of the following):", "exclusion", ""),
        ("Inclusion Criteria (Phase 1):", "inclusion", "Phase 1"),
        ("Inclusion Criteria [Part A (adults)]", "inclusion", "Part A (adults)"),
        ("Inclusion Criteria for Autistic Participants:", "inclusion", "Autistic Participants"),
        ("Exclusion criteria for all randomisations", "exclusion", "all randomisations"),
        ("Inclusion criteria for participation in R3.", "inclusion", "participation in R3"),
        ("Exclusion Criteria - Cohort B", "exclusion", "Cohort B"),
        ("Inclusion criteria: Healthy volunteers", "inclusion", "Healthy volunteers"),
        ("Exclusion - Patients", "exclusion", "Patients"),
        ("Inclusion Criteria - Phase 1 and 2 participants only", "inclusion", "Phase 1 and 2 participants only"),
        ("Inclusion criteria, Dose Expansion Part:", "inclusion", "Dose Expansion Part"),
        ("Inclusion criteria: Part 1 and Part 2 (Cohorts A to C)", "inclusion", "Part 1 and Part 2 (Cohorts A to C)"),
        ("Patients - Inclusion", "inclusion", "Patients"),
        ("Donor Exclusion Criteria", "exclusion", "Donor"),
        ("Disease specific Inclusion Criteria:", "inclusion", "Disease specific"),
        (
            "Specific inclusion criteria for renal transplant (RTx) patients:",
            "inclusion",
            "renal transplant (RTx) patients",
        ),
        ("Cohort 1: Inclusion Criteria (adults)", "inclusion", "Cohort 1, adults"),
        ("Inclusion and Exclusion Criteria", None, ""),
        ("Inclusion/Exclusion Criteria for Part B:", None, "Part B"),
        ("Eligibility criteria:", None, ""),
        ("Eligibility", None, ""),
        ("Selection criteria", None, ""),
        ("Critères d'éligibilité :", None, ""),
        ("Criterios de inclusión y exclusión", None, ""),
        ("Ein- und Ausschlusskriterien", None, ""),
        ("纳入和排除标准", None, ""),
        ("入选标准（第一组）", "inclusion", "第一组"),
        ("Non-inclusion criteria for Part B:", "exclusion", "Part B"),
        ("(Main inclusion (Part B))", "inclusion", "Part B"),
    ],
)
def test_a_heading_says_its_side_and_whom_it_is_about(text, side, cohort):
    assert parse_side_heading(text) == (side, cohort)


@each(
    "text",
    [
        "",
        "Age",
        "Does not meet the inclusion criteria above",
        "Patient meets the inclusion criteria for trial entry",
        "patients who do not fulfil the inclusion criteria",
        "Other protocol-defined inclusion/exclusion criteria may apply",
        "Further inclusion criteria apply.",
        "Subjects who meet each of the following inclusion criteria are eligible to participate in this study:",
        "Exclusion criteria related to stem cell transplant: a. Willing",
        "Exclusion criteria as per label",
        "No exclusion criteria",
        "Exclusion of pregnant women",
        "Exclusion Criteria - Pregnant women",
        "Exclusion Criteria: none",
        "Exclusion Criteria: Part of another study within 30 days",
        "Exclusion Criteria: Stage IV disease",
        "Inclusion body myositis",
        "Occlusion criteria",
        "Infusion criteria:",
        "Excision",
        "Enclusion criteria",
        "None of the exclusion criteria",
        "Withdrawal or exclusion criteria",
        "Researchers believe that it is unsuitable. Inclusion",
        "Suitable for study inclusion",
        "A first, second, third, fourth and fifth list: inclusion criteria",
        "Inclusion criteria for " + "very " * 40 + "long texts",
    ],
)
def test_what_only_speaks_of_criteria_is_no_heading(text):
    assert parse_side_heading(text) is None


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("Inclusion Criteria: - a Exclusion Criteria: - b", ["Inclusion Criteria:", "Exclusion Criteria:"]),
        ("inclusion criteria: a", ["inclusion criteria:"]),
        ("guava or watermelon Exclusion criteria: none", ["Exclusion criteria:"]),
        ("Key Inclusion Criteria (Part A): a", ["Key Inclusion Criteria (Part A):"]),
        ("INCLUSION: a. EXCLUSION: b", ["INCLUSION:", "EXCLUSION:"]),
        ("1. a Exclusion Criteria 1. b", ["Exclusion Criteria "]),
        ("a; or any. Exclusion Criteria: b", ["Exclusion Criteria:"]),
        ("fulfil the Exclusion Criteria: x", []),
        ("meets an exclusion criteria: x", []),
        ("Inclusion Criteria", []),
        ("Inclusion criteria (not applicable: any): a", ["Inclusion criteria (not applicable: any):"]),
        ("foo bar", []),
    ],
)
def test_headings_are_found_within_a_paragraph(text, headings):
    assert [text[start:end] for start, end, _ in find_side_headings(text)] == headings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Knee pain. Exclusion Criteria: HIV", [(11, 30)]),
        ("the knee ** Exclusion Criteria: HIV", [(12, 31)]),
        ("** Exclusion Criteria: HIV", [(3, 22)]),
        ("* exclusion criteria: HIV", [(2, 21)]),
        ("of the * Exclusion Criteria: HIV", []),  # a sign of Markdown is no word before the heading
        ("all the** Exclusion Criteria: HIV", []),
        ("pain exclusion criteria: HIV", []),
    ],
)
def test_a_heading_within_a_text_is_found_where_its_words_stand(text, found):
    assert [heading[:2] for heading in find_side_headings(text)] == found


@pytest.mark.parametrize(
    "text", ["The eligibility criteria", "Patient selection criteria", "Eligibility for participation", "Criteria"]
)
def test_a_heading_over_both_sides_names_none(text):
    assert parse_side_heading(text) == (None, "")


@pytest.mark.parametrize(
    "text",
    ["Eligibility of knees", "Subject eligibility is assessed", "Eligibility criteria in as many words as these"],
)
def test_words_about_both_sides_that_say_more_are_no_heading(text):
    assert parse_side_heading(text) is None


def test_eligibility_before_a_side_is_what_the_heading_is_about():
    assert parse_side_heading("Eligibility - Inclusion Criteria:") == ("inclusion", "Eligibility")
    assert parse_side_heading("Criteria: Inclusion") == ("inclusion", "")
