"""What a page says, word for word, and where: the stage between the page and the canonical record."""

from dataclasses import dataclass
from typing import NamedTuple

from schemas.document import Block


class Quote(NamedTuple):
    """Verbatim words and the half-open range of blocks they stood in."""

    text: str
    start: int
    end: int
    pointer: str = ""
    """Registry records: the JSON Pointer of the value."""


Passage = tuple[Block, ...]
"""Blocks of prose or criteria, in reading order, with their list structure."""


class RawArm(NamedTuple):
    """One arm as the page shows it."""

    label: Quote
    type: Quote | None
    description: Passage
    interventions: tuple[Quote, ...]
    """Each `<Type>: <name>`."""


class RawContact(NamedTuple):
    """One contact, or several whose names the page joins in one line."""

    names: Quote | None
    phone: tuple[Quote, ...]
    email: Quote | None
    extension: Quote | None = None
    """Of the number, where it stands apart."""


class RawLocation(NamedTuple):
    """One place where the trial runs."""

    facility: Quote | None
    city: Quote | None
    state: Quote | None
    country: Quote | None


class RawOutcome(NamedTuple):
    """One outcome measure."""

    type: Quote | None
    measure: Quote
    description: Quote | None
    time_frame: Quote | None


class RawDesign(NamedTuple):
    """The design's parts, each as one phrase."""

    primary_purpose: Quote | None
    allocation: Quote | None
    intervention_model: Quote | None
    masking: Quote | None
    observational_model: Quote | None
    time_perspective: Quote | None


@dataclass(frozen=True, slots=True)
class RawTrial:
    """Every field of a trial as quotes. It has no defaults: a site names each field or does not type-check."""

    nct_id: Quote
    secondary_ids: tuple[tuple[Quote, ...], ...]
    """Each one quote, the id with its kind in parentheses where the page gives one, or two quotes, id and kind."""
    glued_ids: Quote | None
    """Several ids in one value, without a separator."""
    title: Quote | None
    title_holds_acronym: bool
    """Whether the site writes the acronym behind the title, in parentheses."""
    slug: str | None
    """The last part of the page's address where it is made of the brief title: it tells an acronym from a title's
    own parenthesis."""
    official_title: Quote | None
    acronym: Quote | None
    """The acronym where the page shows it on its own."""
    sponsor: Quote | None
    collaborators: tuple[Quote, ...]
    funder_types: tuple[Quote, ...]
    status: Quote | None
    phases: tuple[Quote, ...]
    study_type: Quote | None
    conditions: tuple[Quote, ...]
    keywords: tuple[Quote, ...]
    interventions: tuple[tuple[Quote, ...], ...]
    """Each one quote `<Type>: <name>`, or two quotes, the type and the name."""
    arms: tuple[RawArm, ...]
    arms_heading: Quote | None
    """`3,234 participants in 3 patient groups`"""
    enrollment: Quote | None
    enrollment_type: Quote | None
    design: RawDesign
    sex: Quote | None
    ages: Quote | None
    """Both limits in one phrase."""
    minimum_age: Quote | None
    maximum_age: Quote | None
    healthy_volunteers: Quote | None
    inclusion: Passage
    exclusion: Passage
    criteria: Passage
    """Criteria under one common label; their own headings divide them."""
    summary: Passage
    description: Passage
    start_date: Quote | None
    primary_completion_date: Quote | None
    completion_date: Quote | None
    last_updated: Quote | None
    contacts: tuple[RawContact, ...]
    locations: tuple[RawLocation, ...]
    location_count: Quote | None
    outcomes: tuple[RawOutcome, ...]
