"""Headings of a part among eligibility criteria."""

import pytest

from normalizers.criteria.cohorts import cohort_before, is_cohort, is_named_cohort, names_people_or_topic, states_limit


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


def test_a_limit_has_its_number_near_its_words():
    assert states_limit("Aged between the years of 18 and 65")
    assert not states_limit("ages " * 50_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(text, True) for text in ("Characteristics:", "Knee characteristics", "Patients:", "Medical", "Cohort 1")],
        *[(text, False) for text in ("Knee:", "Knee", " :", "")],
    ],
)
def test_words_name_people_a_part_of_the_study_or_a_matter_of_criteria(text, expected):
    assert names_people_or_topic(text) is expected
