"""Study pages of ClinicalTrials.Veeva where a label and its value stand in one line."""

import pytest

from tests.build import VEEVA, record, with_line, without


def test_labels_and_values_that_only_a_style_sets_apart_are_read():
    page = VEEVA.replace("Sex\n\nAll", "SexAll").replace("Volunteers\n\nNo", "VolunteersNo")
    eligibility = record(page).trial.eligibility
    assert (eligibility.sex, eligibility.healthy_volunteers) == ("ALL", False)


LINES = (
    ("Status and phase\n\nUnknown", "Status and phase Unknown"),
    ("Treatments\n\n", "Treatments: "),
    ("Study type\n\n", "Study type: "),
    ("Funder types\n\n", "Funder types "),
    ("Identifiers\n\n", "Identifiers: "),
    ("Enrollment\n\n", "Enrollment "),
    ("Sex\n\n", "Sex: "),
    ("Ages\n\n", "Ages "),
    ("\nVolunteers\n\n", "\nVolunteers "),
    ("Primary purpose\n\n", "Primary purpose: "),
    ("Allocation\n\n", "Allocation:\n\n"),
    ("Interventional model\n\n", "Interventional model "),
    ("Masking\n\n", "Masking:\n\n"),
    ("locations\n\n2", "locations 2"),
)


@pytest.mark.parametrize(("label", "line"), LINES)
def test_a_label_and_a_value_in_one_line_are_read_as_those_that_stand_apart(label, line):
    assert label in VEEVA
    found = record(VEEVA.replace(label, line))
    assert (found.trial, found.issues) == (record(VEEVA).trial, ())


def test_a_description_that_spells_out_the_design_is_no_design():
    lines = ("Study type: Observational", "Allocation: Randomized", "Enrollment: 20 patients", "Sex: Female")
    trial = record(with_line(VEEVA, "What it is about.", "Full description", *lines)).trial
    assert trial.description == "\n\n".join(lines)
    plain = record(VEEVA).trial
    assert (trial.study_type, trial.design, trial.enrollment, trial.eligibility) == (
        plain.study_type,
        plain.design,
        plain.enrollment,
        plain.eligibility,
    )


@pytest.mark.parametrize("line", ["Enrollment: 20 patients", "Enrollment:\n\n20 patients"])
def test_a_line_of_a_description_is_no_label_where_the_label_itself_is_missing(line):
    page = without(VEEVA, "Enrollment", "50 estimated patients")
    trial = record(with_line(page, "What it is about.", "Full description", "First.", line, "Last.")).trial
    assert trial.description == "First.\n\n" + line + "\n\nLast."
    assert trial.enrollment == record(page).trial.enrollment


def test_a_page_of_lines_of_a_label_and_a_value_is_read_as_one_whose_labels_stand_apart():
    page = VEEVA
    for label, line in LINES:
        page = page.replace(label, line)
    found = record(page)
    assert (found.trial, found.issues) == (record(VEEVA).trial, ())
