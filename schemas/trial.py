"""The canonical trial: one schema for what every site shows. Unknown is None, never a guess."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from schemas.values import Age, NctId, PartialDate
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


class Part(BaseModel):
    """What all parts of a record have in common: they never change and hold nothing unknown to the schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class SecondaryId(Part):
    """A number that the trial has elsewhere."""

    id: str = Field(min_length=1)
    """The number as written, blanks and slashes included: `Isfahan med`, `2025-521098-14-00`."""
    kind: str | None = None
    """What kind of number, in the page's words: `Other Identifier`, `EU Trial (CTIS) Number`."""
    domain: str | None = None
    """Who gave the number, where the page says: `University of Oulu`, `ISRCTN`."""


class Intervention(Part):
    """What is given or done."""

    type: InterventionType
    """Its kind."""
    name: str = Field(min_length=1)
    """Its name as the page spells it."""


class Arm(Part):
    """A group of participants."""

    label: str = Field(min_length=1)
    """The group's name, which can be any word: one trial names an arm `Treatment`."""
    type: ArmType | None = None
    """The group's role."""
    description: str | None = None
    """What happens in the group."""
    interventions: tuple[str, ...] = ()
    """Names of the trial's interventions that the group receives."""


class Enrollment(Part):
    """How many participants."""

    count: int = Field(ge=0)
    """The number of participants."""
    type: EnrollmentType | None = None
    """Counted or expected; null where the page does not say."""


class Design(Part):
    """How the study is built."""

    primary_purpose: PrimaryPurpose | None = None
    """Why the intervention is studied: treatment, prevention, diagnosis and so on."""
    allocation: Allocation | None = None
    """Whether chance decides who is in which arm."""
    intervention_model: InterventionModel | None = None
    """How arms run: side by side, one after the other, one alone."""
    masking: Masking | None = None
    """Who does not know which participant is in which arm."""
    observational_model: ObservationalModel | None = None
    """How an observational study chooses whom it follows: a cohort, cases and controls."""
    time_perspective: TimePerspective | None = None
    """Whether an observational study looks forward, back or at one moment."""


class Criterion(Part):
    """One condition of eligibility, with those that stand below it."""

    text: str
    """The words, cleaned of white space and Markdown escapes, never reworded."""
    marker: str | None = None
    """The bullet or number as it stood: `•`, `1.`, `a)`, `①`."""
    cohort: str | None = None
    """The sub-heading it stands under: a cohort, a phase, a part of the study."""
    children: tuple[Criterion, ...] = ()
    """The items of its own list, in order."""


class Eligibility(Part):
    """Who may take part."""

    sex: Sex | None = None
    """Who may take part by sex; `ALL` means that sex does not matter."""
    minimum_age: Age | None = None
    """The youngest age; null means that no lower limit is shown."""
    maximum_age: Age | None = None
    """The oldest age; null means that no upper limit is shown."""
    healthy_volunteers: bool | None = None
    """Whether people without the condition may take part."""
    inclusion: tuple[Criterion, ...] = ()
    """Criteria that must be met."""
    exclusion: tuple[Criterion, ...] = ()
    """Criteria that must not be met."""
    other: tuple[Criterion, ...] = ()
    """Criteria that stand under neither heading."""


class Contact(Part):
    """A person or office that answers questions about the trial."""

    name: str | None = None
    """The name with its degrees."""
    phone: str | None = None
    """The number as written, extension included."""
    email: str | None = None
    """The address as written."""


class Location(Part):
    """A place where the trial runs."""

    facility: str | None = None
    """The hospital, practice or institute."""
    city: str | None = None
    """The city in the page's spelling."""
    state: str | None = None
    """State, province or region."""
    country: str | None = None
    """The country in the page's spelling."""


class Outcome(Part):
    """What the trial measures."""

    type: OutcomeType | None = None
    """Primary, secondary or other."""
    measure: str = Field(min_length=1)
    """What is measured."""
    description: str | None = None
    """How it is measured."""
    time_frame: str | None = None
    """When it is measured, in the page's words."""


class Trial(Part):
    """One clinical trial, as one page shows it."""

    nct_id: NctId
    """The ClinicalTrials.gov number, the only key that joins sites."""
    secondary_ids: tuple[SecondaryId, ...] = ()
    """The trial's numbers at its sponsor, its funders and in other registers."""
    title: str | None = None
    """The brief title without acronym."""
    official_title: str | None = None
    """The scientific title."""
    acronym: str | None = None
    """The short name: `HAAPI`."""
    sponsor: str | None = None
    """The lead sponsor in the page's spelling; spellings differ between sites."""
    collaborators: tuple[str, ...] = ()
    """Organisations beside the lead sponsor, each once."""
    funder_types: tuple[AgencyClass, ...] = ()
    """Kinds of organisations that sponsor or support the trial, each once."""
    status: Status | None = None
    """Where the trial stands: recruiting, completed and so on."""
    phases: tuple[Phase, ...] = ()
    """The phases in their order; several for a trial of phase 1 and 2."""
    study_type: StudyType | None = None
    """Interventional, observational or expanded access."""
    conditions: tuple[str, ...] = ()
    """The diseases or situations that are studied, in the page's words."""
    keywords: tuple[str, ...] = ()
    """Further words that the registrant wants the trial to be found by."""
    interventions: tuple[Intervention, ...] = ()
    """What is given or done in the trial, in all of its arms."""
    arms: tuple[Arm, ...] = ()
    """The groups of participants."""
    enrollment: Enrollment | None = None
    """How many participants, expected or counted."""
    design: Design = Design()
    """How the study is built."""
    eligibility: Eligibility = Eligibility()
    """Who may take part."""
    summary: str | None = None
    """The brief summary, paragraphs separated by a blank line."""
    description: str | None = None
    """The detailed description, paragraphs separated by a blank line."""
    start_date: PartialDate | None = None
    """When the first participant was, or is to be, enrolled."""
    primary_completion_date: PartialDate | None = None
    """When the last data for the primary outcome were, or are to be, collected."""
    completion_date: PartialDate | None = None
    """When the last data of the study were, or are to be, collected."""
    last_updated: PartialDate | None = None
    """When the registry's record was last changed, as far as the page says."""
    contacts: tuple[Contact, ...] = ()
    """Whom to ask about the trial."""
    locations: tuple[Location, ...] = ()
    """Where the trial runs."""
    location_count: int | None = Field(default=None, ge=0)
    """In how many places it runs: as stated, or as many as are listed."""
    outcomes: tuple[Outcome, ...] = ()
    """What the trial measures."""


_PARTED: dict[str, type[Part]] = {"design": Design, "eligibility": Eligibility}


def field_names() -> list[str]:
    """The canonical fields in their order, the parts of design and eligibility one by one."""
    return [
        whole
        for name in Trial.model_fields
        for whole in ([name] if name not in _PARTED else [f"{name}.{part}" for part in _PARTED[name].model_fields])
    ]


def field_description(name: str) -> str:
    """What a field means, by one of the names that `field_names` gives."""
    whole, _, part = name.partition(".")
    field = _PARTED[whole].model_fields[part] if part else Trial.model_fields[whole]
    return field.description or ""
