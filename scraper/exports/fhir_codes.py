"""Codes of FHIR R5 for the registry's constants; `docs/fhir.md` shows these tables.

Where the standard has no code that says the same, the words stand alone: a code that is nearly right is wrong.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from schemas.vocabulary import (
    AgencyClass,
    AgeUnit,
    Allocation,
    ArmType,
    InterventionModel,
    ObservationalModel,
    OutcomeType,
    Phase,
    PrimaryPurpose,
    Sex,
    Status,
    StudyType,
    TimePerspective,
)
from scraper.exports.pruned import Values


class Code(NamedTuple):
    """A code of a system."""

    code: str
    display: str


class Codes(NamedTuple):
    """What a code system has for some of the registry's constants."""

    element: str
    """Where the codes stand in a ResearchStudy."""
    system: str
    codes: Mapping[StrEnum, Code]

    def concept(self, constant: StrEnum | None, text: str | None = None) -> Values:
        """A CodeableConcept: the code where there is one, and the words.

        Args:
            constant: the registry's.
            text: its words; the constant's own, where there are no others.
        """
        if constant is None:
            return {}
        return {"coding": self.coding(constant), "text": text or words(constant)}

    def coding(self, constant: StrEnum) -> list[Values]:
        """The code, where there is one."""
        code = self.codes.get(constant)
        return [] if code is None else [coding(self.system, code)]


def coding(system: str, code: Code) -> Values:
    """A Coding."""
    return {"system": system, **code._asdict()}


def words(constant: StrEnum) -> str:
    """`Active not recruiting`, `Phase 1`, `Not applicable`."""
    text: str = constant.value
    return "Not applicable" if text == "NA" else text.replace("_", " ").replace("PHASE", "PHASE ").capitalize()


STATUSES: Final = Codes(
    "progressStatus.state",
    "http://hl7.org/fhir/research-study-status",
    {
        Status.ACTIVE_NOT_RECRUITING: Code("active-but-not-recruiting", "Active, not recruiting"),
        Status.COMPLETED: Code("completed", "Completed"),
        Status.ENROLLING_BY_INVITATION: Code("enrolling-by-invitation", "Enrolling by invitation"),
        Status.NOT_YET_RECRUITING: Code("not-yet-recruiting", "Not yet recruiting"),
        Status.RECRUITING: Code("recruiting", "Recruiting"),
        Status.SUSPENDED: Code("temporarily-closed-to-accrual", "Temporarily closed to accrual"),
        Status.TERMINATED: Code("terminated", "Terminated"),
        Status.WITHDRAWN: Code("withdrawn", "Withdrawn"),
    },
)

PURPOSES: Final = Codes(
    "primaryPurposeType",
    "http://terminology.hl7.org/CodeSystem/research-study-prim-purp-type",
    {
        PrimaryPurpose.TREATMENT: Code("treatment", "Treatment"),
        PrimaryPurpose.PREVENTION: Code("prevention", "Prevention"),
        PrimaryPurpose.DIAGNOSTIC: Code("diagnostic", "Diagnostic"),
        PrimaryPurpose.SUPPORTIVE_CARE: Code("supportive-care", "Supportive Care"),
        PrimaryPurpose.SCREENING: Code("screening", "Screening"),
        PrimaryPurpose.HEALTH_SERVICES_RESEARCH: Code("health-services-research", "Health Services Research"),
        PrimaryPurpose.BASIC_SCIENCE: Code("basic-science", "Basic Science"),
        PrimaryPurpose.DEVICE_FEASIBILITY: Code("device-feasibility", "Device Feasibility"),
    },
)

PHASES: Final = "http://terminology.hl7.org/CodeSystem/research-study-phase"
"""The system of phases, which has codes for some pairs."""
PHASE_CODES: Final[Mapping[tuple[Phase, ...], Code]] = {
    (Phase.NA,): Code("n-a", "N/A"),
    (Phase.EARLY_PHASE1,): Code("early-phase-1", "Early Phase 1"),
    (Phase.PHASE1,): Code("phase-1", "Phase 1"),
    (Phase.PHASE1, Phase.PHASE2): Code("phase-1-phase-2", "Phase 1/Phase 2"),
    (Phase.PHASE2,): Code("phase-2", "Phase 2"),
    (Phase.PHASE2, Phase.PHASE3): Code("phase-2-phase-3", "Phase 2/Phase 3"),
    (Phase.PHASE3,): Code("phase-3", "Phase 3"),
    (Phase.PHASE4,): Code("phase-4", "Phase 4"),
}

DESIGNS: Final = Codes(
    "studyDesign",
    "http://hl7.org/fhir/study-design",
    {
        StudyType.INTERVENTIONAL: Code("SEVCO:01001", "Interventional research"),
        StudyType.OBSERVATIONAL: Code("SEVCO:01002", "Observational research"),
        StudyType.EXPANDED_ACCESS: Code("SEVCO:01038", "Expanded Access study"),
        Allocation.RANDOMIZED: Code("SEVCO:01003", "Randomized assignment"),
        Allocation.NON_RANDOMIZED: Code("SEVCO:01005", "Non-randomized assignment"),
        InterventionModel.SINGLE_GROUP: Code("SEVCO:01016", "Uncontrolled cohort design"),
        InterventionModel.PARALLEL: Code("SEVCO:01011", "Parallel cohort design"),
        InterventionModel.CROSSOVER: Code("SEVCO:01012", "Crossover cohort design"),
        ObservationalModel.CASE_CONTROL: Code("SEVCO:01013", "Case control design"),
        ObservationalModel.FAMILY_BASED: Code("SEVCO:01020", "Family study design"),
        ObservationalModel.ECOLOGIC_OR_COMMUNITY: Code("SEVCO:01044", "Ecological design"),
        TimePerspective.CROSS_SECTIONAL: Code("SEVCO:01027", "Cross sectional data collection"),
    },
)

ARMS: Final = Codes(
    "comparisonGroup.type",
    "http://hl7.org/fhir/research-study-arm-type",
    {
        ArmType.EXPERIMENTAL: Code("experimental", "Experimental"),
        ArmType.ACTIVE_COMPARATOR: Code("active-comparator", "Active Comparator"),
        ArmType.PLACEBO_COMPARATOR: Code("placebo-comparator", "Placebo Comparator"),
        ArmType.SHAM_COMPARATOR: Code("sham-comparator", "Sham Comparator"),
        ArmType.NO_INTERVENTION: Code("no-intervention", "No Intervention"),
        ArmType.OTHER: Code("other-arm-type", "Other Arm Type"),
    },
)

OUTCOMES: Final = Codes(
    "outcomeMeasure.type",
    "http://hl7.org/fhir/research-study-objective-type",
    {
        OutcomeType.PRIMARY: Code("primary", "Primary"),
        OutcomeType.SECONDARY: Code("secondary", "Secondary"),
    },
)

ORGANISATIONS: Final = Codes(
    "associatedParty.classifier",
    "http://hl7.org/fhir/research-study-party-organization-type",
    {
        AgencyClass.NIH: Code("nih", "NIH"),
        AgencyClass.FED: Code("government", "Government"),
        AgencyClass.OTHER_GOV: Code("government", "Government"),
        AgencyClass.INDUSTRY: Code("industry", "Industry"),
    },
)

SEXES: Final = Codes(
    "recruitment.eligibility",
    "http://hl7.org/fhir/administrative-gender",
    {Sex.FEMALE: Code("female", "Female"), Sex.MALE: Code("male", "Male")},
)

ALL_CODES: Final = (STATUSES, PURPOSES, DESIGNS, ARMS, OUTCOMES, ORGANISATIONS, SEXES)

ROLES: Final = "http://hl7.org/fhir/research-study-party-role"
LEAD, COLLABORATOR = Code("lead-sponsor", "Lead sponsor"), Code("collaborator", "Collaborator")
CONTACT: Final = Code("general-contact", "General contact")

TITLES: Final = "http://hl7.org/fhir/title-type"
OFFICIAL, ACRONYM = Code("official", "Official title"), Code("acronym", "Acronym")

UCUM: Final = "http://unitsofmeasure.org"
AGE_UNITS: Final[Mapping[AgeUnit, str]] = {
    AgeUnit.YEARS: "a",
    AgeUnit.MONTHS: "mo",
    AgeUnit.WEEKS: "wk",
    AgeUnit.DAYS: "d",
    AgeUnit.HOURS: "h",
    AgeUnit.MINUTES: "min",
}
