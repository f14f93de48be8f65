"""One trial from the pages of several sites: for each field the value, the page that it is from, the rule, who differs.

A consensus is made by `normalizers.consensus`; it holds no value that does not stand on a page.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, JsonValue, SkipValidation

from schemas.record import Record, Source
from schemas.trial import Part, Trial


class Nearness(IntEnum):
    """How directly the pages of a layout take their values from the registry: the nearer counts."""

    REGISTRY = 0
    """The registry's own record, as it gives it to programs: whole, and word for word."""
    REGISTRY_PAGE = 1
    """A page on which the registry shows the record to people."""
    COPY = 2
    """Another site's copy of the record, field by field and word for word."""
    REWORKED = 3
    """A copy that is shortened, respelled or damaged on its way."""
    UNKNOWN = 4
    """Nobody has said how the site makes its pages."""


class Origin(NamedTuple):
    """Where the pages of a layout have their values from, as the site's file says it."""

    nearness: Nearness = Nearness.UNKNOWN
    own_words: Mapping[str, str] = MappingProxyType({})
    """Canonical fields that the site shows in words of its own, each with a sentence on them."""


class Relation(StrEnum):
    """How the value of another page stands to the one that was chosen."""

    AGREES = "agrees"
    """The same value; order, white space, letters in another normal form and markers make no difference."""
    VARIANT = "variant"
    """The same in other words: another spelling of one sponsor, a site's word for one condition."""
    SAYS_LESS = "says_less"
    """Nothing contradicts: a month without its day, some of the entries of a list."""
    SAYS_MORE = "says_more"
    """The other way round: nothing contradicts, but a page that counts more says less."""
    OLDER = "older"
    """Another value of a field that changes over time, from an older observation: no conflict."""
    DOUBTFUL = "doubtful"
    """Another value that its own page, or its site, makes doubtful: comparison signs lost, words in two readings."""
    CONFLICT = "conflict"
    """Another value, and nothing explains it."""


class Observation(Part):
    """A record, and when its page was last seen to say so."""

    record: Record
    seen_at: datetime | None = None
    """When a page that says the same was last seen, in UTC; null where that is not known."""

    @property
    def key(self) -> str:
        """Which page of the trial it is, as in `veeva/study`: of each there is one."""
        return f"{self.record.source.site}/{self.record.source.layout}"


Value = Annotated[JsonValue, SkipValidation]
"""A value as JSON. It comes from a record, and to look through it once more would take longer than all the rest."""


class Opinion(Part):
    """What one page says of a field."""

    page: str
    """Site and layout, as in `veeva/study`."""
    value: Value
    """The value as JSON."""
    relation: Relation
    """To the value that was chosen; `agrees` for that one itself."""
    as_of: date | None
    """The day that the observation speaks of; null where it is not known."""
    seen_at: datetime | None
    """When the page was last seen to say so."""
    why: str = ""
    """In one sentence, why it differs, where that is known: `older observation of 2023-04-02`."""
    differences: tuple[str, ...] = ()
    """Of lists of criteria and other entries: what differs, one line an entry."""


class Decision(Part):
    """How the value of one field was chosen."""

    field: str
    """The canonical path, one of `schemas.trial.field_names()`."""
    value: Value
    """The value as JSON; a field that no page shows has no decision. Blank is only a list of criteria whose words the
    chosen page shows under another heading."""
    page: str
    """Site and layout of the page whose value it is."""
    rule: str
    """The rule that chose it, in words that a reader understands: `the registry's own record comes first`."""
    opinions: tuple[Opinion, ...]
    """What each page says that shows the field, the chosen one first, then by page."""

    @property
    def agreeing(self) -> tuple[Opinion, ...]:
        """The other pages that say the same, or no other thing: `agrees`, `variant`, `says_less`, `says_more`."""
        known = {Relation.AGREES, Relation.VARIANT, Relation.SAYS_LESS, Relation.SAYS_MORE}
        return tuple(one for one in self.opinions if one.page != self.page and one.relation in known)

    @property
    def conflicting(self) -> tuple[Opinion, ...]:
        """The pages that say something else, which nothing explains."""
        return tuple(one for one in self.opinions if one.relation is Relation.CONFLICT)


class Consensus(Part):
    """One trial, as all pages together show it."""

    schema_version: Literal["1.2"] = "1.2"
    trial: Trial
    sources: tuple[Source, ...] = Field(min_length=1)
    """The pages, by site and layout."""
    decisions: dict[str, Decision]
    """By canonical path, in the schema's order; of fields that some page shows."""

    @property
    def conflicts(self) -> tuple[Decision, ...]:
        """The fields on which pages differ without an explanation."""
        return tuple(one for one in self.decisions.values() if one.conflicting)
