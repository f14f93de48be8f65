"""One page through time: its observations in order, and the stretches in which it said the same."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple


class Reading(NamedTuple):
    """A row of the readings, the run that made it, and its standing."""

    id: int
    site: str
    layout: str
    url: str | None
    seen_at: datetime | None
    observed_at: datetime
    sha256: str
    record_id: int
    run_id: int
    file: str | None
    file_offset: int | None
    run_began_at: datetime
    is_reread: bool
    """Whether the page was read in the archive."""
    is_effective: bool
    standing: str
    """Whether it is effective; if it is not, why."""

    @property
    def noticed_at(self) -> datetime | None:
        """When it was known what the page says."""
        return self.run_began_at if self.is_reread else self.seen_at


class Location(NamedTuple):
    """Where a page lies."""

    file: str | None
    start: int | None
    is_imported: bool = False


_NOWHERE: Final = Location(None, None)


class Observation(NamedTuple):
    """A page that was seen."""

    observed_at: datetime
    """When, in the order of observations."""
    reading: Reading
    """What it was read as."""
    at: datetime | None
    """When, by the clock of that time."""
    run_id: int
    is_first: bool
    """Whether it is the one that the reading was made at."""


class PageHistory(NamedTuple):
    """All observations of one page, in order, and where its bytes lie."""

    observations: list[Observation]
    locations: dict[int, Location]
    """By reading."""

    @classmethod
    def of(cls, observations: Iterable[Observation], archived: Mapping[int, Location]) -> "PageHistory":
        """Tell of bytes that were read again where they were read first, and when they were last seen."""
        ordered: list[Observation] = []
        locations: dict[int, Location] = {}
        where: dict[str, Location] = {}
        when: dict[str, datetime | None] = {}
        for one in observations:
            reading = one.reading
            if reading.file is not None:
                location = Location(reading.file, reading.file_offset, is_imported=True)
            else:
                location = archived.get(reading.id) or where.get(reading.sha256, _NOWHERE)
                where[reading.sha256] = location
            locations.setdefault(reading.id, location)
            at = when.get(reading.sha256, one.at) if reading.is_reread and one.is_first else one.at
            when[reading.sha256] = at
            ordered.append(one._replace(at=at))
        return cls(ordered, locations)

    @property
    def stretches(self) -> "list[Stretch]":
        """What it said, in order. A copy without a date tells nothing where it is known when its bytes were there."""
        dated = {one.reading.sha256 for one in self.observations if one.at is not None and one.reading.is_effective}
        return stretches(one for one in self.observations if one.at is not None or one.reading.sha256 not in dated)


class Stretch(NamedTuple):
    """Observations of one page, one after the other, that share a record and a standing."""

    observations: list[Observation]
    before: "Stretch | None"
    """The effective one before."""

    @property
    def first(self) -> Observation:
        """The first of them."""
        return self.observations[0]

    @property
    def last(self) -> Observation:
        """The last of them."""
        return self.observations[-1]


def stretches(observations: Iterable[Observation]) -> list[Stretch]:
    """Observations of one page, in order, as stretches; a page that says again what it said has a new one."""
    found: list[Stretch] = []
    current: Stretch | None = None
    for one in observations:
        reading = one.reading
        if current is not None and current.first.reading.record_id == reading.record_id:
            if reading.is_effective:
                current.observations.append(one)
            continue  # a reading that is not effective and does not differ is no version
        if not reading.is_effective and found:
            last = found[-1].first.reading
            if (last.record_id, last.standing) == (reading.record_id, reading.standing):
                found[-1].observations.append(one)
                continue
        stretch = Stretch([one], current)
        found.append(stretch)
        if reading.is_effective:
            current = stretch
    return found
