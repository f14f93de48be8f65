"""The registry's terms as the sites write them."""

from calendar import month_name
from collections.abc import Iterable
from enum import StrEnum

from schemas.trial import Intervention
from schemas.values import Age
from schemas.vocabulary import AgencyClass, Allocation, Masking, Phase, PrimaryPurpose, Status

VEEVA_STATUS = {
    Status.ACTIVE_NOT_RECRUITING: "Active, not recruiting",
    Status.NOT_YET_RECRUITING: "Not yet enrolling",
    Status.RECRUITING: "Enrolling",
}
PHASES = {
    Phase.EARLY_PHASE1: "Early Phase 1",
    Phase.NA: "N/A",
    Phase.PHASE1: "Phase 1",
    Phase.PHASE2: "Phase 2",
    Phase.PHASE3: "Phase 3",
    Phase.PHASE4: "Phase 4",
}
FUNDERS = {
    AgencyClass.FED: "Other U.S. Federal agency",
    AgencyClass.INDIV: "Individual",
    AgencyClass.NETWORK: "NETWORK",
    AgencyClass.NIH: "NIH",
    AgencyClass.OTHER_GOV: "Other government",
}
PURPOSES = {PrimaryPurpose.ECT: "Educational/Counseling/Training"}
ALLOCATIONS = {
    Allocation.NA: "N/A",
    Allocation.NON_RANDOMIZED: "Non-Randomized",
    Allocation.RANDOMIZED: "Randomized",
}
MASKINGS = {
    Masking.DOUBLE: "Double Blind",
    Masking.NONE: "None (Open label)",
    Masking.QUADRUPLE: "Quadruple Blind",
    Masking.SINGLE: "Single Blind",
    Masking.TRIPLE: "Triple Blind",
}
REGISTRY_MASKINGS = {**{masking: masking.capitalize() for masking in Masking}, Masking.NONE: "None (Open Label)"}


def sentence(term: StrEnum | str | None) -> str | None:
    return None if term is None else term.replace("_", " ").capitalize()


def title_case(term: str) -> str:
    return term.replace("_", " ").title()


def hyphened(term: str) -> str:
    return title_case(term).replace("Case ", "Case-").replace("Cross ", "Cross-").replace("Family ", "Family-")


def intervention_words(known: Intervention) -> str:
    return f"{title_case(known.type)}: {known.name}"


def registry_status(status: Status | None) -> str:
    if status is Status.ACTIVE_NOT_RECRUITING:
        return "Active, not recruiting"
    return "Unknown status" if status is Status.UNKNOWN else sentence(status) or ""


def slashed(phases: Iterable[Phase]) -> str:
    return "/".join([PHASES[phase] for phase in phases])


def age_words(age: Age) -> str:
    unit = age.unit.lower()
    return f"{age.value} {unit[:-1] if age.value == 1 else unit}"


def date_words(date: object, *, day_first: bool = False) -> str:
    if not date:
        return ""
    year, month, *day = str(date).split("-")
    name = month_name[int(month)]
    if not day:
        return f"{name} {year}"
    return f"{int(day[0])} {name} {year}" if day_first else f"{name} {int(day[0])}, {year}"
