"""Tables of phrases: each of the registry's constants and labels means its term, other words mean nothing."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers import phrases
from normalizers.phrases import DESIGN_LABELS, Phrases, design_parts
from normalizers.text import fold
from schemas.trial import Design
from schemas.vocabulary import (
    AgencyClass,
    Allocation,
    ArmType,
    EnrollmentType,
    InterventionModel,
    InterventionType,
    Masking,
    ObservationalModel,
    OutcomeType,
    Phase,
    PrimaryPurpose,
    Sex,
    Status,
    StudyType,
    TimePerspective,
)
from tests.each import each
from tests.registry import found

READERS = {
    AgencyClass: phrases.funder_type,
    Allocation: phrases.allocation,
    ArmType: phrases.arm_type,
    EnrollmentType: phrases.enrollment_type,
    InterventionModel: phrases.intervention_model,
    InterventionType: phrases.intervention_type,
    Masking: phrases.masking,
    ObservationalModel: phrases.observational_model,
    OutcomeType: phrases.outcome_type,
    PrimaryPurpose: phrases.primary_purpose,
    Sex: phrases.sex,
    Status: phrases.status,
    StudyType: phrases.study_type,
    TimePerspective: phrases.time_perspective,
}
TABLES = {name: value for name, value in vars(phrases).items() if isinstance(value, Phrases)}

LABELS = {
    AgencyClass: {
        "NIH": "NIH",
        "FED": "U.S. Fed",
        "OTHER_GOV": "Other Government",
        "INDIV": "Individual",
        "INDUSTRY": "Industry",
        "NETWORK": "Network",
        "AMBIG": "Ambiguous",
        "OTHER": "Other",
        "UNKNOWN": "Unknown",
    },
    Allocation: {"RANDOMIZED": "Randomized", "NON_RANDOMIZED": "Non-Randomized", "NA": "N/A"},
    ArmType: {
        "EXPERIMENTAL": "Experimental",
        "ACTIVE_COMPARATOR": "Active Comparator",
        "PLACEBO_COMPARATOR": "Placebo Comparator",
        "SHAM_COMPARATOR": "Sham Comparator",
        "NO_INTERVENTION": "No Intervention",
        "OTHER": "Other",
    },
    EnrollmentType: {"ACTUAL": "Actual", "ESTIMATED": "Anticipated"},
    InterventionModel: {
        "SINGLE_GROUP": "Single Group Assignment",
        "PARALLEL": "Parallel Assignment",
        "CROSSOVER": "Crossover Assignment",
        "FACTORIAL": "Factorial Assignment",
        "SEQUENTIAL": "Sequential Assignment",
    },
    InterventionType: {
        "BEHAVIORAL": "Behavioral",
        "BIOLOGICAL": "Biological",
        "COMBINATION_PRODUCT": "Combination Product",
        "DEVICE": "Device",
        "DIAGNOSTIC_TEST": "Diagnostic Test",
        "DIETARY_SUPPLEMENT": "Dietary Supplement",
        "DRUG": "Drug",
        "GENETIC": "Genetic",
        "PROCEDURE": "Procedure",
        "RADIATION": "Radiation",
        "OTHER": "Other",
    },
    Masking: {
        "NONE": "None (Open Label)",
        "SINGLE": "Single",
        "DOUBLE": "Double",
        "TRIPLE": "Triple",
        "QUADRUPLE": "Quadruple",
    },
    ObservationalModel: {
        "COHORT": "Cohort",
        "CASE_CONTROL": "Case-Control",
        "CASE_ONLY": "Case-Only",
        "CASE_CROSSOVER": "Case-Crossover",
        "ECOLOGIC_OR_COMMUNITY": "Ecologic or Community",
        "FAMILY_BASED": "Family-Based",
        "DEFINED_POPULATION": "Defined Population",
        "NATURAL_HISTORY": "Natural History",
        "OTHER": "Other",
    },
    OutcomeType: {"PRIMARY": "Primary", "SECONDARY": "Secondary", "OTHER": "Other Pre-specified"},
    PrimaryPurpose: {
        "TREATMENT": "Treatment",
        "PREVENTION": "Prevention",
        "DIAGNOSTIC": "Diagnostic",
        "ECT": "Educational/Counseling/Training",
        "SUPPORTIVE_CARE": "Supportive Care",
        "SCREENING": "Screening",
        "HEALTH_SERVICES_RESEARCH": "Health Services Research",
        "BASIC_SCIENCE": "Basic Science",
        "DEVICE_FEASIBILITY": "Device Feasibility",
        "OTHER": "Other",
    },
    Sex: {"FEMALE": "Female", "MALE": "Male", "ALL": "All"},
    Status: {
        "ACTIVE_NOT_RECRUITING": "Active, not recruiting",
        "COMPLETED": "Completed",
        "ENROLLING_BY_INVITATION": "Enrolling by invitation",
        "NOT_YET_RECRUITING": "Not yet recruiting",
        "RECRUITING": "Recruiting",
        "SUSPENDED": "Suspended",
        "TERMINATED": "Terminated",
        "WITHDRAWN": "Withdrawn",
        "AVAILABLE": "Available",
        "NO_LONGER_AVAILABLE": "No longer available",
        "TEMPORARILY_NOT_AVAILABLE": "Temporarily not available",
        "APPROVED_FOR_MARKETING": "Approved for marketing",
        "WITHHELD": "Withheld",
        "UNKNOWN": "Unknown status",
    },
    StudyType: {
        "EXPANDED_ACCESS": "Expanded Access",
        "INTERVENTIONAL": "Interventional",
        "OBSERVATIONAL": "Observational",
    },
    TimePerspective: {
        "RETROSPECTIVE": "Retrospective",
        "PROSPECTIVE": "Prospective",
        "CROSS_SECTIONAL": "Cross-Sectional",
        "OTHER": "Other",
    },
}
"""The registry's label of each of its constants."""

PHASE_LABELS = {
    "NA": "N/A",
    "EARLY_PHASE1": "Early Phase 1",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
}

VEEVA_STATUSES = {
    "ACTIVE_NOT_RECRUITING": "Active, not recruiting",
    "COMPLETED": "Completed",
    "ENROLLING_BY_INVITATION": "Enrolling by invitation",
    "NOT_YET_RECRUITING": "Not yet enrolling",
    "RECRUITING": "Enrolling",
    "SUSPENDED": "Suspended",
    "TERMINATED": "Terminated",
    "UNKNOWN": "Unknown",
    "WITHDRAWN": "Withdrawn",
}


@each(
    ("vocabulary", "constant", "label"),
    [(vocabulary, constant, label) for vocabulary, labels in LABELS.items() for constant, label in labels.items()],
)
def test_the_registrys_labels_and_constants_mean_their_term(vocabulary, constant, label):
    reader = READERS[vocabulary]
    assert [reader(label), reader(label.upper()), reader(constant)] == [vocabulary(constant)] * 3


@pytest.mark.parametrize("vocabulary", READERS)
def test_every_term_of_a_vocabulary_has_a_label(vocabulary: type[StrEnum]):
    assert [term.value for term in vocabulary] == list(LABELS[vocabulary])


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_folded_phrases_in_order(name):
    known = list(TABLES[name]._meanings)
    constants = {term.value for vocabulary in (*READERS, Phase) for term in vocabulary}
    by_hand = [phrase for phrase in known if phrase.upper().replace(" ", "_") not in constants]
    assert by_hand == sorted(by_hand)
    assert known == [fold(phrase) for phrase in known]


@each("name", TABLES)
@each("words", ["", "something new", "recruiting now", "N.A."])
def test_other_words_mean_nothing(name, words):
    assert TABLES[name](words) is None


def test_every_part_of_the_canonical_design_has_a_label():
    assert set(Design.model_fields) <= set(DESIGN_LABELS.values())


@pytest.mark.parametrize("status", sorted({*VEEVA_STATUSES, *found("statusModule", "overallStatus")}))
def test_the_registrys_status_comes_back_from_veevas_words(status):
    assert phrases.status(VEEVA_STATUSES[status]) is Status(status)


def test_the_registrys_phases_come_back_from_the_aggregators_words():
    for read in [["NA"], ["PHASE1", "PHASE2"], *(m["phases"] for m in found("designModule") if m.get("phases"))]:
        assert phrases.phases("/".join(PHASE_LABELS[phase] for phase in read)) == tuple(map(Phase, read))


PARTIES = {
    "PARTICIPANT": "Participant",
    "CARE_PROVIDER": "Care Provider",
    "INVESTIGATOR": "Investigator",
    "OUTCOMES_ASSESSOR": "Outcomes Assessor",
}
DESIGNS = [
    {
        "allocation": "RANDOMIZED",
        "interventionModel": "PARALLEL",
        "primaryPurpose": "TREATMENT",
        "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "INVESTIGATOR"]},
    },
    {"observationalModel": "CASE_CONTROL", "timePerspective": "RETROSPECTIVE"},
    *found("designModule", "designInfo"),
]


@each("design", DESIGNS)
def test_the_registrys_design_comes_back_from_one_line_of_words(design):
    masking = design.get("maskingInfo", {})
    shown = {
        "Allocation": (Allocation, design.get("allocation")),
        "Intervention Model": (InterventionModel, design.get("interventionModel")),
        "Masking": (Masking, masking.get("masking")),
        "Primary Purpose": (PrimaryPurpose, design.get("primaryPurpose")),
        "Observational Model": (ObservationalModel, design.get("observationalModel")),
        "Time Perspective": (TimePerspective, design.get("timePerspective")),
    }
    shown = {label: pair for label, pair in shown.items() if pair[1] is not None}
    words = [f"{label}: {LABELS[vocabulary][constant]}" for label, (vocabulary, constant) in shown.items()]
    if "whoMasked" in masking:
        parties = ", ".join(PARTIES[party] for party in masking["whoMasked"])
        words = [f"{part} ({parties})" if part.startswith("Masking:") else part for part in words]
    parts = design_parts(", ".join(words))
    assert parts is not None
    assert [READERS[vocabulary](part[1]) for part, (vocabulary, _) in zip(parts, shown.values(), strict=True)] == [
        constant for _, constant in shown.values()
    ]


@given(st.sampled_from(sorted(TABLES)), st.text())
def test_any_text_has_a_meaning_or_none(name, words):
    TABLES[name](words)
    phrases.status(words)
    phrases.masking(words)
    design_parts(words)
