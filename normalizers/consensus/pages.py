"""What a consensus knows of a page beside its values: its day, how near it is to the registry, what is doubtful."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

from normalizers.consensus.rules import DOUBTS
from schemas.consensus import Nearness, Observation, Origin
from schemas.record import Issue, IssueCode
from schemas.values import Json, PartialDate


class Doubt(IntEnum):
    """How doubtful a value is; the less doubtful counts."""

    NONE = 0
    PAGE = 1
    """The page as a whole is doubtful."""
    VALUE = 2
    """The value, a part of it, or what it is a part of."""
    DAMAGE = 3
    """The site is known to damage it, or the page breaks off there."""


@dataclass(frozen=True, eq=False)
class Page:
    """An observation, and what decides whether its values count."""

    observation: Observation
    origin: Origin
    as_of: date | None
    """The day that it speaks of; null where that is not known."""

    @cached_property
    def key(self) -> str:
        """Site and layout."""
        return self.observation.key

    @cached_property
    def json(self) -> dict[str, Any]:
        """Its trial as JSON."""
        return self.observation.record.trial.model_dump(mode="json")

    def value(self, field: str) -> Json:
        """The value of a field as JSON."""
        value: Any = self.json
        for part in field.split("."):
            value = value[part]
        return value  # type: ignore[no-any-return]

    @cached_property
    def _doubts(self) -> tuple[Issue, ...]:
        told = tuple(issue for issue in self.observation.record.issues if issue.code in DOUBTS)
        return (*told, _IMPOSSIBLE) if self._is_updated_after_it_was_seen else told

    @property
    def _is_updated_after_it_was_seen(self) -> bool:
        shown, seen = self.observation.record.trial.last_updated, _seen(self)
        return shown is not None and seen is not None and _first_day(shown) > seen + _TIME_ZONES

    @cached_property
    def breaks_off(self) -> bool:
        """Whether the page ends before its end, so that what is doubtful may be cut."""
        issues = self.observation.record.issues
        return any(issue.field is None and issue.code is IssueCode.MISSING for issue in issues)

    def doubts(self, field: str) -> tuple[Issue, ...]:
        """The issues that make the value of a field doubtful, those of the value itself first."""
        if not self._doubts:
            return ()
        own = tuple(issue for issue in self._doubts if issue.field is not None and _concerns(issue.field, field))
        return own + tuple(issue for issue in self._doubts if issue.field is None)

    def doubt(self, field: str) -> Doubt:
        """How doubtful its value of a field is."""
        doubts = self.doubts(field)
        if not doubts:
            return Doubt.NONE
        if doubts[0].field is None:
            return Doubt.PAGE
        is_damaged = any(issue.code is IssueCode.UNTRUSTED and issue.field is not None for issue in doubts)
        return Doubt.DAMAGE if is_damaged else Doubt.VALUE


_TIME_ZONES: Final = timedelta(days=1)
"""By how much the date at the site's place may be ahead of UTC's."""
_IMPOSSIBLE: Final = Issue(
    field="last_updated",
    code=IssueCode.MISMATCH,
    text="",
    message="The page shows a last update that lies after the day on which it was seen.",
)
"""What makes a page's day of last update doubtful, so that it makes the page no newer."""


LAG: Final = timedelta(days=31)
"""How long after the registry a copy may change without being taken for newer: a month. Within it sites follow the
registry, and after it the record of an ended trial is looked at again."""


def dated(observations: Iterable[Observation], origins: Mapping[str, Origin]) -> list[Page]:
    """The pages of a trial by their keys, each with the day that it speaks of.

    That is the day of the last update that the page shows, where it is not doubtful. A page that shows none speaks of
    the day when it was first seen to say what it says: that it still says so makes it no newer. But it is a copy, and
    copies lag: it knows no more than the registry's record that was seen on that day, later, or up to `LAG` before, and
    speaks of that record's last update at most.
    """
    undated = [Page(one, origins.get(one.key, Origin()), None) for one in sorted(observations, key=attrgetter("key"))]
    registry = [
        (seen, shown)
        for page in undated
        if page.origin.nearness <= Nearness.REGISTRY_PAGE
        and (seen := _seen(page)) is not None
        and (shown := _last_update(page)) is not None
    ]
    return [Page(page.observation, page.origin, _as_of(page, registry)) for page in undated]


def _as_of(page: Page, registry: Iterable[tuple[date, date]]) -> date | None:
    shown, first = _last_update(page), _first_seen(page)
    if shown is not None or first is None:
        return shown
    return min((first, *(update for seen, update in registry if seen + LAG >= first)))


def _last_update(page: Page) -> date | None:
    """The day of the last update that a page shows; of a month or a year the first, since no later one is certain."""
    shown = page.observation.record.trial.last_updated
    if shown is None or page.doubt("last_updated") > Doubt.PAGE:
        return None
    return _first_day(shown)


def _first_day(day: PartialDate) -> date:
    return date(day.year, day.month or 1, day.day or 1)


def _first_seen(page: Page) -> date | None:
    """The day when a page was first seen to say what it says: a record is that of the bytes that said it first."""
    moment = page.observation.record.source.fetched_at or page.observation.seen_at
    return None if moment is None else moment.date()


def _seen(page: Page) -> date | None:
    moment = page.observation.seen_at or page.observation.record.source.fetched_at
    return None if moment is None else moment.date()


_CRITERIA = frozenset({"eligibility.inclusion", "eligibility.exclusion", "eligibility.other"})


def _concerns(issue: str, field: str) -> bool:
    """Whether an issue of one path makes the value of another doubtful.

    What is told of `eligibility` as a whole is told of its criteria: ages and sex have issues of their own.
    """
    if issue == field or issue.startswith((f"{field}.", f"{field}[")):
        return True
    if field == "location_count":  # as many as are listed, where nothing is stated
        return issue.startswith("locations")
    return field.startswith(f"{issue}.") and (issue != "eligibility" or field in _CRITERIA)
