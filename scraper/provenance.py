"""Why a canonical field is what it is: the words on each site's page, who read them, and what stood there before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from normalizers.changes import content
from schemas.record import Evidence, Issue, Record
from scraper.field_rules import FieldPath, never_shows, rule
from scraper.store.history import Sighting, Standing, Version
from scraper.store.json import Json


class State(StrEnum):
    """What a page says of a field."""

    SHOWN = "shown"
    NOT_UNDERSTOOD = "shown, not understood"
    BLANK = "blank on the page"
    NO_ENTRY = "no such entry"
    """The list on the page is shorter."""
    NEVER_SHOWN = "never shown by this layout"


class Words(NamedTuple):
    """What a value was read from."""

    path: str
    """The field, or the part of it, or what it is part of, that the words were read as."""
    quote: Evidence


class Earlier(NamedTuple):
    """What a field was before."""

    value: Json
    since: datetime | None
    """When it was first seen; None where nothing says when."""
    until: datetime | None
    """When another value was first seen; None where nothing says when."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A field as one site's page shows it now."""

    site: str
    layout: str
    state: State
    value: Json
    """As JSON."""
    words: tuple[Words, ...]
    rule: str | None
    """Which label, which reader; None where the layout never shows the field."""
    issues: tuple[Issue, ...]
    """Of the field, its parts, and what it is part of."""
    page: Sighting
    """The page that holds the words."""
    since: datetime | None
    """When the value was first seen, with no other since; None where nothing says when."""
    confirmed_at: datetime | None
    """When a page was last seen that says the same; None where nothing says when."""
    earlier: tuple[Earlier, ...]
    """The newest first. Of an entry of a list: what stood at its place, or bore its name."""


def explain(versions: Iterable[Version], path: FieldPath) -> list[Explained]:
    """A field of a trial as each layout shows it now, by site and layout.

    Args:
        versions: of the trial; those that do not count are passed over.
        path: the field.
    """
    layouts: dict[tuple[str, str], list[Version]] = {}
    for version in versions:
        if version.standing is Standing.EFFECTIVE:
            layouts.setdefault((version.site, version.layout), []).append(version)
    return [_explained(layouts[key], path) for key in sorted(layouts)]


def _explained(versions: list[Version], path: FieldPath) -> Explained:
    current = versions[-1]
    layout = f"{current.site}/{current.layout}"
    record = current.record
    trial = record.trial.model_dump(mode="json")
    value, here = path.of(trial), path.placed(trial)
    words = _words(record, here, empty=_is_empty(value))
    values: list[tuple[Json, Json, datetime | None]] = []
    for version in versions:
        known = _compared(version.record, path)
        if not values or values[-1][0] != known:
            values.append((known, path.of(version.record.trial.model_dump(mode="json")), version.since))
    never = _is_empty(value) and never_shows(layout, path)
    return Explained(
        site=current.site,
        layout=current.layout,
        state=State.NEVER_SHOWN if never else _state(record, here, value, words),
        value=value,
        words=words,
        rule=None if never else rule(layout, path, [quote for _, quote in words]),
        issues=tuple(issue for issue in record.issues if issue.field is not None and _concerns(issue.field, here)),
        page=current.words,
        since=values[-1][2],
        confirmed_at=current.confirmed_at,
        earlier=tuple(
            Earlier(old, since, until) for (_, old, since), (_, _, until) in reversed(list(pairwise(values)))
        ),
    )


def _state(record: Record, path: FieldPath, value: Json, words: tuple[Words, ...]) -> State:
    if not _is_empty(value):
        return State.SHOWN
    trial = record.trial.model_dump(mode="json")
    for end, part in enumerate(path.parts, 1):
        if isinstance(part, int) and FieldPath(path.parts[:end]).of(trial) is None:
            return State.NO_ENTRY
    return State.NOT_UNDERSTOOD if words else State.BLANK


def _words(record: Record, path: FieldPath, *, empty: bool) -> tuple[Words, ...]:
    """The words of a field and its parts; where there are none, those of the nearest that it is part of."""
    parts = [known for known in record.evidence if _is_in(known, str(path))]
    own = tuple(Words(known, quote) for known in parts for quote in record.evidence[known])
    if own or empty:  # the words of the whole say nothing of a part that is not there
        return tuple(sorted(own, key=lambda words: words.quote.blocks))  # as on the page: databases sort the paths
    for name in path.upwards:
        if name in record.evidence:
            return tuple(Words(name, quote) for quote in record.evidence[name])
    return ()


def _compared(record: Record, path: FieldPath) -> Json:
    """The value without what makes no difference; an entry of a list stays as it is, since its place matters."""
    in_list = any(not isinstance(part, str) for part in path.parts)
    return path.of(record.trial.model_dump(mode="json") if in_list else content(record)["trial"])


def _concerns(field: str, path: FieldPath) -> bool:
    return field in path.upwards or _is_in(field, str(path))


def _is_in(field: str, whole: str) -> bool:
    return field == whole or field.startswith((f"{whole}.", f"{whole}["))


def _is_empty(value: Json) -> bool:
    """Whether nothing is known: also of an object all of whose parts are unknown."""
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    return value is None or value == []
