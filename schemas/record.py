"""A record: one trial as one page shows it, with where it came from, what is doubtful, and the words behind it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from schemas.trial import Part, Trial

SCHEMA_VERSION: Literal["1.2"] = "1.2"
"""Changes with the shape or the meaning of a record."""


class IssueCode(StrEnum):
    """Why a value is missing or not to be relied on."""

    NOT_UNDERSTOOD = "not_understood"
    """Words stood where the value stands, and no reader knows them."""
    UNTRUSTED = "untrusted"
    """The value was read as it stands, but the site is known to damage such values, or the page breaks off there."""
    AMBIGUOUS = "ambiguous"
    """The words can be read in two ways; the value holds the reading that loses nothing."""
    MISMATCH = "mismatch"
    """Two places of the page do not agree, such as a count and the list it counts."""
    MISSING = "missing"
    """Every page of this layout that we know shows it, and this one does not."""
    UNREAD = "unread"
    """Text in the trial's part of the page that no field took."""
    UNREAD_LABEL = "unread_label"
    """A short text that stands where labels stand: the site shows something new."""


class Issue(Part):
    """One thing that a person should know about this record."""

    field: str | None
    """The canonical path, e.g. `eligibility.maximum_age`; null where the text belongs to no field."""
    code: IssueCode
    """What kind of thing."""
    text: str
    """The words on the page; blank where what is wrong is that there are none."""
    message: str
    """What is wrong, in one sentence."""

    def __str__(self) -> str:
        """All of it in one line, long words shortened: `page unread: 'Gender | All': 2 blocks …`."""
        words = self.text if len(self.text) <= 100 else f"{self.text[:99]}…"
        return f"{self.field or 'page'} {self.code}: {f'{words!r}: ' if words else ''}{self.message}"


class Evidence(Part):
    """Words of the page that a value was read from."""

    text: str
    """The words as they stand."""
    blocks: tuple[int, int]
    """The half-open range of the page's blocks that they stand in."""
    pointer: str | None = None
    """Registry records: the JSON Pointer of the value."""
    label: str | None = None
    """The label above or beside the words, as the page writes it; null where none stands there."""
    parser: str | None = None
    """Who read the words, e.g. `normalizers.phrases.status`; null in records older than version 1.1."""


class Source(Part):
    """Where and when the page was found."""

    site: str = Field(pattern="^[a-z][a-z0-9_]*$")
    """The site's short key, which names its file in `scraper/sites/`."""
    layout: str
    """The layout the page was recognised as."""
    url: str | None
    """The page's address without search context; null where it is not known."""
    fetched_at: datetime | None
    """When the page was fetched or captured, in UTC, as far as that is known; of a download of the registry, the day
    whose data it shows."""
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    """The hash of the page's bytes."""
    file: str | None = None
    """The file that held the page, such as a saved page or a WARC file, by the path that was given; null where the page
    came from the site itself."""
    offset: int | None = Field(default=None, ge=0)
    """Where the page begins in that file: bytes in a WARC file, lines of JSON Lines and studies of a list from 0; null
    where the file holds one page."""
    package_version: str
    """The version of trialpages that read it."""


class Record(Part):
    """What `trialpages extract` prints for a page."""

    schema_version: Literal["1.0", "1.1", "1.2"] = SCHEMA_VERSION
    """`1.0`: without labels and parsers in the evidence; before `1.2`: without file and offset in the source."""
    trial: Trial
    source: Source
    issues: tuple[Issue, ...]
    """Empty where all was understood."""
    evidence: dict[str, tuple[Evidence, ...]]
    """Canonical path to the words behind the value."""
