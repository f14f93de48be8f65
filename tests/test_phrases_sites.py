"""What sites say in words of their own: statuses, phases, volunteers, masking and design."""

import pytest

from normalizers import phrases
from normalizers.phrases import blank, design_part, design_parts, masking
from schemas.vocabulary import (
    AgencyClass,
    Allocation,
    ArmType,
    EnrollmentType,
    InterventionModel,
    Masking,
    ObservationalModel,
    OutcomeType,
    Phase,
    Sex,
    Status,
    StudyType,
)
from tests.each import each


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Enrolling", "RECRUITING"),
        ("Not yet enrolling", "NOT_YET_RECRUITING"),
        ("Begins enrollment this month", "NOT_YET_RECRUITING"),
        ("Begins enrollment next month", "NOT_YET_RECRUITING"),
        ("Begins enrollment in 3 months", "NOT_YET_RECRUITING"),
        ("Unknown", "UNKNOWN"),
        ("Active not recruiting", "ACTIVE_NOT_RECRUITING"),
        ("  Active,\u00a0not  recruiting ", "ACTIVE_NOT_RECRUITING"),
    ],
)
def test_a_status_has_other_words_elsewhere(words, status):
    assert phrases.status(words) is Status(status)


@pytest.mark.parametrize("words", ["", "Closed", "Begins enrollment", "No longer recruiting", "Enrolling soon"])
def test_a_status_nobody_knows_is_none(words):
    assert phrases.status(words) is None


@each(
    ("words", "read"),
    [
        ("N/A", ["NA"]),
        ("NA", ["NA"]),
        ("Phase N/A", ["NA"]),
        ("Not Applicable", ["NA"]),
        ("Phase 0", ["EARLY_PHASE1"]),
        ("Early Phase 1", ["EARLY_PHASE1"]),
        ("Early Phase I", ["EARLY_PHASE1"]),
        ("EARLY_PHASE1", ["EARLY_PHASE1"]),
        ("Phase 1", ["PHASE1"]),
        ("PHASE1", ["PHASE1"]),
        ("Phase I", ["PHASE1"]),
        ("Phase 2", ["PHASE2"]),
        ("Phase II", ["PHASE2"]),
        ("Phase 3", ["PHASE3"]),
        ("Phase III", ["PHASE3"]),
        ("Phase 4", ["PHASE4"]),
        ("Phase IV", ["PHASE4"]),
        ("Phase 1/Phase 2", ["PHASE1", "PHASE2"]),
        ("Phase 1 / Phase 2", ["PHASE1", "PHASE2"]),
        ("Phase 1/2", ["PHASE1", "PHASE2"]),
        ("Phase I/II", ["PHASE1", "PHASE2"]),
        ("PHASE1|PHASE2", ["PHASE1", "PHASE2"]),
        ("Phase 2/Phase 3", ["PHASE2", "PHASE3"]),
        ("Phase 2/3", ["PHASE2", "PHASE3"]),
        ("Phase II/III", ["PHASE2", "PHASE3"]),
        ("PHASE2, PHASE3", ["PHASE2", "PHASE3"]),
    ],
)
def test_one_phrase_can_hold_two_phases(words, read):
    assert phrases.phases(words) == tuple(map(Phase, read))


@pytest.mark.parametrize("words", ["", "Phase", "Phase 5", "Phase 1b", "Phase 2-4", "1/2", "Phase 3/Phase 4", "-"])
def test_a_phase_nobody_knows_is_none(words):
    assert phrases.phases(words) is None


@pytest.mark.parametrize(
    ("words", "accepted"),
    [
        ("Accepts Healthy Volunteers", True),
        ("Yes", True),
        ("true", True),
        ("No Healthy Volunteers", False),
        ("Does not accept healthy volunteers", False),
        ("No", False),
        ("False", False),
    ],
)
def test_healthy_volunteers_are_accepted_or_not(words, accepted):
    assert phrases.healthy_volunteers(words) is accepted


@pytest.mark.parametrize(
    ("reader", "words", "term"),
    [
        (phrases.sex, "Both", Sex.ALL),
        (phrases.sex, "Female, Male", Sex.ALL),
        (phrases.study_type, "Observational [Patient Registry]", StudyType.OBSERVATIONAL),
        (phrases.study_type, "Interventional (Clinical Trial)", StudyType.INTERVENTIONAL),
        (phrases.funder_type, "Other U.S. Federal agency", AgencyClass.FED),
        (
            phrases.funder_type,
            "All others (individuals, universities, organizations)",
            AgencyClass.OTHER,
        ),
        (phrases.enrollment_type, "Estimate", EnrollmentType.ESTIMATED),
        (phrases.allocation, "Nonrandomized", Allocation.NON_RANDOMIZED),
        (phrases.allocation, "Non\u2011randomized", Allocation.NON_RANDOMIZED),
        (phrases.intervention_model, "Single Group", InterventionModel.SINGLE_GROUP),
        (
            phrases.observational_model,
            "Ecologic or community studies",
            ObservationalModel.ECOLOGIC_OR_COMMUNITY,
        ),
        (phrases.outcome_type, "OTHER_PRE_SPECIFIED", OutcomeType.OTHER),
        (phrases.arm_type, "Experimental group", ArmType.EXPERIMENTAL),
        (phrases.arm_type, "Active Comparator group", ArmType.ACTIVE_COMPARATOR),
        (phrases.arm_type, "Placebo Comparator group", ArmType.PLACEBO_COMPARATOR),
        (phrases.arm_type, "Sham Comparator group", ArmType.SHAM_COMPARATOR),
        (phrases.arm_type, "No Intervention group", ArmType.NO_INTERVENTION),
        (phrases.arm_type, "Other group", ArmType.OTHER),
    ],
)
def test_sites_have_other_words_for_a_term(reader, words, term):
    assert reader(words) is term


@pytest.mark.parametrize(
    ("words", "masking"),
    [
        ("None (Open label)", Masking.NONE),
        ("None", Masking.NONE),
        ("Open Label", Masking.NONE),
        ("No masking", Masking.NONE),
        ("Single Blind", Masking.SINGLE),
        ("Double-Blind", Masking.DOUBLE),
        ("Triple Blind", Masking.TRIPLE),
        ("Quadruple Blind", Masking.QUADRUPLE),
        ("Single Blind (Outcomes Assessor)", Masking.SINGLE),
        ("Double (Participant, Investigator)", Masking.DOUBLE),
        ("Quadruple (Participant, Care Provider, Investigator, Outcomes Assessor)", Masking.QUADRUPLE),
    ],
)
def test_masking_may_say_who_is_masked(words, masking):
    assert phrases.masking(words) is masking


def test_the_word_of_a_masking_counts_not_the_number_of_parties():
    words = "Double Blind (Subject, Caregiver, Investigator, Outcomes Assessor)"
    assert phrases.masking(words) is Masking.DOUBLE


@pytest.mark.parametrize(
    "words",
    ["", "Double (Statistician)", "Double ()", "Fivefold (Participant)", "Double (Participant", "(Participant)"],
)
def test_a_masking_nobody_knows_is_none(words):
    assert phrases.masking(words) is None


@pytest.mark.parametrize("words", ["", "  ", "N/A", "n/a", "-", "\u2013", "--", "None provided", "Not Provided"])
def test_some_words_mean_that_nothing_is_shown(words):
    assert blank(words)


@pytest.mark.parametrize("words", ["None", "0", "No", "Unknown", "NA", "N/A and older"])
def test_words_that_say_something_are_no_blank(words):
    assert not blank(words)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("Allocation: Randomized", ("allocation", "Randomized")),
        ("Intervention Model: Parallel Assignment", ("intervention_model", "Parallel Assignment")),
        ("Interventional model: Parallel Assignment", ("intervention_model", "Parallel Assignment")),
        ("Masking:  Double (Participant, Investigator)", ("masking", "Double (Participant, Investigator)")),
        ("Primary Purpose: Treatment", ("primary_purpose", "Treatment")),
        ("Observational Model: Cohort", ("observational_model", "Cohort")),
        ("Time Perspective: Prospective", ("time_perspective", "Prospective")),
        ("Endpoint Classification: Safety/Efficacy Study", ("endpoint_classification", "Safety/Efficacy Study")),
        ("Masking Description: Sealed: opaque envelopes", ("masking_description", "Sealed: opaque envelopes")),
        ("Allocation:", ("allocation", "")),
    ],
)
def test_a_design_item_names_its_part(words, part):
    assert design_part(words) == part


@pytest.mark.parametrize("words", ["", "Randomized", "Colour: Blue", "Study Allocation: Randomized"])
def test_a_design_item_with_an_unknown_label_is_none(words):
    assert design_part(words) is None


def test_a_design_in_one_line_is_told_apart_by_its_labels():
    assert design_parts(
        "Allocation: Randomized, Endpoint Classification: Safety/Efficacy Study, "
        "Intervention Model: Parallel Assignment, Masking: Double Blind (Subject, Caregiver), "
        "Primary Purpose: Treatment"
    ) == (
        ("allocation", "Randomized"),
        ("endpoint_classification", "Safety/Efficacy Study"),
        ("intervention_model", "Parallel Assignment"),
        ("masking", "Double Blind (Subject, Caregiver)"),
        ("primary_purpose", "Treatment"),
    )


def test_a_design_in_one_line_with_one_part_is_that_part():
    assert design_parts("Time Perspective: Prospective") == (("time_perspective", "Prospective"),)


def test_a_design_in_one_line_that_opens_with_an_unknown_label_is_none():
    assert design_parts("Colour: Blue, Allocation: Randomized") is None


@pytest.mark.parametrize("words", ["Not Recruiting", "Closed to new participants", "Not enrolling"])
def test_words_that_can_be_several_statuses_are_none_and_say_why(words):
    assert phrases.status(words) is None
    assert "no new participants" in (phrases.vague_status(words) or "")


@pytest.mark.parametrize("words", ["Recruiting", "Paused", ""])
def test_a_status_and_unknown_words_are_not_vague(words):
    assert phrases.vague_status(words) is None


def test_blanks_around_a_masking_with_its_parties_are_no_matter():
    assert masking(" Double (Participant, Investigator) ") is Masking.DOUBLE
    assert masking("Double (Participant, Somebody)") is None
    assert masking("Blind (Participant)") is None
