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


class Intervention(Part):
    """What is given or done."""

    type: InterventionType
    """Its kind. Veeva: the word before the colon. Registry: `type`."""
    name: str = Field(min_length=1)
    """Its name as the page spells it."""


class Arm(Part):
    """A group of participants."""

    label: str = Field(min_length=1)
    """The group's name, which can be any word: one trial names an arm `Treatment`."""
    type: ArmType | None = None
    """The group's role. Veeva: `Experimental group`."""
    description: str | None = None
    """What happens in the group. Veeva: `Description:`."""
    interventions: tuple[str, ...] = ()
    """Names of the trial's interventions that the group receives. Veeva: `Treatment:`."""


class Enrollment(Part):
    """How many participants."""

    count: int = Field(ge=0)
    """The number of participants."""
    type: EnrollmentType | None = None
    """Counted or expected; null where the page does not say."""


class Design(Part):
    """How the study is built."""

    primary_purpose: PrimaryPurpose | None = None
    """Veeva: `Primary purpose`. inclinicaltrials: `Study Design`. Registry: `designInfo.primaryPurpose`."""
    allocation: Allocation | None = None
    """Veeva: `Allocation`. inclinicaltrials: `Study Design`. Registry: `designInfo.allocation`."""
    intervention_model: InterventionModel | None = None
    """Veeva: `Interventional model`. inclinicaltrials: `Study Design`. Registry: `designInfo.interventionModel`."""
    masking: Masking | None = None
    """Veeva: `Masking`. inclinicaltrials: `Study Design`. Registry: `designInfo.maskingInfo.masking`."""
    observational_model: ObservationalModel | None = None
    """inclinicaltrials: `Study Design`. Registry: `designInfo.observationalModel`."""
    time_perspective: TimePerspective | None = None
    """inclinicaltrials: `Study Design`. Registry: `designInfo.timePerspective`."""


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
    """Veeva: `Sex`. inclinicaltrials: `Gender`. TrialX: third chip. Registry: `sex`."""
    minimum_age: Age | None = None
    """The youngest age. Veeva: `Ages`. inclinicaltrials: `Age group`. TrialX: second chip. Registry: `minimumAge`."""
    maximum_age: Age | None = None
    """The oldest age; null means no upper limit is shown. Labels as for the youngest. Registry: `maximumAge`."""
    healthy_volunteers: bool | None = None
    """Veeva: `Volunteers`. inclinicaltrials: `Accepts healthy volunteers`. Registry: `healthyVolunteers`."""
    inclusion: tuple[Criterion, ...] = ()
    """Criteria that must be met. Veeva: `Inclusion criteria`. inclinicaltrials, TrialX: `Eligibility`."""
    exclusion: tuple[Criterion, ...] = ()
    """Criteria that must not be met. Veeva: `Exclusion criteria`. inclinicaltrials, TrialX: `Eligibility`."""
    other: tuple[Criterion, ...] = ()
    """Criteria that stand under neither heading."""


class Contact(Part):
    """A person or office that answers questions about the trial."""

    name: str | None = None
    """The name with its degrees. Veeva: `Central trial contact`. inclinicaltrials: `Contact`."""
    phone: str | None = None
    """The number as written, extension included. inclinicaltrials: `Phone`."""
    email: str | None = None
    """inclinicaltrials: `Email`."""


class Location(Part):
    """A place where the trial runs."""

    facility: str | None = None
    """inclinicaltrials: `Name`. Registry: `facility`."""
    city: str | None = None
    """inclinicaltrials: `City`. Registry: `city`."""
    state: str | None = None
    """inclinicaltrials: `State`. Registry: `state`."""
    country: str | None = None
    """inclinicaltrials: `Country`. Registry: `country`."""


class Outcome(Part):
    """What the trial measures."""

    type: OutcomeType | None = None
    """inclinicaltrials: `Type`. Registry: which of the three lists."""
    measure: str = Field(min_length=1)
    """inclinicaltrials: `Measure`. Registry: `measure`."""
    description: str | None = None
    """inclinicaltrials: `Description`. Registry: `description`."""
    time_frame: str | None = None
    """inclinicaltrials: `Time frame`. Registry: `timeFrame`."""


class Trial(Part):
    """One clinical trial, as one page shows it."""

    nct_id: NctId
    """The ClinicalTrials.gov number, the only key that joins sites. Veeva: `Identifiers`. inclinicaltrials:
    `NCT number`. TrialX: `Study details`. Registry: `nctId`."""
    secondary_ids: tuple[SecondaryId, ...] = ()
    """Veeva: `Identifiers`. inclinicaltrials: `Other study ID #`, `Secondary ID`. Registry: `orgStudyIdInfo`,
    `secondaryIdInfos`."""
    title: str | None = None
    """The brief title without acronym. Veeva, TrialX: heading. Registry: `briefTitle`."""
    official_title: str | None = None
    """inclinicaltrials: `Official title:`. Registry: `officialTitle`."""
    acronym: str | None = None
    """Veeva: the heading's last parenthesis where the address lacks it. inclinicaltrials: behind the heading's dash.
    Registry: `acronym`."""
    sponsor: str | None = None
    """The lead sponsor in the page's spelling; spellings differ between sites. Veeva: line under the heading.
    inclinicaltrials: `Source`, `Lead Sponsor`. TrialX: `Study details`. Registry: `leadSponsor.name`."""
    collaborators: tuple[str, ...] = ()
    """inclinicaltrials: `Collaborator`. Registry: `collaborators`."""
    funder_types: tuple[AgencyClass, ...] = ()
    """Veeva: `Funder types`. Registry: classes of the lead sponsor and the collaborators, each once."""
    status: Status | None = None
    """Veeva: `Status`, `Status and phase`. inclinicaltrials: `Status`. TrialX: first chip. Registry:
    `overallStatus`."""
    phases: tuple[Phase, ...] = ()
    """Sorted. Veeva: `Status and phase`. inclinicaltrials: `Phase`. TrialX: fourth chip. Registry: `phases`."""
    study_type: StudyType | None = None
    """Veeva: `Study type`. inclinicaltrials: `Study type`. Registry: `studyType`."""
    conditions: tuple[str, ...] = ()
    """Veeva: `Conditions`. inclinicaltrials: `Related Conditions & MeSH terms`. TrialX: `Study details`.
    Registry: `conditions`."""
    keywords: tuple[str, ...] = ()
    """Registry: `keywords`."""
    interventions: tuple[Intervention, ...] = ()
    """Veeva: `Treatments`. inclinicaltrials: `Intervention`. Registry: `interventions`."""
    arms: tuple[Arm, ...] = ()
    """Veeva: below `<n> participants in <k> patient groups`. Registry: `armGroups`."""
    enrollment: Enrollment | None = None
    """Veeva: `Enrollment`, else the arms' heading. inclinicaltrials: `Enrollment`. Registry: `enrollmentInfo`."""
    design: Design = Design()
    """Veeva: `Trial design`. inclinicaltrials: `Study Design`. Registry: `designInfo`."""
    eligibility: Eligibility = Eligibility()
    """Veeva: `Sex` to `Exclusion criteria`. inclinicaltrials: `Recruitment information / eligibility`. TrialX: chips
    and `Eligibility`. Registry: `eligibilityModule`."""
    summary: str | None = None
    """The brief summary, paragraphs separated by a blank line. Veeva: `About`. inclinicaltrials: `Clinical Trial
    Summary`. TrialX: `Overview`. Registry: `briefSummary`."""
    description: str | None = None
    """The detailed description, paragraphs separated by a blank line. Veeva: `Full description`. inclinicaltrials:
    `Clinical Trial Description`, `Description:`. TrialX: `Description`. Registry: `detailedDescription`."""
    start_date: PartialDate | None = None
    """inclinicaltrials: `Start date`. Registry: `startDateStruct`."""
    primary_completion_date: PartialDate | None = None
    """inclinicaltrials: `Est. primary completion date`. Registry: `primaryCompletionDateStruct`."""
    completion_date: PartialDate | None = None
    """inclinicaltrials: `Completion date`, `Est. completion date`. Registry: `completionDateStruct`."""
    last_updated: PartialDate | None = None
    """inclinicaltrials: `Last updated`. TrialX: the date in `Study details`. Registry: `lastUpdatePostDateStruct`."""
    contacts: tuple[Contact, ...] = ()
    """Veeva: `Central trial contact`. inclinicaltrials: `Contact`, `Phone`, `Email`. Registry: `centralContacts`."""
    locations: tuple[Location, ...] = ()
    """inclinicaltrials: table of places. Registry: `locations`."""
    location_count: int | None = Field(default=None, ge=0)
    """Veeva: number under `Trial contacts and locations`. Elsewhere the number of places listed."""
    outcomes: tuple[Outcome, ...] = ()
    """inclinicaltrials: table of outcomes. Registry: `primaryOutcomes`, `secondaryOutcomes`, `otherOutcomes`."""
