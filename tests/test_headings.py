"""Headings among eligibility criteria."""

import pytest

from normalizers.headings import cohort_before, inline, is_cohort, is_named_cohort, title


@pytest.mark.parametrize(
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
    ],
)
def test_a_heading_says_its_side_and_whom_it_is_about(text, side, cohort):
    assert title(text) == (side, cohort)


@pytest.mark.parametrize(
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
        "Researchers believe that it is unsuitable. Inclusion",
        "Suitable for study inclusion",
        "A first, second, third, fourth and fifth list: inclusion criteria",
        "Inclusion criteria for " + "very " * 40 + "long texts",
    ],
)
def test_what_only_speaks_of_criteria_is_no_heading(text):
    assert title(text) is None


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
    assert [text[start:end] for start, end, _ in inline(text)] == headings


@pytest.mark.parametrize(
    "text",
    [
        "Cohort 1",
        "Part 2 (Cohorts D to G)",
        "Participants with Type 2 Diabetes Mellitus (T2DM)",
        "Substudy C ONLY:",
        "For adolescent participants:",
        "Medical Conditions",
        "Obesity-related",
        "[Expansion Part]",
        "DISEASE CHARACTERISTICS:",
        "Age:",
        "Endocrine therapy:",
        "Additional criteria for all groups:",
    ],
)
def test_a_short_line_names_whom_or_what_a_list_is_about(text):
    assert is_cohort(text)


@pytest.mark.parametrize(
    "text",
    [
        ":",
        "OR",
        "None",
        "Patients with ALL (except for patients with B-ALL) who fulfil the following criteria:",
        "Any patient with acute myeloid leukemia (AML) or Myelodisplastic Syndrome (MDS) with:",
        "Patients of the cohort from:",
        "Adequate organ function:",
        "Examples include but are not limited to:",
        "Participants with a weight ≥42 kg.",
        "≥ 18 years of age",
        "Normal cognition in participants",
        "Diagnosis of osteoarthritis of the knee:",
        "Patients that one of the centres has seen at least once",
        "Participants with relapsed disease after allogeneic transplantation of stem cells from donors or relatives",
    ],
)
def test_a_line_that_states_something_names_no_cohort(text):
    assert not is_cohort(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [("Cohort 2", True), ("Healthy volunteers", True), ("Patients", True), ("Pregnant women", False), ("Age", False)],
)
def test_a_name_alone_is_told_from_people_who_are_described(text, named):
    assert is_named_cohort(text) is named


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Part 2 (Cohort H): confirmed diagnosis of WM", "Part 2 (Cohort H):"),
        ("Cohort B: adults", "Cohort B:"),
        ("Participants: adults", ""),
        ("Part 2: ", "Part 2:"),
        ("Part 2 of the study lasts a year. Then: rest", ""),
        ("Confirmed diagnosis", ""),
    ],
)
def test_the_name_of_a_cohort_before_its_criterion_is_measured(text, name):
    assert text[: cohort_before(text)] == name
